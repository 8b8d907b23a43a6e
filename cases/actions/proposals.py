"""What was said for an ending, and the closing that waits for a second person (rule book 6.8)."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from cases.access import HANDLERS, relations
from cases.actions.offering import escalate, route_of
from cases.actions.promise import party_of
from cases.journal import EventKind, last_event
from cases.outbox import NoticeKind, tell
from cases.shown import latest_agreement
from cases.work import Work
from models.case import Agreement, Case
from models.event import Event
from models.person import Person
from models.vocabulary import Form, Kept, Organ, Outcome, Part

#: What ends the life of a proposal: it was decided, or the case went on without it.
DECIDED = (
    EventKind.CLOSING_REFUSED,
    EventKind.CLOSED,
    EventKind.AGREED,
    EventKind.BREACHED,
    EventKind.SUSPENDED,
    EventKind.RESUMED,
    EventKind.REFERRED,
    EventKind.TAKEN_BACK,
)
PROPOSED = (EventKind.CLOSING_PROPOSED, EventKind.CLOSING_AGREED)


@dataclass(frozen=True, slots=True)
class Said:
    """What was said for an ending; each outcome asks for its own (cases/outcomes.py)."""

    words: str = ""
    organ: Organ | None = None
    main_case_id: int | None = None

    @property
    def facts(self) -> dict[str, Any]:
        return {
            "words": self.words,
            "organ": self.organ,
            "main": self.main_case_id,
        }


@dataclass(frozen=True, slots=True)
class Proposal:
    """A closing that waits for a second person."""

    outcome: Outcome
    said: Said
    by: int
    at: datetime


def pending(work: Work, case: Case) -> Proposal | None:
    """The closing that waits for a second person, if one does."""
    last = last_event(work, case, *PROPOSED, *DECIDED)
    if last is None or not _waits(case, last):
        return None
    if last.kind == EventKind.CLOSING_AGREED:
        kept = party_of(work, case, case.reporter).kept
        return proposed(case, last, kept, latest_agreement(work, case))
    return proposed(case, last, None, None)


def proposed(
    case: Case, last: Event, kept: Kept | None, agreement: Agreement | None
) -> Proposal | None:
    """What the last word about an ending leaves to decide; `kept` is the reporter's own answer."""
    if not _waits(case, last) or last.actor_id is None:
        return None
    if last.kind == EventKind.CLOSING_AGREED:
        if kept is not Kept.ALL:
            return None
        return Proposal(_performed(agreement), Said(), last.actor_id, last.at)
    facts = last.facts or {}
    return Proposal(Outcome(facts["outcome"]), _said(facts), last.actor_id, last.at)


def _waits(case: Case, last: Event) -> bool:
    return last.kind in PROPOSED and last.actor_id is not None and case.is_open


def performed(work: Work, case: Case) -> Outcome:
    """How a kept promise ends: as the agreement was made."""
    return _performed(latest_agreement(work, case))


def _performed(agreement: Agreement | None) -> Outcome:
    oral = agreement is not None and agreement.form is Form.ORAL
    return Outcome.ORAL_AGREEMENT if oral else Outcome.PERFORMED


def ask_for_approval(work: Work, case: Case, by: Person) -> None:
    """The head of the centre, else the duty desk: somebody who neither proposed it nor handles the case."""
    route = route_of(work, case)
    for pick in (*route.supervisors, *route.coordinators):
        person = work.session.get_one(Person, pick.person_id)
        if person.id == by.id or relations(work, case, person) & HANDLERS:
            continue
        tell(
            work,
            person,
            NoticeKind.APPROVE_CLOSING,
            case=case,
            dedupe=f"approve:{case.id}:{case.turn}:{person.id}:{work.now.isoformat()}",
        )
        return
    escalate(work, case, Part.MEDIATOR, why="nobody_approves", key=work.now.isoformat())


def _said(facts: dict[str, Any]) -> Said:
    organ = facts.get("organ")
    return Said(facts.get("words") or "", Organ(organ) if organ else None, facts.get("main"))
