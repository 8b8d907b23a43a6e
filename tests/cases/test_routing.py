"""Who gets it: the same answer for the same facts, always somebody who can be reached (law 2)."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import create_engine
from sqlalchemy.orm import Session

from cases.candidates import ENDS, Candidate
from cases.on_duty import STANDS_READY
from cases.routing import LINE, OWN_ACTS, Facts, Route, Why, find, route, very_end
from models.area import Area
from models.base import Base
from models.person import Person
from models.vocabulary import Category, Language, Part, Role, Station
from tests.factories import MONDAY, a_duty, a_person, a_town, work_at

FACTS = Facts(Category.NEIGHBOURS, Language.ZH)


def a_candidate(person_id: int, role: Role = Role.MEDIATOR, **changes: object) -> Candidate:
    plain = Candidate(
        person_id=person_id,
        code=f"T{person_id}",
        role=role,
        distance=1,
        area_id=1,
        categories=frozenset(),
        languages=frozenset({Language.ZH}),
        rank=1,
        reachable=True,
        open_cases=0,
    )
    return replace(plain, **changes)  # type: ignore[arg-type] # the fields of a candidate


categories = st.none() | st.sampled_from(Category)
candidates = st.builds(
    Candidate,
    person_id=st.integers(1, 6),
    code=st.sampled_from(["", "T1", "T2"]),
    role=st.sampled_from(Role),
    distance=st.integers(0, 5),
    area_id=st.just(1),
    categories=st.frozensets(st.sampled_from(Category).map(str), max_size=2),
    languages=st.frozensets(st.sampled_from(Language).map(str)),
    rank=st.integers(1, 3),
    reachable=st.booleans(),
    open_cases=st.integers(0, 3),
    station=st.none() | st.sampled_from(Station),
    away=st.booleans(),
    until=st.none() | st.just(MONDAY),
)
facts = st.builds(
    Facts,
    category=categories,
    language=st.sampled_from(Language),
    excluded=st.frozensets(st.integers(1, 6), max_size=3),
    against=st.frozensets(st.sampled_from(Station), max_size=2),
    red=st.booleans(),
)


def everybody(found: Route) -> set[int]:
    lines = (
        found.team,
        found.judges,
        found.mediators,
        found.officers,
        found.supervisors,
        found.court_supervisors,
        found.coordinators,
    )
    return {pick.person_id for line in lines for pick in line}


@given(facts, st.lists(candidates, max_size=12))
def test_nobody_is_chosen_who_cannot_be_reached_or_may_not_have_it(
    asked: Facts, roster: list[Candidate]
):
    chosen = everybody(route(asked, roster))

    assert chosen <= {one.person_id for one in roster if one.reachable}
    assert not chosen & asked.excluded


def of_the_office(asked: Facts, roster: list[Candidate]) -> set[int]:
    """Everybody with any duty of an office that the dispute is with, or whose own acts it is about."""
    theirs = asked.against | OWN_ACTS.get(asked.category, frozenset())
    return {one.person_id for one in roster if one.station in theirs}


@given(facts, st.lists(candidates, max_size=12))
def test_never_the_complained_about_office_by_whatever_duty(asked: Facts, roster: list[Candidate]):
    assert not everybody(route(asked, roster)) & of_the_office(asked, roster)


@given(facts, st.lists(candidates, max_size=12))
def test_because_of_an_office_the_line_never_ends_in_nobody(asked: Facts, roster: list[Candidate]):
    theirs = frozenset(of_the_office(asked, roster))
    end = very_end(roster, theirs, asked.category)
    found = route(replace(asked, end=end, excluded=frozenset()), roster)
    ends = [
        one
        for one in roster
        if one.reachable
        and one.role in ENDS
        and one.until is None
        and (not one.categories or asked.category in one.categories)
    ]

    assert found.coordinators or not ends
    kept = [pick for pick in (*found.mediators, *found.judges) if pick.person_id in theirs]
    assert all(pick.role in ENDS and Why.OWN_OFFICE in pick.why for pick in kept)


@given(facts, st.lists(candidates, max_size=12), st.sampled_from(Part))
def test_red_is_led_by_whoever_stands_ready_and_nothing_else_is(
    asked: Facts, roster: list[Candidate], part: Part
):
    line = route(asked, roster).line(part)
    on_shift = [Why.ON_SHIFT in pick.why for pick in line]

    assert on_shift == sorted(on_shift, reverse=True)
    assert asked.red or not any(on_shift)


@given(facts, st.lists(candidates, max_size=12), st.sampled_from(Part))
def test_whoever_can_play_the_part_and_be_reached_stands_in_its_line(
    asked: Facts, roster: list[Candidate], part: Part
):
    able = {
        one.person_id
        for one in roster
        if one.reachable
        and one.person_id not in asked.excluded
        and one.role in LINE[part]
        and (not one.categories or asked.category in one.categories)
        and (one.until is None or (asked.red and one.role in STANDS_READY[part]))
    } - of_the_office(asked, roster)
    line = [pick.person_id for pick in route(asked, roster).line(part)]

    assert set(line) == able
    assert len(line) == len(set(line))


@given(facts, st.lists(candidates, max_size=10), st.randoms())
def test_the_order_of_the_rows_decides_nothing(asked: Facts, roster: list[Candidate], luck):
    shuffled = list(roster)
    luck.shuffle(shuffled)

    assert route(asked, shuffled) == route(asked, roster)


@pytest.mark.parametrize(
    ("better", "worse"),
    [
        ({"distance": 0}, {"distance": 1, "categories": frozenset({"RT02"})}),
        ({"distance": 3, "categories": frozenset({"RT02"})}, {"distance": 1}),
        ({"distance": 1, "rank": 2}, {"distance": 2}),
        ({"rank": 2}, {"languages": frozenset({"ko_CN"})}),
        ({"rank": 1, "open_cases": 9}, {"rank": 2}),
        ({"open_cases": 1}, {"open_cases": 2}),
        ({"code": "T1"}, {"code": "T2"}),
    ],
    ids=["own grid", "specialised", "nearer", "language", "rank", "load", "code"],
)
def test_the_order_of_choice_is_that_of_the_design(better, worse):
    """DESIGN §6; each row is better in one thing and no better in all that comes after."""
    roster = [a_candidate(2, **worse), a_candidate(1, **better)]

    assert [pick.person_id for pick in route(FACTS, roster).mediators] == [1, 2]


def test_the_line_goes_on_above_the_mediators():
    roster = [
        a_candidate(1, Role.COORDINATOR),
        a_candidate(2, Role.SUPERVISOR),
        a_candidate(3, Role.MEDIATOR, distance=4),
    ]

    line = route(FACTS, roster).mediators

    assert [pick.person_id for pick in line] == [3, 2, 1]
    assert Why.NEXT_IN_LINE in line[1].why
    assert Why.NEXT_IN_LINE not in line[0].why


def test_a_duty_counts_only_on_its_days():
    engine = create_engine("sqlite://")
    Base.metadata.create_all(engine)
    with Session(engine) as session:
        town = a_town(session)
        today = work_at(session).today
        substitute = a_person(session, code="T7")
        a_duty(
            session,
            substitute,
            Role.MEDIATOR,
            town.grid,
            rank=0,
            starts=today,
            ends=today + timedelta(days=1),
        )
        area = session.get_one(Area, town.grid)

        def first(days: int) -> int:
            day = today + timedelta(days=days)
            found = find(session, area, day, category=None, language=Language.ZH)
            return found.mediators[0].person_id

        assert [first(days) for days in (-1, 0, 1, 2)] == [
            town.mediator,
            substitute.id,
            substitute.id,
            town.mediator,
        ]
    engine.dispose()


def test_a_blocked_bot_and_a_missing_account_are_passed_over():
    engine = create_engine("sqlite://")
    Base.metadata.create_all(engine)
    with Session(engine) as session:
        town = a_town(session)
        area = session.get_one(Area, town.grid)
        session.get_one(Person, town.mediator).blocked_at = MONDAY
        session.get_one(Person, town.deputy).telegram_id = None
        session.flush()

        found = find(session, area, work_at(session).today, category=None, language=Language.ZH)

        assert [pick.person_id for pick in found.mediators[:2]] == [
            town.korean_mediator,
            town.supervisor,
        ]
        judges = [pick.person_id for pick in found.judges]
        assert judges[:3] == [town.judge, town.assistant, town.court_supervisor]
    engine.dispose()
