"""The ledger of a month as a table that the office's spreadsheet opens: codes in Chinese, and never a formula.

Law: a workbook holds text in every cell, so that 01 stays 01 and a telephone number keeps its digits; a .csv cannot say
that, and only keeps words that begin like a formula from being one.
"""

import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from enum import StrEnum
from unicodedata import east_asian_width

from cases.month_ledger import Column, Line
from cases.workdays import civil
from handlers.desk.ending_screens import OUTCOMES
from handlers.words import CATEGORIES, LEVELS, RATINGS, STAGES, WAGES, Say
from models.vocabulary import Channel, Language

#: What a spreadsheet would take for the beginning of a formula; Excel in Chinese reads the wide signs as well.
_FORMULA = ("=", "+", "-", "@", "＝", "＋", "－", "＠", "\t", "\r", "\n")
#: What no XML holds, and what a workbook would read as the code of a character (ECMA-376-1, 22.9.2.19).
_NO_CHARACTER = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
_CODE = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")
_LONGEST = 32_767  # characters of a cell (Excel specifications and limits)
_WIDEST = 48  # columns of a letter's width; a longer cell is read by opening it

Table = Sequence[Sequence[str]]


class Format(StrEnum):
    """What is written."""

    CSV = "csv"
    XLSX = "xlsx"


def table(lines: Iterable[Line], columns: Iterable[tuple[Column, str]]) -> Table:
    """The headings, and a row for each case; every cell is text."""
    columns = tuple(columns)
    rows = [[heading for _, heading in columns]]
    for line in lines:
        cells = dict(_cells(line))
        rows.append([cells.get(column, "") for column, _ in columns])
    return rows


def written(rows: Table, form: Format) -> bytes:
    """The file."""
    return as_workbook(rows) if form is Format.XLSX else as_csv(rows)


def as_csv(rows: Table) -> bytes:
    """UTF-8 with a mark in front, so that Excel reads the Chinese."""
    text = io.StringIO()
    csv.writer(text, lineterminator="\r\n").writerows(
        [_plain(cell) for cell in row] for row in rows
    )
    return text.getvalue().encode("utf-8-sig")


def as_workbook(rows: Table) -> bytes:
    """One sheet whose cells are all text, with the headings in sight."""
    from openpyxl import Workbook
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.utils import get_column_letter

    book = Workbook(write_only=True)
    sheet = book.create_sheet("台账")
    sheet.freeze_panes = "A2"
    for place, column in enumerate(zip(*rows, strict=True), start=1):
        sheet.column_dimensions[get_column_letter(place)].width = _width(column)
    for row in rows:
        cells = [WriteOnlyCell(sheet, value=_storable(cell)) for cell in row]
        for cell in cells:
            cell.data_type, cell.number_format = "s", "@"  # text, and text again when it is edited
        sheet.append(cells)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def _cells(line: Line) -> Iterator[tuple[Column, str]]:
    """Codes in Chinese. What is not known is an empty cell."""
    say = Say(Language.ZH)
    yield Column.NUMBER, line.number
    yield Column.LEVEL, say.plain(LEVELS[line.level])
    if line.guarded:
        return
    kind = WAGES if line.wage else CATEGORIES.get(line.category) if line.category else None
    yield Column.REGISTERED_ON, _moment(line.registered_at)[:10]
    yield Column.PLACE, say.place(line.place) if line.place else ""
    yield Column.KIND, say.plain(kind) if kind else ""
    yield Column.PEOPLE, str(line.people or "")
    yield Column.AMOUNT, f"{line.amount:f}" if line.amount is not None else ""
    yield Column.SCALE, _scale(line.people)
    yield Column.CHANNEL, "网格员" if line.channel is Channel.GRID_OFFICER else "群众"
    yield Column.OFFICER, line.officer
    yield Column.MEDIATOR, line.mediator
    yield Column.ACCEPTED_AT, _moment(line.accepted_at)
    yield Column.JUDGE, line.judge
    yield Column.REPORTED_IN_AT, _moment(line.reported_in_at)
    yield Column.CONTACTED_AT, _moment(line.contacted_at)
    yield Column.STAGE, say.plain(STAGES[line.stage]) if line.stage else ""
    yield Column.OUTCOME, say.plain(OUTCOMES[line.outcome]) if line.outcome else ""
    yield Column.CLOSED_ON, _moment(line.closed_at)[:10]
    yield Column.RATING, say.plain(RATINGS[line.rating]) if line.rating else ""
    yield Column.REPORTER, line.parties.reporter
    yield Column.PHONE, line.parties.phone
    yield Column.OTHER_SIDE, line.parties.other_side


def _moment(when: datetime | None) -> str:
    return f"{civil(when):%Y-%m-%d %H:%M}" if when else ""


def _scale(people: int | None) -> str:
    """事件规模: under 10 people 01, 10 to 49 02, from 50 03 (rule book 6.4)."""
    if people is None:
        return ""
    return "03" if people >= 50 else "02" if people >= 10 else "01"  # noqa: PLR2004


def _storable(cell: str) -> str:
    """As written, as far as a workbook can hold it; what it cannot hold is marked."""
    return _CODE.sub("_x005F_", _NO_CHARACTER.sub("\ufffd", cell))[:_LONGEST]


def _width(column: Iterable[str]) -> int:
    """A Hanzi takes two places."""
    longest = max(sum(1 + (east_asian_width(sign) in "WF") for sign in cell) for cell in column)
    return min(longest + 2, _WIDEST)


def _plain(cell: str) -> str:
    """Somebody's words that begin like a formula stay words."""
    return f"'{cell}" if cell.startswith(_FORMULA) else cell
