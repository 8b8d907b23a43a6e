"""The pages' own font: one face of Noto Sans CJK, with Hanzi and Hangul, cut out of the collection that the font package ships.

Law: browsers read no collections, so the one face gets a table of contents of its own; its outlines stay untouched (OFL-1.1).
"""

import struct
from functools import cache
from importlib import resources

_COLLECTION = "NotoSansCJK-VF.otf.ttc"
_SIMPLIFIED = 2  # the collection's order: JP, KR, SC, TC, HK; SC draws Hanzi as in the mainland, and has all Hangul
_ALIGNED = 4  # bytes, as the OpenType specification wants tables


@cache
def face() -> bytes:
    """An OpenType font (about 30 MB)."""
    whole = resources.files("manimgx_fonts_cjk").joinpath(_COLLECTION).read_bytes()
    (start,) = struct.unpack_from(">L", whole, 12 + 4 * _SIMPLIFIED)
    (count,) = struct.unpack_from(">H", whole, start + 4)
    place = 12 + 16 * count
    head, body = [whole[start : start + 12]], []
    for number in range(count):
        tag, checksum, offset, length = struct.unpack_from(
            ">4sLLL", whole, start + 12 + 16 * number
        )
        table = whole[offset : offset + length]
        head.append(struct.pack(">4sLLL", tag, checksum, place, length))
        body.append(table.ljust(-(-length // _ALIGNED) * _ALIGNED, b"\0"))
        place += len(body[-1])
    return b"".join(head + body)
