"""What happens when a clock's rung is due, on time and after a gap: nobody forgotten, nobody flooded (laws 2 to 4, 6, 13)."""

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cases.actions.assignment import take
from cases.actions.joining import join_as_other_side
from cases.actions.mediation import agree, invite_other_side, record_contact
from cases.actions.raising import raise_level
from cases.actions.tasks import finish_task
from cases.journal import EventKind
from cases.outbox import NoticeKind
from cases.sweep import due_cases, next_due, sweep_case
from cases.urgency import gate
from models.case import Case
from models.notice import Notice
from models.party import Party
from models.task import Task
from models.vocabulary import (
    Channel,
    Clock,
    ClockState,
    ContactResult,
    Part,
    Side,
    TaskKind,
    TaskState,
    Urgent,
)
from tests.factories import BEATEN, LEAK, WAGES
from tests.scene import Scene

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def agreed(scene: Scene) -> Case:
    case = scene.case()
    (offer,) = scene.offers(case)
    take(scene.work, offer.id, offer.person)
    record_contact(scene.work, case.id, offer.person, ContactResult.REACHED)
    _, secret = invite_other_side(scene.work, case.id, offer.person)
    join_as_other_side(scene.work, secret, scene.person(name="李强"))
    day = scene.work.today + 5 * DAY
    agree(scene.work, case.id, offer.person, terms="修好", promised_on=day)
    return case


def test_a_beat_with_nothing_due_does_nothing(scene: Scene):
    case = scene.case()
    before = len(scene.events(case))

    assert due_cases(scene.session, scene.now, 100) == []
    sweep_case(scene.work, case.id)

    assert len(scene.events(case)) == before


def test_two_beats_at_one_instant_fire_each_rung_once(scene: Scene):
    case = scene.case()
    coming = next_due(scene.session, scene.now)
    assert coming is not None
    scene.jump(coming - scene.now)
    before = len(scene.events(case))

    scene.beat()

    assert len(scene.events(case)) == before
    assert due_cases(scene.session, scene.now, 100) == []


def test_the_longest_overdue_come_first_and_no_more_than_asked(scene: Scene):
    first = scene.case()
    scene.wait(HOUR)
    second = scene.case()
    later = scene.now + 3 * DAY

    assert due_cases(scene.session, later, 100) == [first.id, second.id]
    assert due_cases(scene.session, later, 1) == [first.id]


@pytest.mark.parametrize("prompt", [True, False], ids=["every beat", "one beat late"])
@pytest.mark.parametrize("matter", [LEAK, WAGES, BEATEN])
def test_an_offer_nobody_answers_reaches_a_head_and_the_next_person(
    scene: Scene, matter: str, prompt: bool
):
    case = scene.case(matter=matter)
    first = scene.offers(case)[0].person_id

    (scene.wait if prompt else scene.jump)(2 * DAY)

    offered = [one.person_id for one in scene.offers(case)]
    assert offered[0] == first
    assert len(offered) > 1
    assert scene.told(case, NoticeKind.ESCALATED)
    assert scene.running(case)


def test_after_a_gap_nobody_is_frozen_for_a_warning_he_never_got(scene: Scene):
    case = scene.case()

    scene.jump(10 * DAY)

    assert all(
        one.frozen_at is None for one in (*scene.offers(case), *scene.offers(case, Part.JUDGE))
    )
    late = [
        event
        for event in scene.events(case, EventKind.REMINDED)
        if (event.facts or {}).get("late")
    ]
    assert late


def test_after_a_gap_of_weeks_each_question_is_asked_once(scene: Scene):
    case = agreed(scene)

    scene.jump(60 * DAY)

    for kind in (NoticeKind.FOLLOW_UP_QUESTION, NoticeKind.GUIDE):
        assert len(scene.told(case, kind, case.reporter_id)) == 1
    assert len(scene.told(case, NoticeKind.KEPT_QUESTION, case.reporter_id)) == 1
    assert len(scene.told(case, NoticeKind.PROMISE_SOON)) == 0


def test_after_a_gap_of_months_one_review_is_due_and_not_one_for_each_week(scene: Scene):
    case = agreed(scene)
    scene.wait(120 * DAY)
    assert scene.running(case, Clock.WEEKLY_REVIEW)
    before = len(scene.told(case, NoticeKind.REVIEW))

    scene.jump(70 * DAY)
    for _ in range(5):
        scene.beat()

    assert len(scene.told(case, NoticeKind.REVIEW)) == before + 1
    assert len(scene.running(case, Clock.WEEKLY_REVIEW)) == 1


