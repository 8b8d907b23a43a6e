"""A visit at the door: two taps, a word when there is one, and the mediator hears what matters."""

from datetime import timedelta

import pytest

from cases.actions.assignment import take
from cases.actions.visits import describe_visit, record_visit
from cases.case_views import case_view
from cases.errors import NotYours
from cases.journal import EventKind
from cases.outbox import NoticeKind
from models.case import Case
from models.vocabulary import Channel, Level, Visit
from tests.factories import BEATEN
from tests.scene import Scene


def a_case(scene: Scene) -> Case:
    case = scene.case(scene.person(scene.town.officer), channel=Channel.GRID_OFFICER)
    (offer,) = scene.offers(case)
    take(scene.work, offer.id, offer.person)
    return case


@pytest.mark.parametrize("found", Visit)
def test_one_tap_is_the_record_and_raises_nothing(scene: Scene, found: Visit):
    case = a_case(scene)
    before = (case.level, case.stage, case.turn)

    record_visit(scene.work, case.id, scene.person(scene.town.officer), found)

    (visited,) = scene.events(case, EventKind.VISITED)
    assert (visited.actor_id, visited.facts) == (scene.town.officer, {"found": found})
    assert (case.level, case.stage, case.turn) == before


def test_a_second_tap_is_the_same_visit_and_the_afternoon_is_another(scene: Scene):
    case = a_case(scene)
    officer = scene.person(scene.town.officer)
    record_visit(scene.work, case.id, officer, Visit.NOBODY)
    record_visit(scene.work, case.id, officer, Visit.NOBODY)
    assert len(scene.events(case, EventKind.VISITED)) == 1

    scene.wait(timedelta(hours=5))
    record_visit(scene.work, case.id, officer, Visit.NOBODY)

    assert len(scene.events(case, EventKind.VISITED)) == 2


@pytest.mark.parametrize(
    ("found", "heard"),
    [(Visit.HOME, 0), (Visit.NOBODY, 0), (Visit.CALMER, 1), (Visit.WORSE, 1)],
)
def test_the_mediator_hears_silently_what_changes_his_work(scene: Scene, found: Visit, heard: int):
    case = a_case(scene)

    record_visit(scene.work, case.id, scene.person(scene.town.officer), found)

    told = scene.told(case, NoticeKind.VISITED, scene.town.mediator)
    assert len(told) == heard
    assert all(notice.silent for notice in told)


def test_words_to_a_visit_are_for_the_handlers_and_read_by_the_gate(scene: Scene):
    case = a_case(scene)
    officer = scene.person(scene.town.officer)
    record_visit(scene.work, case.id, officer, Visit.HOME)

    describe_visit(scene.work, case.id, officer, "老人说楼上昨晚没有放水")
    shown = case_view(scene.work, case, scene.person(scene.town.mediator)).visits
    assert [(one.found, one.words) for one in shown][-1] == (
        Visit.HOME,
        "老人说楼上昨晚没有放水",
    )
    before = case.level

    describe_visit(scene.work, case.id, officer, BEATEN)

    assert (before, case.level) == (Level.YELLOW, Level.RED)


def test_nobody_goes_to_the_door_of_a_person_in_danger(scene: Scene):
    case = scene.case(matter=BEATEN)

    for person_id in (scene.town.officer, scene.town.coordinator):
        with pytest.raises(NotYours):
            record_visit(scene.work, case.id, scene.person(person_id), Visit.HOME)
    assert not scene.events(case, EventKind.VISITED)


def test_a_visit_is_no_business_of_the_parties(scene: Scene):
    case = scene.case()

    with pytest.raises(NotYours):
        record_visit(scene.work, case.id, case.reporter, Visit.CALMER)
    record_visit(scene.work, case.id, scene.person(scene.town.officer), Visit.CALMER)
    assert case_view(scene.work, case, case.reporter).visits == ()
