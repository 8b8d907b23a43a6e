"""Civil days, working days and when a term ends; pure, nothing here reads a clock.

Laws: the day a term starts on is not counted; a month ends on its corresponding day or its last;
a rolled day-term never ends on a rest day; terms in minutes and hours never roll
(民法典 201-204, 民事诉讼法 85). Later layers win: national, then local, then overrides.
"""

import hashlib
from calendar import monthrange
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from functools import cache
from zoneinfo import ZoneInfo

from cases.national_days import national

CIVIL = ZoneInfo("Asia/Shanghai")

#: Whistles of level ORANGE are answered between these hours; outside them it is quiet
#: (domain rule book 6.4 and law 12; the project's own default).
WHISTLE_OPENS, WHISTLE_CLOSES = time(8), time(20)
#: An ORANGE whistle blown outside those hours is counted from here (domain rule book 6.4).
WHISTLE_RESUMES = time(9)
#: The silent card of the morning (law 12).
MORNING = time(8, 30)
#: Close of business, where a term of an office ends (民法典 203; the hour: the receipts' "18:00").
CLOSE_OF_BUSINESS = time(18)
#: What is fingerprinted for `Calendar.version`: as far as open cases and their terms can reach.
VERSION_YEARS = range(2024, 2036)

DAY = timedelta(days=1)
SATURDAY = 5  # as date.weekday() counts


class Unit(StrEnum):
    MINUTE = "min"
    HOUR = "h"
    CALENDAR_DAY = "cal"
    WORKING_DAY = "wd"
    MONTH = "month"
    YEAR = "year"


class Roll(StrEnum):
    """What a last day that is a rest day does to the term."""

    NONE = "none"
    FORWARD = "forward"


class Ends(StrEnum):
    """When a term of days is over on its last day (民法典 203)."""

    MIDNIGHT = "midnight"
    OFFICE = "office"


class Status(StrEnum):
    PUBLISHED = "published"
    PROVISIONAL = "provisional"  # the State Council's 调休 notice is not in the data yet


@dataclass(frozen=True, slots=True)
class Term:
    """A length of time as a rule states it; `whistle` counts hours only while whistles are answered."""

    length: int
    unit: Unit
    roll: Roll = Roll.NONE
    ends: Ends = Ends.MIDNIGHT
    whistle: bool = False

    @property
    def in_days(self) -> bool:
        return self.unit not in (Unit.MINUTE, Unit.HOUR)

    @property
    def span(self) -> timedelta:
        """The plain length of a term in minutes or hours."""
        return timedelta(minutes=self.length * (1 if self.unit is Unit.MINUTE else 60))


@dataclass(frozen=True, slots=True)
class MonthDay:
    """A day that comes back every year, such as 州庆."""

    month: int
    day: int


@dataclass(frozen=True, slots=True)
class Calendar:
    """Which days are worked. `overrides` says (day, worked?) and beats everything else."""

    local: tuple[MonthDay | date, ...] = ()
    overrides: tuple[tuple[date, bool], ...] = ()

    def is_working(self, day: date) -> bool:
        for overridden, worked in self.overrides:
            if overridden == day:
                return worked
        if day in self.local or MonthDay(day.month, day.day) in self.local:
            return False
        state = national(day.year)
        return day in state.made_up or (day.weekday() < SATURDAY and day not in state.rest)

    def add_working_days(self, day: date, n: int) -> date:
        """The n-th working day after `day`, which itself is not counted."""
        if n < 0:
            raise ValueError(n)
        for _ in range(n):
            day = self.roll_forward(day + DAY)
        return day

    def roll_forward(self, day: date) -> date:
        """`day` itself when it is worked, else the first working day after it."""
        while not self.is_working(day):
            day += DAY
        return day

    def status(self, year: int) -> Status:
        """Provisional until the year's make-up working days are known, published or typed in."""
        typed = any(
            d.year == year and worked and d.weekday() >= SATURDAY for d, worked in self.overrides
        )
        known = typed or bool(national(year).made_up)
        return Status.PUBLISHED if known else Status.PROVISIONAL

    @property
    def version(self) -> str:
        """Stored with each computed date; another version means: compute the open ones again."""
        return _fingerprint(self)


#: The State's days only.
NATIONAL = Calendar()
#: With 延边朝鲜族自治州 州庆, 3 September; that it is a day off is to be confirmed by each office.
YANBIAN = Calendar(local=(MonthDay(9, 3),))


def civil(moment: datetime) -> datetime:
    """The moment as clocks on the wall show it."""
    if moment.tzinfo is None:
        raise ValueError("a moment must say its time zone")
    return moment.astimezone(CIVIL)


def at(day: date, hour: time) -> datetime:
    """That hour of that civil day, in UTC."""
    return datetime.combine(day, hour, CIVIL).astimezone(UTC)


