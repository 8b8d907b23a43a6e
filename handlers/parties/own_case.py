"""Whose dispute it is decides about it: end it, ask for somebody else, open it again, rate it; and the head's answer.

Opening a choice changes nothing; the button that changes the case carries its turn (law 7).
"""

from typing import Any

from cases.access import Doing, access_case
from cases.actions import challenging, reopening, withdrawing
from cases.actions.offering import holder
from cases.errors import NobodyLeft, NoSuchCase
from cases.progress import reopens
from cases.renewal import shown_card
from handlers.buttons import Tap
from handlers.dialogue import Step, Talk
from handlers.errors import todays_card
from handlers.heard import Kind
from handlers.reporting import telling
from handlers.screens import Screen
from models.case import Case
from models.notice import Notice
from models.task import Task
from models.vocabulary import Challenge, Channel, Part

_FILES = frozenset({Kind.VOICE, Kind.PHOTO, Kind.DOCUMENT})


def ask_withdraw(talk: Talk, tap: Tap) -> None:
    """Nothing is ended yet: somebody else, go on, or end it. Who spoke for others says why first."""
    case = access_case(talk.work, tap.id, by=talk.person, doing=Doing.WITHDRAW)
    if not case.is_open:
        talk.edit(todays_card(talk, case), case=case)
    elif case.channel is Channel.GRID_OFFICER:
        talk.fresh(case_id=case.id)
        talk.ask(Step.WITHDRAW_WHY, Screen.ASK_WITHDRAW_WHY, case=case)
    else:
        talk.say(Screen.WITHDRAW, case=case)


def withdraw_why_said(talk: Talk) -> None:
    """The officer's reason, shown once more with the button that ends it."""
    case = access_case(
        talk.work, int(talk.answers["case_id"]), by=talk.person, doing=Doing.WITHDRAW
    )
    reason = talk.heard.text.strip()
    if not reason:
        talk.say(Screen.ASK_WITHDRAW_WHY, case=case)
        return
    talk.remember(reason=reason)
    talk.ask(Step.WITHDRAW_WHY, Screen.WITHDRAW, case=case, reason=reason)


def withdraw(talk: Talk, tap: Tap) -> None:
    own = talk.answers.get("case_id") == tap.id and talk.step is Step.WITHDRAW_WHY
    reason = str(talk.answers.get("reason", "")) if own else ""
    case = withdrawing.withdraw(talk.work, tap.id, talk.person, turn=tap.turn, words=reason)
    if own:
        talk.fresh()
    talk.edit(Screen.WITHDRAWN, case=case)


def go_on(talk: Talk, tap: Tap) -> None:
    case = access_case(talk.work, tap.id, by=talk.person, doing=Doing.SEE)
    if talk.step in {Step.WITHDRAW_WHY, Step.CHALLENGE_WHY}:
        talk.fresh()
    talk.edit(Screen.WENT_ON, case=case)


def ask_challenge(talk: Talk, tap: Tap) -> None:
    """Which of the handlers, where there are two; then why."""
    case = access_case(talk.work, tap.id, by=talk.person, doing=Doing.CHALLENGE)
    parts = [Part(tap.arg)] if tap.arg else list(Part)
    held = [holder(talk.work, case, part) for part in parts]
    found = [one for one in held if one is not None and one.challenged_at is None]
    if not case.is_open or (not found and any(held)):
        talk.edit(todays_card(talk, case), case=case)
    elif not found:
        raise NobodyLeft
    elif len(found) > 1:
        _turn_over(talk, Screen.CHALLENGE_WHO, case)
    else:
        talk.fresh(assignment=found[0].id)
        talk.go(Step.CHALLENGE_WHY)
        asked = _turn_over(talk, Screen.CHALLENGE_WHY, case, assignment=found[0].id)
        talk.draft.asked = asked.id


def challenge_tapped(talk: Talk, tap: Tap) -> None:
    case = challenging.challenge(talk.work, tap.id, talk.person, Challenge(tap.arg))
    talk.fresh()
    talk.edit(Screen.CHALLENGED, case=case)


