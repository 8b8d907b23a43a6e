"""Joining by a code that was said aloud: after /join, or as the first thing that somebody writes after START."""

import re
import unicodedata

from cases.actions import second_factor, spoken_code
from handlers.asking_again import again
from handlers.dialogue import Step, Talk
from handlers.heard import Kind
from handlers.screens import Screen

#: Two groups of four: what a code looks like where nobody asked for one.
_GROUPS = re.compile(r"[0-9]{4}[\s\-‐-―]+[0-9]{4}")
_FIRST_WORDS = frozenset({Step.IDLE, Step.LANGUAGE, Step.MATTER})


def ask(talk: Talk) -> None:
    """`/join`, with the code behind it or alone; whoever is of the office already needs none."""
    said = talk.heard.text.partition(" ")[2].strip()
    if talk.person.code is not None:
        talk.say(Screen.JOINED_ALREADY)
    elif said:
        _tried(talk, said)
    else:
        talk.fresh()
        talk.ask(Step.JOIN_CODE, Screen.JOIN_CODE)


def code_said(talk: Talk) -> None:
    _tried(talk, talk.heard.text if talk.heard.kind is Kind.TEXT else "")


def typed(talk: Talk) -> bool:
    """Whether a first message was a code in its two groups; anything else goes its own way."""
    if talk.person.code is not None or talk.step not in _FIRST_WORDS:
        return False
    said = unicodedata.normalize("NFKC", talk.heard.text).strip()
    if talk.heard.kind is not Kind.TEXT or not _GROUPS.fullmatch(said):
        return False
    if spoken_code.digits_of(said) is None:
        return False
    found = spoken_code.typed(talk.work, talk.person, said)
    if found.secret is not None:
        _ask_digits(talk, found.secret)
    else:  # nobody asked for it, and it may be a telephone: what was open stays open
        talk.answer(Screen.JOIN_CODE_UNKNOWN, left=found.left)
        again(talk)
    return True


def _ask_digits(talk: Talk, secret: str) -> None:
    entry = second_factor.asks(talk.work, secret)
    talk.person.language = talk.person.language or (entry.language if entry else None)
    talk.fresh(joining=secret)
    talk.ask(Step.JOIN_DIGITS, Screen.JOIN_DIGITS)


def _tried(talk: Talk, said: str) -> None:
    found = spoken_code.typed(talk.work, talk.person, said)
    if found.secret is not None:
        _ask_digits(talk, found.secret)
    elif found.is_slip:
        talk.ask(Step.JOIN_CODE, Screen.JOIN_CODE, slip=True)
    elif found.left:
        talk.ask(Step.JOIN_CODE, Screen.JOIN_CODE, left=found.left)
    else:
        talk.finish()
        talk.say(Screen.JOIN_CODES_LOCKED)
