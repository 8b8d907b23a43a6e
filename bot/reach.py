"""The post of whoever fetches: of use only to a process that reaches Telegram.

Laws: it is left when Telegram has not answered for a while, so that another process may fetch, and taken again as soon as Telegram
is there; an answer of any kind, also that somebody else fetches (409), is an answer.
"""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable

from telegram.error import BadRequest, NetworkError, TelegramError

from bot.leadership import Leadership
from bot.transport import Refused

log = logging.getLogger(__name__)

LEAVES_S = 15.0  # without Telegram so long: somebody else may reach it
RESTS_S = 60.0  # so long the post is for others; then it is taken again if nobody wanted it
ASKS_S = (0.5, 1.0, 2.0, 5.0, 10.0)  # between two questions whether Telegram is there again


class Reach:
    """One process's way to Telegram, and the post that hangs on it. `ask`: any question that needs no post."""

    def __init__(
        self,
        post: Leadership,
        ask: Callable[[], Awaitable[object]],
        *,
        leaves_s: float = LEAVES_S,
        rests_s: float = RESTS_S,
    ) -> None:
        self._post = post
        self._ask = ask
        self._leaves_s = leaves_s
        self._rests_s = rests_s
        self._lost_since: float | None = None  # monotonic

    def answered(self) -> None:
        """Telegram is there."""
        self._lost_since = None

    async def failed(self, error: TelegramError) -> None:
        """Telegram was asked in vain; after a while the post is left."""
        if is_answer(error):
            self.answered()
            return
        now = time.monotonic()
        if self._lost_since is None:
            self._lost_since = now
        if now - self._lost_since >= self._leaves_s and self._post.fence is not None:
            log.warning("a post is left", extra={"action": "post_left", "post": self._post.name})
            await self._post.leave(self._rests_s)

    async def leading(self) -> int:
        """Wait until this process holds the post; meanwhile look whether Telegram is there again, if it was lost."""
        asked = 0
        while self._lost_since is not None:
            try:
                async with asyncio.timeout(ASKS_S[min(asked, len(ASKS_S) - 1)]):
                    return await self._post.leading()
            except TimeoutError:
                asked += 1
                if await self._is_there():
                    self.answered()
                    self._post.come_back()
        return await self._post.leading()

    async def _is_there(self) -> bool:
        try:
            await self._ask()
        except TelegramError as error:
            return is_answer(error)
        return True


def is_answer(error: TelegramError) -> bool:
    """Whether Telegram said something, be it no."""
    return isinstance(error, BadRequest | Refused) or not isinstance(error, NetworkError)
