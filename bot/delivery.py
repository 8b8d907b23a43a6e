"""One claimed notice on its way to one person, and what the outcome means (DESIGN §3.6).

Laws: every outcome is a state of the row; "surely not" is told apart from "perhaps", and an edit may be made twice; what is
to be erased is erased before anything is said in its place; where Telegram said "slow down", nothing more is asked of it.
"""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from telegram import Bot, InlineKeyboardMarkup
from telegram.constants import ParseMode
from telegram.error import (
    BadRequest,
    Forbidden,
    InvalidToken,
    RetryAfter,
    TelegramError,
)

from bot.blame import seconds
from bot.parts import parts
from bot.records import AWAY, GONE, retry_s
from bot.saying import Halted, Room, Saying
from bot.transport import Refused, Unsent
from models.vocabulary import EvidenceKind, NoticeState, Urgent

log = logging.getLogger(__name__)

BROKEN_ATTEMPTS = 5  # a notice that cannot be made into words is tried no more often
ERASED_AT_ONCE = 100  # the most that deleteMessages takes
FLOOD = "flood"  # the reason of rows whose chat was told to slow down

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

    def __init__(self, bot: Bot, render: Callable[[Any], Words], room: Room) -> None:
        self._bot = bot
        self._render = render
        self._saying = Saying(bot, room)

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
        harmless = True  # were it done twice
        try:
            await self._erase(out.chat_id, words.erase)
            if out.edit_message_id is not None:
                return await self._change(out, out.chat_id, out.edit_message_id, words)
            harmless = False
            message = await self._saying.say(out, out.chat_id, words)
        except Halted as halted:
            return _halted(out, halted)
        except TelegramError as error:
            return _meaning(out, error, again=harmless)
        told_s = await self._pin(message.chat_id, message.message_id, words)
        return _sent(out, message.message_id, words, told_s)

    async def _change(self, out: Outgoing, chat_id: int, message_id: int, words: Words) -> Result:
        if not await self._edit(chat_id, message_id, words):
            # a new message in its place is no edit any more: were it made twice, it would be seen twice
            return Result(out, NoticeState.NEW, GONE, counts=False)
        told_s = await self._pin(chat_id, message_id, words)
        return _sent(out, message_id, words, told_s)

    async def _erase(self, chat_id: int, messages: Sequence[int]) -> None:
        """Take messages away, as far as Telegram lets us; twice is harmless.

        Raises:
            TelegramError: it was not done, and may be done later.
        """
        for start in range(0, len(messages), ERASED_AT_ONCE):
            chunk = messages[start : start + ERASED_AT_ONCE]
            try:
                await self._bot.delete_messages(chat_id, chunk)
            except BadRequest as error:
                if len(chunk) > 1:  # one that cannot be erased shall not keep the others
                    for one in chunk:
                        await self._erase(chat_id, [one])
                    continue
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

    async def _pin(self, chat_id: int, message_id: int, words: Words) -> float:
        """What is to be found at the top of the chat, and what no longer; a convenience, so its failure is no failure.

        Gives for how many seconds Telegram wants this chat to be left alone.
        """
        try:
            try:
                for former in words.unpin:
                    await self._bot.unpin_chat_message(chat_id, former)
            except RetryAfter:
                raise
            except TelegramError as error:
                log.info("not unpinned", extra={"action": "unpin_failed", "why": str(error)})
            if words.pin:
                await self._bot.pin_chat_message(chat_id, message_id, disable_notification=True)
        except RetryAfter as told:
            log.info("not pinned", extra={"action": "pin_failed", "why": str(told)})
            return seconds(told)
        except TelegramError as error:
            log.info("not pinned", extra={"action": "pin_failed", "why": str(error)})
        return 0.0


def _sent(out: Outgoing, message_id: int, words: Words, told_s: float) -> Result:
    """It was said; what comes next into this chat waits as long as Telegram told us."""
    reason = FLOOD if told_s > 0 else ""
    return Result(out, NoticeState.SENT, reason, message_id, words.text, wait_s=told_s)


def _halted(out: Outgoing, halted: Halted) -> Result:
    """Some of it was said. Nobody has read the whole, so it is said once more, marked; never from the beginning as if it were new."""
    if isinstance(halted.error, RetryAfter):
        wait_s = seconds(halted.error)
        return Result(out, NoticeState.UNKNOWN, FLOOD, wait_s=wait_s)
    away = isinstance(halted.error, Unsent) and not isinstance(halted.error, Refused)
    return Result(out, NoticeState.UNKNOWN, str(halted), doubt=away)


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
