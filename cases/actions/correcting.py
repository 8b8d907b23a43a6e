"""An administrator corrects the roster by hand: one form is a file of one row, read and carried out as any file.

Laws: what a list may not say, a form may not say (cases/roster.py, cases/area_file.py); no area is left without a chain
(2); nobody shuts himself out, or lengthens his own duty; every change is recorded, from what to what; only within the
administrator's own areas, and of a person only where all that he answers for lies in them. Giving: cases/actions/giving.py.
"""

from collections.abc import Mapping
from datetime import date
from typing import Any

from sqlalchemy import select

from cases import area_file, roster
from cases.actions import joining
from cases.actions.one_row import ROW, SOMEBODY, Cells, as_row, beside, carry_out, refuse
from cases.actions.retiring import person_under
from cases.errors import NotYours, SecondPerson
from cases.office import Errand, areas_for, may_run
from cases.roster_plan import ChangedDuty, ChangedPerson, RosterPlan
from cases.roster_record import differing, note_change
from cases.roster_rows import person_cells
from cases.sheet import Cell, Fault, Reader, Reason, Row
from cases.work import Work
from models.area import Area
from models.duty import Duty
from models.person import Person, index_of_phone
from models.vocabulary import RosterChange

_AREA_VALUES = ("name_zh", "name_ko", "aliases", "phone", "hours")
_DUTY_VALUES = ("station", "categories", "languages", "rank", "starts", "ends")
_EMPTIED: dict[str, Any] = {"name_ko": "", "aliases": [], "phone": None, "hours": None}


def correct_area(work: Work, by: Person, area_id: int, cells: Cells) -> Area:
    """Its names, other names, telephone and hours; what is left empty is empty from then on, but for the Chinese name.

    Raises:
        NotYours: outside this administrator's areas.
        RowRefused: a cell does not fit.
    """
    area = _area_under(work, by, area_id)
    before = {name: getattr(area, name) for name in _AREA_VALUES}
    said = {name: cells.get(name) for name in _AREA_VALUES if name in cells}
    made = area_file.plan(work.session, [Row(ROW, {"code": area.code, **_kept(area), **said})])
    if "name_zh" in said and not said["name_zh"]:
        made.faults.append(Fault(ROW, "name_zh", Reason.AREA_NAME_MISSING, area.code))
    refuse(made.faults)
    emptied = {
        name: value
        for name, value in _EMPTIED.items()
        if name in said and not said[name] and before[name]
    }
    changes = {name: said for one in made.changed for name, said in one.values.items()} | emptied
    if changes:
        row = area_file.Change(ROW, area.code, area.name_zh, area.id, changes)
        for _, step in area_file.steps(area_file.AreaPlan(changed=[row])):
            step(work.session)
        work.session.refresh(area)
        facts = differing(before, {name: getattr(area, name) for name in changes})
        note_change(work, by, RosterChange.AREA, area=area, facts=facts)
    return area


def correct_person(work: Work, by: Person, person_id: int, cells: Cells) -> Person:
    """The names and the telephone of somebody of the roster; a Korean name or a telephone left empty is taken out.

    Raises:
        NotYours: somebody who answers for another administrator's areas too, or nobody of the roster.
        RowRefused: a cell does not fit, or somebody else has the telephone.
    """
    person = person_under(work, by, person_id, Errand.LOOK_AFTER, wholly=True)
    keeps_name = cells.get("name", person.name) == person.name
    reader = Reader(Row(ROW, {**cells, "name": SOMEBODY} if keeps_name else cells))
    name, name_ko, phone = person_cells(reader)
    if keeps_name:
        name = person.name or ""
    if "name_ko" not in cells:
        name_ko = person.name_ko or ""
    if "phone" not in cells:
        phone = person.phone or ""
    if phone and reader.is_whole and _is_anothers(work, person, phone):
        reader.refuse("phone", Reason.PHONE_KNOWN, phone)
    refuse(reader.faults)
    before = {"name": person.name or "", "name_ko": person.name_ko, "phone": person.phone}
    after = {"name": name, "name_ko": name_ko or None, "phone": phone or None}
    changed = differing(before, after)
    if changed:
        values = {column: said for column, (_, said) in changed.items()}
        if "phone" in values:
            values["phone_index"] = index_of_phone(phone or None)
        one = ChangedPerson(person.id, person.code or "", values)
        carry_out(work, RosterPlan(changed_people=[one]))
        work.session.refresh(person)
        note_change(work, by, RosterChange.PERSON, person=person, facts=changed)
    return person


