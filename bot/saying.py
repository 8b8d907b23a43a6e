"""The messages of one notice, said one after the other: a file and the text that is too long for it, or a text in parts.

Law: what Telegram has accepted is not said again. What follows goes on where it stopped, after the pause that Telegram asks for;
where it cannot go on, nobody has read the whole, so the notice is said once more, marked as a repeat.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any, Protocol

from telegram import Bot, Message
from telegram.constants import ParseMode
from telegram.error import ChatMigrated, InvalidToken, RetryAfter, TelegramError

from bot.blame import seconds
from bot.parts import parts
from bot.transport import Unsent
from models.vocabulary import EvidenceKind

if TYPE_CHECKING:
    from bot.delivery import Outgoing, Words

log = logging.getLogger(__name__)

CAPTION = 1024  # characters under a photo or voice message
GOES_ON_FOR_S = 60.0  # so long the rest is waited for; its person hears nothing else meanwhile
AGAIN_S = (1.0, 2.0, 5.0, 10.0, 20.0)  # while a further message surely does not get through

Call = Callable[[int], Awaitable[Message]]
"""One message, to be said into a chat."""


class Halted(Exception):
    """Some of a notice was said, and the rest cannot be said now; `error` is what Telegram said last."""

    def __init__(self, why: str, error: TelegramError | None = None) -> None:
        super().__init__(why)
        self.error = error


class Room(Protocol):
    """Where a further message gets its place: bot.following."""

    async def place(self, out: Outgoing) -> None: ...


class Saying:
    """The one who speaks."""

    def __init__(self, bot: Bot, room: Room) -> None:
        self._bot = bot
        self._room = room
        # a file is sent again only in the way in which it came (Bot API, "Sending files")
        self._sends: dict[EvidenceKind, Callable[..., Awaitable[Message]]] = {
            EvidenceKind.VOICE: bot.send_voice,
            EvidenceKind.PHOTO: bot.send_photo,
            EvidenceKind.DOCUMENT: bot.send_document,
            EvidenceKind.AUDIO: bot.send_audio,
            EvidenceKind.VIDEO: bot.send_video,
            EvidenceKind.ANIMATION: bot.send_animation,
        }

    async def say(self, out: Outgoing, chat_id: int, words: Words) -> Message:
        """Say all of it; gives the last message, which has the buttons.

        Raises:
            Halted: a part of it was said, and no more.
            TelegramError: nothing of it was said, or nobody knows, or it may not be said.
        """
        first, *rest = self._calls(words, silent=out.silent)
        try:
            message = await first(chat_id)
        except ChatMigrated as moved:
            log.warning("a chat moved", extra={"action": "chat_migrated", "notice": out.id})
            message = await first(moved.new_chat_id)
        ends = time.monotonic() + GOES_ON_FOR_S
        for call in rest:
            message = await self._go_on(out, message.chat_id, call, ends)
        return message

    async def _go_on(self, out: Outgoing, chat_id: int, call: Call, ends: float) -> Message:
        attempts = 0
        while True:
            await self._room.place(out)
            try:
                return await call(chat_id)
            except ChatMigrated as moved:
                chat_id = moved.new_chat_id
            except (RetryAfter, Unsent, InvalidToken) as error:
                pause_s = _pause_s(error, attempts)
                log.warning(
                    "the rest waits",
                    extra={"action": "rest_waits", "notice": out.id, "wait_s": pause_s},
                )
                if time.monotonic() + pause_s > ends:
                    raise Halted("the rest was not said", error) from error
                await asyncio.sleep(pause_s)
            attempts += 1

    def _calls(self, words: Words, *, silent: bool) -> list[Call]:
        how: dict[str, Any] = {
            "reply_markup": words.markup(),
            "disable_notification": silent,
            "parse_mode": ParseMode.HTML,
        }
        picture, file = words.picture, words.file
        if picture is not None:
            return [
                lambda chat: self._bot.send_photo(
                    chat, picture, caption=words.text, filename="code.png", **how
                )
            ]
        calls: list[Call] = []
        if file is not None:
            send = self._sends[file.kind]
            if len(words.text) <= CAPTION:
                return [lambda chat: send(chat, file.file_id, caption=words.text, **how)]
            calls.append(lambda chat: send(chat, file.file_id, disable_notification=silent))
        *before, last = parts(words.text)
        calls += [self._part(part, silent=silent) for part in before]
        how["disable_notification"] = silent or bool(before)
        return [*calls, lambda chat: self._bot.send_message(chat, last, **how)]

    def _part(self, part: str, *, silent: bool) -> Call:
        return lambda chat: self._bot.send_message(
            chat, part, disable_notification=silent, parse_mode=ParseMode.HTML
        )


def _pause_s(error: TelegramError, attempts: int) -> float:
    if isinstance(error, RetryAfter):
        return seconds(error)
    return AGAIN_S[min(attempts, len(AGAIN_S) - 1)]
