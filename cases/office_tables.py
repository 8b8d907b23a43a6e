"""The tables of the back office, a page at a time: areas, people and what they answer for.

Law: only within the administrator's own areas; of cases the numbers alone, as in chat.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import aliased

from cases.office import Errand, areas_within
from cases.office_pages import (
    Columns,
    Page,
    Span,
    Wanted,
    named,
    page_of,
    person_name,
    place_name,
    span,
    under,
)
from cases.overview import open_cases_of
from cases.views import Name, number_of
from cases.work import Work
from models.area import Area
from models.duty import Duty
from models.person import Person
from models.vocabulary import AreaLevel, Language, Role, Station


@dataclass(frozen=True, slots=True)
class AreaRow:
    id: int
    code: str
    level: AreaLevel
    name_zh: str
    name_ko: str
    aliases: str
    phone: str | None
    hours: str | None
    above: Name | None


class Standing(StrEnum):
    """Whether somebody of the roster can be reached."""

    JOINED = "joined"
    NOT_JOINED = "not_joined"
    BLOCKED = "blocked"
    LEFT = "left"


@dataclass(frozen=True, slots=True)
class PersonRow:
    id: int
    code: str
    name: str | None
    name_ko: str | None
    phone: str | None
    reads: Language | None
    standing: Standing
    posts: tuple[tuple[Role, Name], ...]
    open_cases: tuple[str, ...] = ()
    """The short numbers of what goes on to others, should he leave; read for one person alone."""


@dataclass(frozen=True, slots=True)
class DutyRow:
    id: int
    person_id: int
    code: str
    person: Name
    role: Role
    area: str
    place: Name
    station: Station | None
    categories: tuple[str, ...]
    languages: tuple[str, ...]
    rank: int
    starts: date
    ends: date | None
    span: Span


def areas(work: Work, by: Person, wanted: Wanted) -> Page[AreaRow]:
    """The administrator's areas.

    Raises:
        NotYours: no administrator today; so everywhere here.
    """
    above = aliased(Area)
    rows = select(Area, above).outerjoin(above, above.id == Area.parent_id)
    rows = rows.where(Area.id.in_(areas_within(work, by, Errand.LOOK_AFTER)))
    if wanted.words:
        rows = rows.where(_called(Area, wanted.words))
    columns: Columns = {
        "code": Area.code,
        "level": Area.level,
        "name_zh": Area.name_zh,
        "name_ko": Area.name_ko,
    }
    found, total = page_of(work, rows, Area.id, wanted, columns, Area.code)
    return Page([_area_row(area, parent) for area, parent in found], total)


def people(work: Work, by: Person, wanted: Wanted) -> Page[PersonRow]:
    """The roster in the administrator's areas, and those without a duty."""
    rows = select(Person).where(under(work, by))
    if wanted.words:
        rows = rows.where(Person.id.in_(named(work, by, wanted.words)))
    found, total = page_of(work, rows, Person.id, wanted, {"code": Person.code}, Person.code)
    shown = [person for (person,) in found]
    posts = _posts(work, [person.id for person in shown])
    listed = [_person_row(person, posts.get(person.id, ())) for person in shown]
    if wanted.id is not None and shown:
        numbers = (number_of(case).short for case in open_cases_of(work, shown[0]))
        listed = [replace(listed[0], open_cases=tuple(numbers))]
    return Page(listed, total)


def duties(work: Work, by: Person, wanted: Wanted) -> Page[DutyRow]:
    """What people answer for in the administrator's areas, from the past too."""
    rows = select(Duty, Person, Area).join(Person, Person.id == Duty.person_id)
    rows = rows.join(Area, Area.id == Duty.area_id).where(
        Area.id.in_(areas_within(work, by, Errand.LOOK_AFTER)), Person.code.is_not(None)
    )
    if wanted.words:
        who = Duty.person_id.in_(named(work, by, wanted.words))
        rows = rows.where(or_(who, _called(Area, wanted.words)))
    columns: Columns = {
        "code": Person.code,
        "role": Duty.role,
        "area": Area.code,
        "rank": Duty.rank,
        "starts": Duty.starts,
        "ends": Duty.ends,
    }
    found, total = page_of(work, rows, Duty.id, wanted, columns, Area.code, Duty.role, Duty.rank)
    return Page([_duty_row(duty, who, area, work.today) for duty, who, area in found], total)


def _called(area: type[Area], words: str) -> ColumnElement[bool]:
    like = words.strip()
    return or_(
        *(
            column.contains(like, autoescape=True)
            for column in (area.code, area.name_zh, area.name_ko)
        )
    )


def _posts(work: Work, people: Iterable[int]) -> dict[int, tuple[tuple[Role, Name], ...]]:
    rows = work.session.execute(
        select(Duty, Area)
        .join(Area, Area.id == Duty.area_id)
        .where(Duty.person_id.in_(list(people)))
        .order_by(Duty.rank, Area.code)
    )
    found: dict[int, tuple[tuple[Role, Name], ...]] = {}
    for duty, area in rows:
        if duty.held_on(work.today):
            found[duty.person_id] = (
                *found.get(duty.person_id, ()),
                (duty.role, place_name(area)),
            )
    return found


def _area_row(area: Area, above: Area | None) -> AreaRow:
    return AreaRow(
        area.id,
        area.code,
        area.level,
        area.name_zh,
        area.name_ko,
        "; ".join(area.aliases),
        area.phone,
        area.hours,
        place_name(above) if above else None,
    )


def _person_row(person: Person, posts: tuple[tuple[Role, Name], ...]) -> PersonRow:
    return PersonRow(
        person.id,
        person.code or "",
        person.name,
        person.name_ko,
        person.phone,
        person.language,
        _standing(person),
        posts,
    )


def _standing(person: Person) -> Standing:
    if person.retired_at is not None:
        return Standing.LEFT
    if person.telegram_id is None:
        return Standing.NOT_JOINED
    return Standing.BLOCKED if person.blocked_at is not None else Standing.JOINED


def _duty_row(duty: Duty, person: Person, area: Area, today: date) -> DutyRow:
    return DutyRow(
        duty.id,
        person.id,
        person.code or "",
        person_name(person),
        duty.role,
        area.code,
        place_name(area),
        duty.station,
        tuple(duty.categories),
        tuple(duty.languages),
        duty.rank,
        duty.starts,
        duty.ends,
        span(today, duty.starts, duty.ends),
    )
