"""Puts a row where a played day left none, so that every table of an office that is frozen has something to lose in a migration.

Law: what is there is left alone; every column of a new row has a value that its type can hold, and points at a row that is there.
`scripts/freeze` calls it for the database that the settings name.
"""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    Date,
    Float,
    Integer,
    LargeBinary,
    Numeric,
    String,
    Table,
    select,
)
from sqlalchemy.orm import Session

import models.registry  # noqa: F401 - every table must be known
from bot.backup import PASSING
from models.base import Base, Code, UtcDateTime
from models.sealed import Sealed

WORD = "frozen"


def fill_what_is_empty(session: Session, at: datetime) -> list[str]:
    """Give every empty table one row, parents first; gives the names of the tables."""
    filled = []
    for table in Base.metadata.sorted_tables:
        if table.name in PASSING or session.execute(select(table).limit(1)).first() is not None:
            continue
        session.execute(table.insert().values(_row(session, table, at)))
        filled.append(table.name)
    return filled


def _row(session: Session, table: Table, at: datetime) -> dict[str, Any]:
    row: dict[str, Any] = {}
    for column in table.columns:
        parents = [key.column for key in column.foreign_keys if key.column.table is not table]
        if parents:
            row[column.name] = session.scalar(select(parents[0]).limit(1))
        elif not column.foreign_keys and column is not table.autoincrement_column:
            row[column.name] = _value(column, at)
    return row


def _value(column: Column[Any], at: datetime) -> Any:
    match column.type:
        case Code(codes=codes):
            return next(iter(codes))
        case UtcDateTime():
            return at
        case Sealed():
            return {} if _holds_a_dict(column) else WORD
        case String(length=length):
            return WORD[:length]
        case kind:
            values: dict[type, Any] = {
                Boolean: False,
                Date: date(at.year, at.month, at.day),
                Float: 1.0,
                Integer: 1,
                JSON: {},
                LargeBinary: WORD.encode(),
                Numeric: Decimal(1),
            }
            return next(value for known, value in values.items() if isinstance(kind, known))


def _holds_a_dict(column: Column[Any]) -> bool:
    """Whether the model says so; a sealed column could hold any JSON."""
    model = next(
        mapper.class_ for mapper in Base.registry.mappers if mapper.local_table is column.table
    )
    return "dict[" in str(model.__annotations__.get(column.name, ""))


if __name__ == "__main__":
    from bot.clock import SystemClock
    from bot.keys import open_keys
    from bot.settings import without_token
    from models.store import Store

    settings = without_token()
    open_keys(settings)
    store = Store(settings.database)
    store.transact(lambda session: fill_what_is_empty(session, SystemClock().now()))
    store.close()
