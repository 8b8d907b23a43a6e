"""A dispute with an office never goes to that office: not by any duty of its people, not by a task, not by a word."""

from collections.abc import Iterator

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from cases.access import Relation, relations
from cases.actions.assignment import take
from cases.actions.challenging import challenge
from cases.actions.correcting import correct_duty
from cases.actions.mediation import summarise
from cases.actions.naming_office import became_of_an_office, name_office
from cases.actions.placing import place
from cases.actions.supervision import request
from cases.actions.tasks import open_task
from cases.case_views import case_view
from cases.errors import CentreSays, NobodyLeft, NotYours
from cases.journal import EventKind
from cases.opponents import at_the_end, may_stand_on_a_list, never_asked, suggested
from cases.outbox import NoticeKind, tell
from cases.overview import late, red
from cases.reading import offices_in
from cases.routing import Why
from cases.truth import still_true
from models.case import Case
from models.duty import Duty
from models.notice import Notice
from models.person import Person
from models.store import Store
from models.vocabulary import (
    Category,
    Challenge,
    Channel,
    Clock,
    Part,
    Role,
    Station,
    TaskKind,
)
from tests.factories import MONDAY, Town, a_duty, a_person, a_store, a_town, work_at
from tests.scene import Scene

VILLAGE = "村委会把我家的地收走了，村支书不讲理。"


def is_of(scene: Scene, person_id: int, station: Station, area: int | None = None) -> Person:
    """This person is also of that office, by another duty there."""
    person = scene.person(person_id)
    duty = a_duty(scene.session, person, Role.HELPER, area or scene.town.community)
    duty.station = station
    scene.session.flush()
    return person


def parts(scene: Scene, case: Case, part: Part = Part.MEDIATOR) -> list[int]:
    return [one.person_id for one in scene.offers(case, part) if one.is_live]


def told_since(scene: Scene, person: Person, last: int) -> list[Notice]:
    rows = select(Notice).where(Notice.person_id == person.id, Notice.id > last)
    return list(scene.session.scalars(rows))


def newest(scene: Scene) -> int:
    return max(scene.session.scalars(select(Notice.id)), default=0)


def test_known_later_it_goes_on_with_the_reason_and_no_clock_of_the_case_restarts(scene: Scene):
    mediator = is_of(scene, scene.town.mediator, Station.VILLAGE_COMMITTEE)
    case = scene.case(matter=VILLAGE)
    take(scene.work, scene.offers(case)[0].id, mediator)
    (term,) = scene.running(case, Clock.MEDIATION_TERM)
    before, last = (term.started_at, term.due_at), newest(scene)
    scene.work.session.flush()

    name_office(
        scene.work, case.id, scene.person(scene.town.coordinator), Station.VILLAGE_COMMITTEE
    )

    assert parts(scene, case) == [scene.town.deputy]
    (term,) = scene.running(case, Clock.MEDIATION_TERM)
    assert (term.started_at, term.due_at) == before
    (named,) = scene.events(case, EventKind.OFFICE_NAMED)
    assert named.actor_id == scene.town.coordinator
    (moved,) = scene.events(case, EventKind.REASSIGNED)
    assert (moved.facts or {})["reason"] == "complained_of"
    assert told_since(scene, mediator, last) == []
    assert scene.told(case, NoticeKind.HANDLER_CHANGED, case.reporter_id)
    assert scene.running(case)


def test_whoever_is_of_the_office_sees_nothing_and_hears_nothing_of_it(scene: Scene):
    mediator = is_of(scene, scene.town.mediator, Station.VILLAGE_COMMITTEE)
    head = is_of(scene, scene.town.supervisor, Station.VILLAGE_COMMITTEE)
    officer = is_of(scene, scene.town.officer, Station.VILLAGE_COMMITTEE)
    case = scene.case(matter=VILLAGE)
    waiting = scene.told(case, NoticeKind.OFFER, mediator.id)
    task = open_task(scene.work, case, TaskKind.CALL, head, phone="13900000000")

    desk = scene.person(scene.town.coordinator)
    name_office(scene.work, case.id, desk, Station.VILLAGE_COMMITTEE)
    last = newest(scene)

    for person in (mediator, head, officer):
        assert relations(scene.work, case, person) == frozenset()
        assert not case_view(scene.work, case, person).story
        assert (
            tell(scene.work, person, NoticeKind.ESCALATED, case=case, part="mediator", why="red")
            is None
        )
        with pytest.raises(NotYours):
            name_office(scene.work, case.id, person, None)
    assert not any(still_true(scene.work, notice) for notice in waiting)
    assert task.person_id == scene.town.deputy
    assert may_stand_on_a_list(scene.work, head, [case.id]) == []
    assert may_stand_on_a_list(scene.work, desk, [case.id]) == [case.id]
    scene.wait(MONDAY.replace(day=28) - MONDAY)  # everything climbs past them
    assert not {one.person_id for one in scene.offers(case)[1:]} & {mediator.id, head.id}
    for person in (mediator, head, officer):
        assert [
            one.kind for one in told_since(scene, person, last) if one.case_id == case.id
        ] == []
    assert late(scene.work, head, Role.SUPERVISOR) == []
    assert late(scene.work, scene.person(scene.town.coordinator), Role.COORDINATOR) != []


