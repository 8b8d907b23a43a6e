import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import pairwise
from typing import Any

import pytest
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session
from telegram import Bot, InlineKeyboardButton, InlineKeyboardMarkup
from telegram.error import BadRequest

from bot.leadership import Leadership
from bot.limits import AHEAD_S, Budget, Limits
from bot.records import RETRY_S, Outbox, repeats
from bot.sandbox.chats import Kind
from bot.sandbox.sandbox import Sandbox
from bot.sender import AT_ONCE, AT_ONCE_RED, Pauses, Sender
from bot.transport import Transport
from cases.work import Work
from handlers.cards import Shown
from models.notice import Notice
from models.office import Office, SentSecond
from models.person import Person
from models.store import machine_now
from models.vocabulary import EvidenceKind, NoticeState, Urgent
from tests.bot.small_house import MORNING, SmallHouse

LONG_AGO = MORNING.replace(year=2000)


@dataclass(frozen=True, slots=True)
class Sheet:
    """A notice as text: its fact "say", and a mark when it is a repeat."""

    text: str
    button: str | None = None
    file: Shown | None = None
    picture: bytes | None = None
    erase: tuple[int, ...] = ()
    pin: bool = False
    unpin: tuple[int, ...] = ()

    def markup(self) -> InlineKeyboardMarkup | None:
        return (
            InlineKeyboardMarkup([[InlineKeyboardButton(self.button, callback_data="x")]])
            if self.button
            else None
        )


def render(view: dict[str, Any]) -> Sheet:
    if view.get("unsayable"):
        raise ValueError("no words for this")
    return Sheet(
        view["say"],
        view.get("button"),
        file=Shown(EvidenceKind.VOICE, view["voice"]) if "voice" in view else None,
        erase=tuple(view.get("erase", ())),
        pin=view.get("pin", False),
        unpin=tuple(view.get("unpin", ())),
    )


@dataclass
class Mail:
    """The sender under test, and what it told the cases."""

    house: SmallHouse
    telegram: Sandbox
    sender: Sender
    leadership: Leadership
    not_delivered: list[int] = field(default_factory=list)
    failed: list[int] = field(default_factory=list)
    running: list[asyncio.Task[None]] = field(default_factory=list)

    def view_of(self, _work: Work, notice: Notice) -> dict[str, Any] | None:
        if notice.facts.get("untrue"):
            return None
        if notice.facts.get("unreadable"):
            raise KeyError("a fact is missing")
        mark = " (again)" if notice.repeated else ""
        return {**notice.facts, "say": f"{notice.facts['say']}{mark}"}

    def note_undelivered(self, _work: Work, notice: Notice) -> None:
        assert notice.state is NoticeState.UNREACHABLE
        self.not_delivered.append(notice.id)

    def note_failed(self, _work: Work, notice: Notice) -> None:
        self.failed.append(notice.id)

    async def tell(self, who: str, say: str, **how: Any) -> int:
        notice_id = await write(self.house, self.telegram, who, say, **how)
        self.sender.wake()
        return notice_id

    def notices(self) -> list[Notice]:
        return self.house.store.read(_notices)

    def notice(self, notice_id: int) -> Notice:
        return next(notice for notice in self.notices() if notice.id == notice_id)

    def states(self) -> list[NoticeState]:
        return [notice.state for notice in self.notices()]


def _notices(session: Session) -> list[Notice]:
    found = list(session.scalars(select(Notice).order_by(Notice.id)))
    session.expunge_all()
    return found


async def write(house: SmallHouse, telegram: Sandbox, who: str, say: str, **how: Any) -> int:
    """A notice row for somebody who has started the bot."""
    person = telegram.person(who)
    person.chat.started = True
    columns = {name: how.pop(name) for name in list(how) if hasattr(Notice, name)}

    def act(session: Session) -> int:
        row = session.scalar(select(Person).where(Person.code == who))
        if row is None:
            row = Person(code=who, telegram_id=person.telegram_id, created_at=MORNING)
            session.add(row)
            session.flush()
        notice = Notice(
            **{
                "person_id": row.id,
                "kind": "test",
                "urgent": Urgent.NOTICE,
                "state": NoticeState.NEW,
                "facts": {"say": say, **how},
                "created_at": MORNING,
                "due_at": house.clock.now(),
                **columns,
            }
        )
        session.add(notice)
        session.flush()
        return notice.id

    return await house.store.act(act)


def texts(telegram: Sandbox, who: str) -> list[str]:
    return [message.text for message in telegram.person(who).messages if not message.mine]


@pytest.fixture
async def open_mail(house: SmallHouse, telegram: Sandbox):
    @asynccontextmanager
    async def opened(
        *,
        holder: str = "one",
        base_url: str = telegram.base_url,
        lease_s: float = 10.0,
        read_s: float = 1.0,
    ) -> AsyncIterator[Mail]:
        request = Transport(read_s=read_s)
        await request.initialize()
        bot = Bot(telegram.token, base_url=f"{base_url}/bot", request=request)
        leadership = Leadership(house.store, "sender", lease_s, holder)
        mail = Mail(house, telegram, None, leadership)  # type: ignore[arg-type]  # made in the next line
        outbox = Outbox(lambda *_: None, mail.view_of, mail.note_undelivered, mail.note_failed)
        mail.sender = Sender(house, bot, leadership, outbox, render)
        mail.running = [
            asyncio.create_task(leadership.hold()),
            asyncio.create_task(mail.sender.run()),
        ]
        try:
            yield mail
        finally:
            mail.running[0].cancel()
            await mail.sender.stop(mail.running[1], 2.0)
            await asyncio.gather(*mail.running, return_exceptions=True)
            await request.shutdown()

    return opened


