"""One replica tells the others that there is something to send, so that an answer does not wait for the sender's next look.

Law: a nudge is a convenience: lost, late or doubled it costs half a second at most (bot/sender.py looks by itself), so it is
sent outside the transaction and never waited for. PostgreSQL's NOTIFY; LISTEN needs a connection of its own, which pgbouncer in
transaction mode cannot give: there, and on SQLite, nobody listens.
"""

import asyncio
import contextlib
import logging
from collections.abc import Callable
from typing import LiteralString

import psycopg
from sqlalchemy import make_url, text

from models.store import Store

log = logging.getLogger(__name__)

_NOTIFY = text("notify gridwhistle_wake")
_LISTEN: LiteralString = "listen gridwhistle_wake"
_BACKOFF_S = (0.5, 2.0, 10.0, 30.0)
_ALIVE_S = 60.0  # so often the listener makes sure that its connection is one


class Nudges:
    """Both ends. `wake` is called when another replica has written something."""

    def __init__(self, store: Store, wake: Callable[[], None], *, pooled: bool) -> None:
        self._store = store
        self._wake = wake
        self.heard = not store.is_sqlite and not pooled
        """Whether anybody can hear."""
        self._calling: asyncio.Task[None] | None = None
        self._again = False

    def call(self) -> None:
        """Tell the others, once for all that is written while the telling is under way."""
        if not self.heard:
            return
        if self._calling is not None:
            self._again = True
            return
        self._calling = asyncio.create_task(self._call())

    async def listen(self) -> None:
        """Hear the others. For ever."""
        failures = 0
        while self.heard:
            try:
                async with await psycopg.AsyncConnection.connect(
                    _plain(self._store.url), autocommit=True, connect_timeout=5
                ) as connection:
                    await connection.execute(_LISTEN)
                    self._wake()  # what was said before we could hear
                    failures = 0
                    while True:
                        async for _ in connection.notifies(timeout=_ALIVE_S, stop_after=1):
                            self._wake()
                        await connection.execute("select 1")
            except (psycopg.Error, OSError) as error:
                if failures == 0:
                    log.warning(
                        "other replicas are not heard",
                        extra={"action": "nudges_lost", "why": type(error).__name__},
                    )
                await asyncio.sleep(_BACKOFF_S[min(failures, len(_BACKOFF_S) - 1)])
                failures += 1

    async def stop(self) -> None:
        """Say nothing more."""
        self.heard = False
        if self._calling is not None:
            await asyncio.gather(self._calling, return_exceptions=True)

    async def _call(self) -> None:
        try:
            while True:
                self._again = False
                with contextlib.suppress(Exception):  # the sender looks by itself
                    await self._store.act(lambda session: session.execute(_NOTIFY))
                if not self._again:
                    return
        finally:
            self._calling = None


def _plain(url: str) -> str:
    """The address as the driver itself reads it."""
    return make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
