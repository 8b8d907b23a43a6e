"""Evidence lies whole, sealed and once wherever its address points; a store that is away is never taken for an empty one."""

import hashlib
import re
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, ClassVar

import fsspec
import pytest
from fsspec.implementations.local import LocalFileSystem
from pydantic import SecretStr

from bot.app import build
from bot.evidence_elsewhere import EvidenceElsewhere, kept_by
from bot.evidence_marked import MARK
from bot.evidence_store import EvidenceFolder, EvidenceMissing, EvidenceStore, StoreAway
from bot.settings import Settings, SettingsInvalid
from models.sealed import KEYRING, Key
from tests.stories.stage import free_port

PDF = b"%PDF-1.7\n" + b"agreement of both sides " * 40
SHA = hashlib.sha256(PDF).hexdigest()
ABSENT = "ab" * 32
LATER = datetime(2999, 1, 1, tzinfo=UTC)

KEYRING.add(Key.make())


def settings(**more: str) -> Settings:
    return Settings(bot_token=SecretStr("1:a"), **more)  # type: ignore[arg-type]  # as from the environment


class Wire(LocalFileSystem):  # type: ignore[misc]  # fsspec ships no types
    """A driver as most are: it makes no folders by itself, and what cannot be read it says by an OSError."""

    protocol = "wire"
    away: ClassVar[set[str]] = set()
    """Places that cannot be read just now."""

    def _check(self, path: str) -> None:
        if any(self._strip_protocol(path).startswith(place) for place in self.away):
            raise ConnectionResetError("Socket is closed")

    def ls(self, path: str, detail: bool = False, **more: Any) -> Any:
        self._check(path)
        return super().ls(path, detail, **more)

    def info(self, path: Any, **more: Any) -> Any:
        self._check(getattr(path, "path", path))
        return super().info(path, **more)

    def _open(self, path: str, *given: Any, **more: Any) -> Any:
        self._check(path)
        return super()._open(path, *given, **more)

    def rm_file(self, path: str) -> None:
        self._check(path)
        super().rm_file(path)


fsspec.register_implementation("wire", Wire, clobber=True)


