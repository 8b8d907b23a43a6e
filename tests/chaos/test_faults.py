"""What goes wrong around the bot loses nothing and repeats nothing. Short versions; the long ones: scripts/chaos --faults."""

import os
from pathlib import Path

import pytest

from bot.fetching import STORE_AWAY
from tests.chaos import full_disk, jumping_clock, small_disk, stopped_server, suspended
from tests.chaos import telegrams_faults as telegram
from tests.chaos.afterwards import differences
from tests.chaos.balancer import one_of
from tests.chaos.days import LEAK, TAKEN, MakeUrl
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


async def test_what_two_replicas_are_brought_late_in_any_order_or_both_at_once_changes_nothing(
    postgres_server: PostgresServer, tmp_path: Path
) -> None:
    new = fresh(postgres_server)

    lived, late, doubled = await telegram.brought_to_two(new, tmp_path, STORY)

    for disturbed in (late, doubled):
        assert differences(lived.after, disturbed.after) == []
        assert disturbed.violations == []
    assert await telegram.several_in_any_order(new, tmp_path, by_two=one_of) == (0, [])


def fresh(server: PostgresServer) -> MakeUrl:
    return lambda fill: server.url(server.create(fill))


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
    new = fresh(postgres_server)
    awake = await suspended.slept(new, tmp_path / "awake", asleep=False)
    slept = await suspended.slept(new, tmp_path / "asleep", asleep=True)

    assert slept.changes > 0
    assert differences(awake.after, slept.after) == []
    assert slept.violations == []


@pytest.fixture
def disk_of_its_own(tmp_path: Path) -> Path:
    """A folder in which a bot may have one."""
    (tmp_path / "tried").mkdir()
    if not small_disk.is_possible(tmp_path / "tried"):
        reason = "this machine gives no process a file system of its own"
        if os.environ.get("CI"):
            pytest.fail(reason)
        pytest.skip(reason)
    return tmp_path


async def test_a_picture_that_finds_the_disk_full_waits_and_is_kept_once_there_is_room(
    postgres_server: PostgresServer, disk_of_its_own: Path
) -> None:
    """The database has room, so the picture is announced and fetched; the kernel refuses its bytes in the middle of writing."""
    full = await full_disk.reports(disk_of_its_own, fresh(postgres_server), full=True)

    assert STORE_AWAY in full.trouble
    assert "No space left on device" in (disk_of_its_own / "bots.log").read_text()
    assert not full.too_early
    assert full.whole == full.files == 1
    assert full.blamed == 0
    assert full.after.counts["cases"] == 2
    assert full.after.left == full.violations == []


async def test_a_full_disk_blames_nobody_and_all_is_done_when_there_is_room(
    disk_of_its_own: Path,
) -> None:
    tmp_path = disk_of_its_own

    def new(fill: Fill | None) -> str:
        return new_sqlite_file(tmp_path, fill)

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
