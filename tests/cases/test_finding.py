"""All of Yanbian on the map: every village is found as people write it, slips and all, and every pin in its county."""

import random
from collections.abc import Iterator
from itertools import islice

import pytest
import shapely
from rapidfuzz.distance import OSA
from sqlalchemy import create_engine
from sqlalchemy.orm import Session

from bot.shipped import DIVISIONS, SHIPPED
from bot.tables import read
from cases import area_file
from cases.finding import AreaMap, the_map
from cases.naming import CHOICES
from cases.place_names import initials, plain, sounds, spoken, stem
from models.area import Area
from models.base import Base
from models.vocabulary import AreaLevel, Language
from tests.factories import an_area
from tests.scene import Scene

CLEAR = 0.003  # degrees, about 300 m: what is nearer to a border than this may be offered with its neighbour


@pytest.fixture(scope="module")
def yanbian() -> Iterator[AreaMap]:
    engine = create_engine("sqlite://")
    Base.metadata.create_all(engine)
    with Session(engine) as session:
        for file in ("jilin.csv", "counties.geojson"):
            rows = read(DIVISIONS / file, "areas", ("code",)).rows
            ours = [row for row in rows if str(row.cells["code"]).startswith(("2224", "220000"))]
            for _, step in area_file.steps(area_file.plan(session, ours)):
                step(session)
        yield the_map(session)
    engine.dispose()


def slipped(name: str, luck: random.Random, letters: list[str]) -> str:
    """One slip: the same sound written otherwise, a letter doubled, lacking, exchanged with the next, or any other."""
    at = luck.randrange(len(name))
    kind = luck.choice(["sound", "doubled", "lacking", "exchanged", "other"])
    alike = [one for one in letters if sounds(one) == sounds(name[at]) and one != name[at]]
    if kind == "sound" and alike:
        return name[:at] + luck.choice(alike) + name[at + 1 :]
    if kind == "doubled":
        return name[:at] + name[at] + name[at:]
    if kind == "lacking":
        return name[:at] + name[at + 1 :]
    if kind == "exchanged" and at + 1 < len(name) and name[at] != name[at + 1]:
        return name[:at] + name[at + 1] + name[at] + name[at + 2 :]
    other = luck.choice([one for one in letters if one != name[at]])
    return name[:at] + other + name[at + 1 :]


def test_every_village_is_found_by_its_name(yanbian: AreaMap):
    villages = [place for place in yanbian.by_code.values() if place.level is AreaLevel.COMMUNITY]

    assert len(villages) == 1525
    lost = [
        place.zh
        for place in villages
        if all(found.zh != place.zh for found in yanbian.named(place.zh))
    ]
    assert lost == []


def test_a_village_behind_its_town_is_found_with_one_slip(yanbian: AreaMap):
    luck = random.Random(6)
    villages = [place for place in yanbian.by_code.values() if place.level is AreaLevel.COMMUNITY]
    letters = sorted({letter for place in villages for letter in spoken(place.zh)})
    asked = list(islice(villages, 0, None, 3))

    found = 0
    for place in asked:
        town = yanbian.places[place.parent_id or 0]
        typed = slipped(plain(town.zh) + spoken(place.zh), luck, letters)
        found += place in yanbian.named(typed)[:3]

    assert found / len(asked) >= 0.95


def test_a_bare_name_with_one_slip_is_found_as_often_as_any_order_of_namesakes_could(
    yanbian: AreaMap,
):
    luck = random.Random(6)
    villages = [place for place in yanbian.by_code.values() if place.level is AreaLevel.COMMUNITY]
    letters = sorted({letter for place in villages for letter in spoken(place.zh)})

    found, best = 0, 0.0
    for place in islice(villages, 0, None, 3):
        typed = slipped(spoken(place.zh), luck, letters)
        as_near = [one for one in villages if OSA.distance(typed, spoken(one.zh)) <= 1]
        found += place in yanbian.named(typed)[:3]
        best += min(1.0, 3 / len(as_near))

    assert found >= 0.98 * best


def test_korean_names_are_found_where_somebody_wrote_them_and_in_southern_spelling(
    yanbian: AreaMap,
):
    named = [
        place
        for place in yanbian.by_code.values()
        if place.ko and place.level in {AreaLevel.STREET, AreaLevel.COMMUNITY}
    ]

    assert len(named) >= 20
    for place in named:
        assert yanbian.named(place.ko)[0] == place
        assert place in yanbian.named(place.ko[:-1])[:3]
    assert "단령사회구역" in [place.ko for place in yanbian.named("단녕사회구역")[:3]]


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("丹山社区", "222401002002"),
        ("北山街道丹山社区", "222401002002"),
        ("我住北山街道丹山社区12号楼", "222401002002"),
        ("單山社区", None),
        ("丹删社区", "222401002002"),
        ("北山街danshan", None),
        ("danshanshequ", "222401002002"),
        ("朝阳川镇", "222401105000"),
    ],
)
def test_what_people_type_finds_their_place(yanbian: AreaMap, typed: str, code: str | None):
    found = [place.code for place in yanbian.named(typed)]

    assert code is None or code in found[:3]
    assert len(found) <= CHOICES


