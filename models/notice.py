"""Everything that is said, as a row before it is sent."""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Base, Code, Id, UtcDateTime
from models.person import Person
from models.sealed import Sealed
from models.vocabulary import NoticeState, Urgent


class Notice(Base):
    """One message to one person: a kind and facts, never a text; the text is made at sending.

    `due_at` is civil time (quiet hours); `retry_at` and `sending_since` are machine time (back-off, lease).
    `list_id` is the notice in whose list this one stands instead of being sent (cases/quota.py).
    `fence` is the leadership under which a sender claimed it. `edit_message_id` makes it an edit.
    """

    __tablename__ = "notice"
    __table_args__ = (
        Index("ix_notice_to_send", "state", "urgent", "id"),
        Index("ix_notice_message", "person_id", "message_id"),
        Index("ix_notice_of_day", "person_id", "due_at"),
        Index("ix_notice_list", "list_id"),
        # What somebody is still to be told, however much was told before.
        Index("ix_notice_unsent", "person_id", "state"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    case_id: Mapped[int | None] = mapped_column(ForeignKey("case.id"), index=True)
    kind: Mapped[str] = mapped_column(String(60))
    urgent: Mapped[Urgent] = mapped_column(Code(Urgent))
    is_screen: Mapped[bool] = mapped_column(default=False)
    silent: Mapped[bool] = mapped_column(default=False)
    facts: Mapped[dict[str, Any]] = mapped_column(Sealed("notice.facts"))
    dedupe: Mapped[str | None] = mapped_column(String(160), unique=True)
    state: Mapped[NoticeState] = mapped_column(Code(NoticeState))
    repeated: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    due_at: Mapped[datetime] = mapped_column(UtcDateTime)
    attempts: Mapped[int] = mapped_column(default=0)
    retry_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    sending_since: Mapped[datetime | None] = mapped_column(UtcDateTime)
    fence: Mapped[int] = mapped_column(default=0)
    edit_message_id: Mapped[int | None] = mapped_column(BigInteger)
    message_id: Mapped[int | None] = mapped_column(BigInteger)
    sent_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    text: Mapped[str | None] = mapped_column(Sealed("notice.text"))
    reason: Mapped[str | None] = mapped_column(String(200))
    list_id: Mapped[int | None] = mapped_column(BigInteger)
    person: Mapped[Person] = relationship()
