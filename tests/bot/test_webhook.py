"""The door: what Telegram brings is answered 200 at commit, and nothing that was answered otherwise is forgotten."""

import asyncio
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any

import aiohttp
import pytest
from pydantic import SecretStr
from sqlalchemy import select, text
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session
from telegram import Bot, Update, WebhookInfo
from telegram.error import InvalidToken, NetworkError, TelegramError
from telegram.ext import Application, ContextTypes, TypeHandler

from bot.chats import Patience
from bot.inbox import Inbox, Polling
from bot.leadership import Leadership
from bot.sandbox.sandbox import Sandbox
from bot.service_checkup import in_webhook
from bot.settings import Mode, Settings
from bot.strict import StrictApplication
from bot.transport import Transport
from bot.web import Web
from bot.webhook import LARGEST_BYTES, SECRET, Door
from bot.webhook_watch import FRESH_S, Deaf, WebhookWatch
from handlers.context import BotContext
from handlers.dialogue import Talk
from handlers.heard import Heard
from models.office import Stamp
from models.update_in import UpdateIn
from models.vocabulary import UpdateState
from tests.bot.small_house import SmallHouse

WORD = "a-secret_word"
RIGHT = {SECRET: WORD}
QUICK = Patience(retry_s=(0.02, 0.04, 0.5, 0.6), chat_waits_s=0.1)


@dataclass
class Gate:
    """Whoever writes "help" is in danger."""

    bot: Bot

    def first_words(self, raw: dict[str, Any]) -> int | None:
        said = raw.get("message", {}).get("text", "")
        return int(raw["message"]["chat"]["id"]) if "help" in said else None

    async def say(self, words: int) -> int:
        return (await self.bot.send_message(words, "call 110")).message_id


@dataclass
class Replica:
    """One bot behind a webhook, whose only handler writes down what it was told."""

    house: SmallHouse
    inbox: Inbox
    door: Door
    web: Web
    url: str
    leadership: Leadership
    before: Callable[[Update], Awaitable[None]] | None = None
    began: list[str] = field(default_factory=list)
    died: list[int] = field(default_factory=list)
    serving: asyncio.Task[None] | None = None

    async def handle(self, heard: Update, context: BotContext) -> None:
        said = (heard.effective_message and heard.effective_message.text) or "?"
        self.began.append(said)
        if self.before is not None:
            await self.before(heard)

        def step(talk: Talk) -> None:
            talk.work.session.add(Stamp(key=f"{heard.update_id}", value=said))

        understood = Heard.of(heard)
        assert understood is not None
        await context.act(heard, understood, step)

    async def knock(self, body: Any, headers: dict[str, str] | None = None) -> tuple[int, str]:
        """The status, and after how many seconds to come again."""
        how: dict[str, Any] = (
            {"data": BytesIO(body)} if isinstance(body, bytes) else {"json": body}
        )
        given = RIGHT if headers is None else headers
        async with (
            aiohttp.ClientSession() as session,
            session.post(self.url, headers=given, **how) as answer,
        ):
            return answer.status, answer.headers.get("Retry-After", "")

    def effects(self) -> list[str]:
        return self.house.store.read(
            lambda s: [stamp.value for stamp in s.scalars(select(Stamp)).all()]
        )

    def rows(self) -> list[UpdateIn]:
        def read(session: Session) -> list[UpdateIn]:
            found = list(session.scalars(select(UpdateIn).order_by(UpdateIn.update_id)))
            session.expunge_all()
            return found

        return self.house.store.read(read)


def says(number: int, words: str, who: int = 501) -> dict[str, Any]:
    person = {"id": who, "is_bot": False, "first_name": "x"}
    chat = {"id": who, "type": "private", "first_name": "x"}
    message = {"message_id": number, "date": 1795395600, "chat": chat, "from": person}
    return {"update_id": number, "message": {**message, "text": words}}


