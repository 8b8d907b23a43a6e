"""Server-sent events: what changed on the phones that are looked at, and on the bar.

Laws: state is looked at, not told, so nothing that changes can forget to say so; as long as nothing was called, said or
moved, nothing is looked at; a page that comes again gets its phones whole and keeps what it has.
"""

import asyncio
import json
from collections.abc import AsyncIterator, Callable

from bot.sandbox.page.phones import PhoneView

LOOKS_EVERY_S = 0.05
SAYS_IT_LIVES_EVERY_S = 10.0

Version = tuple[object, ...]


class Watch:
    """One browser's view of some phones and the bar."""

    def __init__(
        self,
        *,
        version: Callable[[], Version],
        phones: Callable[[], list[PhoneView]],
        shown: Callable[[PhoneView, set[int] | None], dict[str, object]],
        bar: Callable[[], dict[str, object]],
        bar_version: Callable[[], Version],
    ) -> None:
        self._version, self._phones, self._shown = version, phones, shown
        self._bar, self._bar_version = bar, bar_version
        self._signs: dict[str, dict[int, str]] = {}
        self._heads: dict[str, object] = {}

    async def events(self) -> AsyncIterator[str]:
        """For ever: until the browser goes."""
        seen: Version | None = None
        seen_bar: Version | None = None
        loop = asyncio.get_running_loop()
        quiet_since = loop.time()
        while True:
            said = []
            if (now := self._version()) != seen:
                seen = now
                said += [_event("phone", one) for one in self._changed()]
                said.append(_event("stir", {}))
            if (now := self._bar_version()) != seen_bar:
                seen_bar = now
                said.append(_event("bar", self._bar()))
            if said or loop.time() - quiet_since > SAYS_IT_LIVES_EVERY_S:
                quiet_since = loop.time()
                yield "".join(said) or ": here\n\n"
            await asyncio.sleep(LOOKS_EVERY_S)

    def _changed(self) -> list[dict[str, object]]:
        changed = []
        for view in self._phones():
            signs = {post.id: post.sign for post in view.posts}
            known = self._signs.get(view.code)
            head = (
                view.mode, view.typing, view.waiting, view.keys, view.commands, view.description,
                view.pinned,
            )  # fmt: skip
            if signs == known and head == self._heads.get(view.code):
                continue
            fresh = {id_ for id_, sign in signs.items() if known is None or known.get(id_) != sign}
            self._signs[view.code], self._heads[view.code] = signs, head
            changed.append(self._shown(view, fresh))
        return changed


def _event(name: str, content: dict[str, object]) -> str:
    return f"event: {name}\ndata: {json.dumps(content, ensure_ascii=False)}\n\n"
