"""The one way to the database: one function, one transaction, run whole in a worker thread.

Laws: a writer on SQLite begins with BEGIN IMMEDIATE in the single writer thread; a reader cannot write;
no ORM object leaves the thread (handlers get frozen views). Sessions are plain and synchronous.
"""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Any, TypeVar

from sqlalchemy import (
    Connection,
    Engine,
    create_engine,
    event,
    make_url,
    text,
)
from sqlalchemy.exc import DBAPIError, IntegrityError, InterfaceError, OperationalError
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement

from models.base import UtcDateTime

T = TypeVar("T")

_POSTGRES_THREADS = 4  # measured best of 4 and 8 for small transactions (docs/decisions/0002)
_READER_THREADS = 2
#: Compiled statements that are kept; the product has about 1,200, and SQLAlchemy's own 500 would make some anew again and again.
_STATEMENTS = 2000
_CONNECT_S = 5  # a server that does not answer by then is away; the transaction is tried again
_POOL_S = 10  # no thread waits longer for a connection: there are as many as threads
#: A statement of ours takes milliseconds; a month's figures take seconds. A lock is held for one small transaction.
_LIMITS = {
    "statement_timeout": "30s",
    "lock_timeout": "10s",
    "idle_in_transaction_session_timeout": "60s",
}


_DEADLOCKED = frozenset({"40P01", "40001"})  # deadlock_detected, serialization_failure


class Transaction(Session):
    """A session that keeps what it has read as long as it lasts: a row is asked for once, whoever else needs it."""


@event.listens_for(Transaction, "loaded_as_persistent")
@event.listens_for(Transaction, "pending_to_persistent")
def _keep(session: Session, row: object) -> None:
    session.info.setdefault("kept", []).append(row)


class Store:
    """The database of one office, SQLite or PostgreSQL (≥ 14). `pooled`: connections go through pgbouncer."""

    def __init__(self, url: str, *, pooled: bool = False) -> None:
        self.url = _with_driver(url)
        self.is_sqlite = self.url.startswith("sqlite")
        self.engine = (
            _sqlite(self.url, "BEGIN IMMEDIATE")
            if self.is_sqlite
            else _postgres(self.url, pooled=pooled)
        )
        self._read_engine = (
            _sqlite(self.url, "BEGIN", readonly=True)
            if self.is_sqlite
            else self.engine.execution_options(postgresql_readonly=True)  # the same pool
        )
        writers = 1 if self.is_sqlite else _POSTGRES_THREADS
        self._writers = ThreadPoolExecutor(writers, thread_name_prefix="act")
        self._readers = ThreadPoolExecutor(_READER_THREADS, thread_name_prefix="look")

    @property
    def reading(self) -> Engine:
        """Connections that cannot write, and on SQLite keep nobody from writing."""
        return self._read_engine

    async def act(self, fn: Callable[[Session], T]) -> T:
        """Run `fn` in one writing transaction; committed when this returns."""
        return await asyncio.get_running_loop().run_in_executor(self._writers, self.transact, fn)

    async def look(self, fn: Callable[[Session], T]) -> T:
        """Run `fn` in one reading transaction."""
        return await asyncio.get_running_loop().run_in_executor(self._readers, self.read, fn)

    def transact(self, fn: Callable[[Session], T]) -> T:
        """Like `act`, in this thread. A lost race for a row, a unique key or a lock is run again, once; so is what was begun
        on a connection that had been lost. What was lost in its commit is not: it may hold.
        """
        try:
            return self._race(fn)
        except _Lost:
            return self._race(fn, again=True)

    def _race(self, fn: Callable[[Session], T], *, again: bool = False) -> T:
        try:
            return self._transact(fn, again=again)
        except (StaleDataError, IntegrityError):
            return self._transact(fn, again=again)
        except OperationalError as error:
            if not _was_deadlocked(error):
                raise
            return self._transact(fn, again=again)

    def _transact(self, fn: Callable[[Session], T], *, again: bool = False) -> T:
        with Transaction(self.engine, expire_on_commit=False) as session, session.begin():
            return _before_commit(fn, session, again=again)

    def read(self, fn: Callable[[Session], T]) -> T:
        """Like `look`, in this thread."""
        try:
            return self._read(fn)
        except _Lost:
            return self._read(fn, again=True)

    def _read(self, fn: Callable[[Session], T], *, again: bool = False) -> T:
        with Transaction(self._read_engine) as session:
            try:
                return _before_commit(fn, session, again=again)
            finally:
                session.rollback()

    def close(self) -> None:
        self._writers.shutdown()
        self._readers.shutdown()
        self.engine.dispose()
        self._read_engine.dispose()