@pytest.fixture
async def open_replica(house: SmallHouse, telegram: Sandbox):
    @asynccontextmanager
    async def opened(holder: str = "one/1/1/x") -> AsyncIterator[Replica]:
        own = SmallHouse(house.store, house.bot_id)
        own.bot_username = "bot"
        sending, polling = Transport(), Transport()
        application = (
            Application.builder()
            .application_class(StrictApplication)
            .token(telegram.token)
            .base_url(f"{telegram.base_url}/bot")
            .updater(None)
            .request(sending)
            .get_updates_request(polling)
            .context_types(ContextTypes(context=BotContext))
            .build()
        )
        application.bot_data["house"] = own
        await application.initialize()
        leadership = Leadership(own.store, "poller", 10.0, holder)
        died: list[int] = []
        inbox = Inbox(
            own,
            application,
            transport=polling,
            leadership=leadership,
            danger=Gate(application.bot),
            update_died=lambda _work, row: died.append(row.update_id),
            patience=QUICK,
            polling=Polling(mend_s=0.1),
            by_webhook=True,
        )
        with socket.socket() as one:
            one.bind(("127.0.0.1", 0))
            port = one.getsockname()[1]
        url = f"http://127.0.0.1:{port}/hook"
        door = Door(url, WORD, inbox.take)
        web = Web([door.route()], ("127.0.0.1", port))
        web.listen()
        replica = Replica(own, inbox, door, web, url, leadership, died=died)
        replica.serving = asyncio.create_task(web.serve())
        application.add_handler(TypeHandler(Update, replica.handle))
        running = [asyncio.create_task(leadership.hold()), asyncio.create_task(inbox.mend())]
        try:
            yield replica
        finally:
            for task in running:
                task.cancel()
            await asyncio.gather(*running, return_exceptions=True)
            await inbox.stop(1.0)
            await web.stop(replica.serving, 1.0)
            await application.shutdown()

    return opened


@pytest.mark.parametrize("given", [{}, {SECRET: ""}, {SECRET: WORD[:-1]}, {SECRET: f"{WORD}ü"}])
async def test_whoever_does_not_know_the_secret_reaches_nothing(open_replica, given):
    async with open_replica() as replica:
        given = {name: value.encode().decode("latin-1") for name, value in given.items()}
        assert await replica.knock(says(1, "let me in"), given) == (403, "")
        assert (replica.began, replica.rows()) == ([], [])


async def test_what_cannot_be_an_update_goes_no_further(open_replica):
    async with open_replica() as replica:
        assert (await replica.knock(b"x" * (LARGEST_BYTES + 1)))[0] == 413
        assert (await replica.knock(b"{nothing"))[0] == 400
        assert (await replica.knock([1]))[0] == 400
        assert (await replica.knock({"update_id": "one"}))[0] == 200  # or it would come for a day
        assert (replica.began, replica.rows()) == ([], [])


async def test_200_is_said_when_it_is_done_and_its_row_says_so(open_replica):
    async with open_replica() as replica:
        assert await replica.knock(says(7, "hello")) == (200, "")
        assert replica.effects() == ["hello"]
        (row,) = replica.rows()
        assert (row.state, row.raw, row.chat_id, row.message_id) == (
            UpdateState.DONE,
            None,
            501,
            7,
        )


async def test_the_same_update_at_two_replicas_at_once_is_done_once(open_replica):
    async with open_replica("one/1/1/x") as one, open_replica("two/1/1/x") as two:
        raw = says(3, "once")
        answers = await asyncio.gather(*(r.knock(raw) for r in (one, two, one, two)))
        assert {status for status, _ in answers} == {200}
        assert one.effects() == ["once"]
        assert (await two.knock(raw))[0] == 200
        assert one.effects() == ["once"]


async def test_a_database_that_cannot_take_it_makes_telegram_bring_it_again(
    open_replica, telegram, until
):
    rename = "alter table {} rename to {}"
    async with open_replica() as replica:
        store = replica.house.store
        store.transact(lambda s: s.execute(text(rename.format("update_in", "gone"))))
        status, again = await replica.knock(says(1, "kept"))
        assert (status, int(again) > 0) == (503, True)
        assert replica.inbox.trouble is not None
        telegram.telegram.courier.pace = 0.01
        telegram.telegram.profile.webhook = {"url": replica.url, "secret_token": WORD}
        await telegram.telegram.courier.go()
        await telegram.person("a").says("kept", settle=False)
        await until(lambda: telegram.telegram.courier.brought > 1)
        assert telegram.telegram.updates.unconfirmed == 1
        store.transact(lambda s: s.execute(text(rename.format("gone", "update_in"))))
        await until(lambda: telegram.telegram.updates.unconfirmed == 0)
        assert replica.effects() == ["kept"]


