"""The way to Telegram: python-telegram-bot's request interface over aiohttp, 4 to 8 times cheaper than its own.

Law: what was surely not done is told apart from what was perhaps done. `Unsent` is raised only when no byte of
the request left this process; `Refused` when the Bot API itself said that it did not do it; everything else
(`TimedOut`, another `NetworkError`) may have happened on the other side.

    NetworkError
    ├── Unsent      no connection, no free connection, or lost before the first byte
    │   └── Refused a 5xx answer of the Bot API itself
    ├── TimedOut    written, and no answer came in time
    └── (itself)    written, and the connection was lost
"""

import json
import os
from http import HTTPStatus
from types import SimpleNamespace
from typing import Any
from urllib.parse import urlencode

import aiohttp
from telegram._utils.defaultvalue import DefaultValue
from telegram.error import NetworkError, TimedOut
from telegram.request import BaseRequest, RequestData
from telegram.request._requestparameter import RequestParameter

# python-telegram-bot gives durations as whole numbers, with a warning each time, until this is set (its 22.2 notes)
os.environ.setdefault("PTB_TIMEDELTA", "true")

_CONNECT_S = 5.0  # python-telegram-bot's own default
_READ_S = 10.0
_MEDIA_READ_S = 60.0  # an upload is written and answered within one timeout here
_DOWNLOAD_S = 600.0  # 20 MB over the slowest link that is of any use, 35 kB a second
_CHUNK = 1 << 16  # bytes
_IDLE_S = 15.0  # a connection is given up before the other side would (75 s at Telegram's proxies)
_FORM = {"Content-Type": "application/x-www-form-urlencoded"}


class Unsent(NetworkError):
    """The request surely had no effect: it may be made again."""


class Refused(Unsent):
    """The Bot API answered that it is out of order; the network works."""


class TooLarge(Exception):
    """A file has more bytes than are wanted; the rest was not read."""


class NotGiven(Exception):
    """A file was not given; `status` is HTTP's."""

    def __init__(self, status: int) -> None:
        super().__init__(status)
        self.status = status


def fields(**values: str) -> RequestData:
    """Plain parameters of a call that python-telegram-bot has no raw form of."""
    return RequestData([RequestParameter(name, value, None) for name, value in values.items()])


