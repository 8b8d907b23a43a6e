import asyncio
import logging
import threading
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from typing import Any

import pytest
from sqlalchemy import select, text, update
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session
from telegram import Bot, InlineKeyboardButton, InlineKeyboardMarkup, Update
from telegram.ext import Application, TypeHandler

from bot.arrival import chat_of
from bot.chats import Patience
from bot.inbox import Inbox, Polling, TokenRefused
from bot.leadership import Leadership
from bot.sandbox.sandbox import Sandbox
from bot.strict import StrictApplication
from bot.taps import Taps
from bot.transport import Transport, fields
from cases.work import Work
from models.office import Office, Stamp
from models.store import machine_now
from models.update_in import UpdateIn
from models.vocabulary import UpdateState
from tests.bot.small_house import MORNING, SmallHouse

LONG_AGO = MORNING.replace(year=2000)
QUICK = Patience(retry_s=(0.02, 0.04, 0.5, 0.6), chat_waits_s=0.1)
OFTEN = Polling(conflict_s=(0.01, 0.05), poll_s=2, look_again_s=0.2)


@dataclass(frozen=True, slots=True)
class Cry:
    chat_id: int


@dataclass
class Gate:
    """Whoever writes "help" is in danger."""

    bot: Bot

    def first_words(self, raw: dict[str, Any]) -> Cry | None:
        said = raw.get("message", {}).get("text", "")
        return Cry(raw["message"]["chat"]["id"]) if "help" in said else None

    async def say(self, words: Cry) -> int:
        return (await self.bot.send_message(words.chat_id, "call 110")).message_id


@dataclass
class Desk:
    """The inbox under test and the one handler behind it, which writes down what it was told to do."""

    house: SmallHouse
    application: Any
    inbox: Inbox
    leadership: Leadership
    before: Callable[[Update], Awaitable[None]] | None = None
    died: list[int] = field(default_factory=list)
    running: list[asyncio.Task[None]] = field(default_factory=list)

    async def handle(self, heard: Update, _context: Any) -> None:
        if self.before is not None:
            await self.before(heard)
        said = heard.effective_message.text if heard.effective_message else "?"

        def act(session: Session) -> None:
            row = session.get_one(
                UpdateIn, (self.house.bot_id, heard.update_id), with_for_update=True
            )
            if row.state is not UpdateState.NEW:
                return
            session.add(Stamp(key=f"{heard.update_id}", value=said))
            row.state, row.raw, row.done_at = UpdateState.DONE, None, machine_now(session)

        await self.house.store.act(act)
        self.house.finished.add(heard.update_id)

    def update_died(self, _work: Work, row: UpdateIn) -> None:
        self.died.append(row.update_id)

    def effects(self) -> list[str]:
        """What was done, in the order of the updates."""
        return self.house.store.read(
            lambda s: [stamp.value for stamp in s.scalars(select(Stamp)).all()]
        )

    def rows(self) -> list[UpdateIn]:
        return self.house.store.read(_rows)

    def killed(self) -> None:
        """Nothing is finished, recorded or given up."""
        for task in [*self.running, *(c.task for c in self.inbox.chats._chats.values() if c.task)]:
            task.cancel()


def _rows(session: Session) -> list[UpdateIn]:
    rows = list(session.scalars(select(UpdateIn).order_by(UpdateIn.update_id)))
    session.expunge_all()
    return rows


