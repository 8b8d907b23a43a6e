"""To whom a case is offered, who follows, and who is told when nobody does (law 2)."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import select

from cases import clocks
from cases.actions.tasks import open_task
from cases.journal import EventKind, record
from cases.opponents import at_the_end
from cases.outbox import NoticeKind, tell
from cases.own_dispute import barred, parties_of
from cases.routing import Pick, Route, find
from cases.work import Work
from cases.workdays import civil, morning, next_awake, quiet
from models.assignment import Assignment
from models.case import Case
from models.person import Person
from models.rows import put
from models.vocabulary import AssignmentState, Clock, Level, Part, TaskKind, Urgent


def route_of(work: Work, case: Case, part: Part | None = None, *, desk: bool = False) -> Route:
    """Who answers for the case today; for a part, without those who already had it. `desk`: the duty desk of this hour."""
    ready = desk or case.level is Level.RED or _for_the_desk(case)
    tried = frozenset(who_had(case, part, assignments_of(work, case)) if part else ())
    return find(
        work.session,
        case.area,
        work.today,
        category=case.category,
        language=case.language,
        excluded=tried | barred(work, case, parties_of(work, case)),
        at=work.now if ready else None,
        red=case.level is Level.RED,
        end=at_the_end(work, case),
    )


def duty_desk(work: Work, case: Case) -> Person | None:
    """Who has duty for the case's area today."""
    picks = route_of(work, case, desk=True).coordinators
    return _person(work, picks[0].person_id) if picks else None


def offer_first(work: Work, case: Case) -> None:
    """Offer a new case to its judge and mediator; to the duty desk alone a guarded one (law 13), and one without a
    place until the desk has found it (cases/actions/placing.py).
    """
    route = route_of(work, case)
    if _for_the_desk(case):
        _offer_or_escalate(work, case, Part.MEDIATOR, route.coordinators)
    else:
        for part in (Part.MEDIATOR, Part.JUDGE):
            _offer_or_escalate(work, case, part, route.line(part))
    if case.level is Level.RED and not case.guarded:
        _tell_heads_of_danger(work, case, route)


def offer_next(work: Work, case: Case, part: Part) -> Assignment | None:
    """Offer the case to the next reachable person of the line; None when the line has ended.

    Nobody is offered one part twice. At the end of the line the heads are told, and whoever
    holds an offer keeps it: a case is never without an owner (law 2).
    """
    route = route_of(work, case, part)
    line = route.coordinators if _for_the_desk(case) else route.line(part)
    return _offer_or_escalate(work, case, part, line)


def _for_the_desk(case: Case) -> bool:
    return case.guarded or not case.area.is_placed


def offer(work: Work, case: Case, part: Part, pick: Pick) -> Assignment:
    """Offer one part to one person. The clocks of the offer start when it is shown, not while everybody sleeps."""
    shown = _shown_at(work, case, part)
    assignment = Assignment(
        case_id=case.id,
        person_id=pick.person_id,
        part=part,
        state=AssignmentState.OFFERED,
        reason=pick.kept,
        offered_at=shown,
    )
    put(work.session, assignment)
    moved_on(case, part)
    who, why = pick.person_id, list(pick.why)
    record(work, case, EventKind.OFFERED, part=part, to=who, why=why, assignment=assignment.id)
    clocks.start(work, case, Clock.ACKNOWLEDGE, at=shown, assignment=assignment)
    if part is Part.MEDIATOR:
        clocks.start(work, case, Clock.FIRST_CONTACT, at=shown, assignment=assignment)
    _announce(work, case, assignment, shown)
    return assignment


def show_again(work: Work, case: Case, assignment: Assignment) -> None:
    """The level was raised: an offer that nobody took is shown now."""
    _announce(work, case, assignment, work.now, again=str(case.level))


def lapse(work: Work, case: Case, assignment: Assignment, *, freeze: bool) -> Assignment | None:
    """The assignment let its clock lapse: freeze it (it may still record), and offer the case on.

    A judge is frozen by the court's own supervisor only (law 14).
    """
    if freeze and assignment.part is not Part.JUDGE and assignment.frozen_at is None:
        assignment.frozen_at = work.now
    record(work, case, EventKind.LAPSED, part=assignment.part, by_person=assignment.person_id)
    tell(
        work,
        assignment.person,
        NoticeKind.LAPSED,
        case=case,
        dedupe=f"lapsed:{assignment.id}",
        part=assignment.part,
    )
    offered = offer_next(work, case, assignment.part)
    if offered is not None and assignment.part is Part.MEDIATOR:
        # the new offer has clocks of its own: one ladder pulls at a case, not two
        clocks.stop(work, case, Clock.FIRST_CONTACT, assignment=assignment)
        tell_reporter_of_change(work, case, offered)
    return offered


