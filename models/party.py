"""The people of a dispute, on either side."""

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Base, Code, Id
from models.person import Person
from models.sealed import Sealed
from models.vocabulary import Kept, Side


class Party(Base):
    """One party. `person_id` is set once the party has joined with an own account.

    `kept` is this party's last own answer to "was the promise kept?"; silence leaves it empty (law 6).
    """

    __tablename__ = "party"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"), index=True)
    side: Mapped[Side] = mapped_column(Code(Side))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    name: Mapped[str | None] = mapped_column(Sealed("party.name"))
    phone: Mapped[str | None] = mapped_column(Sealed("party.phone"))
    home: Mapped[str | None] = mapped_column(Sealed("party.home"))
    kept: Mapped[Kept | None] = mapped_column(Code(Kept))
    person: Mapped[Person | None] = relationship()
