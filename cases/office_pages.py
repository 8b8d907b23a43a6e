"""A page of a table of the back office: which rows, in which order, and whose they may be.

Laws: only within the administrator's own areas; a name or a telephone is found by opening it, since it is sealed, and
never by the database.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from itertools import islice
from typing import Any, Generic, TypeVar

from sqlalchemy import ColumnElement, Select, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute

from cases.belonging import belongs
from cases.office import Errand, areas_within
from cases.views import Name
from cases.work import Work
from models.area import Area
from models.person import Person, index_of_phone
from models.sealed import normal_form

R = TypeVar("R")
Columns = Mapping[str, InstrumentedAttribute[Any]]
_FOUND = 500  # people whom one typed word may find; more is no finding


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which page: words that are looked for, the order, from where, how many."""

    words: str = ""
    order: tuple[tuple[str, bool], ...] = ()
    """Columns; True: the last first."""
    skip: int = 0
    limit: int = 25
    id: int | None = None
    """This row alone."""


@dataclass(frozen=True, slots=True)
class Page(Generic[R]):
    rows: list[R]
    total: int


class Span(StrEnum):
    """Whether something holds today."""

    NOW = "now"
    AHEAD = "ahead"
    OVER = "over"


def under(work: Work, by: Person) -> ColumnElement[bool]:
    """Whether somebody is of the roster, and this administrator's (cases/belonging.py)."""
    return belongs(work.today, areas_within(work, by, Errand.LOOK_AFTER))


def named(work: Work, by: Person, words: str) -> list[int]:
    """Whose code or telephone this is, or whose name has these words in it; a code may be its beginning alone."""
    sought = normal_form(words)
    if sought.isascii():
        rows = select(Person.id).where(
            under(work, by),
            or_(
                func.lower(Person.code).startswith(words.strip().lower(), autoescape=True),
                Person.phone_index == index_of_phone(sought),
            ),
        )
        return list(work.session.scalars(rows.limit(_FOUND)))
    sealed = work.session.execute(
        select(Person.id, Person.name, Person.name_ko).where(under(work, by))
    )
    found = (
        person_id
        for person_id, *said in sealed
        if any(sought in normal_form(one) for one in said if one)
    )
    return list(islice(found, _FOUND))


def page_of(
    work: Work,
    rows: Select[*tuple[Any, ...]],
    key: InstrumentedAttribute[int],
    wanted: Wanted,
    columns: Columns,
    *otherwise: InstrumentedAttribute[Any],
) -> tuple[list[Any], int]:
    """One page of a question, and how many rows it has in all."""
    if wanted.id is not None:
        rows = rows.where(key == wanted.id)
    total = work.session.scalar(select(func.count()).select_from(rows.subquery())) or 0
    order = [
        columns[name].desc() if last_first else columns[name].asc()
        for name, last_first in wanted.order
        if name in columns
    ]
    rows = rows.order_by(*order, *otherwise, key).offset(wanted.skip)
    if wanted.limit > 0:
        rows = rows.limit(wanted.limit)
    return list(work.session.execute(rows)), total


def person_name(person: Person | None) -> Name:
    zh = (person.name if person else None) or ""
    return Name(zh, (person.name_ko if person else None) or zh)


def place_name(area: Area | None) -> Name:
    zh = area.name_zh if area else ""
    return Name(zh, (area.name_ko if area else "") or zh)


def span(today: date, starts: date, ends: date | None) -> Span:
    if starts > today:
        return Span.AHEAD
    return Span.OVER if ends is not None and ends < today else Span.NOW
