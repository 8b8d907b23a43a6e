"""The only way from a tap to a case: who stands how to it, and what that allows.

Laws: no relation, no case; an older button answers with today's card (7); the two sides never see each other's words.
"""

from collections.abc import Iterable
from enum import StrEnum

from sqlalchemy import select

from cases.asked import Asked, Rows
from cases.errors import NoSuchCase, NotYours, StaleTap
from cases.opponents import is_of_the_office
from cases.policy import REOPENS
from cases.work import Work
from cases.workdays import civil
from models.assignment import Assignment
from models.case import Case
from models.person import Person
from models.vocabulary import Channel, Part, Role, Side


class Relation(StrEnum):
    """How a person stands to a case."""

    REPORTER = "reporter"
    OTHER_SIDE = "other_side"
    CONCERNED = "concerned"  # one of several people with the reporter's claim
    MEDIATOR = "mediator"  # holds a live assignment of that part: offered, opened or taken
    JUDGE = "judge"  # the same of the judge's part: guides, and moves nothing
    LAST_HANDLER = "last_handler"  # held it when it was closed, while it may be opened again
    FORMER = "former"  # once had an assignment, and another has it now
    SUPERVISOR = "supervisor"
    COURT_SUPERVISOR = "court_supervisor"
    COORDINATOR = "coordinator"
    GRID_OFFICER = "grid_officer"  # answers for its grid, or brought it; never to a guarded case
    ASSISTANT = "assistant"  # of the judge to whom it is offered, or who has it
    HELD = "held"  # a party asked for another handler: nothing opens until the head has decided
    RECUSED = "recused"  # said to be related to a party: nothing else from then on
    TASKED = "tasked"  # has an open task on it


class Doing(StrEnum):
    """What a person wants to do with a case."""

    SEE = "see"  # how it stands: number, stage, who has it, by when
    OPEN = "open"  # its desk card; what the card shows: SEES
    TAKE = "take"
    RETURN = "return"
    RECORD = "record"  # contact, note, evidence: freezing never stops these (law 14)
    AGREE = "agree"
    INVITE = "invite"  # hand the other side its own link
    ADD = "add"
    SUSPEND = "suspend"  # and resume
    EXTEND = "extend"
    REFER = "refer"  # and take back
    CLOSE = "close"
    ANSWER = "answer"  # answer a question of the follow-up
    RAISE = "raise"  # blow the whistle on it: the level rises
    VISIT = "visit"  # what was found at the door
    CALL_TOGETHER = "call_together"  # hand the people concerned their code
    LEAVE = "leave"  # no longer follow it as one of the people concerned
    GUIDE = "guide"  # a word between judge and mediator
    TAKE_FOR = "take_for"  # report in for the judge
    DECLARE = "declare"  # say of what kind the tie is
    WITHDRAW = "withdraw"  # the applicant ends it
    CHALLENGE = "challenge"  # ask for another handler
    REOPEN = "reopen"  # it has happened again
    APPROVE = "approve"
    DO_TASK = "do_task"
    REASSIGN_MEDIATOR = "reassign_mediator"  # another one, with a reason
    REASSIGN_JUDGE = "reassign_judge"  # the court's own head alone, as all about judges (law 14)
    ORDER_MEDIATOR = "order_mediator"  # 督办, answered in words by a day
    ORDER_JUDGE = "order_judge"
    REQUEST = "request"  # 提请: the centre asks the court's head
    THAW_MEDIATOR = "thaw_mediator"
    THAW_JUDGE = "thaw_judge"
    FREEZE_JUDGE = "freeze_judge"
    PLACE = "place"  # say where it is, when the report did not
    NAME_OFFICE = "name_office"  # say with which office the dispute is


#: The reason of a return that is a recusal (民事诉讼法 47).
RELATED = "related"

PARTIES = frozenset({Relation.REPORTER, Relation.OTHER_SIDE, Relation.CONCERNED})
HANDLERS = frozenset({Relation.MEDIATOR, Relation.JUDGE})
HEADS = frozenset({Relation.SUPERVISOR, Relation.COURT_SUPERVISOR, Relation.COORDINATOR})

_CENTRE = frozenset({Relation.SUPERVISOR, Relation.COORDINATOR})
_COURT = frozenset({Relation.COURT_SUPERVISOR})

