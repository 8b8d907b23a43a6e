"""The peer: python-telegram-bot's echo bot as its examples have it, on its own transport; it stores nothing.

    python -m benchmarks.echo BASE_URL TOKEN [AT_ONCE]

As in examples/echobot.py (22.x) one update is done after the other; with AT_ONCE so many at a time, which is what answering
several people at once means.
"""

import sys
from typing import Any

from telegram import ForceReply, Update
from telegram.ext import Application, CommandHandler, ContextTypes, MessageHandler, filters

Context = ContextTypes.DEFAULT_TYPE


async def start(update: Update, _context: Context) -> None:
    if update.message is not None and update.effective_user is not None:
        greeting = rf"Hi {update.effective_user.mention_html()}!"
        await update.message.reply_html(greeting, reply_markup=ForceReply(selective=True))


async def echo(update: Update, _context: Context) -> None:
    if update.message is not None and update.message.text is not None:
        await update.message.reply_text(update.message.text)


def main(base_url: str, token: str, at_once: int = 0) -> None:
    builder = Application.builder().token(token).base_url(f"{base_url}/bot")
    if at_once:
        builder = builder.concurrent_updates(at_once)
    application: Application[Any, Any, Any, Any, Any, Any] = builder.build()
    application.add_handler(CommandHandler("start", start))
    application.add_handler(MessageHandler(filters.TEXT & ~filters.COMMAND, echo))
    application.run_polling(allowed_updates=Update.ALL_TYPES)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], *map(int, sys.argv[3:]))
