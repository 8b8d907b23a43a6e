"""What a hand does on a phone of the page, from the browser's request to the person of the sandbox.

Laws: a hand can only do what stands on the screen now; what Telegram would not take is refused in words; nothing waits
for the bot, whose answer comes by the stream.
"""

import math
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

from starlette.datastructures import UploadFile
from starlette.requests import Request

from bot.sandbox.people import Person
from bot.sandbox.screen import NothingToTapError
from bot.sandbox.sending import LONGEST_TEXT

LARGEST_FILE = 50 << 20
"""Bytes. Telegram takes more, but the practice keeps files in memory; the bot refuses from 20 MB on."""
MOST_PARTS = 10
"""Messages into which a long text is cut; Telegram's clients cut too."""
LARGEST_WORDS = 256 << 10
"""Bytes of a request without a file: far above the longest text, far below what would hurt."""
_LONGEST_VOICE_S = 3600
_SAMPLE_S = 21
_DEGREES = (90.0, 180.0)


class MisdeedError(Exception):
    """It cannot be done; `why` is a key of words.py."""

    def __init__(self, why: str, status: int = 200) -> None:
        super().__init__(why)
        self.why, self.status = why, status


@dataclass(frozen=True, slots=True)
class Hand:
    """What came with the request: words, and perhaps a file."""

    words: dict[str, Any]
    file: tuple[str, str, bytes] | None = field(default=None, repr=False)
    """Its name, its type, its bytes."""

    def text(self, key: str) -> str:
        value = self.words.get(key, "")
        if not isinstance(value, str):
            raise MisdeedError("cannot", 400)
        return value

    def number(self, key: str) -> float:
        try:
            number = float(self.words[key])
        except (KeyError, OverflowError, TypeError, ValueError):
            raise MisdeedError("cannot", 400) from None
        if not math.isfinite(number):
            raise MisdeedError("cannot", 400)
        return number

    def the_file(self) -> tuple[str, str, bytes]:
        if self.file is None or not self.file[2]:
            raise MisdeedError("cannot", 400)
        return self.file


Outcome = dict[str, str]
"""What the page does besides: text to copy, an address that is not opened."""


async def read(request: Request) -> Hand:
    """The request's words and file.

    Raises:
        MisdeedError: too large, or not what the page sends.
    """
    kind = request.headers.get("content-type", "")
    size = int(request.headers.get("content-length") or 0)
    if kind.startswith("multipart/form-data"):
        if size > LARGEST_FILE + LARGEST_WORDS:
            raise MisdeedError("too_big", 413)
        async with request.form(max_files=1, max_part_size=LARGEST_WORDS) as form:
            words = {key: value for key, value in form.items() if isinstance(value, str)}
            sent = form.get("file")
            file = await _bytes(sent) if isinstance(sent, UploadFile) else None
        return Hand(words, file)
    if size > LARGEST_WORDS:
        raise MisdeedError("too_long", 413)
    try:
        words = await request.json()
    except ValueError:
        raise MisdeedError("cannot", 400) from None
    if not isinstance(words, dict):
        raise MisdeedError("cannot", 400)
    return Hand(words)


async def _bytes(sent: UploadFile) -> tuple[str, str, bytes]:
    data = await sent.read()
    if len(data) > LARGEST_FILE:
        raise MisdeedError("too_big", 413)
    return sent.filename or "", sent.content_type or "application/octet-stream", data


async def do(person: Person, deed: str, hand: Hand) -> Outcome:
    """Do one thing on this person's phone.

    Raises:
        MisdeedError: it cannot be done.
    """
    act = _DEEDS.get(deed)
    if act is None:
        raise MisdeedError("cannot", 404)
    if person.blocked and deed not in {"start", "unblock", "block"}:
        raise MisdeedError("blocked")
    try:
        return await act(person, hand) or {}
    except NothingToTapError:
        raise MisdeedError("gone") from None
    except ValueError:
        raise MisdeedError("cannot", 400) from None


async def _start(person: Person, hand: Hand) -> None:
    await person.starts(hand.text("payload") or None, settle=False)


async def _say(person: Person, hand: Hand) -> None:
    text = hand.text("text").strip()
    if not text:
        raise MisdeedError("cannot", 400)
    parts = [text[at : at + LONGEST_TEXT] for at in range(0, len(text), LONGEST_TEXT)]
    if len(parts) > MOST_PARTS:
        raise MisdeedError("too_long", 413)
    for part in parts:
        await person.says(part, settle=False)


async def _tap(person: Person, hand: Hand) -> Outcome:
    place = (int(hand.number("message")), int(hand.number("row")), int(hand.number("column")))
    button = await person.touches(*place, hand.text("label"), settle=False)
    copied = {} if button.copy_text is None else {"copy": button.copy_text}
    return copied if button.url is None else {**copied, "open": button.url}


async def _key(person: Person, hand: Hand) -> None:
    if "latitude" in hand.words:
        person.place = _place(hand)
    if "phone" in hand.words:
        person.phone = _number(hand)
    await person.presses(hand.text("label"), settle=False)


async def _photo(person: Person, hand: Hand) -> None:
    _, _, data = hand.the_file()
    await person.photo(hand.text("caption") or None, data, settle=False)


async def _file(person: Person, hand: Hand) -> None:
    name, kind, data = hand.the_file()
    caption = hand.text("caption") or None
    await person.document(name, data, caption, mime=kind, settle=False)


async def _voice(person: Person, hand: Hand) -> None:
    if hand.file is None:
        await person.voice(_SAMPLE_S, settle=False)
        return
    seconds = min(_LONGEST_VOICE_S, max(1, round(hand.number("seconds"))))
    await person.voice(seconds, hand.the_file()[2], settle=False)


async def _location(person: Person, hand: Hand) -> None:
    await person.location(*_place(hand), settle=False)


async def _contact(person: Person, hand: Hand) -> None:
    await person.contact(_number(hand), settle=False)


async def _block(person: Person, _: Hand) -> None:
    await person.blocks(settle=False)


async def _unblock(person: Person, _: Hand) -> None:
    await person.unblocks(settle=False)


def _place(hand: Hand) -> tuple[float, float]:
    place = hand.number("latitude"), hand.number("longitude")
    if not all(abs(value) <= most for value, most in zip(place, _DEGREES, strict=True)):
        raise MisdeedError("cannot", 400)
    return place


def _number(hand: Hand) -> str:
    typed = "".join(sign for sign in hand.text("phone") if sign.isdecimal() or sign == "+")
    if not 3 <= len(typed) <= 20:  # noqa: PLR2004 - 110 to a number with all its prefixes
        raise MisdeedError("cannot", 400)
    return typed


_DEEDS: dict[str, Callable[[Person, Hand], Awaitable[Outcome | None]]] = {
    "start": _start,
    "say": _say,
    "tap": _tap,
    "key": _key,
    "photo": _photo,
    "file": _file,
    "voice": _voice,
    "location": _location,
    "contact": _contact,
    "block": _block,
    "unblock": _unblock,
}
