"""The console: numbers tap what is shown, time passes, and a mistyped line changes nothing."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from bot.sandbox.console import Console
from bot.sandbox.opening import opened


class Terminal:
    """A console and the lines that it has printed."""

    def __init__(self, console: Console, lines: list[str]) -> None:
        self.console = console
        self.lines = lines

    async def type(self, *typed: str) -> str:
        self.lines.clear()
        for line in typed:
            await self.console.hear(line)
        return "\n".join(self.lines)


@pytest_asyncio.fixture
async def terminal(tmp_path: Path) -> AsyncIterator[Terminal]:
    lines: list[str] = []
    async with opened(tmp_path, lines.append) as town:
        await town.join_everybody()
        town.show.skip()
        yield Terminal(Console(town, lines.append), lines)


async def test_a_new_resident_reports_by_numbers_and_everybody_concerned_is_shown(
    terminal: Terminal,
):
    said = await terminal.type("as zhang", "start", "楼上漏水，三天了也不修")
    assert said.splitlines()[-1].startswith("1 [提交]")

    said = await terminal.type("1")
    assert "已收到，编号 123-" in said
    assert "→ 调解员乙 조정원 을" in said

    assert "登记 등록" in await terminal.type("case 123")


async def test_time_passes_and_what_falls_due_is_seen(terminal: Terminal):
    await terminal.type("start g_222401002002003_zh", "楼上漏水", "1")

    said = await terminal.type("wait 1d 30m")

    assert "→ 法官丙 법관 병" in said
    assert terminal.console.prompt().startswith("11-24 09:30 居民甲")


@pytest.mark.parametrize(
    "line", ["99", "wait", "wait 3w", "as", "as 丙", "case", "case 999", "voice x", ""]
)
async def test_a_mistyped_line_is_answered_and_changes_nothing(terminal: Terminal, line: str):
    town = terminal.console
    before, at = len(town._opened.sandbox.transcript), town._opened.sandbox.at

    said = await terminal.type(line)

    assert said.startswith("!") or not line
    assert len(town._opened.sandbox.transcript) == before
    assert town._opened.sandbox.at == at
    assert not town.ended


async def test_quit_ends_it(terminal: Terminal):
    await terminal.type("quit")

    assert terminal.console.ended
