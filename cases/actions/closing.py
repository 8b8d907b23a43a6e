"""Recorded closure: who may end a case, how, and with whose second word. Nothing else ends its clocks (law 4).

Outcomes and what each needs: cases/outcomes.py. RED, ORANGE and guarded cases are closed by two people (rule book 6.8);
whoever let the term lapse closes nothing until a head has lifted that (rule book 6.6).
"""

from sqlalchemy import select

from cases import clocks, lifecycle
from cases.access import HANDLERS, Doing, access_case, relations
from cases.actions.assignment import check_mediates, release_all
from cases.actions.offering import holder
from cases.actions.promise import asked_of_reporter, everybody, party_of, show_both_answers, sides
from cases.actions.proposals import Proposal, Said, ask_for_approval, pending, performed
from cases.actions.tasks import close_tasks
from cases.errors import MoveNotAllowed, NotShownYet, NotThisCase, NotYours, SecondPerson
from cases.journal import EventKind, last_event, record
from cases.outbox import NoticeKind, tell
from cases.outcomes import ENDINGS, Asked, exists, needs_a_second
from cases.shown import shown
from cases.views import number_of
from cases.work import Work
from models.case import Case
from models.event import Event
from models.party import Party
from models.person import Person
from models.vocabulary import Kept, Move, Outcome, Part, Rating, Side


def agree_to_close(work: Work, case_id: int, by: Person) -> Case:
    """The reporter says that it may be closed; for RED and ORANGE a second person approves."""
    case = access_case(work, case_id, by=by, doing=Doing.ANSWER)
    if not case.is_open:
        return case
    if by.id != case.reporter_id or party_of(work, case, by).kept is not Kept.ALL:
        raise NotYours
    if not lifecycle.may(case, Move.CLOSE):
        raise MoveNotAllowed(Move.CLOSE, case.stage)
    if pending(work, case) is None:
        record(work, case, EventKind.CLOSING_AGREED, by)
    outcome = performed(work, case)
    if needs_a_second(case, outcome):
        ask_for_approval(work, case, by)
    else:
        close(work, case, outcome, by)
    return case


def propose_closing(
    work: Work, case_id: int, by: Person, outcome: Outcome, said: Said, *, turn: int | None = None
) -> Case:
    """Whoever handles the case ends it; where two are needed, it waits for the second.

    Raises:
        MoveNotAllowed: this outcome does not exist from where the case stands.
        NotShownYet: the record does not show what it needs, or nothing was said that it asks for.
        Frozen: the mediator let the term lapse.
        NotThisCase: the case under which it should go on cannot take it.
    """
    case = access_case(work, case_id, by=by, doing=Doing.CLOSE, turn=turn)
    if not case.is_open:
        return case
    check_mediates(work, case, by)
    row = ENDINGS.get(outcome)
    if row is None or not exists(case, row):
        raise MoveNotAllowed(Move.CLOSE, case.stage)
    if not row.shown <= shown(work, case) or not _complete(row.asked, said):
        raise NotShownYet
    if outcome is Outcome.MERGED:
        _main_case(work, case, by, said)
    if not needs_a_second(case, outcome):
        close(work, case, outcome, by, said)
        return case
    if _same_again(work, case, by, outcome):
        return case
    record(work, case, EventKind.CLOSING_PROPOSED, by, outcome=outcome, **said.facts)
    ask_for_approval(work, case, by)
    clocks.keep_one_running(work, case)
    return case


def approve_closing(work: Work, case_id: int, by: Person, *, turn: int | None = None) -> Case:
    """The second person's approval closes what was proposed, or what the reporter agreed to close (law 6).

    Raises:
        MoveNotAllowed: nothing waits for approval.
        SecondPerson: who proposed it, or handles the case, cannot be the second person.
    """
    case = access_case(work, case_id, by=by, doing=Doing.APPROVE)
    if not case.is_open:
        return case
    case = access_case(work, case_id, by=by, doing=Doing.APPROVE, turn=turn)
    proposal = _to_decide(work, case, by)
    if proposal.said.main_case_id is not None:
        _main_case(work, case, by, proposal.said)
    close(work, case, proposal.outcome, by, proposal.said)
    return case


def refuse_closing(
    work: Work, case_id: int, by: Person, words: str, *, turn: int | None = None
) -> Case:
    """The second person does not agree, and says why to who proposed it; the case goes on.

    Raises:
        MoveNotAllowed: nothing waits for approval.
        SecondPerson: who proposed it, or handles the case, cannot be the second person.
    """
    case = access_case(work, case_id, by=by, doing=Doing.APPROVE, turn=turn)
    proposal = _to_decide(work, case, by)
    record(work, case, EventKind.CLOSING_REFUSED, by, words=words)
    proposer = work.session.get_one(Person, proposal.by)
    tell(
        work,
        proposer,
        NoticeKind.CLOSING_REFUSED,
        case=case,
        dedupe=f"closing_refused:{case.id}:{proposer.id}:{work.now.isoformat()}",
        words=words,
    )
    clocks.keep_one_running(work, case)
    return case


