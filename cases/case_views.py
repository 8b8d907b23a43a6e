"""Builds the view of a case for one reader: what this reader may not see is not in it."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select

from cases.access import PARTIES, Relation, Sight, relations, sees
from cases.between import additions, visits, words_between
from cases.coming import who_is_next
from cases.consents import shown_to_handlers
from cases.dossiers import Dossier, fetch
from cases.order_views import frozen_parts, orders_of
from cases.progress import progress_of, waiting
from cases.routing import Why
from cases.views import (
    CaseView,
    EvidenceView,
    HandlerView,
    Name,
    PersonView,
    Progress,
    ProposalView,
    TaskView,
    name_of,
    number_of,
    person_view,
    place_of,
)
from cases.work import Work
from models.assignment import Assignment
from models.case import Case
from models.deadline import Deadline
from models.evidence import Evidence
from models.person import Person
from models.task import Task
from models.vocabulary import (
    AssignmentState,
    Category,
    Channel,
    Clock,
    EvidenceKind,
    Flag,
    Level,
    Part,
    Role,
    Side,
)

_WAGES = frozenset({None, Category.LABOUR})  # unpaid wages, unless somebody corrected the kind


def case_view(work: Work, case: Case, reader: Person) -> CaseView:
    """The case as this reader may see it; who would be next, the office alone."""
    (dossier,) = _dossiers(work, [case], reader)
    return _view(work, dossier, reader, who_is_next(work, dossier) if reader.code else {})


def case_views(work: Work, cases: Sequence[Case], reader: Person) -> tuple[CaseView, ...]:
    """The cases of a list as this reader may see them; a list does not say who would be next."""
    dossiers = _dossiers(work, cases, reader)
    return tuple(_view(work, dossier, reader, {}) for dossier in dossiers)


def _dossiers(work: Work, cases: Sequence[Case], reader: Person) -> list[Dossier]:
    if all(case.id in work.dossiers for case in cases):
        return [work.dossiers[case.id] for case in cases]
    return fetch(work.session, cases, [reader.id])


def _view(
    work: Work, dossier: Dossier, reader: Person, coming: dict[Part, tuple[PersonView, ...]]
) -> CaseView:
    case = dossier.case
    found = relations(work, case, reader, dossier)
    story = sees(case, found, Sight.STORY)
    agreement = dossier.agreement if sees(case, found, Sight.TERMS) else None
    reporting = next(party for party in dossier.parties if party.side is Side.REPORTER)
    own = next((party for party in dossier.parties if party.person_id == reader.id), None)
    contact = sees(case, found, Sight.CONTACT) and Relation.REPORTER not in found
    number = number_of(case)
    return CaseView(
        id=case.id,
        number=number.full,
        short=number.short,
        turn=case.turn,
        stage=case.stage,
        level=case.level,
        guarded=case.guarded,
        story=story,
        relations=found,
        category=case.category,
        language=case.language,
        channel=case.channel,
        place=place_of(case.area),
        registered_at=case.registered_at,
        closed_at=case.closed_at,
        matter=_matter(dossier, found) if story else None,
        summary=case.summary if story else None,
        other_side=case.other_side if story else None,
        people=case.people if story else None,
        amount=case.amount if story else None,
        consented=case.consented,
        reporter=PersonView(case.reporter_id, _name_of_reporter(case, found)),
        phone=(reporting.phone or case.reporter.phone) if contact and case.consented else None,
        home=reporting.home if contact and case.consented else None,
        evidence=_evidence(dossier, None if story and not found & PARTIES else reader),
        judge=_handler(work, dossier, Part.JUDGE),
        mediator=_handler(work, dossier, Part.MEDIATOR),
        next_judges=coming.get(Part.JUDGE, ()),
        next_mediators=coming.get(Part.MEDIATOR, ()),
        terms=agreement.terms if agreement else None,
        promised_on=agreement.promised_on if agreement else None,
        kept={
            party.side: party.kept
            for party in dossier.parties
            if story and (party.person_id == reader.id or not found & PARTIES)
        },
        side=own.side if own else None,
        safe_channel=case.safe_channel if contact else None,
        safe_contact=case.safe_contact if contact else None,
        term_due=_due_of(dossier, Clock.MEDIATION_TERM),
        wage=story and Flag.WAGE in case.flags and case.category in _WAGES,
        own=_own(work, dossier, reader),
        frozen_parts=frozen_parts(dossier) if found - PARTIES else frozenset(),
        orders=orders_of(dossier) if sees(case, found, Sight.OTHERS_WORDS) else (),
        outcome=case.outcome,
        proposal=_proposal(work, dossier) if contact else None,
        progress=progress_of(work, dossier) if found & PARTIES else Progress(),
        earlier=_number_of_earlier(work, case) if story else None,
        reopened_at=case.reopened_at,
        additions=additions(dossier) if sees(case, found, Sight.OTHERS_WORDS) else (),
        followers=_followers(dossier) if story else 0,
        guidance=words_between(dossier) if sees(case, found, Sight.GUIDANCE) else (),
        visits=visits(dossier) if sees(case, found, Sight.OTHERS_WORDS) else (),
        against=case.against if story else None,
    )


def _matter(dossier: Dossier, found: frozenset[Relation]) -> str | None:
    """The words as written to whoever wrote them; to handlers without what nobody agreed to show."""
    case = dossier.case
    if Relation.REPORTER in found or case.matter is None:
        return case.matter
    return shown_to_handlers(case, case.matter, case.reporter_id, dossier.agreed_by)


def _proposal(work: Work, dossier: Dossier) -> ProposalView | None:
    closing = waiting(dossier)
    if closing is None:
        return None
    main = work.session.get(Case, closing.said.main_case_id) if closing.said.main_case_id else None
    return ProposalView(
        closing.outcome,
        closing.said.organ,
        closing.said.words,
        number_of(main).short if main else None,
        person_view(work.session, closing.by),
        closing.at,
    )


def _name_of_reporter(case: Case, found: frozenset[Relation]) -> Name:
    """A resident's name is theirs and their handlers'; the officer who whistled is known to the whole office."""
    whistled = case.channel is Channel.GRID_OFFICER and not case.guarded
    known = Sight.STORY if whistled else Sight.CONTACT
    seen = sees(case, found, known) and not found & {Relation.OTHER_SIDE, Relation.CONCERNED}
    return name_of(case.reporter) if seen or Relation.REPORTER in found else Name("", "")


def task_view(work: Work, task: Task) -> TaskView:
    evidence_id = task.facts.get("evidence")
    evidence = work.session.get(Evidence, evidence_id) if evidence_id else None
    due = work.session.scalar(select(Deadline.due_at).where(Deadline.task_id == task.id))
    return TaskView(
        task.id,
        task.kind,
        task.state,
        due,
        dict(task.facts),
        _file(evidence) if evidence else None,
    )


def _handler(work: Work, dossier: Dossier, part: Part) -> HandlerView | None:
    current = _current([row for row in dossier.assignments if row.part is part])
    return _handler_view(work, current, dossier) if current else None


def _own(work: Work, dossier: Dossier, reader: Person) -> HandlerView | None:
    """The reader's own live part, also when another's offer is newer."""
    rows = (row for row in reversed(dossier.assignments) if row.person_id == reader.id)
    own = next((row for row in rows if row.is_live), None)
    return _handler_view(work, own, dossier) if own else None


def _current(rows: Sequence[Assignment]) -> Assignment | None:
    """Who plays a part now: the one who took it, else the latest offer, else the last who had it."""
    taken = [
        row
        for row in rows
        if row.state is AssignmentState.TAKEN
        and row.frozen_at is None
        and row.challenged_at is None
    ]
    live = [row for row in rows if row.is_live]
    done = [row for row in rows if row.taken_at is not None]
    return next(reversed(taken or live or done), None)


def _handler_view(work: Work, row: Assignment, dossier: Dossier) -> HandlerView:
    reason = row.reason or {}
    return HandlerView(
        assignment_id=row.id,
        part=row.part,
        person=person_view(work.session, row.person_id, Role(reason["role"])),
        state=row.state,
        why=tuple(Why(code) for code in reason["why"].split(",") if code),
        offered_at=row.offered_at,
        taken_at=row.taken_at,
        acknowledge_due=_due_of(dossier, Clock.ACKNOWLEDGE, row),
        contact_due=_due_of(dossier, Clock.FIRST_CONTACT, row),
        frozen=row.frozen_at is not None,
        held=row.challenged_at is not None,
        until=datetime.fromisoformat(reason["until"]) if "until" in reason else None,
    )


def _due_of(
    dossier: Dossier, clock: Clock, assignment: Assignment | None = None
) -> datetime | None:
    """When a clock of the case is due, while it runs; the newest where there are several."""
    dues = [
        (one.id, one.due_at)
        for one in dossier.clocks
        if one.clock is clock and (assignment is None or one.assignment_id == assignment.id)
    ]
    return max(dues)[1] if dues else None


def _followers(dossier: Dossier) -> int:
    """How many of the people concerned follow it on an own phone."""
    return sum(party.side is Side.CONCERNED for party in dossier.parties)


def _number_of_earlier(work: Work, case: Case) -> str | None:
    earlier = work.session.get(Case, case.earlier_id) if case.earlier_id else None
    return number_of(earlier).short if earlier else None


def _evidence(dossier: Dossier, only: Person | None) -> tuple[EvidenceView, ...]:
    """All files of the case; to a party, and to whom the story is closed, those that they sent themselves."""
    rows, case = dossier.evidence, dossier.case
    if only is not None:
        rows = [row for row in rows if row.person_id == only.id]
    elif not case.consented and case.level is not Level.RED:
        # a sheet with names: the people on it have not been asked yet; danger does not wait for that
        rows = [row for row in rows if row.kind is EvidenceKind.VOICE]
    return tuple(_file(row) for row in rows)


def _file(row: Evidence) -> EvidenceView:
    return EvidenceView(
        row.id, row.kind, row.file_id, row.seconds, row.state, row.refusal, row.file_name
    )
