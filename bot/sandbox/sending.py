"""The methods by which the bot sends messages, and what it may send.

Laws: a method sees typed parameters (rules.py) and either takes effect whole or refuses in Telegram's
words. Sending needs a person who pressed START and did not block.
"""

from collections.abc import Callable

from bot.sandbox import entities, keyboards
from bot.sandbox.carried import moving, photo_sizes
from bot.sandbox.chats import Chat, Kind, Post
from bot.sandbox.files import StoredFile, ending
from bot.sandbox.keyboards import MarkupKind
from bot.sandbox.refusal import JsonObject, bad, forbidden
from bot.sandbox.rules import Upload
from bot.sandbox.state import Telegram
from bot.sandbox.transcript import Action, Who

LONGEST_TEXT = 4096
"""Code points after parsing (probed on the live server 2026-08-29: 4096 accepted, 4097 refused)."""
LONGEST_CAPTION = 1024
"""Code points after parsing (Bot API, sendPhoto)."""


def reachable(telegram: Telegram, chat_id: object) -> Chat:
    """The chat to which the bot may speak now."""
    chat = known(telegram, chat_id)
    if chat.deactivated:
        raise forbidden("user is deactivated")
    if chat.blocked:
        raise forbidden("bot was blocked by the user")
    if not chat.started:
        raise forbidden("bot can't initiate conversation with a user")
    return chat


def known(telegram: Telegram, chat_id: object) -> Chat:
    """The chat with this id."""
    if isinstance(chat_id, int) and chat_id in telegram.chats:
        return telegram.chats[chat_id]
    raise bad("chat not found")


async def send_message(telegram: Telegram, given: JsonObject) -> object:
    chat = reachable(telegram, given["chat_id"])
    text, marks = formatted(given, "text", "entities")
    check_text(text)
    return _post(telegram, chat, given, kind=Kind.TEXT, said=(text, marks))


async def send_photo(telegram: Telegram, given: JsonObject) -> object:
    def sizes(file: StoredFile, _: str) -> object:
        return photo_sizes(telegram.files, file)

    return _send_file(telegram, given, Kind.PHOTO, sizes)


async def send_voice(telegram: Telegram, given: JsonObject) -> object:
    def voice(file: StoredFile, _: str) -> object:
        return {**file.wire(), "duration": given.get("duration", 0), "mime_type": "audio/ogg"}

    return _send_file(telegram, given, Kind.VOICE, voice)


async def send_document(telegram: Telegram, given: JsonObject) -> object:
    def document(file: StoredFile, name: str) -> object:
        return {**file.wire(), "file_name": name}

    return _send_file(telegram, given, Kind.DOCUMENT, document)


async def send_audio(telegram: Telegram, given: JsonObject) -> object:
    def audio(file: StoredFile, name: str) -> object:
        return {**file.wire(), "duration": given.get("duration", 0), "file_name": name}

    return _send_file(telegram, given, Kind.AUDIO, audio)


async def send_video(telegram: Telegram, given: JsonObject) -> object:
    def video(file: StoredFile, name: str) -> object:
        return moving(file, given.get("duration", 0), name)

    return _send_file(telegram, given, Kind.VIDEO, video)


async def send_animation(telegram: Telegram, given: JsonObject) -> object:
    def animation(file: StoredFile, name: str) -> object:
        return moving(file, given.get("duration", 0), name)

    return _send_file(telegram, given, Kind.ANIMATION, animation)


def _send_file(
    telegram: Telegram,
    given: JsonObject,
    kind: Kind,
    describe: Callable[[StoredFile, str], object],
) -> object:
    chat = reachable(telegram, given["chat_id"])
    caption, marks = formatted(given, "caption", "caption_entities")
    _check_caption(caption)
    sent = given[kind.value]
    if isinstance(sent, Upload):
        if not sent.data:
            raise bad("file must be non-empty")
        file, name = telegram.files.keep(sent.data, kind, ending(sent.name)), sent.name
    else:
        file, name = telegram.files.known(sent, kind), "file"
    carried: JsonObject = {kind.value: describe(file, name)}
    return _post(telegram, chat, given, kind=kind, said=(caption, marks), carried=carried)


async def copy_message(telegram: Telegram, given: JsonObject) -> object:
    chat = reachable(telegram, given["chat_id"])
    original = known(telegram, given["from_chat_id"]).posts.get(given["message_id"])
    if original is None:
        raise bad("message to copy not found")
    text, marks = original.text, original.entities
    if "caption" in given and original.kind is not Kind.TEXT:
        text, marks = formatted(given, "caption", "caption_entities")
        _check_caption(text)
    carried = {k: v for k, v in original.carried.items() if k == original.kind.value}
    message = _post(telegram, chat, given, kind=original.kind, said=(text, marks), carried=carried)
    return {"message_id": message["message_id"]}


def _post(
    telegram: Telegram,
    chat: Chat,
    given: JsonObject,
    *,
    kind: Kind,
    said: tuple[str, list[JsonObject]],
    carried: JsonObject | None = None,
) -> JsonObject:
    markup = keyboards.accepted(given.get("reply_markup"))
    post = Post(
        id=0,
        by_bot=True,
        at=telegram.clock.at,
        kind=kind,
        text=said[0],
        entities=said[1],
        carried=carried or {},
        inline=markup.rows if markup.kind is MarkupKind.INLINE else (),
        reply_markup=markup.kind,
        reply_to=_reply_to(chat, given.get("reply_parameters")),
        silent=given.get("disable_notification", False),
    )
    chat.add(post)
    chat.show(markup)
    chat.heard.append(said[0])
    telegram.note(chat, Who.BOT, Action.SENDS, post)
    return telegram.wire(chat, post)


def _reply_to(chat: Chat, parameters: JsonObject | None) -> int | None:
    if not parameters:
        return None
    message_id: int = parameters["message_id"]
    if message_id in chat.posts:
        return message_id
    if parameters.get("allow_sending_without_reply"):
        return None
    raise bad("message to be replied not found")


def formatted(given: JsonObject, text: str, marks: str) -> tuple[str, list[JsonObject]]:
    source: str = given.get(text, "")
    mode: str = given.get("parse_mode", "")
    if not mode:
        found: list[JsonObject] = given.get(marks) or []
        entities.check_entities(source, found)
        plain = source
    elif mode.lower() == "html":
        plain, found = entities.parse_html(source)
    else:
        raise bad("unsupported parse_mode", blame=True)
    body, kept = entities.trimmed(plain, found)
    return body, sorted([*kept, *entities.found_in(body)], key=lambda e: e["offset"])


def check_text(text: str) -> None:
    if not text:
        raise bad("message text is empty", blame=True)
    if len(text) > LONGEST_TEXT:
        raise bad("message is too long", blame=True)


def _check_caption(caption: str) -> None:
    if len(caption) > LONGEST_CAPTION:
        raise bad("message caption is too long", blame=True)
