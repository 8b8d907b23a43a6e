"""The back office over HTTP, against real tables: who comes in, what is shown, what is changed, and what is refused."""

import asyncio
import re
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import timedelta
from html import unescape
from typing import Any

import httpx
import pytest
from sqlalchemy import select, update
from sqlalchemy.exc import OperationalError

from bot.backoffice.doors import LONGEST
from bot.backoffice.office import PATH, BackOffice, application
from bot.backoffice.words import GAPS
from bot.import_words import WORDS
from cases.actions import back_office
from cases.coverage import Gap
from cases.roster_record import note_change
from cases.sheet import Reason
from models.area import Area
from models.back_office import RosterRecord
from models.duty import Duty
from models.person import Person
from models.rota import Shift
from models.vocabulary import Language, Role, RosterChange
from tests.bot.conftest import Until
from tests.bot.small_house import SmallHouse
from tests.factories import Town, a_case, a_duty, a_person, a_town

HERE = "http://127.0.0.1:8090"
TABLES = ("person", "duty", "area", "invitation", "absence", "shift", "record")


@dataclass
class Visitor:
    """A browser without scripts: it follows redirects, keeps cookies, and sends the forms that it sees."""

    client: httpx.AsyncClient
    pages: list[str] = field(default_factory=list)

    async def sees(self, path: str, status: int = 200) -> str:
        answer = await self.client.get(path if path.startswith("http") else f"{PATH}{path}")
        assert answer.status_code == status, answer.text
        self.pages.append(answer.text)
        return answer.text

    async def sends(self, path: str, status: int = 200, page: str = "", **said: object) -> str:
        """Fill the form of the page before, as it stands, with other words in some fields."""
        form = {**filled(page or self.pages[-1]), **said}
        answer = await self.client.post(
            path if path.startswith("http") else f"{PATH}{path}", data=form
        )
        assert answer.status_code == status, answer.text
        self.pages.append(answer.text)
        return answer.text


def filled(page: str) -> dict[str, object]:
    """What the page's forms would send without a change."""
    said: dict[str, object] = {}
    for tag in re.findall(r"<input [^>]*>", page):
        name = re.search(r' name="([^"]+)"', tag)
        value = re.search(r' value="([^"]*)"', tag)
        if name is None or name[1] == "q":
            continue
        if 'type="checkbox"' not in tag:
            said[name[1]] = unescape(value[1]) if value else ""
        elif " checked" in tag:
            said.setdefault(name[1], [])
            said[name[1]] = [*said[name[1]], value[1] if value else ""]  # type: ignore[misc]
    for name, options in re.findall(
        r'<select [^>]*name="([^"]+)".*?>(.*?)</select>', page, re.DOTALL
    ):
        chosen = re.search(r'value="([^"]*)" selected', options)
        said[name] = chosen[1] if chosen else ""
    return said


def words(page: str) -> str:
    """What can be read of a page."""
    body = re.sub(r"<head>.*?</head>", "", page, flags=re.DOTALL)
    return unescape(re.sub(r"<[^>]+>", " ", body))


@dataclass
class Office:
    house: SmallHouse
    town: Town
    admin: int
    community: int

    async def link(self, who: int | None = None) -> str:
        house = self.house
        secret = await house.store.act(
            lambda s: back_office.ask_link(house.work(s), s.get_one(Person, who or self.admin))
        )
        return f"/enter/{secret}"

    async def lets_in(self, visitor: Visitor, who: int | None = None) -> str:
        link = await self.link(who)
        await visitor.sees(link)
        return await visitor.sends(link)

    async def records(self) -> list[tuple[str, dict[str, object]]]:
        rows = await self.house.store.look(
            lambda s: [
                (row.kind, row.facts)
                for row in s.scalars(select(RosterRecord).order_by(RosterRecord.id))
            ]
        )
        return [(str(kind), facts or {}) for kind, facts in rows]


