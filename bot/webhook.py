"""The door through which Telegram brings updates: answered 200 at commit, and 503 when the database cannot take one.

Laws: whoever does not know the secret learns nothing and reaches nothing; no more is read than an update can have; what is
answered 200 is done, or a row. Telegram brings again whatever was answered otherwise (tdlib/telegram-bot-api 10.0, WebhookActor).
"""

import hmac
import json
import logging
import time
from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import urlsplit

from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route

log = logging.getLogger(__name__)

WARNS_EVERY_S = 60.0  # anybody may knock
SECRET = "X-Telegram-Bot-Api-Secret-Token"
LARGEST_BYTES = (
    1 << 20
)  # an update holds one message of 4096 characters with what it quotes: far below
RETRY_AFTER_S = 5  # honoured up to 3600 s; at its second attempt Telegram would wait 2 s by itself

Take = Callable[[dict[str, Any]], Awaitable[bool]]
"""Works on an update; True when a row says that it is done or kept (bot.inbox.Inbox.take)."""


class TooLong(Exception):
    """A body has more bytes than an update can have; the rest was not read."""


class Door:
    """One route, at the path of the webhook's address."""

    def __init__(self, url: str, secret: str, take: Take) -> None:
        self._path = urlsplit(url).path or "/"
        self._secret = secret.encode()
        self._take = take
        self.taken = 0
        self.sent_back = 0
        self.turned_away = 0
        self._warned_at = float("-inf")

    def route(self) -> Route:
        return Route(self._path, self._knock, methods=["POST"])

    async def _knock(self, request: Request) -> Response:
        given = request.headers.get(SECRET, "").encode()
        if not hmac.compare_digest(given, self._secret):
            self._turn_away()
            return Response(status_code=403)
        try:
            raw = json.loads(await _body(request))
        except TooLong:
            log.warning("an update was too long", extra={"action": "update_too_long"})
            return Response(status_code=413)
        except (ValueError, ClientDisconnect):
            return Response(status_code=400)
        if not isinstance(raw, dict):
            return Response(status_code=400)
        if await self._take(raw):
            self.taken += 1
            return Response(status_code=200)
        self.sent_back += 1
        return Response(status_code=503, headers={"Retry-After": str(RETRY_AFTER_S)})

    def _turn_away(self) -> None:
        """Somebody without the secret: a stranger, or Telegram with another one (bot/webhook_watch.py tells which)."""
        self.turned_away += 1
        now = time.monotonic()
        if now - self._warned_at >= WARNS_EVERY_S:
            self._warned_at = now
            log.warning(
                "somebody knocked without the secret; should it be Telegram: gridwhistle webhook set",
                extra={"action": "secret_refused", "times": self.turned_away},
            )


async def _body(request: Request) -> bytes:
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > LARGEST_BYTES:
            raise TooLong
    return bytes(body)
