"""A beat is one only where clocks can be looked at: what nobody could sweep is no sign of life."""

import asyncio
from typing import Any

import pytest
from telegram.ext import Application

from bot.ticker import PAGE, Ticker
from tests.bot.small_house import SmallHouse


class Sweeping:
    """The cases' sweep, of which so many fail; of a second kind nothing is due."""

    def __init__(self, due: int, failing: int) -> None:
        self.due = list(range(due))
        self.failing = failing
        self.failure: Exception = OSError("no space left")

    def due_cases(self, session: Any, now: Any, limit: int) -> list[int]:
        del session, now
        return self.due[:limit]

    def sweep_case(self, _work: Any, case_id: int) -> None:
        if case_id < self.failing:
            raise self.failure
        self.due.remove(case_id)

    def due_people(self, session: Any, now: Any, limit: int) -> list[int]:
        del session, now
        return [][:limit]

    sweep_person = sweep_case


@pytest.mark.parametrize(
    ("due", "failing", "felt"),
    [(0, 0, True), (3, 0, True), (3, 2, True), (3, 3, False), (PAGE + 1, PAGE + 1, False)],
)
async def test_a_beat_in_which_nothing_could_be_swept_is_not_felt(
    house: SmallHouse, due: int, failing: int, felt: bool
) -> None:
    ticker = Ticker(house, Sweeping(due, failing), lambda _session: 0)
    await ticker.beat()
    assert (house.pulses.since("beat") is not None) is felt
    assert ticker.trouble == ("OSError" if failing else None)


async def test_whoever_stops_does_not_wait_until_everything_overdue_is_swept(
    house: SmallHouse,
) -> None:
    sweeping = Sweeping(PAGE + 1, 0)
    ticker = Ticker(house, sweeping, lambda _session: 0)
    house.wake = ticker.stop  # type: ignore[method-assign] # with the first case that is swept
    await ticker.beat()
    assert len(sweeping.due) == PAGE


async def test_who_sends_stands_before_the_next_case_that_is_swept(house: SmallHouse) -> None:
    """Danger is swept first, and is said before all the others are swept."""
    done: list[str] = []
    woken = asyncio.Event()

    class Noted(Sweeping):
        def sweep_case(self, work: Any, case_id: int) -> None:
            super().sweep_case(work, case_id)
            done.append(f"swept {case_id}")

    async def send() -> None:
        await woken.wait()
        await house.store.act(lambda _session: done.append("said"))

    house.wake = woken.set  # type: ignore[method-assign] # as the sender is woken
    sender = asyncio.create_task(send())
    await asyncio.sleep(0)
    await Ticker(house, Noted(3, 0), lambda _session: 0).beat()
    await sender
    if house.store.is_sqlite:  # which has one writer; PostgreSQL has four at once
        assert done == ["swept 0", "said", "swept 1", "swept 2"]
    assert "said" in done


async def test_the_first_beat_comes_at_once_however_slow_the_start_is(house: SmallHouse) -> None:
    application = Application.builder().token("1:A").updater(None).build()
    ticker = Ticker(house, Sweeping(1, 0), lambda _session: 0)
    ticker.schedule(application, beat_s=60)
    await asyncio.sleep(0.3)
    queue = application.job_queue
    assert queue is not None
    await queue.start()
    try:
        async with asyncio.timeout(5):
            while house.pulses.since("beat") is None:  # noqa: ASYNC110 - a pulse rings no bell
                await asyncio.sleep(0.02)
    finally:
        await queue.stop()


async def test_a_case_that_fails_by_its_own_fault_is_a_trouble_and_no_silence(
    house: SmallHouse,
) -> None:
    sweeping = Sweeping(1, 1)
    sweeping.failure = KeyError("facts")
    ticker = Ticker(house, sweeping, lambda _session: 0)
    await ticker.beat()
    assert house.pulses.since("beat") is not None
    assert ticker.trouble == "KeyError"
