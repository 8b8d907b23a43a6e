"""A spreadsheet as it was read, row by row, and what can be wrong with a cell.

Laws: every fault names its row, its column and what stood there; a number that a spreadsheet program may have damaged
(a fraction, an exponent, more digits than it keeps) is refused, never guessed back.
"""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

Cell = str | int | float | date | None

#: A spreadsheet program keeps fifteen digits of a number (IEEE 754 double); what is longer was rounded.
_KEPT_DIGITS = 15
_SCIENTIFIC = re.compile(r"[+-]?\d+(\.\d+)?[eE][+-]?\d+")
_FRACTION = re.compile(r"\d+\.\d+")
_ERRORS = frozenset({"#N/A", "#REF!", "#NAME?", "#VALUE!", "#DIV/0!", "#NULL!", "#NUM!"})
_BROKEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\ufffd]"
)  # controls, and what a wrong encoding leaves
_SEPARATORS = re.compile(r"[;；,，、/|\n]+")


class Reason(StrEnum):
    """Why a row is not taken. The words in three languages: bot/import_words.py."""

    # any cell
    FORMULA = "formula"
    BROKEN_TEXT = "broken_text"
    TOO_MANY_CELLS = "too_many_cells"
    DAMAGED_FRACTION = "damaged_fraction"
    DAMAGED_EXPONENT = "damaged_exponent"
    DAMAGED_DIGITS = "damaged_digits"
    TOO_LONG = "too_long"
    # people
    NAME_MISSING = "name_missing"
    NAME_WITH_DIGITS = "name_with_digits"
    NAME_KO_NOT_KOREAN = "name_ko_not_korean"
    NAMES_DIFFER = "names_differ"
    NO_KEY = "no_key"
    CODE_FORM = "code_form"
    CODE_OF_TWO = "code_of_two"
    PHONE_FORM = "phone_form"
    PHONE_MASKED = "phone_masked"
    PHONE_IS_IDENTITY = "phone_is_identity"
    PHONE_OF_TWO = "phone_of_two"
    PHONE_KNOWN = "phone_known"
    STATUS_UNKNOWN = "status_unknown"
    STATUS_DIFFERS = "status_differs"
    READS_UNKNOWN = "reads_unknown"
    # duties
    ROLE_MISSING = "role_missing"
    ROLE_UNKNOWN = "role_unknown"
    ROLE_NOT_HERE = "role_not_here"
    AREA_MISSING = "area_missing"
    AREA_UNKNOWN = "area_unknown"
    AREA_AMBIGUOUS = "area_ambiguous"
    STATION_UNKNOWN = "station_unknown"
    CATEGORY_UNKNOWN = "category_unknown"
    CATEGORY_NOT_OURS = "category_not_ours"
    LANGUAGE_UNKNOWN = "language_unknown"
    RANK_FORM = "rank_form"
    RANK_TAKEN = "rank_taken"
    DATE_FORM = "date_form"
    DATE_IMPOSSIBLE = "date_impossible"
    DATE_EITHER_WAY = "date_either_way"
    DATE_FAR = "date_far"
    ENDS_FIRST = "ends_first"
    DUTY_TWICE = "duty_twice"
    DUTY_DIFFERS = "duty_differs"
    CHAIN_ENDS = "chain_ends"
    # the rota
    PERSON_UNKNOWN = "person_unknown"
    PERSON_OTHER = "person_other"
    PERSON_LEFT = "person_left"
    ROLE_NO_SHIFT = "role_no_shift"
    NO_SUCH_DUTY = "no_such_duty"
    INSTANT_MISSING = "instant_missing"
    INSTANT_FORM = "instant_form"
    SHIFT_ENDS_FIRST = "shift_ends_first"
    SHIFT_LONG = "shift_long"
    SHIFTS_MEET = "shifts_meet"
    # areas
    AREA_CODE_MISSING = "area_code_missing"
    AREA_CODE_FORM = "area_code_form"
    AREA_CODE_TWICE = "area_code_twice"
    AREA_NAME_MISSING = "area_name_missing"
    LEVEL_UNKNOWN = "level_unknown"
    LEVEL_NOT_OF_CODE = "level_not_of_code"
    PARENT_UNKNOWN = "parent_unknown"
    PARENT_NOT_ABOVE = "parent_not_above"
    HOURS_FORM = "hours_form"
    POINT_FORM = "point_form"
    POINT_HALF = "point_half"
    POINT_SWAPPED = "point_swapped"
    POINT_FAR = "point_far"
    BORDER_KIND = "border_kind"
    BORDER_BROKEN = "border_broken"
    # said, but nothing is refused for it
    BORDER_MENDED = "border_mended"
    BORDERS_OVERLAP = "borders_overlap"
    BORDER_OUTSIDE = "border_outside"
    BORDER_GAP = "border_gap"


