"""The State's days: which days of a year are days off, and which weekends are worked in their place.

A table of 150 years lies beside this file, written by scripts/national_days.py from the package `holidays` (its version stands in
pyproject.toml, its licence in NOTICE): what the State Council has published, and for the years to come the days off without the
weekends worked. The package itself is for developers: at run time it brings the calendars of 250 countries into memory.
"""

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

TABLE = Path(__file__).with_suffix(".csv")
COLUMNS = ("year", "rest", "worked")


@dataclass(frozen=True, slots=True)
class NationalYear:
    """Days off, and the make-up working days: none of them are known before they are published."""

    rest: frozenset[date]
    made_up: frozenset[date]


@cache
def national(year: int) -> NationalYear:
    """The State Council's year; one that the table does not have has weekends only."""
    row = _table().get(year)
    if row is None:
        return NationalYear(frozenset(), frozenset())
    return NationalYear(_days(year, row["rest"]), _days(year, row["worked"]))


@cache
def _table() -> Mapping[int, Mapping[str, str]]:
    with TABLE.open(encoding="utf-8", newline="") as file:
        return {int(row["year"]): row for row in csv.DictReader(file)}


def _days(year: int, written: str) -> frozenset[date]:
    """Days as `0101 1001`, month and day."""
    return frozenset(date(year, int(one[:2]), int(one[2:])) for one in written.split())
