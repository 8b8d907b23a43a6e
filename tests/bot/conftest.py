import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator

import pytest

from bot.sandbox.sandbox import Sandbox
from models.store import Store
from tests.bot.small_house import MORNING, SmallHouse, migrated

Until = Callable[[Callable[[], bool | Awaitable[bool]]], Awaitable[None]]


@pytest.fixture
def store(new_database) -> Iterator[Store]:
    store = Store(new_database(migrated))
    yield store
    store.close()


@pytest.fixture
async def telegram() -> AsyncIterator[Sandbox]:
    async with Sandbox.open(at=MORNING) as sandbox:
        yield sandbox


@pytest.fixture
def house(store: Store, telegram: Sandbox) -> SmallHouse:
    return SmallHouse(store, telegram.bot_id)


@pytest.fixture
def until() -> Until:
    """Wait until something holds; a law that is not kept within the time is broken."""

    async def wait(holds: Callable[[], bool | Awaitable[bool]], limit_s: float = 10.0) -> None:
        async with asyncio.timeout(limit_s):
            while True:
                now = holds()
                if now if isinstance(now, bool) else await now:
                    return
                await asyncio.sleep(0.01)

    return wait
