"""The office that a dispute is with: it never gets the case, is told nothing of it and opens nothing of it (rule book 2.4).

An office is its kind and the place of the case: the street office of that street, the committee of that village. Its people
are all who hold a duty for it, there or above, by whatever other duty they might have been chosen.
"""

from collections.abc import Iterable, Mapping, Sequence

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from cases.finding import AreaMap, the_map
from cases.reading import offices_in
from cases.routing import OWN_ACTS
from cases.work import Work
from models.case import Case
from models.duty import Duty
from models.person import Person
from models.vocabulary import AreaLevel, Role, Station

#: The area that one office of this kind answers for; the county where nothing is said.
_OF_LEVEL: Mapping[Station, AreaLevel] = {
    Station.VILLAGE_COMMITTEE: AreaLevel.COMMUNITY,
    Station.STREET_OFFICE: AreaLevel.STREET,
    Station.POLICE_STATION: AreaLevel.STREET,
    Station.JUSTICE_OFFICE: AreaLevel.STREET,
    Station.FARM_STATION: AreaLevel.STREET,
}
#: Who is of an office by his role, where his duty names none.
_BY_ROLE: Mapping[Station, frozenset[Role]] = {
    Station.COURT: frozenset({Role.JUDGE, Role.JUDGE_ASSISTANT, Role.COURT_SUPERVISOR}),
}


def never_asked(work: Work, case: Case) -> frozenset[int]:
    """Whom the routing passes over: the office that was named, and the one whose own acts such disputes are about."""
    own_acts = OWN_ACTS.get(case.category, frozenset())
    named = frozenset({case.against}) if case.against is not None else frozenset[Station]()
    return _staff(work, case, named | own_acts)


def is_of_the_office(work: Work, case: Case, person: Person) -> bool:
    """Whether the dispute is with this person's office, as somebody has named it."""
    if case.against is None or person.code is None:
        return False
    return person.id in _staff(work, case, frozenset({case.against}))


def not_about_own_office(
    work: Work, person: Person, cases: Iterable[tuple[int, Station | None]]
) -> list[int]:
    """Of these cases, each with the office it is about, those that may stand on a list of this person's."""
    return [
        case_id
        for case_id, against in cases
        if against is None
        or not is_of_the_office(work, work.session.get_one(Case, case_id), person)
    ]


def may_stand_on_a_list(work: Work, person: Person, ids: Sequence[int]) -> list[int]:
    """The same of cases known by their ids alone."""
    about = select(Case.id, Case.against).where(Case.against.is_not(None))
    offices = dict(work.session.execute(about).all())
    return not_about_own_office(work, person, ((one, offices.get(one)) for one in ids))


def suggested(case: Case) -> tuple[Station, ...]:
    """The offices that the report's words name; whether the dispute is with one of them, a human says."""
    return offices_in(case.matter or "")


def _staff(work: Work, case: Case, stations: frozenset[Station]) -> frozenset[int]:
    if not stations:
        return frozenset()
    areas = the_map(work.session)
    return frozenset(
        person_id
        for station in stations
        for person_id, area_id in _held(work.session, station, work)
        if _same_office(areas, case.area_id, area_id, _OF_LEVEL.get(station, AreaLevel.COUNTY))
    )


def _held(session: Session, station: Station, work: Work) -> list[tuple[int, int]]:
    roles = _BY_ROLE.get(station, frozenset())
    rows = session.scalars(
        select(Duty).where(
            or_(Duty.station == station, and_(Duty.station.is_(None), Duty.role.in_(roles)))
        )
    )
    return [(duty.person_id, duty.area_id) for duty in rows if duty.held_on(work.today)]


def _same_office(areas: AreaMap, place: int, duty: int, level: AreaLevel) -> bool:
    """Whether a duty is for the office of this place, or for one of its kind above it."""
    line = areas.line(areas.places[place])
    if duty in {one.id for one in line}:
        return True
    office = next((one for one in line if one.level is level), None)
    below = areas.line(areas.places[duty]) if duty in areas.places else []
    return office is not None and office.id in {one.id for one in below}
