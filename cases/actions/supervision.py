"""What heads decide about a case: another handler, an order and its answer, a request to the court.

Laws: about judges only the court's own head decides, the centre sees and requests (14); clocks of the case never
restart, those of an assignment start at its offer (3); nobody decides about himself; every decision has its reason,
and the safety gate reads it (10). The answer to an order or request: cases/actions/tasks.py; freezes: freezing.py.
"""

from datetime import datetime

from sqlalchemy import select

from cases import clocks
from cases.access import Doing, access_case
from cases.actions.assignment import release
from cases.actions.heirs import OF_HEADS
from cases.actions.mediation import judge_danger
from cases.actions.offering import (
    assignments_of,
    holder,
    offer,
    route_of,
    tell_reporter_of_change,
)
from cases.actions.tasks import finish_task, hand_over_task, open_task
from cases.errors import Frozen, MoveNotAllowed, NobodyLeft, NoReason, NotYours, StaleTap
from cases.journal import EventKind, record
from cases.outbox import NoticeKind, tell
from cases.routing import Pick
from cases.work import Work
from models.assignment import Assignment
from models.case import Case
from models.event import Event
from models.person import Person
from models.task import Task
from models.vocabulary import Move, Part, TaskKind, TaskState

_CANDIDATES = 5  # DESIGN §6: two to five buttons

REASSIGN = {Part.MEDIATOR: Doing.REASSIGN_MEDIATOR, Part.JUDGE: Doing.REASSIGN_JUDGE}
ORDER = {Part.MEDIATOR: Doing.ORDER_MEDIATOR, Part.JUDGE: Doing.ORDER_JUDGE}


def candidates(work: Work, case: Case, part: Part) -> tuple[Pick, ...]:
    """Who could have this part: by the route, without a side of the dispute and whoever already had it."""
    route = route_of(work, case, part)
    line = route.coordinators if case.guarded else route.line(part)
    return line[:_CANDIDATES] if part is Part.MEDIATOR or not case.guarded else ()


def reassign(
    work: Work,
    case_id: int,
    by: Person,
    part: Part,
    *,
    to: int,
    reason: str,
    turn: int | None = None,
) -> Case:
    """Give a part to another person: the old assignment ends, the new one is offered with clocks of its own.

    Raises:
        NoReason: no words.
        Frozen: the head's own assignment let its clock lapse; another head decides.
        StaleTap: this person can no longer be offered the part.
    """
    case = access_case(work, case_id, by=by, doing=REASSIGN[part])
    if decided(work, case, by, EventKind.REASSIGNED, part=part, to=to):
        return case
    if turn is not None and turn != case.turn:
        raise StaleTap(case.id)
    check(case, reason)
    pick = next((one for one in candidates(work, case, part) if one.person_id == to), None)
    if pick is None:
        raise StaleTap(case.id)
    before = live(work, case, part)
    if any(one.frozen_at and one.person_id == by.id for one in before):
        raise Frozen
    left = [one.person_id for one in before]
    record(work, case, EventKind.REASSIGNED, by, part=part, to=to, left=left, reason=reason)
    for one in before:
        release(work, case, one)
    work.session.flush()
    offered = offer(work, case, part, pick)
    if (
        part is Part.JUDGE
    ):  # a decision of a head, unlike a judge's own offer, makes older buttons stale
        case.turn += 1
    pass_on(work, case, before, offered)
    judge_danger(work, case, by, reason)
    return case


