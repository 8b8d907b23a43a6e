"""The two doors of a handler: act() writes, look() only reads. One update, one transaction.

Law 1: an update is done when the transaction that it caused says so; a redelivered one whose row is done does nothing.
Building the context does no I/O.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Any, Protocol, TypeVar, cast

from sqlalchemy.orm import Session, defer
from telegram import Update
from telegram.ext import CallbackContext, ExtBot

from cases.actions.joining import recognise
from cases.errors import CaseError
from cases.work import Rules, Work
from handlers.dialogue import Talk
from handlers.errors import refuse
from handlers.heard import Heard
from models.store import Store, machine_now
from models.update_in import UpdateIn
from models.vocabulary import UpdateState

T = TypeVar("T")

_WITHOUT_RAW = (defer(UpdateIn.raw),)


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
        await self.house.store.act(lambda session: _pass_by(session, self.house, update))
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
            key = (house.bot_id, update.update_id)
            # its words are here already: what is sealed in the row need not be opened
            row = session.get(UpdateIn, key, with_for_update=True, options=_WITHOUT_RAW)
            if row is not None and row.state is not UpdateState.NEW:
                return
            if row is None:
                _remember(session, house, update)
            work = Work(session, house.clock.now(), house.rules)
            person = recognise(work, heard.telegram_id)
            talk = Talk.resume(work, person, heard)
            talk.danger_message_id = house.said.get(update.update_id)
            talk.bot_username, talk.office_url = house.bot_username, house.office_url
            step(talk)
            _finish(session, house, update.update_id)

        await house.store.act(run)
        house.finished.add(update.update_id)


def _pass_by(session: Session, house: House, update: Update) -> None:
    if session.get(UpdateIn, (house.bot_id, update.update_id)) is None:
        _remember(session, house, update)
    _finish(session, house, update.update_id)


def _remember(session: Session, house: House, update: Update) -> None:
    """A webhook's update gets its row in the transaction that does it; brought twice at once, the second finds it done."""
    chat, person, message = update.effective_chat, update.effective_user, update.message
    session.add(
        UpdateIn(
            bot_id=house.bot_id,
            update_id=update.update_id,
            chat_id=chat.id if chat else person.id if person else 0,
            message_id=message.message_id if message else None,
            state=UpdateState.NEW,
            received_at=machine_now(session),
        )
    )
    session.flush()


def _finish(session: Session, house: House, update_id: int) -> None:
    row = session.get(UpdateIn, (house.bot_id, update_id))
    if row is not None:
        row.state, row.raw, row.done_at = UpdateState.DONE, None, machine_now(session)
