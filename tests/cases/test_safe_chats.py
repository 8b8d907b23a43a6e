"""Whose chat somebody else may read stays so until the person says otherwise, whatever is closed meanwhile (law 13)."""

from cases.actions.safety import choose_channel
from cases.journal import EventKind
from cases.outbox import NoticeKind, tell
from cases.safe_chats import chat_is_safe
from models.case import Case
from models.vocabulary import SafeChannel, Stage
from tests.factories import BEATEN
from tests.scene import Scene


def closed(scene: Scene, case: Case) -> None:
    case.stage, case.closed_at = Stage.CLOSED, scene.now
    scene.session.flush()


def test_a_closing_makes_no_chat_safe(scene: Scene):
    case = scene.case(matter=BEATEN)
    closed(scene, case)
    ordinary = scene.case(case.reporter)

    assert not chat_is_safe(scene.work, case.reporter)
    assert tell(scene.work, case.reporter, NoticeKind.KEPT_QUESTION, case=ordinary) is None


def test_the_person_may_say_otherwise_after_the_closing_too(scene: Scene):
    first = scene.case(matter=BEATEN)
    closed(scene, first)
    second = scene.case(first.reporter, matter=BEATEN)
    closed(scene, second)

    choose_channel(scene.work, first.reporter, SafeChannel.HERE)

    assert chat_is_safe(scene.work, first.reporter)
    assert scene.events(second, EventKind.SAFE_CHANNEL_CHOSEN)


def test_a_number_left_after_the_closing_starts_no_clock(scene: Scene):
    case = scene.case(matter=BEATEN)
    closed(scene, case)
    running = len(scene.running(case))

    choose_channel(scene.work, case.reporter, SafeChannel.PHONE, contact="13900000000")

    assert len(scene.running(case)) == running
    assert not chat_is_safe(scene.work, case.reporter)


def test_of_a_later_case_the_duty_desk_agrees_how_to_be_in_touch(scene: Scene):
    danger = scene.case(matter=BEATEN)
    danger.safe_channel = SafeChannel.SELF
    scene.session.flush()

    later = scene.case(danger.reporter)

    (call,) = scene.tasks(later)
    assert call.person_id == scene.town.coordinator
    assert call.facts["why"] == "read_along"
