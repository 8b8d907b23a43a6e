"""A few days of an office in this process, quiet or disturbed: the same story, and in its midst whatever goes wrong.

Law: a quiet and a disturbed day differ in the disturbance alone, so that all that differs afterwards is its doing.
"""

import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import SecretStr

from bot.app import build
from bot.clock import SandboxClock
from bot.house import House
from bot.sandbox import town
from bot.sandbox.day import JIA, YI, Does, Step, Told, Until, at, says, starts, taps
from bot.sandbox.sandbox import Sandbox
from bot.settings import Mode, Settings
from bot.webhook_command import bring_to
from models.sealed import KEYRING, _write_keys
from models.vocabulary import Language
from tests.chaos.afterwards import Afterwards, look_back
from tests.chaos.balancer import Lines, balanced, one_of
from tests.stories.stage import _KEY, HOTLINE, MONDAY_MORNING, free_port, seeded

LEASE_S = 2.0
SETTLE_S = 60.0

MakeUrl = Callable[[Callable[[str], None] | None], str]
"""A fresh database filled so (tests/postgres.py)."""


@dataclass
class Office:
    """The sandbox Telegram, and the bot in the same process; of two replicas, the first."""

    sandbox: Sandbox
    house: House
    other: House | None = None


@dataclass(frozen=True, slots=True)
class Wrong:
    """Something goes wrong here, or is mended. `instead`: what happens on a quiet day, which is nothing mostly."""

    deed: Callable[[Office], Awaitable[object]]
    instead: tuple[Step, ...] = ()


StepOrWrong = Step | Wrong

#: One case from the poster to the closing, by everybody's own hand.
LEAK: tuple[Step, ...] = (
    at(11, 23, 9, 5),
    starts(JIA, f"{town.POSTER}_ko"),
    says(JIA, "웃집에서 물이 새여 천정이 젖었습니다."),
    taps(JIA, "보내기"),
    says(JIA, "3동 2호문 302호"),
)
TAKEN: tuple[Step, ...] = (
    at(11, 23, 9, 40),
    taps(YI, "맡기"),
)
HEARD: tuple[Step, ...] = (
    at(11, 23, 15, 20),
    taps(YI, "련락되였습니다", on="123-"),
    taps(YI, "만날 날을", on="123-"),
    says(YI, "11월 26일 14시"),
)
AGREED: tuple[Step, ...] = (
    at(11, 26, 15),
    taps(YI, "협의되였습니다", on="123-"),
    says(YI, "웃집이 배관을 고치고 천정 도배값 800원을 12월 6일까지 낸다."),
    taps(YI, "서면협의로 기록", on="이렇게 기록하고"),
)
CLOSED: tuple[Step, ...] = (
    at(12, 7, 9, 30),
    taps(YI, "열기", on="123-"),
    taps(YI, "대답: 다 지켜짐"),
    taps(JIA, "예, 다 지켜졌습니다"),
    taps(JIA, "예, 종결합니다"),
    taps(JIA, "만족"),
)
ONE_CASE: tuple[Step, ...] = (*LEAK, *TAKEN, *HEARD, *AGREED, *CLOSED)


@dataclass(frozen=True, slots=True)
class Played:
    """What a day has left behind."""

    after: Afterwards
    violations: list[str]
    delivered: int
    """How often Telegram gave out an update."""
    seconds: float


@asynccontextmanager
async def opened(
    url: str,
    folder: Path,
    prepare: Callable[[Sandbox], None] | None = None,
    by_two: Lines | None = None,
    **settings: Any,
) -> AsyncIterator[Office]:
    """An office with everybody joined; what goes wrong in it is up to the story, or prepared. `by_two`: how two replicas share."""
    async with Sandbox.open(at=MONDAY_MORNING) as sandbox:
        everybody(sandbox)
        if prepare is not None:
            prepare(sandbox)
        served = (
            by_replicas(sandbox, url, folder, by_two, **settings)
            if by_two
            else serving(sandbox, url, folder, **settings)
        )
        async with served as office:
            yield office


