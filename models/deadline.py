"""A clock as a row: a restart loses nothing, because nothing was in memory."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Code, Id, UtcDateTime
from models.vocabulary import Clock, ClockState


class Deadline(Base):
    """One running clock of a case.

    `rungs` is the whole ladder as computed at the start: [[action, instant], …]. `rung` counts those
    that have fired and `next_at` is the instant of the next one, so a beat reads one index.
    """

    __tablename__ = "deadline"
    __table_args__ = (
        Index("ix_deadline_due", "state", "next_at"),
        Index("ix_deadline_late", "state", "due_at"),
        # What runs in one case; without it SQLite walks over every clock that runs in the office.
        Index("ix_deadline_running", "case_id", "state", "next_at"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"), index=True)
    assignment_id: Mapped[int | None] = mapped_column(ForeignKey("assignment.id"))
    task_id: Mapped[int | None] = mapped_column(ForeignKey("task.id"), index=True)
    clock: Mapped[Clock] = mapped_column(Code(Clock))
    state: Mapped[ClockState] = mapped_column(Code(ClockState))
    started_at: Mapped[datetime] = mapped_column(UtcDateTime)
    due_at: Mapped[datetime] = mapped_column(UtcDateTime)
    rungs: Mapped[list[Any]] = mapped_column(JSON)
    rung: Mapped[int] = mapped_column(default=0)
    next_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    calendar: Mapped[str] = mapped_column(String(80))
    stopped_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    paused_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
