"""Which place a text names, slips and all: the search by name in the map of areas.

Laws: nothing is found for words that name no place; the smallest place that explains as much of the text comes first.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from cases.place_names import forms, initials, plain, sounds, spelled, spoken, stem
from models.vocabulary import AreaLevel

if TYPE_CHECKING:
    from cases.finding import AreaMap, Place

CHOICES = 5  # DESIGN §6: two to five buttons when a name is ambiguous
_SHORTEST_SLIP = 3  # letters; in a shorter word any slip is another word
_LONGEST_SLIP = 24  # a longer text is a sentence: names are looked for in it, slips are not
_EXCHANGED = 0.5  # two letters exchanged: all of them are there
_SLIP_OF_SOUND = 0.3  # the same sound written otherwise weighs less than another sound
_SLIPS_FROM = 8  # letters from which two slips are forgiven
_GRID_NUMBER = re.compile(r"(\d{1,4})\s*(?:号)?\s*(?:网格|격자)")
_NAMED = (AreaLevel.COMMUNITY, AreaLevel.STREET)
_FINEST = frozenset({AreaLevel.GRID, AreaLevel.MICRO_GRID})


class _Fit(NamedTuple):
    """How well a place fits a text; the least is the best. `explained`: letters of the text that are it, below zero."""

    explained: int
    cost: float

    @property
    def letters(self) -> int:
        return -self.explained


class Names:
    """All names of one map."""

    def __init__(self, the_map: "AreaMap") -> None:
        self._map = the_map
        self.places = the_map.places

    def named(self, typed: str) -> list["Place"]:
        """Places that a text names, the likeliest first; at most five."""
        text = plain(typed)
        if not text:
            return []
        if text.isascii() and text.isalpha():
            return self._by_pinyin(text)[:CHOICES]
        if whole := [place for place in self._map.written(text) if place.level in _NAMED]:
            return whole[:CHOICES]
        found = self._best({**self._said(text), **self._written_as(text)})
        grid = self._grid_of(found, typed)
        return [grid] if grid else found[:CHOICES]

    def _best(self, fits: Mapping[int, "_Fit"]) -> list["Place"]:
        """The likeliest first; a street only where no community explains as much of the text, a sure one alone."""
        if not fits:
            return []
        streets = {one for one in fits if self.places[one].level is AreaLevel.STREET}
        small = max((fits[one].letters for one in fits.keys() - streets), default=0)
        large = max((fits[one].letters for one in streets), default=0)
        kept = streets if large > small else fits.keys() - streets
        order = sorted(kept, key=lambda one: (*fits[one], self.places[one].code))
        sure = [one for one in order if fits[one][:2] == fits[order[0]][:2]]
        kept_ones = sure if fits[order[0]].cost == 0 else order
        return [self.places[one] for one in kept_ones]

    def _said(self, text: str) -> dict[int, "_Fit"]:
        """Names that stand in the text, or begin with it; those whose street is named too explain more of it."""
        found: dict[int, _Fit] = {}
        for level in _NAMED:
            for place in self._of_level[level]:
                letters = self._letters(place, text)
                if letters:
                    context = self._context(place, text)
                    found[place.id] = _Fit(-letters - context, 0.0)
        return found

    def _letters(self, place: "Place", text: str) -> int:
        """How many letters of the text are this place; 0 when it is not named."""
        most = 0
        for form in self._forms[place.id]:
            if form in text:
                most = max(most, len(form))
            elif len(text) > 1 and form.startswith(text):
                most = max(most, len(text))
        return most

    def _context(self, place: "Place", text: str) -> int:
        """Letters of a street or county above the place that stand in the text as well, beside its own name."""
        own = max((form for form in self._forms[place.id] if form in text), key=len, default="")
        rest = text.replace(own, " ", 1)
        return sum(
            max((len(form) for form in self._forms[above.id] if form in rest), default=0)
            for above in self._map.line(place)[1:]
        )

    def _written_as(self, text: str) -> dict[int, "_Fit"]:
        """Names that the text would be but for a slip: a letter wrong, lacking, doubled or exchanged."""
        if not _SHORTEST_SLIP <= len(text) <= _LONGEST_SLIP:
            return {}
        from rapidfuzz.distance import OSA
        from rapidfuzz.process import cdist

        most = 2 if len(text) >= _SLIPS_FROM else 1
        written, heard, owners = self._to_compare
        by_sound = cdist([sounds(text)], heard, scorer=OSA.distance, score_cutoff=most)[0]
        found: dict[int, _Fit] = {}
        for at in (by_sound <= most).nonzero()[0].tolist():
            slips = OSA.distance(text, written[at])
            heard_slips = int(by_sound[at])
            cost = heard_slips + _SLIP_OF_SOUND * slips
            if slips == 1 and sorted(text) == sorted(written[at]):
                cost -= _EXCHANGED
            fit = _Fit(heard_slips - len(text), cost)
            place = owners[at]
            if place.id not in found or fit < found[place.id]:
                found[place.id] = fit
        return found

    def _by_pinyin(self, text: str) -> list["Place"]:
        """Initials (`dssq`) or whole syllables (`danshan`), exactly; else syllables with one slip."""
        exact = [place for key, place in self._pinyin if key == text]
        if exact or len(text) < _SLIPS_FROM:
            return _once(exact)
        from rapidfuzz.distance import OSA

        near = [
            (OSA.distance(text, key, score_cutoff=1), place.code, place)
            for key, place in self._pinyin
        ]
        return _once(
            [place for away, _, place in sorted(near, key=lambda one: one[:2]) if away <= 1]
        )

    def _grid_of(self, found: Sequence["Place"], typed: str) -> "Place | None":
        """丹山社区第3网格: the grid, when its community is sure."""
        number = _GRID_NUMBER.search(typed)
        if number is None or len(found) != 1:
            return None
        fitting = [
            grid
            for grid in self._map.children.get(found[0].id, [])
            if grid.level in _FINEST
            and (said := _GRID_NUMBER.search(grid.zh)) is not None
            and int(said[1]) == int(number[1])
        ]
        return fitting[0] if len(fitting) == 1 else None

    @cached_property
    def _of_level(self) -> dict[AreaLevel, list["Place"]]:
        return {
            level: [place for place in self._map.by_code.values() if place.level is level]
            for level in AreaLevel
        }

    @cached_property
    def _forms(self) -> dict[int, tuple[str, ...]]:
        return {
            place.id: tuple({form for name in place.names for form in forms(name)})
            for place in self.places.values()
        }

    @cached_property
    def _to_compare(self) -> tuple[list[str], list[str], list["Place"]]:
        """All ways of writing all communities and streets, alone and behind the street."""
        pairs = sorted({(form, place.code) for place, form in self._written()})
        written = [form for form, _ in pairs]
        return (
            written,
            [sounds(one) for one in written],
            [self._map.by_code[code] for _, code in pairs],
        )

    def _written(self) -> Iterator[tuple["Place", str]]:
        for level in _NAMED:
            for place in self._of_level[level]:
                street = self.places.get(place.parent_id or 0)
                for form in self._forms[place.id]:
                    if len(form) >= _SHORTEST_SLIP:
                        yield place, form
                    if street is not None and level is AreaLevel.COMMUNITY:
                        for above in self._forms[street.id]:
                            yield place, above + form

    @cached_property
    def _pinyin(self) -> list[tuple[str, "Place"]]:
        found: list[tuple[str, Place]] = []
        for level in _NAMED:
            for place in self._of_level[level]:
                for form in {stem(place.zh), spoken(place.zh), plain(place.zh)}:
                    found += [(initials(form), place), (spelled(form), place)]
        return found


def _once(places: Iterable["Place"]) -> list["Place"]:
    return list({place.id: place for place in places}.values())
