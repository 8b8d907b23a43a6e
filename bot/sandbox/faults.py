"""What may go wrong on the way to Telegram, on demand: refusals, delays, lost answers, an outage."""

from collections import deque
from dataclasses import dataclass, field
from enum import StrEnum


class FaultKind(StrEnum):
    """What happens to a call."""

    TOO_MANY = "429"
    SERVER_ERROR = "500"
    DELAY = "delay"
    DROPPED_BEFORE = "dropped_before"
    """The connection closes and nothing was accepted."""
    DROPPED_AFTER = "dropped_after"
    """The call took effect, and the connection closes without an answer."""


@dataclass(slots=True)
class Fault:
    """One thing that will go wrong, so many times (None: until healed)."""

    method: str
    kind: FaultKind
    times: int | None = 1
    chat_id: int | None = None
    retry_after: int = 5
    delay_s: float = 1.0

    def hits(self, method: str, chat_id: int | None) -> bool:
        """Whether this call is meant; `*` is every method but getUpdates."""
        named = self.method == method or (self.method == "*" and method != "getUpdates")
        return named and self.chat_id in {None, chat_id}


@dataclass(slots=True)
class Faults:
    """All faults in force, oldest first."""

    waiting: deque[Fault] = field(default_factory=deque)
    outage: bool = False
    struck: list[tuple[str, FaultKind]] = field(default_factory=list)
    """What has struck so far, in order."""

    def take(self, method: str, chat_id: int | None) -> Fault | None:
        """The fault that strikes this call, counted down."""
        for fault in self.waiting:
            if fault.hits(method, chat_id):
                if fault.times is not None:
                    fault.times -= 1
                    if fault.times == 0:
                        self.waiting.remove(fault)
                self.struck.append((method, fault.kind))
                return fault
        return None

    def heal(self) -> None:
        """Nothing goes wrong any more."""
        self.waiting.clear()
        self.outage = False
