"""Somebody of the roster leaves, and the duties that people hold.

Laws: his open cases and tasks go on at once, clocks keep running (2, 3); no area is left without somebody who can be
reached (2); his account is an ordinary one from then on, and its old buttons do nothing (7).
"""

from datetime import timedelta

from sqlalchemy import select

from cases import clocks
from cases.access import hold_cases
from cases.actions.assignment import release
from cases.actions.heirs import heir_of
from cases.actions.leaving import follow, unbind
from cases.actions.offering import (
    assignments_of,
    holder,
    offer_next,
    tell_reporter_of_change,
)
from cases.actions.tasks import hand_over_task
from cases.belonging import belongs
from cases.candidates import ENDS
from cases.errors import NobodyLeft, NotYours
from cases.journal import EventKind, record
from cases.office import Errand, areas_for, areas_within, below
from cases.overview import open_cases_of
from cases.roster_record import note_change
from cases.routing import Why, find
from cases.work import Work
from models.area import Area
from models.case import Case
from models.duty import Duty
from models.person import Person
from models.task import Task
from models.vocabulary import Language, Part, Role, RosterChange, TaskState

#: Done to somebody himself, and so felt in all that he answers for: not by whoever looks after a part of it.
_TO_THE_PERSON = frozenset({Errand.INVITE, Errand.RETIRE})


def people_under(work: Work, by: Person, errand: Errand) -> list[Person]:
    """The roster in this administrator's areas, by code; what is done to the person, to those who are his alone."""
    areas = areas_within(work, by, errand)
    mine = belongs(work.today, areas, wholly=errand in _TO_THE_PERSON)
    return list(work.session.scalars(select(Person).where(mine).order_by(Person.code)))


def person_under(
    work: Work, by: Person, person_id: int, errand: Errand, *, wholly: bool = False
) -> Person:
    """One of them; `wholly`: who answers for nothing outside this administrator's areas.

    Raises:
        NotYours: another administrator's, or nobody of the roster.
    """
    person = work.session.get(Person, person_id, with_for_update={"key_share": True})
    areas = areas_within(work, by, errand)
    mine = belongs(work.today, areas, wholly=wholly or errand in _TO_THE_PERSON)
    found = select(Person.id).where(Person.id == person_id, mine)
    if person is None or work.session.scalar(found) is None:
        raise NotYours
    return person


def retire(work: Work, by: Person, person_id: int) -> list[Case]:
    """End all duties of a person and hand over what is open; gives the cases that went on.

    Raises:
        NotYours: oneself, or another administrator's.
        NobodyLeft: nobody would be left to answer for an area.
    """
    person = person_under(work, by, person_id, Errand.RETIRE)
    if person.id == by.id:
        raise NotYours
    if person.retired_at is not None:
        return []
    cases = leave(work, person, by)
    note_change(work, by, RosterChange.LEFT, person=person, facts={"cases": len(cases)})
    return cases


def leave(work: Work, person: Person, by: Person | None) -> list[Case]:
    """Whoever leaves, by an administrator's tap or (`by` None) by the office's own list.

    Raises:
        NobodyLeft: nobody would be left to answer for an area.
    """
    cases = open_cases_of(work, person)
    ended = duties_held(work, person)
    for duty in ended:
        _end(work, duty)
    account = unbind(work, person)
    work.session.flush()
    for duty in ended:
        somebody_is_left(work, duty)
    hold_cases(work, (case.id for case in cases))
    for case in cases:
        work.session.refresh(case)
        _hand_over(work, case, person, by)
    follow(work, person, account)
    return cases


def end_duty(work: Work, by: Person, duty_id: int) -> Person:
    """End one duty; what its holder has taken stays with him until he returns it or a head reassigns it.

    Raises:
        NobodyLeft: nobody would be left to answer for the area.
    """
    duty = work.session.get(Duty, duty_id)
    if duty is None or duty.area_id not in areas_for(work, by, Errand.APPOINT):
        raise NotYours
    person = person_under(work, by, duty.person_id, Errand.APPOINT)
    if duty.held_on(work.today):
        if duty.person_id == by.id and duty.role is Role.ADMINISTRATOR:
            raise NotYours
        _end(work, duty)
        work.session.flush()
        somebody_is_left(work, duty)
        facts = {"role": duty.role, "ends": duty.ends}
        note_change(work, by, RosterChange.DUTY_ENDED, person=person, area=duty.area, facts=facts)
    return person


def duties_held(work: Work, person: Person) -> list[Duty]:
    """What a person answers for today, or will."""
    rows = work.session.scalars(
        select(Duty).where(Duty.person_id == person.id).order_by(Duty.rank, Duty.id)
    )
    return [duty for duty in rows if duty.ends is None or duty.ends >= work.today]


def _end(work: Work, duty: Duty) -> None:
    duty.ends = work.today - timedelta(days=1)  # the last day of it was yesterday


def somebody_is_left(work: Work, duty: Duty) -> None:
    """Whether the chain above a duty that has ended still ends in somebody (law 2).

    Raises:
        NobodyLeft: it does not.
    """
    if duty.role not in ENDS:
        return
    for area_id in _leaves(work, duty.area_id):
        area = work.session.get_one(Area, area_id)
        route = find(work.session, area, work.today, category=None, language=Language.ZH)
        if all(Why.AWAY in pick.why for pick in route.coordinators):
            raise NobodyLeft


def _leaves(work: Work, area_id: int) -> list[int]:
    """The areas whose way up may now end nowhere: of a chain, its top decides for all below."""
    within = below(work.session, [area_id])
    roles = work.session.scalars(
        select(Duty.area_id).where(Duty.area_id.in_(within), Duty.role.in_(ENDS))
    )
    return sorted({area_id, *roles})


def _hand_over(work: Work, case: Case, person: Person, by: Person | None) -> None:
    """Each part that he held is offered on, and each task given to whoever has the case now."""
    held = [
        one for one in assignments_of(work, case) if one.person_id == person.id and one.is_live
    ]
    parts = [one.part for one in held]
    record(work, case, EventKind.RETIRED, by, person=person.id, parts=parts)
    for one in held:
        release(work, case, one)
    work.session.flush()
    for part in parts:
        if holder(work, case, part) is None:
            offered = offer_next(work, case, part)
            if offered is not None and part is Part.MEDIATOR:
                tell_reporter_of_change(work, case, offered, why="decided")
    tasks = work.session.scalars(
        select(Task).where(
            Task.case_id == case.id, Task.person_id == person.id, Task.state == TaskState.OPEN
        )
    )
    for task in tasks.all():
        heir = heir_of(work, case, task, person)
        if heir is not None:
            hand_over_task(work, case, task, heir)
    clocks.keep_one_running(work, case)
