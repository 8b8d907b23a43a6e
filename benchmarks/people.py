"""Those who use the bot in a benchmark: they write again as soon as they are answered, or at a given rate.

A report is what a resident does who stands before a poster: its code, one sentence, one tap (docs/sandbox.md plays the same).
"""

import asyncio
import json
import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from itertools import count
from typing import Any, Protocol

from benchmarks.town import GRIDS

Bring = Callable[[str, dict[str, Any], int], None]

MATTERS = (
    "楼上漏水，我家天花板全湿了，说了三天也不修。",
    "邻居把垃圾堆在楼道里，说了也不听。",
    "借给老同学两万块钱，到期不还。",
    "物业收了费，电梯坏了半个月不修。",
)
_RESIDENTS = 7_000_000_000  # invented accounts
DATE = 1795300000
#: What a reporter is told: a question, the card, the receipt, the question after the number.
_ANSWERS = {1: "asked", 2: "card said", 3: "receipt said"}


class People(Protocol):
    """What the stub needs of whoever uses the bot."""

    @property
    def updates(self) -> int: ...
    @property
    def latencies(self) -> dict[str, list[float]]: ...
    async def live(self) -> None: ...
    def heard(self, method: str, chat_id: int, given: dict[str, str]) -> None: ...
    def handed(self, batch: list[dict[str, Any]]) -> None: ...


class Crowd(ABC):
    """So many at once, each with so much to do; a new one comes when one has finished."""

    def __init__(self, bring: Bring, *, at_once: int, rounds: int, first: int = 0) -> None:
        self.updates = 0
        self.latencies: dict[str, list[float]] = {}
        self._bring = bring
        self._at_once = at_once
        self._coming: Iterator[int] = iter(range(first, first + rounds))
        self._left = rounds
        self.finished_by_itself = False  # somebody else lets the next one come
        self._began: dict[int, float] = {}  # when an update was handed to the bot, by chat
        self._over = asyncio.Event()
        self._messages = count(1_000_000)

    async def live(self) -> None:
        for _ in range(self._at_once):
            self.next()
        await self._over.wait()

    def handed(self, batch: list[dict[str, Any]]) -> None:
        """The bot has got these."""
        now = time.perf_counter()
        for update in batch:
            who = (update.get("message") or update["callback_query"])["from"]["id"]
            self._began.setdefault(who, now)

    def took(self, what: str, chat_id: int, *, over: bool = True) -> None:
        """So long it took from the update's being handed over."""
        began = self._began.pop(chat_id, None) if over else self._began.get(chat_id)
        if began is not None:
            self.latencies.setdefault(what, []).append(time.perf_counter() - began)

    @abstractmethod
    def heard(self, method: str, chat_id: int, given: dict[str, str]) -> None:
        """The bot did this."""

    def next(self) -> None:
        number = next(self._coming, None)
        if number is not None:
            self._begin(_RESIDENTS + number)

    @abstractmethod
    def _begin(self, chat_id: int) -> None: ...

    def _finished(self) -> None:
        self._left -= 1
        if not self._left:
            self._over.set()
        if not self.finished_by_itself:
            self.next()

    def says(self, chat_id: int, text: str) -> None:
        self.updates += 1
        body = _message(chat_id, next(self._messages)) | {"text": text}
        if text.startswith("/"):
            length = len(text.split(maxsplit=1)[0])
            body["entities"] = [{"type": "bot_command", "offset": 0, "length": length}]
        self._bring("message", body, chat_id)

    def taps(self, chat_id: int, data: str, message_id: int) -> None:
        self.updates += 1
        tap = {
            "id": str(next(self._messages)),
            "from": _person(chat_id),
            "chat_instance": "1",
            "data": data,
            "message": _message(chat_id, message_id) | {"text": "…"},
        }
        self._bring("callback_query", tap, chat_id)


