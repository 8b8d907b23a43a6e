"""What a head looks at: what is late, with whom and why; every RED; what waits for a decision. Reads only.

Laws: the centre sees all, the court's own head what concerns judges (14); worst first: danger, then what is overdue
longest.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import exists, or_, select
from sqlalchemy.orm import joinedload

from cases.access import Relation, relations
from cases.actions import proposals
from cases.actions.offering import assignments_of, holder
from cases.dossiers import fetch
from cases.journal import EventKind
from cases.office import Errand, areas_for, below
from cases.opponents import is_of_the_office, may_stand_on_a_list
from cases.work import Work
from models.area import PLACED_LEVELS, Area
from models.assignment import Assignment
from models.case import Case
from models.deadline import Deadline
from models.duty import Duty
from models.event import Event
from models.person import Person
from models.task import Task
from models.vocabulary import (
    CLOSED,
    AssignmentState,
    Clock,
    ClockState,
    ContactResult,
    Level,
    Part,
    Role,
    TaskKind,
    TaskState,
)

#: Clocks that ask or look again; nobody is late by them.
ASKING = frozenset({Clock.PROMISE, Clock.FOLLOW_UP, Clock.WEEKLY_REVIEW, Clock.CONSENT})

#: Work that is a decision of a head.
_DECISIONS = (TaskKind.REQUEST, TaskKind.CHALLENGE)


class Delay(StrEnum):
    """Why something is late, as the record shows it."""

    UNREACHABLE = "unreachable"
    NOT_OPENED = "not_opened"
    NOT_TAKEN = "not_taken"  # opened, and no more
    NO_CONTACT = "no_contact"
    NO_ANSWER = "no_answer"  # tried, and nobody answered
    TERM_OVER = "term_over"
    NOT_DONE = "not_done"


@dataclass(frozen=True, slots=True)
class Late:
    """One clock that has run out. `since`: when it was due."""

    case_id: int
    level: Level
    part: Part
    person_id: int | None
    clock: Clock
    since: datetime
    why: Delay


def late(work: Work, by: Person, hat: Role) -> list[Late]:
    """What is late in the areas of this head: of the court's head what judges owe, of the others all."""
    areas = areas_for(work, by, Errand.SEE_LATE, hat)
    rows = work.session.execute(
        select(Deadline, Case, Assignment)  # whoever is late is read with it, not one by one
        .join(Case, Case.id == Deadline.case_id)
        .outerjoin(Assignment, Assignment.id == Deadline.assignment_id)
        .options(joinedload(Assignment.person))
        .where(
            Deadline.state.in_([ClockState.RUNNING, ClockState.LAPSED]),
            Deadline.due_at <= work.now,
            Deadline.clock.not_in(ASKING),
            Case.stage.not_in(CLOSED),
            Case.area_id.in_(areas),
        )
    )
    found = [
        one
        for deadline, case, _ in rows.all()
        if not is_of_the_office(work, case, by) and (one := _late(work, case, deadline))
    ]
    if hat is Role.COURT_SUPERVISOR:
        found = [one for one in found if one.part is Part.JUDGE]
    return sorted(found, key=lambda one: (one.level is not Level.RED, one.since, one.case_id))


def red(work: Work, by: Person, hat: Role) -> list[int]:
    """Every open case of danger, the newest first."""
    areas = areas_for(work, by, Errand.SEE_LATE, hat)
    rows = select(Case.id).where(
        Case.level == Level.RED, Case.stage.not_in(CLOSED), Case.area_id.in_(areas)
    )
    newest = rows.order_by(Case.registered_at.desc(), Case.id.desc())
    return may_stand_on_a_list(work, by, work.session.scalars(newest))


def waiting(work: Work, by: Person, hat: Role) -> list[int]:
    """Cases that wait for a decision of this head: closings, requests, challenges; the longest waiting first."""
    tasks = work.session.scalars(
        select(Task.case_id)
        .join(Case, Case.id == Task.case_id)
        .where(Task.person_id == by.id, Task.state == TaskState.OPEN, Task.kind.in_(_DECISIONS))
        .order_by(Task.opened_at)
    )
    found = list(tasks)
    if hat is not Role.COURT_SUPERVISOR:
        found += _closings(work, by, hat)
    return may_stand_on_a_list(work, by, dict.fromkeys(found))


def unplaced(work: Work, by: Person, hat: Role) -> list[int]:
    """Open cases of which only the county is known, the oldest first."""
    areas = areas_for(work, by, Errand.SEE_LATE, hat)
    rows = work.session.scalars(
        select(Case.id)
        .join(Area, Area.id == Case.area_id)
        .where(
            Case.stage.not_in(CLOSED), Case.area_id.in_(areas), Area.level.not_in(PLACED_LEVELS)
        )
        .order_by(Case.registered_at, Case.id)
    )
    return may_stand_on_a_list(work, by, rows)


