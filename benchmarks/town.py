"""The town in which a benchmark plays: the sandbox's Yanji, with a mediator and a judge for every grid, all joined.

With the sandbox's own six handlers a few hundred reports would be forty cases a head on one morning, and what is over the day's count
goes into lists that grow: no office has that. In Changchun a mediator gets one case in a week.
"""

import csv
from datetime import UTC, date, datetime
from itertools import count

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.sandbox import town
from bot.sandbox.town import AREAS
from bot.sandbox.town_grids import GRIDS_EACH
from models.area import Area
from models.duty import Duty
from models.person import Person
from models.vocabulary import AreaLevel, Language, Role

MORNING = datetime(2026, 11, 23, 1, 5, tzinfo=UTC)  # Monday, 09:05 in Yanji
EACH = 2  # mediators and judges in each grid
_STAFF = 8_800_000_000  # invented accounts


def _grids() -> list[str]:
    with AREAS.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(line for line in file if not line.startswith("#")))
    communities = [row["code"] for row in rows if row["level"] == AreaLevel.COMMUNITY]
    return [f"{code}{n:03}" for n in range(1, GRIDS_EACH + 1) for code in communities]


GRIDS = _grids()


def seed(session: Session) -> None:
    """Fill an empty sandbox database."""
    town.seed_yanji(session, MORNING, joined=True)
    accounts = count(_STAFF)
    grids = session.scalars(select(Area).where(Area.level == AreaLevel.GRID).order_by(Area.code))
    for grid in list(grids):
        for role in (Role.MEDIATOR, Role.JUDGE) * EACH:
            _join(session, grid, role, next(accounts))
    session.flush()


def _join(session: Session, grid: Area, role: Role, account: int) -> None:
    person = Person(
        code=f"{role}_{account}",
        name=f"{role}_{account}",
        language=Language.ZH if account % 2 else Language.KO,
        telegram_id=account,
        named=True,
        created_at=MORNING,
    )
    session.add(person)
    session.flush()
    session.add(
        Duty(
            person_id=person.id,
            area_id=grid.id,
            role=role,
            categories=[],
            languages=[Language.ZH, Language.KO],
            rank=1,
            starts=date(2026, 1, 1),
        )
    )
