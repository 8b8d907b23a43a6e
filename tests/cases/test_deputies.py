"""Days away: new cases go to the deputy, past ones stay, deputies form no circle, and the chain never ends in nobody."""

from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cases.candidates import roster
from cases.deputies import LONGEST, come_back, days_away, propose, say_away, standing_in
from cases.errors import NoReason, NotYours
from cases.routing import Facts, Route, Why, find, route
from models.area import Area
from models.duty import Absence, Duty
from models.vocabulary import Category, Language, Part, Role, Station
from tests.factories import BEATEN, MONDAY, a_duty, a_person
from tests.scene import Scene

TODAY = MONDAY.date()
WEEK = TODAY + timedelta(days=7)


def first(scene: Scene, day: date = TODAY, part: Part = Part.MEDIATOR, **facts: object):
    grid = scene.session.get_one(Area, scene.town.grid)
    known = {"category": None, "language": Language.ZH, **facts}
    return find(scene.session, grid, day, **known).line(part)[0]  # type: ignore[arg-type] # facts of the test


def test_new_cases_go_to_the_deputy_from_the_first_day_to_the_last_and_old_ones_stay(scene: Scene):
    case = scene.case()
    mediator = scene.person(scene.town.mediator)
    say_away(scene.work, mediator, TODAY, WEEK, scene.town.korean_mediator)

    assert first(scene).person_id == scene.town.korean_mediator
    assert Why.DEPUTY in first(scene).why
    assert first(scene, WEEK).person_id == scene.town.korean_mediator
    assert first(scene, WEEK + timedelta(days=1)).person_id == scene.town.mediator
    assert scene.offers(case)[-1].person_id == scene.town.mediator


def test_a_deputy_who_is_away_is_stood_in_for_by_his_own(scene: Scene):
    say_away(scene.work, scene.person(scene.town.mediator), TODAY, WEEK, scene.town.deputy)
    say_away(scene.work, scene.person(scene.town.deputy), TODAY, TODAY, scene.town.korean_mediator)

    assert first(scene).person_id == scene.town.korean_mediator
    assert first(scene, WEEK).person_id == scene.town.deputy


def test_away_with_nobody_in_his_place_the_next_in_line_answers(scene: Scene):
    say_away(scene.work, scene.person(scene.town.mediator), TODAY, WEEK, None)

    assert first(scene).person_id == scene.town.deputy


def test_deputies_form_no_circle(scene: Scene):
    one, two, three = scene.town.mediator, scene.town.deputy, scene.town.korean_mediator
    say_away(scene.work, scene.person(one), TODAY, WEEK, two)
    say_away(scene.work, scene.person(two), TODAY, WEEK, three)

    with pytest.raises(NoReason):
        say_away(scene.work, scene.person(three), WEEK, WEEK, one)
    with pytest.raises(NoReason):
        say_away(scene.work, scene.person(three), TODAY, TODAY, three)

    after = WEEK + timedelta(days=1)
    say_away(scene.work, scene.person(three), after, after, one)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.dictionaries(st.integers(1, 6), st.none() | st.integers(1, 6), max_size=6))
def test_whatever_stands_in_the_table_nobody_away_answers_and_nothing_runs_in_a_circle(
    scene: Scene, deputies: dict[int, int | None]
):
    with scene.session.begin_nested() as attempt:
        for person, deputy in deputies.items():
            scene.session.add(
                Absence(
                    person_id=person, deputy_id=deputy, starts=TODAY, ends=TODAY, said_at=MONDAY
                )
            )
        scene.session.flush()

        found = standing_in(scene.session, range(1, 7), TODAY)

        assert found.keys() == set(range(1, 7))
        assert not {one for one in found.values() if one is not None} & deputies.keys()
        attempt.rollback()


def test_the_newest_word_counts_and_coming_back_ends_it(scene: Scene):
    mediator = scene.person(scene.town.mediator)
    say_away(scene.work, mediator, TODAY, WEEK, scene.town.deputy)
    say_away(scene.work, mediator, TODAY, TODAY, None)
    assert [(one.ends, one.deputy_id) for one in days_away(scene.work, mediator)] == [
        (TODAY, None)
    ]

    come_back(scene.work, mediator)

    assert days_away(scene.work, mediator) == []
    assert first(scene).person_id == scene.town.mediator


