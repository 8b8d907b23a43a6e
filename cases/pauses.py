"""How far a recorded pause moves the end of a clock (law 3)."""

from datetime import date, datetime, timedelta

from cases.policy import Rule
from cases.schedule import rule_for
from cases.work import Work
from cases.workdays import Ends, Roll, Term, Unit, civil, due_day, end_of, last_day, later_by
from models.case import Case
from models.deadline import Deadline

_DAY = timedelta(days=1)


def end_after_pause(work: Work, case: Case, deadline: Deadline) -> datetime:
    """A clock of the case: the days after the one on which the pause began, up to today, are not counted."""
    paused = civil(deadline.paused_at or work.now).date()
    days = [paused + n * _DAY for n in range(1, (work.today - paused).days + 1)]
    return _without(work, case, deadline, days)


def end_after_rest(work: Work, case: Case, deadline: Deadline) -> datetime:
    """A handler's own clock: minutes and hours to the minute; where days are counted, each day begun is left out,
    so that nobody gets a case back on its last evening and is late by it.
    """
    since = max(deadline.paused_at or work.now, deadline.started_at)
    term = _rule(work, case, deadline).term
    if since >= work.now or term is None:
        return deadline.due_at
    if not term.in_days:
        return later_by(deadline.due_at, since, work.now, term)
    begun = -((since - work.now) // _DAY)
    return _without(work, case, deadline, [civil(since).date() + n * _DAY for n in range(begun)])


def _without(work: Work, case: Case, deadline: Deadline, days: list[date]) -> datetime:
    """The end, when these days are not counted: of working days where the term counts those."""
    rule = _rule(work, case, deadline)
    working = rule.term is not None and rule.term.unit is Unit.WORKING_DAY
    ends = rule.term.ends if rule.term else Ends.OFFICE
    calendar = work.rules.calendar
    left_out = [day for day in days if not working or calendar.is_working(day)]
    if not left_out:
        return deadline.due_at
    unit = Unit.WORKING_DAY if working else Unit.CALENDAR_DAY
    term = Term(len(left_out), unit, Roll.FORWARD, ends)
    return end_of(due_day(last_day(deadline.due_at), term, calendar), ends)


def _rule(work: Work, case: Case, deadline: Deadline) -> Rule:
    return rule_for(
        deadline.clock,
        level=case.level,
        category=case.category,
        guarded=case.guarded,
        policy=work.rules.policy,
    )
