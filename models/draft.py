"""What a person is in the middle of saying, and what they said and did not submit. It lives here and never in memory."""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Id, UtcDateTime
from models.sealed import Sealed


class Draft(Base):
    """A person's conversation: which question is open, and the answers so far.

    `turn` is the conversation's own turn, in its inline buttons. `key` is minted with each new report and makes its
    submit idempotent. `asked` is the number of the notice that asked the open question (notices may be forgotten
    sooner, so nothing points at it). `said_at` is when the last unsent word came, `next_at` when it is to be offered
    again or deleted.
    """

    __tablename__ = "draft"

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    step: Mapped[str] = mapped_column(String(60))
    answers: Mapped[dict[str, Any]] = mapped_column(Sealed("draft.answers"))
    key: Mapped[str] = mapped_column(String(36))
    turn: Mapped[int] = mapped_column(default=1)
    touched_at: Mapped[datetime] = mapped_column(UtcDateTime)
    asked: Mapped[int | None] = mapped_column(BigInteger)
    said_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    offered_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    next_at: Mapped[datetime | None] = mapped_column(UtcDateTime, index=True)


class Unsent(Base):
    """A report that was put aside before it was submitted; `turn` is that of the conversation it was said in."""

    __tablename__ = "unsent"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    answers: Mapped[dict[str, Any]] = mapped_column(Sealed("unsent.answers"))
    key: Mapped[str] = mapped_column(String(36))
    turn: Mapped[int]
    said_at: Mapped[datetime] = mapped_column(UtcDateTime)
    offered_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    next_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
