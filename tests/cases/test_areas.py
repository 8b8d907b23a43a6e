"""Finding a place by what people say: right, or a few to choose from, or honestly nothing."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cases.areas import by_code, by_name, by_point
from models.area import Area
from models.vocabulary import AreaLevel
from tests.factories import an_area
from tests.scene import Scene

CITY = (42.9068, 129.5136)  # Yanji, WGS-84


def test_a_posters_code_is_its_place(scene: Scene):
    grid = by_code(scene.work, "22240100100101")

    assert grid is not None
    assert grid.id == scene.town.grid
    assert by_code(scene.work, "22240100100199") is None
    assert by_code(scene.work, "") is None


@pytest.mark.parametrize(
    "typed",
    [
        "园校社区",
        "园校",
        "원교사회구역",
        "원교",
        "我家在园校社区3号楼",
        "원교사회구역에 삽니다",
        "园 校",
        "园校社",
    ],
)
def test_a_community_is_found_as_people_write_it(scene: Scene, typed: str):
    assert [area.id for area in by_name(scene.work, typed)] == [scene.town.community]


@pytest.mark.parametrize("typed", ["公园街道", "公园", "공원가두", "공원"])
def test_a_street_is_found_when_no_community_is_named(scene: Scene, typed: str):
    assert [area.id for area in by_name(scene.work, typed)] == [scene.town.street]


@pytest.mark.parametrize("typed", ["", " ", "???", "不知道", "모르겠습니다", "社"])
def test_what_names_no_place_finds_none(scene: Scene, typed: str):
    assert by_name(scene.work, typed) == []


def test_an_old_name_is_found_too(scene: Scene):
    scene.session.get_one(Area, scene.town.community).aliases = ["铁南老院", "철남"]
    scene.session.flush()

    assert [area.id for area in by_name(scene.work, "我住铁南老院")] == [scene.town.community]
    assert [area.id for area in by_name(scene.work, "철남")] == [scene.town.community]


def test_of_many_that_fit_five_are_offered_in_one_order(scene: Scene):
    street = scene.session.get_one(Area, scene.town.street)
    for number in range(9):
        code = f"2224010010{20 + number}"
        an_area(
            scene.session,
            code,
            AreaLevel.COMMUNITY,
            f"新兴{number}社区",
            f"신흥{number}",
            parent=street,
        )

    found = [area.code for area in by_name(scene.work, "新兴")]

    assert len(found) == 5
    assert found == sorted(found)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(st.text())
def test_no_typed_text_breaks_it(scene: Scene, typed: str):
    assert len(by_name(scene.work, typed)) <= 5


def test_a_pin_finds_the_nearest_grid_and_only_when_it_is_near(scene: Scene):
    near, far = (
        scene.session.get_one(Area, one) for one in (scene.town.grid, scene.town.far_grid)
    )
    near.latitude, near.longitude = CITY
    far.latitude, far.longitude = CITY[0] + 0.02, CITY[1]
    scene.session.flush()

    def found(latitude: float, longitude: float) -> int | None:
        area = by_point(scene.work, latitude, longitude)
        return area.id if area else None

    assert found(*CITY) == scene.town.grid
    assert found(CITY[0] + 0.015, CITY[1]) == scene.town.far_grid
    assert found(CITY[0] + 0.5, CITY[1]) is None  # 55 km away
    assert found(43.88, 125.32) is None  # Changchun


def test_without_any_mapped_grid_a_pin_finds_nothing(scene: Scene):
    assert by_point(scene.work, *CITY) is None