async def test_a_notice_is_sent_once_and_its_words_are_kept(open_mail, telegram, until):
    async with open_mail() as mail:
        notice_id = await mail.tell("judge", "123-7")
        await until(lambda: mail.states() == [NoticeState.SENT])
        await asyncio.sleep(0.6)
    sent = mail.notice(notice_id)
    assert texts(telegram, "judge") == ["123-7"]
    assert (sent.text, sent.message_id) == ("123-7", telegram.person("judge").last.id)
    assert sent.sent_at == MORNING


async def test_each_person_is_told_in_order_and_danger_first(open_mail, telegram, house, until):
    await write(house, telegram, "judge", "bulk", urgent=Urgent.BULK)
    await write(house, telegram, "judge", "notice 1")
    await write(house, telegram, "judge", "notice 2")
    await write(house, telegram, "judge", "answer", urgent=Urgent.ANSWER)
    await write(house, telegram, "judge", "danger", urgent=Urgent.RED)
    async with open_mail() as mail:
        await until(lambda: set(mail.states()) == {NoticeState.SENT})
    assert texts(telegram, "judge") == ["danger", "answer", "notice 1", "notice 2", "bulk"]


async def test_one_person_never_has_two_messages_on_the_way(open_mail, telegram, house, until):
    for number in range(6):
        await write(house, telegram, "judge", str(number))
    telegram.fail("sendMessage", "delay", 3, delay_s=0.1)
    async with open_mail() as mail:
        await until(lambda: set(mail.states()) == {NoticeState.SENT})
    assert texts(telegram, "judge") == [str(number) for number in range(6)]
    calls = [call for call in telegram.calls if call.method == "sendMessage"]
    assert all(first.ended <= second.began for first, second in pairwise(calls))


async def test_nothing_is_sent_before_its_civil_time(open_mail, telegram, house, until):
    async with open_mail() as mail:
        await mail.tell("judge", "later", due_at=MORNING + timedelta(hours=1))
        await mail.tell("judge", "now")
        await until(lambda: texts(telegram, "judge") == ["now"])
        house.clock.push(timedelta(hours=1))
        await until(lambda: texts(telegram, "judge") == ["now", "later"])


async def test_what_is_no_longer_true_is_not_said(open_mail, telegram, until):
    async with open_mail() as mail:
        await mail.tell("judge", "old news", untrue=True)
        await until(lambda: mail.states() == [NoticeState.WITHDRAWN])
    assert texts(telegram, "judge") == []


async def test_what_was_surely_not_sent_is_sent_unmarked_when_telegram_is_back(
    open_mail, telegram, until
):
    async with open_mail() as mail:
        await until(lambda: mail.leadership.fence is not None)
        await telegram.begin_outage(refused=True)
        await mail.tell("judge", "one")
        await mail.tell("judge", "two")
        await until(lambda: mail.sender.is_away)
        assert set(mail.states()) <= {NoticeState.NEW, NoticeState.SENDING}
        await telegram.end_outage()
        await until(lambda: texts(telegram, "judge") == ["one", "two"])
    assert [notice.repeated for notice in mail.notices()] == [False, False]


async def test_what_was_perhaps_sent_is_said_once_more_and_marked(open_mail, telegram, until):
    async with open_mail() as mail:
        telegram.fail("sendMessage", "dropped_after")
        await mail.tell("judge", "124-1", dedupe="offer:1")
        await until(lambda: mail.states() == [NoticeState.UNKNOWN, NoticeState.SENT])
        await asyncio.sleep(0.6)
    assert texts(telegram, "judge") == ["124-1", "124-1 (again)"]
    assert mail.notices()[1].dedupe == "offer:1:again"


async def test_an_outage_costs_each_notice_one_attempt_and_loses_none(open_mail, telegram, until):
    async with open_mail() as mail:
        await until(lambda: mail.leadership.fence is not None)
        await telegram.begin_outage()
        for who in ("judge", "mediator"):
            await mail.tell(who, "kept")
        await until(lambda: mail.sender.is_away)
        await asyncio.sleep(1.0)
        await telegram.end_outage()
        await until(
            lambda: (
                NoticeState.NEW not in mail.states() and NoticeState.SENDING not in mail.states()
            )
        )
    assert {texts(telegram, who)[-1].split()[0] for who in ("judge", "mediator")} == {"kept"}
    assert len(mail.notices()) <= 4


async def test_a_notice_that_is_always_perhaps_sent_is_given_up_and_a_human_told(
    open_mail, telegram, until
):
    async with open_mail() as mail:
        telegram.fail("sendMessage", "dropped_after", None)
        await mail.tell("judge", "x", dedupe="offer:1:again4")
        await until(lambda: bool(mail.failed))
    assert mail.states() == [NoticeState.UNKNOWN]
    assert repeats(mail.notices()[0]) == 4


async def test_a_screen_that_a_newer_one_followed_is_not_repeated(
    open_mail, telegram, house, until
):
    async with open_mail() as mail:
        telegram.fail("sendMessage", "delay", delay_s=3.0)  # longer than the sender waits
        await mail.tell("resident", "first question", urgent=Urgent.ANSWER, is_screen=True)
        await until(lambda: mail.states() == [NoticeState.SENDING])
        await mail.tell("resident", "second question", urgent=Urgent.ANSWER, is_screen=True)
        await until(lambda: mail.states() == [NoticeState.UNKNOWN, NoticeState.SENT])
    assert len(mail.notices()) == 2


