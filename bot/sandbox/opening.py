"""The sandbox on this machine: a Telegram, the very same bot over HTTP, and the town of Yanji, in one process.

Laws: it has a database and keys of its own and reaches no network; nothing of the office's own is touched; beginning
anew deletes nothing that was to be kept.
"""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from pydantic import SecretStr
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource

from bot import terms
from bot.app import build
from bot.house import House
from bot.sandbox.people import Person
from bot.sandbox.sandbox import Sandbox
from bot.sandbox.show import Show
from bot.sandbox.town import (
    HOTLINE,
    IN_YANJI,
    Founding,
    Town,
    Townsman,
    invite_everybody,
)
from bot.settings import Settings
from models.vocabulary import Language, Role

MORNING = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)  # Monday, 09:00 in Yanji


@dataclass(slots=True)
class Opened:
    """The running sandbox: its Telegram, its bot, and what prints it."""

    sandbox: Sandbox
    house: House
    show: Show
    town: Town
    bot_runs: bool = True
    """Whether the bot in this process is started; a stopped one can still be looked into."""
    again: int = 0
    """How often it has begun anew."""
    _founding: Founding = field(default=IN_YANJI, repr=False)
    _life: AsyncExitStack = field(default_factory=AsyncExitStack, repr=False)
    _changing: asyncio.Lock = field(default_factory=asyncio.Lock, repr=False)
    """Two taps at once come and go one after the other."""

    def person(self, code: str) -> Person:
        """Somebody with a phone, set to the language that they read."""
        known = self.sandbox.people.get(code)
        if known is not None:
            return known
        one = self.town.by_code.get(code)
        reads_korean = one is not None and one.language is Language.KO
        name = None if one is None else one.ko if reads_korean else one.zh
        spoken = "ko" if reads_korean else "zh-hans"
        account = self.town.accounts.get(code)
        made = self.sandbox.person(
            code, telegram_id=account, first_name=name, language_code=spoken
        )
        made.place = self.town.middle
        made.chat.started = made.chat.started or account is not None
        return made

    async def join_everybody(self) -> int:
        """The whole roster opens its invitation links; says how many have joined."""
        for code in self.town.accounts:
            self.person(code)
        links = await self.house.store.act(
            lambda session: invite_everybody(self.house.work(session))
        )
        for code, link in links.items():
            await self.person(code).starts(link, settle=False)
        await self.sandbox.settle()
        return len(links) + len(self.town.accounts)

    async def stop_bot(self) -> None:
        """The bot goes away as at the end of a shift; Telegram keeps what people write to it."""
        async with self._changing:
            if self.bot_runs:
                self.bot_runs = False
                await self.house.stop()
                self.house = await asyncio.to_thread(build, self.house.settings)

    async def start_bot(self) -> None:
        """The bot comes back and goes on from its rows."""
        async with self._changing:
            if not self.bot_runs:
                await self.house.start()
                self.bot_runs = True

    async def begin_anew(self, at: datetime = MORNING) -> None:
        """Another Telegram and another database, on the first morning; nobody has joined yet."""
        async with self._changing:
            settings = self.house.settings
            await self._life.aclose()
            database = _unused(settings.data_dir, self._founding.name)
            self.sandbox, self.house, self.town = await _begun(
                self._life, at, database, self._founding
            )
            self._life.push_async_callback(self._end)
            self.show.follow(self.sandbox.transcript)
            self.bot_runs, self.again = True, self.again + 1

    async def _end(self) -> None:
        if self.bot_runs:
            await self.house.stop()
        else:
            self.house.store.close()


@asynccontextmanager
async def opened(
    folder: Path,
    write: Callable[[str], None],
    *,
    at: datetime = MORNING,
    port: int = 0,
    colours: bool = False,
    founding: Founding = IN_YANJI,
) -> AsyncIterator[Opened]:
    """A seeded sandbox with the bot running, as long as the block lasts; nobody has joined yet."""
    async with AsyncExitStack() as life:
        sandbox, house, place = await _begun(
            life, at, folder / f"{founding.name}.sqlite3", founding, port=port
        )
        show = Show(sandbox.transcript, names(place), write, colours)
        running = Opened(sandbox, house, show, place, _founding=founding, _life=life)
        life.push_async_callback(running._end)  # noqa: SLF001 - its own
        yield running


async def _begun(
    life: AsyncExitStack,
    at: datetime,
    database: Path,
    founding: Founding,
    *,
    port: int = 0,
) -> tuple[Sandbox, House, Town]:
    sandbox = await life.enter_async_context(Sandbox.open(at=at, port=port))
    house = await asyncio.to_thread(build, _settings(sandbox, database))
    try:
        founded = await house.store.act(lambda session: founding.found(session, at))
        await house.start()
    except BaseException:
        await house.stop()
        raise
    return sandbox, house, founded


def _unused(folder: Path, name: str) -> Path:
    """A database that is not there yet."""
    number = 2
    while (path := folder / f"{name}-{number}.sqlite3").exists():
        number += 1
    return path


def names(place: Town) -> dict[str, str]:
    """How everybody of the town is called: role and name, in both languages."""
    return {one.code: _called(one) for one in place.people}


def _called(one: Townsman) -> str:
    title = terms.role(one.posts[0].role if one.posts else Role.RESIDENT)
    return f"{title.zh}{one.zh} {title.ko} {one.ko}"


class PracticeSettings(Settings):
    """Only what is said here: nothing of the office's environment leads a practice to its database, its evidence or out."""

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],  # noqa: ARG003 - given by position
        init_settings: PydanticBaseSettingsSource,
        *_others: PydanticBaseSettingsSource,
        **_more: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        return (init_settings,)


def _settings(sandbox: Sandbox, database: Path) -> Settings:
    return PracticeSettings(
        bot_token=SecretStr(sandbox.token),
        api_base_url=sandbox.base_url,
        clock_url=f"{sandbox.base_url}/sandbox/clock",
        data_dir=database.parent,
        database_url=f"sqlite:///{database}",
        hotline=HOTLINE,
        backoffice_listen="0",  # of this machine; whichever is free
    )
