"""What follows when something could not be said or understood: the next person is told; nothing ends in silence."""

from sqlalchemy import select

from cases import clocks, quota
from cases.actions.offering import assignments_of, escalate, offer_next, route_of
from cases.actions.tasks import open_task
from cases.journal import EventKind, record
from cases.outbox import NoticeKind, tell
from cases.work import Work
from models.assignment import Assignment
from models.case import Case
from models.duty import Duty
from models.notice import Notice
from models.person import Person
from models.task import Task
from models.update_in import UpdateIn
from models.vocabulary import AssignmentState, NoticeState, Part, Role, TaskKind, TaskState, Urgent

_LIVE = (AssignmentState.OFFERED, AssignmentState.SEEN, AssignmentState.TAKEN)

#: What is said to a head, and is said to the next one when the first cannot be reached.
_TO_A_HEAD = frozenset(
    {
        NoticeKind.ESCALATED,
        NoticeKind.APPROVE_CLOSING,
        NoticeKind.REVIEW,
        NoticeKind.TASK_ANSWERED,
    }
)


def gone(work: Work, person: Person) -> None:
    """A handler can be reached no more: each of his cases is offered on, once, and the head is told (law 2)."""
    held = work.session.scalars(
        select(Assignment)
        .join(Case, Case.id == Assignment.case_id)
        .where(Assignment.person_id == person.id, Assignment.state.in_(_LIVE))
        .order_by(Assignment.case_id, Assignment.id)
    )
    for assignment in held.all():
        locked = {"key_share": True}
        case = work.session.get_one(Case, assignment.case_id, with_for_update=locked)
        if not _offered_on(work, assignment):
            escalate(work, case, assignment.part, why="not_delivered", key=f"gone:{assignment.id}")
            if offer_next(work, case, assignment.part) is not None:
                # the next offer has clocks of its own; what could not be said to him is not his silence
                clocks.stop_of(work, case, assignment)


def not_delivered(work: Work, notice: Notice) -> None:
    """The reader blocked the bot. An offer goes on to the next person: that is nobody's silence (DESIGN §3.6)."""
    if not notice.person.reachable:
        gone(work, notice.person)
    for one in quota.of(work, notice):  # what stood on a list was not delivered either
        one.state = NoticeState.UNREACHABLE
        not_delivered(work, one)
    case = work.session.get(Case, notice.case_id) if notice.case_id else None
    if case is None or not case.is_open:
        return
    record(work, case, EventKind.NOT_DELIVERED, what=notice.kind, person=notice.person_id)
    if notice.kind in _TO_A_HEAD:
        _tell_next_head(work, case, notice)
    elif notice.kind == NoticeKind.TASK:
        _pass_on_task(work, case, notice)
    elif notice.person_id == case.reporter_id and notice.edit_message_id is None:
        _read_aloud(work, case, notice)


def failed(work: Work, notice: Notice) -> None:
    """Telegram refused a message for good: the duty desk is told which, by number; what stood on a list comes by itself."""
    perhaps_read = notice.repeated or notice.state is NoticeState.UNKNOWN
    for one in quota.of(work, notice):
        one.state, one.list_id, one.repeated = NoticeState.NEW, None, perhaps_read
    for desk in desks(work):
        if desk.id != notice.person_id:
            case = work.session.get(Case, notice.case_id) if notice.case_id else None
            tell(
                work,
                desk,
                NoticeKind.NOT_DELIVERED,
                case=case,
                dedupe=f"failed:{notice.id}:{desk.id}",
                what=notice.kind,
            )


def update_died(work: Work, update: UpdateIn) -> None:
    """A message of somebody's broke us five times: it is kept, and both the person and the duty desk are told."""
    person = work.session.scalars(
        select(Person).where(Person.telegram_id == update.chat_id)
    ).first()
    for reader in [*([person] if person else []), *desks(work)]:
        tell(
            work,
            reader,
            NoticeKind.UPDATE_DIED,
            urgent=Urgent.ANSWER,
            dedupe=f"died:{update.bot_id}:{update.update_id}:{reader.id}",
            update=update.update_id,
            own=person is not None and reader.id == person.id,
        )


def _offered_on(work: Work, assignment: Assignment) -> bool:
    """Whether somebody else already holds an offer of this part, made later."""
    case = work.session.get_one(Case, assignment.case_id)
    return any(
        other.id > assignment.id and other.is_live and other.person.reachable
        for other in assignments_of(work, case)
        if other.part is assignment.part
    )


def _tell_next_head(work: Work, case: Case, notice: Notice) -> None:
    route = route_of(work, case)
    judges = notice.facts.get("part") == Part.JUDGE
    line = (*(route.court_supervisors if judges else ()), *route.supervisors)
    for pick in line[:1]:
        tell(
            work,
            work.session.get_one(Person, pick.person_id),
            notice.kind,
            case=case,
            urgent=notice.urgent,
            dedupe=f"instead:{notice.id}",
            **notice.facts,
        )


def _pass_on_task(work: Work, case: Case, notice: Notice) -> None:
    task = work.session.get(Task, notice.facts["task"])
    if task is not None and task.state is TaskState.OPEN:
        escalate(work, case, Part.MEDIATOR, why="task_late", key=f"undelivered:{task.id}")


def _read_aloud(work: Work, case: Case, notice: Notice) -> None:
    """The reporter has no chat any more: whoever answers for the case says it by telephone."""
    if case.guarded:
        return
    handlers = work.session.scalars(
        select(Assignment).where(Assignment.case_id == case.id, Assignment.part == Part.MEDIATOR)
    )
    live = [assignment for assignment in handlers if assignment.is_live]
    if live:
        open_task(
            work, case, TaskKind.READ_ALOUD, live[-1].person, what=notice.kind, side="reporter"
        )


def desks(work: Work) -> list[Person]:
    """Whoever holds the duty desk today and can be reached, the first of them."""
    duties = work.session.scalars(
        select(Duty).where(Duty.role == Role.COORDINATOR).order_by(Duty.rank)
    )
    return [duty.person for duty in duties if duty.held_on(work.today) and duty.person.reachable][
        :1
    ]