@asynccontextmanager
async def serving(
    sandbox: Sandbox, url: str, folder: Path, **settings: Any
) -> AsyncIterator[Office]:
    """A bot for this Telegram, in this process."""
    sandbox.settle_timeout_s = SETTLE_S
    house = _built(sandbox, url, folder, **settings)
    await house.start()
    try:
        await sandbox.settle()
        yield Office(sandbox, house)
    finally:
        await house.stop()


@asynccontextmanager
async def by_replicas(
    sandbox: Sandbox, url: str, folder: Path, lines: Lines = one_of, **settings: Any
) -> AsyncIterator[Office]:
    """Two bots for this Telegram, in this process, on one PostgreSQL and behind one address."""
    sandbox.settle_timeout_s = SETTLE_S
    sandbox.telegram.courier.pace = 0.05
    ports = [free_port(), free_port()]
    async with AsyncExitStack() as stack:
        at = await stack.enter_async_context(balanced(ports, lines))
        webhook = {
            "mode": Mode.WEBHOOK,
            "webhook_url": f"http://127.0.0.1:{at}/telegram",
            "webhook_secret": SecretStr("a-secret_of_the_suite"),
        }
        houses = []
        for port in ports:
            own = settings | webhook | {"listen": f"127.0.0.1:{port}"}
            houses.append(_built(sandbox, url, folder, **own))
            await houses[-1].start()
            stack.push_async_callback(houses[-1].stop)
        sandbox.clock.bots = len(houses)
        await bring_to(houses[0].application.bot, houses[0].settings)
        await sandbox.settle()
        yield Office(sandbox, *houses)


def _built(sandbox: Sandbox, url: str, folder: Path, **settings: Any) -> House:
    keyed(folder)
    clock = settings.pop("clock", SandboxClock)(sandbox.clock_url)
    return build(
        Settings(
            bot_token=SecretStr(sandbox.token),
            api_base_url=sandbox.base_url,
            clock_url=sandbox.clock_url,
            database_url=url,
            data_dir=folder,
            hotline=HOTLINE,
            lease_s=LEASE_S,
            **settings,
        ),
        clock,
    )


def everybody(sandbox: Sandbox) -> None:
    """The town's people, with their phones; those of the office pressed START long ago."""
    staff = {one.code for one in town.ROSTER}
    for one in town.EVERYBODY:
        person = sandbox.person(
            one.code,
            telegram_id=town.telegram_id(one.code) if one.code in staff else None,
            language_code="ko" if one.language is Language.KO else "zh-hans",
        )
        person.chat.started = one.code in staff


def keyed(folder: Path) -> None:
    """The office's keys are those under which the suite's databases were filled; every process of it finds them."""
    KEYRING.add(_KEY)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    if not (folder / "keys.json").exists():
        _write_keys(folder / "keys.json", [_KEY])


async def play(
    new: MakeUrl, folder: Path, story: tuple[StepOrWrong, ...], **settings: Any
) -> Played:
    """Play a story in a fresh office, and look back."""
    async with opened(new(seeded), folder, **settings) as office:
        began = time.monotonic()
        for step in story:
            await take(office, step)
        await office.sandbox.settle()
        after = office.house.store.read(lambda session: look_back(session, office.sandbox))
        seconds = time.monotonic() - began
        delivered = office.sandbox.telegram.updates.delivered
        return Played(after, office.sandbox.violations, delivered, seconds)


async def take(office: Office, step: StepOrWrong) -> None:
    match step:
        case Wrong(deed):
            await deed(office)
        case Until(moment):
            await office.sandbox.push(moment)
        case Does(who, deed):
            await deed(office.sandbox.people[who])
        case Told():
            pass


def quiet(story: tuple[StepOrWrong, ...]) -> tuple[Step, ...]:
    """The same story, and nothing goes wrong."""
    return tuple(
        one for step in story for one in (step.instead if isinstance(step, Wrong) else (step,))
    )
