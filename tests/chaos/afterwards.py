"""What a played day leaves behind, in a form in which two days can be compared.

Left out is what may rightly differ: row numbers (a rolled-back transaction uses some up on PostgreSQL), random keys, machine
times, and Telegram's message numbers.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import Session

from bot.sandbox.sandbox import Sandbox
from bot.sandbox.transcript import Action, Who
from cases.quota import LIST
from cases.views import number_of
from models.assignment import Assignment
from models.base import Base
from models.case import Agreement, Case
from models.deadline import Deadline
from models.draft import Draft
from models.event import Event
from models.evidence import Evidence
from models.notice import Notice
from models.party import Party
from models.person import Person
from models.task import Task
from models.update_in import UpdateIn
from models.vocabulary import NoticeState, UpdateState

AGAIN = ("（重发）", "(다시 보냄)")
UNTRUE = "no longer true"  # as the sender writes it
#: In facts, numbers of people; in columns they are told by their foreign key.
_PEOPLE = frozenset({"to", "person", "by_person"})
#: In facts, numbers of rows: by name, the table. On PostgreSQL a rolled-back transaction uses numbers up there too.
_ROWS = {
    "assignment": Assignment,
    "deadline": Deadline,
    "task": Task,
    "evidence": Evidence,
    "merged": Case,
}
#: Random keys, claims, and where bytes lie: the address is made with a key of each office's own.
_LEFT_OUT = frozenset({"id", "draft_key", "key", "version", "fence", "address"})
_KEPT: tuple[type[Base], ...] = (
    Case,
    Event,
    Assignment,
    Deadline,
    Task,
    Agreement,
    Party,
    Evidence,
)

Said = tuple[str, str, str, str]
"""To whom, about which case, what, when it was written."""


@dataclass(frozen=True, slots=True)
class Afterwards:
    """Everything that must be the same, and the counts that may differ."""

    rows: dict[str, list[str]]
    """By table, and for the journal by case too: each row as text, in order."""
    drafts: dict[str, str]
    said: Counter[Said]
    """Notices that were delivered at least once. Repeats are not counted as more."""
    perhaps: Counter[Said]
    """Screens that nobody knows to have arrived, and a newer one followed: the people's own screens tell."""
    written: Counter[Said]
    """Notices, however they ended, without the repeats."""
    left: list[str]
    """Updates not done, notices not ended."""
    screens: dict[str, list[str]]
    """By person: what the bot's messages say that are on the screen now."""
    questions: dict[str, str]
    """By person: the last screen that was said."""
    sent: dict[str, Counter[str]]
    """By person: each new message of the bot, and how often."""
    shown: dict[str, Counter[str]]
    """The same with what messages were changed to: where a tap fell decides whether a card is new or changed."""
    cases: Counter[str]
    """Each case: its number and the words of the report."""
    counts: dict[str, int]


def look_back(session: Session, sandbox: Sandbox) -> Afterwards:
    names = _Names(session)
    notices = session.scalars(select(Notice).order_by(Notice.id)).all()
    own = [notice for notice in notices if not notice.repeated]
    sent = [notice for notice in notices if notice.state is NoticeState.SENT]
    return Afterwards(
        rows=dict(_rows(session, names)),
        drafts={
            names.person(draft.person_id): f"{draft.step} turn {draft.turn}"
            for draft in session.scalars(select(Draft))
        },
        said=Counter({names.said(notice) for notice in sent}),
        perhaps=Counter(
            names.said(notice)
            for notice in own
            if notice.is_screen and notice.state is NoticeState.UNKNOWN
        ),
        written=Counter(names.said(notice) for notice in own),
        left=list(_left(session, sandbox.at)),
        screens={
            code: [seen.text for seen in person.messages if not seen.mine]
            for code, person in sandbox.people.items()
        },
        questions={
            names.person(notice.person_id): plain(notice.text or "")
            for notice in sorted(sent, key=lambda n: (n.created_at, n.id))
            if notice.is_screen
        },
        sent=_said_by_bot(sandbox, Action.SENDS),
        shown=_said_by_bot(sandbox, Action.SENDS, Action.EDITS),
        cases=Counter(
            f"{number_of(case).short}: {case.matter}" for case in session.scalars(select(Case))
        ),
        counts={
            "cases": session.scalar(select(func.count()).select_from(Case)) or 0,
            "events": session.scalar(select(func.count()).select_from(Event)) or 0,
            "updates": session.scalar(select(func.count()).select_from(UpdateIn)) or 0,
            "sent": len(sent),
            "repeated": sum(notice.repeated for notice in sent),
            "doubtful": sum(notice.state is NoticeState.UNKNOWN for notice in notices),
        },
    )


