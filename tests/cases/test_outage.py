"""An office that was put back to an earlier hour, and lists that could not be said: what stands on them is lost to nobody."""

from collections.abc import Iterator

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from cases.actions import delivery, outage
from cases.notice_views import view_of
from cases.outbox import NoticeKind, tell
from cases.quota import QUOTA, listed
from models.notice import Notice
from models.person import Person
from models.store import Store
from models.vocabulary import NoticeState
from tests.chaos.afterwards import _left_on_lists
from tests.factories import a_town, migrated, work_at
from tests.scene import Scene

OFFERS = 4


@pytest.fixture
def scene(new_database) -> Iterator[Scene]:
    """On both databases: a restored office is put to work by the same statements."""
    store = Store(new_database(migrated))
    with Session(store.engine) as session:
        yield Scene(session, a_town(session), work_at(session))
    store.close()


def sent(scene: Scene) -> None:
    """What the sender does with everything that is due."""
    rows = select(Notice).where(Notice.state == NoticeState.NEW, Notice.due_at <= scene.now)
    for row in scene.session.scalars(rows.order_by(Notice.id)).all():
        if view_of(scene.work, row) is None:
            row.state, row.reason = NoticeState.WITHDRAWN, "no longer true"
        else:
            row.state, row.sent_at = NoticeState.SENT, scene.now
            row.message_id = row.edit_message_id or row.id * 10
    scene.session.flush()


def offered(scene: Scene) -> tuple[Person, list[Notice]]:
    """A mediator who has had the messages of the day, and four offers that wait on the list."""
    mediator = scene.person(scene.town.mediator)
    for _ in range(QUOTA.per_day - 1):
        tell(scene.work, mediator, NoticeKind.CLOSED)
    sent(scene)
    cases = [scene.case() for _ in range(OFFERS)]
    told = [one for case in cases for one in scene.told(case, NoticeKind.OFFER, mediator.id)]
    assert [notice.state for notice in told] == [NoticeState.LISTED] * OFFERS
    return mediator, told


def lists_of(scene: Scene, person: Person) -> list[Notice]:
    rows = select(Notice).where(Notice.person_id == person.id, Notice.kind == NoticeKind.MORE)
    return list(scene.session.scalars(rows.order_by(Notice.id)))


def can_be_read(scene: Scene, told: list[Notice]) -> bool:
    """Each came by itself, or on a list that came and names it."""
    on_lists = {
        one
        for found in scene.session.scalars(select(Notice).where(Notice.kind == NoticeKind.MORE))
        if found.state is NoticeState.SENT
        for one in (each.id for each in listed(scene.work, found.facts["list"]))
    }
    return all(n.state is NoticeState.SENT or n.id in on_lists for n in told)


@pytest.mark.parametrize("state", [NoticeState.NEW, NoticeState.SENDING])
def test_what_waits_on_a_list_is_said_after_a_restore(scene: Scene, state: NoticeState) -> None:
    mediator, told = offered(scene)
    (found,) = lists_of(scene, mediator)
    found.state = state
    news = tell(scene.work, mediator, NoticeKind.ESCALATED, case=scene.case(), why="warned")
    scene.session.flush()

    outage.restored(scene.work, scene.now)
    assert list(_left_on_lists(scene.session)) == []
    sent(scene)

    assert can_be_read(scene, told)
    assert news is not None
    assert news.state is NoticeState.WITHDRAWN, "it was said since then, or is no news"
    assert found.repeated is (state is NoticeState.SENDING)
    assert {n.state for n in told} == {NoticeState.LISTED}, "a restore brings no flood"
    assert found.state is NoticeState.SENT


def test_a_list_on_which_nothing_holds_any_more_is_not_said_after_a_restore(scene: Scene) -> None:
    mediator, told = offered(scene)
    (found,) = lists_of(scene, mediator)
    for notice in told:
        notice.kind = NoticeKind.ADDED  # news, which a clock does not ask for
    scene.session.flush()

    outage.restored(scene.work, scene.now)
    sent(scene)

    assert found.state is NoticeState.WITHDRAWN
    assert {notice.state for notice in told} == {NoticeState.WITHDRAWN}
    assert list(_left_on_lists(scene.session)) == []


def test_what_stood_on_a_list_that_telegram_refused_comes_by_itself(scene: Scene) -> None:
    mediator, told = offered(scene)
    (found,) = lists_of(scene, mediator)
    found.state = NoticeState.FAILED
    scene.session.flush()
    assert len(list(_left_on_lists(scene.session))) == OFFERS

    delivery.failed(scene.work, found)
    assert list(_left_on_lists(scene.session)) == []
    sent(scene)

    assert {notice.state for notice in told} == {NoticeState.SENT}
    assert not any(notice.repeated for notice in told), "nobody can have read it"
    assert scene.session.scalars(
        select(Notice).where(Notice.kind == NoticeKind.NOT_DELIVERED)
    ).all(), "and the duty desk knows"


def repeat_of(scene: Scene, found: Notice) -> Notice:
    """The copy of a list of which nobody knows whether it arrived, as bot/records.py writes it."""
    found.state = NoticeState.UNKNOWN
    copy = Notice(
        person_id=found.person_id,
        kind=found.kind,
        urgent=found.urgent,
        facts=found.facts,
        dedupe=f"{found.dedupe}:again",
        state=NoticeState.NEW,
        repeated=True,
        created_at=found.created_at,
        due_at=found.due_at,
    )
    scene.session.add(copy)
    scene.session.flush()
    return copy


def test_what_stood_on_a_list_that_was_perhaps_read_and_given_up_comes_marked(
    scene: Scene,
) -> None:
    mediator, told = offered(scene)
    copy = repeat_of(scene, lists_of(scene, mediator)[0])
    copy.state = NoticeState.UNKNOWN
    scene.session.flush()

    delivery.failed(scene.work, copy)

    assert {(n.state, n.list_id, n.repeated) for n in told} == {(NoticeState.NEW, None, True)}


def test_what_stood_on_a_repeat_that_could_not_be_delivered_was_not_delivered(
    scene: Scene,
) -> None:
    mediator, told = offered(scene)
    copy = repeat_of(scene, lists_of(scene, mediator)[0])
    copy.state, mediator.blocked_at = NoticeState.UNREACHABLE, scene.now
    scene.session.flush()

    delivery.not_delivered(scene.work, copy)

    assert {notice.state for notice in told} == {NoticeState.UNREACHABLE}


def test_a_repeat_that_is_on_its_way_keeps_what_stands_on_its_list(scene: Scene) -> None:
    mediator, _ = offered(scene)
    copy = repeat_of(scene, lists_of(scene, mediator)[0])
    assert list(_left_on_lists(scene.session)) == []

    copy.state = NoticeState.WITHDRAWN
    scene.session.flush()

    assert len(list(_left_on_lists(scene.session))) == OFFERS
