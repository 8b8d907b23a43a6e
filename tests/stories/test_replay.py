"""Texts as people write them become cases, word for word, each with somebody who answers for it (`scripts/replay`)."""

from pathlib import Path

from bot.sandbox.replay import DANGER, read, replay, report

ROWS = read(Path(__file__).with_name("replay.csv"))


async def test_every_text_becomes_a_case_as_written_and_danger_is_read_by_somebody(
    database_url: str, tmp_path: Path
) -> None:
    counted: list[int] = []
    fates = await replay(ROWS, database_url, tmp_path, counted.append)

    assert counted == list(range(1, len(ROWS) + 1))
    assert [fate.row.id for fate in fates if not fate.is_whole] == []
    assert [fate.row.id for fate in fates if fate.is_missed] == []
    danger = [fate for fate in fates if fate.row.flags & set(DANGER)]
    assert len(danger) == 4
    assert all(fate.strong for fate in danger), "none of these needs a second look"
    assert not any(fate.strong or fate.weak for fate in fates if fate not in danger)


async def test_the_table_tells_what_was_lost(tmp_path: Path) -> None:
    fates = await replay(ROWS[:1], f"sqlite:///{tmp_path / 'a.sqlite3'}", tmp_path, lambda _: None)

    assert report(fates)[0] == (
        "texts 1  opened 1  as written 1  with a reachable owner 1  with a running clock 1"
    )
