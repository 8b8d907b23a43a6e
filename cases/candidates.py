"""Who may be chosen for a place on a day: the duties from the grid upwards, with whoever stands in for those away.

Laws: a deputy stands in at the place and rank of whoever is away, speaks the languages that he himself speaks, and stands
in only for a role that he holds himself (14); the chain never ends in nobody, so that where nobody stands in, whoever is its
end stays, behind everybody who is here (2).
"""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Date, Row, Select, bindparam, case, func, or_, select
from sqlalchemy.orm import Session

from cases.deputies import standing_in
from models.area import Area
from models.assignment import Assignment
from models.duty import Absence, Duty
from models.person import Person
from models.vocabulary import AreaLevel, AssignmentState, Role, Station

#: Roles in which a case's way up must end (law 2).
ENDS = frozenset({Role.SUPERVISOR, Role.COORDINATOR})
#: Steps up from the grid; a place known only as a community is one step up already, and a micro-grid one below.
STEPS = {level: step for step, level in enumerate(reversed(AreaLevel), start=-1)}
#: Over so long the work is shared out evenly; the project's own default.
_RECENT = timedelta(days=90)


@dataclass(frozen=True, slots=True)
class Candidate:
    """One duty that covers the place. `distance` 0 is the grid itself, 1 the community, and so on up."""

    person_id: int
    code: str
    role: Role
    distance: int
    area_id: int
    categories: frozenset[str]
    languages: frozenset[str]
    rank: int
    reachable: bool
    open_cases: int
    recent: int = 0  # offers of the last months: the work is fair over time, not only now
    station: Station | None = None
    instead_of: int | None = None  # for whom this deputy stands in
    away: bool = False  # with nobody in his place: asked when nobody else is left
    until: datetime | None = None  # of the rota: he stands ready so long (cases/on_duty.py)


def roster(session: Session, area: Area, day: date) -> list[Candidate]:
    """The duties that cover a place on a day, from the grid up to the province."""
    distance = {above.id: STEPS[above.level] for above in area.line}
    duties = session.execute(_DUTIES_OF_AREAS, {"areas": list(distance), "day": day}).all()
    standing: dict[int, int | None] = {duty.person_id: duty.person_id for duty in duties}
    if absent := {duty.person_id for duty in duties if duty.absent}:  # mostly nobody is
        standing |= standing_in(session, absent, day)
    able = {duty.person_id for duty in duties} | {one for one in standing.values() if one}
    load = load_of(session, able, day)
    deputies = _deputies(
        session, {one for away, one in standing.items() if one is not None and one != away}, day
    )
    found = []
    for duty in duties:
        person, spoken = _person_of(duty), set(duty.languages)
        away = standing[duty.person_id] != duty.person_id
        deputy = deputies.get(standing[duty.person_id] or 0) if away else None
        if deputy is not None and duty.role in deputy.roles:
            # a deputy speaks what he speaks, not what the one away does
            person, spoken, away = deputy.person, deputy.languages, False
        elif away and duty.role not in ENDS:
            continue
        now, recent = load.get(person.id, (0, 0))
        found.append(
            Candidate(
                person_id=person.id,
                code=person.code or "",
                role=duty.role,
                distance=distance[duty.area_id],
                area_id=duty.area_id,
                categories=frozenset(duty.categories),
                languages=frozenset(spoken),
                rank=duty.rank,
                reachable=person.reachable,
                open_cases=now,
                recent=recent,
                station=duty.station,
                instead_of=duty.person_id if person.id != duty.person_id else None,
                away=away,
            )
        )
    return found


@dataclass(frozen=True, slots=True)
class _Person:
    """What the choice must know of somebody: nothing that is sealed."""

    id: int
    code: str | None
    reachable: bool


def _person_of(duty: Row[*tuple[Any, ...]]) -> _Person:
    return _Person(
        duty.person_id, duty.code, duty.telegram_id is not None and duty.blocked_at is None
    )


@dataclass(slots=True)
class _Deputy:
    """Somebody who stands in, and what he himself answers for on the day."""

    person: _Person
    roles: set[Role] = field(default_factory=set)
    languages: set[str] = field(default_factory=set)


def _deputies(session: Session, people: Collection[int], day: date) -> dict[int, _Deputy]:
    """Those who can be reached and hold a duty; mostly nobody is away, and then nothing is asked."""
    if not people:
        return {}
    found: dict[int, _Deputy] = {}
    for duty in session.execute(_DUTIES_OF_PEOPLE, {"people": list(people), "day": day}):
        person = _person_of(duty)
        if person.reachable:
            deputy = found.setdefault(duty.person_id, _Deputy(person))
            deputy.roles.add(duty.role)
            deputy.languages.update(duty.languages)
    return found


def load_of(session: Session, people: Collection[int], day: date) -> dict[int, tuple[int, int]]:
    """How many cases each of these people has in hand, and was offered lately; never a count over everybody's."""
    since = datetime.combine(day - _RECENT, time(), UTC)
    rows = session.execute(_LOAD, {"people": list(people), "since": since})
    return {person_id: (int(now), int(recent)) for person_id, now, recent in rows}


# --- the questions, built once: each report asks them several times, and needs no column that is sealed --------------


def _duties(who: ColumnElement[bool]) -> Select[*tuple[Any, ...]]:
    """The duties held on a day, each with what must be known of its person."""
    day = bindparam("day", type_=Date)
    absent = (
        select(Absence.id)
        .where(
            Absence.person_id == Duty.person_id,
            Absence.ended_at.is_(None),
            Absence.starts <= day,
            Absence.ends >= day,
        )
        .exists()
    )
    return (
        select(
            Duty.person_id,
            Duty.area_id,
            Duty.role,
            Duty.station,
            Duty.categories,
            Duty.languages,
            Duty.rank,
            Person.code,
            Person.telegram_id,
            Person.blocked_at,
            absent.label("absent"),
        )
        .join(Person, Person.id == Duty.person_id)
        .where(who, Duty.starts <= day, or_(Duty.ends.is_(None), Duty.ends >= day))
        .order_by(Duty.id)
    )


def _loads() -> Select[int, int, int]:
    live = (AssignmentState.OFFERED, AssignmentState.SEEN, AssignmentState.TAKEN)
    since = bindparam("since", type_=Assignment.offered_at.type)
    in_hand = case((Assignment.state.in_(live), 1), else_=0)
    lately = case((Assignment.offered_at >= since, 1), else_=0)
    return (
        select(Assignment.person_id, func.sum(in_hand), func.sum(lately))
        .where(Assignment.person_id.in_(bindparam("people", expanding=True)))
        .group_by(Assignment.person_id)
    )


_DUTIES_OF_AREAS = _duties(Duty.area_id.in_(bindparam("areas", expanding=True)))
_DUTIES_OF_PEOPLE = _duties(Duty.person_id.in_(bindparam("people", expanding=True)))
_LOAD = _loads()
