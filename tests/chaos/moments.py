"""Saved moments of an office: the database as it stands and what Telegram's people see, to go on from again and again."""

import contextlib
import copy
import shutil
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Protocol

from sqlalchemy import make_url

from bot.sandbox.chats import Chat
from bot.sandbox.people import Person
from bot.sandbox.sandbox import Sandbox
from tests.chaos.killing import SETTLE_S
from tests.postgres import Fill, PostgresServer, new_sqlite_file


class Databases(Protocol):
    """Where moments are kept, and where the bot finds the one that it is to live in."""

    @property
    def url(self) -> str:
        """The one database that the bot knows."""
        ...

    def begin(self, fill: Fill) -> None:
        """Let it be a fresh one."""
        ...

    def save(self, name: str) -> None: ...

    def load(self, name: str) -> None: ...

    def forget(self) -> None: ...


@dataclass(slots=True)
class SQLiteFiles:
    folder: Path

    @property
    def _file(self) -> Path:
        return self.folder / "now.sqlite3"

    @property
    def url(self) -> str:
        return f"sqlite:///{self._file}"

    def begin(self, fill: Fill) -> None:
        self._put(Path(make_url(new_sqlite_file(self.folder, fill)).database or ""))

    def save(self, name: str) -> None:
        with (
            contextlib.closing(sqlite3.connect(self._file)) as now,
            contextlib.closing(sqlite3.connect(self.folder / f"{name}.saved")) as saved,
        ):
            now.backup(saved)

    def load(self, name: str) -> None:
        self._put(self.folder / f"{name}.saved")

    def forget(self) -> None:
        for file in [*self.folder.glob("*.saved"), *self.folder.glob("*.sqlite3*")]:
            file.unlink()

    def _put(self, file: Path) -> None:
        for old in self.folder.glob("now.sqlite3*"):
            old.unlink()
        shutil.copyfile(file, self._file)


@dataclass(slots=True)
class PostgresDatabases:
    """Nobody may be connected to a database that is copied."""

    server: PostgresServer
    name: str
    saved: set[str]

    @property
    def url(self) -> str:
        return self.server.url(self.name)

    def begin(self, fill: Fill) -> None:
        self._copy(self.server.template(fill), self.name)

    def save(self, name: str) -> None:
        self.saved.add(name)
        self._copy(self.name, f"{self.name}_{name}")

    def load(self, name: str) -> None:
        self._copy(f"{self.name}_{name}", self.name)

    def forget(self) -> None:
        for name in [self.name, *(f"{self.name}_{one}" for one in self.saved)]:
            self.server.order("DROP DATABASE IF EXISTS {} WITH (FORCE)", name)

    def _copy(self, template: str, name: str) -> None:
        self.server.order("DROP DATABASE IF EXISTS {} WITH (FORCE)", name)
        self.server.order("CREATE DATABASE {} TEMPLATE {} STRATEGY FILE_COPY", name, template)


@dataclass(frozen=True, slots=True)
class Moment:
    """What Telegram knew."""

    name: str
    at: datetime
    chats: dict[int, Chat]
    next_update: int
    token: str


def saved(name: str, sandbox: Sandbox, databases: Databases) -> Moment:
    """Keep what stands now; the bot has stopped."""
    databases.save(name)
    telegram = sandbox.telegram
    chats = copy.deepcopy(telegram.chats)
    return Moment(name, sandbox.at, chats, telegram.updates._next_id, sandbox.token)


@asynccontextmanager
async def again(moment: Moment, databases: Databases, port: int) -> AsyncIterator[Sandbox]:
    """Telegram and the database as they were then, at the same addresses."""
    databases.load(moment.name)
    async with Sandbox.open(at=moment.at, port=port, token=moment.token) as sandbox:
        sandbox.settle_timeout_s = SETTLE_S
        telegram = sandbox.telegram
        telegram.updates._next_id = moment.next_update
        for account, chat in copy.deepcopy(moment.chats).items():
            telegram.chats[account] = chat
            person = Person(telegram, chat, sandbox.settle)
            sandbox.people[chat.account.code] = person
        yield sandbox
