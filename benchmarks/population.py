"""Fills an office with many plausible open cases: a few dozen are lived through by the real actions, and then multiplied.

Laws: a copy has its own rows, numbers, people and keys, and stands in another community with that community's own handlers;
sealed bytes are copied as they are, since a seal is bound to its column and key and not to its row. Ids inside sealed facts of
the journal stay those of the first. What was told has been sent, and nothing is due at the population's now.
"""

import argparse
import time
from dataclasses import dataclass
from itertools import count

from pydantic import SecretStr
from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from benchmarks.copies import multiply
from benchmarks.databases import KINDS, Database, databases
from benchmarks.lives import NOW, live
from benchmarks.prefecture import (
    CHANGCHUN_GRIDS,
    CHANGCHUN_MEDIATORS,
    Prefecture,
    build,
    count_on,
)
from benchmarks.report import Row
from bot.checkup import findings
from bot.keys import open_keys
from bot.settings import Settings
from models import schema
from models.base import Base
from models.notice import Notice
from models.store import Store
from models.vocabulary import Nature, NoticeState

TOKEN = "7000000001:SANDBOX"


@dataclass(frozen=True, slots=True)
class Population:
    """What was made: the places and people, and how many cases are open in them."""

    prefecture: Prefecture
    cases: int
    clocks: int
    seconds: float


def settings_of(database: Database, **changes: object) -> Settings:
    office = {
        "bot_token": SecretStr(TOKEN),
        "database_url": database.url,
        "data_dir": database.folder,
        "hotline": "0433-0000000",
        "alarm_url": SecretStr("http://127.0.0.1:9/"),
    }
    return Settings(**(office | changes))  # type: ignore[arg-type] # fields of the settings


def populate(
    database: Database,
    cases: int,
    *,
    grids: int = CHANGCHUN_GRIDS,
    mediators: int = CHANGCHUN_MEDIATORS,
) -> Population:
    """Fill an empty database with a prefecture and so many open cases; 0 makes the prefecture alone."""
    began = time.monotonic()
    open_keys(settings_of(database))
    store = Store(database.url)

    def first(session: Session) -> tuple[Prefecture, list[int]]:
        schema.stamp(session, Nature.SANDBOX)
        made = build(session, NOW, grids=grids, mediators=mediators)
        opened = live(session, made.wards[0]) if cases else []
        _said(session)
        return made, opened

    try:
        prefecture, opened = store.transact(first)
        if cases > len(opened):
            with store.engine.begin() as connection:
                multiply(
                    connection,
                    int(TOKEN.split(":", maxsplit=1)[0]),
                    prefecture,
                    opened,
                    cases - len(opened),
                )
        clocks = store.transact(_ended)
    finally:
        store.close()
    database.settle_down()
    return Population(prefecture, max(cases, len(opened)), clocks, time.monotonic() - began)


def _said(session: Session) -> None:
    """Everything that was to be told has been sent, what stands on lists too."""
    numbers = count(1)
    for notice in session.scalars(select(Notice).order_by(Notice.id)):
        if notice.state in {NoticeState.NEW, NoticeState.LISTED}:
            notice.state, notice.list_id = NoticeState.SENT, None
            notice.message_id, notice.sent_at = next(numbers), min(notice.due_at, NOW)
            notice.text = "编号 1-2\n园校社区\n请点下面的按钮。"


def _ended(session: Session) -> int:
    """PostgreSQL's counters go on behind the copies; gives how many clocks run."""
    count_on(session)
    running = select(func.count()).select_from(Base.metadata.tables["deadline"])
    return session.scalar(running.where(text("state = 'running'"))) or 0


# --- the command -------------------------------------------------------------------------------------------------


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--cases", type=int, default=100_000)
    parser.add_argument("--on", choices=KINDS, default="sqlite")
    parser.add_argument("--grids", type=int, default=CHANGCHUN_GRIDS)
    parser.add_argument("--mediators", type=int, default=CHANGCHUN_MEDIATORS)


def run(given: argparse.Namespace) -> list[Row]:
    """How long it takes, and what `gridwhistle check` finds wrong in it."""
    with databases(given.on, in_memory=True) as made:
        database = made.new()
        filled = populate(database, given.cases, grids=given.grids, mediators=given.mediators)
        wrong = unsound(database)
    ours = f"{filled.seconds:.0f} s, {filled.clocks:,} clocks run"
    return [Row(f"{filled.cases:,} open cases, {given.on}", ours, f"findings: {wrong or 'none'}")]


def unsound(database: Database) -> list[str]:
    """What the checkup finds in such an office; that next year's calendar is not published yet is true of every one."""
    found = findings(settings_of(database), NOW, has_token=True)
    return [one.en for one in found if "make-up workdays" not in one.en]
