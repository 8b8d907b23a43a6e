"""Both sides' own answers, from the first contact to the promised day. Silence is never an answer (law 6)."""

from sqlalchemy import select

from cases import clocks, lifecycle
from cases.access import Doing, access_case
from cases.actions.acting import acting, ask_another, contact_anew
from cases.actions.offering import escalate, lapse, route_of
from cases.actions.tasks import open_task
from cases.errors import HasAPhone, MoveNotAllowed, NotYours, StaleTap
from cases.journal import EventKind, last_event, record
from cases.outbox import NoticeKind, tell
from cases.work import Work
from cases.workdays import civil, last_day
from models.case import Agreement, Case
from models.event import Event
from models.party import Party
from models.person import Person
from models.vocabulary import Clock, ContactResult, Kept, Move, Part, Side, TaskKind


def answer_kept(work: Work, case_id: int, by: Person, kept: Kept) -> Case:
    """One side's own answer. Anything but "all" calls the mediator back, by a day."""
    case = access_case(work, case_id, by=by, doing=Doing.ANSWER)
    party = party_of(work, case, by)
    if party.kept is kept:
        return case
    party.kept = kept
    record(work, case, EventKind.KEPT_ANSWERED, by, kept=kept, side=party.side)
    if kept is not Kept.ALL:
        _call_back(work, case, why=kept)
    clocks.keep_one_running(work, case)
    return case


def heard_by_phone(work: Work, case_id: int, by: Person, side: Side, kept: Kept) -> Case:
    """What a side without a chat answered by telephone, recorded by whoever asked.

    Raises:
        HasAPhone: this side can answer on its own phone, and nobody answers for it (law 6).
    """
    case = access_case(work, case_id, by=by, doing=Doing.RECORD)
    party = _side(work, case, side)
    if party.person is not None and party.person.reachable:
        raise HasAPhone
    if party.kept is kept:
        return case
    party.kept = kept
    record(work, case, EventKind.KEPT_ANSWERED, by, kept=kept, side=side, by_phone=True)
    if kept is not Kept.ALL:
        _call_back(work, case, why=kept)
    clocks.keep_one_running(work, case)
    return case


def ask_settled(work: Work, case_id: int, by: Person, *, turn: int | None = None) -> Case:
    """Ask both sides whether they settled it themselves; each answers on its own phone.

    Raises:
        MoveNotAllowed: the case is closed: nothing is asked of it any more.
    """
    case = access_case(work, case_id, by=by, doing=Doing.RECORD, turn=turn)
    if not case.is_open or case.guarded:
        raise MoveNotAllowed(Move.CLOSE, case.stage)
    record(work, case, EventKind.ASKED, by, what=NoticeKind.SETTLED_QUESTION)
    for party in sides(work, case):
        if party.person is None or not party.person.reachable:
            open_task(
                work,
                case,
                TaskKind.READ_ALOUD,
                by,
                side=party.side,
                what=NoticeKind.SETTLED_QUESTION,
            )
        else:
            tell(
                work,
                party.person,
                NoticeKind.SETTLED_QUESTION,
                case=case,
                dedupe=f"settled:{case.id}:{party.id}:{work.today}",
            )
    return case


def answer_settled(work: Work, case_id: int, by: Person, *, settled: bool) -> Case:
    """One side's own answer to "did you settle it yourselves?"; both are needed (C05)."""
    case = access_case(work, case_id, by=by, doing=Doing.ANSWER)
    party = party_of(work, case, by)
    record(work, case, EventKind.SETTLED_ANSWERED, by, settled=settled, side=party.side)
    return case


def settled_by_phone(work: Work, case_id: int, by: Person, side: Side, *, settled: bool) -> Case:
    """The same answer of a side without a chat, recorded by whoever asked.

    Raises:
        HasAPhone: this side can answer on its own phone.
    """
    case = access_case(work, case_id, by=by, doing=Doing.RECORD)
    party = _side(work, case, side)
    if party.person is not None and party.person.reachable:
        raise HasAPhone
    record(work, case, EventKind.SETTLED_ANSWERED, by, settled=settled, side=side, by_phone=True)
    return case


def answer_follow_up(work: Work, case_id: int, by: Person, *, well: bool) -> Case:
    """The answer to a later visit's question."""
    case = asked_of_reporter(work, case_id, by)
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
    case = asked_of_reporter(work, case_id, by)
    again = _said_so_today(work, case, contacted=contacted)
    if not again:
        record(work, case, EventKind.CONTACT_ANSWERED, by, contacted=contacted)
    if contacted or again or not case.is_open:
        return case
    if _contact_recorded(work, case):
        show_both_answers(work, case)
        return case
    escalate(work, case, Part.MEDIATOR, why="not_contacted", key=str(work.today))
    assignment = acting(work, case, Part.MEDIATOR)
    if assignment is not None:
        lapse(work, case, assignment, freeze=False)  # his term may not be over yet
    else:
        ask_another(work, case, Part.MEDIATOR)
    clocks.keep_one_running(work, case)
    return case


def watch_longer(work: Work, case_id: int, by: Person) -> Case:
    """The reporter would rather wait: the follow-up clock goes on."""
    case = asked_of_reporter(work, case_id, by)
    record(work, case, EventKind.NOTED, by, words="watch_longer")
    clocks.keep_one_running(work, case)
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


def sides(work: Work, case: Case) -> list[Party]:
    """The two sides of the dispute, the reporter first."""
    rows = work.session.scalars(
        select(Party)
        .where(Party.case_id == case.id, Party.side.in_([Side.REPORTER, Side.OTHER]))
        .order_by(Party.id)
    )
    return list(rows)


def everybody(work: Work, case: Case) -> list[Party]:
    """Both sides, and the people concerned who follow it on an own phone."""
    rows = work.session.scalars(select(Party).where(Party.case_id == case.id).order_by(Party.id))
    return list(rows)


def asked_of_reporter(work: Work, case_id: int, by: Person) -> Case:
    """These questions were put to the reporter alone; the other side's answer would be taken for his.

    Raises:
        NotYours: anybody else.
    """
    case = access_case(work, case_id, by=by, doing=Doing.ANSWER)
    if by.id != case.reporter_id:
        raise NotYours
    return case


def show_both_answers(work: Work, case: Case) -> None:
    """Two people say different things: the head sees both, side by side."""
    for pick in route_of(work, case).supervisors[:1]:
        tell(
            work,
            work.session.get_one(Person, pick.person_id),
            NoticeKind.CONTRADICTED,
            case=case,
            dedupe=f"contradicted:{case.id}:{work.today}",
        )


def _side(work: Work, case: Case, side: Side) -> Party:
    party = next((party for party in sides(work, case) if party.side is side), None)
    if party is None:
        raise NotYours
    return party


def _said_so_today(work: Work, case: Case, *, contacted: bool) -> bool:
    """A second tap on the same day: it holds already, and calls nobody else."""
    last = last_event(work, case, EventKind.CONTACT_ANSWERED)
    same = last is not None and (last.facts or {}).get("contacted") is contacted
    return last is not None and same and civil(last.at).date() == work.today


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
    assignment = contact_anew(work, case)
    if assignment is None:
        return
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
