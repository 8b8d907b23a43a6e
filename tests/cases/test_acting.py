"""While a wish for another handler is undecided, somebody acts all the same, and nothing waits for ever (laws 2, 3)."""

from datetime import timedelta
from typing import Any

import pytest

from cases.actions.acting import acting
from cases.actions.assignment import take
from cases.actions.challenging import challenge, keep
from cases.actions.intake import add_to_case
from cases.actions.mediation import record_contact
from cases.actions.raising import one_up, whistle
from cases.actions.referring import refer, take_back
from cases.journal import EventKind
from cases.outbox import NoticeKind
from models.assignment import Assignment
from models.case import Case
from models.task import Task
from models.vocabulary import (
    Challenge,
    Clock,
    ClockState,
    ContactResult,
    Level,
    Organ,
    Part,
    Raise,
    TaskKind,
)
from tests.scene import Scene

DAY = timedelta(days=1)
ORANGE: dict[str, Any] = {"people": 12, "category": "RT10", "amount": 186_000}


def challenged(scene: Scene, **changes: Any) -> tuple[Case, Assignment, Task]:
    """Taken by its mediator, whom the reporter wants replaced."""
    case = scene.case(**changes)
    (offer,) = scene.offers(case)
    take(scene.work, offer.id, offer.person)
    challenge(scene.work, offer.id, case.reporter, Challenge.UNFAIR)
    (task,) = scene.tasks(case, TaskKind.CHALLENGE)
    return case, offer, task


def test_a_grave_case_waits_for_no_decision(scene: Scene):
    case, first, task = challenged(scene, **ORANGE)
    assert case.level is Level.ORANGE

    second = acting(scene.work, case, Part.MEDIATOR)

    assert second is not None
    assert second.person_id != first.person_id
    assert scene.running(case, Clock.ACKNOWLEDGE)[-1].assignment_id == second.id
    keep(scene.work, task.id, scene.person(scene.town.supervisor), "没有关系")
    assert acting(scene.work, case, Part.MEDIATOR) is first
    assert not second.is_live


def test_what_becomes_grave_is_offered_to_somebody_who_may_act(scene: Scene):
    case, first, _ = challenged(scene)
    assert acting(scene.work, case, Part.MEDIATOR) is None

    officer = scene.person(scene.town.officer)
    whistle(scene.work, case.id, officer, to=one_up(case.level), why=Raise.CROWD)

    second = acting(scene.work, case, Part.MEDIATOR)
    assert second is not None
    assert second.person_id != first.person_id


def test_undecided_for_too_long_somebody_else_is_asked(scene: Scene):
    case, first, _ = challenged(scene)

    scene.wait(8 * DAY)

    second = acting(scene.work, case, Part.MEDIATOR)
    assert second is not None
    assert second.person_id != first.person_id
    assert scene.running(case)


def test_no_clock_runs_on_him_and_what_was_left_goes_on_when_he_keeps_it(scene: Scene):
    case, first, task = challenged(scene)
    own = [one for one in scene.clocks(case) if one.assignment_id == first.id]
    assert {one.clock for one in own if one.state is ClockState.PAUSED} == {Clock.FIRST_CONTACT}
    due = own[-1].due_at

    scene.wait(timedelta(hours=2))
    keep(scene.work, task.id, scene.person(scene.town.supervisor), "没有关系")

    (goes_on,) = scene.running(case, Clock.FIRST_CONTACT)
    assert goes_on.assignment_id == first.id
    assert due <= goes_on.due_at <= due + DAY


def test_who_was_contacted_is_not_to_be_contacted_anew(scene: Scene):
    case = scene.case()
    (offer,) = scene.offers(case)
    take(scene.work, offer.id, offer.person)
    record_contact(scene.work, case.id, offer.person, ContactResult.REACHED)
    challenge(scene.work, offer.id, case.reporter, Challenge.UNFAIR)
    (task,) = scene.tasks(case, TaskKind.CHALLENGE)

    keep(scene.work, task.id, scene.person(scene.town.supervisor), "没有关系")

    assert not scene.running(case, Clock.FIRST_CONTACT)


def test_taken_back_from_another_organ_it_is_due_to_somebody_who_may_act(scene: Scene):
    case, first, _ = challenged(scene)
    head = scene.person(scene.town.supervisor)
    refer(scene.work, case.id, head, Organ.POLICE, "报警回执")

    take_back(scene.work, case.id, head, "不归他们")

    found = scene.running(case, Clock.FIRST_CONTACT)
    assert first.id not in {one.assignment_id for one in found}
    assert found or scene.running(case, Clock.ACKNOWLEDGE)


def test_what_is_added_meanwhile_reaches_the_duty_desk(scene: Scene):
    case, first, _ = challenged(scene)

    add_to_case(scene.work, case.id, case.reporter, words="他又把石头挪了")

    assert scene.told(case, NoticeKind.ADDED, scene.town.coordinator)
    assert not scene.told(case, NoticeKind.ADDED, first.person_id)


def test_nobody_left_is_looked_at_again(scene: Scene):
    everybody = [scene.person(one) for one in (scene.town.mediator, scene.town.deputy)]
    case = scene.case()
    for offer in scene.offers(case):
        offer.person.blocked_at = scene.now
    for person in everybody:
        person.blocked_at = scene.now
    scene.session.flush()

    scene.wait(10 * DAY)

    assert scene.events(case, EventKind.ESCALATED)
    assert scene.running(case)


@pytest.mark.parametrize("part", Part)
def test_a_challenge_never_leaves_a_case_without_a_clock(scene: Scene, part: Part):
    case = scene.case()
    (offer,) = scene.offers(case, part)
    take(scene.work, offer.id, offer.person)
    challenge(scene.work, offer.id, case.reporter, Challenge.RELATED)

    for _ in range(10):
        scene.wait(4 * DAY)
        assert scene.running(case)
    assert acting(scene.work, case, part) is not None
