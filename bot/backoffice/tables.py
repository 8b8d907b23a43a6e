"""The tables that an administrator corrects: areas, people, and what they answer for.

Laws: each change is one of cases/actions/correcting.py, giving.py or retiring.py; who holds a duty, as what and where, is never
changed but ended and given anew; no case is shown, only how many go on when somebody leaves, and their numbers.
"""

from collections.abc import Callable
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette_admin.actions import row_action
from starlette_admin.fields import BaseField
from starlette_admin.flash import flash
from starlette_admin.types import RequestAction

from bot.backoffice.table import Table, cells, changed, chosen, column, said
from bot.backoffice.words import (
    CHANGES,
    FRAME,
    LACKS,
    SPANS,
    STANDINGS,
    cell,
    later,
    reading,
    role,
    say,
)
from cases import office_tables
from cases.actions import correcting, giving, retiring, spoken_code
from cases.errors import CaseError
from cases.office_pages import Page, Wanted
from cases.office_tables import AreaRow, DutyRow, PersonRow
from cases.work import Work
from handlers.words import CATEGORIES, OFFICES
from models.person import Person
from models.vocabulary import AreaLevel, Category, Language, Role, RosterChange, Station

LEVELS = [(str(one), cell("level", one)) for one in AreaLevel]
ROLES = [(str(one), later(OFFICES[one])) for one in Role if one is not Role.RESIDENT]
STATIONS = [(str(one), cell("station", one)) for one in Station]
LANGUAGES = [(str(one), cell("languages", one)) for one in Language]
#: Not for mediation, so nobody's speciality (domain rule book 1.2).
_NOT_OURS = {Category.POLICE, Category.ADMINISTRATION, Category.IN_COURT}
KINDS = [(str(one), later(CATEGORIES[one])) for one in Category if one not in _NOT_OURS]
_POSTS = 4  # of one person, in a list
_DAY = "2027-01-31"  # how a day is written; a picker of the browser speaks the language of the browser
_FIXED: dict[str, Any] = {"exclude_from_create": True, "exclude_from_edit": True}


class Areas(Table):
    """The administrator's areas; names, telephone and hours may be corrected."""

    table = "area"
    detail_template = "area.html"
    correctable = True
    sortable_fields = (
        "code",
        "level",
        "name_zh",
        "name_ko",
    )
    fields = (
        column("code", "areas", **_FIXED),
        chosen("level", "areas", LEVELS, **_FIXED),
        column("name_zh", "areas", maxlength=100, required=True),
        column("name_ko", "areas", maxlength=100, hint="name_ko"),
        column("aliases", "areas", maxlength=100, hint="aliases", exclude_from_list=True),
        column("phone", "areas", maxlength=40, input_type="tel"),
        column("hours", "areas", maxlength=120, hint="hours"),
        column("above", **_FIXED),
    )

    def rows(self, work: Work, by: Person, wanted: Wanted) -> Page[AreaRow]:
        return office_tables.areas(work, by, wanted)

    async def repr(self, obj: AreaRow, request: Request) -> str:
        return obj.name_ko if reading() is Language.KO and obj.name_ko else obj.name_zh

    async def edit(self, request: Request, pk: Any, data: dict[str, Any]) -> Any:  # noqa: ANN401 - a row
        form = await changed(request, data, "name_zh", "name_ko", "aliases", "phone", "hours")
        await self.from_form(
            request, lambda work, by: correcting.correct_area(work, by, int(pk), form)
        )
        return await self.find_by_pk(request, pk)


class People(Table):
    """The roster; names and telephone may be corrected, links for joining made, and people leave."""

    table = "person"
    correctable = True
    detail_template = "person.html"
    row_actions = None
    sortable_fields = ("code",)
    fields = (
        column("code", "roster", **_FIXED),
        column("name", "roster", maxlength=40, required=True),
        column("name_ko", "roster", maxlength=40, hint="name_ko"),
        column("phone", "roster", maxlength=40, input_type="tel", hint="phone"),
        column("posts", **_FIXED),
        chosen(
            "standing", "", [(str(one), later(word)) for one, word in STANDINGS.items()], **_FIXED
        ),
        chosen("reads", "roster", LANGUAGES, exclude_from_list=True, **_FIXED),
    )

    def rows(self, work: Work, by: Person, wanted: Wanted) -> Page[PersonRow]:
        return office_tables.people(work, by, wanted)

    async def repr(self, obj: PersonRow, request: Request) -> str:
        own = obj.name_ko if reading() is Language.KO else None
        return own or obj.name or obj.code

    async def serialize_field_value(self, value: Any, field: BaseField, request: Request) -> Any:  # noqa: ANN401 - any value
        if field.name == "posts":
            told = [f"{role(code)} · {place.read_in(reading())}" for code, place in value]
            if request.state.action is not RequestAction.LIST or len(told) <= _POSTS:
                return told
            more = say(LACKS["more"], None, count=len(told) - _POSTS)
            return [*told[:_POSTS], more]
        return await super().serialize_field_value(value, field, request)

    async def edit(self, request: Request, pk: Any, data: dict[str, Any]) -> Any:  # noqa: ANN401 - a row
        form = await changed(request, data, "name", "name_ko", "phone")
        await self.from_form(
            request, lambda work, by: correcting.correct_person(work, by, int(pk), form)
        )
        return await self.find_by_pk(request, pk)

    @row_action(name="invite", text="", custom_response=True)
    async def invite(self, request: Request, pk: Any) -> Response:  # noqa: ANN401 - out of an address
        """The link is shown once, on a page that nothing keeps."""
        try:
            link, code = await self.carry_out(
                request, lambda work, by: _invited(work, by, int(pk), self.house.bot_username)
            )
        except CaseError as refused:
            flash(request, said(refused), "error")
            return self.to_row(request, pk)
        assert self._admin is not None  # noqa: S101 - a mounted table has one
        facts = {
            "view": self,
            "pk": pk,
            "link": link,
            "code": code,
            "title": say(FRAME["invited"]),
        }
        return self._admin._template_response(request, "invited.html", facts)  # noqa: SLF001 - as its own pages do

    @row_action(name="retire", text="", custom_response=True)
    async def retire(self, request: Request, pk: Any) -> Response:  # noqa: ANN401 - as above
        done = say(CHANGES[RosterChange.LEFT])
        return await self.from_button(
            request, pk, lambda work, by: retiring.retire(work, by, int(pk)), done
        )


