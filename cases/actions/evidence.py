"""What becomes of the files that people send: announced when named, stored or refused when the fetcher is done.

Laws: acknowledging a report never waits for a file; an outcome is written once, and only over the claim it belongs to; a
refusal is told and its row stays; nothing of it is written into a chat that somebody in danger did not choose (13).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import or_, select

from cases.journal import EventKind, record
from cases.outbox import NoticeKind, tell
from cases.work import Work
from models.case import Case
from models.evidence import Evidence
from models.notice import Notice
from models.person import Person
from models.vocabulary import EvidenceKind, EvidenceState, MediaType, NoticeState, Refusal

#: So long after it was sent, a refusal is still an answer; later it keeps the quiet hours.
_JUST_SENT = timedelta(minutes=10)

#: While more files of a burst are on their way, what was refused is gathered this long: one message, not ten.
_A_MOMENT = timedelta(seconds=2)


@dataclass(frozen=True, slots=True)
class Sent:
    """A file as its sender's message names it."""

    kind: EvidenceKind
    file_id: str
    unique_id: str
    size: int | None = None
    seconds: int | None = None
    name: str | None = None


@dataclass(frozen=True, slots=True)
class Content:
    """What a fetched file is, and where its bytes lie."""

    sha256: str
    address: str
    media_type: MediaType
    size: int


def announce(work: Work, person: Person, sent: Sent, case: Case | None = None) -> Evidence:
    """A file is a row as soon as it is named; the same file sent again is the same row, unless it was refused."""
    known = work.session.scalar(
        select(Evidence).where(
            Evidence.person_id == person.id,
            Evidence.file_unique_id == sent.unique_id,
            Evidence.case_id == (case.id if case else None),
            Evidence.state != EvidenceState.REFUSED,
        )
    )
    if known is not None:
        return known
    row = Evidence(
        case_id=case.id if case else None,
        person_id=person.id,
        kind=sent.kind,
        state=EvidenceState.ANNOUNCED,
        file_id=sent.file_id,
        file_unique_id=sent.unique_id,
        file_name=sent.name,
        size=sent.size,
        seconds=sent.seconds,
        announced_at=work.now,
    )
    work.session.add(row)
    work.session.flush()
    return row


def bring(work: Work, case: Case, ids: Iterable[int]) -> None:
    """Files that were announced before the number belong to the case now, with what became of them."""
    wanted = list(ids)
    rows = select(Evidence).where(Evidence.id.in_(wanted)).order_by(Evidence.id)
    for row in work.session.scalars(rows) if wanted else ():
        if row.case_id != case.id:
            row.case_id = case.id
            _record(work, case, row)


def stored(
    work: Work, evidence_id: int, fence: int, content: Content, *, machine: datetime
) -> None:
    """Its bytes are sealed and safe. `machine` is machine time, by which other files wait for another attempt."""
    row, case = _claimed(work, evidence_id, fence)
    if row is None:
        _dropped_meanwhile(work, evidence_id, content.address)
        return
    row.state, row.stored_at = EvidenceState.STORED, work.now
    row.sha256, row.address = content.sha256, content.address
    row.media_type, row.size = content.media_type, content.size
    _end(work, row, case, machine)


def refused(
    work: Work, evidence_id: int, fence: int, reason: Refusal, *, limit: int, machine: datetime
) -> None:
    """It is not kept, and the person is told why and what to do. `limit` is in bytes."""
    row, case = _claimed(work, evidence_id, fence)
    if row is None:
        return
    row.state, row.refusal = EvidenceState.REFUSED, reason
    _end(work, row, case, machine)
    _tell_refusal(work, row, case, limit=limit, machine=machine)


def untold(work: Work) -> list[int]:
    """Files whose outcome is still to be shown in the message that names them."""
    return list(
        work.session.scalars(select(Evidence.id).where(Evidence.untold).order_by(Evidence.id))
    )


def show(work: Work, evidence_id: int, *, machine: datetime, patient: bool = True) -> None:
    """Change the message that names a file, so that it says what became of it.

    `patient`: while other files of the same message are being fetched, one change for all of them is awaited.
    """
    row, case = _locked(work, evidence_id)
    if row is not None and row.untold:
        _show(work, row, case, machine, patient=patient)


def _claimed(work: Work, evidence_id: int, fence: int) -> tuple[Evidence | None, Case | None]:
    """The file, if it is still announced and this is the claim under which it was fetched."""
    row, case = _locked(work, evidence_id)
    if row is None or row.state is not EvidenceState.ANNOUNCED or row.fence != fence:
        return None, None
    return row, case


def _dropped_meanwhile(work: Work, evidence_id: int, address: str) -> None:
    """It was thrown away while it was on its way: its bytes are to be deleted (cases/drafts.py)."""
    row = work.session.get(Evidence, evidence_id)
    if row is not None and row.refusal is Refusal.DROPPED:
        row.address = address


