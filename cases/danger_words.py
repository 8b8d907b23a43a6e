"""The words that speak of danger, as data: how a text is folded, what a pattern may say, how a list is loaded.

The lists are CSV, because an office must be able to add its own:

    language,flag,strength,kind,pattern,note

- `word` raises its flag: `strong` (the danger text at once, RED) or `weak` (one line, two buttons, a human reads it).
  The flags group, wage and injury are notes: known, never danger by themselves.
- `except` covers a word that is none here: a dish, a tool, a telephone. What stays is its strength: weak, or nothing.
- `negation` with `~` where the word stands: a strong word that is denied stays weak, never nothing.
  An `except` with `~` only looks like a denial ("not a day without…") and lifts it.

In a pattern `(a|b|)` is a choice, `…` at most six letters of the same clause, `$` the end of the clause. There is no
repetition, so that no office can write a pattern that takes forever.
"""

import csv
import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from models.vocabulary import Flag, Language

SHIPPED = Path(__file__).with_name("danger_words.csv")
COLUMNS = ["language", "flag", "strength", "kind", "pattern", "note"]
#: Information that other rules use; a claim of many people is not a danger (law 10, class 6 alone).
NOTES = frozenset({Flag.GROUP, Flag.WAGE, Flag.INJURY})


#: A telephone set to traditional characters must not hide a danger: only the letters that the words need.
_SIMPLIFIED = str.maketrans(
    "殺報復脅嚇毆強姦綁盜騙詐賭場門樓盡歸於燒槍彈藥來動個傷媽爺過還沒無從發對讓掙紮點開電話輕",
    "杀报复胁吓殴强奸绑盗骗诈赌场门楼尽归于烧枪弹药来动个伤妈爷过还没无从发对让挣扎点开电话轻",
)
_TRADITIONAL = re.compile("[" + "".join(map(chr, _SIMPLIFIED)) + "]")
#: Normalising is fast only for text that is normal already, and these marks are what Chinese text is full of.
_PUNCTUATION = tuple(zip("，？！：；（）", ",?!:;()", strict=True))
#: A point or comma inside a number ends no clause.
_IN_NUMBER = re.compile(r"[.,](?<=\d[.,])(?=\d)")
_CLAUSE_END = re.compile(r"[\n。！？!?;:.,]+")
_LETTERS = re.compile(r"[\w\n]+")
#: One letter alone between two marks is no clause, but a word pulled apart.
_PULLED_APART = re.compile(r"\n(?:(?<=\n.\n)|(?=.\n))")


class WordsError(ValueError):
    """A row of a word list that cannot be used; the message names the row as the spreadsheet counts it."""


def fold(text: str) -> str:
    """Letters only, one writing for each, clauses kept apart by a line end: spacing and disguise do not matter."""
    for wide, plain in _PUNCTUATION:
        text = text.replace(wide, plain)
    text = unicodedata.normalize("NFKC", text).casefold()
    if _TRADITIONAL.search(text):
        text = text.translate(_SIMPLIFIED)
    # the two fillers of Hangul count as letters but show nothing
    text = text.replace("\u115f", "").replace("\u1160", "").replace("_", "")
    text = _CLAUSE_END.sub("\n", _IN_NUMBER.sub("", text))
    clauses = "\n" + "".join(_LETTERS.findall(text)).strip("\n") + "\n"
    return _PULLED_APART.sub("", clauses.replace("\n\n", "\n")).strip("\n")


# --- patterns ----------------------------------------------------------------------------------------------------


LEAD = 2  # letters by which the rows are found in a text


@dataclass(frozen=True, slots=True)
class _Part:
    """A piece of a pattern as a regex, with the first letters (two, if there are so many) of what it matches."""

    regex: str
    begun: frozenset[str]  # short beginnings that the next piece goes on with
    ready: frozenset[str] = frozenset()  # beginnings that are settled

    def then(self, other: "_Part") -> "_Part":
        whole = {begin + more for begin in self.begun for more in other.begun}
        settled = {(begin + more)[:LEAD] for begin in self.begun for more in other.ready}
        return _Part(
            self.regex + other.regex,
            frozenset(w for w in whole if len(w) < LEAD),
            self.ready | frozenset(settled) | frozenset(w[:LEAD] for w in whole if len(w) >= LEAD),
        )


_EMPTY = _Part("", frozenset({""}))
_GAP = _Part(r"[^\n]{0,6}?", frozenset(), frozenset({""}))
_END = _Part(r"(?=\n|\Z)", frozenset(), frozenset({""}))


def _choices(tokens: Iterator[str], *, inside: bool) -> _Part:
    found, sequence = [], _EMPTY
    for token in tokens:
        if token == "|":
            found.append(sequence)
            sequence = _EMPTY
        elif token == ")":
            if not inside:
                raise ValueError("')' without '('")
            inside = False
            break
        elif token == "(":
            sequence = sequence.then(_choices(tokens, inside=True))
        elif token in "…$":
            sequence = sequence.then(_GAP if token == "…" else _END)
        else:
            letters = fold(token).replace("\n", "")
            sequence = sequence.then(_Part(re.escape(letters), frozenset({letters})))
    if inside:
        raise ValueError("'(' without ')'")
    found.append(sequence)
    return _Part(
        "(?:" + "|".join(part.regex for part in found) + ")",
        frozenset[str]().union(*(part.begun for part in found)),
        frozenset[str]().union(*(part.ready for part in found)),
    )


