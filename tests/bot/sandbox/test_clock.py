"""Civil time stands still until it is pushed, and no due instant is skipped."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from bot.sandbox.sandbox import Sandbox, UnsettledError
from tests.bot.sandbox.tiny_bot import MONDAY, TinyBot


async def test_a_message_is_answered_when_the_verb_returns(sandbox: Sandbox, bot: TinyBot) -> None:
    resident = sandbox.person("resident_a")

    await resident.says("楼上漏水")

    assert resident.last.text == "楼上漏水"
    assert resident.last.at == MONDAY
    assert sandbox.violations == []


async def test_pushing_the_clock_stops_at_every_due_instant(
    sandbox: Sandbox, bot: TinyBot
) -> None:
    resident = sandbox.person("resident_a")
    await resident.starts()
    for days in (3, 1, 2):
        bot.alarm(timedelta(days=days), f"day {days}", resident.telegram_id)

    await sandbox.wait(timedelta(days=2, hours=12))

    assert bot.fired == [(MONDAY + timedelta(days=d), f"day {d}") for d in (1, 2)]
    assert [m.at for m in resident.messages[-2:]] == [at for at, _ in bot.fired]
    assert sandbox.at == MONDAY + timedelta(days=2, hours=12)


async def test_a_bot_that_is_away_is_named_in_the_complaint(sandbox: Sandbox) -> None:
    resident = sandbox.person("resident_a")
    sandbox.settle_timeout_s = 0.1

    with pytest.raises(UnsettledError, match="1 updates unconfirmed"):
        await resident.says("有人吗")


async def test_a_bot_that_comes_back_gets_what_was_not_confirmed(sandbox: Sandbox) -> None:
    resident = sandbox.person("resident_a")
    await resident.says("有人吗", settle=False)

    async with TinyBot(sandbox).running():
        await sandbox.settle()

    assert resident.last.text == "有人吗"


async def test_settling_waits_for_what_is_pending(sandbox: Sandbox, bot: TinyBot) -> None:
    bot.unsent = 1

    with pytest.raises(UnsettledError, match="pending=1"):
        await sandbox.settle(0.3)
    bot.unsent = 0

    assert (await sandbox.settle()).pending == 0


async def test_civil_time_does_not_run_backwards(sandbox: Sandbox, bot: TinyBot) -> None:
    with pytest.raises(ValueError, match="backwards"):
        await sandbox.clock.ask(MONDAY - timedelta(seconds=1))


async def test_an_alarm_set_by_an_alarm_is_not_skipped(sandbox: Sandbox, bot: TinyBot) -> None:
    resident = sandbox.person("resident_a")
    await resident.starts()

    async def again(tiny: TinyBot, update: dict[str, Any]) -> None:
        tiny.alarm(timedelta(hours=2), "later", resident.telegram_id)

    bot.answer = again
    await resident.says("提醒我")
    await sandbox.wait(timedelta(hours=1))
    await resident.says("再提醒我")
    await sandbox.wait(timedelta(days=1))

    assert [at - MONDAY for at, _ in bot.fired] == [timedelta(hours=2), timedelta(hours=3)]


async def test_time_goes_on_while_telegram_is_away(sandbox: Sandbox, bot: TinyBot) -> None:
    resident = sandbox.person("resident_a")
    await resident.starts()
    await sandbox.begin_outage()
    await resident.says("有人吗", settle=False)
    bot.unsent = 1

    await sandbox.wait(timedelta(hours=1), allow_pending=True)

    assert sandbox.at == MONDAY + timedelta(hours=1)
    await sandbox.end_outage()
    bot.unsent = 0
    await sandbox.settle()
    assert resident.last.text == "有人吗"


async def test_many_people_may_speak_at_once(sandbox: Sandbox, bot: TinyBot) -> None:
    people = [sandbox.person(f"resident_{n}") for n in range(20)]

    await asyncio.gather(*(person.says(person.code) for person in people))

    assert [person.last.text for person in people] == [person.code for person in people]


async def test_a_bot_killed_while_it_is_asked_may_come_back_and_answer(sandbox: Sandbox) -> None:
    resident = sandbox.person("resident_a")
    async with TinyBot(sandbox).running():
        await resident.says("一")
    settled = asyncio.create_task(resident.says("二"))
    await asyncio.sleep(0.05)
    assert not settled.done()

    async with TinyBot(sandbox).running():
        await settled

    assert resident.heard == ["一", "二"]


async def test_an_answer_to_a_tick_that_was_never_asked_is_refused(
    sandbox: Sandbox, bot: TinyBot
) -> None:
    for wrong in (
        {"tick": 99, "pending": 0},
        {"tick": 1},
        {"tick": 1, "pending": 0, "next_due": "x"},
    ):
        async with bot.http.post(sandbox.clock_url, json=wrong) as response:
            assert response.status == 400
