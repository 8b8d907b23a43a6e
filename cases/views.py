"""Frozen views for those who speak: everything a card or message may need, and no ORM object. Built in case_views.py."""

from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy.orm import Session

from cases.access import Relation
from cases.numbers import CaseNumber
from cases.routing import Why
from models.area import Area
from models.case import Case
from models.person import Person
from models.vocabulary import (
    AreaLevel,
    AssignmentState,
    Category,
    Channel,
    EvidenceKind,
    Kept,
    Language,
    Level,
    Part,
    Role,
    SafeChannel,
    Side,
    Stage,
    TaskKind,
    TaskState,
)


@dataclass(frozen=True, slots=True)
class Name:
    """A name as written in each language, never transliterated."""

    zh: str
    ko: str

    def read_in(self, language: Language) -> str:
        return self.ko if language is Language.KO else self.zh


@dataclass(frozen=True, slots=True)
class PlaceView:
    """Where: the names from the street down; levels that are not known are None."""

    area_id: int
    code: str
    county: Name | None
    street: Name | None
    community: Name | None
    grid: Name | None
    phone: str | None = None


@dataclass(frozen=True, slots=True)
class PersonView:
    """Somebody's name and role."""

    id: int
    name: Name
    role: Role | None = None


@dataclass(frozen=True, slots=True)
class HandlerView:
    """One part of a case and who plays it."""

    assignment_id: int
    part: Part
    person: PersonView
    state: AssignmentState
    why: tuple[Why, ...]
    offered_at: datetime
    taken_at: datetime | None
    acknowledge_due: datetime | None
    contact_due: datetime | None
    frozen: bool


@dataclass(frozen=True, slots=True)
class EvidenceView:
    id: int
    kind: EvidenceKind
    file_id: str
    seconds: int | None


@dataclass(frozen=True, slots=True)
class Addition:
    """Words that a party added after the number, as written; `place` when they say where the person is."""

    at: datetime
    words: str
    place: bool
    by_other_side: bool


@dataclass(frozen=True, slots=True)
class TaskView:
    id: int
    kind: TaskKind
    state: TaskState
    due: datetime | None
    facts: dict[str, Any]
    evidence: EvidenceView | None


@dataclass(frozen=True, slots=True)
class CaseView:
    """A case as one reader may see it. `story` False: number, level and "please open" are all there is."""

    id: int
    number: str
    short: str
    turn: int
    stage: Stage
    level: Level
    guarded: bool
    story: bool
    relations: frozenset[Relation]
    category: Category | None
    language: Language
    channel: Channel
    place: PlaceView
    registered_at: datetime
    closed_at: datetime | None
    matter: str | None
    summary: str | None
    other_side: str | None
    people: int | None
    amount: Decimal | None
    consented: bool
    reporter: PersonView
    phone: str | None
    home: str | None
    evidence: tuple[EvidenceView, ...]
    judge: HandlerView | None
    mediator: HandlerView | None
    next_judges: tuple[PersonView, ...]
    next_mediators: tuple[PersonView, ...]
    terms: str | None
    promised_on: date | None
    kept: dict[Side, Kept | None] = field(default_factory=dict)
    side: Side | None = None
    safe_channel: SafeChannel | None = None
    safe_contact: str | None = None
    term_due: datetime | None = None
    wage: bool = False
    additions: tuple["Addition", ...] = ()
    own: HandlerView | None = None


@dataclass(frozen=True, slots=True)
class ReaderView:
    """To whom it is said."""

    id: int
    telegram_id: int
    language: Language
    known_language: bool
    staff: bool


@dataclass(frozen=True, slots=True)
class NoticeView:
    """One message to be: its kind and facts, its reader, and the case as it stands now."""

    id: int
    kind: str
    reader: ReaderView
    facts: dict[str, Any]
    now: datetime
    hotline: str
    case: CaseView | None = None
    cases: tuple[CaseView, ...] = ()
    task: TaskView | None = None
    place: PlaceView | None = None
    people: tuple[PersonView, ...] = ()
    repeated: bool = False


def number_of(case: Case) -> CaseNumber:
    return CaseNumber(case.year, case.area6, case.sequence)


def name_of(person: Person) -> Name:
    zh = person.name or ""
    return Name(zh, person.name_ko or zh)


def place_of(area: Area) -> PlaceView:
    by_level = {above.level: above for above in area.line}

    def named(level: AreaLevel) -> Name | None:
        found = by_level.get(level)
        return Name(found.name_zh, found.name_ko) if found else None

    phone = next((above.phone for above in area.line if above.phone), None)
    return PlaceView(
        area.id,
        area.code,
        named(AreaLevel.COUNTY),
        named(AreaLevel.STREET),
        named(AreaLevel.COMMUNITY),
        named(AreaLevel.GRID),
        phone,
    )


def person_view(session: Session, person_id: int, role: Role | None = None) -> PersonView:
    return PersonView(person_id, name_of(session.get_one(Person, person_id)), role)
