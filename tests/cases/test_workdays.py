"""Terms end when the law says, on every calendar that an office may have."""

from datetime import UTC, date, datetime, time, timedelta

import chinese_calendar
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cases.national_days import national
from cases.workdays import (
    CIVIL,
    NATIONAL,
    YANBIAN,
    Calendar,
    Ends,
    MonthDay,
    Roll,
    Status,
    Term,
    Unit,
    at,
    at_fraction,
    at_share,
    civil,
    due,
    due_day,
    end_of,
    last_awake,
    last_day,
    morning,
    next_awake,
    quiet,
)
from scripts.national_days import YEARS, of_the_package

FORWARD = Roll.FORWARD

#: The ten vectors of the domain rule book 2.3, worked out there by hand and by two packages.
VECTORS = [
    ("2026-09-01", Term(30, Unit.CALENDAR_DAY, FORWARD), "2026-10-08"),
    ("2026-01-20", Term(30, Unit.CALENDAR_DAY, FORWARD), "2026-02-24"),
    ("2026-02-10", Term(10, Unit.CALENDAR_DAY, FORWARD), "2026-02-24"),
    ("2026-09-12", Term(15, Unit.CALENDAR_DAY, FORWARD), "2026-09-28"),
    ("2026-04-03", Term(30, Unit.CALENDAR_DAY, FORWARD), "2026-05-06"),
    ("2026-09-30", Term(3, Unit.WORKING_DAY), "2026-10-10"),
    ("2026-04-30", Term(5, Unit.WORKING_DAY), "2026-05-11"),
    ("2026-02-10", Term(30, Unit.WORKING_DAY), "2026-03-30"),
    ("2026-01-31", Term(1, Unit.MONTH, FORWARD), "2026-02-28"),
    ("2025-10-03", Term(1, Unit.YEAR, FORWARD), "2026-10-08"),
]

ORANGE = Term(2, Unit.HOUR, whistle=True)

days = st.dates(date(2024, 1, 1), date(2028, 12, 31))
month_days = st.builds(MonthDay, st.integers(1, 12), st.integers(1, 28))
calendars = st.builds(
    Calendar,
    local=st.lists(month_days | days, max_size=3).map(tuple),
    overrides=st.lists(st.tuples(days, st.booleans()), max_size=3).map(tuple),
)
starts = st.datetimes(
    datetime(2024, 1, 1),  # noqa: DTZ001 -- hypothesis adds the zone itself
    datetime(2028, 6, 30),  # noqa: DTZ001
    timezones=st.just(UTC),
)
plain_terms = st.builds(
    Term,
    st.integers(1, 40),
    st.sampled_from(Unit),
    st.sampled_from(Roll),
    st.sampled_from(Ends),
)


def wall(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=CIVIL).astimezone(UTC)


@pytest.mark.parametrize(("start", "term", "last"), VECTORS)
def test_the_ten_vectors_of_the_rule_book_hold(start, term, last):
    assert due_day(date.fromisoformat(start), term, NATIONAL) == date.fromisoformat(last)


@pytest.mark.parametrize(("start", "term", "last"), VECTORS)
def test_a_term_ends_at_midnight_or_at_close_of_business(start, term, last):
    begun = wall(f"{start} 23:59")
    midnight = Term(term.length, term.unit, term.roll, Ends.MIDNIGHT)
    office = Term(term.length, term.unit, term.roll, Ends.OFFICE)

    assert due(begun, midnight, NATIONAL) == wall(last) + timedelta(days=1)
    assert due(begun, office, NATIONAL) == wall(f"{last} 18:00")


def test_our_days_are_those_of_a_second_package_for_2024_to_2026():
    day, differing = date(2024, 1, 1), []
    while day.year < 2027:
        if NATIONAL.is_working(day) != chinese_calendar.is_workday(day):
            differing.append(day)
        day += timedelta(days=1)

    assert differing == []


def test_the_table_of_days_is_what_the_package_knows_today():
    # It differs after a new version was taken: run scripts/national_days.py, and read what has changed.
    differing = [year for year in (*YEARS, 1900, 2200) if national(year) != of_the_package(year)]

    assert differing == []


@given(calendars, days, st.integers(0, 40))
def test_adding_working_days_and_counting_them_again_agree(calendar, day, n):
    end = calendar.add_working_days(day, n)
    between = [day + timedelta(days=k) for k in range(1, (end - day).days + 1)]

    assert sum(map(calendar.is_working, between)) == n
    assert n == 0 or calendar.is_working(end)


@given(calendars, starts, plain_terms)
def test_a_rolled_term_never_ends_on_a_rest_day(calendar, start, term):
    if term.in_days and (term.roll is FORWARD or term.unit is Unit.WORKING_DAY):
        assert calendar.is_working(last_day(due(start, term, calendar)))


@given(calendars, starts, starts, plain_terms)
def test_what_starts_later_never_ends_earlier(calendar, one, other, term):
    first, second = sorted((one, other))

    assert first < due(first, term, calendar) <= due(second, term, calendar)


@given(calendars, starts, plain_terms)
def test_a_longer_term_never_ends_earlier(calendar, start, term):
    longer = Term(term.length + 1, term.unit, term.roll, term.ends)

    assert due(start, term, calendar) <= due(start, longer, calendar)


