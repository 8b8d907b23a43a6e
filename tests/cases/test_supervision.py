"""Heads decide, each about their own: reassigning, orders and answers, requests, freezes (law 14)."""

from datetime import timedelta
from itertools import product

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cases.access import MAY, Doing, Relation
from cases.actions.assignment import give_back, take
from cases.actions.closing import close
from cases.actions.freezing import freeze_judge, thaw
from cases.actions.intake import add_to_case
from cases.actions.mediation import agree, note, record_contact
from cases.actions.supervision import candidates, order, reassign, request
from cases.actions.tasks import finish_task
from cases.case_views import case_view
from cases.errors import Frozen, MoveNotAllowed, NoReason, NotYours, StaleTap
from cases.journal import SHRED, EventKind, Shred
from cases.outbox import NoticeKind
from cases.overview import Delay, late, red, waiting
from models.assignment import Assignment
from models.case import Case
from models.task import Task
from models.vocabulary import (
    AssignmentState,
    Clock,
    ContactResult,
    Level,
    Outcome,
    Part,
    Role,
    TaskKind,
    TaskState,
)
from tests.factories import BEATEN, LEAK, WAGES
from tests.scene import Scene

EVERYBODY = (
    "mediator",
    "deputy",
    "judge",
    "assistant",
    "supervisor",
    "court_supervisor",
    "coordinator",
    "night_desk",
    "officer",
)


def taken(scene: Scene, part: Part = Part.MEDIATOR, matter: str = LEAK) -> Case:
    case = scene.case(matter=matter)
    (offer,) = scene.offers(case, part)
    take(scene.work, offer.id, offer.person)
    return case


def held(scene: Scene, case: Case, part: Part = Part.MEDIATOR) -> Assignment:
    return next(one for one in reversed(scene.offers(case, part)) if one.is_live)


def tasks(scene: Scene, case: Case, kind: TaskKind) -> list[Task]:
    return scene.session.query(Task).filter_by(case_id=case.id, kind=kind).all()


# Another handler


def test_a_reassigned_part_starts_clocks_of_its_own_and_the_case_keeps_its_own(scene: Scene):
    case = taken(scene)
    (term,) = scene.running(case, Clock.MEDIATION_TERM)
    turn, due = case.turn, term.due_at
    scene.wait(timedelta(hours=3))
    head = scene.person(scene.town.supervisor)

    reassign(
        scene.work,
        case.id,
        head,
        Part.MEDIATOR,
        to=scene.town.deputy,
        reason="忙不过来",
        turn=turn,
    )

    old, new = scene.offers(case)
    assert (old.state, new.state) == (AssignmentState.RELEASED, AssignmentState.OFFERED)
    assert new.person_id == scene.town.deputy
    assert case.turn > turn
    clocks = {one.clock: one for one in scene.running(case) if one.assignment_id == new.id}
    assert set(clocks) == {Clock.ACKNOWLEDGE, Clock.FIRST_CONTACT}
    assert all(one.started_at >= scene.now for one in clocks.values())
    assert [one.due_at for one in scene.running(case, Clock.MEDIATION_TERM)] == [due]
    assert not [one for one in scene.running(case) if one.assignment_id == old.id]


def test_both_and_the_reporter_are_told_and_the_reason_is_kept_as_words(scene: Scene):
    case = taken(scene)
    head = scene.person(scene.town.supervisor)

    reassign(scene.work, case.id, head, Part.MEDIATOR, to=scene.town.deputy, reason="同住一楼")

    assert scene.told(case, NoticeKind.REASSIGNED, scene.town.mediator)
    assert scene.told(case, NoticeKind.OFFER, scene.town.deputy)
    assert scene.told(case, NoticeKind.HANDLER_CHANGED, case.reporter_id)
    (event,) = scene.events(case, EventKind.REASSIGNED)
    assert (event.facts or {})["reason"] == "同住一楼"
    assert SHRED[EventKind.REASSIGNED] is Shred.EMPTY


def test_candidates_come_by_the_route_without_a_side_and_whoever_had_it(scene: Scene):
    deputy = scene.person(scene.town.deputy)
    case = scene.case(deputy)  # the deputy's own dispute

    picks = candidates(scene.work, case, Part.MEDIATOR)

    people = [pick.person_id for pick in picks]
    assert people[0] == scene.town.korean_mediator
    assert not {scene.town.mediator, scene.town.deputy} & set(people)
    assert len(people) <= 5
    assert all(pick.why for pick in picks)


