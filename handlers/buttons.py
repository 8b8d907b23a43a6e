"""Typed callback data: what a tap means, in at most 64 bytes.

`verb:id:turn[:arg]`, numbers in base 36. `turn` is the case's (or the conversation's) turn at the time the button
was made; whether it is stale is decided by cases, never here.
"""

import re
from dataclasses import dataclass
from enum import StrEnum

from models.vocabulary import Kept, Rating

LIMIT = 64  # bytes; Bot API, InlineKeyboardButton.callback_data
_LARGEST = 2**63 - 1  # the largest id of a database
_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"
_SHAPE = re.compile(
    r"([a-z_]{1,16}):(-?[0-9a-z]{1,13}):([0-9a-z]{1,7})(?::([A-Za-z0-9_-]{0,24}))?"
)


class Verb(StrEnum):
    """What a button does. `id` is a case unless said otherwise."""

    SUBMIT = "submit"  # id: the draft's owner
    FIX = "fix"
    DISCARD = "discard"
    WEAK_NO = "weak_no"
    WEAK_YES = "weak_yes"
    AGREED = "agreed"  # officer: the people know; blow the whistle
    NOT_ASKED = "not_asked"
    FIX_LINE = "fix_line"  # arg: the line
    OPEN = "open"
    STORY = "story"
    TAKE = "take"  # id: an assignment
    TAKE_ALL = "take_all"  # id: 0
    BACK = "give_back"  # id: an assignment
    BACK_WHY = "give_back_why"  # id: an assignment; arg: the reason
    REACHED = "reached"
    NO_ANSWER = "no_answer"
    DAY = "day"  # asks which day
    DAY_IS = "day_is"  # arg: YYYYMMDDHHMM, civil
    AGREE = "agree"
    AGREE_OK = "agree_ok"
    AGREE_REDO = "agree_redo"
    INVITE = "invite"
    WORD = "word"  # a word to the mediator, or a note
    TASK_DONE = "task_done"  # id: a task
    CONTACTED = "contacted"
    NOT_CONTACTED = "not_contacted"
    KEPT = "kept"  # arg: all | partly | not
    TERMS = "terms"
    CLOSE_OK = "close_ok"
    WATCH = "watch"
    RATE = "rate"  # arg: the rating
    WELL = "well"
    NOT_WELL = "not_well"
    APPROVE = "approve"
    ADD = "add"
    CALL_ME = "call_me"
    STATUS = "status"


#: What may stand behind a verb; verbs that are not named take nothing that is read as a code.
ARGUMENTS: dict[Verb, frozenset[str]] = {
    Verb.KEPT: frozenset(Kept),
    Verb.RATE: frozenset(Rating),
    Verb.BACK_WHY: frozenset({"related", "not_mine", "no_time"}),
    Verb.FIX_LINE: frozenset({"matter", "people", "amount", "place", "other"}),
}


class NotAButton(ValueError):
    """Callback data that no button of ours ever had."""


@dataclass(frozen=True, slots=True)
class Tap:
    """What was tapped."""

    verb: Verb
    id: int
    turn: int = 0
    arg: str = ""

    def write(self) -> str:
        """The callback data.

        Raises:
            ValueError: longer than Telegram carries, or nothing that could be read back.
        """
        data = f"{self.verb}:{_base36(self.id)}:{_base36(self.turn)}"
        data = f"{data}:{self.arg}" if self.arg else data
        if len(data.encode()) > LIMIT:
            raise ValueError(f"callback data of {len(data.encode())} bytes")
        known = self.arg in ARGUMENTS.get(self.verb, {self.arg})
        if _SHAPE.fullmatch(data) is None or abs(self.id) > _LARGEST or not known:
            raise ValueError(f"no button can carry {self.arg!r} of {self.id} at {self.turn}")
        return data

    @classmethod
    def read(cls, data: str) -> "Tap":
        """Read callback data back.

        Raises:
            NotAButton: forged, or from a version that no longer exists.
        """
        shape = _SHAPE.fullmatch(data)
        if shape is None or shape[1] not in set(Verb) or abs(int(shape[2], 36)) > _LARGEST:
            raise NotAButton(data)
        tap = cls(Verb(shape[1]), int(shape[2], 36), int(shape[3], 36), shape[4] or "")
        if tap.arg not in ARGUMENTS.get(tap.verb, {tap.arg}):
            raise NotAButton(data)
        return tap


def _base36(number: int) -> str:
    if number < 0:
        return "-" + _base36(-number)
    digits = ""
    while True:
        number, rest = divmod(number, 36)
        digits = _DIGITS[rest] + digits
        if not number:
            return digits
