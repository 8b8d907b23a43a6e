"""What moves the whole practice: time, faults, the played day, beginning anew. One thing at a time.

Laws: time never moves while the bot is away, and never backwards; what goes wrong is said on the bar and changes nothing.
"""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from datetime import datetime, time, timedelta
from enum import StrEnum

from bot.sandbox.day import STORY, Does, Told, played
from bot.sandbox.faults import Fault, FaultKind
from bot.sandbox.opening import Opened
from bot.sandbox.page.townsfolk import Townsfolk
from bot.sandbox.sandbox import UnsettledError
from cases.workdays import at as at_hour
from cases.workdays import civil

FARTHEST = timedelta(days=400)
WORKDAY_BEGINS = time(9)
BETWEEN_STEPS_S = 0.6  # so that eyes can follow the played day
_RETRY_AFTER_S = 3
_SLOW_S = 2.0
_AWAY_AFTER_S = 1.5  # a bot that only reconnects is not away


class Trouble(StrEnum):
    """Why something was not done; a key of words.py."""

    BUSY = "busy"
    NO_TIME = "no_time"
    BACKWARDS = "backwards"
    TOO_FAR = "too_far"
    UNSETTLED = "unsettled"
    DAY_OVER = "day_over"
    DAY_LOST = "day_lost"


class Disorder(StrEnum):
    """A fault that can be switched on; a key of words.py behind `fault_`."""

    TOO_MANY = "429"
    SLOW = "slow"
    OFFLINE = "offline"
    BOT = "bot"


class RefusedError(Exception):
    """What was asked for is not done now."""

    def __init__(self, trouble: Trouble) -> None:
        super().__init__(trouble)
        self.trouble = trouble


class Bar:
    """The bar on top of the page."""

    def __init__(self, opened: Opened, townsfolk: Townsfolk, *, day_played: bool = False) -> None:
        self._opened = opened
        self._townsfolk = townsfolk
        self._task: asyncio.Task[None] | None = None
        self._faults: dict[Disorder, Fault] = {}
        self._last_seen: float | None = None
        self.doing: str | None = None
        """`time`, `day` or `reset` while that is under way."""
        self.trouble: Trouble | None = None
        self.step = len(STORY) if day_played else 0
        self.told: Told | None = None
        self.actor: str | None = None
        self.mornings = 1
        """How many first mornings there have been, this one included."""

    @property
    def version(self) -> tuple[object, ...]:
        """Changes whenever the bar shows something else."""
        at, faults = self._opened.sandbox.at, tuple(self.disorders)
        return (
            at, faults, self.doing, self.trouble, self.step, self.actor, self.is_bot_here, self.mornings,
        )  # fmt: skip

    @property
    def disorders(self) -> list[Disorder]:
        """The faults in force."""
        on = {*self._faults}
        if self._opened.sandbox.faults.outage:
            on.add(Disorder.OFFLINE)
        if not self._opened.bot_runs:
            on.add(Disorder.BOT)
        return [one for one in Disorder if one in on]

    @property
    def is_bot_here(self) -> bool:
        """Whether the bot has held a connection within the last moments."""
        now = asyncio.get_running_loop().time()
        if self._opened.sandbox.bot_is_here or self._last_seen is None:
            self._last_seen = now
        return now - self._last_seen < _AWAY_AFTER_S

    # Time

    def next_workday(self) -> datetime:
        """The next working day, when the office opens."""
        calendar = self._opened.house.rules.calendar
        today = civil(self._opened.sandbox.at).date()
        return at_hour(calendar.add_working_days(today, 1), WORKDAY_BEGINS)

    def push(self, to: datetime) -> None:
        """Let time pass until then.

        Raises:
            RefusedError: not now, or not so.
        """
        now = self._opened.sandbox.at
        if to <= now:
            raise RefusedError(Trouble.BACKWARDS)
        if to - now > FARTHEST:
            raise RefusedError(Trouble.TOO_FAR)
        if not self.is_bot_here:
            raise RefusedError(Trouble.NO_TIME)
        self._begin("time", lambda: self._opened.sandbox.push(to, allow_pending=self._pending))

    @property
    def _pending(self) -> bool:
        return bool(self.disorders)

    # The played day

    def play(self, *, on: bool) -> None:
        """The next step of the day, or all that are left.

        Raises:
            RefusedError: not now, or the day is over.
        """
        if self.step >= len(STORY) or not self._opened.town.has_story:
            raise RefusedError(Trouble.DAY_OVER)
        if not self.is_bot_here:
            raise RefusedError(Trouble.NO_TIME)
        self._begin("day", lambda: self._plays(on=on))

    async def _plays(self, *, on: bool) -> None:
        while self.step < len(STORY):
            step = STORY[self.step]
            if isinstance(step, Told):
                self.told = step
            self.actor = step.who if isinstance(step, Does) else None
            try:
                await played(self._opened, step)
            except UnsettledError:
                raise
            except AssertionError:  # somebody has tapped what the story wanted to tap
                self.trouble = Trouble.DAY_LOST
                return
            self.step += 1
            if not on and isinstance(step, Does):
                return
            await asyncio.sleep(BETWEEN_STEPS_S if on else 0)

    # Faults

    async def switch(self, disorder: Disorder, *, on: bool) -> None:
        """Let something go wrong, or be well again."""
        sandbox = self._opened.sandbox
        if disorder is Disorder.OFFLINE:
            await (sandbox.begin_outage() if on else sandbox.end_outage())
        elif disorder is Disorder.BOT:
            await (self._opened.stop_bot() if on else self._opened.start_bot())
        elif on and disorder not in self._faults:
            fault = _made(disorder)
            self._faults[disorder] = fault
            sandbox.faults.waiting.append(fault)
        elif not on and disorder in self._faults:
            fault = self._faults.pop(disorder)
            with contextlib.suppress(ValueError):
                sandbox.faults.waiting.remove(fault)

    # Beginning anew, and stopping

    def reset(self) -> None:
        """Put everything away and begin the first morning.

        Raises:
            RefusedError: not now.
        """
        self._begin("reset", self._resets)

    async def _resets(self) -> None:
        self._faults.clear()
        await self._opened.begin_anew()
        self._townsfolk.forget()
        self.step, self.told, self.actor, self._last_seen = 0, None, None, None
        await self._opened.join_everybody()
        self._opened.show.skip()
        self.mornings += 1

    def stop(self) -> None:
        """Leave off passing time or playing; a new morning is always finished."""
        if self._task is not None and self.doing != "reset":
            self._task.cancel()

    async def close(self) -> None:
        """Nothing moves any more."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    def _begin(self, what: str, work: Callable[[], Awaitable[None]]) -> None:
        if self._task is not None and not self._task.done():
            raise RefusedError(Trouble.BUSY)
        self.trouble, self.doing = None, what
        self._task = asyncio.create_task(self._done(work))

    async def _done(self, work: Callable[[], Awaitable[None]]) -> None:
        try:
            await work()
        except UnsettledError:
            self.trouble = Trouble.UNSETTLED
        finally:
            self.doing = None


def _made(disorder: Disorder) -> Fault:
    if disorder is Disorder.TOO_MANY:
        return Fault("*", FaultKind.TOO_MANY, None, retry_after=_RETRY_AFTER_S)
    return Fault("*", FaultKind.DELAY, None, delay_s=_SLOW_S)
