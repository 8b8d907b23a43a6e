"""An empty spreadsheet with our headings: every cell is text, so that no number is damaged, and an example shows how."""

from pathlib import Path

from bot.headings import KINDS as HEADINGS
from bot.headings import words_of

_LANGUAGES = {"zh": 0, "ko": 1}
_ROWS = 2_000  # rows that are made text beforehand
_WIDTH = 18  # of a column, in letters
#: Rows that begin with # are examples and are not read (bot/tables.py).
KINDS: dict[str, dict[str, str]] = {
    "areas": {
        "code": "#222401002002003",
        "name_zh": "第3网格",
        "name_ko": "제3격자",
        "aliases": "铁南老院;철남",
        "phone": "0433-2500000",
        "hours": "1-5 08:30-11:30,13:00-17:00",
    },
    "roster": {
        "code": "#M001",
        "name": "张三",
        "name_ko": "장삼",
        "phone": "13900000000",
        "role": "调解员",
        "area": "222401002002003",
        "categories": "邻里;劳动争议",
        "languages": "双语",
        "rank": "1",
        "starts": "2026-01-01",
        "status": "在任",
        "reads": "朝鲜语",
    },
    "rota": {
        "code": "#M001",
        "name": "张三",
        "area": "222401000000",
        "role": "值班",
        "begins": "2026-11-22 20:00",
        "over": "2026-11-23 08:00",
    },
}


def write(kind: str, language: str, out: Path) -> None:
    """Write the template of one kind."""
    from openpyxl import Workbook
    from openpyxl.styles import Font

    place = _LANGUAGES[language]
    book = Workbook()
    sheet = book.active
    if sheet is None:
        raise RuntimeError("a new workbook has a sheet")
    sheet.title = kind
    columns = list(HEADINGS[kind])
    sheet.append([HEADINGS[kind][column][place] for column in columns])
    sheet.append([KINDS[kind].get(column, "") for column in columns])
    for cell in sheet[1]:
        cell.font = Font(bold=True)
    sheet.freeze_panes = "A2"
    for cells in sheet.iter_cols(min_row=1, max_row=_ROWS, max_col=len(columns)):
        for cell in cells:
            cell.number_format = "@"
    for letter in "ABCDEFGHIJKLMN"[: len(columns)]:
        sheet.column_dimensions[letter].width = _WIDTH
    known = book.create_sheet("words")
    for column in columns:
        words = words_of(column, place)
        if words:
            known.append([HEADINGS[kind][column][place], *words])
    book.save(out)
