"""Who gets it, and why: facts and duties in, a route out. Pure; loading the roster is apart.

Order of choice: a duty in the grid itself, then a duty specialised in the kind of dispute in the nearest area
above, then the nearest area, then the language of the report, then rank, then open cases, then code.
Law 2: the route always ends in a reachable person (account bound, bot not blocked).
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload

from models.area import Area
from models.assignment import Assignment
from models.duty import Duty
from models.vocabulary import AreaLevel, AssignmentState, Category, Language, Part, Role

#: Who may play a part, in order: when nobody of the first role is left, the next role answers.
LINE = {
    Part.JUDGE: (Role.JUDGE, Role.JUDGE_ASSISTANT, Role.COURT_SUPERVISOR, Role.COORDINATOR),
    Part.MEDIATOR: (Role.MEDIATOR, Role.SUPERVISOR, Role.COORDINATOR),
}


#: Steps up from the grid; a place known only as a community is one step up already.
_STEPS = {level: step for step, level in enumerate(reversed(AreaLevel))}


class Why(StrEnum):
    """A reason that a person can be shown."""

    OWN_GRID = "own_grid"
    OWN_COMMUNITY = "own_community"
    AREA_ABOVE = "area_above"
    SPECIALISED = "specialised"
    LANGUAGE = "language"
    NEXT_IN_LINE = "next_in_line"
    ON_DUTY = "on_duty"


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


@dataclass(frozen=True, slots=True)
class Facts:
    """What the choice depends on, besides the roster."""

    category: Category | None
    language: Language
    excluded: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Pick:
    """One person chosen, in which role, and why."""

    person_id: int
    role: Role
    area_id: int
    why: tuple[Why, ...]


@dataclass(frozen=True, slots=True)
class Route:
    """Everybody who answers for a case at a place, best first. Empty tuples are gaps that `check` lists."""

    judges: tuple[Pick, ...]
    mediators: tuple[Pick, ...]
    officers: tuple[Pick, ...]
    supervisors: tuple[Pick, ...]
    court_supervisors: tuple[Pick, ...]
    coordinators: tuple[Pick, ...]

    def line(self, part: Part) -> tuple[Pick, ...]:
        return self.judges if part is Part.JUDGE else self.mediators


def route(facts: Facts, candidates: Iterable[Candidate]) -> Route:
    """Choose, for every role, who answers first and who follows."""
    able = [
        candidate
        for candidate in candidates
        if candidate.reachable
        and candidate.person_id not in facts.excluded
        and _answers_for(candidate, facts)
    ]

    def ordered(*roles: Role) -> tuple[Pick, ...]:
        picks: dict[int, Pick] = {}
        for place, role in enumerate(roles):
            of_role = [candidate for candidate in able if candidate.role is role]
            for candidate in sorted(of_role, key=lambda one: _order(one, facts)):
                duties = [one for one in of_role if one.person_id == candidate.person_id]
                picks.setdefault(candidate.person_id, _pick(duties, facts, first=place == 0))
        return tuple(picks.values())

    return Route(
        judges=ordered(*LINE[Part.JUDGE]),
        mediators=ordered(*LINE[Part.MEDIATOR]),
        officers=ordered(Role.GRID_OFFICER),
        supervisors=ordered(Role.SUPERVISOR, Role.COORDINATOR),
        court_supervisors=ordered(Role.COURT_SUPERVISOR, Role.COORDINATOR),
        coordinators=ordered(Role.COORDINATOR, Role.SUPERVISOR),
    )


def _answers_for(candidate: Candidate, facts: Facts) -> bool:
    return not candidate.categories or (facts.category in candidate.categories)


def _specialised(candidate: Candidate, facts: Facts) -> bool:
    return facts.category in candidate.categories


def _order(candidate: Candidate, facts: Facts) -> tuple[object, ...]:
    return (
        candidate.distance != 0,
        not _specialised(candidate, facts),
        candidate.distance,
        facts.language not in candidate.languages,
        candidate.rank,
        candidate.open_cases,
        candidate.code,
        candidate.person_id,
    )


def _pick(duties: list[Candidate], facts: Facts, *, first: bool) -> Pick:
    """One person with all reasons that any of the duties gives."""
    nearest = min(duties, key=lambda one: one.distance)
    near = {0: Why.OWN_GRID, 1: Why.OWN_COMMUNITY}.get(nearest.distance, Why.AREA_ABOVE)
    why = [Why.ON_DUTY if nearest.role is Role.COORDINATOR else near]
    if any(_specialised(one, facts) for one in duties):
        why.append(Why.SPECIALISED)
    if facts.language is Language.KO and any(facts.language in one.languages for one in duties):
        why.append(Why.LANGUAGE)
    if not first:
        why.append(Why.NEXT_IN_LINE)
    return Pick(nearest.person_id, nearest.role, nearest.area_id, tuple(why))


def roster(session: Session, area: Area, day: date) -> list[Candidate]:
    """The duties that cover a place on a day, from the grid up to the province."""
    distance = {above.id: _STEPS[above.level] for above in area.line}
    rows = session.scalars(
        select(Duty).where(Duty.area_id.in_(distance)).options(joinedload(Duty.person))
    )
    duties = [duty for duty in rows if duty.held_on(day)]
    load = _open_cases(session, {duty.person_id for duty in duties})
    return [
        Candidate(
            person_id=duty.person_id,
            code=duty.person.code or "",
            role=duty.role,
            distance=distance[duty.area_id],
            area_id=duty.area_id,
            categories=frozenset(duty.categories),
            languages=frozenset(duty.languages),
            rank=duty.rank,
            reachable=duty.person.reachable,
            open_cases=load.get(duty.person_id, 0),
        )
        for duty in duties
    ]


def _open_cases(session: Session, people: Collection[int]) -> dict[int, int]:
    """How many cases each of these people has in hand; never a count over everybody's."""
    live = (AssignmentState.OFFERED, AssignmentState.SEEN, AssignmentState.TAKEN)
    rows = session.execute(
        select(Assignment.person_id, func.count())
        .where(Assignment.person_id.in_(people), Assignment.state.in_(live))
        .group_by(Assignment.person_id)
    )
    return {person_id: count for person_id, count in rows}  # noqa: C416 - rows are no pairs to mypy


def find(
    session: Session,
    area: Area,
    day: date,
    *,
    category: Category | None,
    language: Language,
    excluded: frozenset[int] = frozenset(),
) -> Route:
    """Who would get a case of this kind at this place on this day."""
    return route(Facts(category, language, excluded), roster(session, area, day))
