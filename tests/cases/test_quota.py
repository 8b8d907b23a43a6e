"""However much there is to say, nobody gets more than so many messages a day, and nothing of it is lost (law 12)."""

from collections import Counter
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from cases.actions import delivery
from cases.notice_views import view_of
from cases.outbox import NoticeKind, answer, tell
from cases.quota import QUOTA, listed
from cases.workdays import civil
from models.case import Case
from models.notice import Notice
from models.person import Person
from models.vocabulary import Level, NoticeState, Urgent
from tests.scene import Scene, scene_in_memory

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
#: Kinds that are still true whatever happens, some of them for today.
KINDS = (NoticeKind.ADDED, NoticeKind.ESCALATED, NoticeKind.CLOSED, NoticeKind.LAPSED)


def sent(scene: Scene) -> None:
    """What the sender does with everything that is due."""
    rows = select(Notice).where(Notice.state == NoticeState.NEW, Notice.due_at <= scene.now)
    for number, row in enumerate(scene.session.scalars(rows.order_by(Notice.id)).all(), 1):
        if view_of(scene.work, row) is None:
            row.state = NoticeState.WITHDRAWN
        else:
            row.state, row.sent_at = NoticeState.SENT, scene.now
            row.message_id = row.edit_message_id or row.id * 10 + number
    scene.session.flush()


def pass_time(scene: Scene, span: timedelta) -> None:
    """The sender is awake: everything leaves when it is due."""
    end = scene.now + span
    waiting = select(func.min(Notice.due_at)).where(Notice.state == NoticeState.NEW)
    while (due := scene.session.scalar(waiting)) is not None and due <= end:
        scene.work.now = max(due, scene.now)
        sent(scene)
    scene.work.now = end


def heard(scene: Scene, person: Person) -> Counter[object]:
    """Unasked messages by the civil day on which they came; danger, answers and silent changes aside."""
    rows = scene.session.scalars(
        select(Notice).where(
            Notice.person_id == person.id,
            Notice.state == NoticeState.SENT,
            Notice.message_id.is_not(None),
            Notice.urgent.in_([Urgent.NOTICE, Urgent.BULK]),
            Notice.edit_message_id.is_(None),
        )
    )
    return Counter(civil(row.sent_at).date() for row in rows if row.sent_at is not None)


@settings(max_examples=15, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.lists(
        st.tuples(
            st.sampled_from(KINDS),
            st.integers(min_value=0, max_value=14),
            st.sampled_from([None, 1, 26, 50]),
            st.booleans(),
        ),
        max_size=25,
    )
)
def test_no_order_of_things_to_say_brings_more_than_so_many_a_day(
    steps: list[tuple[NoticeKind, int, int | None, bool]],
) -> None:
    with scene_in_memory() as scene:
        head, resident = scene.person(scene.town.supervisor), scene.person(name="金哲")
        case = scene.case(resident)
        told = []
        for kind, hours, due, to_head in steps:
            person = head if to_head else resident
            when = scene.now + due * HOUR if due else None
            told.append(tell(scene.work, person, kind, case=case, due=when, part="mediator"))
            pass_time(scene, hours * HOUR)
        pass_time(scene, 14 * DAY)

        for person in (head, resident):
            assert all(count <= QUOTA.per_day for count in heard(scene, person).values())
        assert_nothing_lost(scene, told)


def assert_nothing_lost(scene: Scene, told: list[Notice | None]) -> None:
    """Each was sent by itself, or stands on a list that was sent and still says it."""
    for notice in told:
        assert notice is not None
        if notice.state is NoticeState.LISTED:
            assert notice.list_id is not None
            found = scene.session.get_one(Notice, notice.list_id)
            assert found.state is NoticeState.SENT
            assert notice in listed(scene.work, found.id)
        else:
            assert notice.state is NoticeState.SENT


def written(scene: Scene, person: Person, case: Case, kind: NoticeKind, **facts: Any) -> Notice:
    notice = tell(scene.work, person, kind, case=case, **facts)
    assert notice is not None
    return notice


def the_list(scene: Scene, notice: Notice) -> Notice:
    assert notice.state is NoticeState.LISTED
    assert notice.list_id is not None
    return scene.session.get_one(Notice, notice.list_id)


def filled(scene: Scene) -> tuple[Person, Case]:
    """A head who was told so much today that only the list is left."""
    head, case = scene.person(scene.town.supervisor), scene.case()
    for _ in range(QUOTA.per_day - 1):
        written(scene, head, case, NoticeKind.CLOSED)
    sent(scene)
    return head, case


