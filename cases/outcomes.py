"""How a case may end: for each outcome from which stages, what it needs, and whether a second person approves.

Source: rule book 6.8. What only people can say (words, a number, an organ) is asked; what the record must show
(tries, answers, an agreement) is read from the record and never from a claim.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from types import MappingProxyType

from models.case import Case
from models.vocabulary import OPEN, Level, Outcome, Stage


class Shown(StrEnum):
    """What the record must show before an outcome can be chosen."""

    WRITTEN = "written"  # a written agreement
    ORAL = "oral"  # an oral agreement
    AGREEMENT = "agreement"  # either
    KEPT = "kept"  # both sides said: all of it was kept
    BOTH = "both"  # both sides themselves said that it is settled
    TRIES = "tries"  # three tries, two ways, three days apart, and nobody reached
    TERM_OVER = "term_over"  # the mediation term has passed


class Asked(StrEnum):
    """What whoever ends the case must say."""

    WORDS = "words"
    RULING = "ruling"  # the number of the court's ruling
    ORGAN = "organ"  # to whom it goes, or which way was shown
    RECEIPT = "receipt"  # the other organ's receipt number
    MAIN_CASE = "main_case"  # the number under which it goes on


#: Nobody counts as unreachable before so many tries, ways, and days (rule book 6.8, C08).
TRIES, WAYS, APART = 3, 2, timedelta(days=3)

_BEFORE = frozenset({Stage.REGISTERED, Stage.ACCEPTED})
_UNDER_WAY = OPEN - {Stage.AGREED, Stage.REFERRED}
_AGREED = frozenset({Stage.AGREED})


@dataclass(frozen=True, slots=True)
class Ending:
    """One outcome: when it may be chosen, what it needs, and who must agree.

    `guarded`: may be chosen for a person in danger (law 13). `approved`: always by a second person.
    """

    outcome: Outcome
    stages: frozenset[Stage]
    shown: frozenset[Shown] = frozenset()
    asked: tuple[Asked, ...] = ()
    guarded: bool = False
    approved: bool = False


def _ending(
    outcome: Outcome,
    stages: frozenset[Stage],
    *asked: Asked,
    shown: frozenset[Shown] = frozenset(),
    guarded: bool = False,
    approved: bool = False,
) -> Ending:
    return Ending(outcome, stages, shown, asked, guarded, approved)


_ENDINGS = (
    _ending(Outcome.PERFORMED, _AGREED, shown=frozenset({Shown.WRITTEN, Shown.KEPT})),
    _ending(Outcome.ORAL_AGREEMENT, _AGREED, shown=frozenset({Shown.ORAL, Shown.KEPT})),
    _ending(Outcome.CONFIRMED_BY_COURT, _AGREED, Asked.RULING, shown=frozenset({Shown.AGREEMENT})),
    _ending(Outcome.SETTLED_THEMSELVES, _UNDER_WAY, shown=frozenset({Shown.BOTH})),
    # the applicant's own confirmation: cases/actions/withdrawing.py; of a person in danger a human hears it by the safe way
    _ending(Outcome.WITHDRAWN, frozenset(), Asked.WORDS, guarded=True),
    _ending(Outcome.REFUSED, _UNDER_WAY, Asked.WORDS),
    _ending(Outcome.UNREACHABLE, OPEN, shown=frozenset({Shown.TRIES}), guarded=True),
    _ending(Outcome.NOT_REACHED, _UNDER_WAY, Asked.ORGAN, Asked.WORDS, guarded=True),
    _ending(Outcome.TERM_EXPIRED, _UNDER_WAY, Asked.ORGAN, shown=frozenset({Shown.TERM_OVER})),
    _ending(Outcome.NOT_ACCEPTED, _BEFORE, Asked.ORGAN, Asked.WORDS),
    _ending(Outcome.TO_POLICE, OPEN - _AGREED, Asked.WORDS, guarded=True),
    _ending(Outcome.TO_OTHER_ORGAN, frozenset({Stage.REFERRED}), Asked.RECEIPT, guarded=True),
    _ending(Outcome.MERGED, _UNDER_WAY, Asked.MAIN_CASE),
    _ending(Outcome.SHAM, OPEN, Asked.WORDS, approved=True),
    _ending(Outcome.ENDED, OPEN, Asked.WORDS, guarded=True),
)

ENDINGS: Mapping[Outcome, Ending] = MappingProxyType({row.outcome: row for row in _ENDINGS})

_APPROVED_BY_A_SECOND = frozenset({Level.RED, Level.ORANGE})


def possible(case: Case) -> list[Ending]:
    """The outcomes that exist from where the case stands."""
    return [row for row in _ENDINGS if exists(case, row)]


def exists(case: Case, row: Ending) -> bool:
    if case.guarded:  # also a withdrawal, heard by a human: nobody else may end it by a tap
        return row.guarded and case.is_open and (not row.stages or case.stage in row.stages)
    return case.stage in row.stages


def needs_a_second(case: Case, outcome: Outcome) -> bool:
    """RED, ORANGE and guarded cases, and every suspicion of a sham, are closed by two people."""
    return case.level in _APPROVED_BY_A_SECOND or case.guarded or ENDINGS[outcome].approved
