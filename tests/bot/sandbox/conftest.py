"""A sandbox on a Monday morning, and a bot that runs against it."""

from collections.abc import AsyncIterator

import pytest_asyncio

from bot.sandbox.sandbox import Sandbox
from tests.bot.sandbox.tiny_bot import MONDAY, TinyBot


@pytest_asyncio.fixture
async def sandbox() -> AsyncIterator[Sandbox]:
    async with Sandbox.open(at=MONDAY) as opened:
        yield opened


@pytest_asyncio.fixture
async def bot(sandbox: Sandbox) -> AsyncIterator[TinyBot]:
    async with TinyBot(sandbox).running() as running:
        yield running
