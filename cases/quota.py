"""At most so many unasked messages to one person on one civil day: what is over stands together on one list (law 12).

Laws: nothing is lost, each thing on a list opens on a tap; danger comes singly whatever the count, and so does what a
grave case asks within hours; answers, and changes of a message that is there already, are not counted.
"""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from sqlalchemy import bindparam, func, select

from cases.work import Work
from cases.workdays import at, civil, morning
from models.case import Case
from models.counting import one_at_a_time
from models.notice import Notice
from models.person import Person
from models.rows import put
from models.vocabulary import PRESSING, Level, NoticeState, Urgent


@dataclass(frozen=True, slots=True)
class Quota:
    """How many unasked messages a day, the list among them, and where the number comes from."""

    per_day: int
    source: str


QUOTA = Quota(3, "DESIGN §4 law 12: a default cap of 3 a day, project default")

#: The kind of a list; its facts name it, so that a repeat or a change of it is about the same one.
LIST = "more"

#: What must be done on its day: it stands on that day's list, never on tomorrow's.
_TODAY = frozenset(
    {"offer", "warn", "contact_due", "contact_check", "not_kept", "task", "escalated"}
)
#: What has a term of hours in a grave case: it comes by itself (law 12).
_SINGLY = frozenset({"offer", "warn", "escalated"})
_UNSAID = (NoticeState.WITHDRAWN, NoticeState.LISTED)


def keep(work: Work, notice: Notice, case: Case | None) -> None:
    """Let a new notice stand alone while the day has room for it, else put it on a list."""
    if _comes_alone(notice, case):
        return
    one_at_a_time(work.session, notice.person_id)  # or two at once take the last place of the day
    day = max(civil(notice.due_at).date(), work.today)
    if _alone_on(work, notice, day) < QUOTA.per_day - 1:  # the last place of a day is the list's
        return
    if notice.kind in _TODAY:
        today = _list_of(work, notice.person_id, day)
        if not _takes_more(work, today):
            return  # that list came to nothing, and tomorrow's would be too late
        found = today or _new_list(work, notice, day, notice.due_at)
        found.silent = found.silent and notice.silent
        found.due_at = min(found.due_at, notice.due_at)
    else:
        found = _later_list(work, notice, day)
    notice.state, notice.list_id = NoticeState.LISTED, found.id
    work.session.flush()
    if not _is_to_be_said(work, found):
        _change(work, found, _shown(work, found), added=notice)


def listed(work: Work, list_id: int) -> list[Notice]:
    """What stands on a list and was not opened yet, oldest first."""
    rows = work.session.scalars(
        select(Notice)
        .where(Notice.list_id == list_id, Notice.state == NoticeState.LISTED)
        .order_by(Notice.id)
    )
    return list(rows)


def opened(work: Work, notice: Notice) -> None:
    """The reader opened one thing of a list: it is said."""
    if notice.state is NoticeState.LISTED:
        notice.state, notice.sent_at = NoticeState.SENT, work.now


def _comes_alone(notice: Notice, case: Case | None) -> bool:
    if notice.urgent in PRESSING or notice.edit_message_id is not None:
        return True
    return case is not None and case.level is Level.ORANGE and notice.kind in _SINGLY


def _alone_on(work: Work, notice: Notice, day: date) -> int:
    """How many other unasked messages this person gets on this day, lists apart."""
    begins = at(day, time(0))
    asked = {"person": notice.person_id, "but": notice.id}
    day_of = {"begins": begins, "ends": begins + timedelta(days=1)}
    return work.session.scalar(_ALONE, asked | day_of) or 0


_ALONE = (
    select(func.count())
    .select_from(Notice)
    .where(
        Notice.person_id == bindparam("person"),
        Notice.due_at >= bindparam("begins"),
        Notice.due_at < bindparam("ends"),
        Notice.urgent.in_([Urgent.NOTICE, Urgent.BULK]),
        Notice.edit_message_id.is_(None),
        Notice.state.not_in(_UNSAID),
        Notice.kind != LIST,
        Notice.repeated.is_(False),  # the same thing once more
        Notice.id != bindparam("but"),
    )
)


