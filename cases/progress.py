"""How far a case has come, for those whose dispute it is: what is done, what is asked of the head, what comes next."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select

from cases.actions.proposals import pending
from cases.journal import EventKind
from cases.safe_chats import chat_may_be_written
from cases.views import Done, PersonView, Progress, person_view
from cases.work import Work
from cases.workdays import civil
from models.assignment import Assignment
from models.case import Case
from models.deadline import Deadline
from models.event import Event
from models.task import Task
from models.vocabulary import (
    ClockState,
    ContactResult,
    Outcome,
    Part,
    Role,
    Stage,
    TaskKind,
    TaskState,
)

#: A closed case goes on when it happens again within so many days (rule book 6.7).
REOPENS = timedelta(days=90)

_STEPS = (
    EventKind.REGISTERED,
    EventKind.TAKEN,
    EventKind.CONTACTED,
    EventKind.AGREED,
    EventKind.BREACHED,
    EventKind.CLOSED,
    EventKind.REOPENED,
)
_LINES = 3  # conversations: a card is read at a glance
_READ = 30  # the latest steps among which those lines are found


def progress_of(work: Work, case: Case) -> Progress:
    """What a party's card says besides the case itself."""
    steps = _steps(work, case)
    challenge = challenge_of(work, case)
    return Progress(
        done=_done(work, case, steps),
        meeting=_meeting(work, case, steps),
        withdrawn=_withdrawn(work, case),
        challenged=Part(challenge.facts["part"]) if challenge else None,
        challenge_due=_due(work, challenge) if challenge else None,
        reopens=reopens(work, case),
        rated=case.rating is not None,
        chat_safe=chat_may_be_written(case),
    )


def reopens(work: Work, case: Case) -> bool:
    """Whether the case is closed, and not too long ago to go on under its number."""
    if case.is_open or case.closed_at is None or case.outcome is Outcome.MERGED:
        return False
    return work.today - civil(case.closed_at).date() <= REOPENS


def challenge_of(work: Work, case: Case) -> Task | None:
    """The question, not yet decided, whether somebody else is to handle the case."""
    return work.session.scalars(
        select(Task)
        .where(
            Task.case_id == case.id,
            Task.kind == TaskKind.CHALLENGE,
            Task.state == TaskState.OPEN,
        )
        .order_by(Task.id)
    ).first()


def _withdrawn(work: Work, case: Case) -> bool:
    """The applicant has ended it, and a second person has not yet looked at it."""
    waiting = pending(work, case)
    return waiting is not None and waiting.outcome is Outcome.WITHDRAWN


def _due(work: Work, task: Task) -> datetime | None:
    return work.session.scalar(
        select(Deadline.due_at).where(
            Deadline.task_id == task.id, Deadline.state == ClockState.RUNNING
        )
    )


def _steps(work: Work, case: Case) -> list[Event]:
    """The latest of the steps that a party is shown, newest first."""
    rows = work.session.scalars(
        select(Event)
        .where(Event.case_id == case.id, Event.kind.in_([kind.value for kind in _STEPS]))
        .order_by(Event.sequence.desc())
        .limit(_READ)
    )
    return [row for row in rows if _is_shown(row.facts or {})]


def _is_shown(facts: dict[str, Any]) -> bool:
    """A judge's reporting in guides and is no step of the case; a try that nobody answered is none either."""
    unanswered = facts.get("result") == ContactResult.NO_ANSWER
    return not unanswered and facts.get("part", Part.MEDIATOR) == Part.MEDIATOR


def _done(work: Work, case: Case, steps: list[Event]) -> tuple[Done, ...]:
    """The latest of each kind, at most three, oldest first."""
    latest: dict[str, Event] = {}
    for step in steps:
        latest.setdefault(step.kind, step)
    shown = list(latest.values())[:_LINES]
    return tuple(_line(work, case, step) for step in reversed(shown))


def _line(work: Work, case: Case, step: Event) -> Done:
    kind = EventKind(step.kind)
    who = _taker(work, case, step.actor_id) if kind is EventKind.TAKEN and step.actor_id else None
    return Done(kind, step.at, who, _day(step))


def _day(step: Event) -> datetime | None:
    day = (step.facts or {}).get("day")
    return datetime.fromisoformat(day) if day else None


def _taker(work: Work, case: Case, person_id: int) -> PersonView:
    reason = work.session.scalars(
        select(Assignment.reason)
        .where(Assignment.case_id == case.id, Assignment.person_id == person_id)
        .order_by(Assignment.id.desc())
    ).first()
    return person_view(work.session, person_id, Role(reason["role"]) if reason else None)


def _meeting(work: Work, case: Case, steps: list[Event]) -> datetime | None:
    """The day that was agreed last, while it lies ahead and nothing newer was agreed."""
    if case.stage is not Stage.MEDIATING:
        return None
    for step in steps:
        if step.kind in {EventKind.AGREED, EventKind.BREACHED, EventKind.REOPENED}:
            return None
        day = _day(step)
        if day is not None:
            return day if day > work.now else None
    return None