class Transport(BaseRequest):
    """One pool of connections to the Bot API."""

    def __init__(self, *, connections: int = 64, proxy: str = "", read_s: float = _READ_S) -> None:
        self._connections = connections
        self._proxy = proxy or None
        self._read_s = read_s
        self._session: aiohttp.ClientSession | None = None

    @property
    def read_timeout(self) -> float:
        return self._read_s

    async def initialize(self) -> None:
        if self._session is None:
            connector = aiohttp.TCPConnector(limit=self._connections, keepalive_timeout=_IDLE_S)
            self._session = aiohttp.ClientSession(connector=connector, trace_configs=[_tracing()])

    async def shutdown(self) -> None:
        if self._session is not None:
            await self._session.close()
            self._session = None

    async def do_request(  # noqa: PLR0917 - the signature is python-telegram-bot's
        self,
        url: str,
        method: str,
        request_data: RequestData | None = None,
        read_timeout: DefaultValue[Any] | float | None = BaseRequest.DEFAULT_NONE,
        write_timeout: DefaultValue[Any] | float | None = BaseRequest.DEFAULT_NONE,  # noqa: ARG002 - one limit for both
        connect_timeout: DefaultValue[Any] | float | None = BaseRequest.DEFAULT_NONE,
        pool_timeout: DefaultValue[Any] | float | None = BaseRequest.DEFAULT_NONE,  # noqa: ARG002 - part of connecting
    ) -> tuple[int, bytes]:
        if self._session is None:
            raise Unsent("the transport has not been started")
        uploads = request_data is not None and request_data.contains_files
        read_s = _given(read_timeout, _MEDIA_READ_S if uploads else self._read_s)
        connect_s = _given(connect_timeout, _CONNECT_S)
        limit = aiohttp.ClientTimeout(
            total=None, connect=connect_s, sock_connect=connect_s, sock_read=read_s
        )
        written = SimpleNamespace(begun=False)
        try:
            body, headers = _body(request_data)
            async with self._session.request(
                method,
                url,
                data=body,
                headers=headers,
                timeout=limit,
                proxy=self._proxy,
                trace_request_ctx=written,
                allow_redirects=False,
            ) as answer:
                status, payload = answer.status, await answer.read()
        except Exception as error:
            raise _meaning(error, begun=written.begun) from error
        if status >= 500:  # noqa: PLR2004 - HTTP's server errors
            _raise_if_refused(payload)
        return status, payload

    async def download(self, url: str, limit: int) -> bytes:
        """The bytes of a file, read only as far as the limit.

        Raises:
            TooLarge: there are more.
            NotGiven: the server has no such file, or is out of order.
            NetworkError: there is no way to it, or the connection was lost; never with the address, which
                holds the token.
        """
        if self._session is None:
            raise Unsent("the transport has not been started")
        patience = aiohttp.ClientTimeout(
            total=_DOWNLOAD_S, connect=_CONNECT_S, sock_connect=_CONNECT_S, sock_read=_READ_S
        )
        asked = self._session.get(
            url,
            timeout=patience,
            proxy=self._proxy,
            trace_request_ctx=SimpleNamespace(begun=False),
            allow_redirects=False,
        )
        try:
            async with asked as answer:
                if answer.status != HTTPStatus.OK:
                    raise NotGiven(answer.status)
                return await _at_most(limit, answer.content)
        except (aiohttp.ClientError, OSError, TimeoutError) as error:
            raise _meaning(error, begun=True) from None


async def _at_most(limit: int, stream: aiohttp.StreamReader) -> bytes:
    read = bytearray()
    async for chunk in stream.iter_chunked(_CHUNK):
        read += chunk
        if len(read) > limit:
            raise TooLarge
    return bytes(read)


def _given(timeout: DefaultValue[Any] | float | None, default: float) -> float | None:
    return default if isinstance(timeout, DefaultValue) else timeout


def _body(data: RequestData | None) -> tuple[bytes | aiohttp.FormData | None, dict[str, str]]:
    if data is None:
        return None, {}
    if not data.contains_files:
        return urlencode(data.json_parameters, errors="replace").encode(), _FORM
    form = aiohttp.FormData()
    for name, value in data.json_parameters.items():
        form.add_field(name, value)
    for name, (filename, content, mime) in data.multipart_data.items():
        form.add_field(name, content, filename=filename, content_type=mime)
    return form, {}


def _tracing() -> aiohttp.TraceConfig:
    """Notes that the first byte of a request is about to be written."""
    config = aiohttp.TraceConfig()

    async def begun(
        _session: aiohttp.ClientSession, context: SimpleNamespace, _what: object
    ) -> None:
        context.trace_request_ctx.begun = True

    config.on_request_headers_sent.append(begun)
    return config


def _meaning(error: Exception, *, begun: bool) -> NetworkError:
    name = type(error).__name__
    # a proxy that would not connect never passed the request on
    if not begun or isinstance(error, aiohttp.ClientConnectorError | aiohttp.ClientHttpProxyError):
        return Unsent(f"not sent: {name}")
    if isinstance(error, TimeoutError):
        return TimedOut(f"no answer in time: {name}")
    return NetworkError(f"connection lost: {name}")


def _raise_if_refused(payload: bytes) -> None:
    """A gateway's 502 says nothing about what the Bot API did; the Bot API's own JSON does."""
    try:
        said = json.loads(payload)
    except ValueError:
        return
    if isinstance(said, dict) and said.get("ok") is False:
        raise Refused(str(said.get("description", "")))
