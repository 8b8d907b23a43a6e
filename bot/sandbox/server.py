"""The sandbox Telegram on the wire: Bot API, file downloads and the clock handshake over loopback HTTP.

Laws: it listens on 127.0.0.1 only, and answers no web page of another site, nor anybody without its token; every call is held against botapi.json; what is refused is answered in
Telegram's words as JSON; a dropped call closes the connection without a byte.
"""

import asyncio
import json
import math
from datetime import datetime
from urllib.parse import parse_qsl

from starlette.applications import Starlette
from starlette.datastructures import Headers, UploadFile
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from bot.sandbox.clock import Answer, aware
from bot.sandbox.faults import Fault, FaultKind
from bot.sandbox.listener import Listener, is_loopback, without_port
from bot.sandbox.methods import METHODS
from bot.sandbox.refusal import JsonObject, Refusal, too_many
from bot.sandbox.rules import MisfitError, Upload, bot_api
from bot.sandbox.state import Call, Telegram

LONGEST_CLOCK_WAIT_S = 60.0
_FROM_A_PAGE = frozenset({"cross-site", "same-site"})


class DroppedError(Exception):
    """The connection is to be closed without an answer."""


class Server:
    """An HTTP server in the running event loop; all that it knows is in `telegram`."""

    def __init__(self, telegram: Telegram, port: int) -> None:
        self._telegram = telegram
        routes = [
            Route("/bot{token}/{method}", self._bot, methods=["GET", "POST"]),
            Route("/file/bot{token}/{path:path}", self._file, methods=["GET"]),
            Route("/sandbox/clock", self._clock, methods=["GET"]),
            Route("/sandbox/clock", self._beat, methods=["POST"]),
        ]
        app = Starlette(routes=routes, exception_handlers={404: _not_found, 405: _not_found})
        self._listener = Listener(_Threshold(app), port=port)

    @property
    def base_url(self) -> str:
        """Where the server listens, without a path."""
        return self._listener.base_url

    @property
    def listening(self) -> bool:
        """Whether connections are accepted."""
        return self._listener.listening

    @property
    def connections(self) -> int:
        """How many the bot keeps open: none, when it is away."""
        return self._listener.connections

    async def listen(self) -> None:
        """Accept connections; the port stays the same when it is done again."""
        await self._listener.listen()

    async def deaf(self) -> None:
        """Accept no more connections and cut those that there are."""
        await self._listener.deaf()

    def cut(self) -> None:
        """Cut all connections."""
        self._listener.cut()

    async def close(self) -> None:
        """Stop for good; calls under way end first."""
        await self._listener.deaf()
        await self._telegram.courier.rest()
        await self._telegram.updates.close()
        await self._listener.close()

    async def _drop(self, request: Request) -> Response:
        await self._listener.hang_up(request)
        return Response(status_code=500)

    async def _bot(self, request: Request) -> Response:
        method = request.path_params["method"]
        if request.path_params["token"] != self._telegram.token:
            return _refused(Refusal(401, "Unauthorized"))
        if self._telegram.faults.outage:
            return await self._drop(request)
        try:
            given = await _given(request)
        except ValueError as misfit:
            return self._blamed(method, f"{misfit}", Refusal(400, f"Bad Request: {misfit}"))
        return await self._logged(request, method, given)

    async def _logged(self, request: Request, method: str, given: JsonObject) -> Response:
        telegram = self._telegram
        began = telegram.machine.now()
        outcome = "ok"
        try:
            result = await self._performed(method, given)
            return _Json({"ok": True, "result": result})
        except DroppedError:
            outcome = "dropped"
            return await self._drop(request)
        except Refusal as refusal:
            if telegram.faults.outage:  # began while the call waited
                outcome = "dropped"
                return await self._drop(request)
            outcome = str(refusal)
            if refusal.blame:
                telegram.violations.append(f"{method}: {refusal.description}")
            return _refused(refusal)
        finally:
            chat = _chat_id(given)
            telegram.calls.append(Call(method, chat, began, telegram.machine.now(), outcome))

    async def _performed(self, named: str, given: JsonObject) -> object:
        telegram, rules = self._telegram, bot_api()
        method = rules.method(named)
        if method is None:
            raise Refusal(404, "Not Found: method not found", blame=True)
        fault = telegram.faults.take(method, _chat_id(given))
        if fault is not None:
            await _strike(fault)
        try:
            parameters = rules.read(method, given)
        except MisfitError as misfit:
            raise Refusal(400, f"Bad Request: {misfit}", blame=True) from None
        telegram.rates.pass_on(method, _chat_id(given))
        result = await METHODS[method](telegram, parameters)
        if (fault is not None and fault.kind is FaultKind.DROPPED_AFTER) or telegram.faults.outage:
            raise DroppedError
        return result

    def _blamed(self, method: str, why: str, refusal: Refusal) -> Response:
        self._telegram.violations.append(f"{method}: {why}")
        return _refused(refusal)

    async def _file(self, request: Request) -> Response:
        if request.path_params["token"] != self._telegram.token:
            return _refused(Refusal(401, "Unauthorized"))
        if self._telegram.faults.outage:
            return await self._drop(request)
        fault = self._telegram.faults.take("download", None)
        if fault is not None:
            try:
                await _strike(fault)
            except DroppedError:
                return await self._drop(request)
            except Refusal as refusal:
                return _refused(refusal)
        file = self._telegram.files.at(request.path_params["path"])
        if file is None:
            return _refused(Refusal(404, "Not Found"))
        return Response(file.data, media_type="application/octet-stream")

    async def _clock(self, request: Request) -> Response:
        query = request.query_params
        try:
            after, wait_s = int(query.get("after", "0")), float(query.get("wait", "0"))
        except ValueError as wrong:
            return _amiss(wrong)
        if math.isnan(wait_s):
            return _amiss(ValueError("wait"))
        tick, at = await self._telegram.clock.tick_after(after, min(wait_s, LONGEST_CLOCK_WAIT_S))
        return _Json({"tick": tick, "at": at.isoformat()})

    async def _beat(self, request: Request) -> Response:
        try:
            said = await request.json()
            due = said.get("next_due")
            next_due = None if due is None else aware(datetime.fromisoformat(due))
            answer = Answer(said["tick"], next_due, said["pending"])
            await self._telegram.clock.heard(answer, said.get("bot", ""))
        except (AttributeError, KeyError, ValueError, TypeError) as wrong:
            return _amiss(wrong)
        return _Json({"ok": True})


