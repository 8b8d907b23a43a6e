"""A whistle on a case that is already there, and visits at the door: two taps each, and words when there are some."""

from datetime import timedelta

from cases.access import Doing, access_case
from cases.actions import raising, visits
from handlers.buttons import NotAButton, Tap
from handlers.dialogue import Step, Talk
from handlers.reporting import telling
from handlers.screens import Screen
from models.case import Case
from models.vocabulary import Level, Raise, Visit

#: So long a message without a button still belongs to the visit just made; a forwarded one is always a new report.
_STILL_THERE = timedelta(minutes=10)


def ask_why(talk: Talk, tap: Tap) -> None:
    """Turn the card over: the reasons, by buttons or in words; nothing above RED."""
    case = access_case(talk.work, tap.id, by=talk.person, doing=Doing.RAISE)
    if case.level is Level.RED or not case.is_open:
        talk.edit(Screen.CARD, case=case)
    else:
        talk.edit(Screen.RAISE_WHY, case=case, to=raising.one_up(case.level))


def why_tapped(talk: Talk, tap: Tap) -> None:
    why, _, to = tap.arg.partition("-")
    if to not in set(Level):
        raise NotAButton(tap.arg)
    if Raise(why) is Raise.WORDS:
        case = access_case(talk.work, tap.id, by=talk.person, doing=Doing.RAISE)
        talk.fresh(case_id=case.id, to=to)
        talk.ask(Step.RAISE_WORDS, Screen.RAISE_WORDS, case=case)
        return
    case = raising.whistle(talk.work, tap.id, talk.person, to=Level(to), why=Raise(why))
    talk.edit(Screen.CARD, case=case)


def why_said(talk: Talk) -> None:
    """The reason as written or spoken."""
    case_id, to = talk.answers["case_id"], Level(talk.answers["to"])
    evidence = _file(talk, case_id)
    if not talk.heard.text and evidence is None:
        talk.say(Screen.RAISE_WORDS, case=talk.work.session.get_one(Case, case_id))
        return
    case = raising.whistle(
        talk.work,
        case_id,
        talk.person,
        to=to,
        why=Raise.WORDS,
        words=talk.heard.text,
        evidence=evidence,
    )
    talk.fresh()
    talk.say(Screen.CARD, case=case)


def ask_found(talk: Talk, tap: Tap) -> None:
    case = access_case(talk.work, tap.id, by=talk.person, doing=Doing.VISIT)
    talk.edit(Screen.VISIT_FOUND, case=case)


def found_tapped(talk: Talk, tap: Tap) -> None:
    """The tap is the record; "worse" asks once more before the level rises; words may follow."""
    found = Visit(tap.arg)
    case = visits.record_visit(talk.work, tap.id, talk.person, found)
    talk.fresh(case_id=case.id)
    talk.go(Step.VISIT_WORDS)
    worse = found is Visit.WORSE and case.level is not Level.RED and case.is_open
    talk.edit(
        Screen.VISITED,
        case=case,
        found=found,
        to=raising.one_up(case.level) if worse else None,
    )


def is_about_visit(talk: Talk) -> bool:
    """Whether a message is still about the visit just made."""
    heard = talk.heard
    late = talk.work.now - talk.draft.touched_at > _STILL_THERE
    return not (heard.forwarded or late) and bool(heard.text or heard.file)


def belongs_to_visit(talk: Talk) -> bool:
    """The same; and when it is not, the conversation begins anew."""
    about = is_about_visit(talk)
    if not about:
        talk.fresh()
    return about


def visit_described(talk: Talk) -> None:
    case_id = talk.answers["case_id"]
    evidence = _file(talk, case_id)
    case = visits.describe_visit(
        talk.work, case_id, talk.person, talk.heard.text, evidence=evidence
    )
    talk.fresh()
    talk.say(Screen.NOTED, case=case)


def _file(talk: Talk, case_id: int) -> int | None:
    if talk.heard.file is None:
        return None
    case = access_case(talk.work, case_id, by=talk.person, doing=Doing.SEE)
    return telling.announce(talk, case).id
