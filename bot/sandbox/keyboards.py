"""Keyboards under a message: what Telegram accepts, and what stands on the screen afterwards.

Limits: 100 inline buttons, 8 a row (python-telegram-bot `InlineKeyboardMarkupLimit`); callback data 1-64
bytes; copied text 1-256 (Bot API 10.1). Telegram cuts or ignores some of these silently: here they are refused.
"""

from dataclasses import dataclass
from enum import StrEnum

from bot.sandbox.refusal import JsonObject, bad

MOST_BUTTONS = 100
MOST_IN_A_ROW = 8
LONGEST_DATA_BYTES = 64
LONGEST_COPY = 256

Rows = tuple[tuple[JsonObject, ...], ...]
"""Buttons as they came over the wire, row by row."""


class MarkupKind(StrEnum):
    """What a reply_markup is."""

    NONE = "none"
    INLINE = "inline"
    REPLY = "reply"
    REMOVE = "remove"
    FORCE_REPLY = "force_reply"


@dataclass(frozen=True, slots=True)
class Markup:
    """A reply_markup that was accepted."""

    kind: MarkupKind
    rows: Rows = ()
    once: bool = False


NOTHING = Markup(MarkupKind.NONE)


def accepted(markup: JsonObject | None) -> Markup:
    """The markup of a sent message.

    Raises:
        Refusal: a button or the whole is not what Telegram takes.
    """
    if not markup:
        return NOTHING
    if "inline_keyboard" in markup:
        return Markup(MarkupKind.INLINE, inline_rows(markup))
    if "keyboard" in markup:
        rows = _rows(markup["keyboard"])
        if not rows or any(not button["text"] for row in rows for button in row):
            raise bad("can't parse reply keyboard markup: empty button or keyboard", blame=True)
        return Markup(MarkupKind.REPLY, rows, once=bool(markup.get("one_time_keyboard")))
    if "remove_keyboard" in markup:
        return Markup(MarkupKind.REMOVE)
    return Markup(MarkupKind.FORCE_REPLY)


def inline_rows(markup: JsonObject | None) -> Rows:
    """The rows of an inline keyboard; none when there is none."""
    if not markup:
        return ()
    rows = _rows(markup["inline_keyboard"])
    count = sum(len(row) for row in rows)
    if count > MOST_BUTTONS or any(len(row) > MOST_IN_A_ROW for row in rows):
        raise bad("REPLY_MARKUP_TOO_LONG", blame=True)
    for row in rows:
        for button in row:
            _check_inline(button)
    return rows


def _rows(rows: list[list[JsonObject]]) -> Rows:
    return tuple(tuple(row) for row in rows if row)


def _check_inline(button: JsonObject) -> None:
    if not button["text"].strip():
        raise bad("can't parse inline keyboard button: Text is empty", blame=True)
    actions = [name for name in button if name not in {"text", "style", "icon_custom_emoji_id"}]
    if not actions:
        raise bad(
            "can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard",
            blame=True,
        )
    if len(actions) > 1:
        raise bad("can't parse inline keyboard button: more than one action", blame=True)
    if "callback_data" in button:
        size = len(button["callback_data"].encode())
        if not 1 <= size <= LONGEST_DATA_BYTES:
            raise bad("BUTTON_DATA_INVALID", blame=True)
    if "copy_text" in button and not 1 <= len(button["copy_text"]["text"]) <= LONGEST_COPY:
        raise bad("BUTTON_COPY_TEXT_INVALID", blame=True)
    if "url" in button and "." not in button["url"] and "://" not in button["url"]:
        raise bad(
            f"inline keyboard button URL '{button['url']}' is invalid: Wrong HTTP URL", blame=True
        )