def test_a_second_tap_reassigns_once_and_an_older_button_not_at_all(scene: Scene):
    case = taken(scene)
    turn, head = case.turn, scene.person(scene.town.supervisor)

    for _ in range(2):
        reassign(
            scene.work, case.id, head, Part.MEDIATOR, to=scene.town.deputy, reason="忙", turn=turn
        )
    assert len(scene.events(case, EventKind.REASSIGNED)) == 1
    with pytest.raises(StaleTap):
        reassign(
            scene.work,
            case.id,
            scene.person(scene.town.coordinator),
            Part.MEDIATOR,
            to=scene.town.korean_mediator,
            reason="忙",
            turn=turn,
        )


def test_work_that_was_his_goes_with_the_part(scene: Scene):
    case = scene.case(phone="13944300000")
    head = scene.person(scene.town.supervisor)

    reassign(scene.work, case.id, head, Part.MEDIATOR, to=scene.town.deputy, reason="出差")

    assert [one.person_id for one in tasks(scene, case, TaskKind.CALL)] == [scene.town.deputy]


def test_a_frozen_head_does_not_pass_his_own_case_on(scene: Scene):
    case = scene.case()
    head = scene.person(scene.town.supervisor)
    reassign(scene.work, case.id, head, Part.MEDIATOR, to=head.id, reason="我来")
    held(scene, case).frozen_at = scene.now

    with pytest.raises(Frozen):
        reassign(scene.work, case.id, head, Part.MEDIATOR, to=scene.town.deputy, reason="不办了")


@pytest.mark.parametrize("reason", ["", "  \n"])
def test_nothing_is_decided_without_a_reason(scene: Scene, reason: str):
    case = taken(scene)
    head = scene.person(scene.town.supervisor)
    tomorrow = scene.now + timedelta(days=1)

    with pytest.raises(NoReason):
        reassign(scene.work, case.id, head, Part.MEDIATOR, to=scene.town.deputy, reason=reason)
    with pytest.raises(NoReason):
        order(scene.work, case.id, head, Part.MEDIATOR, reason=reason, due=tomorrow)
    with pytest.raises(NoReason):
        request(scene.work, case.id, head, reason)
    with pytest.raises(NoReason):
        thaw(scene.work, case.id, head, Part.MEDIATOR, reason)


def test_the_gate_reads_a_heads_reason(scene: Scene):
    case = taken(scene)
    head = scene.person(scene.town.supervisor)

    reassign(
        scene.work, case.id, head, Part.MEDIATOR, to=scene.town.deputy, reason="他拿刀要砍死邻居"
    )

    assert case.level is Level.RED


# Orders and requests


def test_an_order_is_answered_by_whoever_got_it_and_the_head_is_told(scene: Scene):
    case = taken(scene)
    head = scene.person(scene.town.supervisor)
    due = scene.now + timedelta(days=1)

    given = order(scene.work, case.id, head, Part.MEDIATOR, reason="今天联系双方", due=due)

    assert given.person_id == scene.town.mediator
    (clock,) = [one for one in scene.running(case, Clock.TASK) if one.task_id == given.id]
    assert clock.due_at == due
    for outsider in (head, scene.person(scene.town.coordinator)):
        with pytest.raises(NotYours):
            finish_task(scene.work, given.id, outsider, "办了")
    with pytest.raises(NoReason):
        finish_task(scene.work, given.id, scene.person(scene.town.mediator))
    finish_task(scene.work, given.id, scene.person(scene.town.mediator), "双方都联系上了")
    assert given.state is TaskState.DONE
    assert scene.told(case, NoticeKind.TASK_ANSWERED, head.id)
    (line,) = case_view(scene.work, case, head).orders
    assert line.answer == "双方都联系上了"


def test_an_order_without_an_answer_climbs_and_stays_with_whoever_got_it(scene: Scene):
    case = taken(scene)
    head = scene.person(scene.town.supervisor)
    given = order(
        scene.work,
        case.id,
        head,
        Part.MEDIATOR,
        reason="今天联系",
        due=scene.now + timedelta(hours=5),
    )

    scene.wait(timedelta(hours=6))

    told = {
        one.person_id
        for one in scene.told(case, NoticeKind.ESCALATED)
        if one.facts.get("why") == "order_unanswered"
    }
    assert told == {head.id, scene.town.coordinator}
    assert given.person_id == scene.town.mediator
    line = next(one for one in late(scene.work, head, Role.SUPERVISOR) if one.clock is Clock.TASK)
    assert (line.person_id, line.why) == (scene.town.mediator, Delay.NOT_DONE)


def test_an_order_stands_in_the_dossier_and_no_party_sees_it(scene: Scene):
    case = taken(scene)
    head = scene.person(scene.town.supervisor)
    order(
        scene.work,
        case.id,
        head,
        Part.MEDIATOR,
        reason="今天联系",
        due=scene.now + timedelta(days=1),
    )

    staff = case_view(scene.work, case, scene.person(scene.town.mediator))
    party = case_view(scene.work, case, case.reporter)

    assert [one.words for one in staff.orders] == ["今天联系"]
    assert party.orders == ()
    assert not [
        one for one in scene.told(case, NoticeKind.TASK) if one.person_id == case.reporter_id
    ]


