"""The office's keys, given to this process; new ones are made only where nothing is sealed yet.

Law: over words that lost keys sealed no new keys are made: what is there could never be opened, and nobody would notice.
"""

import logging
from collections.abc import Iterator
from pathlib import Path

from sqlalchemy import Column, LargeBinary, Table, inspect, make_url, select, type_coerce

from bot.settings import Settings
from models.base import Base
from models.sealed import KEYRING, KeysUnreadable, Sealed, key_of, load_keys
from models.store import Store

log = logging.getLogger(__name__)


class KeysGone(Exception):
    """The database is sealed with keys that are not here; the text says what to do, in Chinese and English."""


def open_keys(settings: Settings) -> None:
    """Give this process the office's keys; they are made for an office that has none yet.

    Raises:
        KeysGone: the key file is missing, and the database was sealed with the keys in it; or nobody can read it.
    """
    refuse_lost_keys(settings)
    try:
        keys, made = load_keys(settings.key_file)
    except KeysUnreadable as why:
        raise KeysGone(
            f"密钥文件 {settings.key_file} 读不出来,请放回抄存的那一份;还没有数据的新单位可以删除它 / "
            f"The key file {settings.key_file} cannot be read ({why}): put your copy of it back; an office without any data yet may delete it."
        ) from None
    for key in keys:
        KEYRING.add(key)
    if made:
        log.warning(
            "新密钥已生成,请抄存一份 / new keys were made; a copy is due",
            extra={"action": "keys_made", "file": str(settings.key_file)},
        )


def refuse_lost_keys(settings: Settings) -> None:
    """Look, without a change, whether there are words here that a new key file could not open.

    Raises:
        KeysGone: there are.
    """
    if settings.key_file.exists() or not is_there(settings):
        return
    store = Store(settings.database, pooled=settings.database_pooled)
    try:
        lost = [key for key in _sealed_with(store) if not KEYRING.knows(key)]
    finally:
        store.close()
    if lost:
        raise KeysGone(
            f"数据库里已有加密的数据,但密钥文件不在 {settings.key_file},请放回原来的密钥文件 / "
            f"The database holds sealed data and its key file {settings.key_file} is missing; put that key file back."
        )


def is_there(settings: Settings) -> bool:
    """Whether there is a database; a server's is taken to be there."""
    url = make_url(settings.database)
    return url.get_backend_name() != "sqlite" or Path(url.database or "").exists()


def sealed_columns(table: Table) -> list[Column[object]]:
    """The columns of a table that nobody reads without a key."""
    return [column for column in table.columns if isinstance(column.type, Sealed)]


def _sealed_with(store: Store) -> Iterator[bytes]:
    """The key of one value of each sealed column that there is."""
    with store.reading.connect() as connection:
        here = inspect(connection)
        for table in Base.metadata.sorted_tables:
            if not (wanted := sealed_columns(table)) or not here.has_table(table.name):
                continue
            names = {column["name"] for column in here.get_columns(table.name)}
            for column in wanted:
                if column.name in names:
                    raw = type_coerce(column, LargeBinary)
                    value = connection.scalar(select(raw).where(column.is_not(None)).limit(1))
                    if value is not None:
                        yield key_of(bytes(value))
