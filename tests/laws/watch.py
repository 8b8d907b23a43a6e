"""The laws of DESIGN §4 as checks over all rows, and what must be remembered from one look to the next."""

import re
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select

from cases.access import is_party
from cases.journal import SHRED, EventKind, Shred
from cases.opponents import is_of_the_office
from cases.outbox import NoticeKind
from cases.work import Work
from models.assignment import Assignment
from models.case import Case
from models.deadline import Deadline
from models.event import Event
from models.notice import Notice
from models.party import Party
from models.person import Person
from models.store import Store
from models.task import Task
from models.vocabulary import (
    LEVELS_UP,
    AssignmentState,
    Clock,
    ClockState,
    Kept,
    Level,
    NoticeState,
    Outcome,
    Part,
    SafeChannel,
    Side,
    Stage,
    Station,
    TaskState,
    Urgent,
)

_OF_AN_ASSIGNMENT = {Clock.ACKNOWLEDGE, Clock.FIRST_CONTACT}
_WORDS = re.compile(r"[\u1100-\u11ff\u3130-\u318f\u3400-\u9fff\uac00-\ud7a3]")
_RED_TERM = timedelta(minutes=15)


@dataclass
class Town:
    """All rows of one look, by case."""

    work: Work
    cases: dict[int, Case] = field(default_factory=dict)
    assignments: dict[int, list[Assignment]] = field(default_factory=dict)
    deadlines: dict[int, list[Deadline]] = field(default_factory=dict)
    events: dict[int, list[Event]] = field(default_factory=dict)
    notices: list[Notice] = field(default_factory=list)

    @classmethod
    def seen(cls, work: Work) -> "Town":
        town = cls(work)
        session = work.session
        for case in session.scalars(select(Case)):
            town.cases[case.id] = case
            town.assignments[case.id], town.deadlines[case.id] = [], []
            town.events[case.id] = []
        for one in session.scalars(select(Assignment).order_by(Assignment.id)):
            town.assignments[one.case_id].append(one)
        for deadline in session.scalars(select(Deadline).order_by(Deadline.id)):
            town.deadlines[deadline.case_id].append(deadline)
        for event in session.scalars(select(Event).order_by(Event.sequence)):
            town.events[event.case_id].append(event)
        town.notices = list(session.scalars(select(Notice).order_by(Notice.id)))
        return town


