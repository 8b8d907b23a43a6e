"""What is to be said, as rows: kind and facts, never a text. The words are made at sending, in the reader's language.

Laws: nothing is sent here; a screen that was not sent yet is replaced by a newer one; one thing is said once
(the dedupe key is unique); in a guarded case nothing is written on the system's own motion to the other side, to
the grid, or into the reporter's chat unless that chat was chosen as safe (13); somebody without a chat gets
a read-aloud task instead of silence (2).
"""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import bindparam, select

from cases import quota
from cases.safe_chats import chat_is_safe, may_be_told
from cases.work import Work
from cases.workdays import next_awake, quiet
from models.case import Case
from models.notice import Notice
from models.person import Person
from models.rows import put
from models.vocabulary import PRESSING, NoticeState, Urgent

#: The status card of a case, which a party opens and which is changed in place afterwards: cases/renewal.py.
STATUS_CARD = "status"
#: The danger text: RED, so that it leaves before everything, and always the answer to what the person did (law 10).
DANGER_TEXT = "danger"


class NoticeKind(StrEnum):
    """What the office says on its own motion, or as a receipt. Screens of a conversation: handlers/."""

    RECEIPT = "receipt"
    OFFER = "offer"
    DIGEST = "digest"
    REMIND = "remind"
    WARN = "warn"
    CONTACT_DUE = "contact_due"
    LAPSED = "lapsed"
    TAKEN = "taken"
    HANDLER_CHANGED = "handler_changed"
    ESCALATED = "escalated"
    TASK = "task"
    CONTACT_CHECK = "contact_check"
    CONTRADICTED = "contradicted"
    DAY_AGREED = "day_agreed"
    HELD = "held"  # to a handler: a party asked for another one, or that is over
    CHALLENGE_DECIDED = "challenge_decided"
    AGREEMENT = "agreement"
    KEPT_QUESTION = "kept_question"
    FOLLOW_UP_QUESTION = "follow_up_question"
    NOT_KEPT = "not_kept"
    PROMISE_SOON = "promise_soon"
    GUIDE = "guide"
    APPROVE_CLOSING = "approve_closing"
    CLOSING_REFUSED = "closing_refused"
    SETTLED_QUESTION = "settled_question"
    SUSPENDED = "suspended"
    RESUMED = "resumed"
    EXTENDED = "extended"
    REFERRED = "referred"
    CLOSED = "closed"
    REVIEW = "review"
    NOT_DELIVERED = "not_delivered"
    ADDED = "added"
    FILE_REFUSED = "file_refused"
    UPDATE_DIED = "update_died"
    REASSIGNED = "reassigned"  # to whoever had it: it is in other hands
    TASK_ANSWERED = "task_answered"  # to the head who ordered or asked
    FROZEN = "frozen"
    UNFROZEN = "unfrozen"
    RAISED = "raised"
    WORD = "word"
    CONSENT_DUE = "consent_due"
    VISITED = "visited"
    DRAFT_WAITS = "draft_waits"
    DRAFT_GONE = "draft_gone"
    AWAY = "away"  # to the head and the deputy: who is away, and who stands in
    JOIN_LOCKED = "join_locked"  # to administrators: a link was answered wrongly too often
    SHIFT = "shift"  # to whoever stands ready now instead, and to whoever no longer does
    CODES_TRIED = "codes_tried"  # to administrators: an account typed codes that were none
    WAS_AWAY = "was_away"  # to the duty desk: nobody looked at the clocks for a while
    RESTORED = "restored"  # to each handler: the office was put back to an earlier hour
    MORE = quota.LIST  # what is over the day's number of messages, together: cases/quota.py


#: Built once, as is whatever every answer asks: building a question anew costs as much as asking it.
#: What is asked is there already, whatever else of this transaction is still to be written (models/rows.py).
_UNSENT_SCREENS = (
    select(Notice)
    .where(
        Notice.person_id == bindparam("person"),
        Notice.is_screen.is_(True),
        Notice.state == NoticeState.NEW,
    )
    .execution_options(autoflush=False)
)
_SAID_BEFORE = (
    select(Notice.id)
    .where(Notice.dedupe == bindparam("dedupe"))
    .execution_options(autoflush=False)
)


def tell(
    work: Work,
    person: Person,
    kind: str,
    *,
    case: Case | None = None,
    urgent: Urgent = Urgent.NOTICE,
    due: datetime | None = None,
    dedupe: str | None = None,
    silent: bool = False,
    edit: int | None = None,
    **facts: Any,
) -> Notice | None:
    """Write one notice; None when it was said before or may not be said at all.

    `due` is the civil instant before which it is not sent; without one, quiet hours are kept, except for danger and
    answers, and for the change of a message (`edit`), which makes no sound.
    """
    if urgent is not Urgent.ANSWER and not chat_is_safe(work, person):
        return None
    if case is not None and not may_be_told(work, case, person):
        return None
    if dedupe and work.session.scalar(_SAID_BEFORE, {"dedupe": dedupe}):
        return None
    wakes = urgent in PRESSING or edit is not None
    when = due or (next_awake(work.now) if quiet(work.now) and not wakes else work.now)
    notice = _write(
        work,
        person,
        kind,
        case=case,
        urgent=urgent,
        due=when,
        dedupe=dedupe,
        silent=silent,
        facts=facts,
        edit=edit,
    )
    quota.keep(work, notice, case)
    return notice


def answer(
    work: Work,
    person: Person,
    kind: str,
    *,
    case: Case | None = None,
    edit: int | None = None,
    **facts: Any,
) -> Notice:
    """Answer what the person just did, never replaced: a receipt, or a card edited in place."""
    return _write(
        work, person, kind, case=case, urgent=Urgent.ANSWER, due=work.now, facts=facts, edit=edit
    )


def screen(
    work: Work, person: Person, kind: str, *, case: Case | None = None, **facts: Any
) -> Notice:
    """The one current screen of a conversation; an unsent older one is replaced, and the files it names are named here."""
    unsent = work.session.scalars(_UNSENT_SCREENS, {"person": person.id}).all()
    for older in (one for one in unsent if one.state is NoticeState.NEW):  # not replaced just now
        older.state, older.reason = NoticeState.WITHDRAWN, "replaced"
        if (older.kind, older.case_id) == (kind, case.id if case else None):
            named = [*older.facts.get("evidence", []), *facts.get("evidence", [])]
            facts |= {"evidence": named} if named else {}
    return _write(
        work,
        person,
        kind,
        case=case,
        urgent=Urgent.ANSWER,
        due=work.now,
        facts=facts,
        is_screen=True,
    )


def _write(
    work: Work,
    person: Person,
    kind: str,
    *,
    case: Case | None,
    urgent: Urgent,
    due: datetime,
    facts: dict[str, Any],
    dedupe: str | None = None,
    silent: bool = False,
    is_screen: bool = False,
    edit: int | None = None,
) -> Notice:
    notice = Notice(
        person_id=person.id,
        case_id=case.id if case else None,
        kind=kind,
        urgent=urgent,
        is_screen=is_screen,
        silent=silent,
        facts=facts,
        dedupe=dedupe,
        state=NoticeState.NEW,
        created_at=work.now,
        due_at=due,
        edit_message_id=edit,
    )
    put(work.session, notice)
    work.spoken.append(notice.id)
    return notice
