"""The civil clock jumps while messages are on their way: an hour on, three days on, an hour back.

Law (DESIGN: two times): cases and clocks go by the new hour, as when it jumps while the office is at rest; leases, waits that
Telegram asked for, and the budget of messages go by the machine's own time and do not notice.
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.sandbox.day import JIA, Step, at
from bot.sandbox.faults import FaultKind
from bot.sandbox.sandbox import Sandbox
from models.office import Office as Post
from models.office import SentSecond
from models.store import machine_now
from tests.chaos.days import (
    AGREED,
    CLOSED,
    HEARD,
    LEAK,
    LEASE_S,
    TAKEN,
    MakeUrl,
    Office,
    Played,
    StepOrWrong,
    Wrong,
    play,
)

SLOWLY_S = 0.4  # each message is so long on its way
FLOOD_S = 2  # so long the mediator's chat is not to be written to, says Telegram
LATE_S = 4.0  # by so much may a busy machine be late
LATELY = timedelta(minutes=5)
TO_THE_END: tuple[Step, ...] = (*HEARD, *AGREED, *CLOSED)
HOUR, DAYS = timedelta(hours=1), timedelta(days=3)


@dataclass
class Jump:
    """One jump, and whether the machine's times have followed it."""

    by: timedelta
    followed: list[str]
    rest: tuple[Step, ...]

    async def at_rest(self, office: Office) -> None:
        await office.sandbox.people[JIA].taps("보내기")
        await _jumps(office.sandbox, self.by)
        await office.sandbox.settle()

    async def amid_sends(self, office: Office) -> None:
        sandbox, house = office.sandbox, office.house
        mediator = sandbox.people["mediator_yi"].telegram_id
        if (
            self.by == HOUR
        ):  # after three days his card reads otherwise; in the hour before, it is not due
            sandbox.fail("sendMessage", "429", chat_id=mediator, retry_after=FLOOD_S)
        sandbox.fail("sendMessage", "delay", None, delay_s=SLOWLY_S)
        fences = {name: post.fence for name, post in house.posts.items()}
        calls = len(sandbox.calls)
        await sandbox.people[JIA].taps("보내기", settle=False)
        sign = FaultKind.TOO_MANY if self.by == HOUR else FaultKind.DELAY
        await _until(lambda: ("sendMessage", sign) in sandbox.faults.struck)
        refused = sandbox.machine.now()
        await _jumps(sandbox, self.by)
        await asyncio.sleep(LEASE_S)  # leases would have ended by now, or have become endless
        after = {name: post.fence for name, post in house.posts.items()}
        if after != fences:
            self.followed.append(f"leases: {fences} became {after}")
        await sandbox.settle()
        sandbox.faults.heal()
        self.followed += house.store.read(_stray)
        waits = [
            one.began - refused
            for one in sandbox.calls[calls:]
            if one.chat_id == mediator and one.method == "sendMessage" and one.began > refused
        ]
        if self.by == HOUR and not (waits and FLOOD_S - 0.5 <= waits[0] <= FLOOD_S + LATE_S):
            self.followed.append(f"a wait of {FLOOD_S} s lasted {waits[:1]}")

    def story(self, deed: Callable[[Office], Awaitable[None]]) -> tuple[StepOrWrong, ...]:
        """After three days others have been asked; after an hour, either way, the case goes its own.

        What was written and not sent when the clock was set back is due when it is five past nine again.
        """
        goes_on = (at(11, 23, 9, 6), LEAK[4], *TAKEN, *self.rest)
        return (*LEAK[:3], Wrong(deed), *(() if self.by > HOUR else goes_on))


async def jumped(
    new: MakeUrl, folder: Path, by: timedelta, rest: tuple[Step, ...] = TO_THE_END
) -> tuple[Played, Played, list[str]]:
    """At rest, amid sends, and which of the machine's times have followed."""
    jump = Jump(by, [], rest)
    lived = await play(new, folder / "at_rest", jump.story(jump.at_rest))
    return lived, await play(new, folder / "amid", jump.story(jump.amid_sends)), jump.followed


async def _until(true: Callable[[], bool]) -> None:
    async with asyncio.timeout(LATE_S + FLOOD_S):
        while not true():  # noqa: ASYNC110 - calls ring no bell
            await asyncio.sleep(0.005)


async def _jumps(sandbox: Sandbox, by: timedelta) -> None:
    """Nothing of what falls due in between is stepped to; a clock that is set back is set back."""
    sandbox.clock._at += by
    await sandbox.clock.ask()


def _stray(session: Session) -> list[str]:
    """Machine times that are not of this hour."""
    now = machine_now(session)
    times = [(f"lease of {post.name}", post.until) for post in session.scalars(select(Post))]
    seconds = session.scalars(select(SentSecond.second))
    times += [("budget", datetime.fromtimestamp(one, UTC)) for one in seconds]
    return [f"{what}: {when} at {now}" for what, when in times if abs(when - now) > LATELY]
