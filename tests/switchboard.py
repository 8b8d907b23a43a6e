"""Messages and taps on the switchboard itself: one update, one step of a conversation, and the cards that answer it."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from html import unescape
from itertools import count
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from cases.errors import CaseError
from cases.notice_views import view_of
from handlers import said, tapped
from handlers.buttons import Tap
from handlers.cards import Card
from handlers.dialogue import Talk
from handlers.errors import refuse
from handlers.heard import Heard, Kind
from handlers.notices import render
from models.notice import Notice
from models.person import Person
from models.vocabulary import Language, NoticeState
from tests.scene import Scene


@dataclass
class Switchboard:
    """What an update does, as handlers/context.py has it done: whole, or undone and refused."""

    scene: Scene
    office_url: str = ""
    _numbers: Iterator[int] = field(default_factory=lambda: count(1000))

    def says(self, person: Person, text: str, **facts: Any) -> list[Card]:
        kind = Kind.COMMAND if text.startswith("/") else Kind.TEXT
        return self.hears(person, **({"kind": kind, "text": text} | facts))

    def taps(self, person: Person, tap: Tap | str, message_id: int = 1) -> list[Card]:
        data = tap if isinstance(tap, str) else tap.write()
        return self.hears(person, kind=Kind.TAP, data=data, message_id=message_id)

    def hears(self, person: Person, **facts: Any) -> list[Card]:
        """The cards that answer one update, to the person who sent it."""
        number = next(self._numbers)
        heard = Heard(
            **(
                {"update_id": number, "telegram_id": person.telegram_id, "message_id": number}
                | facts
            )
        )
        before = self._last()
        step = tapped if heard.kind is Kind.TAP else said
        try:
            with self.scene.session.begin_nested():
                step(self._talk(person, heard))
        except CaseError as refused:
            refuse(self._talk(person, heard), refused)
        return self._answers(person, before)

    def _talk(self, person: Person, heard: Heard) -> Talk:
        talk = Talk.resume(self.scene.work, person, heard)
        talk.bot_username, talk.office_url = "a_bot", self.office_url
        return talk

    def _last(self) -> int:
        newest = self.scene.session.scalars(select(Notice.id).order_by(Notice.id.desc())).first()
        return newest or 0

    def _answers(self, person: Person, after: int) -> list[Card]:
        rows = self.scene.session.scalars(
            select(Notice)
            .where(
                Notice.id > after,
                Notice.person_id == person.id,
                Notice.state == NoticeState.NEW,
            )
            .order_by(Notice.id)
        )
        views = [view_of(self.scene.work, row) for row in rows]
        return [render(view, strict=True) for view in views if view is not None]


@contextmanager
def undone(session: Session) -> Iterator[None]:
    """What happens inside is taken back: each example meets the same town."""
    point = session.begin_nested()
    try:
        yield
    finally:
        point.rollback()
        session.expire_all()


def assert_shown(cards: list[Card]) -> None:
    """Something was said, in a language of ours, and Telegram can carry it."""
    assert cards
    for card in cards:
        assert card.language in set(Language)
        assert 0 < len(unescape(card.text).encode("utf-16-le")) // 2 <= 5000
        card.text.encode()
        card.markup()
