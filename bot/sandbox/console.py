"""The sandbox in one's own hands: become anybody of the town, type, tap what is shown, let time pass.

Law: Ctrl-C and the end of the input stop it cleanly; a mistyped line is answered and changes nothing.
"""

import asyncio
import os
import re
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import timedelta

from bot.chronicle import NoSuchNumber, chronicle
from bot.sandbox.opening import Opened
from bot.sandbox.people import Person
from bot.sandbox.screen import Button, Message
from bot.sandbox.show import bubble
from bot.sandbox.transcript import CIVIL_ZONE

HELP = """\
people            谁在镇上 / 누가 있습니까          who is there
as CODE           换成这个人 / 이 사람이 됩니다     become that person (any new name is a new resident)
start [PAYLOAD]   按START(海报码可省) / START 누름  press START, by default behind the poster's code
1, 2, 3 …         点第几个按钮 / 단추 누르기         tap the button of that number
voice [SECONDS]   说一段 / 음성                      send a voice message
photo [CAPTION]   发照片 / 사진                      send a photo
pin               发位置 / 위치                      send a place in the grid of the stories
wait 3d|2h|45m    让时间过去 / 시간을 보냅니다       let time pass
screen            再看一遍 / 다시 보기               show the chat again
case 123          案件经过 / 사건 경과               what happened to a case
say TEXT          照原样发出 / 그대로 보냅니다       send the text even if it is a command or a number
help, quit
其他都照原样发出 / 다른 글은 그대로 보냅니다         anything else is sent as it is"""

_SPAN = re.compile(r"(\d{1,4})\s*(d|h|m)")
_UNITS = {"d": "days", "h": "hours", "m": "minutes"}
_NEWEST = 6  # messages of a chat whose buttons can still be tapped by number
_CODE = re.compile(r"[a-z][a-z0-9_]{0,30}")

Command = Callable[["Console", str], Awaitable[None]]


class ConsoleError(Exception):
    """What was typed cannot be done; the text says why."""


