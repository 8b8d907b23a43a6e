"""A group that sends command after command is answered a few times, then not at all, and Telegram never has to say so."""

from dataclasses import dataclass, field
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from telegram import Bot, Update

from bot.blame import seconds
from bot.limits import FAQ, GROUP_BURST, Budget
from bot.sandbox.sandbox import Sandbox
from bot.transport import Transport
from handlers import groups
from tests.bot.small_house import MORNING

GROUP = -1001234567890


@dataclass
class Machine:
    at: float = 1000.0

    def now(self) -> float:
        return self.at


@dataclass
class Office:
    """What of the house answers in groups: bot.house."""

    machine: Machine = field(default_factory=Machine)
    counted: int = 0

    def __post_init__(self) -> None:
        self.budget = Budget(FAQ, self.machine.now)

    def room_in_group(self, chat_id: int) -> bool:
        room = self.budget.takes_in_group(chat_id)
        self.counted += room
        return room

    def group_rests(self, chat_id: int, told: Any) -> None:
        self.budget.rests(chat_id, seconds(told))


@given(st.lists(st.floats(0, 20), min_size=1, max_size=200))
def test_no_minute_of_a_group_has_more_messages_than_telegram_allows(pauses: list[float]) -> None:
    office, said = Office(), list[float]()
    for pause in pauses:
        office.machine.at += pause
        if office.room_in_group(GROUP):
            said.append(office.machine.at)

    allowed = round(FAQ.group_per_second * 60)
    assert all(sum(at <= other < at + 60 for other in said) <= allowed for at in said)
    assert len(said) >= min(len(pauses), GROUP_BURST)


def test_one_group_takes_nothing_from_another() -> None:
    office = Office()
    assert [office.room_in_group(GROUP) for _ in range(GROUP_BURST + 2)] == [
        *[True] * GROUP_BURST,
        False,
        False,
    ]
    assert office.room_in_group(GROUP - 1)


@pytest.fixture
async def commanded():
    async with Sandbox.open(at=MORNING) as telegram:
        request = Transport(read_s=2.0)
        await request.initialize()
        bot: Any = Bot(telegram.token, base_url=f"{telegram.base_url}/bot", request=request)
        await bot.initialize()

        async def command(office: Office) -> None:
            raw = {
                "update_id": 1,
                "message": {
                    "message_id": 5,
                    "date": int(MORNING.timestamp()),
                    "chat": {"id": GROUP, "type": "supergroup", "title": "小区群"},
                    "from": {"id": 7, "is_bot": False, "first_name": "丁"},
                    "text": "/start",
                },
            }
            update = Update.de_json(raw, bot)
            await groups.answer(bot, office, update)

        yield telegram, command
        await request.shutdown()


def calls(telegram: Sandbox) -> int:
    return sum(call.method == "sendMessage" for call in telegram.calls)


async def test_what_is_said_in_a_group_is_counted_and_ends_in_silence(commanded) -> None:
    telegram, command = commanded
    office = Office()
    for _ in range(GROUP_BURST + 3):
        await command(office)
    assert calls(telegram) == office.counted == GROUP_BURST
    office.machine.at += 4.0
    await command(office)
    assert calls(telegram) == GROUP_BURST + 1


async def test_a_group_that_telegram_wants_left_alone_is_left_alone_so_long(commanded) -> None:
    telegram, command = commanded
    office = Office()
    telegram.fail("sendMessage", "429", retry_after=30)
    for _ in range(3):
        await command(office)
    office.machine.at += 29.9
    await command(office)
    assert calls(telegram) == 1
    office.machine.at += 0.2
    await command(office)
    assert calls(telegram) == 2
