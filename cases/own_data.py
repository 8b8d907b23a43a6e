"""What is kept of one person, said to that person only: shown, corrected, deleted where nobody needs it any more.

Laws: a case of danger, and one that its reporter hid, shows here in nothing (13): somebody else may hold the phone; what an
open case needs stays until it is closed; the journal is never altered. Every deletion is recorded, never what it was.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from cases import consents, drafts
from cases.views import number_of
from cases.work import Work
from models.case import Case
from models.consent import Erasure
from models.draft import Draft, Unsent
from models.party import Party
from models.person import Person
from models.vocabulary import Erased, Language, Sensitive


@dataclass(frozen=True, slots=True)
class Agreed:
    """One consent that holds: the short number of its case, what is shown, and since when."""

    number: str
    what: Sensitive
    since: datetime


@dataclass(frozen=True, slots=True)
class OwnData:
    """Everything that is kept of a person, in plain values. `fixed`: name and telephone come from the office's roster."""

    name: str | None
    phone: str | None
    language: Language | None
    open_reports: int
    closed_reports: int
    drafts: tuple[datetime, ...]
    agreed: tuple[Agreed, ...]
    fixed: bool

    @property
    def needed(self) -> bool:
        """Whether an open case needs name and telephone."""
        return self.open_reports > 0

    @property
    def deletable(self) -> bool:
        """Whether anything may be deleted now."""
        personal = bool(self.name or self.phone) and not self.needed
        return bool(self.drafts) or (not self.fixed and (personal or self.language is not None))


def own_data(work: Work, person: Person) -> OwnData:
    """What is kept, as it stands now."""
    cases = _shown(work, person)
    numbers = {case.id: number_of(case).short for case in cases}
    return OwnData(
        name=person.name,
        phone=person.phone,
        language=person.language,
        open_reports=sum(case.is_open for case in cases),
        closed_reports=sum(not case.is_open for case in cases),
        drafts=tuple(_kept_until(work, person)),
        agreed=tuple(
            Agreed(numbers[row.case_id], row.what, row.given_at)
            for row in consents.standing(work, person)
            if row.case_id in numbers
        ),
        fixed=person.code is not None,
    )


def correct_name(person: Person, name: str) -> None:
    """How this person wants to be called; the office's own people are corrected in the roster."""
    if person.code is None:
        person.name = name


def correct_phone(work: Work, person: Person, phone: str) -> None:
    """A new telephone number, also for the cases that are open."""
    if person.code is not None:
        return
    person.phone = phone
    for party in _parties_of_open_cases(work, person):
        party.phone = phone if party.phone else None


def delete_drafts(work: Work, person: Person) -> None:
    """Everything that was said and not submitted, with its files."""
    draft = work.session.get(Draft, person.id)
    if draft is not None and drafts.is_unsent(draft.answers):
        drafts.drop(work, draft, by_person=True)
    for row in drafts.waiting(work, person):
        drafts.drop(work, row, by_person=True)


def delete_all(work: Work, person: Person) -> None:
    """Everything that nobody needs: drafts, the language, and name and telephone where no open case needs them."""
    needed = own_data(work, person).needed
    delete_drafts(work, person)
    if person.code is not None:
        return
    if not needed:
        _erase(work, person, Erased.NAME, person.name)
        _erase(work, person, Erased.PHONE, person.phone)
        person.name = person.name_ko = person.phone = None
    _erase(work, person, Erased.LANGUAGE, person.language)
    person.language = None
    work.session.flush()


def _erase(work: Work, person: Person, what: Erased, had: object) -> None:
    if had:
        work.session.add(Erasure(person_id=person.id, what=what, by_person=True, at=work.now))


def _shown(work: Work, person: Person) -> list[Case]:
    """The reports that may be spoken of in this chat."""
    rows = work.session.scalars(
        select(Case).where(Case.reporter_id == person.id, Case.hidden.is_(False)).order_by(Case.id)
    )
    return [case for case in rows if not case.guarded and case.safe_channel is None]


def _kept_until(work: Work, person: Person) -> list[datetime]:
    draft = work.session.get(Draft, person.id)
    kept: list[Draft | Unsent] = [*drafts.waiting(work, person)]
    if draft is not None and drafts.is_unsent(draft.answers):
        kept.append(draft)
    moments = [drafts.kept_until(one) for one in kept]
    return sorted(moment for moment in moments if moment is not None)


def _parties_of_open_cases(work: Work, person: Person) -> list[Party]:
    open_ones = [case.id for case in _shown(work, person) if case.is_open]
    rows = work.session.scalars(
        select(Party).where(Party.person_id == person.id, Party.case_id.in_(open_ones))
    )
    return list(rows)
