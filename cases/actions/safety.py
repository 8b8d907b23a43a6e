"""A person in danger: what is done at once, and what only that person may choose (law 13).

The one exception to "nobody sees a report before it was submitted" (law 10), and it is said: one person, the duty desk.
"""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select

from cases.actions.acting import acting
from cases.actions.evidence import bring
from cases.actions.intake import Report, open_case
from cases.actions.offering import duty_desk
from cases.actions.raising import raise_level
from cases.actions.tasks import open_task
from cases.journal import EventKind, record
from cases.on_duty import ANSWERS, ready, somebody_stands
from cases.outbox import NoticeKind, tell
from cases.own_dispute import barred, parties_of
from cases.urgency import Gate
from cases.work import Work
from models.case import Case
from models.notice import Notice
from models.person import Person
from models.update_in import UpdateIn
from models.vocabulary import (
    Channel,
    Flag,
    Language,
    Part,
    Role,
    SafeChannel,
    Stage,
    TaskKind,
    Urgent,
)

#: Telegram lets a bot delete messages of the last 48 hours only.
_DELETABLE = timedelta(hours=48)

#: A call that was not made so long after the hour chosen climbs to the head.
_LATE_CALL = timedelta(minutes=30)

#: A second cry within this time belongs to the case that is already open.
_SAME_DANGER = timedelta(hours=24)


def danger_reported(
    work: Work,
    person: Person,
    *,
    key: str,
    text: str,
    found: Gate,
    area_id: int | None,
    language: Language,
    channel: Channel,
    evidence: tuple[int, ...] = (),
) -> Case:
    """Open a RED case at once, or add to the one that this person opened within the day."""
    open_one = danger_case_of(work, person) if channel is Channel.RESIDENT else None
    if open_one is not None and open_one.registered_at >= work.now - _SAME_DANGER:
        bring(work, open_one, evidence)
        raise_level(work, open_one, found, person, text)
        record(work, open_one, EventKind.ADDED, person, words=text)
        _alert(work, open_one, "said_more", key)
        return open_one
    report = Report(
        key=key,
        area_id=area_id,
        language=language,
        channel=channel,
        matter=text,
        evidence=evidence,
        danger=True,
        flags=found.strong,
    )
    case = open_case(work, report, person)
    record(
        work, case, EventKind.GATE_HIT, person, flags=sorted(found.strong), words=list(found.words)
    )
    return case


def danger_confirmed(work: Work, person: Person, report: Report) -> Case:
    """The person said that there is danger, in a voice message or after a doubtful word: RED, and guarded."""
    case = open_case(work, replace(report, flags=report.flags | {Flag.THREAT}), person)
    record(work, case, EventKind.GATE_HIT, person, flags=list(case.flags), words=["said"])
    return case


def danger_now(work: Work, person: Person) -> Case | None:
    """The person says: in danger now. Nothing more is asked."""
    case = danger_case_of(work, person)
    if case is not None:
        _alert(work, case, "danger_now", work.now.isoformat())
    return case


def not_meant(work: Work, person: Person) -> Case | None:
    """It was not meant, the person says: a human still reads it, somebody else may hold the phone (law 10)."""
    case = danger_case_of(work, person)
    if case is not None:
        desk = _answers_for(work, case)
        if desk is not None:
            open_task(work, case, TaskKind.READ, desk, said="not_meant")
    return case


def choose_channel(
    work: Work,
    person: Person,
    channel: SafeChannel,
    *,
    contact: str | None = None,
    hour: datetime | None = None,
) -> Case | None:
    """How this person wants to be reached, and only so; also after the closing, which makes no chat safe by itself."""
    closed = _closed_danger_of(work, person)
    case = danger_case_of(work, person) or next(iter(closed), None)
    if case is None:
        return None
    if channel is SafeChannel.HERE:  # nobody reads this chat along any more
        for earlier in closed:
            earlier.safe_channel = channel
    case.safe_channel, case.safe_contact = channel, contact
    case.hidden = channel is SafeChannel.SELF
    record(work, case, EventKind.SAFE_CHANNEL_CHOSEN, person, channel=channel, contact=contact)
    desk = _answers_for(work, case)
    if channel is SafeChannel.PHONE and desk is not None and case.is_open:
        late = hour + _LATE_CALL if hour else None
        caller = _who_calls(work, case, desk, hour or work.now)
        open_task(work, case, TaskKind.SAFE_CALL, caller, appointed=late, contact=contact)
    return case


