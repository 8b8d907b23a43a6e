"""What is read ahead for many readers at once says to each of them what he would be told alone, and not a word more."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from cases.access import Relation, relations
from cases.notice_views import read_ahead, view_of
from cases.outbox import STATUS_CARD, NoticeKind, answer
from cases.work import Work
from handlers.screens import Screen
from models.case import Case
from models.notice import Notice
from models.party import Party
from models.vocabulary import Side
from tests.factories import BEATEN
from tests.planted import Planted, endangered, planted
from tests.scene import Scene


def neighbours(found: Planted) -> list[Case]:
    """The planted case, one of danger and an ordinary one, in which the same people stand otherwise; a day passes over them."""
    scene, people = found.scene, found.people
    cases = [found.case]
    for reporter, other, matter in (
        ("concerned", "other side", BEATEN),
        ("other side", "reporter", "楼道里堆满了东西。"),
    ):
        case = scene.case(people[reporter], matter=matter)
        party = Party(case_id=case.id, side=Side.OTHER, person_id=people[other].id)
        scene.session.add(party)
        cases.append(case)
    scene.session.flush()
    scene.wait(timedelta(hours=30))
    return cases


def opened(found: Planted, cases: list[Case]) -> None:
    """Everybody asks for everything: the card of each case, and what names them all, as each kind has it."""
    ids = [case.id for case in cases]
    for person in found.people.values():
        own: dict[str, Any] = {
            "words": "话",
            "assignment": found.part_of(person).id,
            "task": found.task.id,
        }
        lists: dict[str, Any] = {
            "case_ids": ids,
            "waiting_ids": ids[1:],
            "task_ids": [found.task.id],
        }
        for case in cases:
            answer(found.work, person, Screen.CARD, case=case, **own)
            answer(found.work, person, NoticeKind.ADDED, case=case, **own)
        answer(found.work, person, STATUS_CARD, case=cases[0], **lists)
        answer(found.work, person, NoticeKind.DIGEST)


@pytest.mark.parametrize("dangerous", [False, True])
def test_what_many_are_told_at_once_is_what_each_is_told_alone(
    scene: Scene, *, dangerous: bool
) -> None:
    found = endangered(planted(scene)) if dangerous else planted(scene)
    cases = neighbours(found)
    assert [case.guarded for case in cases] == [dangerous, True, False]
    opened(found, cases)
    notices = list(scene.session.scalars(select(Notice).order_by(Notice.id)))
    together = Work(scene.session, scene.now, scene.work.rules)

    read_ahead(together, notices)

    assert set(together.dossiers) == {case.id for case in cases}
    told = 0
    for notice in notices:
        alone = Work(scene.session, scene.now, scene.work.rules)
        view = view_of(alone, notice)
        assert view_of(together, notice) == view, f"{notice.kind} to {notice.person.name}"
        assert not alone.dossiers
        told += view is not None
    assert told > len(notices) / 2
    standing = (
        relations(found.work, case, one) for case in cases for one in found.people.values()
    )
    assert set().union(*standing) >= {
        Relation.REPORTER,
        Relation.OTHER_SIDE,
        Relation.CONCERNED,
        Relation.MEDIATOR,
        Relation.JUDGE,
        Relation.SUPERVISOR,
        Relation.COORDINATOR,
        Relation.GRID_OFFICER,
    }
