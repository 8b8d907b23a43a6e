"""The beat: every few seconds the cases are asked what is due, and each due case is swept in a transaction of its own.

Laws: no clock lives in memory, so a beat that was missed is caught up by the next; one case that fails stops no other;
two beats never run at once in one process, and two processes sweeping the same case are told apart by its row.
"""

import asyncio
import logging
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import partial
from typing import Protocol

from sqlalchemy.orm import Session

from bot.blame import is_ours
from bot.deadman import Pulses
from bot.strict import AnyApplication
from cases.work import Work
from models.store import Store

log = logging.getLogger(__name__)

PAGE = 200  # due cases read at once
AGAIN_S = 300.0  # one that was swept and is due all the same is tried again in the same beat only after so long
PRUNE_S = 600  # between two rounds of forgetting old updates


class Civil(Protocol):
    def now(self) -> datetime: ...


class House(Protocol):
    """What the ticker needs of the house."""

    @property
    def store(self) -> Store: ...

    @property
    def clock(self) -> Civil: ...

    def work(self, session: Session) -> Work: ...

    @property
    def pulses(self) -> Pulses: ...

    def wake(self) -> None: ...


class Sweep(Protocol):
    """What the cases do when clocks run out: cases.sweep."""

    def due_cases(self, session: Session, now: datetime, limit: int) -> list[int]: ...

    def sweep_case(self, work: Work, case_id: int) -> object: ...

    def due_people(self, session: Session, now: datetime, limit: int) -> list[int]: ...

    def sweep_person(self, work: Work, person_id: int) -> object: ...


class Due(Protocol):
    """Which of its kind are due, longest overdue first."""

    def __call__(self, session: Session, now: datetime, limit: int) -> list[int]: ...


SweepOne = Callable[[Work, int], object]


class Ticker:
    """The one who asks."""

    def __init__(self, house: House, sweep: Sweep, prune: Callable[[Session], int]) -> None:
        self._house = house
        self._store = house.store
        self._sweep = sweep
        self._prune = prune
        self._beating = asyncio.Lock()
        self._failed: str | None = None
        self._stopping = asyncio.Event()
        self._tried = self._swept = 0  # in this beat; what failed by its own fault counts as swept
        self.trouble: str | None = None
        """Why the last beat did not sweep everything, for /health."""

    def schedule(self, application: AnyApplication, beat_s: float) -> None:
        """Let the application's job queue beat; a late beat still beats, and several late ones beat once."""
        queue = application.job_queue
        if queue is None:
            raise RuntimeError("the application was built without its job queue")
        never_lost = {"max_instances": 1, "coalesce": True, "misfire_grace_time": None}

        async def beat(_context: object) -> None:
            await self.beat()

        async def prune(_context: object) -> None:
            await self.prune()

        # at once, by machine time: a beat that is to be first at an instant is lost for a whole interval when the start is slower
        at_once = {"next_run_time": datetime.now(UTC)}  # noqa: TID251 - APScheduler's own time, not civil
        queue.run_repeating(beat, interval=beat_s, name="beat", job_kwargs=never_lost | at_once)
        queue.run_repeating(prune, interval=PRUNE_S, name="prune", job_kwargs=never_lost)

    def stop(self) -> None:
        """The case in hand is the last: after an outage a beat lasts long, and whoever stops does not wait for its end."""
        self._stopping.set()

    async def beat(self) -> None:
        """Sweep every case that has something due now."""
        async with self._beating:
            self._failed, self._tried, self._swept = None, 0, 0
            try:
                await self._sweep_all()
                if self._swept or not self._tried:
                    await self._house.pulses.felt("beat")
            except Exception as error:
                self._fails(error)
                log.exception("a beat was missed", extra={"action": "beat_failed"})
            # its end only now: a trouble that lasts does not end while a beat looks
            self.trouble = self._failed

    async def prune(self) -> None:
        """Forget old updates, a few at a time."""
        try:
            while await self._store.act(self._prune):
                pass
        except Exception:
            log.exception("old updates are kept", extra={"action": "prune_failed"})

    async def _sweep_all(self) -> None:
        """First the cases, then the people whose unsent words are due."""
        await self._round("case", self._sweep.due_cases, self._sweep.sweep_case)
        await self._round("person", self._sweep.due_people, self._sweep.sweep_person)

    async def _round(self, what: str, whose: Due, sweep: SweepOne) -> None:
        tried: dict[int, float] = {}
        stuck = 0  # failed, or still due: they stand in front of every further page
        while not self._stopping.is_set():
            # asked anew for each page: after an outage a beat lasts long, and danger that falls due meanwhile comes first
            now, long_ago = self._house.clock.now(), time.monotonic() - AGAIN_S
            due = await self._store.look(partial(whose, now=now, limit=PAGE + stuck))
            fresh = [one for one in due if tried.get(one, long_ago) <= long_ago]
            if not fresh:
                return
            stuck = len(due) - len(fresh)
            swept_before = self._swept
            for one in fresh:
                if self._stopping.is_set():
                    return
                await self._sweep_one(what, sweep, one)
                tried[one] = time.monotonic()
            # where nothing can be swept, nobody looks at the clocks
            if self._swept > swept_before:
                await self._house.pulses.felt("beat")

    async def _sweep_one(self, what: str, sweep: SweepOne, one: int) -> None:
        self._tried += 1
        with self._blamed(what, one):
            await self._store.act(lambda s: sweep(self._house.work(s), one))
            self._swept += 1
            self._house.wake()
            # whoever sends stands before the next case at the one door of the writers: what is said first leaves first
            await asyncio.sleep(0)

    def _fails(self, error: Exception) -> None:
        self._failed = self.trouble = type(error).__name__

    @contextmanager
    def _blamed(self, what: str, one: int) -> Iterator[None]:
        """A case or person that fails is swept again by the next beat; without a database so are all."""
        try:
            yield
        except Exception as error:
            self._fails(error)
            if not is_ours(error):
                self._swept += (
                    1  # its own fault is a trouble, and no silence: the clocks are looked at
                )
            log.exception(
                "could not be swept",
                extra={"action": "sweep_failed", what: one, "ours": is_ours(error)},
            )
