"""The record of the roster: every change of an area, a person or a duty that an administrator makes, in chat or in the back office.

Laws: written in the transaction of the change itself; append-only; each value stands from what to what.
"""

from collections.abc import Mapping
from datetime import date
from typing import Any

from cases.sheet import Fault
from cases.work import Work
from models.area import Area
from models.back_office import RosterRecord
from models.person import Person
from models.vocabulary import RosterChange


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


def differing(before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, list[Any]]:
    """From what to what, for each value that is another one."""
    return {name: [before[name], after[name]] for name in after if before[name] != after[name]}


def _plain(value: Any) -> Any:  # noqa: ANN401 - any JSON value, and days
    if isinstance(value, date):
        return value.isoformat()
    return [_plain(one) for one in value] if isinstance(value, list) else value
