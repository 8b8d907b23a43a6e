"""What is to be said, as rows: kind and facts, never a text. The words are made at sending, in the reader's language.

Laws: nothing is sent here; a screen that was not sent yet is replaced by a newer one; one thing is said once
(the dedupe key is unique); in a guarded case nothing is written on the system's own motion to the other side, to
the grid, or into the reporter's chat unless that chat was chosen as safe (13); somebody without a chat gets
a read-aloud task instead of silence (2).
"""

from collections.abc import Callable
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import select

from cases.access import is_other_side
from cases.work import Work
from cases.workdays import next_awake, quiet
from models.assignment import Assignment
from models.case import Case
from models.deadline import Deadline
from models.notice import Notice
from models.person import Person
from models.task import Task
from models.vocabulary import (
    AssignmentState,
    Channel,
    ClockState,
    NoticeState,
    SafeChannel,
    TaskState,
    Urgent,
)


class NoticeKind(StrEnum):
    """What the office says on its own motion, or as a receipt. Screens of a conversation: handlers/."""

    RECEIPT = "receipt"
    OFFER = "offer"
    DIGEST = "digest"
    REMIND = "remind"
    WARN = "warn"
    CONTACT_DUE = "contact_due"
    LAPSED = "lapsed"
    TAKEN = "taken"
    HANDLER_CHANGED = "handler_changed"
    ESCALATED = "escalated"
    TASK = "task"
    CONTACT_CHECK = "contact_check"
    CONTRADICTED = "contradicted"
    DAY_AGREED = "day_agreed"
    AGREEMENT = "agreement"
    KEPT_QUESTION = "kept_question"
    FOLLOW_UP_QUESTION = "follow_up_question"
    NOT_KEPT = "not_kept"
    PROMISE_SOON = "promise_soon"
    GUIDE = "guide"
    APPROVE_CLOSING = "approve_closing"
    CLOSED = "closed"
    REVIEW = "review"
    NOT_DELIVERED = "not_delivered"
    ADDED = "added"
    UPDATE_DIED = "update_died"


def tell(
    work: Work,
    person: Person,
    kind: str,
    *,
    case: Case | None = None,
    urgent: Urgent = Urgent.NOTICE,
    due: datetime | None = None,
    dedupe: str | None = None,
    silent: bool = False,
    **facts: Any,
) -> Notice | None:
    """Write one notice; None when it was said before or may not be said at all.

    `due` is the civil instant before which it is not sent; without one, quiet hours are kept,
    except for danger and answers.
    """
    if urgent is not Urgent.ANSWER and not _chat_is_safe(work, person):
        return None
    if case is not None and not _may_be_told(work, case, person):
        return None
    if dedupe and work.session.scalar(select(Notice.id).where(Notice.dedupe == dedupe)):
        return None
    wakes = urgent in {Urgent.RED, Urgent.ANSWER}
    when = due or (next_awake(work.now) if quiet(work.now) and not wakes else work.now)
    return _write(
        work,
        person,
        kind,
        case=case,
        urgent=urgent,
        due=when,
        dedupe=dedupe,
        silent=silent,
        facts=facts,
    )


def answer(
    work: Work,
    person: Person,
    kind: str,
    *,
    case: Case | None = None,
    edit: int | None = None,
    **facts: Any,
) -> Notice:
    """Answer what the person just did, never replaced: a receipt, or a card edited in place."""
    return _write(
        work, person, kind, case=case, urgent=Urgent.ANSWER, due=work.now, facts=facts, edit=edit
    )


def screen(
    work: Work, person: Person, kind: str, *, case: Case | None = None, **facts: Any
) -> Notice:
    """The one current screen of a conversation; an unsent older one is replaced."""
    unsent = work.session.scalars(
        select(Notice).where(
            Notice.person_id == person.id,
            Notice.is_screen.is_(True),
            Notice.state == NoticeState.NEW,
        )
    )
    for older in unsent:
        older.state, older.reason = NoticeState.WITHDRAWN, "replaced"
    return _write(
        work,
        person,
        kind,
        case=case,
        urgent=Urgent.ANSWER,
        due=work.now,
        facts=facts,
        is_screen=True,
    )


