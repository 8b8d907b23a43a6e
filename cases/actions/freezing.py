"""Freezes and their end: the clock freezes a mediator, the court's own head a judge; a head lifts it with a reason.

Laws: freezing never stops recording (14); no clock starts anew when it ends (3); nobody decides about himself.
"""

from cases.access import Doing, access_case
from cases.actions.mediation import judge_danger
from cases.actions.offering import holder
from cases.actions.supervision import check, decided, live
from cases.errors import NobodyLeft, NotYours, StaleTap
from cases.journal import EventKind, record
from cases.outbox import NoticeKind, tell
from cases.work import Work
from models.assignment import Assignment
from models.case import Case
from models.event import Event
from models.person import Person
from models.vocabulary import Part

THAW = {Part.MEDIATOR: Doing.THAW_MEDIATOR, Part.JUDGE: Doing.THAW_JUDGE}


def thaw(
    work: Work,
    case_id: int,
    by: Person,
    part: Part,
    reason: str,
    *,
    assignment: int | None = None,
) -> Case:
    """Lift a freeze: the handler may close, extend and pass on again. No clock starts anew (law 3).

    `assignment` is whose card the head read when the button was tapped: the reason is about nobody else (law 7).

    Raises:
        StaleTap: nobody is frozen, or somebody else by now.
        NotYours: the head's own freeze.
    """
    case = access_case(work, case_id, by=by, doing=THAW[part])
    check(case, reason)
    frozen = frozen_in(work, case, part)
    if frozen is None:
        if decided(work, case, by, EventKind.UNFROZEN, part=part):
            return case
        raise StaleTap(case.id)
    if assignment not in {None, frozen.id}:
        raise StaleTap(case.id)
    if frozen.person_id == by.id:
        raise NotYours
    frozen.frozen_at = None
    event = record(
        work,
        case,
        EventKind.UNFROZEN,
        by,
        part=part,
        assignment=frozen.id,
        person=frozen.person_id,
        reason=reason,
    )
    _tell_handler(work, case, frozen, NoticeKind.UNFROZEN, event)
    judge_danger(work, case, by, reason)
    return case


def freeze_judge(
    work: Work, case_id: int, by: Person, reason: str, *, assignment: int | None = None
) -> Case:
    """The court's own head freezes a judge who let a clock lapse; no clock does it (law 14).

    Recording is never stopped by it; returning and passing on are. `assignment`: as in `thaw`.

    Raises:
        NobodyLeft: no judge has it.
        StaleTap: another judge has it by now.
        NotYours: the head's own part.
    """
    case = access_case(work, case_id, by=by, doing=Doing.FREEZE_JUDGE)
    check(case, reason)
    current = holder(work, case, Part.JUDGE)
    if current is None:
        raise NobodyLeft
    if assignment not in {None, current.id}:
        raise StaleTap(case.id)
    if current.person_id == by.id:
        raise NotYours
    if current.frozen_at is not None:
        return case
    current.frozen_at = work.now
    event = record(
        work,
        case,
        EventKind.FROZEN,
        by,
        part=Part.JUDGE,
        assignment=current.id,
        person=current.person_id,
        reason=reason,
    )
    _tell_handler(work, case, current, NoticeKind.FROZEN, event)
    judge_danger(work, case, by, reason)
    return case


def frozen_in(work: Work, case: Case, part: Part) -> Assignment | None:
    """The newest frozen assignment of a part that is still held or offered."""
    frozen = [one for one in live(work, case, part) if one.frozen_at is not None]
    return next(reversed(frozen), None)


def _tell_handler(
    work: Work, case: Case, assignment: Assignment, kind: NoticeKind, event: Event
) -> None:
    tell(
        work,
        assignment.person,
        kind,
        case=case,
        dedupe=f"{kind}:{assignment.id}:{event.sequence}",
        part=assignment.part,
    )
