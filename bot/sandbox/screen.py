"""What a person sees: the messages of the chat as they stand now, and what can be tapped."""

from dataclasses import dataclass
from datetime import datetime

from bot.sandbox.chats import Chat, Kind, Post
from bot.sandbox.entities import to_html
from bot.sandbox.keyboards import MarkupKind
from bot.sandbox.refusal import JsonObject


@dataclass(frozen=True, slots=True)
class Button:
    """A button under a message, or a key of the reply keyboard."""

    label: str
    data: str | None = None
    url: str | None = None
    copy_text: str | None = None
    asks: str | None = None
    """`contact` or `location` on a key that sends one."""


Buttons = tuple[tuple[Button, ...], ...]


@dataclass(frozen=True, slots=True)
class Message:
    """A message as it stood when it was looked at."""

    id: int
    mine: bool
    """Written by the person who looks."""
    text: str
    """The text; the caption where it is not a text message."""
    html: str
    inline: Buttons
    reply_keyboard: bool
    """Sent with a reply keyboard."""
    edited: bool
    silent: bool
    pinned: bool
    kind: Kind
    caption: str | None
    at: datetime
    reply_to: int | None

    @property
    def labels(self) -> list[str]:
        """The labels of its inline buttons, in reading order."""
        return [button.label for row in self.inline for button in row]


@dataclass(frozen=True, slots=True)
class Target:
    """Where a tap goes: an inline button of a message, or a key of the reply keyboard (no message)."""

    button: Button
    message_id: int | None
    touched: int


class NothingToTapError(AssertionError):
    """There is no such button on the screen; the text lists what there is."""


def message(post: Post) -> Message:
    """A post as its reader sees it."""
    return Message(
        id=post.id,
        mine=not post.by_bot,
        text=post.text,
        html=to_html(post.text, post.entities),
        inline=tuple(tuple(button(b) for b in row) for row in post.inline),
        reply_keyboard=post.reply_markup is MarkupKind.REPLY,
        edited=post.edited_at is not None,
        silent=post.silent,
        pinned=post.pinned,
        kind=post.kind,
        caption=None if post.kind is Kind.TEXT else post.text,
        at=post.at,
        reply_to=post.reply_to,
    )


def button(wire: JsonObject) -> Button:
    """A button from the wire."""
    asks = "contact" if wire.get("request_contact") else None
    return Button(
        label=wire["text"],
        data=wire.get("callback_data"),
        url=wire.get("url"),
        copy_text=wire.get("copy_text", {}).get("text"),
        asks="location" if wire.get("request_location") else asks,
    )


def target(chat: Chat, label: str, message_id: int | None = None) -> Target:
    """What a tap on this label means: the label itself before a unique beginning, the newest first.

    The reply keyboard is as new as the message that brought it.

    Raises:
        NothingToTapError: no button, or several, would do.
    """
    tappable = list(_tappable(chat, message_id))
    for choice in tappable:
        if choice.button.label == label:
            return choice
    for touched in dict.fromkeys(choice.touched for choice in tappable):
        begun = [c for c in tappable if c.touched == touched and c.button.label.startswith(label)]
        if len(begun) == 1:
            return begun[0]
        if begun:
            raise NothingToTapError(f"{label!r} begins several buttons\n{on_screen(chat)}")
    raise NothingToTapError(f"nothing to tap is called {label!r}\n{on_screen(chat)}")


def _tappable(chat: Chat, message_id: int | None) -> list[Target]:
    posts = [p for p in chat.of_bot() if message_id in {None, p.id}]
    found = [
        Target(button(b), post.id, post.touched)
        for post in posts
        for row in post.inline
        for b in row
    ]
    if message_id is None:
        keys = (button(b) for row in chat.keyboard for b in row)
        found += [Target(key, None, chat.keyboard_touched) for key in keys]
    return sorted(found, key=lambda choice: -choice.touched)


def on_screen(chat: Chat, newest: int = 8) -> str:
    """The end of the chat in words, for error messages."""
    lines = [f"{chat.account.code} sees:"]
    for post in list(chat.posts.values())[-newest:]:
        who = "bot" if post.by_bot else "  I"
        rows = " / ".join(" ".join(f"[{b['text']}]" for b in row) for row in post.inline)
        said = post.text.replace("\n", " ⏎ ") or f"({post.kind})"
        lines.append(f"  {post.id} {who}: {said}" + (f"  {rows}" if rows else ""))
    keys = " / ".join(" ".join(f"[{b['text']}]" for b in row) for row in chat.keyboard)
    lines.append(f"  keyboard: {keys or 'none'}")
    return "\n".join(lines)
