"""Evidence that no row names: files of drafts that were thrown away, deleted a week later at the earliest.

Law: a file does not tell which database it is of, and a wrong address in the settings is enough for one to stand beside another's
evidence: a database that knows none of the files, or has not stood here for a week, deletes nothing.
"""

import logging
from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta
from functools import partial

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.fetching import Fetching
from models.evidence import Evidence
from models.schema import beside_evidence_since
from models.store import Store, machine_now

log = logging.getLogger(__name__)

UNOWNED = timedelta(days=7)  # so long they stay: a database restored from a backup finds its files
CHUNK = 100  # addresses asked for, and then deleted, at once


class Unowned:
    """Looks for them, and deletes them."""

    def __init__(self, store: Store, fetching: Fetching) -> None:
        self._store = store
        self._fetching = fetching

    async def delete(self, may: Callable[[], bool]) -> None:
        """All of them, as long as we may; nothing is being written meanwhile."""
        now = await self._store.look(machine_now)
        old = await self._fetching.kept_since(now - UNOWNED)
        if now - await self._store.act(lambda s: beside_evidence_since(s, now)) < UNOWNED:
            return
        if old and not await self._knows_any(await self._fetching.kept_since(now)):
            log.error(
                "no row names any of the evidence; is it another database's?",
                extra={"action": "evidence_of_another", "files": len(old)},
            )
            return
        for chunk in _chunks(old):
            owned = await self._store.look(partial(_owned, addresses=chunk))
            unowned = [address for address in chunk if address not in owned]
            if not await self._fetching.drop(unowned, may):
                return

    async def _knows_any(self, kept: Sequence[str]) -> bool:
        for chunk in _chunks(kept):
            if await self._store.look(partial(_owned, addresses=chunk)):
                return True
        return False


def _chunks(kept: Sequence[str]) -> Iterator[Sequence[str]]:
    return (kept[start : start + CHUNK] for start in range(0, len(kept), CHUNK))


def _owned(session: Session, addresses: Sequence[str]) -> set[str | None]:
    return set(session.scalars(select(Evidence.address).where(Evidence.address.in_(addresses))))
