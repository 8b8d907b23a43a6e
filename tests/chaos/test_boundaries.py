"""A bot that dies between any two statements of what it does leaves behind what a bot that lived would have (law 1)."""

import uuid
from pathlib import Path

import pytest

from tests.chaos.boundaries import Deed, Range
from tests.chaos.moments import Databases, PostgresDatabases, SQLiteFiles

#: What is cheap to get to, fetched, or brought to a webhook; the script does all four, both ways, on both.
DEEDS = [("sqlite", False, "report"), ("postgres", False, "take"), ("postgres", True, "report")]


@pytest.fixture
def databases(database_kind: str, tmp_path: Path, request: pytest.FixtureRequest) -> Databases:
    if database_kind == "sqlite":
        return SQLiteFiles(tmp_path)
    server = request.getfixturevalue("postgres_server")
    return PostgresDatabases(server, f"chaos_{uuid.uuid4().hex}", set())


@pytest.mark.timeout(240)  # each death needs two bots that come up, and the machine is shared
@pytest.mark.parametrize(
    ("database_kind", "by_webhook", "name"), DEEDS, indirect=["database_kind"]
)
async def test_a_death_between_two_statements_loses_nothing_and_repeats_no_effect(
    databases: Databases, tmp_path: Path, name: str, *, by_webhook: bool
) -> None:
    async with Range.open(databases, tmp_path / "office", by_webhook=by_webhook) as place:
        for deed in await place.prepare([name]):
            begins, commit = own_transaction(deed)
            many = len(deed.boundaries)
            # in the update's own transaction, where it ends, and where its answers go out
            inside = (begins + commit) // 2
            fetched = [inside, commit - 1, commit, (commit + many) // 2]
            for boundary in [inside, commit] if by_webhook else fetched:
                death = await place.kill(deed, boundary)
                assert death.has_died
                assert death.found == [], death.where


def own_transaction(deed: Deed) -> tuple[int, int]:
    """The boundaries at which the update is marked as done, and after which it is."""
    begins = deed.boundaries.index("before UPDATE update_in SET")
    return begins + 1, deed.boundaries.index("after COMMIT", begins) + 1
