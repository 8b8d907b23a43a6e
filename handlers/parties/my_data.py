"""/mydata: what is kept of the person who asks, and what may be corrected, deleted or withdrawn (cases/own_data.py)."""

from typing import Any

from cases import consents, drafts
from cases.own_data import correct_name, correct_phone, delete_all, delete_drafts, own_data
from handlers.answers import Answer, understood
from handlers.buttons import OwnData, Tap
from handlers.dialogue import Step, Talk
from handlers.heard import Kind
from handlers.numbers import telephone_in
from handlers.screens import Screen

_NAME_LETTERS = 40  # a name; what is longer is something else


def show(talk: Talk) -> None:
    """The page, never replaced by a question that follows it."""
    talk.answer(Screen.MY_DATA, **_page(talk))


def tapped(talk: Talk, tap: Tap) -> None:
    """One tap on the page; a page of somebody else's answers with one's own."""
    wanted = OwnData(tap.arg or OwnData.SHOW)
    if tap.id != talk.person.id:
        show(talk)
    elif wanted is OwnData.CORRECT and talk.person.code is None:
        talk.edit(Screen.MY_DATA_CORRECT, owner=talk.person.id)
    elif wanted is OwnData.NAME and talk.person.code is None:
        _ask(talk, Step.OWN_NAME, Screen.ASK_OWN_NAME)
    elif wanted is OwnData.PHONE and talk.person.code is None:
        _ask(talk, Step.OWN_PHONE, Screen.ASK_OWN_PHONE)
    elif wanted is OwnData.DELETE:
        talk.edit(Screen.MY_DATA_DELETE, **_page(talk))
    elif wanted in {OwnData.DELETE_DRAFTS, OwnData.DELETE_ALL}:
        _delete(talk, everything=wanted is OwnData.DELETE_ALL)
    else:
        if wanted is OwnData.WITHDRAW:
            consents.withdraw(talk.work, talk.person)
        talk.edit(Screen.MY_DATA, **_page(talk))


def name_said(talk: Talk) -> None:
    """The name as it is written; "nothing more" keeps the old one."""
    name = talk.heard.text.strip()
    if talk.heard.kind is not Kind.TEXT or not name or len(name) > _NAME_LETTERS:
        talk.say(Screen.ASK_OWN_NAME)
        return
    if not _left(talk):
        correct_name(talk.person, name)
    _page_again(talk)


def phone_said(talk: Talk) -> None:
    phone = telephone_in(talk)
    if phone is not None:
        correct_phone(talk.work, talk.person, phone)
    elif not _left(talk):
        talk.say(Screen.ASK_OWN_PHONE)
        return
    _page_again(talk)


def _ask(talk: Talk, step: Step, screen: Screen) -> None:
    """Ask beside a report that is being said: it waits, and is gone on with afterwards."""
    talk.remember(before=talk.step)
    talk.ask(step, screen)


def _page_again(talk: Talk) -> None:
    """Where the person stood before; the page shows what is kept now."""
    before = talk.answers.get("before")
    talk.go(Step(before) if before and drafts.is_unsent(talk.answers) else Step.IDLE)
    show(talk)


def _delete(talk: Talk, *, everything: bool) -> None:
    """What was deleted is said in the language that was read until now."""
    language = talk.person.language
    (delete_all if everything else delete_drafts)(talk.work, talk.person)
    if not talk.answers or not drafts.is_unsent(talk.answers):
        talk.finish(**{key: talk.answers[key] for key in ("case_id",) if key in talk.answers})
    talk.edit(Screen.MY_DATA, deleted=True, spoken=language, **_page(talk))


def _left(talk: Talk) -> bool:
    return understood(talk.heard.text, (Answer.DONE,)) is Answer.DONE


def _page(talk: Talk) -> dict[str, Any]:
    """The facts of the page."""
    own = own_data(talk.work, talk.person)
    return {
        "owner": talk.person.id,
        "name": own.name,
        "phone": own.phone,
        "language": own.language,
        "open": own.open_reports,
        "closed": own.closed_reports,
        "drafts": [until.isoformat() for until in own.drafts],
        "agreed": [[one.number, one.what, one.since.isoformat()] for one in own.agreed],
        "fixed": own.fixed,
        "needed": own.needed,
        "deletable": own.deletable,
    }
