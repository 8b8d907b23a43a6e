"""What an office lacks is what the routing would not find; the sandbox town lacks nothing."""

from datetime import timedelta

from sqlalchemy import create_engine, select
from sqlalchemy.orm import Session

from bot.coverage_command import GAPS, lines
from bot.sandbox.town import seed_yanji
from cases.coverage import Coverage, Gap, coverage
from cases.routing import Why, find
from models.area import Area
from models.base import Base
from models.duty import Absence, Duty
from models.person import Person
from models.vocabulary import AreaLevel, Language, Role, Station
from tests.factories import MONDAY, a_duty, a_person, an_area
from tests.scene import Scene

TODAY = MONDAY.date()
GRIDS = ["22240100100101", "22240100100102"]


def lacks(scene: Scene) -> Coverage:
    scene.session.flush()
    return coverage(scene.session, TODAY)


def end(scene: Scene, *roles: Role) -> None:
    for duty in scene.session.scalars(select(Duty).where(Duty.role.in_(roles))):
        duty.ends = TODAY - timedelta(days=1)


def test_the_sandbox_town_lacks_nothing():
    engine = create_engine("sqlite://")
    Base.metadata.create_all(engine)
    with Session(engine) as session:
        seed_yanji(session, MONDAY, joined=True)

        found = coverage(session, TODAY)

    assert found == Coverage()
    assert found.is_whole
    assert list(lines(found)) == ["没有缺口 / 빈곳이 없습니다 / nothing is lacking"]
    engine.dispose()


def test_a_town_with_deputies_everywhere_lacks_nothing(scene: Scene):
    assert lacks(scene).is_whole


def test_each_lack_is_named_with_its_grids(scene: Scene):
    end(scene, Role.JUDGE)
    assert lacks(scene).gaps == {Gap.JUDGE: GRIDS}
    end(scene, Role.MEDIATOR)
    assert lacks(scene).gaps == {Gap.JUDGE: GRIDS, Gap.MEDIATOR: GRIDS, Gap.KOREAN: GRIDS}
    end(scene, Role.SUPERVISOR, Role.COORDINATOR)
    assert lacks(scene).gaps == {Gap.NOWHERE: GRIDS}
    assert set(GAPS) == set(Gap)


def test_one_mediator_or_one_judge_alone_has_no_deputy(scene: Scene):
    end(scene, Role.MEDIATOR, Role.JUDGE_ASSISTANT, Role.COURT_SUPERVISOR)
    alone = a_person(scene.session, code="T8")
    a_duty(scene.session, alone, Role.MEDIATOR, scene.town.grid, languages=(Language.KO,))

    assert lacks(scene).gaps == {
        Gap.JUDGE_DEPUTY: GRIDS,
        Gap.DEPUTY: GRIDS[:1],
        Gap.MEDIATOR: GRIDS[1:],
        Gap.KOREAN: GRIDS[1:],
    }


def test_a_specialist_is_no_mediator_for_everything(scene: Scene):
    end(scene, Role.MEDIATOR)
    only = a_person(scene.session, code="T8")
    duty = a_duty(scene.session, only, Role.MEDIATOR, scene.town.grid)
    duty.categories = ["RT10"]

    assert lacks(scene).gaps[Gap.MEDIATOR] == GRIDS


def test_who_has_not_joined_or_blocked_or_whose_duty_ends_soon_is_named(scene: Scene):
    mediator = scene.session.get_one(Person, scene.town.mediator)
    mediator.telegram_id = None
    scene.session.get_one(Person, scene.town.judge).blocked_at = MONDAY
    duty = scene.session.scalars(select(Duty).where(Duty.person_id == scene.town.deputy)).one()
    duty.ends = TODAY + timedelta(days=30)
    scene.session.add(
        Absence(person_id=scene.town.assistant, starts=TODAY, ends=TODAY, said_at=MONDAY)
    )

    found = lacks(scene)

    assert (found.not_joined, found.blocked, found.away_alone) == (["T1"], ["F1"], ["F2"])
    assert [(one.code, one.ends) for one in found.ending] == [("T2", duty.ends)]
    assert found.gaps == {}
    duty.ends = TODAY + timedelta(days=31)
    assert lacks(scene).ending == []


def test_who_alone_is_left_must_not_be_of_the_office_that_it_is_about(scene: Scene):
    heads = (Role.SUPERVISOR, Role.COORDINATOR)
    duties = scene.session.scalars(select(Duty).where(Duty.role.in_(heads))).all()
    for duty in duties:
        duty.station = Station.STREET_OFFICE
    assert lacks(scene).gaps == {Gap.OWN_OFFICE: GRIDS}

    *_, last = duties
    last.station = Station.JUSTICE_OFFICE
    assert lacks(scene).is_whole, "one of another office answers"
    last.person.blocked_at = MONDAY
    assert lacks(scene).gaps == {Gap.OWN_OFFICE: GRIDS}, "he cannot be reached"

    free = a_person(scene.session, code="T8")
    a_duty(scene.session, free, Role.SUPERVISOR, scene.town.grid)
    assert lacks(scene).gaps == {Gap.OWN_OFFICE: GRIDS[1:]}


def test_a_head_is_of_an_office_by_any_of_his_duties_and_only_of_the_one_of_that_place(
    scene: Scene,
):
    heads = (Role.SUPERVISOR, Role.COORDINATOR)
    people = {
        duty.person_id: duty.person
        for duty in scene.session.scalars(select(Duty).where(Duty.role.in_(heads)))
    }
    session, street = scene.session, scene.session.get_one(Area, scene.town.street)
    other = an_area(
        session, "222401001999", AreaLevel.COMMUNITY, "某社区", "모 사회구역", parent=street
    )
    duties = [
        a_duty(session, person, Role.MEDIATOR, scene.town.far_grid) for person in people.values()
    ]
    for duty in duties:
        duty.station = Station.VILLAGE_COMMITTEE
    assert lacks(scene).gaps == {Gap.OWN_OFFICE: GRIDS}, "one committee answers for both grids"

    for duty in duties:
        duty.area = other
    assert lacks(scene).gaps == {Gap.OWN_OFFICE: [other.code]}


def test_what_is_lacking_about_an_office_is_what_the_routing_finds(scene: Scene):
    heads = (Role.SUPERVISOR, Role.COORDINATOR)
    for duty in scene.session.scalars(select(Duty).where(Duty.role.in_(heads))):
        duty.station = Station.STREET_OFFICE
    scene.session.flush()
    route = find(
        scene.session,
        scene.session.get_one(Area, scene.town.grid),
        TODAY,
        category=None,
        language=Language.ZH,
        against=frozenset({Station.STREET_OFFICE}),
    )
    assert {why for pick in route.coordinators for why in pick.why} >= {Why.OWN_OFFICE}
    assert Gap.OWN_OFFICE in lacks(scene).gaps


def test_only_the_areas_asked_for_are_spoken_of(scene: Scene):
    end(scene, Role.JUDGE)
    far = scene.session.get_one(Area, scene.town.far_grid)

    found = coverage(scene.session, TODAY, frozenset({far.id}))

    assert found.gaps == {Gap.JUDGE: [far.code]}
    assert found.not_joined == []
