"""Silence is heard: by whoever asks for health, by the duty desk through a second way, and by the next process to live."""

import asyncio
import json
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, text, update
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.all_clear import AllClear
from bot.deadman import AGAIN_S, DeadMan, Pulses
from bot.health import Health, lines
from bot.sandbox.town import seed_yanji
from bot.second_way import SecondWay
from bot.settings import AlarmFormat
from bot.spokesman import Spokesman
from bot.ticker import Ticker
from bot.web import Web
from cases.outbox import NoticeKind
from models.notice import Notice
from models.office import Office, Pulse
from models.person import Person
from models.store import Store, machine_now
from models.vocabulary import NoticeState, Urgent
from tests.bot.small_house import MORNING, SmallHouse
from tests.stories.stage import free_port

SILENCE_S = 600.0


@dataclass
class Told:
    """The second way, held by somebody who writes everything down."""

    words: list[str] = field(default_factory=list)
    is_closed: bool = False

    async def tell(self, words: str) -> bool:
        if not self.is_closed:
            self.words.append(words)
        return not self.is_closed


@dataclass
class Machine:
    at: float = 1000.0

    def now(self) -> float:
        return self.at


@dataclass
class Watch:
    house: SmallHouse
    deadman: DeadMan
    told: Told
    machine: Machine
    trouble: str | None = None

    async def after(self, seconds: float) -> list[str]:
        """What was told when so much time has passed, looked at as often as in life."""
        before = len(self.told.words)
        ends = self.machine.at + seconds
        while self.machine.at < ends:
            self.machine.at = min(ends, self.machine.at + self.deadman.look_every_s)
            await self.deadman.look()
        return self.told.words[before:]


@pytest.fixture
def watch(house: SmallHouse) -> Watch:
    machine, told = Machine(), Told()
    house.pulses = Pulses(house.store, machine.now)
    house.trouble = None  # type: ignore[attr-defined]  # what the dead man's handle needs besides
    way: Any = told
    deadman = DeadMan(house, house.pulses, way, SILENCE_S, machine.now)  # type: ignore[arg-type]  # as above
    return Watch(house, deadman, told, machine)


def a_notice_waits(store: Store, *, again_in: timedelta | None = None, **how: Any) -> None:
    def write(session: Any) -> None:
        person = Person(telegram_id=77, created_at=MORNING)
        session.add(person)
        session.flush()
        session.add(
            Notice(
                person_id=person.id,
                kind="x",
                facts={},
                state=NoticeState.NEW,
                created_at=MORNING,
                retry_at=machine_now(session) + again_in if again_in else None,
                **{"urgent": Urgent.NOTICE, "due_at": MORNING - timedelta(minutes=3)} | how,
            )
        )

    store.transact(write)


async def test_a_clock_that_stands_still_is_told_of_and_again_each_hour_and_at_its_end(
    watch: Watch,
) -> None:
    await watch.house.pulses.felt("beat")
    assert await watch.after(SILENCE_S - 40) == []
    (said,) = await watch.after(80)
    assert "10 分钟" in said
    assert len(await watch.after(AGAIN_S + 60)) == 1
    await watch.house.pulses.felt("beat")
    (over,) = await watch.after(60)
    assert over.startswith("恢复")


async def test_a_bot_that_never_beat_is_told_of(watch: Watch) -> None:
    assert len(await watch.after(SILENCE_S + 60)) == 1


async def test_an_outbox_that_nobody_empties_is_told_of_and_an_empty_one_is_not(
    watch: Watch,
) -> None:
    async def beating(seconds: float) -> list[str]:
        told = []
        for _ in range(int(seconds / 30)):
            await watch.house.pulses.felt("beat")
            told += await watch.after(30)
        return told

    assert await beating(2 * SILENCE_S) == []
    a_notice_waits(watch.house.store)
    (said,) = await beating(1.5 * SILENCE_S)
    assert "发不出去" in said
    await watch.house.pulses.felt("send")
    (over,) = await beating(60)
    assert over.startswith("恢复")


