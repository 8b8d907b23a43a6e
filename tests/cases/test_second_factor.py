"""A link alone makes nobody a judge: the roster's telephone is asked, five wrong answers lock it, and somebody is told."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from cases.actions.joining import invite, join_roster
from cases.actions.second_factor import TRIES, answer, asks
from cases.errors import InvitationInvalid
from cases.outbox import NoticeKind
from models.notice import Notice
from models.person import Person
from models.vocabulary import Role
from tests.factories import a_duty
from tests.scene import Scene


@pytest.fixture
def entry(scene: Scene) -> Person:
    person = scene.person(code="T9", name="朴英姬", reachable=False)
    person.phone = "13900001234"
    a_duty(scene.session, person, Role.MEDIATOR, scene.town.grid)
    scene.session.flush()
    return person


def told(scene: Scene) -> list[Notice]:
    return list(scene.session.scalars(select(Notice).where(Notice.kind == NoticeKind.JOIN_LOCKED)))


@pytest.mark.parametrize("said", ["1234", "１２３４", "13900001234", "...1234"])
def test_the_last_four_digits_open_the_link(scene: Scene, entry: Person, said: str):
    secret, account = invite(scene.work, entry), scene.person()
    telegram_id = account.telegram_id

    assert asks(scene.work, secret)
    assert answer(scene.work, secret, account, said).entry is entry
    assert entry.telegram_id == telegram_id


def test_the_link_alone_is_not_enough(scene: Scene, entry: Person):
    with pytest.raises(InvitationInvalid):
        join_roster(scene.work, invite(scene.work, entry), scene.person())


def test_who_has_no_telephone_on_the_roster_joins_by_the_link(scene: Scene, entry: Person):
    entry.phone = None
    secret = invite(scene.work, entry)

    assert not asks(scene.work, secret)
    assert join_roster(scene.work, secret, scene.person()) is entry


def test_five_wrong_answers_lock_it_and_only_his_administrator_is_told(
    scene: Scene, entry: Person
):
    administrator, elsewhere = scene.person(code="A1"), scene.person(code="A2")
    a_duty(scene.session, administrator, Role.ADMINISTRATOR, scene.town.county)
    a_duty(scene.session, elsewhere, Role.ADMINISTRATOR, scene.town.far_grid)
    secret, account = invite(scene.work, entry), scene.person()

    left = [answer(scene.work, secret, account, "0000").left for _ in range(TRIES)]

    assert left == [4, 3, 2, 1, 0]
    assert [(notice.person_id, notice.facts) for notice in told(scene)] == [
        (administrator.id, {"code": "T9"})
    ]
    with pytest.raises(InvitationInvalid):
        answer(scene.work, secret, account, "1234")
    assert entry.telegram_id is None


@pytest.mark.parametrize("said", ["", "234", "4", "预约", "1235"])
def test_anything_else_is_a_wrong_answer(scene: Scene, entry: Person, said: str):
    assert answer(scene.work, invite(scene.work, entry), scene.person(), said).entry is None


def test_a_new_link_changes_the_account_and_an_expired_one_nothing(scene: Scene, entry: Person):
    first, second = scene.person(), scene.person()
    answer(scene.work, invite(scene.work, entry), first, "1234")
    secret = invite(scene.work, entry)
    other = second.telegram_id

    assert answer(scene.work, secret, second, "1234").entry is entry
    assert entry.telegram_id == other

    late = invite(scene.work, entry)
    scene.jump(timedelta(days=4))
    with pytest.raises(InvitationInvalid):
        asks(scene.work, late)
