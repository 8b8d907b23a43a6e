"""An account becomes a roster entry, or the other side of a case, by a one-time expiring link."""

import secrets
from datetime import timedelta

from sqlalchemy import ColumnElement, bindparam, select, update

from cases.access import HANDLERS, Relation, relations
from cases.actions.leaving import answer_to, void_links
from cases.actions.mediation import digest
from cases.drafts import put_aside
from cases.errors import InvitationInvalid
from cases.journal import EventKind, record
from cases.work import Work
from models.case import Case
from models.consent import Consent, Erasure
from models.draft import Draft, Unsent
from models.duty import Duty
from models.evidence import Evidence
from models.notice import Notice
from models.party import Party
from models.person import Invitation, Person
from models.sealed import KEYRING
from models.vocabulary import Language, Side, TaskKind

_ROSTER_LINK_DAYS = 3
#: Before the digits of a code that was said aloud (cases/actions/spoken_code.py); no link's secret has such a sign.
CODE = "code:"


def recognise(work: Work, telegram_id: int) -> Person:
    """The person behind a Telegram account, made known at first sight; a person who writes is reachable again."""
    person = work.session.scalar(_BY_ACCOUNT, {"account": telegram_id})
    if person is None:
        person = Person(telegram_id=telegram_id, created_at=work.now)
        work.session.add(person)
        work.session.flush()
    if person.blocked_at is not None:
        person.blocked_at = None
    return person


_BY_ACCOUNT = (
    select(Person)
    .where(Person.telegram_id == bindparam("account"))
    # without the key: a notice to this person, written meanwhile, need not wait (nor we for its case)
    .with_for_update(key_share=True)
)


def invite(work: Work, person: Person) -> str:
    """A secret that makes the account which brings it this roster entry; shown once, and the only one that is open."""
    void_links(work, [person.id])
    secret = secrets.token_urlsafe(16)
    work.session.add(
        Invitation(
            digest=digest(secret),
            person_id=person.id,
            expires_at=work.now + timedelta(days=_ROSTER_LINK_DAYS),
        )
    )
    return secret


def join_roster(work: Work, secret: str, account: Person, *, proven: bool = False) -> Person:
    """Bind the account to the roster entry; what it reported before comes along.

    `proven`: the digits of the telephone were right (cases/actions/second_factor.py).

    Raises:
        InvitationInvalid: unknown, used, expired or locked, or the telephone was not asked for.
    """
    invitation = redeem(work, secret)
    if invitation.person_id is None or account.code is not None or invitation.locked_at:
        raise InvitationInvalid
    entry = work.session.get_one(Person, invitation.person_id)
    if entry.phone and not proven:
        raise InvitationInvalid
    telegram_id, language = account.telegram_id, account.language
    account.telegram_id = None
    work.session.flush()
    entry.telegram_id, entry.blocked_at = telegram_id, None
    entry.language = language or entry.language
    _bring_along(work, account, entry)
    return entry


def join_as_other_side(work: Work, secret: str, account: Person) -> Case:
    """Bind the account to the other side of a case.

    Raises:
        InvitationInvalid: unknown, used, expired, or brought by the reporter.
    """
    invitation = redeem(work, secret)
    case = work.session.get(Case, invitation.case_id) if invitation.case_id else None
    if case is None or case.reporter_id == account.id or case.guarded:
        raise InvitationInvalid
    if relations(work, case, account) & (HANDLERS | {Relation.TASKED}):
        raise InvitationInvalid  # whoever handles the case tried the link; as a party he would be locked out
    party = work.session.scalars(
        select(Party).where(Party.case_id == case.id, Party.side == Side.OTHER)
    ).one()
    if party.person_id not in {None, account.id}:
        raise InvitationInvalid
    party.person_id = account.id
    account.language = account.language or Language.ZH
    record(work, case, EventKind.PARTY_JOINED, account, side=Side.OTHER)
    return case


def be_named(person: Person, *, named: bool) -> None:
    """Whether parties read this officer's name, or the office alone; nobody is named without having agreed."""
    person.named = named


def named_by(secret: str) -> ColumnElement[bool]:
    """Which invitation a link's secret, or a code that was said aloud, names."""
    if secret.startswith(CODE):
        return Invitation.spoken_index == KEYRING.index("spoken", secret.removeprefix(CODE))
    return Invitation.digest == digest(secret)


def redeem(work: Work, secret: str, side: Side | None = None) -> Invitation:
    """The invitation behind a secret. It is good once; the code of the people concerned for all of them (`side`).

    Raises:
        InvitationInvalid: unknown, used, expired, or of another kind.
    """
    invitation = work.session.scalar(select(Invitation).where(named_by(secret)).with_for_update())
    usable = (
        invitation is not None and invitation.used_at is None and invitation.expires_at > work.now
    )
    if invitation is None or not usable or invitation.side is not side:
        raise InvitationInvalid
    if side is not Side.CONCERNED:
        invitation.used_at = work.now
    return invitation


def _bring_along(work: Work, account: Person, entry: Person) -> None:
    draft = work.session.get(Draft, account.id)
    if draft is not None:
        put_aside(work, draft)
        work.session.delete(draft)
    for column in (
        Case.reporter_id,
        Party.person_id,
        Evidence.person_id,
        Notice.person_id,
        Unsent.person_id,
        Consent.person_id,
        Erasure.person_id,
    ):
        work.session.execute(
            update(column.class_).where(column == account.id).values({column.key: entry.id})
        )
    answer_to(work, account.id, entry.id, TaskKind.CHALLENGE)


def duties_of(work: Work, person: Person) -> list[Duty]:
    """The duties that a person holds today."""
    duties = work.session.scalars(
        select(Duty).where(Duty.person_id == person.id).order_by(Duty.rank)
    )
    return [duty for duty in duties if duty.held_on(work.today)]