async def test_what_was_on_its_way_at_a_crash_is_said_again_and_marked(
    open_mail, telegram, house, until
):
    left = await write(house, telegram, "judge", "left", state=NoticeState.SENDING, fence=7)
    edit = await write(
        house,
        telegram,
        "mediator",
        "edit",
        state=NoticeState.SENDING,
        fence=7,
        edit_message_id=999,
    )
    async with open_mail() as mail:
        await until(
            lambda: mail.notice(edit).state is NoticeState.SENT and len(mail.notices()) == 3
        )
        await until(lambda: mail.notices()[2].state is NoticeState.SENT)
    assert mail.notice(left).state is NoticeState.UNKNOWN
    assert texts(telegram, "judge") == ["left (again)"]
    assert texts(telegram, "mediator") == ["edit"]


async def test_each_crash_may_repeat_but_none_loses(open_mail, telegram, house, until):
    await write(
        house, telegram, "judge", "x", state=NoticeState.SENDING, fence=7, dedupe="a:again9"
    )
    async with open_mail() as mail:
        await until(lambda: mail.states() == [NoticeState.UNKNOWN, NoticeState.SENT])
    assert mail.notices()[1].dedupe == "a:again10"


async def test_who_blocked_the_bot_is_unreachable_and_the_cases_are_told(
    open_mail, telegram, until
):
    async with open_mail() as mail:
        first = await mail.tell("judge", "hello")
        await until(lambda: mail.states() == [NoticeState.SENT])
        await telegram.person("judge").blocks(settle=False)
        second = await mail.tell("judge", "are you there")
        await until(lambda: mail.states()[-1] is NoticeState.UNREACHABLE)
        assert mail.not_delivered == [second]
        assert person(mail, "judge").blocked_at == MORNING
        await telegram.person("judge").unblocks(settle=False)
        await mail.tell("judge", "again")
        await until(lambda: mail.states()[-1] is NoticeState.SENT)
        assert person(mail, "judge").blocked_at is None, "a message got through"
    assert mail.notice(first).state is NoticeState.SENT
    assert mail.notice(second).state is NoticeState.UNREACHABLE


def person(mail: Mail, code: str) -> Person:
    def read(session: Session) -> Person:
        found = session.scalars(select(Person).where(Person.code == code)).one()
        session.expunge_all()
        return found

    return mail.house.store.read(read)


async def test_who_has_no_chat_is_unreachable(open_mail, telegram, house, until):
    notice = await write(house, telegram, "judge", "x", due_at=MORNING + timedelta(hours=1))
    house.store.transact(lambda s: s.execute(update(Person).values(telegram_id=None)))
    async with open_mail() as mail:
        house.clock.push(timedelta(hours=1))
        await until(lambda: mail.not_delivered == [notice])


async def test_a_flood_pauses_that_chat_only(open_mail, telegram, until):
    async with open_mail() as mail:
        telegram.fail(
            "sendMessage", "429", chat_id=telegram.person("judge").telegram_id, retry_after=1
        )
        await mail.tell("judge", "one")
        await until(lambda: len(telegram.calls) == 1)
        await mail.tell("judge", "danger", urgent=Urgent.RED)
        await mail.tell("mediator", "meanwhile")
        await until(lambda: texts(telegram, "mediator") == ["meanwhile"])
        assert texts(telegram, "judge") == []
        await until(lambda: texts(telegram, "judge") == ["danger", "one"])
    assert {notice.attempts for notice in mail.notices()} == {0}


def test_two_floods_at_once_pause_the_bulk_only():
    pauses = Pauses()
    pauses.flood(1, 60)
    before = pauses.bulk
    pauses.flood(2, 60)
    assert (before, pauses.bulk) == (False, True)
    assert set(pauses.now()) == {1, 2}


def test_the_bulk_waits_no_longer_than_two_chats_do():
    pauses = Pauses()
    pauses.flood(1, 3600)
    pauses.flood(2, 5)
    assert 0 < pauses.bulk_until - time.monotonic() <= 5


async def test_what_the_bot_api_refused_out_of_order_is_tried_again(open_mail, telegram, until):
    async with open_mail() as mail:
        telegram.fail("sendMessage", "500")
        await mail.tell("resident", "screen", urgent=Urgent.ANSWER)
        await until(lambda: mail.states() == [NoticeState.SENT])
        assert mail.house.store.read(mail.sender.pending) == 0
    assert mail.notices()[0].attempts == 1


async def test_a_card_is_edited_in_place_and_an_unchanged_one_is_a_success(
    open_mail, telegram, until
):
    async with open_mail() as mail:
        first = await mail.tell("judge", "card", button="take")
        await until(lambda: mail.states() == [NoticeState.SENT])
        card = mail.notice(first).message_id
        await mail.tell("judge", "card", button="take", edit_message_id=card)
        await mail.tell("judge", "card taken", edit_message_id=card)
        await until(lambda: mail.states() == [NoticeState.SENT] * 3)
    assert texts(telegram, "judge") == ["card taken"]
    assert {notice.message_id for notice in mail.notices()} == {card}


