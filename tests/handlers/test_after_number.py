"""What is written after the number: an answer to the question below which it stands, and to no other."""

from collections.abc import Iterator

import pytest
from sqlalchemy import select

from cases.journal import EventKind, events
from handlers.buttons import Tap, Verb
from handlers.screens import Screen
from models.area import Area
from models.case import Case
from models.draft import Draft
from models.notice import Notice
from models.person import Person
from models.vocabulary import NoticeState
from tests.factories import LEAK, a_person
from tests.scene import Scene, scene_in_memory
from tests.switchboard import Switchboard

SHOWN_AS, HOUSE = 5000, "3号楼302"


@pytest.fixture
def scene() -> Iterator[Scene]:
    with scene_in_memory() as scene:
        yield scene


@pytest.fixture
def resident(scene: Scene) -> Person:
    return a_person(scene.session, name="金哲")


@pytest.fixture
def board(scene: Scene, resident: Person) -> Switchboard:
    """A report that has just got its number; the house number is asked for."""
    board = Switchboard(scene)
    place = scene.session.get_one(Area, scene.town.grid).code
    board.says(resident, f"/start g_{place}_zh")
    board.says(resident, LEAK)
    turn = scene.session.get_one(Draft, resident.id).turn
    board.taps(resident, Tap(Verb.SUBMIT, resident.id, turn))
    assert question(scene, resident).kind == Screen.ASK_HOME
    return board


def question(scene: Scene, resident: Person) -> Notice:
    return scene.session.get_one(Notice, scene.session.get_one(Draft, resident.id).asked or 0)


def added(scene: Scene) -> list[tuple[str, str | None]]:
    """The words that came after the number, and what they answered."""
    case_id = scene.session.scalars(select(Notice.case_id).where(Notice.kind == "receipt")).one()
    rows = events(scene.work, scene.session.get_one(Case, case_id), EventKind.ADDED)
    return [(row.facts["words"], row.facts.get("what")) for row in rows if row.facts]


def test_what_stands_below_the_question_answers_it(board, scene, resident):
    asked = question(scene, resident)
    asked.state, asked.message_id = NoticeState.SENT, SHOWN_AS

    board.says(resident, HOUSE, message_id=SHOWN_AS + 1)

    assert added(scene) == [(HOUSE, "home")]


def test_a_sentence_that_the_tap_overtook_answers_no_question(board, scene, resident):
    asked = question(scene, resident)
    asked.state, asked.message_id = NoticeState.SENT, SHOWN_AS

    board.says(resident, HOUSE, message_id=SHOWN_AS - 1)

    assert added(scene) == [(HOUSE, None)]


def test_what_comes_before_the_question_was_said_answers_no_question(board, scene, resident):
    board.says(resident, HOUSE)

    assert added(scene) == [(HOUSE, None)]
