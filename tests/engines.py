"""What all engines of a run share: one dialect of each kind and one memory of compiled statements.

A test's database has an engine of its own, and SQLAlchemy compiles every statement anew for each of them; that took more
time than the tests themselves. Here a statement is compiled once in a process, as in the office, whose engine lives long.
"""

from typing import Any

from sqlalchemy import Connection, Dialect, Engine, event
from sqlalchemy.engine import Compiled
from sqlalchemy.util import LRUCache

#: All statements of the product on one kind of database, and the tests' own; about 1,200.
_STATEMENTS = 4000

_DIALECTS: dict[str, Dialect] = {}
_COMPILED: LRUCache[Any, Compiled] = LRUCache(_STATEMENTS)


def share_statements() -> None:
    """Let every engine that connects from now on speak the one dialect of its kind."""
    event.listen(Engine, "engine_connect", _speak_as_one)


def _speak_as_one(connection: Connection) -> None:
    engine = connection.engine
    dialect = _DIALECTS.setdefault(
        f"{engine.dialect.name}+{engine.dialect.driver}", engine.dialect
    )
    if engine.dialect is not dialect or engine._compiled_cache is not _COMPILED:
        engine.dialect, engine._compiled_cache = dialect, _COMPILED
        connection.dialect = dialect
