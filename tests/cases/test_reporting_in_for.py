"""The assistant reports in for the judge: the part stays the judge's, who reads it on his next silent card; and recusals."""

from datetime import timedelta

import pytest

from cases.access import Doing, Relation, Sight, access_case, relations, sees
from cases.actions.assignment import declare_tie, give_back, take, take_for
from cases.errors import AlreadyTaken, NotYours, StaleTap
from cases.journal import EventKind
from cases.notice_views import view_of
from cases.outbox import NoticeKind
from models.assignment import Assignment
from models.case import Case
from models.notice import Notice
from models.vocabulary import AssignmentState, Channel, Clock, NoticeState, Part, Role, Tie
from tests.factories import BEATEN, WAGES, a_duty
from tests.scene import Scene

DAY = timedelta(days=1)


def judges_offer(scene: Scene, case: Case) -> Assignment:
    return scene.offers(case, Part.JUDGE)[0]


def assistant_takes(scene: Scene, offer: Assignment) -> Case:
    return take_for(scene.work, offer.id, scene.person(scene.town.assistant))


def test_the_part_stays_the_judges_and_the_journal_says_whose_tap_it_was(scene: Scene):
    case = scene.case()
    offer = judges_offer(scene, case)

    assistant_takes(scene, offer)

    assert (offer.state, offer.person_id) == (AssignmentState.TAKEN, scene.town.judge)
    (taken,) = scene.events(case, EventKind.TAKEN)
    assert taken.actor_id == scene.town.assistant
    assert (taken.facts or {})["for"] == scene.town.judge
    assert not [
        clock
        for clock in scene.running(case, Clock.ACKNOWLEDGE)
        if clock.assignment_id == offer.id
    ]


def test_the_officer_who_blew_the_whistle_hears_of_both_parts(scene: Scene):
    case = scene.case(scene.person(scene.town.officer), channel=Channel.GRID_OFFICER)
    (mediators,) = scene.offers(case)
    assistant_takes(scene, judges_offer(scene, case))
    take(scene.work, mediators.id, mediators.person)

    told = scene.told(case, NoticeKind.TAKEN, scene.town.officer)
    assert [scene.session.get_one(Assignment, one.facts["assignment"]).part for one in told] == [
        Part.JUDGE,
        Part.MEDIATOR,
    ]


def test_a_second_tap_is_a_success(scene: Scene):
    case = scene.case()
    offer = judges_offer(scene, case)
    assistant_takes(scene, offer)
    before = len(scene.events(case))

    assistant_takes(scene, offer)
    take(scene.work, offer.id, scene.person(scene.town.judge))

    assert len(scene.events(case)) == before


def test_the_judge_reads_it_on_his_next_silent_card_and_once(scene: Scene):
    case = scene.case()
    offer = judges_offer(scene, case)
    scene.wait(DAY)  # past the first morning: that card is sent
    for digest in scene.session.query(Notice).filter_by(kind=NoticeKind.DIGEST):
        digest.state = NoticeState.SENT
    offer = judges_offer(scene, case)
    if offer.state is not AssignmentState.OFFERED:
        pytest.fail("the offer climbed before the assistant could tap")
    assistant_takes(scene, offer)

    (card,) = (
        scene.session.query(Notice)
        .filter_by(kind=NoticeKind.DIGEST, person_id=scene.town.judge, state=NoticeState.NEW)
        .all()
    )
    assert card.silent
    assert card.due_at > scene.now
    scene.wait(DAY)
    view = view_of(scene.work, card)
    assert view is not None
    assert [(one.id, who.id) for one, who in view.done_for] == [(case.id, scene.town.assistant)]
    assert view.cases == ()


def test_an_offer_that_has_climbed_is_no_longer_the_judges_to_be_taken(scene: Scene):
    case = scene.case()
    offer = judges_offer(scene, case)
    scene.wait(3 * DAY)
    assert len(scene.offers(case, Part.JUDGE)) > 1

    with pytest.raises((StaleTap, NotYours)):
        assistant_takes(scene, offer)
    assert offer.state is not AssignmentState.TAKEN