@pytest.fixture
async def office(house: SmallHouse) -> Office:
    def found(session) -> Office:
        town = a_town(session)
        admin = a_person(session, code="A1", name="子")
        a_duty(session, admin, Role.ADMINISTRATOR, town.county)
        for number, code in enumerate(session.scalars(select(Person))):
            code.name = "甲乙丙丁戊己庚辛壬癸子丑"[number]
        return Office(house, town, admin.id, town.community)

    return await house.store.act(found)


@pytest.fixture
async def visitor(office: Office) -> AsyncIterator[Visitor]:
    transport = httpx.ASGITransport(application(office.house))
    async with httpx.AsyncClient(
        transport=transport, base_url=HERE, follow_redirects=True
    ) as client:
        yield Visitor(client)


# The door


async def test_a_link_opens_once_by_its_button_and_the_cookie_is_out_of_reach(
    office: Office, visitor: Visitor
):
    link = await office.link()
    await visitor.sees(link)
    await visitor.sees(link)  # looking uses nothing up
    visitor.client.follow_redirects = False
    answer = await visitor.client.post(f"{PATH}{link}", data=filled(visitor.pages[-1]))

    cookies = answer.headers.get_list("set-cookie")
    (session,) = [one for one in cookies if one.startswith("gridwhistle_office")]
    assert {"HttpOnly", f"Path={PATH}", "SameSite=strict"} <= set(session.split("; "))
    visitor.client.follow_redirects = True
    assert "姓名" in await visitor.sees("/")
    await visitor.sees(link)
    assert "已经过期" in await visitor.sends(link, 410)


async def test_the_cookie_of_our_forms_is_out_of_reach_too(office: Office, visitor: Visitor):
    answer = await visitor.client.get(f"{PATH}/login")

    (token,) = answer.headers.get_list("set-cookie")
    assert "HttpOnly" in token
    assert "SameSite=strict" in token


async def test_an_old_link_opens_nothing(office: Office, visitor: Visitor):
    link = await office.link()
    office.house.clock.push(timedelta(minutes=10))

    await visitor.sees(link)
    page = await visitor.sends(link, 410)

    assert "이 련결은 없는것이거나" in page
    assert "/backoffice" in await visitor.sees("/person/list")


@pytest.mark.parametrize("path", ["/", "/lacking", *(f"/{table}/list" for table in TABLES)])
async def test_a_stranger_sees_only_how_to_come_in(office: Office, visitor: Visitor, path: str):
    page = await visitor.sees(path)

    assert "请从机器人进入" in page
    assert "봇에서 들어오십시오" in page
    assert "戊" not in page


async def test_whoever_loses_the_duty_is_out_with_the_next_request(
    office: Office, visitor: Visitor
):
    await office.lets_in(visitor)
    page = await visitor.sees(f"/person/edit?pk={office.town.mediator}")
    yesterday = office.house.clock.now().date() - timedelta(days=1)
    await office.house.store.act(
        lambda s: s.execute(
            update(Duty).where(Duty.person_id == office.admin).values(ends=yesterday)
        )
    )

    out = await visitor.sends(f"/person/edit?pk={office.town.mediator}", page=page, name="别人")

    assert "请从机器人进入" in out
    assert await office.records() == []


async def test_a_session_ends_when_left_alone_and_by_the_button(office: Office, visitor: Visitor):
    home = await office.lets_in(visitor)
    assert "请从机器人进入" in await visitor.sends("/logout", page=home)

    await office.lets_in(visitor)
    office.house.clock.push(timedelta(minutes=29))
    assert "姓名" in await visitor.sees("/")
    office.house.clock.push(timedelta(minutes=29))
    assert "姓名" in await visitor.sees("/")
    office.house.clock.push(timedelta(minutes=30))
    assert "请从机器人进入" in await visitor.sees("/")


