"""What a person sent, as plain values: the only place that reads telegram's message types."""

import unicodedata
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from telegram import Message, Update

from cases.actions.evidence import Sent
from models.vocabulary import EvidenceKind


class Kind(StrEnum):
    """The kinds of messages that conversations tell apart."""

    TEXT = "text"
    COMMAND = "command"
    VOICE = "voice"
    PHOTO = "photo"
    DOCUMENT = "document"
    LOCATION = "location"
    CONTACT = "contact"
    TAP = "tap"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Heard:
    """One message or tap. `text` holds the caption where there is one; `data` is a tap's callback data."""

    update_id: int
    telegram_id: int
    kind: Kind
    message_id: int
    text: str = ""
    data: str = ""
    file: Sent | None = None
    album: str | None = None
    place: tuple[float, float] | None = None
    phone: str | None = None  # the sender's own, from the key that asks for it
    reply_to: int | None = None
    forwarded: bool = False
    edited: bool = False
    language_code: str | None = None

    @classmethod
    def of(cls, update: Update) -> "Heard | None":
        """Read an update; None when it is nobody's private message or tap."""
        if update.callback_query is not None:
            return _tap(update)
        message = update.effective_message
        if message is None or update.effective_user is None or message.chat.type != "private":
            return None
        return _message(update, message)


def _tap(update: Update) -> Heard | None:
    query = update.callback_query
    if query is None or query.message is None or query.message.chat.type != "private":
        return None
    return Heard(
        update_id=update.update_id,
        telegram_id=query.from_user.id,
        kind=Kind.TAP,
        message_id=query.message.message_id,
        data=query.data or "",
        language_code=query.from_user.language_code,
    )


def _message(update: Update, message: Message) -> Heard:
    user = update.effective_user
    text = _whole(message.text or message.caption or _card_in(message))
    text = text if _is_readable(text) else ""
    return Heard(
        update_id=update.update_id,
        telegram_id=user.id if user else message.chat.id,
        kind=_kind(message),
        message_id=message.message_id,
        text=text,
        file=_file(message),
        album=message.media_group_id,
        place=(message.location.latitude, message.location.longitude)
        if message.location
        else None,
        phone=message.contact.phone_number if message.contact and _is_own(message) else None,
        reply_to=message.reply_to_message.message_id if message.reply_to_message else None,
        forwarded=message.forward_origin is not None,
        edited=update.edited_message is not None,
        language_code=user.language_code if user else None,
    )


def _is_own(message: Message) -> bool:
    """Whether the card of a contact is the sender's own; any other says only whose number it is."""
    user, card = message.from_user, message.contact
    return card is not None and user is not None and card.user_id == user.id


def _card_in(message: Message) -> str:
    """A card of somebody else, as words: it may belong to the report, and is nobody's own number."""
    card = message.contact
    if card is None or _is_own(message):
        return ""
    return " ".join(part for part in (card.first_name, card.last_name, card.phone_number) if part)


def _is_readable(text: str) -> bool:
    """Whether an eye sees anything: not spaces, joiners and marks of direction alone."""
    return any(unicodedata.category(letter)[0] not in "CZ" for letter in text)


def _whole(text: str) -> str:
    """Half a character, from a broken phone, can neither be stored nor sent: it is marked as one. All else is as written."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


#: Which of Telegram's fields makes which kind; the first that is there counts.
_KINDS = {
    "voice": Kind.VOICE,
    "audio": Kind.DOCUMENT,
    "photo": Kind.PHOTO,
    "document": Kind.DOCUMENT,  # animations too: Telegram names them twice
    "video": Kind.DOCUMENT,
    "location": Kind.LOCATION,
    "contact": Kind.CONTACT,
}


def _kind(message: Message) -> Kind:
    for field, kind in _KINDS.items():
        if getattr(message, field):
            return kind
    if message.text is None or not _is_readable(message.text):
        return Kind.OTHER
    return Kind.COMMAND if message.text.startswith("/") else Kind.TEXT


#: How each of Telegram's files was sent, and so is shown again; the first that is there counts.
_FILES = {
    "voice": EvidenceKind.VOICE,
    "audio": EvidenceKind.AUDIO,
    "video": EvidenceKind.VIDEO,
    "animation": EvidenceKind.ANIMATION,
    "document": EvidenceKind.DOCUMENT,
}


def _file(message: Message) -> Sent | None:
    if message.photo:
        largest = message.photo[-1]
        return Sent(EvidenceKind.PHOTO, largest.file_id, largest.file_unique_id, largest.file_size)
    for field, kind in _FILES.items():
        file = getattr(message, field)
        if file:
            return Sent(
                kind,
                file.file_id,
                file.file_unique_id,
                file.file_size,
                _seconds(getattr(file, "duration", None)),
                getattr(file, "file_name", None),
            )
    return None


def _seconds(length: object) -> int | None:
    """Telegram's durations come as spans of time, or as whole seconds."""
    if isinstance(length, timedelta):
        return int(length.total_seconds())
    return int(str(length)) if length is not None else None
