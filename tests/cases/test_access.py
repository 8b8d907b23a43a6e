"""No relation, no case; an older button acts on nothing; the two sides never see each other's words."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cases.access import MAY, Doing, Relation, Sight, access_case, relations, sees
from cases.actions.assignment import give_back, read, take
from cases.actions.intake import add_to_case
from cases.actions.joining import join_as_other_side
from cases.actions.mediation import invite_other_side
from cases.actions.tasks import finish_task
from cases.actions.withdrawing import withdraw
from cases.case_views import case_view
from cases.errors import NoSuchCase, NotYours, StaleTap
from cases.journal import EventKind
from cases.outbox import NoticeKind
from models.case import Case
from models.party import Party
from models.person import Person
from models.task import Task
from models.vocabulary import Flag, Role, Side, TaskState
from tests.factories import BEATEN, a_duty
from tests.scene import Scene


@pytest.mark.parametrize("doing", Doing)
def test_a_stranger_does_nothing(scene: Scene, doing: Doing):
    case = scene.case()

    elsewhere = scene.person(code="W2")
    a_duty(scene.session, elsewhere, Role.GRID_OFFICER, scene.town.far_grid)
    for stranger in (scene.person(name="路人"), elsewhere):
        assert not relations(scene.work, case, stranger)
        with pytest.raises(NotYours):
            access_case(scene.work, case.id, by=stranger, doing=doing)


def test_there_is_no_case_behind_a_number_that_names_none(scene: Scene):
    with pytest.raises(NoSuchCase):
        access_case(scene.work, 999_999, by=scene.person(), doing=Doing.OPEN)


def test_each_stands_to_a_case_as_the_roster_and_the_journal_say(scene: Scene):
    case = scene.case()
    (offer,) = scene.offers(case)
    give_back(scene.work, offer.id, offer.person, "忙")

    def of(person_id: int) -> frozenset[Relation]:
        return relations(scene.work, case, scene.person(person_id))

    assert of(case.reporter_id) == {Relation.REPORTER}
    assert of(scene.town.mediator) == {Relation.FORMER}
    assert of(scene.town.deputy) == {Relation.MEDIATOR}
    assert of(scene.town.judge) == {Relation.JUDGE}
    assert of(scene.town.supervisor) == {Relation.SUPERVISOR}
    assert of(scene.town.court_supervisor) == {Relation.COURT_SUPERVISOR}
    assert of(scene.town.coordinator) == {Relation.COORDINATOR}


def test_only_todays_turn_acts(scene: Scene):
    case = scene.case()

    for turn in (case.turn - 1, case.turn + 1, 0):
        with pytest.raises(StaleTap) as stale:
            access_case(scene.work, case.id, by=case.reporter, doing=Doing.ADD, turn=turn)
        assert stale.value.case_id == case.id
    access_case(scene.work, case.id, by=case.reporter, doing=Doing.ADD, turn=case.turn)


def test_the_other_side_never_opens_the_card_nor_sees_the_story(scene: Scene):
    case, other = joined(scene)
    add_to_case(scene.work, case.id, case.reporter, words="他们家昨晚又放水")

    view = case_view(scene.work, case, other)

    with pytest.raises(NotYours):
        access_case(scene.work, case.id, by=other, doing=Doing.OPEN)
    assert not view.story
    assert (view.matter, view.summary, view.phone, view.home) == (None, None, None, None)
    assert view.evidence == ()
    assert view.kept == {}


def test_a_side_of_the_case_has_no_other_right_to_it(scene: Scene):
    """Somebody of the office who is the other side of a dispute is nothing else in it."""
    case, _ = joined(scene)
    _, secret = invite_other_side(scene.work, second(scene).id, scene.person(scene.town.deputy))
    head = scene.person(scene.town.supervisor)
    own = join_as_other_side(scene.work, secret, head)

    assert relations(scene.work, own, head) == {Relation.OTHER_SIDE}
    assert Relation.SUPERVISOR in relations(scene.work, case, head)


def second(scene: Scene) -> Case:
    case = scene.case()
    (offer,) = scene.offers(case)
    give_back(scene.work, offer.id, offer.person, "忙")
    return case


def joined(scene: Scene) -> tuple[Case, Person]:
    case = scene.case(phone="13944300000")
    (offer,) = scene.offers(case)
    take(scene.work, offer.id, offer.person)
    _, secret = invite_other_side(scene.work, case.id, offer.person)
    other = scene.person(name="李强")
    join_as_other_side(scene.work, secret, other)
    return case, other


def test_a_task_of_another_is_closed_to_a_stranger_even_when_it_is_done(scene: Scene):
    case = scene.case(phone="13944300000")
    task = scene.session.query(Task).filter_by(case_id=case.id).one()
    owner = scene.person(task.person_id)
    with pytest.raises(NotYours):
        finish_task(scene.work, task.id, scene.person(name="路人"))
    finish_task(scene.work, task.id, owner)

    assert finish_task(scene.work, task.id, owner) is case
    assert task.state is TaskState.DONE
    with pytest.raises(NotYours):
        finish_task(scene.work, task.id, scene.person(name="路人"))


def test_a_case_of_danger_goes_to_the_duty_desk_alone(scene: Scene):
    case = scene.case(matter=BEATEN)

    assert [one.person_id for one in scene.offers(case)] == [scene.town.coordinator]
    for outside in (scene.town.mediator, scene.town.judge, scene.town.officer):
        assert not relations(scene.work, case, scene.person(outside))
    assert not scene.told(case, NoticeKind.RECEIPT)


@given(
    st.frozensets(st.sampled_from(Relation)), st.frozensets(st.sampled_from([*Flag]), max_size=3)
)
def test_the_story_is_for_those_who_have_to_know(
    found: frozenset[Relation], flags: frozenset[Flag]
):
    case = Case(flags=sorted(flags))

    seen = sees(case, found, Sight.STORY)

    if found <= {Relation.OTHER_SIDE, Relation.CONCERNED, Relation.FORMER}:
        assert not seen
    if case.guarded and found <= {Relation.FORMER, Relation.COURT_SUPERVISOR}:
        assert not seen


def test_every_doing_is_allowed_to_somebody():
    assert set(MAY) == set(Doing)
    assert all(MAY.values())


def test_whoever_opens_the_story_stands_in_the_journal_once_a_day(scene: Scene):
    case = scene.case()
    mediator = scene.person(scene.town.mediator)
    for _ in range(2):
        read(scene.work, case, mediator)
    read(scene.work, case, case.reporter)

    assert [event.actor_id for event in scene.events(case, EventKind.READ)] == [mediator.id]
    scene.wait(timedelta(days=1))
    read(scene.work, case, mediator)
    assert len(scene.events(case, EventKind.READ)) == 2


def test_the_story_of_a_closed_case_closes_to_its_last_handler_when_it_may_no_more_be_reopened(
    scene: Scene,
):
    case = scene.case()
    (offer,) = scene.offers(case)
    take(scene.work, offer.id, offer.person)
    withdraw(scene.work, case.id, case.reporter, turn=case.turn)
    assert case_view(scene.work, case, offer.person).matter is not None

    scene.wait(timedelta(days=91))

    assert relations(scene.work, case, offer.person) == {Relation.FORMER}
    assert case_view(scene.work, case, offer.person).matter is None
    head = scene.person(scene.town.supervisor)
    assert case_view(scene.work, case, head).matter is not None


def test_whose_telephone_a_party_left_is_no_head_of_that_case(scene: Scene):
    head = scene.person(scene.town.supervisor)
    head.phone = "13944300009"
    case = scene.case()
    assert relations(scene.work, case, head) == {Relation.SUPERVISOR}

    scene.session.add(Party(case_id=case.id, side=Side.OTHER, phone="13944300009"))
    scene.session.flush()

    assert relations(scene.work, case, head) == set()
    assert case_view(scene.work, case, head).matter is None
