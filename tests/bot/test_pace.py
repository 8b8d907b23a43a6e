"""Telegram's limit of so many messages a second, kept and used, in a time that passes only where somebody waits for it."""

import asyncio
import random
import selectors
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import pytest

from bot.limits import DANGER_WAITS_S, LANDING_S, SOON_S, Budget, Limits
from models.vocabulary import Urgent

MESSAGES = 600
ROUNDS = 1 / SOON_S + 1  # a second, where no place of ours is what is waited for


class Hourglass(selectors.DefaultSelector):
    """Waiting takes no time; time is what was waited for."""

    passed = 0.0
    looks = 0

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        self.looks += 1
        self.passed += timeout or 0.0
        return super().select(0)


class Loop(asyncio.SelectorEventLoop):
    def __init__(self) -> None:
        self.glass = Hourglass()
        super().__init__(self.glass)

    def time(self) -> float:
        return self.glass.passed


@contextmanager
def hourglass() -> Iterator[Loop]:
    loop = Loop()
    try:
        yield loop
    finally:
        loop.close()


@dataclass
class Mail:
    """A sender whose rounds take so long, and when each message arrived at a Telegram so far away."""

    loop: Loop
    chance: random.Random
    far_s: float
    busy_s: float
    arrived: list[float] = field(default_factory=list)
    danger_waited: list[float] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.budget = Budget(Limits(), self.loop.time)

    async def carry(self, urgent: Urgent) -> None:
        came = self.loop.time()
        left_at = await self.budget.place(urgent)
        if urgent is Urgent.RED:
            self.danger_waited.append(left_at - came)
        await asyncio.sleep(self.far_s * self.chance.uniform(0.5, 0.8))
        self.arrived.append(self.loop.time())
        await asyncio.sleep(self.far_s * self.chance.uniform(0.5, 0.8))
        self.budget.landed(left_at)

    async def send(self, bulk: int) -> list[float]:
        tasks: list[asyncio.Task[None]] = []
        while len(tasks) < bulk:
            claimed = min(self.budget.slots(Limits().per_second), bulk - len(tasks))
            self.budget.promise(claimed)
            await asyncio.sleep(self.busy_s * claimed)
            tasks += [asyncio.create_task(self.carry(Urgent.BULK)) for _ in range(claimed)]
            await asyncio.sleep(self.budget.next_slot_s())
        await asyncio.gather(*tasks)
        return sorted(self.arrived)

    async def alarm(self, after_s: float, dangers: int) -> None:
        """So many dangers at one moment, claimed by nobody's leave."""
        await asyncio.sleep(after_s)
        self.budget.promise(dangers)
        await asyncio.gather(*(self.carry(Urgent.RED) for _ in range(dangers)))


def no_second_has_more_than_the_limit(arrived: list[float]) -> bool:
    limit = Limits().per_second
    return all(late - early >= 1.0 for early, late in zip(arrived, arrived[limit:], strict=False))


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize(("far_s", "busy_s"), [(0.01, 0.005), (0.06, 0.015), (0.15, 0.005)])
def test_no_second_has_more_than_the_limit_and_little_of_it_is_wasted(far_s, busy_s, seed):
    with hourglass() as loop:
        mail = Mail(loop, random.Random(seed), far_s, busy_s)
        arrived = loop.run_until_complete(mail.send(MESSAGES))

    limit = Limits().per_second
    assert no_second_has_more_than_the_limit(arrived)
    assert MESSAGES / (arrived[-1] - arrived[0]) >= 0.95 * limit - 2 * far_s * limit


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize(("far_s", "busy_s"), [(0.01, 0.005), (0.06, 0.015), (0.15, 0.005)])
def test_danger_amid_the_bulk_takes_the_next_place_and_is_not_refused(far_s, busy_s, seed):
    async def both(mail: Mail) -> list[float]:
        alarms = [mail.alarm(mail.chance.uniform(3, 15), dangers) for dangers in (1, 2, 3, 3)]
        await asyncio.gather(mail.send(MESSAGES), *alarms)
        return sorted(mail.arrived)

    with hourglass() as loop:
        mail = Mail(loop, random.Random(seed), far_s, busy_s)
        arrived = loop.run_until_complete(both(mail))
    assert len(arrived) == MESSAGES + 9
    assert no_second_has_more_than_the_limit(arrived)
    assert max(mail.danger_waited) <= 0.5


