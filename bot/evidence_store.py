"""Where the bytes of evidence lie: sealed with the office's keys, under an address made from their content.

Laws: plain bytes never leave this process; a file is there whole or not at all (in a folder: written aside, synced, then renamed);
what lies there is opened before it is trusted; the same content lies there once; a sealed file moved to another address does not
open; a store that cannot be reached is never taken for one in which nothing lies. The address is an HMAC of the SHA-256, so that
nobody who sees the store can tell whether a file that he knows is among them.
"""

import contextlib
import hashlib
import os
import secrets
from abc import ABC, abstractmethod
from collections.abc import Callable, Collection, Iterator, Mapping
from datetime import datetime
from pathlib import Path

from models.sealed import KEYRING, KeyMissing

_ASIDE = "tmp"
_OWNER_ONLY = 0o700


class EvidenceMissing(Exception):
    """Nothing lies under an address, or it was altered, or sealed with a key that is not here."""


class StoreAway(Exception):
    """The store cannot be used now; the text says why and what to look at, in Chinese and English."""

    def __init__(self, why: str) -> None:
        self.why = why
        super().__init__(
            f"材料存储不可用({why}),请检查 GRIDWHISTLE_EVIDENCE_URL / "
            f"The evidence store cannot be used ({why}); check GRIDWHISTLE_EVIDENCE_URL."
        )


class EvidenceStore(ABC):
    """A place for files, wherever it is; calls block and belong into a thread.

    Every call may raise StoreAway.
    """

    def put(self, content: bytes, sha256: str) -> str:
        """Keep the bytes for good; gives their address."""
        address = KEYRING.index("evidence", sha256)
        if not self.is_whole(address, sha256):
            self.put_sealed(address, KEYRING.seal(_bound_to(address), content))
        return address

    def get(self, address: str) -> bytes:
        """The plain bytes.

        Raises:
            EvidenceMissing: nothing lies there, or it does not open.
        """
        try:
            return KEYRING.open(_bound_to(address), self.sealed(address))
        except (KeyMissing, ValueError) as why:
            raise EvidenceMissing(type(why).__name__) from None

    def is_whole(self, address: str, sha256: str) -> bool:
        """Whether these very bytes lie there."""
        try:
            return hashlib.sha256(self.get(address)).hexdigest() == sha256
        except EvidenceMissing:
            return False

    def lacking(self, wanted: Mapping[str, str]) -> set[str]:
        """Of these addresses (each with its SHA-256) those under which not the right bytes lie."""
        return {
            address for address, sha256 in wanted.items() if not self.is_whole(address, sha256)
        }

    @abstractmethod
    def reach(self) -> None:
        """Look whether the store can be used; nothing is changed."""

    @abstractmethod
    def sealed(self, address: str) -> bytes:
        """The bytes as they lie there.

        Raises:
            EvidenceMissing: nothing lies there.
        """

    @abstractmethod
    def put_sealed(self, address: str, sealed: bytes) -> None:
        """Keep bytes that are sealed already, whole or not at all."""

    @abstractmethod
    def addresses(self, before: datetime) -> list[str]:
        """Everything that has been kept since before this instant (machine time)."""

    @abstractmethod
    def drop(self, address: str) -> None:
        """Delete the bytes; nothing there is as good."""

    @abstractmethod
    def clear_aside(self) -> None:
        """Throw away what a killed process had begun to write."""


class EvidenceFolder(EvidenceStore):
    """A store in a folder of this machine: ab/cd/abcd…, one sealed file for each content.

    `made`: the folder is made when absent. One that an operator named must be there, and not be empty when something was
    `kept_before`: where a share is not mounted, nothing may be kept in the empty place under it.
    """

    def __init__(
        self,
        root: Path,
        *,
        made: bool = True,
        kept_before: Callable[[], Collection[str]] = tuple,
    ) -> None:
        self._root = root
        self._made = made
        self._kept_before = kept_before
        self._aside = root / _ASIDE

    def reach(self) -> None:
        if self._made:
            return
        with _reaching():
            is_there = self._root.is_dir()
            is_empty = is_there and next(self._root.iterdir(), None) is None
        if not is_there:
            raise StoreAway(f"{self._root}: no such folder")
        if is_empty and self._kept_before():
            raise StoreAway(f"{self._root}: empty, though something was kept; is it mounted?")

    def sealed(self, address: str) -> bytes:
        try:
            return self._path(address).read_bytes()
        except FileNotFoundError as why:
            self.reach()
            raise EvidenceMissing(type(why).__name__) from None
        except OSError as why:
            raise StoreAway(_said(why)) from why

    def put_sealed(self, address: str, sealed: bytes) -> None:
        self.reach()
        with _reaching():
            self._write(self._path(address), sealed)

    def _write(self, path: Path, sealed: bytes) -> None:
        aside = self._aside / secrets.token_hex(16)
        for folder in (self._aside, path.parent):
            folder.mkdir(mode=_OWNER_ONLY, parents=True, exist_ok=True)
        try:
            with os.fdopen(
                os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb"
            ) as file:
                file.write(sealed)
                file.flush()
                os.fsync(file.fileno())
            aside.replace(path)
        except OSError:
            aside.unlink(missing_ok=True)
            raise
        for folder in (path.parent, path.parent.parent, self._root):
            _sync(folder)

    def addresses(self, before: datetime) -> list[str]:
        self.reach()
        found = []
        with _reaching():
            for path in self._root.glob("??/??/*"):
                with contextlib.suppress(FileNotFoundError):
                    if path.stat().st_mtime < before.timestamp():
                        found.append(path.name)
        return sorted(found)

    def drop(self, address: str) -> None:
        self.reach()
        with _reaching():
            self._path(address).unlink(missing_ok=True)

    def clear_aside(self) -> None:
        with _reaching():
            for path in self._aside.glob("*"):
                path.unlink(missing_ok=True)

    def _path(self, address: str) -> Path:
        return self._root / address[:2] / address[2:4] / address


@contextlib.contextmanager
def _reaching() -> Iterator[None]:
    """A full disk, a share that is away or not ours: whatever the machine says of it, the store cannot be used."""
    try:
        yield
    except OSError as why:
        raise StoreAway(_said(why)) from why


def _said(why: OSError) -> str:
    return why.strerror or type(why).__name__


def _bound_to(address: str) -> str:
    return f"evidence:{address}"


def _sync(folder: Path) -> None:
    """A renamed file is only there for good when its folder is written too."""
    if os.name == "nt":
        return  # folders cannot be opened there; NTFS keeps renames in its journal
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
