"""The duty rota (值班表): who stands ready for a place in an hour, and in which hours nobody does.

Laws: at any hour a RED case goes first to whoever stands ready, then to its own people; a shift makes nobody a judge, it
counts only while its person holds such a duty; for whoever is away the deputy stands ready, else nobody (2, 14); no text
promises a time at which nobody stands ready.
"""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from cases.candidates import STEPS, Candidate, load_of
from cases.deputies import standing_in
from cases.finding import the_map
from cases.workdays import DAY, civil, end_of
from models.area import Area
from models.duty import Duty
from models.rota import Shift
from models.vocabulary import Part, Role

#: Whose shift answers for which part of a RED case, in order. The duty desk takes a mediator's place, never a judge's.
STANDS_READY: Mapping[Part, tuple[Role, ...]] = {
    Part.JUDGE: (Role.JUDGE,),
    Part.MEDIATOR: (Role.MEDIATOR, Role.COORDINATOR),
}
SHIFTS = frozenset({Role.JUDGE, Role.MEDIATOR, Role.COORDINATOR})
#: Who answers a person in danger: a judge alone answers no telephone.
ANSWERS = frozenset({Role.MEDIATOR, Role.COORDINATOR})
#: An area and all above it.
Above = Callable[[int], Collection[int]]
#: So far ahead an hour without anybody is said while somebody can still be found.
AHEAD = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Unmanned:
    """Hours in which nobody answers for an area: code and names of the area, from, until."""

    code: str
    starts: datetime
    ends: datetime

    def __str__(self) -> str:
        first, last = civil(self.starts), civil(self.ends)
        until = f"{last:%H:%M}" if first.date() == last.date() else f"{last:%m-%d %H:%M}"
        return f"{self.code} {first:%m-%d %H:%M}–{until}"


def ready(session: Session, area: Area, at: datetime) -> list[Candidate]:
    """Those of the rota who stand ready for a place at an instant, as the routing reads them."""
    distance = {above.id: STEPS[above.level] for above in area.line}
    shifts = _shifts(session, distance, at, at + timedelta.resolution)
    if not shifts:
        return []
    day, above = civil(at).date(), _above(session, area)
    standing = standing_in(session, {shift.person_id for shift in shifts}, day)
    people = {one for one in standing.values() if one is not None}
    held = _duties(session, people, at)
    load = load_of(session, people, day)
    found = []
    for shift in shifts:
        duties = [
            one
            for one in held.get(standing[shift.person_id] or 0, ())
            if may_stand(above, one, shift.role, shift.area_id)
        ]
        if not duties:
            continue
        person = duties[0].person
        now, recent = load.get(person.id, (0, 0))
        found.append(
            Candidate(
                person_id=person.id,
                code=person.code or "",
                role=shift.role,
                distance=distance[shift.area_id],
                area_id=shift.area_id,
                categories=frozenset(),
                languages=frozenset(one for duty in duties for one in duty.languages),
                rank=min(duty.rank for duty in duties),
                reachable=True,
                open_cases=now,
                recent=recent,
                station=next((duty.station for duty in duties if duty.station), None),
                instead_of=shift.person_id if person.id != shift.person_id else None,
                until=shift.ends,
            )
        )
    return found


def may_stand(above: Above, duty: Duty, role: Role, area_id: int) -> bool:
    """Whether a duty lets its holder stand ready for an area: in it or above it; of the duty desk, which must see all of it, above."""
    if duty.role is not role:
        return False
    if duty.area_id in above(area_id):
        return True
    return role is not Role.COORDINATOR and area_id in above(duty.area_id)


def _above(session: Session, area: Area) -> Above:
    """From the rows of a few areas: danger does not wait until the map of the whole office is drawn."""
    line = [one.id for one in area.line]

    def above(area_id: int) -> Collection[int]:
        if area_id in line:
            return line[line.index(area_id) :]
        return [one.id for one in session.get_one(Area, area_id).line]

    return above


def somebody_stands(session: Session, area: Area, at: datetime, out: Collection[int] = ()) -> bool:
    """Whether a promise of this hour is kept by somebody: of a loaded rota, here, and reachable. `out`: whom the case bars."""
    return any(
        one.role in ANSWERS and one.person_id not in out for one in ready(session, area, at)
    )


def coming(session: Session, start: datetime, end: datetime) -> list[Shift]:
    """All shifts between two instants, those under way first."""
    rows = session.scalars(
        select(Shift)
        .where(Shift.ends > start, Shift.starts < end)
        .options(joinedload(Shift.person), joinedload(Shift.area))
    )
    return sorted(rows, key=lambda one: (one.starts, one.role, one.id))


