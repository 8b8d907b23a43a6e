"""Somebody leaves, duties change, a case gets its place: no case without an owner, no clock lost (laws 2, 3)."""

from datetime import timedelta

import pytest

from cases.access import Doing, access_case, relations
from cases.actions import joining
from cases.actions.assignment import take
from cases.actions.giving import appoint
from cases.actions.joining import invite, join_roster, recognise
from cases.actions.mending import (
    away,
    calls,
    dead,
    failed_notices,
    resend,
    retry_update,
    settle_update,
)
from cases.actions.placing import place
from cases.actions.retiring import duties_held, end_duty, people_under, retire
from cases.actions.supervision import order
from cases.actions.tasks import finish_task
from cases.errors import InvitationInvalid, NobodyLeft, NotYours, StaleTap
from cases.journal import EventKind
from cases.office import Errand
from cases.outbox import NoticeKind
from cases.overview import open_cases_of, unplaced
from models.assignment import Assignment
from models.case import Case
from models.notice import Notice
from models.person import Person
from models.task import Task
from models.update_in import UpdateIn
from models.vocabulary import (
    AssignmentState,
    Channel,
    Clock,
    NoticeState,
    Part,
    Role,
    TaskKind,
    TaskState,
    UpdateState,
)
from tests.factories import BEATEN, a_duty, a_person
from tests.scene import Scene


@pytest.fixture
def admin(scene: Scene) -> Person:
    person = a_person(scene.session, code="A1")
    a_duty(scene.session, person, Role.ADMINISTRATOR, scene.town.county)
    return person


def held(scene: Scene, case: Case, part: Part = Part.MEDIATOR) -> Assignment:
    return next(one for one in reversed(scene.offers(case, part)) if one.is_live)


# Leaving


def test_open_cases_go_on_at_once_and_the_clocks_of_the_case_keep_running(
    scene: Scene, admin: Person
):
    case = scene.case()
    take(scene.work, held(scene, case).id, scene.person(scene.town.mediator))
    (term,) = scene.running(case, Clock.MEDIATION_TERM)
    due = term.due_at
    scene.wait(timedelta(hours=4))

    gone_on = retire(scene.work, admin, scene.town.mediator)

    assert [one.id for one in gone_on] == [case.id]
    assert held(scene, case).person_id == scene.town.deputy
    assert [one.due_at for one in scene.running(case, Clock.MEDIATION_TERM)] == [due]
    (event,) = scene.events(case, EventKind.RETIRED)
    assert (event.actor_id, (event.facts or {})["person"]) == (admin.id, scene.town.mediator)
    assert duties_held(scene.work, scene.person(scene.town.mediator)) == []


def test_each_open_case_has_an_owner_afterwards(scene: Scene, admin: Person):
    cases = [scene.case(), scene.case(matter=BEATEN), scene.case(area_id=None)]
    for person_id in (scene.town.mediator, scene.town.deputy, scene.town.coordinator):
        retire(scene.work, admin, person_id)

    for case in cases:
        assert held(scene, case).person.reachable
        assert scene.running(case)


def test_tasks_are_handed_over(scene: Scene, admin: Person):
    case = scene.case(phone="13944300000")
    (call,) = scene.session.query(Task).filter_by(case_id=case.id, kind=TaskKind.CALL)
    assert call.person_id == scene.town.mediator

    retire(scene.work, admin, scene.town.mediator)

    assert call.person_id == held(scene, case).person_id
    assert call.state is TaskState.OPEN
    assert scene.told(case, NoticeKind.TASK, call.person_id)


def test_the_account_is_an_ordinary_one_and_old_buttons_do_nothing(scene: Scene, admin: Person):
    case = scene.case()
    mediator = scene.person(scene.town.mediator)
    offer, telegram_id = held(scene, case), mediator.telegram_id
    assert telegram_id is not None

    retire(scene.work, admin, mediator.id)

    account = recognise(scene.work, telegram_id)
    assert (account.id, account.code, account.formerly_id) != (mediator.id, "T1", None)
    assert account.formerly_id == mediator.id
    assert not mediator.reachable
    for doing in Doing:
        with pytest.raises(NotYours):
            access_case(scene.work, case.id, by=account, doing=doing)
    with pytest.raises(NotYours):
        take(scene.work, offer.id, account)


def test_leaving_twice_is_leaving_once(scene: Scene, admin: Person):
    case = scene.case()
    retire(scene.work, admin, scene.town.mediator)

    assert retire(scene.work, admin, scene.town.mediator) == []
    assert len(scene.events(case, EventKind.RETIRED)) == 1


def test_an_answer_to_his_order_goes_to_the_next_head(scene: Scene, admin: Person):
    case = scene.case()
    head, mediator = scene.person(scene.town.supervisor), held(scene, case).person
    given = order(
        scene.work,
        case.id,
        head,
        Part.MEDIATOR,
        reason="今天联系",
        due=scene.now + timedelta(days=1),
    )

    retire(scene.work, admin, head.id)
    finish_task(scene.work, given.id, mediator, "办了")

    assert scene.told(case, NoticeKind.TASK_ANSWERED, scene.town.coordinator)


