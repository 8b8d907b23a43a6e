"""Every state of the page, in both themes and both sizes: axe-core finds nothing, and nothing is cut off."""

from typing import Any

import pytest
from playwright.async_api import Page, expect

from bot.sandbox.page.words import NAMES
from tests.page.conftest import DESK, Opens, Practice

pytestmark = pytest.mark.asyncio(loop_scope="session")

HANDHELD = {"width": 390, "height": 844}
WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
# What stands wider than its place, or is laid over the edge of the window, without being meant to scroll.
CUT = """() => [...document.querySelectorAll("button, h1, h2, h3, label, summary, a, p, td, th, .text")]
  .filter((one) => one.offsetParent && !one.matches(".hidden, .skip, .pinned") && !one.closest(".hidden"))
  .filter((one) => one.scrollWidth > one.clientWidth + 1 && getComputedStyle(one).display !== "inline")
  .map((one) => `${one.tagName}.${one.className}: ${one.textContent.trim().slice(0, 40)}`)"""


async def is_sound(page: Page, axe: str, where: str) -> None:
    """No rule of axe is broken, nothing is cut, and the page itself never scrolls sideways."""
    if not await page.evaluate("'axe' in window"):
        await page.evaluate(axe)
    found: list[dict[str, Any]] = await page.evaluate(
        "tags => axe.run(document, {runOnly: tags}).then(r => r.violations)", WCAG
    )
    broken = [(one["id"], [node["html"][:160] for node in one["nodes"]][:3]) for one in found]
    assert broken == [], where
    assert await page.evaluate(CUT) == [], where
    wide = await page.evaluate("document.documentElement.scrollWidth - innerWidth")
    assert wide <= 0, where


@pytest.fixture(scope="module")
def looked_at(practice: Practice) -> list[str]:
    return []


@pytest.mark.parametrize(
    ("speech", "theme", "size"),
    [
        ("zh", "light", DESK),
        ("ko", "dark", DESK),
        ("ko", "light", HANDHELD),
        ("zh", "dark", HANDHELD),
    ],
    ids=["zh-light-desk", "ko-dark-desk", "ko-light-handheld", "zh-dark-handheld"],
)
async def test_every_state_can_be_used_by_everybody(
    new_tab: Opens, axe: str, speech: str, theme: str, size: dict[str, int]
):
    tab = await new_tab(
        f"?lang={speech}&theme={theme}&p=resident_wu,judge_bing,mediator_yi", viewport=size
    )
    page, wu = tab.page, tab.phone("resident_wu")
    narrow = size is HANDHELD

    await is_sound(page, axe, "at first")
    for dialog, opener in (
        ("people", "#phone-resident_wu [data-switch]"),
        ("codes", "[data-scan]"),
        ("place", "[data-place]"),
        ("contact", "[data-contact]"),
    ):
        if dialog != "people":
            await page.evaluate(
                "what => document.querySelector(`#phone-judge_bing ${what}`).click()", opener
            )
        else:
            await page.locator(opener).click()
        await expect(page.locator(f"dialog#{dialog}")).to_be_visible()
        await is_sound(page, axe, dialog)
        await page.keyboard.press("Escape")
        await expect(page.locator(f"dialog#{dialog}")).to_be_hidden()
    start = wu.place.locator("[data-deed=start]").first
    if await start.is_visible():
        await start.click()
        await expect(wu.place.locator(".bubble").nth(1)).to_be_visible()
    await wu.place.locator(".composer summary").nth(1).click()
    await is_sound(page, axe, "the menu of attachments")
    await page.keyboard.press("Escape")
    if narrow:
        await page.locator("#controls > summary").click()
    await page.locator(
        "summary", has=page.locator("xpath=following-sibling::ul[@id='faults']")
    ).click()
    await is_sound(page, axe, "the menu of faults")
    await page.keyboard.press("Escape")
    if narrow:
        await page.locator("#controls > summary").click()
    await page.locator("#behind-switch").click()
    await expect(page.locator("#backstage > *").first).to_be_visible()
    await is_sound(page, axe, "behind the scenes")


async def test_the_page_speaks_english_too_and_changes_without_losing_its_phones(
    new_tab: Opens, axe: str
):
    tab = await new_tab("?lang=zh&p=judge_bing,resident_wu")

    await tab.page.get_by_role("link", name=NAMES["en"]).click()

    await expect(tab.page.get_by_role("button", name="Next working day")).to_be_visible()
    assert "p=judge_bing,resident_wu" in tab.page.url
    assert await tab.page.evaluate("document.documentElement.lang") == "en"
    await is_sound(tab.page, axe, "in English")


async def test_the_fonts_own_letters_are_there_without_a_font_of_the_system(new_tab: Opens):
    tab = await new_tab("?lang=ko&p=judge_bing")

    widths = await tab.page.evaluate(
        """async () => {
          await document.fonts.load('700 20px "Practice CJK"', "网격");
          const pen = document.createElement("canvas").getContext("2d");
          return ['"Practice CJK"', "monospace"].map((face) =>
            ["网", "격", "뷁", "龘"].map((sign) => {
              pen.font = `700 20px ${face}, "Adobe NotDef"`;
              return pen.measureText(sign).width;
            }));
        }"""
    )

    assert widths[0][0] == widths[0][3] == 20
    assert 15 < widths[0][1] == widths[0][2]


async def test_everything_is_reached_by_the_keyboard(new_tab: Opens):
    tab = await new_tab("?lang=zh&p=resident_jia")
    page = tab.page

    await page.keyboard.press("Tab")
    assert await page.evaluate("document.activeElement.className") == "skip"
    await page.keyboard.press("Enter")
    await page.keyboard.press("Tab")
    assert await page.evaluate("document.activeElement.closest('.phone, .tabs') !== null")
    reached = set()
    for _ in range(40):
        reached.add(await page.evaluate("document.activeElement.getAttribute('aria-label') ?? ''"))
        await page.keyboard.press("Tab")

    assert {"把这部手机换给别人 (居民甲)", "更多 (居民甲)"} <= reached
