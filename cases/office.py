"""What may be done with the office itself, beside its cases: which role, and for which areas.

Law: an errand shows nothing of a case but its number, and is bounded by the areas that the duty is for.
"""

from collections.abc import Iterable
from enum import StrEnum

from sqlalchemy import Select, select
from sqlalchemy.orm import Session, aliased

from cases.errors import NotYours
from cases.work import Work
from models.area import Area
from models.duty import Duty
from models.person import Person
from models.vocabulary import Role


class Errand(StrEnum):
    """What somebody wants to do with the office."""

    SEE_LATE = "see_late"  # what is late in his areas, with whom and why
    SEE_MONTH = "see_month"  # the figures of a month, each with its list
    MEND = "mend"  # dead updates, failed notices
    INVITE = "invite"  # a one-time link for somebody of the roster
    RETIRE = "retire"  # somebody leaves; his open cases go on
    APPOINT = "appoint"  # give or end a duty
    SEE_ROTA = "see_rota"  # who stands ready, and when nobody does
    GIVE_SHIFT = "give_shift"  # somebody else stands there
    ASK_WHO = "ask_who"  # who would get a case; nothing is written
    LOOK_AFTER = "look_after"  # areas, people and duties, in the back office


_HEADS = frozenset({Role.SUPERVISOR, Role.COURT_SUPERVISOR})

MAY_RUN: dict[Errand, frozenset[Role]] = {
    Errand.SEE_LATE: _HEADS | {Role.COORDINATOR},
    Errand.SEE_MONTH: _HEADS,
    Errand.MEND: frozenset({Role.COORDINATOR}),
    Errand.INVITE: frozenset({Role.ADMINISTRATOR}),
    Errand.RETIRE: frozenset({Role.ADMINISTRATOR}),
    Errand.APPOINT: frozenset({Role.ADMINISTRATOR}),
    Errand.SEE_ROTA: _HEADS | {Role.COORDINATOR, Role.ADMINISTRATOR},
    Errand.GIVE_SHIFT: _HEADS,
    Errand.ASK_WHO: _HEADS | {Role.ADMINISTRATOR},
    Errand.LOOK_AFTER: frozenset({Role.ADMINISTRATOR}),
}


def areas_for(work: Work, by: Person, errand: Errand, role: Role | None = None) -> frozenset[int]:
    """The areas in which this person may run an errand: those of the duties, and all below them.

    Raises:
        NotYours: in none.
    """
    roles = MAY_RUN[errand] & ({role} if role else set(Role))
    held = [duty.area_id for duty in _duties(work, by) if duty.role in roles]
    if not held:
        raise NotYours
    return below(work.session, held)


def may_run(work: Work, by: Person, errand: Errand) -> bool:
    return any(duty.role in MAY_RUN[errand] for duty in _duties(work, by))


def areas_within(work: Work, by: Person, errand: Errand) -> Select[int]:
    """The same areas as a question, for tables that are read by the page.

    Raises:
        NotYours: in none.
    """
    held = [duty.area_id for duty in _duties(work, by) if duty.role in MAY_RUN[errand]]
    if not held:
        raise NotYours
    return _tree(held)


def below(session: Session, area_ids: Iterable[int]) -> frozenset[int]:
    """These areas and all within them."""
    return frozenset(session.scalars(_tree(area_ids)))


def _tree(area_ids: Iterable[int]) -> Select[int]:
    tree = select(Area.id).where(Area.id.in_(list(area_ids))).cte(recursive=True)
    child = aliased(Area)
    tree = tree.union(select(child.id).join(tree, child.parent_id == tree.c.id))
    return select(tree.c.id)


def _duties(work: Work, by: Person) -> list[Duty]:
    rows = work.session.scalars(select(Duty).where(Duty.person_id == by.id).order_by(Duty.rank))
    return [duty for duty in rows if duty.held_on(work.today)]