@pytest.fixture
async def open_desk(house: SmallHouse, telegram: Sandbox):
    desks: list[Desk] = []

    @asynccontextmanager
    async def opened(
        *,
        holder: str = "one/1/1/x",
        lease_s: float = 10.0,
        base_url: str = "",
        polling_so: Polling = OFTEN,
        patience_so: Patience = QUICK,
    ) -> AsyncIterator[Desk]:
        sending, polling = Transport(), Transport()
        application = (
            Application.builder()
            .application_class(StrictApplication)
            .token(telegram.token)
            .base_url(f"{base_url or telegram.base_url}/bot")
            .updater(None)
            .request(sending)
            .get_updates_request(polling)
            .build()
        )
        if base_url:  # Telegram is not there, and was not asked for its name
            await polling.initialize()
            await sending.initialize()
        else:
            await application.initialize()
        own = SmallHouse(house.store, house.bot_id)
        leadership = Leadership(house.store, "poller", lease_s, holder)
        desk = Desk(own, application, None, leadership)  # type: ignore[arg-type]  # made in the next line
        desk.inbox = Inbox(
            own,
            application,
            transport=polling,
            leadership=leadership,
            danger=Gate(application.bot),
            update_died=desk.update_died,
            patience=patience_so,
            polling=polling_so,
            taps=Taps(application.bot),
        )
        application.add_handler(TypeHandler(Update, desk.handle))
        desk.running = [
            asyncio.create_task(leadership.hold()),
            asyncio.create_task(desk.inbox.run()),
        ]
        desks.append(desk)
        try:
            yield desk
        finally:
            for task in desk.running:
                task.cancel()
            await asyncio.gather(*desk.running, return_exceptions=True)
            await desk.inbox.stop(1.0)
            await application.shutdown()
            for transport in (sending, polling):
                await transport.shutdown()

    return opened


async def says(telegram: Sandbox, who: str, *texts: str) -> None:
    for said in texts:
        await telegram.person(who).says(said, settle=False)


def heard(telegram: Sandbox, who: str) -> list[str]:
    """What the bot has said to somebody."""
    return [message.text for message in telegram.person(who).messages if not message.mine]


async def test_what_people_say_is_done_once_and_in_their_order(open_desk, telegram, until):
    async def takes_its_time(heard: Update) -> None:
        await asyncio.sleep(0.03 if heard.message and heard.message.text == "a1" else 0.0)

    async with open_desk() as desk:
        desk.before = takes_its_time
        done: list[str] = []
        await says(telegram, "a", "a1", "a2", "a3")
        await says(telegram, "b", "b1", "b2")
        await until(lambda: len(desk.effects()) == 5 and desk.inbox.drained())
        done = desk.effects()
    assert [word for word in done if word.startswith("a")] == ["a1", "a2", "a3"]
    assert [word for word in done if word.startswith("b")] == ["b1", "b2"]
    assert all(row.state is UpdateState.DONE and row.raw is None for row in desk.rows())


async def test_a_slow_chat_keeps_no_other_waiting(open_desk, telegram, until):
    hold = asyncio.Event()

    async def waits(heard: Update) -> None:
        if heard.message and heard.message.text == "slow":
            await hold.wait()

    async with open_desk() as desk:
        desk.before = waits
        await says(telegram, "a", "slow", "after slow")
        await says(telegram, "b", "quick")
        await until(lambda: desk.effects() == ["quick"])
        hold.set()
        await until(lambda: sorted(desk.effects()) == ["after slow", "quick", "slow"])


async def test_an_update_is_a_row_before_telegram_may_forget_it(open_desk, telegram, house, until):
    rename = {
        True: "alter table update_in rename to gone",
        False: "alter table gone rename to update_in",
    }
    async with open_desk() as desk:
        await until(lambda: desk.leadership.fence is not None)
        house.store.transact(lambda s: s.execute(text(rename[True])))
        await says(telegram, "a", "kept")
        await until(lambda: desk.inbox.trouble is not None)
        assert telegram.telegram.updates.unconfirmed == 1
        house.store.transact(lambda s: s.execute(text(rename[False])))
        await until(lambda: desk.effects() == ["kept"])
        await until(lambda: telegram.telegram.updates.unconfirmed == 0)


async def test_a_redelivered_update_does_nothing(open_desk, telegram, until):
    async with open_desk() as desk:
        telegram.duplicate_next_update()
        await says(telegram, "a", "once")
        await until(lambda: telegram.telegram.updates.delivered >= 2 and desk.inbox.drained())
        await says(telegram, "a", "later")
        await until(lambda: len(desk.effects()) == 2)
    assert sorted(desk.effects()) == ["later", "once"]


