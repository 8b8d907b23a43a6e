"""Who answers for which area, in which role, from when until when."""

from datetime import date

from sqlalchemy import JSON, Date, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.area import Area
from models.base import Base, Code, Id
from models.person import Person
from models.vocabulary import Role


class Duty(Base):
    """One duty of one person. `rank` 1 answers first, 2 is the deputy, and so on.

    `categories` narrows the duty to those kinds of dispute (empty = all); `languages` are the
    languages the person works in.
    """

    __tablename__ = "duty"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    area_id: Mapped[int] = mapped_column(ForeignKey("area.id"), index=True)
    role: Mapped[Role] = mapped_column(Code(Role))
    categories: Mapped[list[str]] = mapped_column(JSON, default=list)
    languages: Mapped[list[str]] = mapped_column(JSON, default=list)
    rank: Mapped[int] = mapped_column(default=1)
    starts: Mapped[date] = mapped_column(Date)
    ends: Mapped[date | None] = mapped_column(Date)
    person: Mapped[Person] = relationship()
    area: Mapped[Area] = relationship()

    def held_on(self, day: date) -> bool:
        return self.starts <= day and (self.ends is None or day <= self.ends)
