"""An office's own spreadsheets as the town in which its people practise.

Laws: what cannot be taken is named row by row, as the import does, and the rest is loaded; everybody of the roster has a
phone at once, so that nobody is skipped for not having joined; the office's own database is never touched.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.import_words import sentence
from bot.sandbox.town import RESIDENTS, Post, Town, Townsman
from bot.sandbox.town_grids import MIDDLE
from bot.shipped import divisions, shipped
from bot.tables import Table, read
from cases import area_file, roster, roster_rows, roster_steps
from cases.sheet import Fault
from cases.work import Rules, Work
from models import schema
from models.area import Area
from models.duty import Duty
from models.person import Person
from models.vocabulary import AreaLevel, Language, Nature, Role

_JOINED_FROM = 9_300_000_000  # invented accounts, above 32 bits as real ones are
_COUNTY_DIGITS = 6  # of a statistical division code
_PLAIN_CODE = re.compile(r"[A-Za-z][A-Za-z0-9_-]{0,30}")
#: Whose phones lie on the table first, beside a resident of each language.
_FIRST_ROLES = (
    Role.JUDGE,
    Role.GRID_OFFICER,
    Role.MEDIATOR,
    Role.COURT_SUPERVISOR,
    Role.SUPERVISOR,
)


class NobodyToPractise(Exception):
    """No row of the roster could be taken; the text names them all."""

    def __init__(self, refused: Iterable[str]) -> None:
        nobody = "名册里没有可用的人 / 명부에 쓸수 있는 사람이 없습니다 / nobody on the roster can be taken"
        super().__init__("\n".join([nobody, *(f"! {line}" for line in refused)]))


@dataclass(frozen=True, slots=True)
class OwnTown:
    """The lists of an office, read once; `found` makes any empty sandbox database its town."""

    areas: Sequence[Table]
    people: Table

    @classmethod
    def read(cls, people: Path, areas: Iterable[str] = ()) -> "OwnTown":
        """Read the files.

        Args:
            people: the roster's file.
            areas: files of areas, or names of what ships; none: what ships of the roster's counties.

        Raises:
            FileUnreadable: nothing of a file can be taken.
        """
        table = read(people, "roster", roster_rows.NEEDED)
        named = [shipped(one) or read(Path(one), "areas", area_file.NEEDED) for one in areas]
        return cls(named or [divisions(_counties(table))], table)

    def found(self, session: Session, now: datetime) -> Town:
        """Bring the lists in and give everybody a phone; what is there already stays.

        Raises:
            WrongNature: the database is live.
            NobodyToPractise: no row of the roster could be taken.
        """
        schema.stamp(session, Nature.SANDBOX)
        work = Work(session, now, Rules.load())
        refused = (*self._areas(session), *self._roster(work))
        session.flush()
        session.expire_all()
        return _town(work, refused)

    def _areas(self, session: Session) -> list[str]:
        faults: list[Fault] = []
        for table in self.areas:
            made = area_file.plan(session, table.rows)
            faults += made.faults
            for _, step in area_file.steps(made):
                step(session)
            session.flush()
        return _sentences("areas", faults)

    def _roster(self, work: Work) -> list[str]:
        made = roster.plan(work, self.people.rows)
        faults = list(made.faults)
        for _, step in roster_steps.steps(made):
            faults += step(work)
        return _sentences("roster", faults)


def _sentences(kind: str, faults: Iterable[Fault]) -> list[str]:
    return [sentence(kind, fault) for fault in faults if fault.refuses]


def _counties(table: Table) -> list[str]:
    codes = {str(row.cells.get("area") or "")[:_COUNTY_DIGITS] for row in table.rows}
    return sorted(code for code in codes if code.isdigit() and len(code) == _COUNTY_DIGITS)


def _town(work: Work, refused: tuple[str, ...]) -> Town:
    duties = _duties(work)
    if not duties:
        raise NobodyToPractise(refused)
    held = {person: list(them) for person, them in groupby(duties, key=lambda one: one[0])}
    accounts: dict[str, int] = {}
    for person in held:
        person.telegram_id = person.telegram_id or _JOINED_FROM + person.id
        accounts[_code(person)] = person.telegram_id
    home = _home(duties)
    return Town(
        people=(*(_townsman(one, theirs) for one, theirs in held.items()), *RESIDENTS),
        first_shown=tuple(_first_shown(home, duties)),
        county=_county(home),
        grid=home.code,
        middle=_middle(home),
        refused=refused,
        accounts=accounts,
    )


Held = tuple[Person, Duty, Area]


def _duties(work: Work) -> list[Held]:
    rows = work.session.execute(
        select(Person, Duty, Area)
        .join(Duty, Duty.person_id == Person.id)
        .join(Area, Area.id == Duty.area_id)
        .where(Person.retired_at.is_(None))
        .order_by(Person.code, Duty.id)
    )
    return [(person, duty, area) for person, duty, area in rows if duty.held_on(work.today)]


def _code(person: Person) -> str:
    """What the person is called on the page's address and in the terminal."""
    code = person.code or ""
    return code if _PLAIN_CODE.fullmatch(code) else f"person_{person.id}"


def _townsman(person: Person, duties: Iterable[Held]) -> Townsman:
    posts = tuple(Post(duty.role, area.code, duty.rank) for _, duty, area in duties)
    return Townsman(
        _code(person),
        person.name or "",
        person.name_ko or person.name or "",
        person.language or Language.ZH,
        posts,
    )


def _home(duties: Iterable[Held]) -> Area:
    """The smallest area somebody answers for, a mediator's first: there the practice begins."""
    return min(
        duties,
        key=lambda held: (-len(held[2].line), held[1].role is not Role.MEDIATOR, held[2].code),
    )[2]


def _county(home: Area) -> str:
    county = next((area for area in home.line if area.level is AreaLevel.COUNTY), home)
    return county.code


def _middle(home: Area) -> tuple[float, float]:
    for area in home.line:
        if area.latitude is not None and area.longitude is not None:
            return area.latitude, area.longitude
    return MIDDLE


def _first_shown(home: Area, duties: Sequence[Held]) -> Iterable[str]:
    """Two residents and whoever of each role is nearest to home, each once."""
    above = {area.id: height for height, area in enumerate(home.line)}
    shown = dict.fromkeys([RESIDENTS[0].code])
    for role in _FIRST_ROLES:
        near = [
            (above.get(area.id, len(above)), duty.rank, _code(person))
            for person, duty, area in duties
            if duty.role is role
        ]
        shown.update(dict.fromkeys(code for _, _, code in sorted(near)[:1]))
    shown[RESIDENTS[-1].code] = None
    return shown
