"""How far a case has come, for those whose dispute it is: what is done, what is asked of the head, what comes next."""

from datetime import datetime
from typing import Any

from cases.actions.proposals import DECIDED, PROPOSED, Proposal, proposed
from cases.dossiers import STEPS, Dossier
from cases.journal import EventKind
from cases.policy import REOPENS
from cases.safe_chats import chat_may_be_written
from cases.views import Done, PersonView, Progress, person_view
from cases.work import Work
from cases.workdays import civil
from models.case import Case
from models.event import Event
from models.task import Task
from models.vocabulary import (
    ContactResult,
    Outcome,
    Part,
    Role,
    Stage,
    TaskKind,
    TaskState,
)

_LINES = 3  # conversations: a card is read at a glance
_READ = 30  # the latest steps among which those lines are found


def progress_of(work: Work, dossier: Dossier) -> Progress:
    """What a party's card says besides the case itself."""
    case, steps = dossier.case, _steps(dossier)
    challenge = _challenge_of(dossier)
    return Progress(
        done=_done(work, dossier, steps),
        meeting=_meeting(work, case, steps),
        withdrawn=_withdrawn(dossier),
        challenged=Part(challenge.facts["part"]) if challenge else None,
        challenge_due=_due(dossier, challenge) if challenge else None,
        reopens=reopens(work, case),
        rated=case.rating is not None,
        chat_safe=chat_may_be_written(case),
    )


def reopens(work: Work, case: Case) -> bool:
    """Whether the case is closed, and not too long ago to go on under its number."""
    if case.is_open or case.closed_at is None or case.outcome is Outcome.MERGED:
        return False
    return work.today - civil(case.closed_at).date() <= REOPENS


def waiting(dossier: Dossier) -> Proposal | None:
    """The closing that waits for a second person, if one does."""
    last = next(iter(dossier.latest(*PROPOSED, *DECIDED)), None)
    if last is None:
        return None
    own = (one for one in dossier.parties if one.person_id == dossier.case.reporter_id)
    kept = next((party.kept for party in own), None)
    return proposed(dossier.case, last, kept, dossier.agreement)


def _challenge_of(dossier: Dossier) -> Task | None:
    """The question, not yet decided, whether somebody else is to handle the case."""
    open_ones = (task for task in dossier.tasks if task.state is TaskState.OPEN)
    return next((task for task in open_ones if task.kind is TaskKind.CHALLENGE), None)


def _withdrawn(dossier: Dossier) -> bool:
    """The applicant has ended it, and a second person has not yet looked at it."""
    closing = waiting(dossier)
    return closing is not None and closing.outcome is Outcome.WITHDRAWN


def _due(dossier: Dossier, task: Task) -> datetime | None:
    return next((clock.due_at for clock in dossier.clocks if clock.task_id == task.id), None)


def _steps(dossier: Dossier) -> list[Event]:
    """The latest of the steps that a party is shown, newest first."""
    return [row for row in dossier.latest(*STEPS)[:_READ] if _is_shown(row.facts or {})]


def _is_shown(facts: dict[str, Any]) -> bool:
    """A judge's reporting in guides and is no step of the case; a try that nobody answered is none either."""
    unanswered = facts.get("result") == ContactResult.NO_ANSWER
    return not unanswered and facts.get("part", Part.MEDIATOR) == Part.MEDIATOR


def _done(work: Work, dossier: Dossier, steps: list[Event]) -> tuple[Done, ...]:
    """The latest of each kind, at most three, oldest first."""
    latest: dict[str, Event] = {}
    for step in steps:
        latest.setdefault(step.kind, step)
    shown = list(latest.values())[:_LINES]
    return tuple(_line(work, dossier, step) for step in reversed(shown))


def _line(work: Work, dossier: Dossier, step: Event) -> Done:
    kind = EventKind(step.kind)
    who = (
        _taker(work, dossier, step.actor_id) if kind is EventKind.TAKEN and step.actor_id else None
    )
    return Done(kind, step.at, who, _day(step))


def _day(step: Event) -> datetime | None:
    day = (step.facts or {}).get("day")
    return datetime.fromisoformat(day) if day else None


def _taker(work: Work, dossier: Dossier, person_id: int) -> PersonView:
    own = [one.reason for one in dossier.assignments if one.person_id == person_id]
    reason = own[-1] if own else None
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
