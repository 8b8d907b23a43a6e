"""Finding a place: by the code on a poster, by a typed name in Chinese or Korean, by a pin. The person always confirms."""

from collections.abc import Iterable

from sqlalchemy import select

from cases.finding import Place, the_map
from cases.work import Work
from models.area import Area


def by_code(work: Work, code: str) -> Area | None:
    """The area of a poster's code."""
    return work.session.scalar(select(Area).where(Area.code == code))


def by_name(work: Work, typed: str) -> list[Area]:
    """Areas that the text names, with a slip too; the smallest level that fits, at most five, the likeliest first."""
    return _areas(work, the_map(work.session).named(typed))


def around(work: Work, latitude: float, longitude: float) -> list[Area]:
    """The smallest areas at a pin; more than one where it stands beside a border."""
    return _areas(work, the_map(work.session).at(latitude, longitude))


def within(work: Work, area_id: int | None) -> list[Area]:
    """The parts of an area, by code; of none, the largest areas there are."""
    return _areas(work, the_map(work.session).children.get(area_id, []))


def by_point(work: Work, latitude: float, longitude: float) -> Area | None:
    """The one of them that the pin is in."""
    return next(iter(around(work, latitude, longitude)), None)


def _areas(work: Work, places: Iterable[Place]) -> list[Area]:
    return [work.session.get_one(Area, place.id) for place in places]