async def test_one_card_is_pinned_in_the_place_of_another_and_none_in_the_end(
    open_mail, telegram, until
):
    def pinned() -> list[int]:
        return [message.id for message in telegram.person("judge").messages if message.pinned]

    async with open_mail() as mail:
        first = await mail.tell("judge", "card", pin=True)
        await until(lambda: mail.states() == [NoticeState.SENT])
        old = mail.notice(first).message_id
        assert pinned() == [old]
        second = await mail.tell("judge", "card anew", pin=True, unpin=[old])
        await until(lambda: mail.states() == [NoticeState.SENT] * 2)
        new = mail.notice(second).message_id
        assert pinned() == [new]
        await mail.tell("judge", "closed", edit_message_id=new, unpin=[new])
        await until(lambda: mail.states() == [NoticeState.SENT] * 3)
        assert pinned() == []
        # not pinned any more: no failure of the message itself
        await mail.tell("judge", "closed, rated", edit_message_id=new, unpin=[new, 999_999])
        await until(lambda: mail.states() == [NoticeState.SENT] * 4)
    assert texts(telegram, "judge") == ["card", "closed, rated"]


async def test_a_card_that_is_gone_comes_as_a_new_message(open_mail, telegram, until):
    async with open_mail() as mail:
        await mail.tell("judge", "card", edit_message_id=12345)
        await until(lambda: mail.states() == [NoticeState.SENT])
    assert texts(telegram, "judge") == ["card"]
    assert mail.notices()[0].message_id == telegram.person("judge").last.id


async def test_an_edit_whose_answer_was_lost_is_made_again(open_mail, telegram, until):
    async with open_mail() as mail:
        first = await mail.tell("judge", "card")
        await until(lambda: mail.states() == [NoticeState.SENT])
        telegram.fail("editMessageText", "dropped_after")
        await mail.tell("judge", "changed", edit_message_id=mail.notice(first).message_id)
        await until(lambda: mail.states() == [NoticeState.SENT] * 2)
    assert texts(telegram, "judge") == ["changed"]


async def test_a_refused_text_fails_and_its_person_is_not_kept_waiting(open_mail, telegram, until):
    async with open_mail() as mail:
        bad = await mail.tell("judge", "<b>unclosed")
        await mail.tell("judge", "next")
        await until(lambda: texts(telegram, "judge") == ["next"] and mail.failed == [bad])
        await until(lambda: mail.notice(bad).state is NoticeState.FAILED)
    assert mail.notice(bad).state is NoticeState.FAILED


@pytest.mark.parametrize("how", ["unsayable", "unreadable"])
async def test_a_notice_without_words_is_tried_later_and_others_go_on(
    open_mail, telegram, until, how
):
    async with open_mail() as mail:
        broken = await mail.tell("judge", "x", **{how: True}, attempts=4)
        young = await mail.tell("mediator", "x", **{how: True})
        await mail.tell("resident", "fine")
        await until(lambda: texts(telegram, "resident") == ["fine"] and mail.failed == [broken])
        await until(lambda: mail.notice(young).attempts == 1)
    assert mail.notice(broken).state is NoticeState.FAILED
    assert mail.notice(young).state is NoticeState.NEW


async def test_messages_are_erased_before_the_text_and_the_text_pinned(open_mail, telegram, until):
    await telegram.person("resident").says("secret", settle=False)
    secret = telegram.person("resident").messages[0].id
    async with open_mail() as mail:
        await mail.tell("resident", "hello", erase=[secret, 98765], pin=True)
        await until(lambda: mail.states() == [NoticeState.SENT])
    assert [message.text for message in telegram.person("resident").messages] == ["hello"]


async def test_who_was_replaced_claims_nothing(open_mail, telegram, house, until):
    async with open_mail() as mail:
        await until(lambda: mail.leadership.fence is not None)
        house.store.transact(
            lambda s: s.execute(update(Office).values(holder="two", fence=99, until=MORNING))
        )
        await mail.tell("judge", "not mine to send")
        await asyncio.sleep(0.8)
        assert mail.states() == [NoticeState.NEW]
        house.store.transact(lambda s: s.execute(update(Office).values(until=LONG_AGO)))
        await until(lambda: mail.states() == [NoticeState.SENT])


async def test_stopping_ends_what_is_on_its_way_and_records_it(open_mail, telegram, until):
    async with open_mail() as mail:
        telegram.fail("sendMessage", "delay", delay_s=0.5)
        await mail.tell("judge", "slow")
        await until(lambda: mail.states() == [NoticeState.SENDING])
    assert mail.states() == [NoticeState.SENT]


async def test_what_cannot_go_yet_is_waited_for_by_nobody(open_mail, telegram, house, until):
    await write(house, telegram, "judge", "now")
    await write(
        house,
        telegram,
        "mediator",
        "waits",
        retry_at=house.store.read(machine_now) + timedelta(hours=1),
    )
    await write(house, telegram, "resident", "later", due_at=MORNING + timedelta(hours=1))
    async with open_mail() as mail:
        await until(lambda: texts(telegram, "judge") == ["now"])
        await until(lambda: house.store.read(mail.sender.pending) == 0)
    assert mail.states() == [NoticeState.SENT, NoticeState.NEW, NoticeState.NEW]


async def test_telegrams_limits_are_kept_before_it_has_to_say_so(
    open_mail, telegram, house, until
):
    crowd = [f"reader_{number}" for number in range(75)]
    for who in crowd:
        await write(house, telegram, who, "notice")
    telegram.telegram.rates.on = True
    async with open_mail() as mail:
        began = asyncio.get_running_loop().time()
        await until(lambda: NoticeState.SENT in mail.states())
        await telegram.person("asker").says("?", settle=False)  # a reply is not bulk
        await mail.tell("asker", "answer", urgent=Urgent.ANSWER)
        await mail.tell("asker", "danger", urgent=Urgent.RED)
        await until(lambda: len(texts(telegram, "asker")) == 2)
        behind = sum(bool(texts(telegram, who)) for who in crowd)
        await until(lambda: set(mail.states()) == {NoticeState.SENT})
        took = asyncio.get_running_loop().time() - began
    assert telegram.telegram.rates.refused == 0
    assert behind < len(crowd), "danger and answers do not wait for the others' second"
    assert took > 1.2, "75 at 30 a second"


