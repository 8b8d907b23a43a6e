"""A town of its own in memory for each test of the cases; the same laws on both databases: tests/laws, tests/models."""

from collections.abc import Iterator

import pytest
from sqlalchemy import create_engine
from sqlalchemy.orm import Session

from models.base import Base
from tests.factories import a_town, work_at
from tests.scene import Scene


@pytest.fixture
def scene() -> Iterator[Scene]:
    engine = create_engine("sqlite://")
    Base.metadata.create_all(engine)
    with Session(engine) as session:
        yield Scene(session, a_town(session), work_at(session))
    engine.dispose()
