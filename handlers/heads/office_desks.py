"""What heads, the duty desk and administrators tap and say beside the common desk: a part of the switchboard.

Somebody with several duties begins at the highest, and turns to the others by a button.
"""

from collections.abc import Callable

from handlers.buttons import NotAButton, Tap, Verb
from handlers.desk import desk
from handlers.dialogue import Step, Talk
from handlers.heads import administer, asking_who, deciding, duty_desk, rota_desk, supervise
from models.vocabulary import Role

#: The desks in the order in which somebody is shown them.
_OF_ROLE = {
    "head": Role.SUPERVISOR,
    "court": Role.COURT_SUPERVISOR,
    "duty": Role.COORDINATOR,
    "admin": Role.ADMINISTRATOR,
}


def home(talk: Talk) -> None:
    """Where somebody of the office begins: the highest desk, else what is in hand."""
    talk.fresh()
    pages = _pages(talk)
    _show(talk, pages[0], pages)


def turn_to(talk: Talk, tap: Tap) -> None:
    """Another of one's own desks."""
    pages = _pages(talk)
    if tap.arg not in {*_OF_ROLE, "hand"}:
        raise NotAButton(tap.arg)
    talk.fresh()
    _show(talk, tap.arg if tap.arg in pages else pages[0], pages)


def _pages(talk: Talk) -> list[str]:
    held = [page for page, role in _OF_ROLE.items() if role in talk.roles]
    return [*held, "hand"] if not held or desk.has_in_hand(talk) else held


def _show(talk: Talk, page: str, pages: list[str]) -> None:
    others = [other for other in pages if other != page]
    if page in {"head", "court"}:
        supervise.home(talk, page, others)
    elif page == "duty":
        duty_desk.home(talk, others)
    elif page == "admin":
        administer.home(talk, others)
    else:
        desk.home(talk)


TAPS: dict[Verb, Callable[[Talk, Tap], None]] = {
    Verb.PAGE: turn_to,
    Verb.LATE: supervise.late_page,
    Verb.CASES: supervise.case_list,
    Verb.MONTH: supervise.month,
    Verb.MONTH_LIST: supervise.month_list,
    Verb.REASSIGN: deciding.ask_whom,
    Verb.REASSIGN_TO: deciding.whom_tapped,
    Verb.ORDER: deciding.ask_order,
    Verb.ORDER_DUE: deciding.day_tapped,
    Verb.REQUEST: deciding.ask_request,
    Verb.THAW: deciding.ask_thaw,
    Verb.FREEZE: deciding.ask_freeze,
    Verb.WHO: asking_who.tapped,
    Verb.WHO_KIND: asking_who.kinds,
    **rota_desk.TAPS,
    **duty_desk.TAPS,
    **administer.TAPS,
}

STEPS: dict[Step, Callable[[Talk], None]] = {
    Step.HEAD_REASON: deciding.reason_said,
    Step.ORDER_DUE: deciding.day_said,
    Step.WHO_PLACE: asking_who.place_said,
}
