"""A refusal as a polite sentence; a stale tap as today's card. The sentences: handlers/refusals.py."""

from cases.access import Doing, access_case
from cases.errors import AlreadyTaken, CaseError, StaleTap
from handlers.dialogue import Talk
from handlers.heard import Kind
from handlers.screens import Screen


def refuse(talk: Talk, error: CaseError) -> None:
    """Say why something could not be done, in the reader's language; nothing was changed."""
    if isinstance(error, StaleTap | AlreadyTaken):
        case = access_case(talk.work, error.case_id, by=talk.person, doing=Doing.OPEN)
        if talk.heard.kind is Kind.TAP:
            talk.edit(todays_card(talk), case=case)
        else:
            talk.say(todays_card(talk), case=case)
        return
    if talk.heard.kind is not Kind.TAP:
        talk.fresh()  # a question that cannot be answered any more is no longer open
    talk.say(Screen.REFUSED, error=type(error).__name__)


def todays_card(talk: Talk) -> Screen:
    """The card that stands for a case today: a status for parties, a desk card for staff."""
    return Screen.CARD if talk.is_staff or talk.is_officer else Screen.STATUS
