"""Nobody's browser is led to the sandbox by another site, and the sandbox itself is led nowhere."""

import asyncio
from http import HTTPStatus
from pathlib import Path

import aiohttp
import pytest

from bot.sandbox import opening
from bot.sandbox.listener import is_loopback
from bot.sandbox.sandbox import Sandbox
from models.vocabulary import Content


@pytest.mark.parametrize(
    ("host", "here"),
    [
        ("127.0.0.1", True),
        ("127.9.9.9", True),
        ("localhost", True),
        ("[::1]", True),
        ("127.attacker.example", False),
        ("localhost.attacker.example", False),
        ("0.0.0.0", False),
        ("", False),
    ],
)
def test_only_an_address_of_this_machine_is_one(host: str, *, here: bool) -> None:
    assert is_loopback(host) is here


@pytest.mark.parametrize(
    "headers",
    [
        {"Host": "127.attacker.example"},
        {"Origin": "http://attacker.example"},
        {"Origin": "null"},
        {"Sec-Fetch-Site": "cross-site"},
    ],
)
async def test_a_page_of_another_site_reaches_no_method(
    sandbox: Sandbox, headers: dict[str, str]
) -> None:
    url = f"{sandbox.base_url}/bot{sandbox.token}/setWebhook?url=http://127.0.0.1:1/"
    async with (
        aiohttp.ClientSession() as client,
        client.get(url, headers=headers) as answer,
    ):
        assert answer.status == HTTPStatus.FORBIDDEN
    assert sandbox.telegram.profile.webhook == {}


@pytest.mark.parametrize(
    "url",
    [
        "https://attacker.example/",
        "http://127.0.0.1.attacker.example/",
        "http://localhost@attacker.example/",
        "file://127.0.0.1/x",
        "http://[127.0.0.1/",
    ],
)
async def test_updates_are_brought_to_this_machine_only(sandbox: Sandbox, url: str) -> None:
    async with (
        aiohttp.ClientSession() as client,
        client.post(
            f"{sandbox.base_url}/bot{sandbox.token}/setWebhook", data={"url": url}
        ) as said,
    ):
        assert said.status == HTTPStatus.BAD_REQUEST
    assert sandbox.telegram.profile.webhook == {}


async def test_what_is_no_number_is_refused_by_the_clock(sandbox: Sandbox) -> None:
    async with aiohttp.ClientSession() as client:
        for query in ("wait=x", "wait=nan", "after=x"):
            async with client.get(f"{sandbox.base_url}/sandbox/clock?{query}") as answer:
                assert answer.status == HTTPStatus.BAD_REQUEST, query
        for body in ("x", "[]", "{}"):
            async with client.post(f"{sandbox.base_url}/sandbox/clock", data=body) as answer:
                assert answer.status == HTTPStatus.BAD_REQUEST, body


async def test_nothing_of_the_offices_own_environment_reaches_the_sandbox_and_taps_wait_in_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in {
        "ALARM_URL": "https://robot.example/secret",
        "LISTEN": "127.0.0.1:1",
        "CONTENT": "number_only",
        "POLICY": str(tmp_path / "none.csv"),
        "WORDS": str(tmp_path / "none.csv"),
    }.items():
        monkeypatch.setenv(f"GRIDWHISTLE_{name}", value)
    async with opening.opened(tmp_path, lambda _line: None) as town:
        settings = town.house.settings
        assert not settings.alarm_url.get_secret_value()
        assert settings.listens is None
        assert settings.content is Content.FULL
        assert (settings.policy, settings.words) == (None, None)
        await asyncio.gather(town.stop_bot(), town.stop_bot())
        await asyncio.gather(town.start_bot(), town.start_bot())
        await town.sandbox.settle()
