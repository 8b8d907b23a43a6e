"""The words that a notice kept from the lock screen, opened by a tap of their reader (law 9)."""

from sqlalchemy import select

from cases import quota
from cases.access import Doing, access_case
from cases.actions.assignment import read as read_case
from cases.errors import NoSuchCase
from cases.truth import still_true
from handlers import start
from handlers.buttons import Tap
from handlers.dialogue import Talk
from handlers.errors import todays_card
from handlers.screens import Screen
from models.case import Case
from models.notice import Notice
from models.task import Task


def read(talk: Talk, tap: Tap) -> None:
    """The words of a notice, in its place, or below the list on which it stands; overtaken: how the case stands today.

    Raises:
        NoSuchCase: it was written to somebody else, or never.
    """
    notice = talk.work.session.scalar(
        select(Notice).where(Notice.id == tap.id, Notice.person_id == talk.person.id)
    )
    if notice is None:
        raise NoSuchCase
    case = talk.work.session.get(Case, notice.case_id) if notice.case_id else None
    show = talk.answer if notice.list_id is not None else talk.edit
    quota.opened(talk.work, notice)
    if still_true(talk.work, notice):
        if case is not None:
            read_case(talk.work, case, talk.person)
        show(notice.kind, case=case, **notice.facts)
    elif case is not None:
        show(todays_card(talk, case), case=case)
    else:
        start.home(talk)


def task(talk: Talk, tap: Tap) -> None:
    """The whole of a task, with its file, to whoever may do it; of one that is done, today's card."""
    found = talk.work.session.get(Task, tap.id)
    if found is None:
        raise NoSuchCase
    case = access_case(talk.work, found.case_id, by=talk.person, doing=Doing.OPEN)
    read_case(talk.work, case, talk.person)
    if found.person_id == talk.person.id:
        talk.answer(Screen.TASK_CARD, case=case, task=found.id)
    else:
        talk.edit(Screen.CARD, case=case)