#: What is only said: the row is taken all the same.
REMARKS = frozenset(
    {
        Reason.BORDER_MENDED,
        Reason.BORDERS_OVERLAP,
        Reason.BORDER_OUTSIDE,
        Reason.BORDER_GAP,
        Reason.DUTY_TWICE,
    }
)


@dataclass(frozen=True, slots=True, order=True)
class Fault:
    """What is wrong with one cell. `row` is the number that the spreadsheet program shows; 0 is the file as a whole."""

    row: int
    column: str
    reason: Reason
    value: str = ""

    @property
    def refuses(self) -> bool:
        return self.reason not in REMARKS


@dataclass(frozen=True, slots=True)
class Row:
    """One row, by column code. `border` is the shape of a map file, as its standard writes it."""

    number: int
    cells: Mapping[str, Cell]
    border: Mapping[str, object] | None = None
    too_long: bool = False


class Refused(Exception):
    """A cell that cannot be taken."""

    def __init__(self, column: str, reason: Reason, value: object = "") -> None:
        super().__init__(column, reason, value)
        self.column, self.reason, self.value = column, reason, str(value)[:60]

    def fault(self, row: int) -> Fault:
        return Fault(row, self.column, self.reason, self.value)


@dataclass(slots=True)
class Reader:
    """Reads the cells of one row and gathers its faults, so that all of them are named at once."""

    row: Row
    faults: list[Fault] = field(default_factory=list)

    def __post_init__(self) -> None:
        if self.row.too_long:
            self.faults.append(Fault(self.row.number, "", Reason.TOO_MANY_CELLS))

    def refuse(self, column: str, reason: Reason, value: object = "") -> None:
        self.faults.append(Refused(column, reason, value).fault(self.row.number))

    def text(self, column: str, *, longest: int = 100) -> str:
        """Words, in one normal form; empty when the cell is, or when it was refused."""
        try:
            said = plain_text(column, self.row.cells.get(column))
        except Refused as refused:
            self.faults.append(refused.fault(self.row.number))
            return ""
        if len(said) > longest:
            self.refuse(column, Reason.TOO_LONG, said)
            return ""
        return said

    def digits(self, column: str) -> str:
        """A number that is a name, not a quantity: a code or a telephone. Empty when missing or refused."""
        try:
            return undamaged(column, self.row.cells.get(column))
        except Refused as refused:
            self.faults.append(refused.fault(self.row.number))
            return ""

    def several(self, column: str) -> list[str]:
        return [one.strip() for one in _SEPARATORS.split(self.text(column)) if one.strip()]

    def day(self, column: str) -> date | None:
        try:
            return a_day(column, self.row.cells.get(column))
        except Refused as refused:
            self.faults.append(refused.fault(self.row.number))
            return None

    @property
    def is_whole(self) -> bool:
        return not any(fault.refuses for fault in self.faults)