async def test_a_form_without_its_token_changes_nothing(office: Office, visitor: Visitor):
    await office.lets_in(visitor)
    edit = f"{PATH}/person/edit?pk={office.town.mediator}"

    for said in ({"name": "别人"}, {"name": "别人", "csrftoken": "another"}):
        answer = await visitor.client.post(edit, data=said)
        assert answer.status_code == 403
        assert "没有保存" in answer.text
        assert "보관하지 않았으니" in answer.text
    assert await office.records() == []


async def test_other_sites_and_other_names_are_not_answered(office: Office, visitor: Visitor):
    await office.lets_in(visitor)
    edit = f"{PATH}/person/edit?pk={office.town.mediator}"
    form = filled(await visitor.sees(f"/person/edit?pk={office.town.mediator}"))

    from_another = await visitor.client.post(
        edit, data=form, headers={"origin": "https://example.org"}
    )
    other_name = await visitor.client.get(f"{PATH}/", headers={"host": "example.org"})

    assert (from_another.status_code, other_name.status_code) == (403, 421)


async def test_behind_a_proxy_it_answers_by_its_own_name_with_sealed_cookies(office: Office):
    transport = httpx.ASGITransport(application(office.house, "https://office.example"))
    async with httpx.AsyncClient(transport=transport, base_url="http://office.example") as client:
        link = await office.link()
        page = await client.get(f"{PATH}{link}")
        assert f'action="https://office.example{PATH}{link}"' in page.text
        client.cookies.clear()
        token = page.headers["set-cookie"].partition(";")[0]
        answer = await client.post(
            f"{PATH}{link}", data=filled(page.text), headers={"cookie": token}
        )
        elsewhere = await client.get(f"{PATH}/", headers={"host": "127.0.0.1:8090"})

    assert "Secure" in answer.headers["set-cookie"]
    assert answer.headers["location"] == f"https://office.example{PATH}/"
    assert "max-age" in answer.headers["strict-transport-security"]
    assert elsewhere.status_code == 421


async def test_no_page_may_run_a_script_or_ask_another_host(office: Office, visitor: Visitor):
    await office.lets_in(visitor)
    answer = await visitor.client.get(f"{PATH}/person/list")

    policy = answer.headers["content-security-policy"]
    assert policy.startswith("default-src 'none';")
    assert "script-src" not in policy
    assert "unsafe" not in policy
    assert answer.headers["cache-control"] == "no-store"
    for page in visitor.pages:
        assert "<script" not in page
        assert " style=" not in page
        assert not re.search(r'(src|href|action)="(?!/|http://127\.0\.0\.1:8090/|#|\?)', page)


# What is shown


@pytest.mark.parametrize("language", Language)
async def test_every_page_is_in_the_readers_language(
    office: Office, visitor: Visitor, language: Language
):
    def settle(session) -> None:
        session.get_one(Person, office.admin).language = language

    await office.house.store.act(settle)
    home = await office.lets_in(visitor)
    assert f'lang="{language.replace("_", "-")}"' in home
    for table in TABLES:
        await visitor.sees(f"/{table}/list")
    await visitor.sees("/lacking")
    await visitor.sees(f"/person/detail?pk={office.town.mediator}")
    await visitor.sees(f"/person/edit?pk={office.town.mediator}")
    await visitor.sees(f"/area/edit?pk={office.community}")
    await visitor.sees("/duty/create")
    duty = await office.house.store.look(
        lambda s: s.scalars(select(Duty.id).where(Duty.person_id == office.town.mediator)).first()
    )
    await visitor.sees(f"/duty/detail?pk={duty}")
    await visitor.sees(f"/duty/edit?pk={duty}")

    korean = re.compile("[가-힣]")
    for page in visitor.pages[1:]:
        said = words(page)
        assert not re.search(r"[A-Za-z]{4,}", said), said
        labels = "".join(
            re.findall(r"<(?:dt|h1|label|legend|th scope=.col.)[^>]*>(.*?)</", page, re.DOTALL)
        )
        assert bool(korean.search(words(labels))) is (language is Language.KO)


