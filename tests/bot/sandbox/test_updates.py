"""Updates stay until confirmed, die when too old, and have one poller at a time."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest_asyncio

from bot.sandbox.sandbox import Sandbox
from tests.bot.sandbox.tiny_bot import MONDAY, Caller


@pytest_asyncio.fixture
async def caller(sandbox: Sandbox) -> AsyncIterator[Caller]:
    async with Caller(sandbox).connected() as connected:
        yield connected


async def fetched(caller: Caller, **given: Any) -> list[int]:
    got = await caller.call("getUpdates", **given)
    return [update["update_id"] for update in got["result"]]


async def test_updates_come_again_until_the_offset_passes_them(
    sandbox: Sandbox, caller: Caller
) -> None:
    resident = sandbox.person("resident_a")
    for text in ("一", "二", "三"):
        await resident.says(text, settle=False)

    first = await fetched(caller)
    again = await fetched(caller, offset=first[1], limit=1)
    rest = await fetched(caller, offset=first[1])

    assert first == list(range(first[0], first[0] + 3))
    assert again == [first[1]]
    assert rest == first[1:]


async def test_a_negative_offset_keeps_only_the_newest(sandbox: Sandbox, caller: Caller) -> None:
    resident = sandbox.person("resident_a")
    for text in ("一", "二", "三"):
        await resident.says(text, settle=False)

    newest = await fetched(caller, offset=-1)

    assert newest == await fetched(caller)
    assert len(newest) == 1


async def test_a_long_poll_ends_when_somebody_speaks(sandbox: Sandbox, caller: Caller) -> None:
    resident = sandbox.person("resident_a")
    poll = asyncio.create_task(fetched(caller, timeout=30))
    await asyncio.sleep(0.05)

    await resident.says("在", settle=False)

    assert len(await asyncio.wait_for(poll, 2)) == 1


async def test_the_second_poller_ends_the_first(sandbox: Sandbox, caller: Caller) -> None:
    first = asyncio.create_task(caller.call("getUpdates", timeout=30))
    await asyncio.sleep(0.05)

    second = await caller.call("getUpdates", timeout=0)

    assert second["ok"]
    assert (await asyncio.wait_for(first, 2))["description"] == (
        "Conflict: terminated by other getUpdates request; "
        "make sure that only one bot instance is running"
    )


async def test_taps_are_forgotten_after_150_seconds_and_words_after_a_day(
    sandbox: Sandbox, caller: Caller
) -> None:
    resident = sandbox.person("resident_a")
    await resident.says("在", settle=False)
    keys = {"inline_keyboard": [[{"text": "报到", "callback_data": "a"}]]}
    await caller.call("sendMessage", chat_id=resident.telegram_id, text="卡", reply_markup=keys)
    await resident.taps("报到", settle=False)
    assert len(await fetched(caller)) == 2

    sandbox.machine.skip(151)
    assert len(await fetched(caller)) == 1
    sandbox.machine.skip(24 * 3600)

    assert await fetched(caller) == []
    assert [set(gone) - {"update_id"} for gone in sandbox.telegram.updates.expired] == [
        {"callback_query"},
        {"message"},
    ]


async def test_a_kind_that_was_not_asked_for_never_comes(sandbox: Sandbox, caller: Caller) -> None:
    resident = sandbox.person("resident_a")
    await fetched(caller, allowed_updates=["callback_query"])

    await resident.says("在", settle=False)

    assert await fetched(caller, allowed_updates=["message"]) == []


async def test_a_duplicate_comes_after_it_was_confirmed(sandbox: Sandbox, caller: Caller) -> None:
    resident = sandbox.person("resident_a")
    sandbox.duplicate_next_update()
    await resident.says("一", settle=False)

    (update_id,) = await fetched(caller)
    again = await fetched(caller, offset=update_id + 1)
    after = await fetched(caller, offset=update_id + 1)

    assert again == [update_id]
    assert after == []
    assert sandbox.telegram.updates.unconfirmed == 0


async def test_the_same_seed_gives_the_same_numbers() -> None:
    async def played(seed: int) -> list[Any]:
        async with Sandbox.open(at=MONDAY, seed=seed) as sandbox:
            await sandbox.person("resident_a").voice(settle=False)
            return [update.wire for update in sandbox.telegram.updates.waiting]

    assert await played(4) == await played(4)
    assert await played(4) != await played(5)
