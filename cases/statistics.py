"""The figures of a month, from the journal and nothing else: each number is the list of its cases.

Laws: rates are fractions with their denominators (rule book 6.8); small numbers are withheld in whatever leaves the
head's own screen; no figure is about a person and nobody is ranked (11).
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import NamedTuple, TypeVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from cases import lives
from cases.journal import EventKind
from cases.lives import Fact, Life
from cases.workdays import at
from models.event import Event
from models.vocabulary import Clock, Outcome

_Code = TypeVar("_Code", Outcome, Clock)

#: Below it a denominator would let somebody be recognised (the project's own default).
SMALL = 5

SOLVED = frozenset(Outcome(f"C0{n}") for n in range(1, 6))
#: Not the office's to solve: left out of the denominator (rule book 6.8).
NOT_COUNTED = frozenset(Outcome(f"C{n}") for n in (11, 12, 13, 14, 16))

_AT_ONCE = 500  # case ids in one question; SQLite takes 32,766


class Month(NamedTuple):
    """A civil month; its number is 202611 for November 2026."""

    year: int
    month: int

    @classmethod
    def of(cls, day: date) -> "Month":
        return cls(day.year, day.month)

    @classmethod
    def numbered(cls, number: int) -> "Month":
        """Raises ValueError: there is no such month."""
        found = cls(number // 100, number % 100)
        date(found.year, found.month, 1)
        return found

    @property
    def number(self) -> int:
        return self.year * 100 + self.month

    @property
    def next(self) -> "Month":
        return Month(self.year + self.month // 12, self.month % 12 + 1)

    @property
    def before(self) -> "Month":
        return Month(self.year - (self.month == 1), (self.month - 2) % 12 + 1)

    @property
    def start(self) -> datetime:
        """Midnight of its first day, as clocks on the wall show it."""
        return at(date(self.year, self.month, 1), time(0))

    @property
    def end(self) -> datetime:
        return self.next.start


@dataclass(frozen=True, slots=True)
class Rate:
    """A fraction; `part` of `whole`."""

    part: int
    whole: int

    @property
    def is_small(self) -> bool:
        return self.whole < SMALL


@dataclass(frozen=True, slots=True)
class Figures:
    """Case ids behind every number of a month. A case that was closed twice in it counts by its last closing."""

    registered: tuple[int, ...]
    closed: Mapping[Outcome, tuple[int, ...]]
    reopened: tuple[int, ...]
    open: tuple[int, ...]
    late: Mapping[Clock, tuple[int, ...]]
    contradicted: tuple[int, ...]
    response: Rate
    solved: Rate
    satisfied: Rate

    @property
    def closed_in_all(self) -> tuple[int, ...]:
        return tuple(sorted(case_id for ids in self.closed.values() for case_id in ids))

    @property
    def late_in_all(self) -> tuple[int, ...]:
        return tuple(sorted({case_id for ids in self.late.values() for case_id in ids}))


def month_of(
    session: Session, month: Month, now: datetime, areas: frozenset[int] | None = None
) -> Figures:
    """The figures of a month as known now, for cases in these areas (all, when None)."""
    start = month.start
    until = min(month.end, now + timedelta(microseconds=1))  # what happens now has happened
    found = {
        case_id: life
        for case_id, life in _lives(session, month, now)
        if areas is None or lives.area(life, until) in areas
    }
    closings = {
        case_id: closing
        for case_id, life in found.items()
        if (closing := lives.closing(life, start, until)) is not None
    }
    closed: dict[Outcome, list[int]] = defaultdict(list)
    for case_id, closing in closings.items():
        closed[Outcome(closing.facts["outcome"])].append(case_id)
    late: dict[Clock, list[int]] = defaultdict(list)
    for case_id, life in found.items():
        for clock in lives.late(life, until):
            late[clock].append(case_id)
    return Figures(
        registered=_those(found, lambda life: start <= life[0].at < until),
        closed=_sorted(closed),
        reopened=_those(found, lambda life: lives.was_reopened(life, start, until)),
        open=_those(found, lambda life: lives.is_open(life, until)),
        late=_sorted(late),
        contradicted=tuple(
            sorted(
                case_id
                for case_id, closing in closings.items()
                if lives.is_contradicted(found[case_id], closing)
            )
        ),
        response=_sum(lives.response(life, start, until) for life in found.values()),
        solved=_solved(closed),
        satisfied=_sum(lives.satisfied(life, start, until) for life in found.values()),
    )


# Reading


def _lives(session: Session, month: Month, now: datetime) -> Iterator[tuple[int, Life]]:
    """What happened to every case that the month has to do with, in order; nothing older is unsealed."""
    ids = _concerned(session, month)
    for first in range(0, len(ids), _AT_ONCE):
        found: dict[int, list[Fact]] = defaultdict(list)
        rows = session.execute(
            select(Event.case_id, Event.kind, Event.at, Event.facts)
            .where(
                Event.case_id.in_(ids[first : first + _AT_ONCE]),
                Event.kind.in_([kind.value for kind in lives.WANTED]),
                Event.at <= now,
            )
            .order_by(Event.case_id, Event.sequence)
        )
        for case_id, kind, moment, facts in rows:
            found[case_id].append(Fact(kind, moment, facts or {}))
        for case_id, life in found.items():
            if life[0].kind == EventKind.REGISTERED:
                yield case_id, tuple(life)


def _concerned(session: Session, month: Month) -> list[int]:
    """Cases open at some time of the month, or rated in it."""
    kinds = [kind.value for kind in (*lives.LIFE, EventKind.RATED)]
    rows = session.execute(
        select(Event.case_id, Event.kind, Event.at)
        .where(Event.kind.in_(kinds), Event.at < month.end)
        .order_by(Event.case_id, Event.sequence)
    )
    closed_before: dict[int, bool] = {}
    for case_id, kind, moment in rows:
        if moment >= month.start or kind != EventKind.RATED:
            closed_before[case_id] = moment < month.start and kind == EventKind.CLOSED
    return [case_id for case_id, is_closed in closed_before.items() if not is_closed]


def _those(found: Mapping[int, Life], holds: Callable[[Life], bool]) -> tuple[int, ...]:
    return tuple(sorted(case_id for case_id, life in found.items() if holds(life)))


def _solved(closed: Mapping[Outcome, list[int]]) -> Rate:
    counted = [
        outcome for outcome, ids in closed.items() for _ in ids if outcome not in NOT_COUNTED
    ]
    return Rate(sum(outcome in SOLVED for outcome in counted), len(counted))


def _sum(counts: Iterable[tuple[int, int]]) -> Rate:
    part = whole = 0
    for more, of in counts:
        part, whole = part + more, whole + of
    return Rate(part, whole)


def _sorted(found: Mapping[_Code, list[int]]) -> dict[_Code, tuple[int, ...]]:
    return {code: tuple(sorted(found[code])) for code in sorted(found)}
