"""Notices out: claimed under the lease, made into words, sent in order per person, and the outcome written down.

Laws: nothing is sent that is not a claimed row; one message per person at a time, danger before all and bulk last;
what was surely not sent is sent again; what was perhaps sent stays `unknown` and goes out once more, marked as a
repeat; an edit is made again, since it reads the same twice; whatever cannot be delivered is told to the cases.

    new ──claim──▶ sending ──▶ sent | new (surely unsent) | unknown (+ a repeat) | unreachable | failed
     └──▶ withdrawn (no longer true)
"""

import asyncio
import logging
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, cast

from sqlalchemy import ColumnElement, Select, Table, and_, bindparam, func, or_, select, update
from sqlalchemy.orm import Session, aliased, joinedload
from telegram import Bot
from telegram.error import TelegramError

from bot.blame import is_ours
from bot.delivery import FLOOD, Delivery, Outgoing, Result, ViewFailed, Words
from bot.following import Following
from bot.leadership import Leadership
from bot.limits import Budget
from bot.logs import LOG_EVERY
from bot.reach import LEAVES_S, RESTS_S, is_answer
from bot.records import AWAY, House, Outbox, Records
from cases.work import Work
from models.notice import Notice
from models.store import machine_now
from models.vocabulary import PRESSING, NoticeState, Urgent

log = logging.getLogger(__name__)

IDLE_S = (
    0.5  # between two looks when nobody wakes us: notices of other processes, quiet hours that end
)
AT_ONCE = 32  # messages on their way
AT_ONCE_RED = 40  # danger still gets through when all the others hang
PROBE_S = (0.5, 2, 5, 10, 20, 30)  # between two questions whether Telegram is there again
ORPHANS_S = 5.0  # between two looks for rows that a former sender left behind
LOST = timedelta(
    minutes=5
)  # no call lasts so long: a row still `sending` then has nobody behind it
ORPHANS_AT_ONCE = 200


@dataclass(slots=True)
class Pauses:
    """Who is not to be written to for a while, by machine time, because Telegram said so."""

    people: dict[int, float] = field(default_factory=dict)
    bulk_until: float = 0.0

    def flood(self, person_id: int, seconds: float) -> None:
        """One chat waits; as long as two do, the bulk waits too, and nobody else does."""
        self.people[person_id] = time.monotonic() + seconds
        waiting = sorted(self.people[who] for who in self.now())
        if len(waiting) > 1:
            self.bulk_until = waiting[-2]  # then only one of them waits

    def now(self) -> list[int]:
        now = time.monotonic()
        self.people = {who: until for who, until in self.people.items() if until > now}
        return list(self.people)

    @property
    def bulk(self) -> bool:
        return time.monotonic() < self.bulk_until


