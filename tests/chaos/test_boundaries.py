"""A bot that dies between any two statements of what it does leaves behind what a bot that lived would have (law 1)."""

import uuid
from pathlib import Path

import pytest

from tests.chaos.boundaries import Range
from tests.chaos.moments import Databases, PostgresDatabases, SQLiteFiles

DEEDS = {"sqlite": ["report"], "postgres": ["take"]}
"""What is cheap to get to; the script does all four on both."""


@pytest.fixture
def databases(database_kind: str, tmp_path: Path, request: pytest.FixtureRequest) -> Databases:
    if database_kind == "sqlite":
        return SQLiteFiles(tmp_path)
    server = request.getfixturevalue("postgres_server")
    return PostgresDatabases(server, f"chaos_{uuid.uuid4().hex}", set())


@pytest.mark.timeout(240)  # each death needs two bots that come up, and the machine is shared
async def test_a_death_between_two_statements_loses_nothing_and_repeats_no_effect(
    databases: Databases, database_kind: str, tmp_path: Path
) -> None:
    async with Range.open(databases, tmp_path / "office") as place:
        for deed in await place.prepare(DEEDS[database_kind]):
            many = len(deed.boundaries)
            # in the update's own transaction, where it ends, and where its answers go out
            commit = deed.boundaries.index("after COMMIT", 5) + 1
            for boundary in [commit // 2, commit - 1, commit, (commit + many) // 2]:
                death = await place.kill(deed, boundary)
                assert death.has_died
                assert death.found == [], death.where
