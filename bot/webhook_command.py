"""`gridwhistle webhook set | show | delete`: one step of a deployment, done once and not by every replica.

Law: what waits at Telegram is never dropped.
"""

import asyncio
import json
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import TYPE_CHECKING, TypeVar

import typer

if TYPE_CHECKING:
    from telegram import Bot, WebhookInfo

    from bot.settings import Settings

T = TypeVar("T")
_REFUSED = 2  # exit code: this cannot be done so

webhook = typer.Typer(
    no_args_is_help=True, help="Tell Telegram where to bring updates: set, show, delete."
)


@webhook.command("set")
def set_() -> None:
    """Let Telegram bring updates to GRIDWHISTLE_WEBHOOK_URL. Run it once per deployment."""
    settings = _settings()
    if (why := unfit(settings)) is not None:
        typer.echo(why, err=True)
        raise typer.Exit(_REFUSED)
    asyncio.run(asked(settings, lambda bot: bring_to(bot, settings)))
    typer.echo(f"已设置 / Updates are brought to {settings.webhook_url}")


@webhook.command()
def show() -> None:
    """Say where Telegram brings updates, how many wait, and what went wrong last."""
    info = asyncio.run(asked(_settings(), lambda bot: bot.get_webhook_info()))
    for line in said(info):
        typer.echo(line)


@webhook.command()
def delete() -> None:
    """Let updates wait at Telegram until they are fetched (GRIDWHISTLE_MODE=polling)."""
    asyncio.run(asked(_settings(), lambda bot: bot.delete_webhook(drop_pending_updates=False)))
    typer.echo("已删除 / Updates are no longer brought; they wait to be fetched.")


def unfit(settings: "Settings") -> str | None:
    """Why Telegram must not be told to bring updates here; None: it may."""
    from bot.settings import Mode

    if settings.mode is not Mode.WEBHOOK:
        return (
            "请先设置 GRIDWHISTLE_MODE=webhook 并重启:轮询的机器人在有webhook时收不到消息 / "
            "Set GRIDWHISTLE_MODE=webhook and restart first: a bot that fetches updates gets none while a webhook is set."
        )
    if not (settings.webhook_url and settings.webhook_secret.get_secret_value()):
        return "请设置 GRIDWHISTLE_WEBHOOK_URL 和 GRIDWHISTLE_WEBHOOK_SECRET / Please set both."
    return None


async def bring_to(bot: "Bot", settings: "Settings") -> bool:
    """Set the webhook as the settings have it."""
    from bot.arrival import KINDS

    return await bot.set_webhook(
        settings.webhook_url,
        secret_token=settings.webhook_secret.get_secret_value(),
        allowed_updates=list(KINDS),
        max_connections=settings.webhook_connections,
        drop_pending_updates=False,
    )


def said(info: "WebhookInfo") -> list[str]:
    """What Telegram knows of the webhook, a line each."""
    lines = [
        f"地址 / address: {info.url or '没有 / none: updates wait to be fetched'}",
        f"等待 / waiting: {info.pending_update_count}",
    ]
    if info.allowed_updates:
        lines.append(f"种类 / kinds: {json.dumps(list(info.allowed_updates))}")
    if info.last_error_message:
        at = info.last_error_date
        when = at.astimezone(UTC) if isinstance(at, datetime) else at
        lines.append(f"上次出错 / last error: {when} {info.last_error_message}")
    return lines


async def asked(settings: "Settings", what: "Callable[[Bot], Awaitable[T]]") -> T:
    """One call of Telegram by a command.

    Raises:
        StartRefused: it does not know the token, or cannot be reached.
    """
    from telegram import Bot
    from telegram.error import InvalidToken, TelegramError

    from bot.house import StartRefused
    from bot.transport import Transport

    bot = Bot(
        settings.token,
        base_url=f"{settings.api_base_url}/bot",
        request=Transport(proxy=settings.proxy),
        get_updates_request=Transport(proxy=settings.proxy),
    )
    try:
        async with bot:
            return await what(bot)
    except InvalidToken:
        raise StartRefused(
            "Telegram 不认识这个令牌 / Telegram does not know the token in GRIDWHISTLE_BOT_TOKEN."
        ) from None
    except TelegramError as error:
        raise StartRefused(
            f"现在连不上Telegram,请稍后再试 / Telegram cannot be reached now; try again later: {error}"
        ) from None


def _settings() -> "Settings":
    from bot.settings import Settings

    return Settings.load()
