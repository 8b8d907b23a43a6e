"""Real rows for tests: a small town with its roster, people, reports and cases. All people here are invented."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cache
from itertools import count
from typing import Any
from uuid import uuid4

from sqlalchemy import create_engine
from sqlalchemy.orm import Session

from cases.actions.intake import Report, open_case
from cases.work import Rules, Work
from models import schema
from models.area import Area
from models.case import Case
from models.duty import Duty
from models.person import Person
from models.sealed import KEYRING, Key
from models.store import Store
from models.vocabulary import AreaLevel, Category, Channel, Language, Role

KEYRING.add(Key.make())

MONDAY = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)  # 09:00 in Yanji
_LONG_AGO = date(2026, 1, 1)

#: Ordinary, ORANGE (wages of several people), and in danger; Chinese and Korean as written in Yanbian.
LEAK = "楼上漏水，天花板泡了，找了三次没人管。"
LEAK_KO = "웃집에서 물이 새서 천정이 다 젖었습니다."
WAGES = "我们十五个农民工的工资被拖欠了三个月。"
BEATEN = "我老公打我，他现在拿着刀。"
BEATEN_KO = "남편이 나를 때립니다. 살려주세요."

_accounts = count(7_000_001)


def migrated(url: str) -> None:
    """Fill an empty database with the schema of the newest migration."""
    engine = create_engine(url)
    schema.upgrade(engine)
    engine.dispose()


@cache
def rules() -> Rules:
    return Rules.load(hotline="0433-2500000")


def work_at(session: Session, now: datetime = MONDAY) -> Work:
    return Work(session, now, rules())


def a_store(new_database: Callable[[Callable[[str], None]], str]) -> Store:
    return Store(new_database(migrated))


def a_person(
    session: Session,
    *,
    code: str | None = None,
    name: str | None = None,
    language: Language | None = Language.ZH,
    reachable: bool = True,
    now: datetime = MONDAY,
) -> Person:
    person = Person(
        code=code,
        name=name or code,
        language=language,
        telegram_id=next(_accounts) if reachable else None,
        created_at=now,
    )
    session.add(person)
    session.flush()
    return person


def an_area(
    session: Session, code: str, level: AreaLevel, zh: str, ko: str, *, parent: Area | None = None
) -> Area:
    area = Area(
        code=code,
        level=level,
        name_zh=zh,
        name_ko=ko,
        aliases=[],
        parent_id=parent.id if parent else None,
    )
    session.add(area)
    session.flush()
    return area


def a_duty(
    session: Session,
    person: Person,
    role: Role,
    area_id: int,
    *,
    rank: int = 1,
    categories: tuple[Category, ...] = (),
    languages: tuple[Language, ...] = (Language.ZH,),
    starts: date = _LONG_AGO,
    ends: date | None = None,
) -> Duty:
    duty = Duty(
        person_id=person.id,
        area_id=area_id,
        role=role,
        rank=rank,
        categories=list(categories),
        languages=list(languages),
        starts=starts,
        ends=ends,
    )
    session.add(duty)
    session.flush()
    return duty


@dataclass(frozen=True, slots=True)
class Town:
    """Ids only: no row leaves its session."""

    county: int
    street: int
    community: int
    grid: int
    far_grid: int
    mediator: int
    deputy: int
    korean_mediator: int
    judge: int
    assistant: int
    court_supervisor: int
    supervisor: int
    coordinator: int
    night_desk: int
    officer: int

    @property
    def staff(self) -> tuple[int, ...]:
        return (
            self.mediator,
            self.deputy,
            self.korean_mediator,
            self.judge,
            self.assistant,
            self.court_supervisor,
            self.supervisor,
            self.coordinator,
            self.night_desk,
            self.officer,
        )


def a_town(session: Session) -> Town:
    """A county with one street, one community and two grids, and a roster with deputies at every step."""
    county = an_area(session, "222401000000", AreaLevel.COUNTY, "延吉市", "연길시")
    street = an_area(
        session, "222401001000", AreaLevel.STREET, "公园街道", "공원가두", parent=county
    )
    community = an_area(
        session, "222401001001", AreaLevel.COMMUNITY, "园校社区", "원교사회구역", parent=street
    )
    grid = an_area(
        session, "22240100100101", AreaLevel.GRID, "第一网格", "제1격자", parent=community
    )
    far = an_area(
        session, "22240100100102", AreaLevel.GRID, "第二网格", "제2격자", parent=community
    )

    def holds(code: str, role: Role, area: Area, *, rank: int = 1, ko: bool = False) -> int:
        person = a_person(session, code=code, language=Language.KO if ko else Language.ZH)
        languages = (Language.ZH, Language.KO) if ko else (Language.ZH,)
        a_duty(session, person, role, area.id, rank=rank, languages=languages)
        return person.id

    return Town(
        county=county.id,
        street=street.id,
        community=community.id,
        grid=grid.id,
        far_grid=far.id,
        mediator=holds("T1", Role.MEDIATOR, grid),
        deputy=holds("T2", Role.MEDIATOR, community, rank=2),
        korean_mediator=holds("T3", Role.MEDIATOR, street, ko=True),
        judge=holds("F1", Role.JUDGE, community),
        assistant=holds("F2", Role.JUDGE_ASSISTANT, street),
        court_supervisor=holds("F9", Role.COURT_SUPERVISOR, county),
        supervisor=holds("Z1", Role.SUPERVISOR, county),
        coordinator=holds("D1", Role.COORDINATOR, county, ko=True),
        night_desk=holds("D2", Role.COORDINATOR, county, rank=2),
        officer=holds("W1", Role.GRID_OFFICER, grid),
    )


def a_report(area_id: int | None, **changes: Any) -> Report:
    facts: dict[str, Any] = {
        "key": uuid4().hex,
        "area_id": area_id,
        "language": Language.ZH,
        "channel": Channel.RESIDENT,
        "matter": LEAK,
    }
    return Report(**(facts | changes))


def a_case(work: Work, town: Town, reporter: Person, **changes: Any) -> Case:
    """A case in the town's grid, opened as a resident's ordinary report unless said otherwise."""
    return open_case(work, a_report(**({"area_id": town.grid} | changes)), reporter)