class _Lost(Exception):
    """The connection was gone, mostly since long before: another one is there."""


def _before_commit(fn: Callable[[Session], T], session: Session, *, again: bool) -> T:
    """Nothing of it is kept yet. A lost connection is found when it is used: to ask each time whether it lives costs a round
    trip for every transaction.
    """
    try:
        return fn(session)
    except DBAPIError as error:
        if error.connection_invalidated and not again:
            raise _Lost from error
        raise


class machine_time(FunctionElement[datetime]):  # noqa: N801 - a function of SQL, like func.now
    """Machine time as a part of a statement: the database's own clock, no round trip apart."""

    type = UtcDateTime()
    inherit_cache = True


@compiles(machine_time, "postgresql")
def _of_postgres(_element: machine_time, _compiler: SQLCompiler, **_: Any) -> str:
    return "clock_timestamp()"


@compiles(machine_time, "sqlite")
def _of_sqlite(_element: machine_time, _compiler: SQLCompiler, **_: Any) -> str:
    return "strftime('%Y-%m-%d %H:%M:%f000', 'now')"  # as UtcDateTime is stored: microseconds


def machine_now(session: Session) -> datetime:
    """Machine time for leases and back-off: the database's own on PostgreSQL, this machine's on SQLite."""
    if session.get_bind().dialect.name == "postgresql":
        now: datetime = session.execute(text("select clock_timestamp()")).scalar_one()
        return now.astimezone(UTC)
    return datetime.now(UTC)  # noqa: TID251 - machine time, not civil: never moved by the pushed clock


def _was_deadlocked(error: OperationalError) -> bool:
    """Whether PostgreSQL ended this transaction so that another could go on; it has let go of everything, and may begin anew."""
    return getattr(error.orig, "sqlstate", None) in _DEADLOCKED


def is_failure_of_ours(error: BaseException) -> bool:
    """Whether the database, not the update, is at fault: lost, full, locked, serialization (DESIGN §3.9)."""
    if isinstance(error, DBAPIError) and error.connection_invalidated:
        return True
    return isinstance(error, OperationalError | InterfaceError | OSError | StaleDataError)


def _with_driver(url: str) -> str:
    parsed = make_url(url)
    if parsed.drivername in {"postgresql", "postgres"}:
        parsed = parsed.set(drivername="postgresql+psycopg")
    return parsed.render_as_string(hide_password=False)


def _postgres(url: str, *, pooled: bool) -> Engine:
    """As many connections as threads, each with limits of its own; a lost one is found when it is used, and replaced.

    Behind pgbouncer in transaction mode the next transaction may run on another connection of the server: nothing is prepared
    there, and limits are set by each transaction for itself.
    """
    connect: dict[str, Any] = {"connect_timeout": _CONNECT_S}
    if pooled:
        connect["prepare_threshold"] = None
    engine = create_engine(
        url,
        pool_size=_POSTGRES_THREADS + _READER_THREADS,
        max_overflow=0,
        query_cache_size=_STATEMENTS,
        pool_timeout=_POOL_S,
        connect_args=connect,
        hide_parameters=True,
    )

    if pooled:

        @event.listens_for(engine, "begin")
        def limit(connection: Connection) -> None:
            connection.exec_driver_sql(
                "; ".join(f"set local {name} = '{value}'" for name, value in _LIMITS.items())
            )
    else:

        @event.listens_for(engine, "connect")
        def limit_all(connection: Any, _record: Any) -> None:  # noqa: ANN401 - the driver's own types
            with connection.cursor() as cursor:
                for name, value in _LIMITS.items():
                    cursor.execute(f"set {name} = '{value}'")
            connection.commit()

    return engine


def _sqlite(url: str, begin: str, *, readonly: bool = False) -> Engine:
    engine = create_engine(url, hide_parameters=True, query_cache_size=_STATEMENTS)

    @event.listens_for(engine, "connect")
    def configure(connection: Any, _record: Any) -> None:  # noqa: ANN401 - the driver's own types
        connection.isolation_level = None  # the driver must not begin transactions by itself
        connection.execute("pragma journal_mode = wal")
        connection.execute("pragma synchronous = full")
        connection.execute("pragma foreign_keys = on")
        connection.execute("pragma busy_timeout = 30000")
        connection.execute(f"pragma query_only = {'on' if readonly else 'off'}")

    @event.listens_for(engine, "begin")
    def begin_now(connection: Connection) -> None:
        connection.exec_driver_sql(begin)

    return engine
