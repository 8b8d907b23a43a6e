"""回避: a party asks for another handler, and the head decides within three working days (rule book 6.10).

Source: 人民调解法 23 (the parties choose their mediator), 人民调解工作若干规定 (司法部令75号) 25, 民事诉讼法 47.
Laws: of a mediator the centre's head decides, of a judge the court's own (14); until then nothing of the case opens to
the handler, and his clocks rest, since he cannot work, and go on with what was left if he keeps it (3); a grave case does
not wait, the next of the line is asked at once (2); the head's clock runs and climbs (2); the handler learns that it is
being looked at, never why or by whom; the party is told what was decided.
"""

from cases import clocks
from cases.access import Doing, access_case
from cases.actions.acting import acting, do_not_wait
from cases.actions.assignment import release
from cases.actions.heirs import heads_of
from cases.actions.mediation import judge_danger
from cases.actions.offering import assignments_of, escalate, moved_on
from cases.actions.supervision import REASSIGN, candidates, live, pass_on, reassign, tell_left
from cases.actions.tasks import open_task, tell_of_decision
from cases.errors import NobodyLeft, NoReason, NoSuchCase, StaleTap
from cases.journal import EventKind, record
from cases.outbox import NoticeKind, tell
from cases.work import Work
from models.assignment import Assignment
from models.case import Case
from models.person import Person
from models.task import Task
from models.vocabulary import (
    AssignmentState,
    Challenge,
    Clock,
    Level,
    Part,
    Role,
    TaskKind,
    TaskState,
    Urgent,
)


def challenge(work: Work, assignment_id: int, by: Person, why: Challenge, words: str = "") -> Case:
    """Ask for another one; a second wish about the same handler finds the first.

    Raises:
        StaleTap: this handler has the case no longer.
        NobodyLeft: no head who could decide can be reached.
    """
    assignment = work.session.get(Assignment, assignment_id)
    if assignment is None:
        raise NoSuchCase
    case = access_case(work, assignment.case_id, by=by, doing=Doing.CHALLENGE)
    work.session.refresh(assignment, with_for_update=True)
    if not assignment.is_live:
        raise StaleTap(case.id)
    if assignment.challenged_at is not None:
        return case
    if (
        case.guarded
    ):  # the duty desk protects somebody: its head looks at it, and nobody is held back
        record(work, case, EventKind.CHALLENGED, by, part=assignment.part, why=why, words=words)
        escalate(work, case, assignment.part, why="challenged", key=str(assignment.id))
        return case
    head = _head(work, case, assignment)
    if head is None:
        raise NobodyLeft
    assignment.challenged_at = work.now
    record(
        work,
        case,
        EventKind.CHALLENGED,
        by,
        part=assignment.part,
        assignment=assignment.id,
        why=why,
        words=words,
    )
    moved_on(case, assignment.part)
    task = open_task(
        work,
        case,
        TaskKind.CHALLENGE,
        head,
        part=assignment.part,
        assignment=assignment.id,
        by=by.id,
        why=why,
        words=words,
        newest=assignments_of(work, case)[-1].id,
        level=case.level,
    )
    clocks.pause(work, case, assignment=assignment)
    _tell_handler(work, case, assignment, f"held:{task.id}", over=False)
    do_not_wait(work, case, assignment.part)
    return case


def replace(work: Work, task_id: int, by: Person) -> Case:
    """The head agrees: the next of the line is offered the part, with clocks of its own; whoever was asked already has it.

    Raises:
        StaleTap: it was decided otherwise.
        NobodyLeft: nobody else can be offered the part.
    """
    task, case, assignment = _to_decide(work, task_id, by)
    if task.state is TaskState.DONE:
        return _decided(case, task, by, replaced=True)
    deputy = acting(work, case, assignment.part)
    if assignment.is_live and deputy is None:
        line = candidates(work, case, assignment.part)
        if not line:
            raise NobodyLeft
        _done(work, case, task, by, replaced=True, words="")
        reason = str(task.facts["words"] or task.facts["why"])
        reassign(work, case.id, by, assignment.part, to=line[0].person_id, reason=reason)
    else:
        _done(work, case, task, by, replaced=True, words="")
    if assignment.is_live and deputy is not None:
        release(work, case, assignment)
        case.turn += 1
        pass_on(work, case, [assignment], deputy)
    tell_of_decision(work, case, task, replaced=True)
    return case