def test_the_initials_of_the_pinyin_find_it(yanbian: AreaMap):
    assert initials("丹山社区") == "dssq"
    assert all(
        initials(spoken(place.zh)) == "dssq" or initials(stem(place.zh)) == "dssq"
        for place in yanbian.named("dssq")
    )
    assert yanbian.named("DSSQ")
    assert yanbian.named("xqzz") == []


@pytest.mark.parametrize(
    "typed",
    ["", "。", "不知道", "楼上漏水", "모르겠습니다", "웃집에서 물이 샙니다", "1", "我想电话里说"],
)
def test_words_that_name_no_place_find_none(yanbian: AreaMap, typed: str):
    assert yanbian.named(typed) == []


def test_ten_pins_of_each_county_fall_in_it(yanbian: AreaMap):
    counties = [place for place in yanbian.by_code.values() if place.level is AreaLevel.COUNTY]
    luck = random.Random(10)

    assert len(counties) == 8
    for county in counties:
        border = shapely.from_wkb(yanbian.borders[county.id])
        within = border.buffer(-CLEAR)
        west, south, east, north = within.bounds
        pins = 0
        while pins < 10:
            point = shapely.Point(luck.uniform(west, east), luck.uniform(south, north))
            if within.contains(point):
                pins += 1
                assert [place.code for place in yanbian.at(point.y, point.x)] == [county.code]
    assert yanbian.at(39.9, 116.4) == []


def a_square(west: float, south: float, side: float) -> bytes:
    return shapely.to_wkb(shapely.box(west, south, west + side, south + side))


def test_a_pin_beside_a_border_offers_both_sides_and_the_one_it_is_in_first(scene: Scene):
    near, far = (
        scene.session.get_one(Area, one) for one in (scene.town.grid, scene.town.far_grid)
    )
    near.polygon, far.polygon = a_square(129.50, 42.90, 0.01), a_square(129.51, 42.90, 0.01)
    scene.session.flush()
    drawn = the_map(scene.session)

    assert [place.id for place in drawn.at(42.905, 129.505)] == [near.id]
    assert [place.id for place in drawn.at(42.905, 129.5099)] == [near.id, far.id]
    assert [place.id for place in drawn.at(42.905, 129.5101)] == [far.id, near.id]
    assert drawn.at(42.95, 129.505) == []


def test_a_grid_without_a_border_is_found_by_its_middle_but_only_in_its_own_county(scene: Scene):
    county = scene.session.get_one(Area, scene.town.county)
    county.polygon = a_square(129.4, 42.8, 0.2)
    grid = scene.session.get_one(Area, scene.town.grid)
    grid.latitude, grid.longitude = 42.81, 129.41
    other = an_area(scene.session, "222402000000", AreaLevel.COUNTY, "图们市", "")
    other.polygon = a_square(129.4, 42.6, 0.2)
    scene.session.flush()
    drawn = the_map(scene.session)

    assert [place.id for place in drawn.at(42.811, 129.411)] == [grid.id]
    assert [place.id for place in drawn.at(42.795, 129.411)] == [other.id]


def test_the_map_is_drawn_anew_when_an_area_changes_and_only_then(scene: Scene):
    first = the_map(scene.session)
    assert the_map(scene.session) is first

    scene.session.get_one(Area, scene.town.grid).aliases = ["老铁桥"]
    scene.session.flush()

    assert the_map(scene.session) is not first


def test_a_name_that_nobody_gave_in_korean_is_read_in_chinese(scene: Scene):
    area = an_area(scene.session, "222402000000", AreaLevel.COUNTY, "图们市", "")

    assert area.name(Language.KO) == "图们市"


def test_a_grid_is_found_by_its_number_behind_its_community(scene: Scene):
    scene.session.get_one(Area, scene.town.far_grid).name_zh = "第2网格"
    scene.session.flush()

    assert [place.id for place in the_map(scene.session).named("园校社区第2网格")] == [
        scene.town.far_grid
    ]
    assert set(SHIPPED) >= {"yanbian", "erdao", "dehui"}