def order(
    work: Work,
    case_id: int,
    by: Person,
    part: Part,
    *,
    reason: str,
    due: datetime,
    turn: int | None = None,
) -> Task:
    """督办: whoever has the part now is to do it, or to answer, by a day.

    Raises:
        NoReason: no words, or a day that has passed.
        NobodyLeft: nobody has the part.
    """
    case = access_case(work, case_id, by=by, doing=ORDER[part], turn=turn)
    check(case, reason)
    if due <= work.now:
        raise NoReason
    current = holder(work, case, part)
    if current is None:
        raise NobodyLeft
    if current.person_id == by.id:
        raise NotYours
    record(
        work,
        case,
        EventKind.ORDERED,
        by,
        part=part,
        to=current.person_id,
        due=due.isoformat(),
        reason=reason,
    )
    given = open_task(
        work,
        case,
        TaskKind.ORDER,
        current.person,
        appointed=due,
        by=by.id,
        part=part,
        reason=reason,
    )
    if part is Part.JUDGE:
        _answer_requests(work, case, by, reason)
    judge_danger(work, case, by, reason)
    return given


def request(work: Work, case_id: int, by: Person, reason: str, *, turn: int | None = None) -> Task:
    """提请: the centre cannot order a judge; it asks the court's own head, who answers or orders.

    Raises:
        NobodyLeft: nobody of the court's heads can be reached.
    """
    case = access_case(work, case_id, by=by, doing=Doing.REQUEST, turn=turn)
    check(case, reason)
    heads = [one for one in route_of(work, case).court_supervisors if one.person_id != by.id]
    if not heads:
        raise NobodyLeft
    head = work.session.get_one(Person, heads[0].person_id)
    record(work, case, EventKind.REQUESTED, by, to=head.id, reason=reason)
    asked = open_task(work, case, TaskKind.REQUEST, head, by=by.id, part=Part.JUDGE, reason=reason)
    judge_danger(work, case, by, reason)
    return asked


def live(work: Work, case: Case, part: Part) -> list[Assignment]:
    """The assignments of a part that are offered or held."""
    return [one for one in assignments_of(work, case) if one.part is part and one.is_live]


def check(case: Case, reason: str) -> None:
    """Every decision has its words, and is about an open case."""
    if not reason.strip():
        raise NoReason
    if not case.is_open:
        raise MoveNotAllowed(Move.ACCEPT, case.stage)


def pass_on(work: Work, case: Case, before: list[Assignment], offered: Assignment) -> None:
    """Work that was his goes with the part; he, and for a mediator the reporter, are told."""
    people = {one.person_id for one in before} - {offered.person_id}
    tasks = work.session.scalars(
        select(Task).where(
            Task.case_id == case.id, Task.state == TaskState.OPEN, Task.person_id.in_(people)
        )
    )
    for task in tasks.all():
        if task.kind not in OF_HEADS:
            hand_over_task(work, case, task, work.session.get_one(Person, offered.person_id))
    for person_id in sorted(people):
        tell_left(work, case, work.session.get_one(Person, person_id), offered)
    if offered.part is Part.MEDIATOR:
        tell_reporter_of_change(work, case, offered, why="decided")
    clocks.keep_one_running(work, case)


def tell_left(work: Work, case: Case, person: Person, now: Assignment) -> None:
    """To whoever had a part, or was offered it: it is in other hands."""
    tell(
        work,
        person,
        NoticeKind.REASSIGNED,
        case=case,
        dedupe=f"reassigned:{now.id}:{person.id}",
        part=now.part,
    )


def _answer_requests(work: Work, case: Case, by: Person, reason: str) -> None:
    """An order to the judge is the answer to whatever the centre requested."""
    tasks = work.session.scalars(
        select(Task).where(
            Task.case_id == case.id,
            Task.kind == TaskKind.REQUEST,
            Task.state == TaskState.OPEN,
            Task.person_id == by.id,
        )
    )
    for task in tasks.all():
        finish_task(work, task.id, by, reason)


def decided(work: Work, case: Case, by: Person, kind: EventKind, **facts: object) -> bool:
    """Whether the newest decision of this kind is this one, by this head: a second tap is a success."""
    last = work.session.scalars(
        select(Event)
        .where(Event.case_id == case.id, Event.kind == kind.value)
        .order_by(Event.sequence.desc())
    ).first()
    if last is None or last.actor_id != by.id:
        return False
    known = last.facts or {}
    return all(known.get(name) == fact for name, fact in facts.items())
