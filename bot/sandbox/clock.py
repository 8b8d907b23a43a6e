"""The sandbox's two clocks, and the handshake by which a bot says that an instant is finished.

Civil time stands still until it is pushed; each push, and each question "are you done?", is a *tick*.
The bot long-polls ticks and answers each with what is next due. Machine time runs by itself and can
only be skipped forward, so that what Telegram forgets after minutes is tested in milliseconds.
"""

import asyncio
import time
from dataclasses import dataclass
from datetime import UTC, datetime


class MachineClock:
    """Monotonic seconds, plus what a test has skipped."""

    def __init__(self) -> None:
        self._skipped = 0.0

    def now(self) -> float:
        """Seconds since an unknown start."""
        return time.monotonic() + self._skipped

    def skip(self, seconds: float) -> None:
        """Let machine time jump forward."""
        self._skipped += seconds


@dataclass(frozen=True, slots=True)
class Answer:
    """What the bot says about a tick: all due clocks fired, inbox empty, nothing left to send now."""

    tick: int
    next_due: datetime | None
    pending: int


class CivilClock:
    """The civil time of the sandbox: aware, UTC, moved only by being set."""

    def __init__(self, at: datetime) -> None:
        self._at = aware(at)
        self._tick = 1
        self._answers: dict[str, Answer] = {}
        self._moved = asyncio.Condition()
        self.bots = 1
        """How many bots answer each question: all that live, when there are replicas."""

    @property
    def at(self) -> datetime:
        """The civil instant, in UTC."""
        return self._at

    @property
    def seconds(self) -> int:
        """The civil instant as Telegram writes dates."""
        return int(self._at.timestamp())

    @property
    def tick(self) -> int:
        """The number of the newest question to the bot."""
        return self._tick

    @property
    def answer(self) -> Answer | None:
        """The newest answer: of several bots, all that any of them still has to do."""
        newest = sorted(self._answers.values(), key=lambda one: one.tick)[-self.bots :]
        if len(newest) < self.bots:
            return None
        due = [one.next_due for one in newest if one.next_due is not None]
        return Answer(newest[0].tick, min(due, default=None), max(one.pending for one in newest))

    async def ask(self, at: datetime | None = None) -> int:
        """Set the time, if given, and raise the tick; gives its number."""
        async with self._moved:
            if at is not None:
                if aware(at) < self._at:
                    raise ValueError(f"civil time does not run backwards: {at} < {self._at}")
                self._at = aware(at)
            self._tick += 1
            self._moved.notify_all()
            return self._tick

    async def heard(self, answer: Answer, bot: str = "") -> None:
        """A bot's answer; one for an older tick than it has already answered changes nothing."""
        async with self._moved:
            if answer.tick > self._tick:
                raise ValueError(f"tick {answer.tick} has not been asked yet")
            known = self._answers.get(bot)
            if known is None or answer.tick >= known.tick:
                self._answers[bot] = answer
            self._moved.notify_all()

    async def tick_after(self, tick: int, wait_s: float) -> tuple[int, datetime]:
        """The newest tick and its time, as soon as it is newer than `tick` or the wait is over."""
        async with self._moved:
            try:
                async with asyncio.timeout(wait_s):
                    await self._moved.wait_for(lambda: self._tick > tick)
            except TimeoutError:
                pass
            return self._tick, self._at

    async def answered(self, tick: int) -> Answer:
        """Wait, for ever, for the bot's answer (of several, everybody's) to this tick or a newer one."""
        async with self._moved:
            while (answer := self.answer) is None or answer.tick < tick:
                await self._moved.wait()
            return answer


def aware(at: datetime) -> datetime:
    """The instant in UTC; a naive one is refused."""
    if at.tzinfo is None:
        raise ValueError(f"a civil instant needs its time zone: {at!r}")
    return at.astimezone(UTC)
