"""Saying where a case is, when the report did not: the duty desk has it until then.

Laws: what nobody has taken, and what the desk holds, goes on to those who answer for the place; who has taken it keeps
it; no clock of the case restarts (3), and a case is never without an owner (2).
"""

from cases import clocks
from cases.access import Doing, access_case
from cases.actions.assignment import release
from cases.actions.naming_office import take_from_the_office
from cases.actions.offering import assignments_of, offer, route_of, tell_reporter_of_change
from cases.errors import MoveNotAllowed, NotYours, StaleTap
from cases.journal import EventKind, record
from cases.office import Errand, areas_for
from cases.work import Work
from models.area import Area
from models.assignment import Assignment
from models.case import Case
from models.person import Person
from models.vocabulary import AssignmentState, Move, Part


def place(work: Work, case_id: int, by: Person, area_id: int, *, turn: int | None = None) -> Case:
    """Put the case where it belongs, and offer it to those who answer there.

    Raises:
        NotYours: the place lies outside this desk's areas.
    """
    case = access_case(work, case_id, by=by, doing=Doing.PLACE)
    if case.area_id == area_id:
        return case
    if turn is not None and turn != case.turn:
        raise StaleTap(case.id)
    if not case.is_open:
        raise MoveNotAllowed(Move.ACCEPT, case.stage)
    if area_id not in areas_for(work, by, Errand.SEE_LATE):
        raise NotYours
    before = case.area_id
    case.area = work.session.get_one(Area, area_id)
    work.session.flush()
    record(work, case, EventKind.PLACED, by, area=area_id, before=before)
    case.turn += 1
    if not case.guarded:  # danger stays with the duty desk alone (law 13)
        for part in (Part.MEDIATOR, Part.JUDGE):
            _offer_there(work, case, part, by)
    take_from_the_office(work, case, by)  # which office it is with, the place decides
    clocks.keep_one_running(work, case)
    return case


def _offer_there(work: Work, case: Case, part: Part, by: Person) -> None:
    live = [one for one in assignments_of(work, case) if one.part is part and one.is_live]
    line = route_of(work, case, part).line(part)
    if not line or any(_is_somebodys(one, by) for one in live):
        return
    for one in live:
        release(work, case, one)
    work.session.flush()
    offered = offer(work, case, part, line[0])
    if part is Part.MEDIATOR and live:
        tell_reporter_of_change(work, case, offered)


def _is_somebodys(assignment: Assignment, desk: Person) -> bool:
    """Whether a handler has taken it; the desk itself took it only to find the place."""
    return assignment.state is AssignmentState.TAKEN and assignment.person_id != desk.id
