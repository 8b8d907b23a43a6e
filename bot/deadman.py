"""The dead man's handle: when nothing beats or nothing can be said any more, the duty desk hears it by a second way.

Laws: what is silent is told by machine time, in this process, without the database; of several replicas that see the same silence
one whose second way is open tells it, as long as they can ask the database which (bot/spokesman.py); a process that died is told of by the next one to
live, with what was missed; an alarm that lasts is repeated each hour, and its end is said too, once, by whoever can (bot/all_clear.py).
"""

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Protocol

from sqlalchemy import ColumnElement, and_, func, select
from sqlalchemy.orm import Session

from bot.all_clear import AllClear, kind_of
from bot.second_way import SecondWay
from bot.spokesman import Spokesman
from cases.actions import outage
from cases.work import Work
from models.deadline import Deadline
from models.notice import Notice
from models.office import Pulse
from models.store import Store, machine_now
from models.vocabulary import ClockState, NoticeState, Urgent

log = logging.getLogger(__name__)

AGAIN_S = 3600.0  # an alarm that lasts is said again
WRITTEN_EVERY_S = 10.0  # a pulse is a row no more often
RESTS_AT_MOST = timedelta(hours=2)  # four of the longest pauses (bot/records.py)
LOOKS = 20  # in the time after which silence is an alarm


class Silence(StrEnum):
    """What has not happened for too long. Chinese and English, since nobody can be asked which he reads."""

    BEAT = "时钟停走 / no clock has been looked at"
    SEND = "消息发不出去 / nothing could be sent"
    TROUBLE = "有故障 / something is wrong"


class House(Protocol):
    """What the dead man's handle needs of the house."""

    @property
    def store(self) -> Store: ...

    @property
    def trouble(self) -> str | None: ...

    def work(self, session: Session) -> Work: ...

    def wake(self) -> None: ...


