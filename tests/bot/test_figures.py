"""What `gridwhistle stats` prints: every rate with its denominator, small numbers withheld, nobody ranked (law 11)."""

from collections.abc import Iterator

import pytest
from sqlalchemy import create_engine
from sqlalchemy.orm import Session

from bot.figures import lines
from bot.whose import PlaceUnclear
from cases.actions.closing import close
from cases.statistics import SMALL, Month
from models.base import Base
from models.person import Person
from models.vocabulary import Outcome
from tests.factories import a_case, a_person, a_town, work_at

NOVEMBER = Month(2026, 11)


@pytest.fixture
def session() -> Iterator[Session]:
    engine = create_engine("sqlite://")
    Base.metadata.create_all(engine)
    with Session(engine) as opened:
        yield opened
    engine.dispose()


def table(session: Session, closed: int, place: str = "") -> list[str]:
    town, work = a_town(session), work_at(session)
    for _ in range(closed):
        case = a_case(work, town, a_person(session))
        close(work, case, Outcome.SETTLED_THEMSELVES, case.reporter)
    return list(lines(session, work, NOVEMBER, place))


@pytest.mark.parametrize("closed", range(SMALL))
def test_a_rate_of_few_cases_is_withheld(session: Session, closed: int):
    printed = "\n".join(table(session, closed))

    assert f"结案 종결 closed: {closed}" in printed
    assert f"{closed}/{closed}" not in printed
    assert f"不足{SMALL}件" in printed


def test_a_rate_is_printed_with_its_denominator(session: Session):
    printed = table(session, SMALL)

    assert any(line.startswith("解决率 해결률 5/5 = 100.0%") for line in printed)


def test_no_line_names_a_person(session: Session):
    printed = "\n".join(table(session, SMALL))

    codes = [person.code for person in session.query(Person) if person.code]
    assert not [code for code in codes if code in printed.split()]


def test_an_area_is_named_and_an_unknown_one_refused(session: Session):
    assert table(session, 1, "222401001000")[0] == "2026-11 · 公园街道 공원가두 (222401001000)"
    with pytest.raises(PlaceUnclear):
        list(lines(session, work_at(session), NOVEMBER, "999"))
