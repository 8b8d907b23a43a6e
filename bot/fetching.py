"""One claimed file on its way to us, and what the outcome means.

Laws: never more is read than an office takes; what the network, the disk or we ourselves got wrong is "later", never a
refusal; Telegram's "not there" is believed only after it was said several times.
"""

import asyncio
import hashlib
import logging
import time
from collections.abc import Callable, Iterable
from concurrent.futures import Executor
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from http import HTTPStatus
from pathlib import Path
from typing import TypeVar

from telegram import Bot
from telegram._utils.files import is_local_file
from telegram.error import BadRequest, RetryAfter, TelegramError

from bot.blame import seconds
from bot.evidence_store import EvidenceStore, StoreAway
from bot.media_types import media_type
from bot.transport import NotGiven, TooLarge, Transport
from cases.actions.evidence import Content
from models.vocabulary import Refusal

log = logging.getLogger(__name__)
T = TypeVar("T")

AWAY = "the evidence store is away"
STORE_AWAY = "材料存不进去 / evidence cannot be kept"

_TOO_BIG = "file is too big"  # getFile; tdlib/telegram-bot-api, Client.cpp
_FOR_GOOD = ("invalid file_id", "wrong file identifier", "wrong remote file")
_NOT_THERE = frozenset(
    {HTTPStatus.BAD_REQUEST, HTTPStatus.FORBIDDEN, HTTPStatus.NOT_FOUND, HTTPStatus.GONE}
)


@dataclass(frozen=True, slots=True)
class Patience:
    """Seconds by machine time."""

    retry_s: tuple[float, ...] = (2, 10, 60, 300)
    """Before the next attempt at a file; the last one stays."""
    gone_after: int = 5
    """So often Telegram may say that it has not got a file at the moment."""
    progress_s: float = 5.0
    """So long a message waits for the rest of its files before it shows those that are done."""


USUAL = Patience()


@dataclass(frozen=True, slots=True)
class Claim:
    """One file that this process fetches, as frozen facts."""

    id: int
    fence: int
    file_id: str
    size: int | None
    name: str | None
    attempts: int


@dataclass(frozen=True, slots=True)
class Later:
    """Not this time. `counts`: Telegram itself said that it has not got the file."""

    wait_s: float
    why: str
    counts: bool = False


Outcome = Content | Refusal | Later