async def test_danger_is_answered_even_when_the_database_cannot_take_it_and_once(
    open_replica, telegram, until
):
    resident = telegram.person("a")
    await resident.starts(settle=False)
    async with open_replica() as replica:
        store = replica.house.store
        store.transact(lambda s: s.execute(text("alter table update_in rename to gone")))
        for _ in range(2):
            raw = says(9, "help", resident.telegram_id)
            assert (await replica.knock(raw))[0] == 503
        await until(lambda: resident.heard == ["call 110"])
        store.transact(lambda s: s.execute(text("alter table gone rename to update_in")))
        assert (await replica.knock(raw))[0] == 200
    assert resident.heard == ["call 110"]


async def test_a_broken_update_is_kept_and_its_chat_goes_on(open_replica, until):
    async def breaks(heard: Update) -> None:
        if heard.message and heard.message.text == "broken":
            raise ValueError("a mistake of ours")

    async with open_replica() as replica:
        replica.before = breaks
        assert (await replica.knock(says(1, "broken")))[0] == 200
        (row,) = replica.rows()
        assert (row.state, '"broken"' in (row.raw or "")) == (UpdateState.NEW, True)
        assert (await replica.knock(says(2, "after")))[0] == 200
        assert replica.effects() == ["after"]
        replica.house.store.transact(
            lambda s: s.execute(text("update update_in set retry_at = null"))
        )
        await until(lambda: replica.rows()[0].state is UpdateState.DEAD)
        assert (replica.died, replica.rows()[0].attempts) == ([1], 5)


async def test_failures_of_ours_are_not_held_against_it_even_when_it_is_sent_back(open_replica):
    async def fails(_heard: Update) -> None:
        raise OperationalError("select", {}, Exception("the disk is full"))

    async with open_replica() as replica:
        replica.before = fails
        assert (await replica.knock(says(1, "patient")))[0] == 503
        assert replica.rows() == []
        replica.before = None
        assert (await replica.knock(says(1, "patient")))[0] == 200
        assert replica.effects() == ["patient"]


async def test_a_stop_finishes_what_is_in_hand_and_sends_back_what_was_not_begun(
    open_replica, until
):
    hold = asyncio.Event()

    async def waits(_heard: Update) -> None:
        await hold.wait()

    async with open_replica() as replica:
        replica.before = waits
        in_hand = asyncio.create_task(replica.knock(says(1, "in hand")))
        await until(lambda: replica.began == ["in hand"])
        waiting = asyncio.create_task(replica.knock(says(2, "waiting")))
        await until(lambda: replica.inbox.pending == 2)
        stopping = asyncio.create_task(replica.inbox.stop(5.0))
        assert (await waiting)[0] == 503
        hold.set()
        await stopping
        assert (await in_hand)[0] == 200
        assert (await replica.knock(says(3, "too late")))[0] == 503
        assert replica.effects() == ["in hand"]


async def test_a_trouble_of_the_database_ends_with_the_next_look_at_it(open_replica, until):
    rename = "alter table {} rename to {}"
    async with open_replica() as replica:
        store = replica.house.store
        store.transact(lambda s: s.execute(text(rename.format("update_in", "gone"))))
        assert (await replica.knock(says(1, "x")))[0] == 503
        assert replica.inbox.trouble is not None
        store.transact(lambda s: s.execute(text(rename.format("gone", "update_in"))))
        await until(lambda: replica.inbox.trouble is None)
        assert replica.effects() == [], "and nobody had to write for it"


async def test_a_mistake_on_the_way_never_says_200_without_a_row(open_replica, monkeypatch):
    async with open_replica() as replica:

        async def stumble(*_args: Any) -> None:
            raise RuntimeError("nobody thought of this")

        with monkeypatch.context() as patch:
            patch.setattr(replica.inbox.chats, "_finish", stumble)
            assert (await replica.knock(says(1, "kept")))[0] == 503
        assert replica.rows() == []
        assert (await replica.knock(says(1, "kept")))[0] == 200
        assert replica.effects() == ["kept"]


