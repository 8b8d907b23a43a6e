"""Who may come in, without a browser: loopback by its own name, or the token in the address; only the page itself acts."""

import io
import re
from http import HTTPStatus
from pathlib import Path

import aiohttp
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot import font
from bot.sandbox.entities import parse_html, utf16_length
from bot.sandbox.opening import MORNING
from bot.sandbox.page.rich import rich
from bot.sandbox.sandbox import Sandbox
from tests.page.conftest import practising

OURS = {"X-Gridwhistle": "page"}


async def test_the_page_listens_on_loopback_and_answers_only_by_that_name(tmp_path: Path):
    async with practising(tmp_path) as practice, aiohttp.ClientSession() as client:
        address = practice.address
        assert re.fullmatch(r"http://127\.0\.0\.1:\d+/", address)
        for host, status in (("evil.example", 421), ("localhost:80", 200)):
            async with client.get(address, headers={"Host": host}) as answer:
                assert answer.status == status
                assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
        for headers in ({}, {**OURS, "Origin": "http://evil.example"}):
            async with client.post(f"{address}bar/hour", json={}, headers=headers) as answer:
                assert answer.status == HTTPStatus.FORBIDDEN
        for path, body in (
            ("do/nobody/say", {"text": "x"}),
            ("do/judge_bing/fly", {}),
            ("do/judge_bing/tap", {"message": "x", "row": 0, "column": 0, "label": "x"}),
            ("do/judge_bing/location", {"latitude": 91, "longitude": 0}),
            ("do/judge_bing/location", {"latitude": "nan", "longitude": 0}),
            ("do/judge_bing/tap", {"message": "inf", "row": 0, "column": 0, "label": "x"}),
            ("do/judge_bing/photo", {}),
            ("people", {"name": " ", "language": "zh"}),
            ("bar/until", {"at": "tomorrow"}),
            ("bar/fault", {"which": "war", "on": True}),
        ):
            async with client.post(f"{address}{path}", json=body, headers=OURS) as answer:
                assert 400 <= answer.status < 500, path
        big = b'{"text": "' + b"x" * (1 << 20) + b'"}'
        async with client.post(
            f"{address}do/judge_bing/say", data=io.BytesIO(big), headers=OURS
        ) as answer:
            assert answer.status == HTTPStatus.REQUEST_ENTITY_TOO_LARGE
        async with client.get(f"{address}file/../../etc/passwd") as answer:
            assert answer.status == HTTPStatus.NOT_FOUND


async def test_the_telegram_of_each_practice_has_a_token_of_its_own(tmp_path: Path):
    async with Sandbox.open(at=MORNING) as one, Sandbox.open(at=MORNING) as another:
        assert one.bot_id == another.bot_id, "rows of a kept database belong to it"
        assert len(one.token.partition(":")[2]) >= 32
        async with aiohttp.ClientSession() as client:
            for token, status in ((one.token, 200), (another.token, 401)):
                async with client.get(f"{one.base_url}/bot{token}/getMe") as answer:
                    assert answer.status == status


async def test_beyond_loopback_the_address_bears_a_token_and_nothing_answers_without_it(
    tmp_path: Path,
):
    async with practising(tmp_path, host="0.0.0.0") as practice, aiohttp.ClientSession() as client:
        found = re.fullmatch(r"http://[^/]+:(\d+)/([\w-]{20,})/", practice.address)
        assert found is not None
        here = f"http://127.0.0.1:{found[1]}"
        for path, status in (
            ("/", 404),
            ("/stream", 404),
            ("/static/page.css", 404),
            (f"/{found[2][:-1]}/", 404),
            (f"/{found[2]}/", 200),
            (f"/{found[2]}/static/page.css", 200),
        ):
            async with client.get(f"{here}{path}") as answer:
                assert answer.status == status, path
        assert practice.opened.sandbox.base_url.startswith("http://127.0.0.1:")


async def test_the_same_taps_give_the_same_screen(tmp_path: Path):
    seen = []
    for run in ("first", "second"):
        async with practising(tmp_path / run) as practice, aiohttp.ClientSession() as client:
            resident = practice.opened.person("resident_jia")
            await resident.starts("g_222401002002003_ko")
            await resident.says("웃집에서 물이 새여 천정이 다 젖었습니다.")
            await resident.taps("보내기")
            for path in ("phone/resident_jia?lang=ko", "phone/mediator_yi?lang=zh"):
                async with client.get(f"{practice.address}{path}") as answer:
                    seen.append(await answer.text())

    assert seen[:2] == seen[2:]
    assert "123-" in seen[0]


@given(st.text(max_size=80), st.data())
def test_no_text_and_no_entity_makes_a_tag_of_its_own(text: str, data: st.DataObject):
    end = utf16_length(text)
    kinds = st.sampled_from(
        ["bold", "pre", "spoiler", "text_link", "url", "bot_command", "custom_emoji"]
    )
    places = st.integers(0, end + 2)
    entities = data.draw(
        st.lists(
            st.builds(
                lambda kind, offset, length: {
                    "type": kind, "offset": offset, "length": length,
                    "url": "javascript:alert(1)//<b>",
                },
                kinds, places, places,
            ),
            max_size=4,
        )
    )  # fmt: skip

    html = str(rich(text, entities, "bot"))

    tags = set(re.findall(r"<(/?\w+)", html))
    assert tags <= {"strong", "/strong", "pre", "/pre", "span", "/span", "button", "/button"}
    assert "href" not in re.sub(r"&[^;]*;|[^<>]*(?=<|$)", "", html)


@pytest.mark.parametrize(
    ("source", "html"),
    [
        ("<b>123-0</b> 말", "<strong>123-0</strong> 말"),
        ("<b>a<i>b</i>c</b>", "<strong>a<em>b</em>c</strong>"),
        ("&lt;script&gt;", "&lt;script&gt;"),
        (
            "<blockquote>当<b>事</b>人</blockquote>",
            "<blockquote>当<strong>事</strong>人</blockquote>",
        ),
        (
            '<a href="https://t.me/our_bot?start=g_1">码</a>',
            '<button type="button" class="link" data-start="g_1">码</button>',
        ),
        (
            '<a href="https://t.me/other?start=g_1">码</a>',
            '<span class="address" title="https://t.me/other?start=g_1">码</span>',
        ),
    ],
)
def test_telegrams_formatting_is_shown(source: str, html: str):
    text, entities = parse_html(source)

    assert str(rich(text, entities, "our_bot")) == html


def test_the_font_is_one_whole_face():
    face = font.face()

    assert face[:4] == b"OTTO"
    count = int.from_bytes(face[4:6], "big")
    for number in range(count):
        entry = face[12 + 16 * number : 28 + 16 * number]
        offset, length = int.from_bytes(entry[8:12], "big"), int.from_bytes(entry[12:], "big")
        assert offset % 4 == 0
        assert offset + length <= len(face)
