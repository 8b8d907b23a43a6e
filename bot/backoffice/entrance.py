"""Coming in and going out: a link of the bot opens a session once, and every request asks whether it still holds.

Laws: opening a page uses nothing up, only the button does, since programs look at links too; the browser's secret is
HttpOnly and SameSite=Strict; whoever loses the duty is out with the next request; a form without its token changes nothing.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from starlette.datastructures import MutableHeaders
from starlette.middleware.base import RequestResponseEndpoint
from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route
from starlette.templating import Jinja2Templates
from starlette_admin.auth import AdminUser, BaseAuthProvider
from starlette_admin.i18n import set_locale
from starlette_admin.security.csrf import CSRFMiddleware
from starlette_admin.types import RequestAction

from bot import font
from bot.backoffice.words import FRAME
from cases.actions import back_office
from cases.errors import InvitationInvalid
from cases.work import Work
from handlers.words import Say
from locales import Word
from models.person import Person
from models.vocabulary import Language

if TYPE_CHECKING:
    from bot.backoffice.office import House

COOKIE = "gridwhistle_office"
NAME = "office"  # of the routes
_FONT_FOR = "private, max-age=31536000, immutable"
_SEE_OTHER, _FORBIDDEN, _GONE = 303, 403, 410


@dataclass
class Administrator(AdminUser):
    """Who is inside."""

    person_id: int = 0
    language: Language = Language.ZH


def administrator(request: Request) -> Administrator:
    user: Administrator = request.state.admin_user
    return user


def both(name: str) -> list[tuple[str, str]]:
    """A sentence to somebody whose language is not known: (language of the page, words), Chinese first."""
    word: Word = FRAME[name]
    return [(language.replace("_", "-"), Say(language).plain(word)) for language in Language]


class Entrance(BaseAuthProvider):
    """starlette-admin asks it who somebody is, before every page."""

    def __init__(self, house: "House", *, secure: bool) -> None:
        super().__init__(allow_routes=["enter", "font"])
        self._house, self._secure = house, secure

    async def authenticate(self, request: Request) -> AdminUser | None:
        session = request.cookies.get(COOKIE, "")
        request.state.action = RequestAction.LIST  # an error page may be all that is shown
        set_locale(Language.ZH)
        if not session:
            return None
        house = self._house
        found, untouched = await house.store.look(lambda s: _who(house.work(s), session))
        if found is None:
            return None
        if untouched:
            await house.store.act(lambda s: back_office.touch(house.work(s), session))
        set_locale(found.language)
        return found

    def get_routes(self, templates: Jinja2Templates) -> list[Route]:
        async def login(request: Request) -> Response:
            return self._page(templates, request, "login.html")

        async def enter(request: Request) -> Response:
            return await self._enter(templates, request)

        return [
            Route("/login", login, name="login"),
            Route("/enter/{secret}", enter, methods=["GET", "POST"], name="enter"),
            Route("/logout", self._leave, methods=["POST"], name="logout"),
            Route("/font.otf", _font, name="font"),
        ]

    async def _enter(self, templates: Jinja2Templates, request: Request) -> Response:
        if request.method != "POST":
            return self._page(templates, request, "enter.html")
        secret, house = request.path_params["secret"], self._house
        try:
            session = await house.store.act(
                lambda s: back_office.enter(house.work(s), secret).session
            )
        except InvitationInvalid:
            return self._page(templates, request, "login.html", _GONE, used_up=both("used_up"))
        inside = RedirectResponse(request.url_for(f"{NAME}:index"), _SEE_OTHER)
        inside.set_cookie(
            COOKIE,
            session,
            path=path_of(request),
            httponly=True,
            samesite="strict",
            secure=self._secure,
        )
        return inside

    async def _leave(self, request: Request) -> Response:
        house, who = self._house, administrator(request).person_id
        await house.store.act(lambda s: back_office.leave(house.work(s), s.get_one(Person, who)))
        outside = RedirectResponse(request.url_for(f"{NAME}:login"), _SEE_OTHER)
        outside.delete_cookie(COOKIE, path=path_of(request))
        return outside

    def _page(
        self,
        templates: Jinja2Templates,
        request: Request,
        name: str,
        status: int = 200,
        **facts: Sequence[tuple[str, str]],
    ) -> Response:
        return templates.TemplateResponse(
            request, name, {"both": both, **facts}, status_code=status
        )


class Token(CSRFMiddleware):
    """The token of our forms: no script needs to read it, and who lacks it is told so in both languages."""

    async def dispatch(self, request: Request, call_next: RequestResponseEndpoint) -> Response:
        answer = await super().dispatch(request, call_next)
        if isinstance(answer, PlainTextResponse) and answer.status_code == _FORBIDDEN:
            said = "\n".join(words for _, words in both("form_old"))
            return PlainTextResponse(said, _FORBIDDEN)
        headers = MutableHeaders(raw=answer.raw_headers)
        ours = [one for one in headers.getlist("set-cookie") if one.startswith(self.cookie_name)]
        for one in ours:
            others = [name for name in headers.getlist("set-cookie") if name != one]
            del headers["set-cookie"]
            for other in (*others, f"{one.replace('SameSite=lax', 'SameSite=strict')}; HttpOnly"):
                headers.append("set-cookie", other)
        return answer


def path_of(request: Request) -> str:
    """Under which path of the address the back office stands."""
    return str(request.scope["root_path"]) or "/"


def _who(work: Work, session: str) -> tuple[Administrator | None, bool]:
    """Who is inside, and whether it is time to write down that the session is in use."""
    person = back_office.inside(work, session)
    if person is None:
        return None, False
    user = Administrator(person.called(person.reads), None, person.id, person.reads)
    return user, back_office.is_untouched(work, session)


async def _font(request: Request) -> Response:
    del request
    return Response(font.face(), media_type="font/otf", headers={"cache-control": _FONT_FOR})
