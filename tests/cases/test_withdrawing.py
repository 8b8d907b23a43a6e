"""The applicant ends it by his own word: at once, with a second person's, or heard by a human where there is danger."""

from datetime import timedelta
from typing import Any

import pytest

from cases.actions.assignment import take
from cases.actions.closing import approve_closing, rate, refuse_closing
from cases.actions.joining import join_as_other_side
from cases.actions.mediation import invite_other_side, record_contact
from cases.actions.safety import choose_channel
from cases.actions.tasks import finish_task
from cases.actions.withdrawing import withdraw
from cases.case_views import case_view
from cases.errors import NoReason, NotYours, StaleTap
from cases.journal import EventKind
from cases.outbox import NoticeKind
from models.case import Case
from models.person import Person
from models.task import Task
from models.vocabulary import (
    Channel,
    ContactResult,
    Outcome,
    Part,
    Rating,
    SafeChannel,
    Stage,
    TaskKind,
    TaskState,
)
from tests.factories import BEATEN, WAGES
from tests.scene import Scene


def mediated(scene: Scene, **changes: Any) -> Case:
    case = scene.case(**changes)
    (offer,) = scene.offers(case)
    take(scene.work, offer.id, offer.person)
    record_contact(scene.work, case.id, offer.person, ContactResult.REACHED)
    return case


def other_side(scene: Scene, case: Case) -> Person:
    _, secret = invite_other_side(scene.work, case.id, scene.person(scene.town.mediator))
    other = scene.person(name="李强")
    join_as_other_side(scene.work, secret, other)
    return other


def open_tasks(scene: Scene, case: Case) -> list[Task]:
    return list(scene.session.query(Task).filter_by(case_id=case.id, state=TaskState.OPEN))


def test_an_ordinary_case_ends_at_once_and_its_clocks_stop(scene: Scene):
    case = mediated(scene)

    withdraw(scene.work, case.id, case.reporter, turn=case.turn)

    assert (case.stage, case.outcome) == (Stage.CLOSED, Outcome.WITHDRAWN)
    assert scene.running(case) == []
    assert not [one for one in scene.offers(case) if one.is_live]
    (told,) = scene.told(case, NoticeKind.CLOSED, scene.town.mediator)
    assert told.silent
    assert not scene.told(case, NoticeKind.CLOSED, case.reporter_id)  # who ended it is not told


def test_it_can_be_ended_before_anybody_took_it(scene: Scene):
    case = scene.case()

    withdraw(scene.work, case.id, case.reporter, turn=case.turn)

    assert case.stage is Stage.CLOSED


def test_a_second_tap_ends_nothing_twice_and_an_older_button_ends_nothing(scene: Scene):
    case = mediated(scene)
    turn = case.turn
    with pytest.raises(StaleTap):
        withdraw(scene.work, case.id, case.reporter, turn=turn - 1)
    assert case.is_open
    withdraw(scene.work, case.id, case.reporter, turn=turn)
    before = len(scene.events(case))

    withdraw(scene.work, case.id, case.reporter, turn=turn)

    assert len(scene.events(case)) == before


def test_nobody_else_ends_it_so(scene: Scene):
    case = mediated(scene)
    other = other_side(scene, case)

    for person_id in (other.id, *scene.town.staff):
        with pytest.raises(NotYours):
            withdraw(scene.work, case.id, scene.person(person_id), turn=case.turn)
    assert case.is_open


def test_a_joined_other_side_is_told_that_it_ended(scene: Scene):
    case = mediated(scene)
    other = other_side(scene, case)

    withdraw(scene.work, case.id, case.reporter, turn=case.turn)

    assert scene.told(case, NoticeKind.CLOSED, other.id)


def test_a_grave_case_waits_for_a_second_person_and_then_its_reporter_is_told(scene: Scene):
    case = mediated(scene, matter=WAGES)
    supervisor = scene.person(scene.town.supervisor)

    withdraw(scene.work, case.id, case.reporter, turn=case.turn)
    withdraw(scene.work, case.id, case.reporter, turn=case.turn)

    assert case.is_open
    assert scene.running(case)
    assert len(scene.told(case, NoticeKind.APPROVE_CLOSING, supervisor.id)) == 1
    assert case_view(scene.work, case, case.reporter).progress.withdrawn

    approve_closing(scene.work, case.id, supervisor)
    assert (case.stage, case.outcome) == (Stage.CLOSED, Outcome.WITHDRAWN)
    assert scene.told(case, NoticeKind.CLOSED, case.reporter_id)


