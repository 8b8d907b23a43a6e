"""Updates in: a row before it is confirmed.

Laws: a batch is stored in one commit before its offset is confirmed; a danger text goes out before that, with or
without a database; an update whose row is done does nothing; rows left new by a crash come before newer ones of their
chat. While another process leads, nothing is fetched or worked on here; who does not reach Telegram leaves the post (bot/reach.py).
"""

import asyncio
import json
import logging
import random
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, delete, func, or_, select
from sqlalchemy.orm import Session
from telegram.error import Conflict, InvalidToken, RetryAfter, TelegramError
from telegram.request import BaseRequest

from bot.alarm import Alarm, Danger, Raw
from bot.arrival import KINDS, chat_of, key_of, row_of
from bot.blame import seconds
from bot.chats import OURS_S, USUAL, Chats, House, Item, Patience, UpdateDied
from bot.leadership import Everybody, Leadership
from bot.logs import LOG_EVERY
from bot.reach import LEAVES_S, RESTS_S, Reach
from bot.strict import AnyApplication
from bot.taps import Taps
from bot.transport import fields
from models.rows import insert_into
from models.store import machine_now
from models.update_in import UpdateIn
from models.vocabulary import UpdateState

log = logging.getLogger(__name__)

BATCH = 100  # the most that Telegram gives at once
KEPT = timedelta(hours=72)  # Telegram redelivers for 24 h; an operator looks back a weekend
PRUNED_AT_ONCE = 500
AWAY = "telegram_away"
CONFLICT = "poll_conflict"
THEIRS = (AWAY, CONFLICT)  # troubles that only Telegram's next answer ends


class TokenRefused(Exception):
    """Telegram does not know this token: nothing but a new one helps."""


@dataclass(frozen=True, slots=True)
class Polling:
    """Seconds by machine time."""

    conflict_s: tuple[float, float] = (2.0, 10.0)
    """Between two attempts while another program fetches, at random in this range."""
    poll_s: int = 25
    """How long Telegram holds an empty answer back; it allows 50."""
    look_again_s: float = 30.0
    """Between two looks for rows that the duty desk put back among the new ones."""
    mend_s: float = 2.0
    """The same behind a webhook, where rows that failed at any replica are among them."""
    leaves_s: float = LEAVES_S
    """Without Telegram before the post is left."""
    rests_s: float = RESTS_S
    """For which it is for others."""


