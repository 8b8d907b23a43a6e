"""The start: while Telegram or the database is away somebody watches, and nothing is held that another could use."""

import asyncio
from pathlib import Path

import pytest
from pydantic import SecretStr
from sqlalchemy.exc import OperationalError

import bot.app
from bot.app import build, built
from bot.deadman import SecondWay
from bot.house import House
from bot.inbox import AWAY
from bot.sandbox.sandbox import Sandbox
from bot.settings import Settings
from tests.bot.conftest import Until


def settings_of(telegram: Sandbox, folder: Path) -> Settings:
    return Settings(
        bot_token=SecretStr(telegram.token),
        api_base_url=telegram.base_url,
        clock_url=f"{telegram.base_url}/sandbox/clock",
        data_dir=folder,
        silence_minutes=0.5 / 60,
    )


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What went the second way."""
    words: list[str] = []

    async def tell(_way: SecondWay, said: str) -> bool:
        words.append(said)
        return True

    monkeypatch.setattr(SecondWay, "tell", tell)
    return words


async def test_while_telegram_is_away_at_the_start_somebody_is_told_and_no_post_is_held(
    telegram: Sandbox, tmp_path: Path, until: Until, told: list[str]
) -> None:
    house = build(settings_of(telegram, tmp_path))
    telegram.telegram.faults.outage = True
    starting = asyncio.create_task(house.start())
    try:
        await until(lambda: any(AWAY in words for words in told))
        assert house.posts_held == dict.fromkeys(("poller", "sender", "fetcher"), False)
        telegram.telegram.faults.outage = False
        await starting
        await until(lambda: all(house.posts_held.values()))
        await until(lambda: house.trouble is None)
    finally:
        starting.cancel()
        await asyncio.gather(starting, return_exceptions=True)
        await house.stop()


def test_a_database_that_is_away_at_the_start_is_told_of_and_its_return_too(
    tmp_path: Path, told: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    failing, made = 4, object()

    def answers_late(_settings: Settings) -> House | object:
        nonlocal failing
        failing -= 1
        if failing:
            raise OperationalError("select 1", {}, OSError("away"))
        return made

    monkeypatch.setattr(bot.app, "build", answers_late)
    monkeypatch.setattr(bot.app, "START_BACKOFF_S", (0.01,))
    house = built(
        Settings(bot_token=SecretStr("1:A"), data_dir=tmp_path, silence_minutes=0.0001 / 60)
    )
    assert house is made
    assert [words[:2] for words in told] == ["网格", "恢复"]
