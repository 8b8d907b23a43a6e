"""What the duty desk looks after: messages that broke us, people who cannot be reached, notices that failed, calls.

Law: nothing ends in silence; what was kept is tried again or settled by a human, never dropped by a machine (1).
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select

from cases.errors import NoSuchCase
from cases.office import Errand, areas_for
from cases.overview import open_cases_of
from cases.work import Work
from models.case import Case
from models.deadline import Deadline
from models.duty import Duty
from models.notice import Notice
from models.person import Person
from models.task import Task
from models.update_in import UpdateIn
from models.vocabulary import CLOSED, NoticeState, TaskKind, TaskState, UpdateState

LOOKED_BACK = timedelta(days=7)  # failed notices older than a week are history
_CALLS = (TaskKind.SAFE_CALL, TaskKind.CALL, TaskKind.READ_ALOUD)


@dataclass(frozen=True, slots=True)
class Away:
    """Somebody who cannot be reached although something depends on it. `since` None: never joined."""

    person_id: int
    since: datetime | None
    cases: int


def dead(work: Work, by: Person) -> list[tuple[UpdateIn, Person | None]]:
    """Updates that broke us, the oldest first, and whose they are."""
    areas_for(work, by, Errand.MEND)
    rows = work.session.scalars(
        select(UpdateIn)
        .where(UpdateIn.state == UpdateState.DEAD)
        .order_by(UpdateIn.received_at, UpdateIn.update_id)
    )
    return [(row, _whose(work, row)) for row in rows]


def retry_update(work: Work, by: Person, bot_id: int, update_id: int) -> None:
    """Try it once more, from the beginning; bot/inbox.py finds it among the new ones."""
    row = _dead_row(work, by, bot_id, update_id)
    if row.state is UpdateState.DEAD:
        row.state, row.attempts, row.done_at = UpdateState.NEW, 0, None


def settle_update(work: Work, by: Person, bot_id: int, update_id: int) -> None:
    """A human has dealt with it: its content is emptied."""
    row = _dead_row(work, by, bot_id, update_id)
    if row.state is UpdateState.DEAD:
        row.state, row.raw = UpdateState.DONE, None


def failed_notices(work: Work, by: Person) -> list[Notice]:
    """Notices that Telegram refused for good, of the last week, the newest first."""
    areas_for(work, by, Errand.MEND)
    rows = work.session.scalars(
        select(Notice)
        .where(Notice.state == NoticeState.FAILED, Notice.created_at >= work.now - LOOKED_BACK)
        .order_by(Notice.id.desc())
    )
    return list(rows)


def resend(work: Work, by: Person, notice_id: int) -> None:
    """Send a failed notice once more, if it still holds then."""
    areas_for(work, by, Errand.MEND)
    notice = work.session.get(Notice, notice_id, with_for_update=True)
    if notice is None:
        raise NoSuchCase
    if notice.state is NoticeState.FAILED:
        notice.state, notice.reason = NoticeState.NEW, None
        notice.attempts, notice.retry_at, notice.due_at = 0, None, work.now
        notice.edit_message_id = None


def away(work: Work, by: Person) -> list[Away]:
    """Staff with a duty or an open case, and reporters of open cases, whom no message reaches."""
    areas = areas_for(work, by, Errand.MEND)
    unreachable = Person.telegram_id.is_(None) | Person.blocked_at.is_not(None)
    on_duty = select(Duty.person_id).where(Duty.area_id.in_(areas))
    reporting = select(Case.reporter_id).where(Case.stage.not_in(CLOSED), Case.area_id.in_(areas))
    rows = work.session.scalars(
        select(Person)
        .where(
            unreachable,
            Person.retired_at.is_(None),
            Person.id.in_(on_duty) | Person.id.in_(reporting),
        )
        .order_by(Person.blocked_at.desc(), Person.id)
    )
    found = [
        Away(person.id, person.blocked_at, len(open_cases_of(work, person))) for person in rows
    ]
    return [one for one in found if one.cases or _counts(work, one.person_id)]


def calls(work: Work, by: Person) -> list[tuple[Task, datetime | None]]:
    """Calls to be made by the end of today, or that should have been made, soonest first."""
    areas = areas_for(work, by, Errand.MEND)
    rows = work.session.execute(
        select(Task, Deadline.due_at)
        .join(Case, Case.id == Task.case_id)
        .outerjoin(Deadline, Deadline.task_id == Task.id)
        .where(
            Task.state == TaskState.OPEN,
            Task.kind.in_(_CALLS),
            Case.area_id.in_(areas),
            (Deadline.due_at.is_(None)) | (Deadline.due_at < work.now + timedelta(days=1)),
        )
        .order_by(Deadline.due_at, Task.id)
    )
    return [(task, due) for task, due in rows]


def _dead_row(work: Work, by: Person, bot_id: int, update_id: int) -> UpdateIn:
    areas_for(work, by, Errand.MEND)
    row = work.session.get(UpdateIn, (bot_id, update_id), with_for_update=True)
    if row is None:
        raise NoSuchCase
    return row


def _whose(work: Work, row: UpdateIn) -> Person | None:
    if row.chat_id is None:
        return None
    return work.session.scalar(select(Person).where(Person.telegram_id == row.chat_id))


def _counts(work: Work, person_id: int) -> bool:
    """A duty held today, or an own report that is open."""
    duties = work.session.scalars(select(Duty).where(Duty.person_id == person_id))
    own = select(Case.id).where(Case.reporter_id == person_id, Case.stage.not_in(CLOSED))
    return any(duty.held_on(work.today) for duty in duties) or bool(
        work.session.scalars(own.limit(1)).first()
    )
