"""Writes cases/national_days.csv anew from the package `holidays`, after a new version of it was taken (November, as a rule).

What has changed is read before it is committed: a day that moves moves open terms (cases/renewal.py counts them again), and the
fingerprint in tests/cases/test_workdays.py says so.
"""

import csv
import sys
from pathlib import Path

from holidays import country_holidays

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from cases.national_days import COLUMNS, TABLE, NationalYear

#: Those of which the package knows the days off: of the moon's calendar it has tables until 2100.
YEARS = range(1950, 2101)


def of_the_package(year: int) -> NationalYear:
    """A year as the package knows it; of the weekends worked it gives those of other years as well."""
    known = country_holidays("CN", years=year, expand=False)
    worked = frozenset(day for day in known.weekend_workdays if day.year == year)
    return NationalYear(frozenset(known), worked)


def main() -> None:
    with TABLE.open("w", encoding="utf-8", newline="") as file:
        table = csv.writer(file, lineterminator="\n")
        table.writerow(COLUMNS)
        for year in YEARS:
            days = of_the_package(year)
            table.writerow(
                [
                    year,
                    *(
                        " ".join(f"{day:%m%d}" for day in sorted(part))
                        for part in (days.rest, days.made_up)
                    ),
                ]
            )


if __name__ == "__main__":
    main()
