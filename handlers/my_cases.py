"""A resident's own cases: the status card, and everything that may be added after the number, once and optional."""

import re

from sqlalchemy import or_, select

from cases.access import Doing, Relation, access_case, relations
from cases.actions import intake
from cases.actions.offering import escalate, holder
from cases.actions.safety import danger_case_of
from cases.actions.tasks import open_task
from cases.errors import NoSuchCase
from cases.numbers import CaseNumber
from cases.reading import read
from handlers import report, telling
from handlers.answers import Answer, understood
from handlers.buttons import Tap
from handlers.dialogue import Step, Talk
from handlers.errors import todays_card
from handlers.heard import Kind
from handlers.screens import Screen
from models.case import Case
from models.party import Party
from models.task import Task
from models.vocabulary import Part, Stage, TaskKind, TaskState

_AFTER = (Answer.LEAVE_PHONE, Answer.ADD_PHOTO, Answer.MY_CASES)
_FILES = frozenset({Kind.VOICE, Kind.PHOTO, Kind.DOCUMENT})
_HOME_LETTERS = 40  # a house number is short; what is longer is something to add
_SHOWN = 5
_HOUSE = re.compile(r"[0-9０-９一二三四五六七八九十]|[동호]")  # a house number has a number in it


def show(talk: Talk) -> None:
    """Each open case as a status card; a hidden one only after its number was typed."""
    cases = _own(talk)
    if not cases:
        talk.say(Screen.MY_CASES, none=True)
    for case in cases[:_SHOWN]:
        talk.answer(Screen.STATUS, case=case)


def by_number(talk: Talk, number: CaseNumber) -> None:
    """A number typed or read aloud: its card, to those who may see it; it brings a hidden case back."""
    case = talk.work.session.scalar(
        select(Case).where(
            Case.year == number.year, Case.area6 == number.area6, Case.sequence == number.sequence
        )
    )
    if case is None or not relations(talk.work, case, talk.person):
        raise NoSuchCase
    if Relation.REPORTER in relations(talk.work, case, talk.person):
        case.hidden = False
    talk.say(todays_card(talk), case=case)


def status(talk: Talk, tap: Tap) -> None:
    case = access_case(talk.work, tap.id, by=talk.person, doing=Doing.ADD)
    talk.edit(Screen.STATUS, case=case)


def after_number(talk: Talk) -> None:
    """What comes right after the number: the house number, a phone, a photo, or something to add."""
    heard = talk.heard
    said = understood(heard.text, _AFTER) if heard.kind is Kind.TEXT else None
    if said is Answer.LEAVE_PHONE:
        talk.ask(Step.PHONE, Screen.ASK_PHONE)
    elif said is Answer.ADD_PHOTO:
        talk.ask(Step.PHOTO, Screen.ASK_PHOTO)
    elif said is Answer.MY_CASES:
        show(talk)
    elif (
        heard.kind is Kind.TEXT
        and "home" not in talk.answers
        and len(heard.text) <= _HOME_LETTERS
        and _HOUSE.search(heard.text)
    ):
        case = intake.add_home(talk.work, _case_id(talk), talk.person, heard.text)
        talk.remember(home=True)
        talk.say(Screen.ADDED, case=case, what="home")
    else:
        add(talk)


def phone(talk: Talk) -> None:
    number = talk.heard.phone or read(talk.heard.text).phone
    if number is not None:
        case = intake.add_phone(talk.work, _case_id(talk), talk.person, number)
        if talk.answers.get("call"):
            talk.go(Step.AFTER)
            _promise_call(talk, case)
        else:
            talk.ask(Step.AFTER, Screen.ADDED, case=case, what="phone")
    elif _nothing_more(talk):
        talk.ask(Step.AFTER, Screen.ADDED, what="nothing")
    else:
        talk.say(Screen.ASK_PHONE)


def photo(talk: Talk) -> None:
    """Photos, one after the other, until the person is done."""
    if _nothing_more(talk):
        talk.ask(Step.AFTER, Screen.ADDED, what="nothing")
    elif understood(talk.heard.text, _AFTER) is not None:
        after_number(talk)
    elif talk.heard.kind in _FILES or talk.heard.text:
        add(talk)
    else:
        talk.say(Screen.ASK_PHOTO)


