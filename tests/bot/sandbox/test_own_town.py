"""An office's own lists as the town of the sandbox: its people, its grids, and every row that could not be taken."""

from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import select

from bot.sandbox.opening import opened
from bot.sandbox.own_town import NobodyToPractise, OwnTown
from bot.sandbox.page.county import Grid, drawn
from bot.sandbox.town import YANJI, Founding
from models.case import Case
from models.person import Person
from models.schema import WrongNature, stamp
from models.store import Store
from models.vocabulary import Nature, Stage
from tests.bot.small_house import MORNING, migrated

ROSTER = """\
工号,姓名,朝鲜语姓名,电话,职务,责任区域,工作语言,顺位,状态
A1,某子,모자,13900000001,综治中心负责人,222403000000,双语,1,在任
A2,某丑,,13900000002,值班,222403000000,双语,1,在任
A3,某寅,,13900000003,庭长,222403000000,中文,1,在任
A4,某卯,모묘,13900000004,网格法官,222403001000,双语,1,在任
A5,某辰,,13900000005,调解员,222403001001,双语,1,在任
A6,某巳,,13900000006,调解员,222403001000,中文,1,在任
0007,某午,,13900000007,网格员,22240300100101,中文,1,在任
A8,某未,,13900000008,巡视员,222403001001,中文,1,在任
"""
GRIDS = """\
区划代码,名称,朝鲜语名称,纬度,经度
22240300100101,第1网格,제1격자,43.372,128.232
22240300100102,第2网格,제2격자,43.374,128.236
"""
NOBODY = "姓名,职务,责任区域\n某未,巡视员,222403001001\n"


@pytest.fixture
def dunhua(tmp_path: Path) -> Founding:
    """敦化市: real streets and communities that ship, invented grids and people from an office's files."""
    (tmp_path / "roster.csv").write_text(ROSTER, encoding="gb18030")
    (tmp_path / "grids.csv").write_text(GRIDS, encoding="utf-8")
    grids = str(tmp_path / "grids.csv")
    return Founding("own", OwnTown.read(tmp_path / "roster.csv", ["yanbian", grids]).found)


async def test_an_offices_people_practise_in_their_own_grids(tmp_path: Path, dunhua: Founding):
    async with opened(tmp_path, lambda line: None, founding=dunhua) as own:
        town = own.town
        assert await own.join_everybody() == 7
        assert (town.county, town.grid) == ("222403000000", "22240300100101")
        assert town.first_shown == (
            "resident_jia", "A4", town.people[0].code, "A5", "A3", "A1", "resident_chen",
        )  # fmt: skip
        assert [one.zh for one in town.people if one.code.startswith("person_")] == ["某午"]

        resident, mediator = own.person("resident_jia"), own.person("A5")
        await resident.starts(f"{town.poster}_ko")
        await resident.says("웃집에서 물이 새여 천정이 젖었습니다.")
        await resident.taps("보내기")
        await mediator.taps("接手")

        case = await own.house.store.look(
            lambda session: [(one.area.code, one.stage) for one in session.scalars(select(Case))]
        )
        assert case == [(town.grid, Stage.ACCEPTED)]
        assert own.sandbox.violations == []


async def test_whoever_of_the_roster_opened_no_phone_yet_is_reached_all_the_same(
    tmp_path: Path, dunhua: Founding
):
    async with opened(tmp_path, lambda line: None, founding=dunhua) as own:
        await own.join_everybody()

        reachable = await own.house.store.look(
            lambda session: [one.reachable for one in session.scalars(select(Person))]
        )

        assert reachable == [True] * 7
        assert all(own.sandbox.people[code].chat.started for code in own.town.accounts)


async def test_a_new_morning_is_the_same_town(tmp_path: Path, dunhua: Founding):
    async with opened(tmp_path, lambda line: None, founding=dunhua) as own:
        before = own.town
        await own.begin_anew()

        assert own.town == before
        assert await own.join_everybody() == 7


async def test_a_kept_town_is_found_again_as_it_was_left(tmp_path: Path, dunhua: Founding):
    async with opened(tmp_path, lambda line: None, founding=dunhua) as own:
        first = own.town
    async with opened(tmp_path, lambda line: None, founding=dunhua) as own:
        assert own.town == first


async def test_a_row_that_cannot_be_taken_is_named_and_the_rest_practises(
    tmp_path: Path, dunhua: Founding
):
    async with opened(tmp_path, lambda line: None, founding=dunhua) as own:
        (refused,) = own.town.refused

    assert "第9行" in refused
    assert "巡视员" in refused
    assert "no such role" in refused


def test_of_a_roster_without_anybody_every_row_is_named(tmp_path: Path, new_database):
    (tmp_path / "nobody.csv").write_text(NOBODY, encoding="utf-8")
    own = OwnTown.read(tmp_path / "nobody.csv")
    store = Store(new_database(migrated))

    with pytest.raises(NobodyToPractise, match="巡视员"):
        store.transact(lambda session: own.found(session, MORNING))
    store.close()


def test_no_practice_begins_in_a_live_database(dunhua: Founding, new_database):
    store = Store(new_database(migrated))
    store.transact(lambda session: stamp(session, Nature.LIVE))

    with pytest.raises(WrongNature):
        store.transact(lambda session: dunhua.found(session, MORNING))
    store.close()


@pytest.mark.parametrize("county", [YANJI.county, "110101000000"])
def test_the_map_shows_every_grid_whose_place_is_known_whether_or_not_the_border_ships(
    county: str,
):
    town = replace(YANJI, county=county)
    grids = [Grid("1", "一", "일", YANJI.middle), Grid("2", "二", "이", None)]

    drawing = drawn(grids, town)

    (spot,) = drawing.spots
    left, top, width, height = map(float, drawing.whole.split())
    assert left < spot.x < left + width
    assert top < spot.y < top + height
    assert bool(drawing.path) is (county == YANJI.county)
