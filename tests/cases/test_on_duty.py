"""Who stands ready: RED goes to the rota at any hour and climbs on, no time is promised where nobody stands, empty hours are named."""

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from bot.sandbox.town import seed_yanji
from bot.whose import answer
from cases.actions.offering import duty_desk
from cases.actions.safety import choose_channel, rota_loaded
from cases.coverage import coverage
from cases.deputies import say_away
from cases.on_duty import AHEAD, Unmanned, ready, somebody_stands, unmanned
from cases.outbox import NoticeKind
from cases.routing import find
from cases.work import Work
from cases.workdays import at, civil
from models.area import Area
from models.duty import Duty
from models.rota import Shift
from models.store import Store
from models.vocabulary import Clock, Language, Level, Part, Role, SafeChannel, Station, TaskKind
from tests.factories import BEATEN, MONDAY, a_duty, a_person, a_store, a_town, work_at
from tests.scene import Scene

NIGHT = timedelta(hours=11)  # from 20:00 civil on, as MONDAY is 09:00
BLOCKED_ROAD = "六十个村民把路堵了，要集体上访。"


def a_shift(
    scene: Scene,
    person_id: int,
    role: Role,
    *,
    area: int | None = None,
    starts: datetime = MONDAY,
    hours: float = 24,
) -> Shift:
    shift = Shift(
        person_id=person_id,
        area_id=area or scene.town.county,
        role=role,
        starts=starts,
        ends=starts + timedelta(hours=hours),
    )
    scene.session.add(shift)
    scene.session.flush()
    return shift


def grid(scene: Scene) -> Area:
    return scene.session.get_one(Area, scene.town.grid)


def who(scene: Scene, part: Part = Part.MEDIATOR, *, red: bool = True) -> list[int]:
    found = find(
        scene.session,
        grid(scene),
        scene.work.today,
        category=None,
        language=Language.ZH,
        at=scene.now,
        red=red,
    )
    return [pick.person_id for pick in found.line(part)]


def test_red_goes_to_whoever_stands_ready_and_then_to_its_own_people(scene: Scene):
    town = scene.town
    judge = a_person(scene.session, code="F8")
    a_duty(scene.session, judge, Role.JUDGE, town.far_grid)
    a_shift(scene, judge.id, Role.JUDGE)
    a_shift(scene, town.korean_mediator, Role.MEDIATOR)

    case = scene.case(matter=BLOCKED_ROAD)

    assert case.level is Level.RED
    assert scene.offers(case)[0].person_id == town.korean_mediator
    assert scene.offers(case, Part.JUDGE)[0].person_id == judge.id
    assert scene.offers(case)[0].reason == {
        "why": "on_shift",
        "role": "mediator",
        "area": str(town.county),
        "until": (MONDAY + timedelta(hours=24)).isoformat(),
    }
    scene.wait(timedelta(minutes=16))
    assert [one.person_id for one in scene.offers(case)] == [town.korean_mediator, town.mediator]
    assert scene.offers(case, Part.JUDGE)[-1].person_id == town.judge


def test_an_ordinary_case_stays_with_its_own_people(scene: Scene):
    a_shift(scene, scene.town.korean_mediator, Role.MEDIATOR)

    assert scene.offers(scene.case())[0].person_id == scene.town.mediator


def test_at_night_the_desk_on_duty_takes_a_mediator_s_place_and_no_judge_s(scene: Scene):
    scene.wait(NIGHT)
    a_shift(scene, scene.town.night_desk, Role.COORDINATOR, starts=scene.now, hours=12)

    case = scene.case(matter=BLOCKED_ROAD)

    assert scene.offers(case)[0].person_id == scene.town.night_desk
    assert scene.offers(case, Part.JUDGE)[0].person_id == scene.town.judge
    told = scene.told(case, NoticeKind.ESCALATED, scene.town.night_desk)
    assert told  # the desk that is told of danger is the one that stands there now


def test_the_duty_desk_is_whoever_stands_there_now(scene: Scene):
    a_shift(scene, scene.town.night_desk, Role.COORDINATOR, hours=12)
    case = scene.case(matter=BEATEN)
    assert [one.person_id for one in scene.offers(case)] == [scene.town.night_desk]

    scene.wait(timedelta(hours=12))

    desk = duty_desk(scene.work, case)
    assert desk is not None
    assert desk.id == scene.town.coordinator


def test_a_shift_counts_from_its_first_minute_until_the_last_is_over(scene: Scene):
    shift = a_shift(scene, scene.town.deputy, Role.MEDIATOR, hours=1)

    assert ready(scene.session, grid(scene), shift.starts)
    assert ready(scene.session, grid(scene), shift.ends - timedelta.resolution)
    assert not ready(scene.session, grid(scene), shift.starts - timedelta.resolution)
    assert not ready(scene.session, grid(scene), shift.ends)