async def test_one_chat_gets_a_short_burst_and_then_one_a_second(
    open_mail, telegram, house, until
):
    for number in range(7):
        await write(house, telegram, "judge", f"{number}")
    telegram.telegram.rates.on = True
    async with open_mail() as mail:
        await until(lambda: len(texts(telegram, "judge")) >= 5)
        began = asyncio.get_running_loop().time()
        await until(lambda: set(mail.states()) == {NoticeState.SENT})
        took = asyncio.get_running_loop().time() - began
    assert texts(telegram, "judge") == [f"{number}" for number in range(7)]
    assert telegram.telegram.rates.refused == 0
    assert 0.8 < took < 6


JUMPS = pytest.mark.parametrize(
    "jump", [timedelta(hours=1), timedelta(hours=-1), timedelta(days=3)], ids=str
)
FOR_EVER_S = timedelta(days=30).total_seconds()
LONG_DUE = MORNING - timedelta(days=1)  # due at whatever hour the clock is set to


@JUMPS
async def test_a_pushed_clock_moves_no_message_on_its_way_no_lease_and_no_wait(
    open_mail, telegram, house, until, jump
):
    """Who is told later waits its own time, nothing is adopted as lost, and nobody takes a post that is held."""
    telegram.fail("sendMessage", "delay", delay_s=0.5)
    async with open_mail() as mail:
        other = Leadership(house.store, "sender", 10.0, "two")
        await mail.tell("other", "on its way", due_at=LONG_DUE)
        await until(lambda: NoticeState.SENDING in mail.states())
        began = time.monotonic()
        unsayable = await mail.tell(
            "judge", "x", unsayable=True, urgent=Urgent.RED, due_at=LONG_DUE
        )
        await until(lambda: mail.notice(unsayable).attempts == 1)
        house.clock.push(jump)
        following = asyncio.create_task(other.hold())
        await until(lambda: mail.notice(unsayable).attempts == 2)
        took = time.monotonic() - began
        following.cancel()
    assert took >= RETRY_S[Urgent.RED][0], "by the machine's time, however far the clock was set"
    assert texts(telegram, "other") == ["on its way"]
    assert (other.fence, house.store.read(leads)) == (None, ("one", 1))


def leads(session: Session) -> tuple[str, int]:
    post = session.scalars(select(Office)).one()
    return post.holder, post.fence


@JUMPS
async def test_a_lease_of_who_died_ends_in_its_time_and_not_by_the_clock(house, until, jump):
    lease_s, began = 2.0, time.monotonic()
    died, next_one = (Leadership(house.store, "sender", lease_s, who) for who in ("one", "two"))
    holding = asyncio.create_task(died.hold())
    await until(lambda: died.fence == 1)
    holding.cancel()
    house.clock.push(jump)
    following = asyncio.create_task(next_one.hold())
    await until(lambda: next_one.fence is not None)
    took = time.monotonic() - began
    following.cancel()
    assert next_one.fence == 2
    assert took >= lease_s


@JUMPS
async def test_a_second_that_others_have_filled_is_not_emptied_by_the_clock(
    open_mail, telegram, house, until, jump
):
    async with open_mail(lease_s=FOR_EVER_S) as mail:  # so that the budget alone is on trial
        await until(lambda: mail.leadership.fence is not None)
        limits = mail.sender._budget.limits
        began = time.monotonic()
        # by others, and so many that a tenth of them fills the second that follows
        await house.store.act(lambda s: Budget().spend(s, 10 * limits.per_second, machine_now(s)))
        house.clock.push(jump)
        await mail.tell("judge", "bulk", urgent=Urgent.BULK, due_at=LONG_DUE)
        await until(lambda: texts(telegram, "judge") == ["bulk"])
        took = time.monotonic() - began
    assert took >= 0.9, "nine tenths of the second that follows, wherever in its own it began"


async def test_what_others_of_the_office_send_is_counted(house):
    budget = Budget(Limits(per_second=30))

    def spend_and_look(session: Session) -> tuple[int, int, int]:
        now = machine_now(session).replace(microsecond=500_000)
        before = budget.left(session, now)
        Budget().spend(session, 8, now - timedelta(seconds=1))
        Budget().spend(session, 6, now)
        Budget().spend(session, 4, now)
        halfway = budget.left(session, now)
        budget.prune(session)
        return before, halfway, budget.left(session, now + timedelta(seconds=2))

    assert house.store.transact(spend_and_look) == (30, 30 - 4 - 10, 30)


async def test_what_this_process_says_before_a_row_counts_and_what_was_rolled_back_hides_nothing(
    house,
):
    budget = Budget(Limits(per_second=30))
    now = house.store.read(machine_now).replace(microsecond=500_000)

    def claim_in_vain(session: Session) -> None:
        budget.spend(session, 20, now)
        raise KeyError("not committed")

    def left() -> int:
        return int(house.store.read(lambda session: budget.left(session, now)))

    with pytest.raises(KeyError):
        house.store.transact(claim_in_vain)
    assert left() == 30
    house.store.transact(lambda session: budget.spend(session, 20, now))
    assert left() == 10, "danger texts, or another process"
    house.store.transact(lambda session: budget.spend(session, 5, now))
    budget.promise(5, now)
    assert left() == 10, "a claim is known to its messages"


