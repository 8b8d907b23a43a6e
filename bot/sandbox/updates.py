"""The queue of updates between people and the bot, with Telegram's rules of offset, poller and age.

Laws: an update stays until a getUpdates with a higher offset confirms it, or until it is too old: 150 s
for a tap, 24 h for anything else, in machine time (tdlib/telegram-bot-api 10.0, Client.cpp `add_update`).
One poller at a time: a second one ends the first with 409. The filter of kinds works when an update is
made, not when it is fetched.
"""

import asyncio
import contextlib
from collections import deque
from dataclasses import dataclass

from bot.sandbox.clock import MachineClock
from bot.sandbox.refusal import JsonObject, Refusal

TAP_LIFE_S = 150.0
OTHER_LIFE_S = 24 * 3600.0
LONGEST_POLL_S = 50
LOOKS_S = 1.0  # between two looks whether something has become too old
ALL_BUT = frozenset({"chat_member", "message_reaction", "message_reaction_count"})
"""What a bot gets only when it asks for it."""


@dataclass(slots=True)
class Waiting:
    """An update not yet confirmed."""

    id: int
    kind: str
    wire: JsonObject
    dies_at: float
    again: bool = False
    """To be delivered once more although confirmed."""


class UpdateQueue:
    """The updates of one bot."""

    def __init__(self, first_id: int, machine: MachineClock) -> None:
        self.waiting: deque[Waiting] = deque()
        self.expired: list[JsonObject] = []
        """What Telegram forgot before the bot fetched it."""
        self.filtered: list[JsonObject] = []
        """What the bot's allowed_updates kept out."""
        self.delivered = 0
        self.confirmed = 0
        """Every update below this id has been fetched and confirmed."""
        self._next_id = first_id
        self._machine = machine
        self._allowed: frozenset[str] | None = None
        self._repeats: list[Waiting] = []
        self._repeats_out = False
        self._duplicate_next = 0
        self._poll = 0
        self._closed = False
        self._changed = asyncio.Condition()

    async def put(self, kind: str, payload: JsonObject) -> int:
        """Queue an update; gives its id."""
        async with self._changed:
            update_id = self._next_id
            self._next_id += 1
            wire: JsonObject = {"update_id": update_id, kind: payload}
            if not self._wanted(kind):
                self.filtered.append(wire)
                return update_id
            life = TAP_LIFE_S if kind == "callback_query" else OTHER_LIFE_S
            again = self._duplicate_next > 0
            self._duplicate_next -= again
            self.waiting.append(Waiting(update_id, kind, wire, self._machine.now() + life, again))
            self._changed.notify_all()
            return update_id

    def duplicate_next(self) -> None:
        """The next update will come a second time, after it was confirmed."""
        self._duplicate_next += 1

    async def fetch(
        self, *, offset: int, limit: int, wait_s: float, allowed: list[str] | None
    ) -> list[JsonObject]:
        """One getUpdates."""
        self.allow(allowed)
        async with self._changed:
            self._poll += 1
            mine = self._poll
            self._changed.notify_all()  # ends another poller's wait
            self._confirm(offset)
            try:
                async with asyncio.timeout(min(wait_s, LONGEST_POLL_S)):
                    await self._changed.wait_for(
                        lambda: self._closed or self._poll != mine or self._ready()
                    )
            except TimeoutError:
                return []
            if self._poll != mine:
                raise Refusal(
                    409,
                    "Conflict: terminated by other getUpdates request; "
                    "make sure that only one bot instance is running",
                )
            batch = self._batch(limit)
            self.delivered += len(batch)
            return batch

    def _wanted(self, kind: str) -> bool:
        return kind not in ALL_BUT if self._allowed is None else kind in self._allowed

    def _ready(self) -> bool:
        self.forget_old()
        return bool(self.waiting or self._repeats)

    def _batch(self, limit: int) -> list[JsonObject]:
        self._repeats_out = bool(self._repeats)
        chosen = [*self._repeats, *self.waiting]
        return [update.wire for update in chosen[:limit]]

    def _confirm(self, offset: int) -> None:
        if self._repeats_out:
            self._repeats.clear()
            self._repeats_out = False
        self.forget_old()
        self.confirmed = max(self.confirmed, offset)
        if offset < 0:
            while len(self.waiting) > -offset:
                self.waiting.popleft()
        while self.waiting and self.waiting[0].id < offset:
            done = self.waiting.popleft()
            if done.again:
                done.again = False
                self._repeats.append(done)
        self._changed.notify_all()

    def forget_old(self) -> None:
        """Drop what has outlived its life."""
        now = self._machine.now()
        if any(update.dies_at <= now for update in self.waiting):
            self.expired += [update.wire for update in self.waiting if update.dies_at <= now]
            self.waiting = deque(update for update in self.waiting if update.dies_at > now)

    def clear(self) -> None:
        """Drop everything (drop_pending_updates)."""
        self.waiting.clear()
        self._repeats.clear()

    @property
    def unconfirmed(self) -> int:
        """How many updates the bot has not yet confirmed."""
        self.forget_old()
        return len(self.waiting) + len(self._repeats)

    # Brought by a webhook, one by one and not in the order of their numbers

    def to_bring(self) -> list[Waiting]:
        """What has not been taken yet, oldest first."""
        self.forget_old()
        return [*self._repeats, *self.waiting]

    async def taken(self, update: Waiting) -> None:
        """The bot answered 2xx: this one is confirmed."""
        async with self._changed:
            if update in self._repeats:
                self._repeats.remove(update)
            elif update in self.waiting:
                self.waiting.remove(update)
                if update.again:
                    update.again = False
                    self._repeats.append(update)
            self.delivered += 1
            self._changed.notify_all()

    async def something_new(self, seen: int) -> int:
        """Wait until there is an update with a higher number than this; gives the number of the next one to come."""
        async with self._changed:
            await self._changed.wait_for(lambda: self._closed or self._next_id > seen)
            return self._next_id

    def allow(self, kinds: list[str] | None) -> None:
        """Which kinds are made for the bot from now on; None leaves it as it is."""
        if kinds is not None:
            self._allowed = frozenset(kinds) or None

    async def all_confirmed(self) -> None:
        """Wait, for ever, until the bot has confirmed everything, or it is forgotten: age rings no bell."""
        while self.unconfirmed:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(LOOKS_S), self._changed:
                    await self._changed.wait_for(lambda: self.unconfirmed == 0)

    async def hang_up(self) -> None:
        """End the wait of whoever polls."""
        async with self._changed:
            self._poll += 1
            self._changed.notify_all()

    async def close(self) -> None:
        """End all waiting for good."""
        async with self._changed:
            self._closed = True
            self._changed.notify_all()
