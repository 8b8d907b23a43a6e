"""The time a mediation has: it moves by a recorded pause or extension, and by nothing else (law 3)."""

from datetime import date, timedelta

import pytest

from cases.actions.closing import contest
from cases.actions.mediation import agree
from cases.actions.term import extend, resume, suspend
from cases.errors import Frozen, MoveNotAllowed, TooLongATerm
from cases.journal import EventKind
from cases.outbox import NoticeKind
from cases.workdays import last_day
from models.case import Case
from models.vocabulary import Category, Clock, ClockState, Pause, Stage, TaskKind
from tests.cases.test_ending import mediator, under_way
from tests.scene import Scene

DAY = timedelta(days=1)


def due(scene: Scene, case: Case) -> date:
    (term,) = scene.running(case, Clock.MEDIATION_TERM)
    return last_day(term.due_at)


def test_an_experts_time_is_not_counted(scene: Scene):
    case = under_way(scene)
    before = due(scene, case)

    suspend(scene.work, case.id, mediator(scene), Pause.EXPERT)
    assert case.stage is Stage.SUSPENDED
    assert scene.running(case), "somebody still looks at it (law 4)"
    assert not scene.running(case, Clock.MEDIATION_TERM)
    scene.wait(10 * DAY)
    again = resume(scene.work, case.id, mediator(scene))

    calendar = scene.work.rules.calendar
    assert due(scene, case) == calendar.roll_forward(before + 10 * DAY)
    assert again.stage is Stage.MEDIATING


def test_the_time_that_both_sides_wish_for_is_counted(scene: Scene):
    case = under_way(scene)
    before = due(scene, case)

    suspend(scene.work, case.id, mediator(scene), Pause.BOTH_WISH)
    scene.wait(10 * DAY)
    resume(scene.work, case.id, mediator(scene))

    assert due(scene, case) == before


def test_of_a_term_in_working_days_only_working_days_rest(scene: Scene):
    case = under_way(scene, matter="医院手术后出了问题，要求赔偿医疗费。")
    assert case.category is Category.MEDICAL
    calendar = scene.work.rules.calendar
    before = due(scene, case)

    suspend(scene.work, case.id, mediator(scene), Pause.EXPERT)
    began = scene.work.today
    scene.wait(14 * DAY)
    resume(scene.work, case.id, mediator(scene))

    rested = sum(calendar.is_working(began + n * DAY) for n in range(1, 15))
    moved = sum(
        calendar.is_working(before + n * DAY)
        for n in range(1, (due(scene, case) - before).days + 1)
    )
    assert moved == rested


def test_a_paused_clock_warns_nobody(scene: Scene):
    case = under_way(scene)
    suspend(scene.work, case.id, mediator(scene), Pause.EXPERT)

    scene.wait(60 * DAY)

    assert not scene.events(case, EventKind.WARNED)
    assert scene.offers(case)[0].frozen_at is None


def test_an_agreement_reached_while_it_rests_is_recorded(scene: Scene):
    case = under_way(scene)
    suspend(scene.work, case.id, mediator(scene), Pause.EXPERT)

    agree(
        scene.work,
        case.id,
        mediator(scene),
        terms="按鉴定结果赔",
        promised_on=scene.work.today + 5 * DAY,
    )

    assert case.stage is Stage.AGREED
    paused = [one for one in scene.clocks(case) if one.state is ClockState.PAUSED]
    assert paused == []


def test_an_extension_moves_the_end_tells_the_sides_and_waits_for_paper(scene: Scene):
    case = under_way(scene)
    until = due(scene, case) + 14 * DAY

    extend(scene.work, case.id, mediator(scene), until, "双方当面都同意")

    assert due(scene, case) == until
    assert scene.told(case, NoticeKind.EXTENDED, case.reporter_id)
    assert scene.tasks(case, TaskKind.PAPER)


def test_nobody_extends_beyond_thirty_days_in_all(scene: Scene):
    case = under_way(scene)
    first = due(scene, case)
    extend(scene.work, case.id, mediator(scene), first + 20 * DAY, "双方同意")

    for until in (first + 31 * DAY, first + 20 * DAY, first - DAY):
        with pytest.raises(TooLongATerm):
            extend(scene.work, case.id, mediator(scene), until, "双方同意")
    extend(scene.work, case.id, mediator(scene), first + 30 * DAY, "双方同意")
    assert due(scene, case) == first + 30 * DAY


def test_after_an_extension_the_new_end_warns_again(scene: Scene):
    case = under_way(scene)
    end = due(scene, case)
    scene.wait(timedelta(days=(end - scene.work.today).days - 1))
    warned = len(scene.events(case, EventKind.WARNED))
    extend(scene.work, case.id, mediator(scene), end + 20 * DAY, "双方同意")

    scene.wait(21 * DAY)

    assert len(scene.events(case, EventKind.WARNED)) > warned


def test_whoever_let_it_lapse_extends_nothing_and_a_head_may(scene: Scene):
    case = under_way(scene)
    end = due(scene, case)
    scene.wait(timedelta(days=(end - scene.work.today).days + 1))
    assert scene.offers(case)[0].frozen_at is not None

    with pytest.raises(Frozen):
        extend(scene.work, case.id, mediator(scene), end + 10 * DAY, "双方同意")
    extend(scene.work, case.id, scene.person(scene.town.supervisor), end + 10 * DAY, "双方同意")
    assert due(scene, case) == end + 10 * DAY


def test_without_a_term_nothing_is_extended(scene: Scene):
    case = scene.case()

    with pytest.raises(MoveNotAllowed):
        extend(
            scene.work,
            case.id,
            scene.person(scene.town.supervisor),
            scene.work.today + 10 * DAY,
            "双方同意",
        )


def test_a_side_that_did_not_consent_is_heard(scene: Scene):
    case = under_way(scene)
    extend(scene.work, case.id, mediator(scene), due(scene, case) + 7 * DAY, "双方同意")

    contest(scene.work, case.id, case.reporter, "extension")

    assert scene.told(case, NoticeKind.CONTRADICTED, scene.town.supervisor)
