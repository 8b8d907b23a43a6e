"""Shapes on the map: read from a map file, checked, and asked whose a point is. Degrees of WGS-84.

The geometry library is loaded only when there is a shape (it is large, and most offices begin without any).
"""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from cases.sheet import Reason, Refused

if TYPE_CHECKING:
    from shapely.geometry.base import BaseGeometry as Geometry

#: China lies within these degrees; what lies outside is a slip, or the two numbers were exchanged.
LATITUDES, LONGITUDES = (3.0, 54.0), (73.0, 136.0)

#: How much of the smaller shape may lie in its neighbour, or outside its parent, before it is said: lines drawn twice
#: never meet exactly. The project's own default.
_SLIVER = 0.01
_LEFT_OPEN = 0.05
#: Farther than this from a border, nobody doubts on which side a pin is; a telephone is right to about so much.
BORDER_METRES = 30.0
_METRES_A_DEGREE = 111_320.0  # of latitude


def read(column: str, drawn: Mapping[str, object]) -> tuple[bytes, bool]:
    """A shape as bytes (WKB), and whether it had to be mended.

    Raises:
        Refused: no polygon, or one that cannot be mended.
    """
    import shapely
    from shapely.geometry import shape

    kind = str(drawn.get("type", ""))
    if kind not in {"Polygon", "MultiPolygon"}:
        raise Refused(column, Reason.BORDER_KIND, kind)
    try:
        found = shape(dict(drawn))
    except (ValueError, TypeError, AttributeError, IndexError, KeyError) as broken:
        raise Refused(column, Reason.BORDER_BROKEN, broken) from None
    if found.is_empty or not _in_china(found.bounds):
        raise Refused(column, Reason.BORDER_BROKEN, found.bounds)
    if found.is_valid:
        return shapely.to_wkb(found), False
    mended = shapely.make_valid(found)
    solid = shapely.union_all([part for part in shapely.get_parts(mended) if part.area > 0])
    if solid.is_empty or solid.geom_type not in {"Polygon", "MultiPolygon"}:
        raise Refused(column, Reason.BORDER_BROKEN, shapely.is_valid_reason(found))
    return shapely.to_wkb(solid), True


def middle(border: bytes) -> tuple[float, float]:
    """A point that surely lies in the shape: latitude, longitude."""
    import shapely

    point = shapely.point_on_surface(shapely.from_wkb(border))
    return round(shapely.get_y(point), 6), round(shapely.get_x(point), 6)


@dataclass(frozen=True, slots=True)
class Shape:
    """A border among its neighbours, for checking."""

    code: str
    parent: str | None
    border: bytes


def remarks(shapes: Sequence[Shape]) -> Iterator[tuple[str, Reason, str]]:
    """What is odd between shapes: code, what, and with whom. Nothing is refused for it."""
    import shapely

    drawn = {one.code: shapely.from_wkb(one.border) for one in shapes}
    children: dict[str, list[str]] = {}
    for one in shapes:
        if one.parent is not None:
            children.setdefault(one.parent, []).append(one.code)
    for parent, codes in sorted(children.items()):
        yield from _overlaps(drawn, sorted(codes))
        above = drawn.get(parent)
        if above is not None:
            yield from _against_parent(drawn, parent, above, sorted(codes))


def _overlaps(
    drawn: Mapping[str, "Geometry"], codes: Sequence[str]
) -> Iterator[tuple[str, Reason, str]]:
    from shapely import STRtree

    shapes = [drawn[code] for code in codes]
    lefts, rights = STRtree(shapes).query(shapes, predicate="intersects")
    for left, right in sorted(zip(lefts.tolist(), rights.tolist(), strict=True)):
        if left < right:
            smaller = min(shapes[left].area, shapes[right].area)
            if shapes[left].intersection(shapes[right]).area > _SLIVER * smaller:
                yield codes[left], Reason.BORDERS_OVERLAP, codes[right]


def _against_parent(
    drawn: Mapping[str, "Geometry"], parent: str, above: "Geometry", codes: Sequence[str]
) -> Iterator[tuple[str, Reason, str]]:
    import shapely

    for code in codes:
        if drawn[code].difference(above).area > _SLIVER * drawn[code].area:
            yield code, Reason.BORDER_OUTSIDE, parent
    within = shapely.union_all([drawn[code] for code in codes])
    left_open = above.difference(within).area / above.area
    if left_open > _LEFT_OPEN:
        yield parent, Reason.BORDER_GAP, f"{left_open:.0%}"


class Drawn:
    """All borders of one map, ready to be asked; built once for each edition of the map."""

    def __init__(self, borders: Mapping[int, bytes]) -> None:
        import shapely
        from shapely import STRtree

        self._ids = sorted(borders)
        self._shapes = shapely.from_wkb([borders[one] for one in self._ids])
        shapely.prepare(self._shapes)
        self._tree: STRtree = STRtree(self._shapes)

    def at(self, latitude: float, longitude: float) -> list[int]:
        """The areas that a point is in, or so near to the border of that it may be; those it is in first."""
        import shapely

        point = shapely.points(longitude, latitude)
        near = BORDER_METRES / (_METRES_A_DEGREE * math.cos(math.radians(latitude)))
        within = set(self._tree.query(point, predicate="intersects").tolist())
        beside = set(self._tree.query(point, predicate="dwithin", distance=near).tolist())
        return [self._ids[place] for place in (*sorted(within), *sorted(beside - within))]


def _in_china(bounds: Sequence[float]) -> bool:
    west, south, east, north = bounds
    return (
        LONGITUDES[0] <= west <= east <= LONGITUDES[1]
        and LATITUDES[0] <= south <= north <= LATITUDES[1]
    )
