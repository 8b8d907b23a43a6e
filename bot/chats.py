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
from datetime import timedelta
from typing import Protocol

from sqlalchemy.orm import Session
from telegram import Update

from bot.alarm import Alarm, Raw
from bot.arrival import row_of
from bot.blame import is_ours
from bot.leadership import Mandate
from bot.logs import LOG_EVERY
from bot.strict import AnyApplication
from cases.work import Work
from models.store import Store, is_failure_of_ours, machine_now
from models.update_in import UpdateIn
from models.vocabulary import UpdateState

log = logging.getLogger(__name__)

OURS_S = (0.2, 1.0, 2.0, 5.0, 10.0)  # back-off when the database or the network is away
RAWS_HELD = 2000  # updates whose content stays in memory; of further ones only the key does
OURS_HELD_FOR = (
    2  # attempts on an update that Telegram still holds, before it is to bring it again
)
GRACE = timedelta(
    seconds=5
)  # so much longer than its pause a row stays with who failed and tries again himself

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
    """No longer does one broken update keep its chat, whoever worked on it before."""

    def keeps_chat(self, attempts: int) -> bool:
        """Whether the chat waits for the next attempt after so many; all the pauses before count."""
        return sum(self.retry_s[:attempts]) <= self.chat_waits_s


USUAL = Patience()


@dataclass(slots=True)
class Item:
    """One update on its way. `raw` is None when it must be read from its row; `fresh` = nobody worked on it before.

    `ended` waits for an update that Telegram holds: True once a row says that it is done or kept, False when it was not taken.
    """

    update_id: int
    raw: Raw | None
    fresh: bool
    ended: asyncio.Future[bool] | None = None


@dataclass(slots=True)
class Chat:
    """The updates of one chat, in order, and the task that works on them."""

    waiting: deque[Item] = field(default_factory=deque)
    task: asyncio.Task[None] | None = None


class NotTaken(Exception):
    """An update without a row was left to Telegram, which brings it again."""


class NobodyAnswered(Exception):
    """All handlers ran and none of them finished the update in a transaction."""


