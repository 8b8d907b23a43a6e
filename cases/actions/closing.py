"""From the promised day to the recorded closure. Silence is never an answer (law 6)."""

from sqlalchemy import select

from cases import clocks, lifecycle
from cases.access import Doing, access_case
from cases.actions.assignment import release_all
from cases.actions.offering import escalate, holder, lapse, offer_next, route_of
from cases.actions.tasks import close_tasks
from cases.errors import MoveNotAllowed, NotYours, StaleTap
from cases.journal import EventKind, record
from cases.outbox import NoticeKind, tell
from cases.work import Work
from cases.workdays import civil, last_day
from models.case import Agreement, Case
from models.event import Event
from models.party import Party
from models.person import Person
from models.vocabulary import Clock, ContactResult, Kept, Level, Move, Outcome, Part, Rating

#: A second person approves the closing of these (rule book 6.8).
_APPROVED_BY_A_SECOND = frozenset({Level.RED, Level.ORANGE})


def answer_kept(work: Work, case_id: int, by: Person, kept: Kept) -> Case:
    """One side's own answer. Anything but "all" calls the mediator back, by a day."""
    case = access_case(work, case_id, by=by, doing=Doing.ANSWER)
    party = party_of(work, case, by)
    if party.kept is kept:
        return case
    party.kept = kept
    record(work, case, EventKind.KEPT_ANSWERED, by, kept=kept)
    if kept is not Kept.ALL:
        _call_back(work, case, why=kept)
    clocks.keep_one_running(work, case)
    return case


def answer_follow_up(work: Work, case_id: int, by: Person, *, well: bool) -> Case:
    """The answer to a later visit's question."""
    case = _asked(work, case_id, by)
    record(work, case, EventKind.FOLLOW_UP_ANSWERED, by, well=well)
    if not well:
        _call_back(work, case, why="follow_up")
    clocks.keep_one_running(work, case)
    return case


def contact_is_due(work: Work, case: Case) -> bool:
    """Whether the first contact is due today, or over: else the question is older than who has the case now."""
    return any(
        deadline.clock is Clock.FIRST_CONTACT and last_day(deadline.due_at) <= work.today
        for deadline in clocks.running(work, case)
    )


def refuse_older_promise(work: Work, case_id: int) -> None:
    """A question about an older promise answers nothing about a newer one (law 7).

    Raises:
        StaleTap: the newest promise is not over.
    """
    newest = work.session.scalars(
        select(Agreement.promised_on)
        .where(Agreement.case_id == case_id)
        .order_by(Agreement.id.desc())
    ).first()
    if newest is not None and newest >= work.today:
        raise StaleTap(case_id)


def answer_contact(work: Work, case_id: int, by: Person, *, contacted: bool) -> Case:
    """Were you contacted? "Not yet" tells the head and calls the next person, by a day.

    When the mediator has recorded a contact, the head sees both answers side by side, and nobody is judged by a machine.
    """
    case = _asked(work, case_id, by)
    again = _said_so_today(work, case, contacted=contacted)
    if not again:
        record(work, case, EventKind.CONTACT_ANSWERED, by, contacted=contacted)
    if contacted or again or not case.is_open:
        return case
    if _contact_recorded(work, case):
        _show_both_answers(work, case)
        return case
    escalate(work, case, Part.MEDIATOR, why="not_contacted", key=str(work.today))
    assignment = holder(work, case, Part.MEDIATOR)
    if assignment is not None:
        lapse(work, case, assignment, freeze=False)  # his term may not be over yet
    clocks.keep_one_running(work, case)
    return case


def agree_to_close(work: Work, case_id: int, by: Person) -> Case:
    """The reporter says that it may be closed; for RED and ORANGE a second person approves."""
    case = access_case(work, case_id, by=by, doing=Doing.ANSWER)
    if not case.is_open:
        return case
    if by.id != case.reporter_id or party_of(work, case, by).kept is not Kept.ALL:
        raise NotYours
    if not lifecycle.may(case, Move.CLOSE):
        raise MoveNotAllowed(Move.CLOSE, case.stage)
    if not _closing_agreed(work, case):
        record(work, case, EventKind.CLOSING_AGREED, by)
    if case.level in _APPROVED_BY_A_SECOND:
        _ask_for_approval(work, case)
    else:
        close(work, case, Outcome.PERFORMED, by)
    return case


def approve_closing(work: Work, case_id: int, by: Person) -> Case:
    """The second person's approval closes what the reporter agreed to close (law 6).

    Raises:
        MoveNotAllowed: the reporter has not agreed, or not since the last promise was made or broken.
    """
    case = access_case(work, case_id, by=by, doing=Doing.APPROVE)
    if not case.is_open:
        return case
    if not _closing_agreed(work, case):
        raise MoveNotAllowed(Move.CLOSE, case.stage)
    close(work, case, Outcome.PERFORMED, by)
    return case


def watch_longer(work: Work, case_id: int, by: Person) -> Case:
    """The reporter would rather wait: the follow-up clock goes on."""
    case = _asked(work, case_id, by)
    record(work, case, EventKind.NOTED, by, words="watch_longer")
    clocks.keep_one_running(work, case)
    return case


