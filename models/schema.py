"""Brings a database to the newest schema, and stamps its nature at birth.

Where a database stands is one row, and the newest revision the name of a file: the library that migrates is loaded (ten
megabytes of each process) only when there is something to migrate.

Law: a migration only adds what older code can do without, so code goes on with a newer schema; it never writes one it does not know.
"""

import logging
from datetime import datetime
from enum import Enum, auto
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection, Engine, inspect, text
from sqlalchemy.orm import Session

import models.registry  # noqa: F401 - every table must be known before migrations compare
from models.office import Stamp
from models.vocabulary import Nature

if TYPE_CHECKING:
    from alembic.config import Config

log = logging.getLogger(__name__)

_MIGRATIONS = Path(__file__).parent / "migrations"
_MIGRATING = 0x67726964  # "grid": the key of the lock under which one process migrates


_RESTORING = "restoring"
_BESIDE_EVIDENCE = "beside_evidence_since"


class HalfRestored(Exception):
    """The rows of a copy are here, but it has not been said yet what is old in them."""


class WrongNature(Exception):
    """A sandbox database was opened as live, or a live one as sandbox."""


class SchemaRefused(Exception):
    """The schema is not one that this code can write; the text says what to do, in Chinese and English."""


class SchemaNewer(SchemaRefused):
    """Newer code has migrated the database."""

    def __init__(self, revision: str) -> None:
        super().__init__(
            f"数据库的版本 {revision} 比本程序的 {newest()} 新,请先升级程序 / "
            f"The database stands at {revision}, newer than the {newest()} of this program; upgrade the program first."
        )
        self.revision = revision


class Standing(Enum):
    """Where a database stands, seen from this code."""

    OLDER = auto()
    """Migrations are to come; an empty one stands so too."""
    NEWEST = auto()
    NEWER = auto()
    """Newer code migrated it, as another replica does in the middle of an upgrade."""
    FOREIGN = auto()
    """At a revision that no version of ours can have."""


def known() -> frozenset[str]:
    """Every revision that this code can make: migrations lie in a row, and each file begins with its own."""
    return frozenset(
        path.name.partition("_")[0] for path in (_MIGRATIONS / "versions").glob("*_*.py")
    )


def newest() -> str:
    """The revision that this code works with."""
    return max(known())


def standing(revision: str | None) -> Standing:
    """Where a database at this revision stands; None: it has never been migrated."""
    ours = known()
    if revision is None or revision in ours:
        return Standing.NEWEST if revision == max(ours) else Standing.OLDER
    if revision.isdecimal() and int(revision) > int(max(ours)):
        return Standing.NEWER
    return Standing.FOREIGN


def revision_of(connection: Connection) -> str | None:
    """The revision at which a database stands; None: it has never been migrated."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    found: str | None = connection.scalar(text("select version_num from alembic_version"))
    return found


def make_ready(engine: Engine) -> None:
    """Bring the schema to where this code can work with it; a newer one is left as it is, with a warning.

    Raises:
        SchemaRefused: it is not one of ours.
        HalfRestored: a copy is being put into it, whose rows must not be migrated meanwhile.
    """
    if copy_in_restoring(engine) is not None:
        raise HalfRestored
    try:
        upgrade(engine)
    except SchemaNewer as newer:
        log.warning(
            "the schema is newer than this code",
            extra={"action": "schema_newer", "revision": newer.revision, "known": newest()},
        )


def upgrade(engine: Engine, revision: str = "head") -> None:
    """Apply all migrations up to `revision`.

    Raises:
        SchemaRefused: the database stands at a revision that this code does not know (SchemaNewer: a later one).
    """
    with engine.begin() as connection:
        if connection.dialect.name == "postgresql":
            # replicas start together: one migrates, the others wait for it and find nothing to do
            connection.execute(text("set local lock_timeout = 0"))
            connection.execute(text("set local statement_timeout = 0"))
            connection.execute(text("select pg_advisory_xact_lock(:key)"), {"key": _MIGRATING})
        if _writable(connection) is Standing.NEWEST and revision == "head":
            return
        from alembic import command  # noqa: PLC0415 - see above

        command.upgrade(config(connection), revision)


def downgrade(engine: Engine, revision: str) -> None:
    """Undo migrations down to `revision` ("base" for all).

    Raises:
        SchemaRefused: as upgrade().
    """
    from alembic import command  # noqa: PLC0415 - see above

    with engine.begin() as connection:
        _writable(connection)
        command.downgrade(config(connection), revision)


def _writable(connection: Connection) -> Standing:
    revision = revision_of(connection)
    stands = standing(revision)
    if stands is Standing.NEWER:
        raise SchemaNewer(str(revision))
    if stands is Standing.FOREIGN:
        raise SchemaRefused(
            f"数据库的版本 {revision} 不是本程序的,请核对 GRIDWHISTLE_DATABASE_URL / "
            f"The database stands at {revision}, which no version of this program knows; check GRIDWHISTLE_DATABASE_URL."
        )
    return stands


def config(connection: object = None) -> "Config":
    """Alembic's configuration, without an ini file."""
    from alembic.config import Config  # noqa: PLC0415 - see above

    configuration = Config()
    configuration.set_main_option("script_location", str(_MIGRATIONS))
    configuration.attributes["connection"] = connection
    return configuration


def stamp(session: Session, nature: Nature) -> None:
    """Stamp a new database, or check an old one.

    Raises:
        WrongNature: the database was born as the other kind.
        HalfRestored: it was filled from a copy, and that was not ended.
    """
    if restoring(session) is not None:
        raise HalfRestored
    born = session.get(Stamp, "nature")
    if born is None:
        session.add(Stamp(key="nature", value=nature.value))
    elif born.value != nature.value:
        raise WrongNature(f"this database is {born.value}, not {nature.value}")


def begin_restoring(session: Session, copy: str) -> None:
    """Mark, with the rows of this copy, that they may not be worked with yet."""
    session.merge(Stamp(key=_RESTORING, value=copy))


def restoring(session: Session) -> str | None:
    """The copy that this database was filled from, while that is not ended."""
    mark = session.get(Stamp, _RESTORING)
    return None if mark is None else mark.value


def copy_in_restoring(engine: Engine) -> str | None:
    """The same of a database at any schema, also an empty one."""
    if not inspect(engine).has_table(Stamp.__tablename__):
        return None
    with Session(engine) as session:
        return restoring(session)


def end_restoring(session: Session) -> None:
    """From now on the restored rows may be worked with; how long they stand beside the evidence store is counted anew."""
    for key in (_RESTORING, _BESIDE_EVIDENCE):
        mark = session.get(Stamp, key)
        if mark is not None:
            session.delete(mark)


def beside_evidence_since(session: Session, now: datetime) -> datetime:
    """Since when this database has been worked with beside its evidence store, by machine time: first asked, or restored.

    A file does not tell which database it is of.
    """
    mark = session.get(Stamp, _BESIDE_EVIDENCE)
    if mark is None:
        session.add(Stamp(key=_BESIDE_EVIDENCE, value=now.isoformat()))
        return now
    return datetime.fromisoformat(mark.value)
