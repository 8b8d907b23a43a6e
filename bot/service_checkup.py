"""What is wrong with how the bot runs, rather than with the office: database, disk, webhook, backups, the second way.

Law: as bot/checkup.py: nothing is changed, and every finding says how it is mended.
"""

import asyncio
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy.orm import Session
from telegram import WebhookInfo

from bot.house import StartRefused
from bot.settings import PREFIX, Mode, Settings
from bot.webhook_command import asked
from bot.webhook_watch import is_at, is_secret_refused
from models.office import Pulse
from models.store import machine_now

ROOM = 1 << 30  # bytes: a week of evidence of a county, and what a migration copies
BACKUP_AGE = timedelta(days=2)  # a daily copy that failed once


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing to mend."""

    zh: str
    en: str
    mend: str


def of_machine(settings: Settings) -> Iterator[Finding]:
    """The disk, and whether anybody would hear of a silence."""
    if settings.data_dir.exists() and shutil.disk_usage(settings.data_dir).free < ROOM:
        yield Finding(
            "数据盘快满了",
            "the disk of the data folder is nearly full",
            f"make room on the disk of {settings.data_dir}; nothing of ours may be deleted by hand",
        )
    if not settings.alarm_url.get_secret_value() and not settings.demo:
        yield Finding(
            "停机时没有第二条通知途径",
            "nobody would be told by a second way if the bot fell silent",
            f"export {PREFIX}ALARM_URL=… (a group robot's address)",
        )


def of_pulses(session: Session, settings: Settings) -> Iterator[Finding]:
    """Whether a process lives, and when the last copy was made."""
    now = machine_now(session)
    beat, copied = session.get(Pulse, "beat"), session.get(Pulse, "backup")
    if beat is not None and now - beat.at > timedelta(minutes=settings.silence_minutes):
        yield Finding(
            f"机器人没有在运行,上次是{_ago(now - beat.at)}前",
            f"the bot is not running; it last did {_ago(now - beat.at)} ago",
            "systemctl status 'gridwhistle@*', or gridwhistle run",
        )
    lacking = session.get(Pulse, "backup_incomplete")
    is_old = copied is None or now - copied.at > BACKUP_AGE
    if lacking is not None and (copied is None or copied.at < lacking.at):
        yield Finding(
            "最近的备份缺材料",
            "evidence is missing in the last backup",
            "see what is said of the files of evidence; an older copy may have them",
        )
        is_old = is_old and now - lacking.at > BACKUP_AGE
    if beat is not None and is_old:
        yield Finding(
            "两天内没有备份" if copied else "从来没有备份",
            "there is no backup of the last two days",
            "gridwhistle backup FILE, daily (deploy/systemd/gridwhistle-backup.timer)",
        )


def of_telegram(settings: Settings) -> Iterator[Finding]:
    """Whether updates can come in by the way that is set."""
    try:
        info = asyncio.run(asked(settings, lambda bot: bot.get_webhook_info()))
    except StartRefused as reason:
        zh, _, en = str(reason).partition(" / ")
        yield Finding(zh, en, f"check {PREFIX}BOT_TOKEN, {PREFIX}API_BASE_URL and {PREFIX}PROXY")
        return
    yield from in_webhook(info, settings)


def in_webhook(info: WebhookInfo, settings: Settings) -> Iterator[Finding]:
    """What Telegram knows of the webhook against what is set."""
    if settings.mode is Mode.POLLING and info.url:
        yield Finding(
            "设置为轮询,但Telegram那里有webhook,收不到消息",
            "the bot fetches updates, but a webhook is set, so it gets none",
            "gridwhistle webhook delete",
        )
    if settings.mode is Mode.WEBHOOK and not is_at(info, settings.webhook_url):
        yield Finding(
            "webhook没有设置,或是另一个地址",
            "the webhook is not set, or is another address",
            "gridwhistle webhook set",
        )
    if is_secret_refused(info):
        yield Finding(
            f"有{info.pending_update_count}条消息被拒绝:Telegram那里的密钥不是GRIDWHISTLE_WEBHOOK_SECRET",
            f"{info.pending_update_count} updates are refused (403): the secret that Telegram has differs from {PREFIX}WEBHOOK_SECRET",
            "gridwhistle webhook set",
        )
    elif info.last_error_message and info.pending_update_count:
        yield Finding(
            f"有{info.pending_update_count}条消息送不进来",
            f"{info.pending_update_count} updates cannot be brought: {info.last_error_message}",
            "check the proxy and the certificate in front of the bot (docs/operations.md)",
        )


def _ago(span: timedelta) -> str:
    minutes = int(span.total_seconds() // 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes} min"
