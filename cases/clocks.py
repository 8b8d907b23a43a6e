"""Clocks of a case as rows: start, stop, and what is due. Terms and rungs come from cases/policy.py.

Laws: a due time derives from the instant that started the clock and is never recomputed by an edit (3);
an open case has at least one running clock, and closing stops all of them (4).
"""

from datetime import datetime, timedelta

from sqlalchemy import bindparam, select

from cases.journal import EventKind, record
from cases.pauses import end_after_pause, end_after_rest
from cases.policy import RungAction, Schedule
from cases.schedule import rule_for, schedule
from cases.work import Work
from models.assignment import Assignment
from models.case import Case
from models.deadline import Deadline
from models.rows import put
from models.task import Task
from models.vocabulary import Clock, ClockState, Level


def start(
    work: Work,
    case: Case,
    clock: Clock,
    *,
    at: datetime,
    assignment: Assignment | None = None,
    task: Task | None = None,
    appointed: datetime | None = None,
) -> Deadline:
    """Start a clock at the instant of its event; `appointed` is an end that people agreed on."""
    ladder = _ladder(work, case, clock, at=at, task=task, appointed=appointed)
    deadline = Deadline(
        case_id=case.id,
        assignment_id=assignment.id if assignment else None,
        task_id=task.id if task else None,
        clock=clock,
        state=ClockState.RUNNING,
        started_at=at,
        due_at=ladder.due,
        rungs=[[action.value, moment.isoformat()] for action, moment in ladder.rungs],
        next_at=ladder.rungs[0][1],
        calendar=work.rules.calendar.version,
    )
    put(work.session, deadline)
    record(
        work,
        case,
        EventKind.CLOCK_STARTED,
        clock=clock,
        due=ladder.due.isoformat(),
        deadline=deadline.id,
        assignment=deadline.assignment_id,
    )
    return deadline


def hasten(work: Work, case: Case, assignment: Assignment) -> None:
    """After a raise a new acknowledgement runs from now, unless the old one is due sooner (law 3)."""
    for old in running(work, case):
        own = old.clock is Clock.ACKNOWLEDGE and old.assignment_id == assignment.id
        if own and _ladder(work, case, old.clock, at=work.now).due < old.due_at:
            _stop(work, case, old)
            start(work, case, Clock.ACKNOWLEDGE, at=work.now, assignment=assignment)


def _ladder(
    work: Work,
    case: Case,
    clock: Clock,
    *,
    at: datetime,
    task: Task | None = None,
    appointed: datetime | None = None,
) -> Schedule:
    rule = rule_for(
        clock,
        level=case.level,
        category=case.category,
        task=task.kind if task else None,
        guarded=case.guarded,
        policy=work.rules.policy,
    )
    return schedule(rule, at, work.rules.calendar, appointed=appointed)


def stop(
    work: Work,
    case: Case,
    clock: Clock,
    *,
    assignment: Assignment | None = None,
    task: Task | None = None,
) -> None:
    """Stop the clocks of one kind (of one assignment or task, when named), also those whose rungs have all fired."""
    for deadline in _unended(work, case):
        same = deadline.clock is clock
        if (
            same
            and (assignment is None or deadline.assignment_id == assignment.id)
            and (task is None or deadline.task_id == task.id)
        ):
            _stop(work, case, deadline)


def stop_all(work: Work, case: Case) -> None:
    """Closing stops every clock in the same transaction, a paused one too (law 4)."""
    for deadline in _unended(work, case):
        _stop(work, case, deadline)


def stop_of(work: Work, case: Case, assignment: Assignment) -> None:
    """Stop every clock that belongs to an assignment which has ended."""
    for deadline in _unended(work, case):
        if deadline.assignment_id == assignment.id:
            _stop(work, case, deadline)


def pause(
    work: Work, case: Case, clock: Clock | None = None, *, assignment: Assignment | None = None
) -> None:
    """A recorded pause of one clock, or of those of an assignment: nothing fires until it is resumed (law 3)."""
    for deadline in running(work, case):
        own = assignment is None or deadline.assignment_id == assignment.id
        if own and clock in {None, deadline.clock}:
            deadline.state, deadline.paused_at = ClockState.PAUSED, work.now
            deadline.next_at = None
            record(
                work,
                case,
                EventKind.CLOCK_STOPPED,
                clock=deadline.clock,
                deadline=deadline.id,
                paused=True,
            )


def resume(work: Work, case: Case, clock: Clock) -> None:
    """The time of the pause is not counted: the end moves by as many days, working days where the term counts those."""
    for deadline in _in_state(work, case, clock, ClockState.PAUSED):
        if deadline.paused_at is not None:
            _run_until(work, case, deadline, end_after_pause(work, case, deadline))
            deadline.paused_at = None


