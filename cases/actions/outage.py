"""After the office was away, or was put back to an earlier hour: what that means is said to those who can look after it.

Laws: the duty desk hears of it in its own chat once it can be reached again; after a restore nothing old is said as if it were
new, nothing that a clock asks for is lost, and no number that may have been given out is given out again.
"""

from collections import Counter
from datetime import datetime

from sqlalchemy import func, select, update

from cases.actions.delivery import desks
from cases.outbox import NoticeKind, tell
from cases.truth import ASKED_WHILE
from cases.work import Work
from models.area import Area
from models.assignment import Assignment
from models.case import Case, CaseSequence
from models.notice import Notice
from models.person import Person
from models.vocabulary import CLOSED, AreaLevel, AssignmentState, NoticeState, Urgent

#: Left free in each county after a restore: what was registered between the copy and the loss keeps its numbers. A county
#: of 560,000 people registers about 40 disputes a day (Changchun's year, 96,111 among 9.1 million, times its share).
NUMBERS_LEFT_FREE = 200

_LIVE = (AssignmentState.OFFERED, AssignmentState.SEEN, AssignmentState.TAKEN)
_UNSENT = (NoticeState.NEW, NoticeState.SENDING, NoticeState.LISTED)
#: A list is as true as what stands on it: with nothing left on it, it is withdrawn when its turn comes.
_SAID_AGAIN = ASKED_WHILE | {NoticeKind.MORE}


def was_away(work: Work, since: datetime, *, cases: int, notices: int) -> None:
    """Tell the duty desk from when nobody looked at the clocks, and what has waited."""
    for desk in desks(work):
        tell(
            work,
            desk,
            NoticeKind.WAS_AWAY,
            dedupe=f"away:{since:%Y%m%dT%H%M%S}:{desk.id}",
            since=since.isoformat(),
            cases=cases,
            notices=notices,
        )


def restored(work: Work, copied_at: datetime) -> int:
    """Put a restored office to work; gives how many people were asked to check their cases."""
    _withdraw_the_old(work)
    _leave_numbers_free(work)
    readers = _handlers(work)
    still_open = select(func.count()).select_from(Case).where(Case.stage.not_in(CLOSED))
    of_all = work.session.scalar(still_open) or 0
    told = sorted({*readers, *(desk.id for desk in desks(work))})
    for person_id in told:
        tell(
            work,
            work.session.get_one(Person, person_id),
            NoticeKind.RESTORED,
            urgent=Urgent.ANSWER,  # what they see on their cards is wrong until they look: no list, no morning
            dedupe=f"restored:{copied_at:%Y%m%dT%H%M%S}:{person_id}",
            copied_at=copied_at.isoformat(),
            cases=readers[person_id] or of_all,
        )
    return len(told)


def _leave_numbers_free(work: Work) -> None:
    """Also where the copy knew of none: of a county's first case, or of a year that began since."""
    session, year = work.session, work.today.year
    session.execute(update(CaseSequence).values(last=CaseSequence.last + NUMBERS_LEFT_FREE))
    above = (AreaLevel.PROVINCE, AreaLevel.PREFECTURE)
    counties = select(func.substr(Area.code, 1, 6)).where(Area.level.not_in(above)).distinct()
    begun = select(CaseSequence.area6).where(CaseSequence.year == year)
    for area6 in sorted(set(session.scalars(counties)) - set(session.scalars(begun))):
        session.add(CaseSequence(year=year, area6=area6, last=NUMBERS_LEFT_FREE))


def _withdraw_the_old(work: Work) -> None:
    """What was unsent in the copy was said since then, or is no news any more; what a clock or a task asks for is asked again.

    What of that stands on a list stays there, and its list is sent: so nobody gets more in one day than on any other.
    """
    unsent = work.session.scalars(select(Notice).where(Notice.state.in_(_UNSENT)))
    for notice in unsent:
        if notice.kind not in _SAID_AGAIN:
            notice.state, notice.reason = NoticeState.WITHDRAWN, "restored"
        elif notice.state is not NoticeState.LISTED:
            if notice.state is NoticeState.SENDING:
                notice.repeated = True  # perhaps it was sent in the very moment of the copy
            notice.state, notice.retry_at = NoticeState.NEW, None


def _handlers(work: Work) -> Counter[int]:
    """Everybody who holds an open case, and how many."""
    rows = work.session.execute(
        select(Assignment.person_id, Assignment.case_id)
        .join(Case, Case.id == Assignment.case_id)
        .where(Assignment.state.in_(_LIVE), Case.stage.not_in(CLOSED))
        .distinct()
    )
    return Counter(person_id for person_id, _ in rows)
