"""A place for each further message of a notice that needs several: counted like every other.

Laws: Telegram's limits are of messages, not of notices (bot/limits.py); answers are counted, and wait for no place; danger waits for the next;
whoever leads no more says no further message, since another may be saying it.
"""

import asyncio
import logging
from datetime import datetime
from typing import Protocol

from sqlalchemy.orm import Session

from bot.leadership import Leadership
from bot.limits import SOON_S, Budget
from bot.saying import Halted
from models.store import Store, machine_now
from models.vocabulary import PRESSING, Urgent

log = logging.getLogger(__name__)


class Claim(Protocol):
    """Who is spoken to, and under which leadership: bot.delivery.Outgoing."""

    @property
    def fence(self) -> int: ...
    @property
    def person_id(self) -> int: ...
    @property
    def urgent(self) -> Urgent: ...


class Following:
    """Gives places to what follows a first message."""

    def __init__(self, store: Store, budget: Budget, leadership: Leadership) -> None:
        self._store = store
        self._budget = budget
        self._leadership = leadership

    async def place(self, out: Claim) -> None:
        """Wait for the place of one more message; the one before has had its answer.

        Raises:
            Halted: another process leads by now.
        """
        # first of all: were its place kept meanwhile, as many notices as there are places would wait for one another
        self._budget.landed()
        at_once = out.urgent in PRESSING
        while not at_once and not self._budget.is_free(out.person_id):  # noqa: ASYNC110 - time rings no bell
            await asyncio.sleep(SOON_S)
        self._budget.promise(1, await self._counted())
        await self._budget.place(out.urgent)
        if self._leadership.fence != out.fence:
            raise Halted("not led any more")
        self._budget.written_to(out.person_id)

    async def _counted(self) -> datetime | None:
        """Count it for all processes; gives when that was."""
        try:
            return await self._store.act(self._count)
        except Exception:  # noqa: BLE001 - a lost count costs at most a 429
            log.info("a message was not counted", extra={"action": "count_lost"})
            return None

    def _count(self, session: Session) -> datetime:
        now = machine_now(session)
        self._budget.spend(session, 1, now)
        return now