def test_a_second_person_may_say_no_and_then_it_goes_on_and_can_be_wished_again(scene: Scene):
    case = mediated(scene, matter=WAGES)
    supervisor = scene.person(scene.town.supervisor)
    withdraw(scene.work, case.id, case.reporter, turn=case.turn)

    refuse_closing(scene.work, case.id, supervisor, "工资还没有发")

    assert not case_view(scene.work, case, case.reporter).progress.withdrawn
    assert scene.told(case, NoticeKind.CLOSING_REFUSED, case.reporter_id)
    withdraw(scene.work, case.id, case.reporter, turn=case.turn)
    approve_closing(scene.work, case.id, supervisor)
    assert case.outcome is Outcome.WITHDRAWN


@pytest.mark.parametrize("channel", SafeChannel)
def test_a_person_in_danger_ends_nothing_by_a_tap(scene: Scene, channel: SafeChannel):
    case = scene.case(matter=BEATEN)
    (offer,) = scene.offers(case)
    take(scene.work, offer.id, offer.person)
    choose_channel(scene.work, case.reporter, channel, contact="13900000000")
    for task in open_tasks(scene, case):
        finish_task(scene.work, task.id, offer.person)

    withdraw(scene.work, case.id, case.reporter, turn=case.turn)
    withdraw(scene.work, case.id, case.reporter, turn=case.turn)

    assert case.is_open
    assert scene.running(case)
    (task,) = open_tasks(scene, case)
    safely = TaskKind.SAFE_CALL if channel is SafeChannel.PHONE else TaskKind.READ
    assert (task.kind, task.person_id) == (safely, scene.town.coordinator)
    assert len(scene.events(case, EventKind.WITHDRAWN)) == 1
    if channel is not SafeChannel.HERE:
        own = [notice for kind in NoticeKind for notice in scene.told(case, kind)]
        assert not [notice for notice in own if notice.person_id == case.reporter_id]


def test_the_safety_visits_go_on_after_a_person_in_danger_wished_to_end_it(scene: Scene):
    case = scene.case(matter=BEATEN)
    withdraw(scene.work, case.id, case.reporter, turn=case.turn)
    for task in open_tasks(scene, case):
        finish_task(scene.work, task.id, scene.person(scene.town.coordinator))

    assert case.is_open
    assert scene.running(case)


def test_an_officer_says_why(scene: Scene):
    officer = scene.person(scene.town.officer)
    case = scene.case(officer, channel=Channel.GRID_OFFICER)

    for empty in ("", "  "):
        with pytest.raises(NoReason):
            withdraw(scene.work, case.id, officer, turn=case.turn, words=empty)
    assert case.is_open

    withdraw(scene.work, case.id, officer, turn=case.turn, words="两家自己说好了")
    assert case.outcome is Outcome.WITHDRAWN
    (said,) = scene.events(case, EventKind.WITHDRAWN)
    assert said.facts is not None
    assert said.facts["words"] == "两家自己说好了"


@pytest.mark.parametrize("rating", Rating)
def test_a_rating_may_come_later_and_stands(scene: Scene, rating: Rating):
    """No rating is an answer of its own, and is not asked again."""
    case = mediated(scene)
    withdraw(scene.work, case.id, case.reporter, turn=case.turn)
    assert not case_view(scene.work, case, case.reporter).progress.rated

    rate(scene.work, case.id, case.reporter, rating)
    for other in Rating:
        rate(scene.work, case.id, case.reporter, other)

    assert case.rating is rating
    assert case_view(scene.work, case, case.reporter).progress.rated
    assert len(scene.events(case, EventKind.RATED)) == 1


def unreachable(scene: Scene, *, away: bool) -> None:
    """Everybody of the roster has blocked the bot, or has come back."""
    for person_id in scene.town.staff:
        scene.person(person_id).blocked_at = scene.now if away else None
    scene.session.flush()


def test_where_nobody_can_hear_it_the_wish_of_a_person_in_danger_is_not_lost(scene: Scene):
    unreachable(scene, away=True)
    case = scene.case(matter=BEATEN)

    withdraw(scene.work, case.id, case.reporter, turn=case.turn)
    withdraw(scene.work, case.id, case.reporter, turn=case.turn)

    assert len(scene.events(case, EventKind.WITHDRAWN)) == 1
    assert scene.events(case, EventKind.ESCALATED)[-1].facts == {
        "part": Part.MEDIATOR,
        "why": "nobody_left",
        "to": [],
    }
    unreachable(scene, away=False)
    scene.wait(timedelta(days=2))
    (task,) = [one for one in open_tasks(scene, case) if one.facts.get("why") == "withdrawn"]
    assert task.person_id in {scene.town.coordinator, scene.town.supervisor}
    scene.wait(timedelta(days=2))
    heard = [one for one in scene.tasks(case) if one.facts.get("why") == "withdrawn"]
    assert len(heard) == 1
