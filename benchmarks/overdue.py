"""After an outage: a hundred thousand clocks are overdue. How soon the first notice of danger is out, and how long nobody is heard.

The bot is a process of its own and begins in an office in which thirty days went by with nobody looking at a clock. Its first beat
finds all that is overdue; danger is swept and said first. Counted is from the moment when the built bot begins to live (it holds its
posts, meets Telegram, beats) until Telegram has taken the first notice of danger, and beside it from the first instruction of the
process, Python's own loading included. A block is the longest time that one callback held the event loop, by the loop's own CPU, so
that other programs on the machine do not count; by the wall beside it.

    python -m benchmarks overdue --on sqlite --cases 60000 --seconds 30
"""

import argparse
import asyncio
import json
import subprocess
import sys
import time
from asyncio import Handle
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from benchmarks import programs
from benchmarks.databases import KINDS, databases
from benchmarks.lives import NOW
from benchmarks.population import populate
from benchmarks.prefecture import CHANGCHUN_GRIDS, CHANGCHUN_MEDIATORS
from benchmarks.report import Row
from bot.app import build, keep_for_good
from bot.settings import Settings
from bot.transport import Transport
from models.deadline import Deadline
from models.notice import Notice
from models.store import Store
from models.vocabulary import ClockState, NoticeState, Urgent

LATER = NOW + timedelta(days=30)
SOON_S, BLOCK_MS = 1.0, 50.0  # the goals


class ThirtyDaysLater:
    """Civil time after the outage."""

    def now(self) -> datetime:
        return LATER


@dataclass
class Seen:
    """What the bot saw of itself. Until Telegram has taken the first notice of danger, where it did within the time."""

    red_s: float | None = None
    red_cpu_s: float | None = None  # CPU of the whole process in that time
    whole_s: float | None = None  # from the beginning of the process
    whole_cpu_s: float | None = None
    block_cpu_ms: float = 0.0
    block_wall_ms: float = 0.0
    swept: int = 0  # clocks less that are overdue


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--on", choices=KINDS, default="sqlite")
    parser.add_argument("--cases", type=int, default=60_000, help="with the clocks of each")
    parser.add_argument("--seconds", type=float, default=30.0, help="how long it is watched")
    parser.add_argument("--grids", type=int, default=CHANGCHUN_GRIDS)
    parser.add_argument("--mediators", type=int, default=CHANGCHUN_MEDIATORS)


def run(given: argparse.Namespace) -> list[Row]:
    with databases(given.on) as made, programs.stub() as telegram:
        database = made.new()
        populate(database, given.cases, grids=given.grids, mediators=given.mediators)
        store = Store(database.url)
        late = store.read(_overdue)
        store.close()
        print(f"{late:,} clocks are overdue", flush=True)
        settings = programs.settings_of(
            telegram, database.folder, database.url, data_dir=str(database.folder)
        )
        said = subprocess.run(
            [
                sys.executable,
                "-m",
                "benchmarks.overdue",
                str(given.seconds),
                str(time.monotonic()),
            ],
            check=True,
            cwd=programs.ROOT,
            env=programs.environment(settings),
            stdout=subprocess.PIPE,
            text=True,
        ).stdout
    seen = Seen(**json.loads(said.splitlines()[-1]))
    what = f"{late:,} overdue, {given.on}"
    return [
        Row(
            f"{what}: first notice of danger",
            _seconds(seen.red_s),
            f"{_seconds(seen.red_cpu_s)} of CPU",
            (seen.red_s or 1e9) / SOON_S,
            1.0,
        ),
        Row(
            f"{what}: the same from the start of the process",
            _seconds(seen.whole_s),
            f"{_seconds(seen.whole_cpu_s)} of CPU",
        ),
        Row(
            f"{what}: longest block of the event loop",
            f"{seen.block_cpu_ms:.0f} ms of CPU",
            f"{seen.block_wall_ms:.0f} ms on the wall",
            seen.block_cpu_ms / BLOCK_MS,
            1.0,
        ),
        Row(f"{what}: clocks swept in {given.seconds:.0f} s", f"{seen.swept:,}"),
    ]


def _seconds(spent: float | None) -> str:
    return f"{spent:.2f} s" if spent is not None else "not within the time watched"


def _overdue(session: Session) -> int:
    late = select(func.count()).where(
        Deadline.state == ClockState.RUNNING, Deadline.next_at <= LATER
    )
    return session.scalar(late) or 0


# --- in the bot's process ----------------------------------------------------------------------------------------


class Noting(Transport):
    """The way to Telegram, with a note of when each new message was taken: by the wall and by this process's CPU."""

    def __init__(self) -> None:
        super().__init__()
        self.taken: dict[int, tuple[float, float]] = {}

    async def do_request(self, url: str, *args: Any, **more: Any) -> tuple[int, bytes]:
        answer = await super().do_request(url, *args, **more)
        if url.endswith("/sendMessage"):
            number = json.loads(answer[1])["result"]["message_id"]
            self.taken[number] = time.monotonic(), time.process_time()
        return answer


def _watch_callbacks(seen: Seen) -> None:
    """Every callback of the loop is timed, by its own CPU and by the wall."""
    plain = Handle._run  # noqa: SLF001 - there is no public place to stand

    def timed(handle: Handle) -> None:
        cpu, wall = time.thread_time(), time.perf_counter()
        plain(handle)
        seen.block_cpu_ms = max(seen.block_cpu_ms, 1000 * (time.thread_time() - cpu))
        seen.block_wall_ms = max(seen.block_wall_ms, 1000 * (time.perf_counter() - wall))

    setattr(Handle, "_run", timed)  # noqa: B010 - as above


async def _live(seconds: float, started: float) -> Seen:
    seen, telegram = Seen(), Noting()
    house = build(Settings.load(), ThirtyDaysLater(), telegram)
    before = house.store.read(_overdue)
    keep_for_good()
    _watch_callbacks(seen)
    began, cpu = time.monotonic(), time.process_time()
    running = asyncio.create_task(house.run())
    await asyncio.sleep(seconds)
    said = [telegram.taken[one] for one in await house.store.look(_said) if one in telegram.taken]
    if said:
        at, spent = min(said)
        seen.red_s, seen.red_cpu_s = at - began, spent - cpu
        seen.whole_s, seen.whole_cpu_s = at - started, spent
    seen.swept = before - await house.store.look(_overdue)
    running.cancel()
    await asyncio.wait([running])
    return seen


def _said(session: Session) -> list[int]:
    """The messages that told of danger."""
    said = select(Notice.message_id).where(
        Notice.urgent == Urgent.RED, Notice.state == NoticeState.SENT, Notice.sent_at >= LATER
    )
    return [one for one in session.scalars(said) if one is not None]


def main() -> None:
    seen = asyncio.run(_live(float(sys.argv[1]), float(sys.argv[2])))
    print(json.dumps(asdict(seen)), flush=True)


if __name__ == "__main__":
    main()
