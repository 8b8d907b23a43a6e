"""What the office as a whole knows of itself: who leads, and what kind of database this is."""

from datetime import datetime

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, UtcDateTime


class Office(Base):
    """A post that only one process may hold at a time. `fence` grows with each new holder."""

    __tablename__ = "office"

    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    holder: Mapped[str] = mapped_column(String(120))
    until: Mapped[datetime] = mapped_column(UtcDateTime)
    fence: Mapped[int]


class Stamp(Base):
    """A fact about this database, fixed at birth ("nature" = sandbox or live)."""

    __tablename__ = "stamp"

    key: Mapped[str] = mapped_column(String(40), primary_key=True)
    value: Mapped[str] = mapped_column(String(200))
