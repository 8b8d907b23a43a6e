"""Telegram's limits, kept by two replicas of one office together: what either says counts for both, and Telegram never has to say 429."""

import asyncio
from bisect import bisect_left
from pathlib import Path

import pytest
from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from bot.limits import FAQ
from bot.sandbox.people import Person as Phone
from bot.sandbox.rates import LIMITED, PER_SECOND
from bot.sandbox.sandbox import Sandbox
from handlers.screens import Screen
from models.notice import Notice
from models.person import Person
from models.vocabulary import NoticeState, Urgent
from tests.chaos.balancer import one_of
from tests.chaos.days import Office, opened
from tests.postgres import PostgresServer
from tests.stories.stage import MONDAY_MORNING, PLACE, seeded

NOTICES, ASKING = 300, 24
EVERY_S = 0.2  # somebody writes
LEAK = "楼上漏水，天花板全湿了。"
FIRST_READER = 7_000_000_001
SENT_S = 120.0  # ten, were this machine ours alone


@pytest.mark.timeout(240)  # ten seconds by the limits themselves, and the machine is shared
async def test_notices_and_replies_of_two_replicas_never_pass_what_telegram_allows(
    postgres_server: PostgresServer, tmp_path: Path
) -> None:
    url = postgres_server.url(postgres_server.create(seeded))
    async with opened(url, tmp_path, by_two=one_of) as office:
        houses = [one for one in (office.house, office.other) if one is not None]
        for house in houses:
            house.budget.limits = FAQ  # a sandbox has none, since its days are short
        sandbox, began = office.sandbox, len(office.sandbox.calls)
        sandbox.telegram.rates.on = True
        readers = _readers(sandbox)
        await office.house.store.act(_write_notices)
        office.house.wake()
        await asyncio.gather(*(_comes(sandbox, number) for number in range(ASKING)))
        behind = len(_arrived(sandbox, began, readers))
        await _all_sent(office)

        arrived = _arrived(sandbox, began, readers)
        assert len(arrived) == NOTICES
        assert behind < NOTICES, "who writes is answered while others still wait for their notice"
        assert _most_in_a_second(arrived) <= PER_SECOND
        assert all(house.counted["updates_taken"] for house in houses), "one did nothing"
        assert sandbox.telegram.rates.refused == 0
        assert sum(house.sender.floods for house in houses) == 0
        assert sandbox.violations == []


def _readers(sandbox: Sandbox) -> frozenset[int]:
    """People who pressed START long ago."""
    accounts = range(FIRST_READER, FIRST_READER + NOTICES)
    for account in accounts:
        sandbox.person(f"reader_{account}", telegram_id=account).chat.started = True
    return frozenset(accounts)


def _write_notices(session: Session) -> None:
    """To each of them something that can wait."""
    accounts = range(FIRST_READER, FIRST_READER + NOTICES)
    rows = [{"telegram_id": one, "created_at": MONDAY_MORNING} for one in accounts]
    session.execute(insert(Person), rows)
    people = session.scalars(select(Person.id).where(Person.telegram_id.in_(accounts)))
    session.add_all(
        Notice(
            person_id=person,
            kind=Screen.HELP,
            urgent=Urgent.BULK,
            facts={},
            state=NoticeState.NEW,
            created_at=MONDAY_MORNING,
            due_at=MONDAY_MORNING,
        )
        for person in people
    )


async def _comes(sandbox: Sandbox, number: int) -> None:
    """One after the other they come to the poster and write, and each is answered twice."""
    await asyncio.sleep(EVERY_S * number)
    phone = sandbox.person(f"neighbour_{number}")
    await phone.starts(f"g_{PLACE}_zh", settle=False)
    await _hears(phone, 1)
    await phone.says(LEAK, settle=False)
    await _hears(phone, 2)


async def _hears(phone: Phone, messages: int) -> None:
    async with asyncio.timeout(SENT_S):
        while len(phone.heard) < messages:  # noqa: ASYNC110 - what people see rings no bell
            await asyncio.sleep(0.02)


async def _all_sent(office: Office) -> None:
    waiting = select(Notice.id).where(
        Notice.state.in_([NoticeState.NEW, NoticeState.SENDING]),
        Notice.due_at <= MONDAY_MORNING,
    )
    async with asyncio.timeout(SENT_S):
        while await office.house.store.look(lambda s: s.scalar(waiting.limit(1))):  # noqa: ASYNC110 - as above
            await asyncio.sleep(0.1)


def _arrived(sandbox: Sandbox, began: int, accounts: frozenset[int]) -> list[float]:
    """When Telegram got each of the messages to these people."""
    return sorted(
        call.began
        for call in sandbox.calls[began:]
        if call.method.startswith(LIMITED) and call.chat_id in accounts
    )


def _most_in_a_second(times: list[float]) -> int:
    return max(bisect_left(times, at + 1.0) - place for place, at in enumerate(times))
