"""Telegram's limits on sending, kept by the sandbox when they are switched on: 429 with the seconds to wait.

The FAQ gives the rates ("about 30 a second", "one a second into one chat, short bursts allowed", "20 a minute into a group"), not the
length of a burst: ten is assumed. Answers to whoever wrote within the last minute are not bulk, and are only counted per chat.
"""

import math
from collections import deque
from dataclasses import dataclass, field

from bot.sandbox.clock import MachineClock
from bot.sandbox.refusal import too_many

PER_SECOND = 30
CHAT_PER_SECOND, CHAT_BURST = 1.0, 10
GROUP_PER_MINUTE = 20
ANSWER_WITHIN_S = 60.0
LIMITED = ("send", "copyMessage", "editMessageText")


@dataclass
class Rates:
    """Who has been sent how much lately."""

    machine: MachineClock
    on: bool = False
    refused: int = 0
    _bulk: deque[float] = field(default_factory=deque)
    _chats: dict[int, tuple[float, float]] = field(default_factory=dict)
    _wrote: dict[int, float] = field(default_factory=dict)

    def wrote(self, chat_id: int) -> None:
        """A person wrote or tapped."""
        self._wrote[chat_id] = self.machine.now()

    def pass_on(self, method: str, chat_id: int | None) -> None:
        """Let a call through, or refuse it with 429.

        Raises:
            Refusal: a limit is passed.
        """
        if not self.on or chat_id is None or not method.startswith(LIMITED):
            return
        now = self.machine.now()
        wait_s = max(self._chat_wait(chat_id, now), self._bulk_wait(chat_id, now))
        if wait_s > 0:
            self.refused += 1
            raise too_many(math.ceil(wait_s))
        tokens, at = self._chats.get(chat_id, (float(CHAT_BURST), now))
        self._chats[chat_id] = (self._filled(chat_id, tokens, at, now) - 1, now)
        if not self._answers(chat_id, now):
            self._bulk.append(now)

    def _chat_wait(self, chat_id: int, now: float) -> float:
        tokens, at = self._chats.get(chat_id, (float(CHAT_BURST), now))
        lacking = 1 - self._filled(chat_id, tokens, at, now)
        return lacking / _rate(chat_id) if lacking > 0 else 0.0

    def _bulk_wait(self, chat_id: int, now: float) -> float:
        while self._bulk and self._bulk[0] <= now - 1.0:
            self._bulk.popleft()
        if self._answers(chat_id, now) or len(self._bulk) < PER_SECOND:
            return 0.0
        return self._bulk[0] + 1.0 - now

    def _filled(self, chat_id: int, tokens: float, at: float, now: float) -> float:
        most = GROUP_PER_MINUTE if chat_id < 0 else CHAT_BURST
        return min(float(most), tokens + (now - at) * _rate(chat_id))

    def _answers(self, chat_id: int, now: float) -> bool:
        return now - self._wrote.get(chat_id, -ANSWER_WITHIN_S) < ANSWER_WITHIN_S


def _rate(chat_id: int) -> float:
    return GROUP_PER_MINUTE / 60 if chat_id < 0 else CHAT_PER_SECOND
