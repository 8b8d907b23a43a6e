"""An empty, migrated database of either kind for a benchmark, and where what PostgreSQL's server does is counted.

Laws: as in an office, PostgreSQL keeps what it has committed and sweeps behind itself (the suite's own server does neither);
what was made is gone when the block ends.
"""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import create_engine, text

from models import schema
from models.store import Store
from tests import postgres

KINDS = ("sqlite", "postgres")
#: As an office's server; only the network is left out.
_FLAGS = "-c max_connections=100 -c shared_buffers=512MB -h ''"


@dataclass(frozen=True, slots=True)
class Database:
    """One empty database with the newest schema, and a folder for keys and files."""

    kind: str
    url: str
    folder: Path

    def settle_down(self) -> None:
        """Let the database learn what is in it, as its own upkeep would have in an hour of rest."""
        engine = create_engine(self.url, isolation_level="AUTOCOMMIT")
        # a gigabyte that was just written is on its way to the disk for five minutes more, and each commit waits in its queue
        upkeep = (
            ("vacuum analyze", "checkpoint") if self.kind == "postgres" else ("pragma optimize",)
        )
        with engine.connect() as connection:
            for order in upkeep:
                connection.execute(text(order))
        engine.dispose()


class Databases:
    """Makes databases of one kind, as many as are asked for."""

    def __init__(self, kind: str, folder: Path, server: postgres.PostgresServer | None) -> None:
        self.kind = kind
        self._folder = folder
        self._server = server
        self._made = 0

    def new(self) -> Database:
        self._made += 1
        folder = self._folder / f"office-{self._made}"
        folder.mkdir(mode=0o700)
        if self._server is None:
            url = f"sqlite:///{folder}/office.sqlite3"
        else:
            url = self._server.url(self._server.create())
        store = Store(url)
        schema.upgrade(store.engine)
        store.close()
        return Database(self.kind, url, folder)

    def server_cpu_s(self) -> float:
        """CPU seconds of the database's own processes so far; none where it lives in ours."""
        if self._server is None:
            return 0.0
        postmaster = int((self._server.folder / "data" / "postmaster.pid").read_text().split()[0])
        return sum(map(_cpu_s, [postmaster, *_children(postmaster)]))


@contextmanager
def databases(kind: str, *, in_memory: bool = False) -> Iterator[Databases]:
    """Everything on the disk, or in memory where only CPU is measured and room is needed."""
    where = postgres.in_memory() if in_memory else None
    folder = Path(tempfile.mkdtemp(prefix="gridwhistle-benchmark-", dir=where))
    folder.chmod(0o755)
    alive = -1
    try:
        if kind == "sqlite":
            yield Databases(kind, folder, None)
            return
        os.mkfifo(folder / "alive")
        (folder / "alive").chmod(0o644)
        alive = os.open(folder / "alive", os.O_RDWR)
        postgres.start(folder, flags=_FLAGS)
        yield Databases(kind, folder, postgres.PostgresServer(folder))
    finally:
        if alive >= 0:
            postgres.end(folder, alive)
        shutil.rmtree(folder, ignore_errors=True)


def _children(parent: int) -> list[int]:
    text_of = Path(f"/proc/{parent}/task/{parent}/children")
    return [int(pid) for pid in text_of.read_text().split()]


def _cpu_s(pid: int) -> float:
    """The kernel's own count of nanoseconds; a process that has just ended has none."""
    try:
        return int(Path(f"/proc/{pid}/schedstat").read_text().split()[0]) / 1e9
    except (FileNotFoundError, ProcessLookupError):
        return 0.0
