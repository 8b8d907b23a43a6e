"""Who is away, and who stands in: said by the person, seen by the head, and ended by coming back.

Laws: past cases stay with whoever has them, new ones go to the deputy; deputies never form a circle, and a deputy who is
away is stood in for by his own; where the chain of deputies ends in nobody, the next in line answers (2).
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import Date, bindparam, select
from sqlalchemy.orm import Session

from cases.errors import NoReason, NotYours
from cases.work import Work
from models.duty import Absence, Duty
from models.person import Person

CHOICES = 3  # deputies offered: more are no choice on a telephone
LONGEST = timedelta(
    days=180
)  # longer than this nobody is away: the duty is given to somebody else


def standing_in(session: Session, people: Collection[int], day: date) -> dict[int, int | None]:
    """For each person who answers on a day: he himself, whoever stands in for him, or nobody."""
    away: dict[int, Absence] = {}
    known: set[int] = set()
    asked = set(people)
    while asked:
        away |= _away(session, asked, day)
        known |= asked
        asked = {one.deputy_id for one in away.values() if one.deputy_id is not None} - known
    return {person: _end_of(person, away) for person in people}


def _end_of(person: int, away: dict[int, Absence]) -> int | None:
    seen: set[int] = set()
    current: int | None = person
    while current is not None and current in away:
        if current in seen:  # an old circle from before the law: nobody stands in
            return None
        seen.add(current)
        current = away[current].deputy_id
    return current


def _away(session: Session, people: Collection[int], day: date) -> dict[int, Absence]:
    rows = session.scalars(_ABSENT, {"people": list(people), "day": day})
    return {one.person_id: one for one in rows}


_ABSENT = (
    select(Absence)
    .where(
        Absence.person_id.in_(bindparam("people", expanding=True)),
        Absence.ended_at.is_(None),
        Absence.starts <= bindparam("day", type_=Date),
        Absence.ends >= bindparam("day", type_=Date),
    )
    .order_by(Absence.id)
)


@dataclass(frozen=True, slots=True)
class Away:
    """Somebody's days away, and who stands in."""

    absence_id: int
    starts: date
    ends: date
    deputy_id: int | None


def say_away(
    work: Work, person: Person, starts: date, ends: date, deputy_id: int | None
) -> Absence:
    """Somebody of the roster will be away; the newest word counts.

    Raises:
        NotYours: nobody of the roster, or a deputy who is not.
        NoReason: the days lie behind, are exchanged or too many, or the deputies would form a circle.
    """
    if person.code is None or person.retired_at is not None:
        raise NotYours
    if not work.today <= starts <= ends or ends - starts > LONGEST:
        raise NoReason
    if deputy_id is not None:
        deputy = work.session.get(Person, deputy_id)
        if deputy is None or deputy.code is None or deputy.retired_at is not None:
            raise NotYours
        if _circle(work.session, person.id, deputy_id, starts, ends):
            raise NoReason
    for earlier in _overlapping(work.session, [person.id], starts, ends):
        _make_room(work, earlier, starts, ends)
    absence = Absence(
        person_id=person.id, deputy_id=deputy_id, starts=starts, ends=ends, said_at=work.now
    )
    work.session.add(absence)
    work.session.flush()
    return absence


def _make_room(work: Work, earlier: Absence, starts: date, ends: date) -> None:
    """Newer words count on their own days; the days said before and after them stay days away.

    Said again from the same day on, the earlier word was corrected, and is replaced whole.
    """
    if earlier.starts != starts and earlier.ends > ends:
        after = Absence(
            person_id=earlier.person_id,
            deputy_id=earlier.deputy_id,
            starts=ends + timedelta(days=1),
            ends=earlier.ends,
            said_at=earlier.said_at,
        )
        work.session.add(after)
    if earlier.starts < starts:
        earlier.ends = starts - timedelta(days=1)
    else:
        earlier.ended_at = work.now


def come_back(work: Work, person: Person) -> list[Absence]:
    """Back, or not going after all: every day away that lies ahead ends."""
    rows = work.session.scalars(
        select(Absence).where(
            Absence.person_id == person.id,
            Absence.ended_at.is_(None),
            Absence.ends >= work.today,
        )
    ).all()
    for one in rows:
        one.ended_at = work.now
    work.session.flush()
    return list(rows)


def propose(work: Work, person: Person, starts: date, ends: date) -> Person | None:
    """Who would stand in by rule: the first of those who could."""
    return next(iter(who_could(work, person, starts, ends)), None)


def who_could(work: Work, person: Person, starts: date, ends: date) -> list[Person]:
    """Who could stand in, the best first, at most three: of the same role, here on those days, reachable, in no circle."""
    own = [
        duty
        for duty in work.session.scalars(select(Duty).where(Duty.person_id == person.id))
        if duty.held_on(starts)
    ]
    found: dict[int, Person] = {}
    for duty in sorted(own, key=lambda one: (one.rank, one.id)):
        line = {area.id: step for step, area in enumerate(duty.area.line)}
        speaks = set(duty.languages)
        for other in sorted(
            _beside(work, duty, line, starts, ends),
            key=lambda one: (
                line[one.area_id],
                len(speaks - set(one.languages)),
                one.rank,
                one.person.code or "",
            ),
        ):
            found.setdefault(other.person_id, other.person)
        if len(found) >= CHOICES:
            break
    return list(found.values())[:CHOICES]


def _beside(work: Work, duty: Duty, line: Collection[int], starts: date, ends: date) -> list[Duty]:
    rows = work.session.scalars(select(Duty).where(Duty.role == duty.role, Duty.area_id.in_(line)))
    return [
        other
        for other in rows
        if other.person_id != duty.person_id
        and other.held_on(starts)
        and other.person.reachable
        and not _overlapping(work.session, [other.person_id], starts, ends)
        and not _circle(work.session, duty.person_id, other.person_id, starts, ends)
    ]


def _circle(session: Session, person: int, deputy: int | None, starts: date, ends: date) -> bool:
    """Whether a deputy's own deputies lead back to the person in these days."""
    seen: set[int] = set()
    waiting = {deputy} - {None}
    while waiting:
        current = waiting.pop()
        if current == person:
            return True
        if current is None or current in seen:
            continue
        seen.add(current)
        waiting |= {one.deputy_id for one in _overlapping(session, [current], starts, ends)}
    return False


def _overlapping(
    session: Session, people: Collection[int], starts: date, ends: date
) -> list[Absence]:
    rows = session.scalars(
        select(Absence).where(
            Absence.person_id.in_(people),
            Absence.ended_at.is_(None),
            Absence.starts <= ends,
            Absence.ends >= starts,
        )
    )
    return list(rows)


def days_away(work: Work, person: Person) -> list[Away]:
    """The days away of a person that are not over."""
    rows = _overlapping(work.session, [person.id], work.today, date.max)
    return [
        Away(one.id, one.starts, one.ends, one.deputy_id)
        for one in sorted(rows, key=lambda one: one.starts)
    ]


def away_on(session: Session, areas: Collection[int], day: date) -> set[str]:
    """The codes of those who answer for these areas and are away on a day."""
    rows = session.execute(
        select(Person.code)
        .join(Absence, Absence.person_id == Person.id)
        .join(Duty, Duty.person_id == Person.id)
        .where(
            Duty.area_id.in_(areas),
            Absence.ended_at.is_(None),
            Absence.starts <= day,
            Absence.ends >= day,
        )
    )
    return {code for (code,) in rows if code}
