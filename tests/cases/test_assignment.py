"""Offering, seeing, taking, giving back: never ownerless, one taker, and whoever slept makes room (laws 2, 3, 5, 14)."""

from datetime import timedelta

import pytest

from cases.actions.assignment import give_back, see, take
from cases.actions.mediation import agree, note, record_contact
from cases.actions.raising import raise_level
from cases.errors import AlreadyTaken, Frozen, NoSuchCase, NotYours
from cases.journal import EventKind
from cases.outbox import NoticeKind
from cases.urgency import gate
from models.vocabulary import AssignmentState, Clock, ContactResult, Level, Part, Stage
from tests.factories import BEATEN, MONDAY
from tests.scene import Scene

DAY = timedelta(days=1)


def test_a_report_is_offered_to_its_mediator_and_its_judge(scene: Scene):
    case = scene.case()

    assert [one.person_id for one in scene.offers(case)] == [scene.town.mediator]
    assert [one.person_id for one in scene.offers(case, Part.JUDGE)] == [scene.town.judge]
    assert case.stage is Stage.REGISTERED


def test_seen_is_not_taken(scene: Scene):
    case = scene.case()
    turn = case.turn

    see(scene.work, case, scene.person(scene.town.mediator))

    (offer,) = scene.offers(case)
    assert (offer.state, offer.taken_at) == (AssignmentState.SEEN, None)
    assert (case.stage, case.turn) == (Stage.REGISTERED, turn)
    assert scene.running(case, Clock.ACKNOWLEDGE)


def test_the_mediators_tap_accepts_and_the_judges_does_not(scene: Scene):
    case = scene.case()
    (guide,) = scene.offers(case, Part.JUDGE)
    (offer,) = scene.offers(case)

    take(scene.work, guide.id, guide.person)
    before = (case.stage, scene.running(case, Clock.MEDIATION_TERM))

    take(scene.work, offer.id, offer.person)

    assert before == (Stage.REGISTERED, [])
    assert case.stage is Stage.ACCEPTED
    assert len(scene.running(case, Clock.MEDIATION_TERM)) == 1


def test_a_second_tap_of_the_same_person_is_a_success_and_changes_nothing(scene: Scene):
    case = scene.case()
    (offer,) = scene.offers(case)
    take(scene.work, offer.id, offer.person)
    before = (case.turn, len(scene.events(case)))

    take(scene.work, offer.id, offer.person)

    assert (case.turn, len(scene.events(case))) == before


def test_nobody_takes_with_another_ones_button(scene: Scene):
    case = scene.case()
    (offer,) = scene.offers(case)

    for person_id in (scene.town.deputy, scene.town.judge, scene.town.supervisor):
        with pytest.raises(NotYours):
            take(scene.work, offer.id, scene.person(person_id))
    with pytest.raises(NoSuchCase):
        take(scene.work, 999_999, offer.person)
    assert offer.state is AssignmentState.OFFERED


def test_who_does_not_answer_makes_room_for_the_deputy_and_who_comes_late_is_told_who(
    scene: Scene,
):
    case = scene.case()
    scene.wait(2 * DAY)
    first, deputy = scene.offers(case)[:2]
    assert deputy.person_id == scene.town.deputy

    take(scene.work, deputy.id, deputy.person)

    with pytest.raises(AlreadyTaken) as told:
        take(scene.work, first.id, first.person)
    assert told.value.by == scene.town.deputy
    assert first.state is AssignmentState.RELEASED


def test_an_offer_beside_a_holder_can_always_be_taken(scene: Scene):
    """Also after an outage, when nobody is frozen for a warning that he never got."""
    case = scene.case()
    (offer,) = scene.offers(case)
    take(scene.work, offer.id, offer.person)

    scene.jump(10 * DAY)
    deputy = scene.offers(case)[1]
    assert offer.frozen_at is None
    take(scene.work, deputy.id, deputy.person)

    assert offer.state is AssignmentState.RELEASED
    assert deputy.state is AssignmentState.TAKEN


def test_nobody_is_offered_one_part_twice_and_at_the_end_of_the_line_a_head_is_told(scene: Scene):
    case = scene.case()
    offered: list[int] = []
    while len(offered) < len(scene.offers(case)):
        offer = scene.offers(case)[-1]
        offered.append(offer.person_id)
        give_back(scene.work, offer.id, offer.person, "回避")

    assert len(offered) == len(set(offered))
    assert set(offered) == {
        scene.town.mediator,
        scene.town.deputy,
        scene.town.korean_mediator,
        scene.town.supervisor,
        scene.town.coordinator,
        scene.town.night_desk,
    }
    assert scene.told(case, NoticeKind.ESCALATED, scene.town.supervisor)
    assert scene.running(case)


