"""Evidence in: files that people announced are claimed under the lease, fetched, and the outcome written down.

Laws: nothing is fetched that is not a claimed row, and only by who leads; no transaction is open while bytes are on their
way; a failure of the network, the disk or the database refuses nothing; a kill at any moment leaves the row announced,
and doing it again changes nothing. What a person threw away is deleted here too, after that was committed.

    announced ──claim, getFile, download, seal──▶ stored | refused (reason) | announced (again later)
"""

import asyncio
import logging
import time
from datetime import timedelta
from functools import partial
from typing import Protocol

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import Session

from bot.blame import is_ours
from bot.evidence_store import StoreAway
from bot.fetching import Claim, Fetching, Later, Outcome
from bot.leadership import Leadership
from bot.logs import LOG_EVERY
from bot.unowned import CHUNK, Unowned
from cases import drafts
from cases.actions import evidence
from cases.actions.evidence import Content
from cases.work import Work
from models.evidence import Evidence
from models.store import Store, machine_now
from models.vocabulary import EvidenceState, Refusal

log = logging.getLogger(__name__)

IDLE_S = 1.0  # between two looks when nobody wakes us: other processes, and waits that end
SHOW_S = 0.2  # the same while an outcome waits for its message to be sent
AT_ONCE = 3  # files on their way; each is held in memory, and once more sealed
LEASE = timedelta(minutes=15)  # no download lasts so long (transport.py): nobody is behind it
SWEEP_S = 3600.0  # between two looks for bytes that belong to no row any more


class House(Protocol):
    """What the fetcher needs of the house."""

    @property
    def store(self) -> Store: ...

    def work(self, session: Session) -> Work: ...

    def wake(self) -> None: ...


