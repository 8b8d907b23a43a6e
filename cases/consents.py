"""Who agreed to have which sensitive data of a case shown to its handlers; given by a button of its own, and withdrawn.

Laws: no answer is no consent (6); danger is excepted, and said (10); a withdrawal holds from the next look at the case.
"""

from collections.abc import Callable

from sqlalchemy import select

from cases.access import Doing, access_case
from cases.journal import EventKind
from cases.sensitive import BY_CONSENT, NUMBERS, hide, kinds
from cases.work import Work
from models.case import Case
from models.consent import Consent
from models.event import Event
from models.person import Person
from models.vocabulary import Channel, Sensitive

#: The words on the button and above it (handlers/reporting/submit_card.py); a change of them is a new version.
TEXT_VERSION = "2026-11"


def give(work: Work, case: Case, by: Person, agreed: frozenset[Sensitive]) -> None:
    """Record an agreement, once for each kind."""
    kinds_agreed = agreed & BY_CONSENT
    if not kinds_agreed:
        return
    for what in sorted(kinds_agreed - given(work, case, by.id)):
        work.session.add(
            Consent(
                person_id=by.id,
                case_id=case.id,
                what=what,
                version=TEXT_VERSION,
                given_at=work.now,
            )
        )
    work.session.flush()


def agree_all(work: Work, case_id: int, by: Person) -> Case:
    """The person agrees to what their own words about this case hold, and to nothing else."""
    case = access_case(work, case_id, by=by, doing=Doing.ADD)
    give(work, case, by, _held(work, case, by))
    return case


def _held(work: Work, case: Case, by: Person) -> frozenset[Sensitive]:
    """The kinds of sensitive data in what this person said about the case."""
    added = work.session.scalars(
        select(Event).where(
            Event.case_id == case.id,
            Event.kind == EventKind.ADDED.value,
            Event.actor_id == by.id,
        )
    )
    said = [(event.facts or {}).get("words") or "" for event in added]
    if case.reporter_id == by.id:
        said.append(case.matter or "")
    return frozenset().union(*map(kinds, said)) - NUMBERS


def withdraw(work: Work, by: Person) -> int:
    """Withdraw every consent that this person gave; from now on those data are hidden again."""
    rows = standing(work, by)
    for row in rows:
        row.withdrawn_at = work.now
    work.session.flush()
    return len(rows)


def standing(work: Work, person: Person) -> list[Consent]:
    """The consents of this person that hold, the oldest first."""
    rows = work.session.scalars(
        select(Consent)
        .where(Consent.person_id == person.id, Consent.withdrawn_at.is_(None))
        .order_by(Consent.id)
    )
    return list(rows)


def given(work: Work, case: Case, person_id: int) -> frozenset[Sensitive]:
    """What may be shown of this person's words about a case."""
    rows = work.session.scalars(
        select(Consent.what).where(
            Consent.case_id == case.id,
            Consent.person_id == person_id,
            Consent.withdrawn_at.is_(None),
        )
    )
    return frozenset(rows)


def wanting(work: Work, case: Case, words: str, by: Person) -> frozenset[Sensitive]:
    """What in these words handlers do not see until this person agrees."""
    if not _asked(case):
        return frozenset()
    return kinds(words) - NUMBERS - given(work, case, by.id)


def as_handlers_see(work: Work, case: Case, words: str, said_by: int | None) -> str:
    """What a party said about a case as its handlers see it."""
    return shown_to_handlers(case, words, said_by, lambda person: given(work, case, person))


def shown_to_handlers(
    case: Case,
    words: str,
    said_by: int | None,
    agreed_by: Callable[[int], frozenset[Sensitive]],
) -> str:
    """The same, by what each person agreed to."""
    if _in_danger(case):
        return words
    if said_by is None or not _asked(case):
        return hide(words, BY_CONSENT)
    return hide(words, agreed_by(said_by))


def _in_danger(case: Case) -> bool:
    """Emergency sharing (rule book 6.11): whoever helps sees everything, and the person was told who it is."""
    return case.guarded or case.safe_channel is not None


def _asked(case: Case) -> bool:
    """Only people who speak for themselves are asked by a button; an officer's report has its consent of its own."""
    return case.channel is Channel.RESIDENT and not _in_danger(case)