def _parse(pattern: str) -> _Part:
    return _choices(iter(re.findall(r"[()|…$]|[^()|…$]+", pattern)), inside=False)


# --- rows --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Row:
    """A word, or an exception that covers words."""

    flag: Flag | None
    strong: bool
    weak: bool
    exception: bool
    regex: re.Pattern[str]


@dataclass(frozen=True, slots=True)
class _Denial:
    """What must stand before and after a word that is denied."""

    before: re.Pattern[str] | None
    after: re.Pattern[str] | None

    def around(self, letters: str, start: int, end: int) -> bool:
        if self.before is not None:
            clause = letters[max(0, start - 16) : start].rpartition("\n")[2]
            if not self.before.search(clause):
                return False
        return self.after is None or self.after.match(letters, end) is not None


def _denial(pattern: str) -> _Denial:
    before, _, after = pattern.partition("~")
    return _Denial(
        re.compile(_parse(before).regex + r"\Z") if before else None,
        re.compile(_parse(after).regex) if after else None,
    )


@dataclass(frozen=True, slots=True)
class Words:
    """The loaded word lists, arranged by the first letters so that a text is walked through once."""

    by_lead: dict[str, tuple[Row, ...]]
    firsts: re.Pattern[str]
    negations: tuple[_Denial, ...]
    no_negations: tuple[_Denial, ...]

    @classmethod
    def load(cls, path: Path | None = None) -> "Words":
        """The shipped list and, where given, the office's own: it may add words, never take any away."""
        if path is None:
            return _shipped()
        gathered = _Gathered()
        gathered.read(SHIPPED)
        gathered.read(path, only_words=True)
        return gathered.words()

    def denied(self, letters: str, start: int, end: int) -> bool:
        return any(n.around(letters, start, end) for n in self.negations) and not any(
            n.around(letters, start, end) for n in self.no_negations
        )


@cache
def _shipped() -> Words:
    """The shipped list, made once in a process: it takes half a second."""
    gathered = _Gathered()
    gathered.read(SHIPPED)
    return gathered.words()


@dataclass(slots=True)
class _Gathered:
    leads: dict[str, list[Row]] = field(default_factory=dict)
    negations: list[_Denial] = field(default_factory=list)
    no_negations: list[_Denial] = field(default_factory=list)

    def read(self, path: Path, *, only_words: bool = False) -> None:
        # utf-8-sig: spreadsheets save with a byte order mark
        with path.open(encoding="utf-8-sig", newline="") as file:
            table = csv.DictReader(file)
            if table.fieldnames != COLUMNS:
                raise WordsError(f"{path.name}: row 1: columns must be {','.join(COLUMNS)}")
            for row in table:
                try:
                    self.add(row, only_words=only_words)
                except (ValueError, TypeError) as error:
                    raise WordsError(f"{path.name}: row {table.line_num}: {error}") from error

    def add(self, row: dict[str, str], *, only_words: bool) -> None:
        kind, strength, pattern = row["kind"], row["strength"], row["pattern"]
        Language(row["language"])
        flag = Flag(row["flag"]) if row["flag"] else None
        if only_words and kind != "word":
            raise ValueError("an office may add words, not exceptions or negations")
        if not pattern:
            raise ValueError("pattern is empty")
        if strength not in ("strong", "weak", ""):
            raise ValueError(f"strength {strength!r} is neither strong nor weak")
        if kind == "negation" or (kind == "except" and "~" in pattern):
            (self.negations if kind == "negation" else self.no_negations).append(_denial(pattern))
            return
        if kind not in ("word", "except"):
            raise ValueError(f"kind {kind!r} is neither word, except nor negation")
        if kind == "word" and (flag is None or (flag not in NOTES and not strength)):
            raise ValueError("a word needs a flag and a strength")
        part = _parse(pattern)
        if "" in (leads := part.begun | part.ready):
            raise ValueError("a pattern must begin with a letter")
        made = Row(
            flag,
            strength == "strong",
            strength == "weak",
            kind == "except",
            re.compile(part.regex),
        )
        for lead in leads:
            self.leads.setdefault(lead, []).append(made)

    def words(self) -> Words:
        alone = _any_of(lead for lead in self.leads if len(lead) == 1)
        first = _any_of(lead[0] for lead in self.leads if len(lead) == LEAD)
        second = _any_of(lead[1] for lead in self.leads if len(lead) == LEAD)
        return Words(
            {lead: tuple(rows) for lead, rows in self.leads.items()},
            re.compile(f"{alone}|{first}(?={second})"),
            tuple(self.negations),
            tuple(self.no_negations),
        )


def _any_of(letters: Iterable[str]) -> str:
    # \u0000 never stands in folded text: it keeps an empty choice valid
    return "[\\x00" + "".join(sorted(map(re.escape, set(letters)))) + "]"


@cache
def shipped_words() -> Words:
    return Words.load()
