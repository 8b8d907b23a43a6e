"""Words that were said and not submitted: kept seven days, offered again once, then deleted, and said so.

Laws: nothing that was said is lost before its day; nobody who handles cases sees it; it is never spoken of in a chat
that others may read (13). Words in which the gate heard danger are never here: they became a case at once.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from cases.outbox import NoticeKind, tell
from cases.work import Work
from models.case import Case
from models.consent import Erasure
from models.draft import Draft, Unsent
from models.evidence import Evidence
from models.notice import Notice
from models.person import Person
from models.vocabulary import Erased, EvidenceState, NoticeState, Refusal

#: How long unsent words are kept (the project's own default; rule book 6.11 has one day, which old people found short).
KEPT = timedelta(days=7)
#: After so much silence they are offered once.
SILENCE = timedelta(hours=24)
#: So many addresses are asked for where a store is to be known again: some may be lost, or not copied yet.
_A_FEW = 100
_NO_QUESTION = "idle"  # handlers/dialogue.py: Step.IDLE


def is_unsent(answers: dict[str, Any]) -> bool:
    """Whether answers hold what a report is made of: words by their messages, files. A handler's reason is none."""
    words = answers.get("words")
    return (isinstance(words, list) and bool(words)) or bool(answers.get("evidence"))


def touch(draft: Draft, now: datetime) -> None:
    """The conversation moved: what is unsent in it is kept from now on."""
    if is_unsent(draft.answers):
        draft.said_at = now
        draft.next_at = now + (KEPT if draft.offered_at else SILENCE)
    else:
        draft.said_at = draft.offered_at = draft.next_at = None


def kept_until(kept: Draft | Unsent) -> datetime | None:
    """The instant after which the words are deleted."""
    if kept.said_at is None or kept.next_at is None:
        return None
    return max(kept.said_at + KEPT, kept.next_at)


def put_aside(work: Work, draft: Draft) -> Unsent | None:
    """Keep the unsent report of a conversation that begins anew; None when there is none, or it has a number already."""
    if not is_unsent(draft.answers) or _has_number(work, draft.key):
        return None
    row = Unsent(
        person_id=draft.person_id,
        answers={**draft.answers, "asked_in": draft.step},
        key=draft.key,
        turn=draft.turn,
        said_at=draft.said_at or work.now,
        offered_at=draft.offered_at,
        next_at=draft.next_at or work.now + SILENCE,
    )
    work.session.add(row)
    work.session.flush()
    return row


def take_up(work: Work, draft: Draft, row: Unsent) -> None:
    """Go on with what was put aside, in a conversation that holds nothing else."""
    draft.answers, draft.key = row.answers, row.key
    draft.offered_at = row.offered_at
    touch(draft, work.now)
    work.session.delete(row)


def put_aside_by(work: Work, person: Person, unsent_id: int) -> Unsent | None:
    """What this person put aside under this number; nobody else's, and nothing that is gone."""
    row = work.session.get(Unsent, unsent_id)
    return row if row is not None and row.person_id == person.id else None


def waiting(work: Work, person: Person) -> list[Unsent]:
    """Everything that this person put aside, the newest first."""
    rows = work.session.scalars(
        select(Unsent).where(Unsent.person_id == person.id).order_by(Unsent.id.desc())
    )
    return list(rows)


def drop(work: Work, kept: Draft | Unsent, *, by_person: bool) -> None:
    """Delete unsent words and files; that it was done is recorded, never what they were."""
    person_id, turn = kept.person_id, kept.turn
    files = forget_files(work, person_id, kept.answers.get("evidence", []))
    _forget_screens(work, person_id, turn)
    if isinstance(kept, Unsent):
        work.session.delete(kept)
    else:
        kept.answers = {}
        touch(kept, work.now)
    for what in [Erased.DRAFT, *[Erased.FILE] * files]:
        work.session.add(Erasure(person_id=person_id, what=what, by_person=by_person, at=work.now))
    work.session.flush()


def forget_files(work: Work, person_id: int, ids: Sequence[int]) -> int:
    """Files of a report that was never sent are not fetched any more, and are named by nobody.

    `address` stays until the bytes are deleted, after the commit: the row says what is due (bot/fetcher.py).
    """
    rows = work.session.scalars(
        select(Evidence).where(
            Evidence.id.in_(ids), Evidence.person_id == person_id, Evidence.case_id.is_(None)
        )
    ).all()
    for row in rows:
        row.state, row.refusal = EvidenceState.REFUSED, Refusal.DROPPED
        row.file_id = row.file_unique_id = ""
        row.file_name = row.sha256 = None
    return len(rows)


def bytes_to_delete(session: Session, limit: int) -> list[str]:
    """Where the bytes of dropped files still lie."""
    due = select(Evidence.address).where(
        Evidence.refusal == Refusal.DROPPED, Evidence.address.is_not(None)
    )
    return [address for address in session.scalars(due.distinct().limit(limit)) if address]


