"""Whatever text, tap, link or number comes: no crash, always an answer that can be shown, and no word lost."""

from collections.abc import Iterator
from datetime import date

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from sqlalchemy import create_engine
from sqlalchemy.orm import Session

from cases.days import read_day
from cases.numbers import NumberTypo, parse
from cases.reading import read
from cases.urgency import gate
from handlers.buttons import ARGUMENTS, NotAButton, Tap, Verb
from handlers.heard import Kind
from models.base import Base
from models.person import Person
from tests.factories import a_town, rules, work_at
from tests.planted import Planted, planted
from tests.scene import Scene
from tests.switchboard import Switchboard, assert_shown, undone

#: What breaks programs, and what people of Yanbian write; whole characters only (handlers/heard.py sees to that).
LETTERS = st.characters(exclude_categories=["Cs"])
SNIPPETS = st.sampled_from(
    [
        "楼上漏水",
        "루수",
        "누수",
        "이혼",
        "리혼",
        "18.6万元",
        "12명",
        "11月31日",
        "2026-02-30",
        "13900000000",
        "123-0",
        "26-222401-000001-",
        "/start",
        "/start g_",
        "/my",
        "/cancel",
        "/mydata",
        "칼국수",
        "我害怕",
        "1",
        "예",
        "是",
        "<b>",
        "&amp;",
        "{number}",
        "%s",
        "\u202e",
        "\u200b",
        "\x00",
        "'; --",
        "٣",
        "Ⅷ",
        "½",
        "９" * 12,
    ]
)
TEXTS = st.lists(st.one_of(SNIPPETS, st.text(LETTERS, max_size=20)), max_size=6).map("".join)
PAYLOADS = st.one_of(
    st.text("abgip_0123456789zhko-", max_size=64),
    st.sampled_from(["g_22240100100101_zh", "g_22240100100101_ko", "i_", "p_", "c_"]),
)
FEW = settings(
    max_examples=20,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)


@pytest.fixture(scope="module")
def town() -> Iterator[Planted]:
    """One case with everybody around it; each example is undone."""
    engine = create_engine("sqlite://")
    Base.metadata.create_all(engine)
    with Session(engine) as session:
        yield planted(Scene(session, a_town(session), work_at(session)))
    engine.dispose()


@FEW
@given(st.lists(TEXTS.filter(str.strip), min_size=1, max_size=5), st.data())
def test_every_text_is_answered_by_whatever_is_asked(
    town: Planted, texts: list[str], data: st.DataObject
) -> None:
    person = some_person(town, data)
    with undone(town.scene.session):
        board = Switchboard(town.scene)
        for text in texts:
            assert_shown(board.says(person, text))


@FEW
@given(st.data())
def test_every_tap_is_answered(town: Planted, data: st.DataObject) -> None:
    person, tap = some_person(town, data), data.draw(taps(town))
    with undone(town.scene.session):
        assert_shown(Switchboard(town.scene).taps(person, tap))


@FEW
@given(
    st.one_of(st.text(max_size=64), st.binary(max_size=64).map(lambda raw: raw.decode("latin1")))
)
def test_callback_data_is_a_button_of_ours_or_none(data: str) -> None:
    try:
        tap = Tap.read(data)
    except NotAButton:
        return
    assert Tap.read(tap.write()) == tap


@FEW
@given(PAYLOADS, st.data())
def test_every_link_opens_a_door(town: Planted, payload: str, data: st.DataObject) -> None:
    person = some_person(town, data)
    with undone(town.scene.session):
        assert_shown(Switchboard(town.scene).says(person, f"/start {payload}"))


@FEW
@given(
    st.floats(allow_nan=False, allow_infinity=False, min_value=-90, max_value=90),
    st.floats(allow_nan=False, allow_infinity=False, min_value=-180, max_value=180),
    st.data(),
)
def test_every_pin_is_answered(
    town: Planted, latitude: float, longitude: float, data: st.DataObject
) -> None:
    person = some_person(town, data)
    with undone(town.scene.session):
        board = Switchboard(town.scene)
        assert_shown(board.hears(person, kind=Kind.LOCATION, place=(latitude, longitude)))


@FEW
@given(TEXTS)
@example("२०२६年२月३०日")
@example("9999-12-31")
@example("99日")
def test_whatever_stands_for_a_day_is_a_day_or_none(text: str) -> None:
    found = read_day(text, date(2026, 12, 31))
    assert found is None or isinstance(found[0], date)


@FEW
@given(TEXTS)
@example("9" * 400 + "万元")
def test_whatever_is_reported_is_read(text: str) -> None:
    reading, found = read(text), gate(text, rules().words)

    assert len(reading.categories) <= 3
    assert reading.amount is None or reading.amount.is_finite()
    assert found.hit or not found.strong


@FEW
@given(st.one_of(TEXTS, st.from_regex(r"[0-9０-９ -]{1,20}")))
def test_whatever_stands_for_a_number_is_one_or_mistyped_or_none(text: str) -> None:
    try:
        number = parse(text, area6="222401", year=2026)
    except NumberTypo:
        return
    assert number is None or parse(number.full, area6="222401", year=2026) == number


# --- what is drawn and looked at --------------------------------------------------------------------------------------


def some_person(town: Planted, data: st.DataObject) -> Person:
    return town.people[data.draw(st.sampled_from(sorted(town.people)))]


@st.composite
def taps(draw: st.DrawFn, town: Planted) -> str:
    """Forged and stale ones, and such as a button could carry."""
    verb = draw(st.sampled_from(Verb))
    known = sorted(ARGUMENTS.get(verb, frozenset({""})))
    ids = [
        town.case.id,
        town.task.id,
        *(person.id for person in town.people.values()),
        0,
        2**63 - 1,
    ]
    number, turn = (
        draw(st.sampled_from(ids)),
        draw(st.integers(min_value=0, max_value=town.case.turn)),
    )
    argument = draw(
        st.sampled_from([*known, "", "x", "20261231", "202612312359", "99999999999999"])
    )
    tap = Tap(verb, number, turn, argument)
    return draw(st.sampled_from([_forged(tap), f"{verb}:{number}", "x" * 64]))


def _forged(tap: Tap) -> str:
    try:
        return tap.write()
    except ValueError:
        return f"{tap.verb}:1:1:{tap.arg}"
