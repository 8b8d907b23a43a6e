"""What the commands print has both words for every code."""

from collections.abc import Mapping
from enum import StrEnum

import pytest

from bot import terms
from cases.journal import EventKind
from cases.policy import RungAction
from cases.routing import Why
from models.vocabulary import Category, Clock, ClockState, Level, NoticeState, Role, Stage


@pytest.mark.parametrize(
    ("codes", "table"),
    [
        (Clock, terms.CLOCKS),
        (ClockState, terms.CLOCK_STATES),
        (NoticeState, terms.NOTICE_STATES),
        (Why, terms.REASONS),
        (EventKind, terms.EVENTS),
        (RungAction, terms.RUNGS),
    ],
)
def test_every_code_has_both_words(codes: type[StrEnum], table: Mapping[StrEnum, terms.Term]):
    assert set(table) == set(codes)
    for term in table.values():
        assert term.zh
        assert term.ko


def test_codes_that_screens_name_are_taken_from_the_catalogues():
    assert terms.role(Role.MEDIATOR) == ("调解员", "조정원")
    for look, codes in (
        (terms.role, Role),
        (terms.stage, Stage),
        (terms.level, Level),
        (terms.category, Category),
    ):
        for code in codes:
            zh, ko = look(code)  # type: ignore[arg-type]  # each function with the codes of its own
            assert zh != ko
