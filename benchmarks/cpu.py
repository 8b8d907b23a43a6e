"""CPU per Bot API call of a whole report conversation, beside python-telegram-bot's echo bot.

Ours stores and seals everything, on SQLite with synchronous=FULL or on PostgreSQL; the echo bot stores nothing and runs as installed,
on its own transport. The same stub, the same number of people at once, in turns. Calls that fetch updates are counted for neither.
"""

import argparse
from collections.abc import Sequence
from dataclasses import dataclass

from benchmarks import programs, town
from benchmarks.report import Row, Spread

FETCHING = {"getUpdates", "getMe", "setWebhook", "deleteWebhook"}
GOALS = {"sqlite": 0.75, "postgres": 1.0}  # DESIGN, numbers to reach


@dataclass(frozen=True, slots=True)
class Cost:
    """What one round took."""

    bot_s: float
    server_s: float
    calls: int
    updates: int
    seconds: float

    @property
    def each_ms(self) -> float:
        """CPU for a call, server and bot together."""
        return (self.bot_s + self.server_s) / self.calls * 1000


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--database", choices=[*GOALS, "both"], default="both")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--reports", type=int, default=160, help="in each round")
    parser.add_argument("--people", type=int, default=16, help="at once")


def run(given: argparse.Namespace) -> list[Row]:
    kinds = list(GOALS) if given.database == "both" else [given.database]
    ours: dict[str, list[Cost]] = {kind: [] for kind in kinds}
    stock: list[Cost] = []
    at_once: list[Cost] = []
    for number in range(given.rounds):
        for kind in kinds:
            ours[kind].append(report_round(kind, given.reports, given.people))
            _say(f"round {number}: ours on {kind}", ours[kind][-1])
        stock.append(echo_round(given.reports * 8, given.people))
        _say(f"round {number}: echo", stock[-1])
        at_once.append(echo_round(given.reports * 8, given.people, given.people))
        _say(f"round {number}: echo, all at once", at_once[-1])
    rows = []
    for kind in kinds:
        for name, peer in (("as its example has it", stock), ("several at a time", at_once)):
            rows.append(_row(kind, ours[kind], name, peer))
    return rows


def report_round(kind: str, reports: int, people: int) -> Cost:
    with (
        programs.folder() as folder,
        programs.stub() as telegram,
        programs.database(kind, folder) as (url, postmaster),
    ):
        settings = programs.settings_of(telegram, folder / "office", url)
        store = programs.store_of(settings)
        store.transact(town.seed)
        store.close()
        with programs.bots(settings) as pids:
            office = programs.Office(settings, pids, postmaster)
            return measured(office, telegram, "report", reports, people)


def echo_round(messages: int, people: int, at_once: int = 0) -> Cost:
    with programs.stub() as telegram, programs.echo(telegram, at_once) as office:
        return measured(office, telegram, "echo", messages, people)


def measured(
    office: programs.Office, telegram: programs.Stub, what: str, rounds: int, people: int
) -> Cost:
    """Warm up, then count: caches of statements and words are filled once in a bot's life."""
    warm = max(people, rounds // 4)
    telegram.play(what, at_once=people, rounds=warm)
    programs.rest(1.0)
    bot, server = office.cpu()
    seen = telegram.play(what, at_once=people, rounds=rounds, first=warm)
    programs.rest(0.5)  # what nobody waits for is part of the cost
    bot_after, server_after = office.cpu()
    return Cost(
        bot_after - bot,
        server_after - server,
        sum(n for method, n in seen["calls"].items() if method not in FETCHING),
        seen["updates"],
        seen["seconds"],
    )


def _row(kind: str, ours: Sequence[Cost], name: str, peer: Sequence[Cost]) -> Row:
    mine = Spread([one.each_ms for one in ours], "ms")
    theirs = Spread([one.each_ms for one in peer], "ms")
    apart = ""
    if kind == "postgres":
        server = Spread([one.server_s / one.calls * 1000 for one in ours], "ms")
        apart = f", of it the server {server}"
    return Row(
        f"CPU per call of a report, {kind}; echo {name}",
        f"{mine}{apart}",
        str(theirs),
        mine.median / theirs.median,
        GOALS[kind],
    )


def _say(what: str, cost: Cost) -> None:
    print(
        f"{what}: {cost.each_ms:.2f} ms a call (bot {cost.bot_s:.2f} s, server {cost.server_s:.2f} s, {cost.calls} calls, "
        f"{cost.updates} updates, {cost.seconds:.1f} s)",
        flush=True,
    )
