"""From the promised day to the closure: each side answers for itself, and silence answers nothing (laws 4 and 6)."""

from datetime import timedelta
from typing import Any

import pytest

from cases.actions.assignment import take
from cases.actions.closing import agree_to_close, approve_closing, rate
from cases.actions.intake import consent_given
from cases.actions.joining import join_as_other_side
from cases.actions.mediation import agree, invite_other_side, record_contact
from cases.actions.promise import answer_contact, answer_follow_up, answer_kept
from cases.errors import MoveNotAllowed, NotYours
from cases.journal import EventKind
from cases.outbox import NoticeKind
from models.case import Case
from models.party import Party
from models.person import Person
from models.vocabulary import Channel, Clock, ContactResult, Kept, Outcome, Rating, Stage
from tests.factories import WAGES
from tests.scene import Scene

DAY = timedelta(days=1)


def agreed(scene: Scene, **changes: Any) -> Case:
    case = scene.case(**changes)
    (offer,) = scene.offers(case)
    take(scene.work, offer.id, offer.person)
    record_contact(scene.work, case.id, offer.person, ContactResult.REACHED)
    promise(scene, case)
    return case


def promise(scene: Scene, case: Case) -> None:
    mediator = scene.person(scene.town.mediator)
    day = scene.work.today + 5 * DAY
    agree(scene.work, case.id, mediator, terms="修好天花板", promised_on=day)


def other_side(scene: Scene, case: Case) -> Person:
    _, secret = invite_other_side(scene.work, case.id, scene.person(scene.town.mediator))
    other = scene.person(name="李强")
    join_as_other_side(scene.work, secret, other)
    return other


def test_the_reporters_word_closes_it_and_stops_everything(scene: Scene):
    case = agreed(scene)

    answer_kept(scene.work, case.id, case.reporter, Kept.ALL)
    agree_to_close(scene.work, case.id, case.reporter)

    assert (case.stage, case.outcome) == (Stage.CLOSED, Outcome.PERFORMED)
    assert scene.running(case) == []
    assert not [one for one in scene.offers(case) if one.is_live]
    assert scene.told(case, NoticeKind.CLOSED, scene.town.mediator)


def test_a_second_tap_closes_nothing_twice(scene: Scene):
    case = agreed(scene)
    answer_kept(scene.work, case.id, case.reporter, Kept.ALL)
    agree_to_close(scene.work, case.id, case.reporter)
    before = len(scene.events(case))

    agree_to_close(scene.work, case.id, case.reporter)

    assert len(scene.events(case)) == before


def test_silence_closes_nothing(scene: Scene):
    case = agreed(scene)

    scene.wait(200 * DAY)

    assert case.is_open
    assert all(party.kept is None for party in scene.session.query(Party))
    assert scene.running(case)


@pytest.mark.parametrize("kept", [None, Kept.PARTLY, Kept.NOT])
def test_without_all_kept_by_his_own_word_it_is_not_closed(scene: Scene, kept: Kept | None):
    case = agreed(scene)
    if kept:
        answer_kept(scene.work, case.id, case.reporter, kept)

    with pytest.raises(NotYours):
        agree_to_close(scene.work, case.id, case.reporter)


def test_the_other_sides_word_does_not_stand_for_the_reporters(scene: Scene):
    case = agreed(scene)
    other = other_side(scene, case)
    answer_kept(scene.work, case.id, other, Kept.ALL)

    for person in (case.reporter, other):
        with pytest.raises(NotYours):
            agree_to_close(scene.work, case.id, person)
    assert case.is_open


def test_questions_for_the_reporter_are_not_answered_by_the_other_side(scene: Scene):
    case = agreed(scene, channel=Channel.GRID_OFFICER, consented=False)
    other = other_side(scene, case)

    with pytest.raises(NotYours):
        answer_contact(scene.work, case.id, other, contacted=False)
    with pytest.raises(NotYours):
        answer_follow_up(scene.work, case.id, other, well=False)
    with pytest.raises(NotYours):
        rate(scene.work, case.id, other, Rating.UNSATISFIED)
    with pytest.raises(NotYours):
        consent_given(scene.work, case.id, other)
    assert not case.consented


