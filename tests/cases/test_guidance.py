"""A word between judge and mediator: it reaches the other one, stays out of the parties' record, and is read by the gate."""

import pytest

from cases.actions.assignment import take
from cases.actions.guidance import guide
from cases.actions.joining import join_as_other_side
from cases.actions.mediation import invite_other_side
from cases.case_views import case_view
from cases.errors import NotYours
from cases.journal import SHRED, EventKind, Shred
from cases.outbox import NoticeKind
from models.case import Case
from models.person import Person
from models.vocabulary import Channel, Level, Part
from tests.factories import BEATEN
from tests.scene import Scene

WORDS = "先看一下物业的维修记录"


def in_hand(scene: Scene) -> tuple[Case, Person, Person]:
    """A case that judge and mediator have taken."""
    case = scene.case(scene.person(scene.town.officer), channel=Channel.GRID_OFFICER)
    judge, mediator = scene.offers(case, Part.JUDGE)[0], scene.offers(case)[0]
    for offer in (judge, mediator):
        take(scene.work, offer.id, offer.person)
    return case, judge.person, mediator.person


def test_the_judges_word_is_announced_to_the_mediator_without_the_words(scene: Scene):
    case, judge, mediator = in_hand(scene)

    guide(scene.work, case.id, judge, WORDS)

    (told,) = scene.told(case, NoticeKind.WORD)
    assert told.person_id == mediator.id
    assert WORDS not in str(told.facts)
    (word,) = case_view(scene.work, case, mediator).guidance
    assert (word.part, word.words) == (Part.JUDGE, WORDS)


def test_the_mediator_answers_and_the_judge_reads_both(scene: Scene):
    case, judge, mediator = in_hand(scene)
    guide(scene.work, case.id, judge, WORDS)

    guide(scene.work, case.id, mediator, "好，明天去看")

    assert [notice.person_id for notice in scene.told(case, NoticeKind.WORD)] == [
        mediator.id,
        judge.id,
    ]
    said = [word.part for word in case_view(scene.work, case, judge).guidance]
    assert said == [Part.JUDGE, Part.MEDIATOR]


def test_nobody_else_reads_it_least_of_all_a_party(scene: Scene):
    case, judge, mediator = in_hand(scene)
    _, secret = invite_other_side(scene.work, case.id, mediator)
    other = scene.person(name="李强")
    join_as_other_side(scene.work, secret, other)
    guide(scene.work, case.id, judge, WORDS)

    for person in (
        other,
        case.reporter,
        scene.person(scene.town.supervisor),
        scene.person(scene.town.assistant),
    ):
        view = case_view(scene.work, case, person)
        assert view.guidance == ()
        assert WORDS not in str(view)
        with pytest.raises(NotYours):
            guide(scene.work, case.id, person, WORDS)


def test_it_is_no_note_of_the_record_and_is_emptied_with_the_case(scene: Scene):
    case, judge, _ = in_hand(scene)

    guide(scene.work, case.id, judge, WORDS)

    assert not scene.events(case, EventKind.NOTED)
    assert SHRED[EventKind.GUIDED] is Shred.EMPTY


def test_a_danger_in_it_raises_the_level(scene: Scene):
    case, judge, _ = in_hand(scene)

    guide(scene.work, case.id, judge, BEATEN)

    assert case.level is Level.RED


def test_a_word_before_anybody_mediates_waits_for_whoever_does(scene: Scene):
    case = scene.case()
    judge = scene.offers(case, Part.JUDGE)[0]
    take(scene.work, judge.id, judge.person)

    guide(scene.work, case.id, judge.person, WORDS)

    (told,) = scene.told(case, NoticeKind.WORD)
    assert told.person_id == scene.town.mediator  # it is offered to her: she reads it on opening
