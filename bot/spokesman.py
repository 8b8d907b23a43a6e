"""Which of several replicas says an alarm: one for each matter, by a row, as long as the database can be asked.

Laws: whoever speaks renews it at every look; one that died is followed by another, which says it again; one that could not make
itself heard leaves it to the others for a while; where the database does not answer each may speak, since twice is better than not at all; after the end the others keep still for a while, so that one which
hears of the end a little later does not begin anew.
"""

import asyncio
import hashlib
import logging
import time
from collections.abc import Callable
from datetime import timedelta

from sqlalchemy.orm import Session

from bot.leadership import has_died, this_process
from models.office import Office
from models.store import Store, machine_now

log = logging.getLogger(__name__)

PATIENCE_S = 5.0  # for the database


class Spokesman:
    """This replica's claims to speak. `every_s`: so often it looks."""

    def __init__(
        self,
        store: Store,
        every_s: float,
        who: str | None = None,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._store = store
        self.who = who or this_process()
        self.lease = timedelta(seconds=3 * every_s + 2 * PATIENCE_S)
        self._monotonic = monotonic
        self._left: dict[str, float] = {}  # matters that are left to others, until when

    async def may_say(self, matter: str) -> bool:
        """Whether this replica says it, and nobody else does."""
        if self._monotonic() < self._left.get(matter, 0.0):
            return False
        self._left.pop(matter, None)
        try:
            async with asyncio.timeout(PATIENCE_S):
                return await self._store.act(lambda session: self._takes(session, matter))
        except Exception:  # whatever it is, nobody can be asked
            log.debug("nobody can be asked who speaks", exc_info=True)
            return True

    async def leave_to_others(self, matter: str) -> None:
        """This replica could not say it: for as long as a lease each of the others may try."""
        self._left[matter] = self._monotonic() + self.lease.total_seconds()
        try:
            async with asyncio.timeout(PATIENCE_S):
                await self._store.act(lambda session: self._frees(session, matter))
        except Exception:  # then it ends by itself
            log.debug("who speaks could not be written", exc_info=True)

    def _frees(self, session: Session, matter: str) -> None:
        post = session.get(Office, post_of(hash_of(matter)), with_for_update=True)
        if post is not None and post.holder == self.who:
            post.until = machine_now(session)

    def _takes(self, session: Session, matter: str) -> bool:
        name = post_of(hash_of(matter))
        post = session.get(Office, name, with_for_update=True)
        now = machine_now(session)
        if post is None:
            session.add(Office(name=name, holder=self.who, until=now + self.lease, fence=1))
            return True
        if post.holder != self.who:
            if post.until > now and not has_died(post.holder):
                return False
            post.holder, post.fence = self.who, post.fence + 1
        post.until = now + self.lease
        return True


def hash_of(matter: str) -> str:
    """What rows call a matter: why something fails is not for everybody's eyes."""
    return hashlib.sha256(matter.encode()).hexdigest()[:16]


def post_of(hashed: str) -> str:
    """The row of who speaks of it."""
    return f"alarm {hashed}"
