"""What happened, append-only, in the transaction in which it happened. Each kind has its shred rule."""

from enum import StrEnum
from typing import Any

from sqlalchemy import func, select

from cases.work import Work
from models.case import Case
from models.event import Event
from models.person import Person


class EventKind(StrEnum):
    """Past tense: what happened to a case."""

    REGISTERED = "case.registered"
    GATE_HIT = "case.gate_hit"
    LEVEL_RAISED = "case.level_raised"
    OFFERED = "assignment.offered"
    SEEN = "assignment.seen"
    TAKEN = "assignment.taken"
    RETURNED = "assignment.returned"
    LAPSED = "assignment.lapsed"
    RELEASED = "assignment.released"
    ACCEPTED = "case.accepted"
    CONTACTED = "case.contacted"
    CONTACT_ANSWERED = "case.contact_answered"
    NOTED = "case.noted"
    ADDED = "case.added"
    CONSENTED = "case.consented"
    AGREED = "case.agreed"
    KEPT_ANSWERED = "case.kept_answered"
    FOLLOW_UP_ANSWERED = "case.follow_up_answered"
    BREACHED = "case.breached"
    CLOSING_AGREED = "case.closing_agreed"
    CLOSED = "case.closed"
    RATED = "case.rated"
    REMINDED = "clock.reminded"
    WARNED = "clock.warned"
    ESCALATED = "clock.escalated"
    ASKED = "clock.asked"
    REVIEWED = "clock.reviewed"
    CLOCK_STARTED = "clock.started"
    CLOCK_STOPPED = "clock.stopped"
    TASK_OPENED = "task.opened"
    TASK_DONE = "task.done"
    SAFE_CHANNEL_CHOSEN = "case.safe_channel_chosen"
    CHAT_ERASED = "case.chat_erased"
    PARTY_JOINED = "case.party_joined"
    NOT_DELIVERED = "notice.not_delivered"


class Shred(StrEnum):
    """What becomes of an event's facts when a case is shredded."""

    KEEP = "keep"  # codes and instants only: nothing to shred
    EMPTY = "empty"  # may hold somebody's words or data: emptied


#: Kinds whose facts hold words or personal data. All others hold codes, ids and instants only.
SHRED = dict.fromkeys(EventKind, Shred.KEEP) | dict.fromkeys(
    (
        EventKind.GATE_HIT,
        EventKind.NOTED,
        EventKind.ADDED,
        EventKind.AGREED,
        EventKind.TASK_DONE,
        EventKind.SAFE_CHANNEL_CHOSEN,
        EventKind.RETURNED,
    ),
    Shred.EMPTY,
)


def record(
    work: Work, case: Case, kind: EventKind, by: Person | None = None, **facts: Any
) -> Event:
    """Append one event. `by` None means the office itself (a clock)."""
    last = work.session.scalar(select(func.max(Event.sequence)).where(Event.case_id == case.id))
    event = Event(
        case_id=case.id,
        sequence=(last or 0) + 1,
        kind=kind.value,
        actor_id=by.id if by else None,
        at=work.now,
        facts=facts,
    )
    work.session.add(event)
    work.session.flush()
    return event
