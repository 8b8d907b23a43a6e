"""Each clock has its ladder, and a ladder is climbed upwards, from what started the clock."""

from datetime import UTC, date, datetime, timedelta
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cases.policy import MILD, POLICY, Mode, PolicyError, RungAction
from cases.schedule import load_policy, rule_for, schedule
from cases.workdays import CIVIL, NATIONAL, YANBIAN, Ends, civil, end_of, quiet
from models.vocabulary import Category, Clock, Level, TaskKind

A = RungAction

starts = st.datetimes(
    datetime(2024, 1, 1),  # noqa: DTZ001 -- hypothesis adds the zone itself
    datetime(2028, 6, 30),  # noqa: DTZ001
    timezones=st.just(UTC),
)
rules = st.sampled_from(list(POLICY.values()))
waits = st.timedeltas(timedelta(hours=1), timedelta(days=200))


def wall(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=CIVIL).astimezone(UTC)


def ladder(rule, start: str, **how) -> list[tuple[RungAction, str]]:
    planned = schedule(rule, wall(start), NATIONAL, **how)
    return [(action, f"{civil(moment):%m-%d %H:%M}") for action, moment in planned.rungs]


def due(rule, start: str, **how) -> str:
    return f"{civil(schedule(rule, wall(start), NATIONAL, **how).due):%Y-%m-%d %H:%M}"


def test_a_red_acknowledgement_climbs_round_the_clock():
    rule = rule_for(Clock.ACKNOWLEDGE, Level.RED)

    assert ladder(rule, "2026-11-23 03:00") == [
        (A.CALL, "11-23 03:05"),
        (A.DEPUTY, "11-23 03:15"),
        (A.SUPERVISOR, "11-23 03:15"),
        (A.CENTRE, "11-23 03:30"),
    ]
    assert due(rule, "2026-11-23 03:00") == "2026-11-23 03:15"


def test_the_wages_of_monday_1005_are_taken_by_1205_or_climb():
    assert ladder(rule_for(Clock.ACKNOWLEDGE, Level.ORANGE), "2026-11-23 10:05") == [
        (A.REMIND, "11-23 11:05"),
        (A.WARN, "11-23 11:41"),
        (A.DEPUTY, "11-23 12:05"),
        (A.SUPERVISOR, "11-23 14:05"),
    ]


@pytest.mark.parametrize("level", [Level.YELLOW, Level.GREEN, None])
def test_an_ordinary_case_has_a_day_to_be_taken_and_nobody_is_reminded_at_night(level):
    assert ladder(rule_for(Clock.ACKNOWLEDGE, level), "2026-11-23 10:00") == [
        (A.REMIND, "11-24 08:30"),
        (A.WARN, "11-24 08:30"),
        (A.DEPUTY, "11-24 10:00"),
        (A.CENTRE, "11-25 10:00"),
    ]


def test_a_warning_that_cannot_wait_for_the_morning_comes_the_evening_before():
    assert ladder(rule_for(Clock.ACKNOWLEDGE, Level.YELLOW), "2026-11-23 06:00") == [
        (A.REMIND, "11-23 18:00"),
        (A.WARN, "11-23 19:59"),
        (A.DEPUTY, "11-24 06:00"),
        (A.CENTRE, "11-25 06:00"),
    ]


def test_the_first_contact_of_monday_is_due_on_tuesday_at_six_and_hard_on_thursday():
    assert ladder(rule_for(Clock.FIRST_CONTACT, Level.YELLOW), "2026-11-23 09:12") == [
        (A.REMIND, "11-24 08:30"),
        (A.ASK, "11-24 12:00"),
        (A.DEPUTY, "11-24 18:00"),
        (A.SUPERVISOR, "11-26 18:00"),
    ]


def test_a_first_contact_in_danger_is_due_in_two_hours():
    assert due(rule_for(Clock.FIRST_CONTACT, Level.RED), "2026-11-23 23:00") == "2026-11-24 01:00"


