"""One case's life as the journal tells it, and what a month asks of it; pure. The sums: cases/statistics.py."""

from datetime import datetime
from typing import Any, NamedTuple

from cases.journal import EventKind
from cases.overview import ASKING
from models.vocabulary import Clock, Kept, Rating, Side

#: What decides whether a case is open.
LIFE = (EventKind.REGISTERED, EventKind.CLOSED, EventKind.REOPENED)
WANTED = (
    *LIFE,
    EventKind.PLACED,
    EventKind.KEPT_ANSWERED,
    EventKind.FOLLOW_UP_ANSWERED,
    EventKind.CONTESTED,
    EventKind.RATED,
    EventKind.CLOCK_STARTED,
    EventKind.CLOCK_STOPPED,
    EventKind.TAKEN,
    EventKind.SUSPENDED,
    EventKind.RESUMED,
)


class Fact(NamedTuple):
    """One event, read."""

    kind: str
    at: datetime
    facts: dict[str, Any]


Life = tuple[Fact, ...]


class _Running(NamedTuple):
    clock: Clock
    due: datetime


def last(life: Life, until: datetime, *kinds: EventKind) -> Fact | None:
    """The newest event of these kinds before an instant."""
    return next((one for one in reversed(life) if one.at < until and one.kind in kinds), None)


def area(life: Life, until: datetime) -> int | None:
    """Where the case stands: as reported, or as the duty desk found it."""
    placed = last(life, until, EventKind.REGISTERED, EventKind.PLACED)
    return placed.facts.get("area") if placed else None


def is_open(life: Life, until: datetime) -> bool:
    found = last(life, until, *LIFE)
    return found is not None and found.kind != EventKind.CLOSED


def closing(life: Life, start: datetime, until: datetime) -> Fact | None:
    """The closing that stands at the end of the month and was made in it."""
    found = last(life, until, *LIFE)
    if found is None or found.kind != EventKind.CLOSED or found.at < start:
        return None
    return found if "outcome" in found.facts else None  # a shredded one says no outcome


def was_reopened(life: Life, start: datetime, until: datetime) -> bool:
    return any(one.kind == EventKind.REOPENED and start <= one.at < until for one in life)


def late(life: Life, until: datetime) -> set[Clock]:
    """The clocks that have run out and were not stopped, of an open case; one that rests is not late."""
    if not is_open(life, until):
        return set()
    pause = last(life, until, EventKind.SUSPENDED, EventKind.RESUMED)
    resting = {Clock.MEDIATION_TERM} if pause and pause.kind == EventKind.SUSPENDED else set()
    return {
        one.clock
        for one in _running(life, until).values()
        if one.due < until and one.clock not in ASKING and one.clock not in resting
    }


def _running(life: Life, until: datetime) -> dict[int, _Running]:
    running: dict[int, _Running] = {}
    for one in life:
        if one.at >= until:
            continue
        if one.kind == EventKind.CLOCK_STARTED:
            clock, due = Clock(one.facts["clock"]), datetime.fromisoformat(one.facts["due"])
            running[one.facts["deadline"]] = _Running(clock, due)
        elif one.kind == EventKind.CLOCK_STOPPED:
            running.pop(one.facts["deadline"], None)
    return running


def is_contradicted(life: Life, closing: Fact) -> bool:
    """Whether the reporter has said since that it is not so."""
    return any(_contradicts(one) for one in life[life.index(closing) + 1 :])


def _contradicts(one: Fact) -> bool:
    facts = one.facts
    if one.kind == EventKind.KEPT_ANSWERED:
        return bool(facts.get("kept") != Kept.ALL and facts.get("side") != Side.OTHER)
    if one.kind == EventKind.FOLLOW_UP_ANSWERED:
        return facts.get("well") is False
    if one.kind == EventKind.RATED:
        return facts.get("rating") == Rating.UNSATISFIED
    return one.kind in {EventKind.REOPENED, EventKind.CONTESTED}


def response(life: Life, start: datetime, until: datetime) -> tuple[int, int]:
    """Acknowledged in time, of the acknowledgements that fell due. One withdrawn before its time was nobody's to make."""
    due: dict[int, tuple[datetime, int | None]] = {}
    stopped: dict[int, datetime] = {}
    taken: dict[int | None, datetime] = {}
    for one in life:
        if one.kind == EventKind.CLOCK_STARTED and one.facts["clock"] == Clock.ACKNOWLEDGE:
            end = datetime.fromisoformat(one.facts["due"])
            due[one.facts["deadline"]] = (end, one.facts["assignment"])
            stopped.pop(one.facts["deadline"], None)  # it rested, and goes on
        elif one.kind == EventKind.CLOCK_STOPPED:
            stopped[one.facts["deadline"]] = one.at
        elif one.kind == EventKind.TAKEN:
            taken[one.facts["assignment"]] = one.at
    fallen = [
        stopped.get(deadline) == taken.get(assignment) and taken.get(assignment, until) <= end
        for deadline, (end, assignment) in due.items()
        if start <= end < until
        and (stopped.get(deadline, until) > end or stopped[deadline] == taken.get(assignment))
    ]
    return sum(fallen), len(fallen)


def satisfied(life: Life, start: datetime, until: datetime) -> tuple[int, int]:
    """The last rating of the month; who did not rate stands in no denominator."""
    rated = last(life, until, EventKind.RATED)
    if rated is None or rated.at < start or rated.facts["rating"] == Rating.NO_ANSWER:
        return 0, 0
    return int(rated.facts["rating"] in {Rating.SATISFIED, Rating.MOSTLY}), 1
