"""回避: a party asks for another handler; the right head decides, the clock climbs, and the handler waits without the story."""

from datetime import timedelta
from typing import Any

import pytest

from cases.access import HANDLERS, Relation, relations
from cases.actions.assignment import give_back, take
from cases.actions.challenging import challenge, keep, replace
from cases.actions.joining import join_as_other_side
from cases.actions.mediation import invite_other_side, note, record_contact
from cases.actions.supervision import reassign
from cases.actions.tasks import finish_task
from cases.case_views import case_view
from cases.errors import NobodyLeft, NoReason, NotYours, StaleTap
from cases.journal import EventKind
from cases.morning_card import offered_with_digest
from cases.outbox import NoticeKind
from cases.workdays import last_day
from models.assignment import Assignment
from models.case import Case
from models.duty import Duty
from models.person import Person
from models.task import Task
from models.vocabulary import (
    AssignmentState,
    Challenge,
    Clock,
    ContactResult,
    Part,
    TaskKind,
    TaskState,
)
from tests.factories import BEATEN
from tests.scene import Scene

DAY = timedelta(days=1)


def taken(scene: Scene, part: Part = Part.MEDIATOR, **changes: Any) -> tuple[Case, Assignment]:
    case = scene.case(**changes)
    for each in Part:
        (offer,) = scene.offers(case, each)
        take(scene.work, offer.id, offer.person)
    (assignment,) = scene.offers(case, part)
    return case, assignment


def wish(scene: Scene, case: Case) -> Task:
    rows = scene.session.query(Task).filter_by(case_id=case.id, kind=TaskKind.CHALLENGE)
    return rows.order_by(Task.id.desc()).limit(1).one()


def test_until_it_is_decided_nothing_of_the_case_opens_to_the_handler(scene: Scene):
    case, assignment = taken(scene)
    mediator = assignment.person

    challenge(scene.work, assignment.id, case.reporter, Challenge.RELATED)

    assert relations(scene.work, case, mediator) == {Relation.HELD}
    view = case_view(scene.work, case, mediator)
    assert (view.story, view.matter, view.phone, view.terms) == (False, None, None, None)
    for do in (
        lambda: note(scene.work, case.id, mediator, "记一笔"),
        lambda: record_contact(scene.work, case.id, mediator, ContactResult.REACHED),
        lambda: give_back(scene.work, assignment.id, mediator, "忙"),
    ):
        with pytest.raises(NotYours):
            do()


def test_he_learns_that_it_is_looked_at_and_neither_why_nor_by_whom(scene: Scene):
    case, assignment = taken(scene)

    challenge(scene.work, assignment.id, case.reporter, Challenge.WORDS, "他是对方的表哥")

    (told,) = scene.told(case, NoticeKind.HELD, assignment.person_id)
    assert told.silent
    assert set(told.facts) == {"part", "over"}


@pytest.mark.parametrize("part", Part)
def test_it_goes_to_the_head_of_his_own_house_with_a_clock(scene: Scene, part: Part):
    case, assignment = taken(scene, part)

    challenge(scene.work, assignment.id, case.reporter, Challenge.UNFAIR)

    task = wish(scene, case)
    head = scene.town.court_supervisor if part is Part.JUDGE else scene.town.supervisor
    assert task.person_id == head
    (clock,) = [one for one in scene.running(case, Clock.TASK) if one.task_id == task.id]
    assert last_day(clock.due_at) == (scene.now + 3 * DAY).date()  # Monday and three working days
    assert scene.told(case, NoticeKind.TASK, head)


@pytest.mark.parametrize("part", Part)
def test_only_that_head_decides(scene: Scene, part: Part):
    case, assignment = taken(scene, part)
    challenge(scene.work, assignment.id, case.reporter, Challenge.UNFAIR)
    task = wish(scene, case)
    strangers = [scene.town.mediator, scene.town.judge, scene.town.officer, case.reporter_id]
    strangers.append(scene.town.supervisor if part is Part.JUDGE else scene.town.court_supervisor)

    for person_id in strangers:
        person = scene.person(person_id)
        for decide in (
            lambda person=person: replace(scene.work, task.id, person),
            lambda person=person: keep(scene.work, task.id, person, "不换"),
            lambda person=person: finish_task(scene.work, task.id, person),
        ):
            with pytest.raises(NotYours):
                decide()
    assert task.state is TaskState.OPEN


