"""Two transactions at once, on PostgreSQL: a day's places are counted once, and nobody waits for a lock that he needs not."""

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import Engine, create_engine, func, select, text
from sqlalchemy.orm import Session

from cases import sweep
from cases.actions import delivery
from cases.actions.concerned import call_together, join_as_concerned
from cases.actions.retiring import retire
from cases.outbox import NoticeKind, tell
from cases.quota import LIST, QUOTA
from models.case import Case
from models.notice import Notice
from models.person import Person
from models.store import Store
from models.vocabulary import NoticeState, Role
from tests.factories import Town, a_case, a_duty, a_person, a_town, migrated, work_at
from tests.postgres import PostgresServer

WAIT_S = 20


@pytest.fixture
def engine(postgres_server: PostgresServer) -> Iterator[Engine]:
    name = postgres_server.create(migrated)
    engine = create_engine(postgres_server.url(name))
    yield engine
    engine.dispose()
    postgres_server.drop(name)


def a_filled_town(engine: Engine) -> tuple[Town, int]:
    with Session(engine) as session, session.begin():
        town = a_town(session)
        return town, a_case(work_at(session), town, a_person(session, name="金哲")).id


def test_two_at_once_do_not_both_take_the_last_place_of_a_day(engine: Engine):
    with Session(engine) as session, session.begin():
        person = a_person(session, name="金哲").id
        for number in range(QUOTA.per_day - 2):
            work = work_at(session)
            tell(work, session.get_one(Person, person), NoticeKind.LAPSED, dedupe=f"{number}")
    both = threading.Barrier(2)

    def say(number: int) -> None:
        with Session(engine) as session, session.begin():
            someone = session.get_one(Person, person)
            both.wait(WAIT_S)
            tell(work_at(session), someone, NoticeKind.LAPSED, dedupe=f"at once {number}")
            try:
                both.wait(1)  # the other one has counted too, if nothing keeps it
            except threading.BrokenBarrierError:
                both.reset()

    with ThreadPoolExecutor(2) as threads:
        for said in [threads.submit(say, number) for number in range(2)]:
            said.result(WAIT_S)

    with Session(engine) as session:
        alone = select(func.count()).where(
            Notice.person_id == person, Notice.kind != LIST, Notice.state == NoticeState.NEW
        )
        assert session.scalar(alone) == QUOTA.per_day - 1


def test_two_that_tell_two_people_in_opposite_order_are_both_heard(engine: Engine):
    """Each waits for the place that the other counts: one of them is ended by PostgreSQL, and runs again."""
    with Session(engine) as session, session.begin():
        people = [a_person(session, name=name).id for name in ("金哲", "李花")]
    both, runs = threading.Barrier(2), []
    store = Store(engine.url.render_as_string(hide_password=False))

    def say(number: int, order: list[int]) -> None:
        def write(session: Session) -> None:
            runs.append(number)
            for place, one in enumerate(order):
                if place and runs.count(number) == 1:
                    both.wait(WAIT_S)
                dedupe = f"{number} {one}"
                tell(
                    work_at(session),
                    session.get_one(Person, one),
                    NoticeKind.LAPSED,
                    dedupe=dedupe,
                )

        store.transact(write)

    with ThreadPoolExecutor(2) as threads:
        for said in [
            threads.submit(say, number, people[::direction])
            for number, direction in ((0, 1), (1, -1))
        ]:
            said.result(WAIT_S)

    assert len(runs) == 3, "they did wait for each other, and one ran again"
    said_to = select(Notice.dedupe).where(Notice.kind != LIST)
    told = store.read(lambda s: [str(one) for one in s.scalars(said_to.order_by(Notice.dedupe))])
    assert told == sorted(f"{number} {one}" for number in range(2) for one in people)
    store.close()


def test_whoever_retires_hands_out_a_code_or_is_unreachable_waits_for_no_notice(engine: Engine):
    """A notice holds its person and case by their keys alone; nothing that changes them needs more."""
    town, case_id = a_filled_town(engine)
    with Session(engine) as session, session.begin():
        admin = a_person(session, code="A1")
        a_duty(session, admin, Role.ADMINISTRATOR, town.county)
        admin_id, guest = admin.id, a_person(session, name="路人").id
        case = session.get_one(Case, case_id)
        mediator = session.get_one(Person, town.mediator)
        _, secret = call_together(work_at(session), case.id, mediator)

    with Session(engine) as speaking, speaking.begin():
        for person_id in (town.mediator, town.judge):
            someone = speaking.get_one(Person, person_id)
            tell(
                work_at(speaking),
                someone,
                NoticeKind.REVIEW,
                case=speaking.get_one(Case, case_id),
                dedupe=f"held {person_id}",
            )
        with Session(engine) as session, session.begin():
            session.execute(text("set local lock_timeout = '2s'"))
            work = work_at(session)
            join_as_concerned(work, secret, session.get_one(Person, guest))
            sweep.sweep_person(work, town.judge)
            delivery.gone(work, session.get_one(Person, town.judge))
            session.rollback()
        with Session(engine) as session:
            session.execute(text("set local lock_timeout = '2s'"))
            assert (
                retire(work_at(session), session.get_one(Person, admin_id), town.korean_mediator)
                == []
            )
