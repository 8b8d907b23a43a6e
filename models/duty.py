"""Who answers for which area, in which role, from when until when; and who is away."""

from datetime import date, datetime

from sqlalchemy import JSON, Date, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.area import Area
from models.base import Base, Code, Id, UtcDateTime
from models.person import Person
from models.vocabulary import Role, Station


class Duty(Base):
    """One duty of one person. `rank` 1 answers first, 2 is the deputy, and so on.

    `categories` narrows the duty to those kinds of dispute (empty = all); `languages` are the
    languages the person works in; `station` is the office that sends the person, where it matters.
    """

    __tablename__ = "duty"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    area_id: Mapped[int] = mapped_column(ForeignKey("area.id"), index=True)
    role: Mapped[Role] = mapped_column(Code(Role))
    station: Mapped[Station | None] = mapped_column(Code(Station))
    categories: Mapped[list[str]] = mapped_column(JSON, default=list)
    languages: Mapped[list[str]] = mapped_column(JSON, default=list)
    rank: Mapped[int] = mapped_column(default=1)
    starts: Mapped[date] = mapped_column(Date)
    ends: Mapped[date | None] = mapped_column(Date)
    person: Mapped[Person] = relationship()
    area: Mapped[Area] = relationship()

    def held_on(self, day: date) -> bool:
        return self.starts <= day and (self.ends is None or day <= self.ends)


class Absence(Base):
    """Days on which somebody of the roster is away, the first and the last included, and who stands in."""

    __tablename__ = "absence"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    person_id: Mapped[int] = mapped_column(Id, index=True)
    deputy_id: Mapped[int | None] = mapped_column(Id)
    starts: Mapped[date] = mapped_column(Date)
    ends: Mapped[date] = mapped_column(Date)
    said_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    def covers(self, day: date) -> bool:
        return self.ended_at is None and self.starts <= day <= self.ends
