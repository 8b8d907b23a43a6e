"""The sandbox on this machine: a Telegram, the very same bot over HTTP, and the town of Yanji, in one process.

Laws: it has a database and keys of its own and reaches no network; nothing of the office's own is touched.
"""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from pydantic import SecretStr

from bot import terms
from bot.app import House, build
from bot.sandbox import town
from bot.sandbox.people import Person
from bot.sandbox.sandbox import Sandbox
from bot.sandbox.show import Show
from bot.settings import Mode, Settings
from models.vocabulary import Language, Role

MORNING = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)  # Monday, 09:00 in Yanji


@dataclass(slots=True)
class Opened:
    """The running sandbox: its Telegram, its bot, and what prints it."""

    sandbox: Sandbox
    house: House
    show: Show

    def person(self, code: str) -> Person:
        """Somebody with a phone, set to the language that they read."""
        language = next(
            (one.language for one in town.EVERYBODY if one.code == code),
            Language.ZH,
        )
        spoken = "ko" if language is Language.KO else "zh-hans"
        return self.sandbox.person(code, language_code=spoken)

    async def join_everybody(self) -> int:
        """The whole roster opens its invitation links; says how many did."""
        links = await self.house.store.act(
            lambda session: town.invite_everybody(self.house.work(session))
        )
        for code, link in links.items():
            await self.person(code).starts(link, settle=False)
        await self.sandbox.settle()
        return len(links)


@asynccontextmanager
async def opened(
    folder: Path,
    write: Callable[[str], None],
    *,
    at: datetime = MORNING,
    port: int = 0,
    colours: bool = False,
) -> AsyncIterator[Opened]:
    """A seeded sandbox with the bot running, as long as the block lasts; nobody has joined yet."""
    async with Sandbox.open(at=at, port=port) as sandbox:
        house = build(_settings(sandbox, folder))
        await house.store.act(lambda session: town.seed_yanji(session, at))
        try:
            await house.start()
            yield Opened(sandbox, house, Show(sandbox.transcript, names(), write, colours))
        finally:
            await house.stop()


def names() -> dict[str, str]:
    """How everybody of the town is called: role and name, in both languages."""
    return {one.code: _called(one) for one in town.EVERYBODY}


def _called(one: town.Townsman) -> str:
    title = terms.role(one.posts[0].role if one.posts else Role.RESIDENT)
    return f"{title.zh}{one.zh} {title.ko} {one.ko}"


def _settings(sandbox: Sandbox, folder: Path) -> Settings:
    """Everything that could lead to the office's own database or out of this machine is set here."""
    return Settings(
        bot_token=SecretStr(sandbox.token),
        api_base_url=sandbox.base_url,
        clock_url=f"{sandbox.base_url}/sandbox/clock",
        data_dir=folder,
        database_url=f"sqlite:///{folder / 'yanji.sqlite3'}",
        keys=folder / "keys.json",
        hotline=town.HOTLINE,
        mode=Mode.POLLING,
        proxy="",
        demo=False,
    )
