"""The office that a dispute is with becomes known: from then on it has nothing to do with the case.

Laws: what it holds goes on to the next of the line at once, with the reason in the journal; no clock of the case restarts (3);
nobody of that office is told; a case is never without an owner (2); that it is not about an office after all, the centre
alone says.
"""

from sqlalchemy import select

from cases import clocks
from cases.access import Doing, Relation, access_case, relations
from cases.actions.assignment import release
from cases.actions.offering import (
    assignments_of,
    duty_desk,
    escalate,
    holder,
    offer_next,
    tell_reporter_of_change,
)
from cases.actions.tasks import hand_over_task
from cases.errors import MoveNotAllowed, NotYours
from cases.journal import EventKind, record
from cases.opponents import is_of_the_office
from cases.work import Work
from models.case import Case
from models.person import Person
from models.task import Task
from models.vocabulary import Move, Part, Station, TaskState

_CENTRE = frozenset({Relation.SUPERVISOR, Relation.COORDINATOR})
#: The journal's reason of an assignment that ends because of it.
COMPLAINED_OF = "complained_of"


def name_office(work: Work, case_id: int, by: Person, station: Station | None) -> Case:
    """The dispute is with the office of this kind that answers for the place; None: with none, after all.

    Raises:
        MoveNotAllowed: it is closed.
        NotYours: only the centre takes it back or says another one.
    """
    case = access_case(work, case_id, by=by, doing=Doing.NAME_OFFICE)
    if case.against is station:
        return case
    if not case.is_open:
        raise MoveNotAllowed(Move.ACCEPT, case.stage)
    if case.against is not None and not relations(work, case, by) & _CENTRE:
        raise NotYours
    was, case.against = case.against, station
    work.session.flush()
    record(work, case, EventKind.OFFICE_NAMED, by, office=station, was=was)
    take_from_the_office(work, case, by)
    return case


def take_from_the_office(work: Work, case: Case, by: Person | None) -> None:
    """Whatever people of that office hold goes on: parts to the next of the line, tasks to whoever has the case then."""
    if case.against is None:
        return
    left: list[Part] = []
    for assignment in assignments_of(work, case):
        if assignment.is_live and is_of_the_office(work, case, assignment.person):
            record(
                work,
                case,
                EventKind.REASSIGNED,
                by,
                part=assignment.part,
                left=[assignment.person_id],
                reason=COMPLAINED_OF,
            )
            release(work, case, assignment)
            left.append(assignment.part)
    work.session.flush()
    for part in dict.fromkeys(left):
        if holder(work, case, part) is None:
            offered = offer_next(work, case, part)
            if offered is not None and part is Part.MEDIATOR:
                tell_reporter_of_change(work, case, offered, why="decided")
    _hand_over_tasks(work, case)
    clocks.keep_one_running(work, case)


def _hand_over_tasks(work: Work, case: Case) -> None:
    rows = work.session.scalars(
        select(Task).where(Task.case_id == case.id, Task.state == TaskState.OPEN)
    )
    for task in rows.all():
        person = work.session.get_one(Person, task.person_id)
        if not is_of_the_office(work, case, person):
            continue
        current = holder(work, case, Part.MEDIATOR)
        heir = current.person if current is not None else duty_desk(work, case)
        if heir is None:
            escalate(work, case, Part.MEDIATOR, why="nobody_left", key=str(task.id))
        else:
            hand_over_task(work, case, task, heir)
