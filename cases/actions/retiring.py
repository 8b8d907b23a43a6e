"""Somebody of the roster leaves, and the duties that people hold.

Laws: his open cases and tasks go on at once, clocks keep running (2, 3); no area is left without somebody who can be
reached (2); his account is an ordinary one from then on, and its old buttons do nothing (7).
"""

from datetime import timedelta

from sqlalchemy import Update, delete, select, update

from cases import clocks
from cases.actions.assignment import release
from cases.actions.challenging import heads_above
from cases.actions.offering import assignments_of, holder, offer_next, route_of
from cases.actions.tasks import ANSWERED, hand_over_task
from cases.errors import NobodyLeft, NotYours
from cases.journal import EventKind, record
from cases.office import Errand, areas_for, below
from cases.overview import open_cases_of
from cases.routing import find
from cases.work import Work
from models.area import Area
from models.case import Case
from models.draft import Draft
from models.duty import Duty
from models.party import Party
from models.person import Invitation, Person
from models.task import Task
from models.vocabulary import Channel, Language, Part, Role, TaskKind, TaskState

#: Roles in which a case's way up must end (law 2).
_ENDS = frozenset({Role.SUPERVISOR, Role.COORDINATOR})


def people_under(work: Work, by: Person, errand: Errand) -> list[Person]:
    """The roster in this administrator's areas, and those without a duty; by code."""
    areas = areas_for(work, by, errand)
    rows = work.session.scalars(
        select(Person).where(Person.code.is_not(None)).order_by(Person.code)
    )
    return [person for person in rows if _is_under(work, person, areas)]


def person_under(work: Work, by: Person, person_id: int, errand: Errand) -> Person:
    """One of them.

    Raises:
        NotYours: another administrator's, or nobody of the roster.
    """
    person = work.session.get(Person, person_id, with_for_update=True)
    areas = areas_for(work, by, errand)
    if person is None or person.code is None or not _is_under(work, person, areas):
        raise NotYours
    return person


def retire(work: Work, by: Person, person_id: int) -> list[Case]:
    """End all duties of a person and hand over what is open; gives the cases that went on.

    Raises:
        NotYours: oneself, or another administrator's.
        NobodyLeft: nobody would be left to answer for an area.
    """
    person = person_under(work, by, person_id, Errand.RETIRE)
    if person.id == by.id:
        raise NotYours
    if person.retired_at is not None:
        return []
    cases = open_cases_of(work, person)
    ended = duties_held(work, person)
    for duty in ended:
        _end(work, duty)
    account = _unbind(work, person)
    work.session.flush()
    for duty in ended:
        _somebody_is_left(work, duty)
    for case in cases:
        work.session.refresh(case, with_for_update=True)
        _hand_over(work, case, person, by)
    _follow(work, person, account)
    return cases


def appoint(work: Work, by: Person, person_id: int, role: Role, area_id: int) -> Duty:
    """Give a duty from today on; the same duty twice is one.

    Raises:
        NotYours: outside this administrator's areas.
    """
    person = person_under(work, by, person_id, Errand.APPOINT)
    if role is Role.RESIDENT or area_id not in areas_for(work, by, Errand.APPOINT):
        raise NotYours
    held = duties_held(work, person)
    for duty in held:
        if (duty.role, duty.area_id) == (role, area_id):
            return duty
    beside = work.session.scalars(select(Duty).where(Duty.role == role, Duty.area_id == area_id))
    ranks = [duty.rank for duty in beside if duty.held_on(work.today)]
    languages = held[0].languages if held else sorted({Language.ZH, person.reads})
    given = Duty(
        person_id=person.id,
        area_id=area_id,
        role=role,
        categories=[],
        languages=list(languages),
        rank=max(ranks, default=0) + 1,
        starts=work.today,
    )
    work.session.add(given)
    person.retired_at = None
    work.session.flush()
    return given


def end_duty(work: Work, by: Person, duty_id: int) -> Person:
    """End one duty; what its holder has taken stays with him until he returns it or a head reassigns it.

    Raises:
        NobodyLeft: nobody would be left to answer for the area.
    """
    duty = work.session.get(Duty, duty_id)
    if duty is None or duty.area_id not in areas_for(work, by, Errand.APPOINT):
        raise NotYours
    person = person_under(work, by, duty.person_id, Errand.APPOINT)
    if duty.held_on(work.today):
        if duty.person_id == by.id and duty.role is Role.ADMINISTRATOR:
            raise NotYours
        _end(work, duty)
        work.session.flush()
        _somebody_is_left(work, duty)
    return person


def duties_held(work: Work, person: Person) -> list[Duty]:
    """What a person answers for today, or will."""
    rows = work.session.scalars(
        select(Duty).where(Duty.person_id == person.id).order_by(Duty.rank, Duty.id)
    )
    return [duty for duty in rows if duty.ends is None or duty.ends >= work.today]


