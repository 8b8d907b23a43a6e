"""Every outcome by its own way: what the record must show, who must agree, and that nothing ends by less (rule book 6.8)."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cases.actions.assignment import take
from cases.actions.closing import approve_closing, contest, propose_closing, refuse_closing
from cases.actions.joining import join_as_other_side
from cases.actions.mediation import agree, invite_other_side, record_contact
from cases.actions.promise import (
    answer_kept,
    answer_settled,
    ask_settled,
    heard_by_phone,
    settled_by_phone,
)
from cases.actions.proposals import Said, pending
from cases.actions.referring import refer, take_back
from cases.errors import (
    Frozen,
    HasAPhone,
    MoveNotAllowed,
    NotShownYet,
    NotThisCase,
    NotYours,
    SecondPerson,
    StaleTap,
)
from cases.journal import EventKind
from cases.outbox import NoticeKind
from cases.outcomes import ENDINGS, Shown, exists, needs_a_second
from cases.shown import tries
from models.case import Case
from models.party import Party
from models.person import Person
from models.vocabulary import (
    Clock,
    ContactResult,
    ContactWay,
    Flag,
    Form,
    Kept,
    Level,
    Organ,
    Outcome,
    Part,
    SafeChannel,
    Side,
    Stage,
    TaskKind,
)
from tests.factories import BEATEN, WAGES
from tests.scene import Scene, scene_in_memory

DAY = timedelta(days=1)
WORDS = Said("12月1日上午，对方本人在电话里说的")


def mediator(scene: Scene) -> Person:
    return scene.person(scene.town.mediator)


def taken(scene: Scene, **changes: Any) -> Case:
    case = scene.case(**changes)
    offer = scene.offers(case)[0]
    take(scene.work, offer.id, offer.person)
    return case


def under_way(scene: Scene, **changes: Any) -> Case:
    case = taken(scene, **changes)
    record_contact(scene.work, case.id, mediator(scene), ContactResult.REACHED)
    return case


def agreed(scene: Scene, form: Form = Form.WRITTEN, **changes: Any) -> Case:
    case = under_way(scene, **changes)
    agree(
        scene.work,
        case.id,
        mediator(scene),
        terms="12月6日前修好",
        promised_on=scene.work.today + 5 * DAY,
        form=form,
    )
    return case


def kept_by_both(scene: Scene, case: Case) -> Case:
    answer_kept(scene.work, case.id, case.reporter, Kept.ALL)
    heard_by_phone(scene.work, case.id, mediator(scene), Side.OTHER, Kept.ALL)
    return case


def tried_often(scene: Scene) -> Case:
    case = taken(scene)
    for way in (ContactWay.PHONE, ContactWay.VISIT, ContactWay.PHONE):
        record_contact(scene.work, case.id, mediator(scene), ContactResult.NO_ANSWER, way=way)
        scene.wait(2 * DAY)
    return case


def settled(scene: Scene) -> Case:
    case = under_way(scene)
    answer_settled(scene.work, case.id, case.reporter, settled=True)
    settled_by_phone(scene.work, case.id, mediator(scene), Side.OTHER, settled=True)
    return case


def passed_on(scene: Scene) -> Case:
    case = under_way(scene)
    refer(scene.work, case.id, mediator(scene), Organ.ADMINISTRATION, "住建局张科长，12月1日")
    return case


#: For each outcome: how the case comes to stand there, and what is said.
WAYS: dict[Outcome, tuple[Callable[[Scene], Case], Said]] = {
    Outcome.PERFORMED: (lambda scene: kept_by_both(scene, agreed(scene)), Said()),
    Outcome.ORAL_AGREEMENT: (
        lambda scene: kept_by_both(scene, agreed(scene, Form.ORAL)),
        Said(),
    ),
    Outcome.CONFIRMED_BY_COURT: (agreed, Said("（2026）吉2401诉前调确12号")),
    Outcome.SETTLED_THEMSELVES: (settled, Said()),
    Outcome.REFUSED: (under_way, WORDS),
    Outcome.UNREACHABLE: (tried_often, Said()),
    Outcome.NOT_REACHED: (under_way, Said("双方差距太大", Organ.COURT)),
    Outcome.NOT_ACCEPTED: (taken, Said("已经起诉", Organ.COURT)),
    Outcome.TO_POLICE: (under_way, Said("河南派出所李警官，12月1日")),
    Outcome.TO_OTHER_ORGAN: (passed_on, Said("受理号 2026-118")),
    Outcome.SHAM: (under_way, Said("双方串通骗取债权")),
    Outcome.ENDED: (under_way, Said("申请人12月2日去世，家属告知")),
}


@pytest.mark.parametrize("outcome", WAYS)
def test_each_outcome_ends_the_case_by_its_own_way(scene: Scene, outcome: Outcome):
    stand, said = WAYS[outcome]
    case = stand(scene)

    propose_closing(scene.work, case.id, mediator(scene), outcome, said)
    if needs_a_second(case, outcome):
        assert case.is_open
        approve_closing(scene.work, case.id, scene.person(scene.town.supervisor))

    assert (case.stage, case.outcome) == (Stage.CLOSED, outcome)
    assert scene.running(case) == []
    assert scene.told(case, NoticeKind.CLOSED, case.reporter_id)


@pytest.mark.parametrize("outcome", [row for row in WAYS if ENDINGS[row].asked])
def test_without_what_it_asks_for_no_outcome_is_recorded(scene: Scene, outcome: Outcome):
    case = WAYS[outcome][0](scene)

    with pytest.raises(NotShownYet):
        propose_closing(scene.work, case.id, mediator(scene), outcome, Said())

    assert case.is_open


@pytest.mark.parametrize(
    "outcome", [row for row in WAYS if ENDINGS[row].shown - {Shown.AGREEMENT}]
)
def test_without_what_the_record_must_show_no_outcome_is_recorded(scene: Scene, outcome: Outcome):
    case = under_way(scene) if Stage.MEDIATING in ENDINGS[outcome].stages else agreed(scene)

    with pytest.raises(NotShownYet):
        propose_closing(scene.work, case.id, mediator(scene), outcome, WORDS)


def test_an_oral_agreement_is_not_closed_as_a_written_one(scene: Scene):
    case = kept_by_both(scene, agreed(scene, Form.ORAL))

    with pytest.raises(NotShownYet):
        propose_closing(scene.work, case.id, mediator(scene), Outcome.PERFORMED, Said())


def test_one_sides_word_settles_nothing(scene: Scene):
    case = under_way(scene)
    answer_settled(scene.work, case.id, case.reporter, settled=True)

    with pytest.raises(NotShownYet):
        propose_closing(scene.work, case.id, mediator(scene), Outcome.SETTLED_THEMSELVES, Said())


def test_whoever_has_a_chat_is_answered_for_by_nobody(scene: Scene):
    case = agreed(scene)

    for answered in (
        lambda: heard_by_phone(scene.work, case.id, mediator(scene), Side.REPORTER, Kept.ALL),
        lambda: settled_by_phone(
            scene.work, case.id, mediator(scene), Side.REPORTER, settled=True
        ),
    ):
        with pytest.raises(HasAPhone):
            answered()


def test_asking_whether_it_is_settled_reaches_each_side_in_its_own_way(scene: Scene):
    case = under_way(scene)

    ask_settled(scene.work, case.id, mediator(scene))

    assert scene.told(case, NoticeKind.SETTLED_QUESTION, case.reporter_id)
    assert [task.facts["side"] for task in scene.tasks(case, TaskKind.READ_ALOUD)] == [Side.OTHER]


@settings(max_examples=20, deadline=None)  # each opens a town of its own
@given(st.lists(st.tuples(st.sampled_from(ContactWay), st.integers(0, 3)), max_size=6))
def test_nobody_is_unreachable_before_three_tries_two_ways_and_three_days(
    gaps: list[tuple[ContactWay, int]],
):
    days = [sum(gap for _, gap in gaps[1 : place + 1]) for place in range(len(gaps))]
    enough = len(gaps) >= 3 and len({way for way, _ in gaps}) >= 2 and days[-1] >= 3

    counted = counted_tries(gaps)

    assert counted is enough


def counted_tries(gaps: list[tuple[ContactWay, int]]) -> bool:
    with scene_in_memory() as scene:
        case = taken(scene)
        for place, (way, gap) in enumerate(gaps):
            if place:
                scene.jump(gap * DAY)
            record_contact(scene.work, case.id, mediator(scene), ContactResult.NO_ANSWER, way=way)
        return tries(scene.work, case).enough


def test_whoever_was_reached_is_not_unreachable(scene: Scene):
    case = tried_often(scene)
    record_contact(scene.work, case.id, mediator(scene), ContactResult.REACHED)

    assert tries(scene.work, case).count == 0


def test_a_grave_case_is_closed_by_two_people(scene: Scene):
    case = under_way(scene, matter=WAGES)
    supervisor = scene.person(scene.town.supervisor)

    propose_closing(scene.work, case.id, mediator(scene), Outcome.REFUSED, WORDS)
    assert case.is_open
    assert scene.running(case)
    assert scene.told(case, NoticeKind.APPROVE_CLOSING, supervisor.id)
    with pytest.raises(NotYours):
        approve_closing(scene.work, case.id, mediator(scene))

    approve_closing(scene.work, case.id, supervisor)
    assert case.outcome is Outcome.REFUSED


def test_the_second_person_is_another_one(scene: Scene):
    case = under_way(scene, matter=WAGES)
    supervisor = scene.person(scene.town.supervisor)
    propose_closing(scene.work, case.id, supervisor, Outcome.REFUSED, WORDS)

    assert not scene.told(case, NoticeKind.APPROVE_CLOSING, supervisor.id)
    with pytest.raises(SecondPerson):
        approve_closing(scene.work, case.id, supervisor)
    approve_closing(scene.work, case.id, scene.person(scene.town.coordinator))
    assert not case.is_open


def test_what_is_not_approved_goes_on_and_who_proposed_it_is_told(scene: Scene):
    case = under_way(scene, matter=WAGES)
    propose_closing(scene.work, case.id, mediator(scene), Outcome.REFUSED, WORDS)

    refuse_closing(scene.work, case.id, scene.person(scene.town.supervisor), "再谈一次")

    assert case.stage is Stage.MEDIATING
    assert pending(scene.work, case) is None
    assert scene.running(case)
    assert scene.told(case, NoticeKind.CLOSING_REFUSED, scene.town.mediator)
    with pytest.raises(MoveNotAllowed):
        approve_closing(scene.work, case.id, scene.person(scene.town.supervisor))


def test_proposing_the_same_again_asks_nobody_twice(scene: Scene):
    case = under_way(scene, matter=WAGES)
    for _ in range(2):
        propose_closing(scene.work, case.id, mediator(scene), Outcome.REFUSED, WORDS)

    assert len(scene.events(case, EventKind.CLOSING_PROPOSED)) == 1
    assert len(scene.told(case, NoticeKind.APPROVE_CLOSING)) == 1


def test_an_agreement_made_meanwhile_ends_the_proposal(scene: Scene):
    case = under_way(scene, matter=WAGES)
    propose_closing(scene.work, case.id, mediator(scene), Outcome.REFUSED, WORDS)
    agree(
        scene.work,
        case.id,
        mediator(scene),
        terms="12月6日前付清",
        promised_on=scene.work.today + 5 * DAY,
    )

    with pytest.raises(MoveNotAllowed):
        approve_closing(scene.work, case.id, scene.person(scene.town.supervisor))


def test_a_person_in_danger_is_let_go_only_by_two_and_is_not_written_to(scene: Scene):
    case = scene.case(matter=BEATEN)
    case.safe_channel = SafeChannel.SELF
    desk = scene.person(scene.offers(case)[0].person_id)
    take(scene.work, scene.offers(case)[0].id, desk)
    assert case.guarded

    with pytest.raises(MoveNotAllowed):
        propose_closing(scene.work, case.id, desk, Outcome.REFUSED, WORDS)
    propose_closing(scene.work, case.id, desk, Outcome.TO_POLICE, WORDS)
    assert case.is_open
    approve_closing(scene.work, case.id, scene.person(scene.town.supervisor))

    assert (case.stage, case.outcome) == (Stage.CLOSED, Outcome.TO_POLICE)
    assert not scene.told(case, NoticeKind.CLOSED, case.reporter_id)


def test_whoever_let_the_term_lapse_closes_nothing(scene: Scene):
    case = under_way(scene)
    scene.offers(case)[0].frozen_at = scene.now

    with pytest.raises(Frozen):
        propose_closing(scene.work, case.id, mediator(scene), Outcome.REFUSED, WORDS)


def test_a_judge_guides_and_ends_nothing(scene: Scene):
    case = under_way(scene)
    judge = scene.person(scene.town.judge)
    take(scene.work, scene.offers(case, Part.JUDGE)[0].id, judge)

    with pytest.raises(NotYours):
        propose_closing(scene.work, case.id, judge, Outcome.REFUSED, WORDS)


def test_an_older_card_ends_nothing(scene: Scene):
    case = taken(scene)
    older = case.turn
    record_contact(scene.work, case.id, mediator(scene), ContactResult.REACHED)

    with pytest.raises(StaleTap):
        propose_closing(scene.work, case.id, mediator(scene), Outcome.REFUSED, WORDS, turn=older)


def test_a_merged_case_goes_on_under_the_other_number(scene: Scene):
    main = under_way(scene)
    case = under_way(scene)

    propose_closing(
        scene.work,
        case.id,
        mediator(scene),
        Outcome.MERGED,
        Said(main_case_id=main.id),
    )

    assert (case.outcome, case.merged_into_id) == (Outcome.MERGED, main.id)
    followers = scene.session.query(Party).filter_by(case_id=main.id, side=Side.CONCERNED)
    assert [party.person_id for party in followers] == [case.reporter_id]
    assert scene.events(main, EventKind.MERGED)
    assert scene.running(main)


@pytest.mark.parametrize("wrong", ["itself", "closed", "guarded", "own other side"])
def test_a_case_is_merged_into_nothing_that_cannot_carry_it(scene: Scene, wrong: str):
    case = under_way(scene)
    main = case if wrong == "itself" else under_way(scene)
    if wrong == "closed":
        propose_closing(scene.work, main.id, mediator(scene), Outcome.REFUSED, WORDS)
    elif wrong == "guarded":
        main.flags = [Flag.DV]
    elif wrong == "own other side":
        _, secret = invite_other_side(scene.work, main.id, mediator(scene))
        join_as_other_side(scene.work, secret, case.reporter)

    with pytest.raises((NotThisCase, NotYours)):
        propose_closing(
            scene.work,
            case.id,
            mediator(scene),
            Outcome.MERGED,
            Said(main_case_id=main.id),
        )
    assert case.is_open


def test_a_case_passed_on_stays_open_until_they_answer_and_comes_back(scene: Scene):
    case = passed_on(scene)
    assert case.stage is Stage.REFERRED
    assert scene.running(case)
    assert scene.told(case, NoticeKind.REFERRED, case.reporter_id)

    back = take_back(scene.work, case.id, mediator(scene), "住建局说不归他们")

    assert back.stage is Stage.ACCEPTED
    assert len(scene.running(case, Clock.FIRST_CONTACT)) == 1
    assert len(scene.running(case, Clock.MEDIATION_TERM)) == 1


def test_a_side_that_says_otherwise_is_heard_once(scene: Scene):
    case = under_way(scene)
    propose_closing(scene.work, case.id, mediator(scene), Outcome.REFUSED, WORDS)

    for _ in range(2):
        contest(scene.work, case.id, case.reporter, "closing")

    assert len(scene.events(case, EventKind.CONTESTED)) == 1
    assert scene.told(case, NoticeKind.CONTRADICTED, scene.town.supervisor)


@given(st.sampled_from(Outcome), st.sampled_from(Stage), st.sampled_from(Level), st.booleans())
def test_danger_only_ever_narrows_the_ways_to_an_end(
    outcome: Outcome, stage: Stage, level: Level, guarded: bool
):
    row = ENDINGS.get(outcome)
    case = Case(stage=stage, level=level, flags=[Flag.THREAT] if guarded else [])

    if row is None:
        assert outcome is Outcome.TO_BE_PERFORMED  # stands while the promise runs; it ends nothing
    elif exists(case, row):
        assert case.is_open
        assert not guarded or (row.guarded and needs_a_second(case, outcome))


def test_whoever_tried_in_time_is_not_frozen_though_it_goes_on_to_the_next(scene: Scene):
    case = taken(scene)
    record_contact(scene.work, case.id, mediator(scene), ContactResult.NO_ANSWER)
    scene.wait(timedelta(hours=34))  # 19:00 of the next day: the first term is over

    first, second = scene.offers(case)
    assert first.frozen_at is None
    assert second.person_id == scene.town.deputy
    assert not scene.told(case, NoticeKind.CONTACT_CHECK)
