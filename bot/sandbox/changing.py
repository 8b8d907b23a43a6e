"""The methods by which the bot changes what it said: editing, deleting, pinning; and answering taps.

Laws: the bot edits its own messages only, and of these only what has no reply keyboard; what is deleted
is younger than 48 h of civil time; a tap is answered once, and soon.
"""

from datetime import timedelta

from bot.sandbox import keyboards
from bot.sandbox.chats import Chat, Kind, Post
from bot.sandbox.keyboards import MarkupKind
from bot.sandbox.refusal import JsonObject, bad
from bot.sandbox.sending import check_text, formatted, known, reachable
from bot.sandbox.state import Telegram
from bot.sandbox.transcript import Action, Who

LONGEST_TAP_ANSWER = 200
DELETABLE_FOR = timedelta(hours=48)
MOST_AT_ONCE = 100
ACTIONS = frozenset(
    {
        "typing", "upload_photo", "record_video", "upload_video", "record_voice", "upload_voice",
        "upload_document", "choose_sticker", "find_location", "record_video_note", "upload_video_note",
    }
)  # fmt: skip


async def edit_message_text(telegram: Telegram, given: JsonObject) -> object:
    chat, post = _to_edit(telegram, given)
    if post.kind is not Kind.TEXT:
        raise bad("there is no text in the message to edit")
    if "text" not in given:
        raise bad("message text is empty", blame=True)
    text, marks = formatted(given, "text", "entities")
    check_text(text)
    return _change(
        telegram, chat, post, said=(text, marks), reply_markup=given.get("reply_markup")
    )


async def edit_message_reply_markup(telegram: Telegram, given: JsonObject) -> object:
    chat, post = _to_edit(telegram, given)
    said = post.text, post.entities
    return _change(telegram, chat, post, said=said, reply_markup=given.get("reply_markup"))


def _to_edit(telegram: Telegram, given: JsonObject) -> tuple[Chat, Post]:
    if "chat_id" not in given or "message_id" not in given:
        raise bad("message identifier is not specified", blame=True)
    chat = reachable(telegram, given["chat_id"])
    post = chat.posts.get(given["message_id"])
    if post is None:
        raise bad("message to edit not found")
    if not post.editable:
        raise bad("message can't be edited", blame=True)
    return chat, post


def _change(
    telegram: Telegram,
    chat: Chat,
    post: Post,
    *,
    said: tuple[str, list[JsonObject]],
    reply_markup: JsonObject | None,
) -> JsonObject:
    text, marks = said
    rows = keyboards.inline_rows(reply_markup)
    if (text, marks, rows) == (post.text, post.entities, post.inline):
        raise bad(
            "message is not modified: specified new message content and reply markup are exactly "
            "the same as a current content and reply markup of the message"
        )
    if text != post.text:
        chat.heard.append(text)
    post.text, post.entities, post.inline = text, marks, rows
    post.reply_markup = MarkupKind.INLINE if rows else MarkupKind.NONE
    post.edited_at = telegram.clock.at
    chat.touch(post)
    telegram.note(chat, Who.BOT, Action.EDITS, post)
    return telegram.wire(chat, post)


async def delete_message(telegram: Telegram, given: JsonObject) -> object:
    chat = known(telegram, given["chat_id"])
    post = chat.posts.get(given["message_id"])
    if post is None:
        raise bad("message to delete not found")
    if telegram.clock.at - post.at >= DELETABLE_FOR:
        raise bad("message can't be deleted for everyone")
    _delete(telegram, chat, post)
    return True


async def delete_messages(telegram: Telegram, given: JsonObject) -> object:
    chat = known(telegram, given["chat_id"])
    ids = given["message_ids"]
    if not 1 <= len(ids) <= MOST_AT_ONCE:
        raise bad("there are too many message identifiers to delete" if ids else
                  "message identifiers are not specified", blame=True)  # fmt: skip
    for message_id in ids:  # those not found or too old are skipped (Bot API)
        post = chat.posts.get(message_id)
        if post is not None and telegram.clock.at - post.at < DELETABLE_FOR:
            _delete(telegram, chat, post)
    return True


def _delete(telegram: Telegram, chat: Chat, post: Post) -> None:
    telegram.note(chat, Who.BOT, Action.DELETES, post)
    del chat.posts[post.id]


async def answer_callback_query(telegram: Telegram, given: JsonObject) -> object:
    text = given.get("text", "")
    if len(text) > LONGEST_TAP_ANSWER:
        raise bad("MESSAGE_TOO_LONG", blame=True)
    tap = telegram.taps.get(given["callback_query_id"])
    late = tap is None or telegram.machine.now() - tap.at > telegram.tap_answer_life_s
    if tap is None or late or tap.answered:
        raise bad("query is too old and response timeout expired or query ID is invalid")
    tap.answered = True
    if text:
        chat = telegram.chats[tap.chat_id]
        chat.alerts.append(text)
        telegram.note(chat, Who.BOT, Action.ANSWERS, text=text)
    return True


async def send_chat_action(telegram: Telegram, given: JsonObject) -> object:
    chat = reachable(telegram, given["chat_id"])
    if given["action"] not in ACTIONS:
        raise bad("wrong parameter action in request", blame=True)
    chat.actions.append(given["action"])
    chat.acting_since = chat.touches
    return True


async def pin_chat_message(telegram: Telegram, given: JsonObject) -> object:
    post = reachable(telegram, given["chat_id"]).posts.get(given["message_id"])
    if post is None:
        raise bad("message to pin not found")
    post.pinned = True
    return True


async def unpin_chat_message(telegram: Telegram, given: JsonObject) -> object:
    chat = reachable(telegram, given["chat_id"])
    wanted = given.get("message_id")
    chosen = [p for p in chat.posts.values() if p.pinned and wanted in {None, p.id}]
    if not chosen:
        raise bad("message to unpin not found")
    chosen[-1].pinned = False
    return True