def test_the_second_return_is_told_to_the_head(scene: Scene):
    case = scene.case()
    for _ in range(2):
        assert not scene.told(case, NoticeKind.ESCALATED)
        offer = scene.offers(case)[-1]
        give_back(scene.work, offer.id, offer.person, "忙")

    (told,) = scene.told(case, NoticeKind.ESCALATED)
    assert (told.person_id, told.facts["why"]) == (scene.town.supervisor, "returned_twice")


def test_a_second_tap_on_give_back_returns_it_once(scene: Scene):
    case = scene.case()
    (offer,) = scene.offers(case)

    give_back(scene.work, offer.id, offer.person, "忙")
    give_back(scene.work, offer.id, offer.person, "忙")

    assert len(scene.events(case, EventKind.RETURNED)) == 1
    assert len(scene.offers(case)) == 2


def test_a_side_of_the_dispute_never_handles_it(scene: Scene):
    mediator = scene.person(scene.town.mediator)

    case = scene.case(reporter=mediator)

    assert [one.person_id for one in scene.offers(case)] == [scene.town.deputy]


def test_a_raise_asks_everybody_again_and_sooner(scene: Scene):
    """Law 3: a new acknowledgement from the raise, never due later than the old one."""
    case = scene.case()
    old = {clock.assignment_id: clock.due_at for clock in scene.running(case, Clock.ACKNOWLEDGE)}
    scene.wait(timedelta(minutes=30))

    raise_level(scene.work, case, gate(BEATEN), case.reporter, BEATEN)

    new = {clock.assignment_id: clock.due_at for clock in scene.running(case, Clock.ACKNOWLEDGE)}
    assert case.level is Level.RED
    assert new.keys() == old.keys()
    assert all(due == scene.now + timedelta(minutes=15) for due in new.values())
    assert all(new[one] < old[one] for one in old)
    assert scene.told(case, NoticeKind.OFFER, scene.town.judge)


def test_a_raise_shortly_before_the_end_gives_nobody_more_time(scene: Scene):
    case = scene.case()
    (offer,) = scene.offers(case)
    scene.wait(DAY - timedelta(minutes=5))
    (old,) = [one for one in scene.running(case) if one.assignment_id == offer.id][:1]
    assert old.due_at == MONDAY + DAY

    raise_level(scene.work, case, gate(BEATEN), case.reporter, BEATEN)

    assert old in scene.running(case, Clock.ACKNOWLEDGE)


def test_only_the_courts_own_supervisor_freezes_a_judge(scene: Scene):
    """Law 14: a judge who does not report in is followed by the next, and told to his own head."""
    case = scene.case()
    scene.wait(4 * DAY)

    assert all(one.frozen_at is None for one in scene.offers(case, Part.JUDGE))
    assert any(one.frozen_at is not None for one in scene.offers(case))
    assert scene.told(case, NoticeKind.ESCALATED, scene.town.court_supervisor)


def test_freezing_stops_passing_on_and_never_a_contact_a_note_or_an_agreement(scene: Scene):
    case = scene.case()
    (offer,) = scene.offers(case)
    take(scene.work, offer.id, offer.person)
    scene.wait(3 * DAY)
    assert offer.frozen_at is not None

    with pytest.raises(Frozen):
        give_back(scene.work, offer.id, offer.person, "忙")
    note(scene.work, case.id, offer.person, "去过现场")
    record_contact(scene.work, case.id, offer.person, ContactResult.REACHED)
    agree(scene.work, case.id, offer.person, terms="修好", promised_on=scene.work.today)

    assert case.stage is Stage.AGREED


def test_after_a_whole_night_the_clocks_of_an_offer_start_when_it_is_shown(scene: Scene):
    scene.wait(timedelta(hours=14))  # 23:00
    case = scene.case()

    for offer in (*scene.offers(case), *scene.offers(case, Part.JUDGE)):
        assert offer.offered_at == MONDAY + timedelta(hours=23, minutes=30)  # 08:30
    assert {clock.started_at for clock in scene.running(case)} == {
        MONDAY + timedelta(hours=23, minutes=30)
    }


def test_a_judge_whose_card_has_just_gone_out_is_told_with_the_next_one(scene: Scene):
    scene.wait(timedelta(hours=23, minutes=30))  # 08:30 sharp
    case = scene.case()

    (offer,) = scene.offers(case, Part.JUDGE)
    assert offer.offered_at == scene.now + DAY


def test_whoever_left_the_number_of_a_mediator_is_not_handled_by_that_mediator(scene: Scene):
    """The same person with a private account: nobody handles a dispute of his own (rule book 6.10)."""
    scene.person(scene.town.mediator).phone = "139 4430-0000"
    reporter = scene.person(name="金哲")

    case = scene.case(reporter, phone="13944300000")

    assert [one.person_id for one in scene.offers(case)] == [scene.town.deputy]
    scene.person(scene.town.mediator).phone = "13944300001"
    assert [one.person_id for one in scene.offers(scene.case(reporter, phone="13944300000"))] == [
        scene.town.mediator
    ]