def close(work: Work, case: Case, outcome: Outcome, by: Person, said: Said | None = None) -> None:
    """Recorded closure: all clocks stop in this transaction (law 4)."""
    said = said or Said()
    handlers = [holder(work, case, part) for part in Part]
    lifecycle.step(case, Move.CLOSE)
    case.outcome, case.closed_at = outcome, work.now
    close_tasks(work, case)
    release_all(work, case)
    clocks.stop_all(work, case)
    if said.words:
        record(work, case, EventKind.NOTED, by, words=said.words)
    record(
        work,
        case,
        EventKind.CLOSED,
        by,
        outcome=outcome,
        organ=said.organ,
        main=said.main_case_id,
    )
    if outcome is Outcome.MERGED and said.main_case_id is not None:
        _go_on_under(work, case, said.main_case_id, by)
    readers = [assignment.person for assignment in handlers if assignment is not None]
    for person in dict.fromkeys(readers):
        _tell_closed(work, case, person, outcome, said, silent=True)
    for party in everybody(work, case):
        if party.person is not None and party.person_id != by.id:
            _tell_closed(work, case, party.person, outcome, said)


def contest(work: Work, case_id: int, by: Person, what: str) -> Case:
    """A side says that a closing, or an extension, is not as recorded: the head sees both (law 6)."""
    case = access_case(work, case_id, by=by, doing=Doing.ANSWER)
    last = last_event(work, case, EventKind.CONTESTED)
    again = last is not None and last.actor_id == by.id and (last.facts or {}).get("what") == what
    if last is not None and again and last.sequence > _since(work, case, what):
        return case
    record(work, case, EventKind.CONTESTED, by, what=what)
    show_both_answers(work, case)
    return case


def rate(work: Work, case_id: int, by: Person, rating: Rating) -> Case:
    """The reporter's rating; the handler never sees it before the closure."""
    case = asked_of_reporter(work, case_id, by)
    if case.rating is None:
        case.rating = rating
        record(work, case, EventKind.RATED, by, rating=rating)
    return case


def _complete(asked: tuple[Asked, ...], said: Said) -> bool:
    has = {
        Asked.WORDS: bool(said.words.strip()),
        Asked.RULING: bool(said.words.strip()),
        Asked.RECEIPT: bool(said.words.strip()),
        Asked.ORGAN: said.organ is not None,
        Asked.MAIN_CASE: said.main_case_id is not None,
    }
    return all(has[one] for one in asked)


def _same_again(work: Work, case: Case, by: Person, outcome: Outcome) -> bool:
    waiting = pending(work, case)
    return waiting is not None and waiting.outcome is outcome and waiting.by == by.id


def _to_decide(work: Work, case: Case, by: Person) -> Proposal:
    proposal = pending(work, case)
    if proposal is None:
        raise MoveNotAllowed(Move.CLOSE, case.stage)
    if proposal.by == by.id or relations(work, case, by) & HANDLERS:
        raise SecondPerson
    return proposal


def _main_case(work: Work, case: Case, by: Person, said: Said) -> Case:
    """The case under which this one goes on; whoever merges them must stand to both."""
    main = access_case(work, said.main_case_id or 0, by=by, doing=Doing.CLOSE)
    party = {one.side: one.person_id for one in sides(work, main)}
    usable = main.is_open and not main.guarded and not case.guarded and main.id != case.id
    if not usable or party.get(Side.OTHER) == case.reporter_id:
        raise NotThisCase
    return main


def _go_on_under(work: Work, case: Case, main_id: int, by: Person) -> None:
    """The reporter follows the main case as one of the people concerned; nothing said here is lost."""
    main = work.session.get_one(Case, main_id, with_for_update={"key_share": True})
    case.merged_into_id = main.id
    known = work.session.scalars(select(Party.person_id).where(Party.case_id == main.id)).all()
    if case.reporter_id not in known:
        work.session.add(Party(case_id=main.id, side=Side.CONCERNED, person_id=case.reporter_id))
    record(work, main, EventKind.MERGED, by, merged=case.id)
    clocks.keep_one_running(work, main)


def _tell_closed(
    work: Work,
    case: Case,
    person: Person,
    outcome: Outcome,
    said: Said,
    *,
    silent: bool = False,
) -> None:
    main = work.session.get(Case, said.main_case_id) if said.main_case_id else None
    tell(
        work,
        person,
        NoticeKind.CLOSED,
        case=case,
        silent=silent,
        dedupe=f"closed:{case.id}:{case.turn}:{person.id}",
        outcome=outcome,
        organ=said.organ,
        main_number=number_of(main).short if main else None,
    )


def _since(work: Work, case: Case, what: str) -> int:
    kind = EventKind.CLOSED if what == "closing" else EventKind.EXTENDED
    last: Event | None = last_event(work, case, kind)
    return last.sequence if last else 0
