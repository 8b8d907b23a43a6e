"""The long runs, each of which prints its table of docs/reliability.md.

`scripts/chaos --kills 200`: kills at random moments. `scripts/chaos --boundaries`: a kill at every boundary between two statements.
`scripts/chaos --faults`: every other fault. Exit 0 when nothing differs from quiet days.
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
from tests.chaos.boundaries import every_boundary
from tests.chaos.faults import played
from tests.chaos.killing import ROOT, Plan, Played, play
from tests.chaos.outcome import Outcome, table
from tests.chaos.place import Place

KILLS_A_DAY = 50  # more would mostly kill bots that are still coming up
DOCUMENT = ROOT / "docs" / "reliability.md"
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
    parser.add_argument("--boundaries", action="store_true")
    parser.add_argument("--every", type=int, default=1, help="only every n-th boundary")
    parser.add_argument("--faults", nargs="*", help="all, or those whose names are given")
    parser.add_argument("--write", action="store_true", help="put the table into the document")
    given = parser.parse_args()
    wanted = ["sqlite", "postgres"] if given.database == "both" else [given.database]
    if given.boundaries or given.faults is not None:
        with databases() as folder:
            return asyncio.run(outcomes(folder, wanted, given))
    return kills(given, wanted)


def write(name: str, rows: str) -> None:
    """Put a table into the document, between its two marks."""
    begins, ends = f"<!-- {name} -->\n", f"<!-- /{name} -->"
    text = DOCUMENT.read_text()
    assert begins in text, f"{DOCUMENT} has no place for it"
    before, _, rest = text.partition(begins)
    after = rest.partition(ends)[2]
    DOCUMENT.write_text(f"{before}{begins}{rows}\n{ends}{after}")


async def outcomes(folder: Path, wanted: list[str], given: argparse.Namespace) -> int:
    """Play the faults that were asked for, and print what they have done."""
    rows: list[Outcome] = []
    for database in wanted:
        place = Place(folder, database)
        found = (
            every_boundary(place, given.every) if given.boundaries else played(place, given.faults)
        )
        async for row in found:
            rows.append(row)
            print("\n".join([" | ".join(row.cells()), *row.found]), file=sys.stderr, flush=True)
    print(table(rows))
    if given.write:
        write("boundaries" if given.boundaries else "faults", table(rows))
    return 0 if all(row.is_well for row in rows) else 1


def kills(given: argparse.Namespace, wanted: list[str]) -> int:
    """Days with kills at random moments."""
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
    folder = Path(tempfile.mkdtemp(prefix="gridwhistle-chaos-", dir=postgres.in_memory()))
    folder.chmod(0o755)
    os.mkfifo(folder / "alive")
    (folder / "alive").chmod(0o644)
    (folder / "days").mkdir(mode=0o700)
    os.environ[postgres.RUN_FOLDER] = str(folder)
    alive = os.open(folder / "alive", os.O_RDWR)
    try:
        postgres.start(folder)
        yield folder
    finally:
        postgres.end(folder, alive)


if __name__ == "__main__":
    raise SystemExit(main())