def unmanned(
    session: Session, now: datetime, within: frozenset[int] | None = None
) -> list[Unmanned]:
    """The hours of the next days in which nobody of the rota answers, of the largest areas for which that is so.

    Areas for which nobody has a duty are no office's: cases/coverage.py names them.
    """
    end = now + AHEAD
    rows = session.execute(select(Area.id, Area.code, Area.parent_id).order_by(Area.code))
    codes: dict[int, str] = {}
    parents: dict[int, int | None] = {}
    children: dict[int | None, list[int]] = {}
    for area_id, code, parent in rows:
        codes[area_id], parents[area_id] = code, parent
        children.setdefault(parent, []).append(area_id)
    spans = _manned(session, now, end)
    duties = set(session.scalars(select(Duty.area_id).distinct()))
    served, apart = _and_above(duties, parents), _and_above(spans, parents)
    found: list[Unmanned] = []

    def look(area_id: int, above: list[Span], *, answered: bool) -> None:
        here = [*above, *spans.get(area_id, ())]
        gaps = _gaps(here, now, end)
        inside = children.get(area_id, [])
        answered = answered or area_id in duties
        if not gaps:
            return
        wanted = within is None or area_id in within
        if answered and wanted and not any(one in apart for one in inside):
            found.extend(Unmanned(codes[area_id], *gap) for gap in gaps)
            return
        for one in inside:
            if answered or one in served:
                look(one, here, answered=answered)

    for top in children.get(None, []):
        look(top, [], answered=False)
    return found


Span = tuple[datetime, datetime]


def _manned(session: Session, start: datetime, end: datetime) -> dict[int, list[Span]]:
    """By area, the hours in which somebody stands ready; not those of whoever is away with nobody in his place, or has
    such a duty no longer. Whoever has not joined yet counts: cases/coverage.py names him apart.
    """
    rows = session.scalars(
        select(Shift).where(Shift.role.in_(ANSWERS), Shift.ends > start, Shift.starts < end)
    ).all()
    people, areas = {shift.person_id for shift in rows}, the_map(session)
    duties: dict[int, list[Duty]] = {}
    for duty in session.scalars(select(Duty).where(Duty.person_id.in_(people))):
        duties.setdefault(duty.person_id, []).append(duty)
    found: dict[int, list[Span]] = {}
    day = civil(start).date()
    while people and end_of(day - DAY) < end:
        standing = standing_in(session, people, day)
        for shift in rows:
            first = max(shift.starts, start, end_of(day - DAY))
            last = min(shift.ends, end, end_of(day))
            may = any(
                one.held_on(day) and may_stand(areas.above, one, shift.role, shift.area_id)
                for one in duties.get(standing[shift.person_id] or 0, ())
            )
            if first < last and may:
                found.setdefault(shift.area_id, []).append((first, last))
        day += DAY
    return found


def _gaps(spans: Iterable[Span], start: datetime, end: datetime) -> list[Span]:
    """What of a time is in none of these."""
    gaps: list[Span] = []
    reached = start
    for first, last in sorted(spans):
        if first > reached:
            gaps.append((reached, first))
        reached = max(reached, last)
    return [*gaps, (reached, end)] if reached < end else gaps


def _and_above(areas: Iterable[int], parents: Mapping[int, int | None]) -> set[int]:
    found: set[int] = set()
    for one in areas:
        area: int | None = one
        while area is not None and area not in found:
            found.add(area)
            area = parents.get(area)
    return found


def _shifts(
    session: Session, areas: Collection[int], start: datetime, end: datetime
) -> list[Shift]:
    rows = session.scalars(
        select(Shift)
        .where(Shift.area_id.in_(areas), Shift.ends > start, Shift.starts < end)
        .options(joinedload(Shift.person))
        .order_by(Shift.id)
    )
    return list(rows)


def _duties(session: Session, people: Collection[int], at: datetime) -> dict[int, list[Duty]]:
    """What these people answer for on that day; of those alone who can be reached."""
    day = civil(at).date()
    found: dict[int, list[Duty]] = {}
    rows = select(Duty).where(Duty.person_id.in_(people)).options(joinedload(Duty.person))
    for duty in session.scalars(rows.order_by(Duty.id)):
        if duty.held_on(day) and duty.person.reachable:
            found.setdefault(duty.person_id, []).append(duty)
    return found
