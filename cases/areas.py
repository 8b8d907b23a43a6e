"""Finding a place: by the code on a poster, by a typed name in Chinese or Korean, by a pin. The person always confirms."""

import math
import unicodedata

from sqlalchemy import select

from cases.work import Work
from models.area import Area
from models.vocabulary import AreaLevel

_NEAR_KM = 5.0  # farther than this from the middle of any grid, a pin is not in an area we know
_CHOICES = 5  # DESIGN §6: two to five buttons when a name is ambiguous
_EARTH_KM = 6371.0
_NAMED = (AreaLevel.GRID, AreaLevel.COMMUNITY, AreaLevel.STREET)


def by_code(work: Work, code: str) -> Area | None:
    """The area of a poster's code."""
    return work.session.scalar(select(Area).where(Area.code == code))


def by_name(work: Work, typed: str) -> list[Area]:
    """Areas whose name or alias is in the text, or begins with it; the smallest level that fits, at most five."""
    text = _plain(typed)
    if not text:
        return []
    areas = work.session.scalars(
        select(Area).where(Area.level.in_(_NAMED)).order_by(Area.code)
    ).all()
    for level in (AreaLevel.COMMUNITY, AreaLevel.STREET):
        fitting = [area for area in areas if area.level is level and _fits(area, text)]
        if fitting:
            return fitting[:_CHOICES]
    return []


def by_point(work: Work, latitude: float, longitude: float) -> Area | None:
    """The grid whose middle is nearest, when it is near at all."""
    grids = work.session.scalars(
        select(Area).where(Area.level == AreaLevel.GRID, Area.latitude.is_not(None))
    ).all()
    near = [(_kilometres(area, latitude, longitude), area.code, area) for area in grids]
    distance, _, area = min(near, default=(math.inf, "", None))
    return area if distance <= _NEAR_KM else None


def _fits(area: Area, text: str) -> bool:
    names = [_plain(name) for name in (area.name_zh, area.name_ko, *area.aliases)]
    stems = [
        name.removesuffix("社区")
        .removesuffix("街道")
        .removesuffix("사회구역")
        .removesuffix("가두")
        for name in names
    ]
    return any(
        name and (name in text or (len(text) > 1 and name.startswith(text))) for name in names
    ) or any(len(stem) > 1 and stem in text for stem in stems)


def _plain(text: str) -> str:
    folded = unicodedata.normalize("NFKC", text).casefold()
    return "".join(letter for letter in folded if letter.isalnum())


def _kilometres(area: Area, latitude: float, longitude: float) -> float:
    """Equirectangular distance: exact enough for a few kilometres."""
    if area.latitude is None or area.longitude is None:
        return math.inf
    mean = math.radians((area.latitude + latitude) / 2)
    east = math.radians(longitude - area.longitude) * math.cos(mean)
    north = math.radians(latitude - area.latitude)
    return _EARTH_KM * math.hypot(east, north)
