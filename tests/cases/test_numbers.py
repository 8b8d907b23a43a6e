"""The number of a case survives typing, saying and mistyping; quantities are read as people write them."""

from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cases.numbers import CaseNumber, NumberTypo, damm, native, parse, quantity

YANJI = "222401"
FIRST = CaseNumber(2026, YANJI, 123)

case_numbers = st.builds(
    CaseNumber,
    year=st.integers(2000, 2099),
    area6=st.from_regex(r"[0-9]{6}", fullmatch=True),
    sequence=st.integers(1, 999_999),
)


def test_the_check_digit_is_the_one_damm_published() -> None:
    assert damm("572") == 4  # the worked example of the dissertation's table
    assert damm("5724") == 0


def test_full_and_short_form_read_as_the_design_draws_them() -> None:
    assert FIRST.full == f"26-222401-000123-{FIRST.check}"
    assert FIRST.short == f"123-{FIRST.check}"
    assert str(FIRST) == FIRST.full


@given(case_numbers)
def test_a_number_written_is_read_back(number: CaseNumber) -> None:
    assert parse(number.full, area6="000000", year=number.year) == number
    assert parse(number.short, area6=number.area6, year=number.year) == number


@given(case_numbers, st.data())
def test_every_single_wrong_digit_is_caught(number: CaseNumber, data: st.DataObject) -> None:
    written = data.draw(st.sampled_from([number.full, number.short]))
    place = data.draw(st.sampled_from([i for i, letter in enumerate(written) if letter.isdigit()]))
    wrong = data.draw(st.sampled_from([d for d in "0123456789" if d != written[place]]))
    mistyped = written[:place] + wrong + written[place + 1 :]
    with pytest.raises(NumberTypo):
        parse(mistyped, area6=number.area6, year=number.year)


@given(case_numbers, st.data())
def test_every_two_neighbouring_digits_exchanged_are_caught(
    number: CaseNumber, data: st.DataObject
) -> None:
    written = data.draw(st.sampled_from([number.full, number.short]))
    digits = [i for i, letter in enumerate(written) if letter.isdigit()]
    left, right = data.draw(st.sampled_from(list(pairwise(digits))))
    letters = list(written)
    letters[left], letters[right] = letters[right], letters[left]
    if "".join(letters) == written:
        return
    with pytest.raises(NumberTypo):
        parse("".join(letters), area6=number.area6, year=number.year)


@pytest.mark.parametrize("area6", ["222402", "222426", "220105"])
def test_a_short_number_from_another_county_is_mostly_refused(area6: str) -> None:
    refused = 0
    for sequence in range(1, 201):
        try:
            parse(CaseNumber(2026, YANJI, sequence).short, area6=area6, year=2026)
        except NumberTypo:
            refused += 1
    assert refused >= 180


@pytest.mark.parametrize(
    "written",
    [
        "１２３－{}", "123 - {}", "123—{}", "123–{}", "123−{}", " 123-{} ", "编号 123-{}", "번호: 123-{}", "123-{}번",
        "123-{}号", "26-222401-000123-{}", "26222401000123{}", "26 222401 000123 {}", "26–222401–000123–{}", "№123-{}",
    ],
)  # fmt: skip
def test_the_ways_a_number_is_typed_are_understood(written: str) -> None:
    assert parse(written.format(FIRST.check), area6=YANJI, year=2026) == FIRST


HANZI = "零一二三四五六七八九"
HANGUL = "영일이삼사오륙칠팔구"


@pytest.mark.parametrize(
    "said",
    [
        "一二三杠" + HANZI[FIRST.check],
        "幺二三杠" + HANZI[FIRST.check],
        "一百二十三杠" + HANZI[FIRST.check],
        "일이삼 다시 " + HANGUL[FIRST.check],
        "백이십삼 다시 " + HANGUL[FIRST.check],
        "번호 일이삼 다시 " + HANGUL[FIRST.check],
    ],
)
def test_a_number_said_aloud_is_understood(said: str) -> None:
    assert parse(said, area6=YANJI, year=2026) == FIRST


@given(case_numbers)
def test_a_number_said_digit_by_digit_is_understood(number: CaseNumber) -> None:
    for letters, dash in ((HANZI, "杠"), (HANGUL, " 다시 ")):
        said = dash.join(
            "".join(letters[int(d)] for d in part) for part in number.short.split("-")
        )
        assert parse(said, area6=number.area6, year=number.year) == number


@pytest.mark.parametrize(
    "text",
    ["", "楼上漏水", "물이 샙니다", "13900000000", "123", "2026-11-23", "12-34-56", "是", "1"],
)
def test_what_is_no_number_is_left_alone(text: str) -> None:
    assert parse(text, area6=YANJI, year=2026) is None


@given(st.text(max_size=40))
def test_no_text_breaks_the_reading(text: str) -> None:
    try:
        number = parse(text, area6=YANJI, year=2026)
    except NumberTypo:
        return
    assert number is None or damm(number.full.replace("-", "")) == 0


@pytest.mark.parametrize(("area6", "sequence"), [("2224", 1), (YANJI, 0), (YANJI, 1_000_000)])
def test_an_impossible_number_cannot_be_made(area6: str, sequence: int) -> None:
    with pytest.raises(ValueError, match="six digits"):
        CaseNumber(2026, area6, sequence)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("12", "12"), ("18.6万", "186000"), ("18万6000", "186000"), ("18만 6,000", "186000"), ("三万五千", "35000"),
        ("三万五", "35000"), ("三万零五", "30005"), ("两百三十", "230"), ("37만", "370000"), ("십이", "12"), ("만오천", "15000"),
        ("1,234.5", "1234.5"), ("1.2亿", "120000000"), ("〇", "0"),
    ],
)  # fmt: skip
def test_quantities_are_read_as_written(text: str, value: str) -> None:
    assert quantity(text) == Decimal(value)


@given(st.integers(1, 99_999_999))
def test_figures_with_ten_thousands_are_read_in_both_languages(value: int) -> None:
    large, small = divmod(value, 10_000)
    for unit in "万만":
        assert quantity(f"{large}{unit} {small:,}" if large else f"{small:,}") == value


def test_letters_that_are_no_quantity_give_none() -> None:
    assert quantity("楼上") is None
    assert quantity("") is None
    assert native("사람") is None


@pytest.mark.parametrize(
    ("word", "value"), [("네", 4), ("열두", 12), ("스무", 20), ("서른", 30), ("아흔아홉", 99)]
)
def test_koreas_own_numerals_are_read(word: str, value: int) -> None:
    assert native(word) == value
