"""The sandbox's town: real places, invented people, and nobody's report that would end nowhere."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import select

from bot.sandbox import town
from bot.sandbox.opening import names, opened
from bot.sandbox.town_grids import MIDDLE
from cases import areas
from cases.actions.intake import Report, open_case
from cases.routing import Why, find
from cases.views import number_of
from cases.work import Rules, Work
from models import schema
from models.area import Area
from models.duty import Duty
from models.person import Person
from models.store import Store
from models.vocabulary import AreaLevel, Category, Channel, Language, Nature, Role
from tests.bot.small_house import MORNING, migrated


@pytest.fixture
def empty(new_database) -> Iterator[Store]:
    store = Store(new_database(migrated))
    yield store
    store.close()


@pytest.fixture
def yanji(empty: Store) -> Store:
    assert empty.transact(lambda session: town.seed_yanji(session, MORNING, joined=True))
    return empty


def read(store: Store, fn: Callable[[Work], object]) -> None:
    store.read(lambda session: fn(Work(session, MORNING, Rules.load())))


def grid(work: Work, code: str = town.GRID) -> Area:
    return work.session.scalars(select(Area).where(Area.code == code)).one()


def test_every_area_lies_in_the_one_that_its_code_says(yanji: Store):
    def law(work: Work) -> None:
        everywhere = work.session.scalars(select(Area)).all()
        for area in everywhere:
            if area.level is AreaLevel.PROVINCE:
                assert area.parent is None
            else:
                assert area.parent is not None
                assert area.code.startswith(area.parent.code.rstrip("0")[:9])
        assert [above.name_zh for above in grid(work).line] == [
            "第3网格",
            "丹山社区",
            "北山街道",
            "延吉市",
            "延边朝鲜族自治州",
            "吉林省",
        ]
        counted = [area.level for area in everywhere]
        assert counted.count(AreaLevel.COMMUNITY) == 12
        assert counted.count(AreaLevel.GRID) == 36

    read(yanji, law)


def test_every_korean_name_is_written_in_hangul_and_every_chinese_one_in_hanzi(yanji: Store):
    def law(work: Work) -> None:
        for area in work.session.scalars(select(Area)):
            assert re.fullmatch(r"[가-힣0-9]+", area.name_ko), area.code
            assert re.fullmatch(r"[一-鿿0-9]+", area.name_zh), area.code

    read(yanji, law)


def test_the_file_says_where_its_names_come_from_and_who_must_read_them():
    head = town.AREAS.read_text(encoding="utf-8").partition("code,level")[0]

    assert "National Bureau of Statistics" in head
    assert "china-division 2.7.0" in head
    assert "native reader" in head


def test_every_grid_has_a_judge_a_mediator_a_deputy_and_all_of_them_speak_korean(yanji: Store):
    def law(work: Work) -> None:
        grids = work.session.scalars(select(Area).where(Area.level == AreaLevel.GRID))
        for place in grids:
            route = find(work.session, place, work.today, category=None, language=Language.KO)
            mediators = [pick for pick in route.mediators if pick.role is Role.MEDIATOR]
            assert route.judges[0].role is Role.JUDGE
            assert len(mediators) >= 2
            assert all(Why.LANGUAGE in pick.why for pick in (route.judges[0], *mediators))
            assert route.coordinators
            assert route.supervisors
            assert route.court_supervisors

    read(yanji, law)


def test_a_street_without_grids_still_ends_at_the_countys_desk(yanji: Store):
    def law(work: Work) -> None:
        far = grid(work, "222401105000")
        route = find(work.session, far, work.today, category=None, language=Language.ZH)
        assert route.judges
        assert route.mediators

    read(yanji, law)


def test_behind_a_silent_judge_stands_his_assistant_then_the_head_of_the_court(yanji: Store):
    def law(work: Work) -> None:
        route = find(
            work.session,
            grid(work),
            work.today,
            category=Category.LABOUR,
            language=Language.ZH,
        )
        line = [work.session.get_one(Person, pick.person_id).code for pick in route.judges]
        assert line[:3] == ["judge_bing", "assistant_geng", "court_xin"]
        assert Why.SPECIALISED in route.judges[0].why

    read(yanji, law)


def test_the_pin_and_the_poster_of_the_stories_lead_to_the_same_grid(yanji: Store):
    def law(work: Work) -> None:
        assert areas.by_point(work, *MIDDLE) == grid(work)
        assert f"g_{town.GRID}" == town.POSTER

    read(yanji, law)


def test_the_first_report_is_number_123(yanji: Store):
    def open_one(work: Work) -> str:
        someone = Person(telegram_id=1, created_at=MORNING)
        work.session.add(someone)
        work.session.flush()
        report = Report("k", grid(work).id, Language.ZH, Channel.RESIDENT, "楼上漏水")
        return number_of(open_case(work, report, someone)).full

    number = yanji.transact(lambda session: open_one(Work(session, MORNING, Rules.load())))

    assert number.startswith("26-222401-000123-")


def test_seeding_twice_changes_nothing(yanji: Store):
    assert not yanji.transact(lambda session: town.seed_yanji(session, MORNING))

    duties = yanji.read(lambda session: len(session.scalars(select(Duty)).all()))
    assert duties == sum(len(one.posts) for one in town.ROSTER)


def test_nobody_of_the_town_enters_a_live_database(empty: Store):
    empty.transact(lambda session: schema.stamp(session, Nature.LIVE))

    with pytest.raises(schema.WrongNature):
        empty.transact(lambda session: town.seed_yanji(session, MORNING))

    assert empty.read(lambda session: session.scalars(select(Area)).all()) == []
    assert empty.read(lambda session: session.scalars(select(Person)).all()) == []


def test_who_reads_which_language_can_be_told(empty: Store):
    told = {"judge_bing": Language.KO}
    empty.transact(lambda session: town.seed_yanji(session, MORNING, languages=told))

    def law(work: Work) -> None:
        by_code = {one.code: one for one in work.session.scalars(select(Person))}
        assert by_code["judge_bing"].language is Language.KO
        assert by_code["officer_ding"].language is Language.ZH
        assert all(one.telegram_id is None for one in by_code.values())

    read(empty, law)


def test_everybody_is_called_by_role_and_name_in_both_languages():
    assert names(town.YANJI)["mediator_yi"] == "调解员乙 조정원 을"
    assert names(town.YANJI)["resident_wu"] == "居民戊 주민 무"
    assert len(set(names(town.YANJI).values())) == len(town.EVERYBODY)


async def test_the_whole_roster_joins_by_its_links(tmp_path: Path):
    async with opened(tmp_path, lambda _: None) as sandbox:
        assert await sandbox.join_everybody() == len(town.ROSTER)

        def accounts(session) -> dict[str | None, int | None]:
            people = session.scalars(select(Person).where(Person.code.is_not(None)))
            return {one.code: one.telegram_id for one in people}

        joined = await sandbox.house.store.look(accounts)
        assert joined == {one.code: sandbox.person(one.code).telegram_id for one in town.ROSTER}
        assert sandbox.sandbox.violations == []


async def test_no_variable_of_the_office_reaches_a_practice(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    async with opened(tmp_path / "a", lambda line: None) as practice:
        alone = practice.house.settings.model_dump()
    for name in type(practice.house.settings).model_fields:
        monkeypatch.setenv(f"GRIDWHISTLE_{name.upper()}", "s3://the-offices-own/evidence")

    async with opened(tmp_path / "a", lambda line: None) as practice:
        among = practice.house.settings.model_dump()

    own = {"bot_token", "api_base_url", "clock_url"}
    assert {k: v for k, v in among.items() if k not in own} == {
        k: v for k, v in alone.items() if k not in own
    }
