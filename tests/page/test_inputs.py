"""Every kind of thing that a person can send from the page, once each, and what stands on the screen afterwards."""

import pytest
from playwright.async_api import expect

from bot.sandbox.files import grey_jpeg, spoken
from tests.page.conftest import Opens, Practice, Tab
from tests.page.hands import Phone

pytestmark = pytest.mark.asyncio(loop_scope="session")

POSTER = "g_222401002002003_zh"


async def a_resident(tab: Tab, name: str) -> Phone:
    """Somebody new, made on the page, who has scanned the poster."""
    page = tab.page
    await page.get_by_role("button", name="再加一部手机").click()
    await page.get_by_label("名字").fill(name)
    await page.get_by_role("button", name="添加", exact=True).click()
    place = page.locator(".phone", has_text=name).last
    resident = Phone(page, place)
    await resident.chooses("更多", "扫海报上的码")
    chinese = page.locator("figure", has_text="中文 码")
    await chinese.get_by_role("button", name=f"由{name}扫码").click()
    await resident.sees("丹山社区第3网格")
    return resident


async def test_a_photo_from_the_disk_is_shown_and_reported(new_tab: Opens, practice: Practice):
    tab = await new_tab("?lang=zh&p=judge_bing")
    resident = await a_resident(tab, "照相的人")

    async with tab.page.expect_file_chooser() as chooser:
        await resident.chooses("附件", "本机里的照片")
    await (await chooser.value).set_files(
        {"name": "leak.jpg", "mimeType": "image/jpeg", "buffer": grey_jpeg(320, 240, b"leak")}
    )

    picture = resident.place.get_by_role("img", name="照片")
    await expect(picture).to_be_visible()
    assert await picture.evaluate("image => image.decode().then(() => image.naturalWidth)") == 320
    await practice.rest()
    await resident.types("楼上漏水，天花板湿了。")
    await resident.taps("提交")
    await resident.sees("已收到，编号")


async def test_a_sound_file_goes_as_a_voice_message_and_is_answered(
    new_tab: Opens, practice: Practice
):
    tab = await new_tab("?lang=zh&p=judge_bing")
    resident = await a_resident(tab, "说话的人")

    async with tab.page.expect_file_chooser() as chooser:
        await resident.chooses("附件", "把声音文件当语音发")
    await (await chooser.value).set_files(
        {"name": "voice.oga", "mimeType": "audio/ogg", "buffer": spoken(9, b"voice")}
    )

    await resident.sees("语音 21 秒")
    await resident.taps("没有")
    await resident.taps("提交")
    await resident.sees("已收到，编号")


async def test_a_recorded_voice_message_is_sent_when_the_owner_stops_and_not_when_they_cancel(
    new_tab: Opens, practice: Practice
):
    tab = await new_tab("?lang=zh&p=judge_bing", permissions=["microphone"])
    resident = await a_resident(tab, "录音的人")
    recorder = tab.page.get_by_role("dialog", name="录一段语音")

    await resident.chooses("附件", "录一段语音")
    await expect(recorder).to_be_visible()
    await recorder.get_by_role("button", name="取消").click()
    await expect(recorder).to_be_hidden()
    await resident.chooses("附件", "录一段语音")
    await recorder.get_by_role("button", name="停止并发送").click()

    await resident.sees("语音 1 秒")
    await expect(resident.place.locator(".voice")).to_have_count(1)
    await practice.rest()


async def test_a_pin_on_the_map_answers_where(new_tab: Opens):
    tab = await new_tab("?lang=zh&p=resident_chen")
    resident, page = tab.phone("resident_chen"), tab.page
    await resident.place.get_by_role("button", name="开始", exact=True).click()
    await resident.taps("中文")
    await resident.types("楼上漏水，三天了也不修。")

    await resident.taps("发送位置")
    place = page.get_by_role("dialog")
    await place.get_by_label("网格", exact=True).select_option(label="丹山社区第3网格")
    chosen = await place.get_by_label("纬度").input_value()
    await place.get_by_role("application").press("ArrowUp")
    assert await place.get_by_label("纬度").input_value() > chosen
    await place.get_by_role("application").press("ArrowDown")
    await place.get_by_role("button", name="发送这个位置").click()

    await expect(resident.place.get_by_role("img", name="地图上的位置")).to_be_visible()
    await resident.sees("丹山社区第3网格")


async def test_a_number_goes_only_when_the_owner_agrees(new_tab: Opens):
    tab = await new_tab("?lang=zh&p=judge_bing")
    resident = await a_resident(tab, "留电话的人")

    await resident.chooses("附件", "我的电话号码")
    ask = tab.page.get_by_role("dialog")
    await expect(ask).to_contain_text("把这个号码发给机器人吗")
    await ask.get_by_role("button", name="关闭").click()
    await resident.sees_not("13900000001")

    await resident.chooses("附件", "我的电话号码")
    await ask.get_by_label("电话号码").fill("+86 139 0000 0001")
    await ask.get_by_role("button", name="发送").click()
    await resident.sees("+8613900000001")


async def test_whoever_blocks_the_bot_hears_nothing_until_it_is_let_in_again(
    new_tab: Opens, practice: Practice
):
    tab = await new_tab("?lang=zh&p=judge_bing")
    resident = await a_resident(tab, "停用的人")

    await resident.chooses("更多", "停用机器人")
    await expect(resident.place).to_contain_text("机器人已停用")
    await expect(resident.place.get_by_role("textbox")).to_be_hidden()

    await resident.place.get_by_role("button", name="恢复机器人").first.click()
    await expect(resident.place.get_by_role("textbox")).to_be_visible()
    await practice.rest()


async def test_commands_are_chosen_from_the_menu_and_links_in_messages_work_here(new_tab: Opens):
    tab = await new_tab("?lang=zh&p=judge_bing")
    resident = await a_resident(tab, "看菜单的人")

    await resident.place.locator("summary[title='命令菜单']").click()
    await resident.place.get_by_role("button", name="/help").click()

    await expect(resident.place.locator(".mine").last).to_contain_text("/help")


async def test_a_file_is_offered_for_saving_under_its_own_name(new_tab: Opens, practice: Practice):
    tab = await new_tab("?lang=zh&p=judge_bing")
    resident = await a_resident(tab, "发文件的人")

    async with tab.page.expect_file_chooser() as chooser:
        await resident.chooses("附件", "本机里的文件")
    await (await chooser.value).set_files(
        {"name": "工资表.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.7 practice"}
    )

    link = resident.place.get_by_role("link", name="工资表.pdf")
    async with tab.page.expect_download() as saved:
        await link.click()
    assert (await saved.value).suggested_filename == "工资表.pdf"
    await practice.rest()
