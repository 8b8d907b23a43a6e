"""Into whose chat something may be written on our own motion (law 13)."""

from sqlalchemy import bindparam, select

from cases.access import is_party
from cases.opponents import is_of_the_office
from cases.work import Work
from models.case import Case
from models.person import Person
from models.vocabulary import Channel, SafeChannel


def chat_is_safe(work: Work, person: Person) -> bool:
    """Nothing is sent on our own motion, of whatever case, into a chat that somebody else may read (law 13).

    A closing does not make a chat safe: whoever reads it along still does. Only the person says otherwise.
    """
    return person.code is not None or read_along(work, person) is None


def read_along(work: Work, person: Person) -> Case | None:
    """The newest case of danger whose reporter did not say that this chat is safe."""
    unsafe = work.session.scalars(_UNSAFE, {"reporter": person.id})
    return next((case for case in unsafe if case.guarded), None)


_UNSAFE = (
    select(Case)
    .where(
        Case.reporter_id == bindparam("reporter"),
        Case.safe_channel.is_not(None),
        Case.safe_channel != SafeChannel.HERE,
    )
    .order_by(Case.id.desc())
)


def may_be_told(work: Work, case: Case, person: Person) -> bool:
    """Law 13, in the one place that every notice passes; and nobody is told of a dispute with his own office."""
    if is_of_the_office(work, case, person) and not is_party(work, case, person):
        return False
    if not case.guarded:
        return True
    if person.id == case.reporter_id and case.channel is Channel.RESIDENT:
        return chat_may_be_written(case)
    if person.id == case.reporter_id:
        return False  # a grid officer who reported it: the grid hears nothing more
    return not is_party(work, case, person)


def chat_may_be_written(case: Case) -> bool:
    """Whether we may write into the reporter's own chat about this case without being asked."""
    return not case.guarded or case.safe_channel is SafeChannel.HERE
