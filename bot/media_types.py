"""What a file is, by its content: an allow-list of magic numbers. What is not on it is nothing that we keep.

Laws: neither the name nor the kind that the sender gave makes a file acceptable; only plain text, which has no magic
number, is asked for an innocent name too. Nothing is unpacked or decoded: of an archive only the table of names is read.

Sources of the numbers: JPEG ITU-T T.81 B.1; PNG ISO/IEC 15948 5.2; GIF 89a §17; WebP RFC 9649 2.4; HEIC ISO/IEC 23008-12
10.2 and MP4/M4A ISO/IEC 14496-12 4.3 with the registered brands (mp4ra.org); Ogg RFC 3533 6; MP3 ISO/IEC 11172-3 2.4.1.3
and ID3v2 3.1; AMR RFC 4867 5; WAV Multimedia Programming Interface 1.0 (RIFF); PDF ISO 32000-1 7.5.2; DOC and XLS
(WPS writes the same) [MS-CFB] 2.2, [MS-DOC] 2.1, [MS-XLS] 2.1; DOCX and XLSX ECMA-376-2; OFD GB/T 33190-2016 6;
text GB 18030-2022 and RFC 3629.
"""

import io
import re
import struct
import unicodedata
import zipfile
from collections.abc import Callable
from pathlib import PurePosixPath

from models.vocabulary import MediaType

_MAGIC: tuple[tuple[bytes, MediaType], ...] = (
    (b"\xff\xd8\xff", MediaType.JPEG),
    (b"\x89PNG\r\n\x1a\n", MediaType.PNG),
    (b"GIF87a", MediaType.GIF),
    (b"GIF89a", MediaType.GIF),
    (b"OggS\0", MediaType.OGG),
    (b"#!AMR\n", MediaType.AMR),
    (b"#!AMR-WB\n", MediaType.AMR),
    (b"ID3\x02", MediaType.MP3),
    (b"ID3\x03", MediaType.MP3),
    (b"ID3\x04", MediaType.MP3),
    (b"%PDF-", MediaType.PDF),
)
_RIFF = {b"WEBP": MediaType.WEBP, b"WAVE": MediaType.WAV}
_BRANDS: dict[MediaType, frozenset[bytes]] = {
    MediaType.HEIC: frozenset({b"heic", b"heix", b"heim", b"heis", b"hevc", b"mif1", b"msf1"}),
    MediaType.M4A: frozenset({b"M4A ", b"M4B "}),
    MediaType.MP4: frozenset(
        {b"isom", b"iso2", b"iso4", b"iso5", b"iso6", b"mp41", b"mp42", b"avc1", b"M4V ", b"qt  "}
        | {b"3gp4", b"3gp5", b"3gp6", b"3g2a", b"MSNV", b"dash"}
    ),
}
_OLE2 = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_STREAMS = {"WordDocument": MediaType.DOC, "Workbook": MediaType.XLS, "Book": MediaType.XLS}
_ZIP = b"PK\x03\x04"
_PARTS = {
    "word/document.xml": MediaType.DOCX,
    "xl/workbook.xml": MediaType.XLSX,
    "OFD.xml": MediaType.OFD,
}
_PROGRAMS = ("vbaproject.bin", "activex", "embeddings/oleobject")  # in a document: not ours to run
_MOST_PARTS = 10_000  # of an archive; a document has some dozens
_TEXT_NAMES = frozenset({"", ".txt", ".text", ".csv", ".md"})
_MARKED_UP = re.compile(
    r"\A\s*(#!|<[!?A-Za-z])|<\s*(script|html|svg|iframe|body)\b", re.IGNORECASE
)
_HEAD = 4096  # characters in which a web page or a script shows itself
_PLAIN = frozenset("\t\n\r\f")
_NO_CHARACTERS = frozenset({"Cc", "Cn", "Co", "Cs"})
_LAYER_AND_RATE = 4  # bytes of the frame header of MPEG audio


def media_type(content: bytes, name: str | None = None) -> MediaType | None:
    """What these bytes are; None when they are nothing on the list.

    Args:
        content: the whole file.
        name: the name that its sender gave, looked at only when the bytes are plain text.
    """
    for magic, found in _MAGIC:
        if content.startswith(magic):
            return found
    for look in _LOOKS:
        seen = look(content)
        if seen is not None:
            return seen
    ending = PurePosixPath(name or "").suffix.lower()
    return MediaType.TEXT if ending in _TEXT_NAMES and _is_text(content) else None


def _riff(content: bytes) -> MediaType | None:
    return _RIFF.get(content[8:12]) if content.startswith(b"RIFF") else None


def _boxed(content: bytes) -> MediaType | None:
    """ISO base media: the major brand first, then the compatible ones."""
    if content[4:8] != b"ftyp":
        return None
    length = min(int.from_bytes(content[:4], "big"), 256)
    brands = [content[8:12], *(content[at : at + 4] for at in range(16, length, 4))]
    for brand in brands:
        for kind, known in _BRANDS.items():
            if brand in known:
                return kind
    return None


def _mpeg_audio(content: bytes) -> MediaType | None:
    """A frame of MPEG audio without a tag before it: sync, layer III, and no reserved value."""
    if len(content) < _LAYER_AND_RATE or content[0] != 0xFF:  # noqa: PLR2004 - sync, first byte
        return None
    version, layer = content[1] >> 3 & 3, content[1] >> 1 & 3
    bit_rate, sample_rate = content[2] >> 4, content[2] >> 2 & 3
    is_frame = content[1] >> 5 == 7 and version != 1 and layer == 1  # noqa: PLR2004 - sync, first bits
    return MediaType.MP3 if is_frame and bit_rate not in {0, 15} and sample_rate != 3 else None  # noqa: PLR2004 - reserved


def _compound(content: bytes) -> MediaType | None:
    """An OLE2 document is told by the name of its main stream; one with programs in it is refused."""
    if not content.startswith(_OLE2) or "_VBA_PROJECT".encode("utf-16-le") in content:
        return None
    for stream, found in _STREAMS.items():
        if f"{stream}\0".encode("utf-16-le") in content:
            return found
    return None


def _packed(content: bytes) -> MediaType | None:
    """A document that is a zip archive is told by its main part; one with programs in it is refused."""
    if not content.startswith(_ZIP):
        return None
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            names = archive.namelist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError, struct.error):
        return None
    if len(names) > _MOST_PARTS:
        return None
    if any(program in name.lower() for name in names for program in _PROGRAMS):
        return None
    return next((found for part, found in _PARTS.items() if part in names), None)


_LOOKS: tuple[Callable[[bytes], MediaType | None], ...] = (
    _riff,
    _boxed,
    _mpeg_audio,
    _compound,
    _packed,
)


def _is_text(content: bytes) -> bool:
    """Whether it is plain text of people, and neither a page nor a script."""
    for encoding in _encodings(content):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if _MARKED_UP.search(text[:_HEAD]):
            return False
        return all(
            sign in _PLAIN or unicodedata.category(sign) not in _NO_CHARACTERS for sign in text
        )
    return False


def _encodings(content: bytes) -> tuple[str, ...]:
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return ("utf-16",)
    return ("utf-8-sig", "gb18030")
