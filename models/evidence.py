"""Files that people send: announced when named, stored or refused later."""

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Code, Id, UtcDateTime
from models.sealed import Sealed
from models.vocabulary import EvidenceKind, EvidenceState


class Evidence(Base):
    """One file. `file_id` is Telegram's name for it; `case_id` is empty while its report is a draft."""

    __tablename__ = "evidence"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    case_id: Mapped[int | None] = mapped_column(ForeignKey("case.id"), index=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    kind: Mapped[EvidenceKind] = mapped_column(Code(EvidenceKind))
    state: Mapped[EvidenceState] = mapped_column(Code(EvidenceState))
    file_id: Mapped[str] = mapped_column(String(200))
    file_unique_id: Mapped[str] = mapped_column(String(100))
    file_name: Mapped[str | None] = mapped_column(Sealed("evidence.file_name"))
    size: Mapped[int | None] = mapped_column(BigInteger)
    seconds: Mapped[int | None]
    announced_at: Mapped[datetime] = mapped_column(UtcDateTime)
