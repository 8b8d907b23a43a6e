"""What the office as a whole knows of itself: who leads, and what kind of database this is."""

from datetime import datetime

from sqlalchemy import BigInteger, String
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
    """A fact about this database: its nature (sandbox or live), and what is being done with it."""

    __tablename__ = "stamp"

    key: Mapped[str] = mapped_column(String(40), primary_key=True)
    value: Mapped[str] = mapped_column(String(200))


class SentSecond(Base):
    """How many messages all processes together gave to Telegram in one second of machine time (Unix seconds)."""

    __tablename__ = "sent_second"

    second: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    messages: Mapped[int]


class Pulse(Base):
    """When something was last done by any process, in machine time: "beat", "send"."""

    __tablename__ = "pulse"

    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