def _given(name: str) -> Callable[[Request], str]:
    """What the page before has in hand: whose duty, or where."""
    return lambda request: request.query_params.get(name, "")[:100]


class Duties(Table):
    """What people answer for; days, rank, languages and station may be corrected, a duty given or ended."""

    table = "duty"
    correctable = True
    can_be_given = True
    detail_template = "duty.html"
    row_actions = None
    sortable_fields = (
        "code",
        "role",
        "area",
        "rank",
        "starts",
        "ends",
    )
    fields = (
        column("code", "roster", maxlength=60, hint="code", exclude_from_edit=True, default=_given("code")),
        column("person", exclude_from_create=True, exclude_from_edit=True),
        column("name", "roster", maxlength=40, hint="name", exclude_from_list=True,
               exclude_from_detail=True, exclude_from_edit=True),
        column("phone", "roster", maxlength=40, hint="phone", input_type="tel", exclude_from_list=True,
               exclude_from_detail=True, exclude_from_edit=True),
        chosen("role", "roster", ROLES, exclude_from_edit=True, required=True),
        column("area", "roster", maxlength=100, hint="area", exclude_from_edit=True, required=True, default=_given("area"),
               exclude_from_list=True),
        column("place", **_FIXED),
        chosen("categories", "roster", KINDS, multiple=True, exclude_from_list=True, exclude_from_edit=True),
        chosen("languages", "roster", LANGUAGES, multiple=True),
        chosen("station", "roster", STATIONS, exclude_from_list=True),
        column("rank", "roster", input_type="number", hint="rank"),
        column("starts", "roster", placeholder=_DAY, hint="starts"),
        column("ends", "roster", placeholder=_DAY, hint="ends"),
        chosen("span", "", [(str(one), later(word)) for one, word in SPANS.items()], **_FIXED),
    )  # fmt: skip

    def rows(self, work: Work, by: Person, wanted: Wanted) -> Page[DutyRow]:
        return office_tables.duties(work, by, wanted)

    async def repr(self, obj: DutyRow, request: Request) -> str:
        return f"{obj.code} · {role(obj.role)} · {obj.place.read_in(reading())}"

    async def create(self, request: Request, data: dict[str, Any]) -> DutyRow | None:
        names = (
            "code", "name", "phone", "role", "area", "categories", "languages", "station", "rank", "starts",
            "ends",
        )  # fmt: skip
        form = cells(data, *names)
        duty = await self.from_form(request, lambda work, by: giving.give_duty(work, by, form).id)
        found: DutyRow | None = await self.find_by_pk(request, duty)
        return found

    async def edit(self, request: Request, pk: Any, data: dict[str, Any]) -> Any:  # noqa: ANN401 - a row
        form = await changed(request, data, "languages", "station", "rank", "starts", "ends")
        await self.from_form(
            request, lambda work, by: correcting.correct_duty(work, by, int(pk), form)
        )
        return await self.find_by_pk(request, pk)

    @row_action(name="end", text="", custom_response=True)
    async def end(self, request: Request, pk: Any) -> Response:  # noqa: ANN401 - out of an address
        done = say(CHANGES[RosterChange.DUTY_ENDED])
        return await self.from_button(
            request, pk, lambda work, by: retiring.end_duty(work, by, int(pk)), done
        )


def _invited(work: Work, by: Person, who: int, bot: str) -> tuple[str, str | None]:
    """The link, and the code that can be said aloud."""
    secret = correcting.invite(work, by, who)
    return f"https://t.me/{bot}?start=i_{secret}", spoken_code.code_for(work, secret)