def test_a_request_is_answered_by_an_order_to_the_judge(scene: Scene):
    case = taken(scene, Part.JUDGE)
    centre, court = (
        scene.person(scene.town.supervisor),
        scene.person(scene.town.court_supervisor),
    )
    asked = request(scene.work, case.id, centre, "法官三天没有回话")
    assert (asked.person_id, waiting(scene.work, court, Role.COURT_SUPERVISOR)) == (
        court.id,
        [case.id],
    )

    order(
        scene.work,
        case.id,
        court,
        Part.JUDGE,
        reason="明天前回话",
        due=scene.now + timedelta(days=1),
    )

    assert asked.state is TaskState.DONE
    assert scene.told(case, NoticeKind.TASK_ANSWERED, centre.id)
    assert waiting(scene.work, court, Role.COURT_SUPERVISOR) == []


def test_a_request_without_an_answer_comes_back_to_the_centre(scene: Scene):
    case = taken(scene, Part.JUDGE)
    centre = scene.person(scene.town.supervisor)
    request(scene.work, case.id, centre, "法官三天没有回话")

    scene.wait(timedelta(days=8))

    assert [
        one
        for one in scene.told(case, NoticeKind.ESCALATED, centre.id)
        if one.facts.get("why") == "request_unanswered"
    ]


# Freezes


def frozen(scene: Scene) -> Case:
    """Taken, and the mediation term has passed."""
    case = taken(scene)
    record_contact(scene.work, case.id, held(scene, case).person, ContactResult.REACHED)
    scene.wait(timedelta(days=40))
    assert held(scene, case).frozen_at is not None
    return case


def test_a_freeze_is_lifted_with_a_reason_and_no_clock_restarts(scene: Scene):
    case = frozen(scene)
    handler, head = held(scene, case), scene.person(scene.town.supervisor)
    before = {(one.id, one.due_at) for one in scene.running(case)}
    with pytest.raises(Frozen):
        give_back(scene.work, handler.id, handler.person, "no_time")

    thaw(scene.work, case.id, head, Part.MEDIATOR, "对方出院了")

    assert handler.frozen_at is None
    assert scene.told(case, NoticeKind.UNFROZEN, handler.person_id)
    assert len(scene.events(case, EventKind.UNFROZEN)) == 1
    assert {(one.id, one.due_at) for one in scene.running(case)} == before
    thaw(scene.work, case.id, head, Part.MEDIATOR, "对方出院了")  # a second tap
    assert len(scene.events(case, EventKind.UNFROZEN)) == 1
    give_back(scene.work, handler.id, handler.person, "no_time")


def test_freezing_never_stops_recording(scene: Scene):
    case = frozen(scene)
    mediator = held(scene, case).person

    record_contact(scene.work, case.id, mediator, ContactResult.NO_ANSWER)
    note(scene.work, case.id, mediator, "去了一趟")
    agree(
        scene.work,
        case.id,
        mediator,
        terms="修好天花板",
        promised_on=scene.work.today + timedelta(days=3),
    )
    add_to_case(scene.work, case.id, case.reporter, words="谢谢")

    assert scene.events(case, EventKind.AGREED)


def test_a_judge_is_frozen_by_the_courts_own_head_and_may_still_record(scene: Scene):
    case = taken(scene, Part.JUDGE)
    court, judge = scene.person(scene.town.court_supervisor), held(scene, case, Part.JUDGE)

    freeze_judge(scene.work, case.id, court, "三天没有回话")

    assert judge.frozen_at is not None
    assert scene.told(case, NoticeKind.FROZEN, judge.person_id)
    note(scene.work, case.id, judge.person, "已指导")
    with pytest.raises(Frozen):
        give_back(scene.work, judge.id, judge.person, "no_time")
    thaw(scene.work, case.id, court, Part.JUDGE, "已说明")
    assert judge.frozen_at is None


def test_nobody_lifts_his_own_freeze_nor_orders_himself(scene: Scene):
    case = scene.case()
    head = scene.person(scene.town.supervisor)
    reassign(scene.work, case.id, head, Part.MEDIATOR, to=head.id, reason="我来")
    held(scene, case).frozen_at = scene.now

    with pytest.raises(NotYours):
        thaw(scene.work, case.id, head, Part.MEDIATOR, "可以")
    with pytest.raises(NotYours):
        order(
            scene.work,
            case.id,
            head,
            Part.MEDIATOR,
            reason="办",
            due=scene.now + timedelta(days=1),
        )


# Law 14: no path by which the centre freezes, orders or reassigns a judge

ABOUT_JUDGES = {
    Doing.REASSIGN_JUDGE,
    Doing.ORDER_JUDGE,
    Doing.THAW_JUDGE,
    Doing.FREEZE_JUDGE,
}


