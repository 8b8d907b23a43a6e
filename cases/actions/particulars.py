"""What is asked after the number, once each and never required: house number, other side, people, amount.

Laws: only what the words did not say is asked, at most three things, and nothing in a guarded case; an answer is kept as
written in the journal; it may raise the level by the thresholds of rule book 6.4 and never lowers it (3).
"""

from collections.abc import Callable
from decimal import Decimal
from enum import StrEnum
from typing import Any

from sqlalchemy import select

from cases.access import Doing, access_case
from cases.actions.raising import told_more
from cases.errors import NotYours
from cases.journal import EventKind, record
from cases.sensitive import names_home
from cases.urgency import gate, level_for
from cases.work import Work
from models.case import Case
from models.party import Party
from models.person import Person
from models.vocabulary import LEVELS_UP, Category, Flag, Level, Side

MOST = 3  # questions after the number; more would be a form to fill in
LARGEST = Decimal(10) ** 11  # yuan; the column holds twelve digits before the point


class Topic(StrEnum):
    """One thing that may be asked."""

    HOME = "home"
    OTHER_SIDE = "other_side"
    PEOPLE = "people"
    AMOUNT = "amount"


#: Kinds of dispute that often concern several people with one claim.
_OF_MANY = frozenset(
    {
        Category.LABOUR,
        Category.PROPERTY_MANAGEMENT,
        Category.EXPROPRIATION,
        Category.POLLUTION,
        Category.LAND,
        Category.CONSUMER,
    }
)
#: Kinds of dispute that are mostly about a sum.
_OF_MONEY = frozenset(
    {
        Category.LABOUR,
        Category.CONTRACT,
        Category.BUSINESS,
        Category.DAMAGES,
        Category.CONSUMER,
        Category.MEDICAL,
        Category.TRAFFIC,
        Category.EXPROPRIATION,
    }
)
_WORTH: dict[Topic, Callable[[Case], bool]] = {
    Topic.HOME: lambda case: not names_home(case.matter or ""),
    Topic.OTHER_SIDE: lambda case: not case.other_side,
    Topic.PEOPLE: lambda case: case.people is None and case.category in _OF_MANY,
    Topic.AMOUNT: lambda case: case.amount is None and case.category in _OF_MONEY,
}


def worth_asking(case: Case) -> tuple[Topic, ...]:
    """What is not known yet and would help, in the order in which it is asked."""
    if case.guarded or case.safe_channel is not None:
        return ()
    return tuple(topic for topic, unknown in _WORTH.items() if unknown(case))[:MOST]


def add_other_side(work: Work, case_id: int, by: Person, words: str) -> Case:
    """Who the other side is, or how to find them, as the reporter says."""
    case = _own(work, case_id, by)
    case.other_side = words
    party = work.session.scalars(
        select(Party).where(Party.case_id == case.id, Party.side == Side.OTHER)
    ).first()
    if party is not None and party.person_id is None:
        party.name = words
    return _told(work, case, by, Topic.OTHER_SIDE, words=words)


def add_people(work: Work, case_id: int, by: Person, count: int, words: str) -> Case:
    """How many people want the same."""
    case = _own(work, case_id, by)
    case.people = count
    return _told(work, case, by, Topic.PEOPLE, words=words, count=count)


def add_amount(work: Work, case_id: int, by: Person, amount: Decimal, words: str) -> Case:
    """How much money it is about."""
    case = _own(work, case_id, by)
    case.amount = amount
    return _told(work, case, by, Topic.AMOUNT, words=words)


def _own(work: Work, case_id: int, by: Person) -> Case:
    case = access_case(work, case_id, by=by, doing=Doing.ADD)
    if case.reporter_id != by.id:
        raise NotYours
    return case


def _told(work: Work, case: Case, by: Person, what: Topic, **facts: Any) -> Case:
    record(work, case, EventKind.ADDED, by, what=what, **facts)
    level = _level_now(work, case)
    if case.is_open and LEVELS_UP.index(level) > LEVELS_UP.index(case.level):
        told_more(work, case, by, level)
    return case


def _level_now(work: Work, case: Case) -> Level:
    """The level that all that is known by now would start with."""
    return level_for(
        gate=gate(case.matter or "", work.rules.words),
        people=case.people,
        amount=case.amount,
        category=case.category,
        text_wage=Flag.WAGE in case.flags,
    )
