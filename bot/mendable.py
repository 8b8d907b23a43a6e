"""What an operator can mend: each bears a sentence in Chinese and English that says how. All else is a mistake of ours.

Loaded only when a command fails: it knows all of them.
"""

import sqlite3

from sqlalchemy.exc import OperationalError

from bot.backup import NotCopied
from bot.chronicle import NoSuchNumber
from bot.evidence_store import StoreAway
from bot.house import StartRefused
from bot.importing import Unwelcome
from bot.keys import KeysGone
from bot.ledger import NotReady
from bot.office_rules import OfficeFileRefused
from bot.restoring import NotRestored
from bot.sandbox.own_town import NobodyToPractise
from bot.settings import SettingsInvalid
from bot.whose import PlaceUnclear
from models.schema import SchemaRefused, WrongNature

MENDABLE = (
    SettingsInvalid,
    StoreAway,
    StartRefused,
    NotReady,
    OfficeFileRefused,
    KeysGone,
    NoSuchNumber,
    PlaceUnclear,
    WrongNature,
    SchemaRefused,
    NotCopied,
    NotRestored,
    Unwelcome,
    NobodyToPractise,
)


def _is_of_our_making(error: OperationalError) -> bool:
    """SQLite says by the same class of a table that is not there, and of a statement that it does not understand."""
    return getattr(error.orig, "sqlite_errorcode", None) == sqlite3.SQLITE_ERROR


def how_to_mend(error: Exception) -> str | None:
    """What to tell the operator; None for a mistake of ours."""
    if isinstance(error, OperationalError) and not _is_of_our_making(error):
        return (
            "数据库没有回答,或做不到,请看 GRIDWHISTLE_DATABASE_URL 和数据库本身 / "
            f"The database does not answer, or could not do it; look at GRIDWHISTLE_DATABASE_URL and at the database: {error.orig}"
        )
    return str(error) if isinstance(error, MENDABLE) else None
