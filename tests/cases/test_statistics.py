"""Every figure of a month is the journal's: counted again by another way, it is the same."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cases.actions.assignment import give_back, take
from cases.actions.closing import close, rate
from cases.actions.mediation import record_contact
from cases.actions.placing import place
from cases.actions.promise import answer_follow_up
from cases.errors import CaseError
from cases.journal import EventKind, record
from cases.office import below
from cases.overview import late
from cases.statistics import SMALL, Figures, Month, Rate, month_of
from cases.work import Work
from models.case import Case
from models.event import Event
from models.vocabulary import (
    CLOSED,
    AssignmentState,
    ContactResult,
    Outcome,
    Part,
    Rating,
    Role,
    Stage,
)
from tests.factories import LEAK, WAGES
from tests.scene import Scene

NOVEMBER = Month(2026, 11)
DECEMBER = Month(2026, 12)


def figures(scene: Scene, month: Month = NOVEMBER, areas: frozenset[int] | None = None) -> Figures:
    return month_of(scene.session, month, scene.now, areas)


# A second, slow way to count, from the raw rows and with nothing shared


def journal(work: Work) -> dict[int, list[Event]]:
    lives: dict[int, list[Event]] = {}
    for event in work.session.query(Event).order_by(Event.case_id, Event.sequence):
        if event.at <= work.now:
            lives.setdefault(event.case_id, []).append(event)
    return lives


def civil_month(event: Event) -> tuple[int, int]:
    wall = event.at.astimezone(UTC) + timedelta(hours=8)  # Shanghai has no summer time
    return wall.year, wall.month


def state_on(life: list[Event], month: Month) -> tuple[bool, Event | None]:
    """Whether it was open when the month ended, and its closing."""
    last = None
    for event in life:
        known = event.kind in {"case.registered", "case.closed", "case.reopened"}
        if known and civil_month(event) <= (month.year, month.month):
            last = event
    if last is None or last.kind == "case.closed":
        return False, last
    return True, None


def recount(work: Work, month: Month) -> dict[str, object]:
    """Every figure of a month, from what the rows say and nothing else."""
    registered: set[int] = set()
    open_: set[int] = set()
    contradicted: set[int] = set()
    closed: dict[str, set[int]] = {}
    overdue: dict[str, set[int]] = {}
    rated, due, intime = [], 0, 0
    wanted = (month.year, month.month)
    for case_id, life in journal(work).items():
        if civil_month(life[0]) == wanted:
            registered.add(case_id)
        is_open, closing = state_on(life, month)
        if is_open:
            open_.add(case_id)
            for clock in slow_late(life, month, work.now):
                overdue.setdefault(clock, set()).add(case_id)
        if closing is not None and civil_month(closing) == wanted:
            closed.setdefault((closing.facts or {})["outcome"], set()).add(case_id)
            later = [one for one in life if one.sequence > closing.sequence]
            if any(is_contradiction(one) for one in later):
                contradicted.add(case_id)
        ratings = [e for e in life if e.kind == "case.rated" and civil_month(e) <= wanted]
        if ratings and civil_month(ratings[-1]) == wanted:
            rated.append((ratings[-1].facts or {})["rating"])
        a, b = slow_response(life, month, work.now)
        intime, due = intime + a, due + b
    answered = [one for one in rated if one != "no_answer"]
    all_closed = [outcome for outcome, ids in closed.items() for _ in ids]
    counted = [one for one in all_closed if one not in {"C11", "C12", "C13", "C14", "C16"}]
    return {
        "registered": registered,
        "open": open_,
        "closed": closed,
        "contradicted": contradicted,
        "late": overdue,
        "solved": (sum(one <= "C05" for one in counted), len(counted)),
        "satisfied": (sum(one != "unsatisfied" for one in answered), len(answered)),
        "response": (intime, due),
    }


def is_contradiction(event: Event) -> bool:
    facts = event.facts or {}
    return (
        event.kind in {"case.reopened", "case.contested"}
        or (event.kind == "case.rated" and facts["rating"] == "unsatisfied")
        or (event.kind == "case.follow_up_answered" and not facts["well"])
        or (
            event.kind == "case.kept_answered"
            and facts["kept"] != "all"
            and facts.get("side") != "other"
        )
    )


def month_end(month: Month, now: datetime) -> datetime:
    first = date(month.year + month.month // 12, month.month % 12 + 1, 1)
    end = datetime(first.year, first.month, 1, tzinfo=UTC) - timedelta(hours=8)
    return min(end, now + timedelta(microseconds=1))


def slow_late(life: list[Event], month: Month, now: datetime) -> set[str]:
    end = month_end(month, now)
    running: dict[int, tuple[str, datetime]] = {}
    for event in life:
        if event.at >= end:
            break
        facts = event.facts or {}
        if event.kind == "clock.started":
            running[facts["deadline"]] = (facts["clock"], datetime.fromisoformat(facts["due"]))
        if event.kind == "clock.stopped":
            running.pop(facts["deadline"], None)
    silent = {"promise", "follow_up", "weekly_review", "consent"}
    rests = [e.kind for e in life if e.kind in {"case.suspended", "case.resumed"} and e.at < end]
    if rests and rests[-1] == "case.suspended":
        silent.add("mediation_term")
    return {clock for clock, due in running.values() if due < end and clock not in silent}


def slow_response(life: list[Event], month: Month, now: datetime) -> tuple[int, int]:
    """Ack by ack: what happened to it before its time, and after."""
    end, in_time, all_due = month_end(month, now), 0, 0
    for started in (e for e in life if e.kind == "clock.started"):
        facts = started.facts or {}
        due = datetime.fromisoformat(facts["due"])
        if facts["clock"] != "acknowledge" or not (month.start <= due < end):
            continue
        stops = [
            e
            for e in life
            if e.kind == "clock.stopped" and (e.facts or {})["deadline"] == facts["deadline"]
        ]
        takes = [
            e
            for e in life
            if e.kind == "assignment.taken"
            and (e.facts or {})["assignment"] == facts["assignment"]
        ]
        by_taking = bool(stops and takes and stops[0].at == takes[0].at)
        if stops and stops[0].at <= due and not by_taking:
            continue
        all_due += 1
        in_time += by_taking and takes[0].at <= due
    return in_time, all_due


def agrees(found: Figures, slow: dict[str, object]) -> None:
    assert set(found.registered) == slow["registered"]
    assert set(found.open) == slow["open"]
    assert {code: set(ids) for code, ids in found.closed.items()} == slow["closed"]
    assert {code: set(ids) for code, ids in found.late.items()} == slow["late"]
    assert set(found.contradicted) == slow["contradicted"]
    for name in ("solved", "satisfied", "response"):
        rate_found = getattr(found, name)
        assert (rate_found.part, rate_found.whole) == slow[name], name


# The law


def _take(scene: Scene, case: Case, part: Part) -> None:
    offers = [one for one in scene.offers(case, part) if one.is_live]
    take(scene.work, offers[-1].id, offers[-1].person)


def _steps(scene: Scene, cases: list[Case], step: str, which: int) -> None:
    """One thing that may happen; what is not allowed does not happen."""
    if step == "report" or not cases:
        cases.append(scene.case(matter=WAGES if which % 2 else LEAK))
        return
    case = cases[which % len(cases)]
    work, head = scene.work, scene.person(scene.town.supervisor)
    if step == "wait":
        scene.wait(timedelta(hours=[1, 5, 30, 200, 700][which % 5]))
    elif step == "take":
        _take(scene, case, Part.MEDIATOR if which % 3 else Part.JUDGE)
    elif step == "return":
        live = [one for one in scene.offers(case) if one.is_live]
        give_back(work, live[-1].id, live[-1].person, "no_time")
    elif step == "contact":
        held = [one for one in scene.offers(case) if one.state is AssignmentState.TAKEN]
        record_contact(work, case.id, held[-1].person, ContactResult.REACHED)
    elif step == "close" and case.is_open:
        close(work, case, list(Outcome)[which % 16], head)
    elif step == "reopen" and not case.is_open:
        case.stage, case.closed_at = Stage.ACCEPTED, None  # what reopening comes to, in the record
        record(work, case, EventKind.REOPENED, case.reporter)
    elif step == "rate":
        rate(work, case.id, case.reporter, list(Rating)[which % 4])
    elif step == "visit":
        answer_follow_up(work, case.id, case.reporter, well=bool(which % 2))


STEPS = ["report", "wait", "wait", "take", "return", "contact", "close", "rate", "visit", "reopen"]


@given(st.lists(st.tuples(st.sampled_from(STEPS), st.integers(0, 40)), max_size=12))
@settings(
    max_examples=12,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
def test_every_figure_is_recounted_from_the_raw_rows(scene: Scene, steps: list[tuple[str, int]]):
    begun = scene.work
    with scene.session.begin_nested() as nested:
        cases: list[Case] = []
        for step, which in steps:
            try:
                _steps(scene, cases, step, which)
            except (CaseError, IndexError):
                continue
        for month in (Month(2026, 10), NOVEMBER, DECEMBER, Month(2027, 1)):
            agrees(figures(scene, month), recount(scene.work, month))
        nested.rollback()
    scene.work = replace(begun, spoken=[])


def test_open_at_the_end_is_open_before_and_registered_and_opened_again_less_closed(scene: Scene):
    cases = [scene.case() for _ in range(4)]
    close(scene.work, cases[0], Outcome.WITHDRAWN, cases[0].reporter)
    scene.wait(timedelta(days=20))  # December
    cases.append(scene.case())
    close(scene.work, cases[1], Outcome.SETTLED_THEMSELVES, cases[1].reporter)
    november, december = figures(scene), figures(scene, DECEMBER)

    assert (len(november.registered), len(november.closed_in_all)) == (4, 1)
    assert len(december.open) == (
        len(november.open)
        + len(december.registered)
        + len(december.reopened)
        - len(december.closed_in_all)
    )


def test_the_month_ends_at_midnight_of_the_clocks_on_the_wall(scene: Scene):
    scene.work = replace(scene.work, now=datetime(2026, 11, 30, 15, 59, 59, tzinfo=UTC))
    last = scene.case()
    scene.work = replace(scene.work, now=datetime(2026, 11, 30, 16, 0, tzinfo=UTC))
    first = scene.case()

    assert figures(scene).registered == (last.id,)
    assert figures(scene, DECEMBER).registered == (first.id,)


def test_the_figures_stand_where_the_cases_stand_now(scene: Scene):
    """What the tables say today and what the journal says are one."""
    for _ in range(3):
        scene.case()
    done = scene.case()
    _take(scene, done, Part.MEDIATOR)
    close(scene.work, done, Outcome.WITHDRAWN, done.reporter)
    scene.wait(timedelta(days=5))
    month = Month.of(scene.work.today)

    found = figures(scene, month)

    open_now = scene.session.query(Case.id).filter(Case.stage.not_in(CLOSED)).all()
    assert set(found.open) == {case_id for (case_id,) in open_now}
    lines = late(scene.work, scene.person(scene.town.supervisor), Role.SUPERVISOR)
    assert {(one.clock, one.case_id) for one in lines} == {
        (clock, case_id) for clock, ids in found.late.items() for case_id in ids
    }


def test_an_area_counts_its_own_and_all_below(scene: Scene):
    case = scene.case()
    scene.case(area_id=scene.town.far_grid)
    town = scene.town

    assert figures(scene, areas=below(scene.session, [town.grid])).registered == (case.id,)
    assert len(figures(scene, areas=below(scene.session, [town.street])).registered) == 2


def test_a_case_counts_where_it_was_placed(scene: Scene):
    case = scene.case(area_id=None)
    in_grid = below(scene.session, [scene.town.grid])
    assert figures(scene, areas=in_grid).open == ()

    place(scene.work, case.id, scene.person(scene.town.coordinator), scene.town.grid)

    assert figures(scene, areas=in_grid).open == (case.id,)


def test_an_offer_that_was_withdrawn_before_its_time_was_nobodys_to_take(scene: Scene):
    case = scene.case()
    (offer,) = scene.offers(case)
    give_back(scene.work, offer.id, offer.person, "no_time")
    _take(scene, case, Part.MEDIATOR)
    _take(scene, case, Part.JUDGE)
    record_contact(
        scene.work, case.id, scene.person(scene.town.deputy), ContactResult.REACHED
    )  # else the part would pass on, with an offer of its own
    scene.wait(timedelta(days=3))

    assert figures(scene).response == Rate(2, 2)


def test_who_took_it_late_did_not_take_it_in_time(scene: Scene):
    case = scene.case()
    scene.wait(timedelta(days=2))
    _take(scene, case, Part.MEDIATOR)
    scene.wait(timedelta(days=2))

    found = figures(scene).response
    assert found.part < found.whole


@pytest.mark.parametrize(
    ("rating", "part", "whole"),
    [
        (Rating.SATISFIED, 1, 1),
        (Rating.MOSTLY, 1, 1),
        (Rating.UNSATISFIED, 0, 1),
        (Rating.NO_ANSWER, 0, 0),
    ],
)
def test_who_did_not_rate_stands_in_no_denominator(
    scene: Scene, rating: Rating, part: int, whole: int
):
    case = scene.case()
    close(scene.work, case, Outcome.PERFORMED, case.reporter)
    rate(scene.work, case.id, case.reporter, rating)

    found = figures(scene)

    assert found.satisfied == Rate(part, whole)
    assert bool(found.contradicted) is (rating is Rating.UNSATISFIED)


def test_what_is_not_the_offices_to_solve_stands_in_no_denominator(scene: Scene):
    for outcome in (Outcome.PERFORMED, Outcome.REFUSED, Outcome.TO_POLICE, Outcome.MERGED):
        case = scene.case()
        close(scene.work, case, outcome, case.reporter)

    assert figures(scene).solved == Rate(1, 2)


def test_a_small_denominator_is_known_as_small():
    assert [Rate(0, n).is_small for n in (0, SMALL - 1, SMALL)] == [True, True, False]


def test_a_month_has_its_neighbours_and_its_number():
    assert (Month(2026, 12).next, Month(2026, 1).before) == (Month(2027, 1), Month(2025, 12))
    assert Month.numbered(202611) == NOVEMBER
    assert NOVEMBER.number == 202611
    for wrong in (202600, 202613, 0, 7):
        with pytest.raises(ValueError, match=r".*"):
            Month.numbered(wrong)
