"""An invented prefecture of any size: areas from the province to the grid, and everybody on the roster, joined.

Laws: whoever answers for a grid stands in the same steps everywhere (grid, community, street, county), so that a case of one
community can be copied into another with its own people; all codes and people are invented, and the map has no borders.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import insert, text
from sqlalchemy.orm import Session

from models.area import Area, new_edition
from models.base import Base
from models.duty import Duty
from models.person import Person
from models.rota import Shift
from models.vocabulary import AreaLevel, Language, Role

PROVINCE, PREFECTURE = "220000000000", "229900000000"
GRIDS_EACH = 2  # to a community
COMMUNITIES_EACH = 10  # to a street
STREETS_EACH = 15  # to a county
ACCOUNTS = 8_700_000_000  # above 32 bits, as real ones are
_SINCE = date(2026, 1, 1)
_BOTH = [Language.ZH, Language.KO]
#: Changchun's court in its year (长春市中级人民法院): 2,982 grids, 1,712 mediators, 96,111 disputes.
CHANGCHUN_GRIDS, CHANGCHUN_MEDIATORS, CHANGCHUN_DISPUTES = 2_982, 1_712, 96_111


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody of the roster."""

    id: int
    code: str
    telegram_id: int
    role: Role


@dataclass(frozen=True, slots=True)
class Ward:
    """One community: its grids, and everybody of the line above them, in the same order in each ward."""

    community: int
    grids: tuple[int, ...]
    codes: tuple[str, ...]  # of the grids, as posters bear them
    county: int
    area6: str  # six digits of the county
    mediators: tuple[int, ...]
    officers: tuple[int, ...]
    above: tuple[
        int, ...
    ]  # street and county: mediator, two judges, assistant, both heads, two desks

    @property
    def mediator(self) -> int:
        return self.mediators[0]


@dataclass(slots=True)
class Prefecture:
    """What was made. Ids and codes only."""

    wards: list[Ward] = field(default_factory=list)
    members: dict[int, Member] = field(default_factory=dict)

    def of(self, *roles: Role) -> list[Member]:
        return [one for one in self.members.values() if one.role in roles]


@dataclass(slots=True)
class _Rows:
    """Rows of three tables, numbered from one."""

    now: datetime
    areas: list[dict[str, Any]] = field(default_factory=list)
    people: list[dict[str, Any]] = field(default_factory=list)
    duties: list[dict[str, Any]] = field(default_factory=list)
    shifts: list[dict[str, Any]] = field(default_factory=list)
    members: dict[int, Member] = field(default_factory=dict)

    def area(self, code: str, level: AreaLevel, zh: str, ko: str, parent: int | None) -> int:
        row = {
            "id": len(self.areas) + 1,
            "code": code,
            "area12": code[:12],
            "grid_seq": code[12:] or None,
            "level": level,
            "name_zh": zh,
            "name_ko": ko,
            "aliases": [],
            "parent_id": parent,
        }
        self.areas.append(row)
        return len(self.areas)

    def ready(self, person: int, area: int) -> int:
        """Stands ready at any hour of two years."""
        year = timedelta(days=365)
        shift = {"person_id": person, "area_id": area, "role": Role.COORDINATOR}
        self.shifts.append(shift | {"starts": self.now - year, "ends": self.now + year})
        return person

    def person(self, role: Role, area: int, rank: int = 1) -> int:
        number = len(self.people) + 1
        code = f"{role}_{number}"
        one = Member(number, code, ACCOUNTS + number, role)
        self.members[number] = one
        self.people.append(
            {
                "id": number,
                "code": code,
                "name": code,
                "name_ko": code,
                "language": Language.KO if number % 4 == 0 else Language.ZH,
                "telegram_id": one.telegram_id,
                "named": True,
                "created_at": self.now,
            }
        )
        self.duties.append(
            {
                "person_id": number,
                "area_id": area,
                "role": role,
                "rank": rank,
                "categories": [],
                "languages": _BOTH,
                "starts": _SINCE,
            }
        )
        return number


