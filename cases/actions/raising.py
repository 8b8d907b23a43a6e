"""The level of a case rises: a danger that shows later, or a whistle on a case that is already there.

Laws: a level is never lowered; a raise starts a new acknowledgement from now, never due later than the old one (3);
whoever has the case is told why; RED is told to the heads at once; a second tap changes nothing (7).
"""

from cases import clocks
from cases.access import Doing, access_case
from cases.actions.acting import acting, hasten
from cases.actions.offering import route_of
from cases.actions.tasks import open_task, silence_tasks
from cases.errors import MoveNotAllowed, StaleTap
from cases.journal import EventKind, record
from cases.outbox import NoticeKind, tell
from cases.urgency import Gate, gate
from cases.work import Work
from models.case import Case
from models.person import Person
from models.vocabulary import (
    LEVELS_UP,
    AssignmentState,
    Flag,
    Level,
    Move,
    Part,
    Raise,
    SafeChannel,
    TaskKind,
    Urgent,
)


def one_up(level: Level) -> Level:
    """The next level; RED stays RED."""
    return LEVELS_UP[min(LEVELS_UP.index(level) + 1, len(LEVELS_UP) - 1)]


def whistle(
    work: Work,
    case_id: int,
    by: Person,
    *,
    to: Level,
    why: Raise,
    words: str | None = None,
    evidence: int | None = None,
) -> Case:
    """Blow the whistle on a case: one level up, with a reason. Words are read by the gate, and may mean more.

    `to` is the level that the button named: when it is reached already, nothing is raised twice.

    Raises:
        StaleTap: the level is another one by now.
        MoveNotAllowed: the case is closed.
    """
    case = access_case(work, case_id, by=by, doing=Doing.RAISE)
    if not case.is_open:
        raise MoveNotAllowed(Move.CLOSE, case.stage)
    if words or evidence is not None:
        record(work, case, EventKind.NOTED, by, words=words or "", evidence=evidence)
    found = gate(words or "", work.rules.words)
    if found.hit:
        raise_level(work, case, found, by, words or "")
    if LEVELS_UP.index(to) > LEVELS_UP.index(case.level):
        if to is not one_up(case.level):
            raise StaleTap(case.id)
        _lift(work, case, to, by, why=why)
    return case


def raise_level(work: Work, case: Case, found: Gate, by: Person, words: str) -> None:
    """A danger that shows later: RED, with the flags that the words named."""
    known = {Flag(flag) for flag in case.flags}
    case.flags = sorted(known | found.strong)
    if case.guarded:
        silence_tasks(work, case)
        clocks.keep_one_running(work, case)
    if case.guarded and case.safe_channel is None:
        case.safe_channel = SafeChannel.UNASKED
    record(work, case, EventKind.GATE_HIT, by, words=words, flags=sorted(found.strong))
    if case.level is Level.RED:
        return
    _lift(work, case, Level.RED, by, why=None)


def told_more(work: Work, case: Case, by: Person, to: Level) -> None:
    """What the reporter answered after the number reaches a threshold of rule book 6.4."""
    _lift(work, case, to, by, why=Raise.WORDS)


def _lift(work: Work, case: Case, to: Level, by: Person, *, why: Raise | None) -> None:
    """The one place where a level changes. `why` None: the gate heard a danger, and a human reads the words."""
    was, case.level = case.level, to
    record(work, case, EventKind.LEVEL_RAISED, by, was=was, to=to, why=why or "gate")
    hasten(work, case)
    for part in Part:
        _tell_who_has_it(work, case, part, by, why)
    if to is Level.RED:
        _tell_heads(work, case, why)


def _tell_who_has_it(work: Work, case: Case, part: Part, by: Person, why: Raise | None) -> None:
    """An untaken offer is shown anew (`hasten`); who has taken it is told that it rose, and why."""
    assignment = acting(work, case, part)
    taken = assignment is not None and assignment.state is AssignmentState.TAKEN
    if assignment is None or not taken or assignment.person_id == by.id:
        return
    tell(
        work,
        assignment.person,
        NoticeKind.RAISED,
        case=case,
        urgent=Urgent.RED if case.level is Level.RED else Urgent.NOTICE,
        dedupe=f"lifted:{case.id}:{case.level}:{assignment.person_id}",
        why=why,
    )


def _tell_heads(work: Work, case: Case, why: Raise | None) -> None:
    route = route_of(work, case)
    desks = [work.session.get_one(Person, pick.person_id) for pick in route.coordinators[:1]]
    centre = route.supervisors[:1] if why else ()
    heads = [*desks, *(work.session.get_one(Person, pick.person_id) for pick in centre)]
    for head in heads:
        tell(
            work,
            head,
            NoticeKind.ESCALATED,
            case=case,
            urgent=Urgent.RED,
            dedupe=f"raised:{case.id}:{head.id}",
            part=Part.MEDIATOR,
            why="raised" if why else "red",
        )
    if why is None and case.is_open and desks:
        open_task(work, case, TaskKind.READ, desks[0])
