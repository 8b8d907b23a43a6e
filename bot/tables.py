"""Files of an office become rows: xlsx, csv in UTF-8 or GB18030, GeoJSON; headings in Chinese, Korean or English.

Laws: a file that cannot be read says why, in three languages; a cell is handed on as it stands, damaged numbers included,
so that they are refused by name and not read as something else.
"""

import csv
import io
import json
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Any

from bot.headings import column_of, value_of
from cases.sheet import Cell, Row

_MAGIC_XLS = bytes.fromhex(
    "d0cf11e0a1b11ae1"
)  # a compound file: Excel 97–2003, or an encrypted xlsx
_SEARCHED = 10  # rows in which the headings are looked for: offices put a title above them
_LARGEST = (
    200_000_000  # bytes; far above a whole province, and below what fills a small machine's memory
)


class Unreadable(StrEnum):
    """Why nothing of a file can be taken. The words: bot/import_words.py."""

    MISSING = "missing"
    EMPTY = "empty"
    TOO_LARGE = "too_large"
    OLD_EXCEL = "old_excel"
    NOT_A_SHEET = "not_a_sheet"
    ENCODING = "encoding"
    NO_HEADINGS = "no_headings"
    HEADING_TWICE = "heading_twice"
    HEADING_LACKS = "heading_lacks"
    NOT_GEOJSON = "not_geojson"


class FileUnreadable(Exception):
    """The file as a whole; `what` is the heading or the name it is about."""

    def __init__(self, reason: Unreadable, what: str = "") -> None:
        super().__init__(reason, what)
        self.reason, self.what = reason, what


@dataclass(frozen=True, slots=True)
class Table:
    """A file as rows; `ignored` are headings that nobody knows."""

    rows: Sequence[Row]
    ignored: Sequence[str] = ()


def read(path: Path, kind: str, needed: Iterable[str]) -> Table:
    """The rows of a file. `kind` tells which headings count: areas or roster.

    Raises:
        FileUnreadable: nothing of it can be taken.
    """
    if not path.is_file():
        raise FileUnreadable(Unreadable.MISSING, str(path))
    if path.stat().st_size > _LARGEST:
        raise FileUnreadable(Unreadable.TOO_LARGE, str(path))
    raw = path.read_bytes()
    if not raw.strip():
        raise FileUnreadable(Unreadable.EMPTY, str(path))
    if raw.startswith(_MAGIC_XLS):
        raise FileUnreadable(Unreadable.OLD_EXCEL, str(path))
    if path.suffix.lower() in {".geojson", ".json"}:
        return _map(raw, kind)
    lines = _sheet(raw) if zipfile.is_zipfile(io.BytesIO(raw)) else _separated(raw)
    return _table(lines, kind, needed)


def _sheet(raw: bytes) -> Sequence[Sequence[Cell]]:
    """The first sheet that holds anything."""
    from openpyxl import load_workbook
    from openpyxl.utils.exceptions import InvalidFileException

    try:
        book = load_workbook(io.BytesIO(raw), read_only=True, data_only=False)
    except (InvalidFileException, KeyError, ValueError, OSError, zipfile.BadZipFile):
        raise FileUnreadable(Unreadable.NOT_A_SHEET) from None
    try:
        for sheet in book.worksheets:
            sheet.reset_dimensions()  # some programs write a wrong size, and rows behind it would be lost
            rows = [tuple(map(_cell, row)) for row in sheet.iter_rows(values_only=True)]
            if any(cell is not None for row in rows for cell in row):
                return rows
    finally:
        book.close()
    raise FileUnreadable(Unreadable.EMPTY)


def _cell(value: object) -> Cell:
    if value is None or isinstance(value, str | date):
        return value
    if isinstance(value, bool):
        return str(value)
    if isinstance(value, int | float):
        return value
    return str(value)


def _separated(raw: bytes) -> Iterator[Sequence[Cell]]:
    text = _decoded(raw)
    first = text.split("\n", 1)[0]
    tab = first.count("\t") > first.count(",")
    yield from csv.reader(io.StringIO(text, newline=""), delimiter="\t" if tab else ",")


def _decoded(raw: bytes) -> str:
    """UTF-8 with or without its mark; else what Chinese Excel writes; UTF-16 is what it calls Unicode text."""
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        return raw.decode("utf-16", errors="replace")
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = raw.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" in text:
            break
        return text
    raise FileUnreadable(Unreadable.ENCODING)


def _table(lines: Iterable[Sequence[Cell]], kind: str, needed: Iterable[str]) -> Table:
    numbered = enumerate(lines, start=1)
    nearest: set[str] = set()
    for number, line in numbered:
        columns, ignored = _headings(line, kind)
        nearest = max(nearest, set(columns.values()), key=len)
        if set(needed) <= nearest or number >= _SEARCHED:
            break
    if lacking := sorted(set(needed) - nearest):
        reason = Unreadable.HEADING_LACKS if nearest else Unreadable.NO_HEADINGS
        raise FileUnreadable(reason, ", ".join(lacking if nearest else ()))
    width = max(place for place, cell in enumerate(line, 1) if not _blank(cell))
    rows = [
        _row(number, line, columns, width)
        for number, line in numbered
        if not all(map(_blank, line)) and not _is_example(line)
    ]
    return Table(rows, ignored)


def _blank(cell: Cell) -> bool:
    return cell is None or (isinstance(cell, str) and not cell.strip())


def _headings(line: Sequence[Cell], kind: str) -> tuple[dict[int, str], list[str]]:
    columns: dict[int, str] = {}
    ignored: list[str] = []
    for place, cell in enumerate(line):
        said = "" if cell is None else str(cell).strip()
        if not said:
            continue
        column = column_of(kind, said)
        if column is None:
            ignored.append(said)
        elif column in columns.values():
            raise FileUnreadable(Unreadable.HEADING_TWICE, said)
        else:
            columns[place] = column
    return columns, ignored


def _row(number: int, line: Sequence[Cell], columns: Mapping[int, str], width: int) -> Row:
    cells = {
        column: value_of(column, line[place])
        for place, column in columns.items()
        if place < len(line)
    }
    return Row(number, cells, too_long=not all(map(_blank, line[width:])))


def _is_example(line: Sequence[Cell]) -> bool:
    """The rows of our template that show how to fill it begin with this mark."""
    return str(line[0] or "").lstrip().startswith("#")


def _map(raw: bytes, kind: str) -> Table:
    """The features of a map file; the n-th feature is row n."""
    try:
        drawn = json.loads(_decoded(raw))
        features = drawn["features"]
        rows = [_feature(number, one, kind) for number, one in enumerate(features, start=1)]
    except (ValueError, KeyError, TypeError, AttributeError):
        raise FileUnreadable(Unreadable.NOT_GEOJSON) from None
    if not rows:
        raise FileUnreadable(Unreadable.EMPTY)
    return Table(rows)


def _feature(number: int, feature: Mapping[str, Any], kind: str) -> Row:
    cells: dict[str, Cell] = {}
    for heading, value in (feature.get("properties") or {}).items():
        column = column_of(kind, str(heading))
        if column is not None:
            if isinstance(value, list):
                value = ";".join(str(one) for one in value)  # noqa: PLW2901 - the same value, as a cell
            cells[column] = value_of(column, _cell(value))
    border = feature.get("geometry")
    if border is not None and border.get("type") == "Point":
        cells["longitude"], cells["latitude"] = border["coordinates"][:2]
        border = None
    return Row(number, cells, border)
