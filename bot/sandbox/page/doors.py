"""Who may come in: only this machine by its own name, or whoever has the token in the address; only the page itself may act.

Laws: without a token only loopback names are answered, so that no other site reaches the practice through somebody's
browser; what changes something needs a header that other sites cannot send; the page asks no other host for anything.
"""

from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bot.sandbox.listener import is_loopback, without_port

OWN_HEADER = "x-gridwhistle"
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self'; connect-src 'self'; "
    "img-src 'self' blob: data:; media-src 'self' blob:; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'"
)
_HEADERS = {
    "content-security-policy": _POLICY,
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
}


class Doors:
    """Around the page's application."""

    def __init__(self, app: ASGIApp, *, guarded_by_token: bool) -> None:
        self._app, self._guarded_by_token = app, guarded_by_token

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        refused = self._refused(scope)

        async def dressed(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in _HEADERS.items():
                    headers[name] = value
                headers.setdefault("cache-control", "no-store")
            await send(message)

        await (self._app if refused is None else refused)(scope, receive, dressed)

    def _refused(self, scope: Scope) -> ASGIApp | None:
        headers = Headers(scope=scope)
        host = headers.get("host", "")
        if not self._guarded_by_token and not is_loopback(without_port(host)):
            return PlainTextResponse("这里只回答本机 · only this machine is answered here", 421)
        if scope["method"] not in {"GET", "HEAD"}:
            origin = headers.get("origin")
            if OWN_HEADER not in headers or (origin and urlsplit(origin).netloc != host):
                return PlainTextResponse("只有本页面可以操作 · only the page itself may act", 403)
        return None
