"""A message as it will be sent: text and keyboard. Plain values; telegram's own types are made at the very end."""

from dataclasses import dataclass
from html import escape

from telegram import (
    CopyTextButton,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    KeyboardButton,
    ReplyKeyboardMarkup,
    ReplyKeyboardRemove,
)

from handlers.answers import Answer, label
from handlers.buttons import Tap
from models.vocabulary import EvidenceKind

Markup = InlineKeyboardMarkup | ReplyKeyboardMarkup | ReplyKeyboardRemove

#: Answers that hand over more than a word.
_REQUESTS = {Answer.SEND_PLACE: "location", Answer.SEND_NUMBER: "contact"}


@dataclass(frozen=True, slots=True)
class Button:
    """An inline button: a tap of ours, a text to copy, or a link."""

    label: str
    tap: Tap | None = None
    copy: str | None = None
    url: str | None = None


@dataclass(frozen=True, slots=True)
class Shown:
    """A file that goes with a message, under Telegram's name for it and in the way in which it was sent."""

    kind: EvidenceKind
    file_id: str


@dataclass(frozen=True, slots=True)
class Card:
    """One message. `text` is HTML: everything from outside has passed `escape` (`safe`).

    `inline` and `answers` exclude each other; `forget` takes an old reply keyboard away.
    `choices` are data-named answers (places), one per row, above `answers`.
    """

    text: str
    language: str
    inline: tuple[tuple[Button, ...], ...] = ()
    answers: tuple[Answer, ...] = ()
    choices: tuple[str, ...] = ()
    forget: bool = False
    file: Shown | None = None
    picture: bytes | None = None  # drawn by us, and kept nowhere
    erase: tuple[int, ...] = ()
    pin: bool = False
    unpin: tuple[int, ...] = ()  # messages that are no longer to be found at the top

    def markup(self) -> Markup | None:
        """Telegram's form of the keyboard."""
        if self.inline:
            return InlineKeyboardMarkup(
                [[_inline(button) for button in row] for row in self.inline]
            )
        if self.answers or self.choices:
            rows = [[KeyboardButton(choice)] for choice in self.choices]
            rows += [[_reply(answer, self.language)] for answer in self.answers]
            return ReplyKeyboardMarkup(rows, resize_keyboard=True)
        return ReplyKeyboardRemove() if self.forget else None


def safe(text: str | None) -> str:
    """Somebody's words, made harmless for HTML, otherwise as written."""
    return escape(text or "", quote=False)


def _inline(button: Button) -> InlineKeyboardButton:
    if button.copy is not None:
        return InlineKeyboardButton(button.label, copy_text=CopyTextButton(button.copy))
    if button.url is not None:
        return InlineKeyboardButton(button.label, url=button.url)
    if button.tap is None:
        raise ValueError(f"a button without meaning: {button.label}")
    return InlineKeyboardButton(button.label, callback_data=button.tap.write())


def _reply(answer: Answer, language: str) -> KeyboardButton:
    asked = _REQUESTS.get(answer)
    return KeyboardButton(
        label(answer, language),
        request_location=True if asked == "location" else None,
        request_contact=True if asked == "contact" else None,
    )
