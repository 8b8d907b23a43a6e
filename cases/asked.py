"""The rows that tell how somebody stands to a case: one question to the database for each that is really asked."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Protocol

from sqlalchemy import select

from cases.work import Work
from models.assignment import Assignment
from models.case import Case
from models.duty import Duty
from models.party import Party
from models.person import Person, index_of_phone
from models.task import Task
from models.vocabulary import Side, TaskState


class Rows(Protocol):
    """Asked for as they are needed, or at hand already (cases/dossiers.py)."""

    @property
    def assignments(self) -> Sequence[Assignment]: ...
    def sides(self, person: Person) -> Iterable[Side]: ...
    def has_task(self, person: Person) -> bool: ...
    def duties_of(self, person: Person) -> Iterable[Duty]: ...
    def left_by_a_party(self, phone_index: str) -> bool: ...


@dataclass(frozen=True)
class Asked:
    """As they stand now, for an action to decide by."""

    work: Work
    case: Case

    @cached_property
    def assignments(self) -> Sequence[Assignment]:
        query = select(Assignment).where(Assignment.case_id == self.case.id)
        return self.work.session.scalars(query.order_by(Assignment.id)).all()

    def sides(self, person: Person) -> Iterable[Side]:
        query = select(Party.side).where(
            Party.case_id == self.case.id, Party.person_id == person.id
        )
        return self.work.session.scalars(query)

    def has_task(self, person: Person) -> bool:
        query = select(Task.id).where(
            Task.case_id == self.case.id,
            Task.person_id == person.id,
            Task.state == TaskState.OPEN,
        )
        return self.work.session.scalars(query).first() is not None

    def duties_of(self, person: Person) -> Iterable[Duty]:
        return self.work.session.scalars(select(Duty).where(Duty.person_id == person.id))

    def left_by_a_party(self, phone_index: str) -> bool:
        """Whether it is the telephone that a party left: that person's own dispute, from whichever account."""
        phones = self.work.session.scalars(
            select(Party.phone).where(Party.case_id == self.case.id)
        )
        return phone_index in map(index_of_phone, phones)
