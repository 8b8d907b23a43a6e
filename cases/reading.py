"""What a report already says, so that nobody is asked again (rule book 6.12): pure, and only ever a suggestion.

The words that speak for a category are data (category_words.csv). No score is shown and none lowers a level.
"""

import csv
import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import NamedTuple

from cases.danger_words import fold
from cases.numbers import NATIVE, QUANTITY, native, quantity
from cases.urgency import language_of
from models.vocabulary import Category, Language, Station

WORDS = Path(__file__).with_name("category_words.csv")
CANDIDATES = 3  # rule book 6.12: at most three candidates, with the words that led to them
LARGEST_CROWD = 100_000  # more people than a county has neighbours is a misreading


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A category, and why."""

    category: Category
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Reading:
    """All that a text says by itself; what is None or empty has not been said."""

    language: Language | None
    categories: tuple[Suggestion, ...]
    people: int | None
    same_claim: bool
    amount: Decimal | None
    other_side: str | None
    phone_dead: bool
    phone: str | None


def read(text: str) -> Reading:
    """Read once; every field is for a person to confirm."""
    plain = unicodedata.normalize("NFKC", text)
    people = people_in(plain)
    letters = fold(text)
    return Reading(
        language=language_of(text),
        categories=categories_of(letters),
        people=people,
        same_claim=same_claim(plain, people),
        amount=amount_in(plain),
        other_side=other_side_in(plain),
        phone_dead=_PHONE_DEAD.search(letters) is not None,
        phone=phone_in(plain),
    )


# --- categories --------------------------------------------------------------------------------------------------


class _Word(NamedTuple):
    """A word that speaks for a category: folded, and as it is shown."""

    rank: int
    folded: str
    shown: str
    weight: int
    category: Category


@cache
def _category_words() -> Mapping[str, Sequence[_Word]]:
    """By their first two letters, for a text has few of them; ranked longest first, so that 宅基地 is seen before 地."""
    with WORDS.open(encoding="utf-8", newline="") as file:
        rows = [
            (fold(word), word, int(row["weight"]), Category(row["category"]))
            for row in csv.DictReader(file)
            for word in row["words"].split()
        ]
    rows.sort(key=lambda row: -len(row[0]))
    begins: dict[str, list[_Word]] = {}
    for rank, row in enumerate(rows):
        begins.setdefault(row[0][:2], []).append(_Word(rank, *row))
    return begins


def _words_perhaps_in(letters: str) -> list[_Word]:
    """The words that begin with any two letters of the text, or with any one, in their order."""
    begins = _category_words()
    pairs = {letters[place : place + length] for place in range(len(letters)) for length in (1, 2)}
    return sorted(word for pair in pairs for word in begins.get(pair, ()))


def categories_of(letters: str) -> tuple[Suggestion, ...]:
    """The best candidates of a folded text; the word said first breaks a tie."""
    scores: dict[Category, int] = {}
    places: dict[Category, dict[int, str]] = {}
    for _, folded, shown, weight, category in _words_perhaps_in(letters):
        place = letters.find(folded)
        said = places.setdefault(category, {})
        # 물업 inside 물업회사 counts once
        if place < 0 or any(start <= place < start + len(word) for start, word in said.items()):
            continue
        said[place] = shown
        scores[category] = scores.get(category, 0) + weight
    ranked = sorted(scores, key=lambda category: (-scores[category], min(places[category])))
    return tuple(
        Suggestion(category, tuple(word for _, word in sorted(places[category].items())))
        for category in ranked[:CANDIDATES]
    )


# --- numbers ------------------------------------------------------------------------------------------------------

_KOREAN_NUMERAL = re.compile(r"(?<![가-힣])(?=[가-힣]*[십백천만억])[가-힣]{2}")
_ROUGHLY = re.compile("[一二三四五六七八九]{2}")


def _number(match: re.Match[str]) -> Decimal | None:
    """The quantity of a match; 사원 and 이 원인 hold the syllables of a numeral and are none."""
    written = match[1]
    if "가" <= written[0] <= "힣" and not _KOREAN_NUMERAL.match(match.string, match.start(1)):
        return None
    if _ROUGHLY.search(written):  # 五六个人: five or six, not fifty-six
        return None
    return quantity(written)


# --- people ------------------------------------------------------------------------------------------------------

_PEOPLE_ZH = re.compile(
    rf"(?<![第\d.,几数多])({QUANTITY})(?:多|余|来|几)?\s?"
    r"(?:名|位|户|人(?!民|行|生|家|工智|身|次|均)|个\s?(?:农民工|工人|工友|业主|居民|村民|员工|住户|邻居|人(?!月|民)))"
)
_PEOPLE_KO = re.compile(
    rf"(?<![제\d.,])({QUANTITY})(?:여)?\s?(?:명|인(?=이|의|은|분|\s|$)|세대|가구|호의)"
)
_PEOPLE_NATIVE = re.compile(
    rf"(?<![가-힣])({NATIVE})\s?(?:나문\s?)?(?:명|사람|분(?=이|의|은)|세대|집이)"
)


def people_in(text: str) -> int | None:
    """How many people the text speaks of: the largest number that counts people."""
    counts = [_number(match) for match in _PEOPLE_ZH.finditer(text)]
    counts += [_number(match) for match in _PEOPLE_KO.finditer(text)]
    counts += [
        None if (number := native(match[1])) is None else Decimal(number)
        for match in _PEOPLE_NATIVE.finditer(text)
    ]
    whole = [int(n) for n in counts if n is not None and n == int(n) and 1 < n <= LARGEST_CROWD]
    return max(whole, default=None)


_SHARED = re.compile(
    r"我们|大家|一起|集体|全体|联名|都(?:没|被|要|是)|工资|拖欠|欠薪"
    r"|우리|모두|다같이|함께|전체|련명|로임|임금|체불"
)


def same_claim(text: str, people: int | None) -> bool:
    """Several people who want one thing: a number of them and a word that joins them."""
    return people is not None and people > 1 and _SHARED.search(text) is not None


# --- money -------------------------------------------------------------------------------------------------------

_MONEY = re.compile(
    rf"(?<![\d第제.,几数多])({QUANTITY})\s?(?:多|余|여|来)?\s?(万|만)?(?:여)?\s?(元|块|圆|¥|원)"
)
#: A round number of ten-thousands is money when a word of money stands near, even without 元.
_BARE_MONEY = re.compile(
    r"(?:共|共计|合计|总共|欠|拖欠|赔|赔偿|借|要|给|付|交|押金|货款|工资|彩礼|모두|합계|총|빚|로임|임금|돈)"
    rf"[^\d\n。，,.]{{0,6}}?({QUANTITY}(?:万|만))(?!名|人|户|명|사람)"
)


def amount_in(text: str) -> Decimal | None:
    """The largest sum named, in yuan."""
    named = [(_number(match), 10_000 if match[2] else 1) for match in _MONEY.finditer(text)]
    named += [(_number(match), 1) for match in _BARE_MONEY.finditer(text)]
    return max((value * unit for value, unit in named if value), default=None)


# --- the other side ----------------------------------------------------------------------------------------------

#: As written, the most particular first.
_OTHER_SIDES = re.compile(
    r"包工头|开发商|物业公司|物业|房东|租客|租户|楼上|楼下|隔壁|对门|邻居|商家|卖家|健身房|诊所|医院|幼儿园|学校"
    r"|老板|公司|工厂|单位|村委会|丈夫|老公|妻子|老婆|前夫|前妻|婆婆|男方|女方|司机|对方"
    r"|도급자|청부업자|개발상|물업회사|물업|관리소|집주인|세입자|[웃윗]집|아래집|아랫집|옆집|앞집|뒤집|이웃"
    r"|상점|진료소|병원|유치원|학교|(?<!공)사장|회사|공장|단위|촌민위원회|남편|안해|시어머니|운전수|친척|상대방"
)
_RANK = {"公司": 1, "单位": 1, "对方": 2, "회사": 1, "단위": 1, "상대방": 2, "医院": 1, "병원": 1}
_RANK |= {"学校": 1, "학교": 1, "物业": 0, "邻居": 0}


def other_side_in(text: str) -> str | None:
    """Whom the matter is with, by the word the text uses; a particular word before a general one."""
    found = _OTHER_SIDES.findall(text)
    return min(found, key=lambda word: _RANK.get(word, 0), default=None)


# --- offices -----------------------------------------------------------------------------------------------------

_OFFICES: Mapping[Station, re.Pattern[str]] = {
    Station.VILLAGE_COMMITTEE: re.compile(
        "村委会|村民委员会|居委会|居民委员会|社区居委|村支书|村书记|村主任|촌민위원회|촌위원회|주민위원회|촌서기|촌장"
    ),
    Station.STREET_OFFICE: re.compile(
        "街道办|街道干部|镇政府|乡政府|镇里|乡里|镇长|乡长|가두판사처|진정부|향정부|진장|향장"
    ),
    Station.POLICE_STATION: re.compile("派出所|民警|警察|파출소|민경|경찰"),
    Station.COURT: re.compile("法院|法庭|法官|법원|법정|법관"),
    Station.JUSTICE_OFFICE: re.compile("司法所|사법소"),
    Station.FARM_STATION: re.compile("农经站|농경소"),
    Station.TRAFFIC_POLICE: re.compile("交警|교통경찰"),
    Station.LABOUR_OFFICE: re.compile("人社局|劳动局|社保局|로동국|인사국|사회보험국"),
    Station.HEALTH_OFFICE: re.compile("卫健局|卫生局|위생국|위생건강국"),
    Station.PROPERTY_OFFICE: re.compile("住建局|房产局|주택건설국|부동산국"),
}


def offices_in(text: str) -> tuple[Station, ...]:
    """The offices that a text names, in its order; only a suggestion, for a person to confirm."""
    plain = unicodedata.normalize("NFKC", text)
    found = {station: said.search(plain) for station, said in _OFFICES.items()}
    return tuple(
        sorted(
            (station for station, match in found.items() if match),
            key=lambda one: match.start() if (match := found[one]) else 0,
        )
    )


# --- telephones --------------------------------------------------------------------------------------------------

_PHONE_DEAD = re.compile(
    "(?:电话|手机)(?:也|都|一直|老|总|)(?:打不通|不接|关机|停机|无人接|没人接|不通|联系不上|空号)"
    "|不接(?:我|我们|)电话|打不通电话|关机了|联系不上"
    "|전화(?:를|도|가|)[^\n]{0,4}(?:받지않|안받|받지못|통하지않|안[되됩된됨]|꺼|끊기|[련연]결되지않|불통)"
    "|핸드폰(?:을|이|도|)[^\n]{0,4}(?:꺼|통하지않)|[련연]락이(?:되지않|안[되됩된됨]|끊)"
)
_PHONE = re.compile(
    r"(?<!\d)(?:\+?86[- ]?)?(1[3-9]\d[- ]?\d{4}[- ]?\d{4}|0\d{2,3}[- ]?\d{7,8})(?!\d)"
)


def without_phones(text: str) -> str:
    """The text without its telephone numbers, whose digits stand for nothing else."""
    return _PHONE.sub(" ", unicodedata.normalize("NFKC", text))


def phone_in(text: str) -> str | None:
    """The first telephone number, digits only; whose it is, a person says."""
    match = _PHONE.search(unicodedata.normalize("NFKC", text))
    return re.sub(r"\D", "", match[1]) if match else None
