"""An administrator comes into the back office: by a link out of his own chat, good once and for minutes.

Laws: only digests of secrets are kept; whoever no longer holds the duty is out at once; somebody has one session at a
time, and it ends by itself.
"""

import secrets
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import delete, func, select, update

from cases.actions.mediation import digest
from cases.errors import InvitationInvalid, TooManyLinks
from cases.office import Errand, areas_for, may_run
from cases.work import Work
from models.back_office import BackOfficePass
from models.person import Person

LINK_LIVES = timedelta(minutes=10)  # as long as it takes to turn to another screen
LINKS_AN_HOUR = 6
IDLE = timedelta(minutes=30)  # a screen that was left alone
LONGEST = timedelta(hours=8)  # a working day
_KEPT = timedelta(days=30)  # long enough to see when somebody came in
_TOUCHED = timedelta(minutes=1)  # not every look is written down


@dataclass(frozen=True, slots=True)
class Entered:
    """Who came in, and the secret that the browser keeps; shown once."""

    person: Person
    session: str


def ask_link(work: Work, by: Person) -> str:
    """A secret that opens the back office once; an earlier one that was not used is void from now on.

    Raises:
        NotYours: no administrator today.
        TooManyLinks: as many as an hour allows.
    """
    areas_for(work, by, Errand.LOOK_AFTER)
    recent = work.session.scalar(
        select(func.count()).where(
            BackOfficePass.person_id == by.id,
            BackOfficePass.made_at > work.now - timedelta(hours=1),
        )
    )
    if (recent or 0) >= LINKS_AN_HOUR:
        raise TooManyLinks
    old = BackOfficePass.made_at < work.now - _KEPT
    work.session.execute(delete(BackOfficePass).where(old))
    unopened = (BackOfficePass.person_id == by.id) & BackOfficePass.opened_at.is_(None)
    work.session.execute(update(BackOfficePass).where(unopened).values(expires_at=work.now))
    secret = secrets.token_urlsafe(32)
    work.session.add(
        BackOfficePass(
            person_id=by.id,
            digest=digest(secret),
            made_at=work.now,
            expires_at=work.now + LINK_LIVES,
        )
    )
    work.session.flush()
    return secret


def enter(work: Work, secret: str) -> Entered:
    """Open the link; whatever session this person had ends.

    Raises:
        InvitationInvalid: unknown, used or expired, or its bearer is no administrator any more.
    """
    row = work.session.scalar(
        select(BackOfficePass).where(BackOfficePass.digest == digest(secret)).with_for_update()
    )
    if row is None or row.opened_at is not None or row.expires_at <= work.now:
        raise InvitationInvalid
    person = work.session.get(Person, row.person_id)
    if person is None or not _may_enter(work, person):
        raise InvitationInvalid
    leave(work, person)
    session = secrets.token_urlsafe(32)
    row.opened_at = row.seen_at = work.now
    row.session = digest(session)
    work.session.flush()
    return Entered(person, session)


def inside(work: Work, session: str) -> Person | None:
    """Whose session this is, as long as it lasts and its bearer holds the duty today."""
    row = _session(work, session)
    if row is None:
        return None
    person = work.session.get(Person, row.person_id)
    return person if person is not None and _may_enter(work, person) else None


def is_untouched(work: Work, session: str) -> bool:
    """Whether it is time to write down that the session is still in use."""
    row = _session(work, session)
    return row is not None and row.seen_at is not None and work.now - row.seen_at >= _TOUCHED


def touch(work: Work, session: str) -> None:
    row = _session(work, session)
    if row is not None:
        row.seen_at = work.now


def leave(work: Work, person: Person) -> None:
    """End what this person has open."""
    still = (BackOfficePass.person_id == person.id) & BackOfficePass.ended_at.is_(None)
    opened = still & BackOfficePass.opened_at.is_not(None)
    work.session.execute(update(BackOfficePass).where(opened).values(ended_at=work.now))


def _session(work: Work, session: str) -> BackOfficePass | None:
    return work.session.scalar(
        select(BackOfficePass).where(
            BackOfficePass.session == digest(session),
            BackOfficePass.ended_at.is_(None),
            BackOfficePass.opened_at > work.now - LONGEST,
            BackOfficePass.seen_at > work.now - IDLE,
        )
    )


def _may_enter(work: Work, person: Person) -> bool:
    still_here = person.retired_at is None and person.telegram_id is not None
    return still_here and may_run(work, person, Errand.LOOK_AFTER)
