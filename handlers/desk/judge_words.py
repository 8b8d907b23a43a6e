"""A word between judge and mediator: opened on a tap, answered with one, and no part of the parties' record."""

from cases.access import Doing, access_case
from cases.actions import guidance
from cases.case_views import case_view
from handlers.buttons import Tap
from handlers.dialogue import Step, Talk
from handlers.reporting import telling
from handlers.screens import Screen
from models.case import Case


def ask(talk: Talk, tap: Tap) -> None:
    case = access_case(talk.work, tap.id, by=talk.person, doing=Doing.GUIDE)
    begin(talk, case)


def begin(talk: Talk, case: Case) -> None:
    talk.fresh(case_id=case.id)
    talk.ask(Step.GUIDANCE, Screen.ASK_GUIDANCE, case=case)


def said(talk: Talk) -> None:
    """The word, written or spoken; it goes to whoever plays the other part."""
    case_id = talk.answers["case_id"]
    if not talk.heard.text and talk.heard.file is None:
        talk.say(Screen.ASK_GUIDANCE, case=talk.work.session.get_one(Case, case_id))
        return
    pass_on(talk, case_id)
    talk.fresh()


def pass_on(talk: Talk, case_id: int) -> None:
    case = access_case(talk.work, case_id, by=talk.person, doing=Doing.GUIDE)
    evidence = telling.announce(talk, case).id if talk.heard.file else None
    guidance.guide(talk.work, case_id, talk.person, talk.heard.text, evidence=evidence)
    talk.say(Screen.GUIDANCE_SENT, case=case)


def show(talk: Talk, tap: Tap) -> None:
    """The words between the two, and the voices and photos among them."""
    case = access_case(talk.work, tap.id, by=talk.person, doing=Doing.GUIDE)
    talk.answer(Screen.GUIDANCE, case=case)
    for word in case_view(talk.work, case, talk.person).guidance:
        if word.evidence is not None:
            talk.answer(Screen.FILE, case=case, file=word.evidence)
