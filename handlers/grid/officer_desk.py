"""The grid officer's desk: the list of the day, the cases of the grid, and whether parties read the name."""

from typing import Any

from sqlalchemy import or_, select

from cases.actions import intake, joining
from cases.errors import NotYours
from handlers.buttons import Tap
from handlers.dialogue import Talk
from handlers.reporting import telling
from handlers.screens import Screen
from models.case import Case
from models.duty import Duty
from models.task import Task
from models.vocabulary import CLOSED, Role, TaskState

_LINES = 5  # the desk shows five lines of each


def home(talk: Talk) -> None:
    """What is to be done today and how the grid's cases stand; a helper only reports, and has no desk."""
    talk.fresh()
    talk.say(Screen.OFFICER_HOME, **_desk(talk))


def consented(talk: Talk, tap: Tap) -> None:
    """The people spoken for said yes: the answer to the reminder of the next morning."""
    case = intake.consent_given(talk.work, tap.id, talk.person)
    talk.edit(Screen.ADDED, case=case, what="consent")


def be_named(talk: Talk, tap: Tap) -> None:
    """Whether parties read the name or the office alone; only one's own."""
    if tap.id != talk.person.id:
        raise NotYours
    joining.be_named(talk.person, named=tap.arg == "yes")
    talk.edit(Screen.OFFICER_HOME, **_desk(talk))


def _desk(talk: Talk) -> dict[str, Any]:
    place: dict[str, Any] = {"area_id": telling.own_grid(talk)}
    if Role.GRID_OFFICER not in talk.roles:
        return place
    return {
        **place,
        "desk": True,
        "named": talk.person.named,
        "task_ids": _tasks(talk),
        "case_ids": _cases(talk),
    }


def _tasks(talk: Talk) -> list[int]:
    rows = talk.work.session.scalars(
        select(Task.id)
        .where(Task.person_id == talk.person.id, Task.state == TaskState.OPEN)
        .order_by(Task.id)
        .limit(_LINES)
    )
    return list(rows)


def _cases(talk: Talk) -> list[int]:
    """Open cases that the officer brought, then those of the grid; never one of danger that others brought."""
    duties = talk.work.session.scalars(
        select(Duty).where(Duty.person_id == talk.person.id, Duty.role == Role.GRID_OFFICER)
    )
    grids = [duty.area_id for duty in duties if duty.held_on(talk.work.today)]
    own = Case.reporter_id == talk.person.id
    rows = talk.work.session.scalars(
        select(Case)
        .where(or_(own, Case.area_id.in_(grids)), Case.stage.not_in(CLOSED))
        .order_by(own.desc(), Case.id.desc())
    )
    return [case.id for case in rows if not case.guarded][:_LINES]
