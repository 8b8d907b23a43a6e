"""Whose own dispute it is: nobody handles it, of whatever office and from whichever account (rule book 6.10); nor does the
office that it is with (cases/opponents.py).
"""

from collections.abc import Sequence

from sqlalchemy import bindparam, select

from cases.opponents import never_asked
from cases.work import Work
from models.case import Case
from models.party import Party
from models.person import Person, index_of_phone


def parties_of(work: Work, case: Case) -> Sequence[Party]:
    return work.session.scalars(_PARTIES, {"case": case.id}).all()


_PARTIES = select(Party).where(Party.case_id == bindparam("case"))


def barred(work: Work, case: Case, parties: Sequence[Party]) -> frozenset[int]:
    """Who reported, the sides, the people concerned; and of the roster, whoever has the telephone that one of them left."""
    own = {one.person_id for one in parties if one.person_id is not None}
    their_office = never_asked(work, case)
    return frozenset({case.reporter_id} | own | _with_number_of(work, parties) | their_office)


def _with_number_of(work: Work, parties: Sequence[Party]) -> set[int]:
    numbers = {index_of_phone(one.phone) for one in parties if one.phone}
    if not numbers:
        return set()
    found = select(Person.id).where(Person.phone_index.in_(numbers), Person.code.is_not(None))
    return set(work.session.scalars(found))
