"""Words that a decision about a case needs: asked for, said, and acted on; without words they are asked for again.

Law 7: the button's turn is kept until the words come, and whatever moved the case meanwhile makes them too late.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from cases.access import Doing, access_case
from handlers.buttons import Tap
from handlers.dialogue import Step, Talk
from handlers.screens import Screen
from models.case import Case


@dataclass(frozen=True, slots=True)
class Reason:
    """What is asked, who may decide, and what is done with the words."""

    step: Step
    screen: Screen
    doing: Doing
    act: Callable[[Talk, Case, str, int], Case]


def ask(talk: Talk, tap: Tap, reason: Reason, **facts: Any) -> None:
    case = access_case(talk.work, tap.id, by=talk.person, doing=reason.doing, turn=tap.turn)
    talk.fresh(case_id=case.id, turn=case.turn, **facts)
    talk.ask(reason.step, reason.screen, case=case)


def said(talk: Talk, reason: Reason) -> None:
    case = talk.work.session.get_one(Case, talk.answers["case_id"])
    if not talk.heard.text.strip():
        talk.say(reason.screen, case=case)
        return
    case = reason.act(talk, case, talk.heard.text, talk.answers["turn"])
    talk.fresh()
    talk.say(Screen.CARD, case=case)
