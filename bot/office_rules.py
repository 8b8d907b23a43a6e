"""What an office sets about its work, read from its files; a file that does not fit is a sentence, not a crash."""

import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bot.settings import PREFIX, Settings
from cases.danger_words import Words, WordsError
from cases.policy import POLICY, PolicyError
from cases.schedule import load_policy
from cases.work import Rules
from cases.workdays import YANBIAN


class OfficeFileRefused(Exception):
    """A file that the settings name cannot be used; the text says which, and why, in Chinese and English."""

    def __init__(self, setting: str, path: Path, why: str) -> None:
        """The setting that names it, and what is wrong."""
        self.setting = f"{PREFIX}{setting}"
        super().__init__(
            f"{self.setting} 指定的文件不能用:{path}: {why} / The file that {self.setting} names cannot be used: {path}: {why}"
        )


def rules_of(settings: Settings) -> Rules:
    """The office's rules.

    Raises:
        OfficeFileRefused: its terms or danger words are not there, or do not fit.
    """
    terms, words = POLICY, None
    if settings.policy is not None:
        with _named("POLICY", settings.policy):
            terms = load_policy(settings.policy)
    if settings.words is not None:
        with _named("WORDS", settings.words):
            words = Words.load(settings.words)
    return Rules(YANBIAN, terms, words or Words.load(), settings.hotline, settings.content)


@contextmanager
def _named(setting: str, path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise OfficeFileRefused(setting, path, error.strerror or str(error)) from None
    except (PolicyError, WordsError, tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise OfficeFileRefused(setting, path, str(error)) from None