class _Threshold:
    """Nobody's browser is led here by a page of another site: a name of this machine, and no word of an origin."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = Headers(scope=scope)
        by_a_page = "origin" in headers or headers.get("sec-fetch-site") in _FROM_A_PAGE
        if by_a_page or not is_loopback(without_port(headers.get("host", ""))):
            await _refused(Refusal(403, "Forbidden"))(scope, receive, send)
        else:
            await self._app(scope, receive, send)


class _Json(Response):
    media_type = "application/json"

    def __init__(self, content: object, status_code: int = 200) -> None:
        super().__init__(json.dumps(content, separators=(",", ":")), status_code)


def _refused(refusal: Refusal) -> Response:
    return _Json(refusal.body(), refusal.code)


def _amiss(wrong: Exception) -> Response:
    return PlainTextResponse(f"{type(wrong).__name__}: {wrong}", status_code=400)


async def _not_found(request: Request, exc: Exception) -> Response:
    del request, exc
    return _refused(Refusal(404, "Not Found"))


async def _strike(fault: Fault) -> None:
    """What the fault does before the call takes effect."""
    if fault.kind is FaultKind.DELAY:
        await asyncio.sleep(fault.delay_s)
    elif fault.kind is FaultKind.DROPPED_BEFORE:
        raise DroppedError
    elif fault.kind is FaultKind.TOO_MANY:
        raise too_many(fault.retry_after)
    elif fault.kind is FaultKind.SERVER_ERROR:
        raise Refusal(500, "Internal Server Error")


def _chat_id(given: JsonObject) -> int | None:
    chat_id = given.get("chat_id")
    if isinstance(chat_id, str) and chat_id.lstrip("-").isdigit():
        return int(chat_id)
    return chat_id if isinstance(chat_id, int) else None


async def _given(request: Request) -> JsonObject:
    """The parameters of a call, from query, form, multipart or JSON."""
    given: JsonObject = dict(parse_qsl(request.url.query, keep_blank_values=True))
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind == "application/x-www-form-urlencoded":
        body = (await request.body()).decode()
        given.update(parse_qsl(body, keep_blank_values=True, strict_parsing=bool(body)))
    elif kind == "multipart/form-data":
        given.update(await _multipart(request))
    elif kind == "application/json":
        body_json = json.loads(await request.body() or b"{}")
        if not isinstance(body_json, dict):
            raise ValueError("object expected")
        given.update(body_json)
    return given


async def _multipart(request: Request) -> JsonObject:
    given: JsonObject = {}
    async with request.form(max_part_size=64 << 20) as form:
        for name, value in form.multi_items():
            if isinstance(value, UploadFile):
                mime = value.content_type or "application/octet-stream"
                given[name] = Upload(value.filename or name, await value.read(), mime)
            else:
                given[name] = value
    for name, value in list(given.items()):
        if isinstance(value, str) and value.startswith("attach://"):
            attached = given.pop(value.removeprefix("attach://"), None)
            if not isinstance(attached, Upload):
                raise ValueError(f"attached file of {name} not found")
            given[name] = attached
    return given
