"""Whether the event loop turns: a process that hangs says so by the second way and ends, and the service manager starts another.

Laws: it is judged from a thread of its own, by its own looks, so that a machine that slept is no process that hung; it ends even
when it cannot say so; what is in hand is a row, so that an end at any moment loses nothing (docs/reliability.md); a process that hangs so that no thread
of it moves is found by the service manager, which gets no sign of life any more (sd_notify).
"""

import asyncio
import logging
import os
import socket
import sys
import threading
import traceback
from pathlib import Path

from bot.second_way import SecondWay

log = logging.getLogger(__name__)

TURN_S = 1.0  # between two turns that are looked for
HUNG_S = 30.0  # nothing of ours may keep the loop for a twentieth of a second; a machine under water may
TELLING_S = 15.0  # the log may be what hangs: its other end full, its lock held by the loop
HUNG = 70  # exit code: an error in the program (sysexits.h, EX_SOFTWARE)
_ROOT = Path(__file__).parents[1]
_PLACES = 4  # of our own code, the innermost


class Watchdog:
    """Watches the loop in which `turn` runs."""

    def __init__(self, way: SecondWay, hung_s: float = HUNG_S) -> None:
        self.hung_s = hung_s
        self.telling_s = TELLING_S
        self._way = way
        self._turns = 0
        self._ended = threading.Event()
        self._watched = 0  # the thread of the loop

    async def turn(self) -> None:
        """Let the loop turn, be seen, and be watched. Until cancelled."""
        self._watched = threading.get_ident()
        threading.Thread(target=self._watch, name="watchdog", daemon=True).start()
        signed(b"READY=1")
        try:
            while True:
                self._turns += 1
                signed(b"WATCHDOG=1")
                await asyncio.sleep(self._look_s)
        finally:
            self._ended.set()
            signed(b"STOPPING=1")

    @property
    def _look_s(self) -> float:
        return min(TURN_S, self.hung_s / 10)

    def _watch(self) -> None:
        seen, looks = self._turns, 0
        while not self._ended.wait(self._look_s):
            looks = looks + 1 if seen == self._turns else 0
            seen = self._turns
            if looks * self._look_s >= self.hung_s:
                ending = threading.Timer(self.telling_s, self._end, (seen,))
                ending.daemon = True
                ending.start()
                self._tell()
                ending.cancel()
                self._end(seen)
                looks = 0

    def _end(self, seen: int) -> None:
        """End this process, if the loop has not turned since."""
        if seen == self._turns and not self._ended.is_set():
            os._exit(HUNG)

    def _tell(self) -> None:
        log.critical(
            "the event loop does not turn", extra={"action": "loop_hung", "where": self._where()}
        )
        words = f"网格吹哨 {round(self.hung_s)} 秒 s: 进程卡住,即将重启 / this process hangs; it ends, to be started again"
        try:
            asyncio.run(self._way.tell(words))
        except Exception:
            log.exception("the second way failed", extra={"action": "alarm_unsaid"})

    def _where(self) -> str:
        """What it is at: places in our code, nobody's words."""
        frame = sys._current_frames().get(self._watched)  # noqa: SLF001 - the only way to see another thread
        stack = traceback.extract_stack(frame) if frame else []
        ours = [one for one in stack if Path(one.filename).is_relative_to(_ROOT)] or stack
        return " < ".join(
            f"{Path(one.filename).name}:{one.lineno} {one.name}"
            for one in ours[: -_PLACES - 1 : -1]
        )


def signed(sign: bytes) -> None:
    """A sign of life for systemd, where it asked for one; sd_notify(3) is one datagram."""
    address = os.environ.get("NOTIFY_SOCKET", "")
    if not address:
        return
    try:
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as notify:
            where = "\0" + address[1:] if address.startswith("@") else address
            notify.sendto(sign, socket.MSG_DONTWAIT, where)
    except OSError as why:
        log.warning("no sign of life", extra={"action": "notify_failed", "why": str(why)})
