"""The days of the soak: who does what is on his phone, and how the clock goes on between.

Laws: people tap what is on their screen, all who have something to do at once; between two steps the bots come to rest; civil time
goes on in steps that never pass an instant at which something is due by more than half an hour, nor a midnight.
"""

import random
import time as machine
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from itertools import islice

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from benchmarks.report import Row
from benchmarks.soak_hands import hand, kept, keys, offered, taps
from benchmarks.soak_office import Office
from benchmarks.soak_script import MATTERS, Dispute, Next, Way, ways
from bot.sandbox.people import Person as Phone
from cases.workdays import CIVIL, YANBIAN, civil
from handlers.buttons import Verb
from models.deadline import Deadline
from models.notice import Notice
from models.vocabulary import ClockState, NoticeState, Role
from tests.stories.county import clockless, ownerless

JUDGES_LOOK = time(8, 40)  # after the card of 08:30
HOURS = (time(9, 40), time(15, 0))
STEP = timedelta(minutes=30)
PROMISED_AFTER = timedelta(days=9)
_HELD_S = 0.1


@dataclass(frozen=True, slots=True)
class Day:
    """What a day cost."""

    day: date
    reported: int
    updates: int
    calls: int
    cpu_s: float
    seconds: float

    @property
    def each_ms(self) -> float:
        """For each thing that came in or went out."""
        return 1000 * self.cpu_s / max(1, self.updates + self.calls)


