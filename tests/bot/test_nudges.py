"""A replica that writes something to be sent wakes the one that sends; whatever happens to the line, it is mended."""

import asyncio
from collections.abc import Iterator

import pytest
from sqlalchemy import text

from bot.nudges import Nudges
from models.store import Store
from tests.bot.conftest import Until


@pytest.fixture
def stores(postgres_url: str) -> Iterator[tuple[Store, Store]]:
    one, two = Store(postgres_url), Store(postgres_url)
    yield one, two
    one.close()
    two.close()


async def test_another_replica_is_woken_and_again_after_its_line_was_cut(
    stores: tuple[Store, Store], until: Until
) -> None:
    woken: list[float] = []
    clock = asyncio.get_running_loop().time
    writes = Nudges(stores[0], lambda: None, pooled=False)
    sends = Nudges(stores[1], lambda: woken.append(clock()), pooled=False)
    listening = asyncio.create_task(sends.listen())
    await until(lambda: len(woken) == 1)  # it hears

    writes.call()
    await until(lambda: len(woken) == 2)
    cut = (
        "select pg_terminate_backend(pid) from pg_stat_activity"
        " where pid <> pg_backend_pid() and datname = current_database()"
    )
    stores[0].transact(lambda session: session.execute(text(cut)))
    await until(lambda: len(woken) == 3)  # it hears again
    for _ in range(50):
        writes.call()
    await until(lambda: len(woken) >= 4)
    await writes.stop()
    assert len(woken) < 20, "what is written while it is being told is told at once"
    listening.cancel()
    await asyncio.gather(listening, return_exceptions=True)


async def test_behind_pgbouncer_nobody_listens(stores: tuple[Store, Store]) -> None:
    silent = Nudges(stores[0], lambda: None, pooled=True)
    silent.call()
    await asyncio.wait_for(silent.listen(), 1.0)
    await silent.stop()
