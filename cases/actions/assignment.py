"""Seeing a case, taking it, and giving it back. Who is offered it: cases/actions/offering.py."""

from cases import clocks, lifecycle
from cases.access import PARTIES, RELATED, Doing, Relation, access_case, relations
from cases.actions.acting import acting
from cases.actions.offering import (
    announce_with_digest,
    assignments_of,
    escalate,
    holder,
    moved_on,
    next_digest,
    offer_next,
)
from cases.actions.tasks import settle_challenge
from cases.errors import AlreadyTaken, Frozen, NoSuchCase, NotYours, StaleTap
from cases.journal import EventKind, events, record
from cases.outbox import NoticeKind, tell
from cases.work import Work
from cases.workdays import civil
from models.assignment import Assignment
from models.case import Case
from models.person import Person
from models.vocabulary import AssignmentState, Channel, Clock, Move, Part, Role, Tie

_RETURNS_TO_HEAD = 2  # the second return goes to the supervisor (DESIGN §5)


def see(work: Work, case: Case, by: Person) -> None:
    """Opening a card is recorded and takes nothing (law 5)."""
    for assignment in assignments_of(work, case):
        if assignment.person_id == by.id and assignment.state is AssignmentState.OFFERED:
            assignment.state, assignment.seen_at = AssignmentState.SEEN, work.now
            record(work, case, EventKind.SEEN, by, part=assignment.part)


def read(work: Work, case: Case, by: Person) -> None:
    """Opening the story is in the journal, once a day for each reader; a party reads what is its own (law 9)."""
    see(work, case, by)
    if relations(work, case, by) & PARTIES:
        return
    last = next(
        (one for one in reversed(events(work, case, EventKind.READ)) if one.actor_id == by.id),
        None,
    )
    if last is None or civil(last.at).date() != work.today:
        record(work, case, EventKind.READ, by)


def take(work: Work, assignment_id: int, by: Person) -> Case:
    """Take the offered part. A second tap by the same person is a success.

    Raises:
        AlreadyTaken: somebody else took it first.
        NotYours: the offer was another person's.
        StaleTap: the offer has ended.
    """
    assignment, case = _own(work, assignment_id, by, Doing.TAKE)
    taken = _taken(work, case, assignment.part)
    if taken is not None and taken.person_id == by.id:
        return case
    if not assignment.is_live:
        raise StaleTap(case.id) if taken is None else AlreadyTaken(case.id, taken.person_id)
    if taken is not None:  # an offer beside a holder was made because he let the clock lapse
        release(work, case, taken)
        work.session.flush()
    _taken_now(work, case, assignment, by)
    return case


def take_for(work: Work, assignment_id: int, by: Person) -> Case:
    """A judge's assistant reports in for the judge; the part stays the judge's, and he reads it on his next card.

    Raises:
        StaleTap: the offer has climbed to somebody else, or was given back.
        AlreadyTaken: somebody else took it first.
        NotYours: not the judge's offer, or nobody who may.
    """
    assignment = work.session.get(Assignment, assignment_id)
    if assignment is None:
        raise NoSuchCase
    case = access_case(work, assignment.case_id, by=by, doing=Doing.TAKE_FOR)
    work.session.refresh(assignment, with_for_update=True)
    if assignment.part is not Part.JUDGE or (assignment.reason or {}).get("role") != Role.JUDGE:
        raise NotYours
    taken = _taken(work, case, Part.JUDGE)
    if taken is not None and taken.id == assignment.id:
        return case
    if taken is not None and taken.challenged_at is None:
        raise AlreadyTaken(case.id, taken.person_id)
    newest = acting(work, case, Part.JUDGE)
    if newest is None or newest.id != assignment.id:  # of a challenged judge it is decided first
        raise StaleTap(case.id)
    if taken is not None:
        release(work, case, taken)
        work.session.flush()
    _taken_now(work, case, assignment, by)
    announce_with_digest(work, assignment.person, next_digest(work))
    return case


def _taken_now(work: Work, case: Case, assignment: Assignment, by: Person) -> None:
    """The part is taken, by its own person or by who may report in for him."""
    assignment.state, assignment.taken_at = AssignmentState.TAKEN, work.now
    assignment.seen_at = assignment.seen_at or work.now
    own = assignment.person_id == by.id
    facts = {} if own else {"for": assignment.person_id}
    record(
        work,
        case,
        EventKind.TAKEN,
        by,
        part=assignment.part,
        assignment=assignment.id,
        **facts,
    )
    clocks.stop(work, case, Clock.ACKNOWLEDGE, assignment=assignment)
    _release_others(work, case, assignment)
    _accept(work, case, assignment.part)
    _tell_officer(work, case, assignment)
    clocks.keep_one_running(work, case)


