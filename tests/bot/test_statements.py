"""How many statements the hot paths take: ceilings, so that a question asked in a loop is seen the day it is written.

Counted as the office runs: each update in a transaction of its own, on a session that has read nothing before, and the
messages that answer it in another. Transactions' own words are not counted. A ceiling that is too high is lowered.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count
from typing import Any

import pytest
from sqlalchemy import Engine, event, select
from sqlalchemy.orm import Session
from telegram import Update

from cases import sweep
from cases.actions.joining import recognise
from cases.case_views import case_view
from cases.notice_views import read_ahead, view_of
from cases.outbox import NoticeKind
from cases.work import Work
from handlers import said, tapped
from handlers.buttons import Tap, Verb
from handlers.context import done_now
from handlers.dialogue import Talk
from handlers.heard import Heard, Kind
from handlers.notices import render
from models.area import Area
from models.assignment import Assignment
from models.case import Case
from models.draft import Draft
from models.notice import Notice
from models.person import Person
from models.store import Store, machine_now
from models.update_in import UpdateIn
from models.vocabulary import NoticeState, Part, UpdateState
from tests.factories import LEAK, MONDAY, Town, a_case, a_person, a_store, a_town, work_at

MANY, FEW = 12, 5


@dataclass
class Office:
    """A store with a town in it; what is done in it is counted."""

    store: Store
    town: Town
    now: datetime = MONDAY
    bot_id: int = 1
    statements: int = 0
    _numbers: Iterator[int] = field(default_factory=lambda: count(1))

    def work(self, session: Session) -> Work:
        return work_at(session, self.now)

    def act(self, person_id: int, step: Callable[[Talk], None], **heard: Any) -> None:
        """One update, as handlers/context.py has it done."""
        number = next(self._numbers)
        account = self.store.transact(lambda session: self._announced(session, number, person_id))
        facts = {"update_id": number, "telegram_id": account, "message_id": number} | heard

        def run(session: Session) -> None:
            assert done_now(session, self.bot_id, Update(number))
            work = self.work(session)
            step(Talk.resume(work, recognise(work, account), Heard(**facts)))

        with self.counted():
            self.store.transact(run)

    def says(self, person_id: int, text: str) -> None:
        kind = Kind.COMMAND if text.startswith("/") else Kind.TEXT
        self.act(person_id, said, kind=kind, text=text)

    def taps(self, person_id: int, tap: Tap) -> None:
        self.act(person_id, tapped, kind=Kind.TAP, data=tap.write())

    def tell(self) -> int:
        """Make the words of all that is due now; gives how many."""

        def words(session: Session) -> int:
            due = select(Notice).where(Notice.state == NoticeState.NEW, Notice.due_at <= self.now)
            found = session.scalars(due.order_by(Notice.id)).all()
            work = self.work(session)
            read_ahead(work, found)
            for notice in found:
                view = view_of(work, notice)
                notice.state = NoticeState.SENT
                if view is not None:
                    render(view, strict=True)
            return len(found)

        with self.counted():
            return self.store.transact(words)

    def reading(self, fn: Callable[[Session], object]) -> int:
        with self.counted():
            self.store.read(fn)
        return self.statements

    @contextmanager
    def counted(self) -> Iterator[None]:
        self.statements = 0
        # on PostgreSQL readers share the writers' engine, and its events
        engines = [self.store.engine, self.store._read_engine][: 1 + self.store.is_sqlite]
        for engine in engines:
            event.listen(engine, "before_cursor_execute", self._count)
        yield
        for engine in engines:
            event.remove(engine, "before_cursor_execute", self._count)

    def _count(self, _connection: Engine, _cursor: object, statement: str, *_: object) -> None:
        self.statements += not statement.lower().startswith(("begin", "set ", "pragma"))

    def _announced(self, session: Session, number: int, person_id: int) -> int:
        session.add(
            UpdateIn(
                bot_id=self.bot_id,
                update_id=number,
                state=UpdateState.NEW,
                raw="{}",
                received_at=machine_now(session),
            )
        )
        return session.get_one(Person, person_id).telegram_id or 0

    def resident(self) -> int:
        return self.store.transact(lambda session: a_person(session, name="金哲").id)

    def cases(self, number: int) -> list[int]:
        """So many open cases, each with its offers told."""

        def opened(session: Session) -> list[int]:
            work = self.work(session)
            reporters = [a_person(session, name="金哲") for _ in range(number)]
            return [a_case(work, self.town, one).id for one in reporters]

        found = self.store.transact(opened)
        self.tell()
        return found

    def offer(self, case_id: int, part: Part) -> tuple[int, int]:
        """Its number, and to whom."""
        query = select(Assignment).where(Assignment.case_id == case_id, Assignment.part == part)

        def found(session: Session) -> tuple[int, int]:
            offer = session.scalars(query).one()
            return offer.id, offer.person_id

        return self.store.read(found)


@pytest.fixture
def office(new_database: Callable[[Callable[[str], None]], str]) -> Iterator[Office]:
    store = a_store(new_database)
    yield Office(store, store.transact(a_town))
    store.close()


def reported(office: Office) -> dict[str, int]:
    """A resident's report from the poster to the receipt: what each step takes."""
    resident, taken = office.resident(), {}
    place = office.store.read(lambda session: session.get_one(Area, office.town.grid).code)
    office.says(resident, f"/start g_{place}_zh")
    taken["start"] = office.statements
    office.tell()
    office.says(resident, LEAK)
    taken["words"] = office.statements
    office.tell()
    taken["card"] = office.statements
    turn = office.store.read(lambda session: session.get_one(Draft, resident).turn)
    office.taps(resident, Tap(Verb.SUBMIT, resident, turn))
    taken["submit"] = office.statements
    office.tell()
    taken["receipt and offers"] = office.statements
    return taken


