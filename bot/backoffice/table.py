"""One table of the back office: starlette-admin draws it, cases/ reads and changes it.

Laws: a form changes only what was changed in it; no row of the database reaches a page, only what cases/office_tables.py gives; a change is an action of
cases/actions, in one transaction; a refusal is said in the reader's language, beside the field that it is about.
"""

from abc import abstractmethod
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette_admin.exceptions import FormValidationError
from starlette_admin.fields import BaseField, EnumField, StringField
from starlette_admin.flash import flash
from starlette_admin.views import BaseModelView

from bot.backoffice.entrance import NAME, administrator
from bot.backoffice.words import COLUMNS, FRAME, HINTS, TABLES, heading, later, reading, say
from bot.import_words import WORDS
from cases.errors import CaseError, NotYours, RowRefused
from cases.office_pages import Page, Wanted
from cases.sheet import Fault
from cases.views import Name
from cases.work import Work
from handlers.refusals import REFUSALS
from locales.formats import stamp
from models.person import Person
from models.vocabulary import Language

if TYPE_CHECKING:
    from bot.backoffice.office import House

R = TypeVar("R")
Choices = Sequence[tuple[str, Any]]
_SEE_OTHER = 303
_LONGEST = 60  # of what is looked for
_FARTHEST = 1 << 31  # rows; what no table has


def said(refused: CaseError) -> str:
    """Why it was not done."""
    if isinstance(refused, NotYours):
        return say(FRAME["not_yours"])
    if isinstance(refused, RowRefused):
        return " ".join(sentence(fault) for fault in refused.faults)
    word = REFUSALS.get(type(refused).__name__)
    return say(word) if word else say(FRAME["broken"])


def sentence(fault: Fault) -> str:
    """What is wrong with a cell, and what stood there."""
    words = WORDS[fault.reason]
    why = words.ko if reading() is Language.KO else words.zh
    return f"[{fault.value}] {why}" if fault.value else why


def shown(value: Any) -> Any:  # noqa: ANN401 - whatever a row holds
    """A value as it is read."""
    if isinstance(value, Name):
        return value.read_in(reading())
    if isinstance(value, datetime):
        return stamp(value, reading())
    if isinstance(value, date):
        return value.isoformat()
    return value


def column(name: str, kind: str = "", **how: Any) -> StringField:
    """A column of words. `kind`: it is called as in the office's spreadsheets."""
    return StringField(name, **_called(name, kind, how))


def chosen(name: str, kind: str, choices: Choices, **how: Any) -> EnumField:
    """A column of codes; `multiple`: several of them, as boxes."""
    if how.get("multiple"):
        how["form_template"] = "fields/form/checks.html"
    return EnumField(name, choices=choices, select2=False, **_called(name, kind, how))


def _called(name: str, kind: str, how: dict[str, Any]) -> dict[str, Any]:
    called = how.pop("called", name)
    hint = how.pop("hint", None)
    if hint:
        how["help_text"] = later(HINTS[hint])
    return {"label": heading(kind, called) if kind else later(COLUMNS[called]), **how}


