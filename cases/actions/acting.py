"""Who acts for a part while a party's wish for another handler is undecided (rule book 6.10).

Laws: nobody who was challenged is asked to do anything, since he may open nothing; no clock runs on him (3); a grave case
waits for no decision, the next of the line is asked at once (2); whoever handles the case already is not asked twice.
"""

from cases import clocks
from cases.actions.offering import (
    assignments_of,
    holder,
    offer_next,
    show_again,
    tell_reporter_of_change,
)
from cases.work import Work
from models.assignment import Assignment
from models.case import Case
from models.vocabulary import AssignmentState, Clock, Level, Part

#: Levels whose terms are hours: three days for a decision are too long.
_GRAVE = frozenset({Level.RED, Level.ORANGE})
_UNTAKEN = frozenset({AssignmentState.OFFERED, AssignmentState.SEEN})


def acting(work: Work, case: Case, part: Part) -> Assignment | None:
    """Who may act for a part now: of those who hold it, or are offered it, nobody whom a party has challenged."""
    found = holder(work, case, part)
    return found if found is not None and found.challenged_at is None else None


def ask_another(work: Work, case: Case, part: Part) -> Assignment | None:
    """The holder was challenged and nobody else may act: the next of the line is offered the part, without waiting."""
    if holder(work, case, part) is None or acting(work, case, part) is not None:
        return None
    if case.guarded and part is Part.JUDGE:  # a case of danger is with the duty desk alone (13)
        return None
    offered = offer_next(work, case, part)
    if offered is not None and part is Part.MEDIATOR:
        tell_reporter_of_change(work, case, offered, why="decided")
    return offered


def look_again(work: Work, case: Case) -> None:
    """A review: nobody could be reached before, or nobody has decided about whoever was challenged (2)."""
    if holder(work, case, Part.MEDIATOR) is None:
        offer_next(work, case, Part.MEDIATOR)
    for part in Part:
        ask_another(work, case, part)


def do_not_wait(work: Work, case: Case, part: Part) -> None:
    """Three days for a decision are too long where a life or many people's wages wait."""
    if case.level in _GRAVE:
        ask_another(work, case, part)


def hasten(work: Work, case: Case) -> None:
    """The level was raised: whoever holds an untaken offer is shown it now, and is to answer as fast as it says (law 3)."""
    for assignment in assignments_of(work, case):
        if assignment.state in _UNTAKEN and assignment.challenged_at is None:
            clocks.hasten(work, case, assignment)
            show_again(work, case, assignment)
    for part in Part:
        do_not_wait(work, case, part)


def contact_anew(work: Work, case: Case) -> Assignment | None:
    """The parties are to be contacted by a day: by whoever may act, and is given here; else by the next of the line.

    Of a challenged one the clock begins and rests, until it is decided whether he keeps the case.
    """
    assignment = acting(work, case, Part.MEDIATOR)
    held = [
        one
        for one in assignments_of(work, case)
        if one.part is Part.MEDIATOR and one.is_live and one.challenged_at is not None
    ]
    for due in [*held, *([assignment] if assignment else [])]:
        clocks.stop(work, case, Clock.FIRST_CONTACT, assignment=due)
        clocks.start(work, case, Clock.FIRST_CONTACT, at=work.now, assignment=due)
        if due.challenged_at is not None:
            clocks.pause(work, case, Clock.FIRST_CONTACT, assignment=due)
    if held and assignment is None:
        ask_another(work, case, Part.MEDIATOR)
    elif assignment is None:
        offer_next(work, case, Part.MEDIATOR)
    return assignment