class Fetcher:
    """The only worker on files, while it leads."""

    def __init__(self, house: House, leadership: Leadership, fetching: Fetching) -> None:
        self._house = house
        self._store = house.store
        self._leadership = leadership
        self._fetching = fetching
        self._unowned = Unowned(house.store, fetching)
        self._woken = asyncio.Event()
        self._led: int | None = None
        self._flying: dict[int, asyncio.Task[None]] = {}
        self._untold_since: dict[int, float] = {}
        self._sweep_at = 0.0

    def wake(self) -> None:
        """A file was announced."""
        self._woken.set()

    @property
    def trouble(self) -> str | None:
        """Why files wait; None when all is well, or another process fetches."""
        return None if self._leadership.fence is None else self._fetching.trouble

    async def run(self) -> None:
        """Claim, fetch, keep, say. For ever."""
        failures = 0
        while True:
            fence = await self._leadership.leading()
            try:
                await self._round(fence)
                failures = 0
            except StoreAway:
                log.debug("the store is asked again later")
            except Exception:
                if failures % LOG_EVERY == 0:
                    log.exception("the fetcher waits", extra={"action": "fetcher_waits"})
                failures += 1
                await asyncio.sleep(min(5.0, 0.2 * failures))
            await self._until_woken()

    async def stop(self, running: "asyncio.Task[None]") -> None:
        """What is on its way stays announced, and is fetched again by the next process."""
        tasks = [running, *self._flying.values()]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await self._fetching.end()

    def pending(self, session: Session) -> int:
        """How many files are being fetched or will be at once, or have an outcome that was not shown yet."""
        is_coming = and_(Evidence.state == EvidenceState.ANNOUNCED, _is_due(session))
        count = select(func.count()).select_from(Evidence)
        return session.scalar(count.where(or_(is_coming, Evidence.untold))) or 0

    async def _until_woken(self) -> None:
        try:
            async with asyncio.timeout(SHOW_S if self._untold_since else IDLE_S):
                await self._woken.wait()
        except TimeoutError:
            return
        self._woken.clear()

    async def _round(self, fence: int) -> None:
        is_work, untold, is_due = await self._store.look(lambda s: self._seen(s, fence))
        await self._show(untold)
        if fence != self._led:
            if not self._fetching.is_open:
                return
            await self._fetching.begin()
            self._led = fence
        if is_due and not self._flying and self._fetching.is_open:
            await self._delete(fence)
        if self._fetching.trouble and self._fetching.is_open:
            await self._ask_again()
        if not is_work and self._is_time_to_sweep:  # a large store takes its time
            self._sweep_at = time.monotonic() + SWEEP_S
            await self._unowned.delete(partial(self._may_delete, fence))
        room = AT_ONCE - len(self._flying)
        if not is_work or room <= 0:
            return
        for claim in await self._store.act(lambda s: self._take(s, fence, room)):
            self._flying[claim.id] = asyncio.create_task(self._carry(claim))

    @property
    def _is_time_to_sweep(self) -> bool:
        return not self._flying and self._fetching.is_open and time.monotonic() >= self._sweep_at

    async def _ask_again(self) -> None:
        """A store that was away is asked by the next file; where none waits nobody would, and the trouble would outlive itself."""
        awaited = select(Evidence.id).where(Evidence.state == EvidenceState.ANNOUNCED).limit(1)
        if await self._store.look(lambda s: s.scalar(awaited)) is None:
            await self._fetching.reach()

    def _may_delete(self, fence: int) -> bool:
        """Asked before each deletion: after a pause longer than the lease another leads, and may have kept these very bytes."""
        return self._leadership.fence == fence

    async def _delete(self, fence: int) -> None:
        """Delete the bytes of files that were thrown away; killed in between, it is done again.

        Nothing is being written meanwhile, by us or a former leader: the same bytes may just be kept for somebody else.
        """
        due, mine = await self._store.act(lambda s: self._deletable(s, fence))
        if due and await self._fetching.drop(mine, partial(self._may_delete, fence)):
            await self._store.act(lambda s: drafts.bytes_deleted(s, due))
            self.wake()  # there may be more

    def _deletable(self, session: Session, fence: int) -> tuple[list[str], list[str]]:
        """Addresses of dropped files, and those of them that belong to no other file."""
        claimed = select(Evidence.id).where(
            Evidence.state == EvidenceState.ANNOUNCED,
            Evidence.claimed_until >= machine_now(session),
        )
        is_busy = session.scalar(claimed.limit(1)) is not None
        if is_busy or not self._leadership.check(session, fence):
            return [], []
        due = drafts.bytes_to_delete(session, CHUNK)
        kept = drafts.still_kept(session, due)
        return due, [address for address in due if address not in kept]

    # Claiming

    def _seen(self, session: Session, fence: int) -> tuple[bool, list[int], bool]:
        first = session.scalar(select(Evidence.id).where(_claimable(session, fence)).limit(1))
        is_due = bool(drafts.bytes_to_delete(session, 1))
        return first is not None, evidence.untold(self._house.work(session)), is_due

    def _take(self, session: Session, fence: int, room: int) -> list[Claim]:
        if not self._leadership.check(session, fence):
            return []
        rows = session.scalars(
            select(Evidence)
            .where(_claimable(session, fence), Evidence.id.not_in(list(self._flying)))
            .order_by(Evidence.id)
            .limit(room)
            .with_for_update(skip_locked=True)
        ).all()
        for row in rows:
            row.fence, row.claimed_until = fence, machine_now(session) + LEASE
        return [
            Claim(row.id, fence, row.file_id, row.size, row.file_name, row.attempts)
            for row in rows
        ]

    # Carrying

    async def _carry(self, claim: Claim) -> None:
        try:
            outcome = await self._fetching.fetch(claim)
            await self._write(claim, outcome)
        except Exception:
            log.exception("a file is left", extra={"action": "fetch_left", "evidence": claim.id})
        finally:
            self._flying.pop(claim.id, None)
            self._house.wake()
            self.wake()

    async def _write(self, claim: Claim, outcome: Outcome) -> None:
        """The outcome, as soon as the database takes it."""
        pause_s = 0.2
        while True:
            try:
                await self._store.act(partial(self._record, claim=claim, outcome=outcome))
                break
            except Exception as error:
                if not is_ours(error):
                    raise
                log.warning("an outcome waits", extra={"action": "fetcher_waits"})
                await asyncio.sleep(pause_s)
                pause_s = min(5.0, pause_s * 2)
        log.info(
            "a file was fetched",
            extra={"action": "file_fetched", "evidence": claim.id, "outcome": _named(outcome)},
        )

    def _record(self, session: Session, claim: Claim, outcome: Outcome) -> None:
        work, machine = self._house.work(session), machine_now(session)
        if isinstance(outcome, Content):
            evidence.stored(work, claim.id, claim.fence, outcome, machine=machine)
        elif isinstance(outcome, Refusal):
            limit = self._fetching.limit
            evidence.refused(work, claim.id, claim.fence, outcome, limit=limit, machine=machine)
        else:
            _wait(session, claim, outcome)

    async def _show(self, untold: list[int]) -> None:
        """Outcomes whose message was just being sent when they were written, or waits for other files."""
        now, patience_s = time.monotonic(), self._fetching.patience.progress_s
        self._untold_since = {one: self._untold_since.get(one, now) for one in untold}
        for one, since in self._untold_since.items():
            await self._store.act(
                partial(self._show_one, one=one, patient=now - since < patience_s)
            )
        if untold:
            self._house.wake()

    def _show_one(self, session: Session, one: int, *, patient: bool) -> None:
        work, machine = self._house.work(session), machine_now(session)
        evidence.show(work, one, machine=machine, patient=patient)


def _is_due(session: Session) -> ColumnElement[bool]:
    return or_(Evidence.retry_at.is_(None), Evidence.retry_at <= machine_now(session))


def _claimable(session: Session, fence: int) -> ColumnElement[bool]:
    return and_(
        Evidence.state == EvidenceState.ANNOUNCED,
        _is_due(session),
        or_(
            Evidence.claimed_until.is_(None),
            Evidence.claimed_until < machine_now(session),
            Evidence.fence != fence,  # a former leader's: it fetches no more
        ),
    )


def _wait(session: Session, claim: Claim, later: Later) -> None:
    row = session.get(Evidence, claim.id, with_for_update=True)
    if row is None or row.state is not EvidenceState.ANNOUNCED or row.fence != claim.fence:
        return
    row.claimed_until = None
    row.retry_at = machine_now(session) + timedelta(seconds=later.wait_s)
    row.attempts += later.counts


def _named(outcome: Outcome) -> str:
    if isinstance(outcome, Content):
        return outcome.media_type
    return outcome if isinstance(outcome, Refusal) else outcome.why