async def waits_for_its_place(mail: Mail, until: Any, who: str) -> int:
    """A notice that was claimed ahead of its place, and the place is then taken by what may not wait; it hangs."""
    await until(lambda: mail.leadership.fence is not None)
    budget = mail.sender._budget
    budget._next_at = time.monotonic() + AHEAD_S
    notice_id = await mail.tell(who, "bulk", urgent=Urgent.BULK)
    await until(lambda: mail.states() == [NoticeState.SENDING])
    budget.promise(budget.limits.per_second)
    for _ in range(budget.limits.per_second):
        await budget.place(Urgent.ANSWER)
    return notice_id


@pytest.mark.parametrize("urgent", [Urgent.RED, Urgent.ANSWER])
async def test_what_waits_for_its_place_holds_back_nothing_that_leaves_at_once(
    open_mail, telegram, until, urgent
):
    async with open_mail() as mail:
        bulk = await waits_for_its_place(mail, until, "judge")
        await mail.tell("judge", "at once", urgent=urgent)
        await until(lambda: texts(telegram, "judge") == ["at once"])
        assert mail.notice(bulk).state is NoticeState.NEW
        for _ in range(mail.sender._budget.limits.per_second):
            mail.sender._budget.landed(time.monotonic())
        await until(lambda: texts(telegram, "judge") == ["at once", "bulk"])
    assert mail.sender._budget._promised == mail.sender._budget._away == 0


@pytest.mark.parametrize("second", [Urgent.RED, Urgent.ANSWER])
async def test_danger_that_waits_for_a_place_is_not_handed_back_for_what_is_as_urgent(
    open_mail, telegram, until, second
):
    async with open_mail() as mail:
        await until(lambda: mail.leadership.fence is not None)
        budget = mail.sender._budget
        budget.promise(budget.limits.per_second)
        for _ in range(budget.limits.per_second):
            budget.landed(await budget.place(Urgent.ANSWER))
        await mail.tell("judge", "danger", urgent=Urgent.RED)
        await until(lambda: mail.states() == [NoticeState.SENDING])
        began = time.monotonic()
        await mail.tell("judge", "as urgent", urgent=second)
        await until(lambda: texts(telegram, "judge") == ["danger", "as urgent"])
        assert time.monotonic() - began < 2.5, "each waits a second at most"
        counted = mail.house.store.read(lambda s: s.scalar(select(func.sum(SentSecond.messages))))
        assert counted == 2, "each was claimed once"


async def test_who_slept_while_waiting_for_a_place_says_nothing_that_another_may_be_saying(
    open_mail, telegram, house, until
):
    async with open_mail() as mail:
        bulk = await waits_for_its_place(mail, until, "judge")
        house.store.transact(
            lambda s: s.execute(update(Office).values(holder="two", fence=99, until=MORNING))
        )
        mail.leadership._sure_until = 0.0
        for _ in range(mail.sender._budget.limits.per_second):
            mail.sender._budget.landed(time.monotonic())
        await until(lambda: mail.notice(bulk).state is NoticeState.NEW)
        assert texts(telegram, "judge") == []
    assert mail.sender._budget._away == 0


async def test_who_alone_has_lost_telegram_leaves_the_post_to_who_has_it(
    open_mail, telegram, until, monkeypatch
):
    monkeypatch.setattr("bot.sender.LEAVES_S", 0.3)
    nowhere = "http://127.0.0.1:9"  # discard: nobody listens
    async with open_mail(holder="one", base_url=nowhere, lease_s=0.6) as lost:
        await until(lambda: lost.leadership.fence is not None)
        async with open_mail(holder="two", lease_s=0.6) as other:
            await lost.tell("judge", "danger", urgent=Urgent.RED)
            await until(lambda: texts(telegram, "judge") == ["danger"])
            assert lost.leadership.fence is None
            assert other.leadership.fence == 2


async def test_who_has_lost_telegram_and_is_alone_keeps_the_post_in_effect(
    open_mail, telegram, until, monkeypatch
):
    monkeypatch.setattr("bot.sender.LEAVES_S", 0.3)
    async with open_mail(lease_s=0.6) as mail:
        await until(lambda: mail.leadership.fence is not None)
        await telegram.begin_outage(refused=True)
        await mail.tell("judge", "kept")
        await until(lambda: mail.sender.is_away and mail.leadership.fence is None)
        await telegram.end_outage()
        await until(lambda: texts(telegram, "judge") == ["kept"])
        assert mail.leadership.fence == 1


async def test_a_text_too_long_for_one_message_comes_in_parts_with_its_buttons_below(
    open_mail, telegram, until
):
    long = "<b>" + "楼上漏水。" * 1000 + "</b>"
    async with open_mail() as mail:
        notice_id = await mail.tell("judge", long, button="好")
        await until(lambda: mail.states() == [NoticeState.SENT])
    first, second = [m for m in telegram.person("judge").messages if not m.mine]
    assert first.text.endswith("。")
    assert first.text + second.text == "楼上漏水。" * 1000
    assert (first.inline, bool(second.inline)) == ((), True)
    assert mail.notice(notice_id).message_id == second.id
    assert telegram.violations == []