def test_mediation_has_thirty_days_rolled_over_the_holidays():
    rule = rule_for(Clock.MEDIATION_TERM)

    assert ladder(rule, "2026-09-01 15:00") == [
        (A.REMIND, "10-05 08:30"),
        (A.WARN, "10-07 08:30"),
        (A.SUPERVISOR, "10-08 18:00"),
    ]


def test_a_medical_dispute_has_thirty_working_days():
    rule = rule_for(Clock.MEDIATION_TERM, category=Category.MEDICAL)

    assert rule.mode is Mode.STATUTORY
    assert due(rule, "2026-02-10 09:00") == "2026-03-30 18:00"


def test_a_promise_is_asked_for_the_day_after_the_promised_day():
    rule = rule_for(Clock.PROMISE)
    promised = end_of(date(2026, 12, 6))

    assert ladder(rule, "2026-11-26 15:00", appointed=promised) == [
        (A.REMIND, "12-03 09:00"),
        (A.ASK, "12-07 09:00"),
        (A.URGE, "12-13 09:00"),
        (A.GUIDE, "12-21 09:00"),
    ]


def test_a_promise_of_two_days_is_not_reminded():
    promised = end_of(date(2026, 11, 28), Ends.OFFICE)
    actions = [
        action
        for action, _ in ladder(rule_for(Clock.PROMISE), "2026-11-26 15:00", appointed=promised)
    ]

    assert actions == [A.ASK, A.URGE, A.GUIDE]


def test_a_promise_without_its_day_has_no_schedule():
    with pytest.raises(ValueError, match="appointed"):
        schedule(rule_for(Clock.PROMISE), wall("2026-11-26 15:00"), NATIONAL)


def test_follow_ups_are_asked_after_7_15_30_and_90_days_at_nine():
    rule = rule_for(Clock.FOLLOW_UP)

    assert ladder(rule, "2026-11-26 15:00") == [
        (A.ASK, "12-03 09:00"),
        (A.ASK, "12-11 09:00"),
        (A.ASK, "12-26 09:00"),
        (A.ASK, "02-24 09:00"),
    ]
    assert due(rule, "2026-11-26 15:00") == "2027-02-24 09:00"


@pytest.mark.parametrize("clock", [Clock.PROMISE, Clock.FOLLOW_UP])
def test_in_a_guarded_case_no_clock_writes_to_the_parties(clock):
    actions = {rung.action for rung in rule_for(clock, guarded=True).rungs}

    assert actions == {A.REVIEW}


def test_a_case_without_a_next_date_is_looked_at_every_week_counted_from_one_start():
    rule = rule_for(Clock.WEEKLY_REVIEW)

    assert ladder(rule, "2026-11-23 15:00") == [(A.REVIEW, "11-30 08:30")]
    assert ladder(rule, "2026-11-23 15:00", turn=3) == [(A.REVIEW, "12-14 08:30")]


@pytest.mark.parametrize(
    ("task", "level", "by"),
    [
        (TaskKind.LISTEN, Level.YELLOW, "2026-11-24 09:12"),
        (TaskKind.LISTEN, Level.ORANGE, "2026-11-23 11:12"),
        (TaskKind.LISTEN, Level.RED, "2026-11-23 11:12"),
        (TaskKind.READ, None, "2026-11-23 11:12"),
        (TaskKind.CALL, None, "2026-11-24 18:00"),
        (TaskKind.SAFE_CALL, None, "2026-11-23 11:12"),
        (TaskKind.READ_ALOUD, None, "2026-11-24 18:00"),
    ],
)
def test_a_task_is_done_in_time_or_its_supervisor_knows(task, level, by):
    rule = rule_for(Clock.TASK, level, task=task)
    actions = [action for action, _ in ladder(rule, "2026-11-23 09:12")]

    assert due(rule, "2026-11-23 09:12") == by
    assert actions == [A.REMIND, A.SUPERVISOR]


def test_a_safe_call_is_due_at_the_hour_the_person_chose():
    rule = rule_for(Clock.TASK, task=TaskKind.SAFE_CALL)
    two_o_clock = wall("2026-11-24 02:00")

    assert ladder(rule, "2026-11-23 22:00", appointed=two_o_clock) == [
        (A.REMIND, "11-24 00:00"),
        (A.SUPERVISOR, "11-24 02:00"),
    ]


