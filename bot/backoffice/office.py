"""The back office as it is served: its tables behind its doors, on a listener of its own.

Laws: it is off unless the office gives it an address, and on loopback unless that says otherwise; of several replicas on
one machine the first has the port, and another takes it when the first is gone; the way in is a link of the bot alone.
"""

import asyncio
import logging
from pathlib import Path
from typing import Any, Protocol

from sqlalchemy.orm import Session
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route
from starlette_admin.base import BaseAdmin
from starlette_admin.theme import DefaultTheme

from bot.backoffice.doors import Doors
from bot.backoffice.entrance import NAME, Entrance, Token, both
from bot.backoffice.lists import Absences, First, Invitations, Lacking, Record, Rota
from bot.backoffice.table import was
from bot.backoffice.tables import Areas, Duties, People
from bot.backoffice.words import FRAME, TABLES, frame, install, later, say
from bot.web import Web
from cases.work import Work
from models.sealed import KEYRING
from models.store import Store

log = logging.getLogger(__name__)

HERE = Path(__file__).parent
PATH = "/backoffice"
TAKEN_S = 5.0  # another replica has the port: look again
#: It writes what was searched for and every value of a form into its log: names and telephones.
logging.getLogger("starlette_admin").setLevel(logging.CRITICAL)


class House(Protocol):
    """What the tables are read and changed through."""

    @property
    def store(self) -> Store: ...

    @property
    def bot_username(self) -> str: ...

    def work(self, session: Session) -> Work: ...

    def wake(self) -> None: ...


class Admin(BaseAdmin):
    """starlette-admin, with our token in place of its own."""

    def _init_csrf(self) -> None:
        """Ours stands among the middlewares already."""


class BackOffice:
    """One listening socket, and what is answered on it."""

    def __init__(self, house: House, listens: tuple[str, int], address: str) -> None:
        self._address = address.rstrip("/")
        self._web = Web(application(house, self._address), listens)

    @property
    def address(self) -> str:
        """Where a browser finds it; known once it listens, when the office set no address."""
        host, port = self._web.listens_at
        own = f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
        return f"{self._address or own}{PATH}"

    async def serve(self) -> None:
        """Answer until stopped; while somebody else has the port, wait for it."""
        told = False
        while not self._web.is_listening:
            try:
                self._web.listen()
            except OSError as error:
                if not told:
                    log.warning(
                        "the back office's port is taken; waiting",
                        extra={"action": "back_office_waits", "why": str(error)},
                    )
                told = True
                await asyncio.sleep(TAKEN_S)
        await self._web.serve()

    async def stop(self, running: "asyncio.Task[None] | None", patience_s: float = 3.0) -> None:
        if running is not None and not self._web.is_listening:
            running.cancel()  # it waits for the port
            await asyncio.gather(running, return_exceptions=True)
            return
        await self._web.stop(running, patience_s)


def application(house: House, address: str = "") -> Doors:
    """The whole of it, for a server or a test. `address`: what the office set, with its scheme."""
    install()
    secret = KEYRING.index("back office", "cookies")  # the same in all replicas
    admin = Admin(
        title=later(FRAME["title"]),
        base_url=PATH,
        route_name=NAME,
        templates_dir=str(HERE / "templates"),
        static_dir=str(HERE / "static"),
        index_view=First(),
        theme=DefaultTheme(),
        auth_provider=Entrance(house, secure=address.startswith("https://")),
        secret_key=secret,
        middlewares=[Middleware(Token, secret_key=secret)],
        timezone_config=None,
    )
    for table in (People, Duties, Areas, Invitations, Absences, Rota, Record):
        admin.add_view(table(house))
    admin.add_view(Lacking(house))
    words: dict[str, Any] = {"w": frame, "say": say, "both": both, "was": was, "tables": TABLES}
    admin.templates.env.globals.update(words)
    inside = Starlette(routes=[Route("/", _to_the_office)], exception_handlers={404: _nowhere})
    admin.mount_to(inside)
    admin.app.add_exception_handler(Exception, _broken)
    return Doors(inside, address)


async def _to_the_office(_request: Request) -> Response:
    return RedirectResponse(f"{PATH}/", 303)


async def _nowhere(_request: Request, _error: Exception) -> Response:
    return PlainTextResponse("\n".join(words for _, words in both("not_found")), 404)


async def _broken(_request: Request, _error: Exception) -> Response:
    """The database is away, or a mistake of ours: in both languages, since nobody knows who asks. The server logs it."""
    return PlainTextResponse("\n".join(words for _, words in both("broken")), 500)
