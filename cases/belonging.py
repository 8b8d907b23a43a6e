"""Whose somebody of the roster is: of the administrators of the areas that he answers for.

Laws: who holds nothing any more belongs where his last duties were; only whoever never had one is everybody's. What is
done to the person himself (name, telephone, account, leaving, a further duty) needs all of these areas, not one of them.
"""

from datetime import date

from sqlalchemy import ColumnElement, Select, exists, func, or_, select
from sqlalchemy.orm import aliased

from models.duty import Duty
from models.person import Person


def belongs(today: date, areas: Select[int], *, wholly: bool = False) -> ColumnElement[bool]:
    """Whether a person of the roster answers, or last answered, for one of these areas; `wholly`: for nothing else."""
    his, other = aliased(Duty), aliased(Duty)
    of_his = other.person_id == Person.id
    goes_on = exists().where(of_his, or_(other.ends.is_(None), other.ends >= today))
    goes_on = goes_on.correlate(Person)
    last = select(func.max(other.ends)).where(of_his).correlate(Person).scalar_subquery()
    counts = or_(his.ends.is_(None), his.ends >= today, ~goes_on & (his.ends == last))
    mine = exists().where(his.person_id == Person.id, counts, his.area_id.in_(areas))
    strange = exists().where(his.person_id == Person.id, counts, his.area_id.not_in(areas))
    nobodys = ~exists().where(his.person_id == Person.id)
    return Person.code.is_not(None) & (~strange if wholly else or_(mine, nobodys))