def test_a_prompt_review_comes_every_week(scene: Scene):
    case = agreed(scene)
    scene.wait(120 * DAY)
    before = len(scene.told(case, NoticeKind.REVIEW))

    scene.wait(28 * DAY)

    assert len(scene.told(case, NoticeKind.REVIEW)) == before + 4


def test_the_two_sides_are_asked_and_silence_goes_on_by_telephone(scene: Scene):
    case = agreed(scene)

    scene.wait(7 * DAY)
    asked = {one.person_id for one in scene.told(case, NoticeKind.KEPT_QUESTION)}
    assert len(asked) == 2

    scene.wait(7 * DAY)
    calls = scene.session.query(Task).filter_by(case_id=case.id, kind=TaskKind.CALL).all()
    assert [call.person_id for call in calls] == [scene.town.mediator]
    assert case.is_open


def test_a_side_without_a_chat_is_asked_by_the_mediator(scene: Scene):
    case = scene.case()
    (offer,) = scene.offers(case)
    take(scene.work, offer.id, offer.person)
    agree(scene.work, case.id, offer.person, terms="修好", promised_on=scene.work.today + 2 * DAY)

    scene.wait(5 * DAY)

    tasks = scene.session.query(Task).filter_by(case_id=case.id, kind=TaskKind.READ_ALOUD).all()
    assert [task.facts["side"] for task in tasks] == [Side.OTHER]


def test_a_case_that_becomes_one_of_danger_is_followed_by_a_human_only(scene: Scene):
    """The clocks of the promise began before; from the raise on nothing goes to either side (law 13)."""
    case = agreed(scene)
    raise_level(scene.work, case, gate(BEATEN), case.reporter, BEATEN)
    last = scene.session.query(Notice).order_by(Notice.id.desc()).first()
    assert last is not None

    scene.wait(100 * DAY)

    sides = {case.reporter_id} | {
        party.person_id
        for party in scene.session.query(Party).filter_by(case_id=case.id)
        if party.person_id
    }
    later = scene.session.query(Notice).filter(Notice.id > last.id).all()
    assert later
    assert not [
        one.kind for one in later if one.person_id in sides and one.urgent is not Urgent.ANSWER
    ]
    tasks = scene.session.query(Task).filter_by(case_id=case.id).all()
    # nobody asked yet which way is safe: a human is asked to look, and no call is made by itself
    assert NoticeKind.REVIEW in {one.kind for one in later}
    assert TaskKind.SAFE_CALL not in {task.kind for task in tasks}
    assert TaskKind.READ_ALOUD not in {task.kind for task in tasks}
    assert not [
        event for event in scene.events(case, EventKind.ASKED) if event.at > scene.now - 99 * DAY
    ]


def test_the_officer_who_blew_the_whistle_hears_who_reported_in(scene: Scene):
    officer = scene.person(scene.town.officer)
    case = scene.case(reporter=officer, channel=Channel.GRID_OFFICER)
    (offer,) = scene.offers(case)

    take(scene.work, offer.id, offer.person)

    assert scene.told(case, NoticeKind.TAKEN, officer.id)


def test_work_that_nobody_does_climbs_to_the_head(scene: Scene):
    case = scene.case(phone="13944300000")
    task = scene.session.query(Task).filter_by(case_id=case.id).one()
    assert task.person_id == scene.town.mediator

    scene.wait(4 * DAY)

    assert task.person_id == scene.town.supervisor
    assert scene.told(case, NoticeKind.TASK, scene.town.supervisor)


def test_work_that_was_done_does_not_climb(scene: Scene):
    case = scene.case(phone="13944300000")
    task = scene.session.query(Task).filter_by(case_id=case.id).one()
    finish_task(scene.work, task.id, scene.person(task.person_id))

    scene.wait(4 * DAY)

    assert (task.state, task.person_id) == (TaskState.DONE, scene.town.mediator)


@settings(
    max_examples=8,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(gaps=st.lists(st.integers(min_value=1, max_value=30 * 24), min_size=1, max_size=5))
def test_however_the_beats_fall_an_open_case_keeps_a_clock_and_no_due_time_moves(
    scene: Scene, gaps: list[int]
):
    case = scene.case()
    fixed = {one.id: (one.started_at, one.due_at) for one in scene.running(case)}

    for hours in gaps:
        scene.jump(hours * HOUR)
        assert scene.running(case)
        for one in scene.running(case):
            assert one.next_at is not None
            assert one.next_at > scene.now
            assert fixed.setdefault(one.id, (one.started_at, one.due_at)) == (
                one.started_at,
                one.due_at,
            )
            assert one.state is ClockState.RUNNING
