"""Whether what was written still holds, and may be said, at the moment of sending or of opening."""

from collections.abc import Callable

from cases.outbox import DANGER_TEXT, NoticeKind
from cases.safe_chats import chat_is_safe, may_be_told
from cases.work import Work
from models.assignment import Assignment
from models.case import Case
from models.deadline import Deadline
from models.draft import Draft, Unsent
from models.notice import Notice
from models.task import Task
from models.vocabulary import AssignmentState, ClockState, TaskState, Urgent


def still_true(work: Work, notice: Notice) -> bool:
    """Whether what a notice says still holds, and may be said, at the moment of sending; else it is withdrawn."""
    case = work.session.get(Case, notice.case_id) if notice.case_id else None
    unasked = notice.urgent is not Urgent.ANSWER and notice.kind != DANGER_TEXT
    if unasked and not chat_is_safe(work, notice.person):
        return False  # somebody else reads this chat by now
    if case is not None and unasked and not may_be_told(work, case, notice.person):
        return False  # the case became one of danger after this was written
    asks = _STILL_ASKED.get(notice.kind)
    return asks is None or asks(work, notice)


def _offer_stands(work: Work, notice: Notice) -> bool:
    assignment = work.session.get(Assignment, notice.facts["assignment"])
    if assignment is None or assignment.challenged_at is not None:
        return False  # a party asked for somebody else: until that is decided he may open nothing
    return assignment.state in {AssignmentState.OFFERED, AssignmentState.SEEN}


def _clock_runs(work: Work, notice: Notice) -> bool:
    deadline = work.session.get(Deadline, notice.facts["deadline"])
    return deadline is not None and deadline.state not in {ClockState.STOPPED, ClockState.PAUSED}


def _task_open(work: Work, notice: Notice) -> bool:
    task = work.session.get(Task, notice.facts["task"])
    return task is not None and task.state is TaskState.OPEN


def _case_open(work: Work, notice: Notice) -> bool:
    case = work.session.get(Case, notice.case_id)
    return case is not None and case.is_open


def _still_unsent(work: Work, notice: Notice) -> bool:
    """The words still wait, and nobody else reads this chat by now (law 13)."""
    if notice.facts.get("unsent"):
        waits = work.session.get(Unsent, notice.facts["unsent"]) is not None
    else:
        draft = work.session.get(Draft, notice.person_id)
        turn = notice.facts.get("turn")
        waits = draft is not None and draft.turn == turn and draft.said_at is not None
    return waits and chat_is_safe(work, notice.person)


def _chat_still_safe(work: Work, notice: Notice) -> bool:
    return chat_is_safe(work, notice.person)


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
    NoticeKind.CLOSING_REFUSED: _case_open,
    NoticeKind.SETTLED_QUESTION: _case_open,
    NoticeKind.NOT_KEPT: _case_open,
    NoticeKind.REVIEW: _case_open,
    NoticeKind.RAISED: _case_open,
    NoticeKind.CONSENT_DUE: _clock_runs,
    NoticeKind.DRAFT_WAITS: _still_unsent,
    NoticeKind.DRAFT_GONE: _chat_still_safe,
}

#: What is asked for as long as something lasts: a clock, a task, an offer, a case. It is true again after a restore.
ASKED_WHILE = frozenset(_STILL_ASKED)
