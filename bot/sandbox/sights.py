"""What a person reads off their phone, without touching it."""

from dataclasses import dataclass

from bot.sandbox import screen
from bot.sandbox.chats import Chat
from bot.sandbox.screen import Message
from bot.sandbox.state import Telegram


@dataclass(slots=True)
class Sights:
    """One person's view of their chat with the bot."""

    telegram: Telegram
    chat: Chat

    @property
    def code(self) -> str:
        """The name by which a story knows the person."""
        return self.chat.account.code

    @property
    def telegram_id(self) -> int:
        """User id and chat id at once: the chat is private."""
        return self.chat.account.id

    @property
    def messages(self) -> list[Message]:
        """The chat as it is now, oldest first."""
        return [screen.message(post) for post in self.chat.posts.values()]

    @property
    def last(self) -> Message:
        """The newest message of the bot."""
        for post in reversed(self.chat.posts.values()):
            if post.by_bot:
                return screen.message(post)
        raise AssertionError(f"the bot has said nothing\n{screen.on_screen(self.chat)}")

    @property
    def keyboard(self) -> list[list[str]]:
        """The labels of the reply keyboard in force."""
        return [[key["text"] for key in row] for row in self.chat.keyboard]

    @property
    def heard(self) -> list[str]:
        """All that the bot ever said here, in order, edits included."""
        return list(self.chat.heard)

    @property
    def alerts(self) -> list[str]:
        """The texts with which the bot answered taps."""
        return list(self.chat.alerts)

    @property
    def blocked(self) -> bool:
        """Whether the person keeps the bot out."""
        return self.chat.blocked

    def sees(self, text: str) -> bool:
        """Whether a message of the bot with this text is in the chat now."""
        return any(text in seen.text for seen in self.messages if not seen.mine)

    def screen(self) -> str:
        """The end of the chat in words."""
        return screen.on_screen(self.chat)