def test_what_can_wait_stands_on_the_list_of_the_next_working_morning(scene: Scene) -> None:
    scene.work.now += 4 * DAY  # a Friday
    head, case = filled(scene)

    found = the_list(scene, written(scene, head, case, NoticeKind.ADDED))

    assert civil(found.due_at).isoformat() == "2026-11-30T08:30:00+08:00"
    assert found.silent


def test_a_resident_reads_the_rest_on_the_next_morning(scene: Scene) -> None:
    scene.work.now += 4 * DAY
    case = scene.case()
    for _ in range(QUOTA.per_day - 1):
        written(scene, case.reporter, case, NoticeKind.CLOSED)

    found = the_list(scene, written(scene, case.reporter, case, NoticeKind.CLOSED))

    assert civil(found.due_at).isoformat() == "2026-11-28T08:30:00+08:00"


def test_what_must_be_done_today_comes_today_together_with_all_else_of_today(
    scene: Scene,
) -> None:
    head, case = filled(scene)

    first = written(scene, head, case, NoticeKind.ESCALATED, why="warned")
    found = the_list(scene, first)
    sent(scene)
    second = written(scene, head, case, NoticeKind.ESCALATED, why="not_taken")

    assert (found.due_at, found.silent) == (scene.now, False)
    assert the_list(scene, second) is found
    change = scene.session.scalars(select(Notice).order_by(Notice.id.desc())).first()
    assert change is not None
    assert change.edit_message_id == found.message_id
    view = view_of(scene.work, change)
    assert view is not None
    assert [one for one, _ in view.listed] == [first.id, second.id]


def test_danger_and_answers_come_whatever_the_count(scene: Scene) -> None:
    head, case = filled(scene)

    danger = tell(scene.work, head, NoticeKind.ESCALATED, case=case, urgent=Urgent.RED, why="red")
    said = answer(scene.work, head, NoticeKind.CLOSED, case=case)

    assert danger is not None
    assert {danger.state, said.state} == {NoticeState.NEW}


@pytest.mark.parametrize(("kind", "alone"), [("escalated", True), ("added", False)])
def test_what_a_grave_case_asks_within_hours_comes_singly(
    scene: Scene, kind: NoticeKind, *, alone: bool
) -> None:
    head, case = filled(scene)
    case.level = Level.ORANGE

    notice = written(scene, head, case, NoticeKind(kind), why="not_taken")

    assert (notice.state is NoticeState.NEW) is alone


def test_what_stood_on_a_list_that_could_not_be_delivered_is_delivered_to_nobody_silently(
    scene: Scene,
) -> None:
    head, case = filled(scene)
    first = written(scene, head, case, NoticeKind.ESCALATED, why="not_taken")
    found = the_list(scene, first)
    found.state, head.blocked_at = NoticeState.UNREACHABLE, scene.now
    scene.session.flush()

    delivery.not_delivered(scene.work, found)

    assert first.state is NoticeState.UNREACHABLE
    assert [one.person_id for one in scene.told(case, NoticeKind.ESCALATED)][-1] == (
        scene.town.coordinator
    )


def the_change(scene: Scene) -> Notice:
    change = scene.session.scalars(select(Notice).order_by(Notice.id.desc())).first()
    assert change is not None
    assert change.edit_message_id is not None
    return change


@pytest.mark.parametrize("remade", [False, True])
def test_a_change_of_a_list_that_fails_brings_only_what_it_added(
    scene: Scene, *, remade: bool
) -> None:
    head, case = filled(scene)
    read = [written(scene, head, case, NoticeKind.ESCALATED, why=f"{n}") for n in range(4)]
    found = the_list(scene, read[0])
    sent(scene)
    read.append(written(scene, head, case, NoticeKind.ESCALATED, why="changed"))
    sent(scene)
    late = written(scene, head, case, NoticeKind.ESCALATED, why="late")
    change = the_change(scene)
    if remade:  # its message was gone, and it was to become a new one
        change.edit_message_id = None
    change.state = NoticeState.FAILED

    delivery.failed(scene.work, change)

    assert (late.state, late.list_id, late.repeated) == (NoticeState.NEW, None, False)
    assert listed(scene.work, found.id) == read


