"""The dead man's handle: when nothing beats or nothing can be said any more, the duty desk hears it by a second way.

Laws: what is silent is told by machine time, in this process, without the database; of several replicas that see the same silence
one whose second way is open tells it, as long as they can ask the database which (bot/spokesman.py); a process that died is told of by the next one to
live, with what was missed; an alarm that lasts is repeated each hour, and its end is said too.
"""

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from typing import Any, Protocol

import aiohttp
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot.settings import AlarmFormat
from bot.spokesman import Spokesman
from cases.actions import outage
from cases.work import Work
from models.deadline import Deadline
from models.notice import Notice
from models.office import Pulse
from models.store import Store, machine_now
from models.vocabulary import ClockState, NoticeState

log = logging.getLogger(__name__)

AGAIN_S = 3600.0  # an alarm that lasts is said again
WRITTEN_EVERY_S = 10.0  # a pulse is a row no more often
LOOKS = 20  # in the time after which silence is an alarm
PATIENCE_S = 10.0  # for the second way


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
class SecondWay:
    """How somebody is told when Telegram or the database is what fails."""

    url: str
    format: AlarmFormat
    who: str = ""
    """Which replica speaks."""

    async def tell(self, words: str) -> bool:
        """Log it, and post it to the address, best effort; whether it was said. Without an address the log says it."""
        words = f"{words} [{self.who}]" if self.who else words
        log.critical(words, extra={"action": "dead_man"})
        if not self.url:
            return True
        robot: dict[str, Any] = {"json": {"msgtype": "text", "text": {"content": words}}}
        how = robot if self.format is AlarmFormat.GROUP_ROBOT else {"data": words.encode()}
        try:
            async with (
                aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=PATIENCE_S)) as session,
                session.post(self.url, **how) as answer,
            ):
                answer.raise_for_status()
                return await self._heed(answer)
        except (aiohttp.ClientError, OSError, TimeoutError) as error:
            log.exception(
                "the second way is closed too",
                extra={"action": "alarm_unsaid", "why": type(error).__name__},
            )
            return False

    async def _heed(self, answer: aiohttp.ClientResponse) -> bool:
        """A group robot refuses with 200 and a number: 企业微信 and 钉钉 say 0 only when it was posted."""
        if self.format is not AlarmFormat.GROUP_ROBOT:
            return True
        try:
            said = await answer.json(content_type=None)
        except ValueError:
            return True
        code = said.get("errcode", 0) if isinstance(said, dict) else 0
        if code != 0:
            log.error(
                "the second way refuses what it is told",
                extra={"action": "alarm_unsaid", "why": f"errcode {code}"},
            )
        return bool(code == 0)


@dataclass(slots=True)
class Alarmed:
    """One silence that is being watched: since when, and when it was last said."""

    since: float
    matter: str = ""
    said_at: float | None = None


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
    _alarms: dict[Silence, Alarmed] = field(default_factory=dict)
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
        due = select(Notice.id).where(
            Notice.state.in_(open_ones), Notice.due_at <= self.house.work(session).now
        )
        return session.scalar(due.limit(1)) is not None

    async def _judge(self, what: Silence, lasting_s: float | None, why: str) -> None:
        now, alarm = self.monotonic(), self._alarms.get(what)
        if lasting_s is None or (what is not Silence.TROUBLE and lasting_s < self.silence_s):
            if alarm is not None:
                del self._alarms[what]
                if alarm.said_at is not None and await self._may_say(alarm.matter):
                    await self.way.tell(f"恢复 / over: {what}")
            return
        if alarm is None:
            alarm = self._alarms[what] = Alarmed(now - lasting_s)
        if lasting_s < self.silence_s:
            return
        alarm.matter = f"{what.name} {why}"
        mine = await self._may_say(alarm.matter)
        if mine and (alarm.said_at is None or now - alarm.said_at >= AGAIN_S):
            minutes = round(lasting_s / 60)
            words = f"网格吹哨 {minutes} 分钟 min: {what}{f' ({why})' if why else ''}"
            if await self.way.tell(words):
                alarm.said_at = now
            elif self.spokesman is not None:  # whoever has a way that is open
                await self.spokesman.leave_to_others(alarm.matter)

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


def felt(session: Session, name: str) -> None:
    """Write that it was done just now."""
    pulse = session.get(Pulse, name, with_for_update=True)
    now = machine_now(session)
    if pulse is None:
        session.add(Pulse(name=name, at=now))
    else:
        pulse.at = now
