"""A group chat: a command gets one sentence and the way to the private chat; nothing else is heard or said there (law 9).

Law: answers in groups are counted like all that is sent, and stay below what Telegram allows one group.
"""

import logging
from typing import Protocol

from telegram import InlineKeyboardButton, InlineKeyboardMarkup, Update
from telegram.error import RetryAfter, TelegramError
from telegram.ext import ExtBot

from locales import P_, languages, translator

log = logging.getLogger(__name__)

_SENTENCE = P_("group", "Not here: others read along. Please write to us in the private chat.")
_BUTTON = P_("group", "Private chat")


class Room(Protocol):
    """How much may still be said in a group: bot.limits, through the house."""

    def room_in_group(self, chat_id: int) -> bool: ...

    def group_rests(self, chat_id: int, told: RetryAfter) -> None: ...


async def answer(bot: ExtBot[None], room: Room, update: Update) -> None:
    """Show the way in both languages: whose group it is, nobody knows. What is said here is no report and is not kept.

    Whoever sends one command after the other is answered a few times a minute, and then not at all: everybody there has read it.
    """
    message = update.message
    if message is None or message.chat.type not in {"group", "supergroup"}:
        return
    if not _is_command(message.text, bot.username):
        return
    if not room.room_in_group(message.chat.id):
        return
    both = [translator(code).word for code in languages()]
    button = InlineKeyboardButton(
        " · ".join(say(_BUTTON) for say in both), url=f"https://t.me/{bot.username}?start"
    )
    try:
        await bot.send_message(
            message.chat.id,
            "\n".join(say(_SENTENCE) for say in both),
            reply_markup=InlineKeyboardMarkup([[button]]),
        )
    except RetryAfter as told:
        room.group_rests(message.chat.id, told)
    except TelegramError:  # nothing in it could be lost
        log.info("a group was not answered", extra={"action": "group_unanswered"})


def _is_command(text: str | None, username: str) -> bool:
    """A command for us: /start, /start@our_bot; not one for another bot of the group."""
    name = (text or "").split(maxsplit=1)[0] if (text or "").strip() else ""
    whose = name.partition("@")[2]
    return name.startswith("/") and whose.lower() in {"", username.lower()}
