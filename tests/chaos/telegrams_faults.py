"""What Telegram does to an office for a whole story: away for an hour, each update twice, updates late and out of order.

Of the hour everything is real but its length for the bot's own back-off, which runs by machine time and sees some seconds: clocks
fall due on their minutes, and Telegram forgets the taps that nobody fetched.
"""

import asyncio
import random
from collections.abc import Callable
from pathlib import Path

from bot.sandbox import town
from bot.sandbox.clock import MachineClock
from bot.sandbox.day import YI, Step, Until, at, says, starts, taps
from bot.sandbox.refusal import JsonObject
from bot.sandbox.sandbox import Sandbox
from bot.sandbox.updates import TAP_LIFE_S, UpdateQueue, Waiting
from tests.chaos.balancer import Lines, all_of, one_of
from tests.chaos.days import (
    AGREED,
    CLOSED,
    HEARD,
    LEAK,
    MakeUrl,
    Office,
    Played,
    StepOrWrong,
    Wrong,
    play,
    quiet,
)

CHEN = "resident_chen"
DRAIN = "楼下排水沟堵了三天。"
HOUR_S = 3600.0
PATIENCE_S = 20.0
BEGINS, ENDS = at(11, 23, 9, 40), at(11, 23, 10, 45)


async def _falls_away(office: Office) -> None:
    """Whoever writes now is heard after the hour; a tap must be made again."""
    sandbox = office.sandbox
    await sandbox.begin_outage()
    await sandbox.people[YI].taps("맡기", settle=False)
    chen = sandbox.people[CHEN]
    await chen.says(DRAIN, settle=False)


async def _comes_back(office: Office) -> None:
    sandbox = office.sandbox
    await sandbox.push(ENDS.moment, allow_pending=True)
    sandbox.machine.skip(HOUR_S)
    await asyncio.sleep(1.0)
    await sandbox.end_outage()
    await sandbox.settle()
    assert [one for one in sandbox.telegram.updates.expired if "callback_query" in one]


HOUR_AWAY: tuple[StepOrWrong, ...] = (
    *LEAK,
    BEGINS,
    starts(CHEN, f"{town.POSTER}_zh"),
    Wrong(_falls_away),
    Wrong(_comes_back, instead=(ENDS, says(CHEN, DRAIN))),
    taps(CHEN, "提交"),
    taps(YI, "맡기", on="123-"),
)
TO_THE_END: tuple[Step, ...] = (*HEARD, *AGREED, *CLOSED)


class LateQueue(UpdateQueue):
    """Brings each update, and once more when some newer ones have gone before; what was held back comes in any order.

    The second copy of a tap comes when Telegram has long forgotten it.
    """

    newest_before = 0
    """So many newer updates come before the second copy, at most; 0: it comes at once."""
    is_held = False

    def __init__(
        self, first_id: int, machine: MachineClock, seed: int, newest_before: int
    ) -> None:
        super().__init__(first_id, machine)
        self.newest_before = newest_before
        self._seed = random.Random(seed)
        self._late: list[tuple[int, Waiting]] = []
        self._duplicate_next = 1 << 30

    def hold(self, *, held: bool) -> None:
        self.is_held = held

    def flush(self) -> None:
        """The last copies, and the order in which they came is forgotten."""
        self._bring(1 << 30)

    def _ready(self) -> bool:
        return not self.is_held and super()._ready()

    def _confirm(self, offset: int) -> None:
        known = len(self._repeats)
        super()._confirm(offset)
        if self.newest_before:
            fresh, self._repeats = self._repeats[known:], self._repeats[:known]
            self._late += [(self._next_id + self._some(), one) for one in fresh]
            self._bring(self._next_id)

    def _some(self) -> int:
        return self._seed.randint(1, self.newest_before)

    def _bring(self, number: int) -> None:
        due = [one for at, one in self._late if at <= number]
        self._late = [(at, one) for at, one in self._late if at > number]
        self._seed.shuffle(due)
        self._repeats += due

    def _batch(self, limit: int) -> list[JsonObject]:
        batch = super()._batch(limit)
        if self.newest_before:
            self._seed.shuffle(batch)
        return batch

    def to_bring(self) -> list[Waiting]:
        """A webhook gets one of each chat at a time, and here not the oldest first."""
        ready = [] if self.is_held else super().to_bring()
        if self.newest_before:
            self._seed.shuffle(ready)
        return ready

    async def taken(self, update: Waiting) -> None:
        is_first = update in self.waiting
        await super().taken(update)
        if self.newest_before and is_first:
            self._repeats.remove(update)
            self._late.append((self._next_id + self._some(), update))
            self._bring(self._next_id)


