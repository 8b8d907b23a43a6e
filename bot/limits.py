"""How much may be sent: Telegram's limits, kept before it has to say 429.

Laws (the Bot API's FAQ, "My bot is hitting limits"): about 30 messages a second over all, one a second into one chat with short
bursts allowed, 20 a minute into a group. Answers are never held back, but they are counted; danger takes the first place that is free,
before all others; notices and the bulk get what is left. Counted are all processes of the office: one row for each second of machine time.
"""

import asyncio
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from itertools import takewhile
from math import ceil

from sqlalchemy import Insert, delete, select
from sqlalchemy.orm import Session

from models.office import SentSecond
from models.rows import insert_into
from models.store import machine_now
from models.vocabulary import PRESSING, Urgent

SOON_S = 0.05  # the longest wait for a place, or for a chat that has just been written to
#: Danger waits no longer for a place: a refusal would cost it more, but whether there would be one nobody knows.
DANGER_WAITS_S = 1.0
LANDING_S = 0.02  # between two looks while all places are taken by what is still on its way
#: So long before its place is free a notice is claimed and looked up, so that the place is not waited for.
AHEAD_S = 0.25
#: So many round trips must be known, and so many are remembered, to tell how far away Telegram is.
ROUND_TRIPS = (60, 200)
#: Notices behind one another without a pause, when some came late; else they leave evenly.
AT_A_TIME = 10
#: This part of the shortest round trip is believed: there and back need not take equally long, nor as long as before.
SURELY = 0.5
GROUP_BURST = 5  # answers to commands in a group that may come at once
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
    _groups: dict[int, tuple[float, float]] = field(default_factory=dict)
    _landed: deque[float] = field(default_factory=deque)
    _trips: deque[float] = field(default_factory=lambda: deque(maxlen=ROUND_TRIPS[1]))
    _own: dict[int, int] = field(default_factory=dict)  # claimed by this process, by second
    _promised: int = 0  # claimed, and not yet on their way
    _away: int = 0  # on their way
    _in_danger: int = 0  # danger that waits for a place: the next ones are its
    _by_others: int = 0  # of this second, when it was last looked at
    _offered: int = 0  # places that were free then, and were not claimed
    _next_at: float = 0.0  # when the next notice leaves, were there always one

    def left(self, session: Session, now: datetime) -> int:
        """What others leave of this second: a sliding window over two rows. `now` is machine time.

        What this process claimed is known to the message, and is not counted by rows (slots).
        """
        second, part = int(now.timestamp()), now.timestamp() % 1
        rows = select(SentSecond.second, SentSecond.messages).where(
            SentSecond.second.in_((second - 1, second))
        )
        sent = {
            row.second: max(0, row.messages - self._own.get(row.second, 0))
            for row in session.execute(rows)
        }
        before = sent.get(second - 1, 0) * (1 - part)
        left: int = ceil(self.limits.per_second - before - sent.get(second, 0))
        return max(0, left)

    def slots(self, left: int) -> int:
        """How many more notices may be claimed, to leave as soon as there is a place for each.

        No second at Telegram, wherever it begins, may have more than the limit. When a message arrived there nobody here knows:
        somewhere between its leaving and its answer. So its place is free again one second after the answer, less what the way
        there and back surely takes: the next message is on its way so long before it arrives.
        """
        self._by_others = self.limits.per_second - left
        self._offered = self._free()
        return self._offered

    def _free(self) -> int:
        self._forget_landed()
        soon = self.monotonic() + AHEAD_S - self._held_s()
        free_soon = sum(1 for _ in takewhile(lambda at: at <= soon, self._landed))
        taken = len(self._landed) - free_soon + self._away + self._by_others
        evenly = int((self.monotonic() + AHEAD_S - self._pace_at()) * self.limits.per_second) + 1
        return max(0, min(self.limits.per_second - taken, evenly) - self._promised)

    def promise(self, messages: int, counted_at: datetime | None = None) -> None:
        """So many were claimed, and counted in the rows then; each takes its place before it leaves.

        Only after the claim is committed: what was rolled back would hide other processes' messages.
        """
        self._promised += messages
        self._offered -= messages
        if counted_at is not None:
            second = int(counted_at.timestamp())
            lately = {at: sent for at, sent in self._own.items() if at >= second - 1}
            self._own = lately | {second: lately.get(second, 0) + messages}

    async def place(self, urgent: Urgent) -> float:
        """Leave as soon as one may, answers at once; gives when that was."""
        try:
            if urgent is Urgent.RED:
                await self._danger_waits()
            elif urgent is not Urgent.ANSWER:
                await self._others_wait()
        finally:
            self._promised -= 1
        self._away += 1
        if urgent not in PRESSING:
            self._next_at = self._pace_at() + 1 / self.limits.per_second
        return self.monotonic()

    async def _danger_waits(self) -> None:
        """Until a full second has a place again. Where all hang, no place is waited for."""
        ends = self.monotonic() + DANGER_WAITS_S
        self._in_danger += 1
        try:
            while (wait_s := self._full_for_s()) and self.monotonic() + wait_s <= ends:  # noqa: ASYNC110 - time rings no bell
                await asyncio.sleep(wait_s)
        finally:
            self._in_danger -= 1

    async def _others_wait(self) -> None:
        while (wait_s := self._place_in_s()) > 0:  # noqa: ASYNC110 - time rings no bell
            await asyncio.sleep(wait_s)

    def unused(self) -> None:
        """A place was taken, and nothing left: it is free again."""
        self._away -= 1

    @property
    def under_way(self) -> int:
        """How many were claimed by this process and have no answer yet."""
        return self._promised + self._away

    def landed(self, left_at: float | None = None) -> None:
        """Telegram answered for a message that left then (None: that is not known), whatever it said."""
        now = self.monotonic()
        self._away -= 1
        self._landed.append(now)
        if left_at is not None:
            self._trips.append(now - left_at)

    def next_slot_s(self) -> float:
        """Seconds until another notice may be claimed: a short wait only where the next place is what is waited for.

        Where places were offered and not claimed, a chat rests; where others fill the second, it ends; where all hang, an
        answer wakes the sender.
        """
        self._forget_landed()
        before = len(self._landed) + self._away + self._promised - self.limits.per_second
        free_at = self._pace_at() + self._promised / self.limits.per_second
        if 0 <= before < len(self._landed):
            free_at = max(free_at, self._landed[before] + self._held_s())
        wait_s = free_at - AHEAD_S - self.monotonic()
        if wait_s <= 0 and (self._offered > 0 or self._free() <= 0):
            return SOON_S
        return min(SOON_S, max(0.005, wait_s))

    def _place_in_s(self) -> float:
        wait_s = LANDING_S if self._in_danger else self._pace_at() - self.monotonic()
        if self._is_full:
            wait_s = max(wait_s, self._full_for_s() or LANDING_S)
        return wait_s

    def _full_for_s(self) -> float:
        """Seconds until a place is free that an answered message still holds; 0 when one is free, or only calls that hang hold them."""
        if not self._is_full or not self._landed:
            return 0.0
        return max(self._landed[0] + self._held_s() - self.monotonic(), 0.001)

    @property
    def _is_full(self) -> bool:
        self._forget_landed()
        return len(self._landed) + self._away >= self.limits.per_second

    def _pace_at(self) -> float:
        return max(self._next_at, self.monotonic() - AT_A_TIME / self.limits.per_second)

    def _held_s(self) -> float:
        """How long after its answer a message still holds its place."""
        return 1.0 - (SURELY * min(self._trips) if len(self._trips) >= ROUND_TRIPS[0] else 0.0)

    def _forget_landed(self) -> None:
        long_ago = self.monotonic() - self._held_s()
        while self._landed and self._landed[0] <= long_ago:
            self._landed.popleft()

    def spend(self, session: Session, messages: int, now: datetime) -> None:
        """So many are on their way: count them for all processes of the office."""
        if not messages:
            return
        counting = _counting(session.get_bind().dialect.name)
        session.execute(counting, {"second": int(now.timestamp()), "messages": messages})

    def is_free(self, person_id: int) -> bool:
        """Whether a chat may get one more notice now."""
        return self._tokens(person_id) >= 1

    def written_to(self, person_id: int) -> None:
        """A person's chat gets a message now; a group's: takes_in_group."""
        self._chats[person_id] = (self._tokens(person_id) - 1, self.monotonic())
        if len(self._chats) > CHATS:
            self._chats = {
                who: known
                for who, known in self._chats.items()
                if self._tokens(who) < self.limits.chat_burst
            }

    def takes_in_group(self, chat_id: int) -> bool:
        """Take one of the few messages that this group may get from here; False when none is left, and nothing is to be said."""
        left = self._left_in_group(chat_id)
        if left < 1:
            return False
        self._groups[chat_id] = (left - 1, self.monotonic())
        if len(self._groups) > CHATS:
            self._groups = {
                who: known
                for who, known in self._groups.items()
                if self._left_in_group(who) < GROUP_BURST
            }
        return True

    def rests(self, chat_id: int, told_s: float) -> None:
        """Telegram wants this group to be left alone for so long."""
        lacking = 1 - told_s * self._group_refill
        left = min(lacking, self._left_in_group(chat_id))
        self._groups[chat_id] = (left, self.monotonic())

    def _left_in_group(self, chat_id: int) -> float:
        left, at = self._groups.get(chat_id, (float(GROUP_BURST), 0.0))
        return min(float(GROUP_BURST), left + (self.monotonic() - at) * self._group_refill)

    @property
    def _group_refill(self) -> float:
        """So many a second that, with a burst at the beginning, no minute has more than the limit."""
        return self.limits.group_per_second - GROUP_BURST / 60

    def _tokens(self, person_id: int) -> float:
        tokens, at = self._chats.get(person_id, (float(self.limits.chat_burst), 0.0))
        refilled = tokens + (self.monotonic() - at) * self.limits.chat_per_second
        return min(float(self.limits.chat_burst), refilled)

    def prune(self, session: Session) -> None:
        """Forget the counts of long ago."""
        long_ago = int(machine_now(session).timestamp()) - KEPT_S
        session.execute(delete(SentSecond).where(SentSecond.second < long_ago))


@cache
def _counting(dialect: str) -> Insert:
    """So many messages more in a second."""
    row = insert_into(SentSecond, dialect)
    more = SentSecond.messages + row.excluded.messages
    return row.on_conflict_do_update(index_elements=[SentSecond.second], set_={"messages": more})
