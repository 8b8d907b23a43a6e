"""The bot's web server: the webhook, /health and /metrics on one address, inside the bot's own event loop.

Law: it stops by finishing what it holds; signals are the house's, not the server's.
"""

import asyncio
import contextlib
import logging
import socket
from collections.abc import Iterator, Sequence

from starlette.applications import Starlette
from starlette.routing import BaseRoute
from starlette.types import ASGIApp
from uvicorn import Config, Server

log = logging.getLogger(__name__)

BACKLOG = 2048
KEEP_ALIVE_S = 75  # longer than a proxy or Telegram (about 60 s) keeps an idle connection


class Web:
    """One listening socket."""

    def __init__(self, answers: Sequence[BaseRoute] | ASGIApp, address: tuple[str, int]) -> None:
        self._address = address
        self._server = _Server(
            Config(
                answers if callable(answers) else Starlette(routes=list(answers)),
                lifespan="off",
                log_config=None,
                access_log=False,
                server_header=False,
                timeout_keep_alive=KEEP_ALIVE_S,
            )
        )
        self._socket: socket.socket | None = None

    @property
    def is_listening(self) -> bool:
        return self._socket is not None

    @property
    def listens_at(self) -> tuple[str, int]:
        """The address; a port that was left open is known once it listens."""
        port: int = self._socket.getsockname()[1] if self._socket else self._address[1]
        return self._address[0], port

    def listen(self) -> None:
        """Take the address; connections wait until the server runs.

        Raises:
            OSError: somebody else has it.
        """
        family = socket.AF_INET6 if ":" in self._address[0] else socket.AF_INET
        # with the protocol named, asyncio turns off Nagle's algorithm: 40 ms a call else
        listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind(self._address)
        except OSError:
            listener.close()
            raise
        listener.listen(BACKLOG)
        self._socket = listener

    async def serve(self) -> None:
        """Answer until stopped."""
        while self._socket is None:
            self.listen()
        await self._server.serve([self._socket])

    async def stop(self, running: "asyncio.Task[None] | None", patience_s: float) -> None:
        """Accept nothing more, end what is under way in half of the time, close."""
        self._server.config.timeout_graceful_shutdown = max(1, int(patience_s / 2))
        self._server.should_exit = True
        if running is not None:
            with contextlib.suppress(Exception):
                await asyncio.wait_for(running, patience_s)
        if self._socket is not None:
            self._socket.close()


class _Server(Server):
    """uvicorn's server, which leaves signals alone: the house has to finish more than connections."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield
