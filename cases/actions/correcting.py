"""An administrator corrects the roster by hand: one form is a file of one row, read and carried out as any file.

Laws: what a list may not say, a form may not say (cases/roster.py, cases/area_file.py); no area is left without a chain
(2); nobody shuts himself out; every change is recorded, from what to what; only within the administrator's own areas.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import select

from cases import area_file, roster
from cases.actions import joining
from cases.actions.retiring import person_under
from cases.errors import NotYours, RowRefused
from cases.finding import the_map
from cases.office import Errand, areas_for, may_run
from cases.roster_plan import ChangedDuty, ChangedPerson, RosterPlan
from cases.roster_record import differing, note_change
from cases.roster_rows import person_cells
from cases.roster_steps import steps
from cases.sheet import Cell, Fault, Reader, Reason, Row
from cases.work import Work
from models.area import Area
from models.duty import Duty
from models.person import Person, index_of_phone
from models.vocabulary import Role, RosterChange

Cells = Mapping[str, Cell]
_ROW = 1  # the form is the only row that can be refused
_AREA_VALUES = ("name_zh", "name_ko", "aliases", "phone", "hours")
_DUTY_VALUES = ("station", "categories", "languages", "rank", "starts", "ends")
_EMPTIED: dict[str, Any] = {"name_ko": "", "aliases": [], "phone": None, "hours": None}
#: Whoever is known by his code needs no name in a row that is about what he answers for.
_SOMEBODY = "某"
#: Roles of which two of one rank would leave it to chance who decides: their neighbours are read with the form.
_BESIDE = frozenset({Role.SUPERVISOR, Role.COURT_SUPERVISOR})


def correct_area(work: Work, by: Person, area_id: int, cells: Cells) -> Area:
    """Its names, other names, telephone and hours; what is left empty is empty from then on, but for the Chinese name.

    Raises:
        NotYours: outside this administrator's areas.
        RowRefused: a cell does not fit.
    """
    area = _area_under(work, by, area_id)
    before = {name: getattr(area, name) for name in _AREA_VALUES}
    said = {name: cells.get(name) for name in _AREA_VALUES if name in cells}
    made = area_file.plan(work.session, [Row(_ROW, {"code": area.code, **_kept(area), **said})])
    if "name_zh" in said and not said["name_zh"]:
        made.faults.append(Fault(_ROW, "name_zh", Reason.AREA_NAME_MISSING, area.code))
    _refuse(made.faults)
    emptied = {
        name: value
        for name, value in _EMPTIED.items()
        if name in said and not said[name] and before[name]
    }
    changes = {name: said for one in made.changed for name, said in one.values.items()} | emptied
    if changes:
        row = area_file.Change(_ROW, area.code, area.name_zh, area.id, changes)
        for _, step in area_file.steps(area_file.AreaPlan(changed=[row])):
            step(work.session)
        work.session.refresh(area)
        facts = differing(before, {name: getattr(area, name) for name in changes})
        note_change(work, by, RosterChange.AREA, area=area, facts=facts)
    return area


def correct_person(work: Work, by: Person, person_id: int, cells: Cells) -> Person:
    """The names and the telephone of somebody of the roster; a Korean name or a telephone left empty is taken out.

    Raises:
        NotYours: another administrator's, or nobody of the roster.
        RowRefused: a cell does not fit, or somebody else has the telephone.
    """
    person = person_under(work, by, person_id, Errand.LOOK_AFTER)
    keeps_name = cells.get("name", person.name) == person.name
    reader = Reader(Row(_ROW, {**cells, "name": _SOMEBODY} if keeps_name else cells))
    name, name_ko, phone = person_cells(reader)
    if keeps_name:
        name = person.name or ""
    if "name_ko" not in cells:
        name_ko = person.name_ko or ""
    if "phone" not in cells:
        phone = person.phone or ""
    if phone and reader.is_whole and _is_anothers(work, person, phone):
        reader.refuse("phone", Reason.PHONE_KNOWN, phone)
    _refuse(reader.faults)
    before = {"name": person.name or "", "name_ko": person.name_ko, "phone": person.phone}
    after = {"name": name, "name_ko": name_ko or None, "phone": phone or None}
    changed = differing(before, after)
    if changed:
        values = {column: said for column, (_, said) in changed.items()}
        if "phone" in values:
            values["phone_index"] = index_of_phone(phone or None)
        one = ChangedPerson(person.id, person.code or "", values)
        _carry_out(work, RosterPlan(changed_people=[one]))
        work.session.refresh(person)
        note_change(work, by, RosterChange.PERSON, person=person, facts=changed)
    return person


def give_duty(work: Work, by: Person, cells: Cells) -> Duty:
    """One row of a roster: somebody, known by code or new, answers for an area from a day on.

    Raises:
        NotYours: outside this administrator's areas.
        RowRefused: a cell does not fit, or nobody above answers for the area.
    """
    known = _by_code(work, _read(cells, "code"))
    if known is not None:
        person_under(work, by, known.id, Errand.LOOK_AFTER)
        _agrees(known, cells)
        cells = {**cells, "name": _SOMEBODY, "name_ko": None, "phone": None}
    made = roster.plan(work, [Row(_ROW, cells), *_beside(work, cells)], alone=True)
    _refuse(made.faults)
    new = next((duty for duty in made.duties if duty.post.row == _ROW), None)
    if new is None:
        raise RowRefused([Fault(_ROW, "role", Reason.DUTY_TWICE)])
    if new.post.area_id not in areas_for(work, by, Errand.LOOK_AFTER):
        raise NotYours
    people = [entry for entry in made.people if entry.code == new.code]
    returns = [ChangedPerson(known.id, new.code, {"retired_at": None})] if known else []
    _carry_out(work, RosterPlan(people=people, changed_people=returns, duties=[new]))
    person = _by_code(work, new.code)
    assert person is not None  # noqa: S101 - it was just written
    given = work.session.scalars(
        select(Duty)
        .where(Duty.person_id == person.id, Duty.area_id == new.post.area_id)
        .order_by(Duty.id.desc())
    ).first()
    assert given is not None  # noqa: S101 - as above
    note_change(
        work,
        by,
        RosterChange.DUTY_GIVEN,
        person=person,
        area=given.area,
        facts={"role": given.role, "rank": given.rank, "starts": given.starts, "ends": given.ends},
    )
    return given


def correct_duty(work: Work, by: Person, duty_id: int, cells: Cells) -> Duty:
    """Its days, rank, languages and station; who holds it, as what and where, is another duty.

    Raises:
        NotYours: outside this administrator's areas, or nobody would be left to look after it.
        RowRefused: a cell does not fit, or the chain of an area would end nowhere.
    """
    duty = work.session.get(Duty, duty_id)
    if duty is None or duty.area_id not in areas_for(work, by, Errand.LOOK_AFTER):
        raise NotYours
    if duty.ends is not None and duty.ends < work.today:
        raise NotYours  # what is over stays as it was; a new duty is given
    person_under(work, by, duty.person_id, Errand.LOOK_AFTER)
    before = {name: getattr(duty, name) for name in _DUTY_VALUES}
    row = {**_as_row(duty), **cells}
    made = roster.plan(work, [Row(_ROW, row), *_beside(work, row)], alone=True)
    _refuse(made.faults)
    changes = {
        name: value
        for one in made.changed_duties
        if one.duty_id == duty.id
        for name, value in one.values.items()
    }
    if "station" in cells and not cells["station"] and duty.station is not None:
        changes["station"] = None
    if changes:
        one = ChangedDuty(duty.id, duty.person.code or "", changes)
        _carry_out(work, RosterPlan(changed_duties=[one]))
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
        NotYours: another administrator's, or somebody who has joined, or left.
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


def _read(cells: Cells, name: str) -> str:
    """A code or a name as the plan will read it; nothing where it will be refused."""
    return Reader(Row(_ROW, cells)).digits(name)


def _by_code(work: Work, code: str) -> Person | None:
    return work.session.scalar(select(Person).where(Person.code == code)) if code else None


def _agrees(known: Person, cells: Cells) -> None:
    """A code with another name or telephone is a slip, or somebody else."""
    reader = Reader(Row(_ROW, cells))
    name, phone = reader.text("name"), reader.digits("phone")
    if name and name != (known.name or ""):
        reader.refuse("name", Reason.NAMES_DIFFER, name)
    if phone and index_of_phone(phone) != known.phone_index:
        reader.refuse("phone", Reason.CODE_OF_TWO, known.code)
    _refuse(reader.faults)


def _is_anothers(work: Work, person: Person, phone: str) -> bool:
    others = select(Person.id).where(
        Person.phone_index == index_of_phone(phone),
        Person.code.is_not(None),
        Person.id != person.id,
        Person.retired_at.is_(None),
    )
    return work.session.scalars(others).first() is not None


def _beside(work: Work, cells: Cells) -> Iterable[Row]:
    """The other heads of the same place, as rows that say what stands: two of one rank are seen."""
    if cells.get("role") not in _BESIDE:
        return
    places = the_map(work.session).exactly(_read(cells, "area"))
    area = work.session.get(Area, places[0].id) if len(places) == 1 else None
    if area is None:
        return
    rows = work.session.scalars(
        select(Duty).where(Duty.area_id == area.id, Duty.role == cells["role"]).order_by(Duty.id)
    )
    for number, duty in enumerate(rows, start=_ROW + 1):
        over = duty.ends is not None and duty.ends < work.today
        if not over and duty.person.code != _read(cells, "code"):
            yield Row(number, _as_row(duty))


def _as_row(duty: Duty) -> dict[str, Cell]:
    return {
        "code": duty.person.code,
        "name": _SOMEBODY,
        "role": duty.role,
        "area": duty.area.code,
        "station": duty.station,
        "categories": ";".join(duty.categories),
        "languages": ";".join(duty.languages),
        "rank": str(duty.rank),
        "starts": duty.starts,
        "ends": duty.ends,
    }


def _refuse(faults: Iterable[Fault]) -> None:
    own = [fault for fault in faults if fault.row == _ROW and fault.refuses]
    if own:
        raise RowRefused(own)


def _carry_out(work: Work, made: RosterPlan) -> None:
    late = [fault for _, step in steps(made) for fault in step(work)]
    if late:
        raise RowRefused(late)
    work.session.flush()
