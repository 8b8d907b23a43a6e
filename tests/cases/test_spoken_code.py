"""A code said aloud joins like a link: once, with the telephone's digits, until it ends; guessing it locks the account."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from cases.actions.joining import CODE, invite, join_roster
from cases.actions.second_factor import TRIES, answer, asks
from cases.actions.spoken_code import code_for, digits_of, typed
from cases.errors import InvitationInvalid
from cases.numbers import damm
from cases.outbox import NoticeKind
from models.notice import Notice
from models.person import Invitation, Person
from models.store import Store
from models.vocabulary import Role
from tests.factories import a_duty, a_store, a_town, work_at
from tests.scene import Scene


def on_the_roster(scene: Scene) -> Person:
    person = scene.person(code="T9", name="朴英姬", reachable=False)
    person.phone = "13900001234"
    a_duty(scene.session, person, Role.MEDIATOR, scene.town.grid)
    scene.session.flush()
    return person


@pytest.fixture
def entry(scene: Scene) -> Person:
    return on_the_roster(scene)


def a_code(scene: Scene, entry: Person) -> str:
    code = code_for(scene.work, invite(scene.work, entry))
    assert code is not None
    return code


def wrong(good: str, number: int = 0) -> str:
    """Another code whose check digit fits."""
    digits = f"{(int(good.replace(' ', '')[:7]) + 1 + number) % 10**7:07}"
    return f"{digits}{damm(digits)}"


def told(scene: Scene) -> list[Notice]:
    return list(scene.session.scalars(select(Notice).where(Notice.kind == NoticeKind.CODES_TRIED)))


def joined(scene: Scene, entry: Person) -> bool:
    account = scene.person()
    telegram_id = account.telegram_id
    found = typed(scene.work, account, a_code(scene, entry))
    assert found.secret is not None
    assert asks(scene.work, found.secret) is entry
    assert answer(scene.work, found.secret, account, "1234").entry is entry
    return entry.telegram_id == telegram_id


def test_the_code_and_the_digits_of_the_telephone_join(scene: Scene, entry: Person):
    assert joined(scene, entry)


@pytest.mark.parametrize("written", ["{0} {1}", "{0}-{1}", "{0}{1}", " {0}　{1} ", "{0}—{1}"])
def test_it_is_understood_however_it_is_written(scene: Scene, entry: Person, written: str):
    code = a_code(scene, entry)
    wide = str.maketrans("0123456789", "０１２３４５６７８９")

    for said in (written.format(*code.split()), written.format(*code.split()).translate(wide)):
        assert typed(scene.work, scene.person(), said).secret


def test_it_is_good_once_and_only_as_long_as_its_link(scene: Scene, entry: Person):
    secret = invite(scene.work, entry)
    code = code_for(scene.work, secret)
    assert code is not None
    first = typed(scene.work, scene.person(), code).secret
    assert first is not None
    join_roster(scene.work, secret, scene.person(), proven=True)  # by the link, elsewhere
    assert typed(scene.work, scene.person(), code).secret is None
    with pytest.raises(InvitationInvalid):
        answer(scene.work, first, scene.person(), "1234")

    entry.telegram_id = None
    later = a_code(scene, entry)
    scene.jump(timedelta(days=3))
    assert typed(scene.work, scene.person(), later).secret is None


def test_wrong_digits_of_the_telephone_lock_the_code_with_its_link(scene: Scene, entry: Person):
    secret = invite(scene.work, entry)
    code = code_for(scene.work, secret)
    account = scene.person()
    by_code = typed(scene.work, account, code or "").secret
    for _ in range(TRIES):
        answer(scene.work, by_code or "", account, "0000")

    assert typed(scene.work, scene.person(), code or "").secret is None
    with pytest.raises(InvitationInvalid):
        asks(scene.work, secret)


def test_where_no_telephone_is_known_there_is_no_code(scene: Scene, entry: Person):
    entry.phone = None

    assert code_for(scene.work, invite(scene.work, entry)) is None


def test_five_codes_that_are_none_lock_the_account_for_a_day_and_are_told(
    scene: Scene, entry: Person
):
    administrator = scene.person(code="A1")
    a_duty(scene.session, administrator, Role.ADMINISTRATOR, scene.town.county)
    code, guesser = a_code(scene, entry), scene.person()

    left = [typed(scene.work, guesser, wrong(code, one)).left for one in range(TRIES)]

    assert left == [4, 3, 2, 1, 0]
    assert [one.person_id for one in told(scene)] == [administrator.id]
    assert typed(scene.work, guesser, code) == typed(scene.work, guesser, wrong(code))
    assert typed(scene.work, guesser, code).left == 0
    assert typed(scene.work, scene.person(), code).secret  # of another account it is still good
    scene.jump(timedelta(days=1))
    assert typed(scene.work, guesser, code).secret
    assert typed(scene.work, guesser, wrong(code)).left == 4


def test_a_slip_is_caught_and_counts_as_nothing(scene: Scene, entry: Person):
    code, account = a_code(scene, entry), scene.person()
    digits = code.replace(" ", "")
    slips = [
        f"{digits[:place]}{(int(digits[place]) + 1) % 10}{digits[place + 1 :]}"
        for place in range(8)
    ]
    for slip in [*slips, "1234", "", "预约", digits + "0"]:
        found = typed(scene.work, account, slip)
        assert (found.secret, found.is_slip, found.left) == (None, True, TRIES)
    assert typed(scene.work, account, code).secret


def test_only_an_index_of_the_code_is_kept(scene: Scene, entry: Person):
    code = a_code(scene, entry).replace(" ", "")

    kept = scene.session.scalars(select(Invitation.spoken_index)).all()

    assert all(one and code not in one for one in kept)


@settings(max_examples=200, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(said=st.text(max_size=20) | st.from_regex(r"[0-9]{4}[ -][0-9]{4}", fullmatch=True))
def test_whatever_is_typed_is_a_code_only_with_its_check_digit(said: str):
    digits = digits_of(said)

    assert digits is None or (len(digits) == 8 and damm(digits) == 0)


def test_no_link_carries_a_code(scene: Scene, entry: Person):
    assert CODE not in invite(scene.work, entry)
    assert ":" in CODE  # no sign of a link's secret, nor of a start parameter


@pytest.fixture
def store(new_database) -> Iterator[Store]:
    store = a_store(new_database)
    yield store
    store.close()


def test_on_both_databases_it_joins(store: Store):
    def lived(session: Session) -> bool:
        scene = Scene(session, a_town(session), work_at(session))
        return joined(scene, on_the_roster(scene))

    assert store.transact(lived)
