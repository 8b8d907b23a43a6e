"""What happened to a case, in words: its journal with names and codes, and never what people wrote."""

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.terms import CLOCKS, EVENTS, REASONS, Term, level, role, stage
from cases.journal import EventKind
from cases.numbers import CaseNumber, NumberTypo, parse
from cases.routing import Why
from cases.views import number_of
from cases.workdays import civil
from models.area import Area
from models.case import Case
from models.event import Event
from models.person import Person
from models.vocabulary import AreaLevel, Clock, Language, Level, Part, Role

#: Facts that are codes or instants. All others may be somebody's words and are left out.
_PEOPLE = ("to", "person", "by_person")
Said = Callable[[Term, str], str]
"""How a term is said; the second is its code."""
_CODES = ("what", "result", "kept", "rating", "outcome", "channel", "task", "late")


class NoSuchNumber(LookupError):
    """No case has this number; the text says so in both languages."""


def chronicle(session: Session, typed: str, now: datetime) -> Iterator[str]:
    """The case of a number as somebody types it (the check digit may be left out), line by line.

    Raises:
        NoSuchNumber: there is none.
    """
    case = _case(session, typed, now)
    names = _names(session)
    yield f"{number_of(case).full}  {level(case.level)}  {stage(case.stage)}"
    events = session.scalars(
        select(Event).where(Event.case_id == case.id).order_by(Event.sequence)
    )
    for event in events:
        who = names.get(event.actor_id or 0, "·")
        what = EVENTS[EventKind(event.kind)]
        facts = ", ".join(facts_of(event.facts or {}, names, _both))
        line = f"{event.sequence:4}  {civil(event.at):%m-%d %H:%M}  {who}  {what}"
        yield f"{line}  {facts}" if facts else line


def _case(session: Session, typed: str, now: datetime) -> Case:
    number = _number(session, typed, now)
    found = session.scalar(
        select(Case).where(
            Case.year == number.year, Case.area6 == number.area6, Case.sequence == number.sequence
        )
    )
    if found is None:
        raise _none(typed)
    return found


def _number(session: Session, typed: str, now: datetime) -> CaseNumber:
    county = session.scalars(
        select(Area.code).where(Area.level == AreaLevel.COUNTY).order_by(Area.code)
    ).first()
    if county is None:
        raise _none(typed)
    area6, year = county[:6], civil(now).year
    if typed.isdecimal() and len(typed) <= len("000000"):
        return CaseNumber(year, area6, int(typed))
    try:
        number = parse(typed, area6=area6, year=year)
    except NumberTypo:
        number = None
    if number is None:
        raise _none(typed)
    return number


def _none(typed: str) -> NoSuchNumber:
    return NoSuchNumber(
        f"没有编号为 {typed} 的案件 / {typed} 번호의 사건이 없습니다 / no case has this number"
    )


def _names(session: Session) -> Mapping[int, str]:
    """Who is who; a resident is called so and not by name."""
    resident = str(role(Role.RESIDENT))
    people = session.scalars(select(Person))
    return {
        one.id: f"{one.name} {one.called(Language.KO)}" if one.code else resident for one in people
    }


def facts_of(facts: Mapping[str, Any], names: Mapping[int, str], said: Said) -> Iterator[str]:
    """What of an event may be shown: codes, instants and names of the roster."""
    if "part" in facts:
        part = Role(Part(facts["part"]).value)
        yield said(role(part), part)
    if "clock" in facts:
        clock = Clock(facts["clock"])
        yield said(CLOCKS[clock], clock)
    if "due" in facts:
        yield f"→ {civil(datetime.fromisoformat(facts['due'])):%m-%d %H:%M}"
    if isinstance(facts.get("why"), list):
        yield from (said(REASONS[Why(why)], why) for why in facts["why"])
    for key in _PEOPLE:
        given = facts.get(key)
        ids = given if isinstance(given, list) else [given]
        yield from (f"→ {names[one]}" for one in ids if isinstance(one, int) and one in names)
    if isinstance(facts.get("to"), str):
        yield said(level(Level(facts["to"])), facts["to"])
    yield from (f"{key}={facts[key]}" for key in _CODES if facts.get(key) is not None)


def _both(term: Term, _: str) -> str:
    return str(term)
