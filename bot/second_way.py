"""The second way: how the duty desk is told what Telegram or the database cannot.

Law: whether it was said is known to whoever says it; a way that is closed stops nothing.
"""

import logging
from dataclasses import dataclass
from typing import Any

import aiohttp

from bot.settings import AlarmFormat

log = logging.getLogger(__name__)

PATIENCE_S = 10.0  # for an answer


@dataclass(slots=True)
class SecondWay:
    """How somebody is told when Telegram or the database is what fails."""

    url: str
    format: AlarmFormat
    who: str = ""
    """Which replica speaks."""

    async def tell(self, words: str) -> bool:
        """Log it, and post it to the address, best effort; whether it was said. Without an address the log says it."""
        words = f"{words} [{self.who}]" if self.who else words
        log.critical(words, extra={"action": "dead_man"})
        if not self.url:
            return True
        robot: dict[str, Any] = {"json": {"msgtype": "text", "text": {"content": words}}}
        how = robot if self.format is AlarmFormat.GROUP_ROBOT else {"data": words.encode()}
        try:
            async with (
                aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=PATIENCE_S)) as session,
                session.post(self.url, **how) as answer,
            ):
                answer.raise_for_status()
                return await self._heed(answer)
        except (aiohttp.ClientError, OSError, TimeoutError) as error:
            log.exception(
                "the second way is closed too",
                extra={"action": "alarm_unsaid", "why": type(error).__name__},
            )
            return False

    async def _heed(self, answer: aiohttp.ClientResponse) -> bool:
        """A group robot refuses with 200 and a number: 企业微信 and 钉钉 say 0 only when it was posted."""
        if self.format is not AlarmFormat.GROUP_ROBOT:
            return True
        try:
            said = await answer.json(content_type=None)
        except ValueError:
            return True
        code = said.get("errcode", 0) if isinstance(said, dict) else 0
        if code != 0:
            log.error(
                "the second way refuses what it is told",
                extra={"action": "alarm_unsaid", "why": f"errcode {code}"},
            )
        return bool(code == 0)