def test_about_judges_only_the_courts_own_head_may_decide():
    assert all(MAY[doing] == {Relation.COURT_SUPERVISOR} for doing in ABOUT_JUDGES)
    assert not any(
        Relation.COURT_SUPERVISOR in MAY[doing]
        for doing in (Doing.REASSIGN_MEDIATOR, Doing.ORDER_MEDIATOR, Doing.THAW_MEDIATOR)
    )


def _attempts(scene: Scene, case: Case, who: str) -> dict[str, object]:
    by, day = scene.person(getattr(scene.town, who)), scene.now + timedelta(days=1)
    work, judge = scene.work, Part.JUDGE
    others = [pick.person_id for pick in candidates(work, case, judge)]
    return {
        "reassign": lambda: reassign(work, case.id, by, judge, to=others[0], reason="换人"),
        "order": lambda: order(work, case.id, by, judge, reason="办", due=day),
        "freeze": lambda: freeze_judge(work, case.id, by, "冻结"),
        "thaw": lambda: thaw(work, case.id, by, judge, "解冻"),
    }


@given(
    st.lists(
        st.sampled_from(list(product(EVERYBODY, ("reassign", "order", "freeze", "thaw")))),
        max_size=12,
    ),
    st.booleans(),
)
@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
def test_nobody_of_the_centre_decides_about_a_judge(
    scene: Scene, tried: list[tuple[str, str]], reported: bool
):
    with scene.session.begin_nested() as nested:
        case = taken(scene, Part.JUDGE, LEAK if reported else WAGES)
        judge = held(scene, case, Part.JUDGE)
        for who, what in tried:
            if who == "court_supervisor":
                continue
            with pytest.raises((NotYours, StaleTap)):
                _attempts(scene, case, who)[what]()  # type: ignore[operator]

        assert (judge.state, judge.frozen_at) == (AssignmentState.TAKEN, None)
        assert tasks(scene, case, TaskKind.ORDER) == []
        assert not scene.events(case, EventKind.REASSIGNED)
        nested.rollback()


def test_no_clock_freezes_a_judge(scene: Scene):
    case = scene.case()

    scene.wait(timedelta(days=60))

    assert all(one.frozen_at is None for one in scene.offers(case, Part.JUDGE))


# What a head sees


def test_what_is_late_says_with_whom_which_clock_and_why(scene: Scene):
    case = scene.case()
    (offer,) = scene.offers(case)
    head = scene.person(scene.town.supervisor)
    assert late(scene.work, head, Role.SUPERVISOR) == []

    scene.wait(timedelta(hours=25))

    lines = late(scene.work, head, Role.SUPERVISOR)
    mine = next(one for one in lines if one.person_id == offer.person_id)
    assert (mine.case_id, mine.clock, mine.why) == (case.id, Clock.ACKNOWLEDGE, Delay.NOT_OPENED)
    assert mine.since <= scene.now
    assert lines == sorted(lines, key=lambda one: (one.level is not Level.RED, one.since))


def test_the_court_sees_what_judges_owe_and_nothing_of_mediators(scene: Scene):
    scene.case()
    scene.wait(timedelta(days=4))
    centre, court = scene.person(scene.town.supervisor), scene.person(scene.town.court_supervisor)

    assert {one.part for one in late(scene.work, court, Role.COURT_SUPERVISOR)} == {Part.JUDGE}
    assert Part.MEDIATOR in {one.part for one in late(scene.work, centre, Role.SUPERVISOR)}


def test_what_was_done_late_is_late_no_more(scene: Scene):
    case = scene.case()
    scene.wait(timedelta(days=4))
    current = held(scene, case)
    take(scene.work, current.id, current.person)
    record_contact(scene.work, case.id, current.person, ContactResult.REACHED)
    judge = held(scene, case, Part.JUDGE)
    take(scene.work, judge.id, judge.person)

    assert late(scene.work, scene.person(scene.town.supervisor), Role.SUPERVISOR) == []


def test_every_danger_stands_on_the_desk_and_only_of_the_own_areas(scene: Scene):
    danger = scene.case(matter=BEATEN)
    scene.case()

    assert red(scene.work, scene.person(scene.town.supervisor), Role.SUPERVISOR) == [danger.id]
    with pytest.raises(NotYours):
        red(scene.work, scene.person(scene.town.mediator), Role.SUPERVISOR)


def test_a_closed_case_is_decided_about_no_more(scene: Scene):
    case = taken(scene)
    close(scene.work, case, Outcome.WITHDRAWN, case.reporter)
    head = scene.person(scene.town.supervisor)

    with pytest.raises(MoveNotAllowed):
        reassign(scene.work, case.id, head, Part.MEDIATOR, to=scene.town.deputy, reason="换")
    assert not scene.running(case)