class Table(BaseModelView):
    """What all tables share: pages, search, order, and how a change is carried out."""

    pk_attr = "id"
    table: ClassVar[str]
    exporters = ()
    importers = ()
    actions = ()
    row_actions: Sequence[str] | None = ()
    page_size = 25
    page_size_options = (25,)
    searchable = True
    correctable = False
    can_be_given = False

    def __init__(self, house: "House") -> None:
        self.key = self.table
        self.house = house
        self.menu_label = later(TABLES[self.table])
        self.display_name = later(TABLES[self.table])
        super().__init__()

    @abstractmethod
    def rows(self, work: Work, by: Person, wanted: Wanted) -> Page[Any]:
        """What a page shows."""

    # Reading

    async def find_all(  # noqa: PLR0917 - starlette-admin's own signature
        self,
        request: Request,
        skip: int = 0,
        limit: int = 100,
        q: str | None = None,
        sorts: Sequence[tuple[str, str]] | None = None,
        filters: Any = None,  # noqa: ANN401 - we offer none
    ) -> Sequence[Any]:
        order = tuple((name, way == "desc") for name, way in sorts or () if name != "id")
        words = (q or "").replace("\0", "")[
            :_LONGEST
        ]  # no database takes the one, nobody types the rest
        page = await self._page(request, Wanted(words, order, min(skip, _FARTHEST), limit))
        request.state.office_total = page.total
        return page.rows

    async def count(self, request: Request, q: str | None = None, filters: Any = None) -> int:  # noqa: ANN401 - as above
        total: int | None = getattr(request.state, "office_total", None)
        return (
            (await self._page(request, Wanted(q or "", limit=1))).total if total is None else total
        )

    async def find_by_pk(self, request: Request, pk: Any) -> Any:  # noqa: ANN401 - out of an address
        if not str(pk).isdecimal() or len(str(pk)) > 18:  # noqa: PLR2004 - digits of the largest id
            return None
        page = await self._page(request, Wanted(limit=1, id=int(pk)))
        if not page.rows:
            return None
        request.state.office_row = page.rows[0]
        request.state.office_called = await self.repr(page.rows[0], request)
        return page.rows[0]

    async def find_by_pks(self, request: Request, pks: list[Any]) -> Sequence[Any]:
        found = [await self.find_by_pk(request, pk) for pk in pks[: self.page_size]]
        return [one for one in found if one is not None]

    async def _page(self, request: Request, wanted: Wanted) -> Page[Any]:
        who, house = administrator(request).person_id, self.house
        return await house.store.look(
            lambda session: self.rows(house.work(session), session.get_one(Person, who), wanted)
        )

    async def serialize_field_value(self, value: Any, field: BaseField, request: Request) -> Any:  # noqa: ANN401 - any value
        if isinstance(value, list):  # lines of their own, as they are read
            return value
        return await super().serialize_field_value(shown(value), field, request)

    # Changing

    async def carry_out(self, request: Request, change: Callable[[Work, Person], R]) -> R:
        """One action of cases/, in one transaction.

        Raises:
            CaseError: it was refused; nothing was changed.
        """
        who, house = administrator(request).person_id, self.house
        done = await house.store.act(
            lambda session: change(house.work(session), session.get_one(Person, who))
        )
        house.wake()
        return done

    async def from_form(self, request: Request, change: Callable[[Work, Person], R]) -> R:
        """The same; what was refused stands beside its field."""
        try:
            return await self.carry_out(request, change)
        except RowRefused as refused:
            raise FormValidationError(
                {fault.column: sentence(fault) for fault in refused.faults}
            ) from None
        except CaseError as refused:
            raise FormValidationError({"": said(refused)}) from None

    async def from_button(
        self, request: Request, pk: object, change: Callable[[Work, Person], object], done: str
    ) -> Response:
        """The same, from a button of a row's own page; the answer stands above it."""
        try:
            await self.carry_out(request, change)
        except CaseError as refused:
            flash(request, said(refused), "error")
        else:
            flash(request, done, "success")
        return self.to_row(request, pk)

    def to_row(self, request: Request, pk: object) -> Response:
        page = request.url_for(f"{NAME}:detail", key=self.key).include_query_params(pk=str(pk))
        return RedirectResponse(page, _SEE_OTHER)

    async def create(self, request: Request, data: dict[str, Any]) -> Any:  # noqa: ANN401 - a row
        raise FormValidationError({"": said(NotYours())})

    async def edit(self, request: Request, pk: Any, data: dict[str, Any]) -> Any:  # noqa: ANN401 - as above
        raise FormValidationError({"": said(NotYours())})

    async def delete(self, request: Request, pks: list[Any]) -> int | None:
        """Nothing of an office is deleted: duties end and people leave."""
        return 0

    # Who may

    def can_create(self, request: Request) -> bool:
        return self.can_be_given

    def can_edit(self, request: Request) -> bool:
        return self.correctable

    def can_delete(self, request: Request) -> bool:
        return False

    def can_export(self, request: Request) -> bool:
        return False

    def can_import(self, request: Request) -> bool:
        return False


def was(request: Request, name: str) -> str:
    """What a field of a row showed, as its form sends it back."""
    value = shown(getattr(getattr(request.state, "office_row", None), name, None))
    return ";".join(value) if isinstance(value, tuple) else str(value or "")


async def changed(request: Request, data: Mapping[str, Any], *names: str) -> dict[str, Any]:
    """What a form says otherwise than it showed: what somebody else changed meanwhile stays as it is."""
    form = await request.form()
    said = cells(data, *names)
    return {
        name: one
        for name, one in said.items()
        if differs(data[name], one, str(form.get(f"was.{name}") or ""))
    }


def differs(value: object, said: str, before: str) -> bool:
    """Whether a field was changed; the order in which several codes stand says nothing."""
    if isinstance(value, list):
        return set(said.split(";")) != set(before.split(";"))
    return said != before


def cells(data: Mapping[str, Any], *names: str) -> dict[str, Any]:
    """What a form said, as the cells of a row; several codes as one cell."""
    found = {name: data[name] for name in names if name in data}
    return {
        name: ";".join(said) if isinstance(said, list) else (said or "")
        for name, said in found.items()
    }