def test_not_after_a_recusal_of_either(scene: Scene):
    """What the judge gave back goes to the next in line, by an offer of its own."""
    case = scene.case()
    offer = judges_offer(scene, case)
    give_back(scene.work, offer.id, offer.person, "related")
    with pytest.raises((StaleTap, NotYours)):
        assistant_takes(scene, offer)

    (own,) = [
        one
        for one in scene.offers(case, Part.JUDGE)
        if one.is_live and one.person_id == scene.town.assistant
    ]
    give_back(scene.work, own.id, own.person, "related")
    assistant = scene.person(scene.town.assistant)
    assert relations(scene.work, case, assistant) == {Relation.RECUSED}


def test_somebody_elses_assistant_and_a_mediators_part_are_out_of_reach(scene: Scene):
    case = scene.case()
    elsewhere = scene.person(code="F8")
    a_duty(scene.session, elsewhere, Role.JUDGE_ASSISTANT, scene.town.far_grid)

    with pytest.raises(NotYours):
        take_for(scene.work, judges_offer(scene, case).id, elsewhere)
    (mediators,) = scene.offers(case)
    with pytest.raises(NotYours):
        assistant_takes(scene, mediators)


def test_who_was_slower_is_told_so(scene: Scene):
    case = scene.case(matter=WAGES)
    offer = judges_offer(scene, case)
    scene.wait(timedelta(hours=3))
    second = scene.offers(case, Part.JUDGE)[1]
    take(scene.work, second.id, second.person)

    with pytest.raises((AlreadyTaken, NotYours)):
        assistant_takes(scene, offer)


def test_the_assistant_looks_into_no_case_of_danger(scene: Scene):
    case = scene.case(matter=BEATEN)

    assert not relations(scene.work, case, scene.person(scene.town.assistant))


# --- recusal ---------------------------------------------------------------------------------------------------------


def test_a_recusal_closes_the_story_at_once(scene: Scene):
    case = scene.case()
    offer = judges_offer(scene, case)
    assert sees(case, relations(scene.work, case, offer.person), Sight.STORY)

    give_back(scene.work, offer.id, offer.person, "related")

    found = relations(scene.work, case, offer.person)
    assert found == {Relation.RECUSED}
    assert not any(sees(case, found, sight) for sight in Sight if sight is not Sight.STATUS)
    for doing in set(Doing) - {Doing.SEE, Doing.OPEN, Doing.RETURN, Doing.DECLARE}:
        with pytest.raises(NotYours):
            access_case(scene.work, case.id, by=offer.person, doing=doing)


def test_a_judges_recusal_is_told_to_the_head_of_the_tribunal_and_a_mediators_is_not(
    scene: Scene,
):
    case = scene.case(scene.person(scene.town.officer), channel=Channel.GRID_OFFICER)
    (mediators,) = scene.offers(case)
    give_back(scene.work, mediators.id, mediators.person, "related")
    assert not scene.told(case, NoticeKind.ESCALATED)
    offer = judges_offer(scene, case)

    give_back(scene.work, offer.id, offer.person, "related")

    (told,) = scene.told(case, NoticeKind.ESCALATED)
    assert (told.person_id, told.facts["why"]) == (scene.town.court_supervisor, "recused")


def test_of_what_kind_the_tie_is_may_be_said_afterwards_and_once(scene: Scene):
    case = scene.case()
    offer = judges_offer(scene, case)
    with pytest.raises(NotYours):
        declare_tie(scene.work, offer.id, offer.person, Tie.KIN)
    give_back(scene.work, offer.id, offer.person, "related")

    declare_tie(scene.work, offer.id, offer.person, Tie.KIN)
    declare_tie(scene.work, offer.id, offer.person, Tie.KIN)

    (recused,) = scene.events(case, EventKind.RECUSED)
    assert (recused.facts or {})["tie"] == Tie.KIN
    with pytest.raises(NotYours):
        declare_tie(scene.work, offer.id, scene.person(scene.town.mediator), Tie.KIN)
