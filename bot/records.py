"""What became of a notice, written down: in one transaction for many, and in its own where cases must be told.

Laws: an outcome is written only over the claim it belongs to (same fence); what was perhaps sent is copied, and the
copy is marked as a repeat; a person who cannot be reached is told to the cases in the transaction that says so.
"""

import logging
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol, cast

from sqlalchemy import Table, bindparam, or_, select, update
from sqlalchemy.orm import Session

from bot.blame import is_ours
from bot.deadman import Pulses
from cases.work import Work
from models.case import Case
from models.notice import Notice
from models.person import Person
from models.store import Store, machine_now
from models.vocabulary import NoticeState, Urgent

log = logging.getLogger(__name__)

AWAY = "network"  # the reason of rows that wait only for the network
UNRECORDED = "unrecorded"  # the reason of rows of which nobody knows, and which are not said again
GONE = "gone"  # the reason of edits whose message cannot be changed: they become new messages
RETRY_S: dict[Urgent, Sequence[int]] = {  # seconds before the next attempt (DESIGN §3.6)
    Urgent.RED: (2, 5, 10, 20, 30),
    Urgent.ANSWER: (2, 60, 300, 1800),  # somebody sits in front of the screen
    Urgent.NOTICE: (60, 300, 1800),
    Urgent.BULK: (60, 300, 1800),
}
REPEAT_S = (0, 60, 300, 1800)  # before each repeat of what was perhaps sent
REASON = 200  # characters that the column holds
DEDUPE = 160

_AGAIN = re.compile(r":again(\d*)$")
_NOTICE = cast("Table", Notice.__table__)
_PERSON = cast("Table", Person.__table__)


class Outcome(Protocol):
    """What the sender knows after sending: bot.delivery.Result."""

    @property
    def state(self) -> NoticeState: ...
    @property
    def reason(self) -> str: ...
    @property
    def message_id(self) -> int | None: ...
    @property
    def text(self) -> str | None: ...
    @property
    def wait_s(self) -> float: ...
    @property
    def counts(self) -> bool: ...
    @property
    def out(self) -> "Claim": ...


class Claim(Protocol):
    """Which claim an outcome belongs to: bot.delivery.Outgoing."""

    @property
    def id(self) -> int: ...
    @property
    def fence(self) -> int: ...
    @property
    def person_id(self) -> int: ...
    @property
    def case_id(self) -> int | None: ...


@dataclass(frozen=True, slots=True)
class Outbox:
    """What the cases know about a notice. `view_of` gives None when it is no longer true; `read_ahead` reads for many at once."""

    read_ahead: Callable[[Work, Sequence[Notice]], object]
    view_of: Callable[[Work, Notice], Any]
    not_delivered: Callable[[Work, Notice], object]
    failed: Callable[[Work, Notice], object]


class Civil(Protocol):
    def now(self) -> datetime: ...


class House(Protocol):
    """What those who send need of the house."""

    @property
    def store(self) -> Store: ...

    @property
    def clock(self) -> Civil: ...

    @property
    def pulses(self) -> Pulses: ...

    def work(self, session: Session) -> Work: ...


class Records:
    """The bookkeeper of the sender."""

    def __init__(self, house: House, outbox: Outbox) -> None:
        self._house = house
        self._store = house.store
        self._outbox = outbox

    async def write(self, outcomes: Sequence[Outcome]) -> None:
        """Write all of them; returns when all are committed."""
        told = [o for o in outcomes if o.state in {NoticeState.UNREACHABLE, NoticeState.FAILED}]
        plain = [o for o in outcomes if o not in told]
        if plain:
            await self._write_many(plain)
        for outcome in told:
            await self._write_told(outcome)

    async def _write_many(self, outcomes: Sequence[Outcome]) -> None:
        try:
            await self._store.act(lambda s: self._write_plain(s, outcomes))
        except Exception as error:
            if is_ours(error):
                raise
            log.exception("outcomes could not be written", extra={"action": "record_failed"})
            if len(outcomes) == 1:
                await self._store.act(lambda s: _leave_unknown(s, outcomes[0].out))
                return
            for outcome in outcomes:
                await self._write_many([outcome])

    def _write_plain(self, session: Session, outcomes: Sequence[Outcome]) -> None:
        self._write_sent(session, [o for o in outcomes if o.state is NoticeState.SENT])
        others = sorted(
            (o for o in outcomes if o.state is not NoticeState.SENT), key=lambda o: o.out.id
        )
        if not others:
            return
        machine = machine_now(session)
        for outcome in others:
            notice = _claimed(session, outcome.out)
            if notice is None:
                continue
            if outcome.state is NoticeState.UNKNOWN:
                self.perhaps_sent(session, notice, outcome.reason, outcome.wait_s)
            else:
                _wait(notice, machine, outcome)

    def _write_sent(self, session: Session, sent: Sequence[Outcome]) -> None:
        """The common end, as one Core statement: sealed facts are not opened only to be left alone."""
        if not sent:
            return
        now = self._house.clock.now()
        values = [
            {
                "b_id": o.out.id,
                "b_fence": o.out.fence,
                "b_message": o.message_id,
                "b_text": o.text,
                "b_at": now,
            }
            for o in sorted(sent, key=lambda o: o.out.id)
        ]
        # a message got through, so whoever had blocked us does no more; person before notice
        session.connection().execute(_REACHED, {"people": list({o.out.person_id for o in sent})})
        session.connection().execute(_SENT, values)

    async def _write_told(self, outcome: Outcome) -> None:
        try:
            await self._store.act(lambda s: self._tell(s, outcome))
        except Exception as error:
            if is_ours(error):
                raise
            # the outcome itself must stand, or the person would wait behind this notice for ever
            log.exception(
                "the cases could not be told", extra={"action": "untold", "notice": outcome.out.id}
            )
            await self._store.act(lambda s: self._mark(s, outcome))

    def _tell(self, session: Session, outcome: Outcome) -> None:
        # lock order of the house: person, case, … notice
        session.get(Person, outcome.out.person_id, with_for_update={"key_share": True})
        if outcome.out.case_id is not None:
            session.get(Case, outcome.out.case_id, with_for_update={"key_share": True})
        notice = self._mark(session, outcome)
        if notice is None:
            return
        work = self._house.work(session)
        if outcome.state is NoticeState.UNREACHABLE:
            self._outbox.not_delivered(work, notice)
        else:
            self._outbox.failed(work, notice)

    def _mark(self, session: Session, outcome: Outcome) -> Notice | None:
        notice = _claimed(session, outcome.out)
        if notice is None:
            return None
        notice.state, notice.reason = outcome.state, outcome.reason[:REASON]
        if outcome.state is NoticeState.UNREACHABLE and notice.person.telegram_id is not None:
            notice.person.blocked_at = notice.person.blocked_at or self._house.clock.now()
        session.flush()
        return notice

    def perhaps_sent(
        self, session: Session, notice: Notice, reason: str, told_s: float = 0.0
    ) -> None:
        """Nobody knows whether it arrived: keep that, and say it once more, marked as a repeat.

        An edit is simply made again. A screen that a newer one followed is not the last question any more. After a
        crash a copy is always made, since the message may never have left; a lost answer is given up after
        the fourth repeat, and a human is told.
        """
        if notice.edit_message_id is not None:
            notice.state, notice.retry_at, notice.reason = NoticeState.NEW, None, reason[:REASON]
            return
        notice.state, notice.reason = NoticeState.UNKNOWN, reason[:REASON]
        if notice.is_screen and _is_followed(session, notice):
            return
        number = repeats(notice) + 1
        if reason != "crash" and number > len(REPEAT_S):
            self._outbox.failed(self._house.work(session), notice)
            return
        wait_s = 0 if reason == "crash" else REPEAT_S[number - 1]
        pause = timedelta(seconds=max(wait_s, told_s))
        copy = _copy(notice, number, machine_now(session) + pause)
        copy.reason = (
            reason[:REASON] if told_s else None
        )  # who leads next learns the pause from it
        session.add(copy)


