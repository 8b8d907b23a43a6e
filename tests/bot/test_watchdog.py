"""A process that hangs is heard: it says so itself and ends; one that cannot is missed by the service manager."""

import asyncio
import os
import signal
import socket
import sys
import tempfile
from asyncio.subprocess import PIPE, Process
from pathlib import Path

from bot.sandbox.sandbox import Sandbox
from bot.settings import AlarmFormat
from bot.watchdog import HUNG
from tests.bot.test_deadman import heard_at

ROOT = Path(__file__).parents[2]
#: The very house, whose loop is kept by a call that does not return; and one that only takes its time.
BLOCKED = """
import asyncio, logging, sys, time
from bot import logs
from bot.app import built
from bot.settings import LogKind, Settings

def keep(how):
    if how != "log":
        return time.sleep(float(how))
    while True:
        logging.warning("a log that nobody reads")

async def main():
    logs.configure(LogKind.JSON)
    house = built(Settings.load())
    house.watchdog.hung_s = 1.0
    house.watchdog.telling_s = 5.0
    asyncio.get_running_loop().call_later(float(sys.argv[1]), keep, sys.argv[2])
    await house.run()

asyncio.run(main())
"""


async def bot(
    telegram: Sandbox, folder: Path, *arguments: str, errors: int = PIPE, **more: str
) -> Process:
    settings = {
        "BOT_TOKEN": telegram.token,
        "API_BASE_URL": telegram.base_url,
        "CLOCK_URL": telegram.clock_url,
        "DATA_DIR": str(folder / "office"),
        "ALARM_FORMAT": AlarmFormat.PLAIN,
    }
    environment = {f"GRIDWHISTLE_{name}": value for name, value in (settings | more).items()}
    if "NOTIFY" in more:
        environment["NOTIFY_SOCKET"] = more["NOTIFY"]
    return await asyncio.create_subprocess_exec(
        sys.executable,
        "-c",
        BLOCKED,
        *arguments,
        cwd=ROOT,
        env=dict(os.environ) | environment,
        stderr=errors,
    )


async def test_a_process_whose_event_loop_hangs_says_so_by_the_second_way_and_ends(
    telegram: Sandbox, tmp_path: Path
) -> None:
    short = tempfile.TemporaryDirectory()  # a socket's path has at most 107 bytes
    address = f"{short.name}/notify"
    signs = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    signs.setblocking(False)
    signs.bind(address)
    async with heard_at() as (url, came):
        hanging = await bot(telegram, tmp_path, "2", "120", ALARM_URL=url, NOTIFY=address)
        async with asyncio.timeout(60):
            _, errors = await hanging.communicate()
    assert hanging.returncode == HUNG, errors.decode()
    (said,) = came
    assert "进程卡住" in said.decode()
    assert '"action": "loop_hung"' in errors.decode()
    heard = every(signs)
    assert heard[0] == b"READY=1"
    assert set(heard[1:]) == {b"WATCHDOG=1"}, "and no sign since it hangs"
    assert len(heard) > 5
    signs.close()
    short.cleanup()


async def test_a_process_that_hangs_in_its_own_log_ends_though_it_cannot_say_so(
    telegram: Sandbox, tmp_path: Path
) -> None:
    unread, full = os.pipe()
    async with heard_at() as (url, came):
        hanging = await bot(telegram, tmp_path, "2", "log", errors=full, ALARM_URL=url)
        async with asyncio.timeout(60):
            assert await hanging.wait() == HUNG
    os.close(unread)
    os.close(full)
    assert came == []


async def test_a_process_that_only_takes_its_time_goes_on(
    telegram: Sandbox, tmp_path: Path, until
) -> None:
    async with heard_at() as (url, came):
        slow = await bot(telegram, tmp_path, "1", "0.6", ALARM_URL=url)
        person = telegram.person("resident")
        await until(lambda: bool(telegram.calls), 60.0)
        await asyncio.sleep(2.0)
        await person.starts()
        slow.terminate()
        async with asyncio.timeout(60):
            _, errors = await slow.communicate()
    assert slow.returncode == 0, errors.decode()
    assert came == []
    assert person.messages


async def test_a_process_that_slept_is_not_taken_for_one_that_hung(
    telegram: Sandbox, tmp_path: Path, until
) -> None:
    async with heard_at() as (url, came):
        sleeper = await bot(telegram, tmp_path, "300", "0", ALARM_URL=url)
        await until(lambda: bool(telegram.calls), 60.0)
        sleeper.send_signal(signal.SIGSTOP)  # as a machine that is suspended
        await asyncio.sleep(2.5)
        sleeper.send_signal(signal.SIGCONT)
        await asyncio.sleep(1.5)
        assert sleeper.returncode is None
        sleeper.terminate()
        async with asyncio.timeout(60):
            await sleeper.communicate()
    assert came == []
    assert await sleeper.wait() == 0


def every(signs: socket.socket) -> list[bytes]:
    heard: list[bytes] = []
    while True:
        try:
            heard.append(signs.recv(100))
        except BlockingIOError:
            return heard
