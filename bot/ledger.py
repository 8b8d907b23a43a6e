"""The office's database as the commands open it: to look, without changing anything, or to write.

Law: looking never makes a database, a key or a migration.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Engine

from bot.app import open_store
from bot.keys import is_there, open_keys, refuse_lost_keys
from bot.settings import Settings
from models import schema
from models.schema import Standing
from models.store import Store


class NotReady(Exception):
    """There is no database to look into; the text says what to do, in Chinese and English, and `mend` what to type."""

    def __init__(self, sentence: str, mend: str = "gridwhistle migrate") -> None:
        super().__init__(sentence)
        self.mend = mend


@contextmanager
def looking(settings: Settings) -> Iterator[Store]:
    """The database as it is, for reading.

    Raises:
        NotReady: it is not there, not migrated, or its keys are not.
        KeysGone: it is sealed with keys that are not there.
    """
    if not is_there(settings):
        raise NotReady(
            "还没有数据库,请运行 gridwhistle migrate / There is no database; run gridwhistle migrate."
        )
    if not settings.key_file.exists():
        refuse_lost_keys(settings)
        raise NotReady(
            f"找不到密钥文件 {settings.key_file} / The key file {settings.key_file} is missing."
        )
    store = Store(settings.database, pooled=settings.database_pooled)
    try:
        if standing(store.engine) is Standing.FOREIGN:
            raise NotReady(
                "数据库的版本不是本程序的,请核对 GRIDWHISTLE_DATABASE_URL / "
                "No version of this program knows the database's schema; check GRIDWHISTLE_DATABASE_URL.",
                "check GRIDWHISTLE_DATABASE_URL",
            )
        if schema.copy_in_restoring(store.engine) is not None:
            raise NotReady(
                "数据库恢复到一半,请用同一个备份再运行一次 gridwhistle restore / "
                "The database is half restored; run gridwhistle restore with the same copy once more.",
                "gridwhistle restore FILE",
            )
        if not is_migrated(store.engine):
            raise NotReady(
                "数据库不是最新的,请运行 gridwhistle migrate / "
                "The database is not at the newest schema; run gridwhistle migrate."
            )
        open_keys(settings)
        yield store
    finally:
        store.close()


@contextmanager
def writing(settings: Settings) -> Iterator[Store]:
    """The database at the newest schema, with its keys; both are made when absent."""
    open_keys(settings)
    store = open_store(settings)
    try:
        yield store
    finally:
        store.close()


def is_migrated(engine: Engine) -> bool:
    """Whether nothing is left to migrate: the database stands at the newest schema, or at one that newer code made."""
    return standing(engine) in (Standing.NEWEST, Standing.NEWER)


def standing(engine: Engine) -> Standing:
    """Where the database stands, seen from this code."""
    with engine.connect() as connection:
        return schema.standing(schema.revision_of(connection))
