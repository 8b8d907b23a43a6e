"""Around the back office: which names it answers to, and what a browser may do with its pages.

Laws: it answers by the address that the office set, else by a name of this machine alone, so that no other site reaches it
through somebody's browser; its pages run no script and ask no other host for anything; nothing of them is kept.
"""

from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

LONGEST = 1 << 20  # bytes of a form; the largest of ours has some hundreds
_LOOPBACK = frozenset({"localhost", "127.0.0.1", "[::1]"})
_POLICY = (
    "default-src 'none'; style-src 'self'; font-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'"
)
_HEADERS = {
    "content-security-policy": _POLICY,
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",  # "no-referrer" would hide the origin of our own forms from us
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
}
_ELSEWHERE = "后台只在它自己的地址回答 · 관리페지는 자기 주소에서만 대답합니다"
_TOO_LONG = "表单太大 · 양식이 너무 큽니다"
_FROM_ANOTHER = "只有后台自己的页面可以提交 · 관리페지 자체에서만 제출할수 있습니다"


class Doors:
    """Around the application. `address` is what the office set; empty: this machine's own names."""

    def __init__(self, app: ASGIApp, address: str) -> None:
        self._app = app
        self._own = urlsplit(address)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        refused = self._refused(scope)
        if self._own.scheme:  # what stands behind a proxy is called by its name outside
            scope["scheme"] = self._own.scheme

        async def dressed(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in _HEADERS.items():
                    headers[name] = value
                headers.setdefault("cache-control", "no-store")
                if self._own.scheme == "https":
                    headers["strict-transport-security"] = "max-age=31536000"
            await send(message)

        await (self._app if refused is None else refused)(scope, receive, dressed)

    def _refused(self, scope: Scope) -> ASGIApp | None:
        headers = Headers(scope=scope)
        host = headers.get("host", "").casefold()
        if host != self._own.netloc.casefold() if self._own.netloc else not is_own(host):
            return PlainTextResponse(_ELSEWHERE, 421)
        origin = headers.get("origin")
        if scope["method"] in {"GET", "HEAD"}:
            return None
        if origin and urlsplit(origin).netloc.casefold() != host:
            return PlainTextResponse(_FROM_ANOTHER, 403)
        length = headers.get("content-length", "")
        if not length.isdecimal() or int(length) > LONGEST:
            return PlainTextResponse(_TOO_LONG, 413)
        return None


def is_own(host: str) -> bool:
    """A name of this machine, with or without a port."""
    name = host if host.endswith("]") else host.rpartition(":")[0] or host
    return name in _LOOPBACK
