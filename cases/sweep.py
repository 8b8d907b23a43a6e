"""What happens when a clock's next rung is due. One transaction per case; reading what is due takes no locks.

After a real gap the overdue rungs of one clock collapse: mild ones and repeated questions are journalled as late and
left out, and nobody is frozen for a warning that he never got.
"""

from datetime import datetime

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from cases import clocks, drafts
from cases.actions.naming_office import take_from_the_office
from cases.climbs import CLIMBS, Fired
from cases.journal import EventKind, record
from cases.policy import MILD, RungAction
from cases.work import Work
from models.case import Case
from models.deadline import Deadline
from models.notice import Notice
from models.vocabulary import (
    OPEN,
    ClockState,
    Level,
    NoticeState,
)


def due_cases(session: Session, now: datetime, limit: int) -> list[int]:
    """Cases with a rung that is due: danger first, then longest overdue.

    Walked along an index and only as far as needed: after an outage a hundred thousand may be due.
    """
    due = (
        select(Deadline.case_id)
        .where(Deadline.state == ClockState.RUNNING, Deadline.next_at <= now)
        .order_by(Deadline.next_at)
    )
    found = _first(session, due, limit)
    if not found:
        return []
    in_danger = select(Case.id).where(Case.level == Level.RED, Case.stage.in_(OPEN))
    if len(found) < limit:  # all that is due is here
        in_danger = in_danger.where(Case.id.in_(found))
    red = _first(session, due.where(Deadline.case_id.in_(in_danger)), limit)
    return list(dict.fromkeys([*red, *found]))[:limit]


def _first(session: Session, rows: Select[int], limit: int) -> list[int]:
    """The first so many cases; one may stand there several times, once for each of its clocks."""
    size = limit
    while True:
        ids = session.scalars(rows.limit(size)).all()
        found = list(dict.fromkeys(ids))
        if len(found) >= limit or len(ids) < size:
            return found[:limit]
        size *= 2


def next_due(session: Session, now: datetime) -> datetime | None:
    """The next instant after `now` at which a rung or a draft falls due, or a waiting notice may go out."""
    rung = session.scalar(
        select(func.min(Deadline.next_at)).where(
            Deadline.state == ClockState.RUNNING, Deadline.next_at > now
        )
    )
    notice = session.scalar(
        select(func.min(Notice.due_at)).where(Notice.state == NoticeState.NEW, Notice.due_at > now)
    )
    coming = (rung, notice, drafts.next_due(session, now))
    return min((moment for moment in coming if moment is not None), default=None)


#: Unsent words of people fall due as clocks of cases do, and are asked for by the same beat.
due_people, sweep_person = drafts.due_people, drafts.sweep_person


def sweep_case(work: Work, case_id: int) -> None:
    """Fire every rung of one case that is due; another process that holds the case is left to do it."""
    case = work.session.scalar(
        select(Case).where(Case.id == case_id).with_for_update(skip_locked=True, key_share=True)
    )
    if case is None:
        return
    if case.is_open:
        take_from_the_office(work, case, None)  # not he is reminded who became of it since
    for deadline in clocks.running(work, case):
        if deadline.state is ClockState.RUNNING:
            _fire(work, case, deadline)
    clocks.keep_one_running(work, case)


def _fire(work: Work, case: Case, deadline: Deadline) -> None:
    due = clocks.rungs_due(deadline, work.now)
    acting = _collapse(due)
    clocks.climb(deadline, len(due))
    late = len(due) > len(acting)
    for action in acting:
        if deadline.state is ClockState.STOPPED:
            return  # an earlier rung of this sweep ended the clock
        CLIMBS[deadline.clock](work, case, Fired(deadline, action, late))
    if late:
        record(
            work,
            case,
            EventKind.REMINDED,
            clock=deadline.clock,
            late=True,
            left_out=len(due) - len(acting),
        )


def _collapse(due: list[RungAction]) -> list[RungAction]:
    """Leave out mild rungs behind a firmer one, and all but the last of the same kind."""
    kept = []
    for place, action in enumerate(due):
        later = due[place + 1 :]
        if action in later or (action in MILD and later):
            continue
        kept.append(action)
    return kept
