"""The updates of each chat, one at a time and in order, until a transaction says that they are done.

Laws: done is what the row says, never that a handler returned; a failure of ours is never held against an update;
a deterministic one is, in a transaction of its own and on our own schedule: only its chat waits, at most a minute;
after five the raw update is kept, and its sender and the coordinator are told.
"""

import asyncio
import json
import logging
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol

from sqlalchemy.orm import Session
from telegram import Update

from bot.alarm import Alarm, Raw
from bot.blame import is_ours
from bot.leadership import Leadership
from bot.strict import AnyApplication
from cases.work import Work
from models.store import Store, machine_now
from models.update_in import UpdateIn
from models.vocabulary import UpdateState

log = logging.getLogger(__name__)

OURS_S = (0.2, 1.0, 2.0, 5.0, 10.0)  # back-off when the database or the network is away
RAWS_HELD = 2000  # updates whose content stays in memory; of further ones only the key does
LOG_EVERY = 30  # one line for so many failures of the same kind in a row

UpdateDied = Callable[[Work, UpdateIn], object]


class House(Protocol):
    """What those who work on updates need of the house."""

    store: Store
    bot_id: int
    finished: set[int]
    said: dict[int, int]

    def work(self, session: Session) -> Work: ...

    def wake(self) -> None: ...


@dataclass(frozen=True, slots=True)
class Patience:
    """Seconds by machine time (DESIGN §3.9)."""

    retry_s: tuple[float, ...] = (1.0, 10.0, 60.0, 600.0)
    """Before the second, third, fourth and fifth attempt; after that the update is dead."""
    chat_waits_s: float = 60.0
    """No longer does one broken update keep its chat."""


USUAL = Patience()


@dataclass(slots=True)
class Item:
    """One update on its way. `raw` is None when it must be read from its row; `fresh` = stored just now."""

    update_id: int
    raw: Raw | None
    fresh: bool


@dataclass(slots=True)
class Chat:
    """The updates of one chat, in order, and the task that works on them."""

    waiting: deque[Item] = field(default_factory=deque)
    task: asyncio.Task[None] | None = None


class NobodyAnswered(Exception):
    """All handlers ran and none of them finished the update in a transaction."""


