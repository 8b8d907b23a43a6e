"""What the people of the soak do in an hour: many at once, each what the script has next for him.

Laws: people tap what is on their screens; so many act at once, and then all wait until the bots are at rest, as no tap may lie
at Telegram until it is too old. What could not be done is counted.
"""

import random
from collections.abc import Awaitable, Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import islice
from typing import TypeVar

from benchmarks.soak_clock import Pushed
from benchmarks.soak_hands import hand, kept, keys, offered, taps
from benchmarks.soak_office import Office
from benchmarks.soak_script import MATTERS, Dispute, Next, Way
from bot.sandbox.people import Person as Phone
from cases.workdays import civil
from handlers.buttons import Verb
from models.vocabulary import Role

#: People who act at once. A tap is forgotten after 150 s, and its button waits for 15 (bot/sandbox): so many are done before.
AT_ONCE = 100
PROMISED_AFTER = timedelta(days=9)

T = TypeVar("T")
R = TypeVar("R")


@dataclass
class Acts:
    """Everybody's hands."""

    office: Office
    pushed: Pushed
    chance: random.Random
    disputes: list[Dispute] = field(default_factory=list)
    missed: int = 0
    _live: list[Dispute] = field(default_factory=list)

    @property
    def unfinished(self) -> list[Dispute]:
        """Those whose script goes on."""
        self._live = [one for one in self._live if one.next is not Next.NOTHING]
        return self._live

    async def judges(self) -> None:
        await self._each(
            self.office.made.of(Role.JUDGE),
            lambda one: taps(self.office.phone(one.code), Verb.TAKE_ALL),
        )

    async def reports(self, arriving: Sequence[Way]) -> None:
        """A poster's code, one sentence, one tap."""
        for wave in _waves(arriving):
            fresh = [self._dispute(way) for way in wave]
            await self._each(fresh, lambda one: one.resident.starts(one.poster, settle=False))
            await self._each(fresh, lambda one: one.resident.says(one.matter, settle=False))
            submitted = await self._each(fresh, lambda one: taps(one.resident, Verb.SUBMIT))
            self.missed += submitted.count(False)
            self._registered(fresh)

    def _registered(self, fresh: list[Dispute]) -> None:
        self.disputes += fresh
        accounts = {one.resident.telegram_id: one for one in fresh}
        for account, case_id, assignment_id, handler in self.office.store.read(
            lambda session: session.execute(offered(set(accounts))).all()
        ):
            one = accounts[account or 0]
            one.case_id, one.assignment_id, one.handler = case_id, assignment_id, str(handler)
            one.begins()
            self._live.append(one)

    def _dispute(self, way: Way) -> Dispute:
        number = len(self.office.sandbox.people)
        language = self.chance.choice(("zh", "zh", "ko"))
        grid = self.chance.choice(self.chance.choice(self.office.made.wards).codes)
        resident = self.office.sandbox.person(
            f"resident_{number}", language_code="ko" if language == "ko" else "zh-hans"
        )
        matter = self.chance.choice(MATTERS[language])
        return Dispute(number, way, resident, f"g_{grid}_{language}", matter)

    async def handlers(self) -> None:
        """Everybody does one thing with each case: who is asked takes it, who has it calls, who has called settles."""
        settling: dict[str, Dispute] = {}  # one conversation at a time
        for one in self.unfinished:
            if one.next is Next.AGREE:
                settling.setdefault(one.handler, one)
        for wave in _waves([one for one in self.unfinished if one.next in _TAPPED]):
            await self._on_the_desk(wave)
            for one in await self._those(wave, self._handles):
                one.went_on()
        for wave in _waves(list(settling.values())):
            await self._settle(wave)

    async def _settle(self, wave: list[Dispute]) -> None:
        await self._on_the_desk(wave)
        promised = civil(self.office.sandbox.at).date() + PROMISED_AFTER
        words = f"对方{promised.month}月{promised.day}日前办好。"
        begun = await self._those(wave, self._handles)
        await self._each(begun, lambda one: self._at(one).says(words, settle=False))
        for one in await self._those(begun, lambda one: taps(self._at(one), Verb.AGREE_OK)):
            one.went_on(promised)

    async def residents(self) -> None:
        """Some end it themselves; when the promised day is over, some say whether it was kept."""
        today = civil(self.office.sandbox.at).date()
        for wave in _waves([one for one in self.unfinished if one.next is Next.WITHDRAW]):
            await self._each(wave, lambda one: one.resident.says("/my", settle=False))
            await self._each(wave, lambda one: taps(one.resident, Verb.WITHDRAW))
            for one in await self._those(wave, lambda one: taps(one.resident, Verb.WITHDRAW_OK)):
                one.went_on()
        for wave in _waves([one for one in self.unfinished if _is_asked(one, today)]):
            told = await self._those(
                wave, lambda one: taps(one.resident, Verb.KEPT, arg=kept(one))
            )
            broken = [one for one in told if one.way is Way.BROKEN]
            closing = [one for one in told if one.way is not Way.BROKEN]
            closed = await self._those(closing, lambda one: taps(one.resident, Verb.CLOSE_OK))
            for one in (*broken, *closed):
                one.went_on()

    # --- hands ---

    def _at(self, one: Dispute) -> Phone:
        return self.office.phone(one.handler)

    async def _handles(self, one: Dispute) -> bool:
        verb, wanted = hand(one)
        return await taps(self._at(one), verb, wanted)

    async def _on_the_desk(self, wanted: list[Dispute]) -> None:
        """What does not stand on the own screen any more (a list, an older card) is opened from the desk."""
        hidden = [one for one in wanted if next(keys(self._at(one), *hand(one)), None) is None]
        desks = {one.handler: one for one in hidden}.values()
        await self._each(desks, lambda one: self._at(one).says("/desk", settle=False))
        await self._each(hidden, lambda one: taps(self._at(one), Verb.OPEN, one.case_id))

    async def _those(
        self, wave: list[Dispute], does: Callable[[Dispute], Awaitable[bool]]
    ) -> list[Dispute]:
        """Whoever could do it."""
        done = await self._each(wave, does)
        return [one for one, has_done in zip(wave, done, strict=True) if has_done]

    async def _each(self, wave: Iterable[T], does: Callable[[T], Awaitable[R]]) -> list[R]:
        """All at once; then everything that this causes is said."""
        done = [await does(one) for one in wave]
        if any(done):
            await self.pushed.rest()
        return done


_TAPPED = frozenset({Next.TAKE, Next.REACH})


def _is_asked(one: Dispute, today: date) -> bool:
    return one.next is Next.ANSWER and one.promised is not None and one.promised < today


def _waves(everybody: Sequence[T]) -> Iterator[list[T]]:
    coming = iter(everybody)
    while wave := list(islice(coming, AT_ONCE)):
        yield wave