def _locked(work: Work, evidence_id: int) -> tuple[Evidence | None, Case | None]:
    """The file and its case, in the lock order of the house: the case first."""
    case_id = work.session.scalar(select(Evidence.case_id).where(Evidence.id == evidence_id))
    case = None
    if case_id is not None:
        locked_case = select(Case).where(Case.id == case_id).with_for_update(key_share=True)
        case = work.session.scalar(locked_case.execution_options(populate_existing=True))
    locked = select(Evidence).where(Evidence.id == evidence_id).with_for_update()
    row = work.session.scalar(locked.execution_options(populate_existing=True))
    if row is not None and row.case_id is not None and case is None:
        case = work.session.get(Case, row.case_id)  # its report was submitted in this moment
    return row, case


def _end(work: Work, row: Evidence, case: Case | None, machine: datetime) -> None:
    row.claimed_until = row.retry_at = None
    row.untold = case is not None
    work.session.flush()
    if case is not None:
        _record(work, case, row)
        _show(work, row, case, machine, patient=True)


def _record(work: Work, case: Case, row: Evidence) -> None:
    if row.state is EvidenceState.STORED:
        record(work, case, EventKind.EVIDENCE_STORED, evidence=row.id, media_type=row.media_type)
    elif row.state is EvidenceState.REFUSED:
        record(work, case, EventKind.EVIDENCE_REFUSED, evidence=row.id, reason=row.refusal)


def _show(
    work: Work, row: Evidence, case: Case | None, machine: datetime, *, patient: bool
) -> None:
    notice = _naming(work, row)
    if notice is None or notice.message_id is None or case is None:
        if notice is None or notice.state is not NoticeState.SENDING:
            row.untold = (
                False  # its words are not made yet, or there is nothing that could be changed
            )
        return
    named = list(
        work.session.scalars(select(Evidence).where(Evidence.id.in_(notice.facts["evidence"])))
    )
    if patient and any(_is_coming(one, machine) for one in named):
        return
    for one in named:
        one.untold = False
    person = work.session.get_one(Person, row.person_id)
    tell(
        work,
        person,
        notice.kind,
        case=case,
        due=work.now,
        silent=True,
        edit=notice.message_id,
        **notice.facts,
    )


def _naming(work: Work, row: Evidence) -> Notice | None:
    """The newest message to the sender of a file that names it; its row locked, so that its state holds."""
    notices = work.session.scalars(
        select(Notice)
        .where(
            Notice.person_id == row.person_id,
            Notice.case_id == row.case_id,
            Notice.state != NoticeState.WITHDRAWN,
        )
        .order_by(Notice.id.desc())
    )
    found = next((notice for notice in notices if row.id in _named(notice.facts)), None)
    if found is None:
        return None
    locked = select(Notice).where(Notice.id == found.id).with_for_update(of=Notice)
    return work.session.scalar(locked.execution_options(populate_existing=True))


def _named(facts: dict[str, Any]) -> list[int]:
    files = facts.get("evidence")
    return files if isinstance(files, list) else []


def _is_coming(row: Evidence, machine: datetime) -> bool:
    """Whether it is being fetched, or will be at once."""
    waits = row.retry_at is not None and row.retry_at > machine
    return row.state is EvidenceState.ANNOUNCED and not waits


def _tell_refusal(
    work: Work, row: Evidence, case: Case | None, *, limit: int, machine: datetime
) -> None:
    """Said at once, and with others of the same burst in one message."""
    person = work.session.get_one(Person, row.person_id)
    file = [row.kind, row.file_name, row.refusal]
    waiting = work.session.scalars(
        select(Notice)
        .where(
            Notice.person_id == person.id,
            Notice.case_id == row.case_id,
            Notice.kind == NoticeKind.FILE_REFUSED,
            Notice.state == NoticeState.NEW,
        )
        .with_for_update(of=Notice)
    ).first()
    if waiting is not None:
        waiting.facts = {**waiting.facts, "refused": [*waiting.facts["refused"], file]}
        return
    notice = tell(
        work,
        person,
        NoticeKind.FILE_REFUSED,
        case=case,
        due=work.now if work.now - row.announced_at < _JUST_SENT else None,
        dedupe=f"file_refused:{row.id}",
        refused=[file],
        limit=limit,
    )
    if notice is not None and _more_are_coming(work, row, machine):
        notice.retry_at = machine + _A_MOMENT


def _more_are_coming(work: Work, row: Evidence, machine: datetime) -> bool:
    others = select(Evidence.id).where(
        Evidence.person_id == row.person_id,
        Evidence.id != row.id,
        Evidence.state == EvidenceState.ANNOUNCED,
        or_(Evidence.retry_at.is_(None), Evidence.retry_at <= machine),
    )
    return work.session.scalars(others).first() is not None
