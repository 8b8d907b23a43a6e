"""A word between judge and mediator: guidance, kept apart from the parties' record, and never shown to them."""

from cases.access import Doing, access_case
from cases.actions.offering import assignments_of, holder
from cases.actions.raising import raise_level
from cases.errors import NotYours
from cases.journal import EventKind, record
from cases.outbox import NoticeKind, tell
from cases.urgency import gate
from cases.work import Work
from models.case import Case
from models.person import Person
from models.vocabulary import Part

_OTHER = {Part.JUDGE: Part.MEDIATOR, Part.MEDIATOR: Part.JUDGE}


def guide(
    work: Work, case_id: int, by: Person, words: str, *, evidence: int | None = None
) -> Case:
    """Write the words down, and tell whoever plays the other part that there are some; the gate reads them (law 10).

    Raises:
        NotYours: neither the judge nor the mediator of this case.
    """
    case = access_case(work, case_id, by=by, doing=Doing.GUIDE)
    part = part_of(work, case, by)
    if part is None:
        raise NotYours
    event = record(work, case, EventKind.GUIDED, by, part=part, words=words, evidence=evidence)
    listener = holder(work, case, _OTHER[part])
    if listener is not None:
        tell(
            work,
            listener.person,
            NoticeKind.WORD,
            case=case,
            dedupe=f"word:{case.id}:{event.sequence}:{listener.person_id}",
            part=part,
        )
    found = gate(words, work.rules.words)
    if found.hit:
        raise_level(work, case, found, by, words)
    return case


def part_of(work: Work, case: Case, person: Person) -> Part | None:
    """The live part that this person plays."""
    own = [one for one in assignments_of(work, case) if one.person_id == person.id and one.is_live]
    return own[-1].part if own else None
