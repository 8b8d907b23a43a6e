"""What the people of the soak see and tap: the buttons on their screens, by what they mean."""

from collections.abc import Iterator
from itertools import islice

from sqlalchemy import Select, select
from sqlalchemy.orm import aliased

from benchmarks.soak_script import Dispute, Next, Way
from bot.sandbox.people import Person as Phone
from bot.sandbox.screen import NothingToTapError
from handlers.buttons import NotAButton, Tap, Verb
from models.assignment import Assignment
from models.case import Case
from models.person import Person
from models.vocabulary import AssignmentState, Kept, Part

SEEN = 14  # of the newest messages, as many as one scrolls through


async def taps(phone: Phone, verb: Verb, wanted: int = 0, arg: str = "") -> bool:
    """Tap the newest button of a kind, if there is one."""
    for post, row, column, label in keys(phone, verb, wanted, arg):
        try:
            await phone.touches(post, row, column, label, settle=False)
        except NothingToTapError:
            return False
        return True
    return False


def hand(one: Dispute) -> tuple[Verb, int]:
    """What is to be tapped next, and about what."""
    return {
        Next.TAKE: (Verb.TAKE, one.assignment_id),
        Next.REACH: (Verb.REACHED, one.case_id),
        Next.AGREE: (Verb.AGREE, one.case_id),
    }[one.next]


def kept(one: Dispute) -> Kept:
    return Kept.ALL if one.way is Way.KEPT else Kept.NOT


def keys(
    phone: Phone, verb: Verb, wanted: int = 0, arg: str = ""
) -> Iterator[tuple[int, int, int, str]]:
    """Where such buttons stand, the newest message first."""
    for post in islice(phone.chat.of_bot(), SEEN):
        for row, keys in enumerate(post.inline):
            for column, key in enumerate(keys):
                tap = _read(key.get("callback_data"))
                if tap is None or tap.verb is not verb:
                    continue
                if wanted in {0, tap.id} and arg in {"", tap.arg}:
                    yield post.id, row, column, key["text"]


def _read(data: str | None) -> Tap | None:
    try:
        return Tap.read(data) if data else None
    except NotAButton:
        return None


def offered(accounts: set[int]) -> Select[int | None, int, int, str | None]:
    """Which case each of these people reported, and who was asked to take it."""
    reporter, handler = aliased(Person), aliased(Person)
    live = (AssignmentState.OFFERED, AssignmentState.SEEN, AssignmentState.TAKEN)
    return (
        select(reporter.telegram_id, Case.id, Assignment.id, handler.code)
        .join(reporter, reporter.id == Case.reporter_id)
        .join(Assignment, Assignment.case_id == Case.id)
        .join(handler, handler.id == Assignment.person_id)
        .where(
            reporter.telegram_id.in_(accounts),
            Assignment.part == Part.MEDIATOR,
            Assignment.state.in_(live),
        )
    )
