"""What a message carries besides its text, as it goes over the wire."""

from bot.sandbox.chats import Kind
from bot.sandbox.files import PHOTO_SIZES, Files, StoredFile, grey_jpeg
from bot.sandbox.refusal import JsonObject


def photo_sizes(files: Files, largest: StoredFile) -> list[JsonObject]:
    """The sizes in which Telegram keeps a picture, smallest first."""
    mark = largest.unique_id.encode()
    kept = [files.keep(grey_jpeg(w, h, mark), Kind.PHOTO, ".jpg") for w, h in PHOTO_SIZES[:-1]]
    return [
        {**file.wire(), "width": width, "height": height}
        for file, (width, height) in zip([*kept, largest], PHOTO_SIZES, strict=True)
    ]


def picture(files: Files, data: bytes | None, mark: bytes) -> JsonObject:
    """A person's photo: the bytes given, or a grey one."""
    largest = files.keep(data or grey_jpeg(*PHOTO_SIZES[-1], mark), Kind.PHOTO, ".jpg")
    return {"photo": photo_sizes(files, largest)}


def voice(file: StoredFile, seconds: int) -> JsonObject:
    return {"voice": {**file.wire(), "duration": seconds, "mime_type": "audio/ogg"}}


def document(file: StoredFile, name: str, mime: str) -> JsonObject:
    return {"document": {**file.wire(), "file_name": name, "mime_type": mime}}


def audio(file: StoredFile, name: str, mime: str) -> JsonObject:
    sound = {**file.wire(), "duration": 60, "file_name": name, "mime_type": mime}
    return {"audio": sound}


def moving(file: StoredFile, seconds: int, name: str) -> JsonObject:
    """A video, or an animation."""
    size = {"width": 640, "height": 480, "duration": seconds}
    return {**file.wire(), **size, "file_name": name, "mime_type": "video/mp4"}


def video(file: StoredFile, seconds: int, name: str) -> JsonObject:
    return {"video": moving(file, seconds, name)}


def animation(file: StoredFile, seconds: int, name: str) -> JsonObject:
    """Telegram names an animation twice, for bots that know only documents."""
    both = moving(file, seconds, name)
    paper = {key: both[key] for key in ("file_name", "mime_type")} | file.wire()
    return {"animation": both, "document": paper}


def location(latitude: float, longitude: float) -> JsonObject:
    place = {"latitude": latitude, "longitude": longitude, "horizontal_accuracy": 12.0}
    return {"location": place}


def contact(phone: str, name: str, user_id: int | None) -> JsonObject:
    """A telephone number; with the user id only where Telegram knows whose it is."""
    user = {} if user_id is None else {"user_id": user_id}
    return {"contact": {"phone_number": phone, "first_name": name, **user}}


def forwarded(from_name: str, seconds: int) -> JsonObject:
    """Where a forwarded message came from: somebody who hides their account."""
    origin = {"type": "hidden_user", "date": seconds, "sender_user_name": from_name}
    return {"forward_origin": origin}


def member(bot: JsonObject, *, kicked: bool) -> JsonObject:
    """The bot's standing in a private chat: kicked means blocked."""
    if kicked:
        return {"user": bot, "status": "kicked", "until_date": 0}
    return {"user": bot, "status": "member"}
