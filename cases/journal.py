"""What happened, append-only, in the transaction in which it happened. Each kind has its shred rule."""

from enum import StrEnum
from typing import Any

from sqlalchemy import bindparam, func, select
from sqlalchemy import event as event_of
from sqlalchemy.orm import Session, SessionTransaction

from cases.renewal import renew_cards
from cases.work import Work
from models.case import Case
from models.event import Event
from models.person import Person
from models.rows import put


class EventKind(StrEnum):
    """Past tense: what happened to a case."""

    REGISTERED = "case.registered"
    GATE_HIT = "case.gate_hit"
    LEVEL_RAISED = "case.level_raised"
    OFFERED = "assignment.offered"
    SEEN = "assignment.seen"
    READ = "case.read"  # story, files or words were opened
    TAKEN = "assignment.taken"
    RETURNED = "assignment.returned"
    LAPSED = "assignment.lapsed"
    RELEASED = "assignment.released"
    ACCEPTED = "case.accepted"
    CONTACTED = "case.contacted"
    CONTACT_ANSWERED = "case.contact_answered"
    NOTED = "case.noted"
    ADDED = "case.added"
    EVIDENCE_STORED = "evidence.stored"
    EVIDENCE_REFUSED = "evidence.refused"
    CONSENTED = "case.consented"
    AGREED = "case.agreed"
    KEPT_ANSWERED = "case.kept_answered"
    FOLLOW_UP_ANSWERED = "case.follow_up_answered"
    BREACHED = "case.breached"
    SETTLED_ANSWERED = "case.settled_answered"
    SUSPENDED = "case.suspended"
    RESUMED = "case.resumed"
    EXTENDED = "case.extended"
    REFERRED = "case.referred"
    TAKEN_BACK = "case.taken_back"
    MERGED = "case.merged"  # another case goes on under this one
    CONTESTED = "case.contested"
    CLOSING_AGREED = "case.closing_agreed"
    CLOSING_PROPOSED = "case.closing_proposed"
    CLOSING_REFUSED = "case.closing_refused"
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
    PARTY_LEFT = "case.party_left"
    CODE_HANDED_OUT = "case.code_handed_out"
    VISITED = "case.visited"
    GUIDED = "case.guided"  # between judge and mediator: no part of the parties' record
    RECUSED = "assignment.recused"
    EXPORTED = "case.exported"  # with names, by whom
    WITHDRAWN = "case.withdrawn"
    CHALLENGED = "assignment.challenged"
    CHALLENGE_DECIDED = "assignment.challenge_decided"
    REOPENED = "case.reopened"
    NOT_DELIVERED = "notice.not_delivered"
    REASSIGNED = "assignment.reassigned"
    FROZEN = "assignment.frozen"
    UNFROZEN = "assignment.unfrozen"
    RETIRED = "assignment.retired"
    ORDERED = "head.ordered"
    REQUESTED = "head.requested"
    PLACED = "case.placed"
    OFFICE_NAMED = "case.office_named"  # with which office the dispute is


class Shred(StrEnum):
    """What becomes of an event's facts when a case is shredded."""

    KEEP = "keep"  # codes and instants only: nothing to shred
    EMPTY = "empty"  # may hold somebody's words or data: emptied


#: Kinds whose facts hold words or personal data. All others hold codes, ids and instants only.
SHRED = dict.fromkeys(EventKind, Shred.KEEP) | dict.fromkeys(
    (
        EventKind.GATE_HIT,
        EventKind.VISITED,
        EventKind.GUIDED,
        EventKind.NOTED,
        EventKind.ADDED,
        EventKind.AGREED,
        EventKind.TASK_DONE,
        EventKind.SAFE_CHANNEL_CHOSEN,
        EventKind.RETURNED,
        EventKind.REASSIGNED,
        EventKind.FROZEN,
        EventKind.UNFROZEN,
        EventKind.ORDERED,
        EventKind.REQUESTED,
        EventKind.SUSPENDED,
        EventKind.EXTENDED,
        EventKind.REFERRED,
        EventKind.TAKEN_BACK,
        EventKind.CONTESTED,
        EventKind.CLOSING_PROPOSED,
        EventKind.CLOSING_REFUSED,
        EventKind.WITHDRAWN,
        EventKind.CHALLENGED,
        EventKind.CHALLENGE_DECIDED,
    ),
    Shred.EMPTY,
)

#: After these a party's card reads otherwise: it is changed where it stands, without a sound (law 12).
RENEWS = frozenset(
    {
        EventKind.OFFERED,
        EventKind.TAKEN,
        EventKind.RETURNED,
        EventKind.RELEASED,
        EventKind.ACCEPTED,
        EventKind.CONTACTED,
        EventKind.AGREED,
        EventKind.BREACHED,
        EventKind.KEPT_ANSWERED,
        EventKind.FOLLOW_UP_ANSWERED,
        EventKind.SUSPENDED,
        EventKind.RESUMED,
        EventKind.EXTENDED,
        EventKind.REFERRED,
        EventKind.TAKEN_BACK,
        EventKind.MERGED,
        EventKind.WITHDRAWN,
        EventKind.CHALLENGED,
        EventKind.CHALLENGE_DECIDED,
        EventKind.CLOSED,
        EventKind.REOPENED,
        EventKind.RATED,
    }
)


def record(
    work: Work, case: Case, kind: EventKind, by: Person | None = None, **facts: Any
) -> Event:
    """Append one event. `by` None means the office itself (a clock)."""
    event = Event(
        case_id=case.id,
        sequence=_next_place(work, case),
        kind=kind.value,
        actor_id=by.id if by else None,
        at=work.now,
        facts=facts,
    )
    put(work.session, event)
    if kind in RENEWS:
        renew_cards(work, case)
    return event


def _next_place(work: Work, case: Case) -> int:
    """The next place in the journal of a case; the last one is read once, for whoever writes holds the case."""
    last: dict[int, int] = work.session.info.setdefault("journal", {})
    if case.id not in last:
        last[case.id] = work.session.scalar(_NEWEST, {"case": case.id}) or 0
    last[case.id] += 1
    return last[case.id]


_NEWEST = (
    select(func.max(Event.sequence))
    .where(Event.case_id == bindparam("case"))
    .execution_options(autoflush=False)  # each event is written at once
)


@event_of.listens_for(Session, "after_transaction_end")
def _forget_places(session: Session, ended: SessionTransaction) -> None:
    """Also of what was undone inside: its places are free again."""
    if ended.nested or ended.parent is None:
        session.info.pop("journal", None)


def last_event(work: Work, case: Case, *kinds: EventKind) -> Event | None:
    """The newest event of these kinds."""
    return work.session.scalars(
        select(Event)
        .where(Event.case_id == case.id, Event.kind.in_([kind.value for kind in kinds]))
        .order_by(Event.sequence.desc())
    ).first()


def events(work: Work, case: Case, *kinds: EventKind) -> list[Event]:
    """The events of these kinds, in order."""
    rows = work.session.scalars(
        select(Event)
        .where(Event.case_id == case.id, Event.kind.in_([kind.value for kind in kinds]))
        .order_by(Event.sequence)
    )
    return list(rows)
