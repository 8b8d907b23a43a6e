"""A house with one room furnished: a real store, a clock that is set by hand, and the office's own rules."""

from datetime import UTC, datetime, timedelta

from sqlalchemy import create_engine
from sqlalchemy.orm import Session

import models.registry  # noqa: F401 - every table must be known
from bot.deadman import Pulses
from cases.work import Rules, Work
from models.base import Base
from models.sealed import KEYRING, Key
from models.store import Store

MORNING = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)  # Monday, 09:00 in Yanji

KEYRING.add(Key.make())


def migrated(url: str) -> None:
    """Fill an empty database with the tables as the models have them."""
    engine = create_engine(url)
    Base.metadata.create_all(engine)
    engine.dispose()


class HandSetClock:
    def __init__(self, at: datetime = MORNING) -> None:
        self.at = at

    def now(self) -> datetime:
        return self.at

    def push(self, span: timedelta) -> None:
        self.at += span


class SmallHouse:
    """What the parts of bot/ need of the house."""

    bot_username = "a_bot"
    office_url = ""

    def __init__(self, store: Store, bot_id: int) -> None:
        self.store = store
        self.clock = HandSetClock()
        self.rules = Rules.load()
        self.bot_id = bot_id
        self.finished: set[int] = set()
        self.said: dict[int, int] = {}
        self.wakes = 0
        self.pulses = Pulses(store)

    def work(self, session: Session) -> Work:
        return Work(session, self.clock.now(), self.rules)

    def wake(self) -> None:
        self.wakes += 1

    def was_answered(self, update_id: int) -> bool:
        return False

    def fetch(self) -> None:
        """Nobody fetches files here, save the tests that bring a fetcher."""