@pytest.mark.parametrize(
    ("starts", "ends"),
    [
        (TODAY - timedelta(days=1), TODAY),
        (WEEK, TODAY),
        (TODAY, TODAY + LONGEST + timedelta(days=1)),
    ],
)
def test_days_that_cannot_be_are_refused(scene: Scene, starts: date, ends: date):
    with pytest.raises(NoReason):
        say_away(scene.work, scene.person(scene.town.mediator), starts, ends, None)


def test_only_the_roster_is_away_and_stands_in(scene: Scene):
    with pytest.raises(NotYours):
        say_away(scene.work, scene.person(name="居民"), TODAY, WEEK, None)
    with pytest.raises(NotYours):
        say_away(
            scene.work,
            scene.person(scene.town.mediator),
            TODAY,
            WEEK,
            scene.person(name="居民").id,
        )


def test_the_nearest_of_the_same_role_who_is_here_is_proposed(scene: Scene):
    mediator = scene.person(scene.town.mediator)
    proposed = propose(scene.work, mediator, TODAY, WEEK)
    assert proposed is not None
    assert proposed.id == scene.town.deputy

    say_away(scene.work, scene.person(scene.town.deputy), WEEK, WEEK, None)
    proposed = propose(scene.work, mediator, TODAY, WEEK)
    assert proposed is not None
    assert proposed.id == scene.town.korean_mediator
    assert propose(scene.work, scene.person(scene.town.judge), TODAY, WEEK) is None


def at_the_grid(scene: Scene) -> Route:
    grid = scene.session.get_one(Area, scene.town.grid)
    return find(scene.session, grid, TODAY, category=None, language=Language.ZH)


def ends(scene: Scene) -> list[int]:
    return [scene.town.supervisor, scene.town.coordinator, scene.town.night_desk]


def test_when_all_who_end_the_chain_are_away_they_are_asked_all_the_same(scene: Scene):
    for one in ends(scene):
        say_away(scene.work, scene.person(one), TODAY, WEEK, None)

    found = at_the_grid(scene)

    assert {pick.person_id for pick in found.coordinators} == set(ends(scene))
    assert all(Why.AWAY in pick.why for pick in found.coordinators)
    assert all(Why.AWAY not in pick.why for pick in found.mediators[:3])
    case = scene.case(matter=BEATEN)
    assert {one.person_id for one in scene.offers(case, Part.MEDIATOR)} <= set(ends(scene))
    assert scene.offers(case, Part.MEDIATOR)


def test_whoever_is_away_with_nobody_in_his_place_comes_behind_all_who_are_here(scene: Scene):
    say_away(scene.work, scene.person(scene.town.supervisor), TODAY, WEEK, None)
    say_away(scene.work, scene.person(scene.town.coordinator), TODAY, WEEK, None)

    for line in (at_the_grid(scene).supervisors, at_the_grid(scene).coordinators):
        assert line[0].person_id == scene.town.night_desk
        assert [Why.AWAY in pick.why for pick in line] == [False, True, True]


def test_a_deputy_does_only_what_he_does_himself_and_no_head_s_work(scene: Scene):
    """A head of the court who also judges is stood in for by a judge: at judging (14)."""
    head = scene.person(scene.town.court_supervisor)
    a_duty(scene.session, head, Role.JUDGE, scene.town.grid)
    say_away(scene.work, head, TODAY, WEEK, scene.town.judge)

    found = at_the_grid(scene)

    assert found.judges[0].person_id == scene.town.judge
    assert Why.DEPUTY in found.judges[0].why
    assert scene.town.judge not in {pick.person_id for pick in found.court_supervisors}
    assert found.court_supervisors[0].person_id == scene.town.coordinator