def still_kept(session: Session, addresses: Sequence[str]) -> set[str]:
    """Which of these bytes belong to another file as well: the same picture, sent by somebody else or for a case."""
    kept = select(Evidence.address).where(
        Evidence.address.in_(addresses), Evidence.state == EvidenceState.STORED
    )
    return {address for address in session.scalars(kept) if address}


def kept_before(session: Session) -> list[str]:
    """Where some of what was kept last must lie, if anything ever was."""
    latest = select(Evidence.address).where(Evidence.address.is_not(None))
    found = session.scalars(latest.order_by(Evidence.id.desc()).limit(_A_FEW))
    return [address for address in found if address is not None]


def bytes_deleted(session: Session, addresses: Sequence[str]) -> None:
    """Nothing of the dropped files is left; a row says only that there was one."""
    session.execute(
        update(Evidence)
        .where(Evidence.refusal == Refusal.DROPPED, Evidence.address.in_(addresses))
        .values(address=None)
    )


def _forget_screens(work: Work, person_id: int, turn: int) -> None:
    """The cards that showed these words; their messages stay in the chat, which is the person's own."""
    shown = work.session.scalars(
        select(Notice).where(
            Notice.person_id == person_id,
            Notice.is_screen.is_(True),
            Notice.case_id.is_(None),
            Notice.created_at >= work.now - KEPT - 2 * SILENCE,
        )
    )
    for notice in shown:
        if "matter" in notice.facts and notice.facts.get("turn") == turn:
            notice.facts, notice.text = {}, None
            if notice.state is NoticeState.NEW:
                notice.state, notice.reason = NoticeState.WITHDRAWN, "dropped"


def _has_number(work: Work, key: str) -> bool:
    return work.session.scalar(select(Case.id).where(Case.draft_key == key)) is not None


# --- the beat ----------------------------------------------------------------------------------------------------


def due_people(session: Session, now: datetime, limit: int) -> list[int]:
    """People whose unsent words are to be offered or deleted."""
    found: dict[int, None] = {}
    for table in (Draft, Unsent):
        rows = session.scalars(
            select(table.person_id)
            .where(table.next_at <= now)
            .order_by(table.next_at)
            .limit(limit)
        )
        found |= dict.fromkeys(rows)
    return list(found)[:limit]


def next_due(session: Session, now: datetime) -> datetime | None:
    """The next instant after `now` at which unsent words are to be offered or deleted."""
    moments = [
        session.scalar(select(func.min(table.next_at)).where(table.next_at > now))
        for table in (Draft, Unsent)
    ]
    return min((moment for moment in moments if moment is not None), default=None)


def sweep_person(work: Work, person_id: int) -> None:
    """Offer or delete what is due; a person who is just speaking is left alone until the next beat."""
    person = work.session.scalar(
        select(Person)
        .where(Person.id == person_id)
        .with_for_update(skip_locked=True, key_share=True)
    )
    if person is None:
        return
    draft = work.session.get(Draft, person_id, with_for_update=True)
    if draft is not None and draft.next_at is not None and draft.next_at <= work.now:
        _fall_due(work, person, draft)
    rows = work.session.scalars(
        select(Unsent).where(Unsent.person_id == person_id, Unsent.next_at <= work.now)
    )
    for row in rows.all():
        _fall_due(work, person, row)


def _fall_due(work: Work, person: Person, kept: Draft | Unsent) -> None:
    """Offered first, whatever happened meanwhile: nothing is deleted that was not offered a day before."""
    if isinstance(kept, Draft) and not is_unsent(kept.answers):
        touch(kept, work.now)  # nothing is unsent in it
        return
    if kept.said_at is None:
        return
    if kept.offered_at is None and work.now < kept.said_at + SILENCE:
        kept.next_at = kept.said_at + SILENCE  # words of before these instants were kept
        return
    if kept.offered_at is None:
        kept.offered_at = work.now
        kept.next_at = max(kept.said_at + KEPT, work.now + SILENCE)
        tell(
            work,
            person,
            NoticeKind.DRAFT_WAITS,
            silent=True,
            dedupe=f"draft:{person.id}:{kept.turn}",
            unsent=kept.id if isinstance(kept, Unsent) else 0,
            turn=kept.turn,
            said=kept.said_at.isoformat(),
            until=kept.next_at.isoformat(),
        )
        return
    turn = kept.turn
    drop(work, kept, by_person=False)
    if isinstance(kept, Draft):
        kept.step, kept.asked = _NO_QUESTION, None
        kept.turn += 1  # the buttons of what is gone are stale
    tell(work, person, NoticeKind.DRAFT_GONE, silent=True, dedupe=f"draft_gone:{person.id}:{turn}")
