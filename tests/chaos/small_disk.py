"""A disk of a few megabytes for the bot alone: a file system in memory that only its own processes see.

Law: it is really full. What is written there fails in the kernel, in the middle of whatever SQLite or we were doing.
"""

import contextlib
import os
import subprocess
from dataclasses import dataclass
from pathlib import Path

MEGABYTES = 12  # the town and the pictures of a story take about five
_MOUNT = f'mount -t tmpfs -o size={MEGABYTES}m,mode=700 none "$0" && exec "$@"'
_CHUNK = 1 << 16


@dataclass(frozen=True, slots=True)
class SmallDisk:
    """`folder` is where the bot sees it. Others come to it through the bot's process."""

    folder: Path

    @property
    def within(self) -> tuple[str, ...]:
        """The command in which a process has the disk. Whoever is root stays it: the server's socket is somebody else's."""
        alone = ("--mount",) if os.geteuid() == 0 else ("--map-root-user", "--mount")
        return ("unshare", *alone, "sh", "-c", _MOUNT, str(self.folder))

    def seen_by(self, pid: int) -> Path:
        """The way to it from outside, as long as that process lives."""
        return Path(f"/proc/{pid}/root{self.folder}")

    def fill(self, pid: int) -> None:
        """Not a byte is left."""
        for size in (_CHUNK, 1):
            with (
                contextlib.suppress(OSError),
                (self.seen_by(pid) / f"ballast{size}").open("ab", buffering=0) as ballast,
            ):
                while True:
                    ballast.write(b"\0" * size)

    def make_room(self, pid: int) -> None:
        for ballast in self.seen_by(pid).glob("ballast*"):
            ballast.unlink()


def is_possible(folder: Path) -> bool:
    """Whether this machine lets a process have file systems of its own."""
    try:
        tried = subprocess.run(
            [*SmallDisk(folder).within, "true"], check=False, capture_output=True, timeout=20
        )
    except FileNotFoundError:
        return False
    return tried.returncode == 0