async def test_a_killed_process_leaves_nothing_undone_and_its_order_is_kept(
    open_desk, telegram, until
):
    async with open_desk(holder="one") as killed:

        async def hangs(_heard: Update) -> None:
            await asyncio.sleep(60)

        killed.before = hangs
        await says(telegram, "a", "a1", "a2")
        await until(lambda: telegram.telegram.updates.unconfirmed == 0)
        killed.killed()
    assert killed.effects() == []
    await says(telegram, "a", "a3")
    killed.house.store.transact(lambda s: s.execute(update(Office).values(until=LONG_AGO)))
    async with open_desk(holder="two") as heir:
        await until(lambda: len(heir.effects()) == 3)
    assert heir.effects() == ["a1", "a2", "a3"]


async def test_what_was_committed_before_the_kill_is_not_done_again(open_desk, telegram, until):
    async with open_desk(holder="one") as killed:
        await until(lambda: telegram.telegram.updates._poll > 0)
        telegram.duplicate_next_update()
        await says(telegram, "a", "done")
        await until(lambda: killed.effects() == ["done"])
        killed.killed()
    killed.house.store.transact(lambda s: s.execute(update(Office).values(until=LONG_AGO)))
    async with open_desk(holder="two") as heir:
        await says(telegram, "a", "next")
        await until(lambda: len(heir.effects()) == 2)
    assert heir.effects() == ["done", "next"]


async def test_a_broken_update_dies_alone_after_five_attempts_and_is_kept(
    open_desk, telegram, until
):
    attempts: list[int] = []

    async def breaks(heard: Update) -> None:
        if heard.message and heard.message.text == "broken":
            attempts.append(heard.update_id)
            raise ValueError("a mistake of ours")

    async with open_desk() as desk:
        desk.before = breaks
        await says(telegram, "a", "broken", "after")
        await says(telegram, "b", "other")
        await until(lambda: sorted(desk.effects()) == ["after", "other"])
        assert desk.died == [], "its chat went on before it was given up"
        await until(lambda: bool(desk.died))
    assert len(attempts) == 5
    dead = desk.rows()[0]
    assert (dead.state, dead.attempts, dead.update_id) == (UpdateState.DEAD, 5, desk.died[0])
    assert '"broken"' in (dead.raw or "")


async def test_who_takes_a_broken_update_over_keeps_its_chat_no_longer_than_the_first_would(
    open_desk, telegram, until
):
    """The pauses before count: 20 s and 20 s were waited, so that for the third of 30 s the chat goes on."""

    async def breaks(heard: Update) -> None:
        if heard.message and heard.message.text == "broken":
            raise ValueError("a mistake of ours")

    slow = Patience(retry_s=(20.0, 20.0, 30.0, 600.0), chat_waits_s=60.0)
    async with open_desk(patience_so=slow) as desk:
        desk.before = breaks
        await says(telegram, "a", "broken")
        await until(lambda: [row.attempts for row in desk.rows()] == [1])
        desk.killed()
    desk.house.store.transact(lambda s: s.execute(update(UpdateIn).values(attempts=2)))
    await says(telegram, "a", "after")
    async with open_desk(patience_so=slow) as heir:
        heir.before = breaks
        await until(lambda: heir.effects() == ["after"])
        assert [row.attempts for row in heir.rows()] == [3, 0]


async def test_a_dead_update_that_the_desk_puts_back_is_worked_on_again(
    open_desk, telegram, until
):
    async def breaks(_heard: Update) -> None:
        raise ValueError("a mistake of ours")

    def put_back(session: Session) -> None:
        session.execute(update(UpdateIn).values(state=UpdateState.NEW, attempts=0, done_at=None))

    async with open_desk() as desk:
        desk.before = breaks
        await says(telegram, "a", "broken")
        await until(lambda: bool(desk.died))
        desk.before = None  # mended
        desk.house.store.transact(put_back)
        await until(lambda: desk.effects() == ["broken"])
    assert [row.state for row in desk.rows()] == [UpdateState.DONE]


async def test_an_update_that_no_handler_finishes_counts_as_broken(open_desk, telegram, until):
    async with open_desk() as desk:
        desk.application.handlers.clear()
        await says(telegram, "a", "unheard")
        await until(lambda: bool(desk.died))
    assert desk.rows()[0].state is UpdateState.DEAD