def test_the_officer_who_brought_it_stays_its_reporter_and_no_more(scene: Scene):
    officer = is_of(scene, scene.town.officer, Station.VILLAGE_COMMITTEE)
    case = scene.case(officer, matter=VILLAGE, channel=Channel.GRID_OFFICER)

    name_office(
        scene.work, case.id, scene.person(scene.town.coordinator), Station.VILLAGE_COMMITTEE
    )

    assert relations(scene.work, case, officer) == {Relation.REPORTER}


def test_of_a_dispute_with_the_court_no_judge_is_asked(scene: Scene):
    case = scene.case()
    assert parts(scene, case, Part.JUDGE) == [scene.town.judge]

    name_office(scene.work, case.id, scene.person(scene.town.coordinator), Station.COURT)

    assert parts(scene, case, Part.JUDGE) == [scene.town.coordinator]
    assert never_asked(scene.work, case) == {
        scene.town.judge,
        scene.town.assistant,
        scene.town.court_supervisor,
    }


def test_the_same_office_of_another_place_is_another_office(scene: Scene):
    near = is_of(scene, scene.town.mediator, Station.VILLAGE_COMMITTEE, scene.town.far_grid)
    case = scene.case(area_id=scene.town.grid)
    name_office(
        scene.work, case.id, scene.person(scene.town.coordinator), Station.VILLAGE_COMMITTEE
    )
    assert near.id in never_asked(scene.work, case)  # of the same community

    from models.vocabulary import AreaLevel
    from tests.factories import an_area

    county = scene.session.get_one(type(case.area), scene.town.county)
    other = an_area(
        scene.session, "222401002000", AreaLevel.STREET, "北山街道", "북산가두", parent=county
    )
    duty = scene.session.query(Duty).filter_by(person_id=near.id, role=Role.HELPER).one()
    duty.area_id = other.id
    scene.session.flush()
    assert never_asked(scene.work, case) == frozenset()


def test_which_office_it_is_the_place_decides(scene: Scene):
    mediator = is_of(scene, scene.town.mediator, Station.VILLAGE_COMMITTEE)
    case = scene.case(area_id=scene.town.county)
    desk = scene.person(scene.town.coordinator)
    name_office(scene.work, case.id, desk, Station.VILLAGE_COMMITTEE)

    place(scene.work, case.id, desk, scene.town.grid)

    assert mediator.id not in {one.person_id for one in scene.offers(case)}
    assert parts(scene, case) == [scene.town.deputy]


def test_taken_back_only_by_the_centre_and_said_twice_it_is_once(scene: Scene):
    case = scene.case(matter=VILLAGE)
    mediator = scene.person(scene.town.mediator)
    turn = case.turn
    for _ in range(2):
        name_office(scene.work, case.id, mediator, Station.VILLAGE_COMMITTEE)
    assert len(scene.events(case, EventKind.OFFICE_NAMED)) == 1
    assert case.turn == turn  # nobody of it had the case
    with pytest.raises(NotYours):
        name_office(scene.work, case.id, mediator, None)

    name_office(scene.work, case.id, scene.person(scene.town.supervisor), None)

    assert case.against is None


def test_by_the_kind_of_dispute_its_office_is_passed_over_by_whatever_duty(scene: Scene):
    is_of(scene, scene.town.mediator, Station.STREET_OFFICE, scene.town.street)

    case = scene.case(category=Category.EXPROPRIATION)

    assert parts(scene, case) == [scene.town.deputy]