def build(session: Session, now: datetime, *, grids: int, mediators: int) -> Prefecture:
    """Fill a migrated database that has no areas yet."""
    rows = _Rows(now)
    province = rows.area(PROVINCE, AreaLevel.PROVINCE, "某省", "어느 성", None)
    top = rows.area(PREFECTURE, AreaLevel.PREFECTURE, "某市", "어느 시", province)
    made = Prefecture()
    communities = -(-grids // GRIDS_EACH)
    in_streets = max(0, mediators - -(-communities // COMMUNITIES_EACH))
    for number, place in enumerate(_communities(rows, top, communities)):
        each = max(1, in_streets // communities + (number < in_streets % communities))
        made.wards.append(_ward(rows, place, min(GRIDS_EACH, grids - number * GRIDS_EACH), each))
    for table, values in (
        (Area, rows.areas),
        (Person, rows.people),
        (Duty, rows.duties),
        (Shift, rows.shifts),
    ):
        session.execute(insert(table), values)
    new_edition(session.connection())
    count_on(session)
    made.members = rows.members
    return made


@dataclass(frozen=True, slots=True)
class _Place:
    code: str
    area: int
    county: int
    area6: str
    above: tuple[int, ...]  # the people of street and county


def _communities(rows: _Rows, top: int, number: int) -> Iterator[_Place]:
    county = street = 0
    county_people: tuple[int, ...] = ()
    street_people: tuple[int, ...] = ()
    for place in range(number):
        in_street, in_county = place % COMMUNITIES_EACH, place // COMMUNITIES_EACH
        if place % (COMMUNITIES_EACH * STREETS_EACH) == 0:
            number_of_county = in_county // STREETS_EACH + 1
            code = f"2299{number_of_county:02}"
            name = f"{number_of_county}号县", f"{number_of_county}호현"
            county = rows.area(f"{code}000000", AreaLevel.COUNTY, *name, top)
            county_people = (
                rows.person(Role.COURT_SUPERVISOR, county),
                rows.person(Role.SUPERVISOR, county),
                rows.ready(rows.person(Role.COORDINATOR, county), county),
                rows.person(Role.COORDINATOR, county, rank=2),
            )
        if in_street == 0:
            one = in_county % STREETS_EACH + 1
            name = f"{one}号街道", f"{one}호가두"
            street = rows.area(f"{code}{one:03}000", AreaLevel.STREET, *name, county)
            street_people = (
                rows.person(Role.MEDIATOR, street, rank=2),
                rows.person(Role.JUDGE, street),
                rows.person(Role.JUDGE, street, rank=2),
                rows.person(Role.JUDGE_ASSISTANT, street),
            )
        name = f"{in_street + 1}号社区", f"{in_street + 1}호사회구역"
        whole = f"{code}{in_county % STREETS_EACH + 1:03}{in_street + 1:03}"
        area = rows.area(whole, AreaLevel.COMMUNITY, *name, street)
        yield _Place(whole, area, county, code, (*street_people, *county_people))


def _ward(rows: _Rows, place: _Place, grids: int, mediators: int) -> Ward:
    codes = [f"{place.code}{number + 1:03}" for number in range(grids)]
    ids = [
        rows.area(code, AreaLevel.GRID, f"第{n}网格", f"제{n}격자", place.area)
        for n, code in enumerate(codes, 1)
    ]
    own = tuple(rows.person(Role.MEDIATOR, place.area) for _ in range(mediators))
    officers = tuple(rows.person(Role.GRID_OFFICER, grid) for grid in ids)
    return Ward(
        place.area,
        tuple(ids),
        tuple(codes),
        place.county,
        place.area6,
        own,
        officers,
        place.above,
    )


def count_on(session: Session) -> None:
    """Rows came with their own numbers: PostgreSQL's counters go on behind them."""
    if session.get_bind().dialect.name != "postgresql":
        return
    for table in Base.metadata.sorted_tables:
        column = table.autoincrement_column
        if column is not None and table.name != "case_sequence":
            session.execute(
                text(
                    f"select setval(pg_get_serial_sequence('\"{table.name}\"', '{column.name}'),"
                    f' coalesce((select max({column.name}) from "{table.name}"), 0) + 1, false)'
                )
            )
