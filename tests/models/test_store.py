"""One function, one transaction: writers wait for each other, readers write nothing, a lost race is run again once."""

import asyncio
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import select, text, update
from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError
from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError

from cases.access import hold_cases
from cases.actions.assignment import take
from cases.errors import AlreadyTaken, CaseError
from models.assignment import Assignment
from models.case import Case
from models.event import Event
from models.office import Stamp
from models.person import Person
from models.store import Store, is_failure_of_ours
from models.vocabulary import AssignmentState, Part
from tests.factories import Town, a_case, a_person, a_report, a_store, a_town, work_at
from tests.postgres import Fill

_PATIENCE_S = 30


@pytest.fixture
def store(new_database: Callable[[Fill | None], str]) -> Iterator[Store]:
    store = a_store(new_database)
    yield store
    store.close()


@pytest.fixture
def town(store: Store) -> Town:
    return store.transact(a_town)


def count_up(session: Session) -> int:
    row = session.scalar(select(Stamp).where(Stamp.key == "count").with_for_update())
    if row is None:
        row = Stamp(key="count", value="0")
        session.add(row)
    row.value = str(int(row.value) + 1)
    return int(row.value)


def test_no_count_of_two_writers_is_lost(store: Store):
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(lambda _: store.transact(count_up), range(40)))

    assert store.read(lambda session: session.get_one(Stamp, "count").value) == "40"


@pytest.mark.parametrize("database_kind", ["postgres"], indirect=True)
def test_whoever_holds_several_cases_takes_them_in_one_order(store: Store, town: Town):
    """The order of their numbers, not the one in which their rows lie: who waits for the first has not taken the last."""

    def fill(session: Session) -> list[int]:
        work = work_at(session)
        return [a_case(work, town, a_person(session)).id for _ in range(4)]

    first, *_, last = ids = store.transact(fill)
    # its row is written anew behind the others
    store.transact(lambda s: s.execute(update(Case).where(Case.id == first).values(turn=2)))

    def hold() -> None:
        with Session(store.engine) as session, session.begin():
            hold_cases(work_at(session), reversed(ids))

    waits = text("select count(*) from pg_stat_activity where wait_event_type = 'Lock'")
    with ThreadPoolExecutor(1) as other, Session(store.engine) as mine, mine.begin():
        mine.execute(select(Case.id).where(Case.id == first).with_for_update())
        holding = other.submit(hold)
        ends = time.monotonic() + _PATIENCE_S
        while not store.read(lambda s: s.scalar(waits)) and time.monotonic() < ends:
            time.sleep(0.01)
        mine.execute(select(Case.id).where(Case.id == last).with_for_update(nowait=True))
        mine.rollback()
        holding.result(_PATIENCE_S)


def test_a_failing_function_leaves_nothing(store: Store):
    def write_and_fail(session: Session) -> None:
        count_up(session)
        session.flush()
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        store.transact(write_and_fail)

    assert store.read(lambda session: session.get(Stamp, "count")) is None


def test_a_reader_cannot_write(store: Store):
    def write(session: Session) -> None:
        session.add(Stamp(key="reader", value="was here"))
        session.flush()

    with pytest.raises(DBAPIError, match=r"readonly|read-only"):
        store.read(write)

    assert store.read(lambda session: session.get(Stamp, "reader")) is None


async def test_doors_run_away_from_the_event_loop(store: Store):
    here = threading.get_ident()

    writer = await store.act(lambda _: threading.get_ident())
    reader = await store.look(lambda _: threading.get_ident())

    assert here not in {writer, reader}
    counts = await asyncio.gather(*(store.act(count_up) for _ in range(10)))
    assert sorted(counts) == list(range(1, 11))


def test_sqlite_takes_the_writers_lock_before_it_reads(tmp_path, monkeypatch):
    from tests.factories import migrated
    from tests.postgres import new_sqlite_file

    store = Store(new_sqlite_file(tmp_path, migrated))
    with store.engine.connect() as first:
        first.execute(text("select 1"))
        with store.engine.connect() as second:
            driver = second.connection.driver_connection
            assert driver is not None
            driver.execute("pragma busy_timeout = 0")
            with pytest.raises(OperationalError, match="locked"):
                second.execute(text("select 1"))
    store.close()


def test_sqlite_is_as_durable_as_it_can_be(tmp_path):
    from tests.factories import migrated
    from tests.postgres import new_sqlite_file

    store = Store(new_sqlite_file(tmp_path, migrated))

    def setting(name: str) -> object:
        return store.read(lambda session: session.execute(text(f"pragma {name}")).scalar_one())

    assert setting("journal_mode") == "wal"
    assert setting("synchronous") == 2  # FULL
    assert setting("foreign_keys") == 1
    store.close()


