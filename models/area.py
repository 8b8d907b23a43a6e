"""The tree of areas, from the province to the smallest grid, and the edition of the map that they make."""

import uuid
from typing import Any

from sqlalchemy import (
    JSON,
    ForeignKey,
    LargeBinary,
    Select,
    String,
    bindparam,
    event,
    literal,
    select,
)
from sqlalchemy.engine import Connection
from sqlalchemy.engine.default import DefaultExecutionContext
from sqlalchemy.orm import (
    Mapped,
    Mapper,
    aliased,
    mapped_column,
    object_session,
    relationship,
)
from sqlalchemy.orm.attributes import set_committed_value

from models.base import Base, Code, Id
from models.vocabulary import AreaLevel, Language

#: A report that does not say where stands at the county; these say more.
PLACED_LEVELS = frozenset(
    {AreaLevel.STREET, AreaLevel.COMMUNITY, AreaLevel.GRID, AreaLevel.MICRO_GRID}
)

#: Digits of a statistical division code (统计用区划代码, domain rule book 1.4); a grid's own number follows them.
CODE_DIGITS = 12


def _area12(context: DefaultExecutionContext) -> str:
    return str(context.get_current_parameters()["code"])[:CODE_DIGITS]  # type: ignore[no-untyped-call] # untyped in SQLAlchemy


def _grid_seq(context: DefaultExecutionContext) -> str | None:
    return str(context.get_current_parameters()["code"])[CODE_DIGITS:] or None  # type: ignore[no-untyped-call] # as above


class Area(Base):
    """One area. `code` is its whole address: the 12-digit statistical code, and a grid's own sequence behind it.

    The two are kept apart as well (`area12`, `grid_seq`): the first belongs to the State, the second to the office.
    """

    __tablename__ = "area"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    code: Mapped[str] = mapped_column(String(20), unique=True)
    area12: Mapped[str | None] = mapped_column(String(12), default=_area12)
    grid_seq: Mapped[str | None] = mapped_column(String(8), default=_grid_seq)
    level: Mapped[AreaLevel] = mapped_column(Code(AreaLevel))
    name_zh: Mapped[str] = mapped_column(String(100))
    #: Empty where nobody has given one: it is never made by machine, and the Chinese name is read instead.
    name_ko: Mapped[str] = mapped_column(String(100))
    aliases: Mapped[list[str]] = mapped_column(JSON, default=list)
    phone: Mapped[str | None] = mapped_column(String(40))
    #: When its centre is open (cases/hours.py reads it).
    hours: Mapped[str | None] = mapped_column(String(120))
    #: A point in the area (WGS-84, degrees): the middle, where no polygon is loaded.
    latitude: Mapped[float | None]
    longitude: Mapped[float | None]
    #: Its border as WKB (WGS-84); large, so it is read only by whoever draws the map.
    polygon: Mapped[bytes | None] = mapped_column(LargeBinary, deferred=True)
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("area.id"), index=True)
    parent: Mapped["Area | None"] = relationship(remote_side="Area.id")

    def name(self, language: Language) -> str:
        """The name as this reader reads it; the Korean name comes from the import file, never made by machine."""
        return (self.name_ko or self.name_zh) if language is Language.KO else self.name_zh

    @property
    def is_placed(self) -> bool:
        """Whether more than the county is known."""
        return self.level in PLACED_LEVELS

    @property
    def line(self) -> list["Area"]:
        """This area and all above it, smallest first."""
        _read_above(self)
        above: list[Area] = [self]
        while above[-1].parent is not None:
            above.append(above[-1].parent)
        return above


class AreaEdition(Base):
    """Which map this is: a word that changes whenever an area does, so that whoever keeps a copy knows that it is old.

    It is random and not a count: a count that was rolled back would come again with another map.
    """

    __tablename__ = "area_edition"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    word: Mapped[str] = mapped_column(String(36))


def new_edition(connection: Connection) -> None:
    """The map has changed. Whoever writes areas without the mapper (an import) says so itself."""
    table, word = AreaEdition.__table__, str(uuid.uuid4())
    changed = connection.execute(table.update().values(word=word))  # type: ignore[attr-defined] # a Table
    if not changed.rowcount:
        connection.execute(table.insert().values(id=1, word=word))  # type: ignore[attr-defined] # a Table


@event.listens_for(Area, "after_insert")
@event.listens_for(Area, "after_update")
@event.listens_for(Area, "after_delete")
def _changed(_mapper: Mapper[Any], connection: Connection, _area: Area) -> None:
    new_edition(connection)


def _read_above(area: Area) -> None:
    """All areas above one by one statement, in place of one for each step; not when they are at hand already."""
    session = object_session(area)
    if session is None or "parent" in area.__dict__ or area.parent_id is None:
        return
    if session.identity_map.get(session.identity_key(Area, area.parent_id)) is not None:
        return
    for above in session.scalars(_ABOVE, {"start": area.parent_id}).all():
        set_committed_value(area, "parent", above)
        area = above


def _above() -> Select[Area]:
    start = select(Area.id, Area.parent_id, literal(0).label("step"))
    line = start.where(Area.id == bindparam("start")).cte("line", recursive=True)
    above = aliased(Area)
    line = line.union_all(
        select(above.id, above.parent_id, line.c.step + 1).join(line, above.id == line.c.parent_id)
    )
    return select(Area).join(line, Area.id == line.c.id).order_by(line.c.step)


_ABOVE = _above()
