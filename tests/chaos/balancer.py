"""What stands before replicas in an office: each connection goes to the next of them that accepts one, or to all at once."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from itertools import count

from tests.stories.stage import free_port

Streams = tuple[asyncio.StreamReader, asyncio.StreamWriter]
Lines = Callable[[list[int], Streams], Awaitable[None]]
"""To which ports a connection goes; they come in the order in which it is their turn."""


async def one_of(ports: list[int], caller: Streams) -> None:
    """The first that accepts; the others are spared."""
    for port in ports:
        with contextlib.suppress(OSError):
            there = await asyncio.open_connection("127.0.0.1", port)
            await asyncio.gather(carry(caller[0], there[1]), carry(there[0], caller[1]))
            return
    caller[1].close()


async def all_of(ports: list[int], caller: Streams) -> None:
    """Everybody gets what was said, at the same time; the first one's answer is the answer."""
    there = [await asyncio.open_connection("127.0.0.1", port) for port in ports]
    first, *others = there
    deaf = (reader.read() for reader, _ in others)
    to_all = carry(caller[0], *(writer for _, writer in there))
    await asyncio.gather(to_all, carry(first[0], caller[1]), *deaf)


@asynccontextmanager
async def balanced(ports: list[int], lines: Lines = one_of) -> AsyncIterator[int]:
    """The port at which the replicas are one."""
    turn = count()
    under_way: set[asyncio.Task[None]] = set()

    async def relay(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        first = next(turn) % len(ports)
        await lines([*ports[first:], *ports[:first]], (reader, writer))

    async def accepted(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.create_task(relay(reader, writer))
        under_way.add(task)
        task.add_done_callback(under_way.discard)

    server = await asyncio.start_server(accepted, "127.0.0.1", free_port())
    try:
        yield int(server.sockets[0].getsockname()[1])
    finally:
        server.close()
        for task in list(under_way):
            task.cancel()
        await asyncio.gather(*under_way, return_exceptions=True)


async def carry(reader: asyncio.StreamReader, *writers: asyncio.StreamWriter) -> None:
    """All bytes one way; a cut connection is cut on the other side too."""
    with contextlib.suppress(OSError):
        while data := await reader.read(1 << 16):
            for writer in writers:
                writer.write(data)
                await writer.drain()
    for writer in writers:
        writer.close()