async def beating_alone(watch: Watch, seconds: float) -> list[str]:
    """What is told while clocks are looked at and nothing is sent."""
    told = []
    for _ in range(int(seconds / 30)):
        await watch.house.pulses.felt("beat")
        told += await watch.after(30)
    return told


HALF_AN_HOUR = timedelta(minutes=30)


@pytest.mark.parametrize(("reason", "attempts"), [("server", 3), ("flood", 0), (None, 0)])
async def test_a_notice_that_rests_before_its_next_attempt_is_no_silence(
    watch: Watch, health: Health, reason: str | None, attempts: int
) -> None:
    a_notice_waits(watch.house.store, again_in=HALF_AN_HOUR, reason=reason, attempts=attempts)

    assert await beating_alone(watch, 2 * SILENCE_S) == []
    stored = (await health.vitals()).stored
    assert stored is not None
    assert (stored.outbox, stored.outbox_age_s) == (1, 0.0)


@pytest.mark.parametrize(
    "how",
    [
        {"urgent": Urgent.RED},
        {"reason": "network"},
        {"reason": "server", "due_at": MORNING - timedelta(hours=2)},
        {"again_in": None, "reason": "server"},
    ],
)
async def test_danger_a_lost_network_and_what_has_failed_for_hours_are_a_silence(
    watch: Watch, health: Health, how: dict[str, Any]
) -> None:
    a_notice_waits(watch.house.store, **{"again_in": HALF_AN_HOUR} | how)

    (said,) = await beating_alone(watch, 1.5 * SILENCE_S)

    assert "发不出去" in said
    stored = (await health.vitals()).stored
    assert stored is not None
    assert stored.outbox_age_s >= 180


async def test_what_another_replica_sends_is_no_silence(watch: Watch) -> None:
    a_notice_waits(watch.house.store)
    told = []
    for _ in range(40):
        await watch.house.pulses.felt("beat")
        await Pulses(watch.house.store).felt("send")
        told += await watch.after(30)
    assert told == []


async def test_a_trouble_that_lasts_is_told_of_by_its_name(watch: Watch) -> None:
    watch.house.trouble = "poll_conflict"  # type: ignore[attr-defined]  # as above
    told = []
    for _ in range(25):
        await watch.house.pulses.felt("beat")
        told += await watch.after(30)
    assert len(told) == 1
    assert "poll_conflict" in told[0]


async def test_the_next_to_live_says_what_was_missed_once(watch: Watch) -> None:
    store = watch.house.store

    def seed(session: Any) -> None:
        seed_yanji(session, MORNING, joined=True)
        session.add(Pulse(name="beat", at=machine_now(session) - timedelta(hours=3)))

    store.transact(seed)
    a_notice_waits(store)
    await watch.deadman.look_back()
    await watch.deadman.look_back()

    (said,) = watch.told.words
    assert "180 分钟" in said
    written = store.read(
        lambda s: s.scalars(select(Notice.facts).where(Notice.kind == NoticeKind.WAS_AWAY)).all()
    )
    assert [facts["notices"] for facts in written] == [1]


async def test_a_short_absence_is_nothing(watch: Watch) -> None:
    await Pulses(watch.house.store).felt("beat")
    await watch.deadman.look_back()
    assert watch.told.words == []


async def test_an_alarm_is_not_called_over_because_the_database_is_lost_too(watch: Watch) -> None:
    a_notice_waits(watch.house.store)
    told = []
    for _ in range(30):
        await watch.house.pulses.felt("beat")
        told += await watch.after(30)
    assert len(told) == 1
    store = watch.house.store
    store.transact(lambda s: s.execute(text("alter table notice rename to gone")))
    await watch.house.pulses.felt("beat")
    assert await watch.after(60) == []
    store.transact(lambda s: s.execute(text("alter table gone rename to notice")))
    await watch.house.pulses.felt("send")
    (over,) = await watch.after(60)
    assert over.startswith("恢复")


@dataclass
class Replicas:
    """Two watches of one office, each with its own second way."""

    first: Watch
    second: Watch

    async def after(self, seconds: float) -> tuple[list[str], list[str]]:
        told: tuple[list[str], list[str]] = ([], [])
        for _ in range(int(seconds / 30)):
            told[0].extend(await self.first.after(30))
            told[1].extend(await self.second.after(30))
        return told


