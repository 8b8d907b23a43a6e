"""How long a tap takes at 30 updates a second, beside the time in which the echo bot answers at the same rate.

People report at such a rate that 30 updates come in each second, whatever was answered; counted is the tap that submits, the heaviest
of all: from the update's being handed to the bot until it is answered (the button stops waiting), and until the receipt has been
taken by Telegram. The machine's other work is in all of it, for both: of a busy machine the ratio alone says something.
"""

import argparse
import statistics

from benchmarks import programs, town
from benchmarks.report import Row

GOAL = 2.0  # DESIGN, numbers to reach
RATE = 30.0
ANSWERED, SAID, ECHOED = "tap answered", "receipt said", "echoed"
_FINEST = 100


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--database", choices=["sqlite", "postgres"], default="sqlite")
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--seconds", type=float, default=30.0, help="of each round")
    parser.add_argument("--rate", type=float, default=RATE, help="updates a second")


def run(given: argparse.Namespace) -> list[Row]:
    taken: dict[str, list[float]] = {ANSWERED: [], SAID: [], ECHOED: []}
    for number in range(given.rounds):
        ours = office_round(given.database, given.rate, given.seconds)
        theirs = echo_round(given.rate, given.seconds)
        for what, times in (ours | theirs).items():
            taken.setdefault(what, []).extend(times)
            print(f"round {number}: {what}: {_words(times)}", flush=True)
    peer = p99(taken[ECHOED])
    return [
        Row(
            f"p99 of a tap at {given.rate:g} updates/s until the {what}; echo",
            f"{p99(taken[what]):.1f} ms",
            f"{peer:.1f} ms",
            p99(taken[what]) / peer,
            GOAL,
        )
        for what in (ANSWERED, SAID)
    ]


def p99(times: list[float]) -> float:
    """Milliseconds; of few measurements the longest."""
    if len(times) < _FINEST:
        return max(times) * 1000
    return statistics.quantiles(times, n=_FINEST, method="inclusive")[-1] * 1000


def office_round(database: str, rate: float, seconds: float) -> dict[str, list[float]]:
    with (
        programs.folder() as folder,
        programs.stub() as telegram,
        programs.database(database, folder) as (url, _),
    ):
        settings = programs.settings_of(telegram, folder / "office", url)
        store = programs.store_of(settings)
        store.transact(town.seed)
        store.close()
        with programs.bots(settings):
            telegram.play("report", at_once=4, rounds=max(4, min(20, int(seconds))))
            programs.rest(1.0)
            # a report is three updates
            seen = telegram.play("reports", rate=rate / 3, seconds=seconds, first=1000)
    return dict(seen["latencies"])


def echo_round(rate: float, seconds: float) -> dict[str, list[float]]:
    with programs.stub() as telegram, programs.echo(telegram):
        telegram.play("echo", at_once=4, rounds=100)
        programs.rest(1.0)
        seen = telegram.play("echoes", rate=rate, seconds=seconds, first=1000)
    return dict(seen["latencies"])


def _words(times: list[float]) -> str:
    return f"{len(times)} times, median {statistics.median(times) * 1000:.1f} ms, p99 {p99(times):.1f} ms"
