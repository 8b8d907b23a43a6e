"""The sandbox's town: Yanji with its real streets and communities. Its grids and all its people are invented.

Law: nobody of this town ever enters a live database.
"""

import csv
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.sandbox.town_grids import MIDDLE, fill_grids
from bot.sandbox.town_rota import fill_rota
from cases.actions import joining
from cases.work import Work
from cases.workdays import civil
from models import schema
from models.area import Area
from models.case import CaseSequence
from models.duty import Duty
from models.person import Person
from models.vocabulary import AreaLevel, Category, Language, Nature, Role

AREAS = Path(__file__).with_name("yanji.csv")
COUNTY = "222401000000"
STREET = "222401002000"  # 北山街道
DANSHAN = "222401002002"  # 丹山社区
GRID = f"{DANSHAN}003"  # the grid in which the stories play: 丹山社区第3网格
POSTER = f"g_{GRID}"  # behind the poster's two codes: …_zh and …_ko
CASES_BEFORE = 122  # so that the first report is number 123, as in the office's examples
HOTLINE = "0433-0000000"  # invented; a real one is set by the office

_JOINED_FROM = 9_200_000_001  # invented accounts, above 32 bits as real ones are


@dataclass(frozen=True, slots=True)
class Post:
    """One duty: a role, where, in which order, for which kinds of dispute (none: all)."""

    role: Role
    area: str
    rank: int = 1
    categories: tuple[Category, ...] = ()


@dataclass(frozen=True, slots=True)
class Townsman:
    """Somebody invented; without posts a resident. Names are the ten stems and twelve branches, so that nobody is meant."""

    code: str
    zh: str
    ko: str
    language: Language
    posts: tuple[Post, ...] = ()


@dataclass(frozen=True)
class Town:
    """Where people practise, and who they are."""

    people: tuple[Townsman, ...]
    """The roster first, then the residents."""
    first_shown: tuple[str, ...]
    """The phones on the table when nobody has chosen any."""
    county: str
    """Code of the county whose outline the page's map shows."""
    grid: str
    """Code of the grid whose poster is at hand first."""
    middle: tuple[float, float]
    """Latitude and longitude of the residents' phones (WGS-84)."""
    has_story: bool = False
    """Whether the played day is its story."""
    refused: tuple[str, ...] = ()
    """Rows of an office's lists that were not taken, a sentence each."""
    accounts: Mapping[str, int] = field(default_factory=dict)
    """Telegram numbers that are bound already, by code; everybody else of the roster joins by invitation."""

    @property
    def poster(self) -> str:
        """Behind the poster's two codes: …_zh and …_ko."""
        return f"g_{self.grid}"

    @cached_property
    def by_code(self) -> Mapping[str, Townsman]:
        return {one.code: one for one in self.people}


@dataclass(frozen=True, slots=True)
class Founding:
    """How a database becomes a town."""

    name: str
    """Of the database's file."""
    found: Callable[[Session, datetime], Town]
    """Fills it where it is empty, at this civil time, and says which town it is."""


def _other_communities() -> tuple[str, ...]:
    return tuple(code for code, level, _, _ in _rows() if level == "community" and code != DANSHAN)


def _rows() -> Iterator[tuple[str, str, str, str]]:
    with AREAS.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(line for line in file if not line.startswith("#")):
            yield row["code"], row["level"], row["name_zh"], row["name_ko"]


_ZH, _KO = Language.ZH, Language.KO

