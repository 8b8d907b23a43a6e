"""Messages of kinds that the phones of the sandbox do not make: what only a raw update can carry, and a group's."""

from typing import Any

from bot.sandbox.chats import Account, Chat
from bot.sandbox.people import Person as Phone
from tests.stories.stage import Stage

GROUP, MEMBER = -1001234567890, 77

STICKER: dict[str, Any] = {
    "file_id": "s",
    "file_unique_id": "s",
    "type": "regular",
    "width": 512,
    "height": 512,
    "is_animated": False,
    "is_video": False,
}
POLL: dict[str, Any] = {
    "id": "1",
    "question": "?",
    "options": [{"text": "1", "voter_count": 0, "persistent_id": "1"}],
    "total_voter_count": 0,
    "is_closed": False,
    "is_anonymous": True,
    "type": "regular",
    "allows_multiple_answers": False,
    "allows_revoting": False,
    "members_only": False,
}
DICE: dict[str, Any] = {"emoji": "🎲", "value": 3}
STORY: dict[str, Any] = {"chat": {"id": 5, "type": "private", "first_name": "x"}, "id": 1}


async def sends(office: Stage, person: Phone, **fields: object) -> None:
    """A private message with these fields, whatever they are."""
    await person.telegram.updates.put(
        "message",
        {
            "message_id": 100_000 + sum(map(ord, "".join(fields))),
            "date": int(person.telegram.clock.seconds),
            "chat": {"id": person.telegram_id, "type": "private", "first_name": "甲"},
            "from": {"id": person.telegram_id, "is_bot": False, "first_name": "甲"},
            **fields,
        },
    )
    await office.sandbox.settle()


async def forwards_of_a_channel(office: Stage, person: Phone, text: str) -> None:
    channel = {"id": -1009, "type": "channel", "title": "小区公告"}
    origin = {"type": "channel", "chat": channel, "message_id": 9, "date": 1_790_000_000}
    await sends(office, person, text=text, forward_origin=origin)


def a_group(office: Stage) -> Chat:
    chat = office.sandbox.telegram.join(Account("group", GROUP, "小区群", None, None))
    chat.started = True
    return chat


async def says_in_the_group(office: Stage, text: str) -> None:
    telegram = office.sandbox.telegram
    await telegram.updates.put(
        "message",
        {
            "message_id": 5,
            "date": int(telegram.clock.seconds),
            "chat": {"id": GROUP, "type": "supergroup", "title": "小区群"},
            "from": {"id": MEMBER, "is_bot": False, "first_name": "丁"},
            "text": text,
        },
    )
    await office.sandbox.settle()
