"""Sensitive words outside the submit card: said to be unneeded, or shown to handlers once the person agrees."""

from cases import consents
from cases.sensitive import NUMBERS, kinds
from handlers.buttons import Tap
from handlers.danger.danger import STEPS as DANGER
from handlers.dialogue import Step, Talk
from handlers.heard import Kind
from handlers.screens import Screen
from models.case import Case

_NOT_HERE = frozenset({Step.SUBMIT, Step.OFFICER})  # their cards say it themselves


def notice(talk: Talk) -> None:
    """After a message was taken: a number that is never needed, or words that wait for a consent of their own."""
    heard = talk.heard
    if talk.is_staff or heard.kind in {Kind.COMMAND, Kind.TAP} or not heard.text:
        return
    found = kinds(heard.text)
    if not found or talk.step in DANGER:
        return
    if found & NUMBERS and talk.step not in _NOT_HERE:
        talk.answer(Screen.NUMBER_NOT_NEEDED)
    case_id = talk.answers.get("case_id")
    case = talk.work.session.get(Case, case_id) if case_id and talk.step is Step.AFTER else None
    if case is not None and talk.answers.get("added"):
        hidden = consents.wanting(talk.work, case, heard.text, talk.person)
        if hidden:
            talk.answer(Screen.SENSITIVE, case=case, kinds=sorted(hidden))


def agreed(talk: Talk, tap: Tap) -> None:
    """What one's own words about a case hold may be shown to its handlers."""
    case = consents.agree_all(talk.work, tap.id, talk.person)
    talk.edit(Screen.SHOWN_NOW, case=case)