def test_a_plain_done_decides_nothing(scene: Scene):
    case, assignment = taken(scene)
    challenge(scene.work, assignment.id, case.reporter, Challenge.UNFAIR)

    with pytest.raises(NotYours):
        finish_task(scene.work, wish(scene, case).id, scene.person(scene.town.supervisor), "好")


def test_his_clocks_rest_and_he_is_never_frozen_for_the_wait(scene: Scene):
    case, assignment = taken(scene)
    challenge(scene.work, assignment.id, case.reporter, Challenge.UNFAIR)

    scene.wait(3 * DAY)

    assert assignment.frozen_at is None
    assert [one.person_id for one in scene.offers(case)] == [scene.town.mediator]
    assert not scene.running(case, Clock.FIRST_CONTACT)
    assert scene.running(case, Clock.MEDIATION_TERM)  # the case's own clock goes on


@pytest.mark.parametrize("part", Part)
def test_nobody_decides_and_it_climbs_within_the_same_house(scene: Scene, part: Part):
    case, assignment = taken(scene, part)
    challenge(scene.work, assignment.id, case.reporter, Challenge.UNFAIR)
    task = wish(scene, case)
    first = task.person_id

    scene.wait(4 * DAY)

    assert task.person_id != first
    assert task.person_id == scene.town.coordinator  # the only other one of either line
    assert scene.told(case, NoticeKind.TASK, task.person_id)
    assert task.state is TaskState.OPEN


def test_granted_another_one_has_it_with_clocks_of_his_own(scene: Scene):
    case, assignment = taken(scene)
    challenge(scene.work, assignment.id, case.reporter, Challenge.RELATED)
    supervisor = scene.person(scene.town.supervisor)
    task = wish(scene, case)

    replace(scene.work, task.id, supervisor)
    replace(scene.work, task.id, supervisor)

    assert assignment.state is AssignmentState.RELEASED
    _, offered = scene.offers(case)
    assert offered.person_id == scene.town.deputy
    assert scene.running(case, Clock.FIRST_CONTACT)
    assert task.state is TaskState.DONE
    (told,) = scene.told(case, NoticeKind.HANDLER_CHANGED, case.reporter_id)
    assert told.facts["why"] == "decided"  # nobody was late: no apology
    assert len(scene.events(case, EventKind.CHALLENGE_DECIDED)) == 1
    assert relations(scene.work, case, scene.person(scene.town.mediator)) == {Relation.FORMER}


def test_a_judge_who_is_replaced_is_told_to_the_party_too(scene: Scene):
    case, assignment = taken(scene, Part.JUDGE)
    challenge(scene.work, assignment.id, case.reporter, Challenge.RELATED)

    replace(scene.work, wish(scene, case).id, scene.person(scene.town.court_supervisor))

    assert scene.offers(case, Part.JUDGE)[-1].person_id == scene.town.assistant
    (told,) = scene.told(case, NoticeKind.CHALLENGE_DECIDED, case.reporter_id)
    assert told.facts["replaced"]


def test_refused_the_reason_goes_back_and_his_clocks_go_on(scene: Scene):
    case, assignment = taken(scene)
    challenge(scene.work, assignment.id, case.reporter, Challenge.UNFAIR)
    supervisor = scene.person(scene.town.supervisor)
    task = wish(scene, case)
    with pytest.raises(NoReason):
        keep(scene.work, task.id, supervisor, " ")
    scene.wait(DAY)

    keep(scene.work, task.id, supervisor, "查过了，没有关系")
    keep(scene.work, task.id, supervisor, "查过了，没有关系")

    assert assignment.challenged_at is None
    assert HANDLERS & relations(scene.work, case, assignment.person)
    assert scene.running(case, Clock.FIRST_CONTACT)
    (told,) = scene.told(case, NoticeKind.CHALLENGE_DECIDED, case.reporter_id)
    assert (told.facts["replaced"], told.facts["words"]) == (False, "查过了，没有关系")
    over = scene.told(case, NoticeKind.HELD, assignment.person_id)[-1]
    assert over.facts["over"]