async def test_nothing_of_a_case_and_no_resident_is_shown(office: Office, visitor: Visitor):
    def report(session) -> None:
        reporter = a_person(session, name="金报告")
        a_case(office.house.work(session), office.town, reporter)

    await office.house.store.act(report)
    await office.lets_in(visitor)
    for table in TABLES:
        await visitor.sees(f"/{table}/list?q=金报告")
        await visitor.sees(f"/{table}/list")
    await visitor.sees(f"/person/detail?pk={office.town.mediator}")

    for page in visitor.pages:
        assert "金报告" not in page.replace('value="金报告"', "")
    assert re.search(r"未办结的案件：1 \(\d+-\d\)", words(visitor.pages[-1]))
    assert "<li>调解员 · 第一网格</li>" in visitor.pages[-1]


async def test_whoever_types_the_bare_address_is_led_in(office: Office, visitor: Visitor):
    for path in ("/", PATH, f"{PATH}/"):
        answer = await visitor.client.get(path)
        assert (answer.status_code, answer.url.path) == (200, f"{PATH}/login")
    nowhere = await visitor.client.get("/elsewhere")
    assert nowhere.status_code == 404
    assert "没有这一页" in nowhere.text


@pytest.mark.parametrize(
    "path",
    ["/case/list", "/person/detail?pk=999", "/person/detail?pk=x", "/event/list", "/person/edit"],
)
async def test_what_is_not_there_is_said_politely(office: Office, visitor: Visitor, path: str):
    await office.lets_in(visitor)

    assert "没有这一页" in await visitor.sees(path, 404)


async def test_nothing_is_deleted_exported_imported_or_edited_past_a_form(
    office: Office, visitor: Visitor
):
    home = await office.lets_in(visitor)
    token = {"csrftoken": filled(home)["csrftoken"]}

    for path in (
        f"/_api/person/action?name=delete&pks={office.town.mediator}",
        "/_api/person/action?name=export&all=1",
        f"/_api/person/row-action?name=delete&pk={office.town.mediator}",
        "/_api/person/import",
        f"/_api/person/inline-edit?pk={office.town.mediator}&field=name",
        "/person/create",
        f"/record/edit?pk={office.town.mediator}",
    ):
        answer = await visitor.client.post(f"{PATH}{path}", data=token)
        assert answer.status_code in {400, 403, 404}, path
    assert await office.records() == []


async def test_people_are_found_by_code_name_and_telephone(office: Office, visitor: Visitor):
    await office.lets_in(visitor)

    assert "T1" in await visitor.sees("/person/list?q=t1")
    page = await visitor.sees("/person/list?q=甲")
    assert (">T1<" in page, ">F1<" in page) == (True, False)
    assert "园校社区" in await visitor.sees("/duty/list?q=园校")
    assert "没有内容" in await visitor.sees("/area/list?q=nowhere")


# What is changed


async def test_a_corrected_area_is_changed_recorded_and_said(office: Office, visitor: Visitor):
    await office.lets_in(visitor)
    edit = f"/area/edit?pk={office.community}"
    await visitor.sees(edit)
    page = await visitor.sends(edit, phone="0433-2551234", hours="1-5 8:30-17:00")

    assert "已保存：园校社区" in page
    ((kind, facts),) = await office.records()
    assert (kind, facts["phone"]) == ("area", [None, "04332551234"])
    shown = await visitor.sees("/record/list")
    assert "中心电话：– → 04332551234" in shown
    assert "子" in shown


async def test_what_does_not_fit_is_said_beside_its_field_and_nothing_is_changed(
    office: Office, visitor: Visitor
):
    await office.lets_in(visitor)
    edit = f"/person/edit?pk={office.town.mediator}"
    await visitor.sees(edit)
    page = await visitor.sends(edit, 422, name="张3", phone="22010419900101123X")

    assert "姓名里有数字" in page
    assert "像身份证号" in page
    assert "22010419900101123X" not in page.replace('value="22010419900101123X"', "")
    assert await office.records() == []
    await visitor.sees(edit)
    assert "这一项必填" in await visitor.sends(edit, 422, name="")


