"""What a head decides in words is about whom the button showed, and about nobody who has the part by then (law 7)."""

from collections.abc import Iterator

import pytest
from sqlalchemy import select

from cases.actions.assignment import give_back, take
from cases.actions.supervision import reassign
from cases.errors import StaleTap
from handlers.buttons import Tap, Verb
from handlers.desk import ending, pausing
from handlers.dialogue import Step, Talk
from handlers.errors import refuse
from handlers.heads import deciding
from handlers.heard import Heard, Kind
from handlers.screens import Screen
from models.case import Case
from models.draft import Unsent
from models.notice import Notice
from models.person import Person
from models.vocabulary import Organ, Outcome, Part, Role, Stage
from tests.factories import a_duty, a_person
from tests.scene import Scene, scene_in_memory


@pytest.fixture
def scene() -> Iterator[Scene]:
    with scene_in_memory() as scene:
        yield scene


def says(scene: Scene, person: Person, text: str) -> Talk:
    heard = Heard(1, person.telegram_id or 0, Kind.TEXT, 7, text=text)
    return Talk.resume(scene.work, person, heard)


def taps(scene: Scene, person: Person) -> Talk:
    return Talk.resume(scene.work, person, Heard(1, person.telegram_id or 0, Kind.TAP, 6))


def screens(scene: Scene, person: Person) -> list[str]:
    rows = select(Notice.kind).where(Notice.person_id == person.id).order_by(Notice.id)
    return list(scene.session.scalars(rows))


def with_a_judge(scene: Scene) -> Case:
    second = a_person(scene.session, code="J2")
    a_duty(scene.session, second, Role.JUDGE, scene.town.county, rank=9)
    case = scene.case()
    (offer,) = scene.offers(case, Part.JUDGE)
    take(scene.work, offer.id, offer.person)
    return case


def test_the_judge_who_came_meanwhile_is_not_frozen_for_the_one_before(scene: Scene):
    case = with_a_judge(scene)
    head = scene.person(scene.town.court_supervisor)
    deciding.ask_freeze(taps(scene, head), Tap(Verb.FREEZE, case.id, case.turn))
    (first,) = scene.offers(case, Part.JUDGE)
    give_back(scene.work, first.id, first.person, "no_time")  # moves no turn of the case

    talk = says(scene, head, "三天没有回话")
    with pytest.raises(StaleTap) as refused:
        deciding.reason_said(talk)
    refuse(talk, refused.value)

    assert not [one for one in scene.offers(case, Part.JUDGE) if one.frozen_at is not None]
    assert screens(scene, head)[-1] == Screen.CARD
    assert talk.step is Step.IDLE  # what is written next is no reason any more


def test_a_thaw_is_about_the_judge_who_was_frozen_then(scene: Scene):
    case = with_a_judge(scene)
    head = scene.person(scene.town.court_supervisor)
    (first,) = scene.offers(case, Part.JUDGE)
    first.frozen_at = scene.now
    deciding.ask_thaw(taps(scene, head), Tap(Verb.THAW, case.id, case.turn, Part.JUDGE))
    other = scene.person(scene.town.coordinator)
    to = scene.session.scalars(select(Person.id).where(Person.code == "J2")).one()
    reassign(scene.work, case.id, other, Part.MEDIATOR, to=scene.town.deputy, reason="换")
    reassign(scene.work, case.id, head, Part.JUDGE, to=to, reason="换一位")
    second = scene.offers(case, Part.JUDGE)[-1]
    second.frozen_at = scene.now

    with pytest.raises(StaleTap):
        deciding.reason_said(says(scene, head, "已说明"))

    assert second.frozen_at is not None


def test_where_nobody_changed_the_reason_decides(scene: Scene):
    case = with_a_judge(scene)
    head = scene.person(scene.town.court_supervisor)
    deciding.ask_freeze(taps(scene, head), Tap(Verb.FREEZE, case.id, case.turn))

    deciding.reason_said(says(scene, head, "三天没有回话"))

    (judge,) = scene.offers(case, Part.JUDGE)
    assert judge.frozen_at is not None


def test_a_handlers_words_about_a_case_are_no_report_that_waits(scene: Scene):
    case = scene.case()
    (offer,) = scene.offers(case)
    mediator = offer.person
    take(scene.work, offer.id, mediator)
    ending.outcome(taps(scene, mediator), Tap(Verb.OUTCOME, case.id, case.turn, Outcome.REFUSED))
    ending.words_said(says(scene, mediator, "对方不愿调解"))

    ending.confirmed(taps(scene, mediator), Tap(Verb.END_OK, case.id, case.turn))

    assert not case.is_open
    assert not scene.session.scalars(select(Unsent)).all()
    assert Screen.SET_ASIDE not in screens(scene, mediator)


def test_a_decision_without_words_asks_again_and_one_that_came_too_late_decides_nothing(
    scene: Scene,
):
    case = scene.case()
    (offer,) = scene.offers(case)
    mediator = offer.person
    take(scene.work, offer.id, mediator)

    for ask, said, verb, arg, stage in (
        (
            pausing.refer_organ,
            pausing.refer_said,
            Verb.REFER_ORGAN,
            Organ.ARBITRATION,
            Stage.REFERRED,
        ),
        (pausing.ask_take_back, pausing.take_back_said, Verb.TAKE_BACK, "", Stage.ACCEPTED),
    ):
        before = case.stage
        ask(taps(scene, mediator), Tap(verb, case.id, case.turn, arg))
        said(says(scene, mediator, " "))
        assert case.stage is before
        case.turn += 1  # somebody else moved it
        with pytest.raises(StaleTap):
            said(says(scene, mediator, "劳动仲裁院"))
        assert case.stage is before
        ask(taps(scene, mediator), Tap(verb, case.id, case.turn, arg))
        said(says(scene, mediator, "劳动仲裁院"))
        assert case.stage is stage
        assert screens(scene, mediator)[-1] == Screen.CARD
