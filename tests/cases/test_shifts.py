"""A head gives a shift to somebody else: of a judge the court's own head, only to who may stand there, and both are told."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from cases.actions.shifts import give, may_give, who_could_stand
from cases.deputies import say_away
from cases.errors import NobodyLeft, NotYours
from cases.outbox import NoticeKind
from models.back_office import RosterRecord
from models.notice import Notice
from models.rota import Shift
from models.vocabulary import Role, RosterChange
from tests.cases.test_on_duty import a_shift
from tests.factories import MONDAY, a_duty, a_person
from tests.scene import Scene

LATER = MONDAY + timedelta(days=1)


def standing(scene: Scene) -> list[tuple[int, float, float]]:
    rows = scene.session.scalars(select(Shift).order_by(Shift.starts, Shift.id))
    hour = timedelta(hours=1)
    return [
        (one.person_id, (one.starts - MONDAY) / hour, (one.ends - MONDAY) / hour) for one in rows
    ]


def test_it_is_given_both_are_told_and_it_is_recorded(scene: Scene):
    town, head = scene.town, scene.person(scene.town.supervisor)
    shift = a_shift(scene, town.coordinator, Role.COORDINATOR, starts=LATER)

    for _ in range(2):
        give(scene.work, head, shift.id, town.night_desk, had=town.coordinator)

    assert standing(scene) == [(town.night_desk, 24, 48)]
    rows = scene.session.scalars(select(Notice).where(Notice.kind == NoticeKind.SHIFT))
    assert {one.person_id: one.facts["mine"] for one in rows} == {
        town.coordinator: False,
        town.night_desk: True,
    }
    (row,) = scene.session.scalars(select(RosterRecord))
    assert (row.kind, row.actor_id) == (RosterChange.SHIFT, head.id)
    assert (row.facts or {})["shift"] == ["D1", "D2"]


def test_a_shift_under_way_is_cut_and_what_was_stays_true(scene: Scene):
    town = scene.town
    shift = a_shift(scene, town.coordinator, Role.COORDINATOR)
    scene.wait(timedelta(hours=3))

    give(
        scene.work, scene.person(town.supervisor), shift.id, town.night_desk, had=town.coordinator
    )

    assert standing(scene) == [(town.coordinator, 0, 3), (town.night_desk, 3, 24)]


def test_of_a_judge_the_court_s_own_head_alone_decides(scene: Scene):
    second = a_person(scene.session, code="F8")
    a_duty(scene.session, second, Role.JUDGE, scene.town.far_grid)
    shift = a_shift(scene, scene.town.judge, Role.JUDGE)
    centre, court = scene.person(scene.town.supervisor), scene.person(scene.town.court_supervisor)

    assert not may_give(scene.work, centre, shift)
    with pytest.raises(NotYours):
        give(scene.work, centre, shift.id, second.id, had=scene.town.judge)
    with pytest.raises(NotYours):
        give(
            scene.work,
            scene.person(scene.town.coordinator),
            shift.id,
            second.id,
            had=scene.town.judge,
        )
    given = give(scene.work, court, shift.id, second.id, had=scene.town.judge)

    assert given is not None
    assert not may_give(scene.work, court, a_shift(scene, scene.town.deputy, Role.MEDIATOR))


def test_a_head_of_elsewhere_gives_nothing(scene: Scene):
    other = a_person(scene.session, code="Z2")
    a_duty(scene.session, other, Role.SUPERVISOR, scene.town.far_grid)

    assert not may_give(scene.work, other, a_shift(scene, scene.town.deputy, Role.MEDIATOR))


def test_only_who_holds_the_duty_is_here_and_is_free_can_stand_there(scene: Scene):
    town, head = scene.town, scene.person(scene.town.supervisor)
    shift = a_shift(scene, town.mediator, Role.MEDIATOR)
    assert [one.code for one in who_could_stand(scene.work, shift)] == ["T3", "T2"]

    a_shift(scene, town.korean_mediator, Role.MEDIATOR, starts=MONDAY + timedelta(hours=23))
    today = scene.work.today
    say_away(scene.work, scene.person(town.deputy), today, today, None)
    assert who_could_stand(scene.work, shift) == []

    with pytest.raises(NobodyLeft):
        give(scene.work, head, shift.id, town.judge, had=town.mediator)


def test_a_night_is_of_two_days_and_nobody_stands_in_two_places(scene: Scene):
    town = scene.town
    night = a_shift(scene, town.coordinator, Role.COORDINATOR, starts=MONDAY + timedelta(hours=11))
    assert [one.code for one in who_could_stand(scene.work, night)] == ["D2"]
    tomorrow = scene.work.today + timedelta(days=1)

    elsewhere = a_shift(scene, town.night_desk, Role.MEDIATOR, starts=LATER)
    assert who_could_stand(scene.work, night) == []
    scene.session.delete(elsewhere)
    say_away(scene.work, scene.person(town.night_desk), tomorrow, tomorrow, None)

    assert who_could_stand(scene.work, night) == []


def test_an_old_button_gives_nothing_away(scene: Scene):
    town, head = scene.town, scene.person(scene.town.supervisor)
    shift = a_shift(scene, town.mediator, Role.MEDIATOR, starts=LATER)
    give(scene.work, head, shift.id, town.deputy, had=town.mediator)

    assert give(scene.work, head, shift.id, town.korean_mediator, had=town.mediator) is None
    assert give(scene.work, head, 999, town.korean_mediator, had=town.mediator) is None
    assert [who for who, *_ in standing(scene)] == [town.deputy]
    scene.jump(timedelta(days=3))
    assert give(scene.work, head, shift.id, town.mediator, had=town.deputy) is None