def add_place(work: Work, person: Person, place: str) -> Case | None:
    """Where the person is, sent on to the duty desk at once."""
    case = danger_case_of(work, person)
    if case is not None:
        record(work, case, EventKind.ADDED, person, words=place, what="place")
        _alert(work, case, "place", place, place=place)
    return case


def messages_to_erase(work: Work, person: Person) -> tuple[int, ...]:
    """The message ids, theirs and ours, of the last 48 hours of this person's chat."""
    since = work.now - _DELETABLE
    ours = work.session.scalars(
        select(Notice.message_id).where(
            Notice.person_id == person.id,
            Notice.message_id.is_not(None),
            Notice.sent_at >= since,
        )
    )
    theirs = work.session.scalars(
        select(UpdateIn.message_id).where(
            UpdateIn.chat_id == person.telegram_id, UpdateIn.message_id.is_not(None)
        )
    )
    return tuple(sorted({number for number in (*ours, *theirs) if number is not None}))


def chat_erased(work: Work, person: Person) -> None:
    """Record that the conversation was deleted on the person's wish; the report stays."""
    case = danger_case_of(work, person)
    if case is not None:
        record(work, case, EventKind.CHAT_ERASED, person)


def rota_loaded(work: Work, case: Case, hour: datetime | None = None) -> bool:
    """Whether somebody of a loaded rota stands behind a call promised at this hour, or now (DESIGN §1, promise 3)."""
    out = barred(work, case, parties_of(work, case))
    return somebody_stands(work.session, case.area, hour or work.now, out)


def danger_case_of(work: Work, person: Person) -> Case | None:
    """The newest open case of danger that this person reported."""
    rows = work.session.scalars(
        select(Case)
        .where(
            Case.reporter_id == person.id,
            Case.stage.not_in([Stage.CLOSED, Stage.ARCHIVED]),
            Case.safe_channel.is_not(None),
        )
        .order_by(Case.id.desc())
    )
    return rows.first()


def _closed_danger_of(work: Work, person: Person) -> list[Case]:
    """Cases of danger that this person reported and that are closed, the newest first."""
    rows = work.session.scalars(
        select(Case)
        .where(
            Case.reporter_id == person.id,
            Case.stage.in_([Stage.CLOSED, Stage.ARCHIVED]),
            Case.safe_channel.is_not(None),
        )
        .order_by(Case.id.desc())
    )
    return list(rows)


def _alert(work: Work, case: Case, why: str, key: str, **facts: Any) -> None:
    """Tell whoever answers for the case, at any hour."""
    desk = _answers_for(work, case)
    if desk is not None:
        tell(
            work,
            desk,
            NoticeKind.ESCALATED,
            case=case,
            urgent=Urgent.RED,
            dedupe=f"{why}:{case.id}:{key}"[:160],
            part=Part.MEDIATOR,
            why=why,
            **facts,
        )


def _answers_for(work: Work, case: Case) -> Person | None:
    assignment = acting(work, case, Part.MEDIATOR)
    return assignment.person if assignment is not None else duty_desk(work, case)


def _who_calls(work: Work, case: Case, has_it: Person, hour: datetime) -> Person:
    """Whoever has the case, unless somebody else is on duty at that hour: then whoever is, the duty desk before others."""
    out = barred(work, case, parties_of(work, case))
    there = {
        one.person_id: one.role
        for one in ready(work.session, case.area, hour)
        if one.role in ANSWERS and one.person_id not in out
    }
    if not there or has_it.id in there:
        return has_it
    caller = min(there, key=lambda one: (there[one] is not Role.COORDINATOR, one))
    return work.session.get_one(Person, caller)


def is_danger(found: Gate) -> bool:
    """Whether a text opens the danger conversation."""
    return bool(found.strong - {Flag.GROUP, Flag.WAGE})


def more_said(work: Work, person: Person, case: Case, words: str) -> None:
    """More words of a person in danger, sent on at once, as written."""
    event = record(work, case, EventKind.ADDED, person, words=words)
    _alert(work, case, "said_more", str(event.sequence))