async def test_whoever_knocks_without_the_secret_is_counted_and_told_of_once_a_minute(
    open_replica, caplog
):
    async with open_replica() as replica:
        for _ in range(3):
            assert (await replica.knock(says(1, "let me in"), {SECRET: "another"}))[0] == 403
        assert replica.door.turned_away == 3
    told = [one for one in caplog.records if getattr(one, "action", "") == "secret_refused"]
    assert len(told) == 1
    assert "webhook set" in told[0].message


class Machine:
    """Seconds that pass when they are told to."""

    now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def machine() -> Machine:
    return Machine()


@pytest.fixture
async def watch(
    house: SmallHouse, telegram: Sandbox, machine: Machine
) -> AsyncIterator[WebhookWatch]:
    async with Bot(telegram.token, base_url=f"{telegram.base_url}/bot") as bot:
        post = Leadership(house.store, "poller", 10.0)
        yield WebhookWatch(bot, HOOK, post, asks_every_s=0.05, monotonic=machine)


HOOK = "https://localhost:1/Hook"


async def test_a_webhook_that_is_gone_or_goes_elsewhere_is_a_trouble_until_it_is_set_again(
    watch: WebhookWatch, telegram: Sandbox, until
):
    webhook = telegram.telegram.profile
    running = [asyncio.create_task(watch._post.hold()), asyncio.create_task(watch.watch())]
    try:
        webhook.webhook = {"url": "https://LOCALHOST:1/Hook"}  # as Telegram may write it
        await asyncio.sleep(0.2)
        assert watch.trouble is None
        webhook.webhook = {}
        await until(lambda: watch.trouble is Deaf.ELSEWHERE)
        webhook.webhook = {"url": HOOK}
        await until(lambda: watch.trouble is None)
        webhook.webhook = {"url": HOOK.lower()}
        await until(lambda: watch.trouble is Deaf.ELSEWHERE)
    finally:
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)


@pytest.mark.parametrize(
    ("wrong", "deaf"),
    [
        ("Wrong response from the webhook: 403 Forbidden", Deaf.SECRET),
        ("Connection timed out", Deaf.FAILING),
    ],
)
async def test_updates_that_cannot_be_brought_are_a_trouble_while_it_is_new(
    watch: WebhookWatch, telegram: Sandbox, machine: Machine, wrong: str, deaf: Deaf
):
    courier = telegram.telegram.courier
    telegram.telegram.profile.webhook = {"url": HOOK}
    courier.last_wrong, courier.last_wrong_at = wrong, 1
    await telegram.person("a").says("waits", settle=False)

    assert await looked(watch) is None, "nobody knows how old it is"
    courier.last_wrong_at = 61
    assert await looked(watch) is deaf
    machine.now += FRESH_S
    assert await looked(watch) is None, "it was brought since, and others wait"


@pytest.mark.parametrize(
    ("wrong", "mend"),
    [
        ("Wrong response from the webhook: 403 Forbidden", "gridwhistle webhook set"),
        ("Wrong response from the webhook: 502 Bad Gateway", "the proxy"),
    ],
)
def test_whoever_checks_is_told_a_refused_secret_from_a_broken_way(wrong: str, mend: str):
    settings = Settings(
        bot_token=SecretStr("1:A"),
        mode=Mode.WEBHOOK,
        webhook_url=HOOK,
        webhook_secret=SecretStr(WORD),
    )
    info = WebhookInfo(HOOK, False, 2, last_error_message=wrong)
    (found,) = in_webhook(info, settings)

    assert mend in found.mend
    assert ("secret" in found.en) == ("403" in wrong)


async def test_not_to_reach_telegram_changes_nothing_and_a_token_that_it_does_not_know_does(
    watch: WebhookWatch, telegram: Sandbox
):
    assert await looked(watch) is Deaf.ELSEWHERE
    for wrong, deaf in (
        (NetworkError("away"), Deaf.ELSEWHERE),
        (InvalidToken("Unauthorized"), Deaf.REFUSED),
    ):
        watch._telegram = Refusing(wrong)
        assert await looked(watch) is deaf


async def looked(watch: WebhookWatch) -> Deaf | None:
    await watch.look()
    return watch.trouble


@dataclass
class Refusing:
    """A way to Telegram on which every question ends so."""

    wrong: TelegramError

    async def get_webhook_info(self) -> WebhookInfo:
        raise self.wrong
