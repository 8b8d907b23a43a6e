"""The record of the roster: every change of an area, a person or a duty that an administrator makes, in chat or in the back office.

Laws: written in the transaction of the change itself; append-only; each value stands from what to what, as long as it is needed
(cases/policy.py: ROSTER_FACTS) and no longer: names and telephones of those who left are among them.
"""

from collections.abc import Mapping
from datetime import date
from typing import Any

from sqlalchemy import select, update

from cases.policy import ROSTER_FACTS
from cases.sheet import Fault
from cases.work import Work
from models.area import Area
from models.back_office import RosterRecord
from models.person import Person
from models.vocabulary import RosterChange

SHREDDED_AT_ONCE = 200


def note_change(
    work: Work,
    by: Person | None,
    kind: RosterChange,
    *,
    person: Person | None = None,
    area: Area | None = None,
    facts: Mapping[str, Any] | None = None,
) -> None:
    """Write one change down. `facts` of a correction are [from, to] by column; of the rest, what was given or ended."""
    plain = {name: _plain(value) for name, value in (facts or {}).items()}
    work.session.add(
        RosterRecord(
            at=work.now,
            actor_id=by.id if by else None,
            kind=kind,
            person_id=person.id if person else None,
            area_id=area.id if area else None,
            facts=plain,
        )
    )


def note_list(work: Work, kind: RosterChange, counted: Mapping[str, int]) -> list[Fault]:
    """A file was brought in by whoever has the machine: how much it changed. The file itself is the office's record."""
    note_change(work, None, kind, facts={name: many for name, many in counted.items() if many})
    return []


def shred(work: Work) -> int:
    """Empty what is older than it needs to be, a little at a time; gives how many rows it was."""
    old = (
        select(RosterRecord.id)
        .where(RosterRecord.facts.is_not(None), RosterRecord.at <= work.now - ROSTER_FACTS)
        .order_by(RosterRecord.id)
        .limit(SHREDDED_AT_ONCE)
    )
    ids = work.session.scalars(old).all()
    if ids:
        emptied = update(RosterRecord).where(RosterRecord.id.in_(ids)).values(facts=None)
        work.session.execute(emptied)
    return len(ids)


def differing(before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, list[Any]]:
    """From what to what, for each value that is another one."""
    return {name: [before[name], after[name]] for name in after if before[name] != after[name]}


def _plain(value: Any) -> Any:  # noqa: ANN401 - any JSON value, and days
    if isinstance(value, date):
        return value.isoformat()
    return [_plain(one) for one in value] if isinstance(value, list) else value
