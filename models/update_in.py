"""Everything that comes in, as a row before it is confirmed."""

from datetime import datetime

from sqlalchemy import BigInteger, Index
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Code, UtcDateTime
from models.sealed import Sealed
from models.vocabulary import UpdateState


class UpdateIn(Base):
    """One raw update, keyed by bot and update id: a new token or a quiet week starts other numbers.

    All instants are machine time. `raw` is emptied when the update is done; a dead one keeps it.
    `message_id` stays, so that a person in danger can have the whole conversation deleted. Before `retry_at` a row that
    failed is still with the process that failed with it.
    """

    __tablename__ = "update_in"
    __table_args__ = (Index("ix_update_in_open", "state", "bot_id", "update_id"),)

    bot_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    update_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    chat_id: Mapped[int | None] = mapped_column(BigInteger)
    message_id: Mapped[int | None] = mapped_column(BigInteger)
    state: Mapped[UpdateState] = mapped_column(Code(UpdateState))
    attempts: Mapped[int] = mapped_column(default=0)
    raw: Mapped[str | None] = mapped_column(Sealed("update_in.raw"))
    received_at: Mapped[datetime] = mapped_column(UtcDateTime)
    done_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    retry_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
