"""A long text in parts: none too long, none of it lost, and bold stays bold."""

import re
from html import escape, unescape

from hypothesis import given
from hypothesis import strategies as st

from bot.parts import parts

PIECE = st.one_of(
    st.text(alphabet="漏水。a. !\n가다😀&<", max_size=30).map(escape),
    st.text(alphabet="漏水。a ", min_size=1, max_size=30).map(
        lambda text: f"<b>{escape(text)}</b>"
    ),
    st.text(alphabet="漏水a ", min_size=1).map(lambda t: f"<blockquote><b>{t}</b></blockquote>"),
)


def plain(html: str) -> str:
    return unescape(re.sub(r"<[^>]*>", "", html))


@given(st.lists(PIECE, max_size=40).map("".join), st.integers(8, 60))
def test_no_part_is_too_long_and_nothing_is_lost(html: str, longest: int) -> None:
    found = parts(html, longest)

    assert all(len(plain(part).encode("utf-16-le")) // 2 <= longest for part in found)
    bare = "".join(plain(part) for part in found)
    assert bare.split() == plain(html).split() or bare == plain(html)
    for part in found:
        assert part.count("<b>") == part.count("</b>")
        assert part.count("<blockquote>") == part.count("</blockquote>")


def test_it_is_cut_where_a_sentence_ends() -> None:
    assert parts("第一句话。第二句话很长很长", 9) == ["第一句话。", "第二句话很长很长"]
    assert parts("물이 샙니다. 아주 많이 샙니다", 12) == ["물이 샙니다.", " 아주 많이 샙니다"]


def test_what_fits_is_left_as_it_is() -> None:
    assert parts("<b>短</b>") == ["<b>短</b>"]
