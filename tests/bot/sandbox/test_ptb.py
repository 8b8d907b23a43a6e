"""A bot on python-telegram-bot, unmodified, cannot tell the sandbox from Telegram."""

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest
import pytest_asyncio
from telegram import (
    BotCommand,
    CopyTextButton,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    KeyboardButton,
    ReplyKeyboardMarkup,
    ReplyKeyboardRemove,
    Update,
)
from telegram.constants import ParseMode
from telegram.error import BadRequest, Conflict, Forbidden, RetryAfter
from telegram.ext import (
    Application,
    ApplicationBuilder,
    CallbackQueryHandler,
    ChatMemberHandler,
    CommandHandler,
    MessageHandler,
    filters,
)

from bot.sandbox.people import Person
from bot.sandbox.sandbox import Sandbox

App = Application[Any, Any, Any, Any, Any, Any]


async def on_start(update: Any, context: Any) -> None:
    keys = InlineKeyboardMarkup(
        [
            [InlineKeyboardButton("中文", callback_data="zh")],
            [InlineKeyboardButton("조선어", callback_data="ko")],
            [InlineKeyboardButton("复制台账行", copy_text=CopyTextButton("124-1\t12人"))],
        ]
    )
    await update.effective_message.reply_html(f"<b>您好</b> {context.args}", reply_markup=keys)


async def on_tap(update: Any, context: Any) -> None:
    await update.callback_query.answer()
    await update.callback_query.edit_message_text(f"language: {update.callback_query.data}")


async def on_text(update: Any, context: Any) -> None:
    keyboard = ReplyKeyboardMarkup(
        [
            ["是"],
            [KeyboardButton("发位置", request_location=True)],
            [KeyboardButton("发号码", True)],
        ],
        resize_keyboard=True,
    )
    said = update.effective_message.text
    kind = "edited" if update.edited_message else "said"
    await update.effective_message.reply_text(f"{kind}: {said}", reply_markup=keyboard)


async def on_file(update: Any, context: Any) -> None:
    message = update.effective_message
    sent = message.photo[-1] if message.photo else message.voice or message.document
    file = await sent.get_file()
    data = await file.download_as_bytearray()
    origin = message.forward_origin
    await message.reply_text(f"{len(data)} {message.caption} {origin and origin.sender_user_name}")
    await message.reply_document(bytes(data), filename="副本.bin", caption="副本")


async def on_place(update: Any, context: Any) -> None:
    message = update.effective_message
    said = message.location.latitude if message.location else message.contact.user_id
    await message.reply_text(f"{said}", reply_markup=ReplyKeyboardRemove())


async def on_member(update: Any, context: Any) -> None:
    context.bot_data["standing"] = update.my_chat_member.new_chat_member.status


@pytest_asyncio.fixture
async def app(sandbox: Sandbox) -> AsyncIterator[App]:
    application = (
        ApplicationBuilder()
        .token(sandbox.token)
        .base_url(f"{sandbox.base_url}/bot")
        .base_file_url(f"{sandbox.base_url}/file/bot")
        .build()
    )
    application.add_handlers(
        [
            CommandHandler("start", on_start),
            CallbackQueryHandler(on_tap),
            MessageHandler(filters.TEXT, on_text),
            MessageHandler(filters.PHOTO | filters.VOICE | filters.Document.ALL, on_file),
            MessageHandler(filters.LOCATION | filters.CONTACT, on_place),
            ChatMemberHandler(on_member),
        ]
    )
    async with application:
        yield application


async def digest(app: App) -> list[Update]:
    """Fetch, handle and confirm all that waits, as Updater would."""
    updates = list(await app.bot.get_updates())
    for update in updates:
        known = [update, update.effective_message, update.effective_user, update.callback_query]
        assert not any(part.api_kwargs for part in known if part is not None)
        await app.process_update(update)
    if updates:
        await app.bot.get_updates(offset=updates[-1].update_id + 1)
    return updates


async def test_start_taps_text_and_edit_go_both_ways(sandbox: Sandbox, app: App) -> None:
    resident = sandbox.person("resident_a", first_name="甲", language_code="ko")

    await resident.starts("g_222401_ko", settle=False)
    await digest(app)
    assert resident.last.text == "您好 ['g_222401_ko']"
    assert resident.last.html == "<b>您好</b> ['g_222401_ko']"

    await resident.taps("复制", settle=False)
    await resident.taps("조선어", settle=False)
    await digest(app)
    assert resident.clipboard == "124-1\t12人"
    assert resident.last.text == "language: ko"
    assert resident.last.edited
    assert resident.last.inline == ()

    await resident.says("楼上漏水", settle=False)
    await digest(app)
    await resident.edits("楼上漏水了", settle=False)
    await digest(app)
    assert resident.heard[-2:] == ["said: 楼上漏水", "edited: 楼上漏水了"]
    assert resident.keyboard == [["是"], ["发位置"], ["发号码"]]
    assert resident.counts.taps == 3
    assert resident.counts.typed_messages == 1
    assert sandbox.violations == []


async def test_keys_send_their_label_a_place_or_a_number(sandbox: Sandbox, app: App) -> None:
    resident = sandbox.person("resident_a")
    await resident.says("hello", settle=False)
    await digest(app)

    await resident.taps("是", settle=False)
    await digest(app)
    assert resident.last.text == "said: 是"
    await resident.taps("发号码", settle=False)
    await digest(app)

    assert resident.last.text == str(resident.telegram_id)
    assert resident.keyboard == []
    await resident.location(42.9, 129.5, settle=False)
    await digest(app)
    assert resident.last.text == "42.9"


