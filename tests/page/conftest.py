"""The page in a real browser: one browser for all tests, one practice for each file, one tab for each test.

Laws: a browser that is missing is a failure where CI is set, a skip with its reason elsewhere; no tab may ask another host
for anything, and none may leave an error on its console, unless the test says which it expects.
"""

import importlib.util
import os
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType
from typing import Any
from urllib.parse import urlsplit

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, async_playwright

from bot.sandbox.opening import Opened, opened
from bot.sandbox.page.page import Page as Served
from bot.sandbox.page.page import shown
from tests.page.hands import Phone

ROOT = Path(__file__).parents[2]
DESK = {"width": 1440, "height": 900}
PATIENCE_MS = 20_000
#: As root in a container; and a microphone that needs no asking and plays a tone.
ARGUMENTS = [
    "--no-sandbox",
    "--disable-dev-shm-usage",
    "--use-fake-device-for-media-stream",
    "--use-fake-ui-for-media-stream",
]


def installed() -> ModuleType:
    """scripts/browser.py, which knows what is installed."""
    spec = importlib.util.spec_from_file_location("browser", ROOT / "scripts" / "browser.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def missing(what: str) -> None:
    reason = f"{what} is not installed: scripts/prepare dev installs it where npm is"
    if os.environ.get("CI"):
        pytest.fail(reason)
    pytest.skip(reason)


@pytest.fixture(scope="session")
def axe() -> str:
    """The rules of axe-core, as a script."""
    path = installed().rules()
    if path is None:
        missing("axe-core")
    return Path(path).read_text(encoding="utf-8")


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def browser() -> AsyncIterator[Browser]:
    executable = installed().executable()
    if executable is None:
        missing("a Chromium")
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=executable, args=ARGUMENTS)
        yield browser
        await browser.close()


@dataclass
class Practice:
    """A running sandbox with its page."""

    opened: Opened
    page: Served

    @property
    def address(self) -> str:
        return self.page.address

    async def rest(self) -> None:
        """Until the bot has nothing left to say."""
        await self.opened.sandbox.settle()


@asynccontextmanager
async def practising(folder: Path, **how: Any) -> AsyncIterator[Practice]:
    async with opened(folder, lambda line: None) as town:
        await town.join_everybody()
        async with shown(town, **how) as page:
            yield Practice(town, page)
        assert town.sandbox.violations == []


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def practice(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Practice]:
    async with practising(tmp_path_factory.mktemp("practice")) as running:
        yield running


@dataclass
class Tab:
    """One tab of a browser, and what it did besides."""

    page: Page
    home: str
    errors: list[str] = field(default_factory=list)
    elsewhere: list[str] = field(default_factory=list)
    expected: list[str] = field(default_factory=list)
    """Pieces of errors that the test provokes."""

    def watch(self) -> None:
        def said(message: Any) -> None:
            if message.type in {"error", "warning"}:
                self.errors.append(message.text)

        def asked(request: Any) -> None:
            parts = urlsplit(request.url)
            if parts.scheme in {"http", "https"} and parts.netloc != urlsplit(self.home).netloc:
                self.elsewhere.append(request.url)

        self.page.on("console", said)
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))
        self.page.on("request", asked)

    async def opens(self, query: str = "") -> None:
        await self.page.goto(f"{self.home}{query}")
        await self.page.wait_for_selector("body[data-listening=yes]")

    def phone(self, code: str) -> Phone:
        return Phone(self.page, self.page.locator(f"#phone-{code}"))

    def check(self) -> None:
        wrong = [one for one in self.errors if not any(part in one for part in self.expected)]
        assert wrong == []
        assert self.elsewhere == []


Opens = Callable[..., Awaitable[Tab]]


@pytest_asyncio.fixture(loop_scope="session")
async def new_tab(browser: Browser, practice: Practice) -> AsyncIterator[Opens]:
    """Opens tabs of this test; each has a browser profile of its own."""
    async with AsyncExitStack() as tabs:
        opened_tabs: list[Tab] = []

        async def new(query: str = "", home: str = "", **how: Any) -> Tab:
            context = await browser.new_context(**{"viewport": DESK, **how})
            context.set_default_timeout(PATIENCE_MS)
            tabs.push_async_callback(context.close)
            tab = Tab(await context.new_page(), home or practice.address)
            tab.watch()
            opened_tabs.append(tab)
            await tab.opens(query)
            return tab

        yield new
        for tab in opened_tabs:
            tab.check()
