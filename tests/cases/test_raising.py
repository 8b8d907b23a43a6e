"""A whistle on a case that is already there: one level up, with a reason, never down, and answered as fast as it says (law 3)."""

from contextlib import suppress
from datetime import datetime, timedelta
from itertools import product
from typing import Any

import pytest

from cases.actions.assignment import take
from cases.actions.raising import one_up, whistle
from cases.errors import MoveNotAllowed, NotYours, StaleTap
from cases.journal import EventKind
from cases.outbox import NoticeKind
from models.assignment import Assignment
from models.case import Case
from models.vocabulary import (
    LEVELS_UP,
    Channel,
    Clock,
    Level,
    Part,
    Raise,
    Role,
    Stage,
    Urgent,
)
from tests.factories import BEATEN, a_duty
from tests.scene import Scene

HOUR = timedelta(hours=1)


def officers(scene: Scene, **changes: Any) -> Case:
    """A case that the grid's own officer reported."""
    officer = scene.person(scene.town.officer)
    return scene.case(officer, channel=Channel.GRID_OFFICER, **changes)


def blown(scene: Scene, case: Case, why: Raise = Raise.CROWD, **said: Any) -> Case:
    officer = scene.person(scene.town.officer)
    return whistle(scene.work, case.id, officer, to=one_up(case.level), why=why, **said)


def due(scene: Scene, offer: Assignment) -> datetime:
    (clock,) = [
        one
        for one in scene.running(scene.session.get_one(Case, offer.case_id), Clock.ACKNOWLEDGE)
        if one.assignment_id == offer.id
    ]
    return clock.due_at


def test_a_whistle_goes_one_level_up_and_says_why(scene: Scene):
    case = officers(scene)

    blown(scene, case)

    assert case.level is Level.ORANGE
    (raised,) = scene.events(case, EventKind.LEVEL_RAISED)
    assert raised.actor_id == scene.town.officer
    assert raised.facts == {"was": Level.YELLOW, "to": Level.ORANGE, "why": Raise.CROWD}


def test_the_same_button_tapped_twice_raises_once(scene: Scene):
    case = officers(scene)
    officer = scene.person(scene.town.officer)

    for _ in range(3):
        whistle(scene.work, case.id, officer, to=Level.ORANGE, why=Raise.CROWD)

    assert case.level is Level.ORANGE
    assert len(scene.events(case, EventKind.LEVEL_RAISED)) == 1


def test_no_button_jumps_over_a_level(scene: Scene):
    case = officers(scene)

    with pytest.raises(StaleTap):
        whistle(
            scene.work,
            case.id,
            scene.person(scene.town.officer),
            to=Level.RED,
            why=Raise.BREWING,
        )
    assert case.level is Level.YELLOW


@pytest.mark.parametrize(("level", "asked"), [*product(LEVELS_UP, LEVELS_UP)])
def test_whatever_is_asked_a_level_never_falls_and_rises_by_one(
    scene: Scene, level: Level, asked: Level
):
    case = officers(scene)
    case.level = level

    with suppress(StaleTap):
        whistle(scene.work, case.id, scene.person(scene.town.officer), to=asked, why=Raise.CROWD)

    rise = LEVELS_UP.index(case.level) - LEVELS_UP.index(level)
    assert rise == (1 if LEVELS_UP.index(asked) - LEVELS_UP.index(level) == 1 else 0)


def test_an_offer_nobody_took_is_to_be_answered_sooner_and_is_shown_anew(scene: Scene):
    case = officers(scene)
    offers = [*scene.offers(case), *scene.offers(case, Part.JUDGE)]
    before = {offer.id: due(scene, offer) for offer in offers}
    scene.wait(HOUR)

    blown(scene, case)

    for offer in offers:
        assert due(scene, offer) <= min(before[offer.id], scene.now + 2 * HOUR)
        assert scene.told(case, NoticeKind.OFFER, offer.person_id)


def test_a_raise_late_in_the_term_gives_nobody_more_time(scene: Scene):
    case = officers(scene)
    (offer,) = scene.offers(case)
    before = due(scene, offer)
    scene.wait(timedelta(hours=23, minutes=30))

    blown(scene, case)

    assert due(scene, offer) == before


def test_who_has_taken_it_is_told_and_who_raised_it_is_not(scene: Scene):
    case = officers(scene)
    (offer,) = scene.offers(case)
    take(scene.work, offer.id, offer.person)

    blown(scene, case, Raise.INJURED)

    (told,) = scene.told(case, NoticeKind.RAISED)
    assert (told.person_id, told.facts["why"]) == (offer.person_id, Raise.INJURED)
    whistle(scene.work, case.id, offer.person, to=Level.RED, why=Raise.BREWING)
    assert len(scene.told(case, NoticeKind.RAISED)) == 1


def test_red_is_told_to_the_duty_desk_and_to_the_centre_at_once(scene: Scene):
    case = officers(scene)
    blown(scene, case)
    assert not scene.told(case, NoticeKind.ESCALATED)

    blown(scene, case, Raise.BREWING)

    told = {
        notice.person_id
        for notice in scene.told(case, NoticeKind.ESCALATED)
        if notice.urgent is Urgent.RED
    }
    assert told == {scene.town.coordinator, scene.town.supervisor}


def test_the_reason_in_words_is_read_by_the_gate(scene: Scene):
    case = officers(scene)

    blown(scene, case, Raise.WORDS, words=BEATEN)

    assert case.level is Level.RED
    assert case.guarded
    assert scene.events(case, EventKind.GATE_HIT)
    assert len(scene.events(case, EventKind.LEVEL_RAISED)) == 1


def test_judge_and_mediator_raise_it_too_and_strangers_and_parties_do_not(scene: Scene):
    for part in Part:
        case = officers(scene)
        offer = scene.offers(case, part)[0]
        whistle(scene.work, case.id, offer.person, to=Level.ORANGE, why=Raise.VULNERABLE)
        assert case.level is Level.ORANGE

    ordinary = scene.case()
    elsewhere = scene.person(code="W2")
    a_duty(scene.session, elsewhere, Role.GRID_OFFICER, scene.town.far_grid)
    for nobody in (ordinary.reporter, elsewhere, scene.person(name="路人")):
        with pytest.raises(NotYours):
            whistle(scene.work, ordinary.id, nobody, to=Level.ORANGE, why=Raise.CROWD)


def test_the_officer_raises_any_case_of_his_grid_but_never_one_of_danger(scene: Scene):
    ordinary, danger = scene.case(), scene.case(matter=BEATEN)

    blown(scene, ordinary)

    assert ordinary.level is Level.ORANGE
    with pytest.raises(NotYours):
        blown(scene, danger)


def test_a_helper_only_reports(scene: Scene):
    helper = scene.person(code="L1")
    a_duty(scene.session, helper, Role.HELPER, scene.town.grid)
    case = scene.case(helper, channel=Channel.GRID_OFFICER)

    with pytest.raises(NotYours):
        whistle(scene.work, case.id, helper, to=Level.ORANGE, why=Raise.CROWD)


def test_a_closed_case_is_not_raised(scene: Scene):
    case = officers(scene)
    case.stage, case.closed_at = Stage.CLOSED, scene.now

    with pytest.raises(MoveNotAllowed):
        blown(scene, case)
