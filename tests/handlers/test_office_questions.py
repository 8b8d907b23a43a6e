"""What heads ask in chat (who would get it, who is on duty), with which office a dispute is, and joining by a code that was said."""

from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import func, select

from cases.actions.joining import invite
from cases.actions.spoken_code import code_for
from cases.errors import NotYours
from cases.notice_views import view_of
from handlers import joining_code, said, tapped
from handlers.buttons import NotAButton, Tap, Verb
from handlers.cards import Card
from handlers.desk.case_menu import MENU
from handlers.dialogue import Step, Talk
from handlers.heads import asking_who, rota_desk
from handlers.heard import Heard, Kind
from handlers.notices import render
from handlers.screens import Screen
from models.area import Area
from models.assignment import Assignment
from models.case import Case
from models.event import Event
from models.notice import Notice
from models.person import Person
from models.vocabulary import AreaLevel, Language, NoticeState, Role, Station
from tests.cases.test_on_duty import a_shift
from tests.factories import a_duty, a_person, an_area
from tests.scene import Scene, scene_in_memory


@pytest.fixture
def scene() -> Iterator[Scene]:
    with scene_in_memory() as scene:
        yield scene


def talk(scene: Scene, person: Person, kind: Kind, text: str = "") -> Talk:
    data = text if kind is Kind.TAP else ""
    heard = Heard(1, person.telegram_id or 0, kind, 7, text="" if data else text, data=data)
    return Talk.resume(scene.work, person, heard)


def says(scene: Scene, person: Person, text: str) -> Card:
    kind = Kind.COMMAND if text.startswith("/") else Kind.TEXT
    said(talk(scene, person, kind, text))
    return newest(scene, person)


def taps(scene: Scene, person: Person, tap: Tap) -> Card:
    tapped(talk(scene, person, Kind.TAP, tap.write()))
    return newest(scene, person)


def notice(scene: Scene, person: Person) -> Notice:
    rows = select(Notice).where(
        Notice.person_id == person.id, Notice.state == NoticeState.NEW, Notice.urgent == "1_answer"
    )
    return list(scene.session.scalars(rows.order_by(Notice.id)))[-1]


def newest(scene: Scene, person: Person) -> Card:
    view = view_of(scene.work, notice(scene, person))
    assert view is not None
    return render(view, strict=True)


def buttons(card: Card) -> dict[str, Tap]:
    return {one.label: one.tap for row in card.inline for one in row if one.tap}


def rows_of(scene: Scene) -> tuple[Any, ...]:
    tables = (Case, Assignment, Event)
    return tuple(scene.session.scalar(select(func.count()).select_from(one)) for one in tables)


# --- who would get it


def test_a_head_asks_who_would_get_it_and_nothing_is_written(scene: Scene):
    head, before = scene.person(scene.town.supervisor), rows_of(scene)
    a_shift(scene, scene.town.night_desk, Role.COORDINATOR)
    a_shift(scene, scene.town.deputy, Role.MEDIATOR)

    assert "请写地点" in says(scene, head, "/who").text
    community = says(scene, head, "园校社区")
    assert "1. 调解员T2：园校社区" in community.text
    card = taps(scene, head, buttons(community)["第一网格"])
    assert card.text.split("\n") == [
        "<b>由谁办</b>：公园街道园校社区第一网格 · 不限类别、汉语报告",
        "<b>法官</b>",
        "1. 法官F1：园校社区",
        "2. 法官助理F2：公园街道、前面没有人接时",
        "3. 庭长F9：延吉市、前面没有人接时",
        "4. 值班负责人D1：今天值班、前面没有人接时",
        "<b>调解员</b>",
        "1. 调解员T1：第一网格",
        "2. 调解员T2：园校社区",
        "3. 调解员T3：公园街道",
        "4. 综治中心负责人Z1：延吉市、前面没有人接时",
        "24小时内没有签收，转给下一位，并告知综治中心负责人Z1、庭长F9。",
    ]

    red = taps(scene, head, buttons(card)["如果紧急"])
    assert "1. 调解员T2：值班至" in red.text
    assert "15分钟内没有签收" in red.text
    korean = taps(scene, head, buttons(red)["如果讲朝鲜语"])
    assert "朝鲜语报告、紧急" in korean.text
    kinds = taps(scene, head, buttons(korean)["换个类别"])
    (land,) = [tap for tap in buttons(kinds).values() if tap.arg == "RT07-ko-red"]
    assert "土地纠纷、朝鲜语报告、紧急" in taps(scene, head, land).text
    assert rows_of(scene) == before


