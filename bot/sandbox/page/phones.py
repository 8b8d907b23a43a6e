"""What one phone shows: its owner, the messages of the chat, the keys, and what the owner waits for.

Law: everything is read off the sandbox's state at the moment of looking; the page remembers nothing of its own.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from bot.sandbox.chats import Chat, Kind, Post
from bot.sandbox.page.rich import rich
from bot.sandbox.screen import Buttons, button
from bot.sandbox.state import Telegram
from bot.sandbox.transcript import CIVIL_ZONE

PAGE = 40
"""Messages of a chat that are shown at first, and added at a time."""
_FILES = (Kind.PHOTO, Kind.VOICE, Kind.DOCUMENT, Kind.AUDIO, Kind.VIDEO, Kind.ANIMATION)
"""Kinds that carry a file, by the name under which it goes over the wire."""
_SNIPPET = 60
_START = "/start"


@dataclass(frozen=True, slots=True)
class FileView:
    """A file that can be looked at or fetched."""

    path: str | None
    name: str
    size: int
    seconds: int


@dataclass(frozen=True, slots=True)
class Pin:
    """A place, on the map and in degrees."""

    latitude: float
    longitude: float


@dataclass(frozen=True, slots=True)
class PostView:
    """One bubble."""

    id: int
    sign: str
    """Another sign is another look."""
    mine: bool
    kind: Kind
    body: Markup
    day: str
    hour: str
    iso: str
    edited: bool
    silent: bool
    pinned: bool
    read: bool
    rows: Buttons
    quoted: str | None
    forwarded: str | None
    file: FileView | None
    pin: Pin | None
    card: tuple[str, str] | None


@dataclass(frozen=True, slots=True)
class PhoneView:
    """One phone."""

    code: str
    name: str
    language: str
    """As HTML names what the phone's owner reads."""
    mode: str
    """new (START not pressed), open, or blocked."""
    typing: bool
    waiting: bool
    posts: tuple[PostView, ...]
    first: int
    """The first message shown; what is older is loaded on demand."""
    earlier: bool
    keys: Buttons
    commands: tuple[tuple[str, str], ...]
    description: str
    pinned: PostView | None


def phone(telegram: Telegram, chat: Chat, name: str, since: int | None = None) -> PhoneView:
    """The phone as it is now, from message `since` on, or with the last messages."""
    posts = list(chat.posts.values())
    shown = [one for one in posts if since is None or one.id >= since]
    if since is None:
        shown = shown[-PAGE:]
    views = tuple(post_view(telegram, chat, one) for one in shown)
    pinned = [one for one in posts if one.pinned]
    language = (chat.account.language_code or "").partition("-")[0]
    waits = any(not one.by_bot and not _read(telegram, one) for one in shown[-PAGE:])
    return PhoneView(
        code=chat.account.code,
        name=name,
        language="ko-CN" if language == "ko" else "zh-CN",
        mode="blocked" if chat.blocked else "open" if chat.started else "new",
        typing=chat.acting_since == chat.touches and bool(chat.actions),
        waiting=waits or _tap_waits(telegram, chat),
        posts=views,
        first=shown[0].id if shown else since or 0,
        earlier=len(shown) < len(posts),
        keys=tuple(tuple(button(one) for one in row) for row in chat.keyboard),
        commands=tuple(_commands(telegram, language)),
        description=_told(telegram.profile.descriptions, language),
        pinned=post_view(telegram, chat, pinned[-1]) if pinned else None,
    )


def earlier(telegram: Telegram, chat: Chat, before: int) -> tuple[tuple[PostView, ...], bool]:
    """The messages before one, and whether there are more before them."""
    older = [one for one in chat.posts.values() if one.id < before]
    views = tuple(post_view(telegram, chat, one) for one in older[-PAGE:])
    return views, len(older) > PAGE


def post_view(telegram: Telegram, chat: Chat, post: Post) -> PostView:
    at = post.at.astimezone(CIVIL_ZONE)
    read = _read(telegram, post)
    origin = post.carried.get("forward_origin")
    card = post.carried.get("contact")
    place = post.carried.get("location")
    quoted = chat.posts.get(post.reply_to) if post.reply_to is not None else None
    return PostView(
        id=post.id,
        sign=f"{post.touched}.{int(post.pinned)}{int(read)}",
        mine=not post.by_bot,
        kind=post.kind,
        body=rich(_shown(post), post.entities, telegram.bot["username"]),
        day=f"{at:%Y-%m-%d}",
        hour=f"{at:%H:%M}",
        iso=at.isoformat(),
        edited=post.edited_at is not None,
        silent=post.silent,
        pinned=post.pinned,
        read=read,
        rows=tuple(tuple(button(one) for one in row) for row in post.inline),
        quoted=None if quoted is None else quoted.text[:_SNIPPET],
        forwarded=None if origin is None else origin["sender_user_name"],
        file=_file(telegram, post),
        pin=None if place is None else Pin(place["latitude"], place["longitude"]),
        card=None if card is None else (card["first_name"], card["phone_number"]),
    )


def _read(telegram: Telegram, post: Post) -> bool:
    return post.update_id is not None and post.update_id < telegram.updates.confirmed


def _tap_waits(telegram: Telegram, chat: Chat) -> bool:
    waiting = (one.wire.get("callback_query") for one in telegram.updates.waiting)
    return any(tap is not None and tap["from"]["id"] == chat.account.id for tap in waiting)


def _shown(post: Post) -> str:
    """What stands in the bubble: of a START behind a link Telegram shows no more than the command."""
    return _START if not post.by_bot and post.text.startswith(f"{_START} ") else post.text


def _file(telegram: Telegram, post: Post) -> FileView | None:
    if post.kind not in _FILES:
        return None
    carried: Any = post.carried.get(post.kind.value)
    largest = carried[-1] if isinstance(carried, list) else carried
    if largest is None:
        return None
    kept = telegram.files.shown(largest["file_id"])
    return FileView(
        path=None if kept is None else kept.path,
        name=largest.get("file_name", ""),
        size=largest.get("file_size", 0),
        seconds=largest.get("duration", 0),
    )


def _commands(telegram: Telegram, language: str) -> Iterator[tuple[str, str]]:
    """The menu as Telegram picks it: the person's language, else that for everybody."""
    known = telegram.profile.commands
    chosen: list[dict[str, str]] = []
    for (scope, code), commands in known.items():
        if '"default"' in scope and code in {language, ""} and (not chosen or code == language):
            chosen = commands
    yield from ((one["command"], one["description"]) for one in chosen)


def _told(by_language: dict[str, str], language: str) -> str:
    return by_language.get(language) or by_language.get("", "")