def close(work: Work, case: Case, outcome: Outcome, by: Person) -> None:
    """Recorded closure: all clocks stop in this transaction (law 4)."""
    handlers = [holder(work, case, part) for part in Part]
    lifecycle.step(case, Move.CLOSE)
    case.outcome, case.closed_at = outcome, work.now
    close_tasks(work, case)
    release_all(work, case)
    clocks.stop_all(work, case)
    record(work, case, EventKind.CLOSED, by, outcome=outcome)
    for assignment in handlers:
        if assignment is not None:
            tell(
                work,
                assignment.person,
                NoticeKind.CLOSED,
                case=case,
                silent=True,
                dedupe=f"closed:{case.id}:{case.turn}:{assignment.person_id}",
            )
    if by.id != case.reporter_id:
        tell(
            work,
            case.reporter,
            NoticeKind.CLOSED,
            case=case,
            dedupe=f"closed:{case.id}:{case.turn}:{case.reporter_id}",
        )


def rate(work: Work, case_id: int, by: Person, rating: Rating) -> Case:
    """The reporter's rating; the handler never sees it before the closure."""
    case = _asked(work, case_id, by)
    if case.rating is None:
        case.rating = rating
        record(work, case, EventKind.RATED, by, rating=rating)
    return case


def party_of(work: Work, case: Case, person: Person) -> Party:
    """The party that this person is.

    Raises:
        NotYours: none.
    """
    party = work.session.scalars(
        select(Party).where(Party.case_id == case.id, Party.person_id == person.id)
    ).first()
    if party is None:
        raise NotYours
    return party


def _asked(work: Work, case_id: int, by: Person) -> Case:
    """These questions were put to the reporter alone; the other side's answer would be taken for his.

    Raises:
        NotYours: anybody else.
    """
    case = access_case(work, case_id, by=by, doing=Doing.ANSWER)
    if by.id != case.reporter_id:
        raise NotYours
    return case


def _said_so_today(work: Work, case: Case, *, contacted: bool) -> bool:
    """A second tap on the same day: it holds already, and calls nobody else."""
    last = _last(work, case, EventKind.CONTACT_ANSWERED)
    same = last is not None and (last.facts or {}).get("contacted") is contacted
    return last is not None and same and civil(last.at).date() == work.today


def _closing_agreed(work: Work, case: Case) -> bool:
    last = _last(work, case, EventKind.CLOSING_AGREED, EventKind.AGREED, EventKind.BREACHED)
    agreed = last is not None and last.kind == EventKind.CLOSING_AGREED
    return agreed and party_of(work, case, case.reporter).kept is Kept.ALL


def _last(work: Work, case: Case, *kinds: EventKind) -> Event | None:
    return work.session.scalars(
        select(Event)
        .where(Event.case_id == case.id, Event.kind.in_([kind.value for kind in kinds]))
        .order_by(Event.sequence.desc())
    ).first()


def _call_back(work: Work, case: Case, *, why: str) -> None:
    """The promise was not kept: back to mediation, with a first contact by a day.

    A closed case has no clocks (law 4): its head is told, and decides.
    """
    if not case.is_open:
        escalate(work, case, Part.MEDIATOR, why=why, key=f"closed:{work.today}")
        return
    if lifecycle.may(case, Move.BREACH):
        lifecycle.step(case, Move.BREACH)
        record(work, case, EventKind.BREACHED)
        clocks.stop(work, case, Clock.PROMISE)
        clocks.stop(work, case, Clock.FOLLOW_UP)
    assignment = holder(work, case, Part.MEDIATOR)
    if assignment is None:
        offer_next(work, case, Part.MEDIATOR)
        return
    clocks.stop(work, case, Clock.FIRST_CONTACT, assignment=assignment)
    clocks.start(work, case, Clock.FIRST_CONTACT, at=work.now, assignment=assignment)
    tell(
        work,
        assignment.person,
        NoticeKind.NOT_KEPT,
        case=case,
        dedupe=f"not_kept:{case.id}:{case.turn}:{why}:{work.today}",
        why=why,
    )


def _contact_recorded(work: Work, case: Case) -> bool:
    contacts = work.session.scalars(
        select(Event).where(Event.case_id == case.id, Event.kind == EventKind.CONTACTED.value)
    )
    return any((event.facts or {}).get("result") != ContactResult.NO_ANSWER for event in contacts)


def _show_both_answers(work: Work, case: Case) -> None:
    for pick in route_of(work, case).supervisors[:1]:
        tell(
            work,
            work.session.get_one(Person, pick.person_id),
            NoticeKind.CONTRADICTED,
            case=case,
            dedupe=f"contradicted:{case.id}:{work.today}",
        )


def _ask_for_approval(work: Work, case: Case) -> None:
    for pick in route_of(work, case).supervisors[:1]:
        tell(
            work,
            work.session.get_one(Person, pick.person_id),
            NoticeKind.APPROVE_CLOSING,
            case=case,
            dedupe=f"approve:{case.id}:{case.turn}",
        )
