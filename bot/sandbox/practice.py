"""The command `gridwhistle sandbox`: the town opens, the day is played, the counts are shown, and a terminal may go on."""

import logging
from collections.abc import Callable
from pathlib import Path

from bot.sandbox.console import talk
from bot.sandbox.day import play
from bot.sandbox.opening import Opened, opened
from bot.sandbox.tally import tally

Write = Callable[[str], None]


async def practise(
    folder: Path, write: Write, *, day: bool, console: bool, colours: bool, port: int = 0
) -> bool:
    """Whether all is as it must be at the end of the day."""
    logging.getLogger("uvicorn").setLevel(logging.CRITICAL)  # its shutdown is not worth a word
    async with opened(folder, write, port=port, colours=colours) as sandbox:
        write(f"演练用的Telegram / 련습용 Telegram: {sandbox.sandbox.base_url}")
        joined = await sandbox.join_everybody()
        sandbox.show.skip()
        write(f"{joined}人用邀请链接加入 / {joined}명이 초대링크로 들어왔습니다")
        good = await _day(sandbox, write) if day else True
        if console:
            await talk(sandbox, write)
        return good


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
