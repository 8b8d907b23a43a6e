"""What is said about days away: the button acts once, for the deputy of now, and never again by being old (law 7)."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlalchemy import select

from cases.coverage import Gap
from cases.deputies import come_back, days_away, say_away
from cases.outbox import NoticeKind
from handlers.buttons import NotAButton, Tap, Verb
from handlers.desk import away, away_screens
from handlers.dialogue import Talk
from handlers.heard import Heard, Kind
from handlers.screens import Screen
from models.notice import Notice
from models.person import Person
from tests.factories import MONDAY
from tests.scene import Scene, scene_in_memory

TODAY = MONDAY.date()
LAST = TODAY + timedelta(days=4)
DAYS = f"{TODAY.month}.{TODAY.day} {LAST.month}.{LAST.day}"
ARG = f"{TODAY:%Y%m%d}-{LAST:%Y%m%d}"


@pytest.fixture
def scene() -> Iterator[Scene]:
    with scene_in_memory() as scene:
        yield scene


def talk(scene: Scene, person: Person, kind: Kind, text: str = "") -> Talk:
    heard = Heard(1, person.telegram_id or 0, kind, 7, text=text)
    return Talk.resume(scene.work, person, heard)


def says_days(scene: Scene, person: Person) -> Tap:
    """The button that the card shows then."""
    talking = talk(scene, person, Kind.TEXT, DAYS)
    away.days_said(talking)
    (card,) = confirms(scene, person)[-1:]
    return Tap(Verb.AWAY_OK, card.facts["deputy_id"], card.facts["turn"], ARG)


def confirms(scene: Scene, person: Person) -> list[Notice]:
    rows = select(Notice).where(Notice.person_id == person.id, Notice.kind == Screen.AWAY_CONFIRM)
    return list(scene.session.scalars(rows.order_by(Notice.id)))


def taps(scene: Scene, person: Person, tap: Tap) -> None:
    away.confirmed(talk(scene, person, Kind.TAP), tap)


def test_after_coming_back_no_older_button_makes_him_away_again(scene: Scene):
    mediator = scene.person(scene.town.mediator)
    first = says_days(scene, mediator)
    tap = says_days(scene, mediator)
    with pytest.raises(NotAButton):
        taps(scene, mediator, first)
    taps(scene, mediator, tap)
    taps(scene, mediator, tap)  # said already, by himself: a success
    assert [(one.starts, one.ends, one.deputy_id) for one in days_away(scene.work, mediator)] == [
        (TODAY, LAST, scene.town.deputy)
    ]

    come_back(scene.work, mediator)

    with pytest.raises(NotAButton):
        taps(scene, mediator, tap)
    assert days_away(scene.work, mediator) == []


def test_nobody_but_the_one_proposed_is_made_a_deputy_by_a_button(scene: Scene):
    mediator = scene.person(scene.town.mediator)
    tap = says_days(scene, mediator)
    taps(scene, mediator, Tap(tap.verb, scene.town.judge, tap.turn, tap.arg))
    assert days_away(scene.work, mediator) == []

    say_away(scene.work, scene.person(scene.town.deputy), TODAY, LAST, None)
    taps(scene, mediator, tap)

    assert days_away(scene.work, mediator) == []
    assert [one.facts["deputy_id"] for one in confirms(scene, mediator)][-1] == (
        scene.town.korean_mediator
    )
    taps(scene, mediator, Tap(tap.verb, scene.town.korean_mediator, tap.turn, tap.arg))
    (said,) = days_away(scene.work, mediator)
    assert said.deputy_id == scene.town.korean_mediator


def test_the_next_two_can_be_chosen_as_well_and_both_and_the_head_are_told(scene: Scene):
    mediator = scene.person(scene.town.mediator)
    tap = says_days(scene, mediator)
    (card,) = confirms(scene, mediator)
    others = [one[0] for one in card.facts["others"]]
    assert (card.facts["deputy_id"], others) == (
        scene.town.deputy,
        [scene.town.korean_mediator],
    )

    taps(scene, mediator, Tap(tap.verb, others[0], tap.turn, tap.arg))

    (said,) = days_away(scene.work, mediator)
    assert said.deputy_id == scene.town.korean_mediator
    rows = scene.session.scalars(select(Notice).where(Notice.kind == NoticeKind.AWAY))
    assert {one.person_id: one.facts["you"] for one in rows} == {
        scene.town.korean_mediator: True,
        scene.town.supervisor: False,
    }


def test_nobody_is_offered_whose_own_deputy_it_would_be(scene: Scene):
    mediator, other = scene.person(scene.town.mediator), scene.person(scene.town.korean_mediator)
    say_away(scene.work, other, LAST, LAST, mediator.id)

    tap = says_days(scene, mediator)

    (card,) = confirms(scene, mediator)
    assert card.facts["others"] == []
    taps(scene, mediator, Tap(tap.verb, other.id, tap.turn, tap.arg))
    assert days_away(scene.work, mediator) == []


def test_every_lack_of_an_office_has_its_words_in_chat():
    assert set(Gap) <= set(away_screens._LACKS)
