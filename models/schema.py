"""Brings a database to the newest schema, and stamps its nature at birth."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Engine
from sqlalchemy.orm import Session

import models.registry  # noqa: F401 - every table must be known before migrations compare
from models.office import Stamp
from models.vocabulary import Nature

_MIGRATIONS = Path(__file__).parent / "migrations"


class WrongNature(Exception):
    """A sandbox database was opened as live, or a live one as sandbox."""


def upgrade(engine: Engine, revision: str = "head") -> None:
    """Apply all migrations up to `revision`."""
    with engine.begin() as connection:
        command.upgrade(config(connection), revision)


def downgrade(engine: Engine, revision: str) -> None:
    """Undo migrations down to `revision` ("base" for all)."""
    with engine.begin() as connection:
        command.downgrade(config(connection), revision)


def config(connection: object = None) -> Config:
    """Alembic's configuration, without an ini file."""
    configuration = Config()
    configuration.set_main_option("script_location", str(_MIGRATIONS))
    configuration.attributes["connection"] = connection
    return configuration


def stamp(session: Session, nature: Nature) -> None:
    """Stamp a new database, or check an old one.

    Raises:
        WrongNature: the database was born as the other kind.
    """
    born = session.get(Stamp, "nature")
    if born is None:
        session.add(Stamp(key="nature", value=nature.value))
    elif born.value != nature.value:
        raise WrongNature(f"this database is {born.value}, not {nature.value}")
