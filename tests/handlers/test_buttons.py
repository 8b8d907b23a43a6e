"""A button means one thing, fits into Telegram's 64 bytes, and cannot be forged into another (law 7)."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from handlers import TAPS
from handlers.buttons import ARGUMENTS, LIMIT, NotAButton, Tap, Verb

ids = st.integers(min_value=1 - 2**63, max_value=2**63 - 1)
turns = st.integers(min_value=0, max_value=2**31 - 1)
args = st.from_regex(r"[A-Za-z0-9_-]{0,24}", fullmatch=True)


def taps_of(verb: Verb) -> st.SearchStrategy[Tap]:
    known = ARGUMENTS.get(verb)
    arg = st.sampled_from(sorted(known)) if known else args
    return st.builds(Tap, verb=st.just(verb), id=ids, turn=turns, arg=arg)


@given(st.sampled_from(Verb).flatmap(taps_of))
def test_what_is_written_is_read_back(tap: Tap):
    data = tap.write()

    assert Tap.read(data) == tap
    assert 1 <= len(data.encode()) <= LIMIT


@given(
    st.builds(Tap, verb=st.sampled_from(Verb), id=st.integers(), turn=st.integers(), arg=st.text())
)
@example(Tap(Verb.FIX_LINE, 1, 1, "other:side"))
@example(Tap(Verb.FIX_LINE, 1, 1, "对方"))
@example(Tap(Verb.OPEN, 2**63, 1))
def test_a_button_that_could_not_be_read_back_is_never_written(tap: Tap):
    try:
        data = tap.write()
    except ValueError:
        return

    assert Tap.read(data) == tap


@given(st.text() | st.from_regex(r"[a-z_]+:-?[0-9a-z]+:[0-9a-z]+(:.*)?", fullmatch=True))
@example("")
@example("take:zzzzzzzzzzzzz:1")
@example("take:1:1\n")
@example("drop:1:1")
@example("take:1")
@example("take:１:1")
@example("take:1:1:" + "a" * 64)
def test_forged_data_is_no_button_or_one_that_a_database_can_hold(data: str):
    try:
        tap = Tap.read(data)
    except NotAButton:
        return

    assert -(2**63) <= tap.id < 2**63
    assert 0 <= tap.turn < 36**7
    assert Tap.read(tap.write()) == tap


@pytest.mark.parametrize(
    "data", ["", "take", "take:1:-1", "TAKE:1:1", "take:1:1:中", "take:1:1:a:b"]
)
def test_what_has_no_shape_of_ours_is_refused(data: str):
    with pytest.raises(NotAButton):
        Tap.read(data)


def test_every_verb_leaves_room_for_the_largest_id_turn_and_argument():
    for verb in Verb:
        longest = max(ARGUMENTS.get(verb, {"x" * 24}), key=len)
        assert len(Tap(verb, 1 - 2**63, 36**7 - 1, longest).write().encode()) <= LIMIT


def test_every_verb_of_a_button_has_its_answer():
    assert set(TAPS) == set(Verb)
