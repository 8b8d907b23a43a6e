"""Pictures of the sandbox's page for the docs: everybody's phone after a whole day, and a Korean report beside the judge's card.

Law: the same code gives the same pictures: seed, time, taps and letters are fixed; only the page's own font is used.
"""

import asyncio
import logging
import sys
import tempfile
from collections.abc import Awaitable, Callable
from pathlib import Path

from playwright.async_api import Page as Tab
from playwright.async_api import async_playwright

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from bot.sandbox.day import play  # noqa: E402 - the repository is run, not installed
from bot.sandbox.opening import Opened, opened  # noqa: E402
from bot.sandbox.page.page import shown  # noqa: E402
from bot.sandbox.town import POSTER  # noqa: E402
from scripts import browser  # noqa: E402

PICTURES = ROOT / "docs" / "pictures"
SIX = "resident_jia,officer_ding,mediator_yi,judge_bing,supervisor_ren,coordinator_gui"
TWO = "resident_jia,judge_bing"
LARGEST_KB = 400

Prepare = Callable[[Opened], Awaitable[None]]


async def a_day(town: Opened) -> None:
    await play(town)


async def a_report(town: Opened) -> None:
    """A Korean report of a leak, and the judge opening it on the next morning's card."""
    resident, judge = town.person("resident_jia"), town.person("judge_bing")
    await resident.starts(f"{POSTER}_ko")
    await resident.says(
        "웃집에서 물이 새여 우리 집 천정이 다 젖었습니다. 사흘째 말해도 고쳐주지 않습니다."
    )
    await resident.taps("보내기")
    await town.person("mediator_yi").taps("맡기")
    await town.sandbox.push(town.sandbox.at.replace(day=24, hour=1))
    await judge.taps("逐件看")


async def picture(
    name: str, prepare: Prepare, phones: str, *, language: str, size: tuple[int, int], theme: str
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        async with opened(Path(folder), _silent) as town:
            await town.join_everybody()
            await prepare(town)
            async with shown(town) as page, async_playwright() as playwright:
                chromium = await playwright.chromium.launch(
                    executable_path=browser.executable(),
                    args=["--no-sandbox", "--disable-partial-raster"],
                )
                tab = await chromium.new_page(
                    viewport={"width": size[0], "height": size[1]},
                    locale="zh-CN",
                    reduced_motion="reduce",
                )
                await tab.goto(f"{page.address}?p={phones}&lang={language}&theme={theme}")
                await settled(tab)
                await tab.screenshot(path=PICTURES / name)
                await chromium.close()
    kilobytes = (PICTURES / name).stat().st_size / 1024
    print(f"docs/pictures/{name}: {kilobytes:.0f} kB")
    if kilobytes > LARGEST_KB:
        raise SystemExit(f"{name} is larger than {LARGEST_KB} kB")


def _silent(line: str) -> None:
    """The town prints nothing here."""
    del line


async def settled(tab: Tab) -> None:
    """Listening, in the page's own letters, every chat at its end, and nothing left to tap in the picture's way."""
    await tab.wait_for_selector("body[data-listening=yes]")
    await tab.evaluate(
        """async () => {
          document.documentElement.style.setProperty("--letters", '"Practice CJK"');
          await document.fonts.load('16px "Practice CJK"', "网格격자");
          await document.fonts.load('700 16px "Practice CJK"', "网格격자");
          await Promise.all([...document.images].map((one) => one.decode().catch(() => null)));
          const frame = () => new Promise(requestAnimationFrame);
          document.body.hidden = true;  // what was painted before the letters came is painted whole again
          await frame(); await frame();
          document.body.hidden = false;
          await frame(); await frame();
          for (const scroll of document.querySelectorAll(".scroll")) scroll.scrollTop = scroll.scrollHeight;
        }"""
    )
    await tab.wait_for_timeout(500)


async def main() -> None:
    logging.disable(logging.CRITICAL)
    await picture("phones-day.png", a_day, SIX, language="zh", size=(1980, 860), theme="light")
    await picture(
        "phones-report.png", a_report, TWO, language="ko", size=(1000, 860), theme="light"
    )


if __name__ == "__main__":
    why = browser.prepare()
    if why:
        raise SystemExit(f"没有浏览器 · 렬람기가 없습니다 · no browser: {why}")
    asyncio.run(main())
