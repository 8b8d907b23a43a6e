"""What becomes of a file is written once, shown where it was named, and never into a chat that is not safe."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from cases.actions import evidence, intake
from cases.actions.evidence import Content, Sent
from cases.case_views import case_view
from cases.journal import EventKind
from cases.outbox import NoticeKind
from models.case import Case
from models.evidence import Evidence
from models.notice import Notice
from models.party import Party
from models.person import Person
from models.vocabulary import (
    EvidenceKind,
    EvidenceState,
    Flag,
    MediaType,
    NoticeState,
    Refusal,
    SafeChannel,
    Side,
)
from tests.factories import LEAK, MONDAY, a_report
from tests.scene import Scene

KEPT = Content("ab" * 32, "cd" * 32, MediaType.JPEG, 1234)
LIMIT = 20 << 20
MACHINE = MONDAY  # any instant: machine time has nothing to do with the civil one


@pytest.fixture
def resident(scene: Scene) -> Person:
    return scene.person(name="金哲")


def announced(scene: Scene, by: Person, number: int = 1, case: Case | None = None) -> Evidence:
    sent = Sent(EvidenceKind.PHOTO, f"file-{number}", f"unique-{number}", 1000, None, None)
    return evidence.announce(scene.work, by, sent, case)


def reported(scene: Scene, by: Person, *files: Evidence, **changes: Any) -> Case:
    ids = tuple(file.id for file in files)
    return scene.case(by, evidence=ids, **changes)


def stored(scene: Scene, file: Evidence) -> None:
    evidence.stored(scene.work, file.id, file.fence, KEPT, machine=MACHINE)


def refused(scene: Scene, file: Evidence, why: Refusal = Refusal.TOO_LARGE) -> None:
    evidence.refused(scene.work, file.id, file.fence, why, limit=LIMIT, machine=MACHINE)


def sent(scene: Scene, notice: Notice, message_id: int = 77) -> Notice:
    """The sender's part: the message is out."""
    notice.state, notice.message_id = NoticeState.SENT, message_id
    scene.session.flush()
    return notice


def receipts(scene: Scene, case: Case) -> list[Notice]:
    return scene.told(case, NoticeKind.RECEIPT)


def refusals(scene: Scene) -> list[Notice]:
    kind = NoticeKind.FILE_REFUSED
    return list(scene.session.scalars(select(Notice).where(Notice.kind == kind)))


def test_the_same_file_sent_again_is_the_same_row_unless_it_was_refused(scene, resident):
    first = announced(scene, resident)
    assert announced(scene, resident) is first

    refused(scene, first, Refusal.GONE)

    again = announced(scene, resident)
    assert again.id != first.id
    assert first.state is EvidenceState.REFUSED
    assert first.refusal is Refusal.GONE


def test_a_receipt_that_is_out_is_changed_when_its_last_file_is_done(scene, resident):
    files = [announced(scene, resident, number) for number in (1, 2)]
    case = reported(scene, resident, *files)
    receipt = sent(scene, receipts(scene, case)[0])

    stored(scene, files[0])
    assert receipts(scene, case) == [receipt]
    refused(scene, files[1])

    _, edit = receipts(scene, case)
    assert (edit.edit_message_id, edit.silent, edit.facts) == (77, True, receipt.facts)
    assert [file.untold for file in files] == [False, False]


def test_a_file_that_waits_for_another_attempt_holds_no_receipt_back(scene, resident):
    files = [announced(scene, resident, number) for number in (1, 2)]
    case = reported(scene, resident, *files)
    sent(scene, receipts(scene, case)[0])
    files[1].retry_at = MACHINE + timedelta(minutes=5)

    stored(scene, files[0])

    assert len(receipts(scene, case)) == 2


def test_after_a_while_a_receipt_shows_what_is_done_so_far(scene, resident):
    files = [announced(scene, resident, number) for number in (1, 2)]
    case = reported(scene, resident, *files)
    sent(scene, receipts(scene, case)[0])
    stored(scene, files[0])

    assert evidence.untold(scene.work) == [files[0].id]
    evidence.show(scene.work, files[0].id, patient=True, machine=MACHINE)
    assert len(receipts(scene, case)) == 1
    evidence.show(scene.work, files[0].id, patient=False, machine=MACHINE)

    assert len(receipts(scene, case)) == 2
    assert evidence.untold(scene.work) == []


def test_a_receipt_that_is_not_out_yet_needs_no_change(scene, resident):
    file = announced(scene, resident)
    case = reported(scene, resident, file)

    stored(scene, file)

    assert len(receipts(scene, case)) == 1
    assert evidence.untold(scene.work) == []