@pytest.fixture
def wire(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A place behind that driver; what is in `Wire.away` cannot be read."""
    monkeypatch.setattr(Wire, "away", set())
    place = tmp_path / "place"
    place.mkdir()
    return place


def behind(wire: Path, *kept_before: str) -> EvidenceStore:
    """As a process that has just begun finds it."""
    return kept_by(settings(evidence_url=f"wire://{wire}"), lambda: kept_before)


@pytest.fixture(params=["folder", "s3", "another driver"])
def kept(request: pytest.FixtureRequest, tmp_path: Path) -> EvidenceStore:
    if request.param == "folder":
        return EvidenceFolder(tmp_path / "evidence")
    if request.param == "another driver":
        return behind(request.getfixturevalue("wire"))
    return EvidenceElsewhere(f"{request.getfixturevalue('s3')}/gridwhistle")


def test_what_was_put_is_there_once_sealed_and_until_it_is_dropped(kept: EvidenceStore):
    address = kept.put(PDF, SHA)
    first = kept.sealed(address)
    assert kept.put(PDF, SHA) == address
    assert kept.sealed(address) == first, "what lies there whole is not written again"
    assert kept.get(address) == PDF
    assert b"agreement" not in first
    assert SHA not in address
    assert kept.addresses(LATER) == [address]
    assert kept.addresses(datetime.now(UTC) - timedelta(days=1)) == []  # noqa: TID251 - the store's own time
    assert kept.lacking({address: SHA, ABSENT: SHA}) == {ABSENT}

    kept.drop(address)
    kept.drop(address)
    with pytest.raises(EvidenceMissing):
        kept.get(address)
    assert kept.addresses(LATER) == []
    kept.reach()


def test_half_an_object_is_never_taken_for_whole(kept: EvidenceStore):
    address = kept.put(PDF, SHA)
    kept.put_sealed(address, kept.sealed(address)[:-7])
    with pytest.raises(EvidenceMissing):
        kept.get(address)

    assert kept.put(PDF, SHA) == address
    assert kept.get(address) == PDF


def test_an_object_moved_to_another_address_does_not_open(kept: EvidenceStore):
    kept.put_sealed(ABSENT, kept.sealed(kept.put(PDF, SHA)))
    with pytest.raises(EvidenceMissing):
        kept.get(ABSENT)


def test_what_others_keep_in_the_bucket_is_not_ours(s3: str):
    bucket = s3.removeprefix("s3://")
    files = fsspec.filesystem("s3", skip_instance_cache=True)
    for path in ("readme.txt", "our/readme.txt", f"our/{ABSENT}", f"ab/ab/{ABSENT}"):
        files.pipe_file(f"{bucket}/{path}", b"another program's")
    kept = EvidenceElsewhere(f"{s3}/our")
    address = kept.put(PDF, SHA)

    assert kept.addresses(LATER) == [address]
    where = f"{bucket}/our/{address[:2]}/{address[2:4]}/{address}"
    assert files.find(f"{bucket}/our/{address[:2]}") == [where]


@pytest.mark.parametrize(
    "why",
    ["no bucket", "nobody answers", "a share that is not mounted", "a wire that is cut"],
)
def test_a_store_that_is_away_is_never_taken_for_an_empty_one(
    why: str, s3: str, tmp_path: Path, wire: Path, monkeypatch
):
    store: EvidenceStore = EvidenceElsewhere("s3://another/gridwhistle")
    if why == "a wire that is cut":
        store = behind(wire)
        Wire.away.add(str(wire))
    elif why == "nobody answers":
        monkeypatch.setenv("AWS_ENDPOINT_URL_S3", f"http://127.0.0.1:{free_port()}")
        store = EvidenceElsewhere(f"{s3}/gridwhistle")
    elif why != "no bucket":
        store = kept_by(settings(evidence_url=(tmp_path / "share").as_uri()))
    questions: list[Callable[[], object]] = [
        store.reach,
        lambda: store.put(PDF, SHA),
        lambda: store.get(ABSENT),
        lambda: store.sealed(ABSENT),
        lambda: store.lacking({ABSENT: SHA}),
        lambda: store.addresses(LATER),
        lambda: store.drop(ABSENT),
    ]
    for question in questions:
        with pytest.raises(StoreAway, match="GRIDWHISTLE_EVIDENCE_URL"):
            question()
    assert not (tmp_path / "share").exists()


def test_one_folder_that_cannot_be_read_is_a_store_that_is_away(wire: Path):
    store = behind(wire)
    address = store.put(PDF, SHA)
    Wire.away.add(f"{wire}/{address[:2]}")
    for question in (
        lambda: store.lacking({address: SHA}),
        lambda: store.addresses(LATER),
        lambda: store.get(address),
        lambda: store.drop(address),
    ):
        with pytest.raises(StoreAway):
            question()
    Wire.away.clear()
    assert store.get(address) == PDF


def test_where_our_mark_does_not_lie_nothing_is_believed_to_be_missing(wire: Path):
    store = behind(wire)
    assert store.addresses(LATER) == [], "nothing was ever kept there"
    address = store.put(PDF, SHA)
    assert (wire / MARK).exists()
    mended = wire.rename(wire.parent / "the disk that was there")
    wire.mkdir()  # the place without its disk
    for question in (
        lambda: store.get(address),
        lambda: store.lacking({address: SHA}),
        lambda: store.drop(address),
    ):
        with pytest.raises(StoreAway, match=MARK):
            question()
    wire.rmdir()
    mended.rename(wire)
    assert store.get(address) == PDF
    assert store.lacking({address: SHA, ABSENT: SHA}) == {ABSENT}


def test_a_process_that_begins_where_the_disk_is_not_mounted_leaves_no_mark_there(wire: Path):
    address = behind(wire).put(PDF, SHA)
    disk = wire.rename(wire.parent / "the disk that was there")
    wire.mkdir()
    begun = behind(wire, ABSENT, address)

    with pytest.raises(StoreAway, match=MARK):
        begun.put(b"a photo", hashlib.sha256(b"a photo").hexdigest())

    assert list(wire.iterdir()) == []
    wire.rmdir()
    disk.rename(wire)
    assert begun.get(begun.put(b"a photo", hashlib.sha256(b"a photo").hexdigest())) == b"a photo"


def test_what_was_copied_from_a_folder_is_known_again_by_any_file_of_it(wire: Path):
    address = EvidenceFolder(wire).put(PDF, SHA)
    begun = behind(wire, ABSENT, address)

    begun.put(b"a photo", hashlib.sha256(b"a photo").hexdigest())

    assert (wire / MARK).exists()
    assert begun.lacking({address: SHA, ABSENT: SHA}) == {ABSENT}


def test_a_place_that_is_not_there_is_not_made(wire: Path):
    store = behind(wire / "share")
    for question in (store.reach, lambda: store.put(PDF, SHA)):
        with pytest.raises(StoreAway):
            question()
    assert not (wire / "share").exists()


@pytest.mark.parametrize(
    "url",
    [
        "/var/lib/secret",
        "file://secret/share",
        "file:secret",
        "memory://secret",
        "s3://key:secret@bucket/prefix",
        "simplecache::s3://secret",
        "s3://key:sec/ret@bucket/secret",
        "s3://",
        "s3:///secret",
        "s3://secret:9000/bucket",
        "s3://bucket/secret?versionId=1",
        "file://",
        "file:///",
        "file:////",
        "file:///C:",
        "file:///srv/secret#1",
        "file:///srv/secret?",
        "local://secret",
        "sftp:///",
        "sftp://[secret",
    ],
)
def test_an_address_that_does_not_fit_is_refused_by_its_name_alone(url: str, monkeypatch):
    monkeypatch.setenv("GRIDWHISTLE_BOT_TOKEN", "1:a")
    monkeypatch.setenv("GRIDWHISTLE_EVIDENCE_URL", url)
    with pytest.raises(SettingsInvalid, match="GRIDWHISTLE_EVIDENCE_URL") as refusal:
        Settings.load()
    assert "secret" not in str(refusal.value)


@pytest.mark.parametrize(
    "scheme", ["oss", "nosuch"]
)  # known to fsspec, but not installed; unknown
def test_an_address_whose_driver_is_missing_stops_the_start_and_names_the_variable(
    scheme: str, tmp_path: Path
):
    with pytest.raises(SettingsInvalid, match=f"GRIDWHISTLE_EVIDENCE_URL.*{scheme}://"):
        build(settings(data_dir=str(tmp_path), evidence_url=f"{scheme}://bucket/prefix"))


def test_without_the_extra_the_start_says_which_lock_file_brings_it(monkeypatch):
    monkeypatch.delitem(sys.modules["fsspec.registry"]._registry, "s3", raising=False)
    monkeypatch.setitem(sys.modules, "s3fs", None)
    with pytest.raises(SettingsInvalid, match=r"GRIDWHISTLE_EVIDENCE_URL.*requirements-s3\.lock"):
        kept_by(settings(evidence_url="s3://bucket/prefix"))


def test_by_default_evidence_lies_in_the_data_folder(tmp_path: Path):
    address = kept_by(settings(data_dir=str(tmp_path))).put(PDF, SHA)
    there = [path for path in (tmp_path / "evidence").rglob("*") if path.is_file()]
    assert [path.name for path in there] == [address]
    named = kept_by(settings(evidence_url=(tmp_path / "evidence").as_uri()))
    assert named.get(address) == PDF


@pytest.mark.parametrize(
    ("url", "place"),
    [
        ("file:///srv/share/a:b@c", "/srv/share/a:b@c"),
        ("file:///srv/a%23b/", "/srv/a#b"),
        ("file:///C:/evidence", "/C:/evidence"),  # read as C:\\evidence on Windows
    ],
)
def test_a_folder_is_used_by_its_whole_name(url: str, place: str, monkeypatch):
    monkeypatch.setenv("GRIDWHISTLE_BOT_TOKEN", "1:a")
    monkeypatch.setenv("GRIDWHISTLE_EVIDENCE_URL", url)
    with pytest.raises(StoreAway, match=re.escape(f"({place}: no such folder)")):
        kept_by(Settings.load()).reach()


def test_a_driver_is_told_the_host_and_port_of_its_address(monkeypatch):
    monkeypatch.setenv("GRIDWHISTLE_BOT_TOKEN", "1:a")
    monkeypatch.setenv("GRIDWHISTLE_EVIDENCE_URL", "webhdfs://127.0.0.1:1/office")
    with pytest.raises(StoreAway, match=r"host='127\.0\.0\.1', port=1\b"):
        kept_by(Settings.load()).get(ABSENT)


@pytest.mark.parametrize("made", [True, False])
def test_a_folder_that_cannot_even_be_asked_for_is_a_store_that_is_away(
    tmp_path: Path, *, made: bool
):
    store = EvidenceFolder(tmp_path / ("x" * 300), made=made)  # no file system has such names
    questions: list[Callable[[], object]] = [
        lambda: store.put(PDF, SHA),
        lambda: store.get(ABSENT),
        lambda: store.addresses(LATER),
        lambda: store.drop(ABSENT),
        store.clear_aside,
    ]
    for question in questions if made else [*questions, store.reach]:
        with pytest.raises(StoreAway):
            question()


def test_a_share_that_is_not_mounted_is_not_taken_for_an_empty_one(tmp_path):
    share, kept = tmp_path / "share", list[str]()
    share.mkdir()
    store = EvidenceFolder(share, made=False, kept_before=lambda: kept)
    kept.append(store.put(PDF, SHA))
    share.rename(tmp_path / "disk")
    share.mkdir()  # what lies under the mount

    for asked in (
        lambda: store.put(PDF, SHA),
        lambda: store.lacking({kept[0]: SHA}),
        lambda: store.get(kept[0]),
    ):
        with pytest.raises(StoreAway):
            asked()
    assert list(share.iterdir()) == []

    share.rmdir()
    (tmp_path / "disk").rename(share)
    assert store.get(kept[0]) == PDF
