"""Who gets it, and why: facts and duties in, a route out. Pure; the roster comes from cases/candidates.py.

Order of choice: a duty in the grid itself, then a duty specialised in the kind of dispute in the nearest area
above, then the nearest area, then the language of the report, then rank, then open cases, then the work of the last
months, then code. For whoever is away the deputy stands in, at the same place; whoever is away with nobody in his place
comes last of all, and only at the end of the chain. A RED case goes before all to whoever stands ready by the rota, and
the duty desk is first of all whoever stands there now. An office never judges itself, by whatever duty its people hold.
Law 2: the route always ends in a reachable person (account bound, bot not blocked); where every head and the whole duty desk
are of the office that it is about, those of the highest area stay at the very end, and the reason says so.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from sqlalchemy.orm import Session

from cases.candidates import ENDS, Candidate, roster
from cases.on_duty import STANDS_READY, ready
from models.area import Area
from models.vocabulary import (
    Category,
    Language,
    Part,
    Role,
    Station,
)

#: Who may play a part, in order: when nobody of the first role is left, the next role answers.
LINE = {
    Part.JUDGE: (Role.JUDGE, Role.JUDGE_ASSISTANT, Role.COURT_SUPERVISOR, Role.COORDINATOR),
    Part.MEDIATOR: (Role.MEDIATOR, Role.SUPERVISOR, Role.COORDINATOR),
}


#: Who sits down together over which dispute (DESIGN §6; the land team is the practice of village disputes).
_TOGETHER: Mapping[Category | None, tuple[Station, ...]] = {
    Category.LAND: (Station.JUSTICE_OFFICE, Station.FARM_STATION, Station.VILLAGE_COMMITTEE),
    Category.TRAFFIC: (Station.TRAFFIC_POLICE,),
    Category.LABOUR: (Station.LABOUR_OFFICE,),
    Category.MEDICAL: (Station.HEALTH_OFFICE,),
    Category.PROPERTY_MANAGEMENT: (Station.PROPERTY_OFFICE, Station.VILLAGE_COMMITTEE),
}
#: Disputes that are about an office's own acts: whatever the reporter names, that office does not get them.
OWN_ACTS: Mapping[Category | None, frozenset[Station]] = {
    Category.EXPROPRIATION: frozenset({Station.STREET_OFFICE}),
    Category.ADMINISTRATION: frozenset({Station.STREET_OFFICE}),
}


class Why(StrEnum):
    """A reason that a person can be shown."""

    OWN_GRID = "own_grid"
    OWN_COMMUNITY = "own_community"
    AREA_ABOVE = "area_above"
    SPECIALISED = "specialised"
    LANGUAGE = "language"
    NEXT_IN_LINE = "next_in_line"
    DEPUTY = "deputy"
    JOINT_TEAM = "joint_team"
    ON_DUTY = "on_duty"
    ON_SHIFT = "on_shift"  # of the rota, at this hour
    AWAY = "away"  # asked because nobody who is here is left
    OWN_OFFICE = "own_office"  # of the office that it is about: asked because nobody else is left


_NEAR = {-1: Why.OWN_GRID, 0: Why.OWN_GRID, 1: Why.OWN_COMMUNITY}


@dataclass(frozen=True, slots=True)
class Facts:
    """What the choice depends on, besides the roster. `against`: the offices that the dispute is with; `end`: who
    answers although of such an office, since nobody else is left.
    """

    category: Category | None
    language: Language
    excluded: frozenset[int] = frozenset()
    against: frozenset[Station] = frozenset()
    red: bool = False
    end: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Pick:
    """One person chosen, in which role, and why."""

    person_id: int
    role: Role
    area_id: int
    why: tuple[Why, ...]
    until: datetime | None = None  # by the rota: on duty so long

    @property
    def kept(self) -> dict[str, str]:
        """As the assignment keeps it."""
        known = {"why": ",".join(self.why), "role": str(self.role), "area": str(self.area_id)}
        return known | ({"until": self.until.isoformat()} if self.until else {})


@dataclass(frozen=True, slots=True)
class Route:
    """Everybody who answers for a case at a place, best first. Empty tuples are gaps that `check` lists."""

    judges: tuple[Pick, ...]
    mediators: tuple[Pick, ...]
    officers: tuple[Pick, ...]
    supervisors: tuple[Pick, ...]
    court_supervisors: tuple[Pick, ...]
    coordinators: tuple[Pick, ...]
    team: tuple[
        Pick, ...
    ] = ()  # who sits down together over such a dispute, beside judge and mediator

    def line(self, part: Part) -> tuple[Pick, ...]:
        return self.judges if part is Part.JUDGE else self.mediators


def route(facts: Facts, candidates: Iterable[Candidate]) -> Route:
    """Choose, for every role, who answers first and who follows."""
    candidates = list(candidates)
    opponents = _of_an_office(candidates, offices_of(facts.category, facts.against)) - facts.end
    able = [
        candidate
        for candidate in candidates
        if candidate.reachable
        and candidate.person_id not in facts.excluded | opponents
        and _answers_for(candidate, facts.category)
        and (candidate.person_id not in facts.end or _is_an_end(candidate))
    ]

    def ordered(*roles: Role, shifts: tuple[Role, ...] = ()) -> tuple[Pick, ...]:
        picks: dict[int, Pick] = {}
        for role in shifts:
            stand = [one for one in able if one.role is role and one.until is not None]
            for one in sorted(stand, key=lambda one: _order(one, facts)):
                picks.setdefault(one.person_id, _pick([one], facts, first=True))
        for away in (False, True):
            for place, role in enumerate(roles):
                of_role = [
                    one
                    for one in able
                    if one.role is role and one.away is away and one.until is None
                ]
                for candidate in sorted(of_role, key=lambda one: _order(one, facts)):
                    duties = [one for one in of_role if one.person_id == candidate.person_id]
                    picks.setdefault(candidate.person_id, _pick(duties, facts, first=place == 0))
        return tuple(picks.values())

    return Route(
        judges=ordered(*LINE[Part.JUDGE], shifts=_shifts(Part.JUDGE, facts)),
        mediators=ordered(*LINE[Part.MEDIATOR], shifts=_shifts(Part.MEDIATOR, facts)),
        officers=ordered(Role.GRID_OFFICER),
        supervisors=ordered(Role.SUPERVISOR, Role.COORDINATOR),
        court_supervisors=ordered(Role.COURT_SUPERVISOR, Role.COORDINATOR),
        coordinators=ordered(Role.COORDINATOR, Role.SUPERVISOR, shifts=(Role.COORDINATOR,)),
        team=_team(able, facts),
    )


def _shifts(part: Part, facts: Facts) -> tuple[Role, ...]:
    return STANDS_READY[part] if facts.red else ()


def offices_of(category: Category | None, named: frozenset[Station]) -> frozenset[Station]:
    """The offices that never get it: those complained about, and those whose own acts such disputes are about."""
    return named | OWN_ACTS.get(category, frozenset())


def very_end(
    candidates: Iterable[Candidate], theirs: frozenset[int], category: Category | None
) -> frozenset[int]:
    """Where all who end the line are of the office that it is about: those of the highest area, who stay (law 2)."""
    ends = [
        one
        for one in candidates
        if one.reachable and _is_an_end(one) and _answers_for(one, category)
    ]
    if not ends or any(one.person_id not in theirs for one in ends):
        return frozenset()
    highest = max(one.distance for one in ends)
    return frozenset(one.person_id for one in ends if one.distance == highest)


def _of_an_office(candidates: Iterable[Candidate], offices: frozenset[Station]) -> frozenset[int]:
    return frozenset(one.person_id for one in candidates if one.station in offices)


def _is_an_end(candidate: Candidate) -> bool:
    return candidate.role in ENDS and candidate.until is None


def _team(able: list[Candidate], facts: Facts) -> tuple[Pick, ...]:
    """One from each office that belongs at the table, the nearest first."""
    found = []
    for station in _TOGETHER.get(facts.category, ()):
        sent = [
            one for one in able if one.station is station and not one.away and one.until is None
        ]
        if sent:
            best = min(sent, key=lambda one: _order(one, facts))
            found.append(Pick(best.person_id, best.role, best.area_id, (Why.JOINT_TEAM,)))
    return tuple(found)


def _answers_for(candidate: Candidate, category: Category | None) -> bool:
    return not candidate.categories or (category in candidate.categories)


def _specialised(candidate: Candidate, facts: Facts) -> bool:
    return facts.category in candidate.categories


def _order(candidate: Candidate, facts: Facts) -> tuple[object, ...]:
    return (
        candidate.distance > 0,
        not _specialised(candidate, facts),
        candidate.distance,
        facts.language not in candidate.languages,
        candidate.rank,
        candidate.open_cases,
        candidate.recent,
        candidate.code,
        candidate.person_id,
    )


def _pick(duties: list[Candidate], facts: Facts, *, first: bool) -> Pick:
    """One person with all reasons that any of the duties gives."""
    nearest = min(duties, key=lambda one: one.distance)
    near = _NEAR.get(nearest.distance, Why.AREA_ABOVE)
    why = [Why.ON_DUTY if nearest.role is Role.COORDINATOR else near]
    if nearest.until is not None:
        why = [Why.ON_SHIFT]
    if any(_specialised(one, facts) for one in duties):
        why.append(Why.SPECIALISED)
    if facts.language is Language.KO and any(facts.language in one.languages for one in duties):
        why.append(Why.LANGUAGE)
    if not first:
        why.append(Why.NEXT_IN_LINE)
    if nearest.instead_of is not None:
        why.append(Why.DEPUTY)
    if nearest.away:
        why.append(Why.AWAY)
    if nearest.person_id in facts.end:
        why.append(Why.OWN_OFFICE)
    return Pick(nearest.person_id, nearest.role, nearest.area_id, tuple(why), nearest.until)


def find(
    session: Session,
    area: Area,
    day: date,
    *,
    category: Category | None,
    language: Language,
    excluded: frozenset[int] = frozenset(),
    against: frozenset[Station] = frozenset(),
    at: datetime | None = None,
    red: bool = False,
    end: frozenset[int] | None = None,
) -> Route:
    """Who would get a case of this kind at this place on this day; with whoever stands ready `at` that hour.

    `end`: who of the office stays, as the case knows it (cases/opponents.py); without a case, as the roster says.
    """
    candidates = _candidates(session, area, day, at)
    if end is None:
        theirs = _of_an_office(candidates, offices_of(category, against))
        end = very_end(candidates, theirs, category)
    return route(Facts(category, language, excluded, against, red, end), candidates)


def find_each(
    session: Session,
    area: Area,
    day: date,
    *,
    category: Category | None,
    language: Language,
    excluded: Mapping[Part, frozenset[int]],
    at: datetime | None = None,
    red: bool = False,
    end: frozenset[int] = frozenset(),
) -> dict[Part, Route]:
    """The same for several parts of one case, each without those who had it; the roster is read once."""
    candidates = _candidates(session, area, day, at)
    return {
        part: route(Facts(category, language, people, red=red, end=end), candidates)
        for part, people in excluded.items()
    }


def _candidates(session: Session, area: Area, day: date, at: datetime | None) -> list[Candidate]:
    by_duty = roster(session, area, day)
    return by_duty if at is None else [*by_duty, *ready(session, area, at)]
