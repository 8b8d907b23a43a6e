"""What heads did to a case, for those who may read its dossier: orders, requests, freezes (law 14)."""

from sqlalchemy import select

from cases.views import OrderView
from cases.work import Work
from models.assignment import Assignment
from models.case import Case
from models.task import Task
from models.vocabulary import Part, TaskKind


def frozen_parts(work: Work, case: Case) -> frozenset[Part]:
    """The parts whose handler is frozen, and still holds or is offered the case."""
    rows = work.session.scalars(
        select(Assignment).where(Assignment.case_id == case.id, Assignment.frozen_at.is_not(None))
    )
    return frozenset(row.part for row in rows if row.is_live)


def orders_of(work: Work, case: Case) -> tuple[OrderView, ...]:
    """What heads ordered and requested, and what was answered (law 14; counted in the dossier)."""
    rows = work.session.scalars(
        select(Task)
        .where(Task.case_id == case.id, Task.kind.in_([TaskKind.ORDER, TaskKind.REQUEST]))
        .order_by(Task.id)
    )
    return tuple(
        OrderView(
            row.kind, row.opened_at, str(row.facts.get("reason", "")), row.facts.get("answer")
        )
        for row in rows
    )
