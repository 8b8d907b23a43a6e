"""What people and machines do to a page: two tabs, reloads, floods of text, markup in names, a bot that dies."""

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from playwright.async_api import Browser, expect

from bot.app import build
from bot.sandbox import town
from bot.sandbox.opening import MORNING, Opened, names
from bot.sandbox.page.page import shown
from bot.sandbox.sandbox import Sandbox
from bot.sandbox.show import Show
from bot.settings import PREFIX, Settings
from tests.page.conftest import DESK, ROOT, Opens, Practice, Tab
from tests.page.hands import Phone

pytestmark = pytest.mark.asyncio(loop_scope="session")

A_START_MS = 60_000
"""Within this a bot of its own is up, on a machine that is busy."""
SCRIPT = "<script>document.title='taken'</script><img src=x onerror=\"document.title='taken'\">"


async def somebody(tab: Tab, name: str, language: str = "zh") -> Phone:
    page = tab.page
    before = await page.locator(".phone").count()
    await page.get_by_role("button", name="再加一部手机").click()
    await page.get_by_label("名字").fill(name)
    await page.get_by_label("手机语言").select_option(language)
    await page.get_by_role("button", name="添加", exact=True).click()
    await expect(page.locator(".phone")).to_have_count(before + 1)
    place = page.locator(".phone").last
    await place.get_by_role("button", name="开始", exact=True).click()
    await expect(place.locator(".bubble").nth(1)).to_be_visible()
    return Phone(page, place)


async def test_two_tabs_on_one_person_show_the_same_and_a_tap_counts_once(
    new_tab: Opens, practice: Practice
):
    first = await new_tab("?lang=zh&p=judge_bing")
    one = await somebody(first, "两个窗口的人")
    code = await one.place.get_attribute("data-code")
    second = await new_tab(f"?lang=zh&p={code}")
    other = second.phone(str(code))
    await other.taps("中文")
    await one.types("楼上漏水，三天了也不修。")
    await other.sees("楼上漏水，三天了也不修。")
    await one.taps("不知道")

    await asyncio.gather(
        one.place.get_by_role("button", name="提交", exact=True).click(),
        other.place.get_by_role("button", name="提交", exact=True).click(),
    )
    await practice.rest()

    for tab in (one, other):
        await tab.sees("已收到，编号")
        await expect(tab.place.locator(".bubble", has_text="已收到，编号")).to_have_count(1)


async def test_a_reload_in_mid_conversation_loses_nothing(new_tab: Opens):
    tab = await new_tab("?lang=zh&p=judge_bing")
    person = await somebody(tab, "刷新的人")
    await person.taps("中文")
    await person.types("邻居家太吵，睡不着。")
    await person.sees("是哪里的事")
    code = await person.place.get_attribute("data-code")

    await tab.page.reload()
    await tab.page.wait_for_selector("body[data-listening=yes]")

    again = tab.phone(str(code))
    await again.sees("邻居家太吵，睡不着。")
    await again.taps("不知道")
    await again.sees("这样提交")


async def test_a_megabyte_is_refused_in_words_and_can_be_taken_back(new_tab: Opens):
    tab = await new_tab("?lang=zh&p=judge_bing")
    person = await somebody(tab, "贴长文的人")
    area = person.place.get_by_role("textbox")

    await area.evaluate(
        """area => {
          area.focus();
          document.execCommand("insertText", false, "漏".repeat(1_000_000));
        }"""
    )
    await person.says_to_owner("对话里放不下")
    await area.press("Enter")
    await person.says_to_owner("对话里放不下")
    await expect(person.place.locator(".mine")).to_have_count(1)  # the START alone

    await area.fill("漏" * 5000)
    await person.says_to_owner("会分成2条发出")
    await area.press("Enter")
    await expect(person.place.locator(".mine")).to_have_count(3)


async def test_markup_in_a_name_a_message_and_a_file_name_stays_words(
    new_tab: Opens, practice: Practice
):
    tab = await new_tab("?lang=zh&p=judge_bing")
    person = await somebody(tab, SCRIPT[:60])
    await expect(person.place.get_by_role("heading")).to_contain_text("<script>")

    await person.types(SCRIPT)
    await person.sees(SCRIPT)
    async with tab.page.expect_file_chooser() as chooser:
        await person.chooses("附件", "本机里的文件")
    name = "<script>x</script>.html"
    await (await chooser.value).set_files(
        {"name": name, "mimeType": "text/html", "buffer": SCRIPT.encode()}
    )
    await expect(person.place.get_by_role("link", name=name)).to_be_visible()
    await practice.rest()

    assert await tab.page.title() != "taken"
    assert await tab.page.locator(".phone script, .phone img[src=x]").count() == 0
    found = await tab.page.context.request.get(
        f"{practice.address}{await person.place.get_by_role('link', name=name).get_attribute('href')}"
    )
    assert found.headers["content-disposition"] == "attachment"
    assert found.headers["content-type"] == "application/octet-stream"


