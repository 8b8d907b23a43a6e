"""Dates, hours, money and numbers as they are written in Yanbian, and the Korean particles.

Laws: every moment is shown in civil time, hours count to 24; a term that ends at midnight is said
as 24:00 of its last day; Korean follows the press of Yanbian (37만 6,863.43원), never Seoul's.
"""

from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import cache
from typing import Literal, get_args
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_date, format_datetime, get_day_names
from babel.numbers import format_decimal

CIVIL = ZoneInfo("Asia/Shanghai")

#: CLDR's own ko_CN writes no weekday beside the day; its 24 hours and its names are kept.
_DAY = {"zh_CN": "M月d日(EEE)", "ko_CN": "M월 d일(EEE)"}
_DAY_HOUR = {"zh_CN": "M月d日(EEE)HH:mm", "ko_CN": "M월 d일(EEE) HH:mm"}
_STAMP = {"zh_CN": "y年M月d日(EEE)HH:mm", "ko_CN": "y년 M월 d일(EEE) HH:mm"}
_MONTH_DAY = {"zh_CN": "M月d日", "ko_CN": "M월 d일"}
_FULL_DAY = {"zh_CN": "y年M月d日", "ko_CN": "y년 M월 d일"}

WAN, YI = 10_000, 100_000_000

Particle = Literal["은는", "이가", "을를", "과와", "으로"]
_AFTER_CONSONANT = {"은는": "은", "이가": "이", "을를": "을", "과와": "과", "으로": "으로"}
_AFTER_VOWEL = {"은는": "는", "이가": "가", "을를": "를", "과와": "와", "으로": "로"}
PARTICLES: tuple[Particle, ...] = get_args(Particle)
_FIRST_SYLLABLE, _LAST_SYLLABLE, _FINALS, _RIEUL = 0xAC00, 0xD7A3, 28, 8


def day(when: date, lang: str) -> str:
    """11月24日(周二) · 11월 24일(화)."""
    return format_date(_civil_day(when), _DAY[lang], _locale(lang))


def weekday(number: int, lang: str) -> str:
    """周一 · 월; Monday is 1."""
    name: str = get_day_names("abbreviated", locale=_locale(lang))[number - 1]
    return name


def month_day(when: date, lang: str) -> str:
    """11月24日 · 11월 24일."""
    return format_date(_civil_day(when), _MONTH_DAY[lang], _locale(lang))


def full_day(when: date, lang: str) -> str:
    """2026年11月24日 · 2026년 11월 24일."""
    return format_date(_civil_day(when), _FULL_DAY[lang], _locale(lang))


def hour(when: datetime, lang: str) -> str:
    """18:00, in both languages."""
    return format_datetime(_civil(when), "HH:mm", locale=_locale(lang))


def day_hour(when: datetime, lang: str) -> str:
    """11月24日(周二)18:00 · 11월 24일(화) 18:00."""
    return format_datetime(_civil(when), _DAY_HOUR[lang], locale=_locale(lang))


def stamp(when: datetime, lang: str) -> str:
    """2026年11月23日(周一)09:12 · 2026년 11월 23일(월) 09:12."""
    return format_datetime(_civil(when), _STAMP[lang], locale=_locale(lang))


def until(due: datetime, lang: str) -> str:
    """The end of a term as `day_hour`, but midnight as 24:00 of the day that it ends."""
    local = _civil(due)
    if (local.hour, local.minute) != (0, 0):
        return day_hour(due, lang)
    gap = "" if lang == "zh_CN" else " "
    return f"{day(local.date() - timedelta(days=1), lang)}{gap}24:00"


def count(n: int, lang: str) -> str:
    """1,234."""
    return format_decimal(n, "#,##0", _locale(lang))


def money(yuan: Decimal | int, lang: str) -> str:
    """18.6万元 · 18만 6,000원; 376,863.43元 · 37만 6,863.43원."""
    amount = Decimal(yuan)
    return _chinese_money(amount) if lang == "zh_CN" else _korean_money(amount)


def particle(word: str, kind: Particle) -> str:
    """The particle that fits a word ending in Hangul; nothing after Hanzi, digits or Latin."""
    last = ord(word[-1]) if word else 0
    if not _FIRST_SYLLABLE <= last <= _LAST_SYLLABLE:
        return ""
    final = (last - _FIRST_SYLLABLE) % _FINALS
    if final == 0 or (kind == "으로" and final == _RIEUL):
        return _AFTER_VOWEL[kind]
    return _AFTER_CONSONANT[kind]


class Named(str):
    """A name put into a message: `{mediator:이가}` in a Korean catalogue adds its particle."""

    __slots__ = ()

    def __format__(self, kind: str) -> str:
        for known in PARTICLES:
            if kind == known:
                return f"{self!s}{particle(self, known)}"
        return super().__format__(kind)


def fill(message: str, **facts: object) -> str:
    """Puts facts into a translated message; every text may be asked for its particle."""
    return message.format(
        **{name: Named(fact) if isinstance(fact, str) else fact for name, fact in facts.items()}
    )


@cache
def _locale(lang: str) -> Locale:
    """Parsed, not built: Locale('zh', 'CN') is unknown to CLDR, 'zh_CN' is resolved, which takes a millisecond."""
    return Locale.parse(lang)


def _civil(when: datetime) -> datetime:
    if when.tzinfo is None:
        raise ValueError("a moment must say its time zone")
    return when.astimezone(CIVIL)


def _civil_day(when: date) -> date:
    return _civil(when).date() if isinstance(when, datetime) else when


def _chinese_money(amount: Decimal) -> str:
    """In 万 or 亿 when one decimal says it exactly, else in full."""
    for size, name in ((YI, "亿"), (WAN, "万")):
        if amount >= size and amount % (size // 10) == 0:
            return f"{format_decimal(amount / size, '#,##0.#', _locale('zh_CN'))}{name}元"
    return f"{_plain(amount, 'zh_CN')}元"


def _korean_money(amount: Decimal) -> str:
    """By 억 and 만, what is left in full."""
    parts = []
    for size, name in ((YI, "억"), (WAN, "만")):
        whole, amount = divmod(amount, size)
        if whole:
            parts.append(f"{_plain(whole, 'ko_CN')}{name}")
    if amount or not parts:
        parts.append(_plain(amount, "ko_CN"))
    return f"{' '.join(parts)}원"


def _plain(amount: Decimal, lang: str) -> str:
    pattern = "#,##0" if amount == amount.to_integral_value() else "#,##0.00"
    return format_decimal(amount, pattern, _locale(lang))