def correct_duty(work: Work, by: Person, duty_id: int, cells: Cells) -> Duty:
    """Its days, rank, languages and station; who holds it, as what and where, is another duty.

    Raises:
        NotYours: outside this administrator's areas, or nobody would be left to look after it.
        SecondPerson: it is his own, and would be longer.
        RowRefused: a cell does not fit, or the chain of an area would end nowhere.
    """
    duty = work.session.get(Duty, duty_id)
    if duty is None or duty.area_id not in areas_for(work, by, Errand.LOOK_AFTER):
        raise NotYours
    if duty.ends is not None and duty.ends < work.today:
        raise NotYours  # what is over stays as it was; a new duty is given
    person_under(work, by, duty.person_id, Errand.LOOK_AFTER)
    before = {name: getattr(duty, name) for name in _DUTY_VALUES}
    row = {**as_row(duty), **cells}
    made = roster.plan(work, [Row(ROW, row), *beside(work, row)], alone=True)
    refuse(made.faults)
    changes = {
        name: value
        for one in made.changed_duties
        if one.duty_id == duty.id
        for name, value in one.values.items()
    }
    if "station" in cells and not cells["station"] and duty.station is not None:
        changes["station"] = None
    if duty.person_id == by.id and _is_longer(work.today, duty, changes):
        raise SecondPerson
    if changes:
        one = ChangedDuty(duty.id, duty.person.code or "", changes)
        carry_out(work, RosterPlan(changed_duties=[one]))
        if not may_run(work, by, Errand.LOOK_AFTER):
            raise NotYours
        note_change(
            work,
            by,
            RosterChange.DUTY,
            person=duty.person,
            area=duty.area,
            facts={"role": duty.role, **differing(before, changes)},
        )
    return duty


def invite(work: Work, by: Person, person_id: int) -> str:
    """A one-time link for somebody who has not joined; shown once.

    Raises:
        NotYours: not this administrator's alone, or somebody who has joined, or left.
    """
    person = person_under(work, by, person_id, Errand.INVITE)
    if person.telegram_id is not None or person.retired_at is not None:
        raise NotYours
    note_change(work, by, RosterChange.INVITED, person=person)
    return joining.invite(work, person)


def _area_under(work: Work, by: Person, area_id: int) -> Area:
    area = work.session.get(Area, area_id)
    if area is None or area.id not in areas_for(work, by, Errand.LOOK_AFTER):
        raise NotYours
    return area


def _kept(area: Area) -> dict[str, Cell]:
    """What the plan needs of an area besides: a parent is what it was."""
    above: dict[str, Cell] = {"parent": area.parent.code} if area.parent else {}
    return {"level": area.level, **above}


def _is_longer(today: date, duty: Duty, changes: Mapping[str, Any]) -> bool:
    """Whether, from today on, it would begin sooner or end later."""
    starts = max(today, changes.get("starts", duty.starts))
    ends = changes.get("ends", duty.ends) or date.max
    return starts < max(today, duty.starts) or ends > (duty.ends or date.max)


def _is_anothers(work: Work, person: Person, phone: str) -> bool:
    others = select(Person.id).where(
        Person.phone_index == index_of_phone(phone),
        Person.code.is_not(None),
        Person.id != person.id,
        Person.retired_at.is_(None),
    )
    return work.session.scalars(others).first() is not None