class Fetching:
    """The one who goes and gets it."""

    def __init__(
        self,
        bot: Bot,
        transport: Transport,
        kept: EvidenceStore,
        thread: Executor,
        *,
        limit: int,
        patience: Patience = USUAL,
    ) -> None:
        self.limit = limit
        self.patience = patience
        self._bot = bot
        self._transport = transport
        self._kept = kept
        self._thread = thread
        self._failures: dict[int, int] = {}
        self._refusals = 0  # of the store, one after the other
        self._closed_until = 0.0

    @property
    def trouble(self) -> str | None:
        """Why nothing can be kept at the moment; None when all is well."""
        return STORE_AWAY if self._refusals else None

    @property
    def _closed_s(self) -> float:
        return max(0.0, self._closed_until - time.monotonic())

    @property
    def is_open(self) -> bool:
        """Whether the store may be asked: it was not away a moment ago."""
        return self._closed_s == 0.0

    async def begin(self) -> None:
        """A former leader may have been killed while it wrote."""
        await self._transport.initialize()
        await self._of_store(self._kept.clear_aside)

    async def end(self) -> None:
        await self._transport.shutdown()

    async def kept_since(self, before: datetime) -> list[str]:
        """Addresses of what was kept before this instant (machine time)."""
        return await self._of_store(lambda: self._kept.addresses(before))

    async def reach(self) -> None:
        """Ask a store that was away whether it can be used again."""
        await self._of_store(self._kept.reach)

    async def drop(self, addresses: Iterable[str], may: Callable[[], bool]) -> bool:
        """Delete bytes that belong to nothing any more, as long as we may; whether all are gone."""
        for address in addresses:
            if not await self._of_store(partial(self._drop, address, may)):
                return False
        return True

    def _drop(self, address: str, may: Callable[[], bool]) -> bool:
        if not may():  # asked here, right before it: a wait for the thread may be long
            return False
        self._kept.drop(address)
        return True

    async def fetch(self, claim: Claim) -> Outcome:
        """Fetch one file and keep it; never raises, save when this process ends."""
        try:
            outcome = await self._fetch(claim)
        except Exception as error:
            log.exception(
                "a file could not be handled",
                extra={"action": "fetch_broken", "evidence": claim.id},
            )
            outcome = self._later(claim, f"ours: {type(error).__name__}")
        if not isinstance(outcome, Later):
            self._failures.pop(claim.id, None)
        return outcome

    async def _fetch(self, claim: Claim) -> Outcome:
        if claim.size is not None and claim.size > self.limit:
            return Refusal.TOO_LARGE
        if (left_s := self._closed_s) > 0:
            return Later(left_s, AWAY)  # nothing is fetched in vain
        content = await self._downloaded(claim)
        if not isinstance(content, bytes):
            return content
        if not content:
            return Refusal.EMPTY
        try:
            if self.is_open:  # no other found it away meanwhile
                return await self._of_store(lambda: self._keep(content, claim.name))
        except StoreAway:
            log.debug("the file is fetched again later")
        return Later(self._closed_s, AWAY)

    async def _downloaded(self, claim: Claim) -> bytes | Outcome:
        try:
            return await self._download(claim)
        except TooLarge:
            return Refusal.TOO_LARGE
        except RetryAfter as flood:
            return Later(seconds(flood), "flood")
        except BadRequest as error:
            return self._denied(claim, str(error).lower())
        except NotGiven as error:
            missing = error.status in _NOT_THERE
            return (self._denied if missing else self._later)(claim, f"status {error.status}")
        except TelegramError as error:
            return self._later(claim, type(error).__name__)

    async def _download(self, claim: Claim) -> bytes:
        file = await self._bot.get_file(claim.file_id)
        if file.file_size is not None and file.file_size > self.limit:
            raise TooLarge
        if file.file_path is None:
            raise NotGiven(HTTPStatus.NOT_FOUND)
        if is_local_file(file.file_path):  # a self-hosted server in local mode names its own file
            path = Path(file.file_path)
            return await self._in_thread(lambda: _read(path, self.limit))
        return await self._transport.download(file.file_path, self.limit)

    def _keep(self, content: bytes, name: str | None) -> Content | Refusal:
        found = media_type(content, name)
        if found is None:
            return Refusal.KIND_NOT_TAKEN
        sha256 = hashlib.sha256(content).hexdigest()
        return Content(sha256, self._kept.put(content, sha256), found, len(content))

    def _denied(self, claim: Claim, said: str) -> Outcome:
        """Telegram does not give it: too big, gone for good, or not there at the moment."""
        if _TOO_BIG in said:
            return Refusal.TOO_LARGE
        is_last = claim.attempts + 1 >= self.patience.gone_after
        if is_last or any(gone in said for gone in _FOR_GOOD):
            return Refusal.GONE
        return Later(self._wait_s(claim.attempts), said, counts=True)

    async def _of_store(self, question: Callable[[], T]) -> T:
        """Ask the store; one that is away is asked again later, and until then nothing is fetched for it.

        Several who ask at once and hear the same are one refusal.
        """
        asked = self._closed_until
        try:
            answer = await self._in_thread(question)
        except StoreAway as away:
            if asked == self._closed_until:
                self._closed_until = time.monotonic() + self._wait_s(self._refusals)
                self._refusals += 1
            log.error(  # noqa: TRY400 - it says why itself
                "the evidence store is away", extra={"action": "store_away", "why": away.why}
            )
            raise
        self._refusals, self._closed_until = 0, 0.0
        return answer

    def _later(self, claim: Claim, why: str) -> Later:
        failures = self._failures.get(claim.id, 0)
        self._failures[claim.id] = failures + 1
        return Later(self._wait_s(failures), why)

    def _wait_s(self, before: int) -> float:
        ladder = self.patience.retry_s
        return ladder[min(before, len(ladder) - 1)]

    async def _in_thread(self, fn: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._thread, fn)


def _read(path: Path, limit: int) -> bytes:
    with path.open("rb") as file:
        content = file.read(limit + 1)
    if len(content) > limit:
        raise TooLarge
    return content
