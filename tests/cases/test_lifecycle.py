"""One table of moves is all that changes a stage."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cases.errors import MoveNotAllowed
from cases.lifecycle import MOVES, may, mermaid, step
from models.case import Case
from models.vocabulary import Move, Stage

_MADE = {Move.REGISTER}  # makes a case instead of moving one
_LATER = {Move.ARCHIVE}  # not built yet


def a_case_in(stage: Stage) -> Case:
    return Case(stage=stage, turn=1)


@given(st.sampled_from(Stage), st.sampled_from([row.move for row in MOVES]))
def test_a_move_goes_where_the_table_says_or_changes_nothing(stage: Stage, move: Move):
    case = a_case_in(stage)
    row = next(row for row in MOVES if row.move is move)

    if may(case, move):
        step(case, move)
        assert (case.stage, case.turn) == (row.target, 2)
        assert stage in row.sources
    else:
        with pytest.raises(MoveNotAllowed) as refused:
            step(case, move)
        assert (refused.value.move, refused.value.stage) == (move, stage)
        assert (case.stage, case.turn) == (stage, 1)


@given(st.lists(st.sampled_from([row.move for row in MOVES]), max_size=12))
def test_from_a_closed_case_nothing_leads_back_but_opening_it_again(moves: list[Move]):
    case = a_case_in(Stage.CLOSED)

    for move in moves:
        if move is Move.REOPEN:
            continue
        with pytest.raises(MoveNotAllowed):
            step(case, move)
    step(case, Move.REOPEN)
    assert case.stage is Stage.ACCEPTED


def test_every_verb_of_today_has_one_row():
    moves = [row.move for row in MOVES]

    assert len(moves) == len(set(moves))
    assert set(moves) | _MADE | _LATER == set(Move)


def test_every_open_stage_that_can_be_reached_can_be_left():
    targets = {row.target for row in MOVES} | {Stage.REGISTERED}
    sources = {source for row in MOVES for source in row.sources}

    assert targets - {Stage.CLOSED} <= sources


def test_the_chart_shows_every_move():
    chart = mermaid()

    assert all(
        f"{source} --> {row.target}: {row.move}" in chart
        for row in MOVES
        for source in row.sources
    )