def all_heads_are_of(scene: Scene, station: Station) -> None:
    for one in (scene.town.supervisor, scene.town.coordinator, scene.town.night_desk):
        is_of(scene, one, station, scene.town.street)


def test_an_office_is_not_named_while_everybody_who_would_be_left_is_of_it(scene: Scene):
    """Law 2: what is not yet known can wait until somebody else is appointed; nothing is taken from anybody meanwhile."""
    all_heads_are_of(scene, Station.STREET_OFFICE)
    case = scene.case()
    before = parts(scene, case)

    with pytest.raises(NobodyLeft):
        name_office(
            scene.work, case.id, scene.person(scene.town.coordinator), Station.STREET_OFFICE
        )

    assert case.against is None
    assert parts(scene, case) == before
    assert not scene.events(case, EventKind.OFFICE_NAMED)
    other = a_person(scene.session, code="D7", name="外")
    a_duty(scene.session, other, Role.COORDINATOR, scene.town.county)
    name_office(scene.work, case.id, other, Station.STREET_OFFICE)
    assert other.id not in never_asked(scene.work, case)


def test_by_the_kind_of_dispute_alone_the_very_end_stays_and_says_so(scene: Scene):
    """A report must go to somebody: of heads and a duty desk who are all of that office, the highest answer, last."""
    all_heads_are_of(scene, Station.STREET_OFFICE)
    for one in (scene.town.mediator, scene.town.deputy, scene.town.korean_mediator):
        is_of(scene, one, Station.STREET_OFFICE, scene.town.street)
    case = scene.case(category=Category.EXPROPRIATION)

    (offer,) = scene.offers(case)
    assert offer.person_id in at_the_end(scene.work, case)
    assert Why.OWN_OFFICE in (offer.reason or {})["why"].split(",")
    assert relations(scene.work, case, offer.person) >= {Relation.MEDIATOR}
    assert scene.told(case, NoticeKind.OFFER, offer.person_id)
    assert not {scene.town.mediator, scene.town.deputy} & at_the_end(scene.work, case)
    take(scene.work, offer.id, offer.person)


def test_whoever_becomes_of_the_office_later_holds_nothing_of_it_any_more(scene: Scene):
    case = scene.case(matter=VILLAGE)
    desk = scene.person(scene.town.coordinator)
    name_office(scene.work, case.id, desk, Station.VILLAGE_COMMITTEE)
    take(scene.work, scene.offers(case)[0].id, scene.person(scene.town.mediator))

    mediator = is_of(scene, scene.town.mediator, Station.VILLAGE_COMMITTEE)
    became_of_an_office(scene.work, [mediator.id])

    assert parts(scene, case) == [scene.town.deputy]
    (moved,) = scene.events(case, EventKind.REASSIGNED)
    assert (moved.actor_id, (moved.facts or {})["left"]) == (None, [mediator.id])


def test_a_correction_of_his_duty_takes_it_from_him_at_once(scene: Scene):
    admin = a_person(scene.session, code="A1", name="子")
    a_duty(scene.session, admin, Role.ADMINISTRATOR, scene.town.county)
    case = scene.case(matter=VILLAGE)
    desk = scene.person(scene.town.coordinator)
    name_office(scene.work, case.id, desk, Station.VILLAGE_COMMITTEE)
    duty = scene.session.query(Duty).filter_by(person_id=scene.town.mediator).one()

    correct_duty(scene.work, admin, duty.id, {"station": Station.VILLAGE_COMMITTEE})

    assert duty.station is Station.VILLAGE_COMMITTEE
    assert parts(scene, case) == [scene.town.deputy]


def test_nobody_need_say_so_the_next_clock_finds_it(scene: Scene):
    case = scene.case(matter=VILLAGE)
    desk = scene.person(scene.town.coordinator)
    name_office(scene.work, case.id, desk, Station.VILLAGE_COMMITTEE)
    mediator = is_of(scene, scene.town.mediator, Station.VILLAGE_COMMITTEE)

    scene.wait(MONDAY.replace(day=25) - MONDAY)

    assert mediator.id not in parts(scene, case)
    assert parts(scene, case)


