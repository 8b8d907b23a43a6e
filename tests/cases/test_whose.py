"""Whose somebody of the roster is, and what an administrator may do to him: on both databases."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta

import pytest
from sqlalchemy import create_engine, select
from sqlalchemy.orm import Session

from cases import office_tables
from cases.actions.correcting import correct_duty, correct_person, invite
from cases.actions.giving import appoint, give_duty
from cases.actions.joining import join_roster
from cases.actions.retiring import duties_held, end_duty, people_under, retire
from cases.actions.second_factor import TRIES, asks
from cases.actions.spoken_code import code_for, typed
from cases.errors import (
    CaseError,
    InvitationInvalid,
    NobodyLeft,
    NotYours,
    RowRefused,
    SecondPerson,
    TooLargeAnArea,
)
from cases.numbers import damm
from cases.office import Errand
from cases.office_pages import Wanted
from cases.outbox import NoticeKind
from cases.roster import plan
from cases.roster_steps import steps
from cases.sheet import Reason, Row
from models.area import Area
from models.duty import Duty
from models.notice import Notice
from models.person import Person
from models.vocabulary import AreaLevel, Role
from tests.factories import a_duty, a_person, a_town, an_area, migrated, work_at
from tests.scene import Scene

HERS = "13943330001"


@pytest.fixture
def scene(new_database: Callable[[Callable[[str], None]], str]) -> Iterator[Scene]:
    engine = create_engine(new_database(migrated))
    with Session(engine) as session:
        yield Scene(session, a_town(session), work_at(session))
    engine.dispose()


@dataclass
class Two:
    """Two counties of one prefecture, an administrator in each, one above both, and a head of the prefecture."""

    over: Person
    here: Person
    there: Person
    head: Person
    helping: Duty
    prefecture: int
    county: int


@pytest.fixture
def two(scene: Scene) -> Two:
    session = scene.session
    top = an_area(session, "222400000000", AreaLevel.PREFECTURE, "延边州", "연변주")
    session.get_one(Area, scene.town.county).parent_id = top.id
    other = an_area(session, "222402000000", AreaLevel.COUNTY, "图们市", "도문시", parent=top)
    a_duty(session, a_person(session, code="Z8"), Role.SUPERVISOR, other.id)

    def administers(code: str, area_id: int) -> Person:
        person = a_person(session, code=code)
        a_duty(session, person, Role.ADMINISTRATOR, area_id)
        return person

    head = a_person(session, code="Z0", name="寅")
    a_duty(session, head, Role.SUPERVISOR, top.id)
    helping = a_duty(session, head, Role.HELPER, scene.town.grid, rank=9)
    return Two(
        administers("A0", top.id),
        administers("A1", scene.town.county),
        administers("A2", other.id),
        head,
        helping,
        top.id,
        other.id,
    )


def theirs(scene: Scene, two: Two, *, ended: bool = False) -> Person:
    """A mediator of the other county, with a telephone."""
    person = a_person(scene.session, code="T8", name="卯", reachable=False)
    person.phone = HERS
    a_duty(scene.session, person, Role.MEDIATOR, two.county)
    scene.session.flush()
    if ended:
        retire(scene.work, two.there, person.id)
    return person


def row(scene: Scene, **cells: str) -> dict[str, str]:
    area = scene.session.get_one(Area, scene.town.community)
    return {"role": "mediator", "area": area.code, **cells}


def sees(scene: Scene, by: Person, person: Person) -> bool:
    listed = {one.id for one in office_tables.people(scene.work, by, Wanted(limit=0)).rows}
    asked = {one.id for one in people_under(scene.work, by, Errand.APPOINT)}
    assert listed == asked  # chat and browser draw the same line
    return person.id in listed


def number(scene: Scene) -> int:
    return len(scene.session.scalars(select(Duty)).all())


# Whom a telephone finds


@pytest.mark.parametrize("ended", [False, True])
def test_a_telephone_alone_takes_nobody_of_another_county(scene: Scene, two: Two, ended: bool):
    person = theirs(scene, two, ended=ended)
    before = number(scene)

    with pytest.raises(NotYours):
        give_duty(scene.work, two.here, row(scene, name="卯", phone=HERS))

    assert number(scene) == before
    assert not sees(scene, two.here, person)
    assert (person.retired_at is not None) is ended


def test_a_telephone_alone_finds_ones_own_and_another_name_is_refused(scene: Scene, two: Two):
    person = theirs(scene, two)
    place = scene.session.get_one(Area, two.county).code
    with pytest.raises(RowRefused) as trial:
        give_duty(
            scene.work, two.there, row(scene, name="别名", phone=HERS, area=place, role="judge")
        )
    assert {fault.reason for fault in trial.value.faults} == {Reason.NAMES_DIFFER}

    given = give_duty(
        scene.work, two.there, row(scene, name="卯", phone=HERS, area=place, role="judge")
    )

    assert given.person is person
    assert person.name == "卯"


def test_who_comes_back_by_his_telephone_is_here_again(scene: Scene, two: Two):
    person = theirs(scene, two, ended=True)
    place = scene.session.get_one(Area, two.county).code

    given = give_duty(scene.work, two.there, row(scene, name="卯", phone=HERS, area=place))

    assert given.person is person
    assert person.retired_at is None


# Who answers for more than one's own areas


def test_who_answers_elsewhere_too_is_not_changed_by_whoever_has_a_part_of_it(
    scene: Scene, two: Two
):
    head, work = two.head, scene.work
    assert sees(scene, two.here, head)
    tried: list[Callable[[], object]] = [
        lambda: retire(work, two.here, head.id),
        lambda: correct_person(work, two.here, head.id, {"name": "别名"}),
        lambda: correct_person(work, two.here, head.id, {"phone": HERS}),
        lambda: invite(work, two.here, head.id),
        lambda: appoint(work, two.here, head.id, Role.MEDIATOR, scene.town.grid),
        lambda: give_duty(work, two.here, row(scene, code="Z0")),
    ]
    for attempt in tried:
        with pytest.raises(NotYours):
            attempt()
    assert head.telegram_id is not None
    assert head not in people_under(work, two.here, Errand.RETIRE)
    assert head not in people_under(work, two.here, Errand.INVITE)

    end_duty(work, two.here, two.helping.id)

    assert [duty.role for duty in duties_held(work, head)] == [Role.SUPERVISOR]
    assert not sees(scene, two.here, head)
    correct_person(work, two.over, head.id, {"phone": HERS})
    assert head.phone == HERS


# Who holds nothing


def test_who_left_belongs_where_his_last_duties_were(scene: Scene, two: Two):
    person = theirs(scene, two, ended=True)

    assert not sees(scene, two.here, person)
    assert sees(scene, two.there, person)
    assert sees(scene, two.over, person)
    for attempt in (
        lambda: correct_person(scene.work, two.here, person.id, {"phone": "13943330002"}),
        lambda: invite(scene.work, two.here, person.id),
        lambda: appoint(scene.work, two.here, person.id, Role.MEDIATOR, scene.town.grid),
        lambda: give_duty(scene.work, two.here, row(scene, code="T8")),
    ):
        with pytest.raises(NotYours):
            attempt()


def test_only_the_last_duties_count_and_who_never_had_one_is_everybodys(scene: Scene, two: Two):
    moved = a_person(scene.session, code="T9")
    yesterday = scene.work.today - timedelta(days=1)
    a_duty(scene.session, moved, Role.HELPER, scene.town.grid, ends=yesterday - timedelta(days=9))
    a_duty(scene.session, moved, Role.MEDIATOR, two.county, ends=yesterday)
    new = a_person(scene.session, code="N1")

    assert not sees(scene, two.here, moved)
    assert sees(scene, two.there, moved)
    assert sees(scene, two.here, new)
    assert sees(scene, two.there, new)


# Oneself


@pytest.mark.parametrize("role", [Role.COURT_SUPERVISOR, Role.SUPERVISOR, Role.JUDGE])
def test_nobody_gives_himself_a_duty(scene: Scene, two: Two, role: Role):
    two.here.name, two.here.phone = "子", HERS
    scene.session.flush()
    own = {"role": role, "rank": "7"}
    for attempt in (
        lambda: appoint(scene.work, two.here, two.here.id, role, scene.town.community),
        lambda: give_duty(scene.work, two.here, row(scene, code="A1", **own)),
        lambda: give_duty(scene.work, two.here, row(scene, name="子", phone=HERS, **own)),
    ):
        with pytest.raises(SecondPerson):
            attempt()
    assert [duty.role for duty in duties_held(scene.work, two.here)] == [Role.ADMINISTRATOR]


def test_nobody_lengthens_his_own_duty_and_may_shorten_it(scene: Scene, two: Two):
    own = duties_held(scene.work, two.here)[0]
    soon, later = (scene.work.today + timedelta(days=days) for days in (30, 60))

    correct_duty(scene.work, two.here, own.id, {"ends": soon.isoformat()})
    for ends in (later.isoformat(), ""):
        with pytest.raises(SecondPerson):
            correct_duty(scene.work, two.here, own.id, {"ends": ends})

    assert own.ends == soon
    correct_duty(scene.work, two.over, own.id, {"ends": later.isoformat()})
    assert own.ends == later


# Links


def test_a_new_link_voids_the_one_before_and_its_spoken_code(scene: Scene, two: Two):
    person = theirs(scene, two)
    first = invite(scene.work, two.there, person.id)
    code = code_for(scene.work, first)
    second = invite(scene.work, two.there, person.id)

    with pytest.raises(InvitationInvalid):
        asks(scene.work, first)
    assert typed(scene.work, scene.person(), code or "").secret is None
    assert asks(scene.work, second) is person


@pytest.mark.parametrize("by_list", [False, True])
def test_another_telephone_voids_what_asked_for_the_one_before(
    scene: Scene, two: Two, by_list: bool
):
    person = theirs(scene, two)
    secret = invite(scene.work, two.there, person.id)
    code = code_for(scene.work, secret)
    correct_person(scene.work, two.there, person.id, {"name": "辰"})
    assert asks(scene.work, secret) is person

    if by_list:
        place = scene.session.get_one(Area, two.county).code
        line = row(scene, code="T8", name="辰", phone="13943330002", area=place)
        for _, step in steps(plan(scene.work, [Row(1, line)])):
            assert not list(step(scene.work))
    else:
        correct_person(scene.work, two.there, person.id, {"phone": "13943330002"})

    with pytest.raises(InvitationInvalid):
        join_roster(scene.work, secret, scene.person(), proven=True)
    assert typed(scene.work, scene.person(), code or "").secret is None


# A tap obeys what a row obeys


@pytest.mark.parametrize("role", [Role.JUDGE, Role.MEDIATOR, Role.GRID_OFFICER, Role.HELPER])
def test_no_tap_gives_a_role_an_area_larger_than_a_row_may(scene: Scene, two: Two, role: Role):
    person = a_person(scene.session, code="N1")

    with pytest.raises(TooLargeAnArea):
        appoint(scene.work, two.over, person.id, role, two.prefecture)

    assert duties_held(scene.work, person) == []


def test_no_tap_gives_a_duty_where_nobody_above_answers(scene: Scene, two: Two):
    lonely = an_area(scene.session, "222403000000", AreaLevel.COUNTY, "敦化市", "돈화시")
    a_duty(scene.session, two.over, Role.ADMINISTRATOR, lonely.id)
    person = a_person(scene.session, code="N1")

    with pytest.raises(NobodyLeft):
        appoint(scene.work, two.over, person.id, Role.MEDIATOR, lonely.id)

    appoint(scene.work, two.over, person.id, Role.SUPERVISOR, lonely.id)
    assert appoint(scene.work, two.over, person.id, Role.MEDIATOR, lonely.id).rank == 1


def test_heads_given_by_taps_never_have_one_rank_even_with_one_that_is_ahead(
    scene: Scene, two: Two
):
    ahead = a_person(scene.session, code="Z5")
    starts = scene.work.today + timedelta(days=30)
    a_duty(scene.session, ahead, Role.SUPERVISOR, scene.town.county, rank=2, starts=starts)
    for code in ("N1", "N2"):
        person = a_person(scene.session, code=code)
        appoint(scene.work, two.here, person.id, Role.SUPERVISOR, scene.town.county)

    heads = select(Duty.rank).where(
        Duty.role == Role.SUPERVISOR, Duty.area_id == scene.town.county
    )
    assert sorted(scene.session.scalars(heads)) == [1, 2, 3, 4]


@pytest.mark.parametrize("role", sorted(set(Role) - {Role.RESIDENT}))
def test_a_tap_and_a_row_refuse_and_take_the_same(scene: Scene, two: Two, role: Role):
    for rank, area_id in enumerate(
        (two.prefecture, scene.town.county, scene.town.street, scene.town.grid), start=20
    ):
        code = scene.session.get_one(Area, area_id).code
        by_row = {"code": "N1", "name": "新", "role": role, "area": code, "rank": str(rank)}
        person = a_person(scene.session, code=f"P{area_id}")

        assert _is_taken(give_duty, scene.work, two.over, by_row) is _is_taken(
            appoint, scene.work, two.over, person.id, role, area_id
        )


def _is_taken(give: Callable[..., object], *said: object) -> bool:
    try:
        give(*said)
    except CaseError:
        return False
    return True


# Codes that are none


def none(which: int) -> str:
    return f"{which:07}{damm(f'{which:07}')}"


def test_administrators_hear_of_typed_codes_once_a_day_however_many_are_locked(
    scene: Scene, two: Two
):
    def told() -> int:
        rows = select(Notice.id).where(
            Notice.kind == NoticeKind.CODES_TRIED, Notice.person_id == two.here.id
        )
        return len(scene.session.scalars(rows).all())

    for account in (scene.person() for _ in range(3)):
        assert [typed(scene.work, account, none(n)).left for n in range(TRIES)][-1] == 0
    assert told() == 1

    scene.jump(timedelta(days=1))
    other = scene.person()
    for which in range(TRIES):
        typed(scene.work, other, none(which))
    assert told() == 2


def test_wrong_codes_fade_after_a_day(scene: Scene):
    account = scene.person()
    for _ in range(3):
        left = [typed(scene.work, account, none(which)).left for which in range(TRIES - 1)]
        assert left[-1] == 1
        scene.jump(timedelta(days=1))

    typed(scene.work, account, none(0))
    scene.jump(timedelta(hours=23))
    assert typed(scene.work, account, none(1)).left == TRIES - 2
