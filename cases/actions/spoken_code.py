"""A link for joining can also be said aloud: eight digits in two groups, typed after START or /join.

Laws: a code is short, so it is made only where the roster knows a telephone whose last digits are asked as well; it ends and is
used up with its link; a slip is caught by its check digit and counts as nothing; after five codes that were none the account
is locked for a day and the administrators are told, once a day; a day without a wrong one and all are forgotten; nothing says how near a code was.
"""

import re
import secrets
import unicodedata
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import select

from cases.actions.joining import CODE, named_by
from cases.actions.second_factor import TRIES, administrators, asks
from cases.errors import InvitationInvalid
from cases.numbers import damm
from cases.outbox import NoticeKind, tell
from cases.work import Work
from models.person import Invitation, Person
from models.rota import JoiningTries
from models.sealed import KEYRING

_DIGITS = 8  # the last one is the check digit: ten million codes, of which few are good at a time
_FADES = timedelta(days=1)
_GAPS = re.compile(r"[\s\-‐-―·.]+")


@dataclass(frozen=True, slots=True)
class Typed:
    """What a code was: the secret of a link; or a slip; else how many tries are left."""

    secret: str | None = None
    is_slip: bool = False
    left: int = TRIES


def code_for(work: Work, secret: str) -> str | None:
    """The code of a link, as it is said; None where the roster knows no telephone. Shown once, as the link."""
    entry = asks(work, secret)
    invitation = work.session.scalars(select(Invitation).where(named_by(secret))).one()
    if entry is None:
        return None
    while True:
        digits = f"{secrets.randbelow(10 ** (_DIGITS - 1)):0{_DIGITS - 1}}"
        code = f"{digits}{damm(digits)}"
        index = KEYRING.index("spoken", code)
        if not work.session.scalar(select(Invitation.id).where(Invitation.spoken_index == index)):
            break
    invitation.spoken_index = index
    work.session.flush()
    return f"{code[:4]} {code[4:]}"


def digits_of(said: str) -> str | None:
    """The eight digits of a message that is a code and nothing else, its check digit fitting."""
    digits = _GAPS.sub("", unicodedata.normalize("NFKC", said))
    fits = len(digits) == _DIGITS and digits.isascii() and digits.isdigit() and not damm(digits)
    return digits if fits else None


def typed(work: Work, account: Person, said: str) -> Typed:
    """One try. A wrong one is counted for the account, and so is never an error that would undo the counting."""
    tries = work.session.get(JoiningTries, account.id, with_for_update=True)
    if tries is not None and (tries.last_at is None or work.now - tries.last_at >= _FADES):
        tries.wrong = 0
    if tries is not None and tries.wrong >= TRIES:
        return Typed(left=0)
    digits = digits_of(said)
    if digits is None:
        return Typed(is_slip=True)
    secret = f"{CODE}{digits}"
    if _is_good(work, secret):
        return Typed(secret)
    if tries is None:
        tries = JoiningTries(person_id=account.id, wrong=0)
        work.session.add(tries)
    tries.wrong, tries.last_at = tries.wrong + 1, work.now
    if tries.wrong >= TRIES:
        _tell(work)
    work.session.flush()
    return Typed(left=max(0, TRIES - tries.wrong))


def _is_good(work: Work, secret: str) -> bool:
    try:
        return asks(work, secret) is not None
    except InvitationInvalid:
        return False


def _tell(work: Work) -> None:
    """Once a day each: a code that is none names no area, and the message no account."""
    for administrator in administrators(work, ()):
        tell(
            work,
            administrator,
            NoticeKind.CODES_TRIED,
            dedupe=f"codes_tried:{work.today.isoformat()}:{administrator.id}",
        )
