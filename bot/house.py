"""The running bot: its parts, what they ask of one another, and how they begin and end together.

Laws: one part that ends by a mistake of ours is begun again; whoever stops finishes what it holds, and what is left is a row.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import platform
import signal
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from sqlalchemy.orm import Session
from starlette.routing import BaseRoute
from telegram import Bot
from telegram.error import InvalidToken, RetryAfter, TelegramError
from telegram.request import BaseRequest

import handlers
from bot import fetcher
from bot.alarm import Raw
from bot.all_clear import AllClear
from bot.blame import seconds
from bot.clock import Clock, Rest, SandboxClock
from bot.deadman import DeadMan, Pulses
from bot.evidence_elsewhere import kept_by
from bot.fetching import Fetching
from bot.health import Health
from bot.inbox import AWAY, Inbox, TokenRefused
from bot.leadership import Leadership
from bot.limits import FAQ, UNPACED, Budget
from bot.records import Outbox
from bot.second_way import SecondWay
from bot.sender import Sender
from bot.settings import Mode, Settings
from bot.spokesman import Spokesman
from bot.strict import AnyApplication
from bot.taps import Taps
from bot.ticker import Ticker
from bot.transport import Transport
from bot.watchdog import Watchdog
from bot.webhook import Door
from bot.webhook_watch import WebhookWatch
from cases import drafts, notice_views, roster_record, sweep
from cases.actions import delivery
from cases.work import Rules, Work
from handlers import notices
from handlers.danger import danger
from models.store import Store, machine_now

if TYPE_CHECKING:
    from bot.backoffice.office import BackOffice
    from bot.nudges import Nudges
    from bot.web import Web

log = logging.getLogger(__name__)

START_BACKOFF_S = (0.2, 1.0, 2.0, 5.0, 10.0)  # while Telegram is away at the start
TICK_PATIENCE_S = 5.0  # the sandbox asks again when we are not done by then
STOP_PATIENCE_S = 8.0  # for what is in hand, and once more for what is on its way out
WEB_STOP_S = 4.0
OFFICE_STOP_S = 3.0
BEAT_STOP_S = 5.0  # for the case that is being swept
DRAIN_S = 1.0
POSTS_STOP_S = 5.0  # for their rows; one that is not given up is taken over when its lease ends
#: What a stop takes at most. Whoever kills must wait longer: TimeoutStopSec and stop_grace_period in deploy/.
STOP_S = 2 * STOP_PATIENCE_S + WEB_STOP_S + OFFICE_STOP_S + BEAT_STOP_S + DRAIN_S + POSTS_STOP_S


class StartRefused(Exception):
    """The bot must not start so; the text says why and what to do, in Chinese and English."""


@dataclass(frozen=True, slots=True)
class Gate:
    """The safety gate, and the one message that is sent before it is a row."""

    bot: Bot
    rules: Rules
    count: Callable[[], None]

    def first_words(self, raw: Raw) -> danger.DangerText | None:
        return danger.first_words(raw, self.rules.words)

    async def say(self, words: danger.DangerText) -> int:
        card = words.card
        message = await self.bot.send_message(words.chat_id, card.text, reply_markup=card.markup())
        self.count()
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
        self.silence_s = settings.silence_minutes * 60
        self.pulses = Pulses(store)
        self.deadman = DeadMan(self, self.pulses, second_way(settings), self.silence_s)
        spokesman = Spokesman(store, self.deadman.look_every_s)
        self.deadman.spokesman, self.deadman.all_clear = spokesman, AllClear(store, spokesman)
        self.watchdog = Watchdog(second_way(settings))
        self._unmet: str | None = None
        self.posts = {
            name: Leadership(store, name, settings.lease_s)
            for name in ("poller", "sender", "fetcher")
        }
        said = Outbox(
            notice_views.read_ahead,
            notice_views.view_of,
            delivery.not_delivered,
            delivery.failed,
        )
        self.budget = Budget(UNPACED if settings.in_sandbox else FAQ)
        self.sender = Sender(
            self,
            bot,
            self.posts["sender"],
            said,
            notices.render,
            budget=self.budget,
            beside=[self.posts["fetcher"]],
        )
        self.taps = Taps(bot)
        self.inbox = Inbox(
            self,
            application,
            transport=polling,
            leadership=self.posts["poller"],
            danger=Gate(bot, rules, self._count_one),
            update_died=delivery.update_died,
            by_webhook=settings.mode is Mode.WEBHOOK,
            taps=self.taps,
        )
        self.door = Door(
            settings.webhook_url, settings.webhook_secret.get_secret_value(), self._take
        )
        self.webhook = WebhookWatch(bot, settings.webhook_url, self.posts["poller"])
        self.web = _web(settings.listens, self._routes)
        self.back_office = _back_office(self)
        self.nudges = _nudges(store, self.sender, settings)
        self.ticker = Ticker(self, sweep, self._prune)
        self._counting: set[asyncio.Task[None]] = set()
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="evidence")
        fetching = Fetching(
            bot,
            Transport(connections=fetcher.AT_ONCE, proxy=settings.proxy),
            kept_by(settings, lambda: store.read(drafts.kept_before)),
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

    @property
    def office_url(self) -> str:
        """Where the back office is found; empty: there is none."""
        return self.back_office.address if self.back_office is not None else ""

    def work(self, session: Session) -> Work:
        """The world of one transaction, at civil now."""
        return Work(session, self.clock.now(), self.rules)

    def was_answered(self, update_id: int) -> bool:
        """Whether a tap has had its answer already."""
        return self.taps.was_answered(update_id)

    def wake(self) -> None:
        """A notice was written: let it be sent at once, by whichever process sends."""
        self.sender.wake()
        if self.nudges is not None and self.posts["sender"].fence is None:
            self.nudges.call()

    def fetch(self) -> None:
        """A file was announced: let it be fetched at once."""
        self.fetcher.wake()

    def _prune(self, session: Session) -> int:
        self.budget.prune(session)
        return self.inbox.prune(session) + roster_record.shred(self.work(session))

    def room_in_group(self, chat_id: int) -> bool:
        """Whether a group may be answered now; if so, the answer is counted."""
        if not self.budget.takes_in_group(chat_id):
            return False
        self._count_one()
        return True

    def group_rests(self, chat_id: int, told: RetryAfter) -> None:
        """Telegram wants this group to be left alone for a while."""
        self.budget.rests(chat_id, seconds(told))

    def _count_one(self) -> None:
        """What goes out without a row counts all the same, for whoever sends in this second."""

        async def count() -> None:
            with contextlib.suppress(Exception):  # a lost count costs at most a 429
                await self.store.act(lambda s: self.budget.spend(s, 1, machine_now(s)))

        task = asyncio.create_task(count())
        self._counting.add(task)
        task.add_done_callback(self._counting.discard)

    @property
    def trouble(self) -> str | None:
        """Why not everything moves; None when all is well."""
        return (
            self._unmet
            or self.inbox.trouble
            or self.webhook.trouble
            or self.ticker.trouble
            or self.fetcher.trouble
        )

    async def _take(self, raw: Raw) -> bool:
        """An update that a webhook brought; one that comes before we can work is to come again."""
        return self.ready and await self.inbox.take(raw)

    def _routes(self) -> list[BaseRoute]:
        """What is answered: whoever balances between replicas asks for health, Telegram knocks at the door."""
        by_webhook = self.settings.mode is Mode.WEBHOOK
        return [*Health(self).routes(), *([self.door.route()] if by_webhook else [])]

    @property
    def ready(self) -> bool:
        """Whether updates may be brought here."""
        return self.application.running and not self.inbox.chats.stopping

    @property
    def posts_held(self) -> dict[str, bool]:
        return {name: post.fence is not None for name, post in self.posts.items()}

    @property
    def counted(self) -> dict[str, int]:
        """What this process has done since it started, for /metrics."""
        return {
            "updates_taken": self.door.taken,
            "updates_sent_back": self.door.sent_back,
            "updates_turned_away": self.door.turned_away,
            "messages_sent": self.sender.sent,
            "floods": self.sender.floods,
        }

    # Life

    async def start(self) -> None:
        """Start everything; waits until Telegram has answered once.

        Until then somebody watches, and no post is held: another process that does reach Telegram shall have them.

        Raises:
            StartRefused: Telegram does not know the token.
        """
        if self.web is not None:
            self.web.listen()
            self._keep("web", self.web.serve)
        if self.back_office is not None:
            self._keep("back office", self.back_office.serve)
        if isinstance(self.clock, SandboxClock):
            await self.clock.start()
        self._keep("deadman", self._watch)
        await self._meet_telegram()
        for name, post in self.posts.items():
            self._keep(f"post {name}", post.hold)
        await self._look_back()
        self.ticker.schedule(self.application, self.settings.beat_s)
        await self.application.start()
        self._keep("sender", self.sender.run)
        self._keep("first look", self._look_at_once, once=True)
        self._keep("fetcher", self.fetcher.run)
        if self.nudges is not None:
            self._keep("nudges", self.nudges.listen)
        self._keep("inbox", self._fetch)
        if self.settings.mode is Mode.WEBHOOK:
            self._keep("webhook", self.webhook.watch)
        self._keep("profile", self._introduce, once=True)
        if isinstance(self.clock, SandboxClock):
            clock = self.clock
            self._keep("clock", lambda: clock.watch(self.tick))

    async def stop(self) -> None:
        """Finish what is in hand, give the posts up, close. What is not finished is a row."""
        self.ticker.stop()
        await self._end("inbox", "webhook", "profile", "clock", "deadman")
        await self.inbox.stop(STOP_PATIENCE_S)
        if self.web is not None:
            await self.web.stop(self._tasks.pop("web", None), WEB_STOP_S)
        if self.back_office is not None:
            await self.back_office.stop(self._tasks.pop("back office", None), OFFICE_STOP_S)
        if self.application.running:
            if self.application.job_queue is not None:
                async with _at_most(BEAT_STOP_S):
                    await self.application.job_queue.stop(wait=True)
                await self.application.job_queue.stop(wait=False)
            async with _at_most(DRAIN_S):
                await self._drain(DRAIN_S)
        if "sender" in self._tasks:
            await self.sender.stop(self._tasks.pop("sender"), STOP_PATIENCE_S)
        if "fetcher" in self._tasks:
            await self.fetcher.stop(self._tasks.pop("fetcher"))
        self._thread.shutdown(wait=False, cancel_futures=True)  # what is being put is put again
        await self._end(*self._tasks)
        async with _at_most(POSTS_STOP_S):
            if self.nudges is not None:
                await self.nudges.stop()
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
        turning = asyncio.create_task(self.watchdog.turn())
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
            for task in (*tasks, turning):
                task.cancel()
            await asyncio.gather(*tasks, turning, return_exceptions=True)
            await self.stop()

    async def tick(self) -> Rest:
        """Do all that is due at this civil instant; says what is left, and when something is next due."""
        await self.ticker.beat()
        self.wake()
        return await self._drain(TICK_PATIENCE_S)

    def _left(self, session: Session, *, is_last: bool) -> Rest:
        # in this order: what an update caused is there to be counted when the update no longer is
        unfinished = self.inbox.unfinished(session)
        files = self.fetcher.pending(session)
        pending = unfinished + files + self.sender.pending(session)
        if pending and not is_last:
            return Rest(None, pending)
        return Rest(sweep.next_due(session, self.clock.now()), pending)

    async def _drain(self, patience_s: float) -> Rest:
        """Wait until nothing is left to do at this instant, or for so long; says what is left then."""
        ends, pause_s = time.monotonic() + patience_s, 0.005
        while True:
            is_last = self.sender.is_away or time.monotonic() >= ends
            # what this process has in hand it knows by itself: the database is asked when its hands are empty
            if is_last or not self._busy:
                left = await self.store.look(partial(self._left, is_last=is_last))
                if is_last or not left.pending:
                    return left
                pause_s = min(0.1, pause_s * 1.5)
            await asyncio.sleep(0.005 if self._busy else pause_s)

    @property
    def _busy(self) -> bool:
        return self.inbox.pending > 0 or self.budget.under_way > 0

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
                self._unmet = AWAY
                await asyncio.sleep(START_BACKOFF_S[min(failures, len(START_BACKOFF_S) - 1)])
                failures += 1
            else:
                self._unmet = None
                return

    async def _look_back(self) -> None:
        """Say what was missed while nobody lived; the start does not wait for a database that is away."""
        try:
            await self.deadman.look_back()
        except Exception:
            log.exception("could not look back", extra={"action": "look_back_failed"})

    async def _watch(self) -> None:
        while True:
            await asyncio.sleep(self.deadman.look_every_s)
            await self.deadman.look()

    async def _fetch(self) -> None:
        try:
            if self.settings.mode is Mode.WEBHOOK:
                await self.inbox.mend()
            else:
                await self.inbox.run()
        except TokenRefused:
            log.critical("Telegram does not know this token", extra={"action": "token_refused"})
            self._refusal.set()

    async def _look_at_once(self) -> None:
        """What a former sender left on its way is looked for as soon as the post is held, not when there is danger to be said."""
        await self.posts["sender"].leading()
        self.sender.wake()

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


@contextlib.asynccontextmanager
async def _at_most(seconds: float) -> AsyncIterator[None]:
    """What is not finished then is left, and is a row."""
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            yield


def second_way(settings: Settings) -> SecondWay:
    who = f"{platform.node()} {settings.listen}".strip()
    return SecondWay(settings.alarm_url.get_secret_value(), settings.alarm_format, who)


def _web(listens: tuple[str, int] | None, routes: Callable[[], list[BaseRoute]]) -> Web | None:
    """Where Telegram and balancers ask; a bot that polls and is asked by nobody loads no server."""
    if listens is None:
        return None
    from bot.web import Web  # noqa: PLC0415 - as above

    return Web(routes(), listens)


def _back_office(house: House) -> BackOffice | None:
    """The administrator's pages; their library is loaded only where an office wants them."""
    listens = house.settings.backoffice_listens
    if listens is None:
        return None
    from bot.backoffice.office import BackOffice  # noqa: PLC0415 - as above

    return BackOffice(house, listens, house.settings.backoffice_url)


def _nudges(store: Store, sender: Sender, settings: Settings) -> Nudges | None:
    """What replicas tell each other; its driver is installed only where there is PostgreSQL."""
    if store.is_sqlite:
        return None
    from bot.nudges import Nudges  # noqa: PLC0415 - as above

    return Nudges(store, sender.wake, pooled=settings.database_pooled)


def _unknown_token() -> StartRefused:
    return StartRefused(
        "Telegram 不认识 GRIDWHISTLE_BOT_TOKEN 中的令牌,请向 BotFather 核对 / "
        "Telegram does not know the token in GRIDWHISTLE_BOT_TOKEN; check it with BotFather."
    )
