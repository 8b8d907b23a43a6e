"""Joining by a link asks for the last digits of the telephone that the roster knows: a link that was seen is not enough.

Laws: after five wrong answers the link is locked for good and the administrators are told, by the code of the entry
alone; nothing says how near an answer was; who has no telephone on the roster joins by the link.
"""

import re
import unicodedata
from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import select

from cases.actions.joining import join_roster, named_by
from cases.errors import InvitationInvalid
from cases.outbox import NoticeKind, tell
from cases.work import Work
from models.duty import Duty
from models.person import Invitation, Person
from models.vocabulary import Role

DIGITS = 4  # of the telephone, from its end; the project's own default
TRIES = 5


@dataclass(frozen=True, slots=True)
class Answered:
    """Who joined; or how many tries are left."""

    entry: Person | None
    left: int


def asks(work: Work, secret: str) -> Person | None:
    """Whose digits this link asks for first; nobody's where the roster knows no telephone.

    Raises:
        InvitationInvalid: unknown, used, expired or locked.
    """
    invitation = work.session.scalar(select(Invitation).where(named_by(secret)))
    if invitation is None or invitation.locked_at is not None:
        raise InvitationInvalid
    if invitation.used_at is not None or invitation.expires_at <= work.now:
        raise InvitationInvalid
    entry = work.session.get(Person, invitation.person_id) if invitation.person_id else None
    return entry if entry is not None and entry.phone else None


def answer(work: Work, secret: str, account: Person, said: str) -> Answered:
    """One try. A wrong one is counted, and so is never an error that would undo the counting.

    Raises:
        InvitationInvalid: the link cannot be used at all any more.
    """
    invitation = work.session.scalar(select(Invitation).where(named_by(secret)).with_for_update())
    if invitation is None or invitation.person_id is None or not asks(work, secret):
        raise InvitationInvalid
    entry = work.session.get_one(Person, invitation.person_id)
    digits = re.sub(r"\D", "", unicodedata.normalize("NFKC", said))
    if entry.phone and digits[-DIGITS:] == entry.phone[-DIGITS:] and len(digits) >= DIGITS:
        return Answered(join_roster(work, secret, account, proven=True), TRIES)
    invitation.wrong = (invitation.wrong or 0) + 1
    if invitation.wrong >= TRIES:
        _lock(work, invitation, entry)
    work.session.flush()
    return Answered(None, max(0, TRIES - invitation.wrong))


def _lock(work: Work, invitation: Invitation, entry: Person) -> None:
    invitation.locked_at = work.now
    for administrator in administrators(work, _areas_of(work, entry)):
        tell(
            work,
            administrator,
            NoticeKind.JOIN_LOCKED,
            dedupe=f"join_locked:{invitation.id}:{administrator.id}",
            code=entry.code,
        )


def administrators(work: Work, areas: Collection[int]) -> list[Person]:
    """Those who look after one of these areas; where none is known, all."""
    rows = work.session.scalars(
        select(Duty).where(Duty.role == Role.ADMINISTRATOR).order_by(Duty.id)
    )
    found = {
        duty.person_id: duty.person
        for duty in rows
        if duty.held_on(work.today) and (not areas or duty.area_id in areas)
    }
    return list(found.values())


def _areas_of(work: Work, entry: Person) -> set[int]:
    """The areas that he has a duty for, and all above them."""
    own = work.session.scalars(select(Duty).where(Duty.person_id == entry.id))
    return {above.id for duty in own if duty.held_on(work.today) for above in duty.area.line}