@given(calendars, starts, st.integers(1, 200))
def test_hours_never_roll(calendar, start, hours):
    term = Term(hours, Unit.HOUR, FORWARD, Ends.OFFICE)

    assert due(start, term, calendar) == start + timedelta(hours=hours)


@pytest.mark.parametrize(
    ("blown", "answered_by"),
    [
        ("2026-11-23 10:05", "2026-11-23 12:05"),
        ("2026-11-23 08:00", "2026-11-23 10:00"),
        ("2026-11-23 18:00", "2026-11-23 20:00"),
        ("2026-11-23 19:30", "2026-11-24 10:30"),
        ("2026-11-23 20:00", "2026-11-24 11:00"),
        ("2026-11-23 23:50", "2026-11-24 11:00"),
        ("2026-11-24 03:00", "2026-11-24 11:00"),
        ("2026-11-28 10:05", "2026-11-28 12:05"),
    ],
)
def test_two_whistle_hours_count_by_day_and_wait_for_nine_in_the_morning(blown, answered_by):
    assert due(wall(blown), ORANGE, NATIONAL) == wall(answered_by)


@given(starts, st.integers(1, 30))
def test_whistle_hours_never_end_at_night(start, hours):
    end = civil(due(start, Term(hours, Unit.HOUR, whistle=True), NATIONAL)).time()

    assert time(8) <= end <= time(20)


def test_half_of_the_whistle_hours_is_half_of_the_hours_that_count():
    blown = wall("2026-11-23 21:00")

    assert at_share(blown, ORANGE, 0.5, NATIONAL) == wall("2026-11-24 10:00")
    assert at_share(blown, ORANGE, 2, NATIONAL) == wall("2026-11-24 13:00")


@given(starts, plain_terms)
def test_the_whole_share_of_a_term_is_its_end(start, term):
    assert at_share(start, term, 1, YANBIAN) == due(start, term, YANBIAN)


def test_a_fraction_is_plain_time():
    start, end = wall("2026-11-23 10:00"), wall("2026-11-25 10:00")

    assert at_fraction(start, end, 0.25) == wall("2026-11-23 22:00")


def test_overrides_beat_local_days_and_local_days_beat_the_state():
    festival, made_up = date(2026, 9, 3), date(2026, 10, 10)
    override = Calendar(local=YANBIAN.local, overrides=((festival, True), (made_up, False)))

    assert NATIONAL.is_working(festival)
    assert not YANBIAN.is_working(festival)
    assert override.is_working(festival)
    assert NATIONAL.is_working(made_up)
    assert not Calendar(local=(made_up,)).is_working(made_up)
    assert not override.is_working(made_up)


def test_a_year_is_provisional_until_its_make_up_days_are_known():
    typed_in = Calendar(overrides=((date(2027, 2, 13), True),))

    assert NATIONAL.status(2026) is Status.PUBLISHED
    assert NATIONAL.status(2027) is Status.PROVISIONAL
    assert typed_in.status(2027) is Status.PUBLISHED


@given(calendars, days, st.booleans())
def test_the_version_changes_when_a_day_does_and_only_then(calendar, day, worked):
    changed = Calendar(calendar.local, ((day, worked), *calendar.overrides))
    same_day = calendar.is_working(day) == worked
    same_year = calendar.status(day.year) == changed.status(day.year)

    assert (calendar.version == changed.version) == (same_day and same_year)


def test_the_version_is_the_same_in_every_process():
    # A table with a day moved changes this on purpose: open dates are redone.
    assert Calendar().version == NATIONAL.version == "63c3749bb0a9"


@pytest.mark.parametrize(
    ("hour", "is_quiet"),
    [("07:59", True), ("08:00", False), ("19:59", False), ("20:00", True), ("00:00", True)],
)
def test_quiet_hours_are_from_eight_to_eight(hour, is_quiet):
    assert quiet(wall(f"2026-11-23 {hour}")) is is_quiet


@given(starts)
def test_those_who_are_waked_next_are_waked_by_the_morning_card(now):
    then = next_awake(now)

    assert not quiet(then)
    assert then == now if not quiet(now) else then == morning(civil(then).date())
    assert timedelta() <= then - now <= timedelta(hours=12, minutes=30)


@given(starts)
def test_the_last_waking_moment_is_now_or_the_evening_before(now):
    then = last_awake(now)

    assert not quiet(then)
    assert timedelta() <= now - then <= timedelta(hours=12, minutes=1)


def test_midnight_still_belongs_to_the_day_it_ends():
    day = date(2026, 12, 6)

    assert last_day(end_of(day)) == last_day(end_of(day, Ends.OFFICE)) == day
    assert end_of(day) == at(date(2026, 12, 7), time(0))


def test_a_moment_without_a_time_zone_is_refused():
    with pytest.raises(ValueError, match="time zone"):
        civil(datetime(2026, 11, 23))  # noqa: DTZ001 -- the very thing that is refused


def test_working_days_are_not_counted_backwards():
    with pytest.raises(ValueError, match="-1"):
        NATIONAL.add_working_days(date(2026, 11, 23), -1)


def test_a_term_of_hours_has_no_last_day():
    with pytest.raises(ValueError, match="not counted in days"):
        due_day(date(2026, 11, 23), Term(2, Unit.HOUR), NATIONAL)
