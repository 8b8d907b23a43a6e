"""It has happened again: within 90 days under its number, with fresh clocks, to whoever had it last (laws 2, 4, 13)."""

from datetime import timedelta
from typing import Any

import pytest

from cases.actions.assignment import give_back, take
from cases.actions.closing import rate
from cases.actions.mediation import agree, record_contact
from cases.actions.promise import answer_kept
from cases.actions.reopening import reopen
from cases.actions.withdrawing import withdraw
from cases.case_views import case_view
from cases.errors import MoveNotAllowed, NotYours, StaleTap
from cases.journal import EventKind
from cases.outbox import NoticeKind
from cases.progress import reopens
from models.case import Case
from models.party import Party
from models.vocabulary import Clock, ContactResult, Kept, Part, Rating, Stage
from tests.scene import Scene

DAY = timedelta(days=1)


def closed(scene: Scene, **changes: Any) -> Case:
    case = scene.case(**changes)
    (offer,) = scene.offers(case)
    take(scene.work, offer.id, offer.person)
    record_contact(scene.work, case.id, offer.person, ContactResult.REACHED)
    agree(scene.work, case.id, offer.person, terms="修好", promised_on=scene.work.today)
    answer_kept(scene.work, case.id, case.reporter, Kept.ALL)
    withdraw(scene.work, case.id, case.reporter, turn=case.turn)
    return case


def test_it_goes_on_under_its_number_with_fresh_clocks(scene: Scene):
    case = closed(scene)
    scene.wait(30 * DAY)

    reopen(scene.work, case.id, case.reporter, words="又漏水了", turn=case.turn)

    assert (case.stage, case.closed_at, case.outcome) == (Stage.ACCEPTED, None, None)
    assert len(scene.running(case, Clock.MEDIATION_TERM)) == 1
    assert len(scene.running(case, Clock.FIRST_CONTACT)) == 1
    assert not scene.running(case, Clock.PROMISE)
    assert all(one.started_at == scene.now for one in scene.running(case, Clock.MEDIATION_TERM))
    (event,) = scene.events(case, EventKind.REOPENED)
    assert event.actor_id == case.reporter_id


def test_it_is_offered_to_the_last_mediator_and_what_was_said_reaches_him(scene: Scene):
    case = closed(scene)

    reopen(scene.work, case.id, case.reporter, words="又漏水了", turn=case.turn)

    offer = scene.offers(case)[-1]
    assert offer.person_id == scene.town.mediator
    assert offer.is_live
    (added,) = scene.told(case, NoticeKind.ADDED, scene.town.mediator)
    assert added.facts["words"] == "又漏水了"
    assert scene.offers(case, Part.JUDGE)[-1].is_live


def test_who_had_it_last_and_left_is_followed_by_the_line(scene: Scene):
    case = closed(scene)
    scene.person(scene.town.mediator).blocked_at = scene.now

    reopen(scene.work, case.id, case.reporter, words="又漏水了", turn=case.turn)

    assert scene.offers(case)[-1].person_id == scene.town.deputy


def test_the_whole_line_can_be_asked_again(scene: Scene):
    case = closed(scene)
    scene.wait(DAY)
    reopen(scene.work, case.id, case.reporter, words="又漏水了", turn=case.turn)
    scene.wait(timedelta(minutes=5))
    offer = scene.offers(case)[-1]

    give_back(scene.work, offer.id, offer.person, "忙")

    assert scene.offers(case)[-1].person_id == scene.town.deputy


def test_a_second_tap_opens_it_once_and_an_older_button_never(scene: Scene):
    case = closed(scene)
    turn = case.turn
    with pytest.raises(StaleTap):
        reopen(scene.work, case.id, case.reporter, turn=turn - 1)
    reopen(scene.work, case.id, case.reporter, turn=turn)

    reopen(scene.work, case.id, case.reporter, turn=turn)

    assert len(scene.events(case, EventKind.REOPENED)) == 1


@pytest.mark.parametrize(("days", "allowed"), [(0, True), (30, True), (90, True), (91, False)])
def test_ninety_days_and_not_one_more(scene: Scene, days: int, allowed: bool):
    case = closed(scene)
    scene.wait(days * DAY)

    assert reopens(scene.work, case) == allowed
    if not allowed:
        with pytest.raises(MoveNotAllowed):
            reopen(scene.work, case.id, case.reporter, words="又来了", turn=case.turn)
        assert case.stage is Stage.CLOSED


def test_after_that_it_is_a_new_case_which_names_the_old_one(scene: Scene):
    case = closed(scene)
    scene.wait(91 * DAY)
    new = scene.case(case.reporter, earlier_id=case.id)

    view = case_view(scene.work, new, scene.person(scene.town.mediator))

    assert view.earlier == case_view(scene.work, case, case.reporter).short
    assert view.matter == new.matter  # nobody's words are altered


def test_an_old_answer_does_not_answer_the_next_promise(scene: Scene):
    case = closed(scene)

    reopen(scene.work, case.id, case.reporter, turn=case.turn)

    parties = scene.session.query(Party).filter_by(case_id=case.id)
    assert [party.kept for party in parties] == [None, None]


def test_a_rating_stands_after_it_was_opened_again(scene: Scene):
    case = closed(scene)
    rate(scene.work, case.id, case.reporter, Rating.UNSATISFIED)

    reopen(scene.work, case.id, case.reporter, turn=case.turn)
    rate(scene.work, case.id, case.reporter, Rating.SATISFIED)

    assert case.rating is Rating.UNSATISFIED


def test_only_its_reporter_opens_it_again(scene: Scene):
    case = closed(scene)

    for person_id in scene.town.staff:
        with pytest.raises(NotYours):
            reopen(scene.work, case.id, scene.person(person_id), turn=case.turn)


def test_a_closed_case_of_danger_is_opened_by_no_tap_and_a_human_is_told(scene: Scene):
    case = closed(scene)
    case.flags = ["dv"]
    scene.session.flush()

    reopen(scene.work, case.id, case.reporter, words="又来了", turn=case.turn)

    assert case.stage is Stage.CLOSED
    assert scene.told(case, NoticeKind.ESCALATED)
    assert not scene.events(case, EventKind.REOPENED)


def test_the_desk_is_told_even_without_words(scene: Scene):
    case = closed(scene)
    case.flags = ["threat"]
    scene.session.flush()

    reopen(scene.work, case.id, case.reporter, turn=case.turn)

    assert scene.told(case, NoticeKind.ESCALATED)
