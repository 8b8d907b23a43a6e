"""What a person is in the middle of saying. It lives here and never in memory."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, UtcDateTime
from models.sealed import Sealed


class Draft(Base):
    """A person's conversation: which question is open, and the answers so far.

    `turn` is the conversation's own turn, in its inline buttons. `key` is minted with each new
    report and makes its submit idempotent.
    """

    __tablename__ = "draft"

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    step: Mapped[str] = mapped_column(String(60))
    answers: Mapped[dict[str, Any]] = mapped_column(Sealed("draft.answers"))
    key: Mapped[str] = mapped_column(String(36))
    turn: Mapped[int] = mapped_column(default=1)
    touched_at: Mapped[datetime] = mapped_column(UtcDateTime)
