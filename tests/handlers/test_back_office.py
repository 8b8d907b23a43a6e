"""The way into the back office, in chat: who gets a link, and what is said where there is none."""

import re

import pytest
from sqlalchemy import select

from cases.actions import back_office
from handlers.buttons import Tap, Verb
from models.back_office import BackOfficePass
from models.person import Person
from models.vocabulary import Language, Role
from tests.factories import a_duty, a_person
from tests.scene import Scene, scene_in_memory
from tests.switchboard import Switchboard

URL = "https://office.example/backoffice"


@pytest.fixture
def scene():
    with scene_in_memory() as scene:
        yield scene


@pytest.fixture(params=list(Language))
def admin(scene: Scene, request: pytest.FixtureRequest) -> Person:
    person = a_person(scene.session, code="A1", name="子", language=request.param)
    a_duty(scene.session, person, Role.ADMINISTRATOR, scene.town.county)
    return person


def test_an_administrator_gets_a_link_that_opens_once(scene: Scene, admin: Person):
    (card,) = Switchboard(scene, URL).says(admin, "/backoffice")

    (secret,) = re.findall(rf"{URL}/enter/([\w-]+)", card.text)
    assert back_office.enter(scene.work, secret).person is admin


def test_his_desk_has_a_button_for_it(scene: Scene, admin: Person):
    switchboard = Switchboard(scene, URL)
    (desk,) = switchboard.says(admin, "/desk")
    taps = [button.tap for row in desk.inline for button in row]
    assert Tap(Verb.BACK_OFFICE, 0) in taps

    (card,) = switchboard.taps(admin, Tap(Verb.BACK_OFFICE, 0))

    assert f"{URL}/enter/" in card.text


def test_where_there_is_none_it_is_said_and_no_button_leads_there(scene: Scene, admin: Person):
    switchboard = Switchboard(scene)
    (desk,) = switchboard.says(admin, "/desk")
    assert Verb.BACK_OFFICE not in {
        button.tap.verb for row in desk.inline for button in row if button.tap
    }

    (card,) = switchboard.says(admin, "/backoffice")

    assert "http" not in card.text
    assert scene.session.scalars(select(BackOfficePass)).all() == []


def test_too_many_links_are_refused_with_a_sentence(scene: Scene, admin: Person):
    switchboard = Switchboard(scene, URL)
    for _ in range(back_office.LINKS_AN_HOUR):
        switchboard.says(admin, "/backoffice")

    (card,) = switchboard.says(admin, "/backoffice")

    assert "http" not in card.text
    assert card.text


@pytest.mark.parametrize("who", ["supervisor", "mediator", "officer", "coordinator"])
def test_to_everybody_else_the_command_and_the_button_mean_nothing(scene: Scene, who: str):
    person = scene.person(getattr(scene.town, who))
    switchboard = Switchboard(scene, URL)

    cards = [
        *switchboard.says(person, "/backoffice"),
        *switchboard.taps(person, Tap(Verb.BACK_OFFICE, 0)),
    ]

    assert cards
    assert not [card for card in cards if "/enter/" in card.text]
    assert scene.session.scalars(select(BackOfficePass)).all() == []