def resume_of(work: Work, case: Case, assignment: Assignment) -> None:
    """An assignment's clocks go on with what was left; whatever was stopped in the pause stays stopped (law 3)."""
    for deadline in _unended(work, case):
        if deadline.state is ClockState.PAUSED and deadline.assignment_id == assignment.id:
            later = end_after_rest(work, case, deadline) - deadline.due_at
            deadline.rungs = [
                [action, (datetime.fromisoformat(moment) + later).isoformat()]
                for action, moment in deadline.rungs
            ]
            deadline.due_at += later
            deadline.next_at = datetime.fromisoformat(deadline.rungs[deadline.rung][1])
            deadline.state, deadline.paused_at = ClockState.RUNNING, None
            _record_moved(work, case, deadline)


def extend(work: Work, case: Case, clock: Clock, until: datetime) -> Deadline | None:
    """A recorded extension moves the end of a clock that runs or has lapsed; None when there is none."""
    for state in (ClockState.RUNNING, ClockState.LAPSED):
        for deadline in _in_state(work, case, clock, state):
            _run_until(work, case, deadline, until)
            return deadline
    return None


def began(work: Work, case: Case, clock: Clock) -> bool:
    """Whether such a clock was ever started in this life of the case: those of a case never begin twice (law 3)."""
    since = case.reopened_at or case.registered_at
    query = select(Deadline.id).where(
        Deadline.case_id == case.id, Deadline.clock == clock, Deadline.started_at >= since
    )
    return work.session.scalars(query).first() is not None


def _in_state(work: Work, case: Case, clock: Clock, state: ClockState) -> list[Deadline]:
    """The newest first: a lapsed clock of an earlier life of the case is not this one."""
    rows = work.session.scalars(
        select(Deadline)
        .where(Deadline.case_id == case.id, Deadline.clock == clock, Deadline.state == state)
        .order_by(Deadline.id.desc())
    )
    return list(rows)


def _run_until(work: Work, case: Case, deadline: Deadline, end: datetime) -> None:
    """Run again with the ladder of the new end; rungs whose instant has passed do not fire again."""
    ladder = _ladder(work, case, deadline.clock, at=deadline.started_at, appointed=end)
    deadline.state, deadline.due_at = ClockState.RUNNING, ladder.due
    deadline.rungs = [[action.value, moment.isoformat()] for action, moment in ladder.rungs]
    deadline.rung = sum(moment <= work.now for _, moment in ladder.rungs[:-1])
    deadline.next_at = ladder.rungs[deadline.rung][1]
    _record_moved(work, case, deadline)


def _record_moved(work: Work, case: Case, deadline: Deadline) -> None:
    record(
        work,
        case,
        EventKind.CLOCK_STARTED,
        clock=deadline.clock,
        due=deadline.due_at.isoformat(),
        deadline=deadline.id,
        assignment=deadline.assignment_id,
        moved=True,
    )


def _stop(work: Work, case: Case, deadline: Deadline) -> None:
    deadline.state = ClockState.STOPPED
    deadline.stopped_at = work.now
    deadline.next_at = None
    record(work, case, EventKind.CLOCK_STOPPED, clock=deadline.clock, deadline=deadline.id)


def _unended(work: Work, case: Case) -> list[Deadline]:
    """What was never stopped: it runs, rests, or has lapsed, and the case is late until it is stopped."""
    rows = work.session.scalars(
        select(Deadline)
        .where(Deadline.case_id == case.id, Deadline.state != ClockState.STOPPED)
        .order_by(Deadline.next_at, Deadline.id)
    )
    return list(rows)


def running(work: Work, case: Case) -> list[Deadline]:
    """The running clocks of a case, soonest first."""
    return list(work.session.scalars(_RUNNING, {"case": case.id}))


_RUNNING = (
    select(Deadline)
    .where(Deadline.case_id == bindparam("case"), Deadline.state == ClockState.RUNNING)
    .order_by(Deadline.next_at, Deadline.id)
)


def keep_one_running(work: Work, case: Case) -> None:
    """Start the review when an open case has no other clock: none stops silently (law 4). Danger is looked at daily."""
    if case.is_open and not running(work, case):
        tomorrow = work.now + timedelta(days=1)
        daily = case.level is Level.RED or case.guarded
        start(work, case, Clock.WEEKLY_REVIEW, at=work.now, appointed=tomorrow if daily else None)


def look_again_tomorrow(work: Work, case: Case) -> None:
    """Nobody could be asked today: a review looks again, whatever else runs; one is enough."""
    if not any(one.clock is Clock.WEEKLY_REVIEW for one in running(work, case)):
        start(work, case, Clock.WEEKLY_REVIEW, at=work.now, appointed=work.now + timedelta(days=1))


def rungs_due(deadline: Deadline, now: datetime) -> list[RungAction]:
    """The rungs whose instant has come and which have not fired."""
    left = deadline.rungs[deadline.rung :]
    return [RungAction(action) for action, moment in left if datetime.fromisoformat(moment) <= now]


def climb(deadline: Deadline, fired: int) -> None:
    """Count fired rungs; after the last one the clock has lapsed."""
    deadline.rung += fired
    if deadline.rung >= len(deadline.rungs):
        deadline.state, deadline.next_at = ClockState.LAPSED, None
    else:
        deadline.next_at = datetime.fromisoformat(deadline.rungs[deadline.rung][1])
