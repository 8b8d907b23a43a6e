"""A tap is answered the moment it is fetched, before it is a row: its button stops waiting however much the database has to do.

Laws: the answer is empty, all meaning goes into the card; that a tap was answered does not make its update done.
"""

import asyncio
import contextlib
from collections import OrderedDict

from telegram import Bot
from telegram.error import TelegramError

from bot.alarm import Raw

SEEN = 10_000  # taps of which it is remembered that they were answered


class Taps:
    """Answers taps, and knows which."""

    def __init__(self, bot: Bot) -> None:
        self._bot = bot
        self._answered: OrderedDict[int, None] = OrderedDict()
        self._answering: set[asyncio.Task[None]] = set()

    def hear(self, update_id: int, raw: Raw) -> None:
        """Begin to answer, if it is a tap and was not answered yet."""
        tap = raw.get("callback_query")
        query_id = tap.get("id") if isinstance(tap, dict) else None
        if not isinstance(query_id, str) or self.was_answered(update_id):
            return
        self._answered[update_id] = None
        if len(self._answered) > SEEN:
            self._answered.popitem(last=False)
        task = asyncio.create_task(self._answer(query_id))
        self._answering.add(task)
        task.add_done_callback(self._answering.discard)

    def was_answered(self, update_id: int) -> bool:
        """Whether nobody need answer it any more; one that could not be answered is too old a moment later."""
        return update_id in self._answered

    async def _answer(self, query_id: str) -> None:
        with contextlib.suppress(TelegramError):
            await self._bot.answer_callback_query(query_id)
