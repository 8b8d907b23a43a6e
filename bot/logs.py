"""What the process tells its operator: one line per fact, with a machine word `action`.

Laws: no token, message text, name or phone number gets into a log. Other people's libraries put such things into
their arguments, so of their lines only the template is kept; of an exception only its type, its places in the
code, and a message where we know that it is about machines.
"""

import logging
import re
import sys
import traceback
from typing import Any

from pythonjsonlogger.json import JsonFormatter
from sqlalchemy.exc import DBAPIError
from telegram.error import TelegramError

from bot.settings import LogKind

#: One line for so many failures of the same kind in a row.
LOG_EVERY = 30

_ROOMS = ("bot", "handlers", "cases", "models", "locales")
_TOKEN = re.compile(r"\d{5,}(?::|%3A)[\w-]{5,}")
_STANDARD = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}


def configure(kind: LogKind, level: int = logging.INFO) -> None:
    """Let all loggers of the process write to standard error, discreetly."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines() if kind is LogKind.JSON else TextLines())
    handler.addFilter(Discretion())
    logging.basicConfig(level=level, handlers=[handler], force=True)
    for noisy in (
        "httpx",
        "httpcore",
        "aiohttp",
        "telegram",
        "apscheduler",
        "asyncio",
        "alembic",
        "botocore",
        "uvicorn",
    ):
        logging.getLogger(noisy).setLevel(logging.WARNING)


class Discretion(logging.Filter):
    """Takes out what may be personal or secret."""

    def filter(self, record: logging.LogRecord) -> bool:
        if record.name.partition(".")[0] not in _ROOMS:
            record.msg, record.args = str(record.msg).partition("\n")[0], None
        else:
            record.msg, record.args = record.getMessage(), None
        record.msg = without_tokens(record.msg)
        if record.exc_info and record.exc_info[1]:
            record.exc_text = discreet(record.exc_info[1])
            record.exc_info = None
        return True


class TextLines(logging.Formatter):
    """2026-11-23T09:12:00 WARNING bot.inbox: sentence action=word more=facts."""

    def format(self, record: logging.LogRecord) -> str:
        at = self.formatTime(record, "%Y-%m-%dT%H:%M:%S")
        facts = "".join(f" {name}={value}" for name, value in facts_of(record).items())
        line = f"{at} {record.levelname} {record.name}: {record.getMessage()}{facts}"
        return without_tokens(f"{line}\n{record.exc_text}" if record.exc_text else line)


class JsonLines(JsonFormatter):
    """The same as one JSON object."""

    def __init__(self) -> None:
        super().__init__(
            "%(levelname)s %(name)s %(message)s", timestamp=True, json_ensure_ascii=False
        )

    def format(self, record: logging.LogRecord) -> str:
        return without_tokens(super().format(record))


def facts_of(record: logging.LogRecord) -> dict[str, Any]:
    """What was handed over as `extra`."""
    return {name: value for name, value in vars(record).items() if name not in _STANDARD}


def without_tokens(text: str) -> str:
    return _TOKEN.sub("(token)", text)


def discreet(error: BaseException) -> str:
    """An exception and its causes without what they may quote."""
    lines = [
        f"  {frame.filename}:{frame.lineno} in {frame.name}"
        for frame in traceback.extract_tb(error.__traceback__)
    ]
    said = "\n".join([f"{type(error).__qualname__}{_about_machines(error)}", *lines])
    cause = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    return f"{said}\nbecause of {discreet(cause)}" if cause else said


def _about_machines(error: BaseException) -> str:
    if isinstance(error, DBAPIError):
        # the first line names tables and constraints; the details below it quote values
        return f": {str(error.orig).partition(chr(10))[0]}"
    if isinstance(error, TelegramError | OSError | ImportError | RecursionError):
        return f": {error}"
    return ""