@dataclass
class Soak:
    """Who is there, and what has been seen so far."""

    office: Office
    chance: random.Random
    number: int
    disputes: list[Dispute] = field(default_factory=list)
    days: list[Day] = field(default_factory=list)
    late: int = 0
    ownerless: int = 0
    clockless: int = 0
    missed: int = 0

    async def play(self, a_day: int, *, until: float, afterwards: timedelta) -> None:
        """Days with reports, days without, and what is left to fire."""
        coming = iter(ways(self.number, self.chance))
        day = civil(self.office.sandbox.at).date()
        while machine.monotonic() < until and (arriving := list(islice(coming, a_day))):
            await self._working_day(day, arriving)
            day = _next_working(day)
        while any(one.next is not Next.NOTHING for one in self.disputes):
            if (oldest := self._oldest_promise()) is not None and oldest + timedelta(days=6) < day:
                self.missed += sum(one.next is not Next.NOTHING for one in self.disputes)
                break
            await self._working_day(day, [])
            day = _next_working(day)
        await self._until(datetime.combine(day, time(9), CIVIL) + afterwards)

    def rows(self) -> list[Row]:
        """The curve: the first full day, and the last with reports."""
        busy = [one for one in self.days if one.reported]
        first, last = (busy[1] if len(busy) > 2 else busy[0]), busy[-1]
        ratio = last.each_ms / first.each_ms if first.each_ms else None
        updates, calls = sum(one.updates for one in self.days), sum(one.calls for one in self.days)
        cpu = sum(one.cpu_s for one in self.days)
        return [
            Row("updates and calls", f"{updates:,} and {calls:,}"),
            Row("CPU seconds per dispute, bots and server", f"{cpu / len(self.disputes):.2f}"),
            Row(
                f"CPU per update and call: day {len(busy)} against day {busy.index(first) + 1}",
                f"{last.each_ms:.1f} ms",
                f"{first.each_ms:.1f} ms",
                ratio,
                1.5,
            ),
        ]

    # --- a day ---

    async def _working_day(self, day: date, arriving: list[Way]) -> None:
        office, began = self.office, machine.monotonic()
        cpu, updates, calls = office.cpu_s(), office.handled, office.calls
        await self._until(datetime.combine(day, JUDGES_LOOK, CIVIL))
        await self._judges()
        halves = (arriving[::2], arriving[1::2])
        for hour, half in zip(HOURS, halves, strict=True):
            await self._until(datetime.combine(day, hour, CIVIL))
            await self._reports(half)
            await self._handlers(civil(office.sandbox.at).date())
            await self._residents(civil(office.sandbox.at).date())
        self._look()
        self.days.append(
            Day(
                day,
                len(arriving),
                office.handled - updates,
                office.calls - calls,
                office.cpu_s() - cpu,
                machine.monotonic() - began,
            )
        )
        one = self.days[-1]
        print(
            f"{day}: {len(self.disputes)} disputes, {one.updates} updates, {one.calls} calls,"
            f" {one.cpu_s:.0f} s of CPU, {one.each_ms:.1f} ms for each, {one.seconds:.0f} s",
            flush=True,
        )

    async def _until(self, goal: datetime) -> None:
        """Push the clock; after each step everything that was due has fired, on its day."""
        sandbox = self.office.sandbox
        answer = await sandbox.settle()
        while sandbox.at < goal:
            due = goal if answer.next_due is None else answer.next_due
            midnight = datetime.combine(civil(sandbox.at).date(), time(23, 59, 59), CIVIL)
            if sandbox.at >= midnight:
                midnight += timedelta(days=1)
            step = max(due, min(sandbox.at + STEP, midnight)) if due < goal else goal
            await sandbox.clock.ask(min(step, goal))
            answer = await sandbox.settle()
            self.late += self.office.store.read(self._left_over)

    def _left_over(self, session: Session) -> int:
        """What should have fired by now and has not."""
        left = select(func.count()).where(
            Deadline.state == ClockState.RUNNING, Deadline.next_at <= self.office.sandbox.at
        )
        return session.scalar(left) or 0

    def _look(self) -> None:
        """Laws 2 and 4, over every open case."""
        self.ownerless += len(self.office.store.read(ownerless))
        self.clockless += len(self.office.store.read(clockless))

    async def _rest(self) -> None:
        """All is said, also what was held back a moment for more words."""
        held = select(Notice.id).where(
            Notice.state == NoticeState.NEW, Notice.retry_at.is_not(None)
        )
        await self.office.sandbox.settle()
        while self.office.store.read(lambda session: session.scalar(held.limit(1))) is not None:
            await self.office.sandbox.settle()

    # --- people ---

    async def _judges(self) -> None:
        for one in self.office.made.of(Role.JUDGE):
            await taps(self.office.phone(one.code), Verb.TAKE_ALL)
        await self._rest()

    async def _reports(self, arriving: Sequence[Way]) -> None:
        """A poster's code, one sentence, one tap."""
        if not arriving:
            return
        fresh = [self._dispute(way) for way in arriving]
        for one in fresh:
            await one.resident.starts(one.poster, settle=False)
        await self._rest()
        for one in fresh:
            await one.resident.says(one.matter, settle=False)
        await self._rest()
        for one in fresh:
            self.missed += not await taps(one.resident, Verb.SUBMIT)
        await self._rest()
        self.disputes += fresh
        accounts = {one.resident.telegram_id: one for one in fresh}
        for account, case_id, assignment_id, handler in self.office.store.read(
            lambda session: session.execute(offered(set(accounts))).all()
        ):
            one = accounts[account or 0]
            one.case_id, one.assignment_id, one.handler = case_id, assignment_id, str(handler)
            one.begins()

    def _dispute(self, way: Way) -> Dispute:
        number = len(self.office.sandbox.people)
        language = self.chance.choice(("zh", "zh", "ko"))
        grid = self.chance.choice(self.chance.choice(self.office.made.wards).codes)
        resident = self.office.sandbox.person(
            f"resident_{number}", language_code="ko" if language == "ko" else "zh-hans"
        )
        matter = self.chance.choice(MATTERS[language])
        return Dispute(number, way, resident, f"g_{grid}_{language}", matter)

    async def _handlers(self, today: date) -> None:
        """Everybody does one thing with each case: who is asked takes it, who has it calls, who has called settles."""
        waiting = [one for one in self.disputes if one.next in {Next.TAKE, Next.REACH}]
        settling: dict[str, Dispute] = {}  # one conversation at a time
        for one in self.disputes:
            if one.next is Next.AGREE:
                settling.setdefault(one.handler, one)
        if not (waiting or settling):
            return
        await self._on_the_desk([*waiting, *settling.values()])
        done = [one for one in waiting if await self._handles(one)]
        begun = [one for one in settling.values() if await self._handles(one)]
        await self._rest()
        promised = today + PROMISED_AFTER
        for one in begun:
            words = f"对方{promised.month}月{promised.day}日前办好。"
            await self.office.phone(one.handler).says(words, settle=False)
        await self._rest()
        sure = [one for one in begun if await taps(self._at(one), Verb.AGREE_OK)]
        await self._rest()
        for one in done:
            one.went_on()
        for one in sure:
            one.went_on(promised)

    def _at(self, one: Dispute) -> Phone:
        return self.office.phone(one.handler)

    async def _on_the_desk(self, wanted: list[Dispute]) -> None:
        """What does not stand on the own screen any more (a list, an older card) is opened from the desk."""
        hidden = [one for one in wanted if not self._sees(one)]
        for one in {one.handler: one for one in hidden}.values():
            await self._at(one).says("/desk", settle=False)
        await self._rest()
        for one in hidden:
            await taps(self._at(one), Verb.OPEN, one.case_id)
        if hidden:
            await self._rest()

    async def _handles(self, one: Dispute) -> bool:
        verb, wanted = hand(one)
        return await taps(self._at(one), verb, wanted)

    def _sees(self, one: Dispute) -> bool:
        return next(keys(self._at(one), *hand(one)), None) is not None

    async def _residents(self, today: date) -> None:
        """Some end it themselves; when the promised day is over, some say whether it was kept."""
        ending = [one for one in self.disputes if one.next is Next.WITHDRAW]
        asked = [
            one
            for one in self.disputes
            if one.next is Next.ANSWER and one.promised is not None and one.promised < today
        ]
        if not (ending or asked):
            return
        for one in ending:
            await one.resident.says("/my", settle=False)
        await self._rest()
        for one in ending:
            await taps(one.resident, Verb.WITHDRAW)
        await self._rest()
        for one in ending:
            if await taps(one.resident, Verb.WITHDRAW_OK):
                one.went_on()
        told = [one for one in asked if await taps(one.resident, Verb.KEPT, arg=kept(one))]
        await self._rest()
        for one in told:
            if one.way is Way.BROKEN or await taps(one.resident, Verb.CLOSE_OK):
                one.went_on()
        await self._rest()

    def _oldest_promise(self) -> date | None:
        open_ones = [one.promised for one in self.disputes if one.next is Next.ANSWER]
        return min((day for day in open_ones if day is not None), default=None)


def _next_working(day: date) -> date:
    day += timedelta(days=1)
    while not YANBIAN.is_working(day):
        day += timedelta(days=1)
    return day
