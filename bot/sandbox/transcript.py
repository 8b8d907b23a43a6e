"""Who said, saw and tapped what, in order: the record that a story is read from."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from zoneinfo import ZoneInfo

CIVIL_ZONE = ZoneInfo("Asia/Shanghai")
_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


class Who(StrEnum):
    """Whose doing an entry is."""

    PERSON = "person"
    BOT = "bot"


class Action(StrEnum):
    """What was done."""

    STARTS = "starts"
    SAYS = "says"
    TAPS = "taps"
    SENDS = "sends"
    EDITS = "edits"
    DELETES = "deletes"
    ANSWERS = "answers"
    """The bot answered a tap with a text of its own (toast or alert)."""
    BLOCKS = "blocks"
    UNBLOCKS = "unblocks"


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that happened in one person's chat."""

    at: datetime
    person: str
    who: Who
    action: Action
    text: str = ""
    buttons: tuple[tuple[str, ...], ...] = ()
    silent: bool = False
    message_id: int | None = None
    kind: str = "text"


class Transcript:
    """All entries, oldest first."""

    def __init__(self) -> None:
        self.entries: list[Entry] = []

    def __iter__(self) -> Iterator[Entry]:
        return iter(self.entries)

    def __len__(self) -> int:
        return len(self.entries)

    def add(self, entry: Entry) -> None:
        """Write one entry down."""
        self.entries.append(entry)

    def of(self, person: str) -> list[Entry]:
        """What happened in one person's chat."""
        return [entry for entry in self.entries if entry.person == person]

    def to_markdown(
        self, person: str | None = None, *, since: int = 0, zone: ZoneInfo = CIVIL_ZONE
    ) -> str:
        """The story, or one person's part of it, as a table; a heading for each civil day."""
        chosen = (e for e in self.entries[since:] if person in {None, e.person})
        return "\n".join(_lines(chosen, zone)) + "\n"


def _lines(entries: Iterable[Entry], zone: ZoneInfo) -> Iterator[str]:
    day = None
    for entry in entries:
        local = entry.at.astimezone(zone)
        if local.date() != day:
            if day is not None:
                yield ""
            day = local.date()
            yield f"### {day.isoformat()} ({_DAYS[day.weekday()]})"
            yield ""
            yield "| | | |"
            yield "|---|---|---|"
        yield f"| {local:%H:%M} | {_speaker(entry)} | {_cell(entry)} |"


def _speaker(entry: Entry) -> str:
    return entry.person if entry.who is Who.PERSON else f"→ {entry.person}"


def _cell(entry: Entry) -> str:
    text = entry.text.replace("|", "\\|").replace("\n", "<br>")
    plain = entry.action is Action.SAYS or (entry.action is Action.SENDS and not entry.silent)
    notes = [] if plain else [str(entry.action) + (", silent" if entry.silent else "")]
    notes += [entry.kind] if entry.kind != "text" else []
    lead = f"*{', '.join(notes)}* " if notes else ""
    rows = "<br>".join(" ".join(f"**[{label}]**" for label in row) for row in entry.buttons)
    return lead + text + (f"<br>{rows}" if rows else "")
