"""What stands on a lock screen: number, level and what to press; nobody's name, telephone or words (laws 9, 13)."""

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from cases import outbox
from cases.notice_views import number_only, view_of
from cases.numbers import CaseNumber
from cases.outbox import NoticeKind
from cases.views import NoticeView
from handlers.buttons import Tap, Verb
from handlers.cards import Card
from handlers.notices import render
from models.person import Person
from models.vocabulary import Content, Language, Urgent
from tests.handlers.test_notices import facts_of
from tests.planted import Mark, Planted, endangered, marks_in, planted
from tests.scene import Scene
from tests.switchboard import Switchboard

PARTIES = ("reporter", "other side", "concerned")
#: An answer to what somebody just did, and no notice: the number that was given.
UNASKED = [kind for kind in NoticeKind if kind is not NoticeKind.RECEIPT]
#: What is written to a side about its own promise, file or request, and never to the office about somebody else's.
TO_A_SIDE = {NoticeKind.AGREEMENT, NoticeKind.FILE_REFUSED, NoticeKind.CHALLENGE_DECIDED}
BARE = re.compile(r"(〔(紧急|重大)〕|〔(긴급|중대)〕)?{number} (请打开|열어주십시오)")


@pytest.mark.parametrize("danger", [False, True], ids=["ordinary", "danger"])
def test_nobodys_words_are_sent_unasked_to_the_office(scene: Scene, *, danger: bool) -> None:
    found = endangered(planted(scene)) if danger else planted(scene)
    told = []
    for name in found.people.keys() - set(PARTIES) - {"stranger"}:
        for view in unasked(found, found.people[name]):
            if view.kind in TO_A_SIDE:
                continue
            card = render(view)
            told += [f"{name}: {mark.name} in {view.kind}" for mark in marks_in(card)]
            if card.file is not None:
                told.append(f"{name}: a file in {view.kind}")

    assert told == []


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
@pytest.mark.parametrize("danger", [False, True], ids=["ordinary", "danger"])
def test_where_the_office_wants_no_more_only_the_number_is_sent(
    scene: Scene, *, danger: bool
) -> None:
    found = endangered(planted(scene)) if danger else planted(scene)
    scene.work = replace(scene.work, rules=replace(scene.work.rules, content=Content.NUMBER_ONLY))

    for person in found.people.values():
        for view in unasked(found, person):
            assert is_bare(found, render(view))


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_of_a_case_of_danger_no_party_is_ever_sent_more_than_the_number(scene: Scene) -> None:
    found = endangered(planted(scene))

    for name in PARTIES:
        for view in unasked(found, found.people[name]):
            assert is_bare(found, render(view))


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_the_words_open_on_a_tap_of_their_reader_alone(scene: Scene) -> None:
    found = planted(scene)
    scene.work = replace(scene.work, rules=replace(scene.work.rules, content=Content.NUMBER_ONLY))
    reporter, board = found.people["reporter"], Switchboard(scene)
    (notice,) = scene.told(found.case, NoticeKind.AGREEMENT, reporter.id)
    view = view_of(scene.work, notice)
    assert view is not None
    (button,) = render(view).inline[0]
    assert button.tap == Tap(Verb.READ, notice.id)

    (opened,) = board.taps(reporter, button.tap)
    (refused,) = board.taps(found.people["stranger"], button.tap)

    assert marks_in(opened) == {Mark.TERMS}
    assert marks_in(refused) == set()


def unasked(found: Planted, person: Person) -> Iterator[NoticeView]:
    """Every notice there is, as the office would send it to this person on its own motion, in both languages."""
    facts: dict[str, Any] = facts_of(Mark.NOTE) | {
        "assignment": found.part_of(person).id,
        "task": found.task.id,
        "case_ids": [found.case.id],
        "number": short(found),
    }
    notice = outbox.answer(found.work, person, NoticeKind.REVIEW, case=found.case, **facts)
    seen = view_of(found.work, notice)
    assert seen is not None
    notice.urgent = (
        Urgent.NOTICE
    )  # what law 13 would withdraw, too: what is not sent must not have to be
    seen = replace(seen, number_only=number_only(found.work, notice))
    for kind in UNASKED:
        for language in Language:
            yield replace(seen, kind=kind, reader=replace(seen.reader, language=language))


def short(found: Planted) -> str:
    return CaseNumber(found.case.year, found.case.area6, found.case.sequence).short


def is_bare(found: Planted, card: Card) -> bool:
    pattern = BARE.pattern.replace("{number}", re.escape(short(found)))
    return re.fullmatch(pattern, card.text) is not None and marks_in(card) == set()