def queue_with(newest_before: int) -> Callable[[Sandbox], None]:
    """Put such a queue in the place of Telegram's own, before the bot asks for the first time."""

    def prepare(sandbox: Sandbox) -> None:
        telegram = sandbox.telegram
        queue = LateQueue(telegram.updates._next_id, telegram.machine, 1, newest_before)
        telegram.updates = telegram.courier.updates = queue

    return prepare


async def _flush(office: Office) -> None:
    queue = office.sandbox.telegram.updates
    assert isinstance(queue, LateQueue)
    office.sandbox.machine.skip(TAP_LIFE_S + 1)
    queue.flush()
    await _stir(office, queue)


async def _stir(office: Office, queue: LateQueue) -> None:
    """Whoever waits for updates looks again, and so does who brings them."""
    async with queue._changed:
        queue._changed.notify_all()
    office.sandbox.telegram.courier._stirred.set()


WORDS = (
    "第一句：门口堆了杂物。",
    "第二句：已经两个星期了。",
    "第三句：老人出不来。",
    "第四句：请人来看看。",
)


async def _all_at_once(office: Office) -> None:
    """One person writes faster than Telegram brings it, and it comes in any order."""
    queue, chen = office.sandbox.telegram.updates, office.sandbox.people[CHEN]
    assert isinstance(queue, LateQueue)
    queue.hold(held=True)
    for words in WORDS:
        await chen.says(words, settle=False)
    queue.hold(held=False)
    await _stir(office, queue)
    async with asyncio.timeout(PATIENCE_S):
        while queue.waiting or "提交" not in chen.last.labels:  # noqa: ASYNC110 - the card waits for whoever still writes
            await asyncio.sleep(0.05)


def late(story: tuple[Step, ...]) -> tuple[StepOrWrong, ...]:
    """Flushed whenever time is to pass: a copy that comes another day finds another day."""
    flushed = (one for step in story for one in _flushed_before(step))
    return (*flushed, Wrong(_flush))


def _flushed_before(step: Step) -> tuple[StepOrWrong, ...]:
    return (Wrong(_flush), step) if isinstance(step, Until) else (step,)


IN_ANY_ORDER: tuple[StepOrWrong, ...] = (
    starts(CHEN, f"{town.POSTER}_zh"),
    Wrong(_all_at_once),
    taps(CHEN, "提交"),
    Wrong(_flush),
)


async def several_in_any_order(
    new: MakeUrl, folder: Path, by_two: Lines | None = None
) -> tuple[int, list[str]]:
    """How many reports are missing, and which words were not taken up once. The order of the words is lost with that of the messages."""
    played = await play(
        new, folder / "any_order", IN_ANY_ORDER, prepare=queue_with(6), by_two=by_two
    )
    matter = "".join(played.after.rows["case"])
    wrong = [f"{matter.count(one)} times: {one}" for one in WORDS if matter.count(one) != 1]
    cases = played.after.counts["cases"]
    twice = [f"case opened twice: {cases} of one report"] if cases > 1 else []
    return max(0, 1 - cases), [*twice, *wrong, *played.after.left, *played.violations]


async def hour_away(
    new: MakeUrl, folder: Path, rest: tuple[Step, ...] = TO_THE_END
) -> tuple[Played, Played]:
    story = (*HOUR_AWAY, *rest)
    lived = await play(new, folder / "lived", quiet(story))
    return lived, await play(new, folder / "away", story)


async def each_twice(new: MakeUrl, folder: Path, story: tuple[Step, ...]) -> tuple[Played, Played]:
    lived = await play(new, folder / "lived", story)
    doubled = await play(new, folder / "doubled", story, prepare=queue_with(0))
    assert doubled.delivered == 2 * lived.delivered
    return lived, doubled


async def late_and_out_of_order(
    new: MakeUrl, folder: Path, story: tuple[Step, ...]
) -> tuple[Played, Played]:
    lived = await play(new, folder / "lived", story)
    disturbed = await play(new, folder / "late", late(story), prepare=queue_with(6))
    assert disturbed.delivered == 2 * lived.delivered
    return lived, disturbed


async def brought_to_two(
    new: MakeUrl, folder: Path, story: tuple[Step, ...]
) -> tuple[Played, Played, Played]:
    """Two replicas: in good order; once more, late and in any order; and each update to both at the same moment."""
    lived = await play(new, folder / "lived", story, by_two=one_of)
    disturbed = await play(new, folder / "late", late(story), prepare=queue_with(6), by_two=one_of)
    assert disturbed.delivered == 2 * lived.delivered
    return lived, disturbed, await play(new, folder / "doubled", story, by_two=all_of)
