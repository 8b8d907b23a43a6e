"""A bot that is killed while it fetches: no file is lost, none lies there twice, none is half (law 1)."""

import asyncio
import hashlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import func, select

from bot.evidence_elsewhere import EvidenceElsewhere
from bot.evidence_store import EvidenceFolder
from bot.sandbox import town
from bot.sandbox.sandbox import Sandbox
from models.event import Event
from models.evidence import Evidence
from models.vocabulary import EvidenceState
from tests import s3
from tests.chaos.killing import MORNING, SETTLE_S, Bots, environment, seeded
from tests.chaos.replicas import Office, office, reports
from tests.stories.stage import free_port

KILLS = 4
BUCKET = "office-of-two"


@pytest.mark.timeout(240)
async def test_kill_9_while_files_come_in_keeps_each_whole_and_once(new_database, tmp_path: Path):
    async with Sandbox.open(at=MORNING) as sandbox:
        settings = environment(sandbox, new_database(None), tmp_path)
        store = seeded(settings)
        async with Bots.open(settings, tmp_path / "bots.log") as bots:
            resident = sandbox.person("resident_a")
            await resident.starts(f"{town.POSTER}_zh", settle=False)
            await resident.says("楼上漏水，我家天花板全湿了。")
            await sandbox.settle(SETTLE_S)
            await resident.taps("提交")
            sandbox.fail("download", "delay", None, delay_s=0.2)
            await resident.album(8, settle=False)
            for moment in range(KILLS):
                await _more_asked(sandbox, 1 + 2 * moment)
                await asyncio.sleep(0.07 * moment)
                await bots.kill()
                await bots.start()
            sandbox.faults.heal()
            await sandbox.settle(SETTLE_S)
            assert bots.kills == KILLS

        columns = select(Evidence.state, Evidence.address, Evidence.sha256).order_by(Evidence.id)
        rows = store.read(lambda s: s.execute(columns).all())
        events = store.read(
            lambda s: s.scalars(select(Event.kind).where(Event.kind.like("evidence.%"))).all()
        )
        store.close()
    kept = EvidenceFolder(tmp_path / "evidence")
    assert [row.state for row in rows] == [EvidenceState.STORED] * 8
    assert events == ["evidence.stored"] * 8
    for row in rows:
        assert row.address is not None
        assert hashlib.sha256(kept.get(row.address)).hexdigest() == row.sha256
    assert len({row.address for row in rows}) == 8
    on_disk = [path for path in (tmp_path / "evidence").rglob("*") if path.is_file()]
    assert {path.name for path in on_disk} == {row.address for row in rows}
    assert sandbox.violations == []


async def _more_asked(sandbox: Sandbox, times: int) -> None:
    """Wait until the bot is in the middle of it."""
    async with asyncio.timeout(60):
        while sum(call.method == "getFile" for call in sandbox.calls) < times:  # noqa: ASYNC110 - calls ring no bell
            await asyncio.sleep(0.01)


@pytest.mark.timeout(240)  # two bots come up, and the machine is shared
async def test_what_a_killed_replica_had_fetched_and_not_yet_kept_is_kept_by_the_other(
    postgres_url: str, tmp_path: Path, monkeypatch
):
    port = free_port()
    for name, value in s3.environment(port).items():
        monkeypatch.setenv(name, value)
    where = f"s3://{BUCKET}/our"
    async with office(postgres_url, tmp_path, more={"GRIDWHISTLE_EVIDENCE_URL": where}) as town:
        leader = await town.holder("fetcher")
        async with knocked_at(port) as knocked:
            resident = town.sandbox.person("neighbour")
            await reports(resident, "楼上漏水，我家天花板全湿了。")
            await town.sandbox.settle(SETTLE_S)
            await resident.album(4, settle=False)
            async with asyncio.timeout(60):
                await (
                    knocked.wait()
                )  # the bytes are here, and the store does not say that it has them
            await town.kill(leader)
        with s3.serving(port):
            await asyncio.to_thread(s3.new_bucket, BUCKET)
            await _none_waits(town)  # for the store either: who waits for it is at rest meanwhile
            await town.sandbox.settle(SETTLE_S)
            assert await town.holder("fetcher") != leader
            kept = await asyncio.to_thread(EvidenceElsewhere, where)
            columns = select(Evidence.state, Evidence.address, Evidence.sha256)
            rows = town.store.read(lambda s: s.execute(columns).all())
            events = town.store.read(
                lambda s: s.scalars(select(Event.kind).where(Event.kind.like("evidence.%"))).all()
            )
            assert [row.state for row in rows] == [EvidenceState.STORED] * 4
            assert events == ["evidence.stored"] * 4
            for row in rows:
                content = await asyncio.to_thread(kept.get, row.address)
                assert hashlib.sha256(content).hexdigest() == row.sha256
            there = await asyncio.to_thread(kept.addresses, datetime.max.replace(tzinfo=UTC))
            assert there == sorted({row.address for row in rows})
        assert not (tmp_path / "evidence").exists()
        assert town.sandbox.violations == []


async def _none_waits(town: Office) -> None:
    """Wait until no file is announced any more."""
    waiting = select(Evidence.id).where(Evidence.state == EvidenceState.ANNOUNCED).limit(1)
    arrived = select(func.count()).select_from(Evidence)
    async with asyncio.timeout(SETTLE_S):
        while (  # noqa: ASYNC110 - another process rings no bell
            await town.store.look(lambda s: s.scalar(arrived)) != 4
            or await town.store.look(lambda s: s.scalar(waiting)) is not None
        ):
            await asyncio.sleep(0.05)


@asynccontextmanager
async def knocked_at(port: int) -> AsyncIterator[asyncio.Event]:
    """A store that takes what it is told and never answers; the bell rings when somebody has spoken."""
    knocked = asyncio.Event()

    async def hear(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readline()
        knocked.set()
        await reader.read()
        writer.close()

    server = await asyncio.start_server(hear, "127.0.0.1", port)
    try:
        yield knocked
    finally:
        server.close()
