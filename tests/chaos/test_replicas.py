"""Two replicas on one PostgreSQL: any takes any update, and one that dies under load takes nothing with it (law 1)."""

import asyncio
from collections import Counter
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.sandbox.transcript import Action, Who
from models.case import Case
from models.event import Event
from models.notice import Notice
from models.office import Office as Post
from models.update_in import UpdateIn
from models.vocabulary import NoticeState, UpdateState
from tests.chaos.afterwards import plain
from tests.chaos.replicas import (
    Office,
    give_database_back,
    office,
    reports,
    take_database_away,
)

EARLY, CROWD = 16, 26  # who come while bots die, and who while the database is away
DOUBLED = 20  # updates that Telegram brings once more although they were taken
UNFINISHED = (NoticeState.NEW, NoticeState.SENDING, NoticeState.FAILED, NoticeState.UNREACHABLE)


def matter(number: int) -> str:
    return f"{number}号楼道堆了杂物，走不过去。"


@pytest.mark.timeout(240)  # four bots come up, and the machine is shared
async def test_replicas_that_die_and_a_database_that_goes_away_lose_and_repeat_nothing(
    postgres_url: str, tmp_path: Path
) -> None:
    async with office(postgres_url, tmp_path) as town:
        first, second = town.bots
        crowd = [town.sandbox.person(f"neighbour_{number}") for number in range(CROWD)]

        async def come(number: int) -> None:
            await asyncio.sleep(0.1 * (number % EARLY))
            await reports(crowd[number], matter(number))

        async def strike() -> None:
            await asyncio.sleep(0.8)
            await town.kill(first)
            await town.start(first)
            await town.stop(second)
            await town.start(second)

        async def lose_the_database() -> None:
            await asyncio.sleep(0.3)
            take_database_away(postgres_url)
            await asyncio.gather(town.unwell(first), town.unwell(second))
            await asyncio.sleep(1.0)
            give_database_back(postgres_url)
            await asyncio.gather(town.up(first), town.up(second))

        await asyncio.gather(strike(), *(come(number) for number in range(EARLY)))
        await town.sandbox.settle(60.0)
        for _ in range(DOUBLED):
            town.sandbox.duplicate_next_update()
        late = (come(number) for number in range(EARLY, CROWD))
        await asyncio.gather(lose_the_database(), *late)
        await town.sandbox.settle(60.0)

        assert town.store.read(what_is_wrong) == []
        cases = town.store.read(lambda s: s.scalars(select(Case.matter)).all())
        assert sorted(str(one) for one in cases) == sorted(map(matter, range(CROWD)))
        assert said_twice(town) == []
        assert takeover(town) > 1
        assert town.sandbox.violations == []


def what_is_wrong(session: Session) -> list[str]:
    wrong = [
        f"update {one.update_id} is {one.state}"
        for one in session.scalars(select(UpdateIn).where(UpdateIn.state != UpdateState.DONE))
    ]
    wrong += [
        f"notice {one.kind} is {one.state}: {one.reason}"
        for one in session.scalars(select(Notice).where(Notice.state.in_(UNFINISHED)))
        if one.list_id is None and one.due_at <= one.created_at
    ]
    registered = Counter(
        session.scalars(select(Event.case_id).where(Event.kind == "case.registered"))
    )
    return wrong + [f"case {case} registered {n} times" for case, n in registered.items() if n > 1]


def said_twice(town: Office) -> list[str]:
    """Unmarked repeats: after a kill what was perhaps said may come again, but then it says so."""
    said: Counter[tuple[str, str]] = Counter()
    for entry in town.sandbox.transcript:
        if (
            entry.who is Who.BOT
            and entry.action is Action.SENDS
            and plain(entry.text) == entry.text
        ):
            said[entry.person, entry.text] += 1
    return [f"{who}: {text!r}" for (who, text), times in said.items() if times > 1]


def takeover(town: Office) -> int:
    """How many have held the sender's post, one after the other."""
    fence = town.store.read(lambda s: s.scalar(select(Post.fence).where(Post.name == "sender")))
    return fence or 0