def test_his_own_reports_go_with_him_and_the_offices_to_the_next_officer(
    scene: Scene, admin: Person
):
    officer = scene.person(scene.town.officer)
    successor = a_person(scene.session, code="W2")
    a_duty(scene.session, successor, Role.GRID_OFFICER, scene.town.grid, rank=2)
    office = scene.case(officer, channel=Channel.GRID_OFFICER)
    own = scene.case(officer)
    telegram_id = officer.telegram_id
    assert telegram_id is not None

    retire(scene.work, admin, officer.id)

    assert office.reporter_id == successor.id
    assert own.reporter_id == recognise(scene.work, telegram_id).id


def test_of_a_case_of_danger_no_other_officer_hears(scene: Scene, admin: Person):
    officer = scene.person(scene.town.officer)
    successor = a_person(scene.session, code="W2")
    a_duty(scene.session, successor, Role.GRID_OFFICER, scene.town.grid, rank=2)
    case = scene.case(officer, channel=Channel.GRID_OFFICER, matter=BEATEN)
    assert case.guarded

    retire(scene.work, admin, officer.id)

    assert not relations(scene.work, case, successor)


def test_nobody_leaves_who_is_the_last_to_answer_for_an_area(scene: Scene, admin: Person):
    town = scene.town
    for person_id in (town.supervisor, town.coordinator):
        retire(scene.work, admin, person_id)

    with pytest.raises(NobodyLeft):
        retire(scene.work, admin, town.night_desk)


def test_only_the_administrator_of_the_area_retires_and_never_himself(scene: Scene, admin: Person):
    elsewhere = a_person(scene.session, code="A2")
    a_duty(scene.session, elsewhere, Role.ADMINISTRATOR, scene.town.far_grid)

    for by, who in (
        (admin, admin.id),
        (elsewhere, scene.town.mediator),
        (scene.person(scene.town.supervisor), scene.town.mediator),
        (admin, scene.case().reporter_id),
    ):
        with pytest.raises(NotYours):
            retire(scene.work, by, who)


def test_an_invitation_of_somebody_who_left_is_void(scene: Scene, admin: Person):
    newcomer = a_person(scene.session, code="N1", reachable=False)
    a_duty(scene.session, newcomer, Role.MEDIATOR, scene.town.grid)
    secret = invite(scene.work, newcomer)

    retire(scene.work, admin, newcomer.id)

    with pytest.raises(InvitationInvalid):
        join_roster(scene.work, secret, scene.person(name="路人"))


# Duties


def test_a_duty_given_twice_is_one_and_counts_from_today(scene: Scene, admin: Person):
    person = a_person(scene.session, code="N1")
    given = [
        appoint(scene.work, admin, person.id, Role.MEDIATOR, scene.town.far_grid) for _ in range(2)
    ]
    case = scene.case(area_id=scene.town.far_grid)

    assert given[0].id == given[1].id
    assert held(scene, case).person_id == person.id
    assert [duty.role for duty in joining.duties_of(scene.work, person)] == [Role.MEDIATOR]


def test_an_ended_duty_gets_no_new_case_and_what_was_taken_stays(scene: Scene, admin: Person):
    first = scene.case()
    take(scene.work, held(scene, first).id, scene.person(scene.town.mediator))
    (duty,) = duties_held(scene.work, scene.person(scene.town.mediator))

    for _ in range(2):
        end_duty(scene.work, admin, duty.id)

    assert held(scene, first).person_id == scene.town.mediator
    assert held(scene, scene.case()).person_id == scene.town.deputy


def test_nobody_gives_a_duty_outside_his_areas(scene: Scene):
    local = a_person(scene.session, code="A2")
    a_duty(scene.session, local, Role.ADMINISTRATOR, scene.town.grid)
    person = a_person(scene.session, code="N1")

    with pytest.raises(NotYours):
        appoint(scene.work, local, person.id, Role.MEDIATOR, scene.town.county)
    with pytest.raises(NotYours):
        appoint(scene.work, local, person.id, Role.RESIDENT, scene.town.grid)
    under = people_under(scene.work, local, Errand.APPOINT)
    assert scene.town.judge not in [one.id for one in under]


# The place


def test_a_report_without_a_place_goes_to_the_duty_desk_alone(scene: Scene):
    case = scene.case(area_id=None)

    assert [one.person_id for one in scene.offers(case)] == [scene.town.coordinator]
    assert scene.offers(case, Part.JUDGE) == []
    desk = scene.person(scene.town.coordinator)
    assert unplaced(scene.work, desk, Role.COORDINATOR) == [case.id]


