"""Work for a human that no button of a case covers: listen, read, call, read aloud."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Code, Id, UtcDateTime
from models.sealed import Sealed
from models.vocabulary import TaskKind, TaskState


class Task(Base):
    """One piece of human work on a case, with its own clock; not done in time, it climbs."""

    __tablename__ = "task"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"), index=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    kind: Mapped[TaskKind] = mapped_column(Code(TaskKind))
    state: Mapped[TaskState] = mapped_column(Code(TaskState))
    facts: Mapped[dict[str, Any]] = mapped_column(Sealed("task.facts"))
    opened_at: Mapped[datetime] = mapped_column(UtcDateTime)
    done_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    done_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