class Inbox:
    """The one who fetches updates and sees that each is done."""

    def __init__(
        self,
        house: House,
        application: AnyApplication,
        *,
        transport: BaseRequest,
        leadership: Leadership,
        danger: Danger,
        update_died: UpdateDied,
        patience: Patience = USUAL,
        polling: Polling = Polling(),
        by_webhook: bool = False,
        taps: Taps | None = None,
    ) -> None:
        self._store = house.store
        self._bot_id = house.bot_id
        self._application = application
        self._transport = transport
        self._leadership = leadership
        self._polling = polling
        self._by_webhook = by_webhook
        self._alarm = Alarm(danger, house.said)
        self._taps = taps
        self.chats = Chats(
            house,
            application,
            mandate=Everybody() if by_webhook else leadership,
            alarm=self._alarm,
            update_died=update_died,
            patience=patience,
        )
        self._reach = Reach(
            leadership, self._asked, leaves_s=polling.leaves_s, rests_s=polling.rests_s
        )
        self._offset: int | None = None
        self._backing_off = 0
        self._failures = 0
        self._trouble: str | None = None

    @property
    def trouble(self) -> str | None:
        """Why nothing moves, for /health; None when all is well."""
        return self._trouble or self.chats.trouble

    @property
    def pending(self) -> int:
        """How many updates wait or are being worked on, not counting those kept for a later attempt."""
        return self.chats.pending

    def unfinished(self, session: Session) -> int:
        """Like `pending`, with the rows that a former process left and nobody has resumed yet."""
        count = select(func.count()).select_from(UpdateIn)
        stored = count.where(UpdateIn.state == UpdateState.NEW, UpdateIn.bot_id == self._bot_id)
        if self._by_webhook:
            stored = stored.where(_is_due(machine_now(session)))
        return max(self.pending, (session.scalar(stored) or 0) - self.chats.parked)

    def drained(self) -> bool:
        """Whether nothing waits or is being worked on."""
        return self.pending == 0

    async def stop(self, patience_s: float = 10.0) -> None:
        """Finish what is in hand."""
        await self.chats.stop(patience_s)

    # Brought by a webhook

    async def take(self, raw: Raw) -> bool:
        """Work on an update that Telegram holds until we say so; False: it must bring it again.

        True is said at commit: the update is done, or stored for another attempt.
        """
        update_id = key_of(raw)
        if update_id is None:
            _say_dropped()
            return True
        self._alarm.hear(update_id, raw)
        if self._taps is not None:
            self._taps.hear(update_id, raw)
        return await self.chats.brought(chat_of(raw), update_id, raw)

    async def mend(self) -> None:
        """Behind a webhook: work on what was stored and not finished, by whatever replica. For ever, while leading."""
        while True:
            await self._leadership.leading()
            await self._managed("resume", self.resume)
            await asyncio.sleep(self._polling.mend_s)

    # Fetching

    async def run(self) -> None:
        """Fetch and store while leading. For ever.

        Raises:
            TokenRefused: the token is not valid.
        """
        fence: int | None = None
        looked = time.monotonic()
        while True:
            leads = self._leadership.fence
            if leads is None:
                self.chats.let_go()
                self.chats.dropped = True
            if leads is None and not self._leadership.is_unsure:
                self._offset = None  # whoever led meanwhile has confirmed what he stored
                leads = await self._reach.leading()
            if leads is not None and (leads != fence or self.chats.dropped):
                fence, self.chats.dropped = leads, False
                if not await self._managed("resume", self.resume):
                    self.chats.dropped = True
            elif leads is not None and time.monotonic() - looked >= self._polling.look_again_s:
                looked = time.monotonic()
                await self._managed("resume", self.resume)
            # without the database too: nothing is confirmed, but danger is heard and answered
            await self._poll_once()

    async def _poll_once(self) -> None:
        try:
            batch = await self._fetch()
        except Conflict as conflict:
            self._reach.answered()
            await self._conflict(conflict)
        except InvalidToken as refusal:
            if "unauthorized" in str(refusal).lower():
                raise TokenRefused from refusal
            await self._away(refusal)
        except RetryAfter as flood:
            self._reach.answered()
            await asyncio.sleep(seconds(flood))
        except TelegramError as error:
            await self._away(error)
        else:
            self._backing_off = 0
            self._reach.answered()
            if self._trouble in THEIRS:
                self._trouble = None
            await self._take(batch)

    async def _fetch(self) -> list[Raw]:
        wanted = {
            "timeout": str(self._polling.poll_s),
            "limit": str(BATCH),
            "allowed_updates": json.dumps(KINDS),
        }
        if self._offset is not None:
            wanted["offset"] = str(self._offset)
        url = f"{self._application.bot.base_url}/getUpdates"
        batch = await self._transport.post(
            url, fields(**wanted), read_timeout=self._polling.poll_s + 10.0
        )
        # The offset is confirmed now. Without it the next call gets the earliest unconfirmed update, whatever
        # its number: after a quiet week Telegram starts other numbers, perhaps lower ones.
        self._offset = None
        return batch if isinstance(batch, list) else []

    async def _take(self, batch: Sequence[Raw]) -> None:
        """Danger first; then all rows in one commit; only then is the offset moved."""
        keyed = [(raw["update_id"], raw) for raw in batch if _has_key(raw)]
        if not keyed:
            return
        for update_id, raw in keyed:
            self._alarm.hear(update_id, raw)
            if self._taps is not None:
                self._taps.hear(update_id, raw)
        if not await self._managed("store", lambda: self._store_all(keyed)):
            return  # not confirmed: the next call brings the same updates again
        self._offset = max(update_id for update_id, _ in keyed) + 1

    async def _store_all(self, keyed: Sequence[tuple[int, Raw]]) -> None:
        new = await self._store.act(lambda s: self._write(s, keyed))
        if self.chats.dropped:
            return  # older rows come first; resume() queues these with them
        for update_id, raw in keyed:
            if update_id in new:
                self.chats.queue(chat_of(raw), Item(update_id, raw, fresh=True))

    def _write(self, session: Session, keyed: Sequence[tuple[int, Raw]]) -> set[int]:
        """Store what is new; gives the ids of all that is not yet done."""
        now = machine_now(session)
        new = insert_into(UpdateIn, session.get_bind().dialect.name)
        rows = [row_of(self._bot_id, update_id, raw, now) for update_id, raw in keyed]
        session.execute(new.on_conflict_do_nothing(), rows)
        ids = [update_id for update_id, _ in keyed]
        return set(
            session.scalars(self._new_rows(UpdateIn.update_id).where(UpdateIn.update_id.in_(ids)))
        )

    async def resume(self) -> None:
        """Queue what was stored and not finished, by this process or one before it, in order."""
        rows = await self._store.look(self._unfinished_rows)
        self.chats.looked()
        for update_id, chat_id in rows:
            self.chats.queue(chat_id or 0, Item(update_id, None, fresh=False))
        if rows:
            log.info("resuming", extra={"action": "inbox_resumed", "updates": len(rows)})

    def _unfinished_rows(self, session: Session) -> Sequence[Any]:
        wanted = self._new_rows(UpdateIn.update_id, UpdateIn.chat_id).order_by(UpdateIn.update_id)
        if self._by_webhook:  # until then the replica that failed with it tries it itself
            wanted = wanted.where(_is_due(machine_now(session)))
        return session.execute(wanted).all()

    def _new_rows(self, *columns: Any) -> Any:  # noqa: ANN401 - SQLAlchemy's select of any columns
        return select(*columns).where(
            UpdateIn.state == UpdateState.NEW, UpdateIn.bot_id == self._bot_id
        )

    async def _conflict(self, conflict: Conflict) -> None:
        """Alarm and try again: a post is not given up for a laptop, and a webhook that somebody set is his to delete."""
        log.critical(
            "another program fetches this bot's updates, or a webhook is set: gridwhistle webhook show",
            extra={"action": "poll_conflict", "why": str(conflict)},
        )
        self._trouble = CONFLICT
        await asyncio.sleep(random.uniform(*self._polling.conflict_s))  # noqa: S311 - spreads two pollers, hides nothing

    async def _away(self, error: TelegramError) -> None:
        if self._backing_off == 0:
            log.warning("Telegram is away", extra={"action": "poll_failed", "why": str(error)})
        self._trouble = AWAY
        delay = OURS_S[min(self._backing_off, len(OURS_S) - 1)]
        self._backing_off += 1
        await asyncio.sleep(delay * random.uniform(0.7, 1.0))  # noqa: S311 - as above
        await self._reach.failed(error)

    async def _asked(self) -> None:
        """Whether Telegram is there, without fetching: another process may be at it."""
        await self._transport.post(f"{self._application.bot.base_url}/getMe", fields())
        self._backing_off = 0
        if self._trouble == AWAY:
            self._trouble = None

    def prune(self, session: Session) -> int:
        """Forget rows that were done long ago, a few at a time; gives how many."""
        oldest = (
            select(UpdateIn.update_id, UpdateIn.done_at)
            .where(UpdateIn.state == UpdateState.DONE, UpdateIn.bot_id == self._bot_id)
            .order_by(UpdateIn.update_id)
            .limit(PRUNED_AT_ONCE)
        )
        before = machine_now(session) - KEPT
        ids = [
            row.update_id
            for row in session.execute(oldest)
            if row.done_at and row.done_at < before
        ]
        if ids:
            session.execute(
                delete(UpdateIn).where(
                    UpdateIn.bot_id == self._bot_id, UpdateIn.update_id.in_(ids)
                )
            )
        return len(ids)

    async def _managed(self, what: str, doing: Callable[[], Awaitable[None]]) -> bool:
        """Try something that needs the database; after a failure pause, a little longer each time."""
        try:
            await doing()
        except Exception as error:
            self._trouble = f"ours: {type(error).__name__}"
            if self._failures % LOG_EVERY == 0:
                log.exception(
                    "the inbox waits for the database", extra={"action": f"inbox_{what}_failed"}
                )
            await asyncio.sleep(OURS_S[min(self._failures, len(OURS_S) - 1)])
            self._failures += 1
            return False
        self._failures = 0
        if self._trouble not in THEIRS:
            self._trouble = None
        return True


def _is_due(now: datetime) -> ColumnElement[bool]:
    return or_(UpdateIn.retry_at.is_(None), UpdateIn.retry_at <= now)


def _has_key(raw: object) -> bool:
    if key_of(raw) is not None:
        return True
    _say_dropped()
    return False


def _say_dropped() -> None:
    log.error("an update without a number was dropped", extra={"action": "update_without_key"})
