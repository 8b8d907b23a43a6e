"""Whether Telegram still brings updates here, asked by the one who holds the post of poller.

Laws: a webhook that is gone, or goes elsewhere, or at which updates are refused, is a trouble and never a silence; what Telegram
says is a trouble only while it is new, by machine time; not to know is none.
"""

import asyncio
import logging
import time
from collections.abc import Callable
from enum import StrEnum
from typing import Protocol
from urllib.parse import urlsplit

from telegram import WebhookInfo
from telegram.error import NetworkError, RetryAfter, TelegramError

from bot.leadership import Leadership

log = logging.getLogger(__name__)

ASKS_EVERY_S = 60.0
#: Telegram brings what was refused again within 120 s (tdlib/telegram-bot-api 10.0, WebhookActor), and we ask once a minute.
FRESH_S = 240.0


class Telegram(Protocol):
    """Who can be asked."""

    async def get_webhook_info(self) -> WebhookInfo: ...


class Deaf(StrEnum):
    """Why nothing is brought, for /health and the second way."""

    ELSEWHERE = "webhook_elsewhere"
    """No webhook is set, or it is another address."""
    SECRET = "webhook_secret"
    """Our replicas refuse what comes: Telegram has another secret."""
    FAILING = "webhook_failing"
    """Updates wait at Telegram, and bringing them fails."""
    REFUSED = "webhook_unknown"
    """Telegram does not tell us: it does not know the token any more."""


class WebhookWatch:
    """One process's look at what Telegram knows of the webhook."""

    def __init__(
        self,
        telegram: Telegram,
        url: str,
        post: Leadership,
        *,
        asks_every_s: float = ASKS_EVERY_S,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._telegram = telegram
        self._url = url
        self._post = post
        self._asks_every_s = asks_every_s
        self._monotonic = monotonic
        self._asked = False
        self._error: object = None  # when Telegram failed last, as it says
        self._error_seen = float("-inf")
        self.trouble: Deaf | None = None

    async def watch(self) -> None:
        """Ask again and again while holding the post. For ever."""
        while True:
            if self._post.fence is None:
                self.trouble = None  # whoever holds it asks
            await self._post.leading()
            await self.look()
            # whoever mends it wants to see that it is mended
            await asyncio.sleep(self._asks_every_s / (1 if self.trouble is None else 6))

    async def look(self) -> None:
        """Ask once. Where Telegram cannot be reached, that is what is wrong, and others say it."""
        try:
            info = await self._telegram.get_webhook_info()
        except (NetworkError, RetryAfter) as error:
            log.debug("what Telegram knows of the webhook is not known", exc_info=error)
            return
        except TelegramError as error:
            self._judged(Deaf.REFUSED, str(error))
            return
        self._judged(self._deaf(info), info.last_error_message or "")

    def _deaf(self, info: WebhookInfo) -> Deaf | None:
        if info.last_error_date != self._error and self._asked:
            self._error_seen = self._monotonic()
        self._error, self._asked = info.last_error_date, True
        if not is_at(info, self._url):
            return Deaf.ELSEWHERE
        is_fresh = self._monotonic() - self._error_seen < FRESH_S
        if not (info.pending_update_count and info.last_error_message and is_fresh):
            return None
        return Deaf.SECRET if is_secret_refused(info) else Deaf.FAILING

    def _judged(self, deaf: Deaf | None, why: str) -> None:
        if deaf is not None and deaf is not self.trouble:
            log.critical(
                "updates are not brought: gridwhistle check --online",
                extra={"action": deaf.value, "why": why},
            )
        self.trouble = deaf


def is_at(info: WebhookInfo, url: str) -> bool:
    """Whether this is where updates are brought; Telegram says it with a host in small letters and a path."""
    return _plain(info.url) == _plain(url)


def _plain(url: str) -> str:
    there = urlsplit(url)
    return there._replace(netloc=there.netloc.lower(), path=there.path or "/").geturl()


def is_secret_refused(info: WebhookInfo) -> bool:
    """Whether updates wait because our own door refuses them."""
    return bool(info.pending_update_count) and "403" in (info.last_error_message or "")