MAY: dict[Doing, frozenset[Relation]] = {
    Doing.SEE: frozenset(Relation),
    Doing.OPEN: frozenset(Relation) - {Relation.OTHER_SIDE, Relation.CONCERNED},
    Doing.TAKE: HANDLERS | {Relation.FORMER},
    Doing.RETURN: HANDLERS | {Relation.FORMER, Relation.RECUSED},
    Doing.RECORD: HANDLERS | HEADS | {Relation.TASKED},
    Doing.AGREE: HANDLERS,
    Doing.SUSPEND: frozenset({Relation.MEDIATOR}) | _CENTRE,
    Doing.EXTEND: frozenset({Relation.MEDIATOR}) | _CENTRE,
    Doing.REFER: frozenset({Relation.MEDIATOR}) | _CENTRE,
    Doing.CLOSE: frozenset({Relation.MEDIATOR}) | _CENTRE,
    Doing.INVITE: HANDLERS,
    Doing.ADD: frozenset({Relation.REPORTER, Relation.OTHER_SIDE, Relation.CONCERNED}),
    Doing.ANSWER: frozenset({Relation.REPORTER, Relation.OTHER_SIDE, Relation.CONCERNED}),
    Doing.RAISE: HANDLERS | HEADS | {Relation.GRID_OFFICER},
    Doing.VISIT: HANDLERS | {Relation.GRID_OFFICER},
    Doing.CALL_TOGETHER: HANDLERS | {Relation.GRID_OFFICER},
    Doing.LEAVE: frozenset({Relation.CONCERNED}),
    Doing.GUIDE: HANDLERS,
    Doing.TAKE_FOR: frozenset({Relation.ASSISTANT}),
    Doing.DECLARE: frozenset({Relation.RECUSED}),
    Doing.WITHDRAW: frozenset({Relation.REPORTER}),
    Doing.CHALLENGE: frozenset({Relation.REPORTER, Relation.OTHER_SIDE}),
    Doing.REOPEN: frozenset({Relation.REPORTER}),
    Doing.APPROVE: frozenset({Relation.SUPERVISOR, Relation.COORDINATOR}),
    Doing.DO_TASK: frozenset({Relation.TASKED}) | HEADS,
    Doing.REASSIGN_MEDIATOR: _CENTRE,
    Doing.REASSIGN_JUDGE: _COURT,
    Doing.ORDER_MEDIATOR: _CENTRE,
    Doing.ORDER_JUDGE: _COURT,
    Doing.REQUEST: _CENTRE,
    Doing.THAW_MEDIATOR: _CENTRE,
    Doing.THAW_JUDGE: _COURT,
    Doing.FREEZE_JUDGE: _COURT,
    Doing.PLACE: _CENTRE,
    Doing.NAME_OFFICE: frozenset({Relation.MEDIATOR, Relation.GRID_OFFICER}) | _CENTRE | _COURT,
}


class Sight(StrEnum):
    """What of a case may be seen. Handlers' notes and words to each other are never shown to a party."""

    STATUS = "status"  # number, level, place, stage, who has it
    TERMS = "terms"  # what both sides promised
    STORY = "story"  # what happened, as written; files; of a party: its own only
    CONTACT = "contact"  # the reporting side's name, telephone and house number
    OTHERS_WORDS = "others_words"  # what each side added
    GUIDANCE = "guidance"  # words between judge and mediator
    DANGER = "danger"  # story and contact of a guarded case (law 13)


#: Who ended a case writes its papers, makes the later visits and is asked first when it happens again: so long the story
#: stays open to him, then to the heads alone (个人信息保护法 19: no longer than needed; rule book 6.7).
_STAFF = HANDLERS | HEADS | {Relation.LAST_HANDLER, Relation.TASKED}

SEES: dict[Sight, frozenset[Relation]] = {
    Sight.STATUS: frozenset(Relation),
    Sight.TERMS: _STAFF | PARTIES | {Relation.ASSISTANT},
    Sight.STORY: _STAFF | {Relation.REPORTER, Relation.ASSISTANT},
    Sight.CONTACT: _STAFF,
    Sight.OTHERS_WORDS: _STAFF,
    Sight.GUIDANCE: HANDLERS,
    Sight.DANGER: HANDLERS | _CENTRE | {Relation.TASKED},
}


#: Who stands to a case by a duty alone: held today, in its area or one above it.
BY_DUTY: dict[Role, Relation] = {
    Role.SUPERVISOR: Relation.SUPERVISOR,
    Role.COURT_SUPERVISOR: Relation.COURT_SUPERVISOR,
    Role.COORDINATOR: Relation.COORDINATOR,
    Role.GRID_OFFICER: Relation.GRID_OFFICER,
    Role.JUDGE_ASSISTANT: Relation.ASSISTANT,
}


def hold_cases(work: Work, case_ids: Iterable[int]) -> None:
    """Lock several cases before anything is done with the first, always in one order.

    Else whoever acts on a later one, and touches the same list or person as the first did, waits for us as we wait for him.
    """
    held = select(Case.id).where(Case.id.in_(set(case_ids))).order_by(Case.id)
    work.session.execute(held.with_for_update(key_share=True)).all()


