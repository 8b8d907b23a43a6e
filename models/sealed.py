"""Encrypted columns: AES-GCM bound to table, column and key, and HMAC index columns to find values again.

Laws: a ciphertext moved to another column does not open; a value is found again only by its exact
normal form, never by LIKE; keys are files of mode 0600 and are never written to a log.
"""

import errno
import hashlib
import hmac
import json
import os
import re
import secrets
import tempfile
import unicodedata
from base64 import b64decode, b64encode
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import Dialect, LargeBinary
from sqlalchemy.types import TypeDecorator

_NONCE = 12  # bytes; the size that AES-GCM is specified for (NIST SP 800-38D)
_KEY_ID = 4  # bytes in front of every ciphertext that tell which key opens it

#: What is said by a place that has no such thing: exFAT, shares by SMB or 9p, many a FUSE.
_NO_LINKS = frozenset(
    {
        errno.EPERM,
        errno.EACCES,
        errno.ENOTSUP,
        errno.EOPNOTSUPP,
        errno.ENOSYS,
        errno.EINVAL,
        errno.EMLINK,
    }
)


class KeyMissing(Exception):
    """A sealed value was written with a key that this process has not been given."""


class KeysUnreadable(Exception):
    """The key file is there, and no keys are in it, or it cannot be read; says why."""


@dataclass(frozen=True, slots=True)
class Key:
    """One generation of keys: `seal` for columns, `index` for HMAC columns."""

    id: bytes
    seal: bytes = field(repr=False)
    index: bytes = field(repr=False)

    @classmethod
    def make(cls) -> "Key":
        return cls(secrets.token_bytes(_KEY_ID), secrets.token_bytes(32), secrets.token_bytes(32))


class Keyring:
    """All keys this process may open with; the newest one seals."""

    def __init__(self) -> None:
        self._keys: dict[bytes, Key] = {}
        self._newest: Key | None = None

    def add(self, key: Key) -> None:
        """Add a key generation; it becomes the one that seals from now on."""
        self._keys[key.id] = key
        self._newest = key

    @property
    def newest(self) -> Key:
        if self._newest is None:
            raise KeyMissing("no key has been given to this process")
        return self._newest

    def knows(self, key_id: bytes) -> bool:
        """Whether what was sealed under this key can be opened."""
        return key_id in self._keys

    def seal(self, name: str, plain: bytes) -> bytes:
        key, nonce = self.newest, os.urandom(_NONCE)
        return key.id + nonce + AESGCM(key.seal).encrypt(nonce, plain, name.encode() + key.id)

    def open(self, name: str, sealed: bytes) -> bytes:
        key_id, nonce = sealed[:_KEY_ID], sealed[_KEY_ID : _KEY_ID + _NONCE]
        key = self._keys.get(key_id)
        if key is None:
            raise KeyMissing(f"no key {key_id.hex()} to open {name}")
        try:
            return AESGCM(key.seal).decrypt(
                nonce, sealed[_KEY_ID + _NONCE :], name.encode() + key_id
            )
        except InvalidTag as broken:
            raise KeyMissing(f"{name} was not sealed here or was altered") from broken

    def index(self, purpose: str, value: str) -> str:
        """The HMAC under which `value` is found again, for one purpose ("phone", "name" …)."""
        message = f"{purpose}:{normal_form(value)}".encode()
        return hmac.new(self.newest.index, message, hashlib.sha256).hexdigest()


def key_of(sealed: bytes) -> bytes:
    """The id of the key that opens a sealed value."""
    return sealed[:_KEY_ID]


#: Column types have no session to ask, so the process's keyring is one object, filled by bot/app.py.
KEYRING = Keyring()


def normal_form(value: str) -> str:
    """The one normal form for all index columns: NFKC, no spaces or dashes, case folded."""
    return re.sub(r"[\s\-‐-―()]+", "", unicodedata.normalize("NFKC", value)).casefold()


def load_keys(path: Path) -> tuple[list[Key], bool]:
    """Read the key file, oldest first; make it with mode 0600 when absent.

    Returns:
        The keys, and whether the file was made just now (its owner must be told to copy it).

    Raises:
        KeysUnreadable: it is there, and nobody can get keys out of it.
    """
    made = not path.exists()
    if made:
        path.parent.mkdir(parents=True, exist_ok=True)
        made = _write_keys(path, [Key.make()])
    try:
        rows = json.loads(path.read_text())["keys"]
        keys = [Key(*(b64decode(row[name]) for name in ("id", "seal", "index"))) for row in rows]
    except OSError as why:
        raise KeysUnreadable(why.strerror) from None
    except (KeyError, TypeError, ValueError):
        raise KeysUnreadable("empty or damaged") from None
    if not keys:
        raise KeysUnreadable("no keys in it")
    return keys, made


def _write_keys(path: Path, keys: list[Key]) -> bool:
    """Write a key file, whole or not at all; False: somebody else was first, and his stays."""
    rows = [
        {name: b64encode(getattr(key, name)).decode() for name in ("id", "seal", "index")}
        for key in keys
    ]
    descriptor, aside = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)  # mode 0600
    try:
        with os.fdopen(descriptor, "w") as file:
            json.dump({"keys": rows}, file)
            file.flush()
            os.fsync(file.fileno())
        _name(aside, path)
        _keep_names(path.parent)
    except FileExistsError:
        return False
    finally:
        Path(aside).unlink()
    return True


def _name(aside: str, path: Path) -> None:
    """Give what was written aside its name, replacing nothing: of two that start together one makes the keys.

    Raises:
        FileExistsError: somebody else was first.
        KeysUnreadable: the place takes no file of ours.
    """
    try:
        os.link(aside, path)
    except OSError as why:
        if why.errno not in _NO_LINKS:
            raise
        _copy(aside, path)


def _copy(aside: str, path: Path) -> None:
    """Many a share, and exFAT, know no second name of a file. A copy that was not finished is taken away again."""
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        raise
    except OSError as why:
        raise KeysUnreadable(f"it cannot be made: {why.strerror}") from None
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(Path(aside).read_bytes())
            file.flush()
            os.fsync(file.fileno())
    except OSError as why:
        path.unlink(missing_ok=True)
        raise KeysUnreadable(f"it cannot be made: {why.strerror}") from None


def _keep_names(folder: Path) -> None:
    """A new file is there after a loss of power only when its folder was written too."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    except OSError as why:
        if why.errno not in _NO_LINKS:  # such places do not know that of folders either
            raise
    finally:
        os.close(descriptor)


class Sealed(TypeDecorator[Any]):
    """A JSON value (text included), encrypted under `name` = "table.column"."""

    impl = LargeBinary
    cache_ok = True

    def __init__(self, name: str) -> None:
        super().__init__()
        self.name = name

    def process_bind_param(self, value: Any, dialect: Dialect) -> bytes | None:  # noqa: ANN401 - any JSON value
        if value is None:
            return None
        return KEYRING.seal(
            self.name, json.dumps(value, ensure_ascii=False).encode("utf-8", "surrogatepass")
        )

    def process_result_value(self, value: bytes | None, dialect: Dialect) -> Any:  # noqa: ANN401 - any JSON value
        if value is None:
            return None
        return json.loads(KEYRING.open(self.name, bytes(value)).decode("utf-8", "surrogatepass"))
