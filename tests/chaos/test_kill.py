"""A bot that is killed in the middle of the day leaves behind what a bot that lived would have (law 1)."""

from pathlib import Path

import pytest

from tests.chaos.afterwards import differences
from tests.chaos.killing import Plan, play

KILLS, SEED = 6, 20261122  # the long run with 200: scripts/chaos


@pytest.mark.timeout(240)  # starting a bot is work, and the machine is shared
async def test_kill_9_loses_nothing_and_repeats_no_effect(new_database, tmp_path: Path) -> None:
    folders = [tmp_path / "lived", tmp_path / "killed"]
    for folder in folders:
        folder.mkdir()
    lived = await play(folders[0], new_database(None))
    assert lived.after.left == []
    assert lived.after.counts["cases"] == 3

    killed = await play(folders[1], new_database(None), Plan.of(KILLS, lived.works, SEED))

    assert killed.kills == KILLS
    assert differences(lived.after, killed.after) == []
    assert killed.violations == []