def escalate(work: Work, case: Case, part: Part, *, why: str, key: str = "") -> None:
    """Tell the heads what is late and with whom: the court's own for judges, the centre's for the rest (law 14)."""
    route = route_of(work, case)
    court = route.court_supervisors if part is Part.JUDGE else ()
    heads = court or route.supervisors
    urgent = Urgent.RED if case.level is Level.RED else Urgent.NOTICE
    for pick in heads[:1]:
        tell(
            work,
            _person(work, pick.person_id),
            NoticeKind.ESCALATED,
            case=case,
            urgent=urgent,
            dedupe=f"escalated:{case.id}:{part}:{why}:{key}:{pick.person_id}",
            part=part,
            why=why,
        )
    record(
        work,
        case,
        EventKind.ESCALATED,
        part=part,
        why=why,
        to=[pick.person_id for pick in heads[:1]],
    )


def holder(work: Work, case: Case, part: Part) -> Assignment | None:
    """Who answers for a part now: the one who took it, else the latest offer; whom a party challenged as the last."""
    live = [one for one in assignments_of(work, case) if one.part is part and one.is_live]
    able = [one for one in live if one.challenged_at is None] or live
    taken = [one for one in able if one.state is AssignmentState.TAKEN]
    return next(reversed(taken or able), None)


def call_instead(work: Work, case: Case, assignment: Assignment) -> None:
    """The fallback of a RED offer that nobody opened: the duty desk telephones."""
    picks = [
        pick
        for pick in route_of(work, case, desk=True).coordinators
        if pick.person_id != assignment.person_id
    ]
    for pick in picks[:1]:
        open_task(
            work,
            case,
            TaskKind.CALL,
            _person(work, pick.person_id),
            whom=assignment.person.called(_person(work, pick.person_id).reads),
        )


def assignments_of(work: Work, case: Case) -> list[Assignment]:
    rows = work.session.scalars(
        select(Assignment).where(Assignment.case_id == case.id).order_by(Assignment.id)
    )
    return list(rows)


def moved_on(case: Case, part: Part) -> None:
    """A change of mediator makes older buttons of the case stale. A judge's offer has its own id in its buttons,
    and his reporting in must not cost the mediator a second tap.
    """
    if part is Part.MEDIATOR:
        case.turn += 1


def _offer_or_escalate(
    work: Work, case: Case, part: Part, line: tuple[Pick, ...]
) -> Assignment | None:
    if line:
        return offer(work, case, part, line[0])
    escalate(work, case, part, why="nobody_left", key=str(work.today))
    clocks.look_again_tomorrow(work, case)
    return None


def _shown_at(work: Work, case: Case, part: Part) -> datetime:
    """When this person is shown the offer: RED now, a judge's ordinary case with his card of 08:30."""
    if case.level is Level.RED:
        return work.now
    if _with_digest(case, part):
        return next_digest(work)
    return next_awake(work.now) if quiet(work.now) else work.now


def next_digest(work: Work) -> datetime:
    """When the judge's next card of the morning is due."""
    today = morning(work.today)
    return today if work.now < today else morning(work.today + timedelta(days=1))


def announce_with_digest(work: Work, person: Person, shown: datetime) -> None:
    """One silent card a day, however much stands on it."""
    day = civil(shown).date()
    tell(
        work,
        person,
        NoticeKind.DIGEST,
        urgent=Urgent.BULK,  # all judges' cards fall due at one instant
        due=shown,
        silent=True,
        dedupe=f"digest:{person.id}:{day}",
    )


def _with_digest(case: Case, part: Part) -> bool:
    return part is Part.JUDGE and case.level in {Level.YELLOW, Level.GREEN}


def _announce(
    work: Work, case: Case, assignment: Assignment, shown: datetime, *, again: str = ""
) -> None:
    person = _person(work, assignment.person_id)
    if _with_digest(case, assignment.part):
        announce_with_digest(work, person, shown)
        return
    urgent = Urgent.RED if case.level is Level.RED else Urgent.NOTICE
    tell(
        work,
        person,
        NoticeKind.OFFER,
        case=case,
        urgent=urgent,
        due=shown,
        silent=case.level in {Level.YELLOW, Level.GREEN},
        dedupe=f"offer:{assignment.id}:{again}" if again else f"offer:{assignment.id}",
        assignment=assignment.id,
    )


def tell_reporter_of_change(
    work: Work, case: Case, offered: Assignment, *, why: str = "late"
) -> None:
    """Keep the receipt's promise: when it goes to somebody else, the reporter is told; with an apology where it is late."""
    tell(
        work,
        case.reporter,
        NoticeKind.HANDLER_CHANGED,
        case=case,
        dedupe=f"changed:{offered.id}",
        assignment=offered.id,
        why=why,
    )


def _tell_heads_of_danger(work: Work, case: Case, route: Route) -> None:
    for pick in (*route.coordinators[:1], *route.supervisors[:1]):
        tell(
            work,
            _person(work, pick.person_id),
            NoticeKind.ESCALATED,
            case=case,
            urgent=Urgent.RED,
            dedupe=f"red:{case.id}:{pick.person_id}",
            part=Part.MEDIATOR,
            why="red",
        )


def who_had(case: Case, part: Part, assignments: Sequence[Assignment]) -> list[int]:
    """Who had this part; of a reopened case, since then: in its new life everybody is asked anew."""
    return [
        one.person_id
        for one in assignments
        if one.part is part
        and (case.reopened_at is None or one.ended_at is None or one.ended_at > case.reopened_at)
    ]


def _person(work: Work, person_id: int) -> Person:
    return work.session.get_one(Person, person_id)
