"""What applying a roster would do: people and duties new, changed, ended, leaving; and what was refused."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from cases.roster_people import Entry, Post
from cases.sheet import Fault


@dataclass(frozen=True, slots=True)
class Known:
    """Somebody of the roster as it stands."""

    id: int
    code: str
    name: str | None
    name_ko: str | None
    phone: str | None
    phone_index: str | None
    language: str | None
    retired: bool


@dataclass(frozen=True, slots=True)
class NewDuty:
    """A duty to give; `code` is its person's."""

    code: str
    post: Post
    starts: date


@dataclass(frozen=True, slots=True)
class ChangedPerson:
    person_id: int
    code: str
    values: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class ChangedDuty:
    duty_id: int
    code: str
    values: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class EndedDuty:
    duty_id: int
    code: str


@dataclass(frozen=True, slots=True)
class Leaving:
    """Somebody who leaves, with how many open cases."""

    person_id: int
    code: str
    row: int


@dataclass(slots=True)
class RosterPlan:
    """What applying a file would do."""

    people: list[Entry] = field(default_factory=list)
    duties: list[NewDuty] = field(default_factory=list)
    changed_people: list[ChangedPerson] = field(default_factory=list)
    changed_duties: list[ChangedDuty] = field(default_factory=list)
    ended: list[EndedDuty] = field(default_factory=list)
    leaving: list[Leaving] = field(default_factory=list)
    unchanged: int = 0
    not_in_file: int = 0
    kept: list[str] = field(default_factory=list)  # administrators, whom no list ends
    faults: list[Fault] = field(default_factory=list)

    @property
    def is_empty(self) -> bool:
        return not (
            self.people
            or self.duties
            or self.changed_people
            or self.changed_duties
            or self.ended
            or self.leaving
        )
