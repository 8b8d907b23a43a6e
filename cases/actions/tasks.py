"""Work for a human: opened with a clock, done with a word, and climbing when nobody does it."""

from datetime import datetime
from typing import Any

from sqlalchemy import select

from cases import clocks
from cases.access import Doing, access_case
from cases.errors import NoReason, NoSuchCase, NotYours
from cases.journal import EventKind, record
from cases.outbox import NoticeKind, tell
from cases.reading import read
from cases.work import Work
from models.assignment import Assignment
from models.case import Case
from models.person import Person
from models.task import Task
from models.vocabulary import Clock, Level, Part, TaskKind, TaskState, Urgent

#: Work about danger: it is announced at once and at any hour.
_URGENT = frozenset({TaskKind.SAFE_CALL})

#: Work of heads: only whoever it was given to answers it, in words, and the head who gave it is told (law 14).
ANSWERED = frozenset({TaskKind.ORDER, TaskKind.REQUEST})


def open_task(
    work: Work,
    case: Case,
    kind: TaskKind,
    person: Person,
    *,
    appointed: datetime | None = None,
    silent: bool = False,
    **facts: Any,
) -> Task:
    """Give one person a piece of work, with its clock. `silent`: it only joins the list of the day."""
    task = Task(
        case_id=case.id,
        person_id=person.id,
        kind=kind,
        state=TaskState.OPEN,
        facts=facts,
        opened_at=work.now,
    )
    work.session.add(task)
    work.session.flush()
    record(work, case, EventKind.TASK_OPENED, task=kind, to=person.id)
    clocks.start(work, case, Clock.TASK, at=work.now, task=task, appointed=appointed)
    announce_task(work, case, task, person, silent=silent)
    return task


def announce_task(
    work: Work, case: Case, task: Task, person: Person, *, silent: bool = False
) -> None:
    """Tell the person who has the task now."""
    red = case.level is Level.RED or task.kind in _URGENT
    tell(
        work,
        person,
        NoticeKind.TASK,
        case=case,
        urgent=Urgent.RED if red else Urgent.NOTICE,
        dedupe=f"task:{task.id}:{person.id}",
        silent=silent and not red,
        task=task.id,
    )


def finish_task(work: Work, task_id: int, by: Person, note: str | None = None) -> Case:
    """Record that the work was done; a second tap is a success. A listened voice report gets its summary."""
    task = work.session.get(Task, task_id)
    if task is None:
        raise NoSuchCase
    if task.state is TaskState.DONE and task.done_by == by.id:
        return work.session.get_one(Case, task.case_id)
    case = access_case(work, task.case_id, by=by, doing=Doing.DO_TASK)
    if task.state is TaskState.DONE:
        return case
    if task.kind is TaskKind.CHALLENGE:
        raise NotYours  # it is decided, one way or the other: cases/actions/challenging.py
    if task.kind in ANSWERED:
        _answer(work, case, task, by, note)
    task.state, task.done_at, task.done_by = TaskState.DONE, work.now, by.id
    if task.kind is TaskKind.LISTEN and note:
        case.summary = note
        suggested = read(note).categories
        case.category = case.category or (suggested[0].category if suggested else None)
    record(work, case, EventKind.TASK_DONE, by, task=task.kind, note=note)
    clocks.stop(work, case, Clock.TASK, task=task)
    if task.kind is TaskKind.SAFE_CALL:  # of a person in danger this is the first contact
        clocks.stop(work, case, Clock.FIRST_CONTACT)
    clocks.keep_one_running(work, case)
    return case


def _answer(work: Work, case: Case, task: Task, by: Person, note: str | None) -> None:
    """The head who ordered or asked is told what was answered.

    Raises:
        NotYours: it was given to somebody else.
        NoReason: an answer without words.
    """
    if task.person_id != by.id:
        raise NotYours
    if not (note or "").strip():
        raise NoReason
    task.facts = {**task.facts, "answer": note}
    tell(
        work,
        work.session.get_one(Person, task.facts["by"]),
        NoticeKind.TASK_ANSWERED,
        case=case,
        dedupe=f"answered:{task.id}",
        task=task.id,
    )


def hand_over_task(work: Work, case: Case, task: Task, person: Person) -> None:
    """The task climbed: it is another person's now."""
    task.person_id = person.id
    announce_task(work, case, task, person)


def settle_challenge(work: Work, case: Case, ended: Assignment) -> None:
    """Whoever was challenged has the part no longer: nothing is left to decide, and whoever asked is told."""
    rows = work.session.scalars(
        select(Task).where(
            Task.case_id == case.id,
            Task.kind == TaskKind.CHALLENGE,
            Task.state == TaskState.OPEN,
        )
    )
    for task in rows.all():
        if task.facts["assignment"] == ended.id:
            task.state, task.done_at = TaskState.DONE, work.now
            clocks.stop(work, case, Clock.TASK, task=task)
            record(work, case, EventKind.TASK_DONE, task=task.kind, ended=True)
            tell_of_decision(work, case, task, replaced=True)


def tell_of_decision(
    work: Work, case: Case, task: Task, *, replaced: bool, words: str = ""
) -> None:
    """What became of the wish for another handler; the reporter of a new mediator is told that with the name."""
    told_anyway = (
        replaced and task.facts["part"] == Part.MEDIATOR and task.facts["by"] == case.reporter_id
    )
    if not told_anyway:
        tell(
            work,
            work.session.get_one(Person, task.facts["by"]),
            NoticeKind.CHALLENGE_DECIDED,
            case=case,
            dedupe=f"challenge_decided:{task.id}",
            part=task.facts["part"],
            replaced=replaced,
            words=words,
        )


def silence_tasks(work: Work, case: Case) -> None:
    """The case became one of danger: nothing of it is read out to anybody any more (law 13)."""
    rows = work.session.scalars(
        select(Task).where(
            Task.case_id == case.id,
            Task.kind == TaskKind.READ_ALOUD,
            Task.state == TaskState.OPEN,
        )
    )
    for task in rows.all():
        task.state, task.done_at = TaskState.DONE, work.now
        record(work, case, EventKind.TASK_DONE, task=task.kind, silenced=True)
        clocks.stop(work, case, Clock.TASK, task=task)


def close_tasks(work: Work, case: Case) -> None:
    """A closed case leaves no open work behind."""
    rows = work.session.scalars(
        select(Task).where(Task.case_id == case.id, Task.state == TaskState.OPEN)
    )
    for task in rows:
        task.state, task.done_at = TaskState.DONE, work.now
        record(work, case, EventKind.TASK_DONE, task=task.kind, closed=True)
