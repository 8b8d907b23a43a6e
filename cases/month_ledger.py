"""The office's own ledger of a month: one line for each case registered in it, in the office's own columns.

Laws: no name of a party unless it was asked for, and then the journal of each case says by whom; of a guarded case the
number and the level and nothing else (13); people spoken for who were not asked yet have no name here either.
"""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import StrEnum
from io import StringIO
from pathlib import Path

from sqlalchemy import select

from cases.journal import EventKind, record
from cases.views import PlaceView, number_of, place_of
from cases.work import Work
from cases.workdays import at
from models.assignment import Assignment
from models.case import Case
from models.event import Event
from models.party import Party
from models.person import Person
from models.vocabulary import (
    Category,
    Channel,
    ContactResult,
    Flag,
    Level,
    Outcome,
    Part,
    Rating,
    Side,
    Stage,
)

#: The shipped order begins as the line of the copy button does (handlers/reporting/receipts.py).
DEFAULT = Path(__file__).with_name("ledger_columns.csv")


class Column(StrEnum):
    """What a column of the ledger may hold."""

    NUMBER = "number"
    REGISTERED_ON = "registered_on"
    PLACE = "place"
    KIND = "kind"
    PEOPLE = "people"
    AMOUNT = "amount"
    LEVEL = "level"
    SCALE = "scale"
    CHANNEL = "channel"
    OFFICER = "officer"
    MEDIATOR = "mediator"
    ACCEPTED_AT = "accepted_at"
    JUDGE = "judge"
    REPORTED_IN_AT = "reported_in_at"
    CONTACTED_AT = "contacted_at"
    STAGE = "stage"
    OUTCOME = "outcome"
    CLOSED_ON = "closed_on"
    RATING = "rating"
    REPORTER = "reporter"
    PHONE = "phone"
    OTHER_SIDE = "other_side"


#: Columns that name a party; empty unless names were asked for.
NAMES = frozenset({Column.REPORTER, Column.PHONE, Column.OTHER_SIDE})


class ColumnsUnclear(Exception):
    """The office's own file of columns cannot be read so; the text says which line, in Chinese and English."""


@dataclass(frozen=True, slots=True)
class Parties:
    """Who they are, only when it was asked for."""

    reporter: str = ""
    phone: str = ""
    other_side: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """One case of the ledger, as codes and instants. Of a guarded one only number and level are set."""

    number: str
    level: Level
    guarded: bool
    registered_at: datetime | None = None
    place: PlaceView | None = None
    category: Category | None = None
    wage: bool = False
    people: int | None = None
    amount: Decimal | None = None
    channel: Channel | None = None
    officer: str = ""
    mediator: str = ""
    accepted_at: datetime | None = None
    judge: str = ""
    reported_in_at: datetime | None = None
    contacted_at: datetime | None = None
    stage: Stage | None = None
    outcome: Outcome | None = None
    closed_at: datetime | None = None
    rating: Rating | None = None
    parties: Parties = Parties()


def columns(path: Path = DEFAULT) -> tuple[tuple[Column, str], ...]:
    """The columns of a mapping file, in its order: `column,heading`; a heading left out is the shipped one.

    Raises:
        ColumnsUnclear: an unknown column, or none at all.
    """
    shipped = {} if path == DEFAULT else dict(columns())
    found: list[tuple[Column, str]] = []
    text = path.read_text(encoding="utf-8-sig")
    for number, row in enumerate(csv.DictReader(StringIO(text)), start=2):
        code = (row.get("column") or "").strip()
        if code not in set(Column):
            known = ", ".join(Column)
            raise ColumnsUnclear(
                f"第{number}行没有这一列 {code!r} / line {number}: no such column {code!r}; there are: {known}"
            )
        heading = (row.get("heading") or "").strip() or shipped.get(Column(code), code)
        found.append((Column(code), heading))
    if not found:
        raise ColumnsUnclear("文件里没有列 / there is no column in the file (column,heading)")
    return tuple(found)


def ledger(work: Work, month: date, *, names: bool = False) -> list[Line]:
    """The lines of the month that this day lies in, by number."""
    return [_line(work, case, names=names) for case in _registered_in(work, month)]


def audit(work: Work, month: date, by: Person) -> None:
    """Names left the office: each case's journal says when, by whom, and for which month."""
    for case in _registered_in(work, month):
        if not case.guarded:
            record(work, case, EventKind.EXPORTED, by, month=f"{month:%Y-%m}")


def _registered_in(work: Work, month: date) -> Iterator[Case]:
    first = month.replace(day=1)
    following = date(first.year + first.month // 12, first.month % 12 + 1, 1)
    midnight = datetime.min.time()
    rows = work.session.scalars(
        select(Case)
        .where(
            Case.registered_at >= at(first, midnight).astimezone(UTC),
            Case.registered_at < at(following, midnight).astimezone(UTC),
        )
        .order_by(Case.year, Case.area6, Case.sequence)
    )
    yield from rows


def _line(work: Work, case: Case, *, names: bool) -> Line:
    number = number_of(case).full
    if case.guarded:
        return Line(number, case.level, guarded=True)
    mediator, judge = _holder(work, case, Part.MEDIATOR), _holder(work, case, Part.JUDGE)
    by_officer = case.channel is Channel.GRID_OFFICER
    return Line(
        number,
        case.level,
        guarded=False,
        registered_at=case.registered_at,
        place=place_of(case.area),
        category=case.category,
        wage=Flag.WAGE in case.flags and case.category in {None, Category.LABOUR},
        people=case.people,
        amount=case.amount,
        channel=case.channel,
        officer=_name(case.reporter) if by_officer else "",
        mediator=_name(mediator.person) if mediator else "",
        accepted_at=mediator.taken_at if mediator else None,
        judge=_name(judge.person) if judge else "",
        reported_in_at=judge.taken_at if judge else None,
        contacted_at=_first_contact(work, case),
        stage=case.stage,
        outcome=case.outcome,
        closed_at=case.closed_at,
        rating=case.rating,
        parties=_parties(work, case) if names and case.consented else Parties(),
    )


def _holder(work: Work, case: Case, part: Part) -> Assignment | None:
    """Who took it last, also after the closing; else to whom it is offered."""
    rows = work.session.scalars(
        select(Assignment)
        .where(Assignment.case_id == case.id, Assignment.part == part)
        .order_by(Assignment.id)
    ).all()
    taken = [row for row in rows if row.taken_at is not None]
    live = [row for row in rows if row.is_live]
    return next(reversed(taken or live), None)


def _first_contact(work: Work, case: Case) -> datetime | None:
    rows = work.session.scalars(
        select(Event)
        .where(Event.case_id == case.id, Event.kind == EventKind.CONTACTED.value)
        .order_by(Event.sequence)
    )
    reached = (
        row.at for row in rows if (row.facts or {}).get("result") != ContactResult.NO_ANSWER
    )
    return next(reached, None)


def _parties(work: Work, case: Case) -> Parties:
    rows = work.session.scalars(select(Party).where(Party.case_id == case.id))
    by_side = {party.side: party for party in rows if party.side is not Side.CONCERNED}
    reporting, other = by_side.get(Side.REPORTER), by_side.get(Side.OTHER)
    own = case.channel is Channel.RESIDENT  # else the reporter is the officer
    name = (reporting.name if reporting else None) or (_name(case.reporter) if own else "")
    phone = (reporting.phone if reporting else None) or (case.reporter.phone if own else None)
    return Parties(name, phone or "", (other.name if other else None) or case.other_side or "")


def _name(person: Person) -> str:
    return person.name or person.code or ""
