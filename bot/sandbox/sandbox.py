"""The sandbox Telegram as its users hold it: open it, add people, let them talk, push the clock.

Law: after `settle`, everything that people did has been fetched and finished by the bot, and it has
nothing left to say at this instant; `push` never skips an instant at which something is due.
"""

import asyncio
import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime, timedelta

from bot.sandbox.chats import Account
from bot.sandbox.clock import Answer, CivilClock, MachineClock, aware
from bot.sandbox.faults import Fault, FaultKind, Faults
from bot.sandbox.people import Person
from bot.sandbox.server import Server
from bot.sandbox.state import Call, Profile, Telegram
from bot.sandbox.transcript import Transcript

BOT_ID = 7_000_000_001
"""Always the same: a kept database knows the bot by it."""
ASK_AGAIN_S = 0.2
FIRST_ID = 9_100_000_001
"""Ids of people who bring none: above 32 bits, as real ones are."""


class UnsettledError(AssertionError):
    """The bot did not come to rest in time; the text says what is left."""


class Sandbox:
    """A Telegram of one's own. Make it with `async with Sandbox.open(...)`."""

    def __init__(self, telegram: Telegram, server: Server) -> None:
        self.telegram = telegram
        self.people: dict[str, Person] = {}
        self.settle_timeout_s = 30.0
        self._server = server

    @classmethod
    @asynccontextmanager
    async def open(
        cls,
        *,
        at: datetime,
        token: str | None = None,
        bot_username: str = "gridwhistle_sandbox_bot",
        port: int = 0,
        seed: int = 1,
    ) -> AsyncIterator["Sandbox"]:
        """A sandbox that listens as long as the block lasts; unless one is given, its bot gets a token of its own."""
        token = token or f"{BOT_ID}:{secrets.token_urlsafe(24)}"
        telegram = Telegram(clock=CivilClock(at), token=token, username=bot_username, seed=seed)
        server = Server(telegram, port)
        await server.listen()
        try:
            yield cls(telegram, server)
        finally:
            await server.close()

    # Who and where

    @property
    def base_url(self) -> str:
        """`http://127.0.0.1:PORT`; the Bot API is at `/bot<token>/<method>`."""
        return self._server.base_url

    @property
    def clock_url(self) -> str:
        """Where the bot asks for civil time and answers ticks."""
        return f"{self.base_url}/sandbox/clock"

    @property
    def token(self) -> str:
        """The bot's token."""
        return self.telegram.token

    @property
    def bot_is_here(self) -> bool:
        """Whether a bot holds a connection: one that fetches does, all the time."""
        return self._server.connections > 0

    @property
    def bot_id(self) -> int:
        """The bot's user id."""
        return int(self.telegram.bot["id"])

    @property
    def at(self) -> datetime:
        """Civil now, UTC."""
        return self.telegram.clock.at

    @property
    def clock(self) -> CivilClock:
        """Civil time."""
        return self.telegram.clock

    @property
    def machine(self) -> MachineClock:
        """Machine time; `machine.skip(s)` ages taps and updates."""
        return self.telegram.machine

    @property
    def transcript(self) -> Transcript:
        """Who saw what, in order."""
        return self.telegram.transcript

    @property
    def violations(self) -> list[str]:
        """Every call that only a mistake in the bot explains."""
        return self.telegram.violations

    @property
    def calls(self) -> list[Call]:
        """Every call of the bot."""
        return self.telegram.calls

    @property
    def faults(self) -> Faults:
        """What goes wrong now."""
        return self.telegram.faults

    @property
    def profile(self) -> Profile:
        """Commands, names and descriptions that the bot has set."""
        return self.telegram.profile

    def person(
        self,
        code: str,
        *,
        telegram_id: int | None = None,
        first_name: str | None = None,
        last_name: str | None = None,
        language_code: str | None = "zh-hans",
    ) -> Person:
        """The person with this code, made on first mention."""
        if code not in self.people:
            account = Account(
                code=code,
                id=FIRST_ID + len(self.people) if telegram_id is None else telegram_id,
                first_name=first_name or code,
                last_name=last_name,
                language_code=language_code,
            )
            chat = self.telegram.join(account)
            self.people[code] = Person(self.telegram, chat, self.settle)
        return self.people[code]

    # What goes wrong

    def fail(
        self,
        method: str,
        kind: str,
        times: int | None = 1,
        *,
        chat_id: int | None = None,
        retry_after: int | None = None,
        delay_s: float | None = None,
    ) -> None:
        """Let calls of a method (`*`: all but getUpdates; `download`: files) go wrong, so many times."""
        self.faults.waiting.append(
            Fault(
                method,
                FaultKind(kind),
                times,
                chat_id,
                retry_after=5 if retry_after is None else retry_after,
                delay_s=1.0 if delay_s is None else delay_s,
            )
        )

    async def begin_outage(self, *, refused: bool = False) -> None:
        """Telegram is away: calls are dropped without effect, or not even connected (refused)."""
        self.faults.outage = True
        await self.telegram.updates.hang_up()
        if refused:
            await self._server.deaf()
        else:
            self._server.cut()

    async def end_outage(self) -> None:
        """Telegram is back, on the same port."""
        self.faults.outage = False
        if not self._server.listening:
            await self._server.listen()

    def duplicate_next_update(self) -> None:
        """The next update is delivered once more after it was confirmed."""
        self.telegram.updates.duplicate_next()

    # Time

    async def settle(
        self, timeout_s: float | None = None, *, allow_pending: bool = False
    ) -> Answer:
        """Wait until the bot has fetched and finished everything, and nothing is due or pending.

        With allow_pending, updates may stay unfetched and messages unsent: for times when Telegram is away.

        Raises:
            UnsettledError: it did not come to rest in time.
        """
        limit_s = self.settle_timeout_s if timeout_s is None else timeout_s
        try:
            async with asyncio.timeout(limit_s):
                return await self._rest(allow_pending=allow_pending)
        except TimeoutError:
            raise UnsettledError(self._left_over(limit_s)) from None

    async def _rest(self, *, allow_pending: bool) -> Answer:
        while True:
            if not allow_pending:
                await self.telegram.updates.all_confirmed()
            answer = await self.clock.answered(await self.clock.ask())
            if self._at_rest(answer, allow_pending=allow_pending):
                return answer
            await asyncio.sleep(ASK_AGAIN_S)

    def _at_rest(self, answer: Answer, *, allow_pending: bool) -> bool:
        if answer.next_due is not None and answer.next_due <= self.at:
            return False
        return allow_pending or not (answer.pending or self.telegram.updates.unconfirmed)

    def _left_over(self, limit_s: float) -> str:
        answer, clock = self.clock.answer, self.clock
        return (
            f"the bot did not settle within {limit_s} s: "
            f"{self.telegram.updates.unconfirmed} updates unconfirmed; "
            f"tick {clock.tick} at {clock.at.isoformat()}, newest answer {answer}; "
            f"last calls {[(c.method, c.outcome) for c in self.calls[-5:]]}; "
            f"violations {self.violations[-3:]}"
        )

    async def push(self, to: datetime, *, allow_pending: bool = False) -> None:
        """Move civil time to `to`, by way of every instant at which the bot has something due."""
        goal = aware(to)
        answer = await self.settle(allow_pending=allow_pending)
        while self.at < goal:  # at rest, so what is due next lies ahead
            await self.clock.ask(goal if answer.next_due is None else min(answer.next_due, goal))
            answer = await self.settle(allow_pending=allow_pending)

    async def wait(self, span: timedelta, *, allow_pending: bool = False) -> None:
        """Push civil time by a span."""
        await self.push(self.at + span, allow_pending=allow_pending)
