"""Which process may do what only one may do: the holder of a row `office(name, holder, until, fence)`.

Laws: time is the database's; `fence` grows with each new holder and is checked inside each claim, with the row
locked, so that a holder who slept cannot act after being replaced; a holder never gives up trying.
"""

import asyncio
import contextlib
import logging
import os
import platform
import secrets
import time
from datetime import timedelta
from pathlib import Path
from typing import Protocol, cast

from sqlalchemy import Table, bindparam, select
from sqlalchemy.orm import Session

from bot.logs import LOG_EVERY
from models.office import Office
from models.store import Store, machine_now, machine_time

log = logging.getLogger(__name__)


class Mandate(Protocol):
    """Whether this process may do something: the number under which it may, or None."""

    @property
    def fence(self) -> int | None: ...


class Everybody:
    """What any replica may do at any time, because each thing's own row decides who does it."""

    fence = 0


class Leadership:
    """One post, held by this process or by another."""

    def __init__(self, store: Store, name: str, lease_s: float, holder: str | None = None) -> None:
        self.name = name
        self.holder = holder or this_process()
        self._store = store
        self._lease_s = lease_s
        self._fence: int | None = None
        self._sure_until = 0.0  # monotonic
        self._failures = 0
        self._holding = asyncio.Event()
        self._renewing = asyncio.Lock()
        self._rests_until = 0.0  # monotonic
        self._back = asyncio.Event()

    @property
    def fence(self) -> int | None:
        """The number under which this process leads; None when it does not, or is no longer sure."""
        return self._fence if time.monotonic() < self._sure_until else None

    @property
    def is_unsure(self) -> bool:
        """Whether it led, and lost the lease only because the database does not answer."""
        return self.fence is None and self._fence is not None and self._failures > 0

    async def leading(self) -> int:
        """Wait until this process leads; gives the fence."""
        while (fence := self.fence) is None:
            await self._holding.wait()
            if self.fence is None:
                await asyncio.sleep(0.05)
        return fence

    async def hold(self) -> None:
        """Take the post whenever it is free and keep it. For ever, save while it was left to others."""
        while True:
            self._back.clear()
            try:
                async with self._renewing:
                    if time.monotonic() >= self._rests_until:
                        await self._renew_once()
            except Exception:
                if self._failures % LOG_EVERY == 0:
                    log.exception(
                        "a post could not be renewed",
                        extra={"action": "lease_failed", "post": self.name},
                    )
                self._failures += 1
            if self.fence is None:
                self._holding.clear()
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(self._lease_s / 3):
                    await self._back.wait()

    async def leave(self, rest_s: float) -> None:
        """Give the post up for so long, since what it is for cannot be done here; then it is taken again if it is free."""
        async with self._renewing:  # a renewal under way would take it back
            self._rests_until = time.monotonic() + rest_s
            await self.release()

    def come_back(self) -> None:
        """What it is for can be done here again."""
        self._rests_until = 0.0
        self._back.set()

    async def release(self) -> None:
        """Give the post up, so that another process need not wait for the lease to end."""
        self._sure_until = 0.0
        self._holding.clear()
        with contextlib.suppress(Exception):
            await self._store.act(self._give_up)

    def check(self, session: Session, fence: int) -> bool:
        """Whether this process still leads under `fence`; the row stays locked until the claim is committed."""
        if fence != self.fence:
            return False
        mine = {"post": self.name, "by": self.holder, "under": fence}
        return session.connection().scalar(_HELD, mine) is not None

    async def _renew_once(self) -> None:
        asked = (
            time.monotonic()
        )  # before the database is asked: the lease is never believed too long
        fence = await self._store.act(self._renew)
        self._failures = 0
        if fence is None:
            self._sure_until = 0.0
            return
        if fence != self._fence:
            log.info(
                "a post is held",
                extra={"action": "lease_taken", "post": self.name, "fence": fence},
            )
        self._fence, self._sure_until = fence, asked + self._lease_s
        self._holding.set()

    def _renew(self, session: Session) -> int | None:
        now = machine_now(session)
        until = now + timedelta(seconds=self._lease_s)
        post = session.get(Office, self.name, with_for_update=True)
        if post is None:
            session.add(Office(name=self.name, holder=self.holder, until=until, fence=1))
            return 1
        if post.holder != self.holder:
            if post.until > now and not has_died(post.holder):
                return None
            post.holder, post.fence = self.holder, post.fence + 1
        post.until = until
        return post.fence

    def _give_up(self, session: Session) -> None:
        post = session.get(Office, self.name, with_for_update=True)
        if post is not None and post.holder == self.holder:
            post.until = machine_now(session)


_OFFICE = cast("Table", Office.__table__)
_HELD = (
    select(_OFFICE.c.until)
    .where(
        _OFFICE.c.name == bindparam("post"),
        _OFFICE.c.holder == bindparam("by"),
        _OFFICE.c.fence == bindparam("under"),
        _OFFICE.c.until > machine_time(),
    )
    .with_for_update(read=True)
)


def this_process() -> str:
    """A name for this process that no other process, before or after it, has: machine/pid/start/nonce."""
    return f"{_machine()}/{os.getpid()}/{_started(os.getpid())}/{secrets.token_hex(4)}"


def has_died(holder: str) -> bool:
    """Whether a holder surely lives no more: it ran on this very machine and its process is gone.

    A number that another process has got since is told by its start time. On a machine that cannot
    tell, nobody has died and the lease decides.
    """
    machine, _, rest = holder.rpartition("/")[0].partition("/")
    pid, _, started = rest.partition("/")
    if not (pid.isdigit() and started and machine == _machine()):
        return False
    return _started(int(pid)) != started


def _machine() -> str:
    """This boot of this machine, as far as process numbers go: containers count their own."""
    with contextlib.suppress(OSError):
        boot = Path("/proc/sys/kernel/random/boot_id").read_text().strip()[:13]
        return f"{platform.node()[:40]}-{boot}-{Path('/proc/self/ns/pid').readlink().name.strip('pid:[]')}"
    return platform.node()[:40]


def _started(pid: int) -> str:
    """When a process began, in ticks since boot; "gone" without it, "" where that cannot be read."""
    if not Path("/proc/self/stat").exists():
        return ""
    try:
        state, *fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return "gone"
    return "gone" if state in "ZX" else fields[18]
