"""Formatted text: HTML into text and entities (offsets in UTF-16 units), with Telegram's errors, and back.

Wording of the errors and rules of nesting after tdlib's MessageEntity.cpp; offsets in errors are bytes.
"""

import html
import re
import sys
from dataclasses import dataclass, field

from bot.sandbox.refusal import JsonObject, Refusal, bad

_SIMPLE = {
    "b": "bold", "strong": "bold", "i": "italic", "em": "italic", "u": "underline", "ins": "underline",
    "s": "strikethrough", "strike": "strikethrough", "del": "strikethrough",
    "tg-spoiler": "spoiler", "code": "code", "pre": "pre", "blockquote": "blockquote",
}  # fmt: skip
_TAGS = frozenset({*_SIMPLE, "a", "span", "tg-emoji"})
_REFERENCE = re.compile(r"&(?:#(\d{1,7})|#x([0-9a-fA-F]{1,6})|(lt|gt|amp|quot));")
_NAMED = {"lt": "<", "gt": ">", "amp": "&", "quot": '"'}
_TAG_NAME = re.compile(r"[^\s>/]*")
_ATTRIBUTE = re.compile(
    r"\s*([A-Za-z0-9_.:-]+)(?:\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s\"'>]+)))?"
)
_COMMAND = re.compile(r"(?<![\w/<>])/[A-Za-z0-9_]{1,64}(?:@[A-Za-z0-9_]{3,32})?(?![\w/])")
_URL = re.compile(r"https?://[^\s<>\"，。；）]+")


@dataclass(slots=True)
class _Open:
    """A tag that waits for its end."""

    tag: str
    at: int
    entity: JsonObject = field(default_factory=dict)


def utf16_length(text: str) -> int:
    """Length in UTF-16 units, as Telegram counts entities."""
    return len(text.encode("utf-16-le")) // 2


def parse_html(source: str) -> tuple[str, list[JsonObject]]:
    """The text and entities of Telegram's HTML.

    Raises:
        Refusal: "can't parse entities", as Telegram says it.
    """
    reader = _Reader(source)
    return reader.read()


class _Reader:
    def __init__(self, source: str) -> None:
        self.source = source
        self.place = 0
        self.text: list[str] = []
        self.length = 0
        self.open: list[_Open] = []
        self.entities: list[JsonObject] = []

    def read(self) -> tuple[str, list[JsonObject]]:
        while self.place < len(self.source):
            stop = _next_special(self.source, self.place)
            self._say(self.source[self.place : stop])
            self.place = stop
            if stop == len(self.source):
                break
            if self.source[stop] == "&":
                self._reference()
            elif self.source.startswith("</", stop):
                self._end_tag()
            else:
                self._start_tag()
        if self.open:
            raise _parse_error(
                f'Can\'t find end tag corresponding to start tag "{self.open[-1].tag}"'
            )
        self.entities.reverse()  # of two with the same text the outer one, which closed later, leads
        self.entities.sort(key=lambda e: (e["offset"], -e["length"]))
        once = [e for place, e in enumerate(self.entities) if e not in self.entities[:place]]
        return "".join(self.text), once

    def _say(self, text: str) -> None:
        self.text.append(text)
        self.length += utf16_length(text)

    def _bytes(self, place: int) -> int:
        return len(self.source[:place].encode())

    def _reference(self) -> None:
        found = _REFERENCE.match(self.source, self.place)
        if not found:
            self._say("&")
            self.place += 1
            return
        decimal, hexadecimal, name = found.groups()
        code = int(decimal) if decimal else int(hexadecimal, 16) if hexadecimal else 0
        if name or 0 < code <= sys.maxunicode:
            self._say(_NAMED[name] if name else chr(code))
        else:
            self._say(found.group())
        self.place = found.end()

    def _start_tag(self) -> None:
        begin = self.place
        named = _TAG_NAME.match(self.source, begin + 1)
        tag = named.group().lower() if named else ""
        after = begin + 1 + len(tag)
        if after >= len(self.source):
            raise _parse_error(f"Unclosed start tag at byte offset {self._bytes(begin)}")
        if tag not in _TAGS:
            raise _parse_error(
                f'Unsupported start tag "{tag}" at byte offset {self._bytes(begin)}'
            )
        attributes, close = self._attributes(after, tag, begin)
        self.place = close + 1
        self.open.append(_Open(tag, self.length, self._entity(tag, attributes, begin)))

    def _attributes(self, place: int, tag: str, begin: int) -> tuple[dict[str, str], int]:
        found: dict[str, str] = {}
        while True:
            while place < len(self.source) and self.source[place].isspace():
                place += 1
            if place >= len(self.source):
                raise _parse_error(f"Unclosed start tag at byte offset {self._bytes(begin)}")
            if self.source[place] == ">":
                return found, place
            pair = _ATTRIBUTE.match(self.source, place)
            if not pair:
                raise _parse_error(
                    f'Empty attribute name in the tag "{tag}" at byte offset {self._bytes(begin)}'
                )
            value = next((part for part in pair.groups()[1:] if part is not None), "")
            found[pair.group(1).lower()] = html.unescape(value)
            place = pair.end()

    def _entity(self, tag: str, attributes: dict[str, str], begin: int) -> JsonObject:
        if tag == "a":
            url = attributes.get("href", "")
            return {"type": "text_link", "url": url} if url else {}
        if tag == "span":
            if attributes.get("class") != "tg-spoiler":
                raise _parse_error(
                    f'Tag "span" must have class "tg-spoiler" at byte offset {self._bytes(begin)}'
                )
            return {"type": "spoiler"}
        if tag == "tg-emoji":
            if not attributes.get("emoji-id", "").isdigit():
                raise _parse_error("Invalid custom emoji identifier specified")
            return {"type": "custom_emoji", "custom_emoji_id": attributes["emoji-id"]}
        if tag == "blockquote" and "expandable" in attributes:
            return {"type": "expandable_blockquote"}
        return {"type": _SIMPLE[tag], **_language(tag, attributes)}

    def _end_tag(self) -> None:
        begin = self.place
        close = self.source.find(">", begin)
        if not self.open:
            raise _parse_error(f"Unexpected end tag at byte offset {self._bytes(begin)}")
        if close < 0:
            raise _parse_error(f"Unclosed end tag at byte offset {self._bytes(begin)}")
        tag = self.source[begin + 2 : close].strip().lower()
        opened = self.open.pop()
        if tag and tag != opened.tag:
            raise _parse_error(
                f"Unmatched end tag at byte offset {self._bytes(begin)}, "
                f'expected "</{opened.tag}>", found "</{tag}>"'
            )
        self.place = close + 1
        if opened.entity and self.length > opened.at:
            self._keep({**opened.entity, "offset": opened.at, "length": self.length - opened.at})

    def _keep(self, entity: JsonObject) -> None:
        if entity["type"] == "pre" and self.entities and self.entities[-1]["type"] == "code":
            inner = self.entities[-1]
            if (inner["offset"], inner["length"]) == (entity["offset"], entity["length"]):
                self.entities.pop()
                entity.update({k: v for k, v in inner.items() if k == "language"})
        elif entity["type"] == "code" and not any(o.tag == "pre" for o in self.open):
            entity.pop("language", None)
        self.entities.append(entity)