def give_back(work: Work, assignment_id: int, by: Person, reason: str) -> Case:
    """Return the part with a reason; it is offered on, the second time to the head of the office.

    Raises:
        Frozen: who let the clock lapse cannot pass the case on.
        NotYours: the part is another person's.
        StaleTap: it has ended.
    """
    assignment, case = _own(work, assignment_id, by, Doing.RETURN)
    if assignment.state is AssignmentState.RETURNED:  # a second tap
        return case
    if not assignment.is_live:
        raise StaleTap(case.id)
    _check_not_frozen(assignment)
    assignment.state, assignment.ended_at = AssignmentState.RETURNED, work.now
    assignment.reason = {**(assignment.reason or {}), "returned": reason}
    record(work, case, EventKind.RETURNED, by, part=assignment.part, reason=reason)
    if reason == RELATED and assignment.part is Part.JUDGE:
        escalate(work, case, Part.JUDGE, why="recused", key=str(assignment.id))
    moved_on(case, assignment.part)
    clocks.stop_of(work, case, assignment)
    returned = [
        one
        for one in assignments_of(work, case)
        if one.part is assignment.part and one.state is AssignmentState.RETURNED
    ]
    if len(returned) >= _RETURNS_TO_HEAD:
        escalate(work, case, assignment.part, why="returned_twice", key=str(assignment.id))
    offer_next(work, case, assignment.part)
    clocks.keep_one_running(work, case)
    return case


def check_may_give_back(work: Work, assignment_id: int, by: Person) -> None:
    """Before the reason is asked for.

    Raises:
        Frozen: who let the clock lapse cannot pass the case on.
        NotYours: the part is another person's.
    """
    assignment, _ = _own(work, assignment_id, by, Doing.RETURN)
    if assignment.is_live:
        _check_not_frozen(assignment)


def _check_not_frozen(assignment: Assignment) -> None:
    if assignment.frozen_at is not None:
        raise Frozen


def declare_tie(work: Work, assignment_id: int, by: Person, tie: Tie) -> Case:
    """Of what kind the tie is, asked once after a recusal (民事诉讼法 47); access has ended before."""
    assignment = work.session.get(Assignment, assignment_id)
    if assignment is None:
        raise NoSuchCase
    case = access_case(work, assignment.case_id, by=by, doing=Doing.DECLARE)
    if assignment.person_id != by.id:
        raise NotYours
    said = (assignment.reason or {}).get("tie")
    if said != tie:
        assignment.reason = {**(assignment.reason or {}), "tie": tie}
        record(work, case, EventKind.RECUSED, by, part=assignment.part, tie=tie)
    return case


def access_mediation(
    work: Work, case_id: int, *, by: Person, doing: Doing, turn: int | None = None
) -> Case:
    """The case, for whoever may move its mediation: asked with the first tap as with the last.

    Raises:
        Frozen: the mediator let the term lapse.
        NotYours: somebody else.
    """
    case = access_case(work, case_id, by=by, doing=doing, turn=turn)
    check_mediates(work, case, by)
    return case


def check_mediates(work: Work, case: Case, by: Person) -> None:
    """Whoever moves a mediation is its mediator, and has not let its term lapse, or a head; a judge guides and moves nothing.

    Raises:
        Frozen: the mediator let the term lapse.
        NotYours: somebody else.
    """
    assignment = holder(work, case, Part.MEDIATOR)
    own = assignment is not None and assignment.person_id == by.id
    if own and assignment is not None:
        _check_not_frozen(assignment)
    if not own and not relations(work, case, by) & {Relation.SUPERVISOR, Relation.COORDINATOR}:
        raise NotYours


def release_all(work: Work, case: Case) -> None:
    """Closing ends every assignment."""
    for assignment in assignments_of(work, case):
        if assignment.is_live:
            release(work, case, assignment)


def _accept(work: Work, case: Case, part: Part) -> None:
    """The mediator's taking accepts the case and starts its term; a judge's reporting in guides, and is no acceptance."""
    if part is Part.MEDIATOR and lifecycle.may(case, Move.ACCEPT):
        lifecycle.step(case, Move.ACCEPT)
        record(work, case, EventKind.ACCEPTED)
        clocks.start(work, case, Clock.MEDIATION_TERM, at=work.now)
    else:
        moved_on(case, part)


def _tell_officer(work: Work, case: Case, assignment: Assignment) -> None:
    """The officer who blew the whistle is told that somebody reported in."""
    if case.channel is Channel.GRID_OFFICER:
        tell(
            work,
            case.reporter,
            NoticeKind.TAKEN,
            case=case,
            silent=True,
            dedupe=f"taken:{assignment.id}",
            assignment=assignment.id,
        )


def _release_others(work: Work, case: Case, kept: Assignment) -> None:
    for other in assignments_of(work, case):
        if other.part is kept.part and other.is_live and other.id != kept.id:
            release(work, case, other)


def release(work: Work, case: Case, assignment: Assignment) -> None:
    """Somebody has the part no longer; whether a party's wish for another one is granted is no question any more."""
    assignment.state, assignment.ended_at = AssignmentState.RELEASED, work.now
    record(work, case, EventKind.RELEASED, part=assignment.part, person=assignment.person_id)
    clocks.stop_of(work, case, assignment)
    settle_challenge(work, case, assignment)


def _own(work: Work, assignment_id: int, by: Person, doing: Doing) -> tuple[Assignment, Case]:
    assignment = work.session.get(Assignment, assignment_id)
    if assignment is None:
        raise NoSuchCase
    case = access_case(work, assignment.case_id, by=by, doing=doing)
    work.session.refresh(assignment, with_for_update=True)
    if assignment.person_id != by.id:
        raise NotYours
    return assignment, case


def _taken(work: Work, case: Case, part: Part) -> Assignment | None:
    taken = [
        one
        for one in assignments_of(work, case)
        if one.part is part and one.state is AssignmentState.TAKEN
    ]
    return taken[0] if taken else None
