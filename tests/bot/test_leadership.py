import asyncio
import os
import subprocess
import sys

import pytest
from sqlalchemy import text, update

from bot.leadership import Leadership, has_died, this_process
from bot.logs import LOG_EVERY
from models.office import Office
from tests.bot.small_house import MORNING

POST = "sender"
LONG_AGO = MORNING.replace(year=2000)


async def fence_of(leadership: Leadership) -> int | None:
    await leadership._renew_once()
    return leadership.fence


async def test_only_one_leads(store):
    first, second = Leadership(store, POST, 10), Leadership(store, POST, 10)
    assert await fence_of(first) == 1
    assert await fence_of(second) is None
    assert await fence_of(first) == 1, "renewing is no new reign"


def expire(store, leadership: Leadership) -> None:
    """The lease ends, as if its holder had slept."""
    store.transact(lambda s: s.execute(update(Office).values(until=LONG_AGO)))
    leadership._sure_until = 0.0


async def test_who_does_not_renew_is_replaced_under_a_higher_fence(store):
    first, second = Leadership(store, POST, 10), Leadership(store, POST, 10)
    assert await fence_of(first) == 1
    expire(store, first)
    assert first.fence is None
    assert await fence_of(second) == 2
    assert await fence_of(first) is None


async def test_the_holder_itself_is_the_first_not_to_be_sure(store):
    leadership = Leadership(store, POST, 0.05)
    await leadership._renew_once()
    await asyncio.sleep(0.06)
    assert leadership.fence is None


async def test_a_holder_that_slept_and_was_not_replaced_leads_on_under_its_fence(store):
    first = Leadership(store, POST, 10)
    assert await fence_of(first) == 1
    expire(store, first)
    assert await fence_of(first) == 1


async def test_without_the_database_a_holder_is_unsure_and_not_replaced(store, until):
    leadership = Leadership(store, POST, 0.3)
    holding = asyncio.create_task(leadership.hold())
    await leadership.leading()
    store.transact(lambda s: s.execute(text("alter table office rename to gone")))
    await until(lambda: leadership.is_unsure)
    store.transact(lambda s: s.execute(text("alter table gone rename to office")))
    await until(lambda: not leadership.is_unsure)
    assert (await leadership.leading(), leadership.is_unsure) == (1, False)
    holding.cancel()
    await asyncio.gather(holding, return_exceptions=True)


async def test_a_database_that_is_away_for_long_does_not_fill_the_log(store, until, caplog):
    leadership = Leadership(store, POST, 0.03)
    store.transact(lambda s: s.execute(text("alter table office rename to away")))
    holding = asyncio.create_task(leadership.hold())
    await until(lambda: leadership._failures > 2 * LOG_EVERY)
    store.transact(lambda s: s.execute(text("alter table away rename to office")))
    await until(lambda: leadership.fence is not None)
    holding.cancel()
    await asyncio.gather(holding, return_exceptions=True)
    said = [one for one in caplog.records if getattr(one, "action", "") == "lease_failed"]
    assert 3 <= len(said) <= 5


async def test_a_replaced_holder_can_claim_nothing(store):
    first, second = Leadership(store, POST, 60), Leadership(store, POST, 60)
    fence = await fence_of(first)
    assert fence is not None
    assert await store.act(lambda s: first.check(s, fence))
    store.transact(lambda s: s.execute(update(Office).values(until=LONG_AGO)))
    assert await fence_of(second) == 2
    assert first.fence == 1, "it has not noticed yet"
    assert not await store.act(lambda s: first.check(s, fence))


async def test_a_post_given_up_is_free_at_once(store):
    first, second = Leadership(store, POST, 60), Leadership(store, POST, 60)
    await fence_of(first)
    await first.release()
    assert first.fence is None
    assert await fence_of(second) == 2


async def test_a_killed_process_of_this_machine_is_not_waited_for(store):
    name = "import sys; sys.path.insert(0, '.'); from bot.leadership import this_process; print(this_process(), flush=True); input()"
    process = subprocess.Popen(  # noqa: ASYNC220 - it is to be killed, not awaited
        [sys.executable, "-c", name], stdout=subprocess.PIPE, stdin=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    assert process.stdin is not None
    holder = process.stdout.readline().strip()
    dead = Leadership(store, POST, 60, holder)
    assert await fence_of(dead) == 1
    heir = Leadership(store, POST, 60)
    assert await fence_of(heir) is None, "it still lives"
    process.kill()
    process.wait()
    process.stdout.close()
    process.stdin.close()
    assert await fence_of(heir) == 2


def test_nobody_is_dead_who_may_live():
    machine, pid, started, _ = this_process().split("/")
    assert not has_died(this_process())
    assert not has_died(f"elsewhere/{pid}/{started}/x"), "another machine's process cannot be seen"
    assert not has_died("what is this")
    assert has_died(f"{machine}/{pid}/{int(started) + 1}/x"), (
        "its number was given to this process"
    )
    assert has_died(f"{machine}/{os.getpid() + 4_000_000}/{started}/x")


async def test_a_post_that_was_left_is_taken_again_after_its_rest_and_at_once_when_called_back(
    store, until
):
    leadership = Leadership(store, POST, 0.3)
    holding = asyncio.create_task(leadership.hold())
    await leadership.leading()
    for called_back, rest_s in ((False, 0.5), (True, 3600.0)):
        await leadership.leave(rest_s)
        await asyncio.sleep(0.25)
        assert leadership.fence is None, "it renews every 0.1 s, and not while it rests"
        if called_back:
            leadership.come_back()
        await until(lambda: leadership.fence == 1)
    holding.cancel()
    await asyncio.gather(holding, return_exceptions=True)


async def test_leading_waits_until_the_post_is_free(store):
    first, second = Leadership(store, POST, 10), Leadership(store, POST, 0.3)
    await fence_of(first)
    holding = asyncio.create_task(second.hold())
    waiting = asyncio.create_task(second.leading())
    await asyncio.sleep(0.2)
    assert not waiting.done()
    await first.release()
    assert await asyncio.wait_for(waiting, 5) == 2
    holding.cancel()
    with pytest.raises(asyncio.CancelledError):
        await holding
