"""An offer of a case to one handler, and what became of it."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Base, Code, Id, UtcDateTime
from models.case import Case
from models.person import Person
from models.sealed import Sealed
from models.vocabulary import AssignmentState, Part


class Assignment(Base):
    """One handler's offer. Acknowledgement and first contact belong to it and start at its offer (law 3).

    `frozen_at` is set when this assignment let its clock lapse; it binds this one, never the deputy's.
    """

    __tablename__ = "assignment"
    __table_args__ = (
        # Two people tapping at once: the database lets one take a part of a case (law 5).
        Index(
            "uq_assignment_one_taken",
            "case_id",
            "part",
            unique=True,
            sqlite_where=text("state = 'taken'"),
            postgresql_where=text("state = 'taken'"),
        ),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"), index=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    part: Mapped[Part] = mapped_column(Code(Part))
    state: Mapped[AssignmentState] = mapped_column(Code(AssignmentState))
    reason: Mapped[dict[str, str] | None] = mapped_column(Sealed("assignment.reason"))
    offered_at: Mapped[datetime] = mapped_column(UtcDateTime)
    seen_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    taken_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    frozen_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    #: A party asked for another handler: until the head has decided, nothing of the case opens to this one.
    challenged_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    person: Mapped[Person] = relationship()
    case: Mapped[Case] = relationship()

    @property
    def is_live(self) -> bool:
        return self.state in {AssignmentState.OFFERED, AssignmentState.SEEN, AssignmentState.TAKEN}
