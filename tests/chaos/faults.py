"""All faults but kills, each played on a database and compared with the same story without it: the table of docs/reliability.md."""

from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import timedelta
from pathlib import Path

from bot.sandbox.day import STORY
from tests.chaos import full_disk, jumping_clock, stopped_server, suspended, telegrams_faults
from tests.chaos.days import MakeUrl, Played
from tests.chaos.outcome import Outcome
from tests.chaos.place import Place
from tests.postgres import PostgresServer

Compared = Callable[[MakeUrl, Path], Awaitable[tuple[Played, Played]]]
Fault = Callable[[Place], AsyncIterator[Outcome]]


def telegram(name: str, played: Compared) -> Fault:
    """What Telegram does for a whole story."""

    async def fault(place: Place) -> AsyncIterator[Outcome]:
        own, row = place.folder_of("telegram"), Outcome(name, place.database)
        lived, disturbed = await played(place.new(own), own)
        row.compared(lived.after, disturbed.after, disturbed.violations)
        yield row

    return fault


async def two_replicas(place: Place) -> AsyncIterator[Outcome]:
    """Only where there can be two."""
    if place.database == "sqlite":
        return
    own = place.folder_of("two")
    played = await telegrams_faults.brought_to_two(place.new(own), own, STORY)
    names = ("late and in any order", "to both at the same moment")
    for what, disturbed in zip(names, played[1:], strict=True):
        row = Outcome(f"two replicas behind a webhook, each update {what}", place.database)
        row.compared(played[0].after, disturbed.after, disturbed.violations)
        yield row


async def any_order(place: Place) -> AsyncIterator[Outcome]:
    own = place.folder_of("order")
    row = Outcome("four messages of one person brought in any order", place.database)
    row.looked_at(*await telegrams_faults.several_in_any_order(place.new(own), own))
    yield row


def clock(name: str, by: timedelta) -> Fault:
    async def fault(place: Place) -> AsyncIterator[Outcome]:
        own, row = place.folder_of("clock"), Outcome(name, place.database)
        lived, jumped, followed = await jumping_clock.jumped(place.new(own), own, by)
        row.compared(lived.after, jumped.after, jumped.violations)
        row.found += followed
        yield row

    return fault


async def asleep(place: Place) -> AsyncIterator[Outcome]:
    own = place.folder_of("asleep")
    row = Outcome("a replica suspended for two leases amid sends, then both", place.database)
    lived = await suspended.slept(place.new(own), own / "awake", asleep=False)
    slept = await suspended.slept(place.new(own), own / "asleep", asleep=True)
    row.compared(lived.after, slept.after, slept.violations)
    yield row


async def disk(place: Place) -> AsyncIterator[Outcome]:
    own = place.folder_of("disk")
    of_what = (
        "of the database and the evidence" if place.database == "sqlite" else "of the evidence"
    )
    row = Outcome(f"disk {of_what} full", place.database)
    roomy = await full_disk.reports(own / "roomy", place.new(own), full=False)
    full = await full_disk.reports(own / "full", place.new(own), full=True)
    row.compared(roomy.after, full.after, full.violations)
    row.found += [f"update blamed {full.blamed} times"] if full.blamed else []
    row.found += ["a picture is lost"] if full.whole != roomy.whole else []
    yield row


async def server(place: Place) -> AsyncIterator[Outcome]:
    """Only where there is one."""
    if place.database == "sqlite":
        return
    own = place.folder_of("server")
    names = {
        "fast": "server stopped in good order under load, started again",
        "immediate": "server stopped as by a crash under load, started again",
    }
    with stopped_server.own_server() as its:
        for mode in stopped_server.MODES:
            row = Outcome(names[mode], place.database)
            (own / mode).mkdir()
            url = PostgresServer(its.folder).url(PostgresServer(its.folder).create())
            survived = await stopped_server.stopped(its, url, own / mode, mode)
            row.looked_at(survived.missing, survived.found)
            yield row


FAULTS: dict[str, Fault] = {
    "away": telegram("Telegram away for an hour", telegrams_faults.hour_away),
    "twice": telegram(
        "each update twice", lambda new, own: telegrams_faults.each_twice(new, own, STORY)
    ),
    "late": telegram(
        "each update once more, late and in any order, taps long forgotten",
        lambda new, own: telegrams_faults.late_and_out_of_order(new, own, STORY),
    ),
    "two": two_replicas,
    "order": any_order,
    "hour": clock("civil clock an hour on amid sends", jumping_clock.HOUR),
    "days": clock("civil clock three days on amid sends", jumping_clock.DAYS),
    "back": clock("civil clock an hour back amid sends", -jumping_clock.HOUR),
    "asleep": asleep,
    "disk": disk,
    "server": server,
}


async def played(place: Place, names: list[str]) -> AsyncIterator[Outcome]:
    """All of them, or those named."""
    for name, fault in FAULTS.items():
        if not names or name in names:
            async for row in fault(place):
                yield row