def plain(text: str) -> str:
    """A text without the line that marks it as a repeat."""
    return "\n".join(line for line in text.split("\n") if line.strip() not in AGAIN)


class _Names:
    """What row numbers stand for."""

    def __init__(self, session: Session) -> None:
        self._people = {
            one.id: one.code or f"account {one.telegram_id}"
            for one in session.scalars(select(Person))
        }
        self._cases = {one.id: number_of(one).short for one in session.scalars(select(Case))}
        self._order = {
            table.__tablename__: {
                row: place for place, row in enumerate(session.scalars(_numbers(table)), 1)
            }
            for table in _KEPT
        }

    def person(self, number: int | None) -> str:
        return "-" if number is None else self._people[number]

    def case(self, number: int | None) -> str:
        return "-" if number is None else self._cases[number]

    def said(self, notice: Notice) -> Said:
        return (
            self.person(notice.person_id),
            self.case(notice.case_id),
            notice.kind,
            notice.created_at.isoformat(),
        )

    def cell(self, table: type[Base], name: str, value: Any) -> object:
        if value is None:
            return None
        for key in table.__table__.columns[name].foreign_keys:
            target = key.column.table.name
            if target == "person":
                return self.person(value)
            return self._order.get(target, {}).get(value, value)
        return self.facts(value) if isinstance(value, dict) else value

    def facts(self, facts: dict[str, Any]) -> dict[str, Any]:
        return {key: self._fact(key, value) for key, value in sorted(facts.items())}

    def _fact(self, name: str, value: Any) -> Any:
        if name in _ROWS and isinstance(value, int):
            return self._order[_ROWS[name].__tablename__][value]
        return self._whom(value) if name in _PEOPLE else value

    def _whom(self, value: Any) -> Any:
        if isinstance(value, list):
            return [self._whom(one) for one in value]
        return self.person(value) if isinstance(value, int) else value


def _numbers(table: type[Base]) -> Select[int]:
    number: ColumnElement[int] = table.__table__.columns["id"]
    return select(number).order_by(number)


def _rows(session: Session, names: _Names) -> Iterator[tuple[str, list[str]]]:
    for table in _KEPT:
        rows = session.scalars(select(table).order_by(table.id))  # type: ignore[attr-defined]  # as above
        columns = [c.name for c in table.__table__.columns if c.name not in _LEFT_OUT]
        told = [
            str({name: names.cell(table, name, getattr(row, name)) for name in columns})
            for row in rows
        ]
        # one office's journal is many stories at once: only within a case does order mean something
        yield table.__tablename__, sorted(told) if table is Event else told
    for case in session.scalars(select(Case)):
        events = session.scalars(
            select(Event).where(Event.case_id == case.id).order_by(Event.sequence)
        )
        yield (
            f"journal of {number_of(case).short}",
            [f"{e.sequence} {e.kind} {names.person(e.actor_id)} {e.at}" for e in events],
        )