async def test_a_question_that_breaks_is_asked_again_and_keeps_nothing_back_for_ever(
    open_mail, telegram, until, monkeypatch
):
    async with open_mail() as mail:
        await until(lambda: mail.leadership.fence is not None)
        asked = mail.sender._bot.get_me
        answers: list[Any] = [ValueError("not an answer")]

        async def get_me(*_args: Any, **_how: Any) -> Any:
            if answers:
                raise answers.pop()
            return await asked()

        monkeypatch.setattr(type(mail.sender._bot), "get_me", get_me)
        await telegram.begin_outage(refused=True)
        await mail.tell("judge", "kept")
        await until(lambda: mail.sender.is_away)
        await telegram.end_outage()
        await until(lambda: texts(telegram, "judge") == ["kept"])
    assert answers == []


async def test_answers_that_hang_leave_room_for_danger(open_mail, telegram, house, until):
    for number in range(AT_ONCE_RED + 2):
        await write(house, telegram, f"r{number}", "answer", urgent=Urgent.ANSWER)
    telegram.fail("sendMessage", "delay", AT_ONCE, delay_s=0.9)
    async with open_mail(read_s=10.0) as mail:  # they hang, and are no failures
        await until(lambda: mail.states().count(NoticeState.SENDING) == AT_ONCE)
        await mail.tell("judge", "danger", urgent=Urgent.RED)
        await until(lambda: texts(telegram, "judge") == ["danger"])
        assert NoticeState.NEW in mail.states(), "answers still wait"
        await until(lambda: set(mail.states()) == {NoticeState.SENT})


async def test_who_waits_behind_what_is_said_but_still_in_hand_is_not_taken_for_served(
    open_mail, telegram, house, until
):
    """The rows are told before the sender's hands are empty: between the two, one more answer waits as before."""
    telegram.fail("sendMessage", "delay", AT_ONCE, delay_s=0.9)
    said = update(Notice).where(Notice.state == NoticeState.SENDING).values(state=NoticeState.SENT)
    for number in range(AT_ONCE + 1):
        await write(house, telegram, f"r{number}", "answer", urgent=Urgent.ANSWER)
    async with open_mail(read_s=10.0) as mail:
        await until(lambda: mail.states().count(NoticeState.SENDING) == AT_ONCE)
        await house.store.act(lambda session: session.execute(said))
        assert house.store.read(mail.sender.pending) == 1
        await until(lambda: set(mail.states()) == {NoticeState.SENT})
        assert house.store.read(mail.sender.pending) == 0


LONG = "楼上漏水。" * 1700  # three messages


def said(telegram: Sandbox, *methods: str) -> list[tuple[str, str]]:
    """Calls of these kinds in order, and what became of each."""
    return [
        (call.method, call.outcome.partition(":")[0])
        for call in telegram.calls
        if call.method in methods
    ]


@pytest.mark.parametrize("kind", ["429", "500"])
async def test_what_was_said_of_a_long_text_is_not_said_again_when_the_rest_is_refused(
    open_mail, telegram, until, kind
):
    telegram.fail("sendMessage", "delay", delay_s=0.0)
    telegram.fail("sendMessage", kind, retry_after=1)
    async with open_mail() as mail:
        await mail.tell("judge", LONG)
        await until(lambda: mail.states() == [NoticeState.SENT])
    assert "".join(texts(telegram, "judge")) == LONG
    assert len(texts(telegram, "judge")) == 3
    first, refused, again, _ = [c for c in telegram.calls if c.method == "sendMessage"]
    assert first.ended <= refused.began
    assert again.began - refused.ended >= 0.99, "so long Telegram asked for"


async def test_a_file_is_not_sent_again_because_its_text_was_refused(open_mail, telegram, until):
    voice = telegram.telegram.files.keep(b"a voice", Kind.VOICE, ".ogg").file_id
    telegram.fail("sendMessage", "429", retry_after=1)
    async with open_mail() as mail:
        await mail.tell("judge", "长" * 1100, voice=voice)
        await until(lambda: mail.states() == [NoticeState.SENT])
    assert [method for method, _ in said(telegram, "sendVoice", "sendMessage")] == [
        "sendVoice",
        "sendMessage",
        "sendMessage",
    ]


async def test_a_text_whose_rest_cannot_be_said_for_long_is_said_once_more_and_marked(
    open_mail, telegram, house, until
):
    telegram.fail("sendMessage", "delay", delay_s=0.0)
    telegram.fail("sendMessage", "429", retry_after=300)
    async with open_mail() as mail:
        await mail.tell("judge", LONG, dedupe="guide:1")
        await until(lambda: mail.states() == [NoticeState.UNKNOWN, NoticeState.NEW])
        await asyncio.sleep(0.7)
        assert len(texts(telegram, "judge")) == 1, "the chat is left alone as long as we were told"
        assert mail.sender.floods == 1
        mail.sender._pauses.people.clear()
        await asyncio.sleep(0.7)
        assert mail.states()[1] is NoticeState.NEW, "the row knows it too, for whoever leads next"
        over = update(Notice).where(Notice.state == NoticeState.NEW).values(retry_at=None)
        await house.store.act(lambda session: session.execute(over))
        await until(lambda: mail.states() == [NoticeState.UNKNOWN, NoticeState.SENT])
    assert texts(telegram, "judge")[-1].endswith(" (again)")
    assert mail.notices()[1].repeated


async def test_a_rest_of_which_nobody_knows_whether_it_came_is_said_once_more_and_marked(
    open_mail, telegram, until
):
    telegram.fail("sendMessage", "delay", delay_s=0.0)
    telegram.fail("sendMessage", "dropped_after")
    async with open_mail() as mail:
        await mail.tell("judge", LONG)
        await until(lambda: mail.states() == [NoticeState.UNKNOWN, NoticeState.SENT])
    assert texts(telegram, "judge")[-1].endswith(" (again)")