def _language(tag: str, attributes: dict[str, str]) -> JsonObject:
    named = attributes.get("class", "")
    if tag == "code" and named.startswith("language-"):
        return {"language": named.removeprefix("language-")}
    return {}


def _next_special(source: str, place: int) -> int:
    found = [at for at in (source.find("<", place), source.find("&", place)) if at >= 0]
    return min(found, default=len(source))


def _parse_error(why: str) -> Refusal:
    return bad(f"can't parse entities: {why}", blame=True)


def trimmed(text: str, entities: list[JsonObject]) -> tuple[str, list[JsonObject]]:
    """Text without white space around it, entities moved along, as Telegram stores it."""
    lead = len(text) - len(text.lstrip())
    body = text.strip()
    if len(body) == len(text):
        return text, entities
    end = utf16_length(body)
    kept: list[JsonObject] = []
    for entity in entities:
        start = max(0, entity["offset"] - lead)  # white space is one unit a character
        stop = min(end, entity["offset"] + entity["length"] - lead)
        if stop > start:
            kept.append({**entity, "offset": start, "length": stop - start})
    return body, kept


def check_entities(text: str, entities: list[JsonObject]) -> None:
    """Refuse entities that point outside of the text."""
    end = utf16_length(text)
    for entity in entities:
        if entity["offset"] < 0 or entity["length"] <= 0:
            raise _parse_error("Entity offset or length is wrong")
        if entity["offset"] + entity["length"] > end:
            raise _parse_error(f"Entity of type {entity['type']} points outside of the text")


def found_in(text: str) -> list[JsonObject]:
    """The entities that Telegram finds by itself in plain text: commands and addresses."""
    if "/" not in text:
        return []
    found = [("bot_command", m) for m in _COMMAND.finditer(text)]
    found += [("url", m) for m in _URL.finditer(text)]
    urls = [m.span() for kind, m in found if kind == "url"]
    return [
        {
            "type": kind,
            "offset": utf16_length(text[: m.start()]),
            "length": utf16_length(m.group()),
        }
        for kind, m in sorted(found, key=lambda pair: pair[1].start())
        if kind == "url" or not any(a <= m.start() < b for a, b in urls)
    ]


_BACK = {
    "bold": "b", "italic": "i", "underline": "u", "strikethrough": "s", "spoiler": "tg-spoiler",
    "code": "code", "pre": "pre", "blockquote": "blockquote",
}  # fmt: skip


def to_html(text: str, entities: list[JsonObject]) -> str:
    """The text with its formatting as HTML, for looking at."""
    units = text.encode("utf-16-le")
    marks: dict[int, list[str]] = {}
    for entity in entities:
        tags = _tags(entity)
        if tags:
            start, stop = entity["offset"], entity["offset"] + entity["length"]
            marks.setdefault(start, []).append(tags[0])
            marks.setdefault(stop, []).insert(0, tags[1])
    places = sorted({0, len(units) // 2, *marks})
    parts: list[str] = []
    for here, there in zip(places, [*places[1:], places[-1]], strict=True):
        parts += marks.get(here, [])
        parts.append(html.escape(units[here * 2 : there * 2].decode("utf-16-le"), quote=False))
    return "".join(parts)


def _tags(entity: JsonObject) -> tuple[str, str] | None:
    if entity["type"] == "text_link":
        return f'<a href="{html.escape(entity["url"])}">', "</a>"
    if entity["type"] == "expandable_blockquote":
        return "<blockquote expandable>", "</blockquote>"
    name = _BACK.get(entity["type"])
    return (f"<{name}>", f"</{name}>") if name else None
