"""A list of areas becomes the tree: read it, say what would change, then change it.

Laws: applying twice changes nothing; an empty cell changes nothing; no area is ever deleted by a file, because cases
stand in it; a code and its level agree, and every area below the county has a parent.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from cases import area_rows, borders
from cases.area_rows import FINEST, Wanted, settle_level
from cases.sheet import Fault, Reader, Reason, Row
from models.area import CODE_DIGITS, Area, new_edition
from models.vocabulary import AreaLevel

NEEDED = ("code",)  # the headings without which a file holds no areas

COLUMNS = (
    "code",
    "level",
    "name_zh",
    "name_ko",
    "aliases",
    "parent",
    "phone",
    "hours",
    "latitude",
    "longitude",
)
_CHUNK = 2_000  # rows of one transaction: the bot writes in between
_DEPTH = {level: depth for depth, level in enumerate(AreaLevel)}
_TOPS = frozenset({AreaLevel.PROVINCE, AreaLevel.PREFECTURE, AreaLevel.COUNTY})


@dataclass(frozen=True, slots=True)
class Change:
    """One area as the file wants it. `area_id` None: it is new. `values` are only those that differ."""

    row: int
    code: str
    name: str
    area_id: int | None
    values: Mapping[str, Any]
    parent: str | None = None


@dataclass(slots=True)
class AreaPlan:
    """What applying a file would do."""

    added: list[Change] = field(default_factory=list)
    changed: list[Change] = field(default_factory=list)
    unchanged: int = 0
    faults: list[Fault] = field(default_factory=list)

    @property
    def is_empty(self) -> bool:
        return not self.added and not self.changed


@dataclass(frozen=True, slots=True)
class _Known:
    id: int
    level: AreaLevel
    parent_id: int | None
    values: Mapping[str, Any]


_KEPT = (
    Area.name_zh,
    Area.name_ko,
    Area.aliases,
    Area.phone,
    Area.hours,
    Area.latitude,
    Area.longitude,
    Area.polygon,
)


def plan(session: Session, rows: Iterable[Row]) -> AreaPlan:
    """Compare a file with the tree. Reads only."""
    known = _known(session)
    codes = {one.id: code for code, one in known.items()}
    made = AreaPlan()
    wanted = _wanted(rows, known, made.faults)
    _refuse_orphans(wanted, known, made.faults)
    for want in sorted(wanted.values(), key=lambda one: (_DEPTH[one.level], one.code)):
        have = known.get(want.code)
        if have is None:
            values = {"name_ko": "", "aliases": [], **want.values, "level": want.level}
            change = Change(want.row, want.code, values["name_zh"], None, values, want.parent)
            made.added.append(change)
            continue
        differing = {
            name: value for name, value in want.values.items() if have.values[name] != value
        }
        moved = want.parent if want.parent != codes.get(have.parent_id or 0) else None
        if differing or moved:
            name = str(want.values.get("name_zh", have.values["name_zh"]))
            made.changed.append(Change(want.row, want.code, name, have.id, differing, moved))
        else:
            made.unchanged += 1
    made.faults.extend(_border_remarks(wanted, known, codes))
    made.faults.sort()
    return made


def steps(made: AreaPlan) -> Iterator[tuple[int, Callable[[Session], None]]]:
    """The plan as transactions, parents first; each with how many rows it settles."""
    for chunk in _chunks(made.added):
        yield len(chunk), lambda session, chunk=chunk: _add(session, chunk)  # type: ignore[misc] # bound now
    for chunk in _chunks(made.changed):
        yield len(chunk), lambda session, chunk=chunk: _change(session, chunk)  # type: ignore[misc] # bound now


def _chunks(changes: Sequence[Change]) -> Iterator[Sequence[Change]]:
    for start in range(0, len(changes), _CHUNK):
        yield changes[start : start + _CHUNK]


def _add(session: Session, chunk: Sequence[Change]) -> None:
    ids = _ids(session)
    new: list[dict[str, Any]] = []
    for change in chunk:
        if change.code in ids:  # somebody was faster
            continue
        if change.parent is not None and change.parent not in ids:
            _insert(session, new)  # its parent is in this chunk
            ids, new = _ids(session), []
        parent_id = ids[change.parent] if change.parent else None
        new.append({"code": change.code, "parent_id": parent_id, **_columns(change.values)})
    _insert(session, new)
    new_edition(session.connection())


def _ids(session: Session) -> dict[str, int]:
    rows = session.execute(select(Area.code, Area.id))
    return {code: area_id for code, area_id in rows}  # noqa: C416 - rows are no pairs to mypy


def _insert(session: Session, rows: list[dict[str, Any]]) -> None:
    if rows:
        session.execute(insert(Area), rows)


def _columns(values: Mapping[str, Any]) -> dict[str, Any]:
    empty = {"phone": None, "hours": None, "latitude": None, "longitude": None, "polygon": None}
    return {**empty, **values}


def _change(session: Session, chunk: Sequence[Change]) -> None:
    for change in chunk:
        values = dict(change.values)
        if change.parent is not None:
            parent = select(Area.id).where(Area.code == change.parent)
            values["parent_id"] = session.scalars(parent).one()
        session.execute(update(Area).where(Area.id == change.area_id).values(**values))
    new_edition(session.connection())


def _known(session: Session) -> dict[str, _Known]:
    rows = session.execute(select(Area.code, Area.id, Area.level, Area.parent_id, *_KEPT))
    names = [column.key for column in _KEPT]
    return {
        row[0]: _Known(row[1], row[2], row[3], dict(zip(names, row[4:], strict=True)))
        for row in rows
    }


def _wanted(
    rows: Iterable[Row], known: Mapping[str, _Known], faults: list[Fault]
) -> dict[str, Wanted]:
    found: dict[str, Wanted] = {}
    twice: dict[str, list[int]] = {}
    read = [(reader, area_rows.read(reader)) for reader in map(Reader, rows)]
    fine = {want.code for _, want in read if want and want.level in FINEST} | {
        code for code, one in known.items() if one.level in FINEST
    }
    for reader, want in read:
        if want is not None:
            settle_level(reader, want, fine)
            if want.code in found and reader.is_whole:
                twice.setdefault(want.code, [found[want.code].row]).append(want.row)
            elif reader.is_whole:
                if want.code not in known and not want.values.get("name_zh"):
                    reader.refuse("name_zh", Reason.AREA_NAME_MISSING, want.code)
                else:
                    found[want.code] = want
        faults.extend(reader.faults)
    for code, numbers in twice.items():
        faults.extend(Fault(row, "code", Reason.AREA_CODE_TWICE, code) for row in numbers)
        del found[code]
    return found


def _above(code: str, known: Callable[[str], bool]) -> str | None:
    """The nearest area above by the digits: statistical codes nest, and so do the grids behind them."""
    for end in range(len(code) - 1, CODE_DIGITS - 1, -1):
        if known(code[:end]):
            return code[:end]
    for digits in (9, 6, 4, 2):
        above = code[:digits].ljust(CODE_DIGITS, "0")
        if above != code and known(above):
            return above
    return None


def _refuse_orphans(
    wanted: dict[str, Wanted], known: Mapping[str, _Known], faults: list[Fault]
) -> None:
    """Larger areas first, so that what hangs below a refused one is refused too."""
    for want in sorted(wanted.values(), key=lambda one: (_DEPTH[one.level], one.code)):
        given = want.parent
        parent = given or _above(want.code, lambda code: code in wanted or code in known)
        level = _level_at(parent, wanted, known)
        if given is not None and level is None:
            faults.append(Fault(want.row, "parent", Reason.PARENT_UNKNOWN, given))
            del wanted[want.code]
        elif level is None and want.level not in _TOPS:
            faults.append(Fault(want.row, "code", Reason.PARENT_UNKNOWN, want.code))
            del wanted[want.code]
        elif level is not None and _DEPTH[level] >= _DEPTH[want.level]:
            faults.append(Fault(want.row, "parent", Reason.PARENT_NOT_ABOVE, parent or ""))
            del wanted[want.code]
        else:
            want.parent = parent


def _level_at(
    code: str | None, wanted: Mapping[str, Wanted], known: Mapping[str, _Known]
) -> AreaLevel | None:
    if code is None:
        return None
    if code in wanted:
        return wanted[code].level
    return known[code].level if code in known else None


def _border_remarks(
    wanted: Mapping[str, Wanted], known: Mapping[str, _Known], codes: Mapping[int, str]
) -> Iterator[Fault]:
    """Only shapes of the file are spoken of, and the parents of them; with none in it, nothing is loaded."""
    drawn = {code: one for code, one in wanted.items() if "polygon" in one.values}
    if not drawn:
        return
    parents = {one.parent for one in drawn.values()}
    shapes = [
        borders.Shape(code, one.parent, one.values["polygon"]) for code, one in drawn.items()
    ]
    for code, have in known.items():
        if code not in drawn and have.values["polygon"]:
            parent = codes.get(have.parent_id or 0)
            if code in parents or parent in parents:
                shapes.append(borders.Shape(code, parent, have.values["polygon"]))
    for code, reason, other in borders.remarks(shapes):
        row = drawn[code].row if code in drawn else 0
        yield Fault(row, "geometry", reason, f"{code} {other}")
