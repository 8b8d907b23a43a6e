"""What a fault has done, counted in the words of law 1: the row of the table in docs/reliability.md.

Every difference from the quiet run is counted once, under the gravest name that it has.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from tests.chaos.afterwards import Afterwards, differences, missing

HEAD = (
    "fault",
    "database",
    "times",
    "acknowledged reports missing",
    "effects twice",
    "questions unanswered",
    "outbox left",
    "other differences",
)
_TWICE = ("written twice", "case ")  # opened twice, registered twice
_UNANSWERED = ("last question to", "dialogue of", "left over: update", "never said", "update")
_LEFT = ("left over: notice", "notice")


@dataclass(slots=True)
class Outcome:
    """One row: a fault on one database, so many times."""

    fault: str
    database: str
    times: int = 0
    missing: int = 0
    found: list[str] = field(default_factory=list)

    def compared(self, quiet: Afterwards, other: Afterwards, violations: Iterable[str]) -> None:
        """One more time, against the quiet run."""
        self.times += 1
        self.missing += missing(quiet, other)
        self.found += [*differences(quiet, other), *(f"violation: {one}" for one in violations)]

    def looked_at(self, missing: int, found: Iterable[str]) -> None:
        """One more time, where there is no quiet run: what is wrong in itself."""
        self.times += 1
        self.missing += missing
        self.found += found

    @property
    def is_well(self) -> bool:
        return not (self.missing or self.found)

    def cells(self) -> tuple[str, ...]:
        kinds = Counter(_kind(one) for one in self.found)
        return (
            self.fault,
            self.database,
            f"{self.times}",
            *(
                f"**{number}**"
                for number in (
                    self.missing,
                    kinds["twice"],
                    kinds["unanswered"],
                    kinds["left"],
                    kinds["other"],
                )
            ),
        )


def _kind(found: str) -> str:
    if found.startswith(_TWICE) or ": extra " in found or "times more" in found:
        return "twice"
    if found.startswith(_LEFT):
        return "left"
    return "unanswered" if found.startswith(_UNANSWERED) else "other"


def table(rows: Iterable[Outcome]) -> str:
    lines = [HEAD, ("---",) * len(HEAD), *(row.cells() for row in rows)]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)
