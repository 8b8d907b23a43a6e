"""Builds the view of a case for one reader: what this reader may not see is not in it."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select

from cases.access import Relation, relations, sees_story
from cases.actions.offering import route_of
from cases.journal import EventKind
from cases.routing import Why, find
from cases.views import (
    Addition,
    CaseView,
    EvidenceView,
    HandlerView,
    PersonView,
    TaskView,
    name_of,
    number_of,
    person_view,
    place_of,
)
from cases.work import Work
from models.area import Area
from models.assignment import Assignment
from models.case import Agreement, Case
from models.deadline import Deadline
from models.event import Event
from models.evidence import Evidence
from models.party import Party
from models.person import Person
from models.task import Task
from models.vocabulary import (
    AssignmentState,
    Category,
    Clock,
    ClockState,
    Flag,
    Language,
    Part,
    Role,
    Side,
)

_ADDITIONS = 5  # the latest words that a card shows


def who_will_see(
    work: Work, area: Area, category: Category | None, language: Language
) -> tuple[PersonView, ...]:
    """The people named on the submit card: mediator, grid officer, judge (law 10, DESIGN §1)."""
    route = find(work.session, area, work.today, category=category, language=language)
    picks = (*route.mediators[:1], *route.officers[:1], *route.judges[:1])
    return tuple(person_view(work.session, pick.person_id, pick.role) for pick in picks)


def case_view(work: Work, case: Case, reader: Person) -> CaseView:
    """The case as this reader may see it."""
    found = relations(work, case, reader)
    story = sees_story(case, found)
    agreement = _agreement(work, case) if story or Relation.OTHER_SIDE in found else None
    parties = _parties(work, case)
    reporting = next(party for party in parties if party.side is Side.REPORTER)
    own = next((party for party in parties if party.person_id == reader.id), None)
    contact = story and Relation.REPORTER not in found
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
        matter=case.matter if story else None,
        summary=case.summary if story else None,
        other_side=case.other_side if story else None,
        people=case.people if story else None,
        amount=case.amount if story else None,
        consented=case.consented,
        reporter=PersonView(case.reporter_id, name_of(case.reporter)),
        phone=(reporting.phone or case.reporter.phone) if contact and case.consented else None,
        home=reporting.home if contact else None,
        evidence=_evidence(work, case) if story else (),
        judge=_handler(work, case, Part.JUDGE),
        mediator=_handler(work, case, Part.MEDIATOR),
        next_judges=_next(work, case, Part.JUDGE),
        next_mediators=_next(work, case, Part.MEDIATOR),
        terms=agreement.terms if agreement else None,
        promised_on=agreement.promised_on if agreement else None,
        kept={party.side: party.kept for party in parties} if story else {},
        side=own.side if own else None,
        safe_channel=case.safe_channel if contact else None,
        safe_contact=case.safe_contact if contact else None,
        term_due=_due_of(work, case, Clock.MEDIATION_TERM),
        wage=story and Flag.WAGE in case.flags,
        own=_own(work, case, reader),
        additions=_additions(work, case) if story and Relation.REPORTER not in found else (),
    )


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


def _handler(work: Work, case: Case, part: Part) -> HandlerView | None:
    rows = work.session.scalars(
        select(Assignment)
        .where(Assignment.case_id == case.id, Assignment.part == part)
        .order_by(Assignment.id)
    ).all()
    current = _current(rows)
    return _handler_view(work, case, current) if current else None


def _own(work: Work, case: Case, reader: Person) -> HandlerView | None:
    """The reader's own live part, also when another's offer is newer."""
    rows = work.session.scalars(
        select(Assignment)
        .where(Assignment.case_id == case.id, Assignment.person_id == reader.id)
        .order_by(Assignment.id)
    ).all()
    own = next((row for row in reversed(rows) if row.is_live), None)
    return _handler_view(work, case, own) if own else None


def _current(rows: Sequence[Assignment]) -> Assignment | None:
    """Who plays a part now: the one who took it, else the latest offer, else the last who had it."""
    taken = [row for row in rows if row.state is AssignmentState.TAKEN and row.frozen_at is None]
    live = [row for row in rows if row.is_live]
    done = [row for row in rows if row.taken_at is not None]
    return next(reversed(taken or live or done), None)


def _handler_view(work: Work, case: Case, row: Assignment) -> HandlerView:
    reason = row.reason or {}
    return HandlerView(
        assignment_id=row.id,
        part=row.part,
        person=person_view(work.session, row.person_id, Role(reason["role"])),
        state=row.state,
        why=tuple(Why(code) for code in reason["why"].split(",") if code),
        offered_at=row.offered_at,
        taken_at=row.taken_at,
        acknowledge_due=_due_of(work, case, Clock.ACKNOWLEDGE, row),
        contact_due=_due_of(work, case, Clock.FIRST_CONTACT, row),
        frozen=row.frozen_at is not None,
    )


def _due_of(
    work: Work, case: Case, clock: Clock, assignment: Assignment | None = None
) -> datetime | None:
    """When a clock of the case is due, while it runs."""
    query = select(Deadline.due_at).where(
        Deadline.case_id == case.id, Deadline.clock == clock, Deadline.state == ClockState.RUNNING
    )
    if assignment is not None:
        query = query.where(Deadline.assignment_id == assignment.id)
    return work.session.scalars(query.order_by(Deadline.id.desc())).first()


def _next(work: Work, case: Case, part: Part) -> tuple[PersonView, ...]:
    if not case.is_open:
        return ()
    picks = route_of(work, case, part).line(part)
    return tuple(person_view(work.session, pick.person_id, pick.role) for pick in picks[:2])


def _agreement(work: Work, case: Case) -> Agreement | None:
    return work.session.scalars(
        select(Agreement).where(Agreement.case_id == case.id).order_by(Agreement.id.desc())
    ).first()


def _parties(work: Work, case: Case) -> list[Party]:
    return list(
        work.session.scalars(select(Party).where(Party.case_id == case.id).order_by(Party.id))
    )


def _evidence(work: Work, case: Case) -> tuple[EvidenceView, ...]:
    rows = work.session.scalars(
        select(Evidence).where(Evidence.case_id == case.id).order_by(Evidence.id)
    )
    return tuple(_file(row) for row in rows)


def _file(row: Evidence) -> EvidenceView:
    return EvidenceView(row.id, row.kind, row.file_id, row.seconds)


def _additions(work: Work, case: Case) -> tuple[Addition, ...]:
    """The latest words that were added, oldest first; house number and telephone have lines of their own."""
    rows = work.session.scalars(
        select(Event)
        .where(Event.case_id == case.id, Event.kind == EventKind.ADDED.value)
        .order_by(Event.sequence.desc())
        .limit(_ADDITIONS)
    ).all()
    return tuple(
        Addition(
            row.at,
            row.facts["words"],
            row.facts.get("what") == "place",
            row.actor_id not in {None, case.reporter_id},
        )
        for row in reversed(rows)
        if row.facts and row.facts.get("words") and row.facts.get("what") not in {"home", "phone"}
    )