def test_what_was_decided_is_not_decided_otherwise_by_an_older_button(scene: Scene):
    case, assignment = taken(scene)
    challenge(scene.work, assignment.id, case.reporter, Challenge.UNFAIR)
    supervisor = scene.person(scene.town.supervisor)
    task = wish(scene, case)
    keep(scene.work, task.id, supervisor, "没有关系")

    with pytest.raises(StaleTap):
        replace(scene.work, task.id, supervisor)

    assert assignment.is_live


def test_a_second_wish_finds_the_first_and_a_gone_handler_is_not_challenged(scene: Scene):
    case, assignment = taken(scene)
    challenge(scene.work, assignment.id, case.reporter, Challenge.UNFAIR)
    challenge(scene.work, assignment.id, case.reporter, Challenge.RELATED)
    assert scene.session.query(Task).filter_by(kind=TaskKind.CHALLENGE).count() == 1

    replace(scene.work, wish(scene, case).id, scene.person(scene.town.supervisor))
    with pytest.raises(StaleTap):
        challenge(scene.work, assignment.id, case.reporter, Challenge.UNFAIR)


def test_where_nobody_else_is_left_the_head_is_told_and_the_case_keeps_its_owner(scene: Scene):
    case, assignment = taken(scene)
    challenge(scene.work, assignment.id, case.reporter, Challenge.UNFAIR)
    supervisor = scene.person(scene.town.supervisor)
    task = wish(scene, case)
    for duty in scene.session.query(Duty):
        duty.person.blocked_at = scene.now

    with pytest.raises(NobodyLeft):
        replace(scene.work, task.id, supervisor)
    assert assignment.is_live


def test_the_other_side_may_ask_too_and_alone_is_answered(scene: Scene):
    case, assignment = taken(scene)
    _, secret = invite_other_side(scene.work, case.id, assignment.person)
    other: Person = scene.person(name="李强")
    join_as_other_side(scene.work, secret, other)

    challenge(scene.work, assignment.id, other, Challenge.WORDS, "他和原告是亲戚")
    keep(scene.work, wish(scene, case).id, scene.person(scene.town.supervisor), "不是亲戚")

    assert scene.told(case, NoticeKind.CHALLENGE_DECIDED, other.id)
    assert not scene.told(case, NoticeKind.CHALLENGE_DECIDED, case.reporter_id)


def test_no_handler_and_no_stranger_asks_for_it(scene: Scene):
    _, assignment = taken(scene)

    for person_id in (*scene.town.staff, scene.person(name="路人").id):
        with pytest.raises(NotYours):
            challenge(scene.work, assignment.id, scene.person(person_id), Challenge.UNFAIR)


def test_a_head_who_gives_it_to_somebody_else_leaves_nothing_to_decide(scene: Scene):
    case, assignment = taken(scene)
    challenge(scene.work, assignment.id, case.reporter, Challenge.UNFAIR)
    supervisor = scene.person(scene.town.supervisor)

    reassign(
        scene.work,
        case.id,
        supervisor,
        Part.MEDIATOR,
        to=scene.town.deputy,
        reason="换一位",
        turn=case.turn,
    )

    assert wish(scene, case).state is TaskState.DONE
    assert case_view(scene.work, case, case.reporter).progress.challenged is None


def test_the_duty_desk_of_a_case_of_danger_is_not_held_back(scene: Scene):
    case = scene.case(matter=BEATEN)
    (offer,) = scene.offers(case)
    take(scene.work, offer.id, offer.person)

    challenge(scene.work, offer.id, case.reporter, Challenge.UNFAIR)

    assert offer.challenged_at is None
    assert HANDLERS & relations(scene.work, case, offer.person)
    assert scene.told(case, NoticeKind.ESCALATED, scene.town.supervisor)


def test_a_held_offer_is_not_taken_with_the_morning_card(scene: Scene):
    case = scene.case()
    (offer,) = scene.offers(case, Part.JUDGE)
    scene.wait(DAY)
    assert case.id in offered_with_digest(scene.work, scene.town.judge)

    challenge(scene.work, offer.id, case.reporter, Challenge.RELATED)

    assert case.id not in offered_with_digest(scene.work, scene.town.judge)
    with pytest.raises(NotYours):
        take(scene.work, offer.id, offer.person)
