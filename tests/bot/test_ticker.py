"""A beat is one only where clocks can be looked at: what nobody could sweep is no sign of life."""

from typing import Any

import pytest

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


async def test_a_case_that_fails_by_its_own_fault_is_a_trouble_and_no_silence(
    house: SmallHouse,
) -> None:
    sweeping = Sweeping(1, 1)
    sweeping.failure = KeyError("facts")
    ticker = Ticker(house, sweeping, lambda _session: 0)
    await ticker.beat()
    assert house.pulses.since("beat") is not None
    assert ticker.trouble == "KeyError"
