"""The days of the soak: who does what is on his phone at which hour, and when nobody reports any more.

Laws: everybody acts within two hours of a working day, as many at once as in a county; each day is looked over in the evening;
reports end when so much time is used that what was begun can still be lived to its end.
"""

import random
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from itertools import islice

from benchmarks.soak_acts import Acts
from benchmarks.soak_clock import Pushed
from benchmarks.soak_costs import Costs
from benchmarks.soak_office import Office
from benchmarks.soak_script import Dispute, Next, Way, ways
from cases.workdays import CIVIL, YANBIAN, civil
from tests.stories.county import clockless, ownerless

JUDGES_LOOK = time(8, 40)  # after the card of 08:30
HOURS = (time(9, 40), time(15, 0))
#: So long after the promised day somebody's script is given up: it cannot go on.
GIVEN_UP = timedelta(days=6)


@dataclass
class Soak:
    """Who is there, and what has been seen so far."""

    office: Office
    chance: random.Random
    number: int
    ownerless: int = 0
    clockless: int = 0
    given_up: int = 0
    pushed: Pushed = field(init=False)
    acts: Acts = field(init=False)
    costs: Costs = field(init=False)

    def __post_init__(self) -> None:
        self.pushed = Pushed(self.office)
        self.acts = Acts(self.office, self.pushed, self.chance)
        self.costs = Costs(self.office)

    @property
    def disputes(self) -> list[Dispute]:
        return self.acts.disputes

    @property
    def missed(self) -> int:
        return self.acts.missed + self.given_up

    @property
    def reporting_days(self) -> int:
        return sum(one.reported > 0 for one in self.costs.days)

    async def play(self, a_day: int, *, seconds: float, afterwards: timedelta) -> None:
        """Days with reports, days without, and what is left to fire; within so many seconds, as far as can be foreseen."""
        coming = iter(ways(self.number, self.chance))
        day = civil(self.office.sandbox.at).date()
        while self.costs.can_end_within(seconds) and (arriving := list(islice(coming, a_day))):
            await self._working_day(day, arriving)
            day = _next_working(day)
        while self.acts.unfinished and not self._gives_up(day):
            await self._working_day(day, [])
            day = _next_working(day)
        await self.pushed.until(datetime.combine(day, time(9), CIVIL) + afterwards)
        self.costs.over(day, 0)

    async def _working_day(self, day: date, arriving: list[Way]) -> None:
        await self.pushed.until(datetime.combine(day, JUDGES_LOOK, CIVIL))
        await self.acts.judges()
        for hour, half in zip(HOURS, (arriving[::2], arriving[1::2]), strict=True):
            await self.pushed.until(datetime.combine(day, hour, CIVIL))
            await self.acts.reports(half)
            await self.acts.handlers()
            await self.acts.residents()
        self._look()
        print(self.costs.over(day, len(arriving)).line(len(self.disputes)), flush=True)

    def _look(self) -> None:
        """Laws 2 and 4, over every open case."""
        self.ownerless += len(self.office.store.read(ownerless))
        self.clockless += len(self.office.store.read(clockless))

    def _gives_up(self, day: date) -> bool:
        """Whoever should have answered long ago never will."""
        unfinished = self.acts.unfinished
        asked = [one.promised for one in unfinished if one.next is Next.ANSWER and one.promised]
        if not asked or min(asked) + GIVEN_UP >= day:
            return False
        self.given_up = len(unfinished)
        return True


def _next_working(day: date) -> date:
    day += timedelta(days=1)
    while not YANBIAN.is_working(day):
        day += timedelta(days=1)
    return day