def test_what_heads_decide_goes_to_the_next_head_never_to_whom_it_is_about(scene: Scene):
    case = scene.case(matter=VILLAGE)
    mediator = scene.person(scene.town.mediator)
    take(scene.work, scene.offers(case)[0].id, mediator)
    desk = scene.person(scene.town.coordinator)
    challenge(scene.work, scene.offers(case)[0].id, case.reporter, Challenge.UNFAIR)
    request(scene.work, case.id, desk, "请庭长过问")
    (wish,) = scene.tasks(case, TaskKind.CHALLENGE)
    (asked,) = scene.tasks(case, TaskKind.REQUEST)
    for head in (wish.person_id, asked.person_id):
        is_of(scene, head, Station.VILLAGE_COMMITTEE)
    deciding = {wish.person_id, asked.person_id}

    name_office(scene.work, case.id, desk, Station.VILLAGE_COMMITTEE)

    assert wish.person_id == scene.town.coordinator
    assert asked.person_id not in deciding | {mediator.id, scene.town.deputy}


@pytest.mark.parametrize("who", ["mediator", "officer"])
def test_of_the_court_and_of_ones_own_office_the_heads_alone_say_it(scene: Scene, who: str):
    person = is_of(scene, getattr(scene.town, who), Station.VILLAGE_COMMITTEE)
    case = scene.case()
    judges = parts(scene, case, Part.JUDGE)

    for office in (Station.COURT, Station.VILLAGE_COMMITTEE):
        with pytest.raises(CentreSays):
            name_office(scene.work, case.id, person, office)

    assert case.against is None
    assert parts(scene, case, Part.JUDGE) == judges
    head = scene.person(scene.town.court_supervisor)
    with pytest.raises(CentreSays):
        name_office(scene.work, case.id, head, Station.STREET_OFFICE)
    name_office(scene.work, case.id, head, Station.COURT)
    assert case.against is Station.COURT


def test_a_voice_that_turns_out_to_be_about_an_office_s_own_acts_leaves_that_office(scene: Scene):
    mediator = is_of(scene, scene.town.mediator, Station.STREET_OFFICE, scene.town.street)
    case = scene.case(category=None, matter="")
    assert parts(scene, case) == [mediator.id]
    task = open_task(scene.work, case, TaskKind.LISTEN, mediator)

    summarise(scene.work, task.id, mediator, "拆迁补偿款一直没到账")

    assert case.category is Category.EXPROPRIATION
    assert parts(scene, case) == [scene.town.deputy]
    assert relations(scene.work, case, mediator) == frozenset()
    assert may_stand_on_a_list(scene.work, mediator, [case.id]) == []
    assert red(scene.work, scene.person(scene.town.supervisor), Role.SUPERVISOR) == []


@pytest.mark.parametrize(
    ("said", "named"),
    [
        (VILLAGE, (Station.VILLAGE_COMMITTEE,)),
        ("街道办的人和派出所都不管", (Station.STREET_OFFICE, Station.POLICE_STATION)),
        ("촌민위원회에서 땅을 가져갔습니다", (Station.VILLAGE_COMMITTEE,)),
        ("가두판사처와 파출소", (Station.STREET_OFFICE, Station.POLICE_STATION)),
        ("楼上漏水", ()),
    ],
)
def test_words_only_suggest_an_office(scene: Scene, said: str, named: tuple[Station, ...]):
    case = scene.case(matter=said)

    assert offices_in(said) == suggested(case) == named
    assert case.against is None


@pytest.fixture
def store(new_database) -> Iterator[Store]:
    store = a_store(new_database)
    yield store
    store.close()


def test_on_both_databases_it_leaves_the_office(store: Store):
    def lived(session: Session) -> tuple[list[int], list[int], Town]:
        scene = Scene(session, a_town(session), work_at(session))
        is_of(scene, scene.town.mediator, Station.VILLAGE_COMMITTEE)
        case = scene.case(a_person(session), matter=VILLAGE)
        name_office(
            scene.work, case.id, scene.person(scene.town.coordinator), Station.VILLAGE_COMMITTEE
        )
        named = parts(scene, case)
        is_of(scene, scene.town.deputy, Station.VILLAGE_COMMITTEE)
        became_of_an_office(scene.work, {scene.town.deputy})
        assert may_stand_on_a_list(scene.work, scene.person(scene.town.deputy), [case.id]) == []
        return named, parts(scene, case), scene.town

    named, later, town = store.transact(lived)

    assert (named, later) == ([town.deputy], [town.korean_mediator])