def test_a_change_of_a_list_that_reaches_nobody_takes_nothing_back_that_was_read(
    scene: Scene,
) -> None:
    head, case = filled(scene)
    first = written(scene, head, case, NoticeKind.ESCALATED, why="not_taken")
    sent(scene)
    late = written(scene, head, case, NoticeKind.ESCALATED, why="late")
    change = the_change(scene)
    change.state, head.blocked_at = NoticeState.UNREACHABLE, scene.now
    scene.session.flush()

    delivery.not_delivered(scene.work, change)

    assert (first.state, late.state) == (NoticeState.LISTED, NoticeState.UNREACHABLE)


@pytest.mark.parametrize("perhaps_read", [False, True])
def test_what_stood_on_a_list_that_failed_comes_by_itself_marked_where_it_was_perhaps_read(
    scene: Scene, *, perhaps_read: bool
) -> None:
    head, case = filled(scene)
    both = [written(scene, head, case, NoticeKind.ESCALATED, why=f"{n}") for n in range(2)]
    found = the_list(scene, both[0])
    failing = said_again(scene, found) if perhaps_read else found
    failing.state = NoticeState.FAILED

    delivery.failed(scene.work, failing)

    assert [(one.state, one.repeated) for one in both] == [(NoticeState.NEW, perhaps_read)] * 2


def test_a_list_of_things_that_are_over_is_not_sent(scene: Scene) -> None:
    head, case = filled(scene)
    notice = written(scene, head, case, NoticeKind.REVIEW)
    found = the_list(scene, notice)
    case.stage = "closed"  # type: ignore[assignment]  # as the column holds it
    scene.session.flush()

    assert view_of(scene.work, found) is None


def said_again(scene: Scene, notice: Notice) -> Notice:
    """Nobody could know whether it had arrived: the copy is sent, as bot/records.py writes it."""
    notice.state, notice.message_id = NoticeState.UNKNOWN, None
    copy = Notice(
        person_id=notice.person_id,
        case_id=notice.case_id,
        kind=notice.kind,
        urgent=notice.urgent,
        silent=notice.silent,
        facts=notice.facts,
        dedupe=f"{notice.dedupe or notice.id}:again",
        state=NoticeState.NEW,
        repeated=True,
        created_at=notice.created_at,
        due_at=notice.due_at,
    )
    scene.session.add(copy)
    sent(scene)
    return copy


def test_what_had_to_be_said_once_more_takes_no_second_place_of_the_day(scene: Scene) -> None:
    head, case = scene.person(scene.town.supervisor), scene.case()
    said_again(scene, written(scene, head, case, NoticeKind.CLOSED))

    assert written(scene, head, case, NoticeKind.CLOSED).state is NoticeState.NEW
    assert written(scene, head, case, NoticeKind.CLOSED).state is NoticeState.LISTED


def test_a_list_that_had_to_be_sent_once_more_is_still_added_to(scene: Scene) -> None:
    head, case = filled(scene)
    found = the_list(scene, written(scene, head, case, NoticeKind.ESCALATED, why="warned"))
    again = said_again(scene, found)

    second = written(scene, head, case, NoticeKind.ESCALATED, why="not_taken")

    assert the_list(scene, second) is found
    change = scene.session.scalars(select(Notice).order_by(Notice.id.desc())).first()
    assert change is not None
    assert change.edit_message_id == again.message_id


def on_its_way(scene: Scene) -> tuple[Notice, Notice, Notice]:
    """A list that is being sent, what is added meanwhile, and the change that is to show it."""
    head, case = filled(scene)
    found = the_list(scene, written(scene, head, case, NoticeKind.ESCALATED, why="warned"))
    found.state = NoticeState.SENDING  # nobody knows yet which message shows it
    late = written(scene, head, case, NoticeKind.ESCALATED, why="not_taken")
    change = scene.session.scalars(select(Notice).order_by(Notice.id.desc())).first()
    assert change is not None
    return found, late, change


def test_what_must_be_done_today_stands_on_its_list_though_that_is_on_its_way(
    scene: Scene,
) -> None:
    found, late, change = on_its_way(scene)
    assert (late.state, late.list_id) == (NoticeState.LISTED, found.id)

    found.state, found.message_id = NoticeState.SENT, 77
    view = view_of(scene.work, change)

    assert view is not None
    assert late.id in [one for one, _ in view.listed]
    assert view.edits == change.edit_message_id == 77


def test_a_list_that_is_said_once_more_says_what_was_added_while_it_was_on_its_way(
    scene: Scene,
) -> None:
    found, late, change = on_its_way(scene)
    again = said_again(scene, found)

    assert (again.state, change.state) == (NoticeState.SENT, NoticeState.WITHDRAWN)
    assert late in listed(scene.work, again.facts["list"])
