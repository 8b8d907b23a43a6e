"""A real pgbouncer in transaction mode, before the PostgreSQL of the suite, with fewer connections than there are callers.

Laws: one that is missing is a failure where CI is set, a skip with its reason elsewhere; like the server it steps down from root.
"""

import importlib.util
import os
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

import psycopg
import pytest

from tests.postgres import NOBODY, RUN_FOLDER, PostgresServer

ROOT = Path(__file__).parents[1]
CONNECTIONS = 3  # to the server; two replicas hold twelve to the pooler
STARTS_S = 20.0
SETTINGS = """[databases]
* = host={server} user=postgres

[pgbouncer]
listen_addr =
unix_socket_dir = {folder}
auth_type = any
pool_mode = transaction
default_pool_size = {connections}
max_client_conn = 100
logfile = {folder}/log
pidfile = {folder}/pid
"""


@dataclass
class Pooler:
    """What stands between the replicas and the server; it can be taken away and come back."""

    binary: Path
    folder: Path
    path: str
    running: "subprocess.Popen[bytes] | None" = None

    def url(self, direct: str) -> str:
        """The same database as at this address, through the pooler."""
        return f"{direct.partition('?')[0]}?host={self.folder}&port=6432"

    def start(self) -> None:
        command: list[str | Path] = [self.binary, "-q", self.folder / "pgbouncer.ini"]
        step_down: dict[str, Any] = {"user": NOBODY, "group": NOBODY} if os.geteuid() == 0 else {}
        self.running = subprocess.Popen(
            command,
            cwd=self.folder,
            env={"LD_LIBRARY_PATH": self.path},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            **step_down,
        )
        ends = time.monotonic() + STARTS_S
        while time.monotonic() < ends:
            try:
                psycopg.connect(self._console(), connect_timeout=1).close()
            except psycopg.OperationalError:
                time.sleep(0.05)
            else:
                return
        pytest.fail(f"pgbouncer did not start:\n{(self.folder / 'log').read_text()}")

    def stop(self) -> None:
        """At once: every connection is cut."""
        if self.running is not None:
            self.running.send_signal(signal.SIGKILL)
            self.running.wait()
            (self.folder / "pid").unlink(missing_ok=True)
            (self.folder / ".s.PGSQL.6432").unlink(missing_ok=True)

    def _console(self) -> str:
        return f"host={self.folder} port=6432 user=postgres dbname=postgres"


@pytest.fixture
def pooler(postgres_server: PostgresServer) -> Iterator[Pooler]:
    known = installed()
    binary = known.executable()
    if binary is None:
        reason = "pgbouncer is not installed: scripts/prepare dev fetches it where apt is"
        if os.environ.get("CI"):
            pytest.fail(reason)
        pytest.skip(reason)
    folder = Path(os.environ[RUN_FOLDER]) / f"pooler-{os.getpid()}"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(mode=0o755)
    for library in known.libraries():  # where `nobody` may read them
        shutil.copytree(library, folder / "lib", dirs_exist_ok=True)
    shutil.copy(binary, folder / "pgbouncer")
    (folder / "pgbouncer.ini").write_text(
        SETTINGS.format(
            server=postgres_server.folder / "socket", folder=folder, connections=CONNECTIONS
        )
    )
    if os.geteuid() == 0:
        os.chown(folder, NOBODY, NOBODY)
    opened = Pooler(folder / "pgbouncer", folder, str(folder / "lib"))
    opened.start()
    yield opened
    opened.stop()
    shutil.rmtree(folder, ignore_errors=True)


def installed() -> ModuleType:
    """scripts/pooler.py, which knows what there is."""
    spec = importlib.util.spec_from_file_location("pooler", ROOT / "scripts" / "pooler.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
