"""The methods that are not speech: who am I, updates, webhook bookkeeping, profile, commands, files."""

import json
import re
from urllib.parse import urlsplit

from bot.sandbox.chats import Chat
from bot.sandbox.courier import MOST_AT_ONCE
from bot.sandbox.listener import is_loopback
from bot.sandbox.refusal import JsonObject, Refusal, bad
from bot.sandbox.sending import known
from bot.sandbox.state import Telegram

MOST_COMMANDS = 100
MOST_UPDATES = 100
LONGEST_COMMAND_DESCRIPTION = 256
_COMMAND = re.compile(r"[a-z0-9_]{1,32}\Z")
_DEFAULT_SCOPE = {"type": "default"}


async def get_me(telegram: Telegram, _: JsonObject) -> object:
    return {
        **telegram.bot,
        "can_join_groups": True,
        "can_read_all_group_messages": False,
        "supports_inline_queries": False,
        "can_connect_to_business": False,
        "has_main_web_app": False,
    }


async def get_updates(telegram: Telegram, given: JsonObject) -> object:
    if telegram.profile.webhook:
        raise Refusal(
            409,
            "Conflict: can't use getUpdates method while webhook is active; "
            "use deleteWebhook to delete the webhook first",
        )
    limit = given.get("limit", MOST_UPDATES)
    return await telegram.updates.fetch(
        offset=given.get("offset", 0),
        limit=limit if 1 <= limit <= MOST_UPDATES else MOST_UPDATES,  # as Telegram corrects it
        wait_s=max(0, given.get("timeout", 0)),
        allowed=given.get("allowed_updates"),
    )


async def set_webhook(telegram: Telegram, given: JsonObject) -> object:
    url = given["url"]
    if not url:
        return await delete_webhook(telegram, given)
    if not _stays_here(url):
        raise bad("bad webhook: the sandbox brings updates to this machine only", blame=True)
    secret = given.get("secret_token", "")
    if not re.fullmatch(r"[A-Za-z0-9_-]{0,256}", secret):
        raise bad("secret token contains unallowed characters", blame=True)
    if given.get("drop_pending_updates"):
        telegram.updates.clear()
    telegram.profile.webhook = {k: v for k, v in given.items() if k != "drop_pending_updates"}
    telegram.updates.allow(given.get("allowed_updates"))
    await telegram.updates.hang_up()  # whoever polls hears 409
    await telegram.courier.go()
    return True


def _stays_here(url: str) -> bool:
    """Whether what is brought there leaves this machine no more than anything else of the sandbox."""
    try:
        address = urlsplit(url)
        return address.scheme in {"http", "https"} and is_loopback(address.hostname or "")
    except ValueError:
        return False


async def delete_webhook(telegram: Telegram, given: JsonObject) -> object:
    telegram.profile.webhook = {}
    await telegram.courier.rest()
    if given.get("drop_pending_updates"):
        telegram.updates.clear()
    return True


async def get_webhook_info(telegram: Telegram, _: JsonObject) -> object:
    webhook, courier = telegram.profile.webhook, telegram.courier
    return {
        "url": webhook.get("url", ""),
        "has_custom_certificate": False,
        "pending_update_count": telegram.updates.unconfirmed,
        **({"max_connections": webhook.get("max_connections", MOST_AT_ONCE)} if webhook else {}),
        **{k: webhook[k] for k in ("allowed_updates",) if k in webhook},
        **(
            {"last_error_date": courier.last_wrong_at, "last_error_message": courier.last_wrong}
            if webhook and courier.last_wrong
            else {}
        ),
    }


async def set_my_commands(telegram: Telegram, given: JsonObject) -> object:
    commands = given["commands"]
    if len(commands) > MOST_COMMANDS:
        raise bad("BOT_COMMANDS_TOO_MUCH", blame=True)
    for command in commands:
        if not _COMMAND.match(command["command"]):
            raise bad("BOT_COMMAND_INVALID", blame=True)
        if not 1 <= len(command["description"]) <= LONGEST_COMMAND_DESCRIPTION:
            raise bad("BOT_COMMAND_DESCRIPTION_INVALID", blame=True)
    telegram.profile.commands[_scope(given), given.get("language_code", "")] = commands
    return True


async def get_my_commands(telegram: Telegram, given: JsonObject) -> object:
    return telegram.profile.commands.get((_scope(given), given.get("language_code", "")), [])


def _scope(given: JsonObject) -> str:
    return json.dumps(given.get("scope", _DEFAULT_SCOPE), sort_keys=True)


async def set_my_name(telegram: Telegram, given: JsonObject) -> object:
    return _tell(telegram.profile.names, given, "name", 64)


async def get_my_name(telegram: Telegram, given: JsonObject) -> object:
    names = telegram.profile.names
    own: str = telegram.bot["first_name"]
    return {"name": names.get(given.get("language_code", "")) or names.get("") or own}


async def set_my_description(telegram: Telegram, given: JsonObject) -> object:
    return _tell(telegram.profile.descriptions, given, "description", 512)


async def set_my_short_description(telegram: Telegram, given: JsonObject) -> object:
    return _tell(telegram.profile.short_descriptions, given, "short_description", 120)


def _tell(by_language: dict[str, str], given: JsonObject, field: str, longest: int) -> bool:
    text = given.get(field, "")
    if len(text) > longest:
        raise bad(f"bot {field.replace('_', ' ')} is too long", blame=True)
    by_language[given.get("language_code", "")] = text
    return True


async def set_chat_menu_button(telegram: Telegram, given: JsonObject) -> object:
    button = given.get("menu_button", {"type": "default"})
    telegram.profile.menu_buttons[given.get("chat_id")] = button
    return True


async def get_chat(telegram: Telegram, given: JsonObject) -> object:
    chat = known(telegram, given["chat_id"])
    return {
        **chat.account.chat(),
        "accent_color_id": 0,
        "max_reaction_count": 11,
        "accepted_gift_types": dict.fromkeys(
            (
                "unlimited_gifts",
                "limited_gifts",
                "unique_gifts",
                "premium_subscription",
                "gifts_from_channels",
            ),
            False,
        ),
        **_pinned(telegram, chat),
    }


def _pinned(telegram: Telegram, chat: Chat) -> JsonObject:
    pinned = [post for post in chat.posts.values() if post.pinned]
    return {"pinned_message": telegram.wire(chat, pinned[-1])} if pinned else {}


async def get_file(telegram: Telegram, given: JsonObject) -> object:
    file = telegram.files.for_download(given["file_id"])
    return {**file.wire(), "file_path": file.path}
