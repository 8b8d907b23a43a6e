"""The back office: the passes by which an administrator comes in, and the record of what was changed on the roster.

Laws: here a secret is never kept, only its digest (the message that shows a link keeps it in its facts, sealed, as any
message does); a record is append-only (triggers refuse change and deletion; its facts
may only be emptied).
"""

from datetime import datetime
from typing import Any

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Code, Id, UtcDateTime
from models.sealed import Sealed
from models.vocabulary import RosterChange


class BackOfficePass(Base):
    """One link of one administrator, good once and for minutes; opened, it is his session until it ends."""

    __tablename__ = "back_office_pass"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    person_id: Mapped[int] = mapped_column(Id, index=True)
    digest: Mapped[str] = mapped_column(String(64), unique=True)
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
    opened_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    #: Of the secret that the browser keeps, which is another one than the link's.
    session: Mapped[str | None] = mapped_column(String(64), unique=True)
    seen_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class RosterRecord(Base):
    """One change of an area, a person or a duty: who, when, and each value from what to what."""

    __tablename__ = "roster_record"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    actor_id: Mapped[int | None] = mapped_column(Id)
    kind: Mapped[RosterChange] = mapped_column(Code(RosterChange))
    person_id: Mapped[int | None] = mapped_column(Id, index=True)
    area_id: Mapped[int | None] = mapped_column(Id, index=True)
    facts: Mapped[dict[str, Any] | None] = mapped_column(Sealed("roster_record.facts"))
