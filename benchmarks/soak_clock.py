"""The clock of the soak: civil time is pushed from one due instant to the next, and after each step everything has fired.

Laws: a step passes no instant at which something is due by more than half an hour, and no midnight; before the next step the
bots are at rest. What did not fire in its step is counted, and so is what fired on another day than its own.
"""

from dataclasses import dataclass
from datetime import datetime, time, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from benchmarks.soak_office import Office
from bot.sandbox.clock import Answer
from cases.workdays import CIVIL, civil
from models.deadline import Deadline
from models.notice import Notice
from models.vocabulary import ClockState, NoticeState

STEP = timedelta(minutes=30)
_LAST_OF_DAY = time(23, 59, 59)


@dataclass
class Pushed:
    """Civil time as far as it was pushed, and what was seen on the way."""

    office: Office
    steps: int = 0
    late: int = 0
    """Rungs that had not fired when their step was over."""
    on_another_day: int = 0
    """Steps that ended on another day than what was due in them."""
    longest: timedelta = timedelta(0)
    """The longest that anything due waited for the end of its step."""
    _at_rest: Answer | None = None
    """What the bots said when they came to rest; nobody has done anything since."""

    async def until(self, goal: datetime) -> None:
        """Go on to an instant, by way of whatever is due before it."""
        sandbox = self.office.sandbox
        answer = self._at_rest or await sandbox.settle()
        while sandbox.at < goal:
            due = answer.next_due
            to = goal if due is None or due >= goal else min(step_from(sandbox.at, due), goal)
            await sandbox.clock.ask(to)
            answer = await sandbox.settle()
            self.steps += 1
            self.late += self.office.store.read(self._left_over)
            if due is not None and due <= to:
                self.longest = max(self.longest, to - due)
                self.on_another_day += civil(due).date() != civil(to).date()
        self._at_rest = answer

    async def rest(self) -> None:
        """All is said, also what was held back a moment for more words."""
        held = select(Notice.id).where(
            Notice.state == NoticeState.NEW, Notice.retry_at.is_not(None)
        )
        self._at_rest = await self.office.sandbox.settle()
        while self.office.store.read(lambda session: session.scalar(held.limit(1))) is not None:
            self._at_rest = await self.office.sandbox.settle()

    def _left_over(self, session: Session) -> int:
        """What should have fired by now and has not."""
        left = select(func.count()).where(
            Deadline.state == ClockState.RUNNING, Deadline.next_at <= self.office.sandbox.at
        )
        return session.scalar(left) or 0


def step_from(at: datetime, due: datetime) -> datetime:
    """To what is due; what follows within the half-hour, and on the same day, is taken along."""
    midnight = datetime.combine(civil(at).date(), _LAST_OF_DAY, CIVIL)
    if at >= midnight:
        midnight += timedelta(days=1)
    return max(due, min(at + STEP, midnight))