def test_a_name_of_several_places_is_asked_about(scene: Scene):
    county = scene.session.get_one(Area, scene.town.county)
    street = an_area(
        scene.session, "222401002000", AreaLevel.STREET, "北山街道", "북산가두", parent=county
    )
    other = an_area(
        scene.session,
        "222401002001",
        AreaLevel.COMMUNITY,
        "园校社区",
        "원교사회구역",
        parent=street,
    )
    head = scene.person(scene.town.supervisor)

    card = says(scene, head, "/who 园校社区")
    choices = [tap for tap in buttons(card).values() if tap.verb is Verb.WHO]

    assert "是哪一个" in card.text
    assert {tap.id for tap in choices} == {scene.town.community, other.id}
    assert "没有这个地方" in says(scene, head, "/who 火星基地").text


@pytest.mark.parametrize("who", ["mediator", "judge", "officer", "coordinator"])
def test_nobody_else_asks_who_would_get_it(scene: Scene, who: str):
    person = scene.person(getattr(scene.town, who))

    with pytest.raises(NotYours):
        asking_who.ask(talk(scene, person, Kind.COMMAND, "/who"))


def test_only_within_ones_own_areas_and_only_by_buttons_of_ours(scene: Scene):
    other = a_person(scene.session, code="Z2")
    a_duty(scene.session, other, Role.SUPERVISOR, scene.town.far_grid)

    assert "没有这个地方" in says(scene, other, "/who 园校社区").text
    for tap in (
        Tap(Verb.WHO, scene.town.grid),
        Tap(Verb.WHO, scene.town.far_grid, 0, "RT07-ko"),
        Tap(Verb.WHO, scene.town.far_grid, 0, "RT77-ko-red"),
    ):
        with pytest.raises(NotAButton):
            asking_who.tapped(talk(scene, other, Kind.TAP, tap.write()), tap)


# --- who is on duty


def test_a_head_reads_who_is_on_duty_and_gives_a_shift_to_another(scene: Scene):
    head = scene.person(scene.town.supervisor)
    assert (
        "<b>现在值班</b>\n没有人。\n<b>没有人值班的时段</b>\n延吉市"
        in says(scene, head, "/rota").text
    )
    shift = a_shift(scene, scene.town.coordinator, Role.COORDINATOR, hours=12)

    card = says(scene, head, "/rota")
    assert "值班负责人D1 · 延吉市 · 11月23日(周一)09:00至11月23日(周一)21:00" in card.text
    asked = taps(scene, head, Tap(Verb.SHIFT, shift.id))
    given = taps(scene, head, buttons(asked)["值班负责人D2"])

    assert "D2 · 延吉市" in given.text
    assert shift.person_id == scene.town.night_desk


def test_the_duty_desk_sees_the_rota_and_changes_nothing(scene: Scene):
    desk = scene.person(scene.town.coordinator)
    shift = a_shift(scene, scene.town.coordinator, Role.COORDINATOR)

    assert buttons(says(scene, desk, "/rota")) == {}
    with pytest.raises(NotYours):
        rota_desk.rota(talk(scene, scene.person(scene.town.mediator), Kind.COMMAND, "/rota"))
    with pytest.raises(NotYours):
        taps(scene, desk, Tap(Verb.SHIFT_TO, shift.id, desk.id, str(scene.town.night_desk)))
    assert shift.person_id == desk.id


def test_a_street_s_head_sees_who_stands_ready_for_the_whole_county(scene: Scene):
    other = a_person(scene.session, code="Z2")
    a_duty(scene.session, other, Role.SUPERVISOR, scene.town.street)
    a_shift(scene, scene.town.coordinator, Role.COORDINATOR)

    assert "D1 · 延吉市" in says(scene, other, "/rota").text


# --- with which office it is


def test_the_mediator_says_with_which_office_it_is_from_the_menu(scene: Scene):
    mediator = scene.person(scene.town.mediator)
    case = scene.case(matter="村委会占了我家的地")
    tapped(
        talk(
            scene, mediator, Kind.TAP, Tap(Verb.TAKE, scene.offers(case)[0].id, case.turn).write()
        )
    )

    menu = taps(scene, mediator, Tap(Verb.MORE, case.id, case.turn))
    asked = taps(scene, mediator, buttons(menu)["涉及某个单位"])
    assert "报告里提到：村委会、居委会" in asked.text
    assert next(iter(buttons(asked))) == "村委会、居委会"  # what the words name comes first
    taps(scene, mediator, buttons(asked)["村委会、居委会"])

    assert case.against is Station.VILLAGE_COMMITTEE
    story = taps(scene, mediator, Tap(Verb.STORY, case.id, case.turn))
    assert "涉及的单位：村委会、居委会。该单位的人不经办此事。" in story.text
    menu = taps(scene, mediator, Tap(Verb.MORE, case.id, case.turn))
    assert "涉及某个单位" not in buttons(menu)  # from now on the centre's word
    assert Verb.OFFICE in {item.verb for item in MENU}


