"""The rows of a list of areas: each cell read, checked, and its level told by the digits of its code. Pure.

Law: a code and its level agree; an empty cell says nothing.
"""

import re
from dataclasses import dataclass
from typing import Any

from cases import borders, hours
from cases.sheet import Reader, Reason, Refused, a_phone
from models.area import CODE_DIGITS
from models.vocabulary import AreaLevel

_CODE = re.compile(rf"\d{{{CODE_DIGITS}}}(\d{{2,8}})?")
FINEST = (AreaLevel.GRID, AreaLevel.MICRO_GRID)


@dataclass(slots=True)
class Wanted:
    """One good row."""

    row: int
    code: str
    level: AreaLevel
    parent: str | None
    values: dict[str, Any]


def read(reader: Reader) -> Wanted | None:
    code = reader.digits("code")
    if not code:
        if reader.is_whole:
            reader.refuse("code", Reason.AREA_CODE_MISSING)
        return None
    if not _CODE.fullmatch(code):
        reader.refuse("code", Reason.AREA_CODE_FORM, code)
        return None
    said = reader.text("level")
    level = _level_of(code)
    if said and said not in set(AreaLevel):
        reader.refuse("level", Reason.LEVEL_UNKNOWN, said)
    elif said:
        level = _agreed(reader, AreaLevel(said), level)
    values: dict[str, Any] = {
        name: value
        for name, value in {
            "name_zh": reader.text("name_zh"),
            "name_ko": reader.text("name_ko"),
            "aliases": sorted(set(reader.several("aliases"))),
            "phone": _phone(reader),
            "hours": _hours(reader),
        }.items()
        if value
    }
    values.update(_point(reader))
    values.update(_border(reader))
    return Wanted(reader.row.number, code, level, reader.digits("parent") or None, values)


def _level_of(code: str) -> AreaLevel:
    """What the digits of a code say (domain rule book 1.4)."""
    if len(code) > CODE_DIGITS:
        return AreaLevel.GRID
    for digits, level in (
        (2, AreaLevel.PROVINCE),
        (4, AreaLevel.PREFECTURE),
        (6, AreaLevel.COUNTY),
        (9, AreaLevel.STREET),
    ):
        if not code[digits:].strip("0"):
            return level
    return AreaLevel.COMMUNITY


def _agreed(reader: Reader, said: AreaLevel, by_code: AreaLevel) -> AreaLevel:
    if said is by_code or (by_code is AreaLevel.GRID and said in FINEST):
        return said
    reader.refuse("level", Reason.LEVEL_NOT_OF_CODE, said)
    return by_code


def settle_level(reader: Reader, want: Wanted, fine: set[str]) -> None:
    """A grid whose code begins with another grid's is a micro-grid, when the file does not say."""
    if want.level is AreaLevel.GRID and not reader.row.cells.get("level"):
        shorter = (want.code[:end] for end in range(CODE_DIGITS + 2, len(want.code)))
        if any(code in fine for code in shorter):
            want.level = AreaLevel.MICRO_GRID


def _phone(reader: Reader) -> str:
    try:
        return a_phone("phone", reader.digits("phone"), service=True)
    except Refused as refused:
        reader.faults.append(refused.fault(reader.row.number))
        return ""


def _hours(reader: Reader) -> str:
    said = reader.text("hours", longest=120)
    if not said:
        return ""
    try:
        return hours.normal(said)
    except ValueError:
        reader.refuse("hours", Reason.HOURS_FORM, said)
        return ""


def _point(reader: Reader) -> dict[str, float]:
    said = {name: reader.text(name) for name in ("latitude", "longitude")}
    if not any(said.values()):
        return {}
    if not all(said.values()):
        reader.refuse("latitude", Reason.POINT_HALF)
        return {}
    try:
        north, east = float(said["latitude"]), float(said["longitude"])
    except ValueError:
        reader.refuse("latitude", Reason.POINT_FORM, " ".join(said.values()))
        return {}
    if _is_here(north, east):
        return {"latitude": round(north, 6), "longitude": round(east, 6)}
    swapped = Reason.POINT_SWAPPED if _is_here(east, north) else Reason.POINT_FAR
    reader.refuse("latitude", swapped, f"{north}, {east}")
    return {}


def _is_here(north: float, east: float) -> bool:
    (south, top), (west, right) = borders.LATITUDES, borders.LONGITUDES
    return south <= north <= top and west <= east <= right


def _border(reader: Reader) -> dict[str, Any]:
    if reader.row.border is None:
        return {}
    try:
        border, mended = borders.read("geometry", reader.row.border)
    except Refused as refused:
        reader.faults.append(refused.fault(reader.row.number))
        return {}
    if mended:
        reader.refuse("geometry", Reason.BORDER_MENDED)
    north, east = borders.middle(border)
    return {"polygon": border, "latitude": north, "longitude": east}
