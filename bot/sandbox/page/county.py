"""The small map on which a pin is dropped: the outline of the town's county and its grids, as SVG coordinates.

Law: the outline is for looking, never for deciding; which grid a place is in, the bot says.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from itertools import chain
from math import cos, radians

from bot.sandbox.town import Town
from bot.shipped import BORDERS

SCALE = 1000.0  # SVG units in a degree of latitude
_MARGIN = 8.0  # SVG units around the grids
_AROUND = 0.2  # degrees shown around the middle where no border is known

Degrees = tuple[float, float]
"""Latitude and longitude."""


@dataclass(frozen=True, slots=True)
class Grid:
    """A grid of the town; its place where one is known."""

    code: str
    zh: str
    ko: str
    place: Degrees | None


@dataclass(frozen=True, slots=True)
class Spot:
    """A grid on the map."""

    zh: str
    ko: str
    latitude: float
    longitude: float
    x: float
    y: float


@dataclass(frozen=True, slots=True)
class Map:
    """What the page needs to draw and to read a map."""

    path: str
    whole: str
    """The viewBox with all of the county."""
    town: str
    """The viewBox around the grids."""
    spots: tuple[Spot, ...]
    west: float
    north: float
    x_scale: float
    y_scale: float = SCALE

    def x_of(self, longitude: float) -> float:
        return round((longitude - self.west) * self.x_scale, 2)

    def y_of(self, latitude: float) -> float:
        return round((self.north - latitude) * self.y_scale, 2)


def drawn(grids: Iterable[Grid], town: Town) -> Map:
    """The map with those of these grids on it whose place is known."""
    rings = _rings(town.county)
    corners = list(chain.from_iterable(rings)) or _around(town.middle)
    south, north = min(one[0] for one in corners), max(one[0] for one in corners)
    west = min(one[1] for one in corners)
    squeeze = cos(radians((south + north) / 2))  # a degree of longitude is shorter there
    bare = Map("", "", "", (), west, north, SCALE * squeeze)
    spots = tuple(
        Spot(one.zh, one.ko, *one.place, *_on(bare, one.place)) for one in grids if one.place
    )
    lines = [[_on(bare, one) for one in ring] for ring in rings]
    whole = _box([_on(bare, one) for one in corners])
    return Map(
        "".join("M" + "L".join(f"{x} {y}" for x, y in line) + "Z" for line in lines),
        whole,
        _box([(spot.x, spot.y) for spot in spots]) if spots else whole,
        spots,
        bare.west,
        bare.north,
        bare.x_scale,
    )


def _on(bare: Map, place: Degrees) -> tuple[float, float]:
    return bare.x_of(place[1]), bare.y_of(place[0])


def _around(middle: Degrees) -> list[Degrees]:
    latitude, longitude = middle
    return [
        (latitude - _AROUND, longitude - _AROUND),
        (latitude + _AROUND, longitude + _AROUND),
    ]


@cache
def _rings(county: str) -> tuple[tuple[Degrees, ...], ...]:
    """The outer lines of a county; none where its border does not ship."""
    features = json.loads(BORDERS.read_text(encoding="utf-8"))["features"]
    parts = next(
        (
            one["geometry"]["coordinates"]
            for one in features
            if one["properties"]["code"] == county
        ),
        (),
    )
    return tuple(tuple((lat, lon) for lon, lat in part[0]) for part in parts)


def _box(points: list[tuple[float, float]]) -> str:
    xs, ys = [x for x, _ in points], [y for _, y in points]
    left, top = min(xs) - _MARGIN, min(ys) - _MARGIN
    width, height = max(xs) + _MARGIN - left, max(ys) + _MARGIN - top
    return f"{left:.1f} {top:.1f} {width:.1f} {height:.1f}"
