"""The tree of everything a case action may refuse.

    CaseError
    ├── NoSuchCase          the number or button names no case
    ├── NotYours            the case exists, but not for this person
    ├── StaleTap            the button is older than the case
    ├── AlreadyTaken        another handler was first
    ├── MoveNotAllowed      the case is not in a stage for this
    ├── Frozen              the handler let the clock lapse; a supervisor decides
    ├── UnknownPlace        no area answers to what was written
    ├── InvitationInvalid   unknown, used or expired link
    ├── MistypedNumber      a case number whose check digit does not fit
    └── UnclearTerms        an agreement without a day cannot be followed up or confirmed

Each carries facts, never prose for people: handlers/errors.py holds the sentences, in both languages.
"""

from models.vocabulary import Move, Stage


class CaseError(Exception):
    """A case action refused, for a reason that the person can be told."""


class NoSuchCase(CaseError):
    """The number or button names no case."""


class NotYours(CaseError):
    """The case exists, but this person may not do this with it."""


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


class UnknownPlace(CaseError):
    """No area answers to what was written."""


class InvitationInvalid(CaseError):
    """The link is unknown, was used, or has expired."""


class MistypedNumber(CaseError):
    """A case number whose check digit does not fit."""


class UnclearTerms(CaseError):
    """The agreement names no day that lies ahead (R-SFQR 7: unclear content cannot be confirmed)."""
