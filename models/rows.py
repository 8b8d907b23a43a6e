"""New rows, written at once at half of what the session takes for it (docs/decisions/0024)."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, cast

from sqlalchemy import Insert, Table, event, insert, inspect
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session, SessionTransaction, make_transient_to_detached

from models.base import Base


def put(session: Session, row: Base) -> None:
    """Write a new row at once; then its id is known, and it is like any row that was read.

    What add() and flush() do, at half of their cost: one statement for each table, built once, and no look at all that may
    have changed besides. Relations are named by their ids; what was not given is empty or has its default.
    """
    form = _FORMS.get(type(row)) or _FORMS.setdefault(type(row), _Form.of(type(row)))
    held = row.__dict__
    values = {key: held[name] for name, key in form.columns if name in held}
    done = session.connection().execute(form.insert, form.first | values)
    stored = cast("Mapping[str, Any]", done.last_inserted_params())  # of the one row
    for name, key in form.columns:
        if name not in held:  # as the database has it: committed, and no change of the row
            held[name] = stored.get(key)
    held.update(zip(form.key, done.inserted_primary_key or (), strict=True))
    make_transient_to_detached(row)
    session.add(row)
    within = session.get_nested_transaction() or session.get_transaction()
    session.info.setdefault("put", []).append((row, within))  # and kept


def insert_into(table: type[Base], dialect: str) -> sqlite.Insert | postgresql.Insert:
    """An insert that knows what to do on a conflict, for the database of this name."""
    return sqlite.insert(table) if dialect == "sqlite" else postgresql.insert(table)


@event.listens_for(Session, "after_soft_rollback")
def _take_back(session: Session, undone: SessionTransaction) -> None:
    """What was put and is undone is forgotten, as the session itself forgets what was added."""
    while undone.parent is not None and not undone.nested:
        undone = undone.parent  # a flush failed, and with it the savepoint around it
    remaining = []
    for row, within in session.info.pop("put", []):
        if _is_within(within, undone):
            if row in session:
                session.expunge(row)
        else:
            remaining.append((row, within))
    session.info["put"] = remaining


def _is_within(transaction: SessionTransaction | None, outer: SessionTransaction) -> bool:
    while transaction is not None and transaction is not outer:
        transaction = transaction.parent
    return transaction is outer


@dataclass(frozen=True, slots=True)
class _Form:
    """How rows of one table are written."""

    insert: Insert
    columns: tuple[tuple[str, str], ...]
    """Attribute and column, each by its name."""
    key: tuple[str, ...]
    first: dict[str, int]
    """The first version, where rows have versions."""

    @classmethod
    def of(cls, table: type[Base]) -> "_Form":
        mapper = inspect(table)
        names: dict[Any, str] = {column: name for name, column in mapper.columns.items()}
        version = mapper.version_id_col
        return cls(
            insert=insert(cast("Table", mapper.local_table)),
            columns=tuple((name, str(column.key)) for column, name in names.items()),
            key=tuple(names[column] for column in mapper.primary_key),
            first={} if version is None else {str(version.key): 1},
        )


_FORMS: dict[type[Base], _Form] = {}
