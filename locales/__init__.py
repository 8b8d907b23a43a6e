"""All words for people: catalogues read once at the start, in the reader's language.

Laws: a Korean message that is missing shows the Chinese, never English (rule book 6.13); a message
missing in Chinese raises when the translator is strict, as in tests. `ko` is a name of ko_CN, the
Korean of Yanbian; there is no other Korean here.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple

from babel.messages.pofile import read_po

CHINESE, KOREAN = "zh_CN", "ko_CN"
_BY_SUBTAG = {"zh": CHINESE, "ko": KOREAN}
_HERE = Path(__file__).parent

Key = tuple[str | None, str]  # context and message


class Word(NamedTuple):
    """A message in a table, to be translated where it is said."""

    context: str
    message: str


class MissingWord(LookupError):
    """A catalogue lacks this message; only a strict translator says so."""


def P_(context: str, message: str) -> Word:  # noqa: N802 -- the extractor's name for a marked text
    """Marks a literal for the catalogues without translating it: for tables of labels."""
    return Word(context, message)


@dataclass(frozen=True, slots=True)
class Translator:
    """Says each message in one language; `strict` raises where words are missing."""

    language: str
    words: Mapping[Key, str]
    fallback: Mapping[Key, str]
    strict: bool = False

    def gettext(self, message: str) -> str:
        return self._said(None, message, message)

    def pgettext(self, context: str, message: str) -> str:
        return self._said(context, message, message)

    def word(self, marked: Word) -> str:
        """A message that was marked by P_."""
        return self._said(marked.context, marked.message, marked.message)

    def _said(self, context: str | None, message: str, untranslated: str) -> str:
        key = (context, message)
        said = self.words.get(key) or (None if self.strict else self.fallback.get(key))
        if said:
            return said
        if self.strict:
            raise MissingWord(self.language, context, message)
        return untranslated


def languages() -> tuple[str, ...]:
    """Chinese first: the order of the two languages in Yanbian since 2022-07-25."""
    return (CHINESE, KOREAN)


def known(code: str | None) -> str | None:
    """Our name of a language that Telegram or a person calls `ko`, `ko-KR`, `zh-hans` …"""  # noqa: D415
    return _BY_SUBTAG.get((code or "").replace("_", "-").split("-")[0].lower())


def translator(lang: str, *, strict: bool = False) -> Translator:
    """The translator of a language named in any of the ways `known` knows.

    Raises:
        LookupError: for a language that this house does not speak.
    """
    language = known(lang)
    if language is None:
        raise LookupError(lang)
    return Translator(language, catalogue(language), catalogue(CHINESE), strict)


def catalogue(language: str) -> Mapping[Key, str]:
    """Every message that has words in this language; fuzzy ones have none."""
    return _read(
        str(language)
    )  # a member of an enumeration and its plain name would be kept twice


@cache
def _read(language: str) -> Mapping[Key, str]:
    path = _HERE / language / "LC_MESSAGES" / "messages.po"
    with path.open("rb") as file:
        messages = list(read_po(file, locale=language))
    words = {}
    for message in messages:
        one, said = _first(message.id), _first(message.string)
        if one and said and not message.fuzzy:
            words[message.context, one] = said
    return MappingProxyType(words)


def _first(text: object) -> str:
    """The singular of an id, the only form of a translation."""
    return str(text[0] if isinstance(text, (tuple, list)) else text or "")
