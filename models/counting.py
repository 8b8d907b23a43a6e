"""What may be counted by one transaction at a time."""

from sqlalchemy import func, select
from sqlalchemy.orm import Session

#: The keys are two int4; the lock of a migration (models/schema.py) has one int8.
_COUNTING, _INT4 = 1, 0x7FFFFFFF


def one_at_a_time(session: Session, number: int) -> None:
    """Whoever counts under this number waits until the transactions that counted before have ended.

    No row is locked by it: whoever holds the row of a person, and waits for a case, is not waited for. SQLite has one
    writer; PostgreSQL lets go with the transaction, also behind pgbouncer.

    There is no order in which the numbers come: whom a transaction tells next depends on what it has just decided, and what was
    told is read again within it. So two that tell the same two people in opposite order may wait for each other; PostgreSQL
    ends one of them after a second, and Store.transact runs it again at once.
    """
    if session.get_bind().dialect.name == "postgresql":
        session.execute(select(func.pg_advisory_xact_lock(_COUNTING, number & _INT4)))
