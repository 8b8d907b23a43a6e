"""What each rung of each clock does, when it fires."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from cases import clocks
from cases.actions.acting import acting, ask_another, look_again
from cases.actions.heirs import heads_above
from cases.actions.mediation import parties
from cases.actions.offering import call_instead, duty_desk, escalate, lapse, route_of
from cases.actions.read_out import have_asked_by_phone, have_it_read_out
from cases.actions.tasks import ANSWERED, hand_over_task, open_task
from cases.actions.withdrawing import hear_what_waits
from cases.journal import EventKind, events, record
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
        if not _tried(work, case, fired.deadline, assignment):
            _ask(work, case, fired.deadline, case.reporter, NoticeKind.CONTACT_CHECK)
    elif fired.action is RungAction.DEPUTY:
        # whoever tried and reached nobody was not silent: it goes on to the next, and nobody is frozen
        tried = _tried(work, case, fired.deadline, assignment)
        lapse(work, case, assignment, freeze=not fired.late and not tried)
        clocks.stop(work, case, Clock.ACKNOWLEDGE, assignment=assignment)
    else:
        escalate(
            work,
            case,
            Part.MEDIATOR,
            why="not_contacted",
            key=f"{fired.deadline.id}:{fired.action}",
        )


def _tried(work: Work, case: Case, deadline: Deadline, assignment: Assignment) -> bool:
    """Whether this handler recorded a try within the term."""
    return any(
        event.actor_id == assignment.person_id and event.at >= deadline.started_at
        for event in events(work, case, EventKind.CONTACTED)
    )


def _mediation_term(work: Work, case: Case, fired: Fired) -> None:
    assignment = acting(work, case, Part.MEDIATOR)
    if fired.action is RungAction.SUPERVISOR or assignment is None:
        # who protects somebody in danger is not mediating, and is never held back by that term
        late = not fired.late and not case.guarded
        if assignment is not None and late and assignment.frozen_at is None:
            assignment.frozen_at = work.now
        why = "term_over" if fired.action is RungAction.SUPERVISOR else "nobody_left"
        escalate(work, case, Part.MEDIATOR, why=why, key=str(fired.deadline.id))
        return
    kind = NoticeKind.WARN if fired.action is RungAction.WARN else NoticeKind.REMIND
    _remind(work, case, fired.deadline, assignment.person, kind)
    if fired.action is RungAction.WARN:
        escalate(work, case, Part.MEDIATOR, why="warned", key=str(fired.deadline.id))


def _promise(work: Work, case: Case, fired: Fired) -> None:
    if fired.action is RungAction.REVIEW or case.guarded:  # guarded by now: law 13
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
        have_asked_by_phone(work, case)
        have_it_read_out(work, case, NoticeKind.KEPT_QUESTION)


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
    look_again(work, case)
    hear_what_waits(work, case)
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
    if task.kind in ANSWERED:
        _unanswered(work, case, task)
        return
    if task.kind is TaskKind.CHALLENGE:  # nobody has decided in time
        ask_another(work, case, Part(task.facts["part"]))
    above = _above(work, case, task)
    record(work, case, EventKind.ESCALATED, task=task.kind, to=above[:1])
    if above:
        hand_over_task(work, case, task, work.session.get_one(Person, above[0]))
    else:
        escalate(work, case, Part.MEDIATOR, why="task_late", key=str(task.id))


def _above(work: Work, case: Case, task: Task) -> list[int]:
    """Who has a late task next; a wish for another handler climbs among those who may decide it (law 14)."""
    if task.kind is TaskKind.CHALLENGE:
        return [person.id for person in heads_above(work, case, task)]
    line = route_of(work, case).supervisors
    return [pick.person_id for pick in line if pick.person_id != task.person_id]


def _unanswered(work: Work, case: Case, task: Task) -> None:
    """An order or request without an answer: whoever gave it is told, and the next head; of judges the court's own (14)."""
    route = route_of(work, case)
    court = task.kind is TaskKind.REQUEST or task.facts.get("part") == Part.JUDGE
    line = route.court_supervisors if court else route.supervisors
    asker = work.session.get_one(Person, task.facts["by"])
    others = [pick.person_id for pick in line if pick.person_id not in {task.person_id, asker.id}]
    told = [asker.id, *others[:1]]
    record(work, case, EventKind.ESCALATED, task=task.kind, to=told, why="unanswered_order")
    for person_id in told:
        tell(
            work,
            work.session.get_one(Person, person_id),
            NoticeKind.ESCALATED,
            case=case,
            dedupe=f"unanswered:{task.id}:{person_id}",
            part=task.facts.get("part", Part.MEDIATOR),
            why=f"{task.kind}_unanswered",
        )
    if task.kind is TaskKind.REQUEST and others:
        hand_over_task(work, case, task, work.session.get_one(Person, others[0]))


def _consent(work: Work, case: Case, fired: Fired) -> None:
    """The people spoken for were not asked yet: whoever brought it is reminded, and asks (law 6)."""
    if not case.consented:
        _remind(work, case, fired.deadline, case.reporter, NoticeKind.CONSENT_DUE)


CLIMBS: dict[Clock, Callable[[Work, Case, Fired], None]] = {
    Clock.ACKNOWLEDGE: _acknowledge,
    Clock.FIRST_CONTACT: _first_contact,
    Clock.MEDIATION_TERM: _mediation_term,
    Clock.PROMISE: _promise,
    Clock.FOLLOW_UP: _follow_up,
    Clock.WEEKLY_REVIEW: _weekly_review,
    Clock.CONSENT: _consent,
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
    person = _who_acts(work, case)
    if person is None:
        escalate(work, case, Part.MEDIATOR, why="nobody_left", key=str(work.today))
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


def _urge(work: Work, case: Case) -> None:
    """A week without an answer: the mediator asks by telephone; silence is no answer (law 6)."""
    person = _who_acts(work, case)
    if person is not None:
        open_task(work, case, TaskKind.CALL, person, why="kept_unanswered")


def _who_acts(work: Work, case: Case) -> Person | None:
    mediator = acting(work, case, Part.MEDIATOR)
    return mediator.person if mediator is not None else duty_desk(work, case)


def _promisers(work: Work, case: Case) -> list[Person]:
    rows = work.session.scalars(
        select(Party).where(Party.case_id == case.id, Party.side == Side.OTHER)
    )
    return [party.person for party in rows if party.person is not None]


def _assignment(work: Work, deadline: Deadline) -> Assignment:
    return work.session.get_one(Assignment, deadline.assignment_id)
