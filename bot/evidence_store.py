"""Where the bytes of evidence lie: sealed with the office's keys, under an address made from their content.

Laws: plain bytes never touch the disk; a file is there whole or not at all (written aside, synced, then renamed); the same
content lies there once; a sealed file moved to another address does not open. The address is an HMAC of the SHA-256, so
that nobody who sees the folder can tell whether a file that he knows is among them.
"""

import contextlib
import hashlib
import os
import secrets
from datetime import datetime
from pathlib import Path
from typing import Protocol

from models.sealed import KEYRING, KeyMissing

_FOLDER = "evidence"
_ASIDE = "tmp"
_OWNER_ONLY = 0o700


class EvidenceStore(Protocol):
    """What the fetcher and the check need of a place for files; calls block and belong into a thread."""

    def put(self, content: bytes, sha256: str) -> str:
        """Keep the bytes for good; gives their address."""
        ...

    def get(self, address: str) -> bytes:
        """The plain bytes.

        Raises:
            EvidenceMissing: nothing lies there, or it does not open.
        """
        ...

    def addresses(self, before: datetime) -> list[str]:
        """Everything that has been kept since before this instant (machine time)."""
        ...

    def drop(self, address: str) -> None:
        """Delete the bytes; nothing there is as good."""
        ...

    def clear_aside(self) -> None:
        """Throw away what a killed process had begun to write."""
        ...


class EvidenceMissing(Exception):
    """Nothing lies under an address, or it was altered, or sealed with a key that is not here."""


class EvidenceFolder:
    """A store in a folder of this machine: evidence/ab/cd/abcd…, one sealed file for each content."""

    def __init__(self, data_dir: Path) -> None:
        self._root = data_dir / _FOLDER
        self._aside = self._root / _ASIDE

    def put(self, content: bytes, sha256: str) -> str:
        address = KEYRING.index("evidence", sha256)
        if not self._is_intact(address, sha256):
            self.put_sealed(address, KEYRING.seal(_bound_to(address), content))
        return address

    def sealed(self, address: str) -> bytes:
        """The bytes as they lie there, for a copy.

        Raises:
            EvidenceMissing: nothing lies there.
        """
        try:
            return self._path(address).read_bytes()
        except FileNotFoundError as why:
            raise EvidenceMissing(type(why).__name__) from None

    def put_sealed(self, address: str, sealed: bytes) -> None:
        """Keep bytes that are sealed already, whole or not at all."""
        path = self._path(address)
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

    def get(self, address: str) -> bytes:
        try:
            return KEYRING.open(_bound_to(address), self._path(address).read_bytes())
        except (FileNotFoundError, KeyMissing, ValueError) as why:
            raise EvidenceMissing(type(why).__name__) from None

    def addresses(self, before: datetime) -> list[str]:
        found = []
        for path in self._root.glob("??/??/*"):
            with contextlib.suppress(FileNotFoundError):
                if path.stat().st_mtime < before.timestamp():
                    found.append(path.name)
        return sorted(found)

    def drop(self, address: str) -> None:
        self._path(address).unlink(missing_ok=True)

    def clear_aside(self) -> None:
        for path in self._aside.glob("*"):
            with contextlib.suppress(FileNotFoundError):
                path.unlink()

    def _is_intact(self, address: str, sha256: str) -> bool:
        """What lies there already is looked at before it is trusted."""
        try:
            return hashlib.sha256(self.get(address)).hexdigest() == sha256
        except EvidenceMissing:
            return False

    def _path(self, address: str) -> Path:
        return self._root / address[:2] / address[2:4] / address


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
