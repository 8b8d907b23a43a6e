"""Replays a file of dispute texts through the whole bot, as residents who scanned a poster, and reports what became of each.

Columns: id, lang, text, label (`category[/also right][|FLAG+FLAG]`). The texts are other people's and are only read.
"""

import argparse
import asyncio
import csv
import logging
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from pydantic import SecretStr
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot import logs
from bot.app import build
from bot.house import House
from bot.sandbox.people import Person as Phone
from bot.sandbox.sandbox import Sandbox
from bot.sandbox.town import HOTLINE, POSTER, ROSTER, seed_yanji, telegram_id
from bot.settings import LogKind, Settings
from cases.danger_words import Words
from cases.urgency import gate
from handlers.buttons import Verb
from models.assignment import Assignment
from models.case import Case
from models.deadline import Deadline
from models.person import Person
from models.task import Task
from models.vocabulary import ClockState, Language, Level, TaskKind

_MORNING = datetime(2026, 11, 23, 1, 5, tzinfo=UTC)
DANGER = ("DV", "THREAT", "CRIME", "SELFHARM")


@dataclass(frozen=True, slots=True)
class Row:
    """One text and how people labelled it."""

    id: str
    language: Language
    text: str
    flags: frozenset[str]

    @classmethod
    def read(cls, row: dict[str, str]) -> "Row":
        flags = row["label"].partition("|")[2]
        language = Language.KO if row["lang"].startswith("ko") else Language.ZH
        return cls(row["id"], language, row["text"], frozenset(flags.split("+")) - {""})


@dataclass(frozen=True, slots=True)
class Fate:
    """What became of one text."""

    row: Row
    opened: bool
    as_written: bool
    owned: bool
    running: bool
    strong: bool
    weak: bool
    read_by_human: bool

    @property
    def is_whole(self) -> bool:
        """A case, as written, with somebody reachable and a running clock."""
        return self.opened and self.as_written and self.owned and self.running

    @property
    def is_missed(self) -> bool:
        """Labelled as danger, and nobody is to read it."""
        return bool(self.row.flags & set(DANGER)) and not self.read_by_human


async def replay(
    rows: Iterable[Row], database: str, folder: Path, told: Callable[[int], None]
) -> list[Fate]:
    """Report every text through the sandbox, one resident each; `told` hears how many are through."""
    async with Sandbox.open(at=_MORNING) as sandbox:
        settings = Settings(
            bot_token=SecretStr(sandbox.token),
            api_base_url=sandbox.base_url,
            clock_url=sandbox.clock_url,
            data_dir=folder,
            database_url=database,
            hotline=HOTLINE,
        )
        house = build(settings)
        try:
            await house.store.act(lambda session: seed_yanji(session, _MORNING, joined=True))
            await house.start()
            await _everybody_starts(sandbox)
            return [
                await _replayed(sandbox, house, row, number, told)
                for number, row in enumerate(rows, start=1)
            ]
        finally:
            await house.stop()


async def _everybody_starts(sandbox: Sandbox) -> None:
    """Who has not pressed START cannot be written to, and would be nobody's owner."""
    for one in ROSTER:
        person = sandbox.person(one.code, telegram_id=telegram_id(one.code))
        await person.starts(settle=False)
    await sandbox.settle()


async def _replayed(
    sandbox: Sandbox, house: House, row: Row, number: int, told: Callable[[int], None]
) -> Fate:
    phone = sandbox.person(f"resident_{row.id}", first_name=str(number))
    await _report(phone, row)
    told(number)
    return await house.store.look(lambda s: _fate(s, house.rules.words, row, phone.telegram_id))


async def _report(phone: Phone, row: Row) -> None:
    await phone.starts(f"{POSTER}_{'ko' if row.language is Language.KO else 'zh'}")
    await phone.says(row.text)
    submit = [
        (message.id, button.data)
        for message in phone.messages
        for line in message.inline
        for button in line
        if button.data and button.data.startswith(f"{Verb.SUBMIT}:")
    ]
    if submit:  # without one the report is open already: danger waits for no tap
        message_id, data = submit[-1]
        await phone.taps_data(message_id, data)


def _fate(session: Session, words: Words, row: Row, account: int) -> Fate:
    case = session.scalars(
        select(Case)
        .join(Person, Person.id == Case.reporter_id)
        .where(Person.telegram_id == account)
    ).first()
    found = gate(row.text, words)
    if case is None:
        return Fate(
            row,
            opened=False,
            as_written=False,
            owned=False,
            running=False,
            strong=found.hit,
            weak=found.doubtful,
            read_by_human=False,
        )
    live = [
        one
        for one in session.scalars(select(Assignment).where(Assignment.case_id == case.id))
        if one.is_live and one.person.reachable
    ]
    clocks = session.scalars(
        select(Deadline.id).where(
            Deadline.case_id == case.id, Deadline.state == ClockState.RUNNING
        )
    ).all()
    read = session.scalars(
        select(Task.id).where(Task.case_id == case.id, Task.kind == TaskKind.READ)
    ).all()
    return Fate(
        row,
        opened=True,
        as_written=(case.matter or "").encode() == row.text.encode(),
        owned=bool(live),
        running=bool(clocks),
        strong=found.hit,
        weak=found.doubtful,
        read_by_human=bool(read) or (case.level is Level.RED and bool(live)),
    )


def report(fates: list[Fate]) -> list[str]:
    """The table that docs/reliability.md quotes."""
    lines = [
        (
            f"texts {len(fates)}  opened {sum(f.opened for f in fates)}  "
            f"as written {sum(f.as_written for f in fates)}  "
            f"with a reachable owner {sum(f.owned for f in fates)}  "
            f"with a running clock {sum(f.running for f in fates)}"
        ),
        "label      rows strong  weak  read by a human",
    ]
    labels = Counter(flag for fate in fates for flag in fate.row.flags)
    for label in (*DANGER, *sorted(set(labels) - set(DANGER)), ""):
        of_label = [f for f in fates if (label in f.row.flags if label else not f.row.flags)]
        lines.append(
            f"{label or '(none)':10} {len(of_label):4} {sum(f.strong for f in of_label):6}"
            f" {sum(f.weak for f in of_label):5} {sum(f.read_by_human for f in of_label):6}"
        )
    return lines


def main() -> int:
    """Exit 0 when every text became a case as written, owned, with a clock, and all danger is read."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("file", type=Path)
    parser.add_argument(
        "--database",
        default="",
        help="sqlite:///FILE or postgresql://…, empty; without it a SQLite file for this run",
    )
    given = parser.parse_args()
    logs.configure(LogKind.TEXT, logging.CRITICAL)
    rows = read(given.file)
    with tempfile.TemporaryDirectory() as folder:
        fates = asyncio.run(replay(rows, given.database, Path(folder), _count))
    sys.stderr.write("\n")
    lines = [
        *report(fates),
        *(f"LOST {fate.row.id}" for fate in fates if not fate.is_whole),
        *(f"UNREAD {fate.row.id}" for fate in fates if fate.is_missed),
    ]
    sys.stdout.write("\n".join(lines) + "\n")
    return 0 if all(fate.is_whole and not fate.is_missed for fate in fates) else 1


def read(file: Path) -> list[Row]:
    """The rows of a CSV file."""
    with file.open(encoding="utf-8-sig", newline="") as lines:
        return [Row.read(row) for row in csv.DictReader(lines)]


def _count(number: int) -> None:
    if sys.stderr.isatty():
        sys.stderr.write(f"\r{number}")
        sys.stderr.flush()


if __name__ == "__main__":
    raise SystemExit(main())
