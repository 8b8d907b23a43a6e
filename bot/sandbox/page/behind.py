"""Behind the scenes: what the bot's database says of a case; read only, and never what people wrote.

Law: names of the roster and codes; a resident is called so and not by name, as in `gridwhistle case`. Of a notice its
first line is shown, which a stranger may read; of an answer on somebody's screen nothing.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot import terms
from bot.chronicle import facts_of
from bot.sandbox.page.words import Speech, plain
from cases.journal import EventKind
from cases.policy import RungAction
from cases.views import number_of
from cases.workdays import civil
from handlers.words import STAGES, TITLES
from models.assignment import Assignment
from models.case import Case
from models.deadline import Deadline
from models.event import Event
from models.notice import Notice
from models.person import Person
from models.task import Task
from models.vocabulary import ClockState, NoticeState, Role

MOST_CASES = 50
MOST_NOTICES = 60
_TAG = re.compile(r"</?[a-z]+>")
_WAITING = (NoticeState.NEW, NoticeState.LISTED, NoticeState.SENDING, NoticeState.UNKNOWN)


@dataclass(frozen=True, slots=True)
class Line:
    """One row of a table: when, what, who, and one thing more."""

    when: str
    what: str
    who: str
    more: str
    live: bool = True


@dataclass(frozen=True, slots=True)
class Backstage:
    """A case as the house sees it, and which other cases there are."""

    cases: tuple[tuple[str, str], ...]
    """Number and stage, the newest first."""
    chosen: str | None
    title: str
    journal: tuple[Line, ...]
    clocks: tuple[Line, ...]
    outbox: tuple[Line, ...]
    next: tuple[Line, ...]


Called = Callable[[str], str]
"""How somebody of the roster is called, by code."""


def backstage(session: Session, number: str | None, speech: Speech, called: Called) -> Backstage:
    """The case of this short number; the newest when there is none such."""
    newest = select(Case).order_by(Case.registered_at.desc(), Case.id.desc()).limit(MOST_CASES)
    cases = list(session.scalars(newest))
    listed = tuple((number_of(one).short, speech.word(STAGES[one.stage])) for one in cases)
    case = next((one for one in cases if number_of(one).short == number), None)
    case = case or (cases[0] if cases else None)
    if case is None:
        return Backstage(listed, None, "", (), (), (), ())
    return _Look(session, case, speech, called).whole(listed)


class _Look:
    def __init__(self, session: Session, case: Case, speech: Speech, called: Called) -> None:
        self.session, self.case, self.speech = session, case, speech
        resident = speech.word(TITLES[Role.RESIDENT])
        self.names = {
            one.id: called(one.code) if one.code else resident
            for one in session.scalars(select(Person))
        }

    def whole(self, listed: tuple[tuple[str, str], ...]) -> Backstage:
        number = number_of(self.case)
        return Backstage(
            cases=listed,
            chosen=number.short,
            title=f"{number.full} · {self.speech.word(STAGES[self.case.stage])}",
            journal=tuple(self._journal()),
            clocks=tuple(self._clocks()),
            outbox=tuple(self._outbox()),
            next=tuple(self._next()),
        )

    def _journal(self) -> Iterator[Line]:
        events = select(Event).where(Event.case_id == self.case.id).order_by(Event.sequence.desc())
        for event in self.session.scalars(events):
            kind = EventKind(event.kind)
            facts = facts_of(event.facts or {}, self.names, self._term)
            yield Line(
                _when(event.at),
                self.speech.term(terms.EVENTS[kind], kind),
                self.names.get(event.actor_id or 0, "·"),
                ", ".join(facts),
            )

    def _term(self, term: terms.Term, code: str) -> str:
        return self.speech.term(term, code)

    def _clocks(self) -> Iterator[Line]:
        for clock in self._deadlines():
            yield Line(
                _when(clock.due_at),
                self._clock(clock),
                self._holder(clock),
                self.speech.term(terms.CLOCK_STATES[clock.state], clock.state),
                live=clock.state is ClockState.RUNNING,
            )

    def _next(self) -> Iterator[Line]:
        running = [
            one for one in self._deadlines() if one.state is ClockState.RUNNING and one.next_at
        ]
        for clock in sorted(running, key=lambda one: (one.next_at or one.due_at, one.id)):
            action = str(clock.rungs[clock.rung][0]) if clock.rung < len(clock.rungs) else ""
            yield Line(
                _when(clock.next_at or clock.due_at),
                f"{self._clock(clock)} · {self._rung(action)}",
                self._holder(clock),
                "",
            )

    def _outbox(self) -> Iterator[Line]:
        notices = (
            select(Notice)
            .where(Notice.case_id == self.case.id)
            .order_by(Notice.id.desc())
            .limit(MOST_NOTICES)
        )
        for notice in self.session.scalars(notices):
            yield Line(
                _when(notice.sent_at or notice.due_at),
                self._said(notice),
                self.names.get(notice.person_id, "·"),
                self.speech.term(terms.NOTICE_STATES[notice.state], notice.state),
                live=notice.state in _WAITING,
            )

    def _said(self, notice: Notice) -> str:
        if notice.is_screen:
            return self.speech.say("answer")
        return _TAG.sub("", (notice.text or "").partition("\n")[0]) or plain(notice.kind)

    def _deadlines(self) -> list[Deadline]:
        rows = select(Deadline).where(Deadline.case_id == self.case.id)
        found = self.session.scalars(rows.order_by(Deadline.due_at, Deadline.id)).all()
        return sorted(found, key=lambda one: one.state is not ClockState.RUNNING)

    def _clock(self, clock: Deadline) -> str:
        return self.speech.term(terms.CLOCKS[clock.clock], clock.clock)

    def _rung(self, action: str) -> str:
        return self.speech.term(terms.RUNGS[RungAction(action)], action) if action else ""

    def _holder(self, clock: Deadline) -> str:
        if clock.assignment_id is not None:
            person = self.session.get_one(Assignment, clock.assignment_id).person_id
        elif clock.task_id is not None:
            person = self.session.get_one(Task, clock.task_id).person_id
        else:
            return ""
        return self.names.get(person, "·")


def _when(at: datetime) -> str:
    return f"{civil(at):%m-%d %H:%M}"
