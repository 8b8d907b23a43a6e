"""A matter that another organ deals with: passed on, still open until that organ answered (DESIGN §5)."""

from cases import clocks, lifecycle
from cases.access import Doing
from cases.actions.acting import contact_anew
from cases.actions.assignment import access_mediation
from cases.actions.promise import sides
from cases.errors import NotShownYet
from cases.journal import EventKind, record
from cases.outbox import NoticeKind, tell
from cases.work import Work
from models.case import Case
from models.person import Person
from models.vocabulary import Clock, Move, Organ


def refer(
    work: Work, case_id: int, by: Person, organ: Organ, words: str, *, turn: int | None = None
) -> Case:
    """Pass the matter on. The term rests, the case stays open and is looked at until the organ's receipt is here.

    Raises:
        NotShownYet: it was not said to which office it went.
    """
    case = access_mediation(work, case_id, by=by, doing=Doing.REFER, turn=turn)
    if not words.strip():
        raise NotShownYet
    lifecycle.step(case, Move.REFER)
    record(work, case, EventKind.REFERRED, by, organ=organ, words=words)
    clocks.pause(work, case, Clock.MEDIATION_TERM)
    clocks.stop(work, case, Clock.FIRST_CONTACT)
    clocks.stop(work, case, Clock.ACKNOWLEDGE)
    clocks.keep_one_running(work, case)
    for party in sides(work, case):
        if party.person is not None and party.person_id == case.reporter_id:
            tell(
                work,
                party.person,
                NoticeKind.REFERRED,
                case=case,
                dedupe=f"referred:{case.id}:{case.turn}",
                organ=organ,
            )
    return case


def take_back(
    work: Work, case_id: int, by: Person, words: str, *, turn: int | None = None
) -> Case:
    """The organ does not deal with it: the case goes on where it stood, with a first contact by a day."""
    case = access_mediation(work, case_id, by=by, doing=Doing.REFER, turn=turn)
    lifecycle.step(case, Move.TAKE_BACK)
    record(work, case, EventKind.TAKEN_BACK, by, words=words)
    clocks.resume(work, case, Clock.MEDIATION_TERM)
    if not clocks.began(work, case, Clock.MEDIATION_TERM):  # passed on before anybody took it
        clocks.start(work, case, Clock.MEDIATION_TERM, at=work.now)
    clocks.stop(work, case, Clock.WEEKLY_REVIEW)
    contact_anew(work, case)
    clocks.keep_one_running(work, case)
    return case
