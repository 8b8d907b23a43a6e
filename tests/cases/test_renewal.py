"""A party's card is one message: whatever happens to the case changes it in place, once, without a sound (laws 12, 13)."""

from datetime import UTC, datetime

import pytest

from cases.actions.assignment import take
from cases.actions.joining import join_as_other_side
from cases.actions.mediation import agree, invite_other_side, record_contact
from cases.actions.raising import raise_level
from cases.case_views import case_view
from cases.journal import EventKind
from cases.outbox import STATUS_CARD, answer
from cases.renewal import shown_card
from cases.truth import still_true
from cases.urgency import gate
from models.case import Case
from models.notice import Notice
from models.person import Person
from models.vocabulary import ContactResult, NoticeState, Part, SafeChannel, Urgent
from tests.factories import BEATEN
from tests.scene import Scene

CARD = 501  # the message under which the card stands


def opened(scene: Scene, case: Case, person: Person, message: int = CARD) -> Notice:
    """The person opened the case: its card was sent."""
    card = answer(scene.work, person, STATUS_CARD, case=case)
    card.state, card.message_id = NoticeState.SENT, message
    scene.session.flush()
    return card


def edits(scene: Scene, case: Case, state: NoticeState = NoticeState.NEW) -> list[Notice]:
    rows = scene.session.query(Notice).filter_by(case_id=case.id, kind=STATUS_CARD, state=state)
    return [row for row in rows.order_by(Notice.id) if row.edit_message_id is not None]


def later(scene: Scene) -> None:
    """The next transaction."""
    scene.work.spoken.clear()


def test_what_happens_changes_the_card_in_place_and_is_silent(scene: Scene):
    case = scene.case()
    opened(scene, case, case.reporter)
    later(scene)
    (offer,) = scene.offers(case)

    take(scene.work, offer.id, offer.person)

    (edit,) = edits(scene, case)
    assert (edit.person_id, edit.edit_message_id) == (case.reporter_id, CARD)
    assert edit.silent
    assert edit.due_at == scene.now
    assert edit.urgent is not Urgent.ANSWER  # so that law 13 is asked again when it is sent


def test_one_unsent_change_stands_for_all(scene: Scene):
    case = scene.case()
    opened(scene, case, case.reporter)
    (offer,) = scene.offers(case)
    later(scene)
    take(scene.work, offer.id, offer.person)
    later(scene)
    record_contact(scene.work, case.id, offer.person, ContactResult.REACHED)

    assert len(edits(scene, case)) == 1
    assert len(edits(scene, case, NoticeState.WITHDRAWN)) == 1


def test_a_change_at_night_waits_for_nobody_since_it_makes_no_sound(scene: Scene):
    case = scene.case()
    opened(scene, case, case.reporter)
    later(scene)
    scene.work.now = datetime(2026, 11, 23, 15, 30, tzinfo=UTC)  # 23:30
    (offer,) = scene.offers(case)

    take(scene.work, offer.id, offer.person)

    assert [edit.due_at for edit in edits(scene, case)] == [scene.now]


def test_only_the_newest_card_is_changed(scene: Scene):
    case = scene.case()
    opened(scene, case, case.reporter)
    opened(scene, case, case.reporter, CARD + 9)
    later(scene)
    (offer,) = scene.offers(case)

    take(scene.work, offer.id, offer.person)

    assert [edit.edit_message_id for edit in edits(scene, case)] == [CARD + 9]
    assert shown_card(scene.work, case.reporter_id, case.id) == CARD + 9


def test_who_has_not_opened_the_case_gets_no_card(scene: Scene):
    case = scene.case()
    (offer,) = scene.offers(case)

    take(scene.work, offer.id, offer.person)

    assert edits(scene, case) == []


def test_both_sides_cards_change_and_nobody_is_written_to_who_blocked_us(scene: Scene):
    case = scene.case()
    (offer,) = scene.offers(case)
    take(scene.work, offer.id, offer.person)
    _, secret = invite_other_side(scene.work, case.id, offer.person)
    other = scene.person(name="李强")
    join_as_other_side(scene.work, secret, other)
    opened(scene, case, case.reporter)
    opened(scene, case, other, CARD + 1)
    later(scene)

    record_contact(scene.work, case.id, offer.person, ContactResult.REACHED)
    assert {edit.person_id for edit in edits(scene, case)} == {case.reporter_id, other.id}

    for edit in edits(scene, case):
        edit.state, edit.message_id = NoticeState.SENT, edit.edit_message_id
    other.blocked_at = scene.now
    later(scene)
    agree(scene.work, case.id, offer.person, terms="修好", promised_on=scene.work.today)
    assert {edit.person_id for edit in edits(scene, case)} == {case.reporter_id}


@pytest.mark.parametrize("channel", SafeChannel)
def test_a_case_of_danger_is_renewed_only_where_the_chat_is_safe(
    scene: Scene, channel: SafeChannel
):
    case = scene.case(matter=BEATEN)
    case.safe_channel = channel
    opened(scene, case, case.reporter)
    later(scene)
    (offer,) = scene.offers(case)

    take(scene.work, offer.id, offer.person)

    assert bool(edits(scene, case)) == (channel is SafeChannel.HERE)


def test_a_change_that_was_written_before_the_danger_is_not_sent_after_it(scene: Scene):
    case = scene.case()
    opened(scene, case, case.reporter)
    later(scene)
    (offer,) = scene.offers(case)
    take(scene.work, offer.id, offer.person)
    (edit,) = edits(scene, case)
    assert still_true(scene.work, edit)

    raise_level(scene.work, case, gate(BEATEN), case.reporter, BEATEN)

    assert not still_true(scene.work, edit)


def test_the_card_shows_the_three_latest_steps_and_the_day_to_meet(scene: Scene):
    case = scene.case()
    (offer,) = scene.offers(case)
    take(scene.work, offer.id, offer.person)
    day = datetime(2026, 11, 28, 6, 0, tzinfo=UTC)
    record_contact(scene.work, case.id, offer.person, ContactResult.NO_ANSWER)
    record_contact(scene.work, case.id, offer.person, ContactResult.REACHED)
    record_contact(scene.work, case.id, offer.person, ContactResult.DAY_AGREED, day=day)

    progress = case_view(scene.work, case, case.reporter).progress

    assert [step.kind for step in progress.done] == [
        EventKind.REGISTERED,
        EventKind.TAKEN,
        EventKind.CONTACTED,
    ]
    assert progress.done[1].who is not None
    assert progress.done[1].who.id == scene.town.mediator
    assert progress.meeting == day

    agree(scene.work, case.id, offer.person, terms="修好", promised_on=scene.work.today)
    progress = case_view(scene.work, case, case.reporter).progress
    assert [step.kind for step in progress.done][-1] is EventKind.AGREED
    assert progress.meeting is None


def test_a_judges_reporting_in_is_no_step_of_the_case(scene: Scene):
    case = scene.case()
    (offer,) = scene.offers(case, Part.JUDGE)
    take(scene.work, offer.id, offer.person)

    done = case_view(scene.work, case, case.reporter).progress.done

    assert [step.kind for step in done] == [EventKind.REGISTERED]
