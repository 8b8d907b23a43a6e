"""The next case number of a county and year. What a number looks like: cases/numbers.py."""

from functools import cache

from sqlalchemy.sql.dml import ReturningInsert

from cases.numbers import CaseNumber
from cases.work import Work
from models.area import Area
from models.case import CaseSequence
from models.rows import insert_into


def next_number(work: Work, area: Area) -> CaseNumber:
    """Given once, by one statement; of a report that is undone it comes again."""
    year, area6 = work.today.year, area.code[:6]
    counting = _counting_on(work.session.get_bind().dialect.name)
    given = {"year": year, "area6": area6, "last": 1}
    last = work.session.connection().execute(counting, given).scalar_one()
    return CaseNumber(year, area6, last)


@cache
def _counting_on(dialect: str) -> ReturningInsert[int]:
    """The first number, or the next: whoever counts in this county and year waits until the number before is given, or is not."""
    first = insert_into(CaseSequence, dialect)
    return first.on_conflict_do_update(
        index_elements=[CaseSequence.year, CaseSequence.area6],
        set_={"last": CaseSequence.last + 1},
    ).returning(CaseSequence.last)