@pytest.mark.parametrize(("clock", "level"), list(product(Clock, [None, *Level])))
def test_every_clock_has_a_rule_with_a_source(clock, level):
    kinds = TaskKind if clock is Clock.TASK else [None]

    for task in kinds:
        rule = rule_for(clock, level, task=task)
        assert rule.clock is clock
        assert rule.rungs
        assert rule.source


def test_every_rule_is_reached_by_some_case():
    reached = {
        rule_for(clock, level, category, task, guarded=guarded).key
        for clock, level, category, task, guarded in product(
            Clock, Level, [None, Category.MEDICAL], TaskKind, [False, True]
        )
    }

    assert reached == set(POLICY)


def test_a_task_without_a_kind_has_no_rule():
    with pytest.raises(ValueError, match="kind"):
        rule_for(Clock.TASK)


@given(rules, starts, waits, st.booleans())
def test_a_ladder_is_climbed_upwards_and_starts_at_its_start(rule, start, wait, by_people):
    appointed = start + wait if by_people or rule.clock is Clock.PROMISE else None

    planned = schedule(rule, start, YANBIAN, appointed=appointed)
    moments = [moment for _, moment in planned.rungs]

    assert moments == sorted(moments)
    assert all(moment >= start for moment in moments)
    assert planned.due > start
    assert planned == schedule(rule, start, YANBIAN, appointed=appointed)


@given(rules, starts, waits)
def test_a_reminder_is_never_late_and_wakes_nobody_who_could_be_told_by_day(rule, start, wait):
    appointed = start + wait if rule.clock is Clock.PROMISE else None

    planned = schedule(rule, start, NATIONAL, appointed=appointed)

    for action, moment in planned.rungs:
        if action in MILD:
            assert moment <= planned.due
            whole_night = quiet(start) and planned.due - start < timedelta(hours=13)
            assert rule.wakes or not quiet(moment) or whole_night


@given(starts)
def test_what_the_law_limits_is_never_due_later_by_starting_at_another_hour(start):
    midnight = civil(start).replace(hour=0, minute=0, second=0, microsecond=0)

    for key in ("mediation.other", "mediation.medical", "contact.other"):
        of_day = schedule(POLICY[key], midnight, NATIONAL).due
        assert schedule(POLICY[key], start, NATIONAL).due == of_day


def test_an_office_may_change_a_default_and_the_ladder_follows(tmp_path):
    file = tmp_path / "policy.toml"
    file.write_text("ack.yellow = 12\n[mediation]\nother = 20\n", encoding="utf-8")

    policy = load_policy(file)
    rule = rule_for(Clock.ACKNOWLEDGE, Level.YELLOW, policy=policy)

    assert due(rule, "2026-11-23 09:00") == "2026-11-23 21:00"
    assert ladder(rule, "2026-11-23 09:00")[0] == (A.REMIND, "11-23 15:00")
    assert due(policy["mediation.other"], "2026-11-02 09:00") == "2026-11-23 18:00"
    assert policy["ack.red"] == POLICY["ack.red"]


@pytest.mark.parametrize(
    ("line", "key"),
    [
        ("mediation.other = 31", "mediation.other"),
        ("mediation.medical = 60", "mediation.medical"),
        ("contact.other = 4", "contact.other"),
        ("ack.yellow = 0", "ack.yellow"),
        ("ack.yellow = true", "ack.yellow"),
        ("ack.yellow = '12 hours'", "ack.yellow"),
        ("followup.parties = 60", "followup.parties"),
        ("ack.purple = 3", "ack.purple"),
    ],
)
def test_an_office_cannot_go_beyond_the_law_or_write_what_is_not_there(tmp_path, line, key):
    file = tmp_path / "policy.toml"
    file.write_text(line, encoding="utf-8")

    with pytest.raises(PolicyError) as refused:
        load_policy(file)

    assert refused.value.key == key
