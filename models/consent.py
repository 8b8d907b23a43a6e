"""What a person agreed to have shown, and what was deleted of a person's data."""

from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Code, Id, UtcDateTime
from models.vocabulary import Erased, Sensitive


class Consent(Base):
    """One kind of sensitive data of one case, agreed to be shown to those who handle it, in the words of a version."""

    __tablename__ = "consent"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"), index=True)
    what: Mapped[Sensitive] = mapped_column(Code(Sensitive))
    version: Mapped[str] = mapped_column(String(20))
    given_at: Mapped[datetime] = mapped_column(UtcDateTime)
    withdrawn_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class Erasure(Base):
    """That something of a person was deleted, never what it was. `by_person`: on their own wish, else its term was over."""

    __tablename__ = "erasure"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    what: Mapped[Erased] = mapped_column(Code(Erased))
    by_person: Mapped[bool]
    at: Mapped[datetime] = mapped_column(UtcDateTime)
