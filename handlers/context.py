"""The two doors of a handler: act() writes, look() only reads. One update, one transaction.

Law 1: an update is done when the transaction that it caused says so; a redelivered one whose row is done does nothing.
Building the context does no I/O.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Any, Protocol, TypeVar, cast

from sqlalchemy import Table, bindparam, select
from sqlalchemy import update as update_of
from sqlalchemy.orm import Session
from telegram import Update
from telegram.error import RetryAfter
from telegram.ext import CallbackContext, ExtBot

from cases.actions.joining import recognise
from cases.errors import CaseError
from cases.work import Rules, Work
from handlers.dialogue import Talk
from handlers.errors import refuse
from handlers.heard import Heard
from models.rows import put
from models.store import Store, machine_now, machine_time
from models.update_in import UpdateIn
from models.vocabulary import UpdateState

T = TypeVar("T")


class Clock(Protocol):
    def now(self) -> datetime: ...


class House(Protocol):
    """What bot/app.py builds; handlers reach it through their context only."""

    store: Store
    clock: Clock
    rules: Rules
    bot_id: int
    bot_username: str
    office_url: str
    finished: set[int]
    said: dict[int, int]

    def wake(self) -> None: ...

    def was_answered(self, update_id: int) -> bool: ...

    def fetch(self) -> None: ...

    def room_in_group(self, chat_id: int) -> bool: ...

    def group_rests(self, chat_id: int, told: RetryAfter) -> None: ...


class BotContext(CallbackContext[ExtBot[None], dict[Any, Any], dict[Any, Any], dict[Any, Any]]):
    """PTB's context with our two doors."""

    @property
    def house(self) -> House:
        return cast("House", self.application.bot_data["house"])

    async def act(self, update: Update, heard: Heard, step: Callable[[Talk], None]) -> None:
        """Run one conversation step in one transaction; a refusal is answered in a second one."""
        try:
            await self._transact(update, heard, step)
        except CaseError as refused:
            error = refused
            await self._transact(update, heard, lambda talk: refuse(talk, error))
        self.house.wake()
        if heard.file is not None:
            self.house.fetch()

    async def pass_by(self, update: Update) -> None:
        """Mark an update that nobody needs answered as done."""
        await self.house.store.act(lambda s: done_now(s, self.house.bot_id, update))
        self.house.finished.add(update.update_id)

    async def look(self, fn: Callable[[Work], T]) -> T:
        """Read, without writing."""
        house = self.house
        return await house.store.look(
            lambda session: fn(Work(session, house.clock.now(), house.rules))
        )

    async def _transact(self, update: Update, heard: Heard, step: Callable[[Talk], None]) -> None:
        house = self.house

        def run(session: Session) -> None:
            if not done_now(session, house.bot_id, update):
                return
            work = Work(session, house.clock.now(), house.rules)
            person = recognise(work, heard.telegram_id)
            talk = Talk.resume(work, person, heard)
            talk.danger_message_id = house.said.get(update.update_id)
            talk.bot_username, talk.office_url = house.bot_username, house.office_url
            step(talk)

        await house.store.act(run)
        house.finished.add(update.update_id)


def done_now(session: Session, bot_id: int, update: Update) -> bool:
    """Write that an update is done, which holds with what follows or not at all; False when it was done before.

    Its row stays locked until then. A webhook's update has no row yet: it gets it now, and brought twice at once, the second
    finds it done.
    """
    key = {"bot": bot_id, "update": update.update_id}
    if session.connection().execute(_DONE, key).rowcount:
        return True
    if session.connection().scalar(_KNOWN, key) is not None:
        return False
    chat, person, message = update.effective_chat, update.effective_user, update.message
    now = machine_now(session)
    put(
        session,
        UpdateIn(
            bot_id=bot_id,
            update_id=update.update_id,
            chat_id=chat.id if chat else person.id if person else 0,
            message_id=message.message_id if message else None,
            state=UpdateState.DONE,
            received_at=now,
            done_at=now,
        ),
    )
    return True


_ROWS = cast("Table", UpdateIn.__table__)
_THIS = (_ROWS.c.bot_id == bindparam("bot"), _ROWS.c.update_id == bindparam("update"))
_DONE = (
    update_of(_ROWS)
    .where(*_THIS, _ROWS.c.state == UpdateState.NEW)
    .values(state=UpdateState.DONE, raw=None, done_at=machine_time())
)
_KNOWN = select(_ROWS.c.state).where(*_THIS)
