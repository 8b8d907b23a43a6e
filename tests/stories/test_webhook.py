"""The same story by webhook: what everybody sees is what they see when updates are fetched."""

from collections.abc import Callable
from pathlib import Path

from tests.stories.golden import kept, lines
from tests.stories.stage import MONDAY_MORNING, raise_stage, seeded
from tests.stories.test_wages import to_the_deputy, to_the_whistle

WHO = (
    "officer_ding",
    "mediator_yi",
    "judge_bing",
    "assistant_geng",
    "court_xin",
    "supervisor_ren",
)


async def test_a_story_brought_by_webhook_is_the_story_that_is_fetched(
    new_database: Callable[[Callable[[str], None]], str], tmp_path: Path, language: str
) -> None:
    url = new_database(seeded)
    async with raise_stage(
        url, tmp_path, language=language, at=MONDAY_MORNING, by_webhook=True
    ) as office:
        begun = len(office.sandbox.transcript)
        await to_the_whistle(office)
        await to_the_deputy(office)
        told = lines(office, WHO, since=begun)
        fetched = [call for call in office.sandbox.calls if call.method == "getUpdates"]

    assert len(told) > 15
    assert [line.words.strip() for line in told] == kept("wages", language)[: len(told)]
    assert fetched == []