def test_danger_waits_a_second_at_most_however_full_it_is_and_not_at_all_where_calls_hang():
    async def waited(loop: Loop, answered: int) -> float:
        budget = Budget(Limits(), loop.time)
        for place in range(Limits().per_second):
            budget.promise(1)
            left_at = await budget.place(Urgent.ANSWER)
            if place < answered:
                budget.landed(left_at)
        budget.promise(1)
        return await budget.place(Urgent.RED)

    for answered, seconds in (
        (0, 0.0),
        (1, DANGER_WAITS_S),
        (Limits().per_second, DANGER_WAITS_S),
    ):
        with hourglass() as loop:
            left_at = loop.run_until_complete(waited(loop, answered))
        assert left_at == pytest.approx(seconds, abs=LANDING_S)


def test_answers_leave_at_once_however_full_the_second_is():
    async def full(loop: Loop) -> float:
        budget = Budget(Limits(), loop.time)
        for _ in range(Limits().per_second):
            budget.promise(1)
            budget.landed(await budget.place(Urgent.BULK))
        budget.promise(1)
        before = loop.time()
        return await budget.place(Urgent.ANSWER) - before

    with hourglass() as loop:
        assert loop.run_until_complete(full(loop)) == 0.0


async def rounds(loop: Loop, budget: Budget, left: int, seconds: float) -> float:
    """How many looks a second a sender takes that has something to send and may not."""
    count, ends = 0, loop.time() + seconds
    while loop.time() < ends:
        count += 1
        budget.slots(left)
        await asyncio.sleep(budget.next_slot_s())
    return count / seconds


def test_a_chat_that_rests_is_not_asked_for_all_the_time():
    async def one_chat(loop: Loop) -> float:
        budget = Budget(Limits(), loop.time)
        for _ in range(Limits().chat_burst):
            budget.promise(1)
            budget.written_to(1)
            budget.landed(await budget.place(Urgent.BULK))
        assert not budget.is_free(1)
        return await rounds(loop, budget, Limits().per_second, 0.9)

    with hourglass() as loop:
        assert loop.run_until_complete(one_chat(loop)) <= ROUNDS + 2


@pytest.mark.parametrize("hanging", [0, 10, 30])
def test_places_that_others_or_hanging_calls_hold_are_not_asked_for_all_the_time(hanging):
    async def held(loop: Loop) -> float:
        budget = Budget(Limits(), loop.time)
        for _ in range(hanging):
            budget.promise(1)
            await budget.place(Urgent.ANSWER)
        return await rounds(loop, budget, hanging, 5)

    with hourglass() as loop:
        assert loop.run_until_complete(held(loop)) <= ROUNDS


def test_what_waits_for_a_place_behind_calls_that_hang_lets_time_pass_and_then_leaves():
    async def hang(loop: Loop) -> tuple[float, float]:
        budget = Budget(Limits(), loop.time)
        budget.promise(Limits().per_second)
        calls = [await budget.place(Urgent.ANSWER) for _ in range(Limits().per_second)]
        budget.promise(1)
        waiting = asyncio.create_task(budget.place(Urgent.BULK))
        looks = loop.glass.looks
        await asyncio.sleep(5)
        looked = loop.glass.looks - looks
        assert not waiting.done()
        budget.landed(calls[0])
        return looked / 5, await waiting - 5

    with hourglass() as loop:
        looked, left = loop.run_until_complete(hang(loop))
    assert looked <= 2 / LANDING_S + 1, "the loop looks twice for each wait"
    assert left == pytest.approx(1.0, abs=2 * LANDING_S)
