"""What a whole report asks of the database, from the poster to the last receipt: every statement and every transaction.

The office runs as it runs: updates are fetched and stored, the conversation goes through the context of the handlers, the sender
claims, sends and writes down, and counts what it sent. Not counted is what the hour asks and no report: leases, beats, looks of
those who wait, and the sandbox's question whether all is done. A ceiling that is too high is lowered.
"""

import asyncio
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from types import FrameType
from typing import Any

from sqlalchemy import Connection, event, func, select

from models.notice import Notice
from models.store import Store
from models.vocabulary import NoticeState
from tests.factories import LEAK
from tests.stories.conftest import stage  # noqa: F401 - a fixture
from tests.stories.stage import Stage

ANSWERS_S = 60.0
#: Statements and transactions of a report, by who asks. How often the sender looks depends on who is quicker: it has two rounds to spare.
CEILINGS = {
    "Inbox._store_all": (9, 3),
    "BotContext._transact.run": (66, 3),
    "Sender._claim": (124, 14),
    "Sender._round": (8, 4),  # whether what waits for its place keeps anything back
    "Records._write_many": (14, 7),
}
#: Who asks by the hour, and would without a report.
BY_THE_HOUR = (
    "AllClear.",
    "DeadMan.",
    "Fetcher._round",
    "House._left",
    "House._prune",
    "Inbox._unfinished_rows",
    "Leadership.",
    "Pulses.",
    "Sender._adopt_orphans",
    "Sender._is_anything_due",
    "Spokesman.",
    "due_cases",
    "due_people",
)


@dataclass
class Asked:
    """How many statements and transactions, by who asked."""

    statements: Counter[str] = field(default_factory=Counter)
    transactions: Counter[str] = field(default_factory=Counter)

    def statement(
        self, _connection: Connection, _cursor: object, statement: str, *_: object
    ) -> None:
        if not statement.lower().startswith(("begin", "set ", "pragma")):
            self.statements[_who_asks()] += 1

    def transaction(self, _connection: Connection) -> None:
        self.transactions[_who_asks()] += 1

    def strangers(self) -> set[str]:
        return {who for who in self.transactions if not who.startswith((*CEILINGS, *BY_THE_HOUR))}

    def grown(self) -> list[str]:
        """Whoever asks more than he may, as a table to read."""
        return [
            f"{who}: {self.statements[who]} statements (at most {statements}) "
            f"in {self.transactions[who]} transactions (at most {transactions})"
            for who, (statements, transactions) in CEILINGS.items()
            if self.statements[who] > statements or self.transactions[who] > transactions
        ]


def _who_asks() -> str:
    """The function that the store runs in this transaction (models/store.py: act, look), found by looking up the stack."""
    frame: FrameType | None = sys._getframe()
    while frame is not None:
        here = frame.f_locals
        if frame.f_code.co_name in {"_transact", "read"} and isinstance(here.get("self"), Store):
            fn: Any = here["fn"]
            while isinstance(fn, partial):
                fn = fn.func
            return str(fn.__qualname__).replace(".<locals>", "").replace(".<lambda>", "")
        frame = frame.f_back
    return "somebody beside the store"


@contextmanager
def asked_of(store: Store) -> Iterator[Asked]:
    asked = Asked()
    # on PostgreSQL readers share the writers' engine, and its events
    engines = [store.engine, store.reading][: 1 + store.is_sqlite]
    hooks: list[tuple[str, Callable[..., None]]] = [
        ("before_cursor_execute", asked.statement),
        ("begin", asked.transaction),
    ]
    for engine in engines:
        for name, hook in hooks:
            event.listen(engine, name, hook)
    yield asked
    for engine in engines:
        for name, hook in hooks:
            event.remove(engine, name, hook)


async def _until(true: Callable[[], bool]) -> None:
    async with asyncio.timeout(ANSWERS_S):
        while not true():  # noqa: ASYNC110 - what people see on a screen rings no bell
            await asyncio.sleep(0.01)


async def whole_report(office: Stage, code: str) -> Asked:
    """Poster, words, submit: each as soon as the answer is on the screen; ended when all that was written is sent."""
    phone = office.phone(code)
    beside = Store(office.house.store.url)
    waiting = select(func.count()).where(
        Notice.state.in_([NoticeState.NEW, NoticeState.SENDING]),
        Notice.due_at <= office.sandbox.at,
    )
    with asked_of(office.house.store) as asked:
        await phone.starts(office.poster, settle=False)
        await _until(lambda: bool(phone.heard))
        await phone.says(LEAK, settle=False)
        await _until(lambda: bool(phone.last.inline))
        buttons = [button for row in phone.last.inline for button in row]
        submit = next(one for one in buttons if (one.data or "").startswith("submit"))
        before = len(phone.heard)
        await phone.taps(submit.label, settle=False)
        await _until(lambda: len(phone.heard) > before)
        await _until(lambda: beside.read(lambda s: s.scalar(waiting)) == 0)
        await asyncio.sleep(0.3)
    beside.close()
    return asked


async def test_a_whole_report_asks_the_database_no_more_than_so_much(stage) -> None:  # noqa: F811
    office = await stage("zh_CN")

    asked = await whole_report(office, "resident_a")

    assert asked.strangers() == set(), "of a report or of the hour? Its name belongs into a list"
    assert asked.grown() == []
    assert asked.transactions["BotContext._transact.run"] == 3, "nothing was counted"
    assert asked.statements["Sender._claim"] > 0, "nothing was counted"
