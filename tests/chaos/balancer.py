"""What stands before replicas in an office: each connection goes to the next of them that accepts one."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from itertools import count

from tests.stories.stage import free_port


@asynccontextmanager
async def balanced(ports: list[int]) -> AsyncIterator[int]:
    """The port at which the replicas are one."""
    turn = count()
    lines: set[asyncio.Task[None]] = set()

    async def relay(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        first = next(turn)
        for offset in range(len(ports)):
            with contextlib.suppress(OSError):
                there = await asyncio.open_connection(
                    "127.0.0.1", ports[(first + offset) % len(ports)]
                )
                await asyncio.gather(carry(reader, there[1]), carry(there[0], writer))
                return
        writer.close()

    async def accepted(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.create_task(relay(reader, writer))
        lines.add(task)
        task.add_done_callback(lines.discard)

    server = await asyncio.start_server(accepted, "127.0.0.1", free_port())
    try:
        yield int(server.sockets[0].getsockname()[1])
    finally:
        server.close()
        for task in list(lines):
            task.cancel()
        await asyncio.gather(*lines, return_exceptions=True)


async def carry(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """All bytes one way; a cut connection is cut on the other side too."""
    with contextlib.suppress(OSError):
        while data := await reader.read(1 << 16):
            writer.write(data)
            await writer.drain()
    writer.close()
