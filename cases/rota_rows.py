"""The rows of a duty rota: who, for which area, as what, from when until when. Pure; faults are named like a roster's."""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from cases.finding import AreaMap
from cases.on_duty import SHIFTS
from cases.roster_rows import area_of
from cases.sheet import Cell, Fault, Reader, Reason, Refused, Row, a_phone, plain_text
from cases.workdays import CIVIL, DAY, at
from models.vocabulary import Role

COLUMNS = ("code", "name", "phone", "area", "role", "begins", "over")
NEEDED = ("area", "role", "begins", "over")
#: Nobody stands ready longer without a break in the list: more is a slip of the year or the month.
LONGEST = timedelta(days=31)

_WHEN = re.compile(
    r"(\d{4})[-/.年년]\s*(\d{1,2})[-/.月월]\s*(\d{1,2})\s*[日일.T]?\s*"
    r"(\d{1,2})\s*(?:[:：]\s*(\d{2})(?::\d{2})?|[时点시]\s*(?:(\d{1,2})\s*[分분])?)"
)
_HOUR = re.compile(
    r"(\d{1,2})\s*(?:[:：]\s*(\d{2})(?::\d{2})?|[时点시]\s*(?:(\d{1,2})\s*[分분])?)"
)
_MIDNIGHT = 24
_LONGEST_NAME = 40


@dataclass(frozen=True, slots=True)
class RotaLine:
    """One row that can be read."""

    row: int
    code: str
    name: str
    phone: str
    area_id: int
    role: Role
    starts: datetime
    ends: datetime


def read(rows: Iterable[Row], areas: AreaMap, faults: list[Fault]) -> list[RotaLine]:
    """The rows that can be taken; what is wrong with the others goes to `faults`."""
    lines = []
    for row in rows:
        reader = Reader(row)
        line = _line(reader, areas)
        faults.extend(reader.faults)
        if line is not None and reader.is_whole:
            lines.append(line)
    return lines


def _line(reader: Reader, areas: AreaMap) -> RotaLine | None:
    code, phone = reader.digits("code"), _phone(reader)
    name = reader.text("name", longest=_LONGEST_NAME)
    if not code and not phone and reader.is_whole:
        reader.refuse("code", Reason.NO_KEY)
    role, area = _role(reader), area_of(reader, areas)
    starts = _instant(reader, "begins", None)
    ends = _instant(reader, "over", starts) if starts else None
    if starts and ends and not starts < ends:
        reader.refuse("over", Reason.SHIFT_ENDS_FIRST, reader.row.cells.get("over"))
    elif starts and ends and ends - starts > LONGEST:
        reader.refuse("over", Reason.SHIFT_LONG, reader.row.cells.get("over"))
    if role is None or area is None or starts is None or ends is None:
        return None
    return RotaLine(reader.row.number, code, name, phone, area, role, starts, ends)


def _phone(reader: Reader) -> str:
    try:
        return a_phone("phone", reader.digits("phone"))
    except Refused as refused:
        reader.faults.append(refused.fault(reader.row.number))
        return ""


def _role(reader: Reader) -> Role | None:
    said = reader.text("role")
    if not said:
        if "role" not in {fault.column for fault in reader.faults}:
            reader.refuse("role", Reason.ROLE_MISSING)
    elif said not in SHIFTS:
        known = said in set(Role)
        reader.refuse("role", Reason.ROLE_NO_SHIFT if known else Reason.ROLE_UNKNOWN, said)
    else:
        return Role(said)
    return None


def _instant(reader: Reader, column: str, after: datetime | None) -> datetime | None:
    try:
        return an_instant(column, reader.row.cells.get(column), after)
    except Refused as refused:
        reader.faults.append(refused.fault(reader.row.number))
        return None


def an_instant(column: str, cell: Cell, after: datetime | None = None) -> datetime:
    """A day and hour of the office's own zone; an hour alone is the first such hour `after` another instant.

    Raises:
        Refused: missing, or none.
    """
    if isinstance(cell, datetime):
        return _minute(cell.replace(tzinfo=CIVIL))
    said = unicodedata.normalize("NFKC", plain_text(column, cell))
    if not said:
        raise Refused(column, Reason.INSTANT_MISSING)
    if found := _WHEN.fullmatch(said):
        return _made(column, said, tuple(map(int, found.group(1, 2, 3))), found.group(4, 5, 6))
    hour = _HOUR.fullmatch(said)
    if hour is None or after is None:
        raise Refused(column, Reason.INSTANT_FORM, said)
    day = after.astimezone(CIVIL).date()
    made = _made(column, said, (day.year, day.month, day.day), hour.group(1, 2, 3))
    return made if made > after else made + DAY


def _made(column: str, said: str, day: tuple[int, ...], hour: tuple[str | None, ...]) -> datetime:
    number, minute = int(hour[0] or 0), int(hour[1] or hour[2] or 0)
    try:
        if number == _MIDNIGHT and not minute:
            return at(date(*day) + DAY, time())
        return at(date(*day), time(number, minute))
    except ValueError:
        raise Refused(column, Reason.DATE_IMPOSSIBLE, said) from None


def _minute(when: datetime) -> datetime:
    """A spreadsheet keeps hours as fractions of a day: 19:59:59.999 is 20:00."""
    return (when + timedelta(seconds=30)).replace(second=0, microsecond=0)
