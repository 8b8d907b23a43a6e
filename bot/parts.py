"""A text that is longer than one message of Telegram's, in parts that end where a sentence does.

Laws: no part has more than 4096 UTF-16 units after parsing (the tighter of the two readings of Telegram's limit); what is bold or
quoted stays so in the next part; no character is lost; a mark that closes a sentence stays with it, and no number is cut in two.
"""

import re
from html import unescape

LONGEST = 4096  # Bot API, sendMessage: "1-4096 characters after entities parsing"
_PIECE = re.compile(r"</?[a-z]+(?: [^>]*)?>|&[#\w]+;|[^<&]|[<&]")
#: A point ends no sentence within a name (12348.gov.cn), a number (3.5) or a date (2026. 11. 23.).
_END = r"[。！？…\n]|[!?](?![A-Za-z\d])|(?<!\d)\.(?![A-Za-z\d])|(?<=\d)\.(?![A-Za-z\d]|\s*\d)"
_CLOSING = r"[”’」』）)》〉】\]»]|[\"'](?=[\s。！？!?…，,]|\Z)"
_SENTENCE = re.compile(f"(?:{_END})(?:{_END}|{_CLOSING})*")
_SPACE = re.compile(r"(?<!\d)(?<!\d[.,:])\s+|\s+(?![\d\s])")
_NUMBER = re.compile(r"\d(?:[.,:/-]?\d)*")
_EARLIEST = 0.5  # a sentence that ends before the middle of a part is no good place to cut
_AHEAD = 64  # characters behind a full part that tell what its last ones are


def parts(html: str, longest: int = LONGEST) -> list[str]:
    """The text in as few messages as it needs, in order."""
    if _units(unescape(re.sub(r"<[^>]*>", "", html))) <= longest:
        return [html]
    found: list[str] = []
    opened: list[str] = []
    pieces = _PIECE.findall(html)
    while pieces:
        taken = _fitting(pieces, longest)
        if taken < len(pieces):
            taken = _last_end(pieces, taken)
        part, pieces = pieces[:taken], pieces[taken:]
        head = "".join(opened)
        opened = _left_open([*opened, *part])
        tail = "".join(f"</{_name(tag)}>" for tag in reversed(opened))
        found.append(f"{head}{''.join(part)}{tail}")
    return [part for part in found if re.sub(r"<[^>]*>|\s", "", part)]


def _fitting(pieces: list[str], longest: int) -> int:
    """How many pieces make a full part."""
    length = 0
    for place, piece in enumerate(pieces):
        length += 0 if _is_tag(piece) else _units(unescape(piece))
        if length > longest:
            return place
    return len(pieces)


def _last_end(pieces: list[str], most: int) -> int:
    """How many of so many pieces are to be taken: up to where a sentence ends, and the tags that end with it."""
    places = [at for at, piece in enumerate(pieces[:most]) if not _is_tag(piece)]
    after = [piece for piece in pieces[most : most + _AHEAD] if not _is_tag(piece)]
    text = "".join(_seen(piece) for piece in [*(pieces[at] for at in places), *after])
    taken = places[_cut(text, len(places)) - 1] + 1
    while pieces[taken].startswith("</"):
        taken += 1
    return taken


def _cut(text: str, most: int) -> int:
    """Behind the last sentence of the first so many characters, else behind the last space, else where no number is cut."""
    for ending in (_SENTENCE, _SPACE):
        ends = [at for found in ending.finditer(text) if (at := found.end()) <= most]
        if ends and ends[-1] > most * _EARLIEST:
            return ends[-1]
    within = (found for found in _NUMBER.finditer(text) if found.start() < most < found.end())
    return next((found.start() for found in within), 0) or most


def _seen(piece: str) -> str:
    """The one character that stands for a piece."""
    character = unescape(piece)
    return character if len(character) == 1 else "x"


def _left_open(pieces: list[str]) -> list[str]:
    opened: list[str] = []
    for piece in pieces:
        if piece.startswith("</"):
            if opened:
                opened.pop()
        elif _is_tag(piece):
            opened.append(piece)
    return opened


def _is_tag(piece: str) -> bool:
    return len(piece) > 1 and piece[0] == "<"


def _name(tag: str) -> str:
    return tag.strip("<>").partition(" ")[0]


def _units(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2
