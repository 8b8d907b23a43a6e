"""Whose place is it: the map of all areas in memory, asked by code, by name and by pin.

Laws: the person always confirms what was found; a pin near a border offers both sides; nothing is found for words that
name no place. The map is as old as its edition says (models/area.py) and is built anew when that changes.
"""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from sqlalchemy import select
from sqlalchemy.orm import Session

from cases.borders import Drawn
from cases.naming import CHOICES, Names
from cases.place_names import plain, spoken
from models.area import Area, AreaEdition
from models.vocabulary import AreaLevel

_NEAR_KM = 5.0  # farther than this from the middle of any grid, a pin is not in an area we know
_EARTH_KM = 6371.0
_FINEST = frozenset({AreaLevel.GRID, AreaLevel.MICRO_GRID})


@dataclass(frozen=True, slots=True)
class Place:
    """One area, as the map knows it."""

    id: int
    code: str
    level: AreaLevel
    zh: str
    ko: str
    aliases: tuple[str, ...]
    parent_id: int | None
    latitude: float | None
    longitude: float | None

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(name for name in (self.zh, self.ko, *self.aliases) if name)


@dataclass
class AreaMap:
    """Everything that finding needs, without a database."""

    places: Mapping[int, Place]
    borders: Mapping[int, bytes]
    by_code: dict[str, Place] = field(init=False)
    children: dict[int | None, list[Place]] = field(init=False)

    def __post_init__(self) -> None:
        ordered = sorted(self.places.values(), key=lambda one: one.code)
        self.by_code = {place.code: place for place in ordered}
        self.children = {}
        for place in ordered:
            self.children.setdefault(place.parent_id, []).append(place)

    def line(self, place: Place) -> list[Place]:
        """The place and all above it, smallest first."""
        above = [place]
        while (parent := self.places.get(above[-1].parent_id or 0)) is not None:
            above.append(parent)
        return above

    def above(self, area_id: int) -> list[int]:
        """Of a place and all above it, smallest first."""
        return [one.id for one in self.line(self.places[area_id])]

    # by name

    def named(self, typed: str) -> list[Place]:
        """Places that a text names, the likeliest first; at most five."""
        return self._names.named(typed)

    @cached_property
    def _names(self) -> Names:
        return Names(self)

    # exactly, for the lists of an office

    @cached_property
    def _exactly(self) -> dict[str, list[int]]:
        """Every way of writing a place wholly: its name, and its name behind those above it."""
        found: dict[str, list[int]] = {}
        for place in self.places.values():
            for name in self._wholly(place):
                owners = found.setdefault(name, [])
                if place.id not in owners:
                    owners.append(place.id)
        return found

    def _wholly(self, place: Place) -> Iterator[str]:
        for language in ("zh", "ko"):
            behind = ""
            for above in self.line(place):
                own = getattr(above, language) or above.zh
                behind = plain(own) + behind
                yield behind
        for alias in place.aliases:
            yield plain(alias)
        yield spoken(place.zh)

    def written(self, text: str) -> list[Place]:
        """The places whose whole name this is, in its plain form."""
        return [self.places[one] for one in self._exactly.get(text, [])]

    def exactly(self, said: str) -> list[Place]:
        """The places whose code or whole name this is; for lists, where nobody confirms."""
        if said in self.by_code:
            return [self.by_code[said]]
        return self.written(plain(said))

    # by pin

    def at(self, latitude: float, longitude: float) -> list[Place]:
        """The smallest places at a point; several beside a border; without borders the nearest middle of a grid."""
        drawn = self._drawn.at(latitude, longitude) if self.borders else []
        within = [self.places[one] for one in drawn]
        above = {one.id for place in within for one in self.line(place)[1:]}
        smallest = [place for place in within if place.id not in above]
        if smallest and any(place.level in _FINEST for place in smallest):
            return smallest[:CHOICES]
        near = self._nearest(latitude, longitude, within)
        return [near] if near else smallest[:CHOICES]

    def _nearest(self, latitude: float, longitude: float, within: Sequence[Place]) -> Place | None:
        """The grid whose middle is nearest, when it is near at all and not known to lie elsewhere."""
        known = {place.id for place in within}
        best, least = None, _NEAR_KM
        for grid in self._middles:
            away = _kilometres(grid, latitude, longitude)
            if away <= least and (not known or known & {one.id for one in self.line(grid)}):
                best, least = grid, away
        return best

    @cached_property
    def _drawn(self) -> Drawn:
        return Drawn(self.borders)

    @cached_property
    def _middles(self) -> list[Place]:
        """Grids that have a middle and no border: a grid with a border is asked by its border."""
        return [
            place
            for place in self.by_code.values()
            if place.level in _FINEST
            and place.latitude is not None
            and place.id not in self.borders
        ]


def _kilometres(place: Place, latitude: float, longitude: float) -> float:
    """Equirectangular distance: exact enough for a few kilometres."""
    if place.latitude is None or place.longitude is None:
        return math.inf
    mean = math.radians((place.latitude + latitude) / 2)
    east = math.radians(longitude - place.longitude) * math.cos(mean)
    north = math.radians(latitude - place.latitude)
    return _EARTH_KM * math.hypot(east, north)


#: The last map that was built, and of which edition; a process serves one office.
_last: tuple[str, AreaMap] | None = None


def the_map(session: Session) -> AreaMap:
    """The map of this office, at its newest edition."""
    global _last  # noqa: PLW0603 - one map for all threads, replaced whole
    session.flush()
    edition = session.scalar(select(AreaEdition.word))
    if edition is not None and _last is not None and _last[0] == edition:
        return _last[1]
    drawn = _draw(session)
    if edition is not None:
        _last = (edition, drawn)
    return drawn


def _draw(session: Session) -> AreaMap:
    columns = (
        Area.id,
        Area.code,
        Area.level,
        Area.name_zh,
        Area.name_ko,
        Area.aliases,
        Area.parent_id,
        Area.latitude,
        Area.longitude,
    )
    rows = session.execute(select(*columns)).all()
    places = {row[0]: Place(*row[:5], tuple(row[5] or ()), *row[6:]) for row in rows}
    drawn = session.execute(select(Area.id, Area.polygon).where(Area.polygon.is_not(None)))
    return AreaMap(places, {row[0]: row[1] for row in drawn if row[1] is not None})
