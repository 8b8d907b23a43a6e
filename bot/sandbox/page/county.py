"""The small map on which a pin is dropped: the outline of Yanji and its grids, as SVG coordinates.

Law: the outline is for looking, never for deciding; which grid a place is in, the bot says.
"""

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from bot.sandbox.town import COUNTY

_BORDERS = Path(__file__).parents[2] / "divisions" / "counties.geojson"
SCALE = 1000.0  # SVG units in a degree of latitude
_SQUEEZE = 0.7318  # a degree of longitude is shorter: cos 42.96°, the middle of the county
_WEST, _NORTH = 129.0, 43.45
_MARGIN = 8.0  # SVG units around the grids


@dataclass(frozen=True, slots=True)
class Spot:
    """A grid on the map."""

    code: str
    zh: str
    ko: str
    latitude: float
    longitude: float

    @property
    def x(self) -> float:
        return x_of(self.longitude)

    @property
    def y(self) -> float:
        return y_of(self.latitude)


def x_of(longitude: float) -> float:
    return round((longitude - _WEST) * _SQUEEZE * SCALE, 2)


def y_of(latitude: float) -> float:
    return round((_NORTH - latitude) * SCALE, 2)


@dataclass(frozen=True, slots=True)
class Map:
    """What the page needs to draw and to read a map."""

    path: str
    whole: str
    """The viewBox with all of the county."""
    town: str
    """The viewBox around the grids."""
    west: float = _WEST
    north: float = _NORTH
    x_scale: float = SCALE * _SQUEEZE
    y_scale: float = SCALE


def drawn(spots: tuple[Spot, ...]) -> Map:
    """The map with these grids on it."""
    points = _points()
    path = "M" + "L".join(f"{x} {y}" for x, y in points) + "Z"
    around = [(spot.x, spot.y) for spot in spots] or list(points)
    return Map(path, _box(list(points), _MARGIN), _box(around, _MARGIN))


@cache
def _points() -> tuple[tuple[float, float], ...]:
    counties = json.loads(_BORDERS.read_text(encoding="utf-8"))["features"]
    yanji = next(one for one in counties if one["properties"]["code"] == COUNTY)
    ring = yanji["geometry"]["coordinates"][0][0]
    return tuple((x_of(longitude), y_of(latitude)) for longitude, latitude in ring)


def _box(points: list[tuple[float, float]], margin: float) -> str:
    xs, ys = [x for x, _ in points], [y for _, y in points]
    left, top = min(xs) - margin, min(ys) - margin
    width, height = max(xs) + margin - left, max(ys) + margin - top
    return f"{left:.1f} {top:.1f} {width:.1f} {height:.1f}"
