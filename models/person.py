"""People: residents and those who answer for a duty, with the one Telegram account each may have."""

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, String, false
from sqlalchemy.orm import Mapped, mapped_column, validates

from models.base import Base, Code, Id, UtcDateTime
from models.sealed import KEYRING, Sealed
from models.vocabulary import Language, Side


def index_of_phone(phone: str | None) -> str | None:
    """Under what somebody with this telephone number is found."""
    return KEYRING.index("phone", phone) if phone else None


class Person(Base):
    """Somebody the bot may speak with. `code` names a roster entry; residents have none."""

    __tablename__ = "person"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    code: Mapped[str | None] = mapped_column(String(60), unique=True)
    telegram_id: Mapped[int | None] = mapped_column(BigInteger, unique=True)
    language: Mapped[Language | None] = mapped_column(Code(Language))
    name: Mapped[str | None] = mapped_column(Sealed("person.name"))
    name_ko: Mapped[str | None] = mapped_column(Sealed("person.name_ko"))
    phone: Mapped[str | None] = mapped_column(Sealed("person.phone"))
    phone_index: Mapped[str | None] = mapped_column(String(64), index=True)
    blocked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    #: A grid officer agreed that the parties read the name; else they read the office alone.
    named: Mapped[bool] = mapped_column(default=False, server_default=false())
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    #: When somebody of the roster left; his account is another person from then on, who was `formerly_id`.
    retired_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    formerly_id: Mapped[int | None] = mapped_column(Id)

    @validates("phone")
    def _indexed(self, _column: str, phone: str | None) -> str | None:
        """What is sealed is found again by its index: whoever sets the one has set the other."""
        self.phone_index = index_of_phone(phone)
        return phone

    @property
    def reachable(self) -> bool:
        """Has a Telegram account bound and has not blocked the bot (law 2)."""
        return self.telegram_id is not None and self.blocked_at is None

    def called(self, language: Language) -> str:
        """The name as its bearer writes it in this language; never transliterated by machine."""
        return (self.name_ko if language is Language.KO else None) or self.name or ""

    @property
    def reads(self) -> Language:
        """The language to speak to this person; Chinese until they chose."""
        return self.language or Language.ZH


class Invitation(Base):
    """An expiring link that makes a Telegram account a roster entry, or a party of a case.

    It works once, except for the people concerned: theirs is shown to all of them (`side`). Only a digest of the
    secret is kept.
    """

    __tablename__ = "invitation"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    digest: Mapped[str] = mapped_column(String(64), unique=True)
    #: Under what its short code is found, which can be said aloud and typed.
    spoken_index: Mapped[str | None] = mapped_column(String(64), index=True, unique=True)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    case_id: Mapped[int | None] = mapped_column(ForeignKey("case.id"))
    side: Mapped[Side | None] = mapped_column(Code(Side))
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
    used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    #: How often its second factor was answered wrongly; from the fifth time on it is locked.
    wrong: Mapped[int | None]
    locked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
