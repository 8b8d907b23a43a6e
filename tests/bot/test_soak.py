"""The soak sees what it says that it looks at: what was done twice, who was not answered, and when its time is up."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.soak_clock import STEP, step_from
from benchmarks.soak_costs import to_the_end
from benchmarks.soak_laws import otherwise, waits
from benchmarks.soak_script import Dispute, Way
from bot.sandbox.sandbox import Sandbox
from cases.actions.withdrawing import withdraw
from cases.journal import EventKind, record
from cases.workdays import civil
from models.case import Case
from tests.scene import Scene, scene_in_memory

NOON = datetime(2026, 11, 25, 4, 0, tzinfo=UTC)


@pytest.fixture
def scene() -> Iterator[Scene]:
    with scene_in_memory() as scene:
        yield scene


@given(
    after=st.timedeltas(timedelta(0), timedelta(days=9)),
    ahead=st.timedeltas(timedelta(microseconds=1), timedelta(days=3)),
)
def test_a_step_passes_nothing_by_more_than_half_an_hour_and_not_into_another_day(
    after: timedelta, ahead: timedelta
) -> None:
    at = NOON + after
    due = at + ahead

    to = step_from(at, due)

    assert due <= to <= max(due, at + STEP)
    assert civil(to).date() == civil(due).date()


async def test_what_happened_twice_or_not_as_scripted_is_seen(
    scene: Scene, telegram: Sandbox
) -> None:
    def as_(way: Way, case: Case) -> Dispute:
        return Dispute(case.id, way, telegram.person("resident_a"), "", "", case_id=case.id)

    cases = [scene.case() for _ in range(3)]
    withdraw(scene.work, cases[1].id, cases[1].reporter, turn=cases[1].turn)
    record(scene.work, cases[2], EventKind.REGISTERED)
    scene.session.flush()
    untaken, withdrawn, twice = (as_(Way.UNTAKEN, case) for case in cases)

    assert list(otherwise(scene.session, [untaken])) == []
    assert list(otherwise(scene.session, [untaken, withdrawn, twice])) == [withdrawn, twice]
    assert list(otherwise(scene.session, [as_(Way.WITHDRAWN, cases[1])])) == []


async def test_whoever_spoke_last_waits(telegram: Sandbox) -> None:
    resident = telegram.person("resident_a")
    assert not waits(resident.chat)

    await resident.says("有人吗", settle=False)

    assert waits(resident.chat)


@pytest.mark.parametrize(
    ("reported", "seconds", "more"),
    [
        ([100], 10.0, 10.0),  # all of it is young: its second half is still to come
        ([100] * 10, 100.0, 100.0),
        ([100] * 30, 500.0, 100.0),  # 50 halves are over, 10 are to come
    ],
)
def test_what_was_begun_takes_as_long_again(
    reported: list[int], seconds: float, more: float
) -> None:
    assert to_the_end(reported, seconds) == pytest.approx(more)