async def test_a_changed_telephone_is_found_again(office: Office, visitor: Visitor):
    await office.lets_in(visitor)
    edit = f"/person/edit?pk={office.town.mediator}"
    await visitor.sees(edit)
    await visitor.sends(edit, phone="139 4333 0001")

    assert "T1" in await visitor.sees("/person/list?q=13943330001")
    await visitor.sees(f"/person/edit?pk={office.town.deputy}")
    again = await visitor.sends(f"/person/edit?pk={office.town.deputy}", 422, phone="13943330001")
    assert "名册上另一个人用这个电话" in again


async def test_from_a_persons_page_a_duty_is_given_with_the_code_in_hand(
    office: Office, visitor: Visitor
):
    await office.lets_in(visitor)
    page = await visitor.sees(f"/person/detail?pk={office.town.mediator}")
    (give,) = re.findall(r'href="([^"]+/duty/create\?code=T1)"', page)
    await visitor.sees(give)

    page = await visitor.sends(give, role="mediator", area="公园街道", rank="9")

    assert "已保存：T1" in page
    given = await visitor.sees("/duty/list?q=t1")
    assert "公园街道" in given


async def test_a_form_that_was_open_for_long_undoes_nothing(office: Office, visitor: Visitor):
    await office.lets_in(visitor)
    edit = f"/person/edit?pk={office.town.mediator}"
    old = await visitor.sees(edit)
    await visitor.sends(edit, phone="13943330001")

    await visitor.sends(edit, page=old, name="赵")
    await visitor.sends(edit, page=old)

    facts = [facts for _, facts in await office.records()]
    assert facts == [{"phone": [None, "13943330001"]}, {"name": ["甲", "赵"]}]


async def test_codes_in_another_order_are_no_change(office: Office, visitor: Visitor):
    await office.lets_in(visitor)
    duty = await office.house.store.look(
        lambda s: s.scalars(select(Duty.id).where(Duty.person_id == office.town.coordinator)).one()
    )
    both = sorted([Language.ZH, Language.KO])  # as a list brings them in
    await office.house.store.act(lambda s: setattr(s.get_one(Duty, duty), "languages", both))
    edit = f"/duty/edit?pk={duty}"
    old = await visitor.sees(edit)
    await visitor.sends(edit, languages=["zh_CN"])

    await visitor.sends(edit, page=old, rank="5")

    facts = [sorted(facts) for _, facts in await office.records()]
    assert facts == [["languages", "role"], ["rank", "role"]]


async def test_a_duty_is_given_corrected_and_ended(office: Office, visitor: Visitor):
    await office.lets_in(visitor)
    await visitor.sees("/duty/create")
    said: dict[str, Any] = {
        "code": "M9",
        "name": "崔",
        "role": "mediator",
        "area": "园校社区",
        "rank": "8",
    }
    assert "没有这个区域" in await visitor.sends("/duty/create", 422, **{**said, "area": "别处"})
    page = await visitor.sends("/duty/create", **said, languages=["zh_CN", "ko_CN"])
    assert "已保存：M9" in page
    duty = await office.house.store.look(
        lambda s: s.scalars(select(Duty.id).join(Person).where(Person.code == "M9")).one()
    )

    edit = f"/duty/edit?pk={duty}"
    await visitor.sees(edit)
    assert "离任日期" in await visitor.sends(edit, 422, ends="2001-01-01")
    await visitor.sees(edit)
    await visitor.sends(edit, ends="2027-01-31", languages=["zh_CN"])
    page = await visitor.sees(f"/duty/detail?pk={duty}")
    assert "2027-01-31" in page
    page = await visitor.sends(f"/_api/duty/row-action?name=end&pk={duty}")
    assert "终止职责" in page
    assert [kind for kind, _ in await office.records()] == ["duty_given", "duty", "duty_ended"]
    assert "工作语言：朝鲜语, 中文 → 中文" in await visitor.sees("/record/list")


