"""A visit at the door, recorded in two taps; whoever mediates is told what needs him.

Law: recording raises nothing by itself: that it became worse is asked once more before the whistle (cases/actions/raising.py).
"""

from datetime import timedelta

from sqlalchemy import select

from cases.access import Doing, access_case
from cases.actions.offering import holder
from cases.actions.raising import raise_level
from cases.errors import NotYours
from cases.journal import EventKind, record
from cases.outbox import NoticeKind, tell
from cases.urgency import gate
from cases.work import Work
from models.case import Case
from models.event import Event
from models.person import Person
from models.vocabulary import Part, Visit

#: A second tap within this time is the same visit (the project's own default).
_SAME_VISIT = timedelta(minutes=10)


def record_visit(work: Work, case_id: int, by: Person, found: Visit) -> Case:
    """One tap is the whole record; a second one of the same visit is a success."""
    case = access_case(work, case_id, by=by, doing=Doing.VISIT)
    if case.guarded:
        raise NotYours  # nobody goes to the door of a person in danger on our motion (law 13)
    last = _last(work, case, by)
    if last is not None and last.at > work.now - _SAME_VISIT and _found(last) == found:
        return case
    event = record(work, case, EventKind.VISITED, by, found=found)
    _tell_mediator(work, case, by, found, event.sequence)
    return case


def describe_visit(
    work: Work, case_id: int, by: Person, words: str, *, evidence: int | None = None
) -> Case:
    """Words or a voice message to the visit just made, as given; the gate reads them (law 10)."""
    case = access_case(work, case_id, by=by, doing=Doing.VISIT)
    last = _last(work, case, by)
    found = _found(last) if last else None
    record(work, case, EventKind.VISITED, by, found=found, words=words, evidence=evidence)
    danger = gate(words, work.rules.words)
    if danger.hit:
        raise_level(work, case, danger, by, words)
    return case


def _tell_mediator(work: Work, case: Case, by: Person, found: Visit, sequence: int) -> None:
    """Silent: nobody at home is for the story; calmer or worse is for whoever mediates."""
    assignment = holder(work, case, Part.MEDIATOR)
    if assignment is None or assignment.person_id == by.id or not case.is_open:
        return
    if found in {Visit.CALMER, Visit.WORSE}:
        tell(
            work,
            assignment.person,
            NoticeKind.VISITED,
            case=case,
            silent=True,
            dedupe=f"visited:{case.id}:{sequence}",
            found=found,
        )


def _last(work: Work, case: Case, by: Person) -> Event | None:
    return work.session.scalars(
        select(Event)
        .where(
            Event.case_id == case.id,
            Event.kind == EventKind.VISITED.value,
            Event.actor_id == by.id,
        )
        .order_by(Event.sequence.desc())
    ).first()


def _found(event: Event) -> Visit | None:
    said = (event.facts or {}).get("found")
    return Visit(said) if said else None
