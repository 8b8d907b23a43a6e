"""The office that a dispute is with: it never gets the case, is told nothing of it and opens nothing of it (rule book 2.4).

An office is its kind and the place of the case: the street office of that street, the committee of that village. Its people
are all who hold a duty for it, there or above, by whatever other duty they might have been chosen. It is named by somebody,
or such disputes are about its own acts. Law 2: where all heads and the whole duty desk are of it, those of the highest area
answer all the same, behind everybody else.
"""

from collections.abc import Iterable, Mapping

from sqlalchemy import and_, or_, select

from cases.candidates import roster
from cases.finding import AreaMap, the_map
from cases.reading import offices_in
from cases.routing import OWN_ACTS, offices_of, very_end
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

_PAGE = 500  # cases asked for at once: a database takes only so many values in one question


def offices_against(case: Case) -> frozenset[Station]:
    """The offices that it is about: the one that was named, and those whose own acts such disputes are about."""
    return offices_of(case.category, frozenset({case.against}) if case.against else frozenset())


def never_asked(work: Work, case: Case) -> frozenset[int]:
    """Whom the routing passes over, and what he holds goes on."""
    theirs = _staff(work, case, offices_against(case))
    return theirs - _end(work, case, theirs)


def at_the_end(work: Work, case: Case) -> frozenset[int]:
    """Who answers although he is of the office, since nobody else is left (law 2)."""
    return _end(work, case, _staff(work, case, offices_against(case)))


def is_of_the_office(work: Work, case: Case, person: Person) -> bool:
    """Whether the dispute is with this person's office, and somebody else answers for it."""
    return works_there(work, case, person, offices_against(case)) and person.id not in at_the_end(
        work, case
    )


def works_there(work: Work, case: Case, person: Person, offices: frozenset[Station]) -> bool:
    """Whether this person holds a duty of one of these offices, of the place of the case."""
    return person.code is not None and bool(_staff(work, case, offices, only=person))


def may_stand_on_a_list(work: Work, person: Person, ids: Iterable[int]) -> list[int]:
    """Of these cases those that are not about this person's own office."""
    ids = list(ids)
    if not _is_of_any_office(work, person):
        return ids
    out: set[int] = set()
    for start in range(0, len(ids), _PAGE):
        about = select(Case).where(
            Case.id.in_(ids[start : start + _PAGE]),
            or_(Case.against.is_not(None), Case.category.in_(OWN_ACTS)),
        )
        found = work.session.scalars(about).all()
        out |= {case.id for case in found if is_of_the_office(work, case, person)}
    return [one for one in ids if one not in out]


def office_held(role: Role, station: Station | None) -> Station | None:
    """Of which office somebody is by one duty."""
    by_role = (office for office, roles in _BY_ROLE.items() if role in roles)
    return station or next(by_role, None)


def is_of_this_place(areas: AreaMap, place: int, office: Station, duty: int) -> bool:
    """Whether a duty in that area is of the office of this kind that answers for the place."""
    return _same_office(areas, place, duty, _OF_LEVEL.get(office, AreaLevel.COUNTY))


def suggested(case: Case) -> tuple[Station, ...]:
    """The offices that the report's words name; whether the dispute is with one of them, a human says."""
    return offices_in(case.matter or "")


def _staff(
    work: Work, case: Case, stations: frozenset[Station], *, only: Person | None = None
) -> frozenset[int]:
    held = [(station, *duty) for station in stations for duty in _held(work, station, only)]
    if not held:
        return frozenset()
    areas = the_map(work.session)
    return frozenset(
        person_id
        for station, person_id, area_id in held
        if is_of_this_place(areas, case.area_id, station, area_id)
    )


def _end(work: Work, case: Case, theirs: frozenset[int]) -> frozenset[int]:
    if not theirs:
        return frozenset()
    answers = (
        one
        for one in roster(work.session, case.area, work.today)
        if one.person_id != case.reporter_id  # his own dispute he does not get at any end
    )
    return very_end(answers, theirs, case.category)


def _is_of_any_office(work: Work, person: Person) -> bool:
    roles = frozenset[Role]().union(*_BY_ROLE.values())
    duties = select(Duty.id).where(
        Duty.person_id == person.id, or_(Duty.station.is_not(None), Duty.role.in_(roles))
    )
    return work.session.scalars(duties.limit(1)).first() is not None


def _held(work: Work, station: Station, only: Person | None) -> list[tuple[int, int]]:
    """Whose duties, and where, are of such an office today; of one person where only his are asked for."""
    roles = _BY_ROLE.get(station, frozenset())
    query = select(Duty).where(
        or_(Duty.station == station, and_(Duty.station.is_(None), Duty.role.in_(roles)))
    )
    if only is not None:
        query = query.where(Duty.person_id == only.id)
    rows = work.session.scalars(query)
    return [(duty.person_id, duty.area_id) for duty in rows if duty.held_on(work.today)]


def _same_office(areas: AreaMap, place: int, duty: int, level: AreaLevel) -> bool:
    """Whether a duty is for the office of this place, or for one of its kind above it."""
    line = areas.line(areas.places[place])
    if duty in {one.id for one in line}:
        return True
    office = next((one for one in line if one.level is level), None)
    below = areas.line(areas.places[duty]) if duty in areas.places else []
    return office is not None and office.id in {one.id for one in below}
