"""The files that people and the bot have sent, with real bytes that can be downloaded again."""

import hashlib
import struct
from dataclasses import dataclass
from pathlib import PurePosixPath

from bot.sandbox.chats import Kind
from bot.sandbox.refusal import JsonObject, bad

LARGEST_DOWNLOAD = 20 << 20
"""getFile refuses more (tdlib/telegram-bot-api 10.0, Client.cpp)."""
PHOTO_SIZES = ((90, 68), (320, 240), (1280, 960))
FOLDERS: dict[Kind, str] = {
    Kind.PHOTO: "photos",
    Kind.VOICE: "voice",
    Kind.DOCUMENT: "documents",
    Kind.AUDIO: "music",
    Kind.VIDEO: "videos",
    Kind.ANIMATION: "animations",
}
"""Where each kind lies; a file is sent again only as the kind that it came as."""


@dataclass(frozen=True, slots=True)
class StoredFile:
    """One file as Telegram keeps it."""

    file_id: str
    unique_id: str
    path: str
    data: bytes
    kind: Kind

    def wire(self) -> JsonObject:
        """What every kind of file object carries."""
        return {
            "file_id": self.file_id,
            "file_unique_id": self.unique_id,
            "file_size": len(self.data),
        }


class Files:
    """All files of the sandbox, by id and by path."""

    def __init__(self) -> None:
        self._by_id: dict[str, StoredFile] = {}
        self._by_path: dict[str, StoredFile] = {}
        self._lost: set[str] = set()

    def keep(self, data: bytes, kind: Kind, ending: str) -> StoredFile:
        """Store the bytes; the same bytes give the same unique id, each time with a new file id."""
        folder = FOLDERS[kind]
        unique = hashlib.sha256(folder.encode() + data).hexdigest()[:16]
        number = len(self._by_id)
        file = StoredFile(
            f"SBX-{unique}-{number}", unique, f"{folder}/file_{number}{ending}", data, kind
        )
        self._by_id[file.file_id] = file
        self._by_path[file.path] = file
        return file

    def known(self, file_id: str, kind: Kind) -> StoredFile:
        """The file with this id, for sending it again as what it is."""
        if file_id not in self._by_id:
            raise bad("wrong file identifier/HTTP URL specified")
        file = self._by_id[file_id]
        if file.kind is not kind:
            raise bad("type of file mismatch", blame=True)
        return file

    def lose(self, *, for_good: bool = False) -> None:
        """Telegram has none of the files any more that it has now: for a while, or it does not even know them."""
        self._lost |= set(self._by_id)
        if for_good:
            self._by_id.clear()

    def find_again(self) -> None:
        """What was lost for a while is there again."""
        self._lost.clear()

    def for_download(self, file_id: str) -> StoredFile:
        """The file with this id, for getFile."""
        if file_id not in self._by_id:
            raise bad("invalid file_id")
        if file_id in self._lost:
            raise bad("wrong file_id or the file is temporarily unavailable")
        file = self._by_id[file_id]
        if len(file.data) > LARGEST_DOWNLOAD:
            raise bad("file is too big")
        return file

    def shown(self, file_id: str) -> StoredFile | None:
        """The file with this id, for a person's eyes; None when it is lost."""
        return self._by_id.get(file_id)

    def at(self, path: str) -> StoredFile | None:
        """The file under a path that getFile gave."""
        return self._by_path.get(path)


def ending(name: str) -> str:
    """The ending of a file name, with its dot."""
    return PurePosixPath(name).suffix


def grey_jpeg(width: int, height: int, mark: bytes) -> bytes:
    """A true, grey JPEG of this size; `mark` goes into its comment, so that two pictures differ.

    Both Huffman tables have one code of one bit (no difference, end of block): a block is two zero bits.
    """
    blocks = -(-width // 8) * -(-height // 8)
    whole, rest = divmod(blocks * 2, 8)
    scan = b"\0" * whole + (bytes([0xFF >> rest]) if rest else b"")
    one_code = bytes([1]) + bytes(15) + b"\0"
    return b"".join(
        (
            b"\xff\xd8",
            _segment(0xE0, b"JFIF\0\x01\x01\0\0\x01\0\x01\0\0"),
            _segment(0xFE, mark),
            _segment(0xDB, b"\0" + b"\x01" * 64),
            _segment(0xC0, struct.pack(">BHHB", 8, height, width, 1) + b"\x01\x11\0"),
            _segment(0xC4, b"\0" + one_code),
            _segment(0xC4, b"\x10" + one_code),
            _segment(0xDA, b"\x01\x01\0\0\x3f\0"),
            scan,
            b"\xff\xd9",
        )
    )


def _segment(marker: int, content: bytes) -> bytes:
    return struct.pack(">BBH", 0xFF, marker, len(content) + 2) + content


def spoken(seconds: int, mark: bytes) -> bytes:
    """Bytes that begin like an Ogg Opus voice message of this length; nobody can listen to them."""
    head = b"OggS\0\x02" + bytes(20) + b"\x01\x13OpusHead\x01\x01\0\0" + struct.pack("<I", 48000)
    return head + bytes(3) + mark.ljust(max(1, seconds) * 2000, b"\0")
