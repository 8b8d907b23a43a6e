"""A store that runs full in the middle of a file refuses nothing: the file is announced until it lies there whole, and lies there once."""

import errno
import resource
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, ClassVar

import fsspec
import pytest
from fsspec.implementations.local import LocalFileSystem
from pydantic import SecretStr

from bot.evidence_elsewhere import kept_by
from bot.evidence_store import EvidenceFolder, EvidenceStore, StoreAway
from bot.fetching import STORE_AWAY
from bot.settings import Settings
from cases import drafts
from models.store import Store
from models.vocabulary import EvidenceState
from tests.bot.test_fetcher import PDF, SQLITE, open_desk  # noqa: F401 - a fixture

LATER = datetime(2999, 1, 1, tzinfo=UTC)


class Quota(LocalFileSystem):  # type: ignore[misc]  # fsspec ships no types
    """A driver whose place runs full: half of what is written stays, and the kernel's own error comes."""

    protocol = "quota"
    is_full: ClassVar[bool] = False
    refused: ClassVar[int] = 0

    def pipe_file(self, path: str, value: bytes, *given: Any, **more: Any) -> Any:
        if not self.is_full:
            return super().pipe_file(path, value, *given, **more)
        Path(self._strip_protocol(path)).write_bytes(value[: len(value) // 2])
        Quota.refused += 1
        raise OSError(errno.ENOSPC, "No space left on device", path)


fsspec.register_implementation("quota", Quota, clobber=True)


@SQLITE
async def test_a_store_that_runs_full_halfway_keeps_the_file_announced_and_recovers_by_itself(
    open_desk,  # noqa: F811
    until,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    place = tmp_path / "place"
    place.mkdir()
    kept = kept_by(Settings(bot_token=SecretStr("1:a"), evidence_url=f"quota://{place}"))
    monkeypatch.setattr(Quota, "is_full", True)
    monkeypatch.setattr(Quota, "refused", 0)
    async with open_desk(kept=kept) as desk:
        number = await desk.announced(PDF)
        await until(lambda: Quota.refused > 1)
        assert desk.fetcher.trouble == STORE_AWAY
        assert desk.row(number).state is EvidenceState.ANNOUNCED

        monkeypatch.setattr(Quota, "is_full", False)
        await until(desk.is_done(number))
        await until(lambda: desk.fetcher.trouble is None)
    assert desk.outcome(number) == (EvidenceState.STORED, None)
    assert desk.bytes_of(number) == PDF
    assert kept.addresses(LATER) == [desk.row(number).address]


async def test_an_office_that_begins_without_its_disk_keeps_nothing_in_the_wrong_place(
    open_desk,  # noqa: F811
    until,
    store: Store,
    tmp_path: Path,
) -> None:
    place = tmp_path / "place"
    place.mkdir()

    def begun() -> EvidenceStore:
        known = Settings(bot_token=SecretStr("1:a"), evidence_url=f"quota://{place}")
        return kept_by(known, lambda: store.read(drafts.kept_before))

    async with open_desk(kept=begun()) as desk:
        first = await desk.announced(PDF)
        await until(desk.is_done(first))
    disk = place.rename(tmp_path / "the disk that was there")
    place.mkdir()
    async with open_desk(kept=begun()) as desk:
        second = await desk.announced(PDF + b"another")
        await until(lambda: desk.fetcher.trouble == STORE_AWAY)
        assert desk.row(second).state is EvidenceState.ANNOUNCED
        assert list(place.iterdir()) == []

        place.rmdir()
        disk.rename(place)
        await until(desk.is_done(second))
        assert [desk.bytes_of(one) for one in (first, second)] == [PDF, PDF + b"another"]


@contextmanager
def _limited(size: int) -> Iterator[None]:
    """No file of this process grows beyond that, for a moment."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def test_a_folder_that_runs_full_halfway_leaves_nothing_and_says_so(tmp_path: Path) -> None:
    """The kernel refuses the second half of the file: here by a limit of the process, which is no mock of a full disk."""
    kept = EvidenceFolder(tmp_path / "evidence")
    with _limited(len(PDF) // 2), pytest.raises(StoreAway):
        kept.put(PDF, "ab" * 32)

    assert [one for one in (tmp_path / "evidence").rglob("*") if one.is_file()] == []
