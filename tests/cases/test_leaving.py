"""Somebody leaves the roster: what he said as a person goes with his account, and nothing of it vanishes (law 1)."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from cases import drafts
from cases.actions.retiring import retire
from cases.outbox import NoticeKind
from models.consent import Consent, Erasure
from models.draft import Draft, Unsent
from models.evidence import Evidence
from models.notice import Notice
from models.person import Person
from models.vocabulary import (
    Erased,
    EvidenceKind,
    EvidenceState,
    Refusal,
    Role,
    Sensitive,
)
from tests.factories import a_duty, a_person
from tests.scene import Scene

DAY = timedelta(days=1)


@pytest.fixture
def admin(scene: Scene) -> Person:
    person = a_person(scene.session, code="A1")
    a_duty(scene.session, person, Role.ADMINISTRATOR, scene.town.county)
    return person


def a_file(scene: Scene, person: Person, case_id: int | None = None) -> Evidence:
    row = Evidence(
        case_id=case_id,
        person_id=person.id,
        kind=EvidenceKind.PHOTO,
        state=EvidenceState.STORED,
        file_id="file",
        file_unique_id="unique",
        address="a" * 64,
        announced_at=scene.now,
    )
    scene.session.add(row)
    scene.session.flush()
    return row


def saying(scene: Scene, person: Person, **answers: object) -> None:
    draft = Draft(
        person_id=person.id,
        step="submit",
        answers=answers,
        key=f"key-{person.id}",
        turn=3,
        touched_at=scene.now,
    )
    drafts.touch(draft, scene.now)
    scene.session.add(draft)
    scene.session.flush()


def account_of(scene: Scene, person: Person) -> Person:
    return scene.session.scalars(select(Person).where(Person.formerly_id == person.id)).one()


def test_what_was_said_and_not_submitted_waits_for_whoever_said_it(scene: Scene, admin: Person):
    mediator = scene.person(scene.town.mediator)
    file = a_file(scene, mediator)
    saying(scene, mediator, words=[[1, "我家楼上漏水。"]], evidence=[file.id])

    retire(scene.work, admin, mediator.id)

    account = account_of(scene, mediator)
    (row,) = scene.session.scalars(select(Unsent)).all()
    scene.session.refresh(file)
    assert (row.person_id, file.person_id) == (account.id, account.id)
    assert row.answers["words"] == [[1, "我家楼上漏水。"]]
    scene.wait(2 * DAY)
    told = select(Notice.person_id).where(Notice.kind == NoticeKind.DRAFT_WAITS)
    assert scene.session.scalars(told).all() == [account.id]
    scene.wait(6 * DAY)
    gone = select(Notice.person_id).where(Notice.kind == NoticeKind.DRAFT_GONE)
    assert scene.session.scalars(gone).all() == [account.id]


def test_his_own_report_keeps_its_files_and_consents(scene: Scene, admin: Person):
    mediator = scene.person(scene.town.mediator)
    case = scene.case(mediator)
    file = a_file(scene, mediator, case.id)
    others = a_file(
        scene, mediator, scene.case().id
    )  # what he sent as the handler of another case
    consent = Consent(
        person_id=mediator.id,
        case_id=case.id,
        what=Sensitive.HEALTH,
        version="1",
        given_at=scene.now,
    )
    scene.session.add(consent)

    retire(scene.work, admin, mediator.id)

    for row in (file, others, consent):
        scene.session.refresh(row)
    account = account_of(scene, mediator)
    assert case.reporter_id == account.id
    assert (file.person_id, consent.person_id) == (account.id, account.id)
    assert others.person_id == mediator.id


def test_a_reason_for_a_case_is_the_offices_and_ends_with_the_duty(scene: Scene, admin: Person):
    mediator = scene.person(scene.town.mediator)
    saying(scene, mediator, words="对方不愿调解", case_id=1)

    retire(scene.work, admin, mediator.id)

    assert not scene.session.scalars(select(Unsent)).all()
    assert scene.session.get(Draft, mediator.id) is None


def test_without_an_account_what_is_left_is_deleted_and_recorded(scene: Scene, admin: Person):
    gone = a_person(scene.session, code="N1", reachable=False)
    a_duty(scene.session, gone, Role.MEDIATOR, scene.town.grid, rank=9)
    file = a_file(scene, gone)
    saying(scene, gone, words=[[1, "漏水。"]], evidence=[file.id])

    retire(scene.work, admin, gone.id)

    assert not scene.session.scalars(select(Unsent)).all()
    assert (file.state, file.refusal) == (EvidenceState.REFUSED, Refusal.DROPPED)
    erased = scene.session.scalars(select(Erasure.what).where(Erasure.person_id == gone.id))
    assert set(erased) == {Erased.DRAFT, Erased.FILE}
