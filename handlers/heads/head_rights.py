"""What a head is offered in a case's menu: of judges to the court's own head alone (law 14)."""

from cases.access import MAY, Doing
from cases.actions.freezing import THAW
from cases.actions.supervision import ORDER, REASSIGN
from cases.views import CaseView, HandlerView
from models.vocabulary import CLOSED, Part


def may_reassign(case: CaseView, part: Part) -> bool:
    return _may(case, REASSIGN[part]) and not (case.guarded and part is Part.JUDGE)


def may_order(case: CaseView, part: Part) -> bool:
    return _may(case, ORDER[part]) and _of(case, part) is not None


def may_thaw(case: CaseView, part: Part) -> bool:
    return _may(case, THAW[part]) and part in case.frozen_parts


def may_freeze(case: CaseView) -> bool:
    judge = case.judge
    return _may(case, Doing.FREEZE_JUDGE) and judge is not None and not judge.frozen


def may_request(case: CaseView) -> bool:
    return _may(case, Doing.REQUEST) and case.judge is not None and not case.guarded


def may_place(case: CaseView) -> bool:
    return _may(case, Doing.PLACE) and case.place.street is None


def _may(case: CaseView, doing: Doing) -> bool:
    return bool(case.relations & MAY[doing]) and case.stage not in CLOSED


def _of(case: CaseView, part: Part) -> HandlerView | None:
    return case.judge if part is Part.JUDGE else case.mediator