_REACHED = (
    update(_PERSON)
    .where(
        _PERSON.c.id.in_(bindparam("people", expanding=True)), _PERSON.c.blocked_at.is_not(None)
    )
    .values(blocked_at=None)
)
_SENT = (
    update(_NOTICE)
    .where(
        _NOTICE.c.id == bindparam("b_id"),
        _NOTICE.c.fence == bindparam("b_fence"),
        or_(_NOTICE.c.state == NoticeState.SENDING, _NOTICE.c.state == NoticeState.UNKNOWN),
    )
    .values(
        state=NoticeState.SENT,
        message_id=bindparam("b_message"),
        text=bindparam("b_text"),
        sent_at=bindparam("b_at"),
        reason=None,
        retry_at=None,
    )
)


def repeats(notice: Notice) -> int:
    """How many repeats led to this notice."""
    found = _AGAIN.search(notice.dedupe or "")
    return int(found[1] or 1) if found else 0


def retry_s(urgent: Urgent, attempts: int) -> int:
    """Seconds before the next attempt, after so many before this one."""
    ladder = RETRY_S[urgent]
    return ladder[min(attempts, len(ladder) - 1)]


def _claimed(session: Session, claim: Claim) -> Notice | None:
    """The row, if it is still the claim that the outcome belongs to."""
    row = select(Notice).where(
        Notice.id == claim.id, Notice.fence == claim.fence, Notice.state == NoticeState.SENDING
    )
    return session.scalar(row.with_for_update(of=Notice))


def _leave_unknown(session: Session, claim: Claim) -> None:
    """The least that can be written, so that the person does not wait behind this notice for ever."""
    row = update(_NOTICE).where(_NOTICE.c.id == claim.id, _NOTICE.c.fence == claim.fence)
    session.execute(row.values(state=NoticeState.UNKNOWN, reason=UNRECORDED))


def _wait(notice: Notice, machine: datetime, outcome: Outcome) -> None:
    notice.state, notice.reason = NoticeState.NEW, outcome.reason[:REASON]
    notice.retry_at = machine + timedelta(seconds=outcome.wait_s)
    notice.attempts += outcome.counts
    if outcome.reason == GONE:
        notice.edit_message_id = None


def _is_followed(session: Session, notice: Notice) -> bool:
    newer = select(Notice.id).where(
        Notice.person_id == notice.person_id,
        Notice.is_screen.is_(True),
        Notice.id > notice.id,
        Notice.state != NoticeState.WITHDRAWN,
    )
    return session.scalar(newer.limit(1)) is not None


def _copy(notice: Notice, number: int, retry_at: datetime) -> Notice:
    base = _AGAIN.sub("", notice.dedupe or f"notice:{notice.id}")
    ending = f":again{number if number > 1 else ''}"
    return Notice(
        person_id=notice.person_id,
        case_id=notice.case_id,
        kind=notice.kind,
        urgent=notice.urgent,
        is_screen=notice.is_screen,
        silent=notice.silent,
        facts=notice.facts,
        dedupe=base[: DEDUPE - len(ending)] + ending,
        state=NoticeState.NEW,
        repeated=True,
        created_at=notice.created_at,
        due_at=notice.due_at,
        retry_at=retry_at,
    )