@pytest.fixture
def replicas(watch: Watch) -> Replicas:
    machine, told = Machine(), Told()
    house = SmallHouse(watch.house.store, watch.house.bot_id)
    house.pulses = Pulses(house.store, machine.now)
    house.trouble = None  # type: ignore[attr-defined]  # as above
    way: Any = told
    deadman = DeadMan(house, house.pulses, way, SILENCE_S, machine.now)  # type: ignore[arg-type]  # as above
    for name, one in (("one", watch.deadman), ("two", deadman)):
        one.spokesman = Spokesman(house.store, one.look_every_s, name, one.monotonic)
        one.all_clear = AllClear(house.store, one.spokesman, one.monotonic)
    return Replicas(watch, Watch(house, deadman, told, machine))


async def test_of_two_replicas_that_see_one_silence_one_tells_it_and_its_end(
    replicas: Replicas,
) -> None:
    first, second = await replicas.after(SILENCE_S + AGAIN_S + 300)
    assert (len(first), second) == (2, [])
    await replicas.first.house.pulses.felt("beat")
    over = await replicas.first.after(30)
    assert [words[:2] for words in over] == ["恢复"]
    assert await replicas.second.after(30) == [], "a little later it hears of the end"
    await replicas.second.house.pulses.felt("beat")
    assert await replicas.second.after(60) == []


async def test_a_silence_whose_teller_died_is_told_by_the_other(replicas: Replicas) -> None:
    first, second = await replicas.after(SILENCE_S + 60)
    assert (len(first), second) == (1, [])
    their_leases_end(replicas.first.house.store)
    assert len(await replicas.second.after(60)) == 1
    await replicas.second.house.pulses.felt("beat")
    (over,) = await replicas.second.after(60)
    assert over.startswith("恢复")
    assert len(replicas.first.told.words) == 1


async def test_what_one_replica_cannot_say_the_other_says_and_its_end(replicas: Replicas) -> None:
    replicas.first.told.is_closed = True
    first, second = await replicas.after(SILENCE_S + 120)
    assert (len(first), len(second)) == (0, 1)
    replicas.first.told.is_closed = False
    first, second = await replicas.after(AGAIN_S)
    assert (len(first), len(second)) == (0, 1), "said again by the one who said it"
    for one in (replicas.first, replicas.second):
        await one.house.pulses.felt("beat")
    first, second = await replicas.after(60)
    assert (first, [words[:2] for words in second]) == ([], ["恢复"])


async def test_what_nobody_could_say_is_said_as_soon_as_one_can(replicas: Replicas) -> None:
    both = (replicas.first, replicas.second)
    for one in both:
        one.told.is_closed = True
    assert await replicas.after(SILENCE_S + 300) == ([], [])
    for one in both:
        one.told.is_closed = False
    first, second = await replicas.after(300)
    assert len(first + second) == 1


async def test_an_end_that_nobody_can_say_is_not_forgotten(watch: Watch) -> None:
    assert len(await watch.after(SILENCE_S + 60)) == 1
    watch.told.is_closed = True
    await watch.house.pulses.felt("beat")
    assert await watch.after(60) == []
    watch.told.is_closed = False
    await watch.house.pulses.felt("beat")
    assert [words[:2] for words in await watch.after(60)] == ["恢复"]


async def test_an_end_that_one_replica_cannot_say_is_said_by_the_other_once(
    replicas: Replicas,
) -> None:
    """The other never saw that trouble: it is the first one's own."""
    await troubled(replicas)
    replicas.first.house.trouble = None  # type: ignore[attr-defined]  # as above
    replicas.first.told.is_closed = True
    first, second = await beating(replicas, 60)
    assert (first, [words[:2] for words in second]) == ([], ["恢复"])
    replicas.first.told.is_closed = False
    assert await beating(replicas, AGAIN_S) == ([], [])


