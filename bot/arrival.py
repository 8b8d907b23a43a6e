"""What an update tells before it is understood: whose order it keeps, and the row that remembers it.

Law: nothing here trusts the shape of an update; what cannot be read is None or 0.
"""

import json
from datetime import datetime
from typing import Any

from bot.alarm import Raw
from models.vocabulary import UpdateState

KINDS = ("message", "edited_message", "callback_query", "my_chat_member")
LARGEST = 1 << 63  # beyond it a number is no key; Telegram's ids have 52 bits


def chat_of(raw: Raw) -> int:
    """The chat whose order an update keeps: messages and taps alike; 0 where there is none."""
    for kind in KINDS:
        body = raw.get(kind)
        if not isinstance(body, dict):
            continue
        message = body.get("message") if kind == "callback_query" else body
        found = _number_in(_object_in(message, "chat"), "id")
        return found or _number_in(_object_in(body, "from"), "id") or 0
    return 0


def key_of(raw: object) -> int | None:
    """The update's number, if it has one that can be a key."""
    return _number_in(raw, "update_id")


def row_of(bot_id: int, update_id: int, raw: Raw, now: datetime) -> dict[str, Any]:
    """A new update as a row; `now` is machine time."""
    return {
        "bot_id": bot_id,
        "update_id": update_id,
        "chat_id": chat_of(raw),
        "message_id": _number_in(raw.get("message"), "message_id"),  # a tap's message is ours
        "state": UpdateState.NEW,
        "attempts": 0,
        "raw": json.dumps(raw, ensure_ascii=False, separators=(",", ":")),
        "received_at": now,
    }


def _object_in(place: object, name: str) -> object:
    return place.get(name) if isinstance(place, dict) else None


def _number_in(place: object, name: str) -> int | None:
    number = _object_in(place, name)
    return number if isinstance(number, int) and abs(number) < LARGEST else None
