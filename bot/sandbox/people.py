"""The people who use the bot: what a hand can do with Telegram, and what an eye sees there.

Law: a person can only tap what is on the screen, save by `taps_again` (a button that has since changed)
and `taps_data` (a forged one), which say so in their names.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from bot.sandbox import carried, screen
from bot.sandbox.chats import Kind, Post
from bot.sandbox.entities import found_in
from bot.sandbox.parcels import Parcels
from bot.sandbox.refusal import JsonObject
from bot.sandbox.screen import Button, Message, NothingToTapError
from bot.sandbox.sending import LONGEST_TEXT
from bot.sandbox.state import Tap
from bot.sandbox.transcript import Action, Who

LONGEST_PAYLOAD = 64
_PAYLOAD = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-")


@dataclass(slots=True)
class Counts:
    """What it cost the person: the budgets of the conversations are measured with it."""

    taps: int = 0
    typed_messages: int = 0
    typed_words: int = 0
    typed_characters: int = 0
    other_messages: int = 0
    """Voice, photo, forward, location …"""


@dataclass(slots=True)
class Person(Parcels):
    """Somebody with Telegram on their phone.

    Every verb ends with the bot having settled, unless settle=False.
    """

    settled: Callable[[], Awaitable[object]]
    counts: Counts = field(default_factory=Counts)
    clipboard: str | None = None
    """What the last copy button put there."""
    opened: list[str] = field(default_factory=list)
    """Addresses behind buttons that were tapped."""
    phone: str = "+8613900000000"
    """What the key that asks for one's number sends."""
    place: tuple[float, float] = (42.9061, 129.5089)
    """Latitude and longitude that the key for one's place sends: the middle of Yanji."""

    async def starts(self, payload: str | None = None, *, settle: bool = True) -> Message:
        """Press START, perhaps behind a deep link; unblocks, as it does in Telegram."""
        if payload is not None and not (
            len(payload) <= LONGEST_PAYLOAD and _PAYLOAD.issuperset(payload)
        ):
            raise ValueError(f"Telegram opens no link with the payload {payload!r}")
        if self.chat.blocked:
            await self.unblocks(settle=False)
        self.counts.taps += 1
        text = "/start" + (f" {payload}" if payload else "")
        return await self._sends(Kind.TEXT, text, action=Action.STARTS, settle=settle)

    async def says(
        self, text: str, reply_to: Message | None = None, *, settle: bool = True
    ) -> Message:
        """Type a message and send it; it arrives as typed."""
        if not 1 <= len(text) <= LONGEST_TEXT:
            raise ValueError(f"Telegram sends no single message of {len(text)} characters")
        self.counts.typed_messages += 1
        self.counts.typed_words += len(text.split())
        self.counts.typed_characters += len(text)
        return await self._sends(
            Kind.TEXT, text, reply_to=reply_to.id if reply_to else None, settle=settle
        )

    async def edits(
        self, text: str, message: Message | None = None, *, settle: bool = True
    ) -> Message:
        """Edit a message of one's own: the newest text, or the one given."""
        posts = [p for p in self.chat.of_person() if message is None or p.id == message.id]
        post = next((p for p in posts if p.kind is Kind.TEXT or message), None)
        if post is None:
            raise AssertionError(f"{self.code} has nothing to edit")
        post.text, post.entities = text, found_in(text)
        post.edited_at = self.telegram.clock.at
        self.telegram.note(self.chat, Who.PERSON, Action.EDITS, post)
        await self.telegram.announce("edited_message", self.chat, post)
        await self._settles(settle)
        return screen.message(post)

    async def taps(
        self, label: str, message: Message | None = None, *, settle: bool = True
    ) -> None:
        """Tap what is called so: the exact label before a unique beginning of one, the newest first."""
        choice = screen.target(self.chat, label, message.id if message else None)
        if choice.message_id is None:
            await self._presses(choice.button, settle=settle)
        else:
            await self._touches(choice.button, choice.message_id)
            await self._settles(settle)

    async def touches(
        self, message_id: int, row: int, column: int, label: str, *, settle: bool = True
    ) -> Button:
        """Tap the button at a place of a message, if it still bears this label."""
        post = self.chat.posts.get(message_id)
        rows = screen.message(post).inline if post is not None else ()
        there = rows[row][column] if row < len(rows) and column < len(rows[row]) else None
        if there is None or there.label != label:
            raise NothingToTapError(f"{label!r} is no longer there\n{screen.on_screen(self.chat)}")
        await self._touches(there, message_id)
        await self._settles(settle)
        return there

    async def presses(self, label: str, *, settle: bool = True) -> None:
        """Press a key of the reply keyboard; one that asks for number or place sends `phone` or `place`."""
        keys = [screen.button(key) for row in self.chat.keyboard for key in row]
        pressed = next((key for key in keys if key.label == label), None)
        if pressed is None:
            raise NothingToTapError(f"no key {label!r}\n{screen.on_screen(self.chat)}")
        await self._presses(pressed, settle=settle)

    async def taps_again(self, message: Message, label: str, *, settle: bool = True) -> None:
        """Tap a button as it was when the message was looked at, whatever has become of it."""
        named = [b for row in message.inline for b in row if b.label.startswith(label)]
        if not named:
            raise NothingToTapError(f"{message.text!r} had no button {label!r}: {message.labels}")
        await self._touches(named[0], message.id)
        await self._settles(settle)

    async def taps_data(self, message_id: int, data: str, *, settle: bool = True) -> None:
        """Send a tap that no button on the screen stands behind."""
        await self._touches(Button(f"forged: {data}", data=data), message_id)
        await self._settles(settle)

    async def forwards(
        self,
        text: str | None = None,
        *,
        photo: bool = False,
        caption: str | None = None,
        data: bytes | None = None,
        from_name: str = "网格微信群",
        settle: bool = True,
    ) -> Message:
        """Forward what somebody else wrote, as text or as a picture with a caption."""
        origin = carried.forwarded(from_name, self.telegram.clock.seconds)
        if photo:
            both = {**origin, **self._picture(data)}
            return await self._sends(
                Kind.PHOTO, caption or text or "", carries=both, settle=settle
            )
        return await self._sends(Kind.TEXT, text or "", carries=origin, settle=settle)

    async def location(self, lat: float, lon: float, *, settle: bool = True) -> Message:
        """Send a place."""
        place = carried.location(lat, lon)
        return await self._sends(
            Kind.LOCATION, "", carries=place, settle=settle, said=f"{lat}, {lon}"
        )

    async def contact(
        self, phone: str | None = None, *, own: bool = True, settle: bool = True
    ) -> Message:
        """Send a telephone number: one's own, or somebody else's card."""
        name = self.chat.account.first_name if own else "某人"
        number = phone or self.phone
        card = carried.contact(number, name, self.telegram_id if own else None)
        return await self._sends(Kind.CONTACT, "", carries=card, settle=settle, said=number)

    async def blocks(self, *, settle: bool = True) -> None:
        """Stop the bot."""
        await self._membership(blocked=True, action=Action.BLOCKS)
        await self._settles(settle)

    async def unblocks(self, *, settle: bool = True) -> None:
        """Let the bot in again."""
        await self._membership(blocked=False, action=Action.UNBLOCKS)
        await self._settles(settle)

    def leaves_telegram(self) -> None:
        """Delete the account: from now on the bot hears `user is deactivated`."""
        self.chat.deactivated = True

    # How it is done

    async def _sends(
        self,
        kind: Kind,
        text: str,
        *,
        carries: JsonObject | None = None,
        reply_to: int | None = None,
        action: Action = Action.SAYS,
        said: str = "",
        settle: bool,
    ) -> Message:
        if self.chat.blocked:
            raise AssertionError(f"{self.code} has blocked the bot and cannot write to it")
        self.chat.started = True
        self.counts.other_messages += kind is not Kind.TEXT or carries is not None
        post = self.chat.add(
            Post(
                id=0,
                by_bot=False,
                at=self.telegram.clock.at,
                kind=kind,
                text=text,
                entities=found_in(text),
                carried=carries or {},
                reply_to=reply_to,
            )
        )
        self.telegram.note(self.chat, Who.PERSON, action, post, text=said or text)
        await self.telegram.announce("message", self.chat, post)
        await self._settles(settle)
        return screen.message(post)

    async def _presses(self, key: Button, *, settle: bool) -> None:
        self.counts.taps += 1
        if self.chat.keyboard_once:
            self.chat.keyboard = ()
        if key.asks == "contact":
            await self.contact(settle=settle)
        elif key.asks == "location":
            await self.location(*self.place, settle=settle)
        else:
            await self._sends(Kind.TEXT, key.label, action=Action.TAPS, settle=settle)

    async def _touches(self, button: Button, message_id: int) -> None:
        self.counts.taps += 1
        self.telegram.note(self.chat, Who.PERSON, Action.TAPS, text=button.label)
        if button.copy_text is not None:
            self.clipboard = button.copy_text
        if button.url is not None:
            self.opened.append(button.url)
        if button.data is None:
            return
        tap_id = str(self.telegram.chance.randrange(10**17, 10**18))
        self.telegram.taps[tap_id] = Tap(self.telegram_id, self.telegram.machine.now())
        query = {
            "id": tap_id,
            "from": self.chat.account.user(),
            "chat_instance": self.chat.instance,
            "message": self._tapped(message_id),
            "data": button.data,
        }
        await self.telegram.updates.put("callback_query", query)

    def _tapped(self, message_id: int) -> JsonObject:
        post = self.chat.posts.get(message_id)
        if post is not None:
            return self.telegram.wire(self.chat, post)
        return {"message_id": message_id, "chat": self.chat.account.chat(), "date": 0}

    async def _membership(self, *, blocked: bool, action: Action) -> None:
        if self.chat.blocked == blocked:
            return
        self.chat.blocked = blocked
        self.telegram.note(self.chat, Who.PERSON, action)
        update = {
            "chat": self.chat.account.chat(),
            "from": self.chat.account.user(),
            "date": self.telegram.clock.seconds,
            "old_chat_member": carried.member(self.telegram.bot, kicked=not blocked),
            "new_chat_member": carried.member(self.telegram.bot, kicked=blocked),
        }
        await self.telegram.updates.put("my_chat_member", update)

    async def _settles(self, settle: bool) -> None:  # noqa: FBT001 - private
        if settle:
            await self.settled()