async def test_an_update_that_cannot_be_read_counts_as_broken(open_desk, telegram, until):
    async with open_desk() as desk:
        await telegram.telegram.updates.put("message", {"chat": {"id": 5}, "date": "never"})
        await says(telegram, "a", "readable")
        await until(lambda: bool(desk.died))
        assert desk.effects() == ["readable"]


async def test_a_failure_of_ours_is_never_held_against_an_update(open_desk, telegram, until):
    failures = iter(range(3))

    async def fails(_heard: Update) -> None:
        if next(failures, None) is not None:
            raise OperationalError("select", {}, Exception("the disk is full"))

    async with open_desk() as desk:
        desk.before = fails
        await says(telegram, "a", "patient")
        await until(lambda: desk.inbox.trouble is not None)
        await until(lambda: desk.effects() == ["patient"])
        await until(lambda: desk.inbox.trouble is None)
    assert desk.rows()[0].attempts == 0


async def test_what_fails_after_the_commit_is_done_all_the_same(open_desk, telegram, until):
    async with open_desk() as desk:

        async def fails_late(heard: Update, context: Any) -> None:
            await desk.handle(heard, context)
            raise ValueError("too late to matter")

        desk.application.handlers.clear()
        desk.application.add_handler(TypeHandler(Update, fails_late))
        await says(telegram, "a", "done")
        await until(lambda: desk.effects() == ["done"] and desk.inbox.drained())
    assert desk.rows()[0].attempts == 0


async def test_danger_is_answered_before_anything_else(open_desk, telegram, until):
    seen: list[int | None] = []
    async with open_desk() as desk:

        async def looks(heard: Update) -> None:
            seen.append(desk.house.said.get(heard.update_id))

        desk.before = looks
        await says(telegram, "a", "help")
        await until(lambda: desk.effects() == ["help"])
    person = telegram.person("a")
    assert person.last.text == "call 110"
    assert seen == [person.last.id]


async def test_danger_is_answered_although_the_database_is_away(open_desk, telegram, house, until):
    async with open_desk() as desk:
        await until(lambda: telegram.telegram.updates._poll > 0)
        house.store.transact(lambda s: s.execute(text("alter table update_in rename to gone")))
        await says(telegram, "a", "help")
        await says(telegram, "b", "help")
        await until(lambda: heard(telegram, "a") == heard(telegram, "b") == ["call 110"])
        house.store.transact(lambda s: s.execute(text("alter table gone rename to update_in")))
        await until(lambda: desk.effects() == ["help", "help"])


async def test_danger_in_a_chat_that_was_told_to_wait_is_said_when_the_wait_is_over(
    open_desk, telegram, until
):
    telegram.fail("sendMessage", "429", retry_after=4)
    async with open_desk() as desk:
        await says(telegram, "a", "help")
        await until(lambda: desk.effects() == ["help"])
        assert heard(telegram, "a") == [], "its update waits three seconds for it, and not four"
        await until(lambda: heard(telegram, "a") == ["call 110"])
    refused, said = [call for call in telegram.calls if call.method == "sendMessage"]
    assert 4.0 <= said.began - refused.ended < 8.0


async def test_danger_in_a_chat_that_was_told_to_wait_for_long_is_left_to_its_row(
    open_desk, telegram, until, caplog
):
    telegram.fail("sendMessage", "429", retry_after=61)
    async with open_desk() as desk:
        await says(telegram, "a", "help")
        await until(lambda: desk.effects() == ["help"])
        assert desk.inbox._alarm.saying == []
    assert [getattr(one, "action", "") for one in caplog.records].count("danger_late") == 1