def access_case(
    work: Work, case_id: int, *, by: Person, doing: Doing, turn: int | None = None
) -> Case:
    """Fetch a case for one person and purpose, its row locked.

    Raises:
        NoSuchCase: there is none.
        NotYours: this person may not do this with it.
        StaleTap: `turn` is not the case's turn.
    """
    locked = select(Case).where(Case.id == case_id).with_for_update(key_share=True)
    # as it is now: it may have been read before the lock was free
    case = work.session.scalar(locked.execution_options(populate_existing=True))
    if case is None:
        raise NoSuchCase
    if not relations(work, case, by) & MAY[doing]:
        raise NotYours
    if turn is not None and turn != case.turn:
        raise StaleTap(case.id)
    return case


def relations(
    work: Work, case: Case, person: Person, rows: Rows | None = None
) -> frozenset[Relation]:
    """All ways in which a person stands to a case. Whose own dispute it is, is nothing else in it, of whatever office."""
    rows = rows or Asked(work, case)
    found = _as_party(rows, case, person)
    if found and not (found == {Relation.REPORTER} and case.channel is Channel.GRID_OFFICER):
        return frozenset(found)
    if is_of_the_office(
        work, case, person
    ):  # a dispute with his own office: he may have brought it, no more
        return frozenset(found)
    own = [one for one in rows.assignments if one.person_id == person.id]
    found |= {_as_handler(work, case, assignment) for assignment in own}
    for alone in (Relation.RECUSED, Relation.HELD):
        if alone in found:
            return frozenset({alone})
    if rows.has_task(person):
        found.add(Relation.TASKED)
    return frozenset(found | _heads(work, case, person, rows))


def is_other_side(work: Work, case: Case, person: Person) -> bool:
    return Relation.OTHER_SIDE in _as_party(Asked(work, case), case, person)


def is_party(work: Work, case: Case, person: Person) -> bool:
    """On either side, or one of the people concerned."""
    return bool(_as_party(Asked(work, case), case, person))


_SIDES = {Side.OTHER: Relation.OTHER_SIDE, Side.CONCERNED: Relation.CONCERNED}


def _as_party(rows: Rows, case: Case, person: Person) -> set[Relation]:
    found = {_SIDES[side] for side in rows.sides(person) if side in _SIDES}
    return found | ({Relation.REPORTER} if case.reporter_id == person.id else set())


_OF_PART = {Part.MEDIATOR: Relation.MEDIATOR, Part.JUDGE: Relation.JUDGE}


def _as_handler(work: Work, case: Case, assignment: Assignment) -> Relation:
    if (assignment.reason or {}).get("returned") == RELATED:
        return Relation.RECUSED
    if assignment.is_live:
        return Relation.HELD if assignment.challenged_at else _OF_PART[assignment.part]
    ended = case.closed_at if assignment.ended_at == case.closed_at else None
    is_recent = ended is not None and work.today - civil(ended).date() <= REOPENS
    return Relation.LAST_HANDLER if assignment.taken_at and is_recent else Relation.FORMER


def _heads(work: Work, case: Case, person: Person, rows: Rows) -> set[Relation]:
    duties = [
        duty
        for duty in rows.duties_of(person)
        if duty.role in BY_DUTY and duty.held_on(work.today)
    ]
    if not duties:
        return set()
    above = {area.id for area in case.area.line}
    found = {BY_DUTY[duty.role] for duty in duties if duty.area_id in above}
    if case.reporter_id == person.id and any(duty.role is Role.GRID_OFFICER for duty in duties):
        found.add(Relation.GRID_OFFICER)  # who brought it, from whatever grid
    if case.guarded:
        found -= {Relation.GRID_OFFICER, Relation.ASSISTANT}  # law 13
    if Relation.ASSISTANT in found and not _with_a_judge(rows):
        found.remove(Relation.ASSISTANT)
    own = found and person.phone_index and rows.left_by_a_party(person.phone_index)
    return set() if own else found


def _with_a_judge(rows: Rows) -> bool:
    """Whether a judge has it, or is offered it: whoever assists him may look and report in."""
    return any(
        row.part is Part.JUDGE
        and row.is_live
        and row.challenged_at is None
        and (row.reason or {}).get("role") == Role.JUDGE
        for row in rows.assignments
    )


def sees(case: Case, found: frozenset[Relation], sight: Sight) -> bool:
    """Whether this opens to somebody who stands so; a guarded case opens only to those who must know."""
    if not case.guarded or sight is Sight.STATUS:
        return bool(found & SEES[sight])
    if found & PARTIES & SEES[sight]:
        return True  # what is their own; how little their chat shows of it: handlers/danger/guarded_card.py
    return bool(found & SEES[sight] & SEES[Sight.DANGER])
