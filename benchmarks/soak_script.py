"""What becomes of each dispute of the soak: decided before the first day, so that afterwards it can be compared."""

import random
from collections import Counter
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from bot.sandbox.people import Person as Phone
from cases.journal import EventKind
from models.vocabulary import Stage

MATTERS = {
    "zh": (
        "楼上漏水，我家天花板全湿了，说了三天也不修。",
        "邻居把垃圾堆在楼道里，说了也不听。",
        "借给老同学两万块钱，到期不还。",
        "物业收了费，电梯坏了半个月不修。",
    ),
    "ko": (
        "웃집에서 물이 새여 천정이 다 젖었습니다. 고쳐주지 않습니다.",
        "아래집에서 밤마다 소음이 심합니다.",
        "옆집에서 우리 밭 경계를 넘어 심었습니다.",
    ),
}


class Way(StrEnum):
    """Which way a dispute goes."""

    KEPT = "kept"  # agreed, kept, closed
    BROKEN = "broken"  # agreed, not kept
    SILENT = "silent"  # agreed, and nobody answers (law 6)
    NO_AGREEMENT = "no_agreement"  # spoken about until the term is over
    UNTAKEN = "untaken"  # nobody takes it: it climbs (law 2)
    WITHDRAWN = "withdrawn"


#: Of a hundred disputes; the project's own choice. 43 % of Changchun's disputes were settled before a court.
OF_A_HUNDRED = {
    Way.KEPT: 50,
    Way.BROKEN: 6,
    Way.SILENT: 10,
    Way.NO_AGREEMENT: 12,
    Way.UNTAKEN: 10,
    Way.WITHDRAWN: 12,
}
ENDS = {
    Way.KEPT: Stage.CLOSED,
    Way.BROKEN: Stage.MEDIATING,
    Way.SILENT: Stage.AGREED,
    Way.NO_AGREEMENT: Stage.MEDIATING,
    Way.UNTAKEN: Stage.REGISTERED,
    Way.WITHDRAWN: Stage.CLOSED,
}
#: What happens to a case on its way, each once; of these kinds nothing else happens to it.
_TREATED = (EventKind.REGISTERED, EventKind.ACCEPTED, EventKind.CONTACTED)
ONCE = {
    Way.KEPT: (*_TREATED, EventKind.AGREED, EventKind.KEPT_ANSWERED, EventKind.CLOSED),
    Way.BROKEN: (*_TREATED, EventKind.AGREED, EventKind.KEPT_ANSWERED, EventKind.BREACHED),
    Way.SILENT: (*_TREATED, EventKind.AGREED),
    Way.NO_AGREEMENT: _TREATED,
    Way.UNTAKEN: (EventKind.REGISTERED,),
    Way.WITHDRAWN: (EventKind.REGISTERED, EventKind.WITHDRAWN, EventKind.CLOSED),
}
COUNTED = frozenset(kind for kinds in ONCE.values() for kind in kinds)
AGREES = frozenset({Way.KEPT, Way.BROKEN, Way.SILENT})
TAKEN = frozenset(Way) - {Way.UNTAKEN, Way.WITHDRAWN}


class Next(StrEnum):
    """Who has to do what next, for a script to be followed."""

    TAKE = "take"
    REACH = "reach"
    AGREE = "agree"
    ANSWER = "answer"  # the resident, after the promised day
    WITHDRAW = "withdraw"
    NOTHING = "nothing"


@dataclass(slots=True)
class Dispute:
    """One dispute and where its script stands."""

    number: int
    way: Way
    resident: Phone
    poster: str
    matter: str
    next: Next = Next.NOTHING
    case_id: int = 0
    assignment_id: int = 0
    handler: str = ""
    promised: date | None = None

    def begins(self) -> None:
        """It has its number, and somebody has been asked."""
        self.next = {Way.UNTAKEN: Next.NOTHING, Way.WITHDRAWN: Next.WITHDRAW}.get(
            self.way, Next.TAKE
        )

    def went_on(self, promised: date | None = None) -> None:
        """What was next has been done."""
        agrees, answers = self.way in AGREES, self.way in {Way.KEPT, Way.BROKEN}
        after = {
            Next.TAKE: Next.REACH,
            Next.REACH: Next.AGREE if agrees else Next.NOTHING,
            Next.AGREE: Next.ANSWER if answers else Next.NOTHING,
        }
        self.next = after.get(self.next, Next.NOTHING)
        self.promised = promised or self.promised


def ways(number: int, chance: random.Random) -> list[Way]:
    """In every hundred the same shares, in another order."""
    found: list[Way] = []
    while len(found) < number:
        hundred = [way for way, share in OF_A_HUNDRED.items() for _ in range(share)]
        chance.shuffle(hundred)
        found += hundred
    return found[:number]


def expected(disputes: list[Dispute]) -> Counter[Stage]:
    return Counter(ENDS[one.way] for one in disputes)
