"""What the soak cost, by process and by day; and whether it cost more when there was more in the database."""

import time as machine
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date

from benchmarks.report import Row
from benchmarks.soak_office import Cpu, Office

#: Working days until everything that happens in a life happens on one day: nine days after it was promised, people are asked.
ALL_KINDS = 8
#: The second half of a life's cost comes when no more people report (measured: 39 of 77 s), within so many working days.
YOUNG = 10


@dataclass(frozen=True, slots=True)
class Day:
    """What a day cost."""

    day: date
    reported: int
    updates: int
    calls: int
    cpu: Cpu
    seconds: float

    @property
    def each_ms(self) -> float:
        """For each thing that came in or went out, without the people and their Telegram."""
        return 1000 * self.cpu.office_s / max(1, self.updates + self.calls)

    def line(self, disputes: int) -> str:
        return (
            f"{self.day}: {disputes} disputes, {self.updates} updates, {self.calls} calls,"
            f" {self.cpu.office_s:.0f} s of CPU, {self.each_ms:.1f} ms for each,"
            f" {self.cpu.own_s:.1f} s of the people's, {self.seconds:.0f} s"
        )


@dataclass
class Costs:
    """Read at the end of each day."""

    office: Office
    days: list[Day] = field(default_factory=list)
    began: float = field(default_factory=machine.monotonic)
    _first: Cpu = field(init=False)
    _last: tuple[Cpu, int, int, float] = field(init=False)

    def __post_init__(self) -> None:
        self._last = self._now()
        self._first = self._last[0]

    @property
    def seconds(self) -> float:
        return machine.monotonic() - self.began

    def over(self, day: date, reported: int) -> Day:
        """The day is over."""
        cpu, updates, calls, seconds = self._now()
        before, self._last = self._last, (cpu, updates, calls, seconds)
        spent = cpu.since(before[0])
        self.days.append(
            Day(day, reported, updates - before[1], calls - before[2], spent, seconds - before[3])
        )
        return self.days[-1]

    def _now(self) -> tuple[Cpu, int, int, float]:
        office = self.office
        return office.cpu(), office.handled, office.calls, self.seconds

    def can_end_within(self, seconds: float) -> bool:
        """Whether, after one more day of reports, what was begun can still be lived to its end."""
        busy = [one for one in self.days if one.reported]
        if not busy:
            return True
        whole = self.seconds + to_the_end([one.reported for one in busy], self.seconds)
        return whole + 2 * max(one.seconds for one in busy[-2:]) <= seconds

    def rows(self, disputes: int) -> Iterator[Row]:
        """By process, and the curve."""
        updates, calls = (
            sum(getattr(one, name) for one in self.days) for name in ("updates", "calls")
        )
        cpu = self._last[0].since(self._first)
        each = cpu.office_s / max(1, disputes)
        yield Row("updates and calls", f"{updates:,} and {calls:,}")
        yield Row("CPU seconds per dispute, bots and server", f"{each:.3f}", cpu.words(disputes))
        first, last = self._compared()
        if first is last:
            return  # so short a time shows no curve
        yield Row(
            f"CPU per update and call: {last.day} against {first.day}",
            f"{last.each_ms:.1f} ms",
            f"{first.each_ms:.1f} ms",
            last.each_ms / first.each_ms if first.each_ms else None,
            1.5,
        )

    def _compared(self) -> tuple[Day, Day]:
        """Two whole days with reports: the last, and the first on which everything happens that happens in a life, if there are such."""
        most = max(one.reported for one in self.days)
        whole = [one for one in self.days if one.reported == most]
        return whole[min(ALL_KINDS, len(whole) - 1)], whole[-1]


def to_the_end(reported: Sequence[int], seconds: float) -> float:
    """Seconds for the lives that were begun, when so many were reported on each day and all have taken so long till now."""
    young = sum(reported[-YOUNG:])
    return seconds * young / (2 * sum(reported) - young)
