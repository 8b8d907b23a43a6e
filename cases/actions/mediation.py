"""What handlers record: contacts, notes, the day agreed, the agreement, and the other side's own link."""

import hashlib
import secrets
from datetime import date, datetime, timedelta

from sqlalchemy import select

from cases import clocks, lifecycle
from cases.access import Doing, access_case
from cases.actions.assignment import take
from cases.actions.naming_office import take_from_the_office
from cases.actions.promise import everybody
from cases.actions.raising import raise_level
from cases.actions.read_out import have_it_read_out
from cases.actions.tasks import finish_task
from cases.errors import StaleTap, UnclearTerms
from cases.journal import EventKind, record
from cases.outbox import NoticeKind, tell
from cases.urgency import gate
from cases.work import Work
from cases.workdays import Ends, end_of
from models.assignment import Assignment
from models.case import Agreement, Case
from models.event import Event
from models.person import Invitation, Person
from models.vocabulary import (
    AssignmentState,
    Clock,
    ContactResult,
    ContactWay,
    Form,
    Move,
    Part,
)

_LINK_DAYS = 7  # an invitation to the other side is good for a week


def record_contact(
    work: Work,
    case_id: int,
    by: Person,
    result: ContactResult,
    *,
    turn: int | None = None,
    day: datetime | None = None,
    way: ContactWay = ContactWay.PHONE,
) -> Case:
    """One tap is the whole record. Nobody answered: the clock goes on."""
    case = access_case(work, case_id, by=by, doing=Doing.RECORD)
    if turn is not None and turn != case.turn:
        if _just_recorded(work, case, by, result):
            return case
        raise StaleTap(case.id)
    own = _own_offer(work, case, by)
    if own is not None:  # who calls the parties has taken the case
        take(work, own.id, by)
    record(
        work,
        case,
        EventKind.CONTACTED,
        by,
        result=result,
        way=way,
        day=day.isoformat() if day else None,
    )
    if result is ContactResult.NO_ANSWER:
        return case
    clocks.stop(work, case, Clock.FIRST_CONTACT)
    if lifecycle.may(case, Move.BEGIN):
        lifecycle.step(case, Move.BEGIN)
    else:
        case.turn += 1
    if result is ContactResult.DAY_AGREED and day is not None:
        for person in parties(work, case):
            tell(
                work,
                person,
                NoticeKind.DAY_AGREED,
                case=case,
                dedupe=f"day:{case.id}:{person.id}:{day.isoformat()}",
                day=day.isoformat(),
            )
        have_it_read_out(work, case, NoticeKind.DAY_AGREED, day=day.isoformat())
    clocks.keep_one_running(work, case)
    return case


def note(work: Work, case_id: int, by: Person, words: str, *, evidence: int | None = None) -> Case:
    """A note as written. Freezing never stops it (law 14); the safety gate reads it too (law 10)."""
    case = access_case(work, case_id, by=by, doing=Doing.RECORD)
    record(work, case, EventKind.NOTED, by, words=words, evidence=evidence)
    judge_danger(work, case, by, words)
    return case


def summarise(work: Work, task_id: int, by: Person, words: str) -> Case:
    """What a voice message said, in a handler's words; the gate could not hear it and reads it now (law 10)."""
    case = finish_task(work, task_id, by, words)
    if case.is_open:
        take_from_the_office(work, case, by)  # of what kind it is, was heard only now
    judge_danger(work, case, by, words)
    return case


def agree(
    work: Work,
    case_id: int,
    by: Person,
    *,
    terms: str,
    promised_on: date,
    form: Form = Form.WRITTEN,
    turn: int | None = None,
) -> Case:
    """Record what both sides promised, and by which day.

    Raises:
        UnclearTerms: no terms, or a day that has passed.
    """
    case = access_case(work, case_id, by=by, doing=Doing.AGREE, turn=turn)
    if not terms.strip() or promised_on < work.today:
        raise UnclearTerms
    lifecycle.step(case, Move.AGREE)
    for party in everybody(work, case):
        party.kept = (
            None  # a new promise, a new question: an old answer does not answer it (law 6)
        )
    work.session.add(
        Agreement(
            case_id=case.id,
            terms=terms,
            promised_on=promised_on,
            reached_at=work.now,
            recorded_by=by.id,
            form=form,
        )
    )
    record(
        work,
        case,
        EventKind.AGREED,
        by,
        terms=terms,
        promised_on=promised_on.isoformat(),
        form=form,
    )
    for clock in (Clock.MEDIATION_TERM, Clock.FIRST_CONTACT, Clock.WEEKLY_REVIEW):
        clocks.stop(work, case, clock)
    clocks.start(
        work, case, Clock.PROMISE, at=work.now, appointed=end_of(promised_on, Ends.OFFICE)
    )
    clocks.start(work, case, Clock.FOLLOW_UP, at=work.now)
    judge_danger(work, case, by, terms)
    for person in parties(work, case):
        tell(
            work,
            person,
            NoticeKind.AGREEMENT,
            case=case,
            dedupe=f"agreement:{case.id}:{person.id}:{case.turn}",
        )
    have_it_read_out(work, case, NoticeKind.AGREEMENT)
    return case


def invite_other_side(work: Work, case_id: int, by: Person) -> tuple[Case, str]:
    """A one-time link for the other side's own phone. The secret is shown once and not kept."""
    case = access_case(work, case_id, by=by, doing=Doing.INVITE)
    secret = secrets.token_urlsafe(16)
    work.session.add(
        Invitation(
            digest=digest(secret),
            case_id=case.id,
            expires_at=work.now + timedelta(days=_LINK_DAYS),
        )
    )
    return case, secret


def digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


def parties(work: Work, case: Case) -> list[Person]:
    """Both sides and the people concerned, as far as each has an own account."""
    return [party.person for party in everybody(work, case) if party.person is not None]


def judge_danger(work: Work, case: Case, by: Person, words: str) -> None:
    """A danger that shows in a handler's words raises the level of the case."""
    found = gate(words, work.rules.words)
    if found.hit:
        raise_level(work, case, found, by, words)


def _own_offer(work: Work, case: Case, by: Person) -> Assignment | None:
    return work.session.scalars(
        select(Assignment).where(
            Assignment.case_id == case.id,
            Assignment.person_id == by.id,
            Assignment.part == Part.MEDIATOR,
            Assignment.state.in_([AssignmentState.OFFERED, AssignmentState.SEEN]),
        )
    ).first()


def _just_recorded(work: Work, case: Case, by: Person, result: ContactResult) -> bool:
    """A second tap of the same person for the same result: it holds already."""
    last = work.session.scalars(
        select(Event)
        .where(Event.case_id == case.id, Event.kind == EventKind.CONTACTED.value)
        .order_by(Event.sequence.desc())
    ).first()
    return (
        last is not None and last.actor_id == by.id and (last.facts or {}).get("result") == result
    )