class Chats:
    """All chats with something to do."""

    def __init__(
        self,
        house: House,
        application: AnyApplication,
        *,
        mandate: Mandate,
        alarm: Alarm,
        update_died: UpdateDied,
        patience: Patience,
    ) -> None:
        self._house = house
        self._store = house.store
        self._application = application
        self._mandate = mandate
        self._alarm = alarm
        self._update_died = update_died
        self._patience = patience
        self._chats: dict[int, Chat] = {}
        self._held: set[int] = set()
        self._brought: dict[int, asyncio.Future[bool]] = {}
        self._raws = 0
        self._parked: dict[asyncio.Task[None], Item] = {}
        self.stopping = False
        self.dropped = False
        """Whether updates were left to whoever leads: they must be resumed."""
        self.trouble: str | None = None
        self._ailing: set[int] = set()
        """Updates that wait for us just now."""
        self._store_failed = False

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
        self.stopping = True
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
            if item.ended is not None or self._raws < RAWS_HELD:
                self._raws += 1
            else:
                item.raw = None
        self._append(chat_id, item)

    async def brought(self, chat_id: int, update_id: int, raw: Raw) -> bool:
        """Work on an update that has no row yet; whether a row says now that it is done, or kept for another attempt.

        Whoever brings it gives it up only with us: it is worked on even when he no longer waits.
        """
        ended = self._brought.get(update_id)
        if ended is None:
            if update_id in self._held:
                return True  # it is here as a row
            if self.stopping:
                return False
            ended = asyncio.get_running_loop().create_future()
            self._brought[update_id] = ended
            self.queue(chat_id, Item(update_id, raw, fresh=True, ended=ended))
        return await asyncio.shield(ended)

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

    def _forget(self, item: Item, *, taken: bool = False) -> None:
        if item.ended is not None:
            self._brought.pop(item.update_id, None)
            if not item.ended.done():
                item.ended.set_result(taken)
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
            except NotTaken:
                self._forget(item)
                continue
            except asyncio.CancelledError:
                self._forget(item)
                self._chats.pop(chat_id, None)
                raise
            except Exception:
                log.exception(
                    "a chat stumbled", extra={"action": "chat_stumbled", "update": item.update_id}
                )
                if item.ended is not None:
                    self._forget(item)  # there may be no row: Telegram is to bring it again
                    continue
                later_s = self._patience.chat_waits_s
            if later_s is None or self.stopping or item.ended is not None:
                # done; or its row is kept, and resumed by whoever leads when its time has come
                self._forget(item, taken=True)
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

    def looked(self) -> None:
        """The database answered: a trouble of its own that no update meets any more is over."""
        if self._store_failed and not self._ailing:
            self.trouble, self._store_failed = None, False

    async def _finish(self, item: Item) -> float | None:
        """Work on one update until it is done or dead; or give the seconds after which to try once more."""
        try:
            return await self._finished(item)
        finally:
            self._ailing.discard(item.update_id)

    async def _finished(self, item: Item) -> float | None:
        is_stored, ours, sure_new = False, 0, item.fresh
        while self._may_work():
            error = await self._attempt(item, sure_new=sure_new)
            if error is None:
                self.trouble = None
                return None
            sure_new = False  # it may have been committed although we heard nothing
            if is_ours(error):
                self._store_failed = is_failure_of_ours(error)
                await self._pause_for(error, item.update_id, ours)
                ours += 1
                if item.ended is not None and ours >= OURS_HELD_FOR:
                    raise NotTaken
                continue
            attempts = await self._held_against(item, error)
            if attempts is None:
                return None
            delay_s = self._patience.retry_s[attempts - 1]
            if not self._patience.keeps_chat(attempts):
                return delay_s
            is_stored = True
            await asyncio.sleep(delay_s)
        self.dropped = True
        if item.ended is not None and not is_stored:
            raise NotTaken  # it was never begun, or failed by our fault only: there is no row
        return None

    def _may_work(self) -> bool:
        return not self.stopping and self._mandate.fence is not None

    async def _attempt(self, item: Item, *, sure_new: bool) -> Exception | None:
        """One attempt; None when the row says that the update is done (or dead)."""
        finished = self._house.finished
        try:
            await self._alarm.was_said(item.update_id)
            if not sure_new or item.raw is None:
                state, raw = await self._store.look(lambda s: self._read(s, item.update_id))
                if state is not UpdateState.NEW and not (state is None and item.ended):
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

    async def _held_against(self, item: Item, error: Exception) -> int | None:
        times = 0
        while True:
            try:
                return await self._store.act(lambda s: self._count(s, item, error))
            except Exception as ours:
                self._store_failed = True  # whatever it says: not even the failure could be stored
                await self._pause_for(ours, item.update_id, times)
                times += 1
                if item.ended is not None and times >= OURS_HELD_FOR:
                    raise NotTaken from ours

    def _count(self, session: Session, item: Item, error: Exception) -> int | None:
        """Hold one failure against the update, in a transaction of its own; None when that was its last."""
        row = self._locked(session, item)
        if row is None or row.state is not UpdateState.NEW:
            return None
        row.attempts += 1
        update_id = row.update_id
        log.error(
            "an update failed",
            exc_info=error,
            extra={"action": "update_failed", "update": update_id, "attempts": row.attempts},
        )
        if row.attempts <= len(self._patience.retry_s):
            pause = timedelta(seconds=self._patience.retry_s[row.attempts - 1])
            is_left = item.ended is not None and not self._patience.keeps_chat(row.attempts)
            grace = timedelta(0) if is_left else GRACE
            row.retry_at = machine_now(session) + pause + grace
            return row.attempts
        row.state = UpdateState.DEAD
        row.done_at = machine_now(session)
        session.flush()
        self._tell_of_death(session, row)
        return None

    def _locked(self, session: Session, item: Item) -> UpdateIn | None:
        """The update's row; one that Telegram still holds gets it now, so that the failure is not forgotten."""
        key = (self._house.bot_id, item.update_id)
        row = session.get(UpdateIn, key, with_for_update=True)
        if row is None and item.ended is not None and item.raw is not None:
            row = UpdateIn(**row_of(*key, item.raw, machine_now(session)))
            session.add(row)
            session.flush()
        return row

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
        self._ailing.add(update_id)
        if times % LOG_EVERY == 0:
            log.warning(
                "an update waits for us",
                exc_info=error,
                extra={"action": "update_waits", "update": update_id},
            )
        await asyncio.sleep(OURS_S[min(times, len(OURS_S) - 1)])
