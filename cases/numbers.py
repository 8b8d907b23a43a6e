"""Numbers as people write, say and hear them: quantities in a text, and the number of a case.

The number `26-222401-000123-7` is year, county, sequence, check digit; inside the county and the year `123-7` is enough.

The check digit is Damm's (H. M. Damm, Total anti-symmetrische Quasigruppen, Marburg 2004, the table of order 10): it
catches every wrong digit and every two neighbours exchanged, the check digit itself included. It is taken over year,
county and sequence. The short form is checked with the year and county known from where it was typed, and the very same
guarantee holds; beyond it, nine out of ten numbers typed in the wrong year or county are refused, not answered with a
stranger's case.
"""

import re
import unicodedata
from dataclasses import dataclass
from decimal import Decimal

# --- quantities --------------------------------------------------------------------------------------------------

_HANZI_DIGITS = dict(zip("〇零一二三四五六七八九两兩", [0, 0, *range(1, 10), 2, 2], strict=True))
_KOREAN_DIGITS = dict(
    zip("영공령일이삼사오륙육칠팔구", [0, 0, 0, 1, 2, 3, 4, 5, 6, 6, 7, 8, 9], strict=True)
)
_DIGITS = _HANZI_DIGITS | _KOREAN_DIGITS
_SMALL_UNITS = {"十": 10, "百": 100, "千": 1000, "십": 10, "백": 100, "천": 1000}
_LARGE_UNITS = {"万": 10_000, "萬": 10_000, "만": 10_000, "亿": 10**8, "億": 10**8, "억": 10**8}
_NATIVE_TENS = {"열": 10, "스물": 20, "스무": 20, "서른": 30, "마흔": 40, "쉰": 50}
_NATIVE_TENS |= {"예순": 60, "일흔": 70, "여든": 80, "아흔": 90}
_NATIVE_ONES = {"하나": 1, "한": 1, "둘": 2, "두": 2, "셋": 3, "세": 3, "석": 3, "넷": 4, "네": 4}
_NATIVE_ONES |= {"다섯": 5, "여섯": 6, "일곱": 7, "여덟": 8, "아홉": 9}
_PIECE = re.compile(r"\d+(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?|[^\d\s]")

#: A row of digits is one figure and is never tried in parts: a long one would otherwise be read in a million ways.
_FIGURES = r"(?<!\d)(?>(?:\d+(?:,\d{3})+|\d+)(?:\.\d+)?)"
_HANZI = "[〇零一二三四五六七八九两兩十百千万萬亿億]"
_HANGUL = "[일이삼사오륙육칠팔구십백천만억]"
#: A quantity inside a larger pattern. A Hangul one begins a word, and only 만 and 억 are followed by a space: in
#: `이 37만원` the 이 is no numeral.
QUANTITY = (
    rf"(?:{_FIGURES}|{_HANZI}|(?<![가-힣]){_HANGUL})"
    rf"(?:(?:(?<=[만억万亿])[ ])?(?:{_FIGURES}|{_HANZI}|{_HANGUL})){{0,12}}"
)
#: Korean's own numerals, up to ninety-nine.
NATIVE = (
    f"(?:(?:{'|'.join(_NATIVE_TENS)})(?:{'|'.join(_NATIVE_ONES)})?|(?:{'|'.join(_NATIVE_ONES)}))"
)


def native(text: str) -> int | None:
    """`서른두` → 32."""
    tens = next((word for word in _NATIVE_TENS if text.startswith(word)), "")
    ones = text[len(tens) :]
    if not text or (ones and ones not in _NATIVE_ONES):
        return None
    return _NATIVE_TENS.get(tens, 0) + _NATIVE_ONES.get(ones, 0)


def quantity(text: str) -> Decimal | None:
    """`18.6万`, `18만 6,000`, `三万五千`, `两百三` → the number; None where the letters make none."""
    text = unicodedata.normalize("NFKC", text).strip()
    total, section, waiting, last_unit = Decimal(0), Decimal(0), None, 0
    pieces = _PIECE.findall(text)
    if not pieces:
        return None
    for piece in pieces:
        if piece[0].isdigit() and piece not in _DIGITS:
            waiting = Decimal(piece.replace(",", ""))
        elif piece in _DIGITS:
            waiting = (waiting or 0) * 10 + Decimal(_DIGITS[piece])
            if _DIGITS[piece] == 0:
                last_unit = 0  # 三万零五: the zero says that the next digit is a plain one
        elif piece in _SMALL_UNITS:
            last_unit = _SMALL_UNITS[piece]
            section += (Decimal(1) if waiting is None else waiting) * last_unit
            waiting = None
        elif piece in _LARGE_UNITS:
            last_unit = _LARGE_UNITS[piece]
            total += (section + (waiting or 0) or Decimal(1)) * last_unit
            section, waiting = Decimal(0), None
        else:
            return None
    one_digit = waiting is not None and pieces[-1] in _HANZI_DIGITS and waiting in range(10)
    if waiting is not None and one_digit and last_unit > _SMALL_UNITS["十"]:
        waiting *= last_unit // 10  # 三万五 is 35000, as spoken
    value = total + section + (waiting or 0)
    return value.to_integral_value() if value == value.to_integral_value() else value


