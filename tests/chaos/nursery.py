"""Starts bots quickly: imports everything once, then for each line on its input forks a child that runs `python -m bot run`.

Law: a child has nothing of the parent's but imported modules; database, keys, sockets and threads it makes itself.
"""

import gc
import os
import runpy
import signal
import sys
from importlib import import_module
from pathlib import Path

EVERYTHING = ("bot.app", "bot.cli", "bot.logs", "models.schema")


def main() -> None:
    for room in EVERYTHING:
        import_module(room)
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # the killed are buried at once
    gc.freeze()
    for _ in sys.stdin:
        child = os.fork()
        if child == 0:
            _live()
        print(child, flush=True)


def _live() -> None:
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    sys.stdin = Path(os.devnull).open()  # noqa: SIM115 - stays open as long as the process
    sys.argv = ["bot", "run"]
    try:
        runpy.run_module("bot", run_name="__main__", alter_sys=True)
    finally:
        sys.stderr.flush()
        os._exit(1)


if __name__ == "__main__":
    main()