def test_a_shift_makes_nobody_a_judge_and_ends_with_the_duty(scene: Scene):
    a_shift(scene, scene.town.deputy, Role.JUDGE)
    a_shift(scene, scene.town.officer, Role.COORDINATOR)
    elsewhere = a_person(scene.session, code="D9")
    duty = a_duty(scene.session, elsewhere, Role.COORDINATOR, scene.town.far_grid)
    a_shift(scene, elsewhere.id, Role.COORDINATOR)  # sees not all of the county

    assert ready(scene.session, grid(scene), MONDAY) == []

    duty.area_id = scene.town.county
    scene.session.flush()
    assert [one.code for one in ready(scene.session, grid(scene), MONDAY)] == ["D9"]
    duty.ends = MONDAY.date() - timedelta(days=1)
    scene.session.flush()
    assert ready(scene.session, grid(scene), MONDAY) == []


def test_who_cannot_be_reached_or_is_away_does_not_stand_ready_and_the_deputy_does(scene: Scene):
    a_shift(scene, scene.town.mediator, Role.MEDIATOR)
    today = scene.work.today
    say_away(scene.work, scene.person(scene.town.mediator), today, today, scene.town.deputy)
    (one,) = ready(scene.session, grid(scene), MONDAY)
    assert (one.person_id, one.instead_of) == (scene.town.deputy, scene.town.mediator)

    scene.person(scene.town.deputy).blocked_at = MONDAY
    scene.session.flush()
    assert ready(scene.session, grid(scene), MONDAY) == []

    say_away(scene.work, scene.person(scene.town.mediator), today, today, None)
    assert not somebody_stands(scene.session, grid(scene), MONDAY)
    assert unmanned(scene.session, MONDAY)[0].starts == MONDAY


def test_of_the_office_complained_about_nobody_stands_ready(scene: Scene):
    a_shift(scene, scene.town.deputy, Role.MEDIATOR)
    duty = scene.session.query(Duty).filter_by(person_id=scene.town.deputy).one()
    duty.station = Station.STREET_OFFICE
    scene.session.flush()

    found = find(
        scene.session,
        grid(scene),
        scene.work.today,
        category=None,
        language=Language.ZH,
        against=frozenset({Station.STREET_OFFICE}),
        at=scene.now,
        red=True,
    )

    assert scene.town.deputy not in {pick.person_id for pick in found.mediators}


def test_a_call_is_promised_only_for_an_hour_at_which_somebody_stands(scene: Scene):
    woman = scene.person(name="甲")
    case = scene.case(woman, matter=BEATEN)
    assert not rota_loaded(scene.work, case)
    a_shift(scene, scene.town.coordinator, Role.COORDINATOR, hours=3)

    choose_channel(scene.work, woman, SafeChannel.PHONE, contact="13900000009 11:00")

    assert rota_loaded(scene.work, case)
    assert rota_loaded(scene.work, case, MONDAY + timedelta(hours=2))
    assert not rota_loaded(scene.work, case, MONDAY + timedelta(hours=3))
    a_shift(scene, scene.town.judge, Role.JUDGE, starts=MONDAY + timedelta(hours=3))
    assert not rota_loaded(scene.work, case, MONDAY + timedelta(hours=4))


def test_no_call_is_promised_that_only_somebody_barred_would_make(scene: Scene):
    woman = scene.person(name="甲")
    case = scene.case(woman, matter=BEATEN)
    choose_channel(scene.work, woman, SafeChannel.PHONE, contact="13900000009")
    a_shift(scene, scene.town.deputy, Role.MEDIATOR, hours=3)
    assert rota_loaded(scene.work, case)

    duty = a_duty(scene.session, scene.person(scene.town.deputy), Role.HELPER, scene.town.street)
    duty.station = Station.STREET_OFFICE
    case.against = Station.STREET_OFFICE
    scene.session.flush()

    assert not rota_loaded(scene.work, case)


def test_the_call_is_made_by_whoever_is_on_duty_at_its_hour(scene: Scene):
    a_shift(scene, scene.town.coordinator, Role.COORDINATOR, hours=3)
    a_shift(scene, scene.town.night_desk, Role.COORDINATOR, starts=MONDAY + timedelta(hours=3))
    woman = scene.person(name="甲")
    case = scene.case(woman, matter=BEATEN)

    def caller(after: int) -> int:
        choose_channel(
            scene.work,
            woman,
            SafeChannel.PHONE,
            contact="13900000009",
            hour=MONDAY + timedelta(hours=after),
        )
        return scene.tasks(case, TaskKind.SAFE_CALL)[-1].person_id

    assert caller(1) == scene.town.coordinator
    assert caller(5) == scene.town.night_desk
    assert caller(40) == scene.town.coordinator  # nobody is on duty then: whoever has it


