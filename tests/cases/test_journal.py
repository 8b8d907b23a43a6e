"""The journal is whole, in order, and knows what must be shredded."""

import re

import pytest

from cases.actions.assignment import give_back, take
from cases.actions.mediation import agree, note, record_contact
from cases.actions.promise import answer_kept
from cases.actions.tasks import finish_task
from cases.journal import SHRED, EventKind, Shred, record
from models.task import Task
from models.vocabulary import ContactResult, Kept, Part
from tests.scene import Scene

_SCRIPTS = re.compile(r"[\u3400-\u9fff\uac00-\ud7a3]")


def test_every_kind_has_its_shred_rule():
    assert set(SHRED) == set(EventKind)


def test_sequences_are_gapless_from_one_in_each_case(scene: Scene):
    one, other = scene.case(), scene.case()
    for case in (one, other, one, other, other):
        record(scene.work, case, EventKind.NOTED, words="…")

    for case in (one, other):
        sequences = [event.sequence for event in scene.events(case)]
        assert sequences == list(range(1, len(sequences) + 1))


def test_an_event_stands_at_the_civil_moment_of_its_work_and_names_its_actor(scene: Scene):
    case = scene.case()
    person = scene.person(scene.town.mediator)

    event = record(scene.work, case, EventKind.NOTED, person, words="修好了")

    assert (event.at, event.actor_id, event.facts) == (
        scene.now,
        person.id,
        {"words": "修好了"},
    )


def test_what_may_be_kept_for_ever_holds_nobodys_words(scene: Scene):
    """A life with free text at every place where people write; only kinds to be emptied hold any of it."""
    case = scene.case(phone="13944300000", matter="楼上漏水，天花板泡了。")
    mediator = scene.person(scene.town.mediator)
    judge = scene.offers(case, Part.JUDGE)[0]
    give_back(scene.work, judge.id, judge.person, "出差到下周")
    for task in scene.session.query(Task).all():
        finish_task(scene.work, task.id, scene.person(task.person_id), "听过了")
    take(scene.work, scene.offers(case)[0].id, mediator)
    note(scene.work, case.id, mediator, "윗집은 비여있습니다")
    record_contact(scene.work, case.id, mediator, ContactResult.REACHED)
    agree(scene.work, case.id, mediator, terms="修好天花板", promised_on=scene.work.today)
    answer_kept(scene.work, case.id, case.reporter, Kept.NOT)

    kept = [event for event in scene.events(case) if SHRED[EventKind(event.kind)] is Shred.KEEP]

    assert kept
    assert not [event.kind for event in kept if _SCRIPTS.search(str(event.facts))]
    assert not [event.kind for event in kept if "13944300000" in str(event.facts)]


@pytest.mark.parametrize("kind", EventKind)
def test_a_kind_is_written_in_the_past_tense_of_one_thing(kind: EventKind):
    assert re.fullmatch(r"[a-z]+\.[a-z_]+", kind)
