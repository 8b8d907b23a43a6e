"""A head gives a shift of the rota to somebody else.

Laws: a judge's shift the court's own head gives, the others the centre's (14); nobody stands where he holds no such duty, is
away or stands already; a shift under way is cut, so that the list stays true of what was; both are told, and it is recorded.
"""

from datetime import date, timedelta

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from cases.deputies import standing_in
from cases.errors import NobodyLeft, NotYours
from cases.finding import the_map
from cases.office import Errand, areas_for, may_run
from cases.on_duty import may_stand
from cases.outbox import NoticeKind, tell
from cases.roster_record import note_change
from cases.work import Work
from cases.workdays import civil, next_awake
from models.duty import Duty
from models.person import Person
from models.rota import Shift
from models.vocabulary import Role, RosterChange

MOST = 6  # people offered: what one screen of a telephone holds


def may_give(work: Work, by: Person, shift: Shift) -> bool:
    role = _head_of(shift)
    if shift.ends <= work.now or not may_run(work, by, Errand.GIVE_SHIFT):
        return False
    try:
        return shift.area_id in areas_for(work, by, Errand.GIVE_SHIFT, role)
    except NotYours:
        return False


def who_could_stand(work: Work, shift: Shift) -> list[Person]:
    """Who could stand there instead, the first in line first."""
    days, areas = _days_of(work, shift), the_map(work.session)
    rows = work.session.scalars(
        select(Duty).where(Duty.role == shift.role).options(joinedload(Duty.person))
    )
    able = {
        duty.person_id: duty
        for duty in sorted(rows, key=lambda one: (-one.rank, one.person.code or ""))
        if all(duty.held_on(day) for day in days)
        and duty.person.reachable
        and duty.person_id != shift.person_id
        and may_stand(areas.above, duty, shift.role, shift.area_id)
    }
    standing = [standing_in(work.session, set(able), day) for day in days]
    busy = _standing_then(work, shift)
    found = [
        duty
        for who, duty in able.items()
        if who not in busy and all(on_day[who] == who for on_day in standing)
    ]
    found.sort(key=lambda one: (one.rank, one.person.code or ""))
    return [duty.person for duty in found[:MOST]]


def give(work: Work, by: Person, shift_id: int, to: int, *, had: int) -> Shift | None:
    """Give a shift to another person; None when it is not there any more, or has changed since (7).

    Raises:
        NotYours: no head of it.
        NobodyLeft: this person cannot stand there.
    """
    shift = work.session.get(Shift, shift_id, with_for_update=True)
    if shift is None or shift.ends <= work.now:
        return None
    if not may_give(work, by, shift):
        raise NotYours
    if shift.person_id == to:  # a second tap
        return shift
    if shift.person_id != had:
        return None
    if to not in {person.id for person in who_could_stand(work, shift)}:
        raise NobodyLeft
    before = shift.person
    if shift.starts < work.now:
        shift, old = _rest_of(work, shift, to), shift
        old.ends = work.now
    else:
        shift.person = work.session.get_one(Person, to)
    work.session.flush()
    facts = {"shift": [before.code, shift.person.code], "starts": civil(shift.starts).isoformat()}
    note_change(work, by, RosterChange.SHIFT, person=shift.person, area=shift.area, facts=facts)
    for person in (before, shift.person):
        _tell(work, person, shift, mine=person.id == to)
    return shift


def _head_of(shift: Shift) -> Role:
    return Role.COURT_SUPERVISOR if shift.role is Role.JUDGE else Role.SUPERVISOR


def _days_of(work: Work, shift: Shift) -> list[date]:
    """Each day of what is left of it: of a night two."""
    first = civil(max(shift.starts, work.now)).date()
    last = civil(shift.ends - timedelta.resolution).date()
    return [first + timedelta(days=one) for one in range((last - first).days + 1)]


def _standing_then(work: Work, shift: Shift) -> set[int]:
    """Who stands anywhere in some of these hours already."""
    return set(
        work.session.scalars(
            select(Shift.person_id).where(
                Shift.starts < shift.ends,
                Shift.ends > max(shift.starts, work.now),
            )
        )
    )


def _rest_of(work: Work, shift: Shift, to: int) -> Shift:
    rest = Shift(
        person=work.session.get_one(Person, to),
        area=shift.area,
        role=shift.role,
        starts=work.now,
        ends=shift.ends,
    )
    work.session.add(rest)
    return rest


def _tell(work: Work, person: Person, shift: Shift, *, mine: bool) -> None:
    soon = shift.starts < next_awake(
        work.now
    )  # told now, be it night: it begins before the morning
    tell(
        work,
        person,
        NoticeKind.SHIFT,
        due=work.now if soon else None,
        dedupe=f"shift:{shift.id}:{shift.person_id}:{person.id}:{work.now.isoformat()}"[:160],
        mine=mine,
        shift={
            "role": shift.role,
            "area": [shift.area.name_zh, shift.area.name_ko],
            "starts": shift.starts.isoformat(),
            "ends": shift.ends.isoformat(),
        },
    )
