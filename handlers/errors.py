"""A refusal as a polite sentence; a stale tap as today's card. The sentences: handlers/refusals.py."""

from sqlalchemy import select

from cases.access import PARTIES, Doing, Relation, access_case, relations
from cases.errors import AlreadyTaken, CaseError, NoLongerOnDuty, NotYours, StaleTap
from handlers.dialogue import Talk
from handlers.heard import Kind
from handlers.screens import Screen
from models.case import Case
from models.duty import Duty
from models.vocabulary import Channel


def refuse(talk: Talk, error: CaseError) -> None:
    """Say why something could not be done, in the reader's language; nothing was changed."""
    try:
        case = _case_of(talk, error)
    except CaseError as closed_to_them:  # a forged tap on somebody else's case
        case, error = None, closed_to_them
    if isinstance(error, NotYours) and _has_left(talk):
        error = NoLongerOnDuty()
    if talk.heard.kind not in {Kind.TAP, Kind.COMMAND}:
        talk.fresh()  # a question that cannot be answered any more is no longer open
    if case is None:
        talk.say(Screen.REFUSED, error=type(error).__name__)
    elif talk.heard.kind is Kind.TAP:
        talk.edit(todays_card(talk, case), case=case)
    else:
        talk.say(todays_card(talk, case), case=case)


def _has_left(talk: Talk) -> bool:
    """Whether somebody's duties are over: handed over, or ended by their date on the roster."""
    if talk.person.formerly_id is not None:
        return True
    ends = talk.work.session.scalars(select(Duty.ends).where(Duty.person_id == talk.person.id))
    held = list(ends)
    return bool(held) and all(end is not None and end < talk.work.today for end in held)


def _case_of(talk: Talk, error: CaseError) -> Case | None:
    """The case whose card answers a tap that came too late."""
    if not isinstance(error, StaleTap | AlreadyTaken):
        return None
    return access_case(talk.work, error.case_id, by=talk.person, doing=Doing.SEE)


def todays_card(talk: Talk, case: Case) -> Screen:
    """The card that stands for a case today: a status for whose dispute it is, a desk card for staff."""
    found = relations(talk.work, case, talk.person) & PARTIES
    if found == {Relation.REPORTER} and case.channel is Channel.GRID_OFFICER:
        return Screen.CARD
    return Screen.CARD if (talk.is_staff or talk.is_officer) and not found else Screen.STATUS
