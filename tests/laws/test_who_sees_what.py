"""What somebody may not see of a case is in nothing that is ever rendered for them: no screen, notice, button or file."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from cases import outbox
from cases.access import Relation
from cases.notice_views import view_of
from cases.numbers import CaseNumber
from handlers.notices import SPEAKERS, render
from handlers.screens import Screen
from models.notice import Notice
from models.person import Person
from models.vocabulary import Language
from tests.handlers.test_notices import facts_of
from tests.planted import (
    OF_OTHER_SIDE,
    OF_REPORTER,
    SHARED,
    Mark,
    Planted,
    endangered,
    ended,
    marks_in,
    planted,
)
from tests.scene import Scene

EVERYTHING = frozenset(Mark)
#: What may be read by whoever stands so. A handler's notes never leave the handlers; a task's number, whoever may do it.
MAY_READ: dict[Relation, frozenset[Mark]] = {
    Relation.REPORTER: OF_REPORTER | SHARED,
    Relation.OTHER_SIDE: OF_OTHER_SIDE | SHARED,
    Relation.CONCERNED: SHARED,
    Relation.MEDIATOR: EVERYTHING,
    Relation.JUDGE: EVERYTHING,
    Relation.LAST_HANDLER: EVERYTHING - {Mark.SAFE_CONTACT},
    Relation.FORMER: frozenset({Mark.RETURNED}),
    Relation.SUPERVISOR: EVERYTHING,
    Relation.COURT_SUPERVISOR: EVERYTHING,
    Relation.COORDINATOR: EVERYTHING,
    Relation.TASKED: EVERYTHING,
    Relation.GRID_OFFICER: frozenset(),
    Relation.ASSISTANT: EVERYTHING - {Mark.PHONE, Mark.HOME, Mark.REPORTER, Mark.TASK_PHONE},
}
#: In a case of danger: those who must know it, and the person's own chat hears no word of it either.
MAY_READ_OF_DANGER = dict.fromkeys(MAY_READ, frozenset[Mark]()) | {
    # "your husband is not told", in their own word; and a file of their own, when they ask for it
    Relation.REPORTER: SHARED | {Mark.OTHER_SIDE, Mark.FILE},
    Relation.OTHER_SIDE: SHARED | {Mark.OTHER_FILE},
    Relation.CONCERNED: SHARED,
    Relation.MEDIATOR: EVERYTHING,
    Relation.JUDGE: EVERYTHING,
    Relation.TASKED: EVERYTHING,
    Relation.SUPERVISOR: EVERYTHING,
    Relation.COORDINATOR: EVERYTHING,
}


def test_nobody_reads_of_a_case_what_is_not_for_them(scene: Scene) -> None:
    assert leaks(planted(scene), MAY_READ) == []


def test_nor_of_a_closed_one(scene: Scene) -> None:
    assert leaks(ended(planted(scene)), MAY_READ) == []


def test_nor_of_one_of_danger(scene: Scene) -> None:
    assert leaks(endangered(planted(scene)), MAY_READ_OF_DANGER) == []


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_those_who_handle_it_do_read_it(scene: Scene) -> None:
    """Else the marks are planted where nobody looks, and the laws above prove nothing."""
    found = planted(scene)

    def read_by(name: str) -> set[Mark]:
        shown = (marks for _, marks in rendered(found, found.people[name]))
        return set().union(*shown)

    assert read_by("reporter") >= SHARED
    assert read_by("other side") >= SHARED
    assert read_by("mediator") >= {
        Mark.MATTER,
        Mark.SUMMARY,
        Mark.REPORTER,
        Mark.PHONE,
        Mark.HOME,
        Mark.OTHER_SIDE,
        Mark.ADDED,
        Mark.OTHER_WORDS,
        Mark.FILE,
        Mark.OTHER_FILE,
        Mark.TERMS,
    }
    assert Mark.TASK_PHONE in read_by("tasked")


def leaks(found: Planted, may_read: dict[Relation, frozenset[Mark]]) -> list[str]:
    """Who reads in which message what is not for them."""
    told = []
    for name, person in found.people.items():
        allowed = frozenset().union(*(may_read[one] for one in found.standing[name]))
        for kind, marks in rendered(found, person):
            told += [f"{name} reads {mark.name} in {kind}" for mark in sorted(marks - allowed)]
    return told


def rendered(found: Planted, person: Person) -> Iterator[tuple[str, set[Mark]]]:
    """Every screen and notice there is, made of this case for this person, in both languages."""
    view = view_of(found.work, written(found, person))
    assert view is not None
    for kind in SPEAKERS:
        for file in (*found.files.values(), 0):
            for language in Language:
                reader = replace(view.reader, language=language)
                facts = view.facts | {"file": file}
                yield kind, marks_in(render(replace(view, kind=kind, facts=facts, reader=reader)))
            if kind != Screen.FILE:
                break


def written(found: Planted, person: Person) -> Notice:
    """The row of a message, with all of the case that any kind of message may ask for."""
    number = CaseNumber(found.case.year, found.case.area6, found.case.sequence)
    facts: dict[str, Any] = facts_of("话") | {
        "assignment": found.part_of(person).id,
        "task": found.task.id,
        "case_ids": [found.case.id],
        "number": number.short,
    }
    return outbox.answer(found.work, person, Screen.CARD, case=found.case, **facts)
