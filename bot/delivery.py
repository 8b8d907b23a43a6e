"""One claimed notice on its way to one person, and what the outcome means (DESIGN §3.6).

Law: every outcome is a state of the row; "surely not" is told apart from "perhaps", and an edit may be made twice.
"""

import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from telegram import Bot, InlineKeyboardMarkup, Message
from telegram.constants import ParseMode
from telegram.error import (
    BadRequest,
    ChatMigrated,
    Forbidden,
    InvalidToken,
    RetryAfter,
    TelegramError,
)

from bot.blame import seconds
from bot.parts import parts
from bot.records import AWAY, GONE, retry_s
from bot.transport import Refused, Unsent
from models.vocabulary import EvidenceKind, NoticeState, Urgent

log = logging.getLogger(__name__)

BROKEN_ATTEMPTS = 5  # a notice that cannot be made into words is tried no more often
ERASED_AT_ONCE = 100  # the most that deleteMessages takes
FLOOD = "flood"  # the reason of rows whose chat was told to slow down
CAPTION = 1024  # characters under a photo or voice message

_GONE = (
    "message to edit not found",
    "message can't be edited",
    "message_id_invalid",
    "there is no text in the message",
)
_NOBODY = (
    "chat not found",
    "peer_id_invalid",
    "user is deactivated",
    "bot can't initiate conversation",
)


class File(Protocol):
    """A file that Telegram has already: handlers.cards.Shown."""

    @property
    def kind(self) -> EvidenceKind: ...

    @property
    def file_id(self) -> str: ...


class Words(Protocol):
    """A notice as it is to be seen: handlers.cards.Card."""

    @property
    def text(self) -> str: ...

    @property
    def file(self) -> "File | None": ...

    @property
    def picture(self) -> bytes | None: ...

    @property
    def erase(self) -> tuple[int, ...]: ...

    @property
    def pin(self) -> bool: ...

    @property
    def unpin(self) -> tuple[int, ...]: ...

    def markup(self) -> Any: ...  # noqa: ANN401 - any keyboard


@dataclass(frozen=True, slots=True)
class Outgoing:
    """One claimed notice, as frozen facts. Without a chat it cannot be sent."""

    id: int
    fence: int
    person_id: int
    case_id: int | None
    chat_id: int | None
    urgent: Urgent
    attempts: int
    silent: bool
    edit_message_id: int | None
    view: Any


@dataclass(frozen=True, slots=True)
class Result:
    """What became of one notice: the state it goes to, and why. A NEW one waits `wait_s` for another attempt."""

    out: Outgoing
    state: NoticeState
    reason: str = ""
    message_id: int | None = None
    text: str | None = None
    wait_s: float = 0.0
    counts: bool = True
    doubt: bool = False


@dataclass(frozen=True, slots=True)
class ViewFailed:
    """In place of a view that could not be read: the notice is claimed all the same, so that its failure is recorded."""

    error: Exception