@pytest.mark.parametrize("desk_took_it", [False, True])
def test_a_case_that_was_placed_goes_to_those_who_answer_there(scene: Scene, desk_took_it: bool):
    case = scene.case(area_id=None)
    desk = scene.person(scene.town.coordinator)
    if desk_took_it:
        take(scene.work, held(scene, case).id, desk)
    before = {one.id: one.due_at for one in scene.running(case, Clock.MEDIATION_TERM)}
    number, turn = (case.area6, case.sequence), case.turn

    place(scene.work, case.id, desk, scene.town.grid, turn=turn)

    assert held(scene, case).person_id == scene.town.mediator
    assert held(scene, case, Part.JUDGE).person_id == scene.town.judge
    assert {one.id: one.due_at for one in scene.running(case, Clock.MEDIATION_TERM)} == before
    assert ((case.area6, case.sequence), case.area_id) == (number, scene.town.grid)
    (event,) = scene.events(case, EventKind.PLACED)
    assert (event.facts or {})["area"] == scene.town.grid
    assert unplaced(scene.work, desk, Role.COORDINATOR) == []
    place(scene.work, case.id, desk, scene.town.grid, turn=turn)  # a second tap
    with pytest.raises(StaleTap):
        place(scene.work, case.id, desk, scene.town.far_grid, turn=turn)


def test_who_has_taken_it_keeps_it_when_the_place_becomes_known(scene: Scene):
    case = scene.case(area_id=None)
    night = scene.person(scene.town.night_desk)
    scene.wait(timedelta(hours=30))  # the first desk is silent
    mine = next(one for one in scene.offers(case) if one.person_id == night.id)
    take(scene.work, mine.id, night)

    place(scene.work, case.id, scene.person(scene.town.coordinator), scene.town.grid)

    assert held(scene, case).person_id == night.id


def test_danger_stays_with_the_duty_desk_wherever_it_is(scene: Scene):
    case = scene.case(matter=BEATEN, area_id=None)

    place(scene.work, case.id, scene.person(scene.town.coordinator), scene.town.grid)

    assert {one.person_id for one in scene.offers(case)} == {scene.town.coordinator}
    assert scene.offers(case, Part.JUDGE) == []


# What the duty desk mends


def test_an_update_that_broke_us_is_tried_again_or_settled(scene: Scene):
    desk = scene.person(scene.town.coordinator)
    rows = [
        UpdateIn(
            bot_id=1,
            update_id=number,
            chat_id=desk.telegram_id,
            state=UpdateState.DEAD,
            attempts=5,
            raw="{}",
            received_at=scene.now,
        )
        for number in (7, 8)
    ]
    scene.session.add_all(rows)
    scene.session.flush()
    assert [(row.update_id, person) for row, person in dead(scene.work, desk)] == [
        (7, desk),
        (8, desk),
    ]

    retry_update(scene.work, desk, 1, 7)
    settle_update(scene.work, desk, 1, 8)

    assert (rows[0].state, rows[0].attempts, rows[0].raw) == (UpdateState.NEW, 0, "{}")
    assert (rows[1].state, rows[1].raw) == (UpdateState.DONE, None)
    settle_update(scene.work, desk, 1, 7)  # it is no longer dead: nothing is lost
    assert rows[0].state is UpdateState.NEW
    with pytest.raises(NotYours):
        retry_update(scene.work, scene.person(scene.town.mediator), 1, 7)


def test_a_failed_notice_is_sent_once_more(scene: Scene):
    case, desk = scene.case(), scene.person(scene.town.coordinator)
    notice = scene.session.query(Notice).filter_by(case_id=case.id).first()
    assert notice is not None
    notice.state, notice.attempts, notice.reason = NoticeState.FAILED, 3, "400"
    scene.session.flush()
    assert [one.id for one in failed_notices(scene.work, desk)] == [notice.id]

    resend(scene.work, desk, notice.id)

    scene.session.flush()
    scene.session.refresh(notice)
    assert (notice.state.value, notice.attempts, notice.reason or "") == (NoticeState.NEW, 0, "")
    assert failed_notices(scene.work, desk) == []
    with pytest.raises(NotYours):
        resend(scene.work, scene.person(scene.town.judge), notice.id)


def test_whom_nothing_reaches_is_listed_while_something_depends_on_it(scene: Scene):
    case, desk = scene.case(), scene.person(scene.town.coordinator)
    never = a_person(scene.session, code="N1", reachable=False)
    a_duty(scene.session, never, Role.MEDIATOR, scene.town.far_grid)
    case.reporter.blocked_at = scene.now
    scene.session.flush()

    listed = {one.person_id: one for one in away(scene.work, desk)}

    assert set(listed) == {never.id, case.reporter_id}
    assert (listed[never.id].since, listed[case.reporter_id].since) == (None, scene.now)


def test_the_calls_of_the_day_come_soonest_first(scene: Scene):
    desk = scene.person(scene.town.coordinator)
    first = scene.case(phone="13944300000")
    scene.wait(timedelta(hours=2))
    second = scene.case(phone="13944300001")
    scene.wait(timedelta(days=1))

    found = calls(scene.work, desk)

    assert [task.case_id for task, _ in found] == [first.id, second.id]
    assert [due for _, due in found] == sorted(due for _, due in found if due)


def test_an_open_case_is_counted_with_whoever_holds_it(scene: Scene):
    case = scene.case()
    mediator = scene.person(scene.town.mediator)

    assert [one.id for one in open_cases_of(scene.work, mediator)] == [case.id]
    held(scene, case).state = AssignmentState.RELEASED
    scene.session.flush()
    assert open_cases_of(scene.work, mediator) == []