class Sender:
    """The only sender of notices, while it leads."""

    def __init__(
        self,
        house: House,
        bot: Bot,
        leadership: Leadership,
        outbox: Outbox,
        render: Callable[[Any], Words],
        *,
        budget: Budget | None = None,
        beside: Sequence[Leadership] = (),
    ) -> None:
        self._house = house
        self._budget = budget or Budget()
        self._held_back = False
        self._store = house.store
        self._bot = bot
        self._leadership = leadership
        self._posts = (leadership, *beside)  # of no use to who does not reach Telegram
        self._records = Records(house, outbox)
        self._outbox = outbox
        self._delivery = Delivery(bot, render, Following(house.store, self._budget, leadership))
        self._woken = asyncio.Event()
        self._flying: dict[int, asyncio.Task[None]] = {}
        self._waiting: dict[int, Outgoing] = {}  # of these, who wait for a place
        self._results: list[Result] = []
        self._pauses = Pauses()
        self._careful = False
        self._led_under: int | None = None
        self._orphans_at = 0.0
        self._probing: asyncio.Task[None] | None = None
        self._back = False
        self._stopping = False
        self.sent = 0
        self.floods = 0

    def wake(self) -> None:
        """There is something to send."""
        self._woken.set()

    async def run(self) -> None:
        """Record, claim, send. For ever, or until stopped with nothing on its way."""
        failures, woken = 0, True
        while not (self._stopping and not self._flying):
            try:
                await self._round(woken=woken)
                failures = 0
            except Exception:
                # the database is away, or something is wrong with us: nothing is lost, the rows are there
                if failures % LOG_EVERY == 0:
                    log.exception("the sender waits", extra={"action": "sender_waits"})
                failures += 1
                await asyncio.sleep(min(5.0, 0.2 * failures))
            woken = await self._until_woken()

    async def stop(self, running: "asyncio.Task[None]", patience_s: float = 10.0) -> None:
        """Claim nothing more; what is on its way is ended and recorded, what hangs is `sending` and will be repeated."""
        self._stopping = True
        self.wake()
        await asyncio.wait([running], timeout=patience_s)
        tasks = [running, *self._flying.values(), *([self._probing] if self._probing else [])]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    @property
    def is_away(self) -> bool:
        """Whether Telegram could not be reached: nothing is sent until it answers again."""
        return self._probing is not None

    def pending(self, session: Session) -> int:
        """How many people can be written to now or are: whoever waits for that is done when it is none.

        By one statement: between two, what was on its way may have arrived, and what waited behind it would be in neither. And
        not by what this process has in hand: what a row says is already said, may still be on its way here.
        """
        sendable = self._sendable(session).order_by(None).subquery()
        can_be = select(func.count()).select_from(sendable).scalar_subquery()
        on_its_way = select(func.count()).where(Notice.state == NoticeState.SENDING)
        return int(session.scalars(select(can_be + on_its_way.scalar_subquery())).one())

    async def _until_woken(self) -> bool:
        try:
            async with asyncio.timeout(self._budget.next_slot_s() if self._held_back else IDLE_S):
                await self._woken.wait()
        except TimeoutError:
            return False
        self._woken.clear()
        return True

    async def _round(self, *, woken: bool) -> None:
        results = list(self._results)
        if results:
            await self._records.write(results)
            self._recorded(results)
            if any(result.state is NoticeState.SENT for result in results):
                await self._house.pulses.felt("send")
        if self._back:
            # only now: what failed before the probe succeeded has been written down
            await self._store.act(_end_waiting)
            self._back = False
        if waiting := {out.person_id for out in self._patient}:
            self._hand_back(await self._store.look(lambda s: self._overtaken(s, waiting)))
        fence = self._leadership.fence
        if fence is None or self._stopping:
            return
        await self._learn_pauses(fence)
        await self._adopt_orphans(fence)
        room = AT_ONCE_RED - len(self._flying)
        if self._probing or room <= 0:
            return
        if not woken and not await self._store.look(self._is_anything_due):
            self._held_back = False
            return
        claimed, counted_at = await self._claim(fence, room)
        self._budget.promise(len(claimed), counted_at)
        for out in claimed:
            self._budget.written_to(out.person_id)
            self._waiting[out.id] = out
            self._flying[out.id] = asyncio.create_task(self._carry(out))

    def _recorded(self, results: Sequence[Result]) -> None:
        """Only now does a notice cease to be on its way: its row says what became of it."""
        self._results = self._results[len(results) :]
        for result in results:
            self._flying.pop(result.out.id, None)
            self.sent += result.state is NoticeState.SENT
            self.floods += result.reason == FLOOD
        self.wake()

    # Claiming

    def _is_anything_due(self, session: Session) -> bool:
        return session.scalar(self._sendable(session).where(*self._with_room).limit(1)) is not None

    @property
    def _with_room(self) -> tuple[ColumnElement[bool], ...]:
        """While all the room is taken but what is kept for danger, only danger."""
        return (Notice.urgent == Urgent.RED,) if len(self._flying) >= AT_ONCE else ()

    def _sendable(self, session: Session) -> Select[int]:
        """Ids of the first unsent notice of each person who has none on its way, in the order of leaving."""
        query = _SENDABLE.params(civil=self._house.clock.now(), machine=machine_now(session))
        paused = self._pauses.now()
        if paused:
            query = query.where(Notice.person_id.not_in(paused))
        if self._pauses.bulk:
            query = query.where(Notice.urgent != Urgent.BULK)
        return query

    async def _claim(self, fence: int, room: int) -> tuple[list[Outgoing], datetime]:
        careful, self._careful = self._careful, False
        try:
            return await self._store.act(lambda s: self._take(s, fence, room, careful=careful))
        except Exception as error:
            # one notice may spoil the batch: the next round looks at each by itself
            self._careful = not is_ours(error)
            raise

    def _take(
        self, session: Session, fence: int, room: int, *, careful: bool
    ) -> tuple[list[Outgoing], datetime]:
        """Take what may go now, in one transaction that holds the lease; gives when that was, too."""
        machine, claimed = machine_now(session), list[Outgoing]()
        if not self._leadership.check(session, fence):
            return claimed, machine
        chosen = session.scalars(_CHOSEN, {"ids": self._choose(session, room, machine)}).all()
        work = self._house.work(session)
        if not careful:
            self._outbox.read_ahead(work, [one for one in chosen if one.person.telegram_id])
        for notice in chosen:
            has_chat = notice.person.telegram_id is not None
            view = self._view(work, notice, careful=careful) if has_chat else None
            if view is None and has_chat:
                notice.state, notice.reason = NoticeState.WITHDRAWN, "no longer true"
                continue
            claimed.append(_outgoing(notice, fence, view))
        if claimed:
            ids = [out.id for out in claimed]
            session.connection().execute(_CLAIM, {"ids": ids, "by": fence, "at": machine})
        self._budget.spend(session, len(claimed), machine)
        return claimed, machine

    def _choose(self, session: Session, room: int, machine: datetime) -> list[int]:
        """Danger as long as there is room at all, answers only in the room of all; notices within what Telegram allows now."""
        left = self._budget.left(session, machine)
        query = self._sendable(session).add_columns(Notice.urgent, Notice.person_id)
        rows = session.execute(
            query.where(*self._with_room)
            .limit(2 * room)
            .with_for_update(skip_locked=True, of=Notice)
        ).all()
        chosen = [row.id for row in rows if row.urgent is Urgent.RED][:room]
        room_of_all = AT_ONCE - len(self._flying)  # the rest of the room is kept for danger
        answers = [row.id for row in rows if row.urgent is Urgent.ANSWER]
        chosen += answers[: max(0, room_of_all - len(chosen))]
        free = [
            row.id
            for row in rows
            if row.urgent not in PRESSING and self._budget.is_free(row.person_id)
        ]
        chosen += free[: max(0, min(room_of_all, self._budget.slots(left)) - len(chosen))]
        self._held_back = len(chosen) < len(rows)
        return chosen

    def _view(self, work: Work, notice: Notice, *, careful: bool) -> Any:  # noqa: ANN401 - cases' own view
        if not careful:
            return self._outbox.view_of(work, notice)
        try:
            with work.session.begin_nested():
                return self._outbox.view_of(work, notice)
        except Exception as error:
            if is_ours(error):
                raise
            return ViewFailed(error)

    async def _learn_pauses(self, fence: int) -> None:
        """What the last to lead was told binds the next: which chats to leave alone, and for how long.

        Once, and not in the question of each round: that would cost every answer more than a tenth of a millisecond. A pause
        whose notice a newer screen has replaced is not known here, and costs one refusal more.
        """
        if fence == self._led_under:
            return
        for person_id, seconds in await self._store.look(_told_to_wait):
            self._pauses.flood(person_id, seconds)
        self._led_under = fence

    async def _adopt_orphans(self, fence: int) -> None:
        """What a former sender had on its way was perhaps sent: nobody is left who could know."""
        if time.monotonic() < self._orphans_at:
            return
        if await self._store.look(lambda s: self._orphans(s, fence)):
            await self._store.act(lambda s: self._adopt(s, fence))
            self.wake()
        else:
            self._orphans_at = time.monotonic() + ORPHANS_S

    def _orphans(self, session: Session, fence: int) -> list[int]:
        too_old = machine_now(session) - LOST
        wanted = (
            select(Notice.id)
            .where(
                Notice.state == NoticeState.SENDING,
                or_(Notice.fence != fence, Notice.sending_since < too_old),
                Notice.id.not_in(list(self._flying)),
            )
            .order_by(Notice.id)
            .limit(ORPHANS_AT_ONCE)
        )
        return list(session.scalars(wanted))

    def _adopt(self, session: Session, fence: int) -> None:
        if not self._leadership.check(session, fence):
            return
        ids = self._orphans(session, fence)
        locked = (
            select(Notice).where(Notice.id.in_(ids)).order_by(Notice.id).with_for_update(of=Notice)
        )
        for notice in session.scalars(locked):
            if notice.state is NoticeState.SENDING:
                self._records.perhaps_sent(session, notice, "crash")
        log.warning(
            "notices were on their way", extra={"action": "orphans_adopted", "notices": len(ids)}
        )

    # Sending

    async def _carry(self, out: Outgoing) -> None:
        left_at = await self._budget.place(out.urgent)
        self._waiting.pop(out.id, None)
        if self._leadership.fence != out.fence:
            # it slept too long: another process may be saying this, marked, at this moment
            self._budget.unused()
            self._results.append(_unsent(out, "not led any more"))
            self.wake()
            return
        result = await self._delivery.deliver(out)
        self._budget.landed(left_at)
        if result.reason == FLOOD:
            self._pauses.flood(out.person_id, result.wait_s)
        if result.doubt:
            self._doubt()
        self._results.append(result)
        self.wake()

    def _overtaken(self, session: Session, people: set[int]) -> list[int]:
        """To whom of these something is to be said at once: what waits for its place must not keep it back."""
        urgent = select(Notice.person_id).where(
            Notice.person_id.in_(people),
            Notice.state == NoticeState.NEW,
            Notice.urgent.in_(PRESSING),
            Notice.due_at <= self._house.clock.now(),
            or_(Notice.retry_at.is_(None), Notice.retry_at <= machine_now(session)),
        )
        return list(session.scalars(urgent))

    @property
    def _patient(self) -> list[Outgoing]:
        """Who waits for a place, and is not urgent himself."""
        return [one for one in self._waiting.values() if one.urgent not in PRESSING]

    def _hand_back(self, people: Sequence[int]) -> None:
        """Their notices have not left, and follow what is told at once."""
        for out in [one for one in self._patient if one.person_id in people]:
            del self._waiting[out.id]
            self._flying[out.id].cancel()
            self._results.append(_unsent(out, "after what is urgent"))
            self.wake()

    def _doubt(self) -> None:
        """Nothing more is claimed until Telegram answers again, so that an outage costs each notice one attempt."""
        if self._probing is None:
            log.warning("Telegram is away", extra={"action": "send_failed"})
            self._probing = asyncio.create_task(self._probe())

    async def _probe(self) -> None:
        attempt, began = 0, time.monotonic()
        while not await self._is_there():
            if time.monotonic() - began >= LEAVES_S:
                await self._leave()
            await asyncio.sleep(PROBE_S[min(attempt, len(PROBE_S) - 1)])
            attempt += 1
        for post in self._posts:
            post.come_back()
        self._back = True
        self._probing = None
        self.wake()

    async def _leave(self) -> None:
        """Another process may reach Telegram; this one sends nothing anyway."""
        for post in self._posts:
            if post.fence is not None:
                log.warning("a post is left", extra={"action": "post_left", "post": post.name})
                await post.leave(RESTS_S)

    async def _is_there(self) -> bool:
        try:
            await self._bot.get_me()
        except TelegramError as error:
            return is_answer(error)
        except Exception:
            # whatever it is, the question is asked again: a probe that ends so would keep everything back for ever
            log.exception("Telegram could not be asked", extra={"action": "probe_failed"})
            return False
        return True


