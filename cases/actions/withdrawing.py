"""The applicant ends it: by his own confirmation and nobody else's (C06, rule book 6.8).

Laws: an ordinary case ends at once, a RED or ORANGE one with a second person's word; a person in danger ends nothing by a
tap, since somebody else may hold the phone: it is heard by a human, by the way that was chosen, and the safety
visits go on (rule book 6.7, law 13). An officer who spoke for others says why.
"""

from sqlalchemy import select

from cases import clocks
from cases.access import Doing, access_case
from cases.actions.closing import close
from cases.actions.offering import duty_desk, escalate, holder
from cases.actions.proposals import Said, ask_for_approval, pending
from cases.actions.tasks import open_task
from cases.errors import NoReason, StaleTap
from cases.journal import EventKind, last_event, record
from cases.outcomes import needs_a_second
from cases.work import Work
from models.case import Case
from models.person import Person
from models.task import Task
from models.vocabulary import Channel, Outcome, Part, SafeChannel, TaskKind, TaskState

_WISH = "withdrawn"  # why of the task by which a human hears it


def withdraw(
    work: Work, case_id: int, by: Person, *, turn: int | None = None, words: str = ""
) -> Case:
    """End the case by the applicant's own confirmation; a second tap finds it ended.

    Raises:
        NoReason: an officer must say why.
        StaleTap: the button is older than the case.
    """
    case = access_case(work, case_id, by=by, doing=Doing.WITHDRAW)
    if _is_withdrawn(work, case):
        return case
    if not case.is_open or (turn is not None and turn != case.turn):
        raise StaleTap(case.id)
    if case.channel is Channel.GRID_OFFICER and not words.strip():
        raise NoReason
    record(work, case, EventKind.WITHDRAWN, by, words=words)
    if case.guarded:
        _have_it_heard(work, case)
    elif needs_a_second(case, Outcome.WITHDRAWN):
        said = Said(words)
        record(work, case, EventKind.CLOSING_PROPOSED, by, outcome=Outcome.WITHDRAWN, **said.facts)
        ask_for_approval(work, case, by)
        clocks.keep_one_running(work, case)
    else:
        close(work, case, Outcome.WITHDRAWN, by, Said(words))
    return case


def _is_withdrawn(work: Work, case: Case) -> bool:
    """Whether the wish holds already: ended so, waiting for the second person, or for the human who hears it."""
    if not case.is_open:
        return case.outcome is Outcome.WITHDRAWN
    waiting = pending(work, case)
    if waiting is not None and waiting.outcome is Outcome.WITHDRAWN:
        return waiting.by == case.reporter_id
    return case.guarded and _is_to_be_heard(work, case)


def hear_what_waits(work: Work, case: Case) -> None:
    """A wish that nobody could be asked to hear is given to whoever can be reached by now."""
    if case.guarded and case.is_open and _is_unheard(work, case):
        _have_it_heard(work, case)


def _is_to_be_heard(work: Work, case: Case) -> bool:
    """Whether a human has it to hear, or is still to be found."""
    open_ones = [task for task in _wishes(work, case) if task.state is TaskState.OPEN]
    return bool(open_ones) or _is_unheard(work, case)


def _is_unheard(work: Work, case: Case) -> bool:
    said = last_event(work, case, EventKind.WITHDRAWN)
    return said is not None and not any(task.opened_at >= said.at for task in _wishes(work, case))


def _wishes(work: Work, case: Case) -> list[Task]:
    tasks = work.session.scalars(select(Task).where(Task.case_id == case.id))
    return [task for task in tasks if task.facts.get("why") == _WISH]


def _have_it_heard(work: Work, case: Case) -> None:
    """Is it their own wish? The duty desk asks, safely; nothing ends by it, and the visits go on.

    Where nobody can be reached it escalates, and every review looks again for somebody who hears it (law 2).
    """
    assignment = holder(work, case, Part.MEDIATOR)
    desk = assignment.person if assignment else duty_desk(work, case)
    if desk is None:
        escalate(work, case, Part.MEDIATOR, why="nobody_left", key=f"withdrawn:{work.today}")
        clocks.look_again_tomorrow(work, case)
    elif case.safe_channel is SafeChannel.PHONE:
        open_task(work, case, TaskKind.SAFE_CALL, desk, contact=case.safe_contact, why=_WISH)
    else:
        open_task(work, case, TaskKind.READ, desk, why=_WISH)
    clocks.keep_one_running(work, case)