class Console:
    """One person at a time, of many."""

    def __init__(self, opened: Opened, write: Callable[[str], None]) -> None:
        self._opened = opened
        self._write = write
        self.code = opened.town.first_shown[0]
        self.ended = False

    @property
    def person(self) -> Person:
        return self._opened.person(self.code)

    def prompt(self) -> str:
        """The line before the cursor: the time, and who one is."""
        moment = self._opened.sandbox.at.astimezone(CIVIL_ZONE)
        return f"{moment:%m-%d %H:%M} {self._opened.show.name(self.code)}> "

    async def hear(self, line: str) -> None:
        """Do what a line says, and print what everybody saw of it."""
        word, _, rest = line.strip().partition(" ")
        command = _COMMANDS.get(word.lower())
        try:
            if command is not None:
                await command(self, rest.strip())
            elif line.strip().isdigit():
                await self._tap(int(line))
            elif line.strip():
                await self.person.says(line.strip())
        except (ConsoleError, NoSuchNumber, AssertionError, ValueError) as refusal:
            self._write(f"! {refusal}")
        self._opened.show.catch_up()
        if not self.ended:
            self.buttons()

    def buttons(self) -> None:
        """What can be tapped, with its numbers."""
        labels = [f"{n} [{button.label}]" for n, (button, _) in enumerate(self._tappable(), 1)]
        if labels:
            self._write("  ".join(labels))

    def _tappable(self) -> list[tuple[Button, Message | None]]:
        """The newest first; the keyboard is as new as the message that brought it."""
        person = self.person
        keys = [Button(label) for row in person.keyboard for label in row]
        found: list[tuple[int, Button, Message | None]] = [
            (person.chat.keyboard_touched, key, None) for key in keys
        ]
        for seen in person.messages[-_NEWEST:]:
            touched = person.chat.posts[seen.id].touched
            found += [(touched, button, seen) for row in seen.inline for button in row]
        found.sort(key=lambda one: -one[0])
        return [(button, seen) for _, button, seen in found]

    async def _tap(self, number: int) -> None:
        tappable = self._tappable()
        if not 1 <= number <= len(tappable):
            raise ConsoleError(
                f"没有第{number}个按钮 / {number}번 단추가 없습니다 / no such button"
            )
        button, message = tappable[number - 1]
        await self.person.taps(button.label, message)

    async def people(self, _rest: str) -> None:
        """Everybody, and how many messages each has."""
        known = [one.code for one in self._opened.town.people]
        for code in dict.fromkeys([*known, *self._opened.sandbox.people]):
            person = self._opened.sandbox.people.get(code)
            count = sum(not seen.mine for seen in person.messages) if person else 0
            here = "*" if code == self.code else " "
            self._write(f"{here} {code:18} {count:3}  {self._opened.show.name(code)}")

    async def become(self, rest: str) -> None:
        """Somebody else's phone."""
        if rest not in self._opened.town.by_code and not _CODE.fullmatch(rest):
            raise ConsoleError("as CODE: a-z, 0-9, _   (people)")
        self.code = rest
        await self.screen("")

    async def screen(self, _rest: str) -> None:
        """The end of the chat, once more."""
        for seen in self.person.messages[-_NEWEST:]:
            rows = [[button.label for button in row] for row in seen.inline]
            said = "\n".join(bubble(seen.text or f"({seen.kind})", rows))
            lead = "›" if seen.mine else "│"
            self._write("\n".join(f"  {lead} {line}" for line in said.splitlines()))

    async def start(self, rest: str) -> None:
        """START, behind the poster's code unless the roster knows the person."""
        town = self._opened.town
        one = town.by_code.get(self.code)
        staff = one is not None and bool(one.posts)
        await self.person.starts(rest or (None if staff else f"{town.poster}_zh"))

    async def voice(self, rest: str) -> None:
        await self.person.voice(int(rest or 21))

    async def photo(self, rest: str) -> None:
        await self.person.photo(rest or None)

    async def pin(self, _rest: str) -> None:
        await self.person.location(*self._opened.town.middle)

    async def wait(self, rest: str) -> None:
        """Civil time passes, by way of everything that falls due."""
        spans = _SPAN.findall(rest)
        if not spans or _SPAN.sub("", rest).strip():
            raise ConsoleError("wait 3d | 2h | 45m")
        for count, unit in spans:
            await self._opened.sandbox.wait(timedelta(**{_UNITS[unit]: int(count)}))

    async def case(self, rest: str) -> None:
        """What happened to a case."""
        at, store = self._opened.sandbox.at, self._opened.house.store
        for line in await store.look(lambda session: list(chronicle(session, rest, at))):
            self._write(line)

    async def say(self, rest: str) -> None:
        await self.person.says(rest)

    async def help(self, _rest: str) -> None:
        self._write(HELP)

    async def quit(self, _rest: str) -> None:
        self.ended = True


_COMMANDS: dict[str, Command] = {
    "people": Console.people,
    "as": Console.become,
    "start": Console.start,
    "voice": Console.voice,
    "photo": Console.photo,
    "pin": Console.pin,
    "wait": Console.wait,
    "screen": Console.screen,
    "case": Console.case,
    "say": Console.say,
    "help": Console.help,
    "quit": Console.quit,
}


async def talk(opened: Opened, write: Callable[[str], None]) -> None:
    """Hear lines from the terminal until it ends."""
    console = Console(opened, write)
    write(HELP)
    async with _lines() as lines:
        while not console.ended:
            print(console.prompt(), end="", flush=True)  # noqa: T201 - the prompt of a terminal
            line = await lines.get()
            if line is None:
                return
            await console.hear(line)


@asynccontextmanager
async def _lines() -> AsyncIterator["asyncio.Queue[str | None]"]:
    """Lines of the terminal without a thread that would outlive Ctrl-C."""
    loop, descriptor = asyncio.get_running_loop(), sys.stdin.fileno()
    queue: asyncio.Queue[str | None] = asyncio.Queue()
    begun = bytearray()

    def read() -> None:
        got = os.read(descriptor, 4096)
        if not got:
            loop.remove_reader(descriptor)
            queue.put_nowait(None)
            return
        begun.extend(got)
        *whole, rest = begun.split(b"\n")
        begun[:] = rest
        for line in whole:
            queue.put_nowait(line.decode(errors="replace"))

    loop.add_reader(descriptor, read)
    try:
        yield queue
    finally:
        loop.remove_reader(descriptor)
