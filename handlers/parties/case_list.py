"""My cases: every dispute of one's own, whatever one's office and on whichever side: its card, pinned, and the closed ones below.

A hidden case shows only after its number was typed; of a case of danger the other side is shown nothing (law 13).
"""

from sqlalchemy import or_, select

from cases.access import Doing, Relation, access_case, relations
from cases.errors import NoSuchCase
from cases.numbers import CaseNumber
from cases.progress import reopens
from handlers.buttons import Tap
from handlers.dialogue import Talk
from handlers.errors import todays_card
from handlers.screens import Screen
from models.case import Case
from models.party import Party
from models.vocabulary import Stage

_SHOWN = 5  # cards at once; what is older is reached by its number
_LISTED = 10  # closed ones, as buttons of one message


def show(talk: Talk) -> None:
    """Each open case as its card; below them, those that were closed within 90 days."""
    cases = own_cases(talk)
    open_ones = [case for case in cases if case.is_open]
    closed = [case for case in cases if reopens(talk.work, case)]
    if not open_ones:
        talk.answer(Screen.MY_CASES, none=True)
    for case in reversed(open_ones[:_SHOWN]):  # the newest at the end of the chat
        talk.answer(todays_card(talk, case), case=case)
    if closed:
        ids = [case.id for case in closed[:_LISTED]]
        talk.answer(Screen.WHICH_CASE, case_ids=ids, closed=True)


def own_cases(talk: Talk) -> list[Case]:
    """All of one's own, newest first."""
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
    return [case for case in rows if not case.guarded or case.reporter_id == talk.person.id]


def by_number(talk: Talk, number: CaseNumber) -> None:
    """A number typed or read aloud: its card, to those who may see it; it brings a hidden case back."""
    case = talk.work.session.scalar(
        select(Case).where(
            Case.year == number.year, Case.area6 == number.area6, Case.sequence == number.sequence
        )
    )
    found = relations(talk.work, case, talk.person) if case is not None else frozenset()
    if case is None or not found:
        raise NoSuchCase
    if Relation.REPORTER in found:
        case.hidden = False
    talk.say(todays_card(talk, case), case=case)


def status(talk: Talk, tap: Tap) -> None:
    """One of the list: its card at the end of the chat, since the list stays to choose from again."""
    case = access_case(talk.work, tap.id, by=talk.person, doing=Doing.SEE)
    talk.answer(todays_card(talk, case), case=case)
