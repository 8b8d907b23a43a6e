"""The composition root: everything that runs is made and joined here, for the office, the sandbox and the tests alike.

Law: nobody below this file makes a clock, a key, a thread or a connection; they are handed down.
"""

import asyncio
import contextlib
import logging
import signal
from collections.abc import Awaitable, Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session
from telegram import Bot, LinkPreviewOptions
from telegram.constants import ParseMode
from telegram.error import InvalidToken, TelegramError
from telegram.ext import Application, ContextTypes, Defaults
from telegram.request import BaseRequest

import handlers
from bot import fetcher
from bot.alarm import Raw
from bot.clock import Clock, Rest, SandboxClock, SystemClock
from bot.evidence_store import EvidenceFolder
from bot.fetching import Fetching
from bot.inbox import Inbox, TokenRefused
from bot.leadership import Leadership
from bot.records import Outbox
from bot.sender import Sender
from bot.settings import Settings
from bot.strict import AnyApplication, StrictApplication
from bot.ticker import Ticker
from bot.transport import Transport
from cases import notice_views, sweep
from cases.actions import delivery
from cases.work import Rules, Work
from handlers import danger, notices
from handlers.context import BotContext
from models import schema
from models.sealed import KEYRING, load_keys
from models.store import Store
from models.vocabulary import Nature

log = logging.getLogger(__name__)

START_BACKOFF_S = (0.2, 1.0, 2.0, 5.0, 10.0)  # while Telegram is away at the start
TICK_PATIENCE_S = 5.0  # the sandbox asks again when we are not done by then
STOP_PATIENCE_S = 8.0  # supervisors kill after ten seconds


class StartRefused(Exception):
    """The bot must not start so; the text says why and what to do, in Chinese and English."""


@dataclass(frozen=True, slots=True)
class Gate:
    """The safety gate, and the one message that is sent before it is a row."""

    bot: Bot
    rules: Rules

    def first_words(self, raw: Raw) -> danger.DangerText | None:
        return danger.first_words(raw, self.rules.words)

    async def say(self, words: danger.DangerText) -> int:
        card = words.card
        message = await self.bot.send_message(words.chat_id, card.text, reply_markup=card.markup())
        return message.message_id


