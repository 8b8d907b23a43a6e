"""A whole office on this machine: the sandbox Telegram, the unmodified bot over HTTP, the town of Yanji."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from datetime import datetime
from pathlib import Path

import pytest

from tests.stories.stage import MONDAY_MORNING, Stage, raise_stage, seeded


@pytest.fixture
async def stage(
    new_database: Callable[[Callable[[str], None]], str], tmp_path: Path
) -> AsyncIterator[Callable[..., Awaitable[Stage]]]:
    """`await stage("ko_CN")` opens an office in which everybody reads that language."""
    async with AsyncExitStack() as open_stages:

        async def opened(language: str, at: datetime = MONDAY_MORNING) -> Stage:
            url = new_database(seeded)
            return await open_stages.enter_async_context(
                raise_stage(url, tmp_path, language=language, at=at)
            )

        yield opened


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--write-golden", action="store_true", help="write the kept stories anew")


@pytest.fixture
def write_golden(request: pytest.FixtureRequest) -> bool:
    return bool(request.config.getoption("--write-golden", default=False))


@pytest.fixture
def language(database_kind: str) -> str:
    """Chinese on one database and Korean on the other: both of both, in half the time."""
    return "ko_CN" if database_kind == "postgres" else "zh_CN"
