"""The tree of everything a case action may refuse.

    CaseError
    ├── NoSuchCase          the number or button names no case
    ├── NotYours            the case exists, but not for this person
    ├── CentreSays          that it is about the court, or about one's own office, the centre says
    ├── StaleTap            the button is older than the case
    ├── AlreadyTaken        another handler was first
    ├── MoveNotAllowed      the case is not in a stage for this
    ├── Frozen              the handler let the clock lapse; a supervisor decides
    ├── InvitationInvalid   unknown, used or expired link
    ├── NobodyLeft          nobody who can be reached would answer for it
    ├── NoReason            a decision of a head without its words, or without a day that lies ahead
    ├── NoLongerOnDuty      the account belonged to somebody of the roster who has left
    ├── CodeFull            as many follow the case already as were counted
    ├── MistypedNumber      a case number whose check digit does not fit
    ├── UnclearTerms        an agreement without a day cannot be followed up or confirmed
    ├── HasAPhone           a side with its own chat answers for itself
    ├── NotShownYet         the record does not show what this outcome needs
    ├── SecondPerson        whoever proposed a closing, or handles the case, cannot approve it; nobody appoints himself
    ├── TooLargeAnArea      the role answers for smaller ones
    ├── TooManyLinks        as many links of the back office as an hour allows
    ├── RowRefused          what stands in a form does not fit; each fault names its cell
    ├── NotThisCase         the case under which it should go on cannot take it
    └── TooLongATerm        an extension beyond what the law allows

Each carries facts, never prose for people: handlers/errors.py holds the sentences, in both languages.
"""

from collections.abc import Iterable

from cases.sheet import Fault
from models.vocabulary import Move, Stage


class CaseError(Exception):
    """A case action refused, for a reason that the person can be told."""


class NoSuchCase(CaseError):
    """The number or button names no case."""


class NotYours(CaseError):
    """The case exists, but this person may not do this with it."""


class CentreSays(CaseError):
    """That it is about the court, or about one's own office, is said by those who put another in the place (law 14)."""


class StaleTap(CaseError):
    """The button is older than the case; the answer is today's card (law 7)."""

    def __init__(self, case_id: int) -> None:
        super().__init__(case_id)
        self.case_id = case_id


class AlreadyTaken(CaseError):
    """Another handler took the case first (law 5)."""

    def __init__(self, case_id: int, by: int) -> None:
        super().__init__(case_id, by)
        self.case_id = case_id
        self.by = by


class MoveNotAllowed(CaseError):
    """The case is not in a stage in which this move exists."""

    def __init__(self, move: Move, stage: Stage) -> None:
        super().__init__(move, stage)
        self.move = move
        self.stage = stage


class Frozen(CaseError):
    """This handler let the clock lapse: closing and agreeing need a supervisor (law 14)."""


class InvitationInvalid(CaseError):
    """The link is unknown, was used, or has expired."""


class NobodyLeft(CaseError):
    """Nobody who can be reached would answer for it (law 2)."""


class NoReason(CaseError):
    """What a head decides needs its reason in words; an order also a day that lies ahead."""


class NoLongerOnDuty(CaseError):
    """The account belonged to somebody of the roster who has left: his old buttons do nothing."""


class CodeFull(CaseError):
    """As many of the people concerned follow the case already as were counted, and some more."""


class MistypedNumber(CaseError):
    """A case number whose check digit does not fit."""


class UnclearTerms(CaseError):
    """The agreement names no day that lies ahead (R-SFQR 7: unclear content cannot be confirmed)."""


class HasAPhone(CaseError):
    """This side has its own chat and answers for itself (law 6)."""


class NotShownYet(CaseError):
    """The record does not show what this outcome needs (rule book 6.8)."""


class SecondPerson(CaseError):
    """A second person approves: not who proposed it, nobody who handles the case, nobody his own duty."""


class TooLargeAnArea(CaseError):
    """Everybody's would be nobody's: this role answers for smaller areas (cases/roster_rows.py)."""


class NotThisCase(CaseError):
    """The case under which it should go on is closed, guarded, the same one, or has the reporter on its other side."""


class TooManyLinks(CaseError):
    """As many links into the back office as an hour allows."""


class RowRefused(CaseError):
    """What stands in a form of the back office does not fit: by cell, as in a list."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__(self.faults)


class TooLongATerm(CaseError):
    """Extended by more than thirty days in all (最高人民法院关于人民法院特邀调解的规定 27)."""
