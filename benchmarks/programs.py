"""The programs of a benchmark, and what they cost: each is a process of its own, so that its CPU is known apart.

Law: what is started here ends here, however the benchmark ends.
"""

import contextlib
import json
import os
import selectors
import signal
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TextIO, cast

from sqlalchemy import make_url

from bot.keys import open_keys
from bot.settings import Settings
from models import schema
from models.store import Store
from tests import postgres

ROOT = Path(__file__).parents[1]
TOKEN = "123456:benchmark"
STOPS_S = 15.0
#: As an office would have it: everything is on the disk before it is confirmed. Nothing listens on the network.
_AS_INSTALLED = "-c max_connections=100 -h ''"
_TICK = os.sysconf("SC_CLK_TCK")
_PAGE = os.sysconf("SC_PAGE_SIZE")


def cpu_of(pid: int) -> float:
    """Seconds of CPU that all threads of a process have had, the ended ones and its waited-for children's too."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return sum(int(one) for one in fields[11:15]) / _TICK


def memory_of(pid: int) -> float:
    """MiB that a process has in memory."""
    return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * _PAGE / 2**20


@dataclass
class Stub:
    """The Bot API and the people behind it."""

    process: subprocess.Popen[str]
    port: int = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def play(self, people: str, **what: Any) -> dict[str, Any]:
        """Let people use the bot; returns when the last of them has finished, with what was seen."""
        return self.ask({"people": people, **what})

    def ask(self, order: dict[str, Any], patience_s: float = 600.0) -> dict[str, Any]:
        print(json.dumps(order), file=self.process.stdin, flush=True)
        return self.hear(patience_s)

    def hear(self, patience_s: float = 30.0) -> dict[str, Any]:
        said = cast("TextIO", self.process.stdout)
        with selectors.DefaultSelector() as waiting:
            waiting.register(said, selectors.EVENT_READ)
            if not waiting.select(patience_s):
                raise TimeoutError("the people were not answered: see the bot's log above")
        heard: dict[str, Any] = json.loads(said.readline() or "{}")
        return heard


@dataclass
class Office:
    """One bot or several on one database, with what they cost."""

    settings: dict[str, str]
    pids: list[int] = field(default_factory=list)
    postmaster: int | None = None

    def cpu(self) -> tuple[float, float]:
        """Seconds of CPU so far: of the bots, and of the database's server."""
        return sum(map(cpu_of, self.pids)), self._server_cpu()

    def _server_cpu(self) -> float:
        if self.postmaster is None:
            return 0.0
        children = Path(f"/proc/{self.postmaster}/task/{self.postmaster}/children").read_text()
        spent = cpu_of(self.postmaster)
        for pid in map(int, children.split()):
            with contextlib.suppress(
                OSError
            ):  # ended meanwhile: the postmaster's own count has it
                spent += cpu_of(pid)
        return spent


@contextmanager
def stub() -> Iterator[Stub]:
    with _program(["benchmarks.stub"], {}, talks=True) as process:
        opened = Stub(process)
        opened.port = opened.hear()["port"]
        yield opened


@contextmanager
def echo(telegram: Stub, at_once: int = 0) -> Iterator[Office]:
    """The peer; it takes its updates from the stub as soon as it is up."""
    with _program(
        ["benchmarks.echo", telegram.url, TOKEN, *([str(at_once)] if at_once else [])], {}
    ) as process:
        yield Office({}, [process.pid])


@contextmanager
def folder() -> Iterator[Path]:
    """A folder on this machine's disk."""
    with tempfile.TemporaryDirectory(prefix="gridwhistle-benchmark-") as name:
        Path(name).chmod(0o755)
        yield Path(name)


@contextmanager
def bots(settings: dict[str, str], number: int = 1, *arguments: str) -> Iterator[list[int]]:
    """So many of ours. Behind a webhook each listens on the port that `settings` gives it by its place."""
    with ExitStack() as stack:
        pids = []
        for place in range(number):
            own = {k: v.split(",")[place] if k == LISTEN else v for k, v in settings.items()}
            program = _program(["benchmarks.ours", *arguments], own)
            pids.append(stack.enter_context(program).pid)
        yield pids


LISTEN = "GRIDWHISTLE_LISTEN"


def environment(settings: dict[str, str]) -> dict[str, str]:
    """This process's, with these settings of ours and no others."""
    return {k: v for k, v in os.environ.items() if not k.startswith("GRIDWHISTLE_")} | settings


def until_well(port: int, patience_s: float = 60.0) -> None:
    """Wait until a bot that listens says that it is well."""
    ends = time.monotonic() + patience_s
    while True:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/health"):
                return
        except OSError:
            if time.monotonic() > ends:
                raise
            time.sleep(0.1)


def settings_of(telegram: Stub, at: Path, database: str, **more: str) -> dict[str, str]:
    return {
        "GRIDWHISTLE_BOT_TOKEN": TOKEN,
        "GRIDWHISTLE_API_BASE_URL": telegram.url,
        "GRIDWHISTLE_DATABASE_URL": database,
        "GRIDWHISTLE_DATA_DIR": str(at / "data"),
        "GRIDWHISTLE_DEMO": "true",
        **{f"GRIDWHISTLE_{name.upper()}": value for name, value in more.items()},
    }


def store_of(settings: dict[str, str]) -> Store:
    """The office's database at the newest schema, with its keys."""
    prefix = "GRIDWHISTLE_"
    read = Settings(**{k.removeprefix(prefix).lower(): v for k, v in settings.items()})  # type: ignore[arg-type]  # read as from the environment
    read.data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    open_keys(read)
    store = Store(read.database)
    schema.upgrade(store.engine)
    return store


@contextmanager
def database(kind: str, at: Path) -> Iterator[tuple[str, int | None]]:
    """An empty database on the disk: its address, and the server's process where there is one."""
    if kind == "sqlite":
        yield f"sqlite:///{at / 'office.sqlite3'}", None
        return
    os.mkfifo(at / "alive")
    (at / "alive").chmod(0o644)
    alive = os.open(at / "alive", os.O_RDWR)
    try:
        postgres.start(at, _AS_INSTALLED)
        server = postgres.PostgresServer(at)
        yield server.url(server.create()), _postmaster(at)
    finally:
        postgres.end(at, alive)


def _postmaster(at: Path) -> int:
    return int((at / "data" / "postmaster.pid").read_text().splitlines()[0])


def host_of(url: str) -> str:
    return str(make_url(url).query["host"])


@contextmanager
def _program(
    words: list[str], settings: dict[str, str], *, talks: bool = False
) -> Iterator[subprocess.Popen[str]]:
    pipe = subprocess.PIPE if talks else subprocess.DEVNULL
    process = subprocess.Popen(
        [sys.executable, "-m", *words],
        cwd=ROOT,
        env=environment(settings),
        stdin=pipe,
        stdout=pipe,
        text=True,
    )
    try:
        yield process
    finally:
        process.send_signal(signal.SIGKILL if talks else signal.SIGTERM)
        try:
            process.wait(STOPS_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def rest(seconds: float) -> None:
    """Let what was caused settle, before anything is counted."""
    time.sleep(seconds)
