"""One session over a small town, and a clock that is pushed: how the tests of the cases look at a life."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import create_engine, select
from sqlalchemy.orm import Session

from cases.journal import EventKind
from cases.outbox import NoticeKind
from cases.sweep import due_cases, due_people, next_due, sweep_case, sweep_person
from cases.work import Work
from models.assignment import Assignment
from models.base import Base
from models.case import Case
from models.deadline import Deadline
from models.event import Event
from models.notice import Notice
from models.person import Person
from models.task import Task
from models.vocabulary import Clock, ClockState, Part, TaskKind
from tests.factories import Town, a_case, a_person, a_town, work_at


@dataclass
class Scene:
    """One session over a small town; `work` moves with the clock."""

    session: Session
    town: Town
    work: Work

    @property
    def now(self) -> datetime:
        return self.work.now

    def wait(self, span: timedelta) -> None:
        """Time passes with a beat at every due instant."""
        end = self.now + span
        while (coming := next_due(self.session, self.now)) is not None and coming <= end:
            self.work = replace(self.work, now=coming, spoken=[])
            self.beat()
        self.work = replace(self.work, now=end, spoken=[])
        self.beat()

    def jump(self, span: timedelta) -> None:
        """Nothing beats for a while; then one beat."""
        self.work = replace(self.work, now=self.now + span, spoken=[])
        self.beat()

    def beat(self) -> None:
        for case_id in due_cases(self.session, self.now, 100):
            sweep_case(self.work, case_id)
        for person_id in due_people(self.session, self.now, 100):
            sweep_person(self.work, person_id)

    def person(self, person_id: int | None = None, **facts: Any) -> Person:
        if person_id is not None:
            return self.session.get_one(Person, person_id)
        return a_person(self.session, **facts)

    def case(self, reporter: Person | None = None, **changes: Any) -> Case:
        return a_case(self.work, self.town, reporter or self.person(name="金哲"), **changes)

    def offers(self, case: Case, part: Part = Part.MEDIATOR) -> list[Assignment]:
        rows = select(Assignment).where(Assignment.case_id == case.id, Assignment.part == part)
        return list(self.session.scalars(rows.order_by(Assignment.id)))

    def running(self, case: Case, clock: Clock | None = None) -> list[Deadline]:
        rows = self.session.scalars(
            select(Deadline).where(
                Deadline.case_id == case.id, Deadline.state == ClockState.RUNNING
            )
        )
        return [row for row in rows if clock in {None, row.clock}]

    def events(self, case: Case, kind: EventKind | None = None) -> list[Event]:
        rows = self.session.scalars(
            select(Event).where(Event.case_id == case.id).order_by(Event.sequence)
        )
        return [row for row in rows if kind is None or row.kind == kind]

    def clocks(self, case: Case) -> list[Deadline]:
        """All clocks that the case ever had."""
        return list(self.session.scalars(select(Deadline).where(Deadline.case_id == case.id)))

    def tasks(self, case: Case, kind: TaskKind | None = None) -> list[Task]:
        rows = self.session.scalars(select(Task).where(Task.case_id == case.id).order_by(Task.id))
        return [row for row in rows if kind in {None, row.kind}]

    def told(self, case: Case, kind: NoticeKind, person_id: int | None = None) -> list[Notice]:
        rows = self.session.scalars(
            select(Notice).where(Notice.case_id == case.id, Notice.kind == kind)
        )
        return [row for row in rows if person_id in {None, row.person_id}]


@contextmanager
def scene_in_memory() -> Iterator[Scene]:
    """A town of its own, thrown away afterwards: a copy of the one that was built once in this process."""
    image, town = _town_in_memory()

    def copy() -> sqlite3.Connection:
        connection = sqlite3.connect(":memory:", check_same_thread=False)
        connection.deserialize(image)
        return connection

    engine = create_engine("sqlite://", creator=copy)
    with Session(engine) as session:
        yield Scene(session, town, work_at(session))
    engine.dispose()


@cache
def _town_in_memory() -> tuple[bytes, Town]:
    """The tables as the models have them, and the town in them: as bytes, and its ids."""
    engine = create_engine("sqlite://")
    Base.metadata.create_all(engine)
    with Session(engine) as session:
        town = a_town(session)
        session.commit()
        driver = session.connection().connection.driver_connection
        assert isinstance(driver, sqlite3.Connection)
        image = driver.serialize()
    engine.dispose()
    return image, town
