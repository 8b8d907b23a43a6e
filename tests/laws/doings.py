"""What people do with a case: for each right of the matrix the action that uses it."""

from collections.abc import Callable
from datetime import timedelta

from cases.access import Doing, access_case
from cases.actions import (
    assignment,
    challenging,
    closing,
    concerned,
    freezing,
    guidance,
    intake,
    mediation,
    naming_office,
    placing,
    promise,
    raising,
    referring,
    reopening,
    supervision,
    tasks,
    term,
    visits,
    withdrawing,
)
from cases.actions.proposals import Said
from models.person import Person
from models.vocabulary import (
    Challenge,
    ContactResult,
    Kept,
    Level,
    Organ,
    Outcome,
    Part,
    Pause,
    Raise,
    Station,
    Tie,
    Visit,
)
from tests.planted import Planted

Action = Callable[[Planted, Person], object]

_SOON = timedelta(days=3)


def _case_of(found: Planted) -> int:
    return found.case.id


ACTIONS: dict[Doing, Action] = {
    Doing.SEE: lambda on, by: access_case(on.work, _case_of(on), by=by, doing=Doing.SEE),
    Doing.OPEN: lambda on, by: access_case(on.work, _case_of(on), by=by, doing=Doing.OPEN),
    Doing.TAKE: lambda on, by: assignment.take(on.work, on.part_of(by).id, by),
    Doing.TAKE_FOR: lambda on, by: assignment.take_for(
        on.work, on.part_of(on.people["judge"]).id, by
    ),
    Doing.RETURN: lambda on, by: assignment.give_back(on.work, on.part_of(by).id, by, "no_time"),
    Doing.DECLARE: lambda on, by: assignment.declare_tie(
        on.work, on.part_of(by).id, by, next(iter(Tie))
    ),
    Doing.RECORD: lambda on, by: mediation.record_contact(
        on.work, _case_of(on), by, ContactResult.REACHED
    ),
    Doing.AGREE: lambda on, by: mediation.agree(
        on.work, _case_of(on), by, terms="修好", promised_on=on.work.today + _SOON
    ),
    Doing.INVITE: lambda on, by: mediation.invite_other_side(on.work, _case_of(on), by),
    Doing.ADD: lambda on, by: intake.add_to_case(on.work, _case_of(on), by, words="还有"),
    Doing.SUSPEND: lambda on, by: term.suspend(on.work, _case_of(on), by, Pause.EXPERT),
    Doing.EXTEND: lambda on, by: term.extend(
        on.work, _case_of(on), by, on.work.today + _SOON, "双方同意"
    ),
    Doing.REFER: lambda on, by: referring.refer(on.work, _case_of(on), by, Organ.COURT, "已起诉"),
    Doing.CLOSE: lambda on, by: closing.propose_closing(
        on.work, _case_of(on), by, Outcome.NOT_REACHED, Said("谈不拢")
    ),
    Doing.ANSWER: lambda on, by: promise.answer_kept(on.work, _case_of(on), by, Kept.ALL),
    Doing.RAISE: lambda on, by: raising.whistle(
        on.work, _case_of(on), by, to=Level.ORANGE, why=next(iter(Raise))
    ),
    Doing.VISIT: lambda on, by: visits.record_visit(on.work, _case_of(on), by, next(iter(Visit))),
    Doing.CALL_TOGETHER: lambda on, by: concerned.call_together(on.work, _case_of(on), by),
    Doing.LEAVE: lambda on, by: concerned.leave(on.work, _case_of(on), by),
    Doing.GUIDE: lambda on, by: guidance.guide(on.work, _case_of(on), by, "先看现场"),
    Doing.WITHDRAW: lambda on, by: withdrawing.withdraw(on.work, _case_of(on), by),
    Doing.CHALLENGE: lambda on, by: challenging.challenge(
        on.work, on.part_of(on.people["mediator"]).id, by, Challenge.UNFAIR, "不公"
    ),
    Doing.REOPEN: lambda on, by: reopening.reopen(on.work, _case_of(on), by, words="又漏了"),
    Doing.APPROVE: lambda on, by: closing.approve_closing(on.work, _case_of(on), by),
    Doing.DO_TASK: lambda on, by: tasks.finish_task(on.work, on.task.id, by),
    Doing.REASSIGN_MEDIATOR: lambda on, by: supervision.reassign(
        on.work, _case_of(on), by, Part.MEDIATOR, to=on.scene.town.mediator, reason="忙"
    ),
    Doing.REASSIGN_JUDGE: lambda on, by: supervision.reassign(
        on.work, _case_of(on), by, Part.JUDGE, to=on.scene.town.assistant, reason="忙"
    ),
    Doing.ORDER_MEDIATOR: lambda on, by: supervision.order(
        on.work, _case_of(on), by, Part.MEDIATOR, reason="快办", due=on.work.now + _SOON
    ),
    Doing.ORDER_JUDGE: lambda on, by: supervision.order(
        on.work, _case_of(on), by, Part.JUDGE, reason="快办", due=on.work.now + _SOON
    ),
    Doing.REQUEST: lambda on, by: supervision.request(on.work, _case_of(on), by, "请指导"),
    Doing.THAW_MEDIATOR: lambda on, by: freezing.thaw(
        on.work, _case_of(on), by, Part.MEDIATOR, "可以办"
    ),
    Doing.THAW_JUDGE: lambda on, by: freezing.thaw(
        on.work, _case_of(on), by, Part.JUDGE, "可以办"
    ),
    Doing.FREEZE_JUDGE: lambda on, by: freezing.freeze_judge(on.work, _case_of(on), by, "逾期"),
    Doing.NAME_OFFICE: lambda on, by: naming_office.name_office(
        on.work, _case_of(on), by, Station.STREET_OFFICE
    ),
    Doing.PLACE: lambda on, by: placing.place(on.work, _case_of(on), by, on.scene.town.far_grid),
}
