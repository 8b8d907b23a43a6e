"""What goes wrong around the bot loses nothing and repeats nothing. Short versions; the long ones: scripts/chaos --faults."""

import os
from pathlib import Path

import pytest

from tests.chaos import full_disk, jumping_clock, small_disk, stopped_server, suspended
from tests.chaos import telegrams_faults as telegram
from tests.chaos.afterwards import differences
from tests.chaos.days import LEAK, TAKEN
from tests.postgres import Fill, PostgresServer, new_sqlite_file

STORY = (*LEAK, *TAKEN)
HOUR, DAYS = jumping_clock.HOUR, jumping_clock.DAYS
JUMPS = {"sqlite": (HOUR, DAYS), "postgres": (HOUR, -HOUR)}  # all on both: the script
EACH = 3  # people before, while and after the server is away

pytestmark = pytest.mark.timeout(240)  # the machine is shared


async def test_an_hour_without_telegram_is_made_good(new_database, tmp_path: Path) -> None:
    lived, away = await telegram.hour_away(new_database, tmp_path, ())

    assert lived.after.counts["cases"] == 2
    assert differences(lived.after, away.after) == []
    assert away.violations == []


async def test_each_update_once_more_late_and_in_any_order_changes_nothing(
    new_database, tmp_path: Path
) -> None:
    lived, late = await telegram.late_and_out_of_order(new_database, tmp_path, STORY)

    assert differences(lived.after, late.after) == []
    assert late.violations == []


async def test_messages_brought_in_any_order_are_each_taken_up_once(
    new_database, tmp_path: Path
) -> None:
    assert await telegram.several_in_any_order(new_database, tmp_path) == (0, [])


async def test_a_clock_that_jumps_amid_sends_moves_the_cases_and_no_lease(
    new_database, database_kind: str, tmp_path: Path
) -> None:
    for by in JUMPS[database_kind]:
        lived, jumped, followed = await jumping_clock.jumped(new_database, tmp_path, by, ())

        assert differences(lived.after, jumped.after) == []
        assert followed == []


async def test_who_slept_longer_than_a_lease_finds_another_in_charge(
    postgres_server: PostgresServer, tmp_path: Path
) -> None:
    def new(fill: Fill | None) -> str:
        return postgres_server.url(postgres_server.create(fill))

    awake = await suspended.slept(new, tmp_path / "awake", asleep=False)
    slept = await suspended.slept(new, tmp_path / "asleep", asleep=True)

    assert slept.changes > 0
    assert differences(awake.after, slept.after) == []
    assert slept.violations == []


async def test_a_full_disk_blames_nobody_and_all_is_done_when_there_is_room(
    tmp_path: Path,
) -> None:
    def new(fill: Fill | None) -> str:
        return new_sqlite_file(tmp_path, fill)

    (tmp_path / "tried").mkdir()
    if not small_disk.is_possible(tmp_path / "tried"):
        reason = "this machine gives no process a file system of its own"
        if os.environ.get("CI"):
            pytest.fail(reason)
        pytest.skip(reason)
    roomy = await full_disk.reports(tmp_path / "roomy", new, full=False)
    full = await full_disk.reports(tmp_path / "full", new, full=True)

    assert full.blamed == 0
    assert full.whole == roomy.whole == 1
    assert differences(roomy.after, full.after) == []
    assert full.violations == []


async def test_a_server_that_crashes_under_load_takes_no_report_with_it(tmp_path: Path) -> None:
    with stopped_server.own_server() as server:
        own = PostgresServer(server.folder)
        survived = await stopped_server.stopped(
            server, own.url(own.create()), tmp_path, "immediate", EACH
        )
    assert survived == stopped_server.Survived(0, [])