class Chats:
    """All chats with something to do."""

    def __init__(
        self,
        house: House,
        application: AnyApplication,
        *,
        leadership: Leadership,
        alarm: Alarm,
        update_died: UpdateDied,
        patience: Patience,
    ) -> None:
        self._house = house
        self._store = house.store
        self._application = application
        self._leadership = leadership
        self._alarm = alarm
        self._update_died = update_died
        self._patience = patience
        self._chats: dict[int, Chat] = {}
        self._held: set[int] = set()
        self._raws = 0
        self._parked: dict[asyncio.Task[None], Item] = {}
        self._stopping = False
        self.dropped = False
        """Whether updates were left to whoever leads: they must be resumed."""
        self.trouble: str | None = None

    @property
    def pending(self) -> int:
        """How many updates wait or are being worked on, not counting those kept for a later attempt."""
        return len(self._held) - len(self._parked) + len(self._alarm.saying)

    @property
    def parked(self) -> int:
        """How many updates are kept for a later attempt."""
        return len(self._parked)

    async def stop(self, patience_s: float = 10.0) -> None:
        """Finish what is in hand; what only waits stays a row and is resumed at the next start."""
        self._stopping = True
        self.let_go()
        tasks = [chat.task for chat in self._chats.values() if chat.task]
        tasks += self._alarm.saying
        if tasks:
            _, late = await asyncio.wait(tasks, timeout=patience_s)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)

    def queue(self, chat_id: int, item: Item) -> None:
        """Work on it after all that came before it in its chat; what is here already is left alone."""
        if item.update_id in self._held:
            return
        self._held.add(item.update_id)
        if item.raw is not None:
            if self._raws < RAWS_HELD:
                self._raws += 1
            else:
                item.raw = None
        self._append(chat_id, item)

    def _append(self, chat_id: int, item: Item, *, first: bool = False) -> None:
        chat = self._chats.setdefault(chat_id, Chat())
        if first:
            chat.waiting.appendleft(item)
        else:
            chat.waiting.append(item)
        if chat.task is None:
            chat.task = asyncio.create_task(self._work_on(chat_id, chat))

    def let_go(self) -> None:
        """Another process leads, or this one stops: what waits here is a row, and is resumed by whoever leads."""
        for chat in self._chats.values():
            for item in chat.waiting:
                self._forget(item)
            chat.waiting.clear()
        for task, item in self._parked.items():
            task.cancel()
            self._forget(item)
        self._parked.clear()

    def _forget(self, item: Item) -> None:
        self._held.discard(item.update_id)
        self._house.finished.discard(item.update_id)
        self._house.said.pop(item.update_id, None)
        if item.raw is not None:
            self._raws -= 1
            item.raw = None

    async def _work_on(self, chat_id: int, chat: Chat) -> None:
        while chat.waiting:
            item = chat.waiting.popleft()
            try:
                later_s = await self._finish(item)
            except asyncio.CancelledError:
                self._forget(item)
                self._chats.pop(chat_id, None)
                raise
            except Exception:
                log.exception(
                    "a chat stumbled", extra={"action": "chat_stumbled", "update": item.update_id}
                )
                later_s = self._patience.chat_waits_s
            if later_s is None or self._stopping:
                self._forget(item)
            else:
                self._park(chat_id, item, later_s)
        # no await between the last look at the queue and this
        self._chats.pop(chat_id, None)

    def _park(self, chat_id: int, item: Item, later_s: float) -> None:
        """Keep a broken update for a later attempt, so that its chat goes on."""

        async def wait() -> None:
            await asyncio.sleep(later_s)
            self._parked.pop(task)
            self._append(chat_id, item, first=True)

        task = asyncio.create_task(wait())
        self._parked[task] = item

    async def _finish(self, item: Item) -> float | None:
        """Work on one update until it is done or dead; or give the seconds after which to try once more."""
        waited_s, ours, sure_new = 0.0, 0, item.fresh
        while self._may_work():
            error = await self._attempt(item, sure_new=sure_new)
            if error is None:
                self.trouble = None
                return None
            sure_new = False  # it may have been committed although we heard nothing
            if is_ours(error):
                await self._pause_for(error, item.update_id, ours)
                ours += 1
                continue
            attempts = await self._held_against(item.update_id, error)
            if attempts is None:
                return None
            delay_s = self._patience.retry_s[attempts - 1]
            if waited_s + delay_s > self._patience.chat_waits_s:
                return delay_s
            waited_s += delay_s
            await asyncio.sleep(delay_s)
        self.dropped = True
        return None

    def _may_work(self) -> bool:
        return not self._stopping and self._leadership.fence is not None

    async def _attempt(self, item: Item, *, sure_new: bool) -> Exception | None:
        """One attempt; None when the row says that the update is done (or dead)."""
        finished = self._house.finished
        try:
            await self._alarm.was_said(item.update_id)
            if not sure_new or item.raw is None:
                state, raw = await self._store.look(lambda s: self._read(s, item.update_id))
                if state is not UpdateState.NEW:
                    return None
                item.raw = item.raw or self._reread(item, raw)
                await self._alarm.was_said(item.update_id)
            update = Update.de_json(item.raw, self._application.bot)
            await self._application.process_update(update)
        except Exception as error:
            if item.update_id not in finished:
                return error
            log.exception(
                "an update was done, then something failed",
                extra={"action": "late_failure", "update": item.update_id},
            )
        if item.update_id not in finished:
            return NobodyAnswered(item.update_id)
        self._house.wake()
        return None

    def _reread(self, item: Item, raw: str | None) -> Raw:
        """The content from the row; its danger text may have been lost with the process that saw it first."""
        read = json.loads(raw or "{}")
        if not isinstance(read, dict):
            raise TypeError("not an update")
        self._raws += 1
        if not item.fresh:
            self._alarm.hear(item.update_id, read)
        return read

    def _read(self, session: Session, update_id: int) -> tuple[UpdateState | None, str | None]:
        row = session.get(UpdateIn, (self._house.bot_id, update_id))
        return (row.state, row.raw) if row else (None, None)

    async def _held_against(self, update_id: int, error: Exception) -> int | None:
        times = 0
        while True:
            try:
                return await self._store.act(lambda s: self._count(s, update_id, error))
            except Exception as ours:  # noqa: BLE001 - counting must not be lost
                await self._pause_for(ours, update_id, times)
                times += 1

    def _count(self, session: Session, update_id: int, error: Exception) -> int | None:
        """Hold one failure against the update, in a transaction of its own; None when that was its last."""
        row = session.get(UpdateIn, (self._house.bot_id, update_id), with_for_update=True)
        if row is None or row.state is not UpdateState.NEW:
            return None
        row.attempts += 1
        log.error(
            "an update failed",
            exc_info=error,
            extra={"action": "update_failed", "update": update_id, "attempts": row.attempts},
        )
        if row.attempts <= len(self._patience.retry_s):
            return row.attempts
        row.state = UpdateState.DEAD
        row.done_at = machine_now(session)
        session.flush()
        self._tell_of_death(session, row)
        return None

    def _tell_of_death(self, session: Session, row: UpdateIn) -> None:
        log.critical("an update is dead", extra={"action": "update_died", "update": row.update_id})
        try:
            with session.begin_nested():
                self._update_died(self._house.work(session), row)
        except Exception as error:
            if is_ours(error):
                raise
            log.exception(
                "nobody could be told", extra={"action": "death_untold", "update": row.update_id}
            )

    async def _pause_for(self, error: Exception, update_id: int, times: int) -> None:
        self.trouble = f"ours: {type(error).__name__}"
        if times % LOG_EVERY == 0:
            log.warning(
                "an update waits for us",
                exc_info=error,
                extra={"action": "update_waits", "update": update_id},
            )
        await asyncio.sleep(OURS_S[min(times, len(OURS_S) - 1)])