async def test_danger_whose_answer_died_with_the_process_is_answered_by_the_next(
    open_desk, telegram, until
):
    async with open_desk(holder="one") as killed:
        telegram.fail("sendMessage", "dropped_before", None)

        async def hangs(_heard: Update) -> None:
            await asyncio.sleep(60)

        killed.before = hangs
        await says(telegram, "a", "help")
        await until(lambda: telegram.telegram.updates.unconfirmed == 0)
        killed.killed()
        for saying in list(killed.inbox._alarm.saying):
            saying.cancel()
    telegram.faults.heal()
    killed.house.store.transact(lambda s: s.execute(update(Office).values(until=LONG_AGO)))
    async with open_desk(holder="two") as heir:
        await until(lambda: heir.effects() == ["help"])
    assert telegram.person("a").last.text == "call 110"


async def test_a_second_poller_is_alarming_and_outlasted(open_desk, telegram, until, caplog):
    async with open_desk() as desk:
        await until(lambda: desk.leadership.fence is not None)
        rival = Transport()
        await rival.initialize()
        await until(lambda: telegram.telegram.updates._poll > 0)
        with caplog.at_level(logging.ERROR):
            for _ in range(3):
                await rival.post(
                    f"{desk.application.bot.base_url}/getUpdates", fields(timeout="0")
                )
                await asyncio.sleep(0.1)
        await rival.shutdown()
        await says(telegram, "a", "still here")
        await until(lambda: desk.effects() == ["still here"])
    assert any(getattr(r, "action", "") == "poll_conflict" for r in caplog.records)


async def test_an_outage_ends_and_nothing_was_lost(open_desk, telegram, until):
    async with open_desk() as desk:
        await until(lambda: telegram.telegram.updates._poll > 0)
        await telegram.begin_outage(refused=True)
        await says(telegram, "a", "meanwhile")
        await until(lambda: desk.inbox.trouble == "telegram_away")
        await telegram.end_outage()
        await until(lambda: desk.effects() == ["meanwhile"])


LEAVES = replace(OFTEN, leaves_s=0.3)


async def test_who_alone_has_lost_telegram_leaves_the_post_to_who_has_it(
    open_desk, telegram, until
):
    nowhere = "http://127.0.0.1:9"  # discard: nobody listens
    async with open_desk(holder="one", base_url=nowhere, polling_so=LEAVES, lease_s=0.6) as lost:
        await until(lambda: lost.leadership.fence is not None)
        async with open_desk(holder="two", lease_s=0.6) as other:
            await says(telegram, "a", "1", "2")
            await until(lambda: other.effects() == ["1", "2"])
            assert lost.leadership.fence is None
            assert other.leadership.fence == 2
            assert lost.inbox.trouble == "telegram_away"


async def test_what_two_pollers_fetch_one_after_the_other_is_done_once_and_in_order(
    open_desk, telegram, until
):
    """The second begins with all that the first had not confirmed, and the first with what the second left."""
    rests = replace(LEAVES, rests_s=600.0)
    async with open_desk(holder="one", polling_so=rests, lease_s=0.6) as first:
        await until(lambda: first.leadership.fence is not None)
        async with open_desk(holder="two", lease_s=0.6) as second:
            await says(telegram, "a", "1", "2")
            await until(lambda: len(first.effects()) == 2)
            await telegram.begin_outage(refused=True)
            await says(telegram, "a", "3")
            await until(lambda: second.leadership.fence is not None)
            await telegram.end_outage()
            await says(telegram, "a", "4")
            await until(lambda: len(first.effects()) == 4)
            await until(lambda: first.inbox.trouble is None)
            assert first.inbox._offset is None, "it would confirm what it never saw"
            await second.leadership.leave(600.0)
            await says(telegram, "a", "5")
            await until(lambda: first.leadership.fence is not None)
            await until(lambda: first.effects() == ["1", "2", "3", "4", "5"])


async def test_who_has_lost_telegram_and_is_alone_fetches_again_as_soon_as_it_is_back(
    open_desk, telegram, until
):
    rests = replace(LEAVES, rests_s=600.0)
    async with open_desk(polling_so=rests, lease_s=0.6) as desk:
        await until(lambda: desk.leadership.fence is not None)
        await telegram.begin_outage(refused=True)
        await says(telegram, "a", "meanwhile")
        await until(lambda: desk.leadership.fence is None)
        await telegram.end_outage()
        await until(lambda: desk.effects() == ["meanwhile"])
        assert desk.leadership.fence == 1
        assert desk.inbox.trouble is None


