"""The tables that are only read: links for joining, who is away, what was changed; and what the areas lack.

Law: nothing of any case.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import select
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette_admin.routing import route
from starlette_admin.views import CustomView

from bot.backoffice.entrance import NAME, administrator
from bot.backoffice.table import Table, chosen, column
from bot.backoffice.tables import ROLES, People
from bot.backoffice.words import (
    CHANGES,
    COLUMNS,
    GAPS,
    LACKS,
    LINKS,
    SPANS,
    TABLES,
    category,
    frame,
    later,
    reading,
    role,
    say,
)
from bot.headings import KINDS, heading_of, word_of
from cases import office_lists
from cases.coverage import coverage
from cases.office import Errand, areas_for
from cases.office_lists import AbsenceRow, InvitationRow, RecordRow, ShiftRow
from cases.office_pages import Page, Wanted, place_name
from cases.views import Name
from cases.work import Work
from models.area import Area
from models.person import Person
from models.vocabulary import Language, Role, RosterChange, Station

if TYPE_CHECKING:
    from bot.backoffice.office import House

_NAMED = 200  # lines of one lack; a whole county without judges is one sentence


class Invitations(Table):
    table = "invitation"
    sortable_fields = (
        "code",
        "expires",
    )
    fields_default_sort = (("expires", True),)
    fields = (
        column("code", "roster"),
        column("person"),
        chosen("link", "", [(str(one), later(word)) for one, word in LINKS.items()]),
        column("expires"),
        column("used"),
    )

    def rows(self, work: Work, by: Person, wanted: Wanted) -> Page[InvitationRow]:
        return office_lists.invitations(work, by, wanted)


class Absences(Table):
    table = "absence"
    sortable_fields = (
        "code",
        "starts",
        "ends",
    )
    fields_default_sort = (("starts", True),)
    fields = (
        column("code", "roster"),
        column("person"),
        column("starts", called="first_day"),
        column("ends", called="last_day"),
        column("deputy"),
        chosen("span", "", [(str(one), later(word)) for one, word in SPANS.items()]),
    )

    def rows(self, work: Work, by: Person, wanted: Wanted) -> Page[AbsenceRow]:
        return office_lists.absences(work, by, wanted)


class Rota(Table):
    """Who stands ready in which hours, from now on; lists of shifts are brought in by the command."""

    table = "shift"
    sortable_fields = ("code", "starts")
    fields_default_sort = (("starts", False),)
    fields = (
        column("starts", called="from"),
        column("ends", called="until"),
        column("code", "roster"),
        column("person"),
        chosen("role", "roster", ROLES),
        column("place"),
    )

    def rows(self, work: Work, by: Person, wanted: Wanted) -> Page[ShiftRow]:
        return office_lists.shifts(work, by, wanted)


def _facts(_request: Request, row: RecordRow) -> list[str]:
    """Each value, under the heading that it has in the office's spreadsheets."""
    kind = "areas" if row.kind is RosterChange.AREA else "roster"
    return [
        frame("is", column=_column(kind, name), value=_told(name, said))
        for name, said in row.facts.items()
    ]


def _column(kind: str, name: str) -> str:
    if name in COLUMNS:
        return say(COLUMNS[name])
    return heading_of(kind, name, reading()) if name in KINDS[kind] else name


def _told(name: str, value: Any) -> str:  # noqa: ANN401 - what a record holds
    """One value, or from what to what."""
    if isinstance(value, list) and len(value) == 2:  # noqa: PLR2004 - from and to
        return " → ".join(_one(name, one) for one in value)
    return _one(name, value)


def _one(name: str, value: Any) -> str:  # noqa: ANN401 - as above
    if value in (None, "", []):
        return "–"
    if isinstance(value, list):
        return ", ".join(_one(name, one) for one in value)
    said = str(value)
    if name == "role" and said in set(Role):
        return role(Role(said))
    if name == "station" and said in set(Station):
        return word_of("station", said, reading())
    if name == "languages" and said in set(Language):
        return word_of("languages", said, reading())
    return category(said) if name == "categories" else said


class Record(Table):
    """What administrators changed, in chat or here: who, when, from what to what."""

    table = "record"
    sortable_fields = ("at",)
    fields_default_sort = (("at", True),)
    fields = (
        column("at"),
        column("by"),
        chosen("kind", "", [(str(one), later(word)) for one, word in CHANGES.items()]),
        column("code", "roster"),
        column("person"),
        column("place"),
        column("facts", getter=_facts),
    )

    def rows(self, work: Work, by: Person, wanted: Wanted) -> Page[RecordRow]:
        return office_lists.record(work, by, wanted)


@dataclass(frozen=True, slots=True)
class Lack:
    """One thing that is lacking, and where or with whom."""

    what: str
    count: int
    places: list[tuple[str, Name]]
    more: int


class First(CustomView):
    """Where somebody comes in: at the people."""

    add_to_menu = False

    @route("")
    async def index(self, request: Request) -> Response:
        return RedirectResponse(request.url_for(f"{NAME}:list", key=People.table), 303)


class Lacking(CustomView):
    """What the administrator's areas lack, as `gridwhistle coverage` says it."""

    route_name = "lacking"

    def __init__(self, house: "House") -> None:
        super().__init__(menu_label=later(TABLES["coverage"]), path="/lacking")
        self._house = house

    @route("")
    async def index(self, request: Request) -> Response:
        who, house, language = administrator(request).person_id, self._house, reading()
        lacks = await house.store.look(
            lambda session: _lacking(house.work(session), session.get_one(Person, who), language)
        )
        assert self._admin is not None  # noqa: S101 - a mounted view has one
        facts = {"title": self.title(request), "lacks": lacks, "lack_words": LACKS, "say": say}
        return self._admin._template_response(request, "lacking.html", facts)  # noqa: SLF001 - as its own pages do

    def title(self, request: Request) -> str:
        return say(TABLES["coverage"])


def _lacking(work: Work, by: Person, language: Language) -> list[Lack]:
    found = coverage(
        work.session, work.today, areas_for(work, by, Errand.LOOK_AFTER), now=work.now
    )
    areas = _areas(work, {code for codes in found.gaps.values() for code in codes[:_NAMED]})
    lacks = [
        _lack(say(word, language), found.gaps[gap], areas)
        for gap, word in GAPS.items()
        if gap in found.gaps
    ]
    ending = [f"{one.code} · {one.area} · {one.ends.isoformat()}" for one in found.ending]
    for name, codes in (
        ("not_joined", found.not_joined),
        ("blocked", found.blocked),
        ("ending", ending),
        ("away_alone", found.away_alone),
        ("unmanned", [str(one) for one in found.unmanned]),
    ):
        if codes:
            lacks.append(_lack(say(LACKS[name], language), codes, _people(work, codes[:_NAMED])))
    return lacks


def _lack(what: str, codes: list[str], names: Mapping[str, Name]) -> Lack:
    nameless = Name("", "")
    places = [(code, names.get(code, nameless)) for code in codes[:_NAMED]]
    return Lack(what, len(codes), places, len(codes) - len(places))


def _areas(work: Work, codes: set[str]) -> dict[str, Name]:
    rows = work.session.scalars(select(Area).where(Area.code.in_(codes)))
    return {area.code: place_name(area) for area in rows}


def _people(work: Work, codes: list[str]) -> dict[str, Name]:
    rows = work.session.scalars(select(Person).where(Person.code.in_(codes)))
    return {one.code or "": Name(one.name or "", one.name_ko or one.name or "") for one in rows}
