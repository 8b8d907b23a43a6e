"""What of somebody who leaves the roster goes with the account, and what stays with the office.

Laws: nothing that was said is lost, nor given to somebody who did not say it (1); his own reports go on as his (2);
answers to his orders go to the next head (14).
"""

from collections.abc import Sequence

from sqlalchemy import Update, select, true, update
from sqlalchemy.orm import InstrumentedAttribute

from cases import drafts
from cases.actions.offering import route_of
from cases.actions.tasks import ANSWERED
from cases.work import Work
from models.case import Case
from models.consent import Consent, Erasure
from models.draft import Draft, Unsent
from models.evidence import Evidence
from models.notice import Notice
from models.party import Party
from models.person import Invitation, Person
from models.task import Task
from models.vocabulary import Channel, Part, TaskKind, TaskState


def unbind(work: Work, person: Person) -> Person | None:
    """The account goes on as an ordinary one; what it reported as a resident goes with it.

    So does what was said in this chat and not submitted, with its files: nobody of the office has seen it, it is the
    person's own words (law 1), and it is offered again, kept and deleted as anybody's (cases/drafts.py). A reason for a
    case that was not confirmed is the office's, and ends with the duty. Without an account nobody can be asked:
    what is left is deleted, and recorded.
    """
    person.retired_at = work.now
    telegram_id, person.telegram_id = person.telegram_id, None
    draft = work.session.get(Draft, person.id)
    if draft is not None:
        drafts.put_aside(work, draft)
        work.session.delete(draft)
    void_links(work, [person.id])
    work.session.flush()
    if telegram_id is None:
        for row in drafts.waiting(work, person):
            drafts.drop(work, row, by_person=False)
        return None
    account = Person(
        telegram_id=telegram_id,
        language=person.language,
        formerly_id=person.id,
        created_at=work.now,
    )
    work.session.add(account)
    work.session.flush()
    for column, of_no_case in (
        (Unsent.person_id, true()),
        (Erasure.person_id, true()),
        (Evidence.person_id, Evidence.case_id.is_(None)),
        (Notice.person_id, Notice.is_screen.is_(True) & Notice.case_id.is_(None)),
    ):
        work.session.execute(_moved(column, person, account).where(of_no_case))
    return account


def void_links(work: Work, people: Sequence[int]) -> None:
    """What was open of their links for joining, and with each its spoken code, ends now."""
    unused = Invitation.used_at.is_(None) & (Invitation.expires_at > work.now)
    work.session.execute(
        update(Invitation)
        .where(Invitation.person_id.in_(people), unused)
        .values(expires_at=work.now)
    )


def follow(work: Work, person: Person, account: Person | None) -> None:
    """Answers to his orders go to the next head; his own reports go with his account, the office's to the next officer."""
    open_tasks = work.session.scalars(
        select(Task).where(Task.state == TaskState.OPEN, Task.kind.in_(ANSWERED))
    )
    for task in open_tasks.all():
        if task.facts.get("by") == person.id:
            case = work.session.get_one(Case, task.case_id)
            heads = route_of(work, case)
            court = task.facts.get("part") == Part.JUDGE and task.kind is TaskKind.ORDER
            line = heads.court_supervisors if court else heads.supervisors
            if line:
                task.facts = {**task.facts, "by": line[0].person_id}
    for case in work.session.scalars(select(Case).where(Case.reporter_id == person.id)).all():
        successor = account.id if account else None
        if case.channel is Channel.GRID_OFFICER:
            followed = case.is_open and not case.guarded  # of danger no other officer hears (13)
            officers = route_of(work, case).officers if followed else ()
            successor = officers[0].person_id if officers else None
        if successor is not None:
            case.reporter_id = successor
            answer_to(work, person.id, successor, TaskKind.CHALLENGE, case)
            work.session.execute(_sides_of(case.id, person.id).values(person_id=successor))
        if account is not None and successor == account.id:
            for column, of_case in (
                (Evidence.person_id, Evidence.case_id),
                (Consent.person_id, Consent.case_id),
                (Notice.person_id, Notice.case_id),  # in the same chat, they can still be changed
            ):
                work.session.execute(_moved(column, person, account).where(of_case == case.id))
    if account is not None:  # disputes in which he is another side
        reported = select(Case.id).where(Case.reporter_id == person.id)
        others = update(Party).where(Party.person_id == person.id, Party.case_id.not_in(reported))
        work.session.execute(others.values(person_id=account.id))


def answer_to(work: Work, before: int, now: int, kind: TaskKind, case: Case | None = None) -> None:
    """Whoever asked is another row by now: the answer to what is still open goes there."""
    rows = select(Task).where(Task.state == TaskState.OPEN, Task.kind == kind)
    for task in work.session.scalars(
        rows if case is None else rows.where(Task.case_id == case.id)
    ):
        if task.facts.get("by") == before:
            task.facts = {**task.facts, "by": now}


def _sides_of(case_id: int, person_id: int) -> Update:
    return update(Party).where(Party.case_id == case_id, Party.person_id == person_id)


def _moved(column: InstrumentedAttribute[int], person: Person, account: Person) -> Update:
    own = update(column.class_).where(column == person.id)
    return own.values({column.key: account.id})
