"""Whoever let the term lapse hears at the first tap that his head decides, and still records whatever happens (law 14)."""

from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest

from cases.actions.assignment import take
from cases.actions.mediation import record_contact
from cases.actions.term import resume, suspend
from cases.errors import Frozen
from handlers.buttons import Tap, Verb
from handlers.desk import desk, ending, mediation, one_by_one, pausing
from handlers.dialogue import Step, Talk
from handlers.heard import Heard, Kind
from models.assignment import Assignment
from models.case import Case
from models.vocabulary import ContactResult, Organ, Outcome, Part, Pause
from tests.scene import Scene, scene_in_memory


@pytest.fixture
def scene() -> Iterator[Scene]:
    with scene_in_memory() as scene:
        yield scene


def held(scene: Scene, case: Case) -> Assignment:
    return next(one for one in scene.offers(case, Part.MEDIATOR) if one.taken_at is not None)


def frozen(scene: Scene) -> Case:
    """Taken, reached, and the mediation term has passed."""
    case = scene.case()
    (offer,) = scene.offers(case, Part.MEDIATOR)
    take(scene.work, offer.id, offer.person)
    record_contact(scene.work, case.id, offer.person, ContactResult.REACHED)
    scene.wait(timedelta(days=40))
    assert held(scene, case).frozen_at is not None
    return case


def taps(scene: Scene, case: Case) -> Talk:
    person = held(scene, case).person
    return Talk.resume(scene.work, person, Heard(1, person.telegram_id or 0, Kind.TAP, 6))


FIRST: dict[Verb, Callable[[Talk, Tap], None]] = {
    Verb.END: ending.which,
    Verb.SUSPEND: pausing.ask_suspend_why,
    Verb.EXTEND: pausing.ask_extend_why,
    Verb.REFER: pausing.ask_refer_organ,
    Verb.TAKE_BACK: pausing.ask_take_back,
}


@pytest.mark.parametrize("verb", FIRST)
def test_what_only_the_head_may_do_now_is_said_at_the_first_tap(scene: Scene, verb: Verb):
    case = frozen(scene)
    with pytest.raises(Frozen):
        FIRST[verb](taps(scene, case), Tap(verb, case.id, case.turn))


def test_a_part_that_cannot_be_passed_on_is_not_asked_about(scene: Scene):
    case = frozen(scene)
    with pytest.raises(Frozen):
        one_by_one.ask_back_why(taps(scene, case), Tap(Verb.BACK, held(scene, case).id, case.turn))


def test_an_older_screen_says_it_too(scene: Scene):
    case = frozen(scene)
    for verb, arg, act in (
        (Verb.OUTCOME, Outcome.TERM_EXPIRED, ending.outcome),
        (Verb.ORGAN, Organ.COURT, ending.organ),
    ):
        with pytest.raises(Frozen):
            act(taps(scene, case), Tap(verb, case.id, case.turn, arg))


def test_a_contact_a_note_and_an_agreement_are_asked_for_as_ever(scene: Scene):
    case = frozen(scene)
    mediation.contact(taps(scene, case), Tap(Verb.NO_ANSWER, case.id, case.turn))
    pausing.nobody_home(taps(scene, case), Tap(Verb.NOBODY_HOME, case.id, case.turn))
    for verb, ask, step in (
        (Verb.WORD, desk.ask_note, Step.NOTE),
        (Verb.AGREE, mediation.ask_terms, Step.AGREE_TERMS),
    ):
        talk = taps(scene, case)
        ask(talk, Tap(verb, case.id, case.turn))
        assert talk.step is step


def test_the_head_ends_it_as_ever(scene: Scene):
    case = frozen(scene)
    head = scene.person(scene.town.supervisor)
    talk = Talk.resume(scene.work, head, Heard(1, head.telegram_id or 0, Kind.TAP, 6))
    ending.which(talk, Tap(Verb.END, case.id, case.turn))
    suspend(scene.work, case.id, head, Pause.BOTH_WISH, turn=case.turn)
    resume(scene.work, case.id, head, turn=case.turn)
