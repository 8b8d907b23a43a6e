"""The office that a dispute is with becomes known: from then on it has nothing to do with the case.

Laws: what it holds goes on to the next of the line at once, with the reason in the journal; no clock of the case restarts (3);
nobody of that office is told; a case is never without an owner: an office of which everybody is who would be left is not
named before somebody else is appointed (2); of the court the centre or the court's own head says it, as what ends a judge's
part (14), of one's own office the centre, as it is a way out of a case; that it is about no office after all, the centre.
"""

from collections.abc import Collection

from sqlalchemy import exists, or_, select

from cases import clocks
from cases.access import Doing, Relation, access_case, relations
from cases.actions.assignment import release
from cases.actions.heirs import heir_of
from cases.actions.offering import (
    assignments_of,
    escalate,
    holder,
    offer,
    offer_next,
    route_of,
    tell_reporter_of_change,
)
from cases.actions.tasks import hand_over_task
from cases.errors import CentreSays, MoveNotAllowed, NobodyLeft, NotYours
from cases.journal import EventKind, record
from cases.opponents import never_asked, offices_against, works_there
from cases.routing import OWN_ACTS, Why
from cases.work import Work
from models.assignment import Assignment
from models.case import Case
from models.person import Person
from models.task import Task
from models.vocabulary import CLOSED, Move, Part, Station, TaskState

_CENTRE = frozenset({Relation.SUPERVISOR, Relation.COORDINATOR})
_COURT = frozenset({Relation.COURT_SUPERVISOR})
_IN_THE_GRID = frozenset({Relation.MEDIATOR, Relation.GRID_OFFICER})
#: The journal's reason of an assignment that ends because of it.
COMPLAINED_OF = "complained_of"


def name_office(work: Work, case_id: int, by: Person, station: Station | None) -> Case:
    """The dispute is with the office of this kind that answers for the place; None: with none, after all.

    Raises:
        MoveNotAllowed: it is closed.
        NotYours: only the centre takes it back or says another one.
        CentreSays: the court, or one's own office.
        NobodyLeft: nobody who is not of it would be left to answer for the case.
    """
    case = access_case(work, case_id, by=by, doing=Doing.NAME_OFFICE)
    if case.against is station:
        return case
    if not case.is_open:
        raise MoveNotAllowed(Move.ACCEPT, case.stage)
    _may_say(work, case, by, station)
    known = offices_against(case)
    was, case.against = case.against, station
    work.session.flush()
    if not offices_against(case) <= known and not _somebody_else_is_left(work, case):
        case.against = was
        work.session.flush()
        raise NobodyLeft
    record(work, case, EventKind.OFFICE_NAMED, by, office=station, was=was)
    take_from_the_office(work, case, by)
    return case


def _may_say(work: Work, case: Case, by: Person, station: Station | None) -> None:
    found = relations(work, case, by)
    if found & _CENTRE:
        return
    if case.against is not None or station is None:
        raise NotYours
    may = Station.COURT if found & _COURT else None  # of the court its own head (14)
    own = works_there(work, case, by, frozenset({station}))
    if station is not may and (own or station is Station.COURT or not found & _IN_THE_GRID):
        raise CentreSays


def _somebody_else_is_left(work: Work, case: Case) -> bool:
    return any(Why.OWN_OFFICE not in pick.why for pick in route_of(work, case).coordinators)


def take_from_the_office(work: Work, case: Case, by: Person | None) -> None:
    """Whatever people of that office hold goes on: parts to the next of the line, a head's decisions to the next head,
    other tasks to whoever has the case then. Doing it again changes nothing.
    """
    theirs = never_asked(work, case)
    if not theirs:
        return
    left: list[Part] = []
    for assignment in assignments_of(work, case):
        if assignment.is_live and assignment.person_id in theirs:
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
            offered = offer_next(work, case, part) or _to_the_end(work, case, part)
            if offered is not None and part is Part.MEDIATOR:
                tell_reporter_of_change(work, case, offered, why="decided")
    _hand_over_tasks(work, case, theirs)
    clocks.keep_one_running(work, case)


def became_of_an_office(work: Work, people: Collection[int]) -> None:
    """Duties of these people changed: what they hold of disputes with their office goes on now, not at the next clock."""
    held = exists().where(
        Assignment.case_id == Case.id,
        Assignment.person_id.in_(people),
        Assignment.ended_at.is_(None),
    )
    tasked = exists().where(
        Task.case_id == Case.id, Task.person_id.in_(people), Task.state == TaskState.OPEN
    )
    about = select(Case).where(
        Case.stage.not_in(CLOSED),
        or_(Case.against.is_not(None), Case.category.in_(OWN_ACTS)),
        or_(held, tasked),
    )
    locked = about.order_by(Case.id).with_for_update(key_share=True)
    for case in work.session.scalars(locked).all():
        take_from_the_office(work, case, None)


def _to_the_end(work: Work, case: Case, part: Part) -> Assignment | None:
    """Everybody of the line had it before: the duty desk answers once more, rather than nobody (law 2)."""
    line = route_of(work, case).coordinators if part is Part.MEDIATOR else ()
    return offer(work, case, part, line[0]) if line else None


def _hand_over_tasks(work: Work, case: Case, theirs: frozenset[int]) -> None:
    rows = work.session.scalars(
        select(Task).where(
            Task.case_id == case.id, Task.state == TaskState.OPEN, Task.person_id.in_(theirs)
        )
    )
    for task in rows.all():
        person = work.session.get_one(Person, task.person_id)
        heir = heir_of(work, case, task, person)
        if heir is None:
            escalate(work, case, Part.MEDIATOR, why="nobody_left", key=str(task.id))
        else:
            hand_over_task(work, case, task, heir)
