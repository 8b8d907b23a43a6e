"""What is said to people without a phone: one line on the list of whoever speaks for them, once per notice, not per head.

Laws: nobody's silence is taken for having been told (2); a guarded case is read out to nobody (13).
"""

from typing import Any

from sqlalchemy import func, select

from cases.actions.offering import duty_desk, holder
from cases.actions.tasks import open_task
from cases.outbox import NoticeKind
from cases.safe_chats import read_along
from cases.work import Work
from models.case import Case
from models.duty import Duty
from models.party import Party
from models.person import Person
from models.task import Task
from models.vocabulary import Channel, Part, Role, Side, TaskKind, TaskState


def have_it_read_out(work: Work, case: Case, what: str, **facts: Any) -> None:
    """One line for all who have no phone: whoever speaks for them reads the notice out, once, not per head."""
    if case.guarded or not case.is_open or case.channel is not Channel.GRID_OFFICER:
        return
    if (case.people or 1) <= max(1, _told_on_a_phone(work, case)):
        return
    waiting = _listed(work, case, what)
    reader = _who_speaks_for_them(work, case)
    line = {"what": what, "side": Side.CONCERNED, **facts}
    if waiting is not None:
        waiting.facts = line  # not read out yet: then it is the newest that is read
    elif reader is not None:
        open_task(work, case, TaskKind.READ_ALOUD, reader, silent=True, **line)


def have_it_agreed_how(work: Work, case: Case) -> None:
    """Nothing of a later, ordinary case is written unasked into a chat that somebody may read along (13): the duty desk,
    and nobody else, agrees with the person how to be in touch.
    """
    if case.guarded or case.reporter.code is not None:
        return
    earlier = read_along(work, case.reporter)
    desk = duty_desk(work, case) if earlier is not None else None
    if earlier is not None and desk is not None:
        kind = TaskKind.SAFE_CALL if earlier.safe_contact else TaskKind.CALL
        open_task(work, case, kind, desk, contact=earlier.safe_contact, why="read_along")


def have_asked_by_phone(work: Work, case: Case) -> None:
    """Sides without an own account are asked by telephone, by the mediator."""
    mediator = holder(work, case, Part.MEDIATOR)
    rows = work.session.scalars(
        select(Party).where(Party.case_id == case.id, Party.side.in_([Side.REPORTER, Side.OTHER]))
    )
    for party in rows:
        reached = party.person is not None and party.person.reachable
        if not reached and mediator is not None:
            open_task(
                work,
                case,
                TaskKind.READ_ALOUD,
                mediator.person,
                side=party.side,
                what=NoticeKind.KEPT_QUESTION,
            )


def _who_speaks_for_them(work: Work, case: Case) -> Person | None:
    """The grid officer who brought it; a helper only reports, so then it is the mediator."""
    duties = work.session.scalars(
        select(Duty).where(Duty.person_id == case.reporter_id, Duty.role == Role.GRID_OFFICER)
    )
    if case.reporter.reachable and any(duty.held_on(work.today) for duty in duties):
        return case.reporter
    mediator = holder(work, case, Part.MEDIATOR)
    return mediator.person if mediator else None


def _listed(work: Work, case: Case, what: str) -> Task | None:
    """The line about the same thing that still waits."""
    waiting = work.session.scalars(
        select(Task).where(
            Task.case_id == case.id,
            Task.kind == TaskKind.READ_ALOUD,
            Task.state == TaskState.OPEN,
        )
    )
    return next(
        (
            task
            for task in waiting
            if task.facts.get("side") == Side.CONCERNED and task.facts.get("what") == what
        ),
        None,
    )


def _told_on_a_phone(work: Work, case: Case) -> int:
    """How many of them are reached by a message of their own."""
    rows = work.session.scalars(
        select(Party).where(Party.case_id == case.id, Party.side == Side.CONCERNED)
    )
    return sum(party.person is not None and party.person.reachable for party in rows)


def followers(work: Work, case: Case) -> int:
    """How many of the people concerned follow it on an own phone."""
    count = select(func.count()).where(Party.case_id == case.id, Party.side == Side.CONCERNED)
    return work.session.scalar(count) or 0
