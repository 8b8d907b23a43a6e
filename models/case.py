"""A dispute, its parties, and what they agreed."""

from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import JSON, Date, ForeignKey, Index, Numeric, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.area import Area
from models.base import Base, Code, Id, UtcDateTime
from models.person import Person
from models.sealed import Sealed
from models.vocabulary import (
    GUARDED,
    OPEN,
    Category,
    Channel,
    Flag,
    Form,
    Language,
    Level,
    Outcome,
    Rating,
    SafeChannel,
    Stage,
    Station,
)


class Case(Base):
    """One dispute, from its number to its archive.

    `turn` moves only with a lifecycle step or an assignment change: it is the number inside a
    button that makes a stale tap fail (law 7). `version` is the optimistic lock. `draft_key`
    makes a repeated submit find the case it already opened (law 1).
    """

    __tablename__ = "case"
    __table_args__ = (
        UniqueConstraint("year", "area6", "sequence"),
        Index("ix_case_level_stage", "level", "stage"),  # the few in danger, among all
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    year: Mapped[int]
    area6: Mapped[str] = mapped_column(String(6))
    sequence: Mapped[int]
    draft_key: Mapped[str] = mapped_column(String(36), unique=True)
    area_id: Mapped[int] = mapped_column(ForeignKey("area.id"), index=True)
    stage: Mapped[Stage] = mapped_column(Code(Stage), index=True)
    level: Mapped[Level] = mapped_column(Code(Level))
    flags: Mapped[list[str]] = mapped_column(JSON, default=list)
    category: Mapped[Category | None] = mapped_column(Code(Category))
    category_confirmed: Mapped[bool] = mapped_column(default=False)
    language: Mapped[Language] = mapped_column(Code(Language))
    channel: Mapped[Channel] = mapped_column(Code(Channel))
    reporter_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    matter: Mapped[str | None] = mapped_column(Sealed("case.matter"))
    summary: Mapped[str | None] = mapped_column(Sealed("case.summary"))
    other_side: Mapped[str | None] = mapped_column(Sealed("case.other_side"))
    people: Mapped[int | None]
    amount: Mapped[Decimal | None] = mapped_column(Numeric(14, 2))
    consented: Mapped[bool] = mapped_column(default=True)
    safe_channel: Mapped[SafeChannel | None] = mapped_column(Code(SafeChannel))
    safe_contact: Mapped[str | None] = mapped_column(Sealed("case.safe_contact"))
    hidden: Mapped[bool] = mapped_column(default=False)
    registered_at: Mapped[datetime] = mapped_column(UtcDateTime)
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    outcome: Mapped[Outcome | None] = mapped_column(Code(Outcome))
    rating: Mapped[Rating | None] = mapped_column(Code(Rating))
    merged_into_id: Mapped[int | None] = mapped_column(Id)
    reopened_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    #: The closed case after which this one was reported: too long ago to be opened again.
    earlier_id: Mapped[int | None] = mapped_column(Id)
    #: The office that the dispute is with: the one of this kind that answers for the place (cases/opponents.py).
    against: Mapped[Station | None] = mapped_column(Code(Station), index=True)
    turn: Mapped[int] = mapped_column(default=1)
    version: Mapped[int] = mapped_column()
    area: Mapped[Area] = relationship()
    reporter: Mapped[Person] = relationship()

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - SQLAlchemy's own form

    @property
    def is_open(self) -> bool:
        return self.stage in OPEN

    @property
    def guarded(self) -> bool:
        """Flagged so that the system writes to nobody on its own motion (law 13)."""
        return bool(GUARDED & {Flag(flag) for flag in self.flags})


class CaseSequence(Base):
    """The last sequence number given in a county and year."""

    __tablename__ = "case_sequence"

    year: Mapped[int] = mapped_column(primary_key=True)
    area6: Mapped[str] = mapped_column(String(6), primary_key=True)
    last: Mapped[int] = mapped_column(default=0)


class Agreement(Base):
    """What both sides promised, and by which day."""

    __tablename__ = "agreement"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"), index=True)
    terms: Mapped[str] = mapped_column(Sealed("agreement.terms"))
    promised_on: Mapped[date] = mapped_column(Date)
    reached_at: Mapped[datetime] = mapped_column(UtcDateTime)
    recorded_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    form: Mapped[Form] = mapped_column(
        Code(Form), default=Form.WRITTEN, server_default=Form.WRITTEN.value
    )