async def test_who_leads_no_more_says_no_further_part(open_mail, telegram, house, until):
    telegram.fail("sendMessage", "delay", delay_s=0.0)
    telegram.fail("sendMessage", "429", retry_after=1)
    async with open_mail() as mail:
        await mail.tell("judge", LONG)
        await until(lambda: len(said(telegram, "sendMessage")) == 2)
        house.store.transact(
            lambda s: s.execute(update(Office).values(holder="two", fence=99, until=MORNING))
        )
        mail.leadership._sure_until = 0.0
        await until(lambda: not mail.sender._flying)
        assert len(texts(telegram, "judge")) == 1
    assert mail.sender._budget.under_way == 0


async def test_each_part_is_counted_for_all_and_waits_for_its_place_in_its_chat(
    open_mail, telegram, house, until
):
    async with open_mail() as mail:
        mail.sender._budget.limits = Limits(chat_burst=1, chat_per_second=2)
        await mail.tell("judge", LONG)
        await until(lambda: mail.states() == [NoticeState.SENT])
    sent = house.store.read(lambda s: s.scalar(select(func.sum(SentSecond.messages))))
    assert sent == len(texts(telegram, "judge")) == 3
    calls = [call for call in telegram.calls if call.method == "sendMessage"]
    assert all(after.began - before.ended > 0.3 for before, after in pairwise(calls))
    assert mail.sender._budget.under_way == 0


async def test_long_texts_to_more_people_than_there_are_places_do_not_wait_for_one_another(
    open_mail, telegram, house, until
):
    crowd = [f"reader_{number}" for number in range(4)]
    for who in crowd:
        await write(house, telegram, who, LONG)
    async with open_mail() as mail:
        mail.sender._budget.limits = Limits(per_second=3)
        await until(lambda: set(mail.states()) == {NoticeState.SENT})
    assert [len(texts(telegram, who)) for who in crowd] == [3] * 4


@pytest.mark.parametrize("kind", ["429", "500", "dropped_before", "dropped_after"])
async def test_nothing_is_said_in_the_place_of_danger_words_that_are_still_there(
    open_mail, telegram, until, kind
):
    resident = telegram.person("resident")
    await resident.says("secret", settle=False)
    secret = resident.messages[0].id
    telegram.fail("deleteMessages", kind, retry_after=1)
    async with open_mail() as mail:
        await mail.tell("resident", "hello", erase=[secret], urgent=Urgent.ANSWER)
        await until(lambda: mail.states() == [NoticeState.SENT])
    assert [message.text for message in resident.messages] == ["hello"]
    assert [method for method, _ in said(telegram, "deleteMessages", "sendMessage")] == [
        "deleteMessages",
        "deleteMessages",
        "sendMessage",
    ]
    assert mail.notices()[0].attempts == (kind != "429")


async def test_what_cannot_be_erased_keeps_back_neither_the_text_nor_what_can(
    open_mail, telegram, until, monkeypatch
):
    resident = telegram.person("resident")
    await resident.says("secret", settle=False)
    secret = resident.messages[0].id
    async with open_mail() as mail:
        erase = mail.sender._bot.delete_messages

        async def strict(_bot: Bot, chat_id: int, ids: Any) -> bool:
            if 98765 in ids:
                raise BadRequest("message can't be deleted")
            return bool(await erase(chat_id, ids))

        monkeypatch.setattr(Bot, "delete_messages", strict)
        await mail.tell("resident", "hello", erase=[secret, 98765])
        await until(lambda: mail.states() == [NoticeState.SENT])
    assert [message.text for message in resident.messages] == ["hello"]


@pytest.mark.parametrize("method", ["unpinChatMessage", "pinChatMessage"])
async def test_a_chat_that_says_slow_down_while_pinning_is_left_alone(
    open_mail, telegram, until, method
):
    async with open_mail() as mail:
        first = await mail.tell("judge", "card", pin=True)
        await until(lambda: mail.states() == [NoticeState.SENT])
        old = mail.notice(first).message_id
        telegram.calls.clear()
        telegram.fail(method, "429", retry_after=1)
        await mail.tell("judge", "card anew", pin=True, unpin=[old])
        await until(lambda: mail.sender.floods == 1)
        await mail.tell("judge", "danger", urgent=Urgent.RED)
        await until(lambda: mail.states() == [NoticeState.SENT] * 3)
    calls = telegram.calls
    told = next(n for n, call in enumerate(calls) if call.outcome != "ok")
    assert calls[told].method == method
    assert calls[told + 1].began - calls[told].ended >= 0.9


async def test_the_next_to_lead_leaves_a_chat_alone_as_long_as_the_last_was_told(
    open_mail, telegram, until
):
    async with open_mail(holder="one") as one:
        telegram.fail(
            "sendMessage", "429", chat_id=telegram.person("judge").telegram_id, retry_after=3
        )
        await one.tell("judge", "first")
        await until(lambda: one.sender.floods == 1)
        told_at = telegram.telegram.machine.now()
        await one.leadership.release()
    async with open_mail(holder="two") as two:
        await two.tell("judge", "danger", urgent=Urgent.RED)
        await two.tell("mediator", "meanwhile")
        await until(lambda: texts(telegram, "mediator") == ["meanwhile"])
        await until(lambda: texts(telegram, "judge") == ["danger", "first"])
    calls = [c for c in telegram.calls if c.chat_id == telegram.person("judge").telegram_id]
    assert calls[1].began - told_at >= 2.5
    assert two.sender.floods == 0
