"""Whoever really stands so to a case may do exactly what the matrix says, and nobody else anything."""

from collections.abc import Callable

import pytest

from bot import matrix
from cases.access import MAY, RELATED, SEES, Doing, Relation, Sight, relations
from cases.actions import assignment, challenging, closing
from cases.errors import CaseError, NotYours
from cases.standing import STANDING
from models.case import Case
from models.person import Person
from models.vocabulary import Challenge, Channel, Role
from tests.factories import a_duty
from tests.laws.doings import ACTIONS
from tests.planted import Planted, ended, planted
from tests.scene import Scene


def test_every_doing_has_its_action_and_every_relation_its_standing() -> None:
    assert set(ACTIONS) == set(MAY) == set(Doing)
    assert set(STANDING) == set(Relation)
    assert set(SEES) == set(Sight)
    assert set(matrix.RELATIONS) == set(Relation)
    assert set(matrix.DOINGS) == set(Doing)
    assert set(matrix.SIGHTS) == set(Sight)


def test_an_open_case_is_for_whom_the_matrix_names(scene: Scene) -> None:
    assert disagreements(planted(scene)) == []


def test_a_closed_case_is_for_whom_the_matrix_names(scene: Scene) -> None:
    assert disagreements(ended(planted(scene))) == []


def test_who_stepped_aside_or_was_asked_to_may_do_no_more_than_that(scene: Scene) -> None:
    found = planted(scene)
    judge, mediator = found.people["judge"], found.people["mediator"]
    assignment.give_back(scene.work, found.part_of(judge).id, judge, RELATED)
    challenging.challenge(
        scene.work, found.part_of(mediator).id, found.people["reporter"], Challenge.UNFAIR, "不公"
    )
    found.standing["judge"] = frozenset({Relation.RECUSED})
    found.standing["mediator"] = frozenset({Relation.HELD})
    found.standing["supervisor"] |= {Relation.TASKED}  # it is for her to decide
    del found.people[
        "handlers of the grid without the case"
    ]  # who is offered the judge's part now

    assert disagreements(found) == []


def disagreements(found: Planted) -> list[str]:
    """Where what is done and what the matrix says differ."""
    told = []
    for name, person in found.people.items():
        stands = relations(found.work, found.case, person)
        if stands != found.standing[name]:
            told.append(f"{name} stands as {sorted(stands)}")
        for doing, act in ACTIONS.items():
            allowed = bool(found.standing[name] & MAY[doing])
            if may(found, person, act) != allowed:
                told.append(f"{name} {doing}")
    return told


def may(found: Planted, person: Person, act: Callable[[Planted, Person], object]) -> bool:
    """Try it, and undo it. Any other refusal is said to somebody who may."""
    with found.scene.session.begin_nested() as undone:
        try:
            act(found, person)
        except NotYours:
            return False
        except CaseError:
            return True
        finally:
            undone.rollback()
            found.scene.session.expire_all()
    return True


# --- whose own dispute it is, has no other right to it ---------------------------------------------------------------


@pytest.mark.parametrize("role", [Role.SUPERVISOR, Role.COORDINATOR, Role.COURT_SUPERVISOR])
def test_a_head_does_not_decide_on_a_dispute_of_his_own(scene: Scene, role: Role) -> None:
    head = scene.person(code="X5")
    a_duty(scene.session, head, role, scene.town.county)

    own = scene.case(head)

    assert relations(scene.work, own, head) == {Relation.REPORTER}
    with pytest.raises(NotYours):
        closing.approve_closing(scene.work, own.id, head)


def test_an_officer_who_whistled_for_others_keeps_his_office(scene: Scene) -> None:
    officer = scene.person(scene.town.officer)
    a_duty(scene.session, officer, Role.COORDINATOR, scene.town.county, rank=8)

    whistled: Case = scene.case(officer, channel=Channel.GRID_OFFICER)

    assert relations(scene.work, whistled, officer) == {
        Relation.REPORTER,
        Relation.GRID_OFFICER,
        Relation.COORDINATOR,
    }