def _left(session: Session, now: datetime) -> Iterator[str]:
    """What should have ended by now; a list for tomorrow morning is not late."""
    for update in session.scalars(select(UpdateIn).where(UpdateIn.state != UpdateState.DONE)):
        yield f"update {update.update_id} is {update.state}"
    open_ones = (NoticeState.NEW, NoticeState.SENDING, NoticeState.FAILED, NoticeState.UNREACHABLE)
    for notice in session.scalars(select(Notice).where(Notice.state.in_(open_ones))):
        if notice.state is NoticeState.NEW and notice.due_at > now:
            continue
        yield f"notice {notice.id} {notice.kind} is {notice.state}: {notice.reason}"
    yield from _left_on_lists(session)


def _left_on_lists(session: Session) -> Iterator[str]:
    """What stands on a list that nobody will ever see; of one that was withdrawn because nothing on it held any more, nothing."""
    lists = session.scalars(select(Notice).where(Notice.kind == LIST)).all()
    open_ones = (NoticeState.NEW, NoticeState.SENDING, NoticeState.SENT)
    seen = {
        each.facts["list"]  # its repeats name it too
        for each in lists
        if each.edit_message_id is None and (each.state in open_ones or each.reason == UNTRUE)
    }
    for notice in session.scalars(select(Notice).where(Notice.state == NoticeState.LISTED)):
        if notice.list_id not in seen:
            yield f"notice {notice.id} {notice.kind} waits on list {notice.list_id}, which is over"


def _said_by_bot(sandbox: Sandbox, *actions: Action) -> dict[str, Counter[str]]:
    said: dict[str, Counter[str]] = {}
    for entry in sandbox.transcript:
        if entry.who is Who.BOT and entry.action in actions:
            said.setdefault(entry.person, Counter())[entry.text] += 1
    return said


def missing(reference: Afterwards, other: Afterwards) -> int:
    """How many acknowledged reports are not there; one that is there twice makes up for no other."""
    return (reference.cases - other.cases).total()


def differences(reference: Afterwards, other: Afterwards) -> list[str]:
    """All that is not as without kills; empty when all is well."""
    return [
        *_unequal("rows of", reference.rows, other.rows),
        *_unequal("dialogue of", reference.drafts, other.drafts),
        *(f"left over: {one}" for one in other.left),
        *(f"never said: {one}" for one in reference.said - other.said - other.perhaps),
        *(f"written twice: {one}" for one in other.written - reference.written),
        *(f"not written: {one}" for one in reference.written - other.written),
        *_unequal("last question to", reference.questions, other.questions),
        *_gone_from_screens(reference, other),
        *_unmarked(reference, other),
    ]


def _unequal(what: str, reference: dict[str, Any], other: dict[str, Any]) -> Iterator[str]:
    for name in sorted(reference.keys() | other.keys()):
        before, after = reference.get(name), other.get(name)
        if before == after:
            continue
        if isinstance(before, list) and isinstance(after, list):
            # how often each is there: without its number and key, a row's double is its equal
            lost, more = Counter(before) - Counter(after), Counter(after) - Counter(before)
            yield from (f"{what} {name}: missing {one}" for one in lost.elements())
            yield from (f"{what} {name}: extra {one}" for one in more.elements())
            if not (lost or more):
                yield f"{what} {name}: in another order"
        else:
            yield f"{what} {name}: {before!r} became {after!r}"


def _gone_from_screens(reference: Afterwards, other: Afterwards) -> Iterator[str]:
    for code, screen in reference.screens.items():
        seen = {plain(text) for text in other.screens[code]}
        yield from (
            f"{code} no longer sees {text!r}" for text in screen if plain(text) not in seen
        )


def _unmarked(reference: Afterwards, other: Afterwards) -> Iterator[str]:
    """The danger text alone may come twice unmarked: it goes out before any row (law 10)."""
    for code, sent in other.sent.items():
        more = sent - reference.shown.get(code, Counter())
        for text, times in more.items():
            if plain(text) == text and "110" not in text:
                yield f"{code} heard {times} times more, unmarked: {text!r}"
