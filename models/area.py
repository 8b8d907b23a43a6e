"""The tree of areas, from the province to the grid."""

from sqlalchemy import JSON, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Base, Code, Id
from models.vocabulary import AreaLevel, Language

#: A report that does not say where stands at the county; these say more.
PLACED_LEVELS = frozenset({AreaLevel.STREET, AreaLevel.COMMUNITY, AreaLevel.GRID})


class Area(Base):
    """One area. `code` is the 12-digit statistical code; a grid adds its own sequence behind it."""

    __tablename__ = "area"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    code: Mapped[str] = mapped_column(String(20), unique=True)
    level: Mapped[AreaLevel] = mapped_column(Code(AreaLevel))
    name_zh: Mapped[str] = mapped_column(String(100))
    name_ko: Mapped[str] = mapped_column(String(100))
    aliases: Mapped[list[str]] = mapped_column(JSON, default=list)
    phone: Mapped[str | None] = mapped_column(String(40))
    #: A point in the area (WGS-84, degrees): the middle, until polygons are loaded.
    latitude: Mapped[float | None]
    longitude: Mapped[float | None]
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("area.id"), index=True)
    parent: Mapped["Area | None"] = relationship(remote_side="Area.id")

    def name(self, language: Language) -> str:
        """The name as this reader reads it; the Korean name comes from the import file, never made by machine."""
        return self.name_ko if language is Language.KO else self.name_zh

    @property
    def is_placed(self) -> bool:
        """Whether more than the county is known."""
        return self.level in PLACED_LEVELS

    @property
    def line(self) -> list["Area"]:
        """This area and all above it, smallest first."""
        above: list[Area] = [self]
        while above[-1].parent is not None:
            above.append(above[-1].parent)
        return above