def morning(day: date) -> datetime:
    return at(day, MORNING)


def end_of(day: date, ends: Ends = Ends.MIDNIGHT) -> datetime:
    """24:00 of that day, which is 0:00 of the next, or close of business."""
    return at(day, CLOSE_OF_BUSINESS) if ends is Ends.OFFICE else at(day + DAY, time())


def last_day(due: datetime) -> date:
    """The civil day on which a term ends; 0:00 still belongs to the day before."""
    return civil(due - timedelta.resolution).date()


def due_day(start: date, term: Term, calendar: Calendar) -> date:
    """The last day of a term of days, months or years."""
    day = _unrolled(start, term, calendar)
    return calendar.roll_forward(day) if term.roll is Roll.FORWARD else day


def due(start: datetime, term: Term, calendar: Calendar) -> datetime:
    """When the term that `start` set running is over, in UTC."""
    if term.in_days:
        return end_of(due_day(civil(start).date(), term, calendar), term.ends)
    return _within_whistle_hours(start, term.span) if term.whistle else start + term.span


def at_share(start: datetime, term: Term, share: float, calendar: Calendar) -> datetime:
    """When that share of the term has passed: 0.5 is half of it, 2 twice its length.

    Plain time, except that whistle hours stay whistle hours.
    """
    if term.whistle:
        return _within_whistle_hours(start, term.span * share)
    return at_fraction(start, due(start, term, calendar), share)


def at_fraction(start: datetime, end: datetime, fraction: float) -> datetime:
    return start + (end - start) * fraction


def later_by(due: datetime, since: datetime, now: datetime, term: Term) -> datetime:
    """The end of a term of minutes or hours that rested from `since` till now."""
    if not term.whistle:
        return due + (now - since)
    return _within_whistle_hours(now, _awake_between(since, due))


def quiet(now: datetime) -> bool:
    """Is it a time at which nobody is disturbed? That RED is exempt is the caller's matter."""
    return not WHISTLE_OPENS <= civil(now).time() < WHISTLE_CLOSES


def next_awake(now: datetime) -> datetime:
    """`now`, or when that is quiet the next morning card."""
    if not quiet(now):
        return now
    local = civil(now)
    return morning(local.date() if local.time() < WHISTLE_OPENS else local.date() + DAY)


def last_awake(now: datetime) -> datetime:
    """`now`, or when that is quiet the last minute before the quiet began."""
    if not quiet(now):
        return now
    local = civil(now)
    evening = local.date() - DAY if local.time() < WHISTLE_OPENS else local.date()
    return at(evening, WHISTLE_CLOSES) - timedelta(minutes=1)


def _unrolled(start: date, term: Term, calendar: Calendar) -> date:
    match term.unit:
        case Unit.CALENDAR_DAY:
            return start + timedelta(days=term.length)
        case Unit.WORKING_DAY:
            return calendar.add_working_days(start, term.length)
        case Unit.MONTH:
            return _months_later(start, term.length)
        case Unit.YEAR:
            return _months_later(start, 12 * term.length)
    raise ValueError(f"{term.unit} is not counted in days")


def _months_later(start: date, months: int) -> date:
    years, month = divmod(start.month - 1 + months, 12)
    year, month = start.year + years, month + 1
    return date(year, month, min(start.day, monthrange(year, month)[1]))


def _within_whistle_hours(start: datetime, left: timedelta) -> datetime:
    """Counts only from 08:00 to 20:00; what is left, or began outside, counts on from 09:00."""
    now = start
    while True:
        if quiet(now):
            now = _resumption(now)
        closes = at(civil(now).date(), WHISTLE_CLOSES)
        if now + left <= closes:
            return now + left
        now, left = closes, left - (closes - now)


def _awake_between(start: datetime, end: datetime) -> timedelta:
    """How much of this time whistles are answered."""
    counted = timedelta()
    while start < end:
        if quiet(start):
            start = _resumption(start)
            continue
        upto = min(end, at(civil(start).date(), WHISTLE_CLOSES))
        counted, start = counted + (upto - start), upto
    return counted


def _resumption(now: datetime) -> datetime:
    local = civil(now)
    day = local.date() if local.time() < WHISTLE_OPENS else local.date() + DAY
    return at(day, WHISTLE_RESUMES)


@cache
def _fingerprint(calendar: Calendar) -> str:
    days = (date(year, 1, 1) + n * DAY for year in VERSION_YEARS for n in range(366))
    worked = "".join("1" if calendar.is_working(day) else "0" for day in days)
    known = "".join(calendar.status(year) for year in VERSION_YEARS)
    return hashlib.sha256((worked + known).encode()).hexdigest()[:12]
