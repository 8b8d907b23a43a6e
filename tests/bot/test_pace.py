"""Telegram's limit of so many messages a second, kept and used, in a time that passes only where somebody waits for it."""

import asyncio
import random
import selectors
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from bot.limits import LANDING_S, SOON_S, Budget, Limits

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


async def sent(loop: Loop, chance: random.Random, far_s: float, busy_s: float) -> list[float]:
    """When each message arrived at a Telegram so far away, from a sender whose rounds take so long."""
    budget = Budget(Limits(), loop.time)
    arrived: list[float] = []
    tasks: list[asyncio.Task[None]] = []

    async def carry() -> None:
        left_at = await budget.place(at_once=False)
        await asyncio.sleep(far_s * chance.uniform(0.5, 0.8))
        arrived.append(loop.time())
        await asyncio.sleep(far_s * chance.uniform(0.5, 0.8))
        budget.landed(left_at)

    while len(tasks) < MESSAGES:
        claimed = min(budget.slots(Limits().per_second), MESSAGES - len(tasks))
        budget.promise(claimed)
        await asyncio.sleep(busy_s * claimed)
        tasks += [asyncio.create_task(carry()) for _ in range(claimed)]
        await asyncio.sleep(budget.next_slot_s())
    await asyncio.gather(*tasks)
    return sorted(arrived)


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize(("far_s", "busy_s"), [(0.01, 0.005), (0.06, 0.015), (0.15, 0.005)])
def test_no_second_has_more_than_the_limit_and_little_of_it_is_wasted(far_s, busy_s, seed):
    with hourglass() as loop:
        arrived = loop.run_until_complete(sent(loop, random.Random(seed), far_s, busy_s))

    limit = Limits().per_second
    assert all(late - early >= 1.0 for early, late in zip(arrived, arrived[limit:], strict=False))
    assert MESSAGES / (arrived[-1] - arrived[0]) >= 0.95 * limit - 2 * far_s * limit


def test_danger_and_answers_leave_at_once_however_full_the_second_is():
    async def full(loop: Loop) -> float:
        budget = Budget(Limits(), loop.time)
        for _ in range(Limits().per_second):
            budget.promise(1)
            budget.landed(await budget.place(at_once=False))
        budget.promise(1)
        before = loop.time()
        return await budget.place(at_once=True) - before

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
            budget.landed(await budget.place(at_once=False))
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
            await budget.place(at_once=True)
        return await rounds(loop, budget, hanging, 5)

    with hourglass() as loop:
        assert loop.run_until_complete(held(loop)) <= ROUNDS


def test_what_waits_for_a_place_behind_calls_that_hang_lets_time_pass_and_then_leaves():
    async def hang(loop: Loop) -> tuple[float, float]:
        budget = Budget(Limits(), loop.time)
        budget.promise(Limits().per_second)
        calls = [await budget.place(at_once=True) for _ in range(Limits().per_second)]
        budget.promise(1)
        waiting = asyncio.create_task(budget.place(at_once=False))
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
