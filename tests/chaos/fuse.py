"""A fuse in the bot: this process dies by SIGKILL at the k-th boundary between two statements of its writing transactions.

Laws: a boundary is the moment before a statement, before a commit and after it; they are counted from the first update that
is stored or marked as done, so that a bot that comes up does not burn its fuse. Each boundary is written down before the process dies at it.
"""

import os
import signal
import threading
from pathlib import Path

from sqlalchemy import Connection, Engine, event
from sqlalchemy.orm import Session

ARMED_BY = ("INSERT INTO update_in", "UPDATE update_in")  # fetched; brought, and done at once
WRITERS = "act"  # threads of models.store in which transactions write
WORDS = 5  # of a statement, to tell where it was


class Fuse:
    """Counts boundaries; at the last one there is nobody left to count."""

    def __init__(self, length: int, diary: Path) -> None:
        self._left = length
        self._is_armed = False
        self._diary = os.open(diary, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        self._one_at_a_time = threading.Lock()  # PostgreSQL has several writers

    def lay(self) -> None:
        """From now on every statement comes by here."""
        event.listen(Engine, "before_cursor_execute", self._before_statement)
        event.listen(Engine, "commit", self._before_commit)
        event.listen(Session, "after_commit", self._after_commit)

    def _before_statement(
        self, _connection: Connection, _cursor: object, statement: str, *_: object
    ) -> None:
        self._is_armed = self._is_armed or statement.startswith(ARMED_BY)
        if not statement.lower().startswith(("begin", "pragma", "set ")):
            self._burn(f"before {_shortened(statement)}")

    def _before_commit(self, _connection: Connection) -> None:
        self._burn("before COMMIT")

    def _after_commit(self, _session: Session) -> None:
        self._burn("after COMMIT")

    def _burn(self, where: str) -> None:
        if not self._is_armed or not threading.current_thread().name.startswith(WRITERS):
            return
        with self._one_at_a_time:
            os.write(self._diary, f"{where}\n".encode())
            self._left -= 1
            if self._left == 0:
                os.kill(os.getpid(), signal.SIGKILL)


def _shortened(statement: str) -> str:
    words = statement.split()
    if words[0] != "SELECT":
        return " ".join(words[:3])
    table = words[words.index("FROM") + 1] if "FROM" in words else ""
    return f"SELECT FROM {table}{' FOR UPDATE' if 'FOR UPDATE' in statement else ''}"