@dataclass
class Watch:
    """What was seen before: a due time that moves, or an event that changes, is found out."""

    officers: set[int] = field(default_factory=set)
    clocks: dict[tuple[int, int], tuple[object, ...]] = field(default_factory=dict)
    journal: dict[int, tuple[object, ...]] = field(default_factory=dict)
    told: set[int] = field(default_factory=set)
    consent: dict[int, bool] = field(default_factory=dict)
    levels: dict[int, int] = field(default_factory=dict)
    named: dict[int, tuple[Station, int]] = field(default_factory=dict)

    def check(self, work: Work) -> None:
        town = Town.seen(work)
        for case in town.cases.values():
            self.owned(town, case)
            self.their_office_is_out(town, case)
            self.clocks_stand(town, case)
            self.levels_only_rise(town, case)
            self.one_takes(town, case)
            self.asked_not_assumed(town, case)
            self.journal_is_whole(town, case)
        self.no_harm_written(town)

    # --- law 2 -------------------------------------------------------------------------------------------------

    def owned(self, town: Town, case: Case) -> None:
        """An open case is with somebody who can be reached, or a head has been told that it is not."""
        if not case.is_open:
            assert not [one for one in town.assignments[case.id] if one.is_live]
            return
        if any(one.is_live and one.person.reachable for one in town.assignments[case.id]):
            return
        told = [
            notice
            for notice in town.notices
            if notice.case_id == case.id
            and notice.kind == NoticeKind.ESCALATED
            and notice.state in {NoticeState.NEW, NoticeState.SENT}
            and notice.person.reachable
        ]
        assert told, f"case {case.id} is with nobody, and nobody knows"

    def their_office_is_out(self, town: Town, case: Case) -> None:
        """Nobody of the office that the dispute is with has it, has work in it, or was told of it since that was said."""
        if case.against is None:
            self.named.pop(case.id, None)
            return
        newest = town.notices[-1].id if town.notices else 0
        station, since = self.named.get(case.id, (None, 0))
        if station is not case.against:
            self.named[case.id], since = (case.against, newest), newest
        told = [one for one in town.notices if one.case_id == case.id and one.id > since]
        for person in town.work.session.scalars(select(Person).where(Person.code.is_not(None))):
            if not is_of_the_office(town.work, case, person) or is_party(town.work, case, person):
                continue
            live = [one for one in town.assignments[case.id] if one.is_live]
            assert person.id not in {one.person_id for one in live}
            tasks = select(Task).where(
                Task.case_id == case.id,
                Task.person_id == person.id,
                Task.state == TaskState.OPEN,
            )
            assert not town.work.session.scalars(tasks).all()
            assert not [
                one
                for one in told
                if one.person_id == person.id and one.urgent is not Urgent.ANSWER
            ]

    # --- laws 3 and 4 ------------------------------------------------------------------------------------------

    def clocks_stand(self, town: Town, case: Case) -> None:
        deadlines = town.deadlines[case.id]
        for deadline in deadlines:
            moves = _moves(town.events[case.id], deadline.clock)
            fixed = (deadline.started_at, deadline.due_at, deadline.clock, deadline.rungs)
            assert self.clocks.setdefault((deadline.id, moves), fixed) == fixed
            belongs = deadline.assignment_id is not None
            assert belongs == (deadline.clock in _OF_AN_ASSIGNMENT)
            runs = deadline.state is ClockState.RUNNING
            assert runs == (deadline.next_at is not None)
        terms = [one for one in deadlines if one.clock is Clock.MEDIATION_TERM]
        assert len(terms) <= _lives(town.events[case.id]), "the mediation term began twice"
        running = [one for one in deadlines if one.state is ClockState.RUNNING]
        for clock in (Clock.PROMISE, Clock.FOLLOW_UP, Clock.WEEKLY_REVIEW):
            assert len([one for one in running if one.clock is clock]) <= 1, clock
        assert bool(running) == case.is_open
        assert case.is_open or not [one for one in deadlines if one.state is ClockState.PAUSED]
        if not case.is_open:
            assert not town.work.session.scalars(
                select(Task).where(Task.case_id == case.id, Task.state == TaskState.OPEN)
            ).all()

    def levels_only_rise(self, town: Town, case: Case) -> None:
        """And each step up stands in the journal."""
        level = LEVELS_UP.index(case.level)
        assert level >= self.levels.setdefault(case.id, level)
        self.levels[case.id] = level
        raised = [one for one in town.events[case.id] if one.kind == EventKind.LEVEL_RAISED]
        if raised:
            assert (raised[-1].facts or {})["to"] == case.level

    # --- law 5, and 14 of judges -------------------------------------------------------------------------------

    def one_takes(self, town: Town, case: Case) -> None:
        for part in Part:
            taken = [
                one
                for one in town.assignments[case.id]
                if one.part is part and one.state is AssignmentState.TAKEN
            ]
            assert len(taken) <= 1
        sides = set(
            town.work.session.scalars(select(Party.person_id).where(Party.case_id == case.id))
        )
        live = {one.person_id for one in town.assignments[case.id] if one.is_live}
        assert not sides & live, "somebody handles a dispute of his own"
        by_tap = {
            ((event.facts or {}).get("for", event.actor_id), (event.facts or {})["part"])
            for event in town.events[case.id]
            if event.kind == EventKind.TAKEN
        }
        for one in town.assignments[case.id]:
            assert (one.taken_at is None) or (one.person_id, one.part) in by_tap
            if one.part is Part.JUDGE:
                assert one.frozen_at is None, "only the court's own supervisor freezes a judge"

    # --- law 6 -------------------------------------------------------------------------------------------------

    def asked_not_assumed(self, town: Town, case: Case) -> None:
        events = town.events[case.id]
        asks_anew = {EventKind.AGREED, EventKind.REOPENED}
        agreed = max((e.sequence for e in events if e.kind in asks_anew), default=0)
        for party in town.work.session.scalars(select(Party).where(Party.case_id == case.id)):
            own = [
                (event.facts or {})["kept"]
                for event in events
                if event.kind == EventKind.KEPT_ANSWERED
                and (event.facts or {})["side"] == party.side
                and event.sequence > agreed
            ]
            assert all(
                (event.facts or {}).get("by_phone") or event.actor_id == party.person_id
                for event in events
                if event.kind in {EventKind.KEPT_ANSWERED, EventKind.SETTLED_ANSWERED}
                and (event.facts or {})["side"] == party.side
            )
            assert party.kept == (own[-1] if own else None)
        said = [event for event in events if event.kind == EventKind.CONSENTED]
        assert all(event.actor_id == case.reporter_id for event in said)
        assert case.consented == (self.consent.setdefault(case.id, case.consented) or bool(said))
        if not case.is_open:
            self.closed_by_somebodys_word(events, case)

    def closed_by_somebodys_word(self, events: list[Event], case: Case) -> None:
        """A kept promise by the reporter's own word; anything grave by two people."""
        closed = [event for event in events if event.kind == EventKind.CLOSED][-1]
        earlier = [event for event in events if event.sequence < closed.sequence]
        if case.outcome in {Outcome.PERFORMED, Outcome.ORAL_AGREEMENT}:
            said = [
                (event.facts or {})["kept"]
                for event in earlier
                if event.kind == EventKind.KEPT_ANSWERED
                and (event.facts or {})["side"] == Side.REPORTER
            ]
            assert said
            assert said[-1] == Kept.ALL
        raised = [event.sequence for event in events if event.kind == EventKind.LEVEL_RAISED]
        grave = case.level in {Level.RED, Level.ORANGE} or case.guarded
        if grave and not any(sequence > closed.sequence for sequence in raised):
            asked = [
                event
                for event in earlier
                if event.kind in {EventKind.CLOSING_PROPOSED, EventKind.CLOSING_AGREED}
            ]
            assert asked, "a grave case was closed by one word"
            assert asked[-1].actor_id != closed.actor_id, "by the same person twice"

    # --- law 13 ------------------------------------------------------------------------------------------------

    def no_harm_written(self, town: Town) -> None:
        for notice in town.notices:
            if notice.id in self.told:
                continue
            self.told.add(notice.id)
            assert notice.facts is not None
            if notice.case_id is not None:
                self.harmless(town.work, town.cases[notice.case_id], notice)

    def sent(self, work: Work, notice: Notice) -> None:
        """At the moment of sending; between writing and sending a case may have become one of danger."""
        if notice.case_id is not None:
            self.harmless(work, work.session.get_one(Case, notice.case_id), notice)

    def harmless(self, work: Work, case: Case, notice: Notice) -> None:
        if not case.guarded or notice.urgent is Urgent.ANSWER:
            return
        to_reporter = notice.person_id == case.reporter_id
        assert not to_reporter or case.safe_channel is SafeChannel.HERE, notice.kind
        assert to_reporter or not is_party(work, case, notice.person), notice.kind
        assert notice.person_id not in self.officers, notice.kind

    # --- the journal -------------------------------------------------------------------------------------------

    def journal_is_whole(self, town: Town, case: Case) -> None:
        events = town.events[case.id]
        assert [event.sequence for event in events] == list(range(1, len(events) + 1))
        for event in events:
            fixed = (event.sequence, event.kind, event.actor_id, event.at, str(event.facts))
            assert self.journal.setdefault(event.id, fixed) == fixed
            if SHRED[EventKind(event.kind)] is Shred.KEEP:
                assert not _WORDS.search(str(event.facts)), (event.kind, event.facts)
        assert case.stage is _stage(events)

    # --- pictures ----------------------------------------------------------------------------------------------

    def picture(self, store: Store, case_id: int) -> dict[str, Any]:
        """Everything that a tap may change in a case."""

        def look(session: Any) -> dict[str, Any]:
            case = session.get_one(Case, case_id)
            rows = session.scalars(select(Assignment).where(Assignment.case_id == case_id))
            deadlines = session.scalars(select(Deadline).where(Deadline.case_id == case_id))
            events = session.scalars(select(Event.id).where(Event.case_id == case_id))
            return {
                "stage": (case.stage, case.level, case.turn, case.version),
                "assignments": sorted((row.id, row.state) for row in rows),
                "deadlines": sorted((row.id, row.state, str(row.next_at)) for row in deadlines),
                "events": sorted(events),
            }

        return store.read(look)

    def acknowledgements(self, store: Store, case_id: int) -> dict[int, datetime]:
        """By assignment: until when an offer that nobody took is to be acknowledged; empty for RED."""

        def look(session: Any) -> dict[int, datetime]:
            case = session.get_one(Case, case_id)
            if case.level is Level.RED or not case.is_open:
                return {}
            return _acknowledgements(session, case_id)

        return store.read(look)

    def sooner(
        self, store: Store, case_id: int, before: dict[int, datetime], now: datetime
    ) -> None:
        """Law 3: after a raise a new acknowledgement runs from the raise, never due later than the old one."""
        after = store.read(lambda session: _acknowledgements(session, case_id))
        for assignment_id, due in before.items():
            assert after[assignment_id] <= min(due, now + _RED_TERM)


