"""What is put is like what was added and flushed: known at once, with its defaults, and forgotten when it is undone."""

from collections.abc import Callable, Iterator

import pytest
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from models.case import Case
from models.notice import Notice
from models.person import Person
from models.rows import put
from models.store import Store
from models.vocabulary import NoticeState, Urgent
from tests.factories import LEAK, MONDAY, a_case, a_person, a_store, a_town, work_at


@pytest.fixture
def store(new_database: Callable[[Callable[[str], None]], str]) -> Iterator[Store]:
    store = a_store(new_database)
    yield store
    store.close()


def a_notice(person: Person, dedupe: str | None = None) -> Notice:
    return Notice(
        person_id=person.id,
        kind="offer",
        urgent=Urgent.NOTICE,
        facts={"say": LEAK},
        state=NoticeState.NEW,
        dedupe=dedupe,
        created_at=MONDAY,
        due_at=MONDAY,
    )


def test_a_row_that_was_put_is_the_row_that_is_read(store: Store):
    def act(session: Session) -> tuple[int, dict[str, object]]:
        person = a_person(session, name="金哲")
        notice = a_notice(person)
        put(session, notice)
        assert session.get(Notice, notice.id) is notice
        assert notice.person is person
        names = [column.key for column in Notice.__table__.columns]
        return notice.id, {name: getattr(notice, name) for name in names}

    notice_id, put_as = store.transact(act)

    def read(session: Session) -> dict[str, object]:
        found = session.get_one(Notice, notice_id)
        return {column: getattr(found, column) for column in put_as}

    assert store.read(read) == put_as


def test_what_is_changed_after_it_was_put_is_written(store: Store):
    def act(session: Session) -> int:
        town = a_town(session)
        case = a_case(work_at(session, MONDAY), town, a_person(session, name="金哲"))
        case.people = 7
        return case.id

    case_id = store.transact(act)

    assert store.read(lambda session: session.get_one(Case, case_id).people) == 7
    # and its version still tells two writers apart
    assert store.read(lambda session: session.get_one(Case, case_id).version) >= 2


@pytest.mark.parametrize("by_a_flush", [False, True])
def test_what_a_savepoint_undoes_is_forgotten(store: Store, *, by_a_flush: bool):
    def in_vain(session: Session, person: Person) -> None:
        with session.begin_nested():
            put(session, a_notice(person, "undone"))
            if by_a_flush:
                session.add(a_notice(person, "before"))
                session.flush()
            put(session, a_notice(person, "before"))

    def act(session: Session) -> list[str]:
        person = a_person(session, name="金哲")
        put(session, a_notice(person, "before"))
        with pytest.raises(IntegrityError):
            in_vain(session, person)
        put(session, a_notice(person, "after"))
        return sorted(row.dedupe or "" for row in session.query(Notice))

    assert store.transact(act) == ["after", "before"]
