"""What a hand can send besides words: voices, pictures, albums, papers, sounds and films, with real bytes."""

from abc import ABC, abstractmethod
from collections.abc import Sequence

from bot.sandbox import carried
from bot.sandbox.chats import Kind
from bot.sandbox.files import ending, spoken
from bot.sandbox.refusal import JsonObject
from bot.sandbox.screen import Message
from bot.sandbox.sights import Sights
from bot.sandbox.transcript import Action

HEX = "0123456789abcdef"
MOST_IN_ALBUM = 10


class Parcels(Sights, ABC):
    """Somebody who sends files; how a message is sent is said in people.py."""

    __slots__ = ()

    async def voice(
        self, seconds: int = 21, data: bytes | None = None, *, settle: bool = True
    ) -> Message:
        """Hold the microphone and speak."""
        file = self.telegram.files.keep(data or spoken(seconds, self._mark()), Kind.VOICE, ".oga")
        sound = carried.voice(file, seconds)
        return await self._sends(Kind.VOICE, "", carries=sound, settle=settle, said=f"{seconds} s")

    async def photo(
        self, caption: str | None = None, data: bytes | None = None, *, settle: bool = True
    ) -> Message:
        """Send a picture; Telegram keeps it in three sizes."""
        return await self._sends(
            Kind.PHOTO, caption or "", carries=self._picture(data), settle=settle
        )

    async def document(
        self,
        name: str,
        data: bytes,
        caption: str | None = None,
        *,
        mime: str = "application/octet-stream",
        settle: bool = True,
    ) -> Message:
        """Send a file."""
        file = self.telegram.files.keep(data, Kind.DOCUMENT, ending(name))
        paper = carried.document(file, name, mime)
        return await self._sends(
            Kind.DOCUMENT, caption or "", carries=paper, settle=settle, said=caption or name
        )

    async def album(
        self, photos: int | Sequence[bytes], caption: str | None = None, *, settle: bool = True
    ) -> list[Message]:
        """Send pictures in one go: as many as are wanted, in albums of ten at most, the caption under the first."""
        pictures: list[bytes | None] = [None] * photos if isinstance(photos, int) else [*photos]
        sent: list[Message] = []
        for start in range(0, len(pictures), MOST_IN_ALBUM):
            group = {"media_group_id": str(self.telegram.chance.randrange(10**16, 10**17))}
            for data in pictures[start : start + MOST_IN_ALBUM]:
                sent.append(
                    await self._sends(
                        Kind.PHOTO,
                        "" if sent else caption or "",
                        carries={**self._picture(data), **group},
                        settle=False,
                    )
                )
        await self._settles(settle)
        return sent

    async def audio(
        self, name: str, data: bytes, *, mime: str = "audio/mpeg", settle: bool = True
    ) -> Message:
        """Send a sound file."""
        file = self.telegram.files.keep(data, Kind.AUDIO, ending(name))
        sound = carried.audio(file, name, mime)
        return await self._sends(Kind.AUDIO, "", carries=sound, settle=settle, said=name)

    async def video(
        self, data: bytes, seconds: int = 12, name: str = "video.mp4", *, settle: bool = True
    ) -> Message:
        """Send a film."""
        file = self.telegram.files.keep(data, Kind.VIDEO, ending(name))
        film = carried.video(file, seconds, name)
        return await self._sends(Kind.VIDEO, "", carries=film, settle=settle, said=name)

    async def animation(self, data: bytes, seconds: int = 3, *, settle: bool = True) -> Message:
        """Send a moving picture without sound."""
        file = self.telegram.files.keep(data, Kind.ANIMATION, ".mp4")
        film = carried.animation(file, seconds, "animation.mp4")
        return await self._sends(Kind.ANIMATION, "", carries=film, settle=settle, said="animation")

    @abstractmethod
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
        """One message into the chat; how, is said in people.py."""

    @abstractmethod
    async def _settles(self, settle: bool) -> None:  # noqa: FBT001 - as in people.py
        """Wait until the bot has settled, if asked to."""

    def _picture(self, data: bytes | None) -> JsonObject:
        return carried.picture(self.telegram.files, data, self._mark())

    def _mark(self) -> bytes:
        return "".join(self.telegram.chance.choices(HEX, k=16)).encode()