def hours(found: list[Unmanned]) -> list[tuple[str, float, float]]:
    def since(when: datetime) -> float:
        return (when - MONDAY) / timedelta(hours=1)

    return [(one.code, since(one.starts), since(one.ends)) for one in found]


def test_an_empty_night_is_named_with_its_area(scene: Scene):
    week = AHEAD / timedelta(hours=1)
    assert hours(unmanned(scene.session, MONDAY)) == [("222401000000", 0, week)]
    a_shift(scene, scene.town.coordinator, Role.COORDINATOR, hours=11)
    a_shift(
        scene,
        scene.town.mediator,
        Role.MEDIATOR,
        starts=MONDAY + timedelta(hours=23),
        hours=week,
    )
    a_shift(scene, scene.town.judge, Role.JUDGE)  # alone answers no telephone
    assert hours(unmanned(scene.session, MONDAY)) == [("222401000000", 11, 23)]
    (gap,) = unmanned(scene.session, MONDAY)
    assert str(gap) == "222401000000 11-23 20:00–11-24 08:00"

    duty = scene.session.query(Duty).filter_by(person_id=scene.town.mediator).one()
    duty.ends = scene.work.today + timedelta(days=2)
    scene.session.flush()
    assert hours(unmanned(scene.session, MONDAY))[1][1:] == (63, week)  # after it nobody stands
    duty.ends = None
    lacks = coverage(scene.session, scene.work.today, now=MONDAY)
    assert lacks.unmanned == [gap]
    assert not lacks.is_whole


def test_where_streets_have_a_rota_of_their_own_only_the_others_are_named(scene: Scene):
    week = AHEAD / timedelta(hours=1)
    a_shift(scene, scene.town.korean_mediator, Role.MEDIATOR, area=scene.town.grid, hours=week)

    assert hours(unmanned(scene.session, MONDAY)) == [("22240100100102", 0, week)]
    assert unmanned(scene.session, MONDAY, frozenset({scene.town.grid})) == []


def test_the_sandbox_town_has_nobody_missing_at_any_hour():
    from sqlalchemy import create_engine

    from models.base import Base

    engine = create_engine("sqlite://")
    Base.metadata.create_all(engine)
    with Session(engine) as session:
        seed_yanji(session, MONDAY, joined=True)
        assert unmanned(session, MONDAY) == []
        assert coverage(session, MONDAY.date(), now=MONDAY + timedelta(days=300)).is_whole
    engine.dispose()


def test_the_route_says_until_when(scene: Scene):
    a_shift(scene, scene.town.deputy, Role.MEDIATOR, hours=23)

    told = "\n".join(answer(scene.work, grid(scene), None, Language.ZH, red=True))
    plain = "\n".join(answer(scene.work, grid(scene), None, Language.ZH))

    assert "调解员T2: 值班至 11-24 08:00 / 조정원 T2: 당직 11-24 08:00까지" in told
    assert "值班至" not in plain


def test_at_night_it_climbs_from_shift_to_shift_within_the_quarter_hour(scene: Scene):
    scene.wait(at(civil(MONDAY).date(), civil(MONDAY).time().replace(hour=23)) - MONDAY)
    a_shift(scene, scene.town.deputy, Role.MEDIATOR, starts=scene.now, hours=9)
    a_shift(scene, scene.town.night_desk, Role.COORDINATOR, starts=scene.now, hours=9)
    case = scene.case(matter=BLOCKED_ROAD)
    (clock,) = [
        one
        for one in scene.running(case, Clock.ACKNOWLEDGE)
        if one.assignment_id == scene.offers(case)[0].id
    ]
    assert clock.due_at == scene.now + timedelta(minutes=15)

    scene.wait(timedelta(minutes=31))

    assert [one.person_id for one in scene.offers(case)][:3] == [
        scene.town.deputy,
        scene.town.night_desk,
        scene.town.mediator,
    ]


@pytest.fixture
def store(new_database) -> Iterator[Store]:
    store = a_store(new_database)
    yield store
    store.close()


def test_on_both_databases_the_rota_is_read_alike(store: Store):
    def lived(session: Session) -> tuple[list[int], list[Unmanned], int]:
        town = a_town(session)
        work: Work = work_at(session)
        scene = Scene(session, town, work)
        a_shift(scene, town.deputy, Role.MEDIATOR, hours=20)
        case = scene.case(matter=BLOCKED_ROAD)
        return (
            [one.person_id for one in scene.offers(case)],
            unmanned(session, MONDAY),
            town.deputy,
        )

    offered, empty, deputy = store.transact(lived)

    assert offered == [deputy]
    assert hours(empty) == [("222401000000", 20, AHEAD / timedelta(hours=1))]