class Delivery:
    """The one who carries."""

    def __init__(self, bot: Bot, render: Callable[[Any], Words]) -> None:
        self._bot = bot
        self._render = render
        # a file is sent again only in the way in which it came (Bot API, "Sending files")
        self._sends: dict[EvidenceKind, Callable[..., Awaitable[Message]]] = {
            EvidenceKind.VOICE: bot.send_voice,
            EvidenceKind.PHOTO: bot.send_photo,
            EvidenceKind.DOCUMENT: bot.send_document,
            EvidenceKind.AUDIO: bot.send_audio,
            EvidenceKind.VIDEO: bot.send_video,
            EvidenceKind.ANIMATION: bot.send_animation,
        }

    async def deliver(self, out: Outgoing) -> Result:
        """Carry one notice; never raises, save when this process ends."""
        try:
            return await self._deliver(out)
        except Exception as error:  # noqa: BLE001 - the unknown is recorded, so that the others go on
            return _broken(out, error)

    async def _deliver(self, out: Outgoing) -> Result:
        if out.chat_id is None:
            return Result(out, NoticeState.UNREACHABLE, "no chat")
        if isinstance(out.view, ViewFailed):
            raise out.view.error
        words = self._render(out.view)
        await self._erase(out.chat_id, words.erase)
        if out.edit_message_id is not None:
            try:
                if await self._edit(out.chat_id, out.edit_message_id, words):
                    await self._pin(out.chat_id, out.edit_message_id, words)
                    return Result(out, NoticeState.SENT, "", out.edit_message_id, words.text)
                # a new message in its place is no edit any more: were it made twice, it would be seen twice
                return Result(out, NoticeState.NEW, GONE, counts=False)
            except TelegramError as error:
                return _meaning(out, error, again=True)
        try:
            message = await self._send_following(out, out.chat_id, words)
        except TelegramError as error:
            return _meaning(out, error, again=False)
        await self._pin(message.chat_id, message.message_id, words)
        return Result(out, NoticeState.SENT, "", message.message_id, words.text)

    async def _erase(self, chat_id: int, messages: Sequence[int]) -> None:
        for start in range(0, len(messages), ERASED_AT_ONCE):
            chunk = messages[start : start + ERASED_AT_ONCE]
            try:
                await self._bot.delete_messages(chat_id, chunk)
            except TelegramError as error:
                # too old or gone already: what can be erased is
                log.info("not erased", extra={"action": "erase_failed", "why": str(error)})

    async def _edit(self, chat_id: int, message_id: int, words: Words) -> bool:
        """Change a message; False when it is not there to be changed, or has become too long for one."""
        if len(parts(words.text)) > 1:
            return False
        keyboard = words.markup()
        try:
            await self._bot.edit_message_text(
                words.text,
                chat_id=chat_id,
                message_id=message_id,
                parse_mode=ParseMode.HTML,
                reply_markup=keyboard if isinstance(keyboard, InlineKeyboardMarkup) else None,
            )
        except BadRequest as error:
            said = str(error).lower()
            if "message is not modified" in said:
                return True
            if any(gone in said for gone in _GONE):
                return False
            raise
        return True

    async def _send_following(self, out: Outgoing, chat_id: int, words: Words) -> Message:
        try:
            return await self._send(chat_id, words, silent=out.silent)
        except ChatMigrated as moved:
            log.warning("a chat moved", extra={"action": "chat_migrated", "notice": out.id})
            return await self._send(moved.new_chat_id, words, silent=out.silent)

    async def _send(self, chat_id: int, words: Words, *, silent: bool) -> Message:
        how: dict[str, Any] = {
            "reply_markup": words.markup(),
            "disable_notification": silent,
            "parse_mode": ParseMode.HTML,
        }
        if words.picture is not None:
            return await self._bot.send_photo(
                chat_id, words.picture, caption=words.text, filename="code.png", **how
            )
        if words.file is not None:
            send = self._sends[words.file.kind]
            if len(words.text) <= CAPTION:
                return await send(chat_id, words.file.file_id, caption=words.text, **how)
            await send(chat_id, words.file.file_id, disable_notification=silent)
        *before, last = parts(words.text)
        for part in before:
            await self._bot.send_message(
                chat_id, part, disable_notification=silent, parse_mode=ParseMode.HTML
            )
        return await self._bot.send_message(
            chat_id, last, **(how | {"disable_notification": silent or bool(before)})
        )

    async def _pin(self, chat_id: int, message_id: int, words: Words) -> None:
        """What is to be found at the top of the chat, and what no longer; a convenience, so its failure is no failure."""
        try:
            for former in words.unpin:
                await self._bot.unpin_chat_message(chat_id, former)
        except TelegramError as error:
            log.info("not unpinned", extra={"action": "unpin_failed", "why": str(error)})
        try:
            if words.pin:
                await self._bot.pin_chat_message(chat_id, message_id, disable_notification=True)
        except TelegramError as error:
            log.info("not pinned", extra={"action": "pin_failed", "why": str(error)})


def _meaning(out: Outgoing, error: TelegramError, *, again: bool) -> Result:
    """The outcome behind an error. `again`: doing it twice reads the same, so "perhaps" is no harm."""
    if isinstance(error, RetryAfter):
        wait_s = seconds(error)
        log.warning(
            "told to slow down", extra={"action": "flood", "notice": out.id, "wait_s": wait_s}
        )
        return Result(out, NoticeState.NEW, FLOOD, wait_s=wait_s, counts=False)
    if isinstance(error, Forbidden) or _is_nobody(error):
        return Result(out, NoticeState.UNREACHABLE, str(error))
    if isinstance(error, BadRequest):
        log.error(
            "Telegram refused",
            extra={"action": "notice_refused", "notice": out.id, "why": str(error)},
        )
        return Result(out, NoticeState.FAILED, str(error))
    if isinstance(error, Refused | InvalidToken):
        return _again(out, "server")
    if isinstance(error, Unsent) or again:
        return _again(out, AWAY, doubt=True)
    return Result(out, NoticeState.UNKNOWN, str(error), doubt=True)


def _again(out: Outgoing, reason: str, *, doubt: bool = False) -> Result:
    return Result(
        out, NoticeState.NEW, reason, wait_s=retry_s(out.urgent, out.attempts), doubt=doubt
    )


def _broken(out: Outgoing, error: Exception) -> Result:
    """A mistake of ours while making the words: the others go on, this one is tried a few times."""
    log.error(
        "a notice is broken",
        exc_info=error,
        extra={"action": "notice_broken", "notice": out.id},
    )
    if out.attempts + 1 >= BROKEN_ATTEMPTS:
        return Result(out, NoticeState.FAILED, type(error).__name__)
    return _again(out, type(error).__name__)


def _is_nobody(error: TelegramError) -> bool:
    return isinstance(error, BadRequest) and any(word in str(error).lower() for word in _NOBODY)
