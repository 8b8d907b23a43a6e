"""What is said: once, to whom it may be said, and only while it is true (laws 2, 12, 13)."""

from datetime import timedelta

import pytest

from cases.actions import delivery
from cases.actions.assignment import take
from cases.actions.joining import join_as_other_side
from cases.actions.mediation import invite_other_side
from cases.actions.raising import raise_level
from cases.notice_views import view_of
from cases.outbox import NoticeKind, answer, screen, tell
from cases.truth import still_true
from cases.urgency import gate
from models.case import Case
from models.notice import Notice
from models.person import Person
from models.vocabulary import (
    Channel,
    Language,
    NoticeState,
    Part,
    SafeChannel,
    Urgent,
)
from tests.factories import BEATEN, MONDAY
from tests.scene import Scene

NIGHT = timedelta(hours=14)  # after nine in the morning: 23:00
MORNING = MONDAY + timedelta(hours=23, minutes=30)


def block(scene: Scene, notice: Notice) -> None:
    """What the sender does with a reader who has blocked the bot."""
    notice.state, notice.person.blocked_at = NoticeState.UNREACHABLE, scene.now
    scene.session.flush()
    delivery.not_delivered(scene.work, notice)


def test_one_thing_is_said_once(scene: Scene):
    person = scene.person()

    first = tell(scene.work, person, NoticeKind.REVIEW, dedupe="one")
    second = tell(scene.work, person, NoticeKind.REVIEW, dedupe="one")

    assert first is not None
    assert second is None


def test_an_unsent_screen_is_replaced_and_an_answer_never_is(scene: Scene):
    person, other = scene.person(), scene.person()
    older, others = screen(scene.work, person, "a"), screen(scene.work, other, "a")
    receipt = answer(scene.work, person, NoticeKind.RECEIPT)
    newer = screen(scene.work, person, "b")

    assert older.state is NoticeState.WITHDRAWN
    assert {one.state for one in (others, receipt, newer)} == {NoticeState.NEW}


def test_at_night_only_danger_and_answers_are_heard(scene: Scene):
    scene.wait(NIGHT)
    person = scene.person()

    def due(urgent: Urgent) -> object:
        notice = tell(scene.work, person, NoticeKind.REVIEW, urgent=urgent)
        return notice and notice.due_at

    assert due(Urgent.RED) == due(Urgent.ANSWER) == scene.now
    assert due(Urgent.NOTICE) == due(Urgent.BULK) == MORNING


@pytest.mark.parametrize("channel", [None, *SafeChannel])
def test_into_the_chat_of_a_person_in_danger_nothing_is_written_unless_it_was_chosen(
    scene: Scene, channel: SafeChannel | None
):
    case = scene.case(matter=BEATEN)
    case.safe_channel = channel

    said = tell(scene.work, case.reporter, NoticeKind.FOLLOW_UP_QUESTION, case=case)

    assert (said is not None) == (channel is SafeChannel.HERE)


def test_in_danger_the_other_side_and_the_grid_hear_nothing(scene: Scene):
    case, other = with_other_side(scene)
    officer = scene.person(scene.town.officer)
    whistled = scene.case(reporter=officer, channel=Channel.GRID_OFFICER, matter=BEATEN)
    raise_level(scene.work, case, gate(BEATEN), case.reporter, BEATEN)

    assert tell(scene.work, other, NoticeKind.AGREEMENT, case=case) is None
    assert tell(scene.work, officer, NoticeKind.TAKEN, case=whistled) is None


def test_what_was_written_before_the_danger_was_known_is_not_sent_after(scene: Scene):
    case, other = with_other_side(scene)
    to_reporter = tell(scene.work, case.reporter, NoticeKind.HANDLER_CHANGED, case=case)
    to_other = tell(scene.work, other, NoticeKind.AGREEMENT, case=case)
    assert to_reporter is not None
    assert to_other is not None
    assert still_true(scene.work, to_reporter)

    raise_level(scene.work, case, gate(BEATEN), case.reporter, BEATEN)

    assert not still_true(scene.work, to_reporter)
    assert not still_true(scene.work, to_other)
    assert view_of(scene.work, to_other) is None


def with_other_side(scene: Scene) -> tuple[Case, Person]:
    case = scene.case()
    (offer,) = scene.offers(case)
    take(scene.work, offer.id, offer.person)
    _, secret = invite_other_side(scene.work, case.id, offer.person)
    other = scene.person(name="李强")
    join_as_other_side(scene.work, secret, other)
    return case, other