def _takes_more(work: Work, found: Notice | None) -> bool:
    """Whether a day's list can still be added to: it waits, is on its way, or can be changed where it stands."""
    if found is None or _shown(work, found) is not None:
        return True
    coming = {NoticeState.NEW, NoticeState.SENDING}
    return any(copy.state in coming for copy in _copies(work, found))


def _is_to_be_said(work: Work, found: Notice) -> bool:
    """Whether its words are still to be made: then they will say all that stands on it."""
    return any(copy.state is NoticeState.NEW for copy in _copies(work, found))


def _shown(work: Work, found: Notice) -> int | None:
    """The message that shows a list; of one that had to be said once more, the newest."""
    sent = [copy for copy in _copies(work, found) if copy.state is NoticeState.SENT]
    return next((copy.message_id for copy in reversed(sent) if copy.message_id is not None), None)


def _copies(work: Work, found: Notice) -> list[Notice]:
    """A list and its repeats, whose key begins with its own."""
    rows = select(Notice).where(
        Notice.person_id == found.person_id,
        Notice.due_at >= found.due_at,  # as its repeats are: the rest need not be looked through
        Notice.dedupe.startswith(found.dedupe or "", autoescape=True),
    )
    return list(work.session.scalars(rows.order_by(Notice.id)))


def _later_list(work: Work, notice: Notice, day: date) -> Notice:
    """The list of the next morning, of the next working one for the office; the first that can be added to."""
    person = work.session.get_one(Person, notice.person_id)
    while True:
        day += timedelta(days=1)
        if person.code is not None and not work.rules.calendar.is_working(day):
            continue
        found = _list_of(work, person.id, day)
        if _takes_more(work, found):
            return found or _new_list(work, notice, day, morning(day), silent=True)


def _list_of(work: Work, person_id: int, day: date) -> Notice | None:
    return work.session.scalar(select(Notice).where(Notice.dedupe == _key(person_id, day)))


def _new_list(
    work: Work, notice: Notice, day: date, due: datetime, *, silent: bool | None = None
) -> Notice:
    found = _row(work, notice, due, silent=notice.silent if silent is None else silent)
    found.dedupe = _key(notice.person_id, day)
    put(work.session, found)
    found.facts = {"list": found.id}
    work.spoken.append(found.id)
    return found


def of(work: Work, notice: Notice) -> list[Notice]:
    """What only this notice can say: what waits on the list that it is or repeats, or what its change of a list added.

    What the list said before such a change was said, whatever becomes of the change.
    """
    if notice.kind != LIST:
        return []
    added = notice.facts.get("added")
    return [one for one in listed(work, notice.facts["list"]) if added in {None, one.id}]


def _change(work: Work, found: Notice, message_id: int | None, *, added: Notice) -> None:
    """The list as it stands in the chat says what is on it now, without a sound; of one that is on its way, later (placed)."""
    change = _row(work, found, work.now, silent=True)
    change.facts = {"list": found.id, "added": added.id}
    if message_id is None:
        change.facts["later"] = True
    change.edit_message_id = message_id
    put(work.session, change)
    work.spoken.append(change.id)


def placed(work: Work, notice: Notice) -> bool:
    """Have a change find its list, which was on its way when the change was written; False when there is nothing to change.

    Nothing is sent to somebody to whom something is on its way: now its message is known, or it came to nothing.
    """
    if notice.kind != LIST or not notice.facts.get("later"):
        return True
    found = work.session.get_one(Notice, notice.facts["list"])
    if _is_to_be_said(work, found):
        return False  # once more, and then with all that stands on it
    notice.facts = {name: fact for name, fact in notice.facts.items() if name != "later"}
    notice.edit_message_id = _shown(work, found)
    return True


def _row(work: Work, like: Notice, due: datetime, *, silent: bool) -> Notice:
    return Notice(
        person_id=like.person_id,
        kind=LIST,
        urgent=Urgent.NOTICE,
        silent=silent,
        facts={},
        state=NoticeState.NEW,
        created_at=work.now,
        due_at=due,
    )


def _key(person_id: int, day: date) -> str:
    return f"{LIST}:{person_id}:{day}"
