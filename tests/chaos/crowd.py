"""What a crowd has left behind, told report by report: which number falls to whom is a matter of who was quicker.

Law: of a day on which replicas die and of a quiet day, each report has led to the same case, the same clocks, the same offers and
the same answers. What the staff see together on one list, and how often it is changed, follows the order of arrival: of that is
looked at what was written to them, and that nothing of it is left (tests/chaos/afterwards.py).
"""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import TypeVar

from cases.quota import LIST
from tests.chaos.afterwards import Afterwards, Said

T = TypeVar("T")

_A_CASE, _NO_CASE = "«a case»", "-"
#: Places among all rows, numbers of the office's own, and the check digit: they follow the order of arrival.
_ORDER = re.compile(
    r"'((?:assignment|deadline|task|evidence)(?:_id)?|merged|sequence|check)': '?\d+'?"
)
_OF_CASE = re.compile(r"'case_id': (\d+)")


def by_report(after: Afterwards, staff: Iterable[str]) -> Afterwards:
    """The same with each case called by the words of its report; where the staff are told of it, by no name at all."""
    known = dict(one.split(": ", 1) for one in after.cases)
    office = frozenset(staff)
    places = [
        # "4号…" stands in "14号…", too: the longest is its own
        max((matter for matter in known.values() if matter in row), key=len)
        for row in after.rows["case"]
    ]

    def named(text: str) -> str:
        for number, matter in known.items():
            text = text.replace(number, f"«{matter}»")
        text = _OF_CASE.sub(lambda found: f"'case_id': «{places[int(found[1]) - 1]}»", text)
        return _ORDER.sub(r"'\1': …", text)

    def told(said: Counter[Said]) -> Counter[Said]:
        many: Counter[Said] = Counter()
        for (who, case, kind, when), times in said.items():
            if kind != LIST:
                many[who, _A_CASE if who in office else named(case), kind, when] += times
        return many

    def of_residents(theirs: Mapping[str, T]) -> dict[str, T]:
        return {who: it for who, it in theirs.items() if who not in office}

    def heard(texts: dict[str, Counter[str]]) -> dict[str, Counter[str]]:
        return {who: _named(said, named) for who, said in of_residents(texts).items()}

    return replace(
        after,
        rows={
            named(table): sorted(named(row) for row in rows) for table, rows in after.rows.items()
        },
        said=Counter(
            # a question that was not said before the next came gives way to it: the last ones are compared by themselves
            {
                one: n
                for one, n in told(after.said).items()
                if one[0] not in office and one[1] != _NO_CASE
            }
        ),
        written=told(after.written),
        screens={
            who: sorted(map(named, seen)) for who, seen in of_residents(after.screens).items()
        },
        questions={who: named(text) for who, text in of_residents(after.questions).items()},
        sent=heard(after.sent),
        shown=heard(after.shown),
        cases=Counter(map(named, after.cases)),
    )


def _named(said: Counter[str], name: Callable[[str], str]) -> Counter[str]:
    many: Counter[str] = Counter()
    for text, times in said.items():
        many[name(text)] += times
    return many
