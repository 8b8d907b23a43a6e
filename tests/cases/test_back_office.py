"""The back office: who comes in and for how long, what may be corrected there, and what is written down of it."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from bot.import_words import WORDS
from cases import office_lists, office_tables
from cases.actions import back_office, retiring
from cases.actions.correcting import (
    correct_area,
    correct_duty,
    correct_person,
    invite,
)
from cases.actions.giving import appoint, give_duty
from cases.errors import InvitationInvalid, NobodyLeft, NotYours, RowRefused, TooManyLinks
from cases.office_pages import Wanted
from cases.policy import ROSTER_FACTS
from cases.roster_record import shred
from cases.sheet import Reason
from models.back_office import BackOfficePass, RosterRecord
from models.duty import Duty
from models.person import Person, index_of_phone
from models.vocabulary import Role, RosterChange
from tests.factories import a_duty, a_person
from tests.scene import Scene
from tests.switchboard import undone


@pytest.fixture
def admin(scene: Scene) -> Person:
    person = a_person(scene.session, code="A1", name="子")
    a_duty(scene.session, person, Role.ADMINISTRATOR, scene.town.county)
    return person


def records(scene: Scene) -> list[RosterRecord]:
    return list(scene.session.scalars(select(RosterRecord).order_by(RosterRecord.id)))


def refused(trial: pytest.ExceptionInfo[RowRefused]) -> set[Reason]:
    return {fault.reason for fault in trial.value.faults}


# Coming in


def test_a_link_opens_once_and_only_digests_are_kept(scene: Scene, admin: Person):
    secret = back_office.ask_link(scene.work, admin)
    entered = back_office.enter(scene.work, secret)

    assert back_office.inside(scene.work, entered.session) is admin
    with pytest.raises(InvitationInvalid):
        back_office.enter(scene.work, secret)
    (row,) = scene.session.scalars(select(BackOfficePass))
    assert secret not in {row.digest, row.session}
    assert entered.session not in {row.digest, row.session}


def test_a_link_is_void_after_ten_minutes_and_by_a_newer_one(scene: Scene, admin: Person):
    first = back_office.ask_link(scene.work, admin)
    second = back_office.ask_link(scene.work, admin)
    with pytest.raises(InvitationInvalid):
        back_office.enter(scene.work, first)

    scene.jump(timedelta(minutes=10))

    with pytest.raises(InvitationInvalid):
        back_office.enter(scene.work, second)


def test_six_links_an_hour_are_enough(scene: Scene, admin: Person):
    for _ in range(6):
        back_office.ask_link(scene.work, admin)
    with pytest.raises(TooManyLinks):
        back_office.ask_link(scene.work, admin)

    scene.jump(timedelta(hours=1))

    assert back_office.ask_link(scene.work, admin)


def test_nobody_else_gets_a_link(scene: Scene, admin: Person):
    with pytest.raises(NotYours):
        back_office.ask_link(scene.work, scene.person(scene.town.supervisor))


def test_a_link_does_not_outlive_the_duty(scene: Scene, admin: Person):
    secret = back_office.ask_link(scene.work, admin)
    for duty in scene.session.scalars(select(Duty).where(Duty.person_id == admin.id)):
        duty.ends = scene.work.today - timedelta(days=1)
    scene.session.flush()

    with pytest.raises(InvitationInvalid):
        back_office.enter(scene.work, secret)


def test_whoever_loses_the_duty_is_out_at_once(scene: Scene, admin: Person):
    session = back_office.enter(scene.work, back_office.ask_link(scene.work, admin)).session
    for duty in scene.session.scalars(select(Duty).where(Duty.person_id == admin.id)):
        duty.ends = scene.work.today - timedelta(days=1)
    scene.session.flush()

    assert back_office.inside(scene.work, session) is None


def test_a_session_ends_when_left_alone_by_the_evening_and_by_another_one(
    scene: Scene, admin: Person
):
    session = back_office.enter(scene.work, back_office.ask_link(scene.work, admin)).session
    for _ in range(16):
        scene.jump(timedelta(minutes=29))
        assert back_office.is_untouched(scene.work, session)
        assert back_office.inside(scene.work, session) is admin
        back_office.touch(scene.work, session)
        assert not back_office.is_untouched(scene.work, session)
    scene.jump(timedelta(minutes=16))
    assert back_office.inside(scene.work, session) is None

    other = back_office.enter(scene.work, back_office.ask_link(scene.work, admin)).session
    third = back_office.enter(scene.work, back_office.ask_link(scene.work, admin)).session
    assert back_office.inside(scene.work, other) is None
    scene.jump(timedelta(minutes=30))
    assert back_office.inside(scene.work, third) is None


def test_leaving_ends_the_session(scene: Scene, admin: Person):
    session = back_office.enter(scene.work, back_office.ask_link(scene.work, admin)).session

    back_office.leave(scene.work, admin)

    assert back_office.inside(scene.work, session) is None
    assert back_office.inside(scene.work, "another") is None


# Areas


def test_an_areas_telephone_and_hours_are_corrected_as_a_list_would_and_recorded(
    scene: Scene, admin: Person
):
    area = correct_area(
        scene.work,
        admin,
        scene.town.community,
        {"phone": "0433-255 1234", "hours": "1-5 8:30-11:30,13:00-17:00", "name_ko": "새이름"},
    )

    assert (area.phone, area.name_ko) == ("04332551234", "새이름")
    (row,) = records(scene)
    assert (row.kind, row.actor_id, row.area_id) == (RosterChange.AREA, admin.id, area.id)
    assert (row.facts or {})["phone"] == [None, "04332551234"]
    assert set(row.facts or {}) == {"phone", "hours", "name_ko"}

    correct_area(scene.work, admin, area.id, {"phone": "", "hours": area.hours})
    scene.session.refresh(area)
    assert area.phone is None
    assert area.hours is not None
    assert (records(scene)[-1].facts or {}) == {"phone": ["04332551234", None]}


@pytest.mark.parametrize(
    ("cells", "reason"),
    [
        ({"phone": "12345678901234567"}, Reason.PHONE_FORM),
        ({"phone": "220104199001011234"}, Reason.PHONE_IS_IDENTITY),
        ({"hours": "always"}, Reason.HOURS_FORM),
        ({"name_zh": ""}, Reason.AREA_NAME_MISSING),
    ],
)
def test_an_area_takes_nothing_that_a_list_may_not_say(
    scene: Scene, admin: Person, cells: dict[str, str], reason: Reason
):
    with pytest.raises(RowRefused) as trial:
        correct_area(scene.work, admin, scene.town.community, cells)

    assert refused(trial) == {reason}
    assert records(scene) == []


def test_what_is_the_same_is_no_change(scene: Scene, admin: Person):
    area = correct_area(scene.work, admin, scene.town.community, {"phone": ""})
    correct_area(scene.work, admin, area.id, {"name_zh": area.name_zh, "name_ko": area.name_ko})

    assert records(scene) == []


# People


def test_a_corrected_telephone_is_found_by_its_index_and_recorded(scene: Scene, admin: Person):
    mediator = scene.person(scene.town.mediator)

    correct_person(
        scene.work, admin, mediator.id, {"name": "李四", "name_ko": "", "phone": "139 4333 0001"}
    )

    assert mediator.phone_index == index_of_phone("13943330001")
    assert (mediator.name, mediator.name_ko) == ("李四", None)
    (row,) = records(scene)
    assert (row.facts or {})["phone"][1] == "13943330001"


def test_nobody_takes_anothers_telephone(scene: Scene, admin: Person):
    correct_person(scene.work, admin, scene.town.deputy, {"phone": "13943330001"})

    with pytest.raises(RowRefused) as trial:
        correct_person(scene.work, admin, scene.town.mediator, {"phone": "13943330001"})

    assert refused(trial) == {Reason.PHONE_KNOWN}


def test_a_name_is_needed_and_takes_no_digits(scene: Scene, admin: Person):
    for name, reason in (("", Reason.NAME_MISSING), ("张3", Reason.NAME_WITH_DIGITS)):
        with pytest.raises(RowRefused) as trial:
            correct_person(scene.work, admin, scene.town.mediator, {"name": name})
        assert refused(trial) == {reason}


def test_residents_and_strangers_are_not_the_administrators(scene: Scene, admin: Person):
    resident = scene.person(name="金哲")
    resident.phone = "13943330001"
    with pytest.raises(NotYours):
        correct_person(scene.work, admin, resident.id, {"name": "别名"})
    with pytest.raises(NotYours):
        correct_person(scene.work, scene.person(scene.town.supervisor), admin.id, {"name": "x"})

    shown = office_tables.people(scene.work, admin, Wanted(limit=0))
    assert resident.id not in {row.id for row in shown.rows}
    assert office_tables.people(scene.work, admin, Wanted("13943330001")).total == 0


# Duties


def test_a_duty_is_given_as_by_a_row_and_to_somebody_new_too(scene: Scene, admin: Person):
    area = office_tables.areas(scene.work, admin, Wanted(id=scene.town.community)).rows[0]

    duty = give_duty(
        scene.work,
        admin,
        {
            "code": "M900",
            "name": "崔九",
            "phone": "13943330009",
            "role": "mediator",
            "area": area.code,
            "languages": "zh_CN;ko_CN",
            "rank": "7",
        },
    )

    assert (duty.person.code, duty.role, duty.rank) == ("M900", Role.MEDIATOR, 7)
    assert (duty.person.name, duty.starts) == ("崔九", scene.work.today)
    (row,) = records(scene)
    assert (row.kind, row.person_id) == (RosterChange.DUTY_GIVEN, duty.person_id)
    found = office_tables.duties(scene.work, admin, Wanted("崔九"))
    assert [one.id for one in found.rows] == [duty.id]


def test_the_same_duty_twice_is_refused(scene: Scene, admin: Person):
    cells = {"code": "M900", "name": "崔九", "role": "mediator"}
    cells["area"] = (
        office_tables.areas(scene.work, admin, Wanted(id=scene.town.community)).rows[0].code
    )
    give_duty(scene.work, admin, cells)

    with pytest.raises(RowRefused) as trial:
        give_duty(scene.work, admin, cells)

    assert refused(trial) == {Reason.DUTY_TWICE}


def test_a_second_head_of_one_rank_is_refused(scene: Scene, admin: Person):
    head = scene.session.scalars(
        select(Duty).where(Duty.person_id == scene.town.supervisor)
    ).first()
    assert head is not None
    cells = {"code": "S9", "name": "崔九", "role": "supervisor", "area": head.area.code}

    with pytest.raises(RowRefused) as trial:
        give_duty(scene.work, admin, {**cells, "rank": str(head.rank)})

    assert refused(trial) == {Reason.RANK_TAKEN}
    given = give_duty(scene.work, admin, {**cells, "rank": str(head.rank + 1)})
    assert given.rank == head.rank + 1


def test_days_of_a_duty_change_and_its_chain_never_ends_nowhere(scene: Scene, admin: Person):
    duty = scene.session.scalars(select(Duty).where(Duty.person_id == scene.town.mediator)).first()
    assert duty is not None
    until = scene.work.today + timedelta(days=40)
    correct_duty(scene.work, admin, duty.id, {"ends": until.isoformat(), "rank": "3"})
    assert (duty.ends, duty.rank) == (until, 3)
    assert (records(scene)[-1].facts or {})["ends"] == [None, until.isoformat()]

    with pytest.raises(RowRefused) as trial:
        correct_duty(scene.work, admin, duty.id, {"ends": "1999-02-30"})
    assert refused(trial) == {Reason.DATE_IMPOSSIBLE}

    over = {"starts": "2020-01-01", "ends": (scene.work.today - timedelta(days=1)).isoformat()}
    *others, last = [
        one.id
        for one in scene.session.scalars(select(Duty))
        if one.role in {Role.SUPERVISOR, Role.COORDINATOR}
    ]
    for one in others:
        correct_duty(scene.work, admin, one, over)
    with pytest.raises(RowRefused) as trial:
        correct_duty(scene.work, admin, last, over)
    assert refused(trial) == {Reason.CHAIN_ENDS}
    with pytest.raises(NotYours):
        correct_duty(scene.work, admin, others[0], {"ends": ""})


def test_nobody_shuts_himself_out(scene: Scene, admin: Person):
    own = scene.session.scalars(select(Duty).where(Duty.person_id == admin.id)).one()
    yesterday = (scene.work.today - timedelta(days=1)).isoformat()

    with pytest.raises(NotYours):
        correct_duty(scene.work, admin, own.id, {"starts": "2020-01-01", "ends": yesterday})
    with pytest.raises(NotYours):
        retiring.end_duty(scene.work, admin, own.id)
    with pytest.raises(NotYours):
        retiring.retire(scene.work, admin, admin.id)


def test_what_is_done_in_chat_is_recorded_too(scene: Scene, admin: Person):
    new = a_person(scene.session, code="N1", name="新", reachable=False)
    invite(scene.work, admin, new.id)
    duty = appoint(scene.work, admin, new.id, Role.MEDIATOR, scene.town.community)
    retiring.end_duty(scene.work, admin, duty.id)
    retiring.retire(scene.work, admin, new.id)
    with pytest.raises(NotYours):
        invite(scene.work, admin, new.id)

    assert [row.kind for row in records(scene)] == [
        RosterChange.INVITED,
        RosterChange.DUTY_GIVEN,
        RosterChange.DUTY_ENDED,
        RosterChange.LEFT,
    ]
    shown = office_lists.record(scene.work, admin, Wanted())
    assert next(row.kind for row in shown.rows) is RosterChange.LEFT
    (link,) = office_lists.invitations(scene.work, admin, Wanted()).rows
    assert link.link is office_lists.Link.EXPIRED


def test_the_last_one_of_a_chain_cannot_leave(scene: Scene, admin: Person):
    for person in (scene.town.supervisor, scene.town.coordinator):
        retiring.retire(scene.work, admin, person)

    with pytest.raises(NobodyLeft):
        retiring.retire(scene.work, admin, scene.town.night_desk)


# Whose


def test_an_administrator_of_another_place_sees_and_changes_nothing_here(
    scene: Scene, admin: Person
):
    stranger = a_person(scene.session, code="A2")
    a_duty(scene.session, stranger, Role.ADMINISTRATOR, scene.town.grid)
    wanted = Wanted(limit=0)

    assert office_tables.areas(scene.work, stranger, wanted).total == 1
    assert office_tables.areas(scene.work, admin, wanted).total > 1
    with pytest.raises(NotYours):
        correct_area(scene.work, stranger, scene.town.community, {"phone": "04332551234"})
    with pytest.raises(NotYours):
        correct_person(scene.work, stranger, scene.town.supervisor, {"name": "x"})
    correct_area(scene.work, admin, scene.town.community, {"phone": "04332551234"})
    assert office_lists.record(scene.work, stranger, wanted).total == 0
    assert office_lists.record(scene.work, admin, wanted).total == 1


# Whatever is typed

ODD = st.one_of(
    st.text(max_size=30),
    st.sampled_from(
        [
            "",
            " ",
            "\x00",
            "=1+1",
            "1e5",
            "12345678901234567",
            "13943330001",
            "2027-01-31",
            "31.12.26",
            "某",
            "이름",
            "mediator",
            "supervisor",
            "222401001001",
            "court",
            "RT07;RT15",
            "zh_CN;ko_CN",
            "99",
            "0",
            "-1",
            "1-5 08:30-17:00",
            "a;b；c",
            "x" * 200,
            "1-7 00:00-24:00",
            "9999-12-31",
        ]
    ),
)


@given(st.data())
@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_is_typed_is_done_or_refused_with_its_reason(
    scene: Scene, admin: Person, data: st.DataObject
):
    def typed(*names: str) -> dict[str, str]:
        return data.draw(st.fixed_dictionaries({}, optional=dict.fromkeys(names, ODD)))

    duty = scene.session.scalars(select(Duty).where(Duty.person_id == scene.town.mediator)).one()
    area = ("name_zh", "name_ko", "aliases", "phone", "hours")
    row = ("code", "name", "phone", "role", "area", "categories", "languages", "station", "rank")
    changes: list[Callable[[], object]] = [
        lambda: correct_area(scene.work, admin, scene.town.community, typed(*area)),
        lambda: correct_person(
            scene.work, admin, scene.town.mediator, typed("name", "name_ko", "phone")
        ),
        lambda: correct_duty(
            scene.work, admin, duty.id, typed("languages", "station", "rank", "starts", "ends")
        ),
        lambda: give_duty(scene.work, admin, typed(*row, "starts", "ends")),
    ]
    reasons: list[Reason] = []
    with undone(scene.session):
        for change in changes:
            try:
                with scene.session.begin_nested():
                    change()
            except RowRefused as refused:
                reasons += [fault.reason for fault in refused.faults]
            except NotYours:
                scene.session.expire_all()
    assert set(reasons) <= set(WORDS)


# What is not needed any longer


def test_after_three_years_the_record_says_who_and_when_and_no_more_from_what_to_what(
    scene: Scene, admin: Person
):
    deputy = scene.town.deputy
    correct_person(scene.work, admin, deputy, {"name": "新名"})
    scene.jump(timedelta(days=1))
    correct_person(scene.work, admin, deputy, {"name": "又一名"})
    scene.jump(ROSTER_FACTS - timedelta(days=1))

    assert shred(scene.work) == 1
    scene.session.expire_all()
    old, young = records(scene)
    assert (old.facts, old.kind, old.actor_id, old.person_id) == (
        None,
        young.kind,
        admin.id,
        deputy,
    )
    assert young.facts == {"name": ["新名", "又一名"]}
    assert shred(scene.work) == 0
    assert len(office_lists.record(scene.work, admin, Wanted()).rows) == 2
