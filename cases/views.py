"""Frozen views for those who speak: everything a card or message may need, and no ORM object. Built in case_views.py."""

from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy.orm import Session

from cases.access import Relation
from cases.between import Addition, Seen, Word
from cases.journal import EventKind
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
    EvidenceState,
    Kept,
    Language,
    Level,
    Organ,
    Outcome,
    Part,
    Refusal,
    Role,
    SafeChannel,
    Side,
    Stage,
    Station,
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
    hours: str | None = None  # when that telephone is answered (cases/hours.py)


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
    held: bool = False  # a party asked for another handler
    until: datetime | None = None  # stands ready by the rota so long


@dataclass(frozen=True, slots=True)
class EvidenceView:
    id: int
    kind: EvidenceKind
    file_id: str
    seconds: int | None
    state: EvidenceState = EvidenceState.ANNOUNCED
    refusal: Refusal | None = None
    name: str | None = None


@dataclass(frozen=True, slots=True)
class Done:
    """One step of a case that a party's card shows: what happened, when, and who did it."""

    kind: EventKind
    at: datetime
    who: PersonView | None = None
    day: datetime | None = None


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a case has come, for those whose dispute it is: cases/progress.py."""

    done: tuple[Done, ...] = ()  # the latest, oldest first
    meeting: datetime | None = None  # a day agreed that lies ahead
    withdrawn: bool = False  # the applicant ended it, and a second person has not yet looked at it
    challenged: Part | None = None  # the part for which a party wants somebody else
    challenge_due: datetime | None = None
    reopens: bool = False  # closed, and not too long ago
    rated: bool = False
    chat_safe: bool = (
        True  # whether we may write into the reporter's chat on our own motion (law 13)
    )


@dataclass(frozen=True, slots=True)
class OrderView:
    """An order of a head, or a request to the court; in the dossier, never shown to a party."""

    kind: TaskKind
    at: datetime
    words: str
    answer: str | None


@dataclass(frozen=True, slots=True)
class TaskView:
    id: int
    kind: TaskKind
    state: TaskState
    due: datetime | None
    facts: dict[str, Any]
    evidence: EvidenceView | None


@dataclass(frozen=True, slots=True)
class ProposalView:
    """A closing that waits for a second person."""

    outcome: Outcome
    organ: Organ | None
    words: str
    main: str | None
    by: PersonView
    at: datetime


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
    additions: tuple[Addition, ...] = ()
    own: HandlerView | None = None
    frozen_parts: frozenset[Part] = frozenset()
    orders: tuple["OrderView", ...] = ()
    outcome: Outcome | None = None
    proposal: ProposalView | None = None
    progress: Progress = Progress()
    earlier: str | None = None
    reopened_at: datetime | None = None
    followers: int = 0  # of the people concerned, on an own phone
    guidance: tuple[Word, ...] = ()
    visits: tuple[Seen, ...] = ()
    against: Station | None = None  # the office that the dispute is with


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
    #: Nothing but the number may be written; the words open on a tap (law 9).
    number_only: bool = False
    #: What stands on a list, each with its case: the ids of notices that open on a tap.
    listed: tuple[tuple[int, CaseView | None], ...] = ()
    #: The message under which the reader's card of this case stands, and the one that this notice changes.
    shown: int | None = None
    edits: int | None = None
    #: A list of work, each line with its case; and cases that somebody reported in to for the reader.
    tasks: tuple[tuple[CaseView, TaskView], ...] = ()
    done_for: tuple[tuple[CaseView, PersonView], ...] = ()
    waiting: tuple[CaseView, ...] = ()


def number_of(case: Case) -> CaseNumber:
    return CaseNumber(case.year, case.area6, case.sequence)


def name_of(person: Person) -> Name:
    zh = person.name or ""
    return Name(zh, person.name_ko or zh)


def place_of(area: Area) -> PlaceView:
    by_level = {above.level: above for above in area.line}

    def named(level: AreaLevel) -> Name | None:
        found = by_level.get(level)
        return Name(found.name_zh, found.name_ko or found.name_zh) if found else None

    centre = next((above for above in area.line if above.phone), None)
    return PlaceView(
        area.id,
        area.code,
        named(AreaLevel.COUNTY),
        named(AreaLevel.STREET),
        named(AreaLevel.COMMUNITY),
        named(AreaLevel.GRID),
        centre.phone if centre else None,
        centre.hours if centre else None,
    )


def party_sees(session: Session, person_id: int, role: Role) -> PersonView:
    """As a party reads it: a grid officer is the office, and a name only where he agreed to it."""
    person = session.get_one(Person, person_id)
    veiled = role in {Role.GRID_OFFICER, Role.HELPER} and not person.named
    return PersonView(person_id, Name("", "") if veiled else name_of(person), role)


def person_view(session: Session, person_id: int, role: Role | None = None) -> PersonView:
    return PersonView(person_id, name_of(session.get_one(Person, person_id)), role)
