"""The mediator's rarer verbs: a try at the door, suspending, extending, passing on to another organ, and taking back.

Law 14: whoever let the term lapse records a try as ever, and hears at the first tap of the rest that his head decides.
"""

from datetime import date, datetime, timedelta

from cases.access import Doing, access_case
from cases.actions import mediation, promise, referring, term
from cases.actions.assignment import access_mediation
from cases.errors import MoveNotAllowed
from cases.workdays import last_day
from handlers import reasons
from handlers.buttons import NotAButton, Tap
from handlers.desk.mediation import next_morning
from handlers.dialogue import Step, Talk
from handlers.reasons import Reason
from handlers.screens import Screen
from models.case import Case
from models.vocabulary import ContactResult, ContactWay, Move, Organ, Pause

_DAYS = (7, 15, 30)  # an extension is offered in these lengths; 30 is the most (特邀调解规定 27)
_STAMP = "%Y%m%d"


def nobody_home(talk: Talk, tap: Tap) -> None:
    """A visit, and nobody there: a try by another way than the telephone."""
    case = mediation.record_contact(
        talk.work,
        tap.id,
        talk.person,
        ContactResult.NO_ANSWER,
        turn=tap.turn,
        way=ContactWay.VISIT,
    )
    talk.edit(Screen.NO_ANSWER_NOTED, case=case, next=next_morning(talk).isoformat())


def ask_settled(talk: Talk, tap: Tap) -> None:
    case = promise.ask_settled(talk.work, tap.id, talk.person, turn=tap.turn)
    talk.edit(Screen.SETTLED_ASKED, case=case)


def settled(talk: Talk, tap: Tap) -> None:
    """A side's own answer."""
    case = promise.answer_settled(talk.work, tap.id, talk.person, settled=tap.arg == "yes")
    talk.edit(Screen.SETTLED_THANKS, case=case)


def ask_suspend_why(talk: Talk, tap: Tap) -> None:
    case = access_mediation(talk.work, tap.id, by=talk.person, doing=Doing.SUSPEND, turn=tap.turn)
    talk.edit(Screen.SUSPEND_WHY, case=case)


def suspend(talk: Talk, tap: Tap) -> None:
    case = term.suspend(talk.work, tap.id, talk.person, Pause(tap.arg), turn=tap.turn)
    talk.edit(Screen.CARD, case=case)


def resume(talk: Talk, tap: Tap) -> None:
    case = term.resume(talk.work, tap.id, talk.person, turn=tap.turn)
    talk.edit(Screen.CARD, case=case)


def ask_extend_why(talk: Talk, tap: Tap) -> None:
    """An extension is everybody's own consent: how it was given is asked first, then until which day."""
    case = access_mediation(talk.work, tap.id, by=talk.person, doing=Doing.EXTEND, turn=tap.turn)
    _days(talk, case)
    talk.fresh(case_id=case.id)
    talk.ask(Step.EXTEND_WHY, Screen.EXTEND_WHY, case=case)


def extend_why_said(talk: Talk) -> None:
    case = _case(talk)
    if not talk.heard.text.strip():
        talk.say(Screen.EXTEND_WHY, case=case)
        return
    talk.remember(words=talk.heard.text)
    talk.ask(
        Step.EXTEND_DAY,
        Screen.EXTEND_DAY,
        case=case,
        days=[day.isoformat() for day in _days(talk, case)],
    )


def extend(talk: Talk, tap: Tap) -> None:
    if talk.step is not Step.EXTEND_DAY or talk.answers.get("case_id") != tap.id:
        case = access_case(talk.work, tap.id, by=talk.person, doing=Doing.OPEN)
        talk.edit(Screen.CARD, case=case)
        return
    try:
        until = datetime.strptime(tap.arg, _STAMP).date()  # noqa: DTZ007 - a day has no zone
    except ValueError as forged:
        raise NotAButton(tap.arg) from forged
    case = term.extend(talk.work, tap.id, talk.person, until, talk.answers["words"], turn=tap.turn)
    talk.fresh()
    talk.edit(Screen.CARD, case=case)


def ask_refer_organ(talk: Talk, tap: Tap) -> None:
    case = access_mediation(talk.work, tap.id, by=talk.person, doing=Doing.REFER, turn=tap.turn)
    talk.edit(Screen.REFER_ORGAN, case=case)


def refer_organ(talk: Talk, tap: Tap) -> None:
    """To which office it goes and who has it there: then it is passed on."""
    reasons.ask(talk, tap, _REFER, organ=tap.arg)


def refer_said(talk: Talk) -> None:
    reasons.said(talk, _REFER)


def ask_take_back(talk: Talk, tap: Tap) -> None:
    access_mediation(talk.work, tap.id, by=talk.person, doing=Doing.REFER, turn=tap.turn)
    reasons.ask(talk, tap, _TAKE_BACK)


def take_back_said(talk: Talk) -> None:
    reasons.said(talk, _TAKE_BACK)


def _refer(talk: Talk, case: Case, words: str, turn: int) -> Case:
    organ = Organ(talk.answers["organ"])
    return referring.refer(talk.work, case.id, talk.person, organ, words, turn=turn)


def _take_back(talk: Talk, case: Case, words: str, turn: int) -> Case:
    return referring.take_back(talk.work, case.id, talk.person, words, turn=turn)


_REFER = Reason(Step.REFER_WORDS, Screen.REFER_WORDS, Doing.REFER, _refer)
_TAKE_BACK = Reason(Step.TAKE_BACK, Screen.TAKE_BACK_WHY, Doing.REFER, _take_back)


def _days(talk: Talk, case: Case) -> list[date]:
    """The ends that may be chosen.

    Raises:
        MoveNotAllowed: there is no term, or it was extended as far as it may be.
    """
    running = term.term_of(talk.work, case)
    if running is None:
        raise MoveNotAllowed(Move.RESUME, case.stage)
    end, latest = last_day(running.due_at), term.latest_end(talk.work, case, running)
    calendar = talk.work.rules.calendar
    days = [calendar.roll_forward(end + timedelta(days=count)) for count in _DAYS]
    possible = [min(day, latest) for day in days if end < min(day, latest)]
    if not possible:
        raise MoveNotAllowed(Move.RESUME, case.stage)
    return list(dict.fromkeys(possible))


def _case(talk: Talk) -> Case:
    return talk.work.session.get_one(Case, talk.answers["case_id"])