def _built_once() -> Select[int]:
    """The question of each round; building it anew each time cost more than answering it."""
    civil = bindparam("civil", type_=Notice.due_at.type)
    machine = bindparam("machine", type_=Notice.retry_at.type)
    other = aliased(Notice)
    before = or_(
        other.urgent < Notice.urgent, and_(other.urgent == Notice.urgent, other.id < Notice.id)
    )
    of_same = select(other.id).where(other.person_id == Notice.person_id)
    on_its_way = of_same.where(other.state == NoticeState.SENDING).exists()
    # asked apart: by one question with "or" all that this person was ever told would be looked through
    unsent_before = of_same.where(
        other.state == NoticeState.NEW, other.due_at <= civil, before
    ).exists()
    return (
        select(Notice.id)
        .where(
            Notice.state == NoticeState.NEW,
            Notice.due_at <= civil,
            or_(Notice.retry_at.is_(None), Notice.retry_at <= machine),
            ~on_its_way,
            ~unsent_before,
        )
        .order_by(Notice.urgent, Notice.id)
    )


_SENDABLE = _built_once()
_NOTICE = cast("Table", Notice.__table__)


#: The chosen ones with their people, in the order of leaving.
_CHOSEN = (
    select(Notice)
    .where(Notice.id.in_(bindparam("ids", expanding=True)))
    .options(joinedload(Notice.person))
    .order_by(Notice.urgent, Notice.id)
)
#: One statement for all that is claimed: their rows are not read again here.
_CLAIM = (
    update(_NOTICE)
    .where(_NOTICE.c.id.in_(bindparam("ids", expanding=True)))
    .values(state=NoticeState.SENDING, fence=bindparam("by"), sending_since=bindparam("at"))
)


