"""The benchmarks at size run at their smallest: what they fill is sound, and the soak's laws hold for a handful of disputes."""

import argparse
import asyncio

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from benchmarks import beat, followups, soak
from benchmarks.databases import KINDS, databases
from benchmarks.lives import NOW
from benchmarks.population import Population, populate, unsound
from cases import sweep
from cases.case_views import case_view
from cases.notice_views import view_of
from cases.numbers import parse
from cases.views import number_of
from models.case import Case
from models.deadline import Deadline
from models.notice import Notice
from models.person import Person
from models.store import Store
from models.vocabulary import ClockState
from tests.factories import work_at

GRIDS, MEDIATORS, MANY = 24, 20, 150


@pytest.mark.parametrize("kind", KINDS)
def test_a_multiplied_office_is_sound_and_every_copy_opens(kind: str) -> None:
    with databases(kind, in_memory=True) as made:
        database = made.new()
        filled = populate(database, MANY, grids=GRIDS, mediators=MEDIATORS)
        store = Store(database.url)
        store.read(lambda session: _is_whole(session, filled))
        store.close()

        assert unsound(database) == []


def _is_whole(session: Session, filled: Population) -> None:
    cases = session.scalars(select(Case).order_by(Case.id)).all()
    numbers = {number_of(one) for one in cases}
    copy, (first, *_) = cases[-1], filled.prefecture.wards
    running = select(func.count()).where(Deadline.state == ClockState.RUNNING)

    assert len(numbers) == len(cases) == filled.cases == MANY
    assert parse(number_of(copy).full, area6=copy.area6, year=copy.year) == number_of(copy)
    assert copy.area_id not in first.grids
    assert session.scalar(running) == filled.clocks > MANY
    assert sweep.due_cases(session, NOW, 1) == []
    for case in (cases[0], copy):
        ward = next(
            one for one in filled.prefecture.wards if case.area_id in (*one.grids, one.county)
        )
        assert (
            case_view(work_at(session, NOW), case, session.get_one(Person, ward.above[-3])).id
            == case.id
        )
        for notice in session.scalars(select(Notice).where(Notice.case_id == case.id)):
            view_of(work_at(session, NOW), notice)


def test_a_beat_and_the_follow_ups_are_measured() -> None:
    (of_beat,) = beat.run(argparse.Namespace(on="sqlite", clocks=1_200, rounds=1))
    (of_follow_ups,) = followups.run(argparse.Namespace(on="sqlite", number=3))

    assert of_beat.ratio
    assert of_follow_ups.ratio


def test_a_soak_of_a_handful_ends_as_scripted_with_every_law_kept() -> None:
    given = argparse.Namespace(
        disputes=4, minutes=5, a_day=4, grids=GRIDS, mediators=MEDIATORS, seed=1, afterwards=1
    )
    with databases("sqlite", in_memory=True) as made:
        found = asyncio.run(soak.play(given, made))

    assert found.nothing == dict.fromkeys(found.nothing, 0)
    assert found.is_good
