"""The judge's offers one after the other in one message, the assistant's tap for him, and recusals."""

from sqlalchemy import select

from cases.access import hold_cases
from cases.actions import assignment
from cases.morning_card import offered_with_digest
from handlers.buttons import Tap
from handlers.dialogue import Talk
from handlers.screens import Screen
from models.assignment import Assignment
from models.case import Case
from models.vocabulary import AssignmentState, Part, Tie

#: Behind a button's argument: the next offer is shown in place when this one is done with.
NEXT = "-n"


def show_next(talk: Talk, tap: Tap) -> None:
    """The offer after this one; from the beginning for 0."""
    _show_after(talk, tap.id)


def take_and_next(talk: Talk, tap: Tap) -> None:
    assignment.take(talk.work, tap.id, talk.person)
    _show_after(talk, tap.id)


def ask_back_why(talk: Talk, tap: Tap) -> None:
    assignment.check_may_give_back(talk.work, tap.id, talk.person)
    talk.edit(Screen.BACK_WHY, assignment=tap.id, next=tap.arg == NEXT)


def give_back(talk: Talk, tap: Tap) -> None:
    """A recusal ends the access at once, and asks one thing more; any other reason is enough."""
    reason = tap.arg.removesuffix(NEXT)
    case = assignment.give_back(talk.work, tap.id, talk.person, reason)
    goes_on = tap.arg.endswith(NEXT)
    if reason == "related":
        talk.edit(Screen.RECUSED_TIE, case=case, assignment=tap.id, next=goes_on)
    elif goes_on:
        _show_after(talk, tap.id)
    else:
        talk.edit(Screen.CARD, case=case)


def declare_tie(talk: Talk, tap: Tap) -> None:
    tie = Tie(tap.arg.removesuffix(NEXT))
    case = assignment.declare_tie(talk.work, tap.id, talk.person, tie)
    if tap.arg.endswith(NEXT):
        _show_after(talk, tap.id)
    else:
        talk.edit(Screen.RECUSED, case=case)


def take_all(talk: Talk, tap: Tap) -> None:
    """Report in to every case that the card showed, and to none that came after it: `id` is the last one shown."""
    shown = [one for one in waiting(talk) if one.id <= tap.id]
    hold_cases(talk.work, (one.case_id for one in shown))
    for one in shown:
        assignment.take(talk.work, one.id, talk.person)
    talk.edit(Screen.TAKEN_ALL, count=len(shown), left=len(waiting(talk)))


def take_for(talk: Talk, tap: Tap) -> None:
    case = assignment.take_for(talk.work, tap.id, talk.person)
    talk.edit(Screen.CARD, case=case)


def waiting(talk: Talk) -> list[Assignment]:
    """The judge's offers that wait on the card of the morning, in its order."""
    rows = talk.work.session.scalars(
        select(Assignment)
        .where(
            Assignment.person_id == talk.person.id,
            Assignment.case_id.in_(offered_with_digest(talk.work, talk.person.id)),
            Assignment.part == Part.JUDGE,
            Assignment.state.in_([AssignmentState.OFFERED, AssignmentState.SEEN]),
        )
        .order_by(Assignment.id)
    )
    return list(rows)


def _show_after(talk: Talk, last: int) -> None:
    left = waiting(talk)
    following = next((one for one in left if one.id > last), None)
    if following is None:
        talk.edit(Screen.ONE_BY_ONE_END, left=len(left))
        return
    case = talk.work.session.get_one(Case, following.case_id)
    assignment.see(talk.work, case, talk.person)
    talk.edit(
        Screen.ONE_BY_ONE,
        case=case,
        assignment=following.id,
        rest=sum(one.id > following.id for one in left),
    )
