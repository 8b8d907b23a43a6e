"""What stands on a judge's card of the morning: the cases offered with it, and who reported in for him since the last one."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import select

from cases.journal import EventKind
from cases.outbox import NoticeKind
from cases.work import Work
from models.assignment import Assignment
from models.case import Case
from models.event import Event
from models.notice import Notice
from models.vocabulary import AssignmentState, Level, NoticeState, Part


def offered_with_digest(work: Work, person_id: int) -> list[int]:
    """The ordinary cases that wait on this judge's morning card."""
    rows = work.session.scalars(
        select(Assignment)
        .join(Case, Case.id == Assignment.case_id)
        .where(
            Assignment.person_id == person_id,
            Assignment.part == Part.JUDGE,
            Assignment.state.in_([AssignmentState.OFFERED, AssignmentState.SEEN]),
            Assignment.offered_at <= work.now,
            Assignment.challenged_at.is_(None),
            Case.level.in_([Level.YELLOW, Level.GREEN]),
        )
        .order_by(Assignment.id)
    )
    return [assignment.case_id for assignment in rows]


def reported_in_for_him(work: Work, notice: Notice) -> list[tuple[Assignment, int]]:
    """His parts that somebody else took for him since his last card, and whose tap it was."""
    since = _last_digest(work, notice)
    rows = work.session.scalars(
        select(Assignment)
        .where(
            Assignment.person_id == notice.person_id,
            Assignment.part == Part.JUDGE,
            Assignment.state == AssignmentState.TAKEN,
            Assignment.taken_at > since,
        )
        .order_by(Assignment.id)
    )
    found = rows.all()
    taken_by = _taken_by(work, found)
    return [
        (row, who)
        for row in found
        if (who := taken_by.get(row.id)) is not None and who != row.person_id
    ]


def _last_digest(work: Work, notice: Notice) -> datetime:
    """When the reader last had such a card; a week ago when never."""
    earlier = work.session.scalars(
        select(Notice.due_at)
        .where(
            Notice.person_id == notice.person_id,
            Notice.kind == NoticeKind.DIGEST,
            Notice.id < notice.id,
            Notice.state == NoticeState.SENT,
        )
        .order_by(Notice.id.desc())
    ).first()
    return earlier or notice.due_at - timedelta(days=7)


def _taken_by(work: Work, assignments: Sequence[Assignment]) -> dict[int, int | None]:
    """Whose tap it was, by assignment; the last one counts."""
    if not assignments:
        return {}
    rows = work.session.scalars(
        select(Event)
        .where(
            Event.case_id.in_({one.case_id for one in assignments}),
            Event.kind == EventKind.TAKEN.value,
        )
        .order_by(Event.id)
    )
    return {(row.facts or {}).get("assignment", 0): row.actor_id for row in rows}
