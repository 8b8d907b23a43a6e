"""The long run: `scripts/chaos --kills 200 --database both --seed 1`. Prints the table of docs/reliability.md.

Exit 0 when nothing differs from the days without kills.
"""

import argparse
import asyncio
import contextlib
import os
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tests import postgres
from tests.chaos.afterwards import differences
from tests.chaos.killing import Plan, Played, play

KILLS_A_DAY = 50  # more would mostly kill bots that are still coming up
HEAD = (
    "database",
    "days",
    "kills",
    "behind a call",
    "cases",
    "events",
    "sent",
    "repeated",
    "doubtful",
    "differences",
    "seconds",
)


@dataclass(frozen=True, slots=True)
class Line:
    """All days on one database."""

    database: str
    days: list[Played]
    found: list[str]

    def cells(self) -> list[object]:
        def total(name: str) -> int:
            return sum(day.after.counts[name] for day in self.days)

        return [
            self.database,
            len(self.days),
            sum(day.kills for day in self.days),
            sum(day.behind_a_call for day in self.days),
            *(total(name) for name in ("cases", "events", "sent", "repeated", "doubtful")),
            len(self.found),
            round(sum(day.seconds for day in self.days)),
        ]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--database", choices=["sqlite", "postgres", "both"], default="both")
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    wanted = ["sqlite", "postgres"] if given.database == "both" else [given.database]
    rows: list[list[object]] = [list(HEAD)]
    found: list[str] = []
    with databases() as folder:
        for database in wanted:
            line = asyncio.run(days(folder, database, given.kills, given.seed))
            rows.append(line.cells())
            found += [f"{database}: {one}" for one in line.found]
    print("\n".join(f"| {' | '.join(map(str, row))} |" for row in rows))
    print("\n".join(found))
    return 1 if found else 0


async def days(folder: Path, database: str, kills: int, seed: int) -> Line:
    """One day without kills, then as many as the kills need; each is compared with the first."""
    reference = await _day(folder, database, None)
    line = Line(database, [], [*reference.after.left, *reference.violations])
    while kills > 0:
        now = min(kills, KILLS_A_DAY)
        plan = Plan.of(now, reference.works, seed + len(line.days))
        played = await _day(folder, database, plan)
        line.days.append(played)
        found = differences(reference.after, played.after) + played.violations
        line.found.extend(found)
        kills -= now
        said = [f"{database}: {played.kills} kills, {len(found)} differences", *found]
        print("\n".join(said), file=sys.stderr, flush=True)
    return line


async def _day(folder: Path, database: str, plan: Plan | None) -> Played:
    own = Path(tempfile.mkdtemp(dir=folder / "days"))
    if database == "sqlite":
        return await play(own, f"sqlite:///{own / 'day.sqlite3'}", plan)
    server = postgres.PostgresServer(folder)
    name = server.create()
    try:
        return await play(own, server.url(name), plan)
    finally:
        server.drop(name)


@contextlib.contextmanager
def databases() -> Iterator[Path]:
    """A folder for the days, and the suite's own PostgreSQL in it."""
    folder = Path(tempfile.mkdtemp(prefix="gridwhistle-chaos-"))
    folder.chmod(0o755)
    os.mkfifo(folder / "alive")
    (folder / "alive").chmod(0o644)
    (folder / "days").mkdir(mode=0o700)
    alive = os.open(folder / "alive", os.O_RDWR)
    try:
        postgres.start(folder)
        yield folder
    finally:
        postgres.end(folder, alive)


if __name__ == "__main__":
    raise SystemExit(main())
