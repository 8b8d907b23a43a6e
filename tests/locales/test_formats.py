"""Dates, money and particles stand on the screen as people in Yanbian write them."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from locales import languages
from locales.formats import (
    PARTICLES,
    Named,
    count,
    day,
    day_hour,
    fill,
    full_day,
    hour,
    money,
    month_day,
    particle,
    stamp,
    until,
)

MONDAY = datetime(2026, 11, 23, 1, 12, tzinfo=UTC)
TUESDAY_SIX = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("shown", "chinese", "korean"),
    [
        (
            lambda lang: stamp(MONDAY, lang),
            "2026年11月23日(周一)09:12",
            "2026년 11월 23일(월) 09:12",
        ),
        (lambda lang: day_hour(TUESDAY_SIX, lang), "11月24日(周二)18:00", "11월 24일(화) 18:00"),
        (lambda lang: until(TUESDAY_SIX, lang), "11月24日(周二)18:00", "11월 24일(화) 18:00"),
        (lambda lang: day(date(2026, 11, 24), lang), "11月24日(周二)", "11월 24일(화)"),
        (lambda lang: month_day(date(2026, 11, 24), lang), "11月24日", "11월 24일"),
        (lambda lang: full_day(date(2026, 2, 5), lang), "2026年2月5日", "2026년 2월 5일"),
        (lambda lang: hour(MONDAY, lang), "09:12", "09:12"),
        (lambda lang: count(1234, lang), "1,234", "1,234"),
    ],
)
def test_screens_show_dates_as_the_conversations_have_them(shown, chinese, korean):
    assert (shown("zh_CN"), shown("ko_CN")) == (chinese, korean)


@pytest.mark.parametrize(
    ("yuan", "chinese", "korean"),
    [
        (186_000, "18.6万元", "18만 6,000원"),
        (Decimal("376863.43"), "376,863.43元", "37만 6,863.43원"),
        (3_000, "3,000元", "3,000원"),
        (10_000, "1万元", "1만원"),
        (180_500, "180,500元", "18만 500원"),
        (12_000_000, "1,200万元", "1,200만원"),
        (120_000_000, "1.2亿元", "1억 2,000만원"),
        (123_450_000, "12,345万元", "1억 2,345만원"),
        (Decimal("12.5"), "12.50元", "12.50원"),
        (0, "0元", "0원"),
    ],
)
def test_money_is_written_as_the_two_languages_read_it(yuan, chinese, korean):
    assert (money(yuan, "zh_CN"), money(yuan, "ko_CN")) == (chinese, korean)


@given(st.decimals(0, 10**11, places=2), st.sampled_from(languages()))
def test_no_fen_is_lost_in_writing(yuan, lang):
    sizes = {"亿": 10**8, "万": 10**4, "억": 10**8, "만": 10**4}
    total = Decimal()
    for written in money(yuan, lang)[:-1].split():
        size = sizes.get(written[-1], 1)
        total += Decimal(written.rstrip("亿万억만").replace(",", "")) * size

    assert total == yuan


@pytest.mark.parametrize("lang", languages())
def test_midnight_is_said_as_the_end_of_the_day_before(lang):
    midnight = datetime(2026, 12, 6, 16, 0, tzinfo=UTC)

    assert until(midnight, lang) == day_hour(midnight - timedelta(minutes=1), lang).replace(
        "23:59", "24:00"
    )


def test_the_civil_day_begins_eight_hours_before_that_of_utc():
    late = datetime(2026, 11, 23, 16, 30, tzinfo=UTC)

    assert day(late, "zh_CN") == "11月24日(周二)"
    assert month_day(late, "ko_CN") == "11월 24일"


def test_a_moment_without_a_time_zone_is_refused():
    with pytest.raises(ValueError, match="time zone"):
        stamp(datetime(2026, 11, 23), "zh_CN")  # noqa: DTZ001 -- the very thing that is refused


@pytest.mark.parametrize(
    ("word", "particles"),
    [
        ("조정원 을", ["은", "이", "을", "과", "로"]),
        ("조정원 기", ["는", "가", "를", "와", "로"]),
        ("법관 병", ["은", "이", "을", "과", "으로"]),
        ("王某", [""] * 5),
        ("123-7", [""] * 5),
        ("", [""] * 5),
    ],
)
def test_a_particle_follows_the_last_sound_and_only_hangul_has_one(word, particles):
    assert [particle(word, kind) for kind in PARTICLES] == particles


@pytest.mark.parametrize(
    ("message", "who", "said"),
    [
        ("{who:이가} 련락드립니다.", "조정원 을", "조정원 을이 련락드립니다."),
        ("{who:이가} {n}번 련락드렸습니다.", "王某", "王某 3번 련락드렸습니다."),
        ("{who}联系您{n:>2}次。", "调解员乙", "调解员乙联系您 3次。"),
    ],
)
def test_a_name_in_a_message_takes_its_particle_with_it(message, who, said):
    assert fill(message, who=who, n=3) == said
    assert fill("{who:>6}", who=Named("乙")) == "     乙"