def add(talk: Talk) -> None:
    """Words or files for the case in hand, kept as given."""
    heard = talk.heard
    if heard.kind is Kind.TEXT and _nothing_more(talk):
        talk.ask(Step.AFTER, Screen.ADDED, what="nothing")
        return
    evidence: tuple[int, ...] = ()
    case_id = _case_id(talk)
    if heard.kind in _FILES:
        case = access_case(talk.work, case_id, by=talk.person, doing=Doing.ADD)
        evidence = (telling.announce(talk, case).id,)
    elif not heard.text:
        talk.say(Screen.NOT_UNDERSTOOD)
        return
    case = intake.add_to_case(
        talk.work, case_id, talk.person, words=heard.text or None, evidence=evidence
    )
    added = talk.answers.get("added", 0)
    talk.remember(added=added + 1, case_id=case.id)
    next_step = talk.step if talk.step is Step.PHOTO else Step.AFTER
    what = "photo" if evidence else "words"
    talk.ask(next_step, Screen.ADDED, case=case, what=what, hold=added > 0)


def ask_words(talk: Talk, tap: Tap) -> None:
    case = access_case(talk.work, tap.id, by=talk.person, doing=Doing.ADD)
    talk.fresh(case_id=case.id, home=True)
    talk.ask(Step.ADD_WORDS, Screen.ASK_WORDS, case=case)


def call_me(talk: Talk, tap: Tap) -> None:
    """The party wants to talk: a call becomes somebody's task; without a number, that is asked first."""
    case = access_case(talk.work, tap.id, by=talk.person, doing=Doing.ADD)
    if talk.person.phone is None:
        talk.fresh(case_id=case.id, home=True, call=True)
        talk.ask(Step.PHONE, Screen.ASK_PHONE)
        return
    _promise_call(talk, case)


def _promise_call(talk: Talk, case: Case) -> None:
    """One open call for a case; a closed one has no clocks, so its head is told."""
    mediator = holder(talk.work, case, Part.MEDIATOR)
    waiting = select(Task.id).where(
        Task.case_id == case.id, Task.kind == TaskKind.CALL, Task.state == TaskState.OPEN
    )
    if not case.is_open or mediator is None:
        escalate(
            talk.work, case, Part.MEDIATOR, why="not_contacted", key=f"call:{talk.work.today}"
        )
    elif talk.work.session.scalars(waiting).first() is None:
        open_task(talk.work, case, TaskKind.CALL, mediator.person, phone=talk.person.phone)
    talk.answer(Screen.CALL_PROMISED, case=case)


def idle(talk: Talk) -> None:
    """Nothing is open: what a resident writes is a report, unless it adds to the case just reported."""
    if talk.heard.kind is Kind.COMMAND:
        report.door(talk)
    else:
        _begin(talk)


def _begin(talk: Talk) -> None:
    talk.fresh()
    if talk.person.language is None and not talk.heard.text:
        talk.ask(Step.LANGUAGE, Screen.DOOR_LANGUAGE)
        return
    if talk.person.language is None:
        report.choose_language(talk)
    else:
        report.matter(talk)


def _own(talk: Talk) -> list[Case]:
    parties = select(Party.case_id).where(Party.person_id == talk.person.id)
    rows = talk.work.session.scalars(
        select(Case)
        .where(
            or_(Case.reporter_id == talk.person.id, Case.id.in_(parties)),
            Case.hidden.is_(False),
            Case.stage != Stage.ARCHIVED,
        )
        .order_by(Case.id.desc())
    )
    return list(rows)


def _case_id(talk: Talk) -> int:
    case = danger_case_of(talk.work, talk.person)
    found = talk.answers.get("case_id") or (case.id if case else None)
    if found is None:
        raise NoSuchCase
    return int(found)


def _nothing_more(talk: Talk) -> bool:
    return understood(talk.heard.text, (Answer.DONE,)) is Answer.DONE