def judges_wait(work: Work, by: Person, most: int) -> list[int]:
    """The first cases of this assistant's area that their judges have not reported in to."""
    held = select(Duty).where(Duty.person_id == by.id, Duty.role == Role.JUDGE_ASSISTANT)
    areas = [duty.area_id for duty in work.session.scalars(held) if duty.held_on(work.today)]
    rows = (
        select(Case.id)
        .join(Assignment, Assignment.case_id == Case.id)
        .where(
            Assignment.part == Part.JUDGE,
            Assignment.state.in_((AssignmentState.OFFERED, AssignmentState.SEEN)),
            Assignment.person_id != by.id,
            Case.area_id.in_(below(work.session, areas)),
        )
        .order_by(Assignment.id)
    )
    found: list[int] = []
    ids = list(dict.fromkeys(work.session.scalars(rows)))
    for start in range(0, len(ids), most):  # mostly the first page is enough
        page = select(Case).where(Case.id.in_(ids[start : start + most])).order_by(Case.id)
        dossiers = fetch(work.session, work.session.scalars(page).all(), [by.id])
        assisted = {
            one.case.id
            for one in dossiers
            if Relation.ASSISTANT in relations(work, one.case, by, one)
        }
        found += [one for one in ids[start : start + most] if one in assisted]
        if len(found) >= most:
            break
    return found[:most]


def _closings(work: Work, by: Person, hat: Role) -> list[int]:
    areas = areas_for(work, by, Errand.SEE_LATE, hat)
    proposed = (EventKind.CLOSING_AGREED.value, EventKind.CLOSING_PROPOSED.value)
    rows = work.session.scalars(
        select(Case)
        .where(
            Case.stage.not_in(CLOSED),
            Case.area_id.in_(areas),
            exists().where(Event.case_id == Case.id, Event.kind.in_(proposed)),
        )
        .order_by(Case.registered_at, Case.id)
    )
    found = ((case, proposals.pending(work, case)) for case in rows)
    return [case.id for case, one in found if one is not None and one.by != by.id]


def _late(work: Work, case: Case, deadline: Deadline) -> Late | None:
    """One line; None when nobody is late any more."""
    if deadline.task_id is not None:
        return _late_task(work, case, deadline)
    if deadline.assignment_id is not None:
        assignment = work.session.get_one(Assignment, deadline.assignment_id)
        if not assignment.is_live:
            return None
    else:
        current = holder(work, case, Part.MEDIATOR)
        if current is None:
            return Late(
                case.id,
                case.level,
                Part.MEDIATOR,
                None,
                deadline.clock,
                deadline.due_at,
                Delay.TERM_OVER,
            )
        assignment = current
    return Late(
        case.id,
        case.level,
        assignment.part,
        assignment.person_id,
        deadline.clock,
        deadline.due_at,
        _why(work, case, deadline.clock, assignment),
    )


def _late_task(work: Work, case: Case, deadline: Deadline) -> Late | None:
    task = work.session.get_one(Task, deadline.task_id)
    if task.state is not TaskState.OPEN:
        return None
    judges = {one.person_id for one in assignments_of(work, case) if one.part is Part.JUDGE}
    court = task.facts.get("part") == Part.JUDGE or task.person_id in judges
    part = Part.JUDGE if court else Part.MEDIATOR
    return Late(
        case.id,
        case.level,
        part,
        task.person_id,
        deadline.clock,
        deadline.due_at,
        Delay.NOT_DONE,
    )


def _why(work: Work, case: Case, clock: Clock, assignment: Assignment) -> Delay:
    if not assignment.person.reachable:
        return Delay.UNREACHABLE
    if clock is Clock.FIRST_CONTACT and _tried(work, case, assignment):
        return Delay.NO_ANSWER
    if clock in {Clock.ACKNOWLEDGE, Clock.FIRST_CONTACT}:
        by_state = {
            AssignmentState.OFFERED: Delay.NOT_OPENED,
            AssignmentState.SEEN: Delay.NOT_TAKEN,
        }
        return by_state.get(assignment.state, Delay.NO_CONTACT)
    return Delay.TERM_OVER


def _tried(work: Work, case: Case, assignment: Assignment) -> bool:
    events = work.session.scalars(
        select(Event).where(
            Event.case_id == case.id,
            Event.kind == EventKind.CONTACTED.value,
            Event.actor_id == assignment.person_id,
        )
    )
    return any((one.facts or {}).get("result") == ContactResult.NO_ANSWER for one in events)


def open_cases_of(work: Work, person: Person) -> list[Case]:
    """The open cases in which this person holds a part or has work to do, by number."""
    live = (AssignmentState.OFFERED, AssignmentState.SEEN, AssignmentState.TAKEN)
    held = select(Assignment.case_id).where(
        Assignment.person_id == person.id, Assignment.state.in_(live)
    )
    tasked = select(Task.case_id).where(Task.person_id == person.id, Task.state == TaskState.OPEN)
    rows = work.session.scalars(
        select(Case)
        .where(
            Case.stage.not_in(CLOSED),
            or_(Case.id.in_(held), Case.id.in_(tasked)),
        )
        .order_by(Case.year, Case.sequence)
    )
    return list(rows)