class Pulses:
    """When this process last did something, and a row of it from time to time for the others."""

    def __init__(self, store: Store, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._store = store
        self._monotonic = monotonic
        self._last: dict[str, float] = {}
        self._written: dict[str, float] = {}

    async def felt(self, name: str) -> None:
        """It was done just now."""
        now = self._last[name] = self._monotonic()
        if now - self._written.get(name, -WRITTEN_EVERY_S) < WRITTEN_EVERY_S:
            return
        self._written[name] = now
        try:
            await self._store.act(lambda session: felt(session, name))
        except Exception:  # noqa: BLE001 - the deed itself was done
            self._written.pop(name)

    def since(self, name: str) -> float | None:
        """Seconds since it was last done here; None when it never was."""
        last = self._last.get(name)
        return None if last is None else self._monotonic() - last


@dataclass(slots=True)
class Alarmed:
    """One silence that is being watched: since when, and when it was last said."""

    since: float
    matter: str = ""
    said_at: float | None = None
    noted: bool = False
    """Whether a row says that it was said, so that its end is said even if nobody here remembers it."""


@dataclass
class DeadMan:
    """Who watches. `silence_s`: after so long without a beat, or with something to send and none sent, somebody is told."""

    house: House
    pulses: Pulses
    way: SecondWay
    silence_s: float
    monotonic: Callable[[], float] = time.monotonic
    spokesman: Spokesman | None = None
    """Where there are several: which of them speaks."""
    all_clear: AllClear | None = None
    """Where there is a row for it: the ends that are to be said."""
    _alarms: dict[Silence, Alarmed] = field(default_factory=dict)
    _ended: dict[Silence, Alarmed] = field(default_factory=dict)
    """Said here, over, and neither said nor written yet."""
    _waiting_since: float | None = None
    _began: float = 0.0

    def __post_init__(self) -> None:
        self._began = self.monotonic()

    @property
    def look_every_s(self) -> float:
        return max(0.05, self.silence_s / LOOKS)

    async def look(self) -> None:
        """Compare what should have happened with what did."""
        await self._judge(Silence.BEAT, self._since_beat(), "")
        try:
            sending = await self._since_send()
        except Exception:  # without a database there is no beat either, and that is said
            log.debug("what waits is not known", exc_info=True)  # so that alarm stays as it is
        else:
            await self._judge(Silence.SEND, sending, "")
        trouble = self.house.trouble
        known = self._alarms.get(Silence.TROUBLE)
        lasting = None if trouble is None else self.monotonic() - known.since if known else 0.0
        await self._judge(Silence.TROUBLE, lasting, trouble or "")
        await self._say_ends()

    async def look_back(self) -> None:
        """At the start: if nobody lived for a while, say from when to when, and what was missed."""
        missed = await self.house.store.act(self._missed)
        if missed is not None:
            await self.way.tell(missed)
            self.house.wake()

    def _since_beat(self) -> float | None:
        since = self.pulses.since("beat")
        return self.monotonic() - self._began if since is None else since

    async def _since_send(self) -> float | None:
        """Seconds during which something was always due and nothing was sent; None: all is well, or the beat tells it."""
        now = self.monotonic()
        due = await self.house.store.look(self._is_due)
        sent = self.pulses.since("send")
        if not due or (sent is not None and sent < self.look_every_s):
            self._waiting_since = None
            return None
        if self._waiting_since is None:
            self._waiting_since = now
        return min(now - self._waiting_since, now - self._waiting_since if sent is None else sent)

    def _is_due(self, session: Session) -> bool:
        """Whether something is due and nobody, in any process, sent anything lately."""
        sent = session.get(Pulse, "send")
        lately = timedelta(seconds=max(self.look_every_s, 2 * WRITTEN_EVERY_S))
        if sent is not None and machine_now(session) - sent.at < min(
            lately, timedelta(seconds=self.silence_s)
        ):
            return False
        open_ones = (NoticeState.NEW, NoticeState.SENDING)
        civil = self.house.work(session).now
        due = select(Notice.id).where(
            Notice.state.in_(open_ones),
            Notice.due_at <= civil,
            ~rests(civil, machine_now(session)),
        )
        return session.scalar(due.limit(1)) is not None

    async def _judge(self, what: Silence, lasting_s: float | None, why: str) -> None:
        now, alarm = self.monotonic(), self._alarms.get(what)
        if lasting_s is None or (what is not Silence.TROUBLE and lasting_s < self.silence_s):
            if alarm is not None:
                del self._alarms[what]
                if alarm.said_at is not None:
                    self._ended[what] = alarm
            return
        if alarm is None:
            alarm = self._alarms[what] = Alarmed(now - lasting_s)
        self._is_about(alarm, f"{what.name} {why}")
        if lasting_s < self.silence_s:
            return
        mine = await self._may_say(alarm.matter)
        if mine and (alarm.said_at is None or now - alarm.said_at >= AGAIN_S):
            minutes = round(lasting_s / 60)
            words = f"网格吹哨 {minutes} 分钟 min: {what}{f' ({why})' if why else ''}"
            if await self.way.tell(words):
                alarm.said_at, alarm.noted = now, False
                self._ended.pop(what, None)
            elif self.spokesman is not None:  # whoever has a way that is open
                await self.spokesman.leave_to_others(alarm.matter)
        if alarm.said_at is not None and not alarm.noted and self.all_clear is not None:
            alarm.noted = await self.all_clear.note_said(alarm.matter)

    def _is_about(self, alarm: Alarmed, matter: str) -> None:
        """What goes on for another reason is one alarm, with one end."""
        if alarm.noted and alarm.matter != matter and self.all_clear is not None:
            self.all_clear.forget(alarm.matter)
            alarm.noted = False
        alarm.matter = matter

    async def _say_ends(self) -> None:
        """What was said and is over; what this replica cannot say is said by one that can, or later."""
        for what, alarm in list(self._ended.items()):
            if not await self._may_say(alarm.matter) or await self._is_written(alarm):
                del self._ended[what]
            elif await self._tell_end(what.name):
                del self._ended[what]
                if self.all_clear is not None:
                    self.all_clear.forget(alarm.matter)
        if self.all_clear is None:
            return
        calm = [what.name for what in Silence if what not in self._alarms]
        knows = self.monotonic() - self._began >= self.silence_s
        while (end := await self.all_clear.taken(calm, knows=knows)) is not None:
            if not await self._tell_end(kind_of(end)):
                await self.all_clear.leave_to_others(end)
                return
            await self.all_clear.was_said(end)

    async def _is_written(self, over: Alarmed) -> bool:
        rows = self.all_clear
        if rows is None or not (over.noted or await rows.note_said(over.matter)):
            return False
        return await rows.note_over(over.matter)

    async def _tell_end(self, kind: str) -> bool:
        return await self.way.tell(f"恢复 / over: {Silence[kind]}")

    async def _may_say(self, matter: str) -> bool:
        return self.spokesman is None or await self.spokesman.may_say(matter)

    def _missed(self, session: Session) -> str | None:
        last = session.get(
            Pulse, "beat", with_for_update=True
        )  # of several that start, one says it
        if last is None:
            return None
        away = machine_now(session) - last.at
        if away < timedelta(seconds=self.silence_s):
            return None
        work = self.house.work(session)
        late = session.scalar(
            select(func.count(Deadline.case_id.distinct())).where(
                Deadline.state == ClockState.RUNNING, Deadline.next_at <= work.now
            )
        )
        unsent = session.scalar(
            select(func.count()).where(Notice.state == NoticeState.NEW, Notice.due_at <= work.now)
        )
        outage.was_away(work, work.now - away, cases=late or 0, notices=unsent or 0)
        felt(session, "beat")  # said once, by whoever lives first
        minutes = round(away.total_seconds() / 60)
        return (
            f"网格吹哨停了 {minutes} 分钟, 现在恢复: {late} 件有到期事项, {unsent} 条消息待发 / "
            f"was away for {minutes} min and is back: {late} cases have something overdue, {unsent} messages wait"
        )


def rests(civil: datetime, machine: datetime) -> ColumnElement[bool]:
    """Whether a notice waits for its next attempt, so that nobody could send it now, and that is no silence.

    Danger never rests: its pauses are of seconds. Nor does what waits only for the network, or has been due for hours: that it
    is not sent is what somebody must hear of.
    """
    from bot.records import AWAY  # noqa: PLC0415 - it needs this module itself

    return and_(
        Notice.state == NoticeState.NEW,
        Notice.retry_at.is_not(None),  # or what follows would be neither true nor false
        Notice.retry_at > machine,
        Notice.urgent != Urgent.RED,
        Notice.reason.is_distinct_from(AWAY),
        Notice.due_at > civil - RESTS_AT_MOST,
    )


def felt(session: Session, name: str) -> None:
    """Write that it was done just now."""
    pulse = session.get(Pulse, name, with_for_update=True)
    now = machine_now(session)
    if pulse is None:
        session.add(Pulse(name=name, at=now))
    else:
        pulse.at = now