async def test_an_end_outlives_whoever_should_have_said_it(replicas: Replicas) -> None:
    replicas.first.house.trouble = "poll_conflict"  # type: ignore[attr-defined]  # as above
    both = (replicas.first, replicas.second)
    await beating(replicas, SILENCE_S + 60)
    replicas.first.house.trouble = None  # type: ignore[attr-defined]  # as above
    for one in both:
        one.told.is_closed = True
    assert await beating(replicas, 300) == ([], [])
    replicas.second.told.is_closed = False  # and the first one lives no more
    their_leases_end(replicas.first.house.store)
    told = []
    for _ in range(10):
        await replicas.second.house.pulses.felt("beat")
        told += await replicas.second.after(30)
    assert [words[:2] for words in told] == ["恢复"]


async def test_an_alarm_whose_teller_died_is_over_when_nobody_sees_its_cause(
    replicas: Replicas,
) -> None:
    await troubled(replicas)
    assert await beating(replicas, 60) == ([], []), "its teller lives and sees it"
    their_leases_end(replicas.first.house.store)
    await replicas.second.house.pulses.felt("beat")
    assert [words[:2] for words in await replicas.second.after(60)] == ["恢复"]


@pytest.mark.parametrize("state", ["over", "lasts"])
async def test_an_end_of_a_kind_that_only_newer_code_knows_is_left_to_it(
    replicas: Replicas, state: str
) -> None:
    """While replicas are upgraded one after the other."""
    store, name = replicas.first.house.store, f"{state} FLOOD 0123456789abcdef"

    def newer_code_writes(session: Any) -> None:
        at = machine_now(session) - timedelta(minutes=1)
        session.add(Office(name=name, holder="newer", until=at, fence=1))

    store.transact(newer_code_writes)
    assert await beating(replicas, SILENCE_S + 60) == ([], [])
    assert store.read(lambda session: session.get(Office, name)) is not None


async def test_what_begins_again_before_its_end_was_said_is_not_called_over(
    replicas: Replicas,
) -> None:
    replicas.first.house.trouble = "poll_conflict"  # type: ignore[attr-defined]  # as above
    both = (replicas.first, replicas.second)
    await beating(replicas, SILENCE_S + 60)
    replicas.first.house.trouble = None  # type: ignore[attr-defined]  # as above
    for one in both:
        one.told.is_closed = True
    assert await beating(replicas, 60) == ([], [])
    replicas.first.house.trouble = "poll_conflict"  # type: ignore[attr-defined]  # as above
    replicas.first.told.is_closed = False
    first, _ = await beating(replicas, SILENCE_S + 60)
    assert len(first) == 1
    assert "poll_conflict" in first[0]
    replicas.second.told.is_closed = False
    assert await beating(replicas, 300) == ([], [])


async def test_an_end_is_said_although_the_database_was_away_when_it_came(
    replicas: Replicas,
) -> None:
    replicas.first.house.trouble = "poll_conflict"  # type: ignore[attr-defined]  # as above
    await beating(replicas, SILENCE_S + 60)
    store = replicas.first.house.store
    store.transact(lambda s: s.execute(text("alter table office rename to gone")))
    replicas.first.house.trouble = None  # type: ignore[attr-defined]  # as above
    first, _ = await beating(replicas, 60)
    assert [words[:2] for words in first] == ["恢复"]
    store.transact(lambda s: s.execute(text("alter table gone rename to office")))
    assert await beating(replicas, 60) == ([], [])
    their_leases_end(store)
    assert await beating(replicas, 60) == ([], [])


async def test_a_trouble_that_goes_on_for_another_reason_has_one_end(replicas: Replicas) -> None:
    for why in ("poll_conflict", "telegram_away"):
        replicas.first.house.trouble = why  # type: ignore[attr-defined]  # as above
        first, second = await beating(replicas, SILENCE_S + 60)
        assert (len(first), second) == (int(why == "poll_conflict"), [])
    replicas.first.house.trouble = None  # type: ignore[attr-defined]  # as above
    first, second = await beating(replicas, 60)
    assert [words[:2] for words in first + second] == ["恢复"]
    their_leases_end(replicas.first.house.store)
    assert await beating(replicas, 60) == ([], [])