class Echoing(Crowd):
    """Each says one sentence and hears it again."""

    def _begin(self, chat_id: int) -> None:
        self.says(chat_id, MATTERS[chat_id % len(MATTERS)])

    def heard(self, method: str, chat_id: int, given: dict[str, str]) -> None:  # noqa: ARG002 - any answer will do
        if method == "sendMessage":
            self.took("echoed", chat_id)
            self._finished()


class Reporting(Crowd):
    """Each reports one matter, from the poster to the number and the question after it."""

    def __init__(self, bring: Bring, *, places: Sequence[str] = GRIDS, **how: int) -> None:
        super().__init__(bring, **how)
        self._places = places
        self._told: dict[int, int] = {}  # what a chat was told so far

    def _begin(self, chat_id: int) -> None:
        self._told[chat_id] = 0
        self.says(chat_id, f"/start g_{self._places[chat_id % len(self._places)]}_zh")

    def heard(self, method: str, chat_id: int, given: dict[str, str]) -> None:
        if method == "answerCallbackQuery":
            self.took("tap answered", chat_id, over=False)
        if method != "sendMessage" or chat_id not in self._told:
            return
        self._told[chat_id] += 1
        self.took(_ANSWERS.get(self._told[chat_id], "the rest"), chat_id)
        match self._told[chat_id]:
            case 1:
                self.says(chat_id, MATTERS[chat_id % len(MATTERS)])
            case 2:
                self.taps(chat_id, _submit(given), int(given["message_id"]))
            case 4:  # the receipt, and the question after the number
                del self._told[chat_id]
                self._finished()


class Beginning(Reporting):
    """Each begins to report, sees the card, and leaves it at that: the conversation is under way."""

    def heard(self, method: str, chat_id: int, given: dict[str, str]) -> None:
        if method == "sendMessage" and self._told.get(chat_id) == 1:
            del self._told[chat_id]
            self._finished()
        else:
            super().heard(method, chat_id, given)


class Coming:
    """People who come at a rate, whoever was answered or not: so many new ones a second, for so many seconds."""

    def __init__(
        self, kind: type[Crowd], bring: Bring, *, rate: float, seconds: float, first: int
    ) -> None:
        number = max(1, round(rate * seconds))
        self._crowd = kind(bring, at_once=0, rounds=number, first=first)
        self._number, self._pause = number, 1 / rate
        self._crowd.finished_by_itself = True

    @property
    def updates(self) -> int:
        return self._crowd.updates

    @property
    def latencies(self) -> dict[str, list[float]]:
        return self._crowd.latencies

    def heard(self, method: str, chat_id: int, given: dict[str, str]) -> None:
        self._crowd.heard(method, chat_id, given)

    def handed(self, batch: list[dict[str, Any]]) -> None:
        self._crowd.handed(batch)

    async def live(self) -> None:
        over = asyncio.create_task(self._crowd.live())
        began = time.perf_counter()
        for place in range(self._number):
            await asyncio.sleep(max(0.0, began + place * self._pause - time.perf_counter()))
            self._crowd.next()
        await over


def _submit(given: dict[str, str]) -> str:
    keyboard = json.loads(given["reply_markup"])["inline_keyboard"]
    return str(
        next(b["callback_data"] for row in keyboard for b in row if "submit" in b["callback_data"])
    )


def _person(chat_id: int) -> dict[str, Any]:
    return {"id": chat_id, "is_bot": False, "first_name": "甲", "language_code": "zh-hans"}


def _message(chat_id: int, message_id: int) -> dict[str, Any]:
    return {
        "message_id": message_id,
        "from": _person(chat_id),
        "chat": {"id": chat_id, "first_name": "甲", "type": "private"},
        "date": DATE,
    }


PEOPLE: dict[str, Callable[..., People]] = {
    "echo": Echoing,
    "report": Reporting,
    "begin": Beginning,
    "echoes": partial(Coming, Echoing),
    "reports": partial(Coming, Reporting),
}
