"""The page with everybody's phone: its addresses, what each gives, and the listener that serves it.

Laws: it listens on loopback unless told otherwise, and then only whoever has the token in the address comes in; the Bot
API of the sandbox has a listener of its own, which never leaves loopback and may fail without taking the page away.
"""

import secrets
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from pathlib import Path

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import (
    HTMLResponse,
    JSONResponse,
    PlainTextResponse,
    Response,
    StreamingResponse,
)
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles

from bot import font
from bot.sandbox.listener import LOOPBACK, Listener, is_loopback
from bot.sandbox.opening import Opened
from bot.sandbox.page import deeds
from bot.sandbox.page.bar import Bar, Disorder, RefusedError
from bot.sandbox.page.deeds import MisdeedError
from bot.sandbox.page.doors import Doors
from bot.sandbox.page.looks import Looks
from bot.sandbox.page.stream import Watch
from bot.sandbox.page.townsfolk import Townsfolk
from bot.sandbox.page.words import Speech, speech
from bot.sandbox.transcript import CIVIL_ZONE

_STATIC = Path(__file__).with_name("static")
_EVERYWHERE = frozenset({"0.0.0.0", "::"})  # noqa: S104 - only compared with
_SEEN_AS = {".jpg": "image/jpeg", ".oga": "audio/ogg"}
"""What is shown in the page; every other file is only ever saved."""
_STEPS = {"hour": timedelta(hours=1), "day": timedelta(days=1)}
_FONT_FOR = "public, max-age=31536000, immutable"


