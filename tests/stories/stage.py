"""The stage on which stories are played: people with phones, one bot, one clock that only the story moves."""

import asyncio
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar

from pydantic import SecretStr
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from bot.app import build
from bot.house import House
from bot.sandbox.people import Person as Phone
from bot.sandbox.sandbox import Sandbox
from bot.sandbox.town import ROSTER, seed_yanji, telegram_id
from bot.settings import Mode, Settings
from bot.webhook_command import bring_to
from cases.workdays import CIVIL
from handlers.answers import Answer, label
from handlers.buttons import Tap, Verb
from models import schema
from models.case import Case
from models.deadline import Deadline
from models.notice import Notice
from models.person import Person
from models.sealed import KEYRING, Key
from models.store import Store
from models.vocabulary import ClockState, Language, Nature, NoticeState

T = TypeVar("T")

#: 09:05 on the Monday of the conversations.
MONDAY_MORNING = datetime(2026, 11, 23, 1, 5, tzinfo=UTC)
HOTLINE = "0433-0000000"
PLACE = "222401002002003"
JOINED = {person.code: telegram_id(person.code) for person in ROSTER}
#: All databases of the suite are filled under one key, so that a template can be opened by every worker.
_KEY = Key(b"test", b"s" * 32, b"i" * 32)


def seeded(url: str) -> None:
    """A migrated database with the town of Yanji in it, everybody joined."""
    KEYRING.add(_KEY)
    store = Store(url)
    schema.upgrade(store.engine)

    def fill(session: Session) -> None:
        schema.stamp(session, Nature.SANDBOX)
        seed_yanji(session, MONDAY_MORNING, joined=True)

    store.transact(fill)
    store.close()


@dataclass
class Stage:
    """One office, open. `phone(code)` is a person's phone; residents are made as they come."""

    sandbox: Sandbox
    house: House
    language: Language

    def phone(self, code: str, name: str | None = None) -> Phone:
        known = self.sandbox.people.get(code)
        if known is not None:
            return known
        return self.sandbox.person(
            code,
            telegram_id=JOINED.get(code),
            first_name=name or code,
            language_code="ko" if self.language is Language.KO else "zh-hans",
        )

    @property
    def poster(self) -> str:
        """What the code on the poster of the grid carries, in this office's language."""
        return f"g_{PLACE}_{'ko' if self.language is Language.KO else 'zh'}"

    async def begins(self, words: str, code: str = "resident_a") -> Phone:
        """Somebody at a poster who says what happened, and has not submitted it."""
        person = self.phone(code, "甲")
        await person.starts(self.poster)
        await person.says(words)
        return person

    async def wait(self, **span: float) -> None:
        """Push the civil clock, beat by beat."""
        await self.sandbox.wait(timedelta(**span))

    async def until(self, month: int, day: int, hour: int, minute: int = 0) -> None:
        """Push the civil clock to an hour of 2026, as clocks on the wall show it."""
        await self.sandbox.push(datetime(2026, month, day, hour, minute, tzinfo=CIVIL))

    async def taps(self, phone: Phone, verb: Verb, arg: str = "") -> None:
        """Tap the newest button that means this, by its visible label."""
        for message in reversed(phone.messages):
            for row in message.inline:
                for button in row:
                    if button.data and _means(button.data, verb, arg):
                        await phone.taps(button.label, message)
                        return
        raise AssertionError(f"{phone.code} sees no button {verb} {arg}: {phone.messages[-3:]}")

    async def answers(self, phone: Phone, answer: Answer) -> None:
        """Tap a key of the reply keyboard by its label."""
        await phone.taps(label(answer, self.language))

    async def rest(self) -> None:
        """Wait for screens that are held back a moment, because somebody may still be writing."""
        held = select(Notice.id).where(
            Notice.state == NoticeState.NEW, Notice.retry_at.is_not(None)
        )
        while self.look(lambda session: session.scalars(held).first()) is not None:  # noqa: ASYNC110 - rows tell no events
            await asyncio.sleep(0.2)
        await self.sandbox.settle()

    def assert_all_clocks_stopped(self) -> None:
        running = self.look(
            lambda session: session.scalars(
                select(Deadline.clock).where(Deadline.state == ClockState.RUNNING)
            ).all()
        )
        assert running == []

    def look(self, fn: Callable[[Session], T]) -> T:
        """What the database says, through a session of its own."""

        def looked(session: Session) -> T:
            found = fn(session)
            session.expunge_all()  # what is looked at stays readable afterwards
            return found

        return self.house.store.read(looked)

    def case(self) -> Case:
        """The one case of a story."""
        return self.look(lambda session: session.scalars(select(Case)).one())


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def webhook_at(port: int) -> dict[str, Any]:
    """Settings of a bot to which updates are brought."""
    return {
        "mode": Mode.WEBHOOK,
        "listen": f"127.0.0.1:{port}",
        "webhook_url": f"http://127.0.0.1:{port}/telegram",
        "webhook_secret": SecretStr("a-secret_of_the_suite"),
    }


def _means(data: str, verb: Verb, arg: str) -> bool:
    tap = Tap.read(data)
    return tap.verb is verb and arg in {"", tap.arg}


@asynccontextmanager
async def raise_stage(
    url: str, folder: Path, *, language: str, at: datetime, by_webhook: bool = False
) -> AsyncIterator[Stage]:
    """Open the sandbox and the bot, and close both again. Updates are fetched, or brought to the bot's webhook."""
    KEYRING.add(_KEY)
    async with Sandbox.open(at=at) as sandbox:
        brought = webhook_at(free_port()) if by_webhook else {}
        house = build(
            Settings(
                bot_token=SecretStr(sandbox.token),
                api_base_url=sandbox.base_url,
                clock_url=f"{sandbox.base_url}/sandbox/clock",
                database_url=url,
                data_dir=folder,
                hotline=HOTLINE,
                lease_s=5,
                **brought,
            )
        )
        house.store.transact(
            lambda session: session.execute(update(Person).values(language=Language(language)))
        )
        await house.start()
        if by_webhook:
            await bring_to(house.application.bot, house.settings)
        stage = Stage(sandbox, house, Language(language))
        # long ago: six and twenty first screens would cost more than many a story
        for code in JOINED:
            stage.phone(code).chat.started = True
        await sandbox.settle()
        try:
            yield stage
        finally:
            await house.stop()
        assert sandbox.violations == []
