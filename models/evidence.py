"""Files that people send: announced when named, stored or refused later.

announced ──fetch──▶ stored (sealed under `address`) | refused (`refusal`)
"""

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, Index, String, false, text
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Code, Id, UtcDateTime
from models.sealed import Sealed
from models.vocabulary import EvidenceKind, EvidenceState, MediaType, Refusal


class Evidence(Base):
    """One file. `file_id` is Telegram's name for it; `case_id` is empty while its report is a draft.

    `sha256` is of the bytes as sent, `address` is where they lie sealed: the same bytes lie there once. Of a file that
    was dropped the address stays until its bytes are deleted.
    `retry_at` and `claimed_until` are machine time (back-off, lease); `fence` is the leadership under which
    it is being fetched. `untold`: what became of it is still to be shown in the message that names it.
    """

    __tablename__ = "evidence"
    __table_args__ = (
        Index(
            "ix_evidence_to_fetch",
            "id",
            sqlite_where=text("state = 'announced'"),
            postgresql_where=text("state = 'announced'"),
        ),
        Index(
            "ix_evidence_untold",
            "id",
            sqlite_where=text("untold"),
            postgresql_where=text("untold"),
        ),
        Index(
            "ix_evidence_to_delete",
            "id",
            sqlite_where=text("refusal = 'dropped' and address is not null"),
            postgresql_where=text("refusal = 'dropped' and address is not null"),
        ),
        Index("ix_evidence_address", "address"),
    )

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
    media_type: Mapped[MediaType | None] = mapped_column(Code(MediaType))
    sha256: Mapped[str | None] = mapped_column(String(64))
    address: Mapped[str | None] = mapped_column(String(64))
    stored_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    refusal: Mapped[Refusal | None] = mapped_column(Code(Refusal))
    attempts: Mapped[int] = mapped_column(default=0, server_default="0")
    retry_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    claimed_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    fence: Mapped[int] = mapped_column(default=0, server_default="0")
    untold: Mapped[bool] = mapped_column(default=False, server_default=false())