class House:
    """The running bot. `handlers.context` finds it in the application's bot_data."""

    def __init__(
        self,
        settings: Settings,
        store: Store,
        clock: Clock,
        rules: Rules,
        *,
        application: AnyApplication,
        polling: BaseRequest,
    ) -> None:
        self.settings = settings
        self.store = store
        self.clock = clock
        self.rules = rules
        self.bot_id = settings.bot_id
        self.application = application
        self.finished: set[int] = set()
        self.said: dict[int, int] = {}
        bot = application.bot
        self.posts = {
            name: Leadership(store, name, settings.lease_s)
            for name in ("poller", "sender", "fetcher")
        }
        said = Outbox(notice_views.view_of, delivery.not_delivered, delivery.failed)
        self.sender = Sender(self, bot, self.posts["sender"], said, notices.render)
        self.inbox = Inbox(
            self,
            application,
            transport=polling,
            leadership=self.posts["poller"],
            danger=Gate(bot, rules),
            update_died=delivery.update_died,
        )
        self.ticker = Ticker(self, sweep, self.inbox.prune)
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="evidence")
        fetching = Fetching(
            bot,
            Transport(connections=fetcher.AT_ONCE, proxy=settings.proxy),
            EvidenceFolder(settings.data_dir),
            self._thread,
            limit=settings.file_bytes,
        )
        self.fetcher = fetcher.Fetcher(self, self.posts["fetcher"], fetching)
        self._tasks: dict[str, asyncio.Task[Any]] = {}
        self._refusal = asyncio.Event()

    @property
    def bot_username(self) -> str:
        """The name after the @; known once Telegram has answered."""
        return str(self.application.bot.username)

    def work(self, session: Session) -> Work:
        """The world of one transaction, at civil now."""
        return Work(session, self.clock.now(), self.rules)

    def wake(self) -> None:
        """A notice was written: let it be sent at once."""
        self.sender.wake()

    def fetch(self) -> None:
        """A file was announced: let it be fetched at once."""
        self.fetcher.wake()

    @property
    def trouble(self) -> str | None:
        """Why not everything moves; None when all is well."""
        return self.inbox.trouble or self.ticker.trouble

    # Life

    async def start(self) -> None:
        """Start everything; waits until Telegram has answered once.

        Raises:
            StartRefused: Telegram does not know the token.
        """
        if isinstance(self.clock, SandboxClock):
            await self.clock.start()
        for name, post in self.posts.items():
            self._keep(f"post {name}", post.hold)
        await self._meet_telegram()
        self.ticker.schedule(self.application, self.settings.beat_s)
        await self.application.start()
        self._keep("sender", self.sender.run)
        self._keep("fetcher", self.fetcher.run)
        self._keep("inbox", self._fetch)
        self._keep("profile", self._introduce, once=True)
        if isinstance(self.clock, SandboxClock):
            clock = self.clock
            self._keep("clock", lambda: clock.watch(self.tick))

    async def stop(self) -> None:
        """Finish what is in hand, give the posts up, close. What is not finished is a row."""
        await self._end("inbox", "profile", "clock")
        await self.inbox.stop(STOP_PATIENCE_S)
        if self.application.running:
            if self.application.job_queue is not None:
                await self.application.job_queue.stop(wait=True)
            await self._drain(1.0)
        if "sender" in self._tasks:
            await self.sender.stop(self._tasks.pop("sender"), STOP_PATIENCE_S)
        if "fetcher" in self._tasks:
            await self.fetcher.stop(self._tasks.pop("fetcher"))
        self._thread.shutdown(cancel_futures=True)
        await self._end(*self._tasks)
        for post in self.posts.values():
            await post.release()
        if self.application.running:
            await self.application.stop()
        with contextlib.suppress(RuntimeError):
            await self.application.shutdown()
        self.store.close()

    async def run(self) -> None:
        """Start, serve until SIGINT or SIGTERM, stop.

        Raises:
            StartRefused: Telegram does not know the token (any more).
        """
        ended = asyncio.Event()
        loop = asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM):
            with contextlib.suppress(NotImplementedError):  # Windows has only KeyboardInterrupt
                loop.add_signal_handler(number, ended.set)
        tasks = [
            asyncio.create_task(self.start()),
            asyncio.create_task(ended.wait()),
            asyncio.create_task(self._refusal.wait()),
        ]
        try:
            await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
            if tasks[0].done():
                await tasks[0]
                await asyncio.wait(tasks[1:], return_when=asyncio.FIRST_COMPLETED)
            if self._refusal.is_set():
                raise _unknown_token()
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            await self.stop()

    async def tick(self) -> Rest:
        """Do all that is due at this civil instant; says what is left, and when something is next due."""
        await self.ticker.beat()
        self.wake()
        await self._drain(TICK_PATIENCE_S)
        now = self.clock.now()
        next_due = await self.store.look(lambda s: sweep.next_due(s, now))
        return Rest(next_due, await self._pending())

    async def _pending(self) -> int:
        # in this order: what an update caused is there to be counted when the update no longer is
        unfinished = await self.store.look(self.inbox.unfinished)
        files = await self.store.look(self.fetcher.pending)
        sendable, _ = await self.store.look(self.sender.counts)
        return unfinished + files + sendable

    async def _drain(self, patience_s: float) -> None:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(patience_s):
                pause_s = 0.005
                while await self._pending() and not self.sender.is_away:
                    await asyncio.sleep(pause_s)
                    pause_s = min(0.1, pause_s * 1.5)

    # Parts

    async def _meet_telegram(self) -> None:
        failures = 0
        while True:
            try:
                await self.application.initialize()
            except InvalidToken:
                raise _unknown_token() from None
            except TelegramError as error:
                if failures == 0:
                    log.warning(
                        "Telegram is away", extra={"action": "start_waits", "why": str(error)}
                    )
                await asyncio.sleep(START_BACKOFF_S[min(failures, len(START_BACKOFF_S) - 1)])
                failures += 1
            else:
                return

    async def _fetch(self) -> None:
        try:
            await self.inbox.run()
        except TokenRefused:
            log.critical("Telegram does not know this token", extra={"action": "token_refused"})
            self._refusal.set()

    async def _introduce(self) -> None:
        """Set what people see before they start: best effort, and only by the one who fetches."""
        await self.posts["poller"].leading()
        introduce: Callable[[Bot], Awaitable[object]] | None = getattr(handlers, "introduce", None)
        if introduce is None:
            return
        try:
            await introduce(self.application.bot)
        except TelegramError as error:
            log.warning(
                "the profile was not set", extra={"action": "profile_failed", "why": str(error)}
            )

    def _keep(
        self, name: str, work: Callable[[], Coroutine[Any, Any, None]], *, once: bool = False
    ) -> None:
        self._tasks[name] = asyncio.create_task(_kept(name, work, once=once), name=name)

    async def _end(self, *names: str) -> None:
        tasks = [self._tasks.pop(name) for name in names if name in self._tasks]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def _kept(name: str, work: Callable[[], Coroutine[Any, Any, None]], *, once: bool) -> None:
    """Run a part, and run it again should a mistake of ours end it: the rows know where it was."""
    while True:
        try:
            await work()
        except Exception:
            log.exception("a part ended", extra={"action": "part_ended", "part": name})
            if not once:
                await asyncio.sleep(1.0)
                continue
        return