async def troubled(replicas: Replicas) -> None:
    """The first has a trouble of its own, and has told of it."""
    replicas.first.house.trouble = "poll_conflict"  # type: ignore[attr-defined]  # as above
    first, second = await beating(replicas, SILENCE_S + 60)
    assert (len(first), second) == (1, [])


async def beating(replicas: Replicas, seconds: float) -> tuple[list[str], list[str]]:
    """What each told while both looked at their clocks."""
    told: tuple[list[str], list[str]] = ([], [])
    for _ in range(int(seconds / 30)):
        for number, one in enumerate((replicas.first, replicas.second)):
            await one.house.pulses.felt("beat")
            told[number].extend(await one.after(30))
    return told


def their_leases_end(store: Store) -> None:
    long_ago = MORNING.replace(year=2000)  # by the database's time
    store.transact(lambda s: s.execute(update(Office).values(until=long_ago)))


async def test_two_troubles_of_different_kinds_are_both_told(replicas: Replicas) -> None:
    replicas.first.house.trouble = "poll_conflict"  # type: ignore[attr-defined]  # as above
    replicas.second.house.trouble = "KeyError"  # type: ignore[attr-defined]  # as above
    told: list[str] = []
    for _ in range(25):
        for one in (replicas.first, replicas.second):
            await one.house.pulses.felt("beat")
            told += await one.after(30)
    assert sorted(word for words in told for word in re.findall(r"\((\w+)\)", words)) == [
        "KeyError",
        "poll_conflict",
    ]


async def test_where_the_database_is_gone_each_replica_may_speak(replicas: Replicas) -> None:
    store = replicas.first.house.store
    store.transact(lambda s: s.execute(text("alter table office rename to gone")))
    first, second = await replicas.after(SILENCE_S + 60)
    assert (len(first), len(second)) == (1, 1)
    store.transact(lambda s: s.execute(text("alter table gone rename to office")))


async def test_an_alarm_says_which_replica_speaks(caplog) -> None:
    assert await SecondWay("", AlarmFormat.PLAIN, "office-1 127.0.0.1:8081").tell("停了")
    assert caplog.messages == ["停了 [office-1 127.0.0.1:8081]"]


@asynccontextmanager
async def heard_at(status: int = 200, says: str = "") -> AsyncIterator[tuple[str, list[bytes]]]:
    came: list[bytes] = []

    async def hear(request: Request) -> Response:
        came.append(await request.body())
        return Response(says, status_code=status)

    port = free_port()
    web = Web([Route("/robot", hear, methods=["POST"])], ("127.0.0.1", port))
    web.listen()
    serving = asyncio.create_task(web.serve())
    try:
        yield f"http://127.0.0.1:{port}/robot", came
    finally:
        await web.stop(serving, 1.0)


@pytest.mark.parametrize("form", list(AlarmFormat))
async def test_the_second_way_reaches_a_group_robot_and_the_log(form: AlarmFormat, caplog) -> None:
    async with heard_at() as (url, came):
        assert await SecondWay(url, form).tell("停了")
    if form is AlarmFormat.GROUP_ROBOT:
        assert json.loads(came[0]) == {"msgtype": "text", "text": {"content": "停了"}}
    else:
        assert came == ["停了".encode()]
    assert [record.levelname for record in caplog.records] == ["CRITICAL"]


async def test_a_second_way_that_is_closed_too_stops_nothing(caplog) -> None:
    async with heard_at(500) as (url, _came):
        assert not await SecondWay(url, AlarmFormat.PLAIN).tell("停了")
    nobody = f"http://127.0.0.1:{free_port()}/"
    assert not await SecondWay(nobody, AlarmFormat.PLAIN).tell("停了")
    assert [r.levelname for r in caplog.records] == ["CRITICAL", "ERROR"] * 2


