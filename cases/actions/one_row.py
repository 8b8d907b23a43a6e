"""One row of a roster, as a form or a tap says it: read with the rows beside it, refused, and carried out as any file.

Law: what a list may not say, a form may not say (cases/roster.py).
"""

from collections.abc import Iterable, Mapping

from sqlalchemy import select

from cases.errors import RowRefused
from cases.finding import the_map
from cases.roster_plan import RosterPlan
from cases.roster_steps import steps
from cases.sheet import Cell, Fault, Reader, Row
from cases.work import Work
from models.area import Area
from models.duty import Duty
from models.vocabulary import Role

Cells = Mapping[str, Cell]
ROW = 1  # the form is the only row that can be refused
#: Whoever is known by his code needs no name in a row that is about what he answers for.
SOMEBODY = "某"
#: Roles of which two of one rank would leave it to chance who decides: their neighbours are read with the form.
_BESIDE = frozenset({Role.SUPERVISOR, Role.COURT_SUPERVISOR})


def read_cell(cells: Cells, name: str) -> str:
    """A code or a name as the plan will read it; nothing where it will be refused."""
    return Reader(Row(ROW, cells)).digits(name)


def beside(work: Work, cells: Cells) -> Iterable[Row]:
    """The other heads of the same place, as rows that say what stands: two of one rank are seen."""
    if cells.get("role") not in _BESIDE:
        return
    places = the_map(work.session).exactly(read_cell(cells, "area"))
    area = work.session.get(Area, places[0].id) if len(places) == 1 else None
    if area is None:
        return
    rows = work.session.scalars(
        select(Duty).where(Duty.area_id == area.id, Duty.role == cells["role"]).order_by(Duty.id)
    )
    for number, duty in enumerate(rows, start=ROW + 1):
        over = duty.ends is not None and duty.ends < work.today
        if not over and duty.person.code != read_cell(cells, "code"):
            yield Row(number, as_row(duty))


def as_row(duty: Duty) -> dict[str, Cell]:
    return {
        "code": duty.person.code,
        "name": SOMEBODY,
        "role": duty.role,
        "area": duty.area.code,
        "station": duty.station,
        "categories": ";".join(duty.categories),
        "languages": ";".join(duty.languages),
        "rank": str(duty.rank),
        "starts": duty.starts,
        "ends": duty.ends,
    }


def refuse(faults: Iterable[Fault]) -> None:
    """
    Raises:
        RowRefused: something is wrong with the form's own row.
    """
    own = [fault for fault in faults if fault.row == ROW and fault.refuses]
    if own:
        raise RowRefused(own)


def carry_out(work: Work, made: RosterPlan) -> None:
    """
    Raises:
        RowRefused: what was planned would leave an area without its chain (law 2).
    """
    late = [fault for _, step in steps(made) for fault in step(work)]
    if late:
        raise RowRefused(late)
    work.session.flush()
