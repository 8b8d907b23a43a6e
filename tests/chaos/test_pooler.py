"""Two replicas behind a real pgbouncer in transaction mode: nothing rests on what a connection of the server remembers."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from models.case import Case
from models.store import Store
from tests.chaos.replicas import office, reports
from tests.chaos.test_replicas import matter, said_twice, takeover, what_is_wrong
from tests.pooler import CONNECTIONS, Pooler

CROWD = 12
TIMES = 25  # psycopg prepares what it was asked five times


@pytest.mark.parametrize("pooled", [True, False])
def test_nothing_is_prepared_and_without_the_setting_this_pooler_would_not_forgive_it(
    postgres_url: str, pooler: Pooler, *, pooled: bool
) -> None:
    stores = [Store(pooler.url(postgres_url), pooled=pooled) for _ in range(3)]

    def ask(session: Session) -> str:
        session.execute(text("select pg_sleep(0.002), :one"), {"one": 1})
        return str(session.scalar(text("show statement_timeout")))

    def wrong(store: Store) -> list[str]:
        said = []
        for _ in range(TIMES):
            try:
                said.append(store.transact(ask))
            except DBAPIError as error:
                said.append(type(error.orig).__name__)
        return [one for one in said if one != "30s"]

    with ThreadPoolExecutor(6) as threads:
        errors = [one for found in threads.map(wrong, stores * 2) for one in found]
    assert (errors == []) is pooled
    for store in stores:
        store.close()


@pytest.mark.timeout(240)  # three bots come up, and the machine is shared
async def test_behind_a_pooler_that_goes_away_and_a_replica_that_dies_nothing_is_lost(
    postgres_url: str, pooler: Pooler, tmp_path: Path
) -> None:
    pooled = {
        "GRIDWHISTLE_DATABASE_URL": pooler.url(postgres_url),
        "GRIDWHISTLE_DATABASE_POOLED": "true",
    }
    async with office(postgres_url, tmp_path, more=pooled) as town:
        first, second = town.bots
        crowd = [town.sandbox.person(f"neighbour_{number}") for number in range(CROWD)]

        async def come(number: int) -> None:
            await asyncio.sleep(0.15 * number)
            await reports(crowd[number], matter(number))

        async def strike() -> None:
            await asyncio.sleep(0.5)
            pooler.stop()
            await asyncio.gather(town.unwell(first), town.unwell(second))
            await asyncio.to_thread(pooler.start)
            await asyncio.gather(town.up(first), town.up(second))
            await town.kill(first)
            await town.start(first)

        await asyncio.gather(strike(), *(come(number) for number in range(CROWD)))
        await town.sandbox.settle(60.0)

        assert town.store.read(what_is_wrong) == []
        cases = town.store.read(lambda s: s.scalars(select(Case.matter)).all())
        assert sorted(str(one) for one in cases) == sorted(map(matter, range(CROWD)))
        assert said_twice(town) == []
        assert takeover(town) > 1
        assert town.sandbox.violations == []
        beside = Store(postgres_url)
        callers = "select count(*) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()"
        assert beside.read(lambda s: s.scalar(text(callers))) <= CONNECTIONS
        beside.close()
