"""A message's text with its formatting as safe HTML, from the entities that the sandbox keeps.

Laws: every character is escaped; nothing but the tags named here is ever written; no address becomes a link, so that
no tap leaves this machine, but the practice office's own on it: a deep link of the bot presses START here, a command is sent here.
"""

import re
from collections.abc import Iterator

from markupsafe import Markup, escape

from bot.sandbox.refusal import JsonObject

_TAGS = {
    "bold": "strong", "italic": "em", "underline": "u", "strikethrough": "s", "code": "code", "pre": "pre",
    "blockquote": "blockquote", "expandable_blockquote": "blockquote",
}  # fmt: skip
_START = re.compile(r"https?://t\.me/(\w+)\?start=([A-Za-z0-9_-]{1,64})")
#: The one address besides that leads anywhere here: the practice office's tables (bot/backoffice), on this machine.
_OFFICE = re.compile(r"http://127\.0\.0\.1:\d+/backoffice/enter/[\w-]+")


def rich(text: str, entities: list[JsonObject], bot: str) -> Markup:
    """The text as HTML; `bot` is the bot's name after the @."""
    units = text.encode("utf-16-le")
    ordered = sorted(entities, key=lambda one: (one["offset"], -one["length"]))
    return Markup("").join(_pieces(units, 0, len(units) // 2, ordered, bot))


def _pieces(
    units: bytes, start: int, stop: int, entities: list[JsonObject], bot: str
) -> Iterator[Markup]:
    here = start
    while entities:
        entity, *entities = entities
        begin = max(entity["offset"], here)
        end = min(entity["offset"] + entity["length"], stop)
        if end <= begin:
            continue
        yield _plain(units, here, begin)
        inside = [one for one in entities if one["offset"] < end]
        entities = [one for one in entities if one["offset"] >= end]
        body = Markup("").join(_pieces(units, begin, end, inside, bot))
        yield _dressed(entity, body, _plain(units, begin, end), bot)
        here = end
    yield _plain(units, here, stop)


def _plain(units: bytes, start: int, stop: int) -> Markup:
    return escape(units[start * 2 : stop * 2].decode("utf-16-le", errors="replace"))


def _dressed(entity: JsonObject, body: Markup, words: Markup, bot: str) -> Markup:
    kind = entity["type"]
    if kind in _TAGS:
        tag = Markup(_TAGS[kind])  # noqa: S704 - a word of the table above
        return Markup("<{0}>{1}</{0}>").format(tag, body)
    if kind == "spoiler":
        return Markup('<span class="spoiler" tabindex="0">{}</span>').format(body)
    if kind == "bot_command":
        return Markup('<button type="button" class="link" data-say="{0}">{0}</button>').format(
            words
        )
    if kind in {"text_link", "url"}:
        return _led(entity.get("url") or words.unescape(), body, bot)
    return body


def _led(address: str, body: Markup, bot: str) -> Markup:
    """Where an address leads here."""
    found = _START.fullmatch(address)
    if found and found[1] == bot:
        return Markup('<button type="button" class="link" data-start="{}">{}</button>').format(
            found[2], body
        )
    if _OFFICE.fullmatch(address):
        link = Markup('<a class="address" href="{}" target="_blank" rel="noopener">{}</a>')
        return link.format(address, body)
    return Markup('<span class="address" title="{}">{}</span>').format(address, body)
