"""What a head decides about a case, step by step: to whom it goes, an order, a request, a freeze; always with a reason.

Law 10: the reason is words about a case, and the safety gate reads it (handlers/desk/desk.py: speaks_of_a_case).
"""

from collections.abc import Callable
from datetime import UTC, datetime, time, timedelta

from cases.access import Doing, access_case
from cases.actions import freezing, supervision
from cases.actions.freezing import THAW
from cases.actions.offering import holder
from cases.actions.supervision import ORDER, REASSIGN
from cases.days import read_day
from cases.workdays import CIVIL, Ends, Term, Unit, at, due_day, end_of
from handlers.buttons import NotAButton, Tap
from handlers.dialogue import Step, Talk
from handlers.heads.supervise import who
from handlers.screens import Screen
from models.assignment import Assignment
from models.case import Case
from models.vocabulary import Part

_STAMP = "%Y%m%d%H%M"
_EVENING = time(18)
_WORKING_DAYS = 3


def ask_whom(talk: Talk, tap: Tap) -> None:
    """Up to five who could have the part, each with the reasons of the route."""
    part = Part(tap.arg)
    case = access_case(talk.work, tap.id, by=talk.person, doing=REASSIGN[part], turn=tap.turn)
    picks = supervision.candidates(talk.work, case, part)
    talk.edit(
        Screen.REASSIGN_TO,
        case=case,
        part=part,
        picks=[
            [pick.person_id, *(_named(talk, pick.person_id, pick.role)), list(pick.why)]
            for pick in picks
        ],
    )


def whom_tapped(talk: Talk, tap: Tap) -> None:
    part, _, person_id = tap.arg.partition("-")
    if part not in set(Part) or not person_id.isdigit():
        raise NotAButton(tap.arg)
    case = access_case(talk.work, tap.id, by=talk.person, doing=REASSIGN[Part(part)])
    _ask_reason(talk, case, tap.turn, "reassign", part=part, to=int(person_id))


def ask_order(talk: Talk, tap: Tap) -> None:
    part = Part(tap.arg)
    case = access_case(talk.work, tap.id, by=talk.person, doing=ORDER[part], turn=tap.turn)
    _ask_reason(talk, case, tap.turn, "order", part=part)


def ask_request(talk: Talk, tap: Tap) -> None:
    case = access_case(talk.work, tap.id, by=talk.person, doing=Doing.REQUEST, turn=tap.turn)
    _ask_reason(talk, case, tap.turn, "request")


def ask_thaw(talk: Talk, tap: Tap) -> None:
    part = Part(tap.arg)
    case = access_case(talk.work, tap.id, by=talk.person, doing=THAW[part], turn=tap.turn)
    frozen = freezing.frozen_in(talk.work, case, part)
    _ask_about(talk, case, tap, "thaw", frozen, part=part)


def ask_freeze(talk: Talk, tap: Tap) -> None:
    case = access_case(talk.work, tap.id, by=talk.person, doing=Doing.FREEZE_JUDGE, turn=tap.turn)
    _ask_about(talk, case, tap, "freeze", holder(talk.work, case, Part.JUDGE))


def reason_said(talk: Talk) -> None:
    """The reason in words; without words it is asked again."""
    reason = talk.heard.text.strip()
    if not reason:
        talk.say(Screen.ASK_REASON, case=_case(talk), what=talk.answers["what"])
        return
    if talk.answers["what"] == "order":
        talk.remember(reason=reason)
        talk.ask(Step.ORDER_DUE, Screen.ORDER_WHEN, case=_case(talk), days=_days(talk))
        return
    case = _DECIDE[talk.answers["what"]](talk, reason)
    talk.fresh()
    talk.say(Screen.CARD, case=case)


def day_tapped(talk: Talk, tap: Tap) -> None:
    try:
        due = datetime.strptime(tap.arg, _STAMP).replace(tzinfo=CIVIL).astimezone(UTC)
    except (ValueError, OverflowError) as forged:
        raise NotAButton(tap.arg) from forged
    if talk.step is not Step.ORDER_DUE or talk.answers.get("case_id") != tap.id:
        case = access_case(talk.work, tap.id, by=talk.person, doing=Doing.OPEN)
        talk.edit(Screen.CARD, case=case)
        return
    _order(talk, due)


def day_said(talk: Talk) -> None:
    """A day as typed; one that cannot be read or has passed is asked again."""
    found = read_day(talk.heard.text, talk.work.today)
    due = at(found[0], found[1] or _EVENING) if found else None
    if due is None or due <= talk.work.now:
        talk.say(Screen.ORDER_WHEN, case=_case(talk), days=_days(talk))
        return
    _order(talk, due)


def _order(talk: Talk, due: datetime) -> None:
    answers = talk.answers
    supervision.order(
        talk.work,
        answers["case_id"],
        talk.person,
        Part(answers["part"]),
        reason=answers["reason"],
        due=due,
        turn=answers["turn"],
    )
    case = _case(talk)
    talk.fresh()
    talk.say(Screen.CARD, case=case)


def _ask_about(
    talk: Talk, case: Case, tap: Tap, what: str, about: Assignment | None, **facts: object
) -> None:
    """The reason is about whom the card showed, whoever has the part when it is written (a judge's part moves no turn)."""
    if about is None:
        talk.edit(Screen.CARD, case=case)
        return
    _ask_reason(talk, case, tap.turn, what, assignment=about.id, **facts)


def _ask_reason(talk: Talk, case: Case, turn: int, what: str, **facts: object) -> None:
    talk.fresh(case_id=case.id, turn=turn, what=what, **facts)
    talk.ask(Step.HEAD_REASON, Screen.ASK_REASON, case=case, what=what)


def _case(talk: Talk) -> Case:
    return access_case(talk.work, talk.answers["case_id"], by=talk.person, doing=Doing.OPEN)


def _days(talk: Talk) -> list[str]:
    """Today in the evening while there is time, tomorrow, and three working days from now."""
    today, now = talk.work.today, talk.work.now
    third = due_day(today, Term(_WORKING_DAYS, Unit.WORKING_DAY), talk.work.rules.calendar)
    ends = [end_of(day, Ends.OFFICE) for day in (today, today + timedelta(days=1), third)]
    return [end.isoformat() for end in dict.fromkeys(ends) if end > now + timedelta(hours=1)]


def _named(talk: Talk, person_id: int, role: str) -> list[str]:
    zh, ko, _ = who(talk, person_id) or ["", "", ""]
    return [zh, ko, role]


def _reassign(talk: Talk, reason: str) -> Case:
    answers = talk.answers
    return supervision.reassign(
        talk.work,
        answers["case_id"],
        talk.person,
        Part(answers["part"]),
        to=answers["to"],
        reason=reason,
        turn=answers["turn"],
    )


def _request(talk: Talk, reason: str) -> Case:
    answers = talk.answers
    supervision.request(talk.work, answers["case_id"], talk.person, reason, turn=answers["turn"])
    return _case(talk)


def _thaw(talk: Talk, reason: str) -> Case:
    answers = talk.answers
    return freezing.thaw(
        talk.work,
        answers["case_id"],
        talk.person,
        Part(answers["part"]),
        reason,
        assignment=answers["assignment"],
    )


def _freeze(talk: Talk, reason: str) -> Case:
    answers = talk.answers
    return freezing.freeze_judge(
        talk.work, answers["case_id"], talk.person, reason, assignment=answers["assignment"]
    )


_DECIDE: dict[str, Callable[[Talk, str], Case]] = {
    "reassign": _reassign,
    "request": _request,
    "thaw": _thaw,
    "freeze": _freeze,
}
