"""A one-time link makes an account a roster entry or the other side of a case; it opens nothing else, and once."""

from datetime import timedelta

import pytest

from cases.actions.assignment import take
from cases.actions.joining import duties_of, invite, join_as_other_side, join_roster, recognise
from cases.actions.mediation import invite_other_side
from cases.errors import InvitationInvalid
from models.case import Case
from models.draft import Draft
from models.person import Invitation
from models.vocabulary import Flag, Language, Role
from tests.scene import Scene

DAY = timedelta(days=1)


def a_link(scene: Scene) -> tuple[Case, str]:
    case = scene.case()
    (offer,) = scene.offers(case)
    take(scene.work, offer.id, offer.person)
    return invite_other_side(scene.work, case.id, offer.person)


def test_an_account_is_known_at_first_sight_and_once(scene: Scene):
    first = recognise(scene.work, 4711)

    assert recognise(scene.work, 4711) is first
    assert (first.code, first.language) == (None, None)


def test_who_writes_again_is_reachable_again(scene: Scene):
    person = recognise(scene.work, 4711)
    person.blocked_at = scene.now

    assert recognise(scene.work, 4711).reachable


def test_an_account_becomes_the_roster_entry_and_brings_what_it_reported(scene: Scene):
    entry = scene.person(code="T9", name="朴英姬", reachable=False)
    account = scene.person(language=Language.KO)
    telegram_id = account.telegram_id
    case = scene.case(reporter=account)
    draft = Draft(person_id=account.id, step="matter", answers={}, key="k", touched_at=scene.now)
    scene.session.add(draft)

    joined = join_roster(scene.work, invite(scene.work, entry), account)

    assert joined is entry
    assert (entry.telegram_id, account.telegram_id) == (telegram_id, None)
    assert entry.language is Language.KO
    scene.session.refresh(case)
    assert case.reporter_id == entry.id
    assert scene.session.get(Draft, account.id) is None


def test_a_link_is_good_once(scene: Scene):
    entry = scene.person(code="T9", reachable=False)
    secret = invite(scene.work, entry)
    join_roster(scene.work, secret, scene.person())

    with pytest.raises(InvitationInvalid):
        join_roster(scene.work, secret, scene.person())


@pytest.mark.parametrize(("days", "works"), [(2, True), (3, False), (400, False)])
def test_a_roster_link_ends_after_three_days(scene: Scene, days: int, works: bool):
    secret = invite(scene.work, scene.person(code="T9", reachable=False))
    scene.wait(days * DAY)

    if works:
        join_roster(scene.work, secret, scene.person())
    else:
        with pytest.raises(InvitationInvalid):
            join_roster(scene.work, secret, scene.person())


def test_neither_kind_of_link_works_as_the_other_nor_a_guessed_one(scene: Scene):
    _, to_case = a_link(scene)
    to_roster = invite(scene.work, scene.person(code="T9", reachable=False))

    for wrong in ("", "x", "' or 1=1 --", to_case):
        with pytest.raises(InvitationInvalid), scene.session.begin_nested():
            join_roster(scene.work, wrong, scene.person())
    with pytest.raises(InvitationInvalid):
        join_as_other_side(scene.work, to_roster, scene.person())


def test_the_secret_is_kept_nowhere(scene: Scene):
    _, secret = a_link(scene)

    row = scene.session.query(Invitation).one()

    assert secret not in str(vars(row).values())


def test_the_other_side_joins_its_case_and_no_other(scene: Scene):
    case, secret = a_link(scene)
    other = scene.person(name="李强")

    assert join_as_other_side(scene.work, secret, other) is case


def test_neither_the_reporter_nor_a_handler_nor_a_third_becomes_the_other_side(scene: Scene):
    """A mediator who tries his own link would lock himself out of his case."""
    case, secret = a_link(scene)
    mediator = scene.person(scene.town.mediator)
    for nobody in (case.reporter, mediator):
        with pytest.raises(InvitationInvalid), scene.session.begin_nested():
            join_as_other_side(scene.work, secret, nobody)
    join_as_other_side(scene.work, secret, scene.person(name="李强"))
    _, again = invite_other_side(scene.work, case.id, mediator)

    with pytest.raises(InvitationInvalid):
        join_as_other_side(scene.work, again, scene.person(name="张三"))


def test_nobody_joins_a_case_of_danger(scene: Scene):
    case, secret = a_link(scene)
    case.flags = [Flag.DV]

    with pytest.raises(InvitationInvalid):
        join_as_other_side(scene.work, secret, scene.person())


def test_duties_are_those_of_today(scene: Scene):
    judge = scene.person(scene.town.judge)
    (duty,) = duties_of(scene.work, judge)
    assert duty.role is Role.JUDGE

    duty.ends = scene.work.today
    assert duties_of(scene.work, judge) == [duty]
    scene.wait(DAY)
    assert duties_of(scene.work, judge) == []
