"""The next case number of a county and year. What a number looks like: cases/numbers.py."""

from typing import cast

from sqlalchemy import Table
from sqlalchemy.dialects import postgresql, sqlite

from cases.numbers import CaseNumber
from cases.work import Work
from models.area import Area
from models.case import CaseSequence


def next_number(work: Work, area: Area) -> CaseNumber:
    """Given once, by one statement; of a report that is undone it comes again."""
    year, area6 = work.today.year, area.code[:6]
    counting = _COUNT_ON[work.session.get_bind().dialect.name]
    last = work.session.connection().scalar(counting, {"year": year, "area6": area6, "last": 1})
    return CaseNumber(year, area6, last)


_SEQUENCE = cast("Table", CaseSequence.__table__)
#: The first number, or the next: whoever counts in this county and year waits until the number before is given, or is not.
_COUNT_ON = {
    dialect: insert(_SEQUENCE)
    .on_conflict_do_update(
        index_elements=[_SEQUENCE.c.year, _SEQUENCE.c.area6],
        set_={"last": _SEQUENCE.c.last + 1},
    )
    .returning(_SEQUENCE.c.last)
    for dialect, insert in (("sqlite", sqlite.insert), ("postgresql", postgresql.insert))
}