def _is_under(work: Work, person: Person, areas: frozenset[int]) -> bool:
    held = duties_held(work, person)
    return not held or any(duty.area_id in areas for duty in held)


def _end(work: Work, duty: Duty) -> None:
    duty.ends = work.today - timedelta(days=1)  # the last day of it was yesterday


def _somebody_is_left(work: Work, duty: Duty) -> None:
    if duty.role not in _ENDS:
        return
    for area_id in _leaves(work, duty.area_id):
        area = work.session.get_one(Area, area_id)
        route = find(work.session, area, work.today, category=None, language=Language.ZH)
        if not route.coordinators:
            raise NobodyLeft


def _leaves(work: Work, area_id: int) -> list[int]:
    """The areas whose way up may now end nowhere: of a chain, its top decides for all below."""
    within = below(work.session, [area_id])
    roles = work.session.scalars(
        select(Duty.area_id).where(Duty.area_id.in_(within), Duty.role.in_(_ENDS))
    )
    return sorted({area_id, *roles})


def _unbind(work: Work, person: Person) -> Person | None:
    """The account goes on as an ordinary one; what it reported as a resident goes with it."""
    person.retired_at = work.now
    telegram_id, person.telegram_id = person.telegram_id, None
    work.session.execute(delete(Draft).where(Draft.person_id == person.id))
    work.session.execute(
        update(Invitation)
        .where(Invitation.person_id == person.id, Invitation.used_at.is_(None))
        .values(expires_at=work.now)
    )
    work.session.flush()
    if telegram_id is None:
        return None
    account = Person(
        telegram_id=telegram_id,
        language=person.language,
        formerly_id=person.id,
        created_at=work.now,
    )
    work.session.add(account)
    return account


def _hand_over(work: Work, case: Case, person: Person, by: Person) -> None:
    """Each part that he held is offered on, and each task given to whoever has the case now."""
    held = [
        one for one in assignments_of(work, case) if one.person_id == person.id and one.is_live
    ]
    parts = [one.part for one in held]
    record(work, case, EventKind.RETIRED, by, person=person.id, parts=parts)
    for one in held:
        release(work, case, one)
    work.session.flush()
    for part in parts:
        if holder(work, case, part) is None:
            offer_next(work, case, part)
    tasks = work.session.scalars(
        select(Task).where(
            Task.case_id == case.id, Task.person_id == person.id, Task.state == TaskState.OPEN
        )
    )
    for task in tasks.all():
        heir = _heir_of(work, case, task, person)
        if heir is not None:
            hand_over_task(work, case, task, heir)
    clocks.keep_one_running(work, case)


def _heir_of(work: Work, case: Case, task: Task, person: Person) -> Person | None:
    """What a head had to decide goes to the next head, never to whom it is about (law 14); the rest to who has the case."""
    if task.kind is TaskKind.CHALLENGE:
        return next(iter(heads_above(work, case, task)), None)
    if task.kind is TaskKind.REQUEST:
        heads = route_of(work, case).court_supervisors
        others = [pick.person_id for pick in heads if pick.person_id != person.id]
        return work.session.get_one(Person, others[0]) if others else None
    return _heir(work, case, Part(task.facts.get("part", Part.MEDIATOR)))


def _heir(work: Work, case: Case, part: Part) -> Person | None:
    current = holder(work, case, part)
    if current is not None:
        return current.person
    picks = route_of(work, case).coordinators
    return work.session.get_one(Person, picks[0].person_id) if picks else None


def _follow(work: Work, person: Person, account: Person | None) -> None:
    """Answers to his orders go to the next head; his own reports go with his account, the office's to the next officer."""
    open_tasks = work.session.scalars(
        select(Task).where(Task.state == TaskState.OPEN, Task.kind.in_(ANSWERED))
    )
    for task in open_tasks.all():
        if task.facts.get("by") == person.id:
            case = work.session.get_one(Case, task.case_id)
            heads = route_of(work, case)
            court = task.facts.get("part") == Part.JUDGE and task.kind is TaskKind.ORDER
            line = heads.court_supervisors if court else heads.supervisors
            if line:
                task.facts = {**task.facts, "by": line[0].person_id}
    for case in work.session.scalars(select(Case).where(Case.reporter_id == person.id)).all():
        successor = account.id if account else None
        if case.channel is Channel.GRID_OFFICER:
            officers = route_of(work, case).officers if case.is_open else ()
            successor = officers[0].person_id if officers else None
        if successor is not None:
            case.reporter_id = successor
            work.session.execute(_sides_of(case.id, person.id).values(person_id=successor))
    if account is not None:  # disputes in which he is another side
        reported = select(Case.id).where(Case.reporter_id == person.id)
        others = update(Party).where(Party.person_id == person.id, Party.case_id.not_in(reported))
        work.session.execute(others.values(person_id=account.id))


def _sides_of(case_id: int, person_id: int) -> Update:
    return update(Party).where(Party.case_id == case_id, Party.person_id == person_id)
