"""The open question once more: as it was asked, in the language that is read today, or from its answers where they moved."""

from handlers import start
from handlers.danger import danger
from handlers.dialogue import Step, Talk
from handlers.grid import officer
from handlers.reporting import missing
from handlers.screens import Screen
from models.case import Case
from models.notice import Notice


def again(talk: Talk) -> None:
    """The open question once more, in the reader's language of today."""
    if talk.step is Step.IDLE:
        _where_one_begins(talk)
    elif talk.step is Step.SUBMIT:
        missing.submit_card(talk, at_once=True)
    elif talk.step is Step.OFFICER:
        officer.card(talk, at_once=True)
    elif (asked := _asked(talk)) is not None:
        case = talk.work.session.get(Case, asked.case_id) if asked.case_id else None
        talk.draft.asked = talk.say(asked.kind, case=case, **asked.facts).id
    elif talk.step in danger.STEPS:
        danger.say_again(talk)
    elif talk.step is Step.SORRY_WORDS:
        case = talk.work.session.get(Case, talk.answers.get("case_id", 0))
        talk.say(Screen.KEPT_SORRY if case else Screen.GREETING, case=case)
    elif talk.is_officer or talk.is_staff:
        start.home(talk)
    else:
        missing.resume(talk)


def _asked(talk: Talk) -> Notice | None:
    return talk.work.session.get(Notice, talk.draft.asked) if talk.draft.asked else None


def _where_one_begins(talk: Talk) -> None:
    if talk.is_officer or talk.is_staff:
        start.home(talk)
    else:
        talk.say(Screen.GREETING)
