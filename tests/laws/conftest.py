"""A town of its own in a migrated database, SQLite and then PostgreSQL, for laws that are looked up row by row."""

from collections.abc import Callable, Iterator

import pytest
from sqlalchemy import create_engine
from sqlalchemy.orm import Session

from tests.factories import a_town, migrated, work_at
from tests.scene import Scene


@pytest.fixture
def scene(new_database: Callable[[Callable[[str], None]], str]) -> Iterator[Scene]:
    engine = create_engine(new_database(migrated))
    with Session(engine) as session:
        yield Scene(session, a_town(session), work_at(session))
    engine.dispose()
