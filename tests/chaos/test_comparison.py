"""The comparison on which docs/reliability.md rests sees what is lost, what is there twice and what has changed."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta

import pytest
import pytest_asyncio
from sqlalchemy import delete, inspect, select

from bot.sandbox.sandbox import Sandbox
from models.assignment import Assignment
from models.base import Base
from models.case import Agreement, Case
from models.deadline import Deadline
from models.evidence import Evidence
from models.notice import Notice
from models.party import Party
from models.task import Task
from models.vocabulary import EvidenceKind, EvidenceState, Side, TaskKind, TaskState
from tests.chaos.afterwards import Afterwards, differences, look_back, missing
from tests.factories import LEAK, LEAK_KO
from tests.scene import Scene, scene_in_memory

WHEN = {  # of each kind, a time that some fault might move
    Assignment: "offered_at",
    Deadline: "due_at",
    Task: "opened_at",
    Agreement: "reached_at",
    Evidence: "announced_at",
}


@dataclass(frozen=True, slots=True)
class Office:
    """A case with a row of each kind in it; and nobody who has ever pressed START."""

    scene: Scene
    sandbox: Sandbox
    case: Case

    def add(self, row: Base) -> Base:
        self.scene.session.add(row)
        self.scene.session.flush()
        return row

    def last(self, table: type[Base]) -> Base:
        newest = select(table).order_by(table.__table__.columns["id"].desc()).limit(1)
        return self.scene.session.scalars(newest).one()

    def double(self, table: type[Base]) -> Base:
        """The same once more, as a transaction that was run twice would have left it."""
        known = self.last(table)
        columns = [one.key for one in inspect(table).column_attrs if one.key != "id"]
        return self.add(table(**{name: getattr(known, name) for name in columns}))

    def look(self) -> Afterwards:
        self.scene.session.flush()
        self.scene.session.execute(delete(Notice))  # nobody is here to send them
        return look_back(self.scene.session, self.sandbox)


@pytest_asyncio.fixture
async def office() -> AsyncIterator[Office]:
    with scene_in_memory() as scene:
        async with Sandbox.open(at=scene.now) as sandbox:
            case = scene.case(matter=LEAK)
            there = Office(scene, sandbox, case)
            for row in _rows(scene, case):
                there.add(row)
            yield there


def _rows(scene: Scene, case: Case) -> list[Base]:
    of_case = {"case_id": case.id}
    return [
        Party(**of_case, side=Side.OTHER, name="李春花"),
        Task(
            **of_case,
            person_id=scene.town.coordinator,
            kind=TaskKind.CALL,
            state=TaskState.OPEN,
            facts={},
            opened_at=scene.now,
        ),
        Evidence(
            **of_case,
            person_id=case.reporter_id,
            kind=EvidenceKind.PHOTO,
            state=EvidenceState.STORED,
            file_id="photo",
            file_unique_id="photo",
            announced_at=scene.now,
        ),
        Agreement(
            **of_case,
            terms="十日内修好。",
            promised_on=scene.now.date(),
            reached_at=scene.now,
            recorded_by=scene.town.mediator,
        ),
    ]


@pytest.mark.parametrize("table", [*WHEN, Party])
async def test_a_row_that_is_there_twice_is_found_whichever_of_the_two_it_is(
    office: Office, table: type[Base]
) -> None:
    once = office.look()
    office.double(table)
    twice = office.look()

    name = table.__tablename__
    assert [one.split(" {")[0] for one in differences(once, twice)] == [f"rows of {name}: extra"]
    assert [one.split(" {")[0] for one in differences(twice, once)] == [f"rows of {name}: missing"]


@pytest.mark.parametrize("table", WHEN)
async def test_one_of_two_equal_rows_that_has_changed_is_found(
    office: Office, table: type[Base]
) -> None:
    row = office.double(table)
    before = office.look()
    setattr(row, WHEN[table], getattr(row, WHEN[table]) + timedelta(minutes=1))

    found = differences(before, office.look())

    name = table.__tablename__
    assert [one.split(" {")[0] for one in found] == [
        f"rows of {name}: missing",
        f"rows of {name}: extra",
    ]


async def test_a_report_that_is_lost_is_not_made_up_for_by_one_that_is_there_twice(
    office: Office,
) -> None:
    other = office.scene.case(matter=LEAK_KO)
    quiet = office.look()
    other.matter = LEAK

    faulty = office.look()

    assert quiet.counts["cases"] == faulty.counts["cases"]
    assert missing(quiet, faulty) == 1
    assert missing(quiet, quiet) == 0
    assert differences(quiet, quiet) == []
