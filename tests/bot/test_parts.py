"""A long text in parts: none too long, none of it lost, bold stays bold, and no number or sentence is torn."""

import re
from html import escape, unescape
from itertools import accumulate

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.parts import parts

PIECE = st.one_of(
    st.text(alphabet="漏水。a. !\n가다😀&<”35,", max_size=30).map(escape),
    st.text(alphabet="漏水。a ”3.5", min_size=1, max_size=30).map(
        lambda text: f"<b>{escape(text)}</b>"
    ),
    st.text(alphabet="漏水a ", min_size=1).map(lambda t: f"<blockquote><b>{t}</b></blockquote>"),
    st.sampled_from(["3.5만원", "38,500元", "2026. 11. 23.", "0433-1234567", "12348.gov.cn"]),
)
NUMBER = re.compile(r"\d(?:[.,:/-]?\d)*")


def plain(html: str) -> str:
    return unescape(re.sub(r"<[^>]*>", "", html))


def units(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


@given(st.lists(PIECE, max_size=40).map("".join), st.integers(8, 60))
def test_no_part_is_too_long_and_nothing_is_lost(html: str, longest: int) -> None:
    found = parts(html, longest)

    assert all(units(plain(part)) <= longest for part in found)
    bare = "".join(plain(part) for part in found)
    assert bare.split() == plain(html).split() or bare == plain(html)
    for part in found:
        assert part.count("<b>") == part.count("</b>")
        assert part.count("<blockquote>") == part.count("</blockquote>")


WORDS = st.lists(
    st.one_of(
        st.sampled_from(
            ["3.5만원", "38,500元", "12:30", "0433-1234567", "１２.５", "물이 샙니다. "]
        ),
        st.text(alphabet="漏水。！？”」)a. !가다😀&0123456789", min_size=1, max_size=20),
    ),
    max_size=40,
).map("".join)


@given(WORDS, st.integers(24, 60))
@example("값은 3.5만원입니다 " * 9, 24)
def test_the_parts_joined_are_the_text_and_no_number_is_cut(text: str, longest: int) -> None:
    found = [plain(part) for part in parts(escape(text), longest)]

    assert all(units(part) <= longest for part in found)
    if "".join(found) != text:
        assert "".join(found).split() == text.split(), "a part of nothing but space is left out"
        return
    cuts = set(accumulate(len(part) for part in found[:-1]))
    for number in NUMBER.finditer(text):
        if number.end() - number.start() < longest / 2:
            assert not cuts & set(range(number.start() + 1, number.end())), number


def test_it_is_cut_where_a_sentence_ends() -> None:
    assert parts("第一句话。第二句话很长很长", 9) == ["第一句话。", "第二句话很长很长"]
    assert parts("물이 샙니다. 아주 많이 샙니다", 12) == ["물이 샙니다.", " 아주 많이 샙니다"]


@pytest.mark.parametrize(
    ("text", "longest", "found"),
    [
        ("한 달 월세가 3.5만원", 10, ["한 달 월세가 ", "3.5만원"]),
        ("房租每月38,500元不交", 9, ["房租每月", "38,500元不交"]),
        (
            "다음 만남의 날짜는 2026. 11. 23. 월요일",
            20,
            ["다음 만남의 날짜는 ", "2026. 11. 23. 월요일"],
        ),
        ("请看12348.gov.cn上的话吧", 14, ["请看12348.gov.cn", "上的话吧"]),
        ("他说：“不交。”我就走了没回来", 10, ["他说：“不交。”", "我就走了没回来"]),
        ("真的吗？！……我不相信他说的话", 10, ["真的吗？！……", "我不相信他说的话"]),
        ('그는 "싫다." 하고 나갔다', 12, ['그는 "싫다."', " 하고 나갔다"]),
        (
            "第一句话。<b>第二句。</b>第三句话很长",
            12,
            ["第一句话。<b>第二句。</b>", "第三句话很长"],
        ),
    ],
)
def test_numbers_names_and_closing_marks_stay_whole(
    text: str, longest: int, found: list[str]
) -> None:
    assert parts(text, longest) == found


def test_a_number_longer_than_a_message_is_cut_all_the_same() -> None:
    assert parts("1" * 25, 10) == ["1" * 10, "1" * 10, "1" * 5]


def test_what_fits_is_left_as_it_is() -> None:
    assert parts("<b>短</b>") == ["<b>短</b>"]