def build(
    settings: Settings, clock: Clock | None = None, request: BaseRequest | None = None
) -> House:
    """Make the bot: keys, database, rules, application and all parts, joined and not yet started.

    Args:
        settings: what the office set.
        clock: civil time, when it is neither this machine's nor the sandbox's.
        request: the way to Telegram, when it is not the network; shared by polling and sending.

    Raises:
        StartRefused: the database belongs to the other world (sandbox or live).
    """
    _open_keys(settings)
    store = open_store(settings)
    rules = Rules.load(
        policy=settings.policy,
        words=settings.words,
        hotline=settings.hotline,
        content=settings.content,
    )
    if clock is None:
        clock = SandboxClock(settings.clock_url) if settings.in_sandbox else SystemClock()
    polling = request or Transport(connections=4, proxy=settings.proxy)
    application = _application(settings, polling, request or Transport(proxy=settings.proxy))
    house = House(settings, store, clock, rules, application=application, polling=polling)
    application.bot_data["house"] = house
    handlers.register(application)
    return house


def open_store(settings: Settings) -> Store:
    """The office's database, at the newest schema and of the right nature."""
    settings.data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    store = Store(settings.database)
    schema.upgrade(store.engine)
    nature = Nature.SANDBOX if settings.in_sandbox or settings.demo else Nature.LIVE
    try:
        store.transact(lambda session: schema.stamp(session, nature))
    except schema.WrongNature:
        store.close()
        raise _wrong_nature(nature) from None
    return store


def _open_keys(settings: Settings) -> None:
    keys, made = load_keys(settings.key_file)
    for key in keys:
        KEYRING.add(key)
    if made:
        log.warning(
            "新密钥已生成,请抄存一份 / new keys were made; a copy is due",
            extra={"action": "keys_made", "file": str(settings.key_file)},
        )


def _application(settings: Settings, polling: BaseRequest, sending: BaseRequest) -> AnyApplication:
    built: AnyApplication = (
        Application.builder()
        .application_class(StrictApplication)
        .token(settings.token)
        .base_url(f"{settings.api_base_url}/bot")
        .base_file_url(f"{settings.api_base_url}/file/bot")
        .updater(None)
        .request(sending)
        .get_updates_request(polling)
        .context_types(ContextTypes(context=BotContext))
        .defaults(
            Defaults(
                parse_mode=ParseMode.HTML,
                tzinfo=settings.zone,
                link_preview_options=LinkPreviewOptions(is_disabled=True),
            )
        )
        .build()
    )
    return built


def _unknown_token() -> StartRefused:
    return StartRefused(
        "Telegram 不认识 GRIDWHISTLE_BOT_TOKEN 中的令牌,请向 BotFather 核对 / "
        "Telegram does not know the token in GRIDWHISTLE_BOT_TOKEN; check it with BotFather."
    )


def _wrong_nature(wanted: Nature) -> StartRefused:
    if wanted is Nature.LIVE:
        return StartRefused(
            "这个数据库是演练用的,里面是虚构的人,不能用于真实运行。请换一个数据库,或设置 GRIDWHISTLE_DEMO=true 作演示 / "
            "This database is a sandbox with invented people. Take another one, "
            "or set GRIDWHISTLE_DEMO=true for a demonstration."
        )
    return StartRefused(
        "这个数据库是真实运行用的,不能用于演练或演示。请换一个数据库 / "
        "This database is live and cannot be used for a sandbox or a demonstration. Take another one."
    )
