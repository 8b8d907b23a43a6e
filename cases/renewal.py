"""The card by which a party sees how its case stands is one message, changed in place whenever the case moves on.

Laws: a later change edits the card and makes no sound, a new message comes only when the reader must act (12); the
words are made at sending, so one unsent change stands for all; into a guarded case's chats nothing is written on
our own motion, an edit as little as a message (13).
"""

from collections.abc import Sequence

from sqlalchemy import Row, bindparam, select, update

from cases.outbox import STATUS_CARD, tell
from cases.work import Work
from models.case import Case
from models.notice import Notice
from models.person import Person
from models.vocabulary import NoticeState


def renew_cards(work: Work, case: Case) -> None:
    """Have the newest card of each party say what holds now."""
    rows = _cards(work, case)
    shown = {
        row.person_id: row.message_id
        for row in rows
        if row.state is NoticeState.SENT and row.message_id is not None
    }
    for person_id, message_id in shown.items():
        unsent = [
            row for row in rows if row.person_id == person_id and row.state is NoticeState.NEW
        ]
        if any(row.id in work.spoken or row.edit_message_id is None for row in unsent):
            continue  # made into words after this transaction: it will say this change too
        _withdraw(work, [row.id for row in unsent])
        person = work.session.get_one(Person, person_id)
        if person.reachable:
            tell(work, person, STATUS_CARD, case=case, silent=True, edit=message_id)


def shown_card(work: Work, person_id: int, case_id: int) -> int | None:
    """The message under which a person's newest card of a case stands."""
    return work.session.scalars(
        select(Notice.message_id)
        .where(
            Notice.case_id == case_id,
            Notice.person_id == person_id,
            Notice.kind == STATUS_CARD,
            Notice.state == NoticeState.SENT,
        )
        .order_by(Notice.id.desc())
    ).first()


def _cards(work: Work, case: Case) -> Sequence[Row[int, int, NoticeState, int | None, int | None]]:
    """All cards of the case that were sent or will be, oldest first; without their sealed facts."""
    return work.session.execute(_CARDS, {"case": case.id}).all()


_CARDS = (
    select(Notice.id, Notice.person_id, Notice.state, Notice.message_id, Notice.edit_message_id)
    .where(
        Notice.case_id == bindparam("case"),
        Notice.kind == STATUS_CARD,
        Notice.state.in_([NoticeState.NEW, NoticeState.SENT]),
    )
    .order_by(Notice.id)
)


def _withdraw(work: Work, ids: list[int]) -> None:
    """Unsent changes give way to the newest, as screens do."""
    if ids:
        work.session.execute(
            update(Notice)
            .where(Notice.id.in_(ids))
            .values(state=NoticeState.WITHDRAWN, reason="replaced")
        )