@pytest.mark.parametrize(
    ("said", "refused"),
    [
        ('{"errcode":93000,"errmsg":"x"}', True),
        ('{"errcode":0,"errmsg":"ok"}', False),
        ("ok", False),
    ],
)
async def test_a_group_robot_that_refuses_with_200_is_heard(
    said: str, caplog, *, refused: bool
) -> None:
    async with heard_at(says=said) as (url, _came):
        assert await SecondWay(url, AlarmFormat.GROUP_ROBOT).tell("停了") is not refused
    assert [r.levelname for r in caplog.records] == ["CRITICAL", *(["ERROR"] if refused else [])]


@pytest.fixture
def health(watch: Watch) -> Health:
    house: Any = watch.house
    house.posts_held, house.counted, house.silence_s = {"sender": True}, {"floods": 2}, SILENCE_S
    return Health(house)


async def test_health_says_what_is_well_and_what_waits(watch: Watch, health: Health) -> None:
    assert not (await health.vitals()).healthy, "it has not looked at a clock yet"
    await watch.house.pulses.felt("beat")
    a_notice_waits(watch.house.store)
    seen = await health.vitals()
    assert seen.healthy
    assert seen.stored is not None
    assert (seen.stored.outbox, seen.stored.outbox_age_s) == (1, 180.0)
    assert seen.stored.calendar_known
    told = list(lines(seen))
    assert "gridwhistle_outbox_age_seconds 180" in told
    assert 'gridwhistle_post_held{post="sender"} 1' in told
    assert "gridwhistle_floods_total 2" in told


async def test_health_does_not_wait_for_a_database_that_is_away(
    watch: Watch, health: Health
) -> None:
    await watch.house.pulses.felt("beat")
    store = watch.house.store
    store.transact(lambda s: s.execute(text("alter table notice rename to gone")))
    seen = await health.vitals()
    assert (seen.healthy, seen.stored) == (False, None)
    assert seen.database != "ok"
    assert "gridwhistle_database_up 0" in list(lines(seen))
    store.transact(lambda s: s.execute(text("alter table gone rename to notice")))
    seen = await health.vitals()
    assert seen.healthy
    assert "gridwhistle_trouble 0" in list(lines(seen))


async def test_a_case_that_cannot_be_swept_does_not_turn_updates_away(
    watch: Watch, health: Health
) -> None:
    await watch.house.pulses.felt("beat")
    watch.house.trouble = "KeyError"  # type: ignore[attr-defined]  # as above
    seen = await health.vitals()
    assert (seen.healthy, seen.trouble) == (True, "KeyError")
    assert "gridwhistle_trouble 1" in list(lines(seen))


async def test_a_pulse_is_a_row_at_most_every_few_seconds(watch: Watch) -> None:
    pulses, store = watch.house.pulses, watch.house.store
    await pulses.felt("beat")
    long_ago = MORNING.replace(year=2000)
    store.transact(lambda s: s.execute(update(Pulse).values(at=long_ago)))
    await pulses.felt("beat")
    assert store.read(lambda s: s.scalar(select(Pulse.at))) == long_ago
    watch.machine.at += 11
    await pulses.felt("beat")
    assert store.read(lambda s: s.scalar(select(Pulse.at))) != long_ago


class Sweeping:
    """The cases' sweep: the first of them cannot be swept, and what is said of it meanwhile is written down."""

    def __init__(self) -> None:
        self.seen: list[str | None] = []
        self.ticker: Ticker

    def due_cases(self, session: Any, now: Any, limit: int) -> list[int]:
        del session, now
        return [1, 2][:limit]

    def sweep_case(self, _work: Any, case_id: int) -> None:
        self.seen.append(self.ticker.trouble)
        if case_id == 1:
            raise KeyError("broken")

    def due_people(self, session: Any, now: Any, limit: int) -> list[int]:
        del session, now
        return [][:limit]

    sweep_person = sweep_case


async def test_a_trouble_that_lasts_does_not_end_while_a_beat_looks(house: SmallHouse) -> None:
    sweep = Sweeping()
    ticker = sweep.ticker = Ticker(house, sweep, lambda _session: 0)
    await ticker.beat()
    await ticker.beat()
    assert (sweep.seen, ticker.trouble) == ([None, *["KeyError"] * 3], "KeyError")
