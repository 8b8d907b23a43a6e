"""An administrator gives a duty: by a form, or by a tap in chat; both are one row of a roster.

Laws: what a list may not say, neither may say (cases/roster.py): a role has its largest area, heads have a rank each, no
area is without a chain on the first day (2); nobody gives himself a duty; nobody takes over whom another answers for.
"""

from sqlalchemy import or_, select

from cases import roster
from cases.actions.one_row import (
    ROW,
    SOMEBODY,
    Cells,
    beside,
    carry_out,
    read_cell,
    refuse,
)
from cases.actions.retiring import duties_held, person_under
from cases.errors import NobodyLeft, NotYours, RowRefused, SecondPerson, TooLargeAnArea
from cases.office import Errand, areas_for
from cases.roster_plan import ChangedPerson, RosterPlan
from cases.roster_record import note_change
from cases.roster_rows import RANKS
from cases.sheet import Fault, Reader, Reason, Row
from cases.work import Work
from models.area import Area
from models.duty import Duty
from models.person import Person, index_of_phone
from models.vocabulary import Language, Role, RosterChange

#: How a tap says what beside a form's cell would be said of the cell.
_SAID_OF_A_TAP = {Reason.CHAIN_ENDS: NobodyLeft, Reason.ROLE_NOT_HERE: TooLargeAnArea}


def give_duty(work: Work, by: Person, cells: Cells) -> Duty:
    """Somebody, known by code or by telephone or new, answers for an area from a day on.

    Raises:
        NotYours: outside this administrator's areas, or somebody who answers for others besides.
        SecondPerson: it is himself.
        RowRefused: a cell does not fit, or nobody above answers for the area.
    """
    known = _by_code(work, read_cell(cells, "code"))
    if known is not None:
        _may_be_given(work, by, known, cells)
        cells = {**cells, "name": SOMEBODY, "name_ko": None, "phone": None}
    made = roster.plan(work, [Row(ROW, cells), *beside(work, cells)], alone=True)
    refuse(made.faults)
    new = next((duty for duty in made.duties if duty.post.row == ROW), None)
    if new is None:
        raise RowRefused([Fault(ROW, "role", Reason.DUTY_TWICE)])
    if new.post.area_id not in areas_for(work, by, Errand.LOOK_AFTER):
        raise NotYours
    if known is None:
        known = _by_code(work, new.code)  # the telephone alone found somebody
        if known is not None:
            _may_be_given(work, by, known, cells)
    people = [] if known else [entry for entry in made.people if entry.code == new.code]
    returns = [ChangedPerson(known.id, new.code, {"retired_at": None})] if known else []
    carry_out(work, RosterPlan(people=people, changed_people=returns, duties=[new]))
    person = known or _by_code(work, new.code)
    assert person is not None  # noqa: S101 - it was just written
    work.session.refresh(person)
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


def appoint(work: Work, by: Person, person_id: int, role: Role, area_id: int) -> Duty:
    """The same by a tap: from today on, after whoever is there already; the same duty twice is one.

    Raises:
        NotYours: outside this administrator's areas, or somebody who answers for others besides.
        SecondPerson: it is himself.
        TooLargeAnArea: this role answers for a smaller one.
        NobodyLeft: nobody above answers for the area.
    """
    person = person_under(work, by, person_id, Errand.APPOINT, wholly=True)
    if role is Role.RESIDENT or area_id not in areas_for(work, by, Errand.APPOINT):
        raise NotYours
    held = duties_held(work, person)
    for duty in held:
        if (duty.role, duty.area_id) == (role, area_id):
            return duty
    languages = held[0].languages if held else sorted({Language.ZH, person.reads})
    cells: Cells = {
        "code": person.code,
        "role": role,
        "area": work.session.get_one(Area, area_id).code,
        "languages": ";".join(languages),
        "rank": str(_last_rank(work, role, area_id)),
    }
    try:
        return give_duty(work, by, cells)
    except RowRefused as refused:
        why = {fault.reason for fault in refused.faults}
        said = next((error for reason, error in _SAID_OF_A_TAP.items() if reason in why), None)
        if said is None:
            raise
        raise said from None


def _last_rank(work: Work, role: Role, area_id: int) -> int:
    goes_on = or_(Duty.ends.is_(None), Duty.ends >= work.today)
    there = select(Duty.rank).where(Duty.role == role, Duty.area_id == area_id, goes_on)
    return min(max(work.session.scalars(there), default=0) + 1, RANKS[-1])


def _may_be_given(work: Work, by: Person, known: Person, cells: Cells) -> None:
    if known.id == by.id:
        raise SecondPerson
    person_under(work, by, known.id, Errand.LOOK_AFTER, wholly=True)
    _agrees(known, cells)


def _agrees(known: Person, cells: Cells) -> None:
    """A code with another name or telephone is a slip, or somebody else."""
    reader = Reader(Row(ROW, cells))
    name, phone = reader.text("name"), reader.digits("phone")
    if name and name != (known.name or ""):
        reader.refuse("name", Reason.NAMES_DIFFER, name)
    if phone and index_of_phone(phone) != known.phone_index:
        reader.refuse("phone", Reason.CODE_OF_TWO, known.code)
    refuse(reader.faults)


def _by_code(work: Work, code: str) -> Person | None:
    return work.session.scalar(select(Person).where(Person.code == code)) if code else None