@pytest.mark.parametrize("kind", ["photo", "voice", "document", "forwards"])
async def test_files_arrive_byte_for_byte(sandbox: Sandbox, app: App, kind: str) -> None:
    officer = sandbox.person("officer_d")
    data = bytes(range(256)) * 40
    if kind == "photo":
        await officer.photo("工资表", data, settle=False)
    elif kind == "voice":
        await officer.voice(3, data, settle=False)
    elif kind == "document":
        await officer.document("工资.xlsx", data, settle=False)
    else:
        await officer.forwards(
            photo=True, caption="工资表", data=data, from_name="丁", settle=False
        )

    await digest(app)

    told, copied = officer.messages[-2:]
    assert told.text.startswith("10240 ")
    assert told.text.endswith("工资表 丁" if kind == "forwards" else "None")
    assert copied.caption == "副本"
    assert sandbox.violations == []


async def test_blocking_is_told_and_felt(sandbox: Sandbox, app: App) -> None:
    resident = sandbox.person("resident_a")
    stranger = sandbox.person("stranger")
    await resident.starts(settle=False)
    await resident.blocks(settle=False)
    await digest(app)

    assert app.bot_data["standing"] == "kicked"
    with pytest.raises(Forbidden, match="bot was blocked by the user"):
        await app.bot.send_message(resident.telegram_id, "x")
    with pytest.raises(Forbidden, match="can't initiate conversation"):
        await app.bot.send_message(stranger.telegram_id, "x")
    with pytest.raises(BadRequest, match="Chat not found"):
        await app.bot.send_message(1, "x")
    await resident.unblocks(settle=False)
    await digest(app)
    assert app.bot_data["standing"] == "member"


async def test_the_profile_is_kept_by_language(sandbox: Sandbox, app: App) -> None:
    await app.bot.set_my_commands([BotCommand("start", "시작")], language_code="ko")
    await app.bot.set_my_name("격자호각", language_code="ko")
    await app.bot.set_my_description("邻里有事")
    await app.bot.set_my_short_description("免费")
    await app.bot.set_chat_menu_button()

    assert await app.bot.get_my_commands(language_code="ko") == (BotCommand("start", "시작"),)
    assert (await app.bot.get_my_name("ko")).name == "격자호각"
    assert (await app.bot.get_my_name("zh")).name == "gridwhistle_sandbox_bot"
    assert sandbox.profile.descriptions == {"": "邻里有事"}
    assert sandbox.violations == []


async def test_chat_pin_copy_delete_and_action(sandbox: Sandbox, app: App) -> None:
    resident = sandbox.person("resident_a", first_name="甲")
    mine = await resident.starts(settle=False)
    bot = app.bot
    card = await bot.send_message(resident.telegram_id, "卡", disable_notification=True)

    await bot.pin_chat_message(resident.telegram_id, card.message_id)
    pinned = (await bot.get_chat(resident.telegram_id)).pinned_message
    copy = await bot.copy_message(resident.telegram_id, resident.telegram_id, mine.id)
    await bot.unpin_chat_message(resident.telegram_id)
    await bot.delete_message(resident.telegram_id, mine.id)
    await bot.delete_messages(resident.telegram_id, [copy.message_id, 999])
    await bot.send_chat_action(resident.telegram_id, "typing")
    await bot.send_message(resident.telegram_id, "<i>ok</i>", parse_mode=ParseMode.HTML)

    assert pinned is not None
    assert pinned.message_id == card.message_id
    assert [m.text for m in resident.messages] == ["卡", "ok"]
    assert resident.messages[0].silent
    assert not resident.messages[0].pinned
    assert sandbox.violations == []


# The library warns that retry_after will be a timedelta one day; the bot reads both.
@pytest.mark.filterwarnings("ignore:.*retry_after:telegram.warnings.PTBDeprecationWarning")
async def test_refusals_reach_the_bot_as_its_library_knows_them(
    sandbox: Sandbox, app: App
) -> None:
    resident: Person = sandbox.person("resident_a")
    await resident.starts(settle=False)
    sandbox.fail("sendMessage", "429", retry_after=7)

    with pytest.raises(RetryAfter) as slower:
        await app.bot.send_message(resident.telegram_id, "x")
    assert slower.value._retry_after == timedelta(seconds=7)
    sent = await app.bot.send_message(resident.telegram_id, "x")
    with pytest.raises(BadRequest, match="Message is not modified"):
        await sent.edit_text("x")
    await app.bot.set_webhook("https://localhost:1/hook", secret_token="s")
    assert (await app.bot.get_webhook_info()).pending_update_count == 1
    with pytest.raises(Conflict):
        await app.bot.get_updates()
    await app.bot.delete_webhook(drop_pending_updates=True)
    assert await app.bot.get_updates() == ()


async def test_the_librarys_own_updater_polls_it(sandbox: Sandbox, app: App) -> None:
    resident = sandbox.person("resident_a")
    updater = app.updater
    assert updater is not None
    await app.start()
    await updater.start_polling(allowed_updates=Update.ALL_TYPES)

    await resident.starts(settle=False)
    await sandbox.telegram.updates.all_confirmed()
    await updater.stop()
    await app.stop()

    assert resident.heard == ["您好 []"]
    assert sandbox.violations == []
