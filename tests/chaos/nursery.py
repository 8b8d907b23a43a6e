"""Starts bots quickly: imports everything once, then for each line on its input forks a child that runs `python -m bot run`.

A line may carry the length of a fuse and the file of its diary (tests/chaos/fuse.py): that child burns.
Law: a child has nothing of the parent's but imported modules, read catalogues and word lists; database, keys, sockets and threads it makes itself.
"""

import contextlib
import gc
import os
import runpy
import signal
import sys
from importlib import import_module
from pathlib import Path

from cases.work import Rules
from locales import catalogue, languages
from tests.chaos.fuse import Fuse

EVERYTHING = ("bot.app", "bot.cli", "bot.logs", "models.schema")


def main() -> None:
    for room in EVERYTHING:
        import_module(room)
    for language in languages():
        catalogue(language)
    Rules.load()
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # the killed are buried at once
    gc.freeze()
    print(os.getpid(), flush=True)
    newest = 0
    for line in sys.stdin:
        newest = os.fork()
        if newest == 0:
            _live(line.split())
        print(newest, flush=True)
    if newest:  # whoever asked for bots is gone: nobody else would end this one
        with contextlib.suppress(ProcessLookupError):
            os.kill(newest, signal.SIGKILL)


def _live(fuse: list[str]) -> None:
    if fuse:
        Fuse(int(fuse[0]), Path(fuse[1])).lay()
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