@asynccontextmanager
async def a_bot_of_its_own(settings: Settings) -> AsyncIterator[asyncio.subprocess.Process]:
    environment = {
        name: value for name, value in os.environ.items() if not name.startswith(PREFIX)
    }
    environment |= {
        f"{PREFIX}BOT_TOKEN": settings.token,
        f"{PREFIX}API_BASE_URL": settings.api_base_url,
        f"{PREFIX}CLOCK_URL": settings.clock_url,
        f"{PREFIX}DATA_DIR": str(settings.data_dir),
        f"{PREFIX}DATABASE_URL": settings.database,
        f"{PREFIX}HOTLINE": settings.hotline,
        f"{PREFIX}LEASE_S": "2",
    }
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot", "run", cwd=ROOT, env=environment,
        stdin=asyncio.subprocess.DEVNULL, stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.DEVNULL,
    )  # fmt: skip
    try:
        yield process
    finally:
        if process.returncode is None:
            process.send_signal(signal.SIGKILL)
        await process.wait()


@pytest.mark.timeout(180)
async def test_a_killed_bot_is_said_to_be_away_and_goes_on_when_it_is_back(
    browser: Browser, tmp_path: Path
):
    async with Sandbox.open(at=MORNING) as sandbox:
        house = build(
            Settings(
                bot_token=sandbox.token,  # type: ignore[arg-type]  # pydantic makes the secret
                api_base_url=sandbox.base_url,
                clock_url=sandbox.clock_url,
                data_dir=tmp_path,
                database_url=f"sqlite:///{tmp_path / 'yanji.sqlite3'}",
                hotline=town.HOTLINE,
            )
        )
        await house.store.act(lambda session: town.seed_yanji(session, MORNING))
        opened = Opened(
            sandbox,
            house,
            Show(sandbox.transcript, names(town.YANJI), lambda line: None),
            town.YANJI,
        )
        context = await browser.new_context(viewport=DESK)  # type: ignore[arg-type]
        async with shown(opened) as served:
            tab = Tab(await context.new_page(), served.address)
            tab.watch()
            async with a_bot_of_its_own(house.settings) as bot:
                await tab.opens("?lang=zh&p=resident_chen")
                chen = tab.phone("resident_chen")
                await chen.place.get_by_role("button", name="开始", exact=True).click()
                await chen.sees("语言", A_START_MS)
                await chen.taps("中文")
                bot.send_signal(signal.SIGKILL)
                await bot.wait()
            away = tab.page.get_by_role("alert").filter(has_text="机器人不在")
            await expect(away).to_be_visible(timeout=20_000)
            await chen.types("楼上漏水，三天了也不修。")
            await expect(chen.place).to_contain_text("等待答复")
            await tab.page.get_by_role("button", name="+1小时").click()
            await expect(tab.page.get_by_role("alert").first).to_contain_text("时间不走")

            async with a_bot_of_its_own(house.settings):
                await chen.sees("是哪里的事", A_START_MS)
                await expect(away).to_be_hidden(timeout=20_000)
                await chen.taps("不知道")
                await chen.sees("这样提交")
            tab.check()
            await context.close()
        house.store.close()


async def test_a_sandbox_that_goes_is_said_to_be_gone(browser: Browser, tmp_path: Path):
    from tests.page.conftest import practising

    context = await browser.new_context(viewport=DESK)  # type: ignore[arg-type]
    async with practising(tmp_path / "first") as practice:
        tab = Tab(await context.new_page(), practice.address)
        await tab.opens("?lang=zh&p=judge_bing")
        port = int(practice.address.rsplit(":", 1)[1].strip("/"))
    gone = tab.page.get_by_role("alert").filter(has_text="练习程序没有回应")
    await expect(gone).to_be_visible(timeout=20_000)

    async with practising(tmp_path / "second", port=port):
        await expect(gone).to_be_hidden(timeout=20_000)
        await tab.phone("judge_bing").sees("您好")
    await context.close()
