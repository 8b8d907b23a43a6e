"""A day as people write it, in Chinese or Korean: "11月28日下午2点", "모레 오후 2시", "12.6". Pure."""

import re
import unicodedata
from datetime import date, time, timedelta

_RELATIVE = {
    "大后天": 3,
    "后天": 2,
    "明天": 1,
    "今天": 0,
    "글피": 3,
    "모레": 2,
    "래일": 1,
    "내일": 1,
    "오늘": 0,
}
_FULL = re.compile(r"(20\d{2})\s*[年년./-]\s*(\d{1,2})\s*[月월./-]\s*(\d{1,2})")
#: "12.6" is a day, "18.6万" is money.
_MONTH_DAY = re.compile(
    r"(?<![\d.])(1[0-2]|0?[1-9])\s*(?:月|월|/|\.)\s*(3[01]|[12]\d|0?[1-9])(?![\d.]|\s*[万만천千元원%])"
)
#: "10日内" and "3일 안에" are lengths, "3号楼" is a house: neither is a day, and a day guessed wrong would start a clock.
_NO_DAY = r"(?!\d|\s*(?:以?之?内|之?后|间|이?내(?!일)|안|동안|간|후|뒤)|[楼栋室院])"
_DAY_ONLY = re.compile(rf"(?<![\d第])(\d{{1,2}})\s*(?:日|号|일){_NO_DAY}")
_HOUR = re.compile(r"(?<!\d)([01]?\d|2[0-3])\s*(?:点|시|:)\s*([0-5]\d)?")
_AFTERNOON = re.compile(r"下午|晚上|오후|저녁")
_MORNING = re.compile(r"早上|上午|凌晨|아침|오전|새벽")
_NOON = 12
_CALLS_BEGIN = 8  # "2 o'clock" said of a call is two in the afternoon; 8 and later are as said


def read_day(text: str, today: date) -> tuple[date, time | None] | None:
    """The day (and hour, when written) that a text names; a day without a year lies ahead."""
    plain = unicodedata.normalize("NFKC", text)
    day = _day(plain, today)
    return None if day is None else (day, _hour(plain))


def hour_of_call(text: str) -> time | None:
    """The hour at which somebody wants to be called; an early one without "morning" is in the afternoon."""
    plain = unicodedata.normalize("NFKC", text)
    said = _hour(plain)
    if said is None or said.hour > _NOON:
        return said
    if _MORNING.search(plain):
        return said.replace(hour=said.hour % _NOON)
    return said.replace(hour=said.hour + _NOON) if said.hour < _CALLS_BEGIN else said


def _day(text: str, today: date) -> date | None:
    if found := _FULL.search(text):
        return _made(int(found[1]), int(found[2]), int(found[3]))
    if found := _MONTH_DAY.search(text):
        month, day = int(found[1]), int(found[2])
        this_year = _made(today.year, month, day)
        if this_year is not None and this_year < today:
            return _made(today.year + 1, month, day)
        return this_year
    for word, days in _RELATIVE.items():
        if word in text:
            return today + timedelta(days=days)
    if found := _DAY_ONLY.search(text):
        return _ahead(today, int(found[1]))
    return None


def _ahead(today: date, day: int) -> date | None:
    """That day of this month, or of the next when it has passed."""
    this_month = _made(today.year, today.month, day)
    if this_month is not None and this_month >= today:
        return this_month
    first = (today.replace(day=1) + timedelta(days=32)).replace(day=1)
    return _made(first.year, first.month, day)


def _hour(text: str) -> time | None:
    found = _HOUR.search(_FULL.sub(" ", text))
    if found is None:
        return None
    hour = int(found[1])
    if _AFTERNOON.search(text) and hour < _NOON:
        hour += _NOON
    return time(hour, int(found[2] or 0))


def _made(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None
