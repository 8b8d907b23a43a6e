"""Everything that the sandbox Telegram holds in memory, and how updates leave it.

Law: nothing is persistent; whoever wants to start anew opens a new sandbox.
"""

import random
from dataclasses import dataclass, field

from bot.sandbox.chats import Account, Chat, Post
from bot.sandbox.clock import CivilClock, MachineClock
from bot.sandbox.courier import Courier
from bot.sandbox.faults import Faults
from bot.sandbox.files import Files
from bot.sandbox.rates import Rates
from bot.sandbox.refusal import JsonObject
from bot.sandbox.transcript import Action, Entry, Transcript, Who
from bot.sandbox.updates import UpdateQueue

TAP_ANSWER_LIFE_S = 15.0
"""How long a tap can be answered. Telegram does not say; seconds to about 20 are reported
(pyTelegramBotAPI #1615)."""


@dataclass(frozen=True, slots=True)
class Call:
    """One call of the bot, for counting and timing."""

    method: str
    chat_id: int | None
    began: float
    ended: float
    """Machine seconds."""
    outcome: str
    """`ok`, the status with its description, or `dropped`."""


@dataclass(slots=True)
class Tap:
    """A callback query that waits for its answer."""

    chat_id: int
    at: float
    answered: bool = False


@dataclass(slots=True)
class Profile:
    """What the bot shows of itself, by language code ("" = all)."""

    names: dict[str, str] = field(default_factory=dict)
    descriptions: dict[str, str] = field(default_factory=dict)
    short_descriptions: dict[str, str] = field(default_factory=dict)
    commands: dict[tuple[str, str], list[JsonObject]] = field(default_factory=dict)
    """By (scope as JSON, language code)."""
    menu_buttons: dict[int | None, JsonObject] = field(default_factory=dict)
    webhook: JsonObject = field(default_factory=dict)


class Telegram:
    """The state behind the server and the people."""

    def __init__(self, *, clock: CivilClock, token: str, username: str, seed: int) -> None:
        self.chance = random.Random(seed)  # noqa: S311 - play, not security
        self.clock = clock
        self.machine = MachineClock()
        self.token = token
        self.bot: JsonObject = {
            "id": int(token.split(":", 1)[0]),
            "is_bot": True,
            "first_name": username,
            "username": username,
        }
        self.updates = UpdateQueue(self.chance.randrange(10**6, 10**8), self.machine)
        self.chats: dict[int, Chat] = {}
        self.files = Files()
        self.faults = Faults()
        self.transcript = Transcript()
        self.profile = Profile()
        self.rates = Rates(self.machine)
        self.courier = Courier(
            self.updates, lambda: self.profile.webhook, self.chance, lambda: self.clock.seconds
        )
        self.taps: dict[str, Tap] = {}
        self.tap_answer_life_s = TAP_ANSWER_LIFE_S
        self.calls: list[Call] = []
        self.violations: list[str] = []

    def join(self, account: Account) -> Chat:
        """Make somebody known to Telegram; they have not pressed START yet."""
        if account.id in self.chats:
            raise ValueError(f"there is already somebody with the id {account.id}")
        instance = str(self.chance.randrange(-(2**62), 2**62))
        chat = Chat(account, instance, next_id=self.chance.randrange(1, 9))
        self.chats[account.id] = chat
        return chat

    def wire(self, chat: Chat, post: Post) -> JsonObject:
        """The Message object of a post."""
        return chat.wire(post, self.bot)

    async def announce(self, kind: str, chat: Chat, post: Post) -> None:
        """Queue a person's message, new or edited, for the bot."""
        self.rates.wrote(chat.account.id)
        update_id = await self.updates.put(kind, self.wire(chat, post))
        if post.update_id is None:
            post.update_id = update_id

    def note(
        self, chat: Chat, who: Who, action: Action, post: Post | None = None, text: str = ""
    ) -> None:
        """Write into the transcript."""
        entry = Entry(
            at=self.clock.at,
            person=chat.account.code,
            who=who,
            action=action,
            text=text if post is None or text else post.text,
            buttons=() if post is None else labels(chat, post),
            silent=post is not None and post.silent,
            message_id=None if post is None else post.id,
            kind="text" if post is None else str(post.kind),
        )
        self.transcript.add(entry)


def labels(chat: Chat, post: Post) -> tuple[tuple[str, ...], ...]:
    """The labels under a message: its inline buttons, else the reply keyboard that came with it."""
    shown = chat.keyboard_touched == post.touched and chat.keyboard
    rows = post.inline or (shown if shown and post.by_bot else ())
    return tuple(tuple(button["text"] for button in row) for row in rows)
