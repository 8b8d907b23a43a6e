"""The danger text: said before any transaction, queue or budget (DESIGN §3.2).

Law: saying it twice is better than not at all; nothing of it may cost the update it answers.
"""

import asyncio
import logging
from collections import OrderedDict
from typing import Any, Protocol

from telegram.error import BadRequest, NetworkError, RetryAfter

from bot.blame import seconds

log = logging.getLogger(__name__)

Raw = dict[str, Any]

AGAIN_S = (
    0.3,
    1.0,
    2.0,
    5.0,
    10.0,
    20.0,
)  # pauses while the network is away; then the sender says it
LEFT_TO_ROW_S = 60.0  # a longer pause is kept by the sender, whose row outlives this process
WAITED_FOR_S = 3.0  # an update follows its danger text, but does not wait for a dead network
SEEN = 10_000  # updates whose danger text is not repeated by this process


class Danger(Protocol):
    """The safety gate: what to say at once to a raw update (None: nothing), and the saying of it."""

    def first_words(self, raw: Raw) -> Any: ...  # noqa: ANN401 - whatever `say` takes

    async def say(self, words: Any) -> int: ...  # noqa: ANN401 - whatever first_words gave


class Alarm:
    """Says danger texts, and remembers under which message id: `said` is update id → message id."""

    def __init__(self, danger: Danger, said: dict[int, int]) -> None:
        self._danger = danger
        self._said = said
        self._sayings: dict[int, asyncio.Task[None]] = {}
        self._seen: OrderedDict[int, None] = OrderedDict()

    @property
    def saying(self) -> list[asyncio.Task[None]]:
        """What is being said."""
        return list(self._sayings.values())

    def hear(self, update_id: int, raw: Raw) -> None:
        """Read an update, and begin to say what must be said at once."""
        if update_id in self._seen:
            return
        try:
            words = self._danger.first_words(raw)
        except Exception:
            # the gate must not lose an update: the same text is judged again in its transaction
            log.exception(
                "the safety gate failed", extra={"action": "gate_failed", "update": update_id}
            )
            return
        if words is None:
            return
        self._seen[update_id] = None
        if len(self._seen) > SEEN:
            self._seen.popitem(last=False)
        self._sayings[update_id] = asyncio.create_task(self._say(update_id, words))

    async def was_said(self, update_id: int) -> None:
        """Wait, not for long, until the danger text of this update is out."""
        saying = self._sayings.get(update_id)
        if saying is not None:
            await asyncio.wait([saying], timeout=WAITED_FOR_S)

    async def _say(self, update_id: int, words: Any) -> None:  # noqa: ANN401 - as above
        try:
            for pause_s in AGAIN_S:
                try:
                    self._remember(update_id, await self._danger.say(words))
                except BadRequest:
                    raise
                except RetryAfter as told:  # earlier it would be refused again, and for longer
                    if seconds(told) > LEFT_TO_ROW_S:
                        break
                    await asyncio.sleep(max(pause_s, seconds(told)))
                except NetworkError:
                    await asyncio.sleep(pause_s)
                else:
                    return
            log.error(
                "danger was not answered at once",
                extra={"action": "danger_late", "update": update_id},
            )
        except Exception:
            # 403 and the like; the update's own transaction goes on all the same
            log.exception(
                "danger was not answered", extra={"action": "danger_unsaid", "update": update_id}
            )
        finally:
            self._sayings.pop(update_id, None)

    def _remember(self, update_id: int, message_id: int) -> None:
        self._said[update_id] = message_id
        if len(self._said) > SEEN:  # an update may be done before its danger text came through
            self._said.pop(next(iter(self._said)))
