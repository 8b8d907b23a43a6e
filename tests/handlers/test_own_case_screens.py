"""What those whose dispute it is read of it: the card of the conversations, and the choices that they alone have."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from cases.access import Relation
from cases.journal import EventKind
from cases.outbox import STATUS_CARD, NoticeKind
from cases.views import CaseView, Done, Progress
from handlers.buttons import Tap, Verb
from handlers.screens import Screen
from models.vocabulary import Channel, Language, Level, Outcome, Part, Stage, TaskKind
from tests.handlers.test_notices import (
    MEDIATOR,
    NOW,
    SECRET,
    a_case,
    a_task,
    hanzi,
    said,
    shown,
    taken,
    taps,
    the_faults,
    verbs,
)

REPORTER = frozenset({Relation.REPORTER})
OTHER = frozenset({Relation.OTHER_SIDE})
RECEIVED = Done(EventKind.REGISTERED, datetime(2026, 11, 23, 1, 12, tzinfo=UTC))
TAKEN = Done(EventKind.TAKEN, datetime(2026, 11, 23, 2, 40, tzinfo=UTC), MEDIATOR)
BOTH = pytest.mark.parametrize("language", list(Language))
SHORT = [
    Screen.WITHDRAW,
    Screen.ASK_WITHDRAW_WHY,
    Screen.WITHDRAWN,
    Screen.WENT_ON,
    Screen.CHALLENGE_WHO,
    Screen.CHALLENGE_WHY,
    Screen.CHALLENGED,
    Screen.ASK_REOPEN,
    Screen.REOPEN_OFFER,
    Screen.TOO_LONG_AGO,
    NoticeKind.CHALLENGE_DECIDED,
]


def own(**changes: Any) -> CaseView:
    ordinary = a_case(
        relations=REPORTER,
        summary="楼上漏水",
        mediator=taken(Part.MEDIATOR, contact_due=datetime(2026, 11, 26, 10, 0, tzinfo=UTC)),
        stage=Stage.ACCEPTED,
        terms=None,
        promised_on=None,
        progress=Progress(done=(RECEIVED, TAKEN)),
    )
    return replace(ordinary, **changes)


def read(kind: str, language: Language = Language.ZH, **changes: Any) -> Any:
    return said(kind, language, reader=9, staff=False, **changes)


def test_the_screen_and_the_card_that_is_renewed_are_one():
    assert Screen.STATUS == STATUS_CARD


def test_the_card_is_the_one_of_the_conversations():
    card = read(Screen.STATUS, case=own())

    assert shown(card).split("\n") == [
        "123-7 楼上漏水",
        "已做：11月23日(周一)09:12 收到",
        "已做：11月23日(周一)10:40 调解员乙接手",
        "现在：调解员准备联系双方",
        "接下来：11月26日(周四)18:00前调解员乙联系您。晚了会自动报告负责人。",
    ]
    assert [[button.label for button in row] for row in card.inline] == [
        ["我要补充"],
        ["和负责人通话"],
        ["不办了"],
    ]


def test_its_buttons_in_korean_are_those_of_the_conversations():
    card = read(Screen.STATUS, Language.KO, case=own())

    assert [row[0].label for row in card.inline] == [
        "보탤 말이 있습니다",
        "담당자와 통화",
        "그만두겠습니다",
    ]


@BOTH
def test_a_day_that_was_agreed_comes_next(language: Language):
    day = datetime(2026, 11, 28, 6, 0, tzinfo=UTC)
    case = own(
        stage=Stage.MEDIATING,
        mediator=taken(Part.MEDIATOR, contact_due=None),
        progress=Progress(done=(RECEIVED, TAKEN), meeting=day),
    )

    last = shown(read(Screen.STATUS, language, case=case)).split("\n")[-1]

    assert (
        last
        == {
            Language.ZH: "接下来：11月28日(周六)14:00 见面",
            Language.KO: "다음: 11월 28일(토) 14:00 만남",
        }[language]
    )


def test_it_is_pinned_where_it_is_sent_and_not_again_where_it_is_changed():
    sent = read(Screen.STATUS, case=own())
    changed = read(Screen.STATUS, case=own(), shown=40, edits=40)
    opened_again = read(Screen.STATUS, case=own(), shown=40)
    elsewhere = read(Screen.STATUS, case=own(), shown=40, edits=41)

    assert (sent.pin, sent.unpin) == (True, ())
    assert (changed.pin, changed.unpin) == (False, ())
    assert (opened_again.pin, opened_again.unpin) == (True, (40,))
    assert (elsewhere.pin, elsewhere.unpin) == (True, (40,))


def test_a_closed_one_is_unpinned_and_says_how_it_opens_again():
    case = own(stage=Stage.CLOSED, closed_at=NOW, progress=Progress(reopens=True))

    card = read(Screen.STATUS, case=case, shown=40, edits=40)

    assert (card.pin, card.unpin) == (False, (40,))
    assert "90天内再发生" in card.text
    assert verbs(card) == [Verb.REOPEN, Verb.RATE_ASK, Verb.ADD]
    rated = replace(case, progress=Progress(reopens=True, rated=True))
    assert Verb.RATE_ASK not in verbs(read(Screen.STATUS, case=rated))
    old = replace(case, progress=Progress(reopens=False))
    assert "新的编号" in read(Screen.STATUS, case=old).text


def test_a_case_of_danger_is_pinned_only_where_the_chat_is_safe():
    guarded = own(guarded=True, level=Level.RED, progress=Progress(chat_safe=False))
    safe = replace(guarded, progress=Progress(chat_safe=True))

    assert not read(Screen.STATUS, case=guarded).pin
    assert read(Screen.STATUS, case=safe).pin


@BOTH
def test_the_other_side_of_a_case_of_danger_reads_nothing(language: Language):
    guarded = own(guarded=True, level=Level.RED, relations=OTHER, story=False)

    card = said(Screen.STATUS, language, case=guarded, reader=50, staff=False)

    assert card.inline == ()
    assert not card.pin
    assert len(card.text.split("\n")) == 1
    assert "调解" not in card.text
    assert "조정" not in card.text


def test_the_other_side_may_add_speak_ask_for_another_and_read_the_terms():
    other = own(relations=OTHER, story=False, matter=None, summary=None, terms=f"修好 {SECRET}")

    card = said(Screen.STATUS, case=other, reader=50, staff=False)

    assert verbs(card) == [Verb.ADD, Verb.CALL_ME, Verb.CHALLENGE, Verb.TERMS]
    assert SECRET not in card.text


def test_while_the_head_decides_the_card_says_so_and_by_when():
    due = datetime(2026, 11, 26, 10, 0, tzinfo=UTC)
    case = own(progress=Progress(challenged=Part.MEDIATOR, challenge_due=due))

    card = read(Screen.STATUS, case=case)

    assert "负责人在决定是否换调解员" in card.text
    assert "11月26日(周四)18:00前告诉您结果" in card.text
    assert Verb.CHALLENGE not in verbs(read(Screen.WITHDRAW, case=case))


def test_the_choice_has_three_answers_and_the_one_that_cannot_be_undone_stands_last():
    card = read(Screen.WITHDRAW, case=own(), facts={})

    assert [row[0].label for row in card.inline] == ["换一位办理人", "再想想", "确认不办了"]
    assert taps(card)[-1] == Tap(Verb.WITHDRAW_OK, 123, 4)


@BOTH
def test_in_a_case_of_danger_the_choice_names_nothing(language: Language):
    guarded = own(guarded=True, level=Level.RED)

    for kind in (Screen.WITHDRAW, Screen.WITHDRAWN, Screen.CHALLENGED):
        card = read(kind, language, case=guarded)
        told = [SECRET, "漏水", "丈夫", "危险", "위험", "起诉", "소송", "调解", "조정"]
        assert [word for word in told if word in card.text] == []
        assert Verb.CHALLENGE not in verbs(card)


@BOTH
def test_what_was_ended_asks_how_it_was_handled(language: Language):
    case = own(stage=Stage.CLOSED, closed_at=NOW)

    card = read(Screen.WITHDRAWN, language, case=case)

    assert verbs(card) == [Verb.RATE] * 4
    officers = replace(case, channel=Channel.GRID_OFFICER)
    assert verbs(read(Screen.WITHDRAWN, language, case=officers)) == []
    waits = own(level=Level.ORANGE)
    assert verbs(read(Screen.WITHDRAWN, language, case=waits)) == []


def test_who_is_asked_for_is_named_and_who_is_held_is_not_offered_again():
    both = own(judge=taken(Part.JUDGE))

    card = read(Screen.CHALLENGE_WHO, case=both)
    assert [(row[0].label, row[0].tap.arg) for row in card.inline] == [
        ("调解员乙", "mediator"),
        ("法官丙", "judge"),
    ]
    held = replace(both, judge=taken(Part.JUDGE, held=True))
    assert [row[0].label for row in read(Screen.CHALLENGE_WHO, case=held).inline] == ["调解员乙"]


@BOTH
def test_the_handler_reads_neither_why_nor_by_whom(language: Language):
    held = a_case(relations=frozenset({Relation.HELD}), story=False, matter=None)
    facts = {"part": Part.MEDIATOR, "over": False, "words": SECRET, "why": "unfair"}

    for kind in (NoticeKind.HELD, Screen.CARD):
        card = said(kind, language, case=held, facts=facts)
        assert SECRET not in card.text
        assert "不公正" not in card.text
        assert "공정" not in card.text
        assert set(verbs(card)) <= {Verb.OPEN}


def a_wish(part: Part, by: int) -> Any:
    return a_task(TaskKind.CHALLENGE, part=part, by=by, why="words", words="他是对方的表哥")


@pytest.mark.parametrize(
    ("part", "head", "decides"),
    [
        (Part.MEDIATOR, Relation.SUPERVISOR, True),
        (Part.JUDGE, Relation.COURT_SUPERVISOR, True),
        (Part.JUDGE, Relation.SUPERVISOR, False),
        (Part.JUDGE, Relation.COORDINATOR, False),
        (Part.MEDIATOR, Relation.COURT_SUPERVISOR, False),
    ],
)
@BOTH
def test_only_the_head_of_his_house_has_the_two_buttons(
    language: Language, part: Part, head: Relation, decides: bool
):
    case = a_case(relations=frozenset({head, Relation.TASKED}), judge=taken(Part.JUDGE))

    card = said(Screen.TASK_CARD, language, case=case, task=a_wish(part, by=9), reader=77)

    assert ({Verb.REPLACE, Verb.KEEP} <= set(verbs(card))) == decides
    assert Verb.TASK_DONE not in verbs(card)
    assert "他是对方的表哥" in card.text


def test_the_answer_that_was_refused_comes_with_the_words_of_the_head():
    facts = {"part": Part.MEDIATOR, "replaced": False, "words": "查过了，没有关系"}

    card = read(NoticeKind.CHALLENGE_DECIDED, case=own(), facts=facts)

    assert shown(card).split("\n") == ["123-7 负责人决定不换办理人。", "理由：查过了，没有关系"]


@pytest.mark.parametrize("kind", SHORT)
def test_a_screen_of_ones_own_is_short(kind: str):
    facts = {"assignment": 31, "words": "查过了", "replaced": False, "part": Part.MEDIATOR}

    for case in (own(), own(stage=Stage.CLOSED, closed_at=NOW), own(guarded=True)):
        chinese = read(kind, facts=facts, case=case)
        korean = read(kind, Language.KO, facts=facts, case=case)
        assert the_faults(chinese) == the_faults(korean) == []
        assert hanzi(shown(chinese)) <= 90
        assert len(shown(korean).split()) <= 60
        assert max(len(card.inline) for card in (chinese, korean)) <= 4
        labels = [row[0].label for row in chinese.inline]
        assert all(hanzi(label) <= 8 for label in labels)
        assert all(len(row[0].label) <= 14 for row in korean.inline)


def test_who_wanted_it_ended_reads_why_it_goes_on_and_no_card_of_the_desk():
    facts = {"words": "工资还没有发"}

    card = read(NoticeKind.CLOSING_REFUSED, case=own(level=Level.ORANGE), facts=facts)

    assert shown(card).split("\n")[1:] == ["理由：工资还没有发"]
    assert card.inline == ()


@BOTH
def test_the_other_side_is_told_that_it_ended_and_not_why(language: Language):
    ended = own(stage=Stage.CLOSED, closed_at=NOW, relations=OTHER, story=False)
    facts = {"outcome": Outcome.WITHDRAWN}

    other = said(NoticeKind.CLOSED, language, case=ended, facts=facts, reader=50, staff=False)
    applicants = replace(ended, relations=REPORTER)
    own_words = read(NoticeKind.CLOSED, language, case=applicants, facts=facts)

    assert len(other.text) < len(own_words.text)
    assert "撤回" not in other.text
    assert verbs(own_words) == [Verb.RATE_ASK]
    assert verbs(other) == []
