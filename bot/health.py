"""/ready, /health and /metrics: for whoever balances between replicas, for an operator, and for Prometheus.

Laws: counts and ages, nobody's words. /health says 200 while updates can be stored and clocks are looked at; a database that
does not answer is said within seconds, never waited for. /ready says 200 as long as this process works at all: without a
database too updates must reach it, since danger is answered, and the rest sent back to Telegram with a word.
"""

import asyncio
import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any, Protocol

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.deadman import Pulses, rests
from cases.work import Work
from cases.workdays import Status
from models.notice import Notice
from models.store import Store, machine_now
from models.update_in import UpdateIn
from models.vocabulary import NoticeState, UpdateState

PATIENCE_S = 3.0  # a balancer asks every few seconds
TEXT = "text/plain; version=0.0.4; charset=utf-8"  # Prometheus' exposition format


class House(Protocol):
    """What the signs of life are read from."""

    @property
    def store(self) -> Store: ...

    @property
    def pulses(self) -> Pulses: ...

    @property
    def trouble(self) -> str | None: ...

    @property
    def posts_held(self) -> dict[str, bool]: ...

    @property
    def counted(self) -> dict[str, int]: ...

    @property
    def silence_s(self) -> float: ...

    @property
    def ready(self) -> bool: ...

    def work(self, session: Session) -> Work: ...


@dataclass(frozen=True, slots=True)
class Stored:
    """What the database says."""

    outbox: int
    outbox_age_s: float
    dead_letters: int
    unfinished: int
    undelivered: int
    calendar_known: bool


@dataclass(frozen=True, slots=True)
class Vitals:
    """All signs of life at one moment."""

    healthy: bool
    database: str
    trouble: str | None
    last_beat_s: float | None
    last_send_s: float | None
    posts: dict[str, bool]
    counted: dict[str, int]
    stored: Stored | None


class Health:
    """Answers both addresses."""

    def __init__(self, house: House) -> None:
        self._house = house

    def routes(self) -> list[Route]:
        return [
            Route("/ready", self._ready),
            Route("/health", self._health),
            Route("/metrics", self._metrics),
        ]

    async def vitals(self) -> Vitals:
        """Look once."""
        house = self._house
        stored: Stored | None = None
        database = "ok"
        try:
            async with asyncio.timeout(PATIENCE_S):
                stored = await house.store.look(self._stored)
        except Exception as error:  # noqa: BLE001 - whatever it is, the database does not answer
            database = type(error).__name__
        beat = house.pulses.since("beat")
        return Vitals(
            healthy=stored is not None and beat is not None and beat < house.silence_s,
            database=database,
            trouble=house.trouble,
            last_beat_s=beat,
            last_send_s=house.pulses.since("send"),
            posts=house.posts_held,
            counted=house.counted,
            stored=stored,
        )

    def _stored(self, session: Session) -> Stored:
        work = self._house.work(session)
        due, first = session.execute(
            select(
                func.count(),
                func.min(case((~rests(work.now, machine_now(session)), Notice.due_at))),
            ).where(Notice.state == NoticeState.NEW, Notice.due_at <= work.now)
        ).one()
        open_ones = (
            select(UpdateIn.state, func.count())
            .where(UpdateIn.state.in_([UpdateState.NEW, UpdateState.DEAD]))
            .group_by(UpdateIn.state)
        )
        updates = {row[0]: row[1] for row in session.execute(open_ones)}
        lost = (NoticeState.FAILED, NoticeState.UNREACHABLE)
        return Stored(
            outbox=due,
            outbox_age_s=(work.now - first).total_seconds() if first else 0.0,
            dead_letters=updates.get(UpdateState.DEAD, 0),
            unfinished=updates.get(UpdateState.NEW, 0),
            undelivered=session.scalar(select(func.count()).where(Notice.state.in_(lost))) or 0,
            calendar_known=work.rules.calendar.status(work.today.year) is not Status.PROVISIONAL,
        )

    async def _ready(self, _request: Request) -> Response:
        return Response(status_code=200 if self._house.ready else 503)

    async def _health(self, _request: Request) -> Response:
        seen = await self.vitals()
        said = json.dumps(asdict(seen), ensure_ascii=False)
        status = 200 if seen.healthy else 503
        return Response(said, status_code=status, media_type="application/json")

    async def _metrics(self, _request: Request) -> Response:
        return Response("\n".join(lines(await self.vitals())) + "\n", media_type=TEXT)


def lines(seen: Vitals) -> Iterator[str]:
    """The signs of life as Prometheus reads them."""
    yield from _gauge("up", "1: updates can be stored and clocks are looked at.", seen.healthy)
    yield from _gauge("database_up", "1: the database answers.", seen.stored is not None)
    yield from _gauge("trouble", "1: not everything moves; /health says why.", bool(seen.trouble))
    yield from _gauge("last_beat_seconds", "Since this process last swept.", seen.last_beat_s)
    yield from _gauge("last_send_seconds", "Since this process last sent.", seen.last_send_s)
    for name, value in asdict(seen.stored).items() if seen.stored else ():
        yield from _gauge(name.replace("_age_s", "_age_seconds"), MEANING[name], value)
    yield from _head("post_held", "gauge", "1: this process holds the post.")
    yield from (
        f'gridwhistle_post_held{{post="{post}"}} {int(held)}' for post, held in seen.posts.items()
    )
    for name, value in seen.counted.items():
        yield from _head(f"{name}_total", "counter", MEANING[name])
        yield f"gridwhistle_{name}_total {value}"


MEANING = {
    "outbox": "Messages that are due and not sent.",
    "outbox_age_s": "Age of the oldest of them that does not rest before its next attempt.",
    "dead_letters": "Updates that could not be understood and are kept.",
    "unfinished": "Updates that wait for another attempt.",
    "undelivered": "Messages that could not be delivered.",
    "calendar_known": "1: the workdays of this year are published and known.",
    "updates_taken": "Updates that the webhook answered 200.",
    "updates_sent_back": "Updates that the webhook answered 503.",
    "updates_turned_away": "Requests that the webhook answered 403: the secret was missing or another.",
    "messages_sent": "Messages that Telegram took from this process.",
    "floods": "Times that Telegram told this process to slow down.",
}


def _gauge(name: str, meaning: str, value: Any) -> Iterator[str]:  # noqa: ANN401 - any number, or none
    if value is not None:
        yield from _head(name, "gauge", meaning)
        yield f"gridwhistle_{name} {float(value):g}"


def _head(name: str, kind: str, meaning: str) -> Iterator[str]:
    yield f"# HELP gridwhistle_{name} {meaning}"
    yield f"# TYPE gridwhistle_{name} {kind}"
