"""What each rung of each clock does, when it fires."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from cases import clocks
from cases.actions.mediation import parties
from cases.actions.offering import call_instead, escalate, holder, lapse, offer_next, route_of
from cases.actions.tasks import hand_over_task, open_task
from cases.journal import EventKind, record
from cases.outbox import NoticeKind, tell
from cases.policy import RungAction
from cases.work import Work
from models.assignment import Assignment
from models.case import Case
from models.deadline import Deadline
from models.party import Party
from models.person import Person
from models.task import Task
from models.vocabulary import (
    AssignmentState,
    Clock,
    Part,
    SafeChannel,
    Side,
    TaskKind,
    TaskState,
    Urgent,
)


@dataclass(frozen=True, slots=True)
class Fired:
    """One rung that fires now. `late`: milder rungs before it were left out, so nobody was warned in time."""

    deadline: Deadline
    action: RungAction
    late: bool


def _acknowledge(work: Work, case: Case, fired: Fired) -> None:
    assignment = _assignment(work, fired.deadline)
    if fired.action is RungAction.REMIND:
        _remind(work, case, fired.deadline, assignment.person, NoticeKind.REMIND)
    elif fired.action is RungAction.WARN:
        _remind(work, case, fired.deadline, assignment.person, NoticeKind.WARN)
        escalate(work, case, assignment.part, why="warned", key=str(fired.deadline.id))
    elif fired.action is RungAction.CALL:
        call_instead(work, case, assignment)
    elif fired.action is RungAction.DEPUTY:
        lapse(work, case, assignment, freeze=not fired.late)
    else:
        escalate(
            work, case, assignment.part, why="not_taken", key=f"{fired.deadline.id}:{fired.action}"
        )


def _first_contact(work: Work, case: Case, fired: Fired) -> None:
    assignment = _assignment(work, fired.deadline)
    if fired.action is RungAction.REMIND:
        if assignment.state is AssignmentState.TAKEN:  # before that the acknowledgement reminds
            _remind(work, case, fired.deadline, assignment.person, NoticeKind.CONTACT_DUE)
    elif fired.action is RungAction.ASK:
        _ask(work, case, fired.deadline, case.reporter, NoticeKind.CONTACT_CHECK)
    elif fired.action is RungAction.DEPUTY:
        lapse(work, case, assignment, freeze=not fired.late)
        clocks.stop(work, case, Clock.ACKNOWLEDGE, assignment=assignment)
    else:
        escalate(
            work,
            case,
            Part.MEDIATOR,
            why="not_contacted",
            key=f"{fired.deadline.id}:{fired.action}",
        )


def _mediation_term(work: Work, case: Case, fired: Fired) -> None:
    assignment = holder(work, case, Part.MEDIATOR)
    if fired.action is RungAction.SUPERVISOR or assignment is None:
        if assignment is not None and not fired.late and assignment.frozen_at is None:
            assignment.frozen_at = work.now
        why = "term_over" if fired.action is RungAction.SUPERVISOR else "nobody_left"
        escalate(work, case, Part.MEDIATOR, why=why, key=str(fired.deadline.id))
        return
    kind = NoticeKind.WARN if fired.action is RungAction.WARN else NoticeKind.REMIND
    _remind(work, case, fired.deadline, assignment.person, kind)
    if fired.action is RungAction.WARN:
        escalate(work, case, Part.MEDIATOR, why="warned", key=str(fired.deadline.id))


def _promise(work: Work, case: Case, fired: Fired) -> None:
    if (
        fired.action is RungAction.REVIEW or case.guarded
    ):  # guarded later than the clock began: law 13
        _call_safely(work, case)
    elif fired.action is RungAction.REMIND:
        for person in _promisers(work, case):
            _ask(work, case, fired.deadline, person, NoticeKind.PROMISE_SOON)
    elif fired.action is RungAction.GUIDE:
        _ask(work, case, fired.deadline, case.reporter, NoticeKind.GUIDE)
        escalate(work, case, Part.MEDIATOR, why="unanswered", key=str(fired.deadline.id))
    elif fired.action is RungAction.URGE:
        _urge(work, case)
    else:
        for person in parties(work, case):
            _ask(work, case, fired.deadline, person, NoticeKind.KEPT_QUESTION)
        _have_asked_by_phone(work, case)


def _follow_up(work: Work, case: Case, fired: Fired) -> None:
    if fired.action is RungAction.REVIEW or case.guarded:
        _call_safely(work, case)
    elif not _promise_is_ahead(work, case):  # the promised day asks for itself
        _ask(work, case, fired.deadline, case.reporter, NoticeKind.FOLLOW_UP_QUESTION)


def _promise_is_ahead(work: Work, case: Case) -> bool:
    return any(
        deadline.clock is Clock.PROMISE and deadline.due_at > work.now
        for deadline in clocks.running(work, case)
    )


def _weekly_review(work: Work, case: Case, fired: Fired) -> None:
    if holder(work, case, Part.MEDIATOR) is None:  # nobody could be reached before (law 2)
        offer_next(work, case, Part.MEDIATOR)
    head = next(iter(route_of(work, case).supervisors), None)
    if head is not None:
        person = work.session.get_one(Person, head.person_id)
        tell(work, person, NoticeKind.REVIEW, case=case, dedupe=f"review:{fired.deadline.id}")
    record(work, case, EventKind.REVIEWED)
    clocks.keep_one_running(work, case)  # one, however long nothing beat


def _task(work: Work, case: Case, fired: Fired) -> None:
    task = work.session.get_one(Task, fired.deadline.task_id)
    if task.state is TaskState.DONE:
        return
    person = work.session.get_one(Person, task.person_id)
    if fired.action is RungAction.REMIND:
        _remind(work, case, fired.deadline, person, NoticeKind.TASK, task=task.id)
        return
    route = route_of(work, case)
    above = [pick.person_id for pick in route.supervisors if pick.person_id != person.id]
    record(work, case, EventKind.ESCALATED, task=task.kind, to=above[:1])
    if above:
        hand_over_task(work, case, task, work.session.get_one(Person, above[0]))
    else:
        escalate(work, case, Part.MEDIATOR, why="task_late", key=str(task.id))


CLIMBS: dict[Clock, Callable[[Work, Case, Fired], None]] = {
    Clock.ACKNOWLEDGE: _acknowledge,
    Clock.FIRST_CONTACT: _first_contact,
    Clock.MEDIATION_TERM: _mediation_term,
    Clock.PROMISE: _promise,
    Clock.FOLLOW_UP: _follow_up,
    Clock.WEEKLY_REVIEW: _weekly_review,
    Clock.TASK: _task,
}


def _remind(
    work: Work, case: Case, deadline: Deadline, person: Person, kind: NoticeKind, **facts: Any
) -> None:
    record(
        work,
        case,
        EventKind.WARNED if kind is NoticeKind.WARN else EventKind.REMINDED,
        clock=deadline.clock,
        person=person.id,
    )
    tell(
        work,
        person,
        kind,
        case=case,
        urgent=Urgent.NOTICE,
        dedupe=f"{kind}:{deadline.id}:{deadline.rung}:{person.id}",
        deadline=deadline.id,
        **facts,
    )


def _ask(work: Work, case: Case, deadline: Deadline, person: Person, kind: NoticeKind) -> None:
    asked = tell(
        work,
        person,
        kind,
        case=case,
        dedupe=f"{kind}:{deadline.id}:{deadline.rung}:{person.id}",
        deadline=deadline.id,
    )
    if asked is not None:
        record(work, case, EventKind.ASKED, what=kind, person=person.id)


def _call_safely(work: Work, case: Case) -> None:
    """In a guarded case a human asks, and only by the way that the person chose (law 13)."""
    desk = holder(work, case, Part.MEDIATOR)
    picks = route_of(work, case).coordinators
    person = desk.person if desk else None
    if person is None and picks:
        person = work.session.get_one(Person, picks[0].person_id)
    if person is None:
        return
    if case.safe_channel is SafeChannel.PHONE:
        open_task(
            work, case, TaskKind.SAFE_CALL, person, contact=case.safe_contact, why="follow_up"
        )
    else:  # the person comes back alone, or was not asked: a human decides what is safe
        tell(
            work,
            person,
            NoticeKind.REVIEW,
            case=case,
            dedupe=f"safe_review:{case.id}:{work.today}",
        )


def _have_asked_by_phone(work: Work, case: Case) -> None:
    """Sides without an own account are asked by telephone, by the mediator."""
    mediator = holder(work, case, Part.MEDIATOR)
    rows = work.session.scalars(
        select(Party).where(Party.case_id == case.id, Party.side.in_([Side.REPORTER, Side.OTHER]))
    )
    for party in rows:
        reached = party.person is not None and party.person.reachable
        if not reached and mediator is not None:
            open_task(
                work,
                case,
                TaskKind.READ_ALOUD,
                mediator.person,
                side=party.side,
                what=NoticeKind.KEPT_QUESTION,
            )


def _urge(work: Work, case: Case) -> None:
    """A week without an answer: the mediator asks by telephone; silence is no answer (law 6)."""
    mediator = holder(work, case, Part.MEDIATOR)
    if mediator is not None:
        open_task(work, case, TaskKind.CALL, mediator.person, why="kept_unanswered")


def _promisers(work: Work, case: Case) -> list[Person]:
    rows = work.session.scalars(
        select(Party).where(Party.case_id == case.id, Party.side == Side.OTHER)
    )
    return [party.person for party in rows if party.person is not None]


def _assignment(work: Work, deadline: Deadline) -> Assignment:
    return work.session.get_one(Assignment, deadline.assignment_id)
