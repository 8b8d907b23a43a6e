"""The people concerned: several people with the reporter's claim. Each follows the case on an own phone, or hears it read out.

Laws: who follows is a party and nothing else; none of them is ever shown another's name or the list (rule book 6.4); a
guarded case hands out no code (13); whoever has no phone is told through one line of a list, not by silence (2).
"""

import secrets
from datetime import datetime, timedelta

from sqlalchemy import select

from cases.access import HANDLERS, PARTIES, Doing, Relation, access_case, relations
from cases.actions.joining import redeem
from cases.actions.mediation import digest
from cases.actions.read_out import followers
from cases.errors import CodeFull, InvitationInvalid, MoveNotAllowed
from cases.journal import EventKind, events, last_event, record
from cases.work import Work
from models.case import Case
from models.party import Party
from models.person import Invitation, Person
from models.vocabulary import Kept, Language, Move, Side

_CODE_DAYS = 7  # as long as the other side's link (cases/actions/mediation.py)
_UNCOUNTED = 10  # people, where nobody has said how many they are
_MARGIN = 3  # more than were counted: somebody comes later, somebody has two phones
_SHARE = 5  # and for many people a fifth more


def call_together(work: Work, case_id: int, by: Person) -> tuple[Case, str]:
    """A code that all the people concerned may open, for a week. The secret is shown and not kept.

    Raises:
        MoveNotAllowed: the case is closed, or one of danger.
    """
    case = access_case(work, case_id, by=by, doing=Doing.CALL_TOGETHER)
    if not case.is_open or case.guarded:
        raise MoveNotAllowed(Move.REGISTER, case.stage)
    secret = secrets.token_urlsafe(16)
    work.session.add(
        Invitation(
            digest=digest(secret),
            case_id=case.id,
            side=Side.CONCERNED,
            expires_at=good_until(work),
        )
    )
    record(work, case, EventKind.CODE_HANDED_OUT, by, side=Side.CONCERNED)
    return case, secret


def good_until(work: Work) -> datetime:
    """Until when a code that is made now may be opened."""
    return work.now + timedelta(days=_CODE_DAYS)


def join_as_concerned(
    work: Work, secret: str, account: Person, *, language: Language | None = None
) -> Case:
    """Bind the account to the people concerned; opening the code again is a success.

    Raises:
        InvitationInvalid: unknown, expired, of a closed or guarded case, or brought by somebody who stands otherwise to it.
        CodeFull: as many as were counted follow it already.
    """
    invitation = redeem(work, secret, Side.CONCERNED)
    case = work.session.get(Case, invitation.case_id, with_for_update={"key_share": True})
    if case is None or case.guarded or not case.is_open:
        raise InvitationInvalid
    found = relations(work, case, account)
    if Relation.CONCERNED in found:
        return case
    if found & (PARTIES | _WOULD_LOCK_OUT):
        raise InvitationInvalid
    if followers(work, case) >= room(case):
        raise CodeFull
    kept = _answered_before(work, case, account)
    party = Party(case_id=case.id, side=Side.CONCERNED, person_id=account.id, kept=kept)
    work.session.add(party)
    account.language = account.language or language or case.language
    work.session.flush()
    record(work, case, EventKind.PARTY_JOINED, account, side=Side.CONCERNED)
    return case


def _answered_before(work: Work, case: Case, account: Person) -> Kept | None:
    """What whoever comes back answered about the promise that still stands."""
    agreed = last_event(work, case, EventKind.AGREED)
    own = [
        event
        for event in events(work, case, EventKind.KEPT_ANSWERED)
        if event.actor_id == account.id and event.sequence > (agreed.sequence if agreed else 0)
    ]
    return Kept((own[-1].facts or {})["kept"]) if own else None


#: Whoever handles the case, or answers for it, tried the code; as a party he would be locked out.
_WOULD_LOCK_OUT = frozenset(
    {
        *HANDLERS,
        Relation.TASKED,
        Relation.RECUSED,
        Relation.SUPERVISOR,
        Relation.COURT_SUPERVISOR,
        Relation.COORDINATOR,
        Relation.GRID_OFFICER,
        Relation.ASSISTANT,
    }
)


def leave(work: Work, case_id: int, by: Person) -> Case:
    """Follow it no longer; what was said and answered stays in the journal."""
    case = access_case(work, case_id, by=by, doing=Doing.LEAVE)
    for party in _followers(work, case):
        if party.person_id == by.id:
            work.session.delete(party)
    work.session.flush()
    record(work, case, EventKind.PARTY_LEFT, by, side=Side.CONCERNED)
    return case


def room(case: Case) -> int:
    """How many may follow it: as many as were counted, and some more."""
    people = case.people or _UNCOUNTED
    return people + max(_MARGIN, people // _SHARE)


def _followers(work: Work, case: Case) -> list[Party]:
    return list(
        work.session.scalars(
            select(Party).where(Party.case_id == case.id, Party.side == Side.CONCERNED)
        )
    )