def test_a_report_takes_no_more_statements_than_so_many(office: Office) -> None:
    ceilings = {"start": 9, "words": 8, "card": 7, "submit": 44, "receipt and offers": 15}

    taken = reported(office)

    assert {step: n for step, n in taken.items() if n > ceilings[step]} == {}


def test_the_next_report_takes_no_more_than_the_first(office: Office) -> None:
    first = reported(office)
    office.cases(MANY)

    last = reported(office)

    # beyond the day's count an offer goes to a list, which is looked for and changed
    assert sum(last.values()) <= sum(first.values()) + 12


def test_taking_a_case_takes_no_more_statements_than_so_many(office: Office) -> None:
    (case_id,) = office.cases(1)
    offer_id, mediator = office.offer(case_id, Part.MEDIATOR)

    office.taps(mediator, Tap(Verb.TAKE, offer_id, 1))

    assert office.statements <= 30
    office.tell()
    assert office.statements <= 18


def test_a_case_is_looked_at_with_twelve_statements(office: Office) -> None:
    (case_id,) = office.cases(1)

    for reader in (office.town.mediator, office.town.judge, office.town.supervisor):

        def look(session: Session, reader: int = reader) -> None:
            case, person = session.get_one(Case, case_id), session.get_one(Person, reader)
            case_view(office.work(session), case, person)

        assert office.reading(look) <= 12 + 2


@pytest.mark.parametrize(
    ("role", "most"),
    [
        ("mediator", 26),
        ("judge", 27),
        ("assistant", 40),
        ("officer", 30),
        ("supervisor", 26),
        ("coordinator", 42),
    ],
)
def test_a_desk_takes_no_more_statements_than_so_many(
    office: Office, role: str, most: int
) -> None:
    office.cases(FEW)

    office.says(getattr(office.town, role), "/desk")
    taken = office.statements
    office.tell()

    assert taken + office.statements <= most


def test_the_card_of_the_morning_takes_as_many_statements_for_many_cases_as_for_few(
    office: Office,
) -> None:
    def morning() -> int:
        digest = select(Notice).where(Notice.kind == NoticeKind.DIGEST)

        def look(session: Session) -> None:
            view = view_of(office.work(session), session.scalars(digest).one())
            assert view is not None
            assert len(view.cases) == opened

        return office.reading(look)

    office.cases(2)
    monday, office.now, opened = office.now, MONDAY + timedelta(days=1), 2
    of_few, office.now = morning(), monday
    office.cases(MANY)
    office.now, opened = MONDAY + timedelta(days=1), 2 + MANY

    assert morning() <= of_few
    assert of_few <= 18


def test_a_beat_with_nothing_due_asks_as_little_as_ever(office: Office) -> None:
    office.cases(FEW)

    def beat(session: Session) -> None:
        assert sweep.due_cases(session, office.now, 100) == []
        sweep.due_people(session, office.now, 100)
        sweep.next_due(session, office.now)

    assert office.reading(beat) <= 8
