"""HTML becomes text and entities as at Telegram, and can be shown again."""

import html

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.sandbox.entities import found_in, parse_html, to_html, trimmed, utf16_length
from bot.sandbox.refusal import Refusal


def test_offsets_count_utf16_units() -> None:
    text, entities = parse_html("😀<b>已<i>收</i>到</b> &lt;1 &amp; 2&gt; &#44032;")

    assert text == "😀已收到 <1 & 2> 가"
    assert entities == [
        {"type": "bold", "offset": 2, "length": 3},
        {"type": "italic", "offset": 3, "length": 1},
    ]


@pytest.mark.parametrize(
    ("source", "entity"),
    [
        (
            '<a href="https://a.b/?x=1&amp;y">x</a>',
            {"type": "text_link", "url": "https://a.b/?x=1&y"},
        ),
        ("<code>x</code>", {"type": "code"}),
        ("<pre>x</pre>", {"type": "pre"}),
        ('<pre><code class="language-py">x</code></pre>', {"type": "pre", "language": "py"}),
        ("<blockquote expandable>x</blockquote>", {"type": "expandable_blockquote"}),
        ('<span class="tg-spoiler">x</span>', {"type": "spoiler"}),
        ("<DEL>x</del>", {"type": "strikethrough"}),
    ],
)
def test_each_tag_is_an_entity(source: str, entity: dict[str, object]) -> None:
    assert parse_html(source) == ("x", [{**entity, "offset": 0, "length": 1}])


@pytest.mark.parametrize(
    ("source", "why"),
    [
        ("字<b>x", 'Can\'t find end tag corresponding to start tag "b"'),
        ("字</b>", "Unexpected end tag at byte offset 3"),
        (
            "字<b>x</i>",
            'Unmatched end tag at byte offset 7, expected "</b>", found "</i>"',
        ),
        ("字<br>", 'Unsupported start tag "br" at byte offset 3'),
        ("1 < 2", 'Unsupported start tag "" at byte offset 2'),
        ("字<b", "Unclosed start tag at byte offset 3"),
        ("<b>x</b", "Unclosed end tag at byte offset 4"),
        ('<a href="x>y</a>', 'Empty attribute name in the tag "a" at byte offset 0'),
    ],
)
def test_what_is_not_html_is_refused_in_telegrams_words(source: str, why: str) -> None:
    with pytest.raises(Refusal) as refused:
        parse_html(source)

    assert refused.value.description == f"Bad Request: can't parse entities: {why}"
    assert refused.value.blame


@given(st.text(alphabet=st.characters(exclude_categories=["Cs"])))
def test_escaped_text_always_comes_through(text: str) -> None:
    assert parse_html(html.escape(text)) == (text, [])


_PIECES = st.recursive(
    st.text("字가😀a<&> ", min_size=1, max_size=4).map(
        lambda text: html.escape(text, quote=False)
    ),
    lambda inner: st.tuples(
        st.sampled_from(["b", "i", "u", "s", "code", "blockquote"]),
        st.lists(inner, min_size=1, max_size=3),
    ).map(lambda pair: f"<{pair[0]}>{''.join(pair[1])}</{pair[0]}>"),
    max_leaves=8,
)


@given(st.lists(_PIECES, max_size=4).map("".join))
def test_what_is_shown_again_reads_the_same(source: str) -> None:
    text, entities = parse_html(source)

    assert parse_html(to_html(text, entities)) == (text, entities)
    assert all(e["offset"] + e["length"] <= utf16_length(text) for e in entities)


def test_white_space_around_a_text_is_cut_and_entities_move_along() -> None:
    assert trimmed("\n 字x ", [{"type": "bold", "offset": 2, "length": 3}]) == (
        "字x",
        [{"type": "bold", "offset": 0, "length": 2}],
    )


def test_commands_and_addresses_are_found_in_plain_text() -> None:
    found = found_in("/start g_1 看 https://a.b/c/d 和 /help")

    assert [(e["type"], e["offset"], e["length"]) for e in found] == [
        ("bot_command", 0, 6),
        ("url", 13, 15),
        ("bot_command", 31, 5),
    ]