class Page:
    """The page, from its first address to its last."""

    def __init__(
        self, opened: Opened, *, host: str = LOOPBACK, port: int = 0, day_played: bool = False
    ) -> None:
        self._opened = opened
        self._townsfolk = Townsfolk(opened)
        self.bar = Bar(opened, self._townsfolk, day_played=day_played)
        self.token = "" if is_loopback(host) else secrets.token_urlsafe(16)
        inside = Starlette(
            routes=[Mount(f"/{self.token}", routes=self._routes())]
            if self.token
            else self._routes(),
            exception_handlers={MisdeedError: _misdeed, RefusedError: _refused},
        )
        self._looks = Looks(opened, self._townsfolk, self.bar)
        self._listener = Listener(
            Doors(inside, guarded_by_token=bool(self.token)), host=host, port=port
        )

    @property
    def address(self) -> str:
        """What is typed into a browser."""
        url = self._listener.base_url
        if self._listener.host in _EVERYWHERE:
            url = f"http://{socket.gethostname()}:{self._listener.port}"
        return f"{url}/{self.token}/" if self.token else f"{url}/"

    async def open(self) -> None:
        await self._looks.find_grids()
        await self._listener.listen()

    async def close(self) -> None:
        await self.bar.close()
        await self._listener.close()

    def _routes(self) -> list[BaseRoute]:
        return [
            Route("/", self._page),
            Route("/stream", self._stream),
            Route("/phone/{code}", self._phone),
            Route("/phone/{code}/earlier", self._earlier),
            Route("/do/{code}/{deed}", self._do, methods=["POST"]),
            Route("/people", self._people),
            Route("/people", self._add, methods=["POST"]),
            Route("/codes", self._codes),
            Route("/behind", self._behind),
            Route("/bar/{deed}", self._moves, methods=["POST"]),
            Route("/file/{path:path}", self._file),
            Route("/font.otf", self._font),
            Mount("/static", StaticFiles(directory=_STATIC)),
        ]

    # Looking

    async def _page(self, request: Request) -> Response:
        query = request.query_params
        return HTMLResponse(
            self._looks.page(
                _speech(request), self._townsfolk.chosen(query.get("p")), query.get("theme", "")
            )
        )

    async def _stream(self, request: Request) -> Response:
        said = _speech(request)
        wanted = request.query_params.getlist("phone")  # code, or code:first message wanted
        phones = {
            code: int(since) if since.isdecimal() else None
            for code, _, since in (one.partition(":") for one in wanted)
            if self._townsfolk.is_known(code)
        }
        watch = Watch(
            version=self._version,
            phones=lambda: [
                self._looks.phone_view(code, said, since)
                for code, since in phones.items()
                if self._townsfolk.is_known(code)
            ],
            shown=lambda view, fresh: self._looks.changes(view, fresh, said),
            bar=lambda: self._looks.bar(said),
            bar_version=lambda: self.bar.version,
        )
        return StreamingResponse(watch.events(), media_type="text/event-stream")

    def _version(self) -> tuple[object, ...]:
        """Another one, when anything may look different: the bot called, or somebody did something."""
        telegram = self._opened.sandbox.telegram
        updates = telegram.updates
        return (
            self._opened.again, len(telegram.calls), len(telegram.transcript), updates.confirmed,
            len(updates.waiting),
        )  # fmt: skip

    async def _phone(self, request: Request) -> Response:
        return HTMLResponse(self._looks.phone(self._code(request), _speech(request)))

    async def _earlier(self, request: Request) -> Response:
        before = request.query_params.get("before", "")
        if not before.isdecimal():
            raise MisdeedError("cannot", 400)
        return JSONResponse(
            self._looks.earlier(self._code(request), int(before), _speech(request))
        )

    async def _people(self, request: Request) -> Response:
        words = request.query_params.get("q", "")
        return HTMLResponse(self._looks.people(words, _speech(request)))

    async def _codes(self, request: Request) -> Response:
        query, scanner = request.query_params, request.query_params.get("for", "")
        here = str(request.url).partition("/codes")[0] + "/"
        for_whom = scanner if self._townsfolk.is_known(scanner) else None
        return HTMLResponse(
            self._looks.codes(query.get("grid", ""), here, for_whom, _speech(request))
        )

    async def _behind(self, request: Request) -> Response:
        return HTMLResponse(
            await self._looks.behind(request.query_params.get("case"), _speech(request))
        )

    async def _file(self, request: Request) -> Response:
        file = self._opened.sandbox.telegram.files.at(request.path_params["path"])
        if file is None:
            return PlainTextResponse("", 404)
        seen_as = _SEEN_AS.get(Path(file.path).suffix)
        headers = {} if seen_as else {"content-disposition": "attachment"}
        return Response(
            file.data, media_type=seen_as or "application/octet-stream", headers=headers
        )

    async def _font(self, request: Request) -> Response:
        del request
        return Response(font.face(), media_type="font/otf", headers={"cache-control": _FONT_FOR})

    # Doing

    async def _do(self, request: Request) -> Response:
        person = self._opened.person(self._code(request))
        hand = await deeds.read(request)
        return JSONResponse(await deeds.do(person, request.path_params["deed"], hand))

    async def _add(self, request: Request) -> Response:
        hand = await deeds.read(request)
        try:
            code = self._townsfolk.add(hand.text("name"), hand.text("language"))
        except ValueError:
            raise MisdeedError("cannot", 400) from None
        return JSONResponse({"code": code})

    async def _moves(self, request: Request) -> Response:
        deed, hand = request.path_params["deed"], await deeds.read(request)
        bar = self.bar
        if deed in _STEPS:
            bar.push(self._opened.sandbox.at + _STEPS[deed])
        elif deed == "workday":
            bar.push(bar.next_workday())
        elif deed == "until":
            bar.push(_moment(hand.text("at")))
        elif deed in {"step", "play"}:
            bar.play(on=deed == "play")
        elif deed == "stop":
            bar.stop()
        elif deed == "reset":
            bar.reset()
        elif deed == "fault":
            await bar.switch(_disorder(hand.text("which")), on=bool(hand.words.get("on")))
        else:
            raise MisdeedError("cannot", 404)
        return JSONResponse({})

    def _code(self, request: Request) -> str:
        code: str = request.path_params["code"]
        if not self._townsfolk.is_known(code):
            raise MisdeedError("cannot", 404)
        return code


@asynccontextmanager
async def shown(
    opened: Opened, *, host: str = LOOPBACK, port: int = 0, day_played: bool = False
) -> AsyncIterator[Page]:
    """The page, as long as the block lasts."""
    page = Page(opened, host=host, port=port, day_played=day_played)
    await page.open()
    try:
        yield page
    finally:
        await page.close()


def _speech(request: Request) -> Speech:
    return speech(request.query_params.get("lang"))


def _moment(typed: str) -> datetime:
    try:
        return datetime.fromisoformat(typed).replace(tzinfo=CIVIL_ZONE)
    except ValueError:
        raise MisdeedError("cannot", 400) from None


def _disorder(code: str) -> Disorder:
    try:
        return Disorder(code)
    except ValueError:
        raise MisdeedError("cannot", 400) from None


async def _misdeed(request: Request, wrong: Exception) -> Response:
    """A refusal is an answer, as on a telephone; only what the page itself never sends is an error."""
    assert isinstance(wrong, MisdeedError)  # noqa: S101 - Starlette hands over what it was told to
    return JSONResponse({"why": _speech(request).say(wrong.why)}, wrong.status)


async def _refused(request: Request, wrong: Exception) -> Response:
    assert isinstance(wrong, RefusedError)  # noqa: S101 - as above
    return JSONResponse({"why": _speech(request).say(wrong.trouble)})
