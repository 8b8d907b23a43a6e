"""Behind the counter: what a story looks up in the database, and what is done there without anybody's phone."""

from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.sandbox.people import Person as Phone
from cases.actions import joining
from cases.actions.mediation import invite_other_side
from cases.journal import EventKind
from cases.work import Rules, Work
from models.assignment import Assignment
from models.base import Base
from models.case import Case
from models.draft import Draft, Unsent
from models.duty import Duty
from models.event import Event
from models.evidence import Evidence
from models.person import Person
from models.update_in import UpdateIn
from models.vocabulary import AssignmentState, UpdateState
from tests.stories.stage import Stage

# --- what is looked at ------------------------------------------------------------------------------------------------


def rows_of(office: Stage, person: Phone, table: type[Base]) -> list[Any]:
    """What is kept of somebody in a table."""
    wanted = (
        select(table)
        .join(Person, Person.id == table.person_id)  # type: ignore[attr-defined]  # only tables of people
        .where(Person.telegram_id == person.telegram_id)
    )
    return office.look(lambda session: list(session.scalars(wanted)))


def said_in(answers: dict[str, Any]) -> str:
    return "\n".join(text for _, text in answers.get("words", []))


def drafted(office: Stage, person: Phone) -> str:
    """The words of somebody's report so far, as kept."""
    return "".join(said_in(row.answers) for row in rows_of(office, person, Draft))


def put_aside(office: Stage, person: Phone) -> list[str]:
    return [said_in(row.answers) for row in rows_of(office, person, Unsent)]


def evidence_of(office: Stage, person: Phone) -> list[Evidence]:
    return rows_of(office, person, Evidence)


def offered(office: Stage, case: Case, person: Phone) -> str:
    """The id of somebody's offer, as buttons carry it."""
    mine = [row for row in rows_of(office, person, Assignment) if row.case_id == case.id]
    return base36(mine[0].id)


def states(office: Stage, case: Case) -> set[AssignmentState]:
    rows = select(Assignment.state).where(Assignment.case_id == case.id)
    return office.look(lambda session: set(session.scalars(rows)))


def events(office: Stage, kind: EventKind) -> list[Event]:
    return office.look(
        lambda session: list(session.scalars(select(Event).where(Event.kind == kind.value)))
    )


def taken(office: Stage, case: Case) -> int:
    return len([event for event in events(office, EventKind.TAKEN) if event.case_id == case.id])


def added(office: Stage) -> str:
    return "\n".join(
        str((event.facts or {}).get("words")) for event in events(office, EventKind.ADDED)
    )


def cases(office: Stage) -> list[Case]:
    return office.look(lambda session: list(session.scalars(select(Case).order_by(Case.id))))


def newest(office: Stage) -> Case:
    return cases(office)[-1]


def reread(office: Stage, case: Case) -> Case:
    return office.look(lambda session: session.get_one(Case, case.id))


def known(office: Stage, telegram_id: int) -> bool:
    query = select(Person.id).where(Person.telegram_id == telegram_id)
    return office.look(lambda session: session.scalar(query)) is not None


def unfinished(office: Stage) -> list[UpdateIn]:
    rows = select(UpdateIn).where(UpdateIn.state != UpdateState.DONE)
    return office.look(lambda session: list(session.scalars(rows)))


# --- what is done behind the counter -----------------------------------------------------------------------------------


def work(office: Stage, session: Session) -> Work:
    return Work(session, office.sandbox.clock.at, Rules.load())


def other_sides_link(office: Stage, case: Case | None = None) -> str:
    """As the mediator's button makes it."""

    def made(session: Session) -> str:
        found = session.get_one(Case, (case or newest(office)).id)
        head = session.scalars(select(Person).where(Person.code == "mediator_yi")).one()
        return invite_other_side(work(office, session), found.id, head)[1]

    return "p_" + office.house.store.transact(made)


def roster_link(office: Stage) -> str:
    def made(session: Session) -> str:
        entry = session.scalars(select(Person).where(Person.code == "mediator_mao")).one()
        return joining.invite(work(office, session), entry)

    return "i_" + office.house.store.transact(made)


def end_duties(office: Stage, person: Phone) -> None:
    """The roster says: until yesterday."""

    def end(session: Session) -> None:
        for duty in session.scalars(
            select(Duty).join(Person).where(Person.telegram_id == person.telegram_id)
        ):
            duty.ends = date(2026, 11, 22)

    office.house.store.transact(end)


def base36(number: int) -> str:
    digits = "0123456789abcdefghijklmnopqrstuvwxyz"
    return (base36(number // 36) if number >= 36 else "") + digits[number % 36]