def _write(
    work: Work,
    person: Person,
    kind: str,
    *,
    case: Case | None,
    urgent: Urgent,
    due: datetime,
    facts: dict[str, Any],
    dedupe: str | None = None,
    silent: bool = False,
    is_screen: bool = False,
    edit: int | None = None,
) -> Notice:
    notice = Notice(
        person_id=person.id,
        case_id=case.id if case else None,
        kind=kind,
        urgent=urgent,
        is_screen=is_screen,
        silent=silent,
        facts=facts,
        dedupe=dedupe,
        state=NoticeState.NEW,
        created_at=work.now,
        due_at=due,
        edit_message_id=edit,
    )
    work.session.add(notice)
    work.session.flush()
    work.spoken.append(notice.id)
    return notice


def _chat_is_safe(work: Work, person: Person) -> bool:
    """Nothing is sent on our own motion, of whatever case, into a chat that somebody else may read (law 13)."""
    if person.code is not None:
        return True
    unsafe = work.session.scalars(
        select(Case).where(
            Case.reporter_id == person.id,
            Case.closed_at.is_(None),
            Case.safe_channel.is_not(None),
            Case.safe_channel != SafeChannel.HERE,
        )
    )
    return not any(case.guarded for case in unsafe)


def _may_be_told(work: Work, case: Case, person: Person) -> bool:
    """Law 13, in the one place that every notice passes."""
    if not case.guarded:
        return True
    if person.id == case.reporter_id and case.channel is Channel.RESIDENT:
        return case.safe_channel is SafeChannel.HERE
    if person.id == case.reporter_id:
        return False  # a grid officer who reported it: the grid hears nothing more
    return not is_other_side(work, case, person)


def still_true(work: Work, notice: Notice) -> bool:
    """Whether what a notice says still holds, and may be said, at the moment of sending; else it is withdrawn."""
    case = work.session.get(Case, notice.case_id) if notice.case_id else None
    unasked = notice.urgent is not Urgent.ANSWER
    if case is not None and unasked and not _may_be_told(work, case, notice.person):
        return False  # the case became one of danger after this was written
    asks = _STILL_ASKED.get(notice.kind)
    return asks is None or asks(work, notice)


def _offer_stands(work: Work, notice: Notice) -> bool:
    assignment = work.session.get(Assignment, notice.facts["assignment"])
    return assignment is not None and assignment.state in {
        AssignmentState.OFFERED,
        AssignmentState.SEEN,
    }


def _clock_runs(work: Work, notice: Notice) -> bool:
    deadline = work.session.get(Deadline, notice.facts["deadline"])
    return deadline is not None and deadline.state is not ClockState.STOPPED


def _task_open(work: Work, notice: Notice) -> bool:
    task = work.session.get(Task, notice.facts["task"])
    return task is not None and task.state is TaskState.OPEN


def _case_open(work: Work, notice: Notice) -> bool:
    case = work.session.get(Case, notice.case_id)
    return case is not None and case.is_open


_STILL_ASKED: dict[str, Callable[[Work, Notice], bool]] = {
    NoticeKind.OFFER: _offer_stands,
    NoticeKind.REMIND: _clock_runs,
    NoticeKind.WARN: _clock_runs,
    NoticeKind.CONTACT_DUE: _clock_runs,
    NoticeKind.CONTACT_CHECK: _clock_runs,
    NoticeKind.KEPT_QUESTION: _clock_runs,
    NoticeKind.FOLLOW_UP_QUESTION: _clock_runs,
    NoticeKind.PROMISE_SOON: _clock_runs,
    NoticeKind.GUIDE: _clock_runs,
    NoticeKind.TASK: _task_open,
    NoticeKind.APPROVE_CLOSING: _case_open,
    NoticeKind.NOT_KEPT: _case_open,
    NoticeKind.REVIEW: _case_open,
}
