"""The time a mediation has: suspended for an expert, resumed, extended by the consent of all.

Source: 人民调解工作若干规定 (司法部令75号) 33; 最高人民法院关于人民法院特邀调解的规定 27; 医疗纠纷预防和处理条例 38.
Law 3: the end moves by nothing else.
"""

from datetime import date, timedelta
from typing import Any

from sqlalchemy import select

from cases import clocks, lifecycle
from cases.access import Doing
from cases.actions.assignment import access_mediation
from cases.actions.promise import everybody, sides
from cases.actions.tasks import open_task
from cases.errors import MoveNotAllowed, TooLongATerm
from cases.journal import EventKind, events, record
from cases.outbox import NoticeKind, tell
from cases.work import Work
from cases.workdays import Ends, end_of, last_day
from models.case import Case
from models.deadline import Deadline
from models.person import Person
from models.vocabulary import Clock, ClockState, Move, Pause, TaskKind

#: An extension adds at most so much in all (特邀调解规定 27; rule book 6.5 med.limit).
LONGEST = timedelta(days=30)


def suspend(work: Work, case_id: int, by: Person, why: Pause, *, turn: int | None = None) -> Case:
    """Nothing is done for the time being, and everybody knows why; only an expert's time is not counted."""
    case = access_mediation(work, case_id, by=by, doing=Doing.SUSPEND, turn=turn)
    lifecycle.step(case, Move.SUSPEND)
    record(work, case, EventKind.SUSPENDED, by, why=why)
    if why is Pause.EXPERT:
        clocks.pause(work, case, Clock.MEDIATION_TERM)
    clocks.keep_one_running(work, case)
    _tell_sides(work, case, NoticeKind.SUSPENDED, pause=why)
    return case


def resume(work: Work, case_id: int, by: Person, *, turn: int | None = None) -> Case:
    """The mediation goes on; the days of an expert's work are added to its term."""
    case = access_mediation(work, case_id, by=by, doing=Doing.SUSPEND, turn=turn)
    lifecycle.step(case, Move.RESUME)
    record(work, case, EventKind.RESUMED, by)
    clocks.resume(work, case, Clock.MEDIATION_TERM)
    clocks.stop(work, case, Clock.WEEKLY_REVIEW)
    clocks.keep_one_running(work, case)
    _tell_sides(work, case, NoticeKind.RESUMED)
    return case


def extend(
    work: Work, case_id: int, by: Person, until: date, words: str, *, turn: int | None = None
) -> Case:
    """Both sides consented to go on until a day; their signatures on paper follow. Each side is told, and may say no.

    Raises:
        Frozen: the mediator let the term lapse; a head decides.
        MoveNotAllowed: there is no term that could be extended.
        TooLongATerm: not later than the end, or later than the law allows.
    """
    case = access_mediation(work, case_id, by=by, doing=Doing.EXTEND, turn=turn)
    term = term_of(work, case)
    if term is None:
        raise MoveNotAllowed(Move.RESUME, case.stage)
    if not last_day(term.due_at) < until <= latest_end(work, case, term):
        raise TooLongATerm
    was = last_day(term.due_at)
    clocks.extend(work, case, Clock.MEDIATION_TERM, end_of(until, Ends.OFFICE))
    record(
        work,
        case,
        EventKind.EXTENDED,
        by,
        was=was.isoformat(),
        until=until.isoformat(),
        words=words,
    )
    open_task(work, case, TaskKind.PAPER, by, what="extension", until=until.isoformat())
    _tell_sides(work, case, NoticeKind.EXTENDED, until=until.isoformat())
    return case


def latest_end(work: Work, case: Case, term: Deadline) -> date:
    """As far as the term may be extended, whatever was extended before."""
    ends = [
        date.fromisoformat((event.facts or {})["was"])
        for event in events(work, case, EventKind.EXTENDED)
        if event.at >= term.started_at
    ]
    return min(ends, default=last_day(term.due_at)) + LONGEST


def term_of(work: Work, case: Case) -> Deadline | None:
    """The mediation term that could be extended: it runs, or has lapsed."""
    return work.session.scalars(
        select(Deadline)
        .where(
            Deadline.case_id == case.id,
            Deadline.clock == Clock.MEDIATION_TERM,
            Deadline.state.in_([ClockState.RUNNING, ClockState.LAPSED]),
        )
        .order_by(Deadline.id.desc())
    ).first()


def _tell_sides(work: Work, case: Case, kind: NoticeKind, **facts: Any) -> None:
    """Both sides, and those who follow it; an extension is asked of the two sides alone."""
    told = sides if kind is NoticeKind.EXTENDED else everybody
    for party in told(work, case):
        if party.person is not None:
            tell(
                work,
                party.person,
                kind,
                case=case,
                dedupe=f"{kind}:{case.id}:{case.turn}:{party.id}:{facts.get('until', '')}",
                **facts,
            )
