"""What only a server can do to us: go away, keep us waiting, stand behind a pooler; and replicas that start together."""

import asyncio
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import text
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from bot.ledger import is_migrated
from models import schema
from models.store import Store, is_failure_of_ours


def said(store: Store, question: str) -> str:
    return str(store.transact(lambda session: session.scalar(text(question))))


@pytest.mark.parametrize("pooled", [False, True])
def test_no_statement_and_no_lock_is_waited_for_without_end(postgres_url: str, *, pooled: bool):
    store = Store(postgres_url, pooled=pooled)
    assert said(store, "show statement_timeout") == "30s"
    assert said(store, "show lock_timeout") == "10s"
    assert said(store, "show idle_in_transaction_session_timeout") == "1min"
    store.close()


def test_behind_a_pooler_nothing_stays_on_the_servers_connection(postgres_url: str):
    store = Store(postgres_url, pooled=True)
    for _ in range(8):
        said(store, "select count(*) from pg_class")
    assert said(store, "select count(*) from pg_prepared_statements") == "0"
    with store.engine.connect() as connection:
        connection.commit()
        raw = connection.connection.cursor()
        raw.execute("rollback")
        raw.execute("show statement_timeout")
        assert raw.fetchone() == ("0",)
    store.close()


async def test_what_was_begun_on_a_lost_connection_is_done_on_another(postgres_url: str):
    store = Store(postgres_url)
    await asyncio.gather(*(store.act(lambda s: s.execute(text("select 1"))) for _ in range(4)))
    beside = Store(postgres_url)
    beside.transact(
        lambda s: s.execute(
            text(
                "select pg_terminate_backend(pid) from pg_stat_activity"
                " where pid <> pg_backend_pid() and datname = current_database()"
            )
        )
    )
    assert said(store, "select 1") == "1"
    assert await store.look(lambda s: s.scalar(text("select 2"))) == 2
    store.close()
    beside.close()


def test_a_connection_cut_in_the_middle_is_a_failure_of_ours(postgres_url: str):
    store, cuts = Store(postgres_url), []

    def cut(session: Session) -> None:
        cuts.append(session)
        session.execute(text("select pg_terminate_backend(pg_backend_pid())"))

    with pytest.raises(OperationalError) as lost:
        store.transact(cut)
    assert is_failure_of_ours(lost.value)
    assert len(cuts) == 2  # it was tried once more, and no oftener
    store.close()


def test_what_was_cut_in_its_commit_is_not_done_again(postgres_url: str):
    store, done = Store(postgres_url), []

    def cut(session: Session) -> None:
        done.append(said(beside, "select 1"))
        mine = session.scalar(text("select pg_backend_pid()"))
        beside.transact(lambda s: s.execute(text(f"select pg_terminate_backend({mine})")))

    beside = Store(postgres_url)
    with pytest.raises(OperationalError) as lost:
        store.transact(cut)
    assert is_failure_of_ours(lost.value)
    assert len(done) == 1
    store.close()
    beside.close()


def test_replicas_that_start_together_migrate_once(postgres_url: str):
    stores = [Store(postgres_url) for _ in range(3)]
    began = time.monotonic()
    with ThreadPoolExecutor(3) as replicas:
        list(replicas.map(lambda store: schema.upgrade(store.engine), stores))
    assert time.monotonic() - began < 60
    assert all(is_migrated(store.engine) for store in stores)
    for store in stores:
        store.close()
