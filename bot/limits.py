"""How much may be sent: Telegram's limits, kept before it has to say 429.

Laws (the Bot API's FAQ, "My bot is hitting limits"): about 30 messages a second over all, one a second into one chat with short
bursts allowed, 20 a minute into a group. Danger and answers are never held back, but they are counted; notices and the bulk get
what is left. Counted are all processes of the office: one row for each second of machine time.
"""

import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from models.office import SentSecond
from models.store import machine_now

SOON_S = 0.05  # the longest wait for a place, or for a chat that has just been written to
CHATS = 5_000  # so many are remembered before the rested ones are forgotten
KEPT_S = 3600  # seconds of which the count is kept, for whoever looks into a flood


@dataclass(frozen=True, slots=True)
class Limits:
    """What Telegram allows; the numbers of its FAQ, and a burst that it leaves open."""

    per_second: int = 30
    chat_per_second: float = 1.0
    chat_burst: int = 5
    group_per_second: float = 20 / 60


FAQ = Limits()
#: Where civil time is pushed, a day's messages fall into one second; nobody is bothered by them there.
UNPACED = Limits(per_second=1_000_000, chat_burst=1_000_000)


@dataclass(slots=True)
class Budget:
    """What is left of this second for all, and which chats have just been written to."""

    limits: Limits = FAQ
    monotonic: Callable[[], float] = time.monotonic
    _chats: dict[int, tuple[float, float]] = field(default_factory=dict)
    _landed: deque[float] = field(default_factory=deque)

    def left(self, session: Session, now: datetime) -> int:
        """How many notices may still go: the last second as a sliding window over two rows. `now` is machine time."""
        second, part = int(now.timestamp()), now.timestamp() % 1
        rows = select(SentSecond.second, SentSecond.messages).where(
            SentSecond.second.in_((second - 1, second))
        )
        sent = {row.second: row.messages for row in session.execute(rows)}
        before = sent.get(second - 1, 0) * (1 - part)
        return max(0, int(self.limits.per_second - before - sent.get(second, 0)))

    def slots(self, flying: int) -> int:
        """How many more may leave so that no second at Telegram, wherever it begins, has more than the limit.

        When a message arrived there nobody here knows: somewhere between its leaving and its answer. So its place is free again
        one second after the answer.
        """
        long_ago = self.monotonic() - 1.0
        while self._landed and self._landed[0] <= long_ago:
            self._landed.popleft()
        return max(0, self.limits.per_second - len(self._landed) - flying)

    def landed(self) -> None:
        """Telegram answered for a message, whatever it said."""
        self._landed.append(self.monotonic())

    def next_slot_s(self) -> float:
        """Seconds until the next place is free."""
        if not self._landed:
            return SOON_S
        return min(SOON_S, max(0.005, self._landed[0] + 1.0 - self.monotonic()))

    def spend(self, session: Session, messages: int, now: datetime) -> None:
        """So many are on their way."""
        if not messages:
            return
        sqlite_here = session.get_bind().dialect.name == "sqlite"
        insert = sqlite.insert if sqlite_here else postgresql.insert
        row = insert(SentSecond).values(second=int(now.timestamp()), messages=messages)
        session.execute(
            row.on_conflict_do_update(
                index_elements=[SentSecond.second],
                set_={"messages": SentSecond.messages + messages},
            )
        )

    def is_free(self, person_id: int) -> bool:
        """Whether a chat may get one more notice now."""
        return self._tokens(person_id) >= 1

    def written_to(self, person_id: int, chat_id: int | None) -> None:
        """A chat gets a message now."""
        group = chat_id is not None and chat_id < 0
        rate = self.limits.group_per_second if group else self.limits.chat_per_second
        cost = self.limits.chat_per_second / rate
        self._chats[person_id] = (self._tokens(person_id) - cost, self.monotonic())
        if len(self._chats) > CHATS:
            self._chats = {
                who: known
                for who, known in self._chats.items()
                if self._tokens(who) < self.limits.chat_burst
            }

    def _tokens(self, person_id: int) -> float:
        tokens, at = self._chats.get(person_id, (float(self.limits.chat_burst), 0.0))
        refilled = tokens + (self.monotonic() - at) * self.limits.chat_per_second
        return min(float(self.limits.chat_burst), refilled)

    def prune(self, session: Session) -> None:
        """Forget the counts of long ago."""
        long_ago = int(machine_now(session).timestamp()) - KEPT_S
        session.execute(delete(SentSecond).where(SentSecond.second < long_ago))