# --- joining by a code


@pytest.fixture
def code(scene: Scene) -> str:
    entry = a_person(
        scene.session, code="T9", name="朴英姬", reachable=False, language=Language.KO
    )
    entry.phone = "13900001234"
    a_duty(scene.session, entry, Role.MEDIATOR, scene.town.grid)
    made = code_for(scene.work, invite(scene.work, entry))
    assert made is not None
    return made


@pytest.mark.parametrize("first", [[], ["/start"], ["/start", "中文"]])
def test_after_start_the_code_is_simply_typed(scene: Scene, code: str, first: list[str]):
    newcomer = a_person(scene.session, language=None)
    account = newcomer.telegram_id
    for one in first:
        says(scene, newcomer, one)

    assert "四位" in says(scene, newcomer, code).text or "네자리" in newest(scene, newcomer).text
    said(talk(scene, newcomer, Kind.TEXT, "1234"))

    entry = scene.session.scalars(select(Person).where(Person.code == "T9")).one()
    assert entry.telegram_id == account
    assert notice(scene, entry).kind == Screen.JOINED


def test_by_the_command_a_slip_is_said_and_five_wrong_codes_lock(scene: Scene, code: str):
    newcomer = a_person(scene.session)
    assert "八位数字" in says(scene, newcomer, "/join").text
    assert "可能输错" in says(scene, newcomer, code[:-1] + str((int(code[-1]) + 1) % 10)).text
    from tests.cases.test_spoken_code import wrong

    said_so = [says(scene, newcomer, f"/join {wrong(code, one)}").text for one in range(5)]

    assert "还可以试4次" in said_so[0]
    assert "明天以前不再接受" in said_so[-1]
    assert "明天以前不再接受" in says(scene, newcomer, f"/join {code}").text


def test_what_only_looks_like_a_code_is_a_report_or_an_answer(scene: Scene, code: str):
    resident = a_person(scene.session)
    wrong_check = code[:-1] + str((int(code[-1]) + 1) % 10)

    assert not joining_code.typed(talk(scene, resident, Kind.TEXT, wrong_check))
    assert not joining_code.typed(talk(scene, resident, Kind.TEXT, code.replace(" ", "")))
    asked = talk(scene, resident, Kind.TEXT, code)
    asked.go(Step.PHONE)
    assert not joining_code.typed(asked)
    assert not joining_code.typed(talk(scene, scene.person(scene.town.judge), Kind.TEXT, code))


def test_a_number_typed_before_the_report_costs_it_nothing(scene: Scene, code: str):
    """A landline of eight digits may look like a code: the question that was open stays open, and the next words are the report."""
    from tests.cases.test_spoken_code import wrong

    resident = a_person(scene.session)
    says(scene, resident, "/start")
    before = talk(scene, resident, Kind.TEXT).step
    landline = wrong(code, 1)

    says(scene, resident, f"{landline[:4]}-{landline[-4:]}")

    assert talk(scene, resident, Kind.TEXT).step is before
    unknown = scene.session.scalars(
        select(Notice).where(
            Notice.person_id == resident.id, Notice.kind == Screen.JOIN_CODE_UNKNOWN
        )
    ).one()
    view = view_of(scene.work, unknown)
    assert view is not None
    assert "/join" in render(view, strict=True).text
    said(talk(scene, resident, Kind.TEXT, "楼上漏水，三个月了没人管。"))
    assert talk(scene, resident, Kind.TEXT).step is not Step.JOIN_CODE
    assert "漏水" in str(talk(scene, resident, Kind.TEXT).answers)


def test_a_start_parameter_is_no_way_around_the_counting(scene: Scene, code: str):
    newcomer = a_person(scene.session)
    digits = code.replace(" ", "")

    card = says(scene, newcomer, f"/start i_code:{digits}")

    assert "四位" not in card.text


def test_whoever_is_of_the_office_is_told_so(scene: Scene, code: str):
    assert "已经加入" in says(scene, scene.person(scene.town.mediator), f"/join {code}").text
