"""Who stands ready in which hours (值班表); and how often an account typed a joining code that was none."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.area import Area
from models.base import Base, Code, Id, UtcDateTime
from models.person import Person
from models.vocabulary import Role


class Shift(Base):
    """Somebody of the roster stands ready for an area: from an instant until another, which is no longer in it.

    A shift makes nobody a judge: it counts only while its person holds such a duty (cases/on_duty.py).
    """

    __tablename__ = "shift"
    __table_args__ = (Index("ix_shift_area_id_ends", "area_id", "ends"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    area_id: Mapped[int] = mapped_column(ForeignKey("area.id"))
    role: Mapped[Role] = mapped_column(Code(Role))
    starts: Mapped[datetime] = mapped_column(UtcDateTime)
    ends: Mapped[datetime] = mapped_column(UtcDateTime)
    person: Mapped[Person] = relationship()
    area: Mapped[Area] = relationship()


class JoiningTries(Base):
    """Wrong joining codes that an account typed, one after the other: from the fifth on it is locked for a while."""

    __tablename__ = "joining_tries"

    person_id: Mapped[int] = mapped_column(Id, primary_key=True, autoincrement=False)
    wrong: Mapped[int]
    #: When the last wrong one was typed: after a day it is forgotten, and with it what was locked.
    last_at: Mapped[datetime | None] = mapped_column("locked_at", UtcDateTime)