# --- the number of a case ----------------------------------------------------------------------------------------

_DAMM = (
    "0317598642", "7092154863", "4206871359", "1750983426", "6123045978",
    "3674209581", "5869720134", "8945362017", "9438617205", "2581436790",
)  # fmt: skip
_DASH = "-"
_SEQUENCES = range(1, 1_000_000)  # six digits, from one
_DASHES = re.compile(r"[‐‑‒–—―−﹣－ー~∼～_/·.]|杠|横|划|다시|대시|빼기|줄")
_SPOKEN = str.maketrans({"幺": "1"} | {word: str(value) for word, value in _DIGITS.items()})
_UNITS_SPOKEN = re.compile(
    r"[〇零一二三四五六七八九两十百千일이삼사오륙육칠팔구십백천만万]*[十百千십백천][^-]*"
)
_AROUND = re.compile(
    r"^(?:编号|案号|번호|사건번호|사건|no\.?|#|№)+[:]?|(?:号|번|호|입니다|이요|요)+$"
)


class NumberTypo(ValueError):
    """The number of a case whose check digit does not fit: somebody mistyped it or it belongs elsewhere."""


def damm(digits: str) -> int:
    """The check digit of a row of digits; zero over a row that bears its own."""
    interim = 0
    for digit in digits:
        interim = int(_DAMM[interim][int(digit)])
    return interim


@dataclass(frozen=True, slots=True, order=True)
class CaseNumber:
    """One case, one number."""

    year: int
    area6: str
    sequence: int

    def __post_init__(self) -> None:
        if not re.fullmatch(r"[0-9]{6}", self.area6):
            raise ValueError(f"area {self.area6!r} is not a county of six digits")
        if self.sequence not in _SEQUENCES:
            raise ValueError(f"sequence {self.sequence} does not fit six digits")

    @property
    def check(self) -> int:
        return damm(f"{self.year % 100:02}{self.area6}{self.sequence:06}")

    @property
    def full(self) -> str:
        """For receipts and paper."""
        return f"{self.year % 100:02}-{self.area6}-{self.sequence:06}-{self.check}"

    @property
    def short(self) -> str:
        """For screens and for saying aloud, inside the county."""
        return f"{self.sequence}-{self.check}"

    def __str__(self) -> str:
        return self.full


def parse(text: str, *, area6: str, year: int) -> CaseNumber | None:
    """The number somebody typed or said, full or short; None when it is none.

    Raises NumberTypo when it looks like a number and its check digit does not fit.
    """
    written = _plain(text)
    if full := re.fullmatch(r"(\d\d)-?(\d{6})-?(\d{6})-?(\d)", written):
        short_year, area6, sequence, check = full.groups()
        # the century of the year in which it is typed; a case of the last century's end is not ours
        year = year - year % 100 + int(short_year)
    elif short := re.fullmatch(r"(\d{1,6})-(\d)", written):
        sequence, check = short.groups()
    else:
        return None
    if int(sequence) == 0:
        raise NumberTypo(text)
    number = CaseNumber(year, area6, int(sequence))
    if number.check != int(check):
        raise NumberTypo(text)
    return number


def _plain(text: str) -> str:
    """ASCII digits and hyphens, as far as the text is a number."""
    text = re.sub(r"\s+", "", unicodedata.normalize("NFKC", text).casefold())
    text = _DASHES.sub(_DASH, _AROUND.sub("", text))
    return _DASH.join(_spoken(part) for part in re.split("-+", text))


def _spoken(part: str) -> str:
    """`一二三` digit by digit, `一百二十三` and `백이십삼` as one number."""
    if re.fullmatch(r"\d+", part) and part.isascii():
        return part
    if any(unit in part for unit in _SMALL_UNITS) and (value := quantity(part)) is not None:
        return str(value)
    return part.translate(_SPOKEN)