@pytest.mark.parametrize("lost", [StaleDataError("race"), IntegrityError("", None, Exception())])
def test_a_lost_race_is_run_again_once(store: Store, lost: Exception):
    runs: list[int] = []

    def lose(session: Session, *, times: int) -> int:
        runs.append(count_up(session))
        if len(runs) <= times:
            raise lost
        return runs[-1]

    assert store.transact(lambda session: lose(session, times=1)) == 1
    assert runs == [1, 1]

    runs.clear()
    with pytest.raises(type(lost)):
        store.transact(lambda session: lose(session, times=2))
    assert len(runs) == 2


def test_an_old_version_of_a_case_is_not_written_over_a_newer(store: Store, town: Town):
    case_id = store.transact(lambda s: a_case(work_at(s), town, a_person(s)).id)
    tries: list[int] = []

    def edit(session: Session) -> None:
        case = session.get_one(Case, case_id)
        tries.append(case.version)
        if len(tries) == 1:  # meanwhile another writer, seen from inside this one
            session.execute(
                update(Case).where(Case.id == case_id).values(version=Case.version + 1),
                execution_options={"synchronize_session": False},
            )
        case.summary = "听过了"

    store.transact(edit)

    assert len(tries) == 2
    assert store.read(lambda session: session.get_one(Case, case_id).summary) == "听过了"


def test_of_two_who_tap_at_once_one_takes_and_the_other_is_told_who(store: Store, town: Town):
    """Law 5, with real threads and real locks."""

    def offered_to_two(session: Session) -> dict[int, int]:
        work = work_at(session)
        case = a_case(work, town, a_person(session))
        mine = session.scalars(
            select(Assignment).where(
                Assignment.case_id == case.id, Assignment.part == Part.MEDIATOR
            )
        ).one()
        other = Assignment(
            case_id=case.id,
            person_id=town.deputy,
            part=Part.MEDIATOR,
            state=AssignmentState.OFFERED,
            reason=mine.reason,
            offered_at=work.now,
        )
        session.add(other)
        session.flush()
        return {mine.id: town.mediator, other.id: town.deputy}

    for _ in range(5):
        offers = store.transact(offered_to_two)
        together = threading.Barrier(2, timeout=_PATIENCE_S)

        def tap(offer: tuple[int, int], together: threading.Barrier = together) -> object:
            assignment_id, person_id = offer
            waited: list[bool] = []

            def taking(session: Session) -> str:
                if not waited and not store.is_sqlite:
                    waited.append(True)
                    together.wait()  # both transactions have begun
                take(work_at(session), assignment_id, session.get_one(Person, person_id))
                return "taken"

            if store.is_sqlite:
                together.wait()  # one writer at a time: both ask for the lock at once
            try:
                return store.transact(taking)
            except CaseError as refused:
                return refused

        with ThreadPoolExecutor(2) as pool:
            answers = list(pool.map(tap, offers.items()))

        assert answers.count("taken") == 1
        (lost,) = [answer for answer in answers if answer != "taken"]
        winner = list(offers.values())[answers.index("taken")]
        assert isinstance(lost, AlreadyTaken)
        assert lost.by == winner
        assert taken(store, lost.case_id) == [winner]
        assert gapless(store, lost.case_id)


def taken(store: Store, case_id: int) -> list[int]:
    query = select(Assignment.person_id).where(
        Assignment.case_id == case_id, Assignment.state == AssignmentState.TAKEN
    )
    return store.read(lambda session: list(session.scalars(query)))


def gapless(store: Store, case_id: int) -> bool:
    query = select(Event.sequence).where(Event.case_id == case_id).order_by(Event.sequence)
    found = store.read(lambda session: list(session.scalars(query)))
    return found == list(range(1, len(found) + 1))


def test_two_reports_at_once_get_two_numbers(store: Store, town: Town):
    people = [store.transact(lambda session: a_person(session).id) for _ in range(2)]

    def report(person_id: int) -> int:
        draft = a_report(town.grid)  # one draft: a second run must not make another

        def send(session: Session) -> int:
            from cases.actions.intake import open_case

            return open_case(work_at(session), draft, session.get_one(Person, person_id)).sequence

        return store.transact(send)

    with ThreadPoolExecutor(2) as pool:
        numbers = list(pool.map(report, people))

    assert sorted(numbers) == [1, 2]


def test_a_locked_database_is_our_failure_and_not_the_updates():
    assert is_failure_of_ours(OperationalError("", None, Exception("locked")))
    assert is_failure_of_ours(OSError("disk full"))
    assert not is_failure_of_ours(ValueError("a broken update"))
    assert not is_failure_of_ours(IntegrityError("", None, Exception()))