def test_a_receipt_on_its_way_is_changed_once_it_is_out(scene, resident):
    file = announced(scene, resident)
    case = reported(scene, resident, file)
    receipt = receipts(scene, case)[0]
    receipt.state = NoticeState.SENDING

    stored(scene, file)
    evidence.show(scene.work, file.id, machine=MACHINE)
    assert evidence.untold(scene.work) == [file.id]
    sent(scene, receipt)
    evidence.show(scene.work, file.id, machine=MACHINE)

    assert [notice.edit_message_id for notice in receipts(scene, case)] == [None, 77]


def test_an_outcome_is_written_once_and_only_over_its_own_claim(scene, resident):
    file = announced(scene, resident)
    case = reported(scene, resident, file)

    states = []
    evidence.stored(scene.work, file.id, file.fence + 1, KEPT, machine=MACHINE)
    states.append(file.state)
    for outcome in (stored, refused, stored):
        outcome(scene, file)
        states.append(file.state)

    assert states == [EvidenceState.ANNOUNCED, *[EvidenceState.STORED] * 3]
    assert file.stored_at == scene.now
    assert len(scene.events(case, EventKind.EVIDENCE_STORED)) == 1
    assert scene.events(case, EventKind.EVIDENCE_REFUSED) == []


def test_the_journal_knows_codes_only_also_of_files_that_were_done_before_the_number(
    scene, resident
):
    kept, lost, coming = (announced(scene, resident, number) for number in (1, 2, 3))
    stored(scene, kept)
    refused(scene, lost, Refusal.EMPTY)
    case = reported(scene, resident, kept, lost, coming)

    [was_kept] = scene.events(case, EventKind.EVIDENCE_STORED)
    [was_lost] = scene.events(case, EventKind.EVIDENCE_REFUSED)

    assert was_kept.facts == {"evidence": kept.id, "media_type": "jpeg"}
    assert was_lost.facts == {"evidence": lost.id, "reason": "empty"}


def test_a_refusal_is_told_at_once_and_others_of_the_same_burst_with_it(scene, resident):
    files = [announced(scene, resident, number) for number in (1, 2)]

    refused(scene, files[0])
    [notice] = refusals(scene)
    assert notice.retry_at is not None, "more are coming: they are told together"
    refused(scene, files[1], Refusal.KIND_NOT_TAKEN)

    assert refusals(scene) == [notice]
    assert [reason for _, _, reason in notice.facts["refused"]] == ["too_large", "kind_not_taken"]
    assert notice.facts["limit"] == LIMIT


def test_a_refusal_of_yesterday_keeps_the_quiet_hours(scene, resident):
    file = announced(scene, resident)
    scene.work = replace(scene.work, now=scene.now + timedelta(hours=14, minutes=30), spoken=[])

    refused(scene, file)

    assert refusals(scene)[0].due_at > scene.now


@pytest.mark.parametrize("safe", [*SafeChannel])
def test_in_danger_nothing_of_it_is_written_into_a_chat_that_was_not_chosen(
    scene, resident, safe: SafeChannel
):
    files = [announced(scene, resident, number) for number in (1, 2)]
    case = reported(scene, resident, *files)
    sent(scene, receipts(scene, case)[0])
    case.flags, case.safe_channel = [Flag.DV], safe

    stored(scene, files[0])
    refused(scene, files[1])

    said = len(receipts(scene, case)) - 1 + len(refusals(scene))
    assert said == (2 if safe is SafeChannel.HERE else 0)
    assert [file.state for file in files] == [EvidenceState.STORED, EvidenceState.REFUSED]


def test_each_side_sees_its_own_files_and_a_handler_all(scene, resident):
    other = scene.person(name="朴")
    case = reported(scene, resident, announced(scene, resident), matter=LEAK)
    sides = select(Party).where(Party.case_id == case.id, Party.side == Side.OTHER)
    scene.session.scalars(sides).one().person_id = other.id
    scene.session.flush()
    own = announced(scene, other, 2, case)
    intake.add_to_case(scene.work, case.id, other, evidence=(own.id,))

    def seen_by(person: Person) -> set[int]:
        return {file.id for file in case_view(scene.work, case, person).evidence}

    assert seen_by(other) == {own.id}
    assert seen_by(resident).isdisjoint({own.id})
    assert len(seen_by(resident)) == 1
    assert len(seen_by(scene.person(scene.town.mediator))) == 2


def test_acknowledging_a_report_never_waits_for_a_file(scene, resident):
    file = announced(scene, resident)
    case = intake.open_case(scene.work, a_report(scene.town.grid, evidence=(file.id,)), resident)

    assert file.state is EvidenceState.ANNOUNCED
    assert receipts(scene, case)[0].facts == {"evidence": [file.id]}
