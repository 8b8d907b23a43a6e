"""The mediator records: a contact in one tap, the day agreed, what was promised and by when, the other side's link."""

from datetime import UTC, date, datetime, time, timedelta

from cases.access import Doing, access_case
from cases.actions import mediation
from cases.days import read_day
from cases.workdays import CIVIL, at, civil
from handlers.buttons import NotAButton, Tap, Verb
from handlers.dialogue import Step, Talk
from handlers.screens import Screen
from models.case import Case
from models.vocabulary import ContactResult, Form

_DAYS_OFFERED = 4
_MEETING = time(9)
_STAMP = "%Y%m%d%H%M"


def contact(talk: Talk, tap: Tap) -> None:
    """Reached, or nobody answered: one tap is the whole record."""
    reached = tap.verb is Verb.REACHED
    result = ContactResult.REACHED if reached else ContactResult.NO_ANSWER
    case = mediation.record_contact(talk.work, tap.id, talk.person, result, turn=tap.turn)
    if reached:
        talk.edit(Screen.CARD, case=case)
    else:
        talk.edit(Screen.NO_ANSWER_NOTED, case=case, next=next_morning(talk).isoformat())


def ask_day(talk: Talk, tap: Tap) -> None:
    case = access_case(talk.work, tap.id, by=talk.person, doing=Doing.RECORD, turn=tap.turn)
    talk.fresh(case_id=case.id, turn=tap.turn)
    talk.ask(Step.WHICH_DAY, Screen.WHICH_DAY, case=case, days=_offered_days(talk))


def day_tapped(talk: Talk, tap: Tap) -> None:
    try:
        moment = datetime.strptime(tap.arg, _STAMP).replace(tzinfo=CIVIL).astimezone(UTC)
    except (ValueError, OverflowError) as forged:
        raise NotAButton(tap.arg) from forged
    _day_agreed(talk, tap.id, moment, tap.turn)


def day_said(talk: Talk) -> None:
    """A day as typed: "11月28日 14:00", "모레 오후 2시"."""
    found = read_day(talk.heard.text, talk.work.today)
    if found is None:
        talk.say(Screen.ASK_DAY_WORDS)
        return
    day, hour = found
    _day_agreed(talk, talk.answers["case_id"], at(day, hour or _MEETING), None)


def ask_terms(talk: Talk, tap: Tap) -> None:
    case = access_case(talk.work, tap.id, by=talk.person, doing=Doing.AGREE, turn=tap.turn)
    talk.fresh(case_id=case.id)
    talk.ask(Step.AGREE_TERMS, Screen.AGREE_TERMS, case=case)


def terms_said(talk: Talk) -> None:
    if not talk.heard.text.strip():
        talk.say(Screen.AGREE_TERMS, case=_case(talk))
        return
    talk.remember(terms=talk.heard.text)
    found = read_day(talk.heard.text, talk.work.today)
    if found is not None:
        _confirm(talk, found[0])
    else:
        talk.ask(Step.AGREE_DAY, Screen.AGREE_DAY, case=_case(talk))


def promised_day_said(talk: Talk) -> None:
    """By which day; a day that has passed or cannot be read is asked again."""
    found = read_day(talk.heard.text, talk.work.today)
    if found is None or found[0] < talk.work.today:
        talk.say(Screen.AGREE_DAY, case=_case(talk))
        return
    _confirm(talk, found[0])


def confirmed(talk: Talk, tap: Tap) -> None:
    """The agreement as shown is recorded."""
    if talk.step is not Step.AGREE_CONFIRM or talk.answers.get("case_id") != tap.id:
        case = access_case(talk.work, tap.id, by=talk.person, doing=Doing.OPEN)
        talk.edit(Screen.CARD, case=case)
        return
    answers = talk.answers
    case = mediation.agree(
        talk.work,
        tap.id,
        talk.person,
        terms=answers["terms"],
        promised_on=date.fromisoformat(answers["promised_on"]),
        form=Form(tap.arg or Form.WRITTEN),
        turn=tap.turn,
    )
    talk.fresh()
    talk.edit(Screen.CARD, case=case)


def redo(talk: Talk, tap: Tap) -> None:
    case = access_case(talk.work, tap.id, by=talk.person, doing=Doing.AGREE)
    talk.fresh(case_id=case.id)
    talk.ask(Step.AGREE_TERMS, Screen.AGREE_TERMS, case=case)


def invite(talk: Talk, tap: Tap) -> None:
    """The other side's own link, shown once, for the mediator to hand over."""
    case, secret = mediation.invite_other_side(talk.work, tap.id, talk.person)
    link = f"https://t.me/{talk.bot_username}?start=p_{secret}"
    talk.answer(Screen.INVITE_LINK, case=case, link=link)


def _confirm(talk: Talk, day: date) -> None:
    talk.remember(promised_on=day.isoformat())
    talk.ask(
        Step.AGREE_CONFIRM,
        Screen.AGREE_CONFIRM,
        case=_case(talk),
        terms=talk.answers["terms"],
        day=day.isoformat(),
    )


def _day_agreed(talk: Talk, case_id: int, moment: datetime, turn: int | None) -> None:
    case = mediation.record_contact(
        talk.work, case_id, talk.person, ContactResult.DAY_AGREED, turn=turn, day=moment
    )
    talk.fresh()
    if turn is None:
        talk.say(Screen.CARD, case=case)
    else:
        talk.edit(Screen.CARD, case=case)


def _offered_days(talk: Talk) -> list[str]:
    return [moment.isoformat() for moment in _working_mornings(talk, _DAYS_OFFERED)]


def next_morning(talk: Talk) -> datetime:
    """When the next try is proposed."""
    return _working_mornings(talk, 1)[0]


def _working_mornings(talk: Talk, count: int) -> list[datetime]:
    calendar, day = talk.work.rules.calendar, civil(talk.work.now).date()
    days: list[date] = []
    while len(days) < count:
        day += timedelta(days=1)
        if calendar.is_working(day):
            days.append(day)
    return [at(day, _MEETING) for day in days]


def _case(talk: Talk) -> Case:
    return talk.work.session.get_one(Case, talk.answers["case_id"])
