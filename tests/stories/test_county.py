"""A small county's working days; the whole one: scripts/county (docs/reliability.md)."""

from pathlib import Path

from tests.postgres import new_sqlite_file
from tests.stories.county import SMALL, laws_kept, play
from tests.stories.stage import MONDAY_MORNING, raise_stage, seeded


async def test_in_the_days_of_a_county_nobody_is_forgotten_and_nobody_told_too_much(
    tmp_path: Path,
) -> None:
    url = new_sqlite_file(tmp_path, seeded)
    async with raise_stage(url, tmp_path, language="zh_CN", at=MONDAY_MORNING) as office:
        table = await play(office, SMALL)

    laws_kept(table)
    assert table.reports >= SMALL.residents
    assert table.taken
    assert table.closed
