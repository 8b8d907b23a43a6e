"""A spreadsheet of people becomes a plan: what would change on the roster. cases/roster_steps.py carries it out.

Laws: every faulty row is named and the rest can still be applied; applying twice changes nothing; the order of the rows
does not matter; nobody is retired by being left out, unless the office says that the file is the whole roster of an
area, and an administrator not even then; whoever leaves hands over his open cases while their clocks run (2, 3); no area is left without a chain (2).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session

from cases.candidates import ENDS
from cases.finding import AreaMap, the_map
from cases.office import below
from cases.roster_people import Entry, Post, one_each
from cases.roster_plan import (
    ChangedDuty,
    ChangedPerson,
    EndedDuty,
    Known,
    Leaving,
    NewDuty,
    RosterPlan,
)
from cases.roster_rows import read
from cases.sheet import Fault, Reason, Row
from cases.work import Work
from models.duty import Duty
from models.person import Person
from models.sealed import KEYRING
from models.vocabulary import Role


def plan(
    work: Work, rows: Iterable[Row], *, whole: int | None = None, alone: bool = False
) -> RosterPlan:
    """Compare a file with the roster. Reads only.

    Args:
        work: a reading one.
        rows: of the file.
        alone: a form, not a file: only whom its rows name is read, and whoever is the end of a chain.
        whole: an area of which the file is the whole roster: who holds a duty in it and is not in the file leaves.
    """
    made = RosterPlan()
    areas = the_map(work.session)
    entries = read(rows, areas, made.faults)
    people = _people(work.session, entries if alone else None)
    _name_them(entries, people, made.faults)
    held = _held(work, entries if alone else None)
    _refuse_loose_chains(work.today, entries, areas, held, made.faults)
    for entry in sorted(entries, key=lambda one: one.code):
        _compare(work, made, entry, people.get(entry.code), held.get(entry.code, []))
    _who_is_missing(work, made, entries, people, held, whole=whole)
    made.faults.sort()
    return made


def _people(session: Session, only: Sequence[Entry] | None) -> dict[str, Known]:
    named: ColumnElement[bool] = Person.code.is_not(None)
    if only is not None:
        phones = [KEYRING.index("phone", entry.phone) for entry in only if entry.phone]
        codes = [entry.code for entry in only if entry.code]
        named &= or_(Person.code.in_(codes), Person.phone_index.in_(phones))
    rows = session.execute(
        select(
            Person.id,
            Person.code,
            Person.name,
            Person.name_ko,
            Person.phone,
            Person.phone_index,
            Person.language,
            Person.retired_at,
        ).where(named)
    )
    return {
        code: Known(person_id, code, name, name_ko, phone, index, language, retired is not None)
        for person_id, code, name, name_ko, phone, index, language, retired in rows
        if code is not None
    }


@dataclass(frozen=True, slots=True)
class Held:
    """A duty that somebody holds today or will."""

    id: int
    area_id: int
    post: Post
    starts: date


def _held(work: Work, only: Sequence[Entry] | None) -> dict[str, list[Held]]:
    named: ColumnElement[bool] = Person.code.is_not(None)
    if only is not None:
        named &= or_(Person.code.in_([entry.code for entry in only]), Duty.role.in_(ENDS))
    rows = work.session.execute(
        select(
            Person.code,
            Duty.id,
            Duty.area_id,
            Duty.role,
            Duty.station,
            Duty.categories,
            Duty.languages,
            Duty.rank,
            Duty.starts,
            Duty.ends,
        )
        .join(Person, Person.id == Duty.person_id)
        .where(named)
        .order_by(Duty.id)
    )
    found: dict[str, list[Held]] = {}
    for code, duty, area, role, station, categories, languages, rank, starts, ends in rows:
        if code is not None and (ends is None or ends >= work.today):
            post = Post(
                0,
                role,
                area,
                station,
                frozenset(categories),
                frozenset(languages),
                rank,
                starts,
                ends,
            )
            found.setdefault(code, []).append(Held(duty, area, post, starts))
    return found


def _name_them(entries: list[Entry], people: Mapping[str, Known], faults: list[Fault]) -> None:
    """Find each person on the roster by code, else by telephone; a new one without a code gets one."""
    # of several with one telephone, whoever is still here, else the first by code
    known = sorted(people.values(), key=lambda one: (one.retired, one.code), reverse=True)
    by_phone = {one.phone_index: one for one in known if one.phone_index}
    refused: set[int] = set()
    for entry in entries:
        index = KEYRING.index("phone", entry.phone) if entry.phone else None
        owner = by_phone.get(index) if index else None
        if not entry.code:
            entry.code = owner.code if owner else f"r{(index or '')[:12]}"
        elif owner is not None and owner.code != entry.code and not owner.retired:
            faults.extend(
                Fault(row, "phone", Reason.PHONE_KNOWN, entry.phone) for row in entry.rows
            )
            refused.add(id(entry))
    entries[:] = one_each([entry for entry in entries if id(entry) not in refused], faults)


def _refuse_loose_chains(
    today: date,
    entries: list[Entry],
    areas: AreaMap,
    held: Mapping[str, Sequence[Held]],
    faults: list[Fault],
) -> None:
    """A duty where nobody above answers on its first day is refused (law 2); the file counts before what stands."""
    ends = _ends_by_area(today, entries, held)
    for entry in entries:
        loose = []
        for post in entry.posts:
            day = max(today, post.starts or today)
            line = areas.line(areas.places[post.area_id])
            spans = (span for above in line for span in ends.get(above.id, ()))
            if not any(first <= day <= last for first, last in spans):
                loose.append(post)
        for post in loose:
            entry.posts.remove(post)
            code = areas.places[post.area_id].code
            faults.append(Fault(post.row, "area", Reason.CHAIN_ENDS, code))


def _ends_by_area(
    today: date, entries: Iterable[Entry], held: Mapping[str, Sequence[Held]]
) -> dict[int, list[tuple[date, date]]]:
    """From when until when somebody is the end of the chain of an area, once the file is applied."""
    found: dict[int, list[tuple[date, date]]] = {}
    leaving = {entry.code for entry in entries if entry.left}
    standing = {
        (code, one.post.place): one
        for code, many in held.items()
        if code not in leaving
        for one in many
        if one.post.role in ENDS
    }
    for entry in entries:
        for post in entry.posts:
            if post.role in ENDS:
                have = standing.pop((entry.code, post.place), None)
                starts = post.starts or (have.starts if have else today)
                found.setdefault(post.area_id, []).append((starts, post.ends or date.max))
    for one in standing.values():
        found.setdefault(one.area_id, []).append((one.starts, one.post.ends or date.max))
    return found


def _compare(
    work: Work, made: RosterPlan, entry: Entry, known: Known | None, held: Sequence[Held]
) -> None:
    if entry.left:
        if known is not None and not known.retired:
            made.leaving.append(Leaving(known.id, known.code, entry.rows[0]))
        else:
            made.unchanged += len(entry.rows)
        return
    if not entry.posts:
        return
    if known is None:
        made.people.append(entry)
    elif values := _differing(entry, known):
        made.changed_people.append(ChangedPerson(known.id, known.code, values))
    by_place = {one.post.place: one for one in held}
    for post in sorted(entry.posts, key=lambda one: one.order):
        have = by_place.get(post.place)
        if have is None:
            made.duties.append(NewDuty(entry.code, post, post.starts or work.today))
        elif changes := _changes(post, have):
            made.changed_duties.append(ChangedDuty(have.id, entry.code, changes))
        else:
            made.unchanged += 1


def _differing(entry: Entry, known: Known) -> dict[str, Any]:
    """What the file says otherwise; an empty cell says nothing. A language that somebody chose is theirs."""
    values: dict[str, Any] = {}
    if entry.name != (known.name or ""):
        values["name"] = entry.name
    if entry.name_ko and entry.name_ko != known.name_ko:
        values["name_ko"] = entry.name_ko
    if entry.phone and entry.phone != known.phone:
        values |= {"phone": entry.phone, "phone_index": KEYRING.index("phone", entry.phone)}
    if entry.reads and known.language is None:
        values["language"] = entry.reads
    if known.retired:
        values["retired_at"] = None
    return values


def _changes(post: Post, have: Held) -> dict[str, Any]:
    changes: dict[str, Any] = {}
    if post.languages != have.post.languages:
        changes["languages"] = sorted(post.languages)
    if post.rank != have.post.rank:
        changes["rank"] = post.rank
    if post.station is not None and post.station != have.post.station:
        changes["station"] = post.station
    if post.starts is not None and post.starts != have.starts:
        changes["starts"] = post.starts
    if post.ends != have.post.ends:
        changes["ends"] = post.ends
    return changes


def _who_is_missing(
    work: Work,
    made: RosterPlan,
    entries: Iterable[Entry],
    people: Mapping[str, Known],
    held: Mapping[str, Sequence[Held]],
    *,
    whole: int | None,
) -> None:
    """Duties that are not in the file. Only where it is the whole roster of an area do they end."""
    named = {entry.code: {post.place for post in entry.posts} for entry in entries}
    faulty = bool([fault for fault in made.faults if fault.refuses])
    within = below(work.session, [whole]) if whole is not None else frozenset()
    leaving = {one.code for one in made.leaving}
    for code in sorted(set(held) - leaving):
        missing = [one for one in held[code] if one.post.place not in named.get(code, set())]
        ending = [one for one in missing if one.area_id in within]
        if missing and code not in named:
            made.not_in_file += 1
        keeps = _kept_by_office(held[code], ending, named=code in named)
        if keeps and not faulty:
            made.kept.append(code)
            ending = [one for one in ending if one not in keeps]
        if not ending or faulty:  # a row that could not be read may be theirs
            continue
        if len(ending) == len(held[code]) and code not in named:
            made.leaving.append(Leaving(people[code].id, code, 0))
        else:
            made.ended.extend(EndedDuty(one.id, code) for one in ending)


def _kept_by_office(held: Sequence[Held], ending: list[Held], *, named: bool) -> list[Held]:
    """What no list ends: an administrator brings lists in, and stands in none of them."""
    if not named and any(one.post.role is Role.ADMINISTRATOR for one in held):
        return ending
    return [one for one in ending if one.post.role is Role.ADMINISTRATOR]
