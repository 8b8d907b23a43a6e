"""A duty rota as a file becomes a plan: which shifts would be new, changed or taken out; and carries it out.

Laws: every faulty row is named and the rest can still be applied; applying twice changes nothing; the order of the rows
does not matter; nothing is taken out unless the office says that the file is the whole rota of its areas and days, and
never while a row of it is faulty; a shift makes nobody a judge.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from sqlalchemy import insert, select
from sqlalchemy.orm import joinedload

from cases.finding import AreaMap, the_map
from cases.on_duty import may_stand
from cases.roster_steps import Step
from cases.rota_rows import RotaLine, read
from cases.sheet import Fault, Reason, Row
from cases.work import Work
from cases.workdays import civil
from models.duty import Duty
from models.person import Person, index_of_phone
from models.rota import Shift
from models.vocabulary import Role

_CHUNK = 2_000  # rows of one transaction: the bot writes in between

Key = tuple[int, int, Role, datetime]


@dataclass(frozen=True, slots=True)
class Standing:
    """One shift as it would be; `shift_id` of one that is there."""

    person_id: int
    code: str
    area_id: int
    area: str
    role: Role
    starts: datetime
    ends: datetime
    row: int = 0
    shift_id: int | None = None

    @property
    def key(self) -> Key:
        return (self.person_id, self.area_id, self.role, self.starts)

    @property
    def told(self) -> str:
        return f"{self.code} {self.role} {self.area} {civil(self.starts):%Y-%m-%d %H:%M} – {civil(self.ends):%m-%d %H:%M}"


@dataclass(slots=True)
class RotaPlan:
    """What applying a file would do."""

    added: list[Standing] = field(default_factory=list)
    changed: list[Standing] = field(default_factory=list)
    ended: list[Standing] = field(default_factory=list)
    unchanged: int = 0
    not_in_file: int = 0
    faults: list[Fault] = field(default_factory=list)

    @property
    def is_empty(self) -> bool:
        return not (self.added or self.changed or self.ended)


def plan(work: Work, rows: Iterable[Row], *, whole: bool = False) -> RotaPlan:
    """Compare a file with the rota. Reads only.

    Args:
        work: a reading one.
        rows: of the file.
        whole: the file is all there is for its areas and roles from its first hour to its last.
    """
    made, areas = RotaPlan(), the_map(work.session)
    wanted = _wanted(work, read(rows, areas, made.faults), areas, made.faults)
    standing = _standing(work, wanted, areas)
    by_key = {one.key: one for one in standing}
    for one in sorted(wanted, key=lambda one: (one.starts, one.code, one.area, one.role)):
        known = by_key.pop(one.key, None)
        if known is None:
            made.added.append(one)
        elif known.ends != one.ends:
            made.changed.append(replace(one, shift_id=known.shift_id))
        else:
            made.unchanged += 1
    left = [one for one in by_key.values() if one.ends > work.now]
    if whole and not any(fault.refuses for fault in made.faults):
        made.ended = left
    else:
        made.not_in_file = len(left)
    made.faults.sort()
    return made


def steps(made: RotaPlan) -> Iterator[tuple[int, Step]]:
    """The plan as transactions, each with how many shifts it settles; doing it again is harmless."""
    for start in range(0, len(made.added), _CHUNK):
        some = made.added[start : start + _CHUNK]
        yield len(some), lambda work, some=some: _add(work, some)  # type: ignore[misc] # bound now
    if made.changed:
        yield len(made.changed), lambda work: _change(work, made.changed)
    if made.ended:
        yield len(made.ended), lambda work: _end(work, made.ended)


def _wanted(
    work: Work, lines: Sequence[RotaLine], areas: AreaMap, faults: list[Fault]
) -> list[Standing]:
    """The rows as shifts of people who may stand there."""
    people = _people(work, lines)
    duties = _duties(work, {person.id for person in people.values()})
    found: list[Standing] = []
    for line in lines:
        person = people.get(line.code) or people.get(index_of_phone(line.phone) or "")
        why = _refused(line, person, duties, areas)
        if why is not None:
            faults.append(Fault(line.row, *why))
        elif person is not None:
            found.append(_shift(line, person, areas))
    return _agree(found, faults)


def _refused(
    line: RotaLine, person: Person | None, duties: dict[int, list[Duty]], areas: AreaMap
) -> tuple[str, Reason, str] | None:
    who = line.code or line.phone
    if person is None:
        return ("code" if line.code else "phone", Reason.PERSON_UNKNOWN, who)
    if line.name and line.name not in {person.name, person.name_ko}:
        return ("name", Reason.PERSON_OTHER, line.name)
    if person.retired_at is not None:
        return ("code", Reason.PERSON_LEFT, who)
    day = civil(line.starts).date()
    held = (one for one in duties.get(person.id, ()) if one.held_on(day))
    if not any(may_stand(areas.above, one, line.role, line.area_id) for one in held):
        return ("role", Reason.NO_SUCH_DUTY, who)
    return None


def _agree(shifts: Sequence[Standing], faults: list[Fault]) -> list[Standing]:
    """Nobody stands twice in one hour for one area as one and the same: of rows that meet none is taken."""
    by_place: dict[tuple[int, int, Role], list[Standing]] = {}
    for one in sorted(shifts, key=lambda one: (one.starts, one.row)):
        by_place.setdefault(one.key[:3], []).append(one)
    kept: list[Standing] = []
    for many in by_place.values():
        once: dict[tuple[datetime, datetime], Standing] = {}
        for one in many:
            first = once.setdefault((one.starts, one.ends), one)
            if first is not one:
                faults.append(Fault(one.row, "begins", Reason.DUTY_TWICE, str(first.row)))
        meeting: dict[int, int] = {}
        latest: Standing | None = None  # of those before, the one that ends last
        for one in once.values():
            if latest is not None and one.starts < latest.ends:
                meeting |= {one.row: latest.row, latest.row: meeting.get(latest.row, one.row)}
            latest = one if latest is None or one.ends > latest.ends else latest
        faults += [
            Fault(row, "begins", Reason.SHIFTS_MEET, str(other)) for row, other in meeting.items()
        ]
        kept += [one for one in once.values() if one.row not in meeting]
    return kept


def _shift(line: RotaLine, person: Person, areas: AreaMap) -> Standing:
    return Standing(
        person.id,
        person.code or "",
        line.area_id,
        areas.places[line.area_id].code,
        line.role,
        line.starts,
        line.ends,
        line.row,
    )


def _people(work: Work, lines: Sequence[RotaLine]) -> dict[str, Person]:
    """By code, and by the index of the telephone; of the roster alone."""
    codes = {line.code for line in lines if line.code}
    phones = {index_of_phone(line.phone) for line in lines if line.phone and not line.code}
    found: dict[str, Person] = {}
    rows = select(Person).where(Person.code.is_not(None))
    for person in work.session.scalars(rows.where(Person.code.in_(codes))):
        found[person.code or ""] = person
    for person in work.session.scalars(rows.where(Person.phone_index.in_(phones))):
        if person.retired_at is None:
            found[person.phone_index or ""] = person
    return found


def _duties(work: Work, people: set[int]) -> dict[int, list[Duty]]:
    rows = select(Duty).where(Duty.person_id.in_(people))
    found: dict[int, list[Duty]] = {}
    for duty in work.session.scalars(rows):
        found.setdefault(duty.person_id, []).append(duty)
    return found


def _standing(work: Work, wanted: Sequence[Standing], areas: AreaMap) -> list[Standing]:
    """What begins, for the areas and roles of the file, from its first hour to its last; the night that only reaches into
    it is of the file before.
    """
    spans: dict[tuple[int, Role], tuple[datetime, datetime]] = {}
    for one in wanted:
        first, last = spans.get((one.area_id, one.role), (one.starts, one.ends))
        spans[one.area_id, one.role] = (min(first, one.starts), max(last, one.ends))
    rows = work.session.scalars(
        select(Shift)
        .where(Shift.area_id.in_({area for area, _ in spans}))
        .options(joinedload(Shift.person))
        .order_by(Shift.id)
    )
    found = []
    for shift in rows:
        span = spans.get((shift.area_id, shift.role))
        if span is not None and span[0] <= shift.starts < span[1]:
            found.append(
                Standing(
                    shift.person_id,
                    shift.person.code or "",
                    shift.area_id,
                    areas.places[shift.area_id].code,
                    shift.role,
                    shift.starts,
                    shift.ends,
                    shift_id=shift.id,
                )
            )
    return found


def _add(work: Work, some: Sequence[Standing]) -> list[Fault]:
    rows = [
        {
            "person_id": one.person_id,
            "area_id": one.area_id,
            "role": one.role,
            "starts": one.starts,
            "ends": one.ends,
        }
        for one in some
    ]
    work.session.execute(insert(Shift), rows)
    return []


def _change(work: Work, some: Sequence[Standing]) -> list[Fault]:
    for one in some:
        shift = work.session.get(Shift, one.shift_id)
        if shift is not None:
            shift.ends = one.ends
    return []


def _end(work: Work, some: Sequence[Standing]) -> list[Fault]:
    """What has not begun is taken out; what is under way ends now."""
    for one in some:
        shift = work.session.get(Shift, one.shift_id)
        if shift is not None and shift.starts >= work.now:
            work.session.delete(shift)
        elif shift is not None:
            shift.ends = work.now
    return []
