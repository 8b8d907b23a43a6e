"""CPU per update with two replicas on one PostgreSQL, bots and server together, beside one.

Updates are brought by webhook, as replicas need it; each chat's go to one of the two, every other chat to the other, which is what a
balancer does that keeps a chat's connection. The stub stands for the balancer, so that its CPU is counted for neither.
"""

import argparse

from benchmarks import cpu, programs, town
from benchmarks.report import Row, Spread
from tests.stories.stage import free_port

GOAL = 1.15  # DESIGN, numbers to reach
SECRET = "a-secret_of_the_benchmark"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--reports", type=int, default=160, help="in each round")
    parser.add_argument("--people", type=int, default=16, help="at once")


def run(given: argparse.Namespace) -> list[Row]:
    found: dict[int, list[cpu.Cost]] = {1: [], 2: []}
    for number in range(given.rounds):
        for replicas in found if number % 2 == 0 else reversed(found):
            cost = office_round(replicas, given.reports, given.people)
            found[replicas].append(cost)
            print(
                f"round {number}, replicas {replicas}: {_each_ms(cost):.2f} ms an update (bots {cost.bot_s:.2f} s, "
                f"server {cost.server_s:.2f} s, {cost.updates} updates, {cost.seconds:.1f} s)",
                flush=True,
            )
    one, two = (Spread([_each_ms(cost) for cost in costs], "ms") for costs in found.values())
    ratio = two.median / one.median
    return [Row("CPU per update, 2 replicas on PostgreSQL; 1", str(two), str(one), ratio, GOAL)]


def _each_ms(cost: cpu.Cost) -> float:
    return (cost.bot_s + cost.server_s) / cost.updates * 1000


def office_round(replicas: int, reports: int, people: int) -> cpu.Cost:
    ports = [free_port() for _ in range(replicas)]
    with (
        programs.folder() as folder,
        programs.stub() as telegram,
        programs.database("postgres", folder) as (url, postmaster),
    ):
        settings = programs.settings_of(
            telegram,
            folder / "office",
            url,
            mode="webhook",
            webhook_url=f"http://127.0.0.1:{ports[0]}/telegram",
            webhook_secret=SECRET,
            listen=",".join(f"127.0.0.1:{port}" for port in ports),
        )
        store = programs.store_of(settings)
        store.transact(town.seed)
        store.close()
        telegram.ask(
            {
                "webhooks": [f"http://127.0.0.1:{port}/telegram" for port in ports],
                "secret": SECRET,
            }
        )
        with programs.bots(settings, replicas) as pids:
            for port in ports:
                programs.until_well(port)
            office = programs.Office(settings, pids, postmaster)
            return cpu.measured(office, telegram, "report", reports, people)