def _outgoing(notice: Notice, fence: int, view: Any) -> Outgoing:  # noqa: ANN401 - cases' own view
    return Outgoing(
        id=notice.id,
        fence=fence,
        person_id=notice.person_id,
        case_id=notice.case_id,
        chat_id=notice.person.telegram_id,
        urgent=notice.urgent,
        attempts=notice.attempts,
        silent=notice.silent,
        edit_message_id=notice.edit_message_id,
        view=view,
    )


def _unsent(out: Outgoing, why: str) -> Result:
    """It surely never left, and goes as soon as it may."""
    return Result(out, NoticeState.NEW, why, counts=False)


def _told_to_wait(session: Session) -> list[tuple[int, float]]:
    """People whose chat Telegram wants to be left alone, and for how many seconds more."""
    machine = machine_now(session)
    rows = session.execute(
        select(Notice.person_id, Notice.retry_at)
        .where(Notice.state == NoticeState.NEW, Notice.reason == FLOOD, Notice.retry_at > machine)
        .order_by(Notice.retry_at)  # of several pauses of one chat the longest is the last
    )
    return [(who, (until - machine).total_seconds()) for who, until in rows if until is not None]


def _end_waiting(session: Session) -> None:
    """The network is there again: who waited only for it need not wait longer."""
    waiting = update(Notice).where(
        Notice.state == NoticeState.NEW, Notice.retry_at.is_not(None), Notice.reason == AWAY
    )
    session.execute(
        waiting.values(retry_at=None), execution_options={"synchronize_session": False}
    )
