"""What heads did to a case, for those who may read its dossier: orders, requests, freezes (law 14)."""

from cases.dossiers import Dossier
from cases.views import OrderView
from models.vocabulary import Part, TaskKind


def frozen_parts(dossier: Dossier) -> frozenset[Part]:
    """The parts whose handler is frozen, and still holds or is offered the case."""
    rows = dossier.assignments
    return frozenset(row.part for row in rows if row.is_live and row.frozen_at is not None)


def orders_of(dossier: Dossier) -> tuple[OrderView, ...]:
    """What heads ordered and requested, and what was answered (law 14; counted in the dossier)."""
    return tuple(
        OrderView(
            row.kind, row.opened_at, str(row.facts.get("reason", "")), row.facts.get("answer")
        )
        for row in dossier.tasks
        if row.kind in {TaskKind.ORDER, TaskKind.REQUEST}
    )