async def test_who_leaves_hands_over_and_the_last_of_a_chain_cannot(
    office: Office, visitor: Visitor
):
    await office.lets_in(visitor)
    for person in (office.town.coordinator, office.town.supervisor):
        await visitor.sees(f"/person/detail?pk={person}")
        page = await visitor.sends(f"/_api/person/row-action?name=retire&pk={person}")
        assert "已离任" in page
    last = office.town.night_desk
    await visitor.sees(f"/person/detail?pk={last}")
    page = await visitor.sends(f"/_api/person/row-action?name=retire&pk={last}")

    assert 'class="said error"' in page
    assert [kind for kind, _ in await office.records()] == ["left", "left"]
    assert office.house.wakes


async def test_a_link_for_joining_is_shown_once(office: Office, visitor: Visitor):
    def new(session) -> int:
        return a_person(session, code="N1", name="新", reachable=False).id

    person = await office.house.store.act(new)
    await office.lets_in(visitor)
    await visitor.sees(f"/person/detail?pk={person}")
    page = await visitor.sends(f"/_api/person/row-action?name=invite&pk={person}")
    (secret,) = re.findall(r"https://t\.me/a_bot\?start=i_([\w-]+)", page)

    for path in (f"/person/detail?pk={person}", "/invitation/list", "/record/list"):
        assert secret not in await visitor.sees(path)
    assert "可以使用" in await visitor.sees("/invitation/list")
    joined = office.town.mediator
    await visitor.sees(f"/person/detail?pk={joined}")
    refused = await visitor.sends(f"/_api/person/row-action?name=invite&pk={joined}")
    assert "不在您的管理范围内" in refused


async def test_what_is_lacking_and_who_is_on_duty_is_shown(office: Office, visitor: Visitor):
    def rota(session) -> None:
        now = office.house.clock.now()
        session.add(
            Shift(
                person_id=office.town.coordinator,
                area_id=office.town.county,
                role=Role.COORDINATOR,
                starts=now,
                ends=now + timedelta(hours=12),
            )
        )
        session.get_one(Person, office.town.judge).telegram_id = None

    await office.house.store.act(rota)
    await office.lets_in(visitor)

    shown = words(await visitor.sees("/shift/list"))
    assert "2026年11月23日(周一)09:00" in shown
    assert "2026年11月23日(周一)21:00" in shown
    lacking = words(await visitor.sees("/lacking"))
    assert re.search(r"还没有加入\s+1", lacking)
    assert "没有人值班的时间" in lacking


async def test_every_kind_of_change_can_be_read(office: Office, visitor: Visitor):
    facts = {"shift": ["D1", "D2"], "new": 3, "of_a_later_version": ["a", "b"], "role": "judge"}

    def noted(session) -> None:
        for kind in RosterChange:
            note_change(office.house.work(session), None, kind, facts=facts)

    await office.house.store.act(noted)
    await office.lets_in(visitor)
    shown = words(await visitor.sees("/record/list"))

    assert shown.count("值班表：D1 → D2") == len(RosterChange)
    assert shown.count("新增：3") == len(RosterChange)
    assert "导入人员名单" in shown


async def test_another_administrators_area_is_neither_shown_nor_changed(
    office: Office, visitor: Visitor
):
    def stranger(session) -> int:
        person = a_person(session, code="A2", name="外")
        a_duty(session, person, Role.ADMINISTRATOR, office.town.grid)
        return person.id

    other = await office.house.store.act(stranger)
    await office.lets_in(visitor, other)

    assert "园校社区" not in await visitor.sees("/duty/list")
    await visitor.sees(f"/area/edit?pk={office.community}", 404)
    await visitor.sees(f"/person/detail?pk={office.town.supervisor}", 404)


