"""Two replicas on one PostgreSQL: any takes any update, and one that dies under load takes nothing with it (law 1)."""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
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
from tests.chaos.afterwards import Afterwards, differences, look_back, missing, plain
from tests.chaos.crowd import by_report
from tests.chaos.replicas import (
    STAFF,
    Office,
    give_database_back,
    office,
    reports,
    take_database_away,
)
from tests.postgres import PostgresServer

WAVE = 5  # who come together, one tenth of a second after the other
CROWD = 12  # who come while the database is away
DOUBLED = 20  # updates that Telegram brings once more although they were taken
UNFINISHED = (NoticeState.NEW, NoticeState.SENDING, NoticeState.FAILED, NoticeState.UNREACHABLE)


def matter(number: int) -> str:
    return f"{number}号楼道堆了杂物，走不过去。"


@pytest.mark.timeout(300)  # eight bots come up, and the machine is shared
async def test_replicas_that_die_and_stop_under_load_leave_what_a_quiet_day_leaves(
    postgres_server: PostgresServer, tmp_path: Path
) -> None:
    quiet = await _a_day(postgres_server, tmp_path / "quiet", disturbed=False)
    other = await _a_day(postgres_server, tmp_path / "disturbed", disturbed=True)

    assert quiet.after.left == []
    assert quiet.after.counts["cases"] == 4 * WAVE
    assert missing(quiet.after, other.after) == 0
    assert differences(quiet.after, other.after) == []
    assert other.wrong == quiet.wrong == []
    assert other.senders > quiet.senders == 1


@dataclass(frozen=True, slots=True)
class Day:
    """What it has left, report by report; what is wrong in itself; how many have held the sender's post."""

    after: Afterwards
    wrong: list[str]
    senders: int


async def _a_day(server: PostgresServer, folder: Path, *, disturbed: bool) -> Day:
    """Four waves come. In their midst one bot is killed, then the other stopped; and once more the other way round."""
    folder.mkdir()  # noqa: ASYNC240 - in memory
    async with office(server.url(server.create()), folder) as town:
        first, second = town.bots
        for number in range(4 * WAVE):  # so that each has the same account on both days
            town.sandbox.person(f"neighbour_{number}")
        blows = (town.kill, first), (town.stop, second), (town.stop, first), (town.kill, second)
        for wave, (blow, port) in enumerate(blows):
            crowd = range(wave * WAVE, (wave + 1) * WAVE)
            coming = (_comes(town, number) for number in crowd)
            strikes = [_strikes(town, blow, port)] if disturbed else []
            await asyncio.gather(*strikes, *coming)
        await town.sandbox.settle(60.0)
        after = town.store.read(lambda session: look_back(session, town.sandbox))
        wrong = [*town.store.read(what_is_wrong), *said_twice(town), *town.sandbox.violations]
        return Day(by_report(after, STAFF), wrong, takeover(town))


async def _comes(town: Office, number: int) -> None:
    await asyncio.sleep(0.1 * (number % WAVE))
    await reports(town.sandbox.people[f"neighbour_{number}"], matter(number))


async def _strikes(town: Office, blow: Callable[[int], Awaitable[None]], port: int) -> None:
    await asyncio.sleep(0.3)
    await blow(port)
    await town.start(port)


@pytest.mark.timeout(240)  # two bots come up, and the machine is shared
async def test_a_database_that_goes_away_under_load_takes_nothing_with_it(
    postgres_url: str, tmp_path: Path
) -> None:
    async with office(postgres_url, tmp_path) as town:
        first, second = town.bots

        async def lose_the_database() -> None:
            await asyncio.sleep(0.3)
            take_database_away(postgres_url)
            await asyncio.gather(town.unwell(first), town.unwell(second))
            await asyncio.sleep(1.0)
            give_database_back(postgres_url)
            await asyncio.gather(town.up(first), town.up(second))

        for _ in range(DOUBLED):
            town.sandbox.duplicate_next_update()
        for number in range(CROWD):
            town.sandbox.person(f"neighbour_{number}")
        crowd = (_comes(town, number) for number in range(CROWD))
        await asyncio.gather(lose_the_database(), *crowd)
        await town.sandbox.settle(60.0)

        assert town.store.read(what_is_wrong) == []
        cases = town.store.read(lambda s: s.scalars(select(Case.matter)).all())
        assert sorted(str(one) for one in cases) == sorted(map(matter, range(CROWD)))
        assert said_twice(town) == []
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
