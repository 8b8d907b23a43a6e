"""The only way from a tap to a case: who stands how to it, and what that allows.

Laws: no relation, no case; an older button answers with today's card (7); the two sides never see each other's words.
"""

from enum import StrEnum

from sqlalchemy import select

from cases.errors import NoSuchCase, NotYours, StaleTap
from cases.work import Work
from models.assignment import Assignment
from models.case import Case
from models.duty import Duty
from models.party import Party
from models.person import Person
from models.task import Task
from models.vocabulary import GUARDED, Flag, Role, Side, TaskState


class Relation(StrEnum):
    """How a person stands to a case."""

    REPORTER = "reporter"
    OTHER_SIDE = "other_side"
    HANDLER = "handler"  # holds or held out a live assignment
    FORMER = "former"  # once had an assignment
    SUPERVISOR = "supervisor"
    COURT_SUPERVISOR = "court_supervisor"
    COORDINATOR = "coordinator"
    TASKED = "tasked"  # has an open task on it


class Doing(StrEnum):
    """What a person wants to do with a case."""

    OPEN = "open"
    TAKE = "take"
    RETURN = "return"
    RECORD = "record"  # contact, note, evidence: freezing never stops these (law 14)
    AGREE = "agree"
    INVITE = "invite"  # hand the other side its own link
    ADD = "add"
    ANSWER = "answer"  # answer a question of the follow-up
    APPROVE = "approve"
    DO_TASK = "do_task"


_HEADS = frozenset({Relation.SUPERVISOR, Relation.COURT_SUPERVISOR, Relation.COORDINATOR})

MAY: dict[Doing, frozenset[Relation]] = {
    Doing.OPEN: frozenset(Relation) - {Relation.OTHER_SIDE},
    Doing.TAKE: frozenset({Relation.HANDLER, Relation.FORMER}),
    Doing.RETURN: frozenset({Relation.HANDLER, Relation.FORMER}),
    Doing.RECORD: frozenset({Relation.HANDLER, Relation.TASKED}) | _HEADS,
    Doing.AGREE: frozenset({Relation.HANDLER}),
    Doing.INVITE: frozenset({Relation.HANDLER}),
    Doing.ADD: frozenset({Relation.REPORTER, Relation.OTHER_SIDE}),
    Doing.ANSWER: frozenset({Relation.REPORTER, Relation.OTHER_SIDE}),
    Doing.APPROVE: frozenset({Relation.SUPERVISOR, Relation.COORDINATOR}),
    Doing.DO_TASK: frozenset({Relation.TASKED}) | _HEADS,
}

_HEAD_OF = {
    Role.SUPERVISOR: Relation.SUPERVISOR,
    Role.COURT_SUPERVISOR: Relation.COURT_SUPERVISOR,
    Role.COORDINATOR: Relation.COORDINATOR,
}


def access_case(
    work: Work, case_id: int, *, by: Person, doing: Doing, turn: int | None = None
) -> Case:
    """Fetch a case for one person and purpose, its row locked.

    Raises:
        NoSuchCase: there is none.
        NotYours: this person may not do this with it.
        StaleTap: `turn` is not the case's turn.
    """
    locked = select(Case).where(Case.id == case_id).with_for_update()
    # as it is now: it may have been read before the lock was free
    case = work.session.scalar(locked.execution_options(populate_existing=True))
    if case is None:
        raise NoSuchCase
    if not relations(work, case, by) & MAY[doing]:
        raise NotYours
    if turn is not None and turn != case.turn:
        raise StaleTap(case.id)
    return case


def relations(work: Work, case: Case, person: Person) -> frozenset[Relation]:
    """All ways in which a person stands to a case."""
    found: set[Relation] = set()
    if case.reporter_id == person.id:
        found.add(Relation.REPORTER)
    if is_other_side(work, case, person):
        return frozenset(found | {Relation.OTHER_SIDE})
    assignments = work.session.scalars(
        select(Assignment).where(Assignment.case_id == case.id, Assignment.person_id == person.id)
    )
    for assignment in assignments:
        found.add(Relation.HANDLER if assignment.is_live else Relation.FORMER)
    if _has_task(work, case, person):
        found.add(Relation.TASKED)
    return frozenset(found | _heads(work, case, person))


def is_other_side(work: Work, case: Case, person: Person) -> bool:
    query = select(Party.id).where(
        Party.case_id == case.id, Party.person_id == person.id, Party.side == Side.OTHER
    )
    return work.session.scalar(query) is not None


def _has_task(work: Work, case: Case, person: Person) -> bool:
    query = select(Task.id).where(
        Task.case_id == case.id, Task.person_id == person.id, Task.state == TaskState.OPEN
    )
    return work.session.scalars(query).first() is not None


def _heads(work: Work, case: Case, person: Person) -> set[Relation]:
    above = [area.id for area in case.area.line]
    duties = work.session.scalars(
        select(Duty).where(Duty.person_id == person.id, Duty.area_id.in_(above))
    )
    return {
        _HEAD_OF[duty.role]
        for duty in duties
        if duty.role in _HEAD_OF and duty.held_on(work.today)
    }


def sees_story(case: Case, found: frozenset[Relation]) -> bool:
    """Whether names and story open to this person; a guarded case opens only to its handlers and the duty desk."""
    guarded = bool(GUARDED & {Flag(flag) for flag in case.flags})
    if not guarded:
        return bool(found - {Relation.OTHER_SIDE})
    return bool(
        found
        & {
            Relation.REPORTER,
            Relation.HANDLER,
            Relation.TASKED,
            Relation.SUPERVISOR,
            Relation.COORDINATOR,
        }
    )
