"""It has happened again: within 90 days a closed case goes on under its number (rule book 6.7).

Laws: a reopened case gets fresh clocks (4), its last handlers are asked first, else the line (2); nothing is opened again by
silence, or by a tap in the chat of a person in danger: there a human is told (13).
"""

from cases import clocks, lifecycle
from cases.access import Doing, access_case
from cases.actions.intake import add_to_case
from cases.actions.offering import assignments_of, escalate, offer, route_of
from cases.actions.promise import sides
from cases.errors import MoveNotAllowed, StaleTap
from cases.journal import EventKind, record
from cases.progress import reopens
from cases.work import Work
from models.assignment import Assignment
from models.case import Case
from models.person import Person
from models.vocabulary import Clock, Move, Part


def reopen(
    work: Work,
    case_id: int,
    by: Person,
    *,
    words: str | None = None,
    evidence: tuple[int, ...] = (),
    turn: int | None = None,
) -> Case:
    """Open it again with what is said now; a second tap finds it open.

    Raises:
        StaleTap: the button is older than the closing.
        MoveNotAllowed: it was closed too long ago, or goes on under another number.
    """
    case = access_case(work, case_id, by=by, doing=Doing.REOPEN)
    if case.is_open:
        return add_to_case(work, case.id, by, words=words, evidence=evidence)
    if turn is not None and turn != case.turn:
        raise StaleTap(case.id)
    if case.guarded:
        return _tell_the_desk(work, case, by, words, evidence)
    if not reopens(work, case):
        raise MoveNotAllowed(Move.REOPEN, case.stage)
    lifecycle.step(case, Move.REOPEN)
    before = _closing_handlers(work, case)
    record(work, case, EventKind.REOPENED, by, outcome=case.outcome)
    case.reopened_at, case.closed_at, case.outcome = work.now, None, None
    for party in sides(work, case):
        party.kept = None  # an answer to the earlier promise does not answer the next one (law 6)
    clocks.start(work, case, Clock.MEDIATION_TERM, at=work.now)
    for part in (Part.MEDIATOR, Part.JUDGE):
        _offer_again(work, case, part, before.get(part))
    if words or evidence:
        add_to_case(work, case.id, by, words=words, evidence=evidence)
    clocks.keep_one_running(work, case)
    return case


def _tell_the_desk(
    work: Work, case: Case, by: Person, words: str | None, evidence: tuple[int, ...]
) -> Case:
    if words or evidence:
        return add_to_case(work, case.id, by, words=words, evidence=evidence)
    escalate(work, case, Part.MEDIATOR, why="said_more", key=f"reopen:{work.today}")
    return case


def _closing_handlers(work: Work, case: Case) -> dict[Part, Assignment]:
    """Who had taken it when it was closed; whoever was replaced before is not asked again."""
    return {
        one.part: one
        for one in assignments_of(work, case)
        if one.taken_at is not None and one.ended_at == case.closed_at
    }


def _offer_again(work: Work, case: Case, part: Part, before: Assignment | None) -> None:
    """To the last handler, when today's roster still has him; else to the first of the line."""
    line = route_of(work, case, part).line(part)
    known = [pick for pick in line if before is not None and pick.person_id == before.person_id]
    picks = known or list(line)
    if picks:
        offer(work, case, part, picks[0])
    else:
        escalate(work, case, part, why="nobody_left", key=f"reopened:{work.today}")
