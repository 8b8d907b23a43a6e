"""What a benchmark found, as rows of one table: ours, the peer measured beside it in the same run, the ratio and the goal.

Law: a number is never judged against one that was measured at another time or on another machine.
"""

import json
import os
import platform
import statistics
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

_VERSIONS = ("python-telegram-bot", "httpx", "aiohttp", "SQLAlchemy", "psycopg", "cryptography")
_HEAD = "| what | ours | beside it | ratio | goal | |\n|---|---|---|---|---|---|"


@dataclass(frozen=True, slots=True)
class Spread:
    """Several measurements of one thing: the median stands for them, the ends say how far to trust it."""

    values: Sequence[float]
    unit: str = ""

    @property
    def median(self) -> float:
        return statistics.median(self.values)

    def __str__(self) -> str:
        words = f"{_short(self.median)} {self.unit}".strip()
        if len(self.values) > 1:
            words += f" ({_short(min(self.values))}–{_short(max(self.values))})"
        return words


@dataclass(frozen=True, slots=True)
class Row:
    """One line. `ratio` is compared with `goal`; with `at_least` it must not be smaller, else not greater."""

    what: str
    ours: str
    beside: str = "–"
    ratio: float | None = None
    goal: float | None = None
    at_least: bool = False

    @property
    def is_met(self) -> bool | None:
        """None where nothing is asked."""
        if self.ratio is None or self.goal is None:
            return None
        return self.ratio >= self.goal if self.at_least else self.ratio <= self.goal

    def line(self) -> str:
        ratio = "–" if self.ratio is None else f"{self.ratio:.2f} ×"
        goal = "–" if self.goal is None else f"{'≥' if self.at_least else '≤'} {self.goal:g} ×"
        verdict = {None: "", True: "met", False: "**missed**"}[self.is_met]
        return f"| {self.what} | {self.ours} | {self.beside} | {ratio} | {goal} | {verdict} |"


def markdown(rows: Iterable[Row]) -> str:
    return "\n".join([_HEAD, *(row.line() for row in rows)])


def machine() -> str:
    """On what it was measured, in one line."""
    versions = ", ".join(f"{name} {version(name)}" for name in _VERSIONS)
    load = " ".join(f"{one:.1f}" for one in os.getloadavg())
    return (
        f"{os.cpu_count()} cores, {_processor()}, {platform.system()} {platform.release()}; "
        f"Python {platform.python_version()}, {versions}; load before: {load}"
    )


def dumped(rows: Iterable[Row]) -> str:
    """The same for a program to read."""
    return json.dumps([{name: getattr(row, name) for name in row.__slots__} for row in rows])


def _processor() -> str:
    cpuinfo = Path("/proc/cpuinfo")
    if not cpuinfo.exists():
        return platform.processor()
    names = [line for line in cpuinfo.read_text().splitlines() if line.startswith("model name")]
    return names[0].partition(":")[2].strip() if names else platform.machine()


def _short(number: float) -> str:
    return f"{number:.0f}" if abs(number) >= 100 else f"{number:.3g}"