async def test_words_are_escaped_wherever_they_are_shown(office: Office, visitor: Visitor):
    def bad(session) -> None:
        session.get_one(Area, office.community).name_zh = "<b>园</b>\"'"
        session.get_one(Person, office.town.mediator).name = "<i>甲</i>"

    await office.house.store.act(bad)
    await office.lets_in(visitor)
    for table in TABLES:
        await visitor.sees(f"/{table}/list?q=<s>")
        await visitor.sees(f"/{table}/list")
    await visitor.sees(f"/person/detail?pk={office.town.mediator}")
    await visitor.sees(f"/area/edit?pk={office.community}")

    for page in visitor.pages:
        assert not re.search(r"<(b|i|s)>", page)


async def test_what_is_too_large_for_a_form_is_not_read(office: Office, visitor: Visitor):
    answer = await visitor.client.post(f"{PATH}/enter/x", content=b"x" * (LONGEST + 1))
    without_length = await visitor.client.post(f"{PATH}/enter/x", content=pieces())

    assert (answer.status_code, without_length.status_code) == (413, 413)


async def pieces() -> AsyncIterator[bytes]:
    yield b"csrftoken="


async def test_while_the_database_is_away_it_is_said_and_nothing_is_shown(
    office: Office, monkeypatch: pytest.MonkeyPatch
):
    async def away(_read: object) -> None:
        raise OperationalError("select 1", {}, OSError("gone"))

    transport = httpx.ASGITransport(application(office.house), raise_app_exceptions=False)
    async with httpx.AsyncClient(
        transport=transport, base_url=HERE, follow_redirects=True
    ) as client:
        await office.lets_in(Visitor(client))
        monkeypatch.setattr(office.house.store, "look", away)
        answer = await client.get(f"{PATH}/person/list")

    assert answer.status_code == 500
    assert answer.text.split("\n") == [
        "没有办成，也没有保存。",
        "하지 못하였으며 보관하지 않았습니다.",
    ]


async def test_letters_that_no_database_takes_are_refused_or_left_out(
    office: Office, visitor: Visitor
):
    await office.lets_in(visitor)
    for table in TABLES:
        await visitor.sees(f"/{table}/list?q=%00T1%ff{'x' * 200}&page={'9' * 30}&sort=code__x")
    await visitor.sees("/duty/create")
    said = {"code": "\x00", "role": "supervisor", "area": "\x00", "name": "\x00", "phone": "\x00"}
    page = await visitor.sends("/duty/create", 422, **dict[str, Any](said))

    assert "乱码" in page
    await visitor.sees("/person/detail?pk=%00", 404)
    await visitor.sees("/enter/%00x")
    await visitor.sends("/enter/%00x", 410)


# The listener


async def test_of_two_processes_one_answers_and_the_other_takes_over(
    office: Office, until: Until, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("bot.backoffice.office.TAKEN_S", 0.02)
    first = BackOffice(office.house, ("127.0.0.1", 0), "")
    serving = asyncio.create_task(first.serve())
    await until(lambda: not first.address.endswith(f":0{PATH}"))
    port = int(first.address.removesuffix(PATH).rpartition(":")[2])
    second = BackOffice(office.house, ("127.0.0.1", port), "")
    waiting = asyncio.create_task(second.serve())
    third = BackOffice(office.house, ("127.0.0.1", port), "")
    never = asyncio.create_task(third.serve())
    async with httpx.AsyncClient() as client:
        assert (await client.get(f"{first.address}/login")).status_code == 200
        await third.stop(never)
        await first.stop(serving)
        await until(lambda: answers(client, second.address))
    await second.stop(waiting)


async def answers(client: httpx.AsyncClient, address: str) -> bool:
    try:
        return (await client.get(f"{address}/login")).status_code == 200
    except httpx.TransportError:
        return False


def test_every_reason_has_its_words():
    assert set(WORDS) == set(Reason)
    assert set(GAPS) == set(Gap)
