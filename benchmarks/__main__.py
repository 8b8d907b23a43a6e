"""The numbers of docs/performance.md, one command for each: python -m benchmarks NAME.

Each is measured beside its peer in the same run, in turns, and printed as a line of a table. CPU time and ratios are what
to read: a machine that does other things too makes hours on the wall worthless, and spoils latencies.
"""

import argparse
from importlib import import_module

from benchmarks.report import machine, markdown

#: Name → module. A module has `add_arguments(parser)` and `run(args)`, which gives the rows.
COMMANDS = {
    "cpu": "benchmarks.cpu",
    "replicas": "benchmarks.replicas",
    "tap": "benchmarks.tap",
    "sending": "benchmarks.sending",
    "memory": "benchmarks.memory",
    "population": "benchmarks.population",
    "growth": "benchmarks.growth",
    "beat": "benchmarks.beat",
    "overdue": "benchmarks.overdue",
    "restart": "benchmarks.restart",
    "followups": "benchmarks.followups",
    "place": "benchmarks.place",
    "lists": "benchmarks.lists",
    "soak": "benchmarks.soak",
}


def main() -> None:
    asked = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    asked.add_argument("name", choices=COMMANDS, metavar="NAME", help=", ".join(COMMANDS))
    asked.add_argument("rest", nargs=argparse.REMAINDER, help="NAME --help tells")
    chosen = asked.parse_args()
    module = import_module(COMMANDS[chosen.name])
    own = argparse.ArgumentParser(
        prog=f"python -m benchmarks {chosen.name}", description=module.__doc__
    )
    module.add_arguments(own)
    given = own.parse_args(chosen.rest)
    print(machine(), flush=True)
    rows = module.run(given)
    print("\n" + markdown(rows))


if __name__ == "__main__":
    main()
