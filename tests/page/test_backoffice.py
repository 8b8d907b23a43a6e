"""The back office in a real browser: out of the administrator's chat, both languages, both themes, both sizes, without a script."""

import re
from typing import Any

import pytest
from playwright.async_api import Page, expect
from sqlalchemy import select

from models.person import Person
from models.vocabulary import Language
from tests.page.conftest import DESK, Opens, Practice, Tab
from tests.page.test_states import HANDHELD, is_sound

pytestmark = pytest.mark.asyncio(loop_scope="session")

ADMIN = "administrator_zi"
REFUSED = ["status of 422", "status of 404"]  # what a browser says of every page that is no 200


async def the_way_in(practice: Practice, language: Language) -> str:
    """What the bot answers to /backoffice."""

    def reads(session) -> None:
        person = session.scalars(select(Person).where(Person.code == ADMIN)).one()
        person.language = language

    town = practice.opened
    await town.house.store.act(reads)
    await town.person(ADMIN).says("/backoffice")
    links: list[str] = [
        found
        for entry in town.sandbox.transcript
        for found in re.findall(r"http://\S+/backoffice/enter/[\w-]+", entry.text)
    ]
    return links[-1]


@pytest.mark.parametrize(
    ("language", "how"),
    [
        (Language.ZH, {"color_scheme": "light", "viewport": DESK}),
        (Language.KO, {"color_scheme": "dark", "viewport": DESK}),
        (Language.KO, {"color_scheme": "light", "viewport": HANDHELD}),
    ],
    ids=["zh-light-desk", "ko-dark-desk", "ko-light-handheld"],
)
async def test_an_administrator_comes_in_corrects_and_goes_out(
    new_tab: Opens, practice: Practice, axe: str, language: Language, how: dict[str, Any]
):
    tab = await new_tab("?p=administrator_zi", **how)
    tab.expected += REFUSED
    page, link = tab.page, await the_way_in(practice, language)
    shown = tab.phone(ADMIN).place.locator(f'a[href="{link}"]')
    await expect(shown).to_be_visible()
    tab.home = link
    await page.goto(link)
    await is_sound(page, axe, "the door")
    await page.locator("button.main").click()
    await expect(page.locator("nav.tables")).to_be_visible()
    await is_sound(page, axe, "the first page")
    tables = await page.locator("nav.tables a").evaluate_all("all => all.map(one => one.href)")
    for address in tables:
        await page.goto(address)
        await is_sound(page, axe, address)

    await page.goto(f"{tables[0]}?q=mediator_yi")
    await page.locator("tbody th a").click()
    await page.locator("details.grave summary").click()
    await is_sound(page, axe, "a person")
    await page.goto(f"{tables[2]}?q=222401002002")
    await page.locator("tbody th a").first.click()
    await page.locator(".head a.main").click()
    await corrects(page, axe)
    await page.goto(tables[1].replace("/list", "/create"))
    await is_sound(page, axe, "a new duty")
    await page.goto(f"{tables[1]}?q=nobody")
    await is_sound(page, axe, "an empty table")
    await page.goto(tables[0].replace("person", "nothing"))
    await is_sound(page, axe, "nothing there")

    await page.goto(tables[0])
    await page.locator("form.out button").click()
    await expect(page.locator("nav.tables")).to_have_count(0)
    await is_sound(page, axe, "outside")


async def corrects(page: Page, axe: str) -> None:
    await page.locator("#phone").fill("0433-2551234")
    await page.locator("#hours").fill("always")
    await page.keyboard.press("Enter")
    await expect(page.locator("#hours-error")).to_be_visible()
    await is_sound(page, axe, "what does not fit")
    await page.locator("#hours").fill("1-5 8:30-17:00")
    await page.keyboard.press("Enter")
    await expect(page.locator(".said.success")).to_be_visible()
    await is_sound(page, axe, "saved")


async def test_everything_is_reached_by_the_keyboard(new_tab: Opens, practice: Practice):
    tab: Tab = await new_tab("?p=administrator_zi")
    page, link = tab.page, await the_way_in(practice, Language.ZH)
    tab.home = link
    await page.goto(link)
    for _ in range(4):
        await page.keyboard.press("Tab")
        if await page.evaluate("document.activeElement.matches('button.main')"):
            break
    await page.keyboard.press("Enter")
    await expect(page.locator("nav.tables")).to_be_visible()

    await page.goto(link.replace("/enter/", "/person/list?").partition("?")[0])
    await page.keyboard.press("Tab")
    assert await page.evaluate("document.activeElement.className") == "skip"
    reached = set()
    for _ in range(30):
        await page.keyboard.press("Tab")
        reached.add(await page.evaluate("document.activeElement.textContent.trim()"))

    assert {"退出", "人员", "变更记录", "查找", ADMIN} <= reached
