"""What a day has left behind, counted in the database: cases, clocks, notices, and whether anything was left unanswered."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import TypeVar

from sqlalchemy import func, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from bot.terms import CLOCK_STATES, NOTICE_STATES, Term, stage
from cases.views import number_of
from models.assignment import Assignment
from models.case import Case
from models.deadline import Deadline
from models.event import Event
from models.notice import Notice
from models.update_in import UpdateIn
from models.vocabulary import ClockState, NoticeState, Stage, UpdateState

C = TypeVar("C", bound=StrEnum)

#: States in which a notice that was due has not reached its reader.
_NOT_SAID = (
    NoticeState.NEW,
    NoticeState.SENDING,
    NoticeState.UNKNOWN,
    NoticeState.UNREACHABLE,
    NoticeState.FAILED,
)


@dataclass(frozen=True, slots=True)
class Tally:
    """The counts, and what is not as it must be (nothing, on a good day)."""

    cases: dict[Stage, int]
    clocks: dict[ClockState, int]
    notices: dict[NoticeState, int]
    updates: int
    events: int
    wrong: tuple[str, ...]

    def lines(self) -> Iterator[str]:
        """The counts in words, Chinese first."""
        yield f"案件 사건: {_counted(self.cases, {code: stage(code) for code in Stage})}"
        yield f"计时 시한: {_counted(self.clocks, CLOCK_STATES)}"
        yield f"通知 통지: {_counted(self.notices, NOTICE_STATES)}"
        yield f"收到 받은 통보: {self.updates}"
        if self.wrong:
            yield from self.wrong
        else:
            yield f"经过 경과: {self.events}, 无缺号 빠진 번호 없음"
            yield "没有未答复的 대답하지 않은것이 없습니다 (nothing unanswered)"


def tally(session: Session, now: datetime) -> Tally:
    """Count everything."""
    return Tally(
        cases=_grouped(session, Case.stage),
        clocks=_grouped(session, Deadline.state),
        notices=_grouped(session, Notice.state),
        updates=session.scalar(select(func.count()).select_from(UpdateIn)) or 0,
        events=session.scalar(select(func.count()).select_from(Event)) or 0,
        wrong=tuple(_wrong(session, now)),
    )


def _grouped(session: Session, column: InstrumentedAttribute[C]) -> dict[C, int]:
    rows = session.execute(select(column, func.count()).group_by(column).order_by(column))
    return dict(rows.tuples().all())


def _wrong(session: Session, now: datetime) -> Iterator[str]:
    waiting = session.scalars(select(UpdateIn).where(UpdateIn.state != UpdateState.DONE)).all()
    for update in waiting:
        yield f"update {update.update_id} is {update.state}"
    unsaid = select(Notice).where(Notice.state.in_(_NOT_SAID), Notice.due_at <= now)
    for notice in session.scalars(unsaid):
        yield f"notice {notice.id} ({notice.kind}) is {notice.state}: {notice.reason or 'due'}"
    for case in session.scalars(select(Case).order_by(Case.id)):
        yield from _wrong_in(session, case)


def _wrong_in(session: Session, case: Case) -> Iterator[str]:
    short = number_of(case).short
    sequences = session.scalars(
        select(Event.sequence).where(Event.case_id == case.id).order_by(Event.sequence)
    ).all()
    if list(sequences) != list(range(1, len(sequences) + 1)):
        yield f"{short}: the journal has gaps"
    running = session.scalars(
        select(Deadline.id).where(
            Deadline.case_id == case.id, Deadline.state == ClockState.RUNNING
        )
    ).all()
    if case.is_open and not running:
        yield f"{short}: open, and no clock runs (law 4)"
    if not case.is_open and running:
        yield f"{short}: closed, and a clock runs (law 4)"
    owners = session.scalars(select(Assignment).where(Assignment.case_id == case.id))
    if case.is_open and not any(owner.is_live for owner in owners):
        yield f"{short}: nobody's (law 2)"


def _counted(counts: Mapping[C, int], words: Mapping[C, Term]) -> str:
    return ", ".join(f"{words[code]} {count}" for code, count in counts.items()) or "0"
