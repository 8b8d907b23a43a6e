"""The ledger of a month as a table that the office's spreadsheet opens: codes in Chinese, and never a formula."""

import csv
import io
from collections.abc import Iterable, Iterator
from datetime import datetime

from cases.month_ledger import Column, Line
from cases.workdays import civil
from handlers.ending_screens import OUTCOMES
from handlers.words import CATEGORIES, LEVELS, RATINGS, STAGES, WAGES, Say
from models.vocabulary import Channel, Language

#: What a spreadsheet would take for the beginning of a formula.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def table(lines: Iterable[Line], columns: Iterable[tuple[Column, str]]) -> bytes:
    """UTF-8 with a mark in front, so that Excel reads the Chinese."""
    columns = tuple(columns)
    written = io.StringIO()
    rows = csv.writer(written, lineterminator="\r\n")
    rows.writerow([_plain(heading) for _, heading in columns])
    for line in lines:
        cells = dict(_cells(line))
        rows.writerow([_plain(cells.get(column, "")) for column, _ in columns])
    return written.getvalue().encode("utf-8-sig")


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


def _plain(cell: str) -> str:
    """Somebody's words that begin like a formula stay words."""
    return f"'{cell}" if cell.startswith(_FORMULA) else cell
