"""A story as two columns, Chinese and Korean side by side, kept in tests/stories/golden/ and compared word by word.

To write them anew after a change that was meant: `pytest tests/stories --write-golden`, and read the difference.
"""

import re
from dataclasses import dataclass
from itertools import groupby, zip_longest
from pathlib import Path

from bot.sandbox.transcript import Action, Entry, Who
from cases.workdays import civil
from tests.stories.stage import Stage

GOLDEN = Path(__file__).parent / "golden"


@dataclass(frozen=True, slots=True)
class Line:
    """One thing said or done: when, in whose chat, by whom, and the words."""

    at: str
    who: str
    words: str


def lines(stage: Stage, people: tuple[str, ...], *, since: int = 0) -> list[Line]:
    """What happened in these people's chats, in order; of what the bot says to several at one instant, in the order of `people`.

    Which of them is first told then is nobody's promise: it depends on who was quicker.
    """
    entries = [one for one in list(stage.sandbox.transcript)[since:] if one.person in people]
    told: list[Line] = []
    for (is_bot, _), together in groupby(entries, lambda one: (one.who is Who.BOT, one.at)):
        group = list(together)
        if is_bot:
            group.sort(key=lambda one: people.index(one.person))  # each one's own order stays
        told += map(_line, group)
    return told


def compare(name: str, chinese: list[Line], korean: list[Line], *, write: bool) -> None:
    """Compare with the kept story, or write it."""
    path = GOLDEN / f"{name}.md"
    told = _table(name, chinese, korean)
    if write:
        GOLDEN.mkdir(exist_ok=True)
        path.write_text(told, encoding="utf-8")
    assert path.read_text(encoding="utf-8") == told


def kept(name: str, language: str) -> list[str]:
    """The words of a kept story in one language, in order."""
    rows = (GOLDEN / f"{name}.md").read_text(encoding="utf-8").splitlines()[4:]
    column = {"zh_CN": 2, "ko_CN": 3}[language]
    return [re.split(r"(?<!\\) ?\| ", row.strip("|"))[column].strip() for row in rows]


def _line(entry: Entry) -> Line:
    who = f"**{entry.person}**" if entry.who is Who.PERSON else f"→ {entry.person}"
    plain = entry.action in {Action.SAYS, Action.SENDS}
    note = (
        ""
        if plain and not entry.silent
        else f"*{entry.action}{', silent' if entry.silent else ''}* "
    )
    kind = "" if entry.kind == "text" else f"*{entry.kind}* "
    text = entry.text.replace("|", "\\|").replace("\n", "<br>")
    rows = "<br>".join(" ".join(f"**[{label}]**" for label in row) for row in entry.buttons)
    return Line(
        f"{civil(entry.at):%m-%d %H:%M}",
        who,
        f"{note}{kind}{text}" + (f"<br>{rows}" if rows else ""),
    )


def _table(name: str, chinese: list[Line], korean: list[Line]) -> str:
    rows = [f"# {name}", "", "| | | 中文 | 조선어 |", "|---|---|---|---|"]
    for zh, ko in zip_longest(chinese, korean, fillvalue=Line("", "", "")):
        rows.append(f"| {zh.at or ko.at} | {zh.who or ko.who} | {zh.words} | {ko.words} |")
    return "\n".join(rows) + "\n"
