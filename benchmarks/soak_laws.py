"""What must be none after a soak, counted in the database and at Telegram: laws 1 to 4 and 6, over everything that was played."""

from collections import Counter
from collections.abc import Iterator

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from benchmarks.soak_days import Soak
from benchmarks.soak_script import COUNTED, ONCE, Dispute
from bot.sandbox.chats import Chat
from models.case import Case
from models.deadline import Deadline
from models.event import Event
from models.notice import Notice
from models.update_in import UpdateIn
from models.vocabulary import ClockState, NoticeState, UpdateState
from tests.stories.county import clockless, ownerless

_UNDELIVERED = (NoticeState.FAILED, NoticeState.UNREACHABLE, NoticeState.UNKNOWN)


def nothing(session: Session, soak: Soak) -> dict[str, int]:
    """What must be none, by what it is."""
    return dict([*_reports(session, soak), *_clocks(session, soak), *_answers(session, soak)])


def _reports(session: Session, soak: Soak) -> Iterator[tuple[str, int]]:
    """Nothing lost, nothing twice, everything as the script had it."""
    disputes = soak.disputes
    numbers = {one.case_id for one in disputes}
    yield "disputes without a case of their own", len(disputes) - len(numbers - {0})
    yield "cases that nobody reported", _count(session, Case.id.is_not(None)) - len(disputes)
    yield "steps of the script that could not be taken", soak.missed
    yield (
        "disputes in which something happened twice, or not at all, or not as scripted",
        sum(1 for _ in otherwise(session, disputes)),
    )
    last = select(func.max(Event.sequence) - func.count()).group_by(Event.case_id)
    yield "journals with a gap", sum(gap != 0 for gap in session.scalars(last))


def otherwise(session: Session, disputes: list[Dispute]) -> Iterator[Dispute]:
    """How often each kind of thing happened to each case, against its script."""
    happened: dict[int, Counter[str]] = {}
    rows = (
        select(Event.case_id, Event.kind, func.count())
        .where(Event.kind.in_([kind.value for kind in COUNTED]))
        .group_by(Event.case_id, Event.kind)
    )
    for case_id, kind, times in session.execute(rows):
        happened.setdefault(case_id, Counter())[kind] = times
    for one in disputes:
        if happened.get(one.case_id, Counter()) != Counter(kind.value for kind in ONCE[one.way]):
            yield one


def _clocks(session: Session, soak: Soak) -> Iterator[tuple[str, int]]:
    """Every clock on its day; no open case without one, or without an owner."""
    now, pushed = soak.office.sandbox.at, soak.pushed
    is_running = Deadline.state == ClockState.RUNNING
    yield (
        "clocks that are due and did not fire",
        _count(session, is_running, Deadline.next_at <= now),
    )
    yield "rungs that did not fire in their half-hour, over all steps", pushed.late
    yield "steps in which something fired on another day than its own", pushed.on_another_day
    yield "open cases without an owner, all days", soak.ownerless + len(ownerless(session))
    yield "open cases without a clock, all days", soak.clockless + len(clockless(session))
    closed = select(Case.id).where(Case.closed_at.is_not(None))
    yield (
        "clocks that run in a closed case",
        _count(session, is_running, Deadline.case_id.in_(closed)),
    )


def _answers(session: Session, soak: Soak) -> Iterator[tuple[str, int]]:
    """Nobody without an answer, nothing left to say, nothing said again."""
    sandbox, now = soak.office.sandbox, soak.office.sandbox.at
    due = (Notice.state == NoticeState.NEW, Notice.due_at <= now)
    yield "updates not done", _count(session, UpdateIn.state != UpdateState.DONE)
    yield (
        "updates that Telegram forgot before they were taken",
        len(sandbox.telegram.updates.expired),
    )
    chats = sandbox.telegram.chats.values()
    yield "people whose last words were not answered", sum(waits(chat) for chat in chats)
    yield "messages not delivered", _count(session, Notice.state.in_(_UNDELIVERED))
    yield "messages due and not sent", _count(session, *due)
    yield "messages still on their way", _count(session, Notice.state == NoticeState.SENDING)
    yield "messages said again", _count(session, Notice.repeated.is_(True))
    yield "mistakes of the bot that Telegram saw", len(sandbox.violations)


def waits(chat: Chat) -> bool:
    """Whether the newest that happened in a chat is what its person said."""
    newest = max(chat.posts.values(), key=lambda post: post.touched, default=None)
    return newest is not None and not newest.by_bot


def _count(session: Session, *true: ColumnElement[bool]) -> int:
    return session.scalar(select(func.count()).where(*true)) or 0
