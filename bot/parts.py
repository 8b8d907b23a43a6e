"""A text that is longer than one message of Telegram's, in parts that end where a sentence does.

Laws: no part has more than 4096 UTF-16 units after parsing (the tighter of the two readings of Telegram's limit); what is bold or
quoted stays so in the next part; no character is lost.
"""

import re
from html import unescape

LONGEST = 4096  # Bot API, sendMessage: "1-4096 characters after entities parsing"
_PIECE = re.compile(r"</?[a-z]+(?: [^>]*)?>|&[#\w]+;|[^<&]|[<&]")
_SENTENCE = re.compile(r"[。！？!?…\n]|\.(?=\s|$)")
_EARLIEST = 0.5  # a sentence that ends before the middle of a part is no good place to cut


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
            taken = _last_end(pieces[:taken])
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


def _last_end(pieces: list[str]) -> int:
    """Behind the last sentence, else behind the last space, else behind everything."""
    least = int(len(pieces) * _EARLIEST)
    for is_end in (_ends_sentence, str.isspace):
        for place in range(len(pieces), least, -1):
            if is_end(pieces[place - 1]):
                return place
    return len(pieces)


def _ends_sentence(piece: str) -> bool:
    return _SENTENCE.fullmatch(piece) is not None


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