def challenge_said(talk: Talk) -> None:
    """The reason in one's own words."""
    words = talk.heard.text.strip()
    if not words:
        talk.say(Screen.NOT_UNDERSTOOD)
        return
    assignment = int(talk.answers["assignment"])
    case = challenging.challenge(talk.work, assignment, talk.person, Challenge.WORDS, words=words)
    talk.fresh()
    talk.say(Screen.CHALLENGED, case=case)


def replace(talk: Talk, tap: Tap) -> None:
    case = challenging.replace(talk.work, tap.id, talk.person)
    talk.edit(Screen.CARD, case=case)


def ask_keep_why(talk: Talk, tap: Tap) -> None:
    task = talk.work.session.get(Task, tap.id)
    if task is None:
        raise NoSuchCase
    case = access_case(talk.work, task.case_id, by=talk.person, doing=Doing.DO_TASK)
    talk.fresh(task=task.id, case_id=case.id)
    talk.ask(Step.KEEP_WHY, Screen.ASK_KEEP_WHY, case=case)


def keep_why_said(talk: Talk) -> None:
    """The head's reason: whoever asked reads it as written."""
    if not talk.heard.text.strip():
        talk.say(Screen.ASK_KEEP_WHY)
        return
    case = challenging.keep(
        talk.work, int(talk.answers["task"]), talk.person, talk.heard.text.strip()
    )
    talk.fresh()
    talk.say(Screen.CARD, case=case)


def ask_reopen(talk: Talk, tap: Tap) -> None:
    """What happened now; after 90 days it is a new report, beside which the old number stands."""
    case = access_case(talk.work, tap.id, by=talk.person, doing=Doing.REOPEN)
    if case.is_open:
        talk.edit(todays_card(talk, case), case=case)
    elif not case.guarded and not reopens(talk.work, case):
        talk.fresh(earlier=case.id, area_id=case.area_id)
        talk.ask(Step.MATTER, Screen.TOO_LONG_AGO, case=case)
    elif tap.arg == "said":
        case = reopening.reopen(talk.work, case.id, talk.person, turn=tap.turn)
        _opened(talk, case)
    else:
        talk.fresh(case_id=case.id, turn=tap.turn)
        talk.ask(Step.REOPEN_WORDS, Screen.ASK_REOPEN, case=case)


def reopen_said(talk: Talk) -> None:
    heard, case_id = talk.heard, int(talk.answers["case_id"])
    case = access_case(talk.work, case_id, by=talk.person, doing=Doing.REOPEN)
    evidence: tuple[int, ...] = ()
    if heard.kind in _FILES:
        evidence = (telling.announce(talk, case).id,)
    elif not heard.text.strip():
        talk.say(Screen.NOT_UNDERSTOOD)
        return
    case = reopening.reopen(
        talk.work,
        case_id,
        talk.person,
        words=heard.text or None,
        evidence=evidence,
        turn=talk.answers["turn"],
    )
    _opened(talk, case)


def ask_rating(talk: Talk, tap: Tap) -> None:
    """Later than the closing, from the card; the first answer stands."""
    case = access_case(talk.work, tap.id, by=talk.person, doing=Doing.ANSWER)
    talk.say(Screen.RATE if case.rating is None else Screen.RATED, case=case)


def _opened(talk: Talk, case: Case) -> None:
    """Its card anew, at the end of the chat; of a guarded case a word only."""
    talk.fresh(case_id=case.id, home=True)
    talk.go(Step.AFTER)
    if case.is_open:
        talk.answer(todays_card(talk, case), case=case)
    else:
        talk.say(Screen.ADDED, case=case, what="words")


def _turn_over(talk: Talk, screen: Screen, case: Case, **facts: Any) -> Notice:
    """The next question in place of the last one; but the card itself stays where it stands."""
    if talk.heard.message_id == shown_card(talk.work, talk.person.id, case.id):
        return talk.say(screen, case=case, **facts)
    return talk.edit(screen, case=case, **facts)