def test_whose_duties_have_ended_stands_in_for_nobody(scene: Scene):
    say_away(scene.work, scene.person(scene.town.supervisor), TODAY, WEEK, scene.town.coordinator)
    second = a_person(scene.session, code="Z2")
    duty = a_duty(scene.session, second, Role.SUPERVISOR, scene.town.county, rank=2)
    say_away(scene.work, scene.person(scene.town.supervisor), TODAY, WEEK, second.id)
    assert at_the_grid(scene).supervisors[0].person_id == second.id

    duty.ends = TODAY - timedelta(days=1)
    scene.session.flush()

    line = at_the_grid(scene).supervisors
    assert second.id not in {pick.person_id for pick in line}
    assert line[0].person_id == scene.town.coordinator
    assert line[-1].person_id == scene.town.supervisor


def test_a_deputy_who_cannot_be_reached_is_no_end_of_the_chain(scene: Scene):
    for one in ends(scene)[1:]:
        say_away(scene.work, scene.person(one), TODAY, WEEK, scene.town.supervisor)
    scene.person(scene.town.supervisor).blocked_at = MONDAY
    scene.session.flush()
    duty = scene.session.query(Duty).filter_by(person_id=scene.town.supervisor).one()
    a_duty(scene.session, duty.person, Role.COORDINATOR, scene.town.county, rank=3)

    assert {pick.person_id for pick in at_the_grid(scene).coordinators} == set(ends(scene)[1:])


def day(number: int) -> date:
    return TODAY + timedelta(days=number)


@pytest.mark.parametrize(
    ("said", "left"),
    [
        ((8, 18), [(0, 7), (8, 18)]),  # the end moved: he never was to be here in between
        ((3, 5), [(0, 2), (3, 5), (6, 13)]),
        ((0, 5), [(0, 5)]),  # from the same day on: corrected
        ((0, 18), [(0, 18)]),
    ],
)
def test_newer_words_count_on_their_own_days_and_nobody_away_becomes_present(
    scene: Scene, said: tuple[int, int], left: list[tuple[int, int]]
):
    mediator = scene.person(scene.town.mediator)
    say_away(scene.work, mediator, day(0), day(13), None)

    say_away(scene.work, mediator, day(said[0]), day(said[1]), scene.town.deputy)

    known = [(one.starts, one.ends) for one in days_away(scene.work, mediator)]
    assert known == [(day(first), day(last)) for first, last in left]


def test_an_office_never_gets_what_is_complained_about_it(scene: Scene):
    duty = scene.session.query(Duty).filter_by(person_id=scene.town.mediator).one()
    duty.station = Station.STREET_OFFICE
    scene.session.flush()

    assert first(scene).person_id == scene.town.mediator
    assert first(scene, against=frozenset({Station.STREET_OFFICE})).person_id == scene.town.deputy
    assert first(scene, category=Category.EXPROPRIATION).person_id == scene.town.deputy


def test_a_land_dispute_is_sat_down_over_together(scene: Scene):
    for code, station in (
        ("J", Station.JUSTICE_OFFICE),
        ("V", Station.VILLAGE_COMMITTEE),
        ("X", Station.TRAFFIC_POLICE),
    ):
        person = a_person(scene.session, code=code)
        a_duty(scene.session, person, Role.MEDIATOR, scene.town.street, rank=9).station = station
    scene.session.flush()
    grid = scene.session.get_one(Area, scene.town.grid)
    codes = {one.person_id: one.code for one in roster(scene.session, grid, TODAY)}

    found = find(scene.session, grid, TODAY, category=Category.LAND, language=Language.ZH)

    assert [codes[pick.person_id] for pick in found.team] == ["J", "V"]
    assert find(scene.session, grid, TODAY, category=None, language=Language.ZH).team == ()


def test_of_equals_with_equal_hands_the_one_who_had_less_lately_is_first(scene: Scene):
    from tests.cases.test_routing import a_candidate

    busy, idle = a_candidate(1, recent=7), a_candidate(2, recent=1)

    assert [
        pick.person_id for pick in route(Facts(None, Language.ZH), [busy, idle]).mediators
    ] == [2, 1]