ROSTER: tuple[Townsman, ...] = (
    Townsman("mediator_yi", "乙", "을", _KO, (Post(Role.MEDIATOR, DANSHAN),)),
    Townsman("mediator_ji", "己", "기", _ZH, (Post(Role.MEDIATOR, DANSHAN, rank=2),)),
    Townsman("mediator_chou", "丑", "축", _KO, (Post(Role.MEDIATOR, STREET),)),
    Townsman("mediator_mao", "卯", "묘", _ZH, (Post(Role.MEDIATOR, STREET, rank=2),)),
    Townsman(
        "judge_bing",
        "丙",
        "병",
        _ZH,
        (
            Post(Role.JUDGE, DANSHAN),
            Post(Role.JUDGE, STREET, categories=(Category.LABOUR,)),
        ),
    ),
    Townsman(
        "judge_yin",
        "寅",
        "인",
        _KO,
        tuple(Post(Role.JUDGE, community) for community in _other_communities()),
    ),
    Townsman("assistant_geng", "庚", "경", _KO, (Post(Role.JUDGE_ASSISTANT, STREET),)),
    Townsman("officer_ding", "丁", "정", _ZH, (Post(Role.GRID_OFFICER, GRID),)),
    Townsman("court_xin", "辛", "신", _ZH, (Post(Role.COURT_SUPERVISOR, COUNTY),)),
    Townsman("supervisor_ren", "壬", "임", _ZH, (Post(Role.SUPERVISOR, COUNTY),)),
    Townsman("coordinator_gui", "癸", "계", _KO, (Post(Role.COORDINATOR, COUNTY),)),
    Townsman("administrator_zi", "子", "자", _ZH, (Post(Role.ADMINISTRATOR, COUNTY),)),
)
#: They only live here: known to Telegram, and to no roster.
RESIDENTS: tuple[Townsman, ...] = (
    Townsman("resident_jia", "甲", "갑", _KO),
    Townsman("resident_wu", "戊", "무", _KO),
    Townsman("resident_chen", "辰", "진", _ZH),
)
EVERYBODY = (*ROSTER, *RESIDENTS)
YANJI = Town(
    people=EVERYBODY,
    first_shown=(
        "resident_jia",
        "judge_bing",
        "officer_ding",
        "mediator_yi",
        "resident_chen",
        "court_xin",
        "supervisor_ren",
    ),  # a resident of each language, grid, mediation, court and centre
    county=COUNTY,
    grid=GRID,
    middle=MIDDLE,
    has_story=True,
)


def found_yanji(session: Session, now: datetime) -> Town:
    """Yanji, as the sandbox opens it when no office brings its own lists."""
    seed_yanji(session, now)
    return YANJI


IN_YANJI = Founding("yanji", found_yanji)


def telegram_id(code: str) -> int:
    """The invented account of somebody of the roster, as `joined` binds it."""
    return _JOINED_FROM + [person.code for person in ROSTER].index(code)


def seed_yanji(
    session: Session,
    now: datetime,
    *,
    joined: bool = False,
    languages: Mapping[str, Language] | None = None,
) -> bool:
    """Fill an empty sandbox database; False when there are areas already, and nothing is changed.

    Args:
        session: a writing one.
        now: civil now; the duties run from the first of its year.
        joined: everybody's invented Telegram account is bound; else each joins by invitation.
        languages: who reads which language, by code, where it is not what the roster says.

    Raises:
        WrongNature: the database is live.
    """
    schema.stamp(session, Nature.SANDBOX)
    if session.scalars(select(Area.id)).first() is not None:
        return False
    areas = _areas(session)
    fill_grids(session, areas, DANSHAN)
    _people(session, areas, now, joined=joined, languages=languages or {})
    fill_rota(session, areas[COUNTY], now)
    year = civil(now).year
    session.add(CaseSequence(year=year, area6=COUNTY[:6], last=CASES_BEFORE))
    session.flush()
    return True


def invite_everybody(work: Work) -> dict[str, str]:
    """What each of the roster must send to the bot to join, by code: the start parameter of their link."""
    people = work.session.scalars(
        select(Person).where(Person.code.is_not(None), Person.telegram_id.is_(None))
    )
    return {person.code or "": f"i_{joining.invite(work, person)}" for person in people}


def _areas(session: Session) -> dict[str, Area]:
    areas: dict[str, Area] = {}
    for code, level, zh, ko in _rows():
        area = Area(code=code, level=AreaLevel(level), name_zh=zh, name_ko=ko, aliases=[])
        area.parent = _parent(code, areas)
        areas[code] = area
        session.add(area)
    session.flush()
    return areas


def _parent(code: str, areas: Mapping[str, Area]) -> Area | None:
    """Statistical codes nest: 2 digits for the province, 4, 6, 9 for the street, 12 for the community."""
    above = (code[:length].ljust(12, "0") for length in (9, 6, 4, 2))
    return next((areas[one] for one in above if one != code and one in areas), None)


def _people(
    session: Session,
    areas: Mapping[str, Area],
    now: datetime,
    *,
    joined: bool,
    languages: Mapping[str, Language],
) -> None:
    since = date(civil(now).year, 1, 1)
    for one in ROSTER:
        person = Person(
            code=one.code,
            name=one.zh,
            name_ko=one.ko,
            language=languages.get(one.code, one.language),
            telegram_id=telegram_id(one.code) if joined else None,
            named=True,  # in this town the officers have agreed; a fresh roster's have not
            created_at=now,
        )
        session.add(person)
        session.flush()
        session.add_all(
            Duty(
                person_id=person.id,
                area_id=areas[post.area].id,
                role=post.role,
                categories=list(post.categories),
                languages=[Language.ZH, Language.KO],
                rank=post.rank,
                starts=since,
            )
            for post in one.posts
        )
    session.flush()
