"""An HTTP listener in the running event loop, whose connections can be counted, cut and refused.

Laws: it listens on loopback unless told otherwise; the port stays the same when it listens again; closing it leaves
no task and no connection behind.
"""

import asyncio
import contextlib
import socket
from ipaddress import ip_address

from starlette.requests import Request
from starlette.types import ASGIApp, Receive, Scope, Send
from uvicorn.config import Config
from uvicorn.protocols.http.h11_impl import H11Protocol
from uvicorn.server import ServerState

LOOPBACK = "127.0.0.1"
_BY_NAME = "localhost"
_BACKLOG = 2048

_Transports = dict[tuple[str, int], asyncio.Transport]


def is_loopback(host: str) -> bool:
    """Whether this address, or the one name there is for it, is answered on this machine only."""
    try:
        return ip_address(host.removeprefix("[").removesuffix("]")).is_loopback
    except ValueError:
        return host.lower() == _BY_NAME


def without_port(host: str) -> str:
    """The name in a Host header."""
    return host[: host.find("]") + 1] if host.startswith("[") else host.partition(":")[0]


class Listener:
    """Serves an ASGI application over HTTP."""

    def __init__(self, app: ASGIApp, *, host: str = LOOPBACK, port: int = 0) -> None:
        self.host = host
        self.port = port
        self._transports: _Transports = {}
        self._state = ServerState()
        self._config = Config(
            _ended_quietly(app),
            lifespan="off",
            log_config=None,
            access_log=False,
            timeout_keep_alive=120,
        )
        self._config.load()
        self._listening: asyncio.Server | None = None

    @property
    def base_url(self) -> str:
        """Where it listens, without a path."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"http://{host}:{self.port}"

    @property
    def listening(self) -> bool:
        """Whether connections are accepted."""
        return self._listening is not None

    @property
    def connections(self) -> int:
        """How many there are now."""
        return len(self._transports)

    async def listen(self) -> None:
        """Accept connections; the port stays the same when it is done again."""
        # With the protocol named, asyncio turns off Nagle's algorithm: 40 ms a call else.
        family = socket.AF_INET6 if ":" in self.host else socket.AF_INET
        listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((self.host, self.port))
        except OSError:
            listener.close()
            raise
        self.port = listener.getsockname()[1]
        loop = asyncio.get_running_loop()
        self._listening = await loop.create_server(self._protocol, sock=listener, backlog=_BACKLOG)

    async def deaf(self) -> None:
        """Accept no more connections and cut those that there are."""
        if self._listening is not None:
            self._listening.close()
            self._listening = None
        self.cut()
        await asyncio.sleep(0)

    def cut(self) -> None:
        """Cut all connections."""
        for transport in list(self._transports.values()):
            transport.abort()

    async def hang_up(self, request: Request) -> None:
        """Close the connection of this request without an answer."""
        client = request.client
        transport = self._transports.get((client.host, client.port)) if client else None
        if transport is not None:
            transport.close()
            await asyncio.sleep(0)  # lets the protocol notice, so that nothing more is written

    async def close(self) -> None:
        """Stop for good; what still waits is ended."""
        await self.deaf()
        for task in list(self._state.tasks):
            task.cancel()
        await asyncio.gather(*self._state.tasks, return_exceptions=True)

    def _protocol(self) -> asyncio.Protocol:
        return _Protocol(self._config, self._state, self._transports)


def _ended_quietly(app: ASGIApp) -> ASGIApp:
    """A call that is still waiting when the sandbox closes ends without a word, not with a traceback."""

    async def ended_quietly(scope: Scope, receive: Receive, send: Send) -> None:
        with contextlib.suppress(asyncio.CancelledError):
            await app(scope, receive, send)

    return ended_quietly


class _Protocol(H11Protocol):
    """uvicorn's protocol, with the connection findable by its client so that it can be dropped."""

    def __init__(self, config: Config, state: ServerState, transports: _Transports) -> None:
        super().__init__(config=config, server_state=state, app_state={})
        self._transports = transports

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn's
        super().connection_made(transport)
        self._transports[transport.get_extra_info("peername")[:2]] = transport

    def connection_lost(self, exc: Exception | None) -> None:
        self._transports.pop(self.transport.get_extra_info("peername")[:2], None)
        super().connection_lost(exc)
