"""A day as people write it, in Chinese and in Korean; what is not surely a day is none, and is asked again."""

from datetime import date, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cases.days import read_day

TODAY = date(2026, 11, 23)  # Monday
days = st.dates(date(2024, 1, 1), date(2035, 12, 31))


@pytest.mark.parametrize(
    ("text", "day", "hour"),
    [
        ("11月28日下午2点", date(2026, 11, 28), time(14)),
        ("11월 28일 오후 2시", date(2026, 11, 28), time(14)),
        ("2026年12月6日", date(2026, 12, 6), None),
        ("2026-12-06 09:30", date(2026, 12, 6), time(9, 30)),
        ("12.6", date(2026, 12, 6), None),
        ("1月5号上午9点30分", date(2027, 1, 5), time(9, 30)),
        ("모레 오후 2시", date(2026, 11, 25), time(14)),
        ("래일 오전 10시", date(2026, 11, 24), time(10)),
        ("글피", date(2026, 11, 26), None),
        ("大后天", date(2026, 11, 26), None),
        ("后天晚上7点", date(2026, 11, 25), time(19)),
        ("２８号", date(2026, 11, 28), None),
        ("5日", date(2026, 12, 5), None),
        ("楼上住户在11月28日前修好漏水", date(2026, 11, 28), None),
    ],
)
def test_a_written_day_is_read(text: str, day: date, hour: time | None):
    assert read_day(text, TODAY) == (day, hour)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "尽快",
        "빨리 해주세요",
        "13月40日",
        "2月30日",
        "10日内付清",
        "15日之内修好",
        "3일 안에 고치겠습니다",
        "7일이내",
        "第3号楼",
        "电话13944300000",
    ],
)
def test_what_is_not_surely_a_day_is_none(text: str):
    assert read_day(text, TODAY) is None


@given(st.text(), days)
def test_no_text_breaks_it(text: str, today: date):
    found = read_day(text, today)

    assert found is None or isinstance(found[0], date)


@given(days, st.integers(0, 364), st.sampled_from(["{}月{}日", "{}월 {}일", "{}.{}", "{}/{}"]))
def test_a_day_without_a_year_lies_ahead(today: date, ahead: int, form: str):
    meant = today + timedelta(days=ahead)

    found = read_day(form.format(meant.month, meant.day), today)

    if (meant.month, meant.day) == (2, 29):
        assert found is None or found[0] == meant
    else:
        assert found == (meant, None)


@given(days, days, st.sampled_from(["{}年{}月{}日", "{}년 {}월 {}일", "{}-{}-{}", "{}.{}.{}"]))
def test_a_day_with_its_year_is_that_day(meant: date, today: date, form: str):
    assert read_day(form.format(meant.year, meant.month, meant.day), today) == (meant, None)


@given(days, st.integers(1, 31), st.sampled_from(["{}日", "{}号", "{}일"]))
def test_a_bare_day_of_the_month_is_the_next_one(today: date, day: int, form: str):
    found = read_day(form.format(day), today)

    if found is not None:
        assert found[0].day == day
        assert timedelta(0) <= found[0] - today <= timedelta(days=62)
