"""A resident's own cases: the status card, and everything that may be added after the number, once and optional."""

from sqlalchemy import select

from cases.access import Doing, access_case
from cases.actions import intake
from cases.actions.offering import escalate, holder
from cases.actions.safety import danger_case_of
from cases.actions.tasks import open_task
from cases.errors import NoSuchCase
from cases.progress import reopens
from handlers.answers import Answer, understood
from handlers.buttons import Tap
from handlers.dialogue import Step, Talk
from handlers.heard import Kind
from handlers.numbers import telephone_in
from handlers.parties import case_list
from handlers.reporting import after_number as questions_after
from handlers.reporting import report, telling
from handlers.screens import Screen
from models.case import Case
from models.task import Task
from models.vocabulary import Part, TaskKind, TaskState

_AFTER = (Answer.LEAVE_PHONE, Answer.ADD_PHOTO, Answer.MY_CASES)


def after_number(talk: Talk) -> None:
    """What comes right after the number: the house number, a phone, a photo, or something to add."""
    heard = talk.heard
    said = understood(heard.text, _AFTER) if heard.kind is Kind.TEXT else None
    if said is Answer.LEAVE_PHONE:
        talk.ask(Step.PHONE, Screen.ASK_PHONE)
    elif said is Answer.ADD_PHOTO:
        talk.ask(Step.PHOTO, Screen.ASK_PHOTO)
    elif said is Answer.MY_CASES:
        case_list.show(talk)
    elif not questions_after.answered(talk):
        add(talk)


def phone(talk: Talk) -> None:
    number = telephone_in(talk)
    if number is not None:
        case = intake.add_phone(talk.work, _case_id(talk), talk.person, number)
        if talk.answers.get("call"):
            talk.go(Step.AFTER)
            _promise_call(talk, case)
        else:
            talk.ask(Step.AFTER, Screen.ADDED, case=case, what="phone")
    elif _nothing_more(talk):
        talk.ask(Step.AFTER, Screen.ADDED, what="nothing")
    elif talk.heard.file is not None:
        add(talk)
    else:
        talk.say(Screen.ASK_PHONE, others=talk.heard.kind is Kind.CONTACT)


def photo(talk: Talk) -> None:
    """Photos, one after the other, until the person is done."""
    if _nothing_more(talk):
        talk.ask(Step.AFTER, Screen.ADDED, what="nothing")
    elif understood(talk.heard.text, _AFTER) is not None:
        after_number(talk)
    elif talk.heard.file is not None or talk.heard.text:
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
    if heard.file is not None:
        case = access_case(talk.work, case_id, by=talk.person, doing=Doing.ADD)
        evidence = (telling.announce(talk, case).id,)
    elif not heard.text:
        talk.say(Screen.NOT_UNDERSTOOD)
        return
    case = intake.add_to_case(
        talk.work, case_id, talk.person, words=heard.text or None, evidence=evidence
    )
    if not case.is_open and _may_reopen(talk, case):
        talk.finish(case_id=case.id, home=True)
        talk.ask(Step.AFTER, Screen.REOPEN_OFFER, case=case)
        return
    added = talk.answers.get("added", 0)
    talk.remember(added=added + 1, case_id=case.id)
    next_step = talk.step if talk.step is Step.PHOTO else Step.AFTER
    what = "photo" if evidence else "words"
    talk.ask(
        next_step, Screen.ADDED, case=case, what=what, hold=added > 0, evidence=list(evidence)
    )


def _may_reopen(talk: Talk, case: Case) -> bool:
    """Whether it may go on under its number by its reporter's tap; in a case of danger a human is told (law 13)."""
    return talk.person.id == case.reporter_id and not case.guarded and reopens(talk.work, case)


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


def _case_id(talk: Talk) -> int:
    case = danger_case_of(talk.work, talk.person)
    found = talk.answers.get("case_id") or (case.id if case else None)
    if found is None:
        raise NoSuchCase
    return int(found)


def only_open_case(talk: Talk) -> Case | None:
    """The one open case of a person who reported one; none where there are several, or where there is danger."""
    cases = [case for case in case_list.own_cases(talk) if case.is_open]
    one = cases[0] if len(cases) == 1 else None
    mine = one is not None and one.reporter_id == talk.person.id
    return one if one is not None and mine and one.safe_channel is None else None


def nothing_more(talk: Talk) -> None:
    """The keys of the receipt stand again; nothing is asked."""
    talk.ask(Step.AFTER, Screen.ADDED, what="nothing")


def _nothing_more(talk: Talk) -> bool:
    return understood(talk.heard.text, (Answer.DONE,)) is Answer.DONE
