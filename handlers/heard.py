"""What a person sent, as plain values: the only place that reads telegram's message types."""

from dataclasses import dataclass
from enum import StrEnum

from telegram import Message, Update


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
class File:
    """A file as Telegram names it."""

    file_id: str
    unique_id: str
    size: int | None
    seconds: int | None = None
    name: str | None = None


@dataclass(frozen=True, slots=True)
class Heard:
    """One message or tap. `text` holds the caption where there is one; `data` is a tap's callback data."""

    update_id: int
    telegram_id: int
    kind: Kind
    message_id: int
    text: str = ""
    data: str = ""
    file: File | None = None
    place: tuple[float, float] | None = None
    phone: str | None = None
    own_contact: bool = False
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
    text = message.text or message.caption or ""
    return Heard(
        update_id=update.update_id,
        telegram_id=user.id if user else message.chat.id,
        kind=_kind(message),
        message_id=message.message_id,
        text=text,
        file=_file(message),
        place=(message.location.latitude, message.location.longitude)
        if message.location
        else None,
        phone=message.contact.phone_number if message.contact else None,
        own_contact=bool(message.contact and user and message.contact.user_id == user.id),
        reply_to=message.reply_to_message.message_id if message.reply_to_message else None,
        forwarded=message.forward_origin is not None,
        edited=update.edited_message is not None,
        language_code=user.language_code if user else None,
    )


#: Which of Telegram's fields makes which kind; the first that is there counts.
_KINDS = {
    "voice": Kind.VOICE,
    "audio": Kind.DOCUMENT,
    "photo": Kind.PHOTO,
    "document": Kind.DOCUMENT,
    "video": Kind.DOCUMENT,
    "location": Kind.LOCATION,
    "contact": Kind.CONTACT,
}


def _kind(message: Message) -> Kind:
    for field, kind in _KINDS.items():
        if getattr(message, field):
            return kind
    if message.text is None:
        return Kind.OTHER
    return Kind.COMMAND if message.text.startswith("/") else Kind.TEXT


def _file(message: Message) -> File | None:
    voice = message.voice
    if voice:
        seconds = voice.duration
        length = (
            int(seconds.total_seconds()) if hasattr(seconds, "total_seconds") else int(seconds)
        )
        return File(voice.file_id, voice.file_unique_id, voice.file_size, length)
    if message.photo:
        largest = message.photo[-1]
        return File(largest.file_id, largest.file_unique_id, largest.file_size)
    paper = message.document or message.video or message.audio
    if paper:
        return File(paper.file_id, paper.file_unique_id, paper.file_size, name=paper.file_name)
    return None