def plain_text(column: str, cell: Cell) -> str:
    """The words of a cell, without the spaces around them."""
    if cell is None:
        return ""
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 10**_KEPT_DIGITS:
        cell = int(cell)
    said = cell.isoformat() if isinstance(cell, date) else str(cell)
    if not said.isascii():
        said = unicodedata.normalize("NFC", said)
    said = said.strip()
    if said.startswith(("=", "#")) and (said[0] == "=" or said.upper() in _ERRORS):
        raise Refused(column, Reason.FORMULA, said)
    if _BROKEN.search(said):
        raise Refused(column, Reason.BROKEN_TEXT, said)
    return " ".join(said.split())


def undamaged(column: str, cell: Cell) -> str:
    """A code or a telephone number, letter by letter as it was meant.

    Raises:
        Refused: a spreadsheet program has, or may have, changed its digits.
    """
    if isinstance(cell, float) and not cell.is_integer():
        raise Refused(column, Reason.DAMAGED_FRACTION, cell)
    if isinstance(cell, int | float) and abs(cell) >= 10**_KEPT_DIGITS:
        raise Refused(column, Reason.DAMAGED_DIGITS, f"{cell:.0f}")
    said = unicodedata.normalize("NFKC", plain_text(column, cell)).lstrip("'`").strip()
    if _SCIENTIFIC.fullmatch(said):
        raise Refused(column, Reason.DAMAGED_EXPONENT, said)
    if _FRACTION.fullmatch(said):
        raise Refused(column, Reason.DAMAGED_FRACTION, said)
    return said


_YEAR_FIRST = re.compile(r"(\d{4})[-/.年년]\s*(\d{1,2})[-/.月월]\s*(\d{1,2})\s*[日일.]?")
_EITHER_WAY = re.compile(r"\d{1,2}[-/.]\d{1,2}[-/.]\d{2,4}")
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})")
_YEARS = range(1990, 2100)
#: Days since this one are what a spreadsheet program writes when a date column was turned into numbers.
_FOREVER = frozenset({"长期", "至今", "无", "계속", "무기한", "-", "—"})


def a_day(column: str, cell: Cell) -> date | None:
    """A day; None when there is none, or none on which it ends."""
    if isinstance(cell, datetime):
        cell = cell.date()
    if not isinstance(cell, date):
        said = plain_text(column, cell)
        if not said or said in _FOREVER:
            return None
        found = _YEAR_FIRST.fullmatch(said) or _COMPACT.fullmatch(said)
        if found is None:
            either = Reason.DATE_EITHER_WAY if _EITHER_WAY.fullmatch(said) else Reason.DATE_FORM
            raise Refused(column, either, said)
        try:
            cell = date(*(int(part) for part in found.groups()))
        except ValueError:
            raise Refused(column, Reason.DATE_IMPOSSIBLE, said) from None
    if cell.year not in _YEARS:
        raise Refused(column, Reason.DATE_FAR, cell)
    return cell


_MOBILE = re.compile(r"1[3-9]\d{9}")
_LANDLINE = re.compile(r"0\d{2,3}\d{7,8}")
_SERVICE = re.compile(r"(1[012]\d{1,3}|12\d{3}|9[56]\d{3,6}|400\d{7})")
_IDENTITY = re.compile(r"\d{17}[\dXx]|\d{15}")


def a_phone(column: str, said: str, *, service: bool = False) -> str:
    """A telephone number of China, as digits.

    Raises:
        Refused: masked, an identity number, or no such number.
    """
    if not said:
        return ""
    digits = re.sub(r"[\s\-‐-―()]+", "", said)
    digits = re.sub(r"^(\+|00)86", "", digits)
    if "*" in said or "x" in said.lower()[3:7]:
        raise Refused(column, Reason.PHONE_MASKED, said)
    if _IDENTITY.fullmatch(digits):
        raise Refused(column, Reason.PHONE_IS_IDENTITY, f"{digits[:3]}…")
    known = _MOBILE.fullmatch(digits) or _LANDLINE.fullmatch(digits)
    if not known and not (service and _SERVICE.fullmatch(digits)):
        raise Refused(column, Reason.PHONE_FORM, said)
    return digits