def keep(work: Work, task_id: int, by: Person, words: str) -> Case:
    """The head does not agree, and says why to whoever asked; the handler's clocks go on with what was left.

    Raises:
        NoReason: no words.
        StaleTap: it was decided otherwise.
    """
    task, case, assignment = _to_decide(work, task_id, by)
    if task.state is TaskState.DONE:
        return _decided(case, task, by, replaced=False)
    if not words.strip():
        raise NoReason
    _done(work, case, task, by, replaced=False, words=words)
    if assignment.is_live:
        assignment.challenged_at = None
        moved_on(case, assignment.part)
        _end_deputies(work, case, assignment, since=task.facts["newest"])
        clocks.resume_of(work, case, assignment)
        if task.facts["level"] != case.level:  # it rose meanwhile
            clocks.hasten(work, case, assignment)
        clocks.keep_one_running(work, case)
        _tell_handler(work, case, assignment, f"held_over:{task.id}", over=True)
    tell_of_decision(work, case, task, replaced=False, words=words)
    judge_danger(work, case, by, words)
    return case


def decides(work: Work, case: Case, part: Part, person: Person) -> bool:
    """Whether this person may decide about the part: of a judge the court's own head alone (law 14)."""
    role = Role.COURT_SUPERVISOR if part is Part.JUDGE else Role.SUPERVISOR
    return any(
        pick.person_id == person.id for pick in heads_of(work, case, part) if pick.role is role
    )


def _head(work: Work, case: Case, assignment: Assignment) -> Person | None:
    picks = [
        pick
        for pick in heads_of(work, case, assignment.part)
        if pick.person_id != assignment.person_id
    ]
    return work.session.get_one(Person, picks[0].person_id) if picks else None


def _end_deputies(work: Work, case: Case, kept: Assignment, *, since: int) -> None:
    """Who was asked because of the wish alone, and has not taken it, is asked no more."""
    for one in live(work, case, kept.part):
        if one.id > since and one.state is not AssignmentState.TAKEN:
            release(work, case, one)
            tell_left(work, case, one.person, kept)


def _to_decide(work: Work, task_id: int, by: Person) -> tuple[Task, Case, Assignment]:
    task = work.session.get(Task, task_id)
    if task is None or task.kind is not TaskKind.CHALLENGE:
        raise NoSuchCase
    part = Part(task.facts["part"])
    case = access_case(work, task.case_id, by=by, doing=REASSIGN[part])
    assignment = work.session.get_one(Assignment, task.facts["assignment"], with_for_update=True)
    return task, case, assignment


def _decided(case: Case, task: Task, by: Person, *, replaced: bool) -> Case:
    """A second tap of the same head for the same decision is a success; any other is stale (law 7)."""
    if task.done_by != by.id or task.facts.get("replaced") is not replaced:
        raise StaleTap(case.id)
    return case


def _done(work: Work, case: Case, task: Task, by: Person, *, replaced: bool, words: str) -> None:
    task.state, task.done_at, task.done_by = TaskState.DONE, work.now, by.id
    task.facts = {**task.facts, "replaced": replaced}
    clocks.stop(work, case, Clock.TASK, task=task)
    record(
        work,
        case,
        EventKind.CHALLENGE_DECIDED,
        by,
        part=task.facts["part"],
        assignment=task.facts["assignment"],
        replaced=replaced,
        words=words,
    )
    clocks.keep_one_running(work, case)


def _tell_handler(
    work: Work, case: Case, assignment: Assignment, dedupe: str, *, over: bool
) -> None:
    red = case.level is Level.RED and over  # he has it again, and danger does not wait
    tell(
        work,
        assignment.person,
        NoticeKind.HELD,
        case=case,
        urgent=Urgent.RED if red else Urgent.NOTICE,
        dedupe=dedupe,
        silent=not red,
        part=assignment.part,
        over=over,
    )
