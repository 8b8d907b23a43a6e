"""Where something would go to nobody: grids without their people, people without a chat, duties that end, days away.

Law: what is said here is what the routing would find (cases/routing.py) if everybody on the roster had joined; who has
not joined is said apart, because he is not reachable and the chain goes past him (law 2). Only who is left when it is about an
office itself is asked among those who have joined, as soon as somebody has: an office never judges itself for want of a tap.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import Session

from cases.finding import the_map
from cases.on_duty import Unmanned, unmanned
from cases.opponents import is_of_this_place, office_held
from models.area import Area
from models.duty import Absence, Duty
from models.person import Person
from models.vocabulary import AreaLevel, Language, Role, Station

SOON = timedelta(days=30)  # duties that end so soon are said while a successor can still be found


class Gap(StrEnum):
    """What is missing at a place."""

    NOWHERE = "nowhere"  # nobody at all above it
    JUDGE = "judge"
    MEDIATOR = "mediator"
    DEPUTY = "deputy"
    JUDGE_DEPUTY = "judge_deputy"
    KOREAN = "korean"
    OWN_OFFICE = "own_office"  # nobody but its own people when it is about an office


@dataclass(frozen=True, slots=True)
class Ending:
    """A duty that ends soon."""

    person_id: int
    code: str
    area: str
    ends: date


@dataclass(slots=True)
class Coverage:
    """What an office lacks. Areas and people by code, in order."""

    gaps: dict[Gap, list[str]] = field(default_factory=dict)
    not_joined: list[str] = field(default_factory=list)
    blocked: list[str] = field(default_factory=list)
    ending: list[Ending] = field(default_factory=list)
    away_alone: list[str] = field(default_factory=list)
    unmanned: list[Unmanned] = field(default_factory=list)

    @property
    def is_whole(self) -> bool:
        people = self.not_joined or self.blocked or self.ending or self.away_alone
        return not (self.gaps or people or self.unmanned)


@dataclass(frozen=True, slots=True)
class _Holder:
    person_id: int
    role: Role
    speaks_korean: bool
    for_all: bool
    reachable: bool
    office: Station | None
    area_id: int


_JUDGES = frozenset({Role.JUDGE})
_BESIDE_JUDGES = frozenset({Role.JUDGE, Role.JUDGE_ASSISTANT, Role.COURT_SUPERVISOR})
_BESIDE_MEDIATORS = frozenset({Role.MEDIATOR, Role.SUPERVISOR, Role.COORDINATOR})
_MEDIATORS = frozenset({Role.MEDIATOR})
_ENDS = frozenset({Role.SUPERVISOR, Role.COORDINATOR})
_HANDLERS = frozenset({Role.JUDGE, Role.MEDIATOR, Role.JUDGE_ASSISTANT})
_GRIDS = frozenset({AreaLevel.GRID, AreaLevel.MICRO_GRID})


def coverage(
    session: Session,
    today: date,
    within: frozenset[int] | None = None,
    *,
    now: datetime | None = None,
) -> Coverage:
    """What is missing, in these areas or in all; from `now` on also the hours in which nobody is on duty."""
    found = Coverage()
    if now is not None:
        found.unmanned = unmanned(session, now, within)
    holders = _holders(session, today)
    offices = _offices(holders)
    areas = list(
        session.execute(select(Area.id, Area.code, Area.level, Area.parent_id).order_by(Area.code))
    )
    parents = {area_id: parent for area_id, _, _, parent in areas}
    above = set(parents.values())
    lines: dict[int, tuple[_Holder, ...]] = {}
    for area_id, code, level, _ in areas:
        if area_id in above or (within is not None and area_id not in within):
            continue
        line = _line(area_id, parents, holders, lines)
        gaps = list(_gaps(line, is_grid=level in _GRIDS))
        if Gap.NOWHERE not in gaps and _judges_itself(session, area_id, line, offices):
            gaps.append(Gap.OWN_OFFICE)
        for gap in gaps:
            found.gaps.setdefault(gap, []).append(code)
    _people(session, today, within, found)
    return found


def _holders(session: Session, today: date) -> dict[int, list[_Holder]]:
    rows = session.execute(
        select(
            Duty.area_id,
            Duty.person_id,
            Duty.role,
            Duty.languages,
            Duty.categories,
            Duty.starts,
            Duty.ends,
            Duty.station,
            Person.telegram_id.is_not(None) & Person.blocked_at.is_(None),
        ).join(Person, Person.id == Duty.person_id)
    )
    found: dict[int, list[_Holder]] = {}
    for area_id, person_id, role, languages, categories, starts, ends, station, reachable in rows:
        if starts <= today and (ends is None or today <= ends):
            holder = _Holder(
                person_id,
                role,
                Language.KO in languages,
                not categories,
                reachable,
                office_held(role, station),
                area_id,
            )
            found.setdefault(area_id, []).append(holder)
    return found


def _offices(
    holders: Mapping[int, Iterable[_Holder]],
) -> dict[int, frozenset[tuple[Station, int]]]:
    """Of which offices, and where, each person is by any of his duties."""
    found: dict[int, set[tuple[Station, int]]] = {}
    for one in (one for there in holders.values() for one in there):
        if one.office is not None:
            found.setdefault(one.person_id, set()).add((one.office, one.area_id))
    return {person_id: frozenset(held) for person_id, held in found.items()}


def _judges_itself(
    session: Session,
    area_id: int,
    line: Iterable[_Holder],
    offices: Mapping[int, frozenset[tuple[Station, int]]],
) -> bool:
    """Whether there is an office of this place of which all who end the line are: a dispute with it would stay with it."""
    ends = [one for one in line if one.for_all and one.role in _ENDS]
    people = {one.person_id for one in ends if one.reachable} or {one.person_id for one in ends}
    if not all(offices.get(person_id) for person_id in people):
        return False  # somebody is of no office: mostly so, and the map is not asked
    areas = the_map(session)
    of_here = [
        {
            office
            for office, duty in offices[person_id]
            if is_of_this_place(areas, area_id, office, duty)
        }
        for person_id in people
    ]
    return bool(set.intersection(*of_here))


def _line(
    area_id: int,
    parents: Mapping[int, int | None],
    holders: Mapping[int, list[_Holder]],
    known: dict[int, tuple[_Holder, ...]],
) -> tuple[_Holder, ...]:
    """Everybody from this area upwards; the lines of the areas above are made once."""
    if area_id not in known:
        parent = parents.get(area_id)
        upper = _line(parent, parents, holders, known) if parent is not None else ()
        known[area_id] = (*holders.get(area_id, ()), *upper)
    return known[area_id]


def _gaps(line: Iterable[_Holder], *, is_grid: bool) -> Iterator[Gap]:
    general = [one for one in line if one.for_all]
    if not any(one.role in _ENDS for one in general):
        yield Gap.NOWHERE
        return
    if not is_grid:
        return
    judges = {one.person_id for one in general if one.role in _JUDGES}
    mediators = {one.person_id for one in general if one.role in _MEDIATORS}
    if not judges:
        yield Gap.JUDGE
    elif not {one.person_id for one in general if one.role in _BESIDE_JUDGES} - _one_of(judges):
        yield Gap.JUDGE_DEPUTY
    if not mediators:
        yield Gap.MEDIATOR
    elif len(mediators) == 1:
        yield Gap.DEPUTY
    if not any(one.speaks_korean for one in general if one.role in _HANDLERS):
        yield Gap.KOREAN


def _one_of(people: set[int]) -> set[int]:
    return {min(people)}


def _people(session: Session, today: date, within: frozenset[int] | None, found: Coverage) -> None:
    rows = session.execute(
        select(
            Person.id,
            Person.code,
            Person.telegram_id,
            Person.blocked_at,
            Duty.area_id,
            Area.code,
            Duty.starts,
            Duty.ends,
        )
        .join(Duty, Duty.person_id == Person.id)
        .join(Area, Area.id == Duty.area_id)
        .where(Person.code.is_not(None), Person.retired_at.is_(None))
        .order_by(Person.code, Area.code)
    )
    away = {one.person_id: one for one in session.scalars(select(Absence)) if one.covers(today)}
    seen: set[int] = set()
    for person_id, named, telegram_id, blocked_at, area_id, area, starts, ends in rows:
        code = named or ""
        if within is not None and area_id not in within:
            continue
        if starts > today or (ends is not None and ends < today):
            continue
        if ends is not None and ends <= today + SOON:
            found.ending.append(Ending(person_id, code, area, ends))
        if person_id in seen:
            continue
        seen.add(person_id)
        if telegram_id is None:
            found.not_joined.append(code)
        elif blocked_at is not None:
            found.blocked.append(code)
        if person_id in away and away[person_id].deputy_id is None:
            found.away_alone.append(code)
