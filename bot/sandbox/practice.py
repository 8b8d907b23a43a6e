"""The command `gridwhistle sandbox`: the town opens, its page is shown, the day is played, and a terminal may go on."""

import asyncio
import contextlib
import logging
import os
import signal
import sys
import webbrowser
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from bot.sandbox.console import talk
from bot.sandbox.day import play
from bot.sandbox.listener import LOOPBACK
from bot.sandbox.opening import Opened, opened
from bot.sandbox.page.page import shown
from bot.sandbox.tally import tally
from bot.sandbox.town import IN_YANJI, Founding

Write = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Wish:
    """How somebody wants to practise."""

    day: bool = True
    """Play the day first."""
    console: bool = False
    """A terminal goes on when the day is over."""
    stay: bool = False
    """Without a terminal too, until a signal."""
    browser: bool = False
    """Open the page where there is a browser."""
    colours: bool = False
    port: int = 0
    host: str = LOOPBACK
    page_port: int = 0
    founding: Founding = IN_YANJI


async def practise(folder: Path, write: Write, wish: Wish) -> bool:
    """Whether all is as it must be at the end of the day."""
    logging.getLogger("uvicorn").setLevel(logging.CRITICAL)  # its shutdown is not worth a word
    async with opened(
        folder, write, port=wish.port, colours=wish.colours, founding=wish.founding
    ) as sandbox:
        write(f"演练用的Telegram / 련습용 Telegram: {sandbox.sandbox.base_url}")
        for line in sandbox.town.refused:
            write(f"! {line}")
        joined = await sandbox.join_everybody()
        sandbox.show.skip()
        write(f"{joined}人已加入 / {joined}명이 들어와있습니다")
        async with shown(
            sandbox, host=wish.host, port=wish.page_port, day_played=wish.day
        ) as page:
            write(f"大家的手机 / 모두의 핸드폰 / everybody's phone: {page.address}")
            if wish.browser:
                await asyncio.to_thread(_open, page.address)
            good = await _day(sandbox, write) if wish.day else True
            if wish.console:
                await talk(sandbox, write)
            elif wish.stay:
                await _until_told()
            return good


def _open(address: str) -> None:
    """In whatever browser there is; without one the address has been printed. None that would take the terminal."""
    if sys.platform == "linux" and not ({"DISPLAY", "WAYLAND_DISPLAY"} & set(os.environ)):
        return
    with contextlib.suppress(webbrowser.Error, OSError):
        webbrowser.open(address)


async def _until_told() -> None:
    ended = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, ended.set)
    await ended.wait()


async def _day(sandbox: Opened, write: Write) -> bool:
    await play(sandbox)
    at = sandbox.sandbox.at
    counted = await sandbox.house.store.look(lambda session: tally(session, at))
    write("")
    for line in counted.lines():
        write(line)
    for violation in sandbox.sandbox.violations:
        write(f"Bot API: {violation}")
    return not counted.wrong and not sandbox.sandbox.violations
