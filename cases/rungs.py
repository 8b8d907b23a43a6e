"""When a rung of a ladder fires; pure, computed from the start and the end of a term (law 3)."""

from dataclasses import dataclass
from datetime import datetime, time

from cases.workdays import (
    DAY,
    Calendar,
    Term,
    at,
    at_fraction,
    at_share,
    civil,
    due,
    due_day,
    last_awake,
    last_day,
    next_awake,
    quiet,
)


@dataclass(frozen=True, slots=True)
class Share:
    """That share of the term: 0.5 is half of it, 1 its end, 2 twice its length."""

    of_term: float


@dataclass(frozen=True, slots=True)
class After:
    """The end of a term of its own, or that hour of its last day."""

    term: Term
    hour: time | None = None


@dataclass(frozen=True, slots=True)
class OnDay:
    """That hour, so many calendar days from the day on which the term ends."""

    days: int
    hour: time


When = Share | After | OnDay


@dataclass(frozen=True, slots=True)
class Span:
    """What runs: since when, until when, and the term it was computed from, if from a term."""

    start: datetime
    end: datetime | None
    term: Term | None
    calendar: Calendar


def moment(when: When, span: Span) -> datetime:
    if isinstance(when, After):
        return _after(when, span)
    if span.end is None:
        raise ValueError("this clock waits for an appointed day")
    if isinstance(when, OnDay):
        return at(last_day(span.end) + when.days * DAY, when.hour)
    if span.term is None:
        return at_fraction(span.start, span.end, when.of_term)
    return at_share(span.start, span.term, when.of_term, span.calendar)


def considerate(when: datetime, start: datetime, end: datetime) -> datetime:
    """Out of quiet hours: the next morning, else the evening before, else at the latest the end."""
    if not quiet(when):
        return when
    for awake in (next_awake(when), last_awake(when)):
        if start <= awake <= end:
            return awake
    return min(when, end)


def _after(when: After, span: Span) -> datetime:
    if when.hour is None:
        return due(span.start, when.term, span.calendar)
    return at(due_day(civil(span.start).date(), when.term, span.calendar), when.hour)
