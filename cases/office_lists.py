"""The lists of the back office that are only read: links for joining, who is away, and what was changed.

Law: only of people and areas within the administrator's own; nothing of any case; no link, which is kept as a digest.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import aliased

from cases.office import Errand, areas_within
from cases.office_pages import (
    Columns,
    Page,
    Span,
    Wanted,
    named,
    page_of,
    person_name,
    place_name,
    span,
    under,
)
from cases.views import Name
from cases.work import Work
from models.area import Area
from models.back_office import RosterRecord
from models.duty import Absence
from models.person import Invitation, Person
from models.rota import Shift
from models.vocabulary import Role, RosterChange


class Link(StrEnum):
    """How it stands with a link for joining."""

    OPEN = "open"
    USED = "used"
    EXPIRED = "expired"
    LOCKED = "locked"


@dataclass(frozen=True, slots=True)
class InvitationRow:
    id: int
    code: str
    person: Name
    link: Link
    expires: datetime
    used: datetime | None


@dataclass(frozen=True, slots=True)
class AbsenceRow:
    id: int
    code: str
    person: Name
    starts: date
    ends: date
    deputy: Name | None
    span: Span


@dataclass(frozen=True, slots=True)
class ShiftRow:
    id: int
    code: str
    person: Name
    role: Role
    place: Name
    starts: datetime
    ends: datetime


@dataclass(frozen=True, slots=True)
class RecordRow:
    id: int
    at: datetime
    by: Name | None
    kind: RosterChange
    code: str
    person: Name | None
    place: Name | None
    facts: Mapping[str, Any]


def invitations(work: Work, by: Person, wanted: Wanted) -> Page[InvitationRow]:
    """Links for joining the roster, the newest first.

    Raises:
        NotYours: no administrator today; so everywhere here.
    """
    rows = select(Invitation, Person).join(Person, Person.id == Invitation.person_id)
    rows = rows.where(Invitation.case_id.is_(None), under(work, by))
    if wanted.words:
        rows = rows.where(Person.id.in_(named(work, by, wanted.words)))
    columns: Columns = {"code": Person.code, "expires": Invitation.expires_at}
    newest = Wanted(
        wanted.words, wanted.order or (("expires", True),), wanted.skip, wanted.limit, wanted.id
    )
    found, total = page_of(work, rows, Invitation.id, newest, columns)
    return Page(
        [
            InvitationRow(
                row.id,
                person.code or "",
                person_name(person),
                _link(work, row),
                row.expires_at,
                row.used_at,
            )
            for row, person in found
        ],
        total,
    )


def absences(work: Work, by: Person, wanted: Wanted) -> Page[AbsenceRow]:
    """Days away that were not taken back."""
    deputy = aliased(Person)
    rows = select(Absence, Person, deputy).join(Person, Person.id == Absence.person_id)
    rows = rows.outerjoin(deputy, deputy.id == Absence.deputy_id)
    rows = rows.where(Absence.ended_at.is_(None), under(work, by))
    if wanted.words:
        rows = rows.where(Person.id.in_(named(work, by, wanted.words)))
    columns: Columns = {"code": Person.code, "starts": Absence.starts, "ends": Absence.ends}
    found, total = page_of(work, rows, Absence.id, wanted, columns, Absence.starts)
    return Page(
        [
            AbsenceRow(
                row.id,
                person.code or "",
                person_name(person),
                row.starts,
                row.ends,
                person_name(stands_in) if stands_in else None,
                span(work.today, row.starts, row.ends),
            )
            for row, person, stands_in in found
        ],
        total,
    )


def shifts(work: Work, by: Person, wanted: Wanted) -> Page[ShiftRow]:
    """The rota from now on, the soonest first."""
    rows = select(Shift, Person, Area).join(Person, Person.id == Shift.person_id)
    rows = rows.join(Area, Area.id == Shift.area_id).where(
        Shift.ends > work.now, Shift.area_id.in_(areas_within(work, by, Errand.LOOK_AFTER))
    )
    if wanted.words:
        rows = rows.where(Shift.person_id.in_(named(work, by, wanted.words)))
    columns: Columns = {"code": Person.code, "starts": Shift.starts}
    found, total = page_of(work, rows, Shift.id, wanted, columns, Shift.starts)
    return Page(
        [
            ShiftRow(
                row.id,
                person.code or "",
                person_name(person),
                row.role,
                place_name(area),
                row.starts,
                row.ends,
            )
            for row, person, area in found
        ],
        total,
    )


def record(work: Work, by: Person, wanted: Wanted) -> Page[RecordRow]:
    """What administrators changed, the newest first."""
    actor = aliased(Person)
    rows = (
        select(RosterRecord, actor, Person, Area)
        .outerjoin(actor, actor.id == RosterRecord.actor_id)
        .outerjoin(Person, Person.id == RosterRecord.person_id)
        .outerjoin(Area, Area.id == RosterRecord.area_id)
    )
    here = RosterRecord.area_id.in_(areas_within(work, by, Errand.LOOK_AFTER))
    of_a_list = RosterRecord.area_id.is_(None) & RosterRecord.person_id.is_(None)
    of_a_person = RosterRecord.area_id.is_(None) & under(work, by)
    rows = rows.where(or_(here, of_a_person, of_a_list))
    if wanted.words:
        who = RosterRecord.person_id.in_(named(work, by, wanted.words))
        rows = rows.where(or_(who, Area.code.contains(wanted.words.strip(), autoescape=True)))
    columns: Columns = {"at": RosterRecord.at, "kind": RosterRecord.kind}
    newest = Wanted(
        wanted.words, (*wanted.order, ("id", True)), wanted.skip, wanted.limit, wanted.id
    )
    found, total = page_of(work, rows, RosterRecord.id, newest, {**columns, "id": RosterRecord.id})
    return Page(
        [
            RecordRow(
                row.id,
                row.at,
                person_name(who) if who else None,
                row.kind,
                (person.code or "") if person else (area.code if area else ""),
                person_name(person) if person else None,
                place_name(area) if area else None,
                row.facts or {},
            )
            for row, who, person, area in found
        ],
        total,
    )


def _link(work: Work, row: Invitation) -> Link:
    if row.locked_at is not None:
        return Link.LOCKED
    if row.used_at is not None:
        return Link.USED
    return Link.EXPIRED if row.expires_at <= work.now else Link.OPEN