def test_an_offer_that_somebody_took_is_withdrawn(scene: Scene):
    case = scene.case()
    (offer,) = scene.offers(case)
    (notice,) = scene.told(case, NoticeKind.OFFER, scene.town.mediator)
    assert view_of(scene.work, notice) is not None

    take(scene.work, offer.id, offer.person)

    assert view_of(scene.work, notice) is None


def test_the_morning_card_goes_only_to_a_judge_for_whom_anything_waits(scene: Scene):
    case = scene.case()
    (offer,) = scene.offers(case, Part.JUDGE)
    card = scene.session.query(Notice).filter_by(kind=NoticeKind.DIGEST).one()
    assert (card.due_at, card.urgent) == (MORNING, Urgent.BULK)
    scene.wait(DAY)
    view = view_of(scene.work, card)
    assert view is not None
    assert [one.id for one in view.cases] == [case.id]

    take(scene.work, offer.id, offer.person)

    assert view_of(scene.work, card) is None


DAY = timedelta(days=1)


def test_every_notice_of_a_life_has_its_view_in_both_languages(scene: Scene):
    case, other = with_other_side(scene)
    scene.wait(60 * DAY)

    for notice in scene.session.query(Notice).filter(Notice.case_id == case.id):
        for language in Language:
            notice.person.language = language
            view = view_of(scene.work, notice)
            assert view is None or (view.reader.language, view.kind) == (language, notice.kind)
            if view is not None and notice.person_id == other.id:
                assert view.case is not None
                assert view.case.matter is None


# --- what cannot be delivered --------------------------------------------------------------------------------------


def test_an_undelivered_offer_goes_on_and_the_head_is_told_that_nobody_was_silent(scene: Scene):
    case = scene.case()
    (notice,) = scene.told(case, NoticeKind.OFFER, scene.town.mediator)

    block(scene, notice)

    assert [one.person_id for one in scene.offers(case)][1:] == [scene.town.deputy]
    (told,) = scene.told(case, NoticeKind.ESCALATED)
    assert told.facts["why"] == "not_delivered"


def test_a_judge_who_has_blocked_the_bot_is_followed_though_his_card_names_no_case(scene: Scene):
    case = scene.case()
    card = scene.session.query(Notice).filter_by(kind=NoticeKind.DIGEST).one()

    block(scene, card)

    assert [one.person_id for one in scene.offers(case, Part.JUDGE)] == [
        scene.town.judge,
        scene.town.assistant,
    ]


def test_whoever_leaves_leaves_none_of_his_cases_behind(scene: Scene):
    first, second = scene.case(), scene.case()
    for case in (first, second):
        (offer,) = scene.offers(case)
        take(scene.work, offer.id, offer.person)
    mediator = scene.person(scene.town.mediator)
    mediator.blocked_at = scene.now
    scene.session.flush()

    delivery.gone(scene.work, mediator)
    delivery.gone(scene.work, mediator)

    for case in (first, second):
        deputy = scene.offers(case)[1:]
        assert [one.person_id for one in deputy] == [scene.town.deputy]
        take(scene.work, deputy[0].id, deputy[0].person)


def test_a_head_who_cannot_be_reached_is_followed_by_the_next(scene: Scene):
    case = scene.case()
    scene.wait(2 * DAY)
    told = scene.told(case, NoticeKind.ESCALATED, scene.town.supervisor)

    block(scene, told[0])

    (instead,) = [
        one
        for one in scene.told(case, NoticeKind.ESCALATED, scene.town.coordinator)
        if one.dedupe == f"instead:{told[0].id}"
    ]
    assert instead.facts == told[0].facts


def test_a_reporter_without_a_chat_is_called(scene: Scene):
    case = scene.case()
    (offer,) = scene.offers(case)
    take(scene.work, offer.id, offer.person)
    notice = tell(scene.work, case.reporter, NoticeKind.HANDLER_CHANGED, case=case)
    assert notice is not None

    block(scene, notice)

    assert scene.told(case, NoticeKind.TASK, scene.town.mediator)


def test_a_reporter_in_danger_is_not_called_because_a_message_failed(scene: Scene):
    case = scene.case(matter=BEATEN)
    case.safe_channel = SafeChannel.HERE
    notice = tell(scene.work, case.reporter, NoticeKind.FOLLOW_UP_QUESTION, case=case)
    assert notice is not None
    before = len(scene.told(case, NoticeKind.TASK))

    block(scene, notice)

    assert len(scene.told(case, NoticeKind.TASK)) == before
