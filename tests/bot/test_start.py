"""The start: while Telegram or the database is away somebody watches, and nothing is held that another could use."""

import asyncio
import gc
import socket
from pathlib import Path

import pytest
from pydantic import SecretStr
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

import bot.app
from bot.app import build, built
from bot.house import House
from bot.inbox import AWAY
from bot.leadership import Leadership
from bot.sandbox.sandbox import Sandbox
from bot.second_way import SecondWay
from bot.settings import Mode, Settings
from bot.webhook_command import bring_to
from cases.outbox import NoticeKind
from models.notice import Notice
from models.person import Person
from models.rows import put
from models.vocabulary import NoticeState, Urgent
from tests.bot.conftest import Until
from tests.bot.small_house import MORNING


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


async def test_what_hangs_in_a_beat_does_not_keep_a_stop(
    telegram: Sandbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.house.BEAT_STOP_S", 0.1)
    house = build(settings_of(telegram, tmp_path))
    await house.start()
    begun, ended = asyncio.Event(), asyncio.Event()

    async def hangs(_context: object) -> None:
        begun.set()
        await ended.wait()

    assert house.application.job_queue is not None
    house.application.job_queue.run_once(hangs, 0)
    await begun.wait()
    stopping = asyncio.create_task(house.stop())
    done, _ = await asyncio.wait([stopping], timeout=20)
    ended.set()
    await stopping
    assert done


async def test_what_a_former_sender_left_is_looked_for_as_soon_as_the_post_is_held(
    telegram: Sandbox, tmp_path: Path, until: Until, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.sender.IDLE_S", 60.0)  # nothing else makes it look
    settings = settings_of(telegram, tmp_path)
    house = build(settings.model_copy(update={"clock_url": "", "lease_s": 0.5}))
    former = Leadership(house.store, "sender", 60.0, holder="former")
    holding = asyncio.create_task(former.hold())
    fence = await former.leading()

    def left(session: Session) -> int:
        person = Person(telegram_id=7_000_000, created_at=MORNING)
        put(session, person)
        notice = Notice(
            person_id=person.id,
            kind=NoticeKind.CLOSED,
            urgent=Urgent.NOTICE,
            facts={},
            state=NoticeState.SENDING,
            fence=fence,
            created_at=MORNING,
            due_at=MORNING,
        )
        put(session, notice)
        return notice.id

    number = house.store.transact(left)
    await house.start()
    try:
        await asyncio.sleep(0.2)  # it sleeps, without the post
        assert house.posts_held["sender"] is False
        holding.cancel()
        await former.release()
        await until(
            lambda: (
                house.store.read(lambda s: s.get_one(Notice, number).state)
                is not NoticeState.SENDING
            )
        )
    finally:
        await house.stop()


async def test_a_webhook_that_somebody_deleted_is_a_trouble_of_the_house(
    telegram: Sandbox, tmp_path: Path, until: Until, told: list[str]
) -> None:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port = one.getsockname()[1]
    settings = settings_of(telegram, tmp_path).model_copy(
        update={
            "mode": Mode.WEBHOOK,
            "webhook_url": f"http://127.0.0.1:{port}/telegram",
            "webhook_secret": SecretStr("a-secret"),
            "listen": f"127.0.0.1:{port}",
        }
    )
    house = build(settings)
    house.webhook._asks_every_s = 0.05
    telegram.telegram.profile.webhook = {"url": settings.webhook_url}
    await house.start()
    try:
        await until(lambda: house.posts_held["poller"])
        await asyncio.sleep(0.2)
        assert [house.trouble] == [None]
        telegram.telegram.profile.webhook = {}
        await until(lambda: any("webhook_elsewhere" in words for words in told))
        assert house.trouble == "webhook_elsewhere"
        await bring_to(house.application.bot, settings)
        await until(lambda: house.trouble is None)
        assert house.counted["updates_turned_away"] == 0
    finally:
        await house.stop()


def test_what_a_program_has_loaded_is_not_looked_through_again_by_each_collection(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    loaded: list[list[int]] = [[] for _ in range(3)]
    monkeypatch.setattr(bot.app, "build", lambda _settings: loaded)
    gc.unfreeze()
    try:
        built(Settings(bot_token=SecretStr("1:A"), data_dir=tmp_path))
        assert gc.get_freeze_count() > len(loaded)
        assert not any(one is loaded for one in gc.get_objects())
    finally:
        gc.unfreeze()


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