def _acknowledgements(session: Any, case_id: int) -> dict[int, datetime]:
    rows = session.scalars(
        select(Deadline).where(
            Deadline.case_id == case_id,
            Deadline.clock == Clock.ACKNOWLEDGE,
            Deadline.state == ClockState.RUNNING,
        )
    )
    found: dict[int, datetime] = {}
    for row in rows:
        assert row.assignment_id not in found, "two acknowledgements of one offer"
        found[row.assignment_id] = row.due_at
    return found


def _stage(events: list[Event]) -> Stage:
    """Where the moves that the journal tells lead to."""
    stage = Stage.REGISTERED
    for event in events:
        facts = event.facts or {}
        if event.kind == EventKind.ACCEPTED and stage is Stage.REGISTERED:
            stage = Stage.ACCEPTED
        elif event.kind == EventKind.CONTACTED and facts["result"] != "no_answer":
            stage = Stage.MEDIATING if stage is Stage.ACCEPTED else stage
        elif event.kind == EventKind.AGREED and stage in _AGREEABLE:
            stage = Stage.AGREED
        elif event.kind in _LEADS_TO:
            stage = _LEADS_TO[EventKind(event.kind)]
        elif event.kind == EventKind.BREACHED and stage is Stage.AGREED:
            stage = Stage.MEDIATING
        elif event.kind == EventKind.CLOSED:
            stage = Stage.CLOSED
    return stage


_AGREEABLE = {Stage.ACCEPTED, Stage.MEDIATING, Stage.SUSPENDED}
_LEADS_TO = {
    EventKind.SUSPENDED: Stage.SUSPENDED,
    EventKind.RESUMED: Stage.MEDIATING,
    EventKind.REFERRED: Stage.REFERRED,
    EventKind.TAKEN_BACK: Stage.ACCEPTED,
    EventKind.REOPENED: Stage.ACCEPTED,
}


def _lives(events: list[Event]) -> int:
    """A case that was opened again lives anew, with fresh clocks (law 4)."""
    return 1 + sum(event.kind == EventKind.REOPENED for event in events)


#: The only events after which the end of a mediation term may be another one (law 3).
_MOVES = {EventKind.RESUMED, EventKind.EXTENDED, EventKind.TAKEN_BACK}


#: And of a handler's own clocks: the decision that he keeps the case, for which they rested.
_DECIDED = {EventKind.CHALLENGE_DECIDED}


def _moves(events: list[Event], clock: Clock) -> int:
    if clock in _OF_AN_ASSIGNMENT:
        return sum(event.kind in _DECIDED for event in events)
    return sum(event.kind in _MOVES for event in events) if clock is Clock.MEDIATION_TERM else 0
