"""Files in words: how many, whether they are saved yet, and what to do with those that were not taken."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from cases.access import Relation
from cases.outbox import NoticeKind
from cases.views import CaseView, EvidenceView, Name, NoticeView, PersonView, PlaceView, ReaderView
from handlers.file_lines import shown
from handlers.notices import render
from handlers.screens import Screen
from models.vocabulary import (
    Channel,
    EvidenceKind,
    EvidenceState,
    Language,
    Level,
    Refusal,
    Stage,
)

NOW = datetime(2026, 11, 23, 2, 5, tzinfo=UTC)
COMING, STORED, REFUSED = EvidenceState


def a_file(number: int, kind: EvidenceKind, state: EvidenceState, **more: Any) -> EvidenceView:
    return EvidenceView(number, kind, f"file-{number}", None, state, **more)


FILES = (
    a_file(1, EvidenceKind.PHOTO, STORED),
    a_file(2, EvidenceKind.PHOTO, COMING),
    a_file(3, EvidenceKind.VOICE, STORED),
    a_file(4, EvidenceKind.DOCUMENT, REFUSED, refusal=Refusal.TOO_LARGE, name="合同<b>.pdf"),
)


def a_case(**changes: Any) -> CaseView:
    nobody = PersonView(9, Name("", ""))
    place = PlaceView(1, "222401", Name("延吉市", "연길시"), None, None, None)
    ordinary = CaseView(
        id=123,
        number="26-222401-000123-7",
        short="123-7",
        turn=4,
        stage=Stage.REGISTERED,
        level=Level.YELLOW,
        guarded=False,
        story=True,
        relations=frozenset({Relation.REPORTER}),
        category=None,
        language=Language.ZH,
        channel=Channel.RESIDENT,
        place=place,
        registered_at=NOW,
        closed_at=None,
        matter="楼上漏水",
        summary=None,
        other_side=None,
        people=None,
        amount=None,
        consented=True,
        reporter=nobody,
        phone=None,
        home=None,
        evidence=FILES,
        judge=None,
        mediator=None,
        next_judges=(),
        next_mediators=(),
        terms=None,
        promised_on=None,
    )
    return replace(ordinary, **changes)


def said(kind: str, language: Language, case: CaseView | None = None, **facts: Any) -> Any:
    reader = ReaderView(9, 1009, language, known_language=True, staff=False)
    return render(NoticeView(1, kind, reader, facts, NOW, "", case=case), strict=True)


RECEIPTS = {
    Language.ZH: "材料：照片2张（已保存1、正在保存1）、语音1段（已保存）",
    Language.KO: "자료: 사진 2장(보관되였음 1, 보관중 1), 음성 1건(보관되였음)",
}


@pytest.mark.parametrize("kind", [NoticeKind.RECEIPT, Screen.ADDED, Screen.NOTED])
@pytest.mark.parametrize("language", list(Language))
def test_a_receipt_names_each_kind_and_whether_it_is_saved(kind: str, language: Language):
    card = said(kind, language, a_case(), evidence=[1, 2, 3])

    assert RECEIPTS[language] in card.text
    assert card.markup() is None, "with keys it could not be changed as the files arrive"


@pytest.mark.parametrize("kind", [NoticeKind.RECEIPT, Screen.ADDED])
def test_without_files_nothing_is_said_of_them_and_the_keys_stand(kind: str):
    card = said(kind, Language.ZH, a_case(evidence=()), evidence=[])

    assert "材料" not in card.text
    assert len(card.answers) == 3


def test_only_the_files_of_this_message_are_named():
    assert "语音" not in said(NoticeKind.RECEIPT, Language.ZH, a_case(), evidence=[1]).text


@pytest.mark.parametrize("language", list(Language))
def test_the_first_question_brings_the_keys_that_a_receipt_with_files_cannot_have(language):
    assert len(said(Screen.ASK_HOME, language, a_case()).answers) == 3
    assert said(Screen.ASK_HOME, language, a_case(evidence=())).answers == ()


def test_what_was_not_taken_is_named_in_the_story_with_its_reason():
    handler = frozenset({Relation.MEDIATOR})
    card = said(Screen.STORY, Language.ZH, a_case(relations=handler))

    assert (
        "附件：照片2张（已保存1、正在保存1）、语音1段（已保存）、文件1个（没有收下）" in card.text
    )
    assert "没有收下：合同&lt;b&gt;.pdf（太大）" in card.text


@pytest.mark.parametrize("language", list(Language))
@pytest.mark.parametrize("reason", set(Refusal) - {Refusal.DROPPED})
def test_whoever_sent_it_reads_why_and_what_to_do(language: Language, reason: Refusal):
    refused = [["document", "合同<b>.pdf", reason], ["photo", None, reason]]

    in_a_case = said(
        NoticeKind.FILE_REFUSED, language, a_case(), refused=refused, limit=20 << 20
    ).text
    in_a_draft = said(NoticeKind.FILE_REFUSED, language, refused=refused, limit=20 << 20).text

    assert in_a_case.startswith("123-7 ")
    assert "合同" not in in_a_case.splitlines()[0]
    assert "合同&lt;b&gt;.pdf" in in_a_case
    assert "2" in in_a_draft.splitlines()[0]
    if reason is Refusal.TOO_LARGE:
        assert "20" in in_a_case.splitlines()[1]


def test_a_paper_is_handed_on_only_when_somebody_looked_at_its_content():
    for kind in EvidenceKind:
        assert shown(a_file(1, kind, REFUSED, refusal=Refusal.KIND_NOT_TAKEN)) is None
        assert shown(a_file(1, kind, STORED)) is not None
    by_telegram = {kind for kind in EvidenceKind if shown(a_file(1, kind, COMING))}
    assert by_telegram == {EvidenceKind.PHOTO, EvidenceKind.VOICE}
