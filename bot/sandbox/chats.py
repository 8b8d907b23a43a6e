"""What Telegram remembers: people, their private chats with the bot, and the messages in them.

Law: message ids are unique in a chat only, and small, so that two chats have the same ones.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from bot.sandbox.keyboards import Markup, MarkupKind, Rows
from bot.sandbox.refusal import JsonObject


class Kind(StrEnum):
    """What a message carries."""

    TEXT = "text"
    PHOTO = "photo"
    VOICE = "voice"
    DOCUMENT = "document"
    AUDIO = "audio"
    VIDEO = "video"
    ANIMATION = "animation"
    LOCATION = "location"
    CONTACT = "contact"


@dataclass(slots=True)
class Post:
    """A message as it stands in the chat now."""

    id: int
    by_bot: bool
    at: datetime
    kind: Kind
    text: str
    """The text, or the caption of what is not text."""
    entities: list[JsonObject] = field(default_factory=list)
    carried: JsonObject = field(default_factory=dict)
    """What the kind adds on the wire, and where it was forwarded from."""
    inline: Rows = ()
    reply_markup: MarkupKind = MarkupKind.NONE
    reply_to: int | None = None
    silent: bool = False
    pinned: bool = False
    edited_at: datetime | None = None
    touched: int = 0
    """Order of the newest change, by which the newest screen is found."""
    update_id: int | None = None
    """Under which the bot hears of it; a person's message that the bot has fetched is read."""

    @property
    def editable(self) -> bool:
        """The bot may edit its messages without a markup or with an inline keyboard (Bot API)."""
        return self.by_bot and self.reply_markup in {MarkupKind.NONE, MarkupKind.INLINE}


@dataclass(slots=True)
class Account:
    """A person as Telegram knows them."""

    code: str
    id: int
    first_name: str
    last_name: str | None
    language_code: str | None

    def user(self) -> JsonObject:
        """The User object."""
        return {
            "id": self.id,
            "is_bot": False,
            **self._names(),
            **({"language_code": self.language_code} if self.language_code else {}),
        }

    def chat(self) -> JsonObject:
        """The Chat object of the private chat."""
        return {"id": self.id, **self._names(), "type": "private"}

    def _names(self) -> JsonObject:
        last = {"last_name": self.last_name} if self.last_name else {}
        return {"first_name": self.first_name, **last}


@dataclass(slots=True)
class Chat:
    """One person's private chat with the bot."""

    account: Account
    instance: str
    next_id: int
    started: bool = False
    blocked: bool = False
    deactivated: bool = False
    posts: dict[int, Post] = field(default_factory=dict)
    keyboard: Rows = ()
    """The reply keyboard in force."""
    keyboard_once: bool = False
    keyboard_touched: int = 0
    touches: int = 0
    heard: list[str] = field(default_factory=list)
    """Every text of the bot in order, edits included."""
    actions: list[str] = field(default_factory=list)
    """What the bot said it was doing (sendChatAction)."""
    acting_since: int = -1
    """How many changes there were when it last said so: another change ends it."""
    alerts: list[str] = field(default_factory=list)
    """Texts with which the bot answered taps."""

    def add(self, post: Post) -> Post:
        """Put a message at the end; it gets its number here."""
        post.id = self.next_id
        self.next_id += 1
        self.touch(post)
        self.posts[post.id] = post
        return post

    def touch(self, post: Post) -> None:
        """This message changed last."""
        self.touches += 1
        post.touched = self.touches

    def show(self, markup: Markup) -> None:
        """Let a sent markup change the reply keyboard in force."""
        if markup.kind is MarkupKind.REPLY:
            self.keyboard, self.keyboard_once = markup.rows, markup.once
            self.keyboard_touched = self.touches
        elif markup.kind is MarkupKind.REMOVE:
            self.keyboard = ()

    def of_bot(self) -> Iterator[Post]:
        """The bot's messages, the newest change first."""
        mine = [post for post in self.posts.values() if post.by_bot]
        return iter(sorted(mine, key=lambda post: -post.touched))

    def of_person(self) -> Iterator[Post]:
        """The person's messages, the newest first."""
        return (post for post in reversed(self.posts.values()) if not post.by_bot)

    def wire(self, post: Post, bot: JsonObject) -> JsonObject:
        """The Message object; of keyboards it carries only inline ones."""
        message: JsonObject = {
            "message_id": post.id,
            "from": bot if post.by_bot else self.account.user(),
            "chat": self.account.chat(),
            "date": int(post.at.timestamp()),
            **post.carried,
        }
        if post.edited_at is not None:
            message["edit_date"] = int(post.edited_at.timestamp())
        is_text = post.kind is Kind.TEXT
        if post.text:
            message["text" if is_text else "caption"] = post.text
        if post.entities:
            message["entities" if is_text else "caption_entities"] = post.entities
        if post.inline:
            message["reply_markup"] = {"inline_keyboard": [list(row) for row in post.inline]}
        answered = self.posts.get(post.reply_to) if post.reply_to is not None else None
        if answered is not None:
            message["reply_to_message"] = self._quoted(answered, bot)
        return message

    def _quoted(self, post: Post, bot: JsonObject) -> JsonObject:
        whole = self.wire(post, bot)
        whole.pop("reply_to_message", None)  # Telegram nests one deep
        return whole
