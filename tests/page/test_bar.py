"""The bar on top: time, faults, the played day step by step, beginning anew; and what is seen behind the scenes."""

import re
from datetime import timedelta

import pytest
from playwright.async_api import expect

from bot.sandbox.chats import Kind, Post
from bot.sandbox.page.bar import Disorder
from cases.workdays import civil
from tests.page.conftest import Opens, Practice

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_time_goes_forward_only_and_as_far_as_is_asked(new_tab: Opens, practice: Practice):
    tab = await new_tab("?lang=zh&p=judge_bing")
    page, now = tab.page, tab.page.locator("#now")
    before = practice.opened.sandbox.at

    await page.get_by_role("button", name="+1小时").click()
    an_hour_on = civil(before + timedelta(hours=1))  # whatever the other tests made of the day
    await expect(now).to_contain_text(f"{an_hour_on:%H:%M}", timeout=20_000)
    await page.get_by_role("button", name="下一个工作日").click()
    await expect(now).to_contain_text(")09:00", timeout=20_000)
    assert civil(practice.opened.sandbox.at).date() > an_hour_on.date()
    await page.get_by_label("到", exact=True).fill("2026-11-20T09:00")
    await page.get_by_role("button", name="前往").click()
    await expect(page.locator("#trouble")).to_contain_text("时间不能倒退")
    await page.get_by_label("到", exact=True).fill("2029-11-20T09:00")
    await page.get_by_role("button", name="前往").click()
    await expect(page.locator("#trouble")).to_contain_text("一次最多400天")

    assert practice.opened.sandbox.at > before + timedelta(hours=1)


async def test_while_telegram_cannot_be_reached_words_wait_and_then_arrive(
    new_tab: Opens, practice: Practice
):
    tab = await new_tab("?lang=zh&p=resident_chen")
    chen, page = tab.phone("resident_chen"), tab.page
    faults = page.locator("summary", has_text="故障")
    await chen.place.get_by_role("button", name="开始", exact=True).click()
    await chen.taps("中文")
    await practice.rest()

    await faults.click()
    await page.get_by_label("连不上Telegram").check()
    await chen.types("楼上漏水。")
    await expect(chen.place.get_by_role("img", name="已发出")).to_be_visible()
    await chen.sees_not("是哪里的事")
    await page.get_by_label("连不上Telegram").uncheck()

    await chen.sees("是哪里的事")
    await expect(chen.place.get_by_role("img", name="已收到").last).to_be_visible()
    assert practice.page.bar.disorders == []


async def test_too_many_messages_are_waited_out(new_tab: Opens, practice: Practice):
    tab = await new_tab("?lang=zh&p=court_xin")
    xin = tab.phone("court_xin")

    await practice.page.bar.switch(Disorder.TOO_MANY, on=True)
    await expect(tab.page.get_by_label("Telegram说：消息太多（429）")).to_be_checked()
    await xin.types("/help")
    await expect(xin.place.get_by_role("img", name="已收到").last).to_be_visible()
    seen = await xin.place.locator(".theirs").count()
    await practice.page.bar.switch(Disorder.TOO_MANY, on=False)

    await expect(xin.place.locator(".theirs")).to_have_count(seen + 1, timeout=20_000)


async def test_a_stopped_bot_comes_back_to_what_was_written_meanwhile(
    new_tab: Opens, practice: Practice
):
    tab = await new_tab("?lang=zh&p=officer_ding")
    ding, page = tab.phone("officer_ding"), tab.page
    faults = page.locator("summary", has_text="故障")

    await faults.click()
    await page.get_by_label("机器人停了").check()
    await expect(page.locator("#trouble")).to_contain_text("机器人不在", timeout=20_000)
    await ding.types("丹山社区工地12名工人，8到10月工资没发，共18.6万，包工头电话打不通。")
    await page.get_by_role("button", name="幕后").click()
    await expect(page.locator("#backstage")).not_to_be_empty()
    await faults.click()  # the panel's button had closed the menu
    await page.get_by_label("机器人停了").uncheck()

    await ding.sees("工资")
    await expect(ding.place.locator(".theirs", has_text="18.6")).to_have_count(1, timeout=20_000)
    await expect(page.locator("#trouble")).to_be_hidden()


@pytest.mark.timeout(180)
async def test_the_day_is_played_step_by_step_and_begun_anew(new_tab: Opens, practice: Practice):
    tab = await new_tab("?lang=zh&p=resident_jia,mediator_yi")
    page, jia = tab.page, tab.phone("resident_jia")

    await page.get_by_role("button", name="重新开始").click()
    async with page.expect_event("load", timeout=60_000):
        await page.get_by_role("dialog").get_by_role("button", name="重新开始").click()
    await page.wait_for_selector("body[data-listening=yes]")
    await expect(page.locator("#now")).to_contain_text("2026年11月23日(周一)09:00")
    await expect(jia.place.get_by_role("button", name="开始", exact=True)).to_be_visible()

    for expected in ("안녕하십니까", "음성 21초", "이렇게 보냅니다"):
        await page.get_by_role("button", name="下一步").click()
        await jia.sees(expected)
    await expect(page.locator("#told")).to_contain_text(re.compile("第.步，共.*居民甲"))
    assert practice.opened.again == 1


async def test_a_long_chat_loads_by_page_and_only_what_is_seen_is_sent(
    new_tab: Opens, practice: Practice
):
    person = practice.opened.person("supervisor_ren")
    for number in range(3000):
        person.chat.add(Post(0, True, practice.opened.sandbox.at, Kind.TEXT, f"第{number}条"))
    tab = await new_tab("?lang=zh&p=supervisor_ren")
    ren = tab.phone("supervisor_ren")
    await expect(ren.place.locator(".post")).to_have_count(40)
    await ren.sees("第2999条")

    await ren.place.get_by_role("button", name="更早的消息").click()

    await expect(ren.place.locator(".post")).to_have_count(80)
    ids = [
        int(str(await one.get_attribute("data-id")))
        for one in await ren.place.locator(".post").all()
    ]
    assert ids == sorted(ids)
    await ren.types("/help")
    await expect(ren.place.locator(".post.mine").last).to_contain_text("/help")
    await expect(ren.place.get_by_role("img", name="已收到").last).to_be_visible()
    assert await ren.place.locator(".post").count() > 80


async def test_people_are_found_by_role_and_given_a_phone(new_tab: Opens):
    tab = await new_tab("?lang=zh&p=judge_bing")
    page = tab.page

    await tab.phone("judge_bing").place.get_by_role("button", name="把这部手机换给别人").click()
    await page.get_by_label("按姓名或角色查找").fill("调解员")
    await expect(page.locator("#people-list button")).to_have_count(4)
    await page.get_by_role("button", name="调解员丑").click()

    await expect(page.locator("#phone-mediator_chou")).to_be_visible()
    await expect(page.locator("#phone-judge_bing")).to_have_count(0)
    assert "p=mediator_chou" in page.url


async def test_a_posters_code_leads_to_this_page_and_never_to_telegram(
    new_tab: Opens, practice: Practice
):
    tab = await new_tab("?lang=ko&scan=g_222401002002003_ko&p=judge_bing")

    guest = tab.page.locator(".phone").last
    await expect(guest).to_contain_text("안녕하십니까. 북산가두 단산사회구역 제3격자입니다.")

    html = await (await tab.page.context.request.get(f"{practice.address}codes?lang=zh")).text()
    assert "t.me" not in html
    assert html.count("<svg") == 2
