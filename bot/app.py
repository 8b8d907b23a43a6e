"""The composition root: everything that runs is made and joined here, for the office, the sandbox and the tests alike.

Law: nobody below this file and bot/house.py makes a clock, a key, a thread or a connection; they are handed down.
"""

from __future__ import annotations

import asyncio
import gc
import logging
import time

from sqlalchemy.exc import OperationalError
from telegram import LinkPreviewOptions
from telegram.constants import ParseMode
from telegram.ext import Application, ContextTypes, Defaults
from telegram.request import BaseRequest

import handlers
from bot.clock import Clock, SandboxClock, SystemClock
from bot.deadman import AGAIN_S
from bot.house import START_BACKOFF_S, House, StartRefused, second_way
from bot.keys import open_keys
from bot.logs import LOG_EVERY
from bot.office_rules import rules_of
from bot.settings import Settings
from bot.strict import AnyApplication, StrictApplication
from bot.transport import Transport
from handlers.context import BotContext
from locales import catalogue
from models import schema
from models.store import Store
from models.vocabulary import Language, Nature

log = logging.getLogger(__name__)

DATABASE_AWAY = "启动时数据库没有应答 / the database does not answer at the start"


def build(
    settings: Settings, clock: Clock | None = None, request: BaseRequest | None = None
) -> House:
    """Make the bot: keys, database, rules, application and all parts, joined and not yet started.

    Args:
        settings: what the office set.
        clock: civil time, when it is neither this machine's nor the sandbox's.
        request: the way to Telegram, when it is not the network; shared by polling and sending.

    Raises:
        StartRefused: the database belongs to the other world (sandbox or live), or was not restored to the end.
        KeysGone: the database is sealed with keys that are not here.
        OfficeFileRefused: the office's terms or danger words do not fit.
    """
    open_keys(settings)
    for language in Language:  # read now, or people wait for it later
        catalogue(language)
    rules = rules_of(settings)
    store = open_store(settings)
    if clock is None:
        clock = SandboxClock(settings.clock_url) if settings.in_sandbox else SystemClock()
    polling = request or Transport(connections=4, proxy=settings.proxy)
    application = _application(settings, polling, request or Transport(proxy=settings.proxy))
    house = House(settings, store, clock, rules, application=application, polling=polling)
    application.bot_data["house"] = house
    handlers.register(application)
    return house


def built(settings: Settings) -> House:
    """The bot, made as soon as the database answers: one that is away is waited for, not died of.

    Raises:
        StartRefused: as build().
    """
    failures, told = 0, 0
    began, way = time.monotonic(), second_way(settings)
    while True:
        try:
            house = build(settings)
        except OperationalError as error:
            if failures % LOG_EVERY == 0:
                log.critical(
                    "the database does not answer; waiting",
                    extra={"action": "start_waits", "why": str(error.orig)},
                )
            waited_s = time.monotonic() - began
            if waited_s >= settings.silence_minutes * 60 + told * AGAIN_S:
                minutes = round(waited_s / 60)
                told += asyncio.run(way.tell(f"网格吹哨 {minutes} 分钟 min: {DATABASE_AWAY}"))
            time.sleep(START_BACKOFF_S[min(failures, len(START_BACKOFF_S) - 1)])
            failures += 1
        else:
            if told:
                asyncio.run(way.tell(f"恢复 / over: {DATABASE_AWAY}"))
            keep_for_good()
            return house


def keep_for_good() -> None:
    """What a program has loaded is not looked through again.

    Else each full collection of garbage walks through all of it, a tenth of a second and more in which nobody is heard. Once for
    a process, and not for one that builds many houses, as the tests do.
    """
    gc.collect()
    gc.freeze()


def open_store(settings: Settings) -> Store:
    """The office's database, of the right nature and at the newest schema, or a newer one that other replicas know."""
    settings.data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    store = Store(settings.database, pooled=settings.database_pooled)
    nature = Nature.SANDBOX if settings.in_sandbox or settings.demo else Nature.LIVE
    try:
        schema.make_ready(store.engine)
        store.transact(lambda session: schema.stamp(session, nature))
    except schema.WrongNature:
        store.close()
        raise _wrong_nature(nature) from None
    except schema.HalfRestored:
        store.close()
        raise StartRefused(
            "上次恢复没有做完,请用同一个备份再运行一次 gridwhistle restore / "
            "The last restore did not end; run gridwhistle restore with the same copy once more."
        ) from None
    except (OperationalError, schema.SchemaRefused):
        store.close()
        raise
    return store


def _application(settings: Settings, polling: BaseRequest, sending: BaseRequest) -> AnyApplication:
    built: AnyApplication = (
        Application.builder()
        .application_class(StrictApplication)
        .token(settings.token)
        .base_url(f"{settings.api_base_url}/bot")
        .base_file_url(f"{settings.api_base_url}/file/bot")
        .updater(None)
        .request(sending)
        .get_updates_request(polling)
        .context_types(ContextTypes(context=BotContext))
        .defaults(
            Defaults(
                parse_mode=ParseMode.HTML,
                tzinfo=settings.zone,
                link_preview_options=LinkPreviewOptions(is_disabled=True),
            )
        )
        .build()
    )
    return built


def _wrong_nature(wanted: Nature) -> StartRefused:
    if wanted is Nature.LIVE:
        return StartRefused(
            "这个数据库是演练用的,里面是虚构的人,不能用于真实运行。请换一个数据库,或设置 GRIDWHISTLE_DEMO=true 作演示 / "
            "This database is a sandbox with invented people. Take another one, "
            "or set GRIDWHISTLE_DEMO=true for a demonstration."
        )
    return StartRefused(
        "这个数据库是真实运行用的,不能用于演练或演示。请换一个数据库 / "
        "This database is live and cannot be used for a sandbox or a demonstration. Take another one."
    )
