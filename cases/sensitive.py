"""Sensitive data in somebody's words, and the words without it: pure; found by patterns, never by a guess about a person.

Sources: 个人信息保护法 28 (what is sensitive: health, accounts, children under fourteen); GB/T 35273-2020, annex B (the
examples of health data and of identity numbers); GB 11643-1999 (identity numbers); ISO/IEC 7812-1 (card numbers);
rule book 6.11. Laws: identity and card numbers are never needed here and always masked; the rest is shown to handlers
only with consent; the words themselves stay sealed as they were written.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

from models.vocabulary import Sensitive

#: Never needed in a chat (rule book 6.11): masked whatever anybody agrees to.
NUMBERS = frozenset({Sensitive.IDENTITY, Sensitive.ACCOUNT})
#: Shown to handlers once the person has agreed.
BY_CONSENT = frozenset(Sensitive) - NUMBERS
_SHOWN = 4  # digits left at each end, so that two numbers can be told apart
_HIDDEN = "***"


@dataclass(frozen=True, slots=True)
class Found:
    """One piece of sensitive data and where it stands."""

    what: Sensitive
    start: int
    end: int


def find(text: str) -> tuple[Found, ...]:
    """All sensitive data of a text, in order; numbers before what may stand around them."""
    taken: list[Found] = []
    for found in _candidates(text):
        if all(found.end <= other.start or found.start >= other.end for other in taken):
            taken.append(found)
    return tuple(sorted(taken, key=lambda found: found.start))


def kinds(text: str) -> frozenset[Sensitive]:
    """Which kinds of sensitive data a text holds."""
    return frozenset(found.what for found in find(text))


def hide(text: str, agreed: frozenset[Sensitive] = frozenset()) -> str:
    """The text as handlers see it: numbers masked, and what nobody agreed to show left out."""
    shown, end = [], 0
    for found in find(text):
        if found.what in agreed - NUMBERS:
            continue
        piece = text[found.start : found.end]
        shown += [text[end : found.start], _masked(piece) if found.what in NUMBERS else _HIDDEN]
        end = found.end
    return "".join([*shown, text[end:]])


def names_home(text: str) -> bool:
    """Whether a text says building and flat already."""
    return Sensitive.HOME in kinds(text)


def _masked(number: str) -> str:
    """222401199001011234 → 2224**********1234."""
    plain = unicodedata.normalize("NFKC", number)
    digits = "".join(sign for sign in plain if sign.isdecimal() or sign in "Xx")
    return digits[:_SHOWN] + "*" * (len(digits) - 2 * _SHOWN) + digits[-_SHOWN:]


def _candidates(text: str) -> Iterator[Found]:
    for what, pattern in _PATTERNS:
        for match in pattern.finditer(text):
            if what is not Sensitive.ACCOUNT or _is_card(match[0]):
                yield Found(what, match.start(), match.end())


# --- numbers -----------------------------------------------------------------------------------------------------

_GAP = r"[ \-]?"
_BIRTH = rf"(?:18|19|20)\d{{2}}{_GAP}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])"
_SHORT_BIRTH = r"\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])"
#: Area, birthday, order, check sign (GB 11643-1999); fifteen digits before 1999. A wrong check sign is masked too.
_IDENTITY = re.compile(
    rf"(?<![0-9A-Za-z])(?:[1-9]\d{{5}}{_GAP}{_BIRTH}{_GAP}\d{{3}}[0-9Xx]|[1-9]\d{{5}}{_SHORT_BIRTH}\d{{3}})"
    r"(?![0-9A-Za-z])"
)
_CARD = re.compile(r"(?<![0-9A-Za-z])\d(?:[ \-]?\d){15,18}(?![0-9A-Za-z])")
_UNIONPAY = "62"
_LUHN_DOUBLED = (0, 2, 4, 6, 8, 1, 3, 5, 7, 9)


def _is_card(written: str) -> bool:
    """Luhn's check digit (ISO/IEC 7812-1), or China UnionPay's own beginning."""
    digits = [int(sign) for sign in written if sign.isdigit()]
    doubled = (_LUHN_DOUBLED[digit] for digit in digits[-2::-2])
    fits = (sum(digits[::-2]) + sum(doubled)) % 10 == 0
    return fits or "".join(map(str, digits[:2])) == _UNIONPAY


# --- health, home, children --------------------------------------------------------------------------------------

_HEALTH = re.compile(
    r"乙肝|艾滋病?|HIV|梅毒|性病|肺结核|传染病|[\u4e00-\u9fff]?癌症?|肿瘤|白血病|尿毒症|糖尿病|高血压|心脏病"
    r"|脑梗死?|脑出血|中风|偏瘫|瘫痪|精神病|精神分裂症?|抑郁症?|焦虑症|癫痫|痴呆|残疾证?|智力障碍|怀孕|流产|堕胎"
    r"|不孕|病历|诊断书?|化疗|透析|手术|住院|病危"
    r"|간염|에이즈|매독|성병|페?결핵|전염병|(?:간|위|페|유방|자궁|직장|갑상선)암|암(?=에 ?걸| ?진단| ?환자)|종양|백혈병"
    r"|뇨독증|당뇨병?|고혈압|심장병|뇌경색|뇌출혈|중풍|반신불수|정신병|정신분렬증?|우울증|간질병|치매|장애인증?|임신"
    r"|류산|락태|불임|병력|진단서?|항암|투석|수술|입원",
    re.IGNORECASE,
)
_FEW = "[0-9一二三四五六七八九十]{1,3}"
_HOME = re.compile(
    rf"{_FEW}\s?(?:号楼|栋|幢|号院)\s?(?:{_FEW}\s?单元\s?)?\d{{1,4}}\s?(?:室|号|门)?"
    rf"|{_FEW}\s?单元\s?\d{{2,4}}\s?(?:室|号)?"
    r"|\d{1,3}\s?(?:호동|동|호루|단원)\s?(?:\d{1,2}\s?단원\s?)?\d{2,4}\s?호"
)
_SMALL_KO = "한|두|세|네|다섯|여섯|일곱|여덟|아홉|열|열한|열두|열세"
#: Under fourteen (个人信息保护法 28, 31): an age, or a word that can mean nobody older.
_CHILD = re.compile(
    r"(?<![\d.,])(?:[0-9]|1[0-3])\s?(?:周岁|岁)(?!以上)"
    r"|(?<![一二三四五六七八九十百几])(?:[一二三四五六七八九两]|十[一二三]?)(?:周岁|岁)(?!以上)"
    r"|小学生|婴儿|(?:未|不)满(?:十四|14)"
    r"|(?<![\d.,])(?:[0-9]|1[0-3])\s?(?:살|세)(?![가-힣]*(?:대|기|트)\b)(?!이상)"
    rf"|(?<![가-힣])(?:{_SMALL_KO})\s?살(?![가-힣]*씩)"
    r"|소학생|유치원생|갓난아[이기]|젖먹이"
)
_PATTERNS = (
    (Sensitive.IDENTITY, _IDENTITY),
    (Sensitive.ACCOUNT, _CARD),
    (Sensitive.HOME, _HOME),
    (Sensitive.CHILD, _CHILD),
    (Sensitive.HEALTH, _HEALTH),
)
