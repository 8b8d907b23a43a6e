"""When a centre is open: `1-5 08:30-11:30,13:00-17:00; 6 09:00-12:00`, days from Monday 1 to Sunday 7.

Law: a time that is not understood is refused when it is loaded; nothing is promised that was guessed.
"""

import re
from dataclasses import dataclass
from datetime import time

_SPAN = re.compile(r"([01]?\d|2[0-4])[:：]([0-5]\d)\s*[-–—~～]\s*([01]?\d|2[0-4])[:：]([0-5]\d)")
_DAYS = re.compile(r"([1-7])(?:\s*-\s*([1-7]))?")
_MIDNIGHT = 24


@dataclass(frozen=True, slots=True)
class Open:
    """Some days of the week, and the hours of each."""

    first: int
    last: int
    spans: tuple[tuple[str, str], ...]

    def __str__(self) -> str:
        days = str(self.first) if self.first == self.last else f"{self.first}-{self.last}"
        return f"{days} {','.join('-'.join(span) for span in self.spans)}"


def read(said: str) -> tuple[Open, ...]:
    """What was written, part by part.

    Raises:
        ValueError: not understood.
    """
    parts = tuple(_part(part.strip()) for part in re.split(r"[;；]", said) if part.strip())
    if not parts:
        raise ValueError(said)
    return parts


def normal(said: str) -> str:
    """The same in one way of writing."""
    return "; ".join(str(part) for part in read(said))


def _part(said: str) -> Open:
    days, _, hours = said.partition(" ")
    found = _DAYS.fullmatch(days)
    if found is None:
        raise ValueError(said)
    first, last = int(found[1]), int(found[2] or found[1])
    spans = tuple(_span(span.strip()) for span in re.split(r"[,，]", hours))
    if first > last or list(spans) != sorted(spans):
        raise ValueError(said)
    return Open(first, last, spans)


def _span(said: str) -> tuple[str, str]:
    found = _SPAN.fullmatch(said)
    if found is None:
        raise ValueError(said)
    begins, ends = _clock(found[1], found[2]), _clock(found[3], found[4])
    if begins >= ends:
        raise ValueError(said)
    return begins, ends


def _clock(hour: str, minute: str) -> str:
    if int(hour) == _MIDNIGHT:
        if minute != "00":
            raise ValueError(hour, minute)
        return "24:00"
    return time(int(hour), int(minute)).isoformat("minutes")
