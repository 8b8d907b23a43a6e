"""That an alarm is over is said too, once, by whichever replica can say it: a row, as long as the database can be asked.

Laws: an alarm that was said leaves a row until its end is said, whoever lives then; an end that one replica cannot say the others
may; one whose teller lives no more has ended when nobody sees what it was about any longer; said again, it is not over.

    (said) ──▶ lasts KIND HASH ──▶ over KIND HASH ──▶ (said: no row)
"""

import asyncio
import logging
import time
from collections.abc import Callable, Collection
from datetime import datetime

from sqlalchemy import Delete, delete, or_, select
from sqlalchemy.orm import Session

from bot.leadership import has_died
from bot.spokesman import PATIENCE_S, Spokesman, hash_of, post_of
from models.office import Office
from models.store import Store, machine_now

log = logging.getLogger(__name__)

_LASTS, _OVER = "lasts", "over"


class AllClear:
    """What this replica knows of ends that are to be said. A matter is KIND and why; only the kind is said."""

    def __init__(
        self,
        store: Store,
        spokesman: Spokesman,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._store = store
        self._who = spokesman.who
        self._lease = spokesman.lease
        self._monotonic = monotonic
        self._left_until = 0.0
        self._settled: set[str] = set()

    async def note_said(self, matter: str) -> bool:
        """The alarm was said; whether that is written now."""
        self._settled.discard(_named(_LASTS, matter))
        return await self._written(lambda session: self._note(session, matter))

    async def note_over(self, matter: str) -> bool:
        """What was said is over; whether that is written now. Where no row says that it was said, its end was said already."""
        return await self._written(lambda session: self._end(session, _named(_LASTS, matter)))

    async def taken(self, calm: Collection[str], *, knows: bool) -> str | None:
        """One end that this replica is to say, as the name of its row; `calm` are the kinds that it knows and sees nothing of.

        `knows`: it has lived long enough to see whatever there is to be seen.
        """
        if self._monotonic() < self._left_until:
            return None
        try:
            async with asyncio.timeout(PATIENCE_S):
                if self._settled:
                    await self._store.act(self._settle)
                    self._settled.clear()
                if not await self._store.look(lambda s: self._open(s, calm, knows=knows)):
                    return None
                return await self._store.act(lambda s: self._take(s, calm, knows=knows))
        except Exception:  # then it is said when the database answers again
            log.debug("nobody can be asked what is over", exc_info=True)
            return None

    async def was_said(self, name: str) -> None:
        """It was said: nobody says it again."""
        if not await self._written(lambda session: session.execute(_row(name))):
            self._settled.add(name)

    def forget(self, matter: str) -> None:
        """Its end is said already, or is no end: its row goes as soon as the database answers."""
        self._settled.add(_named(_LASTS, matter))

    async def leave_to_others(self, name: str) -> None:
        """This replica could not say it: for as long as a lease the others may try."""
        self._left_until = self._monotonic() + self._lease.total_seconds()
        await self._written(lambda session: self._free(session, name))

    async def _written(self, write: Callable[[Session], object]) -> bool:
        try:
            async with asyncio.timeout(PATIENCE_S):
                await self._store.act(write)
        except Exception:  # it is written, or said, later
            log.debug("an end could not be written", exc_info=True)
            return False
        return True

    def _note(self, session: Session, matter: str) -> None:
        session.execute(_row(_named(_OVER, matter)))
        name = _named(_LASTS, matter)
        if session.get(Office, name, with_for_update=True) is None:
            session.add(Office(name=name, holder=self._who, until=machine_now(session), fence=1))

    def _end(self, session: Session, lasts: str) -> str | None:
        """From now on its end is to be said, by whoever takes it."""
        row = session.get(Office, lasts, with_for_update=True)
        if row is None:
            return None
        session.delete(row)
        name = f"{_OVER}{lasts.removeprefix(_LASTS)}"
        if session.get(Office, name, with_for_update=True) is None:
            session.add(Office(name=name, holder=self._who, until=machine_now(session), fence=1))
        session.flush()
        return name

    def _settle(self, session: Session) -> None:
        session.execute(delete(Office).where(Office.name.in_(self._settled)))

    def _open(self, session: Session, calm: Collection[str], *, knows: bool) -> list[str]:
        """Ends to be said by nobody else just now, and alarms whose teller is silent and of whose kind nothing is seen here."""
        now = machine_now(session)
        kinds = or_(Office.name.startswith(f"{_LASTS} "), Office.name.startswith(f"{_OVER} "))
        rows = session.scalars(select(Office).where(kinds).order_by(Office.name)).all()
        return [
            row.name
            for row in rows
            if self._is_ours(row, now)
            and kind_of(row.name) in calm
            and (row.name.startswith(_OVER) or (knows and not _is_told(session, row, now)))
        ]

    def _is_ours(self, row: Office, now: datetime) -> bool:
        return row.until <= now or row.holder == self._who or has_died(row.holder)

    def _take(self, session: Session, calm: Collection[str], *, knows: bool) -> str | None:
        for found in self._open(session, calm, knows=knows):
            name = found if found.startswith(_OVER) else self._end(session, found)
            if name is None:
                continue
            row = session.get(Office, name, with_for_update=True, populate_existing=True)
            now = machine_now(session)
            if row is not None and self._is_ours(row, now):
                row.holder, row.until = self._who, now + self._lease
                return row.name
        return None

    def _free(self, session: Session, name: str) -> None:
        row = session.get(Office, name, with_for_update=True)
        if row is not None and row.holder == self._who:
            row.until = machine_now(session)


def _is_told(session: Session, row: Office, now: datetime) -> bool:
    """Whether whoever tells it sees it still."""
    teller = session.get(Office, post_of(row.name.rpartition(" ")[2]))
    return teller is not None and teller.until > now and not has_died(teller.holder)


def kind_of(name: str) -> str:
    """What ended: the KIND of such a row."""
    return name.split()[1]


def _named(state: str, matter: str) -> str:
    return f"{state} {matter.split(maxsplit=1)[0]} {hash_of(matter)}"


def _row(name: str) -> Delete:
    return delete(Office).where(Office.name == name)