def test_a_grave_case_needs_a_second_person_after_the_reporter(scene: Scene):
    case = agreed(scene, matter=WAGES)
    supervisor = scene.person(scene.town.supervisor)

    with pytest.raises(MoveNotAllowed):
        approve_closing(scene.work, case.id, supervisor)
    answer_kept(scene.work, case.id, case.reporter, Kept.ALL)
    agree_to_close(scene.work, case.id, case.reporter)
    assert case.is_open
    assert scene.told(case, NoticeKind.APPROVE_CLOSING, scene.town.supervisor)

    approve_closing(scene.work, case.id, supervisor)
    assert case.stage is Stage.CLOSED


def test_an_approval_that_comes_after_a_broken_promise_closes_nothing(scene: Scene):
    case = agreed(scene, matter=WAGES)
    answer_kept(scene.work, case.id, case.reporter, Kept.ALL)
    agree_to_close(scene.work, case.id, case.reporter)
    answer_kept(scene.work, case.id, case.reporter, Kept.NOT)

    with pytest.raises(MoveNotAllowed):
        approve_closing(scene.work, case.id, scene.person(scene.town.supervisor))
    assert case.stage is Stage.MEDIATING


def test_a_broken_promise_calls_the_mediator_back_by_a_day(scene: Scene):
    case = agreed(scene)

    answer_kept(scene.work, case.id, case.reporter, Kept.NOT)

    assert case.stage is Stage.MEDIATING
    assert len(scene.running(case, Clock.FIRST_CONTACT)) == 1
    assert not scene.running(case, Clock.PROMISE)
    assert not scene.running(case, Clock.FOLLOW_UP)
    assert scene.told(case, NoticeKind.NOT_KEPT, scene.town.mediator)


def test_a_new_promise_is_asked_anew(scene: Scene):
    """An answer to the first agreement neither closes the second nor hides that it was broken as well."""
    case = agreed(scene)
    answer_kept(scene.work, case.id, case.reporter, Kept.NOT)
    promise(scene, case)
    assert len(scene.running(case, Clock.FOLLOW_UP)) == 1

    answer_kept(scene.work, case.id, case.reporter, Kept.NOT)

    assert case.stage is Stage.MEDIATING
    assert len(scene.events(case, EventKind.BREACHED)) == 2


def test_the_mediation_term_never_begins_again(scene: Scene):
    case = agreed(scene)
    for _ in range(3):
        answer_kept(scene.work, case.id, case.reporter, Kept.NOT)
        promise(scene, case)

    started = [
        event.facts["clock"]
        for event in scene.events(case, EventKind.CLOCK_STARTED)
        if event.facts is not None
    ]
    assert started.count(Clock.MEDIATION_TERM) == 1


def test_a_complaint_about_a_closed_case_starts_no_clock_and_is_heard(scene: Scene):
    case = agreed(scene)
    answer_kept(scene.work, case.id, case.reporter, Kept.ALL)
    agree_to_close(scene.work, case.id, case.reporter)

    answer_kept(scene.work, case.id, case.reporter, Kept.NOT)
    answer_follow_up(scene.work, case.id, case.reporter, well=False)
    answer_contact(scene.work, case.id, case.reporter, contacted=False)

    assert case.stage is Stage.CLOSED
    assert scene.running(case) == []
    assert scene.told(case, NoticeKind.ESCALATED, scene.town.supervisor)


def test_not_contacted_calls_the_next_person_once_a_day(scene: Scene):
    case = scene.case()
    for _ in range(3):
        answer_contact(scene.work, case.id, case.reporter, contacted=False)

    assert [one.person_id for one in scene.offers(case)] == [
        scene.town.mediator,
        scene.town.deputy,
    ]
    assert scene.told(case, NoticeKind.ESCALATED, scene.town.supervisor)


def test_the_first_rating_stands(scene: Scene):
    case = agreed(scene)
    rate(scene.work, case.id, case.reporter, Rating.UNSATISFIED)
    rate(scene.work, case.id, case.reporter, Rating.SATISFIED)

    assert case.rating is Rating.UNSATISFIED
