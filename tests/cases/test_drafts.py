"""Words that were not submitted: kept seven days, offered once after a day, deleted and said so; never where others read."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from cases import drafts
from cases.actions import safety
from cases.notice_views import view_of
from cases.outbox import NoticeKind
from cases.urgency import gate
from cases.workdays import CIVIL
from models.consent import Erasure
from models.draft import Draft, Unsent
from models.evidence import Evidence
from models.notice import Notice
from models.person import Person
from models.vocabulary import (
    Channel,
    Erased,
    EvidenceKind,
    EvidenceState,
    NoticeState,
    Refusal,
    SafeChannel,
    Urgent,
)
from tests.factories import BEATEN
from tests.scene import Scene

WORDS: dict[str, Any] = {"words": [[1, "楼上漏水，三天了。"]]}
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture
def person(scene: Scene) -> Person:
    return scene.person(name="金哲")


def saying(scene: Scene, person: Person, **answers: Any) -> Draft:
    """A conversation in which something was said just now."""
    draft = Draft(
        person_id=person.id,
        step="submit",
        answers=WORDS | answers,
        key=f"key-{person.id}",
        turn=3,
        touched_at=scene.now,
    )
    drafts.touch(draft, scene.now)
    scene.session.add(draft)
    scene.session.flush()
    return draft


def told(scene: Scene, person: Person, kind: NoticeKind) -> list[Notice]:
    rows = select(Notice).where(Notice.person_id == person.id, Notice.kind == kind)
    return list(scene.session.scalars(rows.order_by(Notice.id)))


def a_file(scene: Scene, person: Person) -> Evidence:
    row = Evidence(
        person_id=person.id,
        kind=EvidenceKind.PHOTO,
        state=EvidenceState.STORED,
        file_id="file",
        file_unique_id="unique",
        file_name="漏水.jpg",
        address="a" * 64,
        announced_at=scene.now,
    )
    scene.session.add(row)
    scene.session.flush()
    return row


def test_nothing_is_said_within_a_day_of_silence(scene: Scene, person: Person):
    saying(scene, person)

    scene.wait(DAY - HOUR)

    assert told(scene, person, NoticeKind.DRAFT_WAITS) == []


def test_after_a_day_it_is_offered_once_without_a_sound_and_without_the_words(
    scene: Scene, person: Person
):
    draft = saying(scene, person)

    scene.wait(3 * DAY)

    (offer,) = told(scene, person, NoticeKind.DRAFT_WAITS)
    assert offer.silent
    assert offer.urgent is Urgent.NOTICE
    assert offer.facts["turn"] == draft.turn
    assert "漏水" not in str(offer.facts)
    assert draft.answers == WORDS


def test_the_offer_keeps_the_quiet_hours(scene: Scene, person: Person):
    scene.wait(timedelta(hours=14))  # 23:00 in Yanji
    saying(scene, person)

    scene.wait(DAY + HOUR)

    (offer,) = told(scene, person, NoticeKind.DRAFT_WAITS)
    assert offer.due_at.astimezone(CIVIL).hour == 8


def test_more_words_begin_the_silence_anew(scene: Scene, person: Person):
    draft = saying(scene, person)
    scene.wait(DAY - HOUR)
    drafts.touch(draft, scene.now)

    scene.wait(DAY - HOUR)
    assert told(scene, person, NoticeKind.DRAFT_WAITS) == []
    scene.wait(2 * HOUR)
    assert len(told(scene, person, NoticeKind.DRAFT_WAITS)) == 1


def test_after_seven_days_it_is_deleted_and_said_in_one_sentence(scene: Scene, person: Person):
    file = a_file(scene, person)
    draft = saying(scene, person, evidence=[file.id])
    turn = draft.turn

    scene.wait(7 * DAY - HOUR)
    assert draft.answers["words"] == WORDS["words"]
    scene.wait(2 * HOUR)

    assert draft.answers == {}
    assert (draft.step, draft.said_at, draft.next_at) == ("idle", None, None)
    assert draft.turn > turn  # its buttons are stale
    (gone,) = told(scene, person, NoticeKind.DRAFT_GONE)
    assert gone.facts == {}
    erased = scene.session.scalars(select(Erasure).order_by(Erasure.id)).all()
    assert [(row.what, row.by_person) for row in erased] == [
        (Erased.DRAFT, False),
        (Erased.FILE, False),
    ]


def test_the_files_of_a_deleted_report_are_nobodys(scene: Scene, person: Person):
    file = a_file(scene, person)
    saying(scene, person, evidence=[file.id])

    scene.wait(8 * DAY)

    assert (file.state, file.refusal) == (EvidenceState.REFUSED, Refusal.DROPPED)
    assert (file.file_name, file.sha256, file.file_id) == (None, None, "")
    assert drafts.bytes_to_delete(scene.session, 9) == [file.address]  # after the commit


def test_a_row_says_what_is_to_be_deleted_until_it_is(scene: Scene, person: Person):
    file = a_file(scene, person)
    address = file.address or ""
    drafts.forget_files(scene.work, person.id, [file.id])
    assert drafts.still_kept(scene.session, [address]) == set()
    same = a_file(scene, person)
    assert drafts.still_kept(scene.session, [address]) == {address}

    drafts.bytes_deleted(scene.session, [address])
    scene.session.expire_all()

    assert drafts.bytes_to_delete(scene.session, 9) == []
    assert (file.address, same.address) == (None, address)


def as_brought_forward(scene: Scene, draft: Draft) -> None:
    """What the migration makes of a conversation of before these instants were kept; the answers are sealed to it."""
    draft.said_at = draft.next_at = draft.touched_at
    scene.session.flush()


def test_what_was_said_before_these_instants_were_kept_is_offered_once_too(
    scene: Scene, person: Person
):
    as_brought_forward(scene, saying(scene, person))
    scene.wait(HOUR)
    assert told(scene, person, NoticeKind.DRAFT_WAITS) == []

    scene.wait(2 * DAY)

    assert len(told(scene, person, NoticeKind.DRAFT_WAITS)) == 1


def test_a_conversation_of_before_in_which_nothing_is_unsent_is_let_be(
    scene: Scene, person: Person
):
    draft = saying(scene, person, words=[])
    draft.step = "note"
    as_brought_forward(scene, draft)

    scene.wait(9 * DAY)

    assert (draft.next_at, draft.said_at, draft.step) == (None, None, "note")
    assert told(scene, person, NoticeKind.DRAFT_WAITS) == []


def test_a_handlers_reason_is_no_report(scene: Scene, person: Person):
    draft = saying(scene, person, words="对方不愿调解")

    assert draft.next_at is None
    assert drafts.put_aside(scene.work, draft) is None


def test_a_file_of_a_case_is_never_touched(scene: Scene, person: Person):
    file = a_file(scene, person)
    file.case_id = scene.case(person).id
    saying(scene, person, evidence=[file.id])

    scene.wait(8 * DAY)

    assert file.state is EvidenceState.STORED


def test_the_cards_that_showed_the_words_are_emptied(scene: Scene, person: Person):
    draft = saying(scene, person)
    card = Notice(
        person_id=person.id,
        kind="submit",
        urgent=Urgent.ANSWER,
        is_screen=True,
        facts={"matter": "楼上漏水", "turn": draft.turn},
        text="楼上漏水",
        state=NoticeState.SENT,
        created_at=scene.now,
        due_at=scene.now,
    )
    scene.session.add(card)

    scene.wait(8 * DAY)

    assert (card.facts, card.text) == ({}, None)


def test_after_an_outage_nothing_is_deleted_that_was_not_offered_a_day_before(
    scene: Scene, person: Person
):
    draft = saying(scene, person)

    scene.jump(30 * DAY)
    assert len(told(scene, person, NoticeKind.DRAFT_WAITS)) == 1
    assert draft.answers == WORDS
    scene.wait(DAY + HOUR)

    assert draft.answers == {}


def in_danger(scene: Scene, person: Person, channel: SafeChannel) -> None:
    case = scene.case(person, matter=BEATEN)
    case.safe_channel = channel
    scene.session.flush()


@pytest.mark.parametrize("channel", [SafeChannel.UNASKED, SafeChannel.SELF, SafeChannel.PHONE])
def test_nothing_is_offered_in_a_chat_that_somebody_else_may_read(
    scene: Scene, person: Person, channel: SafeChannel
):
    in_danger(scene, person, channel)
    draft = saying(scene, person)

    scene.wait(8 * DAY)

    assert told(scene, person, NoticeKind.DRAFT_WAITS) == []
    assert told(scene, person, NoticeKind.DRAFT_GONE) == []
    assert draft.answers == {}


def test_an_offer_that_waits_for_the_morning_is_withdrawn_when_the_chat_is_safe_no_more(
    scene: Scene, person: Person
):
    saying(scene, person)
    scene.wait(DAY + HOUR)
    (offer,) = told(scene, person, NoticeKind.DRAFT_WAITS)
    assert view_of(scene.work, offer) is not None

    in_danger(scene, person, SafeChannel.UNASKED)

    assert view_of(scene.work, offer) is None


def test_an_offer_is_withdrawn_when_the_words_are_gone(scene: Scene, person: Person):
    draft = saying(scene, person)
    scene.wait(DAY + HOUR)
    (offer,) = told(scene, person, NoticeKind.DRAFT_WAITS)

    drafts.drop(scene.work, draft, by_person=True)

    assert view_of(scene.work, offer) is None


def test_what_is_put_aside_is_offered_and_deleted_like_what_is_being_said(
    scene: Scene, person: Person
):
    draft = saying(scene, person)
    row = drafts.put_aside(scene.work, draft)
    assert row is not None
    drafts.drop(scene.work, draft, by_person=True)

    scene.wait(DAY + HOUR)
    (offer,) = told(scene, person, NoticeKind.DRAFT_WAITS)
    assert offer.facts["unsent"] == row.id
    scene.wait(7 * DAY)

    assert scene.session.scalars(select(Unsent)).all() == []
    assert len(told(scene, person, NoticeKind.DRAFT_GONE)) == 1


def test_what_has_a_number_is_never_put_aside(scene: Scene, person: Person):
    draft = saying(scene, person)
    scene.case(person, key=draft.key)

    assert drafts.put_aside(scene.work, draft) is None


def test_what_was_put_aside_comes_back_whole(scene: Scene, person: Person):
    draft = saying(scene, person, area_id=scene.town.grid)
    row = drafts.put_aside(scene.work, draft)
    assert row is not None
    key, draft.key, draft.answers = draft.key, "another", {}

    drafts.take_up(scene.work, draft, row)

    assert draft.key == key
    assert draft.answers["words"] == WORDS["words"]
    assert draft.answers["area_id"] == scene.town.grid
    assert drafts.waiting(scene.work, person) == []


def test_nobody_takes_up_what_somebody_else_said(scene: Scene, person: Person):
    row = drafts.put_aside(scene.work, saying(scene, person))
    assert row is not None

    assert drafts.put_aside_by(scene.work, scene.person(name="李"), row.id) is None


def test_the_clock_knows_the_next_instant_of_a_draft(scene: Scene, person: Person):
    saying(scene, person)

    assert drafts.next_due(scene.session, scene.now) == scene.now + DAY
    assert drafts.due_people(scene.session, scene.now + DAY, 10) == [person.id]
    assert drafts.due_people(scene.session, scene.now, 10) == []


def test_a_cry_of_danger_takes_the_unsent_words_to_a_human_at_once(scene: Scene, person: Person):
    """handlers/danger/danger.py hands them over; what is left of the draft is nothing that could be offered."""
    draft = saying(scene, person)
    case = safety.danger_reported(
        scene.work,
        person,
        key=draft.key,
        text=f"{WORDS['words'][0][1]}\n{BEATEN}",
        found=gate(BEATEN, scene.work.rules.words),
        area_id=None,
        language=person.reads,
        channel=Channel.RESIDENT,
    )

    assert WORDS["words"][0][1] in (case.matter or "")
    assert scene.offers(case)
    assert drafts.put_aside(scene.work, draft) is None


def test_what_may_be_kept_is_known_by_its_day(scene: Scene, person: Person):
    draft = saying(scene, person)

    assert drafts.kept_until(draft) == scene.now + 7 * DAY
