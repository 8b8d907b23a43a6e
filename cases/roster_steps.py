"""A plan of the roster is carried out, a transaction at a time: new people first, leaving last.

Laws: doing it again after a stop in the middle is harmless; whoever leaves hands over his open cases while their clocks
run (2, 3), as does whoever is now of the office that a case is about; no area is left without a chain (2).
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import insert, select, update

from cases.actions.leaving import void_links
from cases.actions.naming_office import became_of_an_office
from cases.actions.retiring import leave, somebody_is_left
from cases.errors import NobodyLeft
from cases.roster_people import Entry
from cases.roster_plan import ChangedDuty, ChangedPerson, EndedDuty, Leaving, NewDuty, RosterPlan
from cases.sheet import Fault, Reason
from cases.work import Work
from models.duty import Duty
from models.person import Person
from models.sealed import KEYRING

_CHUNK = 2_000  # rows of one transaction: the bot writes in between

Step = Callable[[Work], Iterable[Fault]]


def steps(made: RosterPlan) -> Iterator[tuple[int, Step]]:
    """The plan as transactions, new people first and leaving last; each with how many things it settles.

    Doing it again after a stop in the middle is harmless: a new plan finds what is still to do.
    """
    for people in _chunks(made.people):
        yield len(people), lambda work, people=people: _add_people(work, people)  # type: ignore[misc] # bound now
    for changed in _chunks(made.changed_people):
        yield len(changed), lambda work, changed=changed: _change_people(work, changed)  # type: ignore[misc] # bound now
    for duties in _chunks(made.duties):
        yield len(duties), lambda work, duties=duties: _add_duties(work, duties)  # type: ignore[misc] # bound now
    for changes in _chunks(made.changed_duties):
        yield len(changes), lambda work, changes=changes: _change_duties(work, changes)  # type: ignore[misc] # bound now
    for ended in made.ended:
        yield 1, lambda work, ended=ended: _end(work, ended)  # type: ignore[misc] # bound now
    for one in made.leaving:
        yield 1, lambda work, one=one: _leave(work, one)  # type: ignore[misc] # bound now


def _chunks(things: Sequence[Any]) -> Iterator[Sequence[Any]]:
    for start in range(0, len(things), _CHUNK):
        yield things[start : start + _CHUNK]


def _add_people(work: Work, entries: Sequence[Entry]) -> list[Fault]:
    rows = [
        {
            "code": entry.code,
            "name": entry.name,
            "name_ko": entry.name_ko or None,
            "phone": entry.phone or None,
            "phone_index": KEYRING.index("phone", entry.phone) if entry.phone else None,
            "language": entry.reads,
            "named": False,
            "created_at": work.now,
        }
        for entry in entries
    ]
    work.session.execute(insert(Person), rows)
    return []


def _change_people(work: Work, changes: Sequence[ChangedPerson]) -> list[Fault]:
    for change in changes:
        work.session.execute(
            update(Person).where(Person.id == change.person_id).values(**change.values)
        )
    # a link asks for the digits of the telephone for which it was made
    void_links(work, [change.person_id for change in changes if "phone" in change.values])
    return []


def _add_duties(work: Work, duties: Sequence[NewDuty]) -> list[Fault]:
    codes = {duty.code for duty in duties}
    known = work.session.execute(select(Person.code, Person.id).where(Person.code.in_(codes)))
    ids = {code: person_id for code, person_id in known}  # noqa: C416 - rows are no pairs to mypy
    rows = [
        {
            "person_id": ids[duty.code],
            "area_id": duty.post.area_id,
            "role": duty.post.role,
            "station": duty.post.station,
            "categories": sorted(duty.post.categories),
            "languages": sorted(duty.post.languages),
            "rank": duty.post.rank,
            "starts": duty.starts,
            "ends": duty.post.ends,
        }
        for duty in duties
    ]
    work.session.execute(insert(Duty), rows)
    became_of_an_office(work, set(ids.values()))
    return []


def _change_duties(work: Work, changes: Sequence[ChangedDuty]) -> list[Fault]:
    """All of them; a duty that would leave an area without its chain stays as it was."""
    ids = [change.duty_id for change in changes]
    rows = work.session.scalars(select(Duty).where(Duty.id.in_(ids)))
    duties = {duty.id: duty for duty in rows}
    over: list[tuple[Duty, ChangedDuty, dict[str, Any]]] = []
    for change in changes:
        duty = duties[change.duty_id]
        before = {name: getattr(duty, name) for name in change.values}
        was_held = duty.held_on(work.today)
        for name, value in change.values.items():
            setattr(duty, name, value)
        if was_held and not duty.held_on(work.today):
            over.append((duty, change, before))
    work.session.flush()
    faults = []
    for duty, change, before in over:
        try:
            somebody_is_left(work, duty)
        except NobodyLeft:
            for name, value in before.items():
                setattr(duty, name, value)
            work.session.flush()
            what = f"{change.code} {duty.area.code}"
            faults.append(Fault(0, "area", Reason.CHAIN_ENDS, what))
    became_of_an_office(work, {duty.person_id for duty in duties.values()})
    return faults


def _end(work: Work, ended: EndedDuty) -> list[Fault]:
    duty = work.session.get_one(Duty, ended.duty_id)
    before = duty.ends
    duty.ends = work.today - timedelta(days=1)
    work.session.flush()
    try:
        somebody_is_left(work, duty)
    except NobodyLeft:
        duty.ends = before
        return [Fault(0, "area", Reason.CHAIN_ENDS, f"{ended.code} {duty.area.code}")]
    return []


def _leave(work: Work, one: Leaving) -> list[Fault]:
    person = work.session.get_one(Person, one.person_id, with_for_update=True)
    if person.retired_at is not None:
        return []
    with work.session.begin_nested() as attempt:
        try:
            leave(work, person, None)
        except NobodyLeft:
            attempt.rollback()
            return [Fault(one.row, "status", Reason.CHAIN_ENDS, one.code)]
    return []
