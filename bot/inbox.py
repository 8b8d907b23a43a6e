"""Updates in: a row before it is confirmed.

Laws: a batch is stored in one commit before its offset is confirmed; a danger text goes out before that, with or
without a database; an update whose row is done does nothing; rows left new by a crash come before newer ones of their
chat. While another process leads, nothing is fetched or worked on here.
"""

import asyncio
import contextlib
import json
import logging
import random
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import delete, func, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session
from telegram.error import Conflict, InvalidToken, RetryAfter, TelegramError
from telegram.request import BaseRequest

from bot.alarm import Alarm, Danger, Raw
from bot.blame import seconds
from bot.chats import LOG_EVERY, OURS_S, USUAL, Chats, House, Item, Patience, UpdateDied
from bot.leadership import Leadership
from bot.strict import AnyApplication
from bot.transport import fields
from models.store import machine_now
from models.update_in import UpdateIn
from models.vocabulary import UpdateState

log = logging.getLogger(__name__)

KINDS = ("message", "edited_message", "callback_query", "my_chat_member")
BATCH = 100  # the most that Telegram gives at once
KEPT = timedelta(hours=72)  # Telegram redelivers for 24 h; an operator looks back a weekend
PRUNED_AT_ONCE = 500
AWAY = "telegram_away"
LARGEST = 1 << 63  # beyond it a number is no key; Telegram's ids have 52 bits


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
    ) -> None:
        self._store = house.store
        self._bot_id = house.bot_id
        self._application = application
        self._transport = transport
        self._leadership = leadership
        self._polling = polling
        self._alarm = Alarm(danger, house.said)
        self.chats = Chats(
            house,
            application,
            leadership=leadership,
            alarm=self._alarm,
            update_died=update_died,
            patience=patience,
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
        return max(self.pending, (session.scalar(stored) or 0) - self.chats.parked)

    def drained(self) -> bool:
        """Whether nothing waits or is being worked on."""
        return self.pending == 0

    async def stop(self, patience_s: float = 10.0) -> None:
        """Finish what is in hand."""
        await self.chats.stop(patience_s)

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
                leads = await self._leadership.leading()
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
            await self._conflict(conflict)
        except InvalidToken as refusal:
            if "unauthorized" in str(refusal).lower():
                raise TokenRefused from refusal
            await self._away(refusal)
        except RetryAfter as flood:
            await asyncio.sleep(seconds(flood))
        except TelegramError as error:
            await self._away(error)
        else:
            self._backing_off = 0
            if self._trouble == AWAY:
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
        insert = sqlite.insert if self._store.is_sqlite else postgresql.insert
        rows = [
            {
                "bot_id": self._bot_id,
                "update_id": update_id,
                "chat_id": chat_of(raw),
                "message_id": _message_id(raw),
                "state": UpdateState.NEW,
                "attempts": 0,
                "raw": json.dumps(raw, ensure_ascii=False, separators=(",", ":")),
                "received_at": now,
            }
            for update_id, raw in keyed
        ]
        session.execute(insert(UpdateIn).on_conflict_do_nothing(), rows)
        ids = [update_id for update_id, _ in keyed]
        return set(
            session.scalars(self._new_rows(UpdateIn.update_id).where(UpdateIn.update_id.in_(ids)))
        )

    async def resume(self) -> None:
        """Queue what was stored and not finished, by this process or one before it, in order."""
        wanted = self._new_rows(UpdateIn.update_id, UpdateIn.chat_id).order_by(UpdateIn.update_id)
        rows = await self._store.look(lambda s: s.execute(wanted).all())
        for update_id, chat_id in rows:
            self.chats.queue(chat_id or 0, Item(update_id, None, fresh=False))
        if rows:
            log.info("resuming", extra={"action": "inbox_resumed", "updates": len(rows)})

    def _new_rows(self, *columns: Any) -> Any:  # noqa: ANN401 - SQLAlchemy's select of any columns
        return select(*columns).where(
            UpdateIn.state == UpdateState.NEW, UpdateIn.bot_id == self._bot_id
        )

    async def _conflict(self, conflict: Conflict) -> None:
        log.error(
            "another program fetches this bot's updates",
            extra={"action": "poll_conflict", "why": str(conflict)},
        )
        self._trouble = AWAY
        if "webhook" in str(conflict).lower():
            with contextlib.suppress(TelegramError):
                await self._application.bot.delete_webhook(drop_pending_updates=False)
        await asyncio.sleep(random.uniform(*self._polling.conflict_s))  # noqa: S311 - spreads two pollers, hides nothing

    async def _away(self, error: TelegramError) -> None:
        if self._backing_off == 0:
            log.warning("Telegram is away", extra={"action": "poll_failed", "why": str(error)})
        self._trouble = AWAY
        delay = OURS_S[min(self._backing_off, len(OURS_S) - 1)]
        self._backing_off += 1
        await asyncio.sleep(delay * random.uniform(0.7, 1.0))  # noqa: S311 - as above

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
        if self._trouble != AWAY:
            self._trouble = None
        return True


def chat_of(raw: Raw) -> int:
    """The chat whose order an update keeps: messages and taps alike; 0 where there is none."""
    for kind in KINDS:
        body = raw.get(kind)
        if not isinstance(body, dict):
            continue
        message = body.get("message") if kind == "callback_query" else body
        found = _number_in(_object_in(message, "chat"), "id")
        return found or _number_in(_object_in(body, "from"), "id") or 0
    return 0


def _object_in(place: object, name: str) -> object:
    return place.get(name) if isinstance(place, dict) else None


def _number_in(place: object, name: str) -> int | None:
    number = _object_in(place, name)
    return number if isinstance(number, int) and abs(number) < LARGEST else None


def _message_id(raw: Raw) -> int | None:
    """The message that a person wrote, so that it can be deleted; a tap's message is ours."""
    return _number_in(raw.get("message"), "message_id")


def _has_key(raw: object) -> bool:
    if _number_in(raw, "update_id") is not None:
        return True
    log.error("an update without a number was dropped", extra={"action": "update_without_key"})
    return False
