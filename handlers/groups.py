"""A group chat: a command gets one sentence and the way to the private chat; nothing else is heard or said there (law 9)."""

import contextlib

from telegram import InlineKeyboardButton, InlineKeyboardMarkup, Update
from telegram.error import TelegramError
from telegram.ext import ExtBot

from locales import P_, languages, translator

_SENTENCE = P_("group", "Not here: others read along. Please write to us in the private chat.")
_BUTTON = P_("group", "Private chat")


async def answer(bot: ExtBot[None], update: Update) -> None:
    """Show the way in both languages: whose group it is, nobody knows. What is said here is no report and is not kept."""
    message = update.message
    if message is None or message.chat.type not in {"group", "supergroup"}:
        return
    if not _is_command(message.text, bot.username):
        return
    both = [translator(code).word for code in languages()]
    button = InlineKeyboardButton(
        " · ".join(say(_BUTTON) for say in both), url=f"https://t.me/{bot.username}?start"
    )
    with contextlib.suppress(TelegramError):  # nothing in it could be lost
        await bot.send_message(
            message.chat.id,
            "\n".join(say(_SENTENCE) for say in both),
            reply_markup=InlineKeyboardMarkup([[button]]),
        )


def _is_command(text: str | None, username: str) -> bool:
    """A command for us: /start, /start@our_bot; not one for another bot of the group."""
    name = (text or "").split(maxsplit=1)[0] if (text or "").strip() else ""
    whose = name.partition("@")[2]
    return name.startswith("/") and whose.lower() in {"", username.lower()}
