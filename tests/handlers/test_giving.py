"""What is offered when a duty is given is what may be given: nobody is led to an area and then told that it is too large."""

from collections.abc import Iterator

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from cases.errors import CaseError, TooLargeAnArea
from cases.notice_views import view_of
from cases.roster_rows import may_answer_for
from handlers.buttons import Tap, Verb
from handlers.dialogue import Talk
from handlers.heads import administer
from handlers.heard import Heard, Kind
from handlers.notices import render
from handlers.screens import Screen
from models.area import Area
from models.notice import Notice
from models.person import Person
from models.vocabulary import AreaLevel, Role
from tests.factories import a_duty, a_person, an_area
from tests.scene import Scene, scene_in_memory


@pytest.fixture
def scene() -> Iterator[Scene]:
    with scene_in_memory() as scene:
        yield scene


@pytest.fixture
def admin(scene: Scene) -> Person:
    person = a_person(scene.session, code="A1", name="子")
    a_duty(scene.session, person, Role.ADMINISTRATOR, scene.town.county)
    return person


def offered(scene: Scene, admin: Person, tap: Tap) -> tuple[str, list[Tap]]:
    """What the screen after this tap says, and which taps of a place it offers."""
    talk = Talk.resume(scene.work, admin, Heard(1, admin.telegram_id or 0, Kind.TAP, 6))
    administer.ask_where(talk, tap)
    scene.session.flush()
    last = select(Notice).where(Notice.kind == Screen.GIVE_WHERE).order_by(Notice.id.desc())
    notice = scene.session.scalars(last).first()
    assert notice is not None
    view = view_of(scene.work, notice)
    assert view is not None
    card = render(view, strict=True)
    taps = [button.tap for row in card.inline for button in row if button.tap is not None]
    return card.text, [one for one in taps if one.verb in {Verb.GIVE, Verb.GIVE_WHERE}]


def given(scene: Scene, admin: Person, tap: Tap) -> None:
    with scene.session.begin_nested() as trial:
        talk = Talk.resume(scene.work, admin, Heard(1, admin.telegram_id or 0, Kind.TAP, 6))
        administer.give(talk, tap)
        trial.rollback()


@pytest.mark.parametrize("role", administer.ROLES)
def test_whatever_is_offered_may_be_given_and_whatever_may_be_is_offered(
    scene: Scene, admin: Person, role: Role
):
    number = administer.ROLES.index(role)
    someone = a_person(scene.session, code="N1", name="新")
    found, todo = set[int](), [Tap(Verb.GIVE_WHERE, someone.id, 0, str(number))]
    while todo:
        for tap in offered(scene, admin, todo.pop())[1]:
            if tap.verb is Verb.GIVE_WHERE:
                todo.append(tap)
                continue
            found.add(int(tap.arg.split("-")[1]))
            try:
                given(scene, admin, tap)
            except TooLargeAnArea:
                pytest.fail(f"{role} was offered an area that is too large")
            except CaseError:
                continue  # for another reason
    assert found == all_that_may_be(scene.session, role)


def all_that_may_be(session: Session, role: Role) -> set[int]:
    areas = session.scalars(select(Area).where(Area.level != AreaLevel.MICRO_GRID))
    return {area.id for area in areas if may_answer_for(role, area.level)}


def test_where_nothing_so_small_is_known_the_screen_says_so(scene: Scene, admin: Person):
    county = an_area(scene.session, "222499", AreaLevel.COUNTY, "某县", "모 현")
    a_duty(scene.session, admin, Role.ADMINISTRATOR, county.id)
    someone = a_person(scene.session, code="N1", name="新")
    helper = administer.ROLES.index(Role.HELPER)

    _, tops = offered(scene, admin, Tap(Verb.GIVE_WHERE, someone.id, 0, f"{helper}"))
    assert [one.arg for one in tops] == [f"{helper}-{scene.town.county}"]
    text, none = offered(
        scene, admin, Tap(Verb.GIVE_WHERE, someone.id, 0, f"{helper}-{county.id}")
    )
    assert none == []
    assert "更小" in text
