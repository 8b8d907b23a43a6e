"""Evidence at an address that is no folder of this machine: an object store that speaks S3, through fsspec; and which store the settings name.

Laws: as in bot/evidence_store.py; an object is put in one call, which object stores carry out whole or not at all; what other
programs keep beside ours is neither listed nor deleted; this loads no driver that the settings do not name.
"""

import hashlib
import re
from collections.abc import Callable, Collection, Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import urlsplit
from urllib.request import url2pathname

from bot.evidence_store import EvidenceFolder, EvidenceMissing, EvidenceStore, StoreAway
from bot.settings import PREFIX, Settings, SettingsInvalid

T = TypeVar("T")

_OURS = re.compile(
    rf"[0-9a-f]{{{hashlib.sha256().digest_size * 2}}}"
)  # an address is an HMAC in hexadecimal
_WHEN = ("LastModified", "last_modified", "mtime", "created")  # each driver calls it otherwise
_LONGEST_REASON = 200
#: A stop waits for what is on its way, and whoever keeps us running waits forty seconds (deploy/systemd); we try again ourselves.
_DRIVERS: dict[str, dict[str, Any]] = {
    "s3": {
        "config_kwargs": {
            "connect_timeout": 3,
            "read_timeout": 10,
            "retries": {"total_max_attempts": 1},
            # What is sealed needs no checksum besides, and older stores refuse a request that bears one.
            "request_checksum_calculation": "when_required",
            "response_checksum_validation": "when_required",
        }
    }
}


def kept_by(
    settings: Settings, kept_before: Callable[[], Collection[str]] = tuple
) -> EvidenceStore:
    """The store that the settings name. It is not asked anything yet.

    `kept_before`: a few addresses under which something lies already, asked for where a store must be known again.

    Raises:
        SettingsInvalid: there is no driver for such an address.
    """
    url = settings.evidence_url
    if not url:
        return EvidenceFolder(settings.data_dir / "evidence")
    if url.startswith("file:"):
        folder = Path(url2pathname(urlsplit(url).path))
        return EvidenceFolder(folder, made=False, kept_before=kept_before)
    if url.partition(":")[0] in _DRIVERS:
        return EvidenceElsewhere(url)
    from bot.evidence_marked import EvidenceMarked

    return EvidenceMarked(url, kept_before)


class EvidenceElsewhere(EvidenceStore):
    """A store behind an fsspec driver: PREFIX/ab/cd/abcd…, as in the folder, so that either can be copied to the other."""

    def __init__(self, url: str) -> None:
        import fsspec

        scheme = url.partition(":")[0]
        try:
            driver = fsspec.get_filesystem_class(scheme)
            self._files = driver(
                skip_instance_cache=True,
                use_listings_cache=False,
                **driver._get_kwargs_from_urls(url),  # noqa: SLF001 - HOST:PORT; fsspec has no public name for it
                **_DRIVERS.get(scheme, {}),
            )
        except (ImportError, ValueError):
            raise _unknown(scheme) from None
        self._files.retries = 1  # s3fs' own, on top of its library's
        self._root = str(self._files._strip_protocol(url)).rstrip("/")  # noqa: SLF001 - fsspec has no public name for it

    def reach(self) -> None:
        self._listed(f"{self._root}/reach")  # the answer is short, however much lies there

    def sealed(self, address: str) -> bytes:
        try:
            return bytes(self._asked(lambda: self._files.cat_file(self._path(address))))
        except EvidenceMissing:
            self._must_be_there()
            raise

    def put_sealed(self, address: str, sealed: bytes) -> None:
        try:
            self._asked(lambda: self._files.pipe_file(self._path(address), sealed))
        except EvidenceMissing as why:
            raise StoreAway(str(why)) from why

    def addresses(self, before: datetime) -> list[str]:
        return sorted(name for name, since in self._kept() if since is not None and since < before)

    def lacking(self, wanted: Mapping[str, str]) -> set[str]:
        """Nothing is fetched for that: what lies there is opened whenever it is read."""
        there = {name for name, _ in self._kept()}
        return set(wanted) - there

    def drop(self, address: str) -> None:
        try:
            self._asked(lambda: self._files.rm_file(self._path(address)))
        except EvidenceMissing:
            self._must_be_there()

    def clear_aside(self) -> None:
        """Nothing is written aside here."""

    def _kept(self) -> Iterator[tuple[str, datetime | None]]:
        """Addresses, each with the moment since when it lies there, if the store knows."""
        for path, said in self._all_files().items():
            name = path.rpartition("/")[2]
            if _OURS.fullmatch(name) and path.strip("/") == self._path(name).strip("/"):
                yield name, _since(said)

    def _must_be_there(self) -> None:
        """What does not lie there lies there no more: whoever says so is the store, and not what stands in its place."""
        self.reach()

    def _all_files(self) -> dict[str, dict[str, Any]]:
        return self._listed(self._root)

    def _listed(self, root: str) -> dict[str, dict[str, Any]]:
        try:
            found: dict[str, dict[str, Any]] = self._asked(
                lambda: self._files.find(root, detail=True)
            )
        except EvidenceMissing as why:
            # a bucket that is not there is said as a file that is not there
            raise StoreAway(str(why)) from why
        return found

    def _path(self, address: str) -> str:
        return f"{self._root}/{address[:2]}/{address[2:4]}/{address}"

    def _asked(self, question: Callable[[], T]) -> T:
        """Drivers fail in ways of their own: all that is not "there is no such file" is a store that is away."""
        try:
            return question()
        except FileNotFoundError as why:
            raise EvidenceMissing(_said(why)) from None
        except Exception as why:
            raise StoreAway(_said(why)) from why


def _since(said: Mapping[str, Any]) -> datetime | None:
    for name in _WHEN:
        match said.get(name):
            case datetime() as at:
                return at if at.tzinfo else at.replace(tzinfo=UTC)
            case float() | int() as seconds:
                return datetime.fromtimestamp(seconds, UTC)
    return None


def _said(why: Exception) -> str:
    words = " ".join(str(why).split())[:_LONGEST_REASON].replace(" / ", "/")
    return f"{type(why).__name__}: {words}" if words else type(why).__name__


def _unknown(scheme: str) -> SettingsInvalid:
    extra = f"requirements-{scheme}.lock" if scheme in _DRIVERS else "fsspec"
    return SettingsInvalid(
        f"环境变量 {PREFIX}EVIDENCE_URL 不正确:没有安装 {scheme}:// 的驱动({extra}) / "
        f"{PREFIX}EVIDENCE_URL does not fit: the driver for {scheme}:// is not installed ({extra})."
    )
