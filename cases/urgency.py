"""The safety gate: what a text says about danger, and how urgent a case is (laws 10 and 13; rule book 6.2, 6.4).

Pure, no clock, no store. The words and their patterns: danger_words.py and danger_words.csv.
"""

import re
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from cases.danger_words import LEAD, NOTES, Row, Words, fold, shipped_words
from models.vocabulary import GUARDED, Category, Flag, Language, Level

MANY = 50  # rule book 6.4, RED
GROUP = 10  # rule book 6.4: RED when a road is blocked as well, else ORANGE; 劳动争议调解仲裁法 7
LABOUR_GROUP = 5  # rule book 6.4: "labour > 5"
LARGE_AMOUNT = Decimal(100_000)  # yuan; rule book 6.4 and the allowance rules of 3.2
SERIOUSLY_INJURED = 3  # rule book 6.4

_HANGUL = re.compile(r"[\uac00-\ud7a3\u1100-\u11ff\u3130-\u318f]")
_HANZI = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff]")


def language_of(text: str) -> Language | None:
    """The language a text is written in; Hangul decides, because Korean texts quote Hanzi and not the reverse."""
    if _HANGUL.search(text):
        return Language.KO
    return Language.ZH if _HANZI.search(text) else None


# --- the gate ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Gate:
    """What a text said about danger, with the words that said it."""

    strong: frozenset[Flag] = frozenset()
    weak: frozenset[Flag] = frozenset()
    notes: frozenset[Flag] = frozenset()
    words: tuple[str, ...] = ()

    @property
    def hit(self) -> bool:
        """Danger text at once, level RED."""
        return bool(self.strong)

    @property
    def doubtful(self) -> bool:
        """One line and two buttons; a human reads it in any case."""
        return bool(self.weak) and not self.strong

    @property
    def guarded(self) -> bool:
        """Nothing is sent on the system's own motion (law 13)."""
        return bool(self.strong & GUARDED)


#: So often one word is read in one text; who repeats it more has said it.
_CROWD = 32


@dataclass(frozen=True, slots=True)
class _Find:
    row: Row
    start: int
    end: int


def _finds(letters: str, words: Words) -> tuple[list[_Find], set[Flag]]:
    """What stands where, and the flags of words repeated too often to look at each."""
    found, times, crowded = list[_Find](), Counter[int](), set[Flag]()
    rows_of = words.by_lead.get
    for first in words.firsts.finditer(letters):
        start = first.start()
        pair, alone = rows_of(letters[start : start + LEAD]), rows_of(letters[start])
        if pair is None and alone is None:
            continue
        for row in (*(pair or ()), *(alone or ())):
            if not row.exception and times[id(row)] >= _CROWD:
                if row.flag:
                    crowded.add(row.flag)
            elif match := row.regex.match(letters, start):
                times[id(row)] += 1
                found.append(_Find(row, start, match.end()))
    return found, crowded


class _Covers:
    """The exceptions found in a text, in the order of their beginnings."""

    def __init__(self, finds: Iterable[_Find]) -> None:
        self.finds = list(finds)
        self.starts = [find.start for find in self.finds]
        self.longest = max((find.end - find.start for find in self.finds), default=0)

    def over(self, find: _Find) -> list[Row]:
        near = slice(
            bisect_left(self.starts, find.start - self.longest),
            bisect_right(self.starts, find.start),
        )
        return [
            cover.row
            for cover in self.finds[near]
            if cover.end >= find.end and cover.row.flag in (None, find.row.flag)
        ]


def gate(text: str, words: Words | None = None) -> Gate:
    """Read a text for danger. In doubt a flag is weak, never lost: a denied threat is still read by a human."""
    words = shipped_words() if words is None else words
    letters = fold(text)
    finds, crowded = _finds(letters, words)
    covers = _Covers(find for find in finds if find.row.exception)
    strong, weak, notes = set[Flag](), crowded - NOTES, crowded & NOTES
    said: dict[str, None] = {}
    for find in finds:
        flag = find.row.flag
        if find.row.exception or flag is None:
            continue
        over = covers.over(find)
        if over and not any(row.weak for row in over):
            continue
        if flag in NOTES:
            notes.add(flag)
            continue
        denied = words.denied(letters, find.start, find.end)
        if find.row.weak and denied:
            continue
        (strong if find.row.strong and not denied and not over else weak).add(flag)
        said[letters[find.start : find.end]] = None
    return Gate(frozenset(strong), frozenset(weak - strong), frozenset(notes), tuple(said))


# --- levels ------------------------------------------------------------------------------------------------------


def level_for(
    *,
    gate: Gate,
    people: int | None,
    amount: Decimal | None,
    category: Category | None,
    text_wage: bool,
    deaths: bool = False,
    seriously_injured: int = 0,
) -> Level:
    """The level a report starts with. GREEN is never guessed: that a matter is only advice, staff decide."""
    many = people or 0
    red = (
        gate.hit  # rule book 6.4: gate hit, 民转刑 sign
        or many >= MANY  # rule book 6.4: ≥ 50 people
        or (
            many >= GROUP and Flag.BLOCK in gate.weak
        )  # rule book 6.4: ≥ 10 + a plan to block or petition
        or deaths  # rule book 6.4: death; known from staff, a text alone is no proof
        or seriously_injured >= SERIOUSLY_INJURED  # rule book 6.4
    )
    orange = (
        many >= GROUP  # rule book 6.4: 10–49 people with a common claim
        or (category is Category.LABOUR and many > LABOUR_GROUP)  # rule book 6.4: labour > 5
        or (amount is not None and amount >= LARGE_AMOUNT)  # rule book 6.4: ≥ 100,000 yuan
        or text_wage  # rule book 6.4: wages of migrant workers
    )
    return Level.RED if red else Level.ORANGE if orange else Level.YELLOW