async def test_a_second_poller_is_never_left_the_post(open_desk, telegram, until):
    async with open_desk(polling_so=replace(OFTEN, leaves_s=0.0)) as desk:
        await until(lambda: desk.leadership.fence is not None)
        rival = Transport()
        await rival.initialize()
        for _ in range(5):
            await until(lambda: telegram.telegram.updates._poll > 0)
            await rival.post(f"{desk.application.bot.base_url}/getUpdates", fields(timeout="0"))
            await asyncio.sleep(0.05)
            assert desk.leadership.fence == 1
        await rival.shutdown()
    assert [call for call in telegram.calls if "409" in call.outcome]


async def test_a_token_that_telegram_does_not_know_is_fatal(open_desk, telegram):
    async with open_desk() as desk:
        telegram.telegram.token = "7000000001:OTHER"
        telegram._server.cut()
        with pytest.raises(TokenRefused):
            await asyncio.wait_for(desk.running[1], 10)


async def test_who_does_not_lead_fetches_nothing(open_desk, telegram, until):
    async with open_desk(holder="one") as leader, open_desk(holder="two") as other:
        await until(
            lambda: leader.leadership.fence is not None or other.leadership.fence is not None
        )
        await says(telegram, "a", "one", "two", "three")
        await until(lambda: len(leader.effects()) == 3)
        assert not [call for call in telegram.calls if "409" in call.outcome]


async def test_done_rows_are_forgotten_after_three_days_and_others_never(
    open_desk, telegram, until
):
    async with open_desk() as desk:
        await says(telegram, "a", "old", "young")
        await until(lambda: len(desk.effects()) == 2)
        old, young = (row.update_id for row in desk.rows())
        desk.house.store.transact(
            lambda s: s.execute(
                update(UpdateIn)
                .where(UpdateIn.update_id == old)
                .values(done_at=MORNING.replace(year=2020))
            )
        )
        assert desk.house.store.transact(desk.inbox.prune) == 1
        assert desk.house.store.transact(desk.inbox.prune) == 0
        assert [row.update_id for row in desk.rows()] == [young]


@pytest.mark.parametrize(
    ("raw", "chat"),
    [
        ({"message": {"chat": {"id": 5}, "from": {"id": 6}}}, 5),
        ({"edited_message": {"chat": {"id": 5}}}, 5),
        ({"callback_query": {"from": {"id": 6}, "message": {"chat": {"id": 5}}}}, 5),
        ({"callback_query": {"from": {"id": 6}}}, 6),
        ({"my_chat_member": {"chat": {"id": 5}, "from": {"id": 6}}}, 5),
        ({"message": "nonsense"}, 0),
        ({"message": {"chat": {"id": "5"}}}, 0),
        ({"message": {"chat": {"id": 1 << 70}}}, 0),
        ({}, 0),
    ],
)
def test_messages_and_taps_of_a_chat_keep_one_order(raw, chat):
    assert chat_of(raw) == chat


async def test_a_tap_is_answered_before_it_is_a_row(open_desk, telegram, house, until):
    resident = telegram.person("resident")
    free = threading.Event()
    async with open_desk() as desk:
        await resident.starts(settle=False)
        await until(lambda: len(desk.effects()) == 1)
        button = InlineKeyboardMarkup([[InlineKeyboardButton("好", callback_data="x")]])
        await desk.application.bot.send_message(resident.chat.account.id, "?", reply_markup=button)
        # whoever writes is busy
        busy = [asyncio.create_task(house.store.act(lambda _: free.wait(30))) for _ in range(8)]
        await asyncio.sleep(0)
        await resident.taps("好", settle=False)
        await until(lambda: "answerCallbackQuery" in [call.method for call in telegram.calls])
        assert len(desk.rows()) == 1
        free.set()
        await asyncio.gather(*busy)
        await until(lambda: len(desk.effects()) == 2)
    answers = [call for call in telegram.calls if call.method == "answerCallbackQuery"]
    assert len(answers) == 1
