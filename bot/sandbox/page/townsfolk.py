"""Whose phone may be looked at: the roster, the residents of the town, and whoever was made up on the page.

Law: a made-up name is shown as it was typed, and decides nothing.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from bot.sandbox.opening import Opened
from bot.sandbox.page.words import NAMES, Speech
from bot.sandbox.town import Townsman
from handlers.words import TITLES
from models.vocabulary import Language, Role

LONGEST_NAME = 64
"""Characters of a first name (Telegram's clients)."""
MOST_LISTED = 40
_MOST_GUESTS = 500


class NotHereError(LookupError):
    """Nobody has this code."""


@dataclass(frozen=True, slots=True)
class Somebody:
    """One line of the list."""

    code: str
    name: str
    language: str
    """Of the phone, by its own name."""


class Townsfolk:
    """Everybody with a phone."""

    def __init__(self, opened: Opened) -> None:
        self._opened = opened
        self._made = 0

    @property
    def _known(self) -> Mapping[str, Townsman]:
        return self._opened.town.by_code

    def is_known(self, code: str) -> bool:
        return code in self._known or code in self._opened.sandbox.people

    def name(self, code: str, speech: Speech) -> str:
        """Role and name."""
        one = self._known.get(code)
        if one is None:
            return self._opened.sandbox.people[code].chat.account.first_name
        role = one.posts[0].role if one.posts else Role.RESIDENT
        title = speech.word(TITLES[role])
        gap = "" if speech.code == "zh" else " "
        return f"{title}{gap}{speech.name(one.zh, one.ko)}"

    def found(self, words: str, speech: Speech) -> tuple[list[Somebody], int]:
        """Those whose name or role has these words in it, and how many are not listed."""
        wanted = words.casefold().strip()
        all_found = [
            one for one in self._everybody(speech) if wanted in f"{one.name} {one.code}".casefold()
        ]
        return all_found[:MOST_LISTED], max(0, len(all_found) - MOST_LISTED)

    def add(self, name: str, language: str) -> str:
        """Somebody new with a phone; gives their code.

        Raises:
            ValueError: no name, one longer than Telegram takes, or too many people.
        """
        shown = name.strip()
        if not 1 <= len(shown) <= LONGEST_NAME or self._made >= _MOST_GUESTS:
            raise ValueError(shown)
        self._made += 1
        code = f"guest_{self._made}"
        spoken = "ko" if language == "ko" else "zh-hans"
        self._opened.sandbox.person(code, first_name=shown, language_code=spoken)
        return code

    def forget(self) -> None:
        """A new morning: nobody has been made up yet."""
        self._made = 0

    def chosen(self, codes: str | None) -> list[str]:
        """The phones that an address names, each once; else those that lie on the table at first."""
        named = dict.fromkeys((codes or "").split(","))
        return [code for code in named if self.is_known(code)] or list(
            self._opened.town.first_shown
        )

    def _everybody(self, speech: Speech) -> Iterator[Somebody]:
        made = (code for code in self._opened.sandbox.people if code not in self._known)
        for code in (*made, *self._known):
            yield Somebody(
                code, self.name(code, speech), NAMES["ko" if self._reads_korean(code) else "zh"]
            )

    def _reads_korean(self, code: str) -> bool:
        one = self._known.get(code)
        if one is not None:
            return one.language is Language.KO
        account = self._opened.sandbox.people[code].chat.account
        return (account.language_code or "").startswith("ko")
