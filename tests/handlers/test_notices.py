"""Every screen and every notice has words in both languages, within Telegram's limits, and gives nothing away."""

import re
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from html import unescape
from typing import Any

import pytest

from cases import errors
from cases.access import Relation
from cases.errors import CaseError
from cases.outbox import NoticeKind
from cases.outcomes import Asked, Shown
from cases.routing import Why
from cases.views import (
    CaseView,
    EvidenceView,
    HandlerView,
    Name,
    NoticeView,
    PersonView,
    PlaceView,
    ReaderView,
    TaskView,
)
from handlers.answers import LABELS, Answer
from handlers.buttons import Tap, Verb
from handlers.cards import Card
from handlers.danger.danger_screens import first_words
from handlers.notices import SPEAKERS, render
from handlers.refusals import REFUSALS
from handlers.screens import Screen
from locales import languages, translator
from models.vocabulary import (
    AssignmentState,
    Category,
    Channel,
    EvidenceKind,
    Language,
    Level,
    Organ,
    Outcome,
    Part,
    Pause,
    Role,
    SafeChannel,
    Side,
    Stage,
    TaskKind,
    TaskState,
    Visit,
)

NOW = datetime(2026, 11, 23, 2, 5, tzinfo=UTC)  # Monday, 10:05 in Yanji
HOSTILE = "<b>&\"'</i><script>{number}%s 😀"
SECRET = "王秘密 왕비밀"
TAG = re.compile(r"<(/?)(b|blockquote)>")
CODES = [*Screen, *NoticeKind]
ALWAYS_SAID = {"day", "terms", "since", "copied_at", "cases", "notices"}  # no notice without them
STAFF_NOTICES = [
    NoticeKind.OFFER,
    NoticeKind.REMIND,
    NoticeKind.WARN,
    NoticeKind.CONTACT_DUE,
    NoticeKind.LAPSED,
    NoticeKind.ESCALATED,
    NoticeKind.TASK,
    NoticeKind.CONTRADICTED,
    NoticeKind.NOT_KEPT,
    NoticeKind.APPROVE_CLOSING,
    NoticeKind.REVIEW,
    NoticeKind.NOT_DELIVERED,
    NoticeKind.ADDED,
    NoticeKind.REASSIGNED,
    NoticeKind.TASK_ANSWERED,
    NoticeKind.FROZEN,
    NoticeKind.UNFROZEN,
]
#: conversations §0.3: what stands on one resident's screen, before it is sent.
SHORT_SCREENS = [
    Screen.ASK_PLACE,
    Screen.PLACE_FOUND,
    Screen.VOICE_RECEIVED,
    Screen.FIX,
    Screen.DISCARDED,
    Screen.ASK_CALL_NUMBER,
    Screen.CALL_PROMISED,
    Screen.ASK_HOME,
    Screen.ASK_OTHER_SIDE,
    Screen.ASK_PEOPLE,
    Screen.ASK_AMOUNT,
    Screen.SET_ASIDE,
    Screen.SECOND_MATTER,
    Screen.WHICH_MATTER,
    Screen.WHY,
    Screen.FIX_FILES,
    Screen.NUMBER_NOT_NEEDED,
    Screen.SENSITIVE,
    Screen.SHOWN_NOW,
    Screen.MY_DATA_CORRECT,
    Screen.MY_DATA_DELETE,
    NoticeKind.DRAFT_WAITS,
    NoticeKind.DRAFT_GONE,
    Screen.ASK_PHONE,
    Screen.ASK_PHOTO,
    Screen.ADDED,
    Screen.PHONE_SEEN,
    Screen.SAFE_CHOICE,
    Screen.SAFE_NUMBER,
    Screen.DANGER_NOW,
    Screen.NOT_MEANT,
    Screen.KEPT_CLOSE,
    Screen.KEPT_SORRY,
    NoticeKind.CONTACT_CHECK,
    NoticeKind.KEPT_QUESTION,
    Screen.JOINED_CONCERNED,
    Screen.LEFT,
]

PLACE = PlaceView(
    7,
    "222401001001003",
    Name("延吉市", "연길시"),
    Name("北山街道", "북산가두"),
    Name("丹山社区", "단산사회구역"),
    Name("第3网格", "제3격자"),
)
COUNTY = PlaceView(1, "222401", Name("延吉市", "연길시"), None, None, None)
MEDIATOR = PersonView(2, Name("乙", "을"), Role.MEDIATOR)
JUDGE = PersonView(3, Name("丙", "병"), Role.JUDGE)
OFFICER = PersonView(4, Name("丁", "정"), Role.GRID_OFFICER)
NEXT = (
    PersonView(5, Name("庚", "경"), Role.JUDGE_ASSISTANT),
    PersonView(6, Name("辛", "신"), Role.COURT_SUPERVISOR),
)


def handler(part: Part, **changes: Any) -> HandlerView:
    person = JUDGE if part is Part.JUDGE else MEDIATOR
    ordinary = HandlerView(
        assignment_id=31,
        part=part,
        person=person,
        state=AssignmentState.OFFERED,
        why=(Why.OWN_GRID, Why.SPECIALISED),
        offered_at=NOW,
        taken_at=None,
        acknowledge_due=NOW + timedelta(hours=2),
        contact_due=datetime(2026, 11, 24, 10, 0, tzinfo=UTC) if part is Part.MEDIATOR else None,
        frozen=False,
    )
    return replace(ordinary, **changes)


def taken(part: Part, **changes: Any) -> HandlerView:
    return handler(
        part, state=AssignmentState.TAKEN, taken_at=NOW, acknowledge_due=None, **changes
    )


def a_case(**changes: Any) -> CaseView:
    ordinary = CaseView(
        id=123,
        number="26-222401-000123-7",
        short="123-7",
        turn=4,
        stage=Stage.REGISTERED,
        level=Level.YELLOW,
        guarded=False,
        story=True,
        relations=frozenset({Relation.MEDIATOR}),
        category=Category.NEIGHBOURS,
        language=Language.ZH,
        channel=Channel.RESIDENT,
        place=PLACE,
        registered_at=datetime(2026, 11, 23, 1, 12, tzinfo=UTC),
        closed_at=None,
        matter=f"楼上漏水 {SECRET}",
        summary=None,
        other_side="楼上",
        people=None,
        amount=None,
        consented=True,
        reporter=PersonView(9, Name(SECRET, SECRET)),
        phone="13900000000",
        home=None,
        evidence=(),
        judge=handler(Part.JUDGE),
        mediator=handler(Part.MEDIATOR),
        next_judges=NEXT,
        next_mediators=(PersonView(8, Name("己", "기"), Role.MEDIATOR),),
        terms=f"修好天花板 {SECRET}",
        promised_on=date(2026, 12, 6),
    )
    return replace(ordinary, **changes)


def with_own(case: CaseView, reader: int) -> CaseView:
    """The case as its view is built: with the reader's own part, when there is one."""
    parts = (case.mediator, case.judge)
    own = next((part for part in parts if part and part.person.id == int(str(reader))), None)
    return replace(case, own=case.own or own)


def a_task(kind: TaskKind, **facts: object) -> TaskView:
    voice = EvidenceView(5, EvidenceKind.VOICE, "file-id", 21)
    evidence = voice if kind is TaskKind.LISTEN else None
    return TaskView(77, kind, TaskState.OPEN, NOW + timedelta(hours=2), dict(facts), evidence)


def facts_of(said: str) -> dict[str, object]:
    """One set of facts that has what any kind needs."""
    return {
        "matter": said,
        "seconds": 21,
        "photos": 2,
        "files": 3,
        "refused": [["document", said, "too_large"], ["photo", None, "gone"]],
        "limit": 20 << 20,
        "earlier": 2**62,
        "since": NOW.isoformat(),
        "copied_at": NOW.isoformat(),
        "cases": 12,
        "notices": 34,
        "other_side": said,
        "weak": True,
        "turn": 36**6,
        "owner": 2**62,
        "not_found": said,
        "areas": [[1, "第3网格", "제3격자"], [2, "第4网格", "제4격자"]],
        "erase": [1, 2],
        "category": Category.LABOUR,
        "because": [said],
        "people": 12,
        "same_claim": True,
        "amount": "186000",
        "phone_dead": True,
        "attachments": 1,
        "level": Level.ORANGE,
        "line": "people",
        "count": 3,
        "assignment": 31,
        "days": ["2026-11-26T14:00:00+08:00"],
        "day": "2026-12-06T18:00:00+08:00",
        "next": "2026-11-24T10:00:00+08:00",
        "terms": said,
        "link": "https://t.me/a_bot?start=j_abc",
        "number": said,
        "rota": True,
        "seen": True,
        "error": "StaleTap",
        "duties": [[Role.MEDIATOR, "延吉市", "연길시"], [Role.JUDGE, "丹山社区", "단산사회구역"]],
        "why": "not_taken",
        "part": Part.JUDGE,
        "words": said,
        "evidence": [1],
        "suggested": [[Category.LABOUR, ["工资"]], [Category.CONTRACT, [said]]],
        "to": Level.RED,
        "found": Visit.WORSE,
        "desk": True,
        "named": True,
        "room": 15,
        "rest": 2,
        "left": 2,
        "attached": [[1, "photo", None, "2026-11-23T10:00:00+08:00"], [2, "voice", 21, "x"]],
        "unsent": 2**62,
        "step": "place",
        "added": True,
        "kinds": ["health", "child"],
        "hidden": ["health", "home"],
        "agreed": [],
        "numbers": True,
        "ready": [outcome.value for outcome in Outcome],
        "lacking": [[Outcome.UNREACHABLE.value, [shown.value for shown in Shown]]],
        "tries": [1, 1, 0],
        "outcome": Outcome.REFUSED.value,
        "organ": Organ.COURT.value,
        "asked": Asked.WORDS.value,
        "main": "126-2",
        "main_number": "126-2",
        "second": True,
        "until": "2026-12-26",
        "pause": Pause.EXPERT.value,
        **of_the_rota(said),
    }


def of_the_rota(said: str) -> dict[str, object]:
    """Who stands ready, who would get it, and with which office it is."""
    shift = {
        "shift": 2**62,
        "who": [said, said, Role.COORDINATOR],
        "role": Role.COORDINATOR,
        "area": ["延吉市", "연길시"],
        "starts": NOW.isoformat(),
        "ends": (NOW + timedelta(hours=12)).isoformat(),
    }
    line = {**shift, "why": list(Why), "until": shift["ends"]}
    return {
        "on_duty": [shift],
        "coming": [{**shift, "shift": 0}],
        "empty": [["延吉市", "연길시", shift["starts"], shift["ends"]]],
        "shift": shift,
        "could": [[2**62, said, said, Role.MEDIATOR]],
        "had": 36**6,
        "wanted": "RT07-ko-red",
        "other_language": "RT07-zh-red",
        "other_level": "any-ko-plain",
        "choices": [["RT07", "RT07-ko-red"], ["any", "any-ko-red"]],
        "judges": [line],
        "mediators": [line, line],
        "team": [line],
        "heads": [line],
        "minutes": 15,
        "climbs": True,
        "offices": ["street_office", "court"],
        "slip": True,
        "code": "1234 5678",
        "others": [],
    }


def a_view(kind: str, language: Language = Language.ZH, **changes: Any) -> NoticeView:
    reader = changes.pop("reader", 2)
    staff = bool(changes.pop("staff", True))
    for name in ("case", "cases"):
        if name in changes:
            seen = changes[name]
            changes[name] = (
                tuple(with_own(one, reader) for one in seen)
                if isinstance(seen, tuple)
                else seen and with_own(seen, reader)
            )
    ordinary = NoticeView(
        id=1,
        kind=kind,
        reader=ReaderView(int(str(reader)), 1002, language, known_language=True, staff=staff),
        facts=facts_of("漏水"),
        now=NOW,
        hotline="0433-1234567",
        case=with_own(a_case(), reader),
        cases=(a_case(), a_case(id=126, short="126-2")),
        task=a_task(TaskKind.READ),
        place=PLACE,
        people=(MEDIATOR, OFFICER, JUDGE),
        tasks=((a_case(), a_task(TaskKind.READ_ALOUD, what=NoticeKind.AGREEMENT)),),
        done_for=((a_case(), NEXT[0]),),
        waiting=(a_case(),),
    )
    return replace(ordinary, **changes)


def said(kind: str, language: Language = Language.ZH, **changes: Any) -> Card:
    return render(a_view(kind, language, **changes), strict=True)


def shown(card: Card) -> str:
    """What the eye sees: tags and entities resolved."""
    return unescape(TAG.sub("", card.text))


def taps(card: Card) -> list[Tap]:
    return [button.tap for row in card.inline for button in row if button.tap]


def verbs(card: Card) -> list[Verb]:
    return [tap.verb for tap in taps(card)]


def is_balanced(text: str) -> bool:
    opened: list[str] = []
    for slash, name in TAG.findall(text):
        if not slash:
            opened.append(name)
        elif not opened or opened.pop() != name:
            return False
    return not opened


def utf16(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


def the_faults(card: Card) -> list[str]:
    """What Telegram would refuse of a card."""
    markup = card.markup()
    buttons = [button for row in card.inline for button in row]
    limit = 1024 if card.file else 4096
    data = [button.tap.write() for button in buttons if button.tap]
    faults = {
        "empty": not shown(card).strip(),
        "too long": utf16(shown(card)) > limit,
        "unbalanced": not is_balanced(card.text),
        "raw sign": re.search(r"<(?!/?(b|blockquote)>)|&(?!(amp|lt|gt);)", card.text) is not None,
        "placeholder": re.search(r"{[a-z_]+}", card.text.replace("{number}%s", "")) is not None,
        "callback": any(len(one.encode()) > 64 for one in data),
        "unreadable callback": [Tap.read(one) for one in data] != taps(card),
        "copy": any(
            not 1 <= len(button.copy) <= 256 for button in buttons if button.copy is not None
        ),
        "two keyboards": bool(card.inline and (card.answers or card.choices)),
        "no label": any(not button.label for button in buttons),
        "edge": card.text != card.text.strip() or "\n\n\n" in card.text,
        "no keyboard": markup is None and bool(card.answers),
    }
    return [fault for fault, found in faults.items() if found]


def test_every_screen_and_every_notice_has_its_speaker_and_no_other():
    assert set(SPEAKERS) == set(CODES)


@pytest.mark.parametrize("language", list(Language))
@pytest.mark.parametrize("kind", CODES)
def test_every_kind_is_said_in_both_languages(kind, language):
    card = said(kind, language)

    assert the_faults(card) == []
    if kind not in {Screen.DOOR_LANGUAGE, Screen.DANGER}:
        assert card.language == language


@pytest.mark.parametrize("language", list(Language))
@pytest.mark.parametrize("kind", CODES)
def test_every_kind_is_said_when_nothing_but_the_case_is_known(kind, language):
    needed = {key: value for key, value in facts_of("").items() if key in ALWAYS_SAID}
    nobody = a_case(
        judge=None,
        mediator=None,
        category=None,
        place=COUNTY,
        matter=None,
        other_side=None,
        promised_on=None,
        terms=None,
        next_judges=(),
        next_mediators=(),
    )
    card = said(
        kind,
        language,
        facts=needed,
        case=nobody,
        cases=(),
        task=None,
        place=None,
        people=(),
        hotline="",
        reader=9,
        staff=False,
    )

    assert the_faults(card) == []
    assert "None" not in card.text


@pytest.mark.parametrize("language", list(Language))
@pytest.mark.parametrize("kind", CODES)
@pytest.mark.parametrize("words", ["很长" * 2048, HOSTILE * 200])
def test_long_and_hostile_words_stay_words(kind, language, words):
    hostile = Name(HOSTILE, HOSTILE)
    case = a_case(
        matter=words,
        summary=words,
        other_side=words,
        terms=words,
        home=words,
        phone=words,
        safe_contact=words,
        people=10**9,
        amount=Decimal("99999999999.99"),
        reporter=PersonView(9, Name(words[:60], words[:60])),
        mediator=taken(Part.MEDIATOR, person=PersonView(2, hostile, Role.MEDIATOR)),
        evidence=tuple(EvidenceView(n, EvidenceKind.PHOTO, "f", None) for n in range(40)),
    )
    task = a_task(TaskKind.LISTEN, words=[words], phone=words, whom=words)

    card = said(kind, language, case=case, facts=facts_of(words), task=task)

    assert the_faults(card) == []


STATES = [
    {"judge": taken(Part.JUDGE)},
    {"mediator": taken(Part.MEDIATOR)},
    {"mediator": taken(Part.MEDIATOR, frozen=True)},
    {
        "mediator": taken(Part.MEDIATOR, contact_due=None),
        "stage": Stage.MEDIATING,
        "term_due": NOW,
    },
    {"mediator": taken(Part.MEDIATOR, contact_due=None), "stage": Stage.AGREED},
    {"stage": Stage.CLOSED, "closed_at": NOW},
    {"stage": Stage.SUSPENDED},
    {"stage": Stage.REFERRED},
    {"stage": Stage.ARCHIVED},
    {"guarded": True, "level": Level.RED, "judge": None},
    {"guarded": True, "level": Level.RED, "mediator": taken(Part.MEDIATOR)},
    {"guarded": True, "safe_channel": SafeChannel.PHONE, "safe_contact": "139 2点"},
    {"story": False, "matter": None},
    {"level": Level.ORANGE, "channel": Channel.GRID_OFFICER, "consented": False},
    {
        "relations": frozenset({Relation.FORMER}),
        "mediator": handler(Part.MEDIATOR, person=NEXT[0]),
    },
    {"relations": frozenset({Relation.SUPERVISOR})},
    {"relations": frozenset({Relation.REPORTER}), "side": Side.REPORTER},
]


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("reader", [MEDIATOR.id, JUDGE.id, 99])
@pytest.mark.parametrize("language", list(Language))
def test_the_card_is_said_in_every_state_to_everybody(state, reader, language):
    for kind in (Screen.CARD, Screen.STORY, Screen.STATUS, NoticeKind.RECEIPT, NoticeKind.CLOSED):
        card = said(kind, language, case=a_case(**state), reader=reader)

        assert the_faults(card) == []


@pytest.mark.parametrize("language", list(Language))
@pytest.mark.parametrize("kind", STAFF_NOTICES)
def test_a_guarded_case_is_announced_by_its_number_only(kind, language):
    guarded = a_case(guarded=True, level=Level.RED)

    card = said(kind, language, case=guarded)

    expected = {Language.ZH: "〔紧急〕123-7 请打开", Language.KO: "〔긴급〕123-7 열어주십시오"}
    assert card.text == expected[language]
    assert set(verbs(card)) <= {Verb.OPEN, Verb.TASK_DONE}
    assert Verb.OPEN in verbs(card)
    assert card.file is None


@pytest.mark.parametrize("language", list(Language))
@pytest.mark.parametrize("kind", STAFF_NOTICES)
def test_the_first_line_of_a_staff_notice_is_fit_for_a_stranger(kind, language):
    case = a_case(level=Level.ORANGE, phone="13900000000", other_side="包工头")

    first = said(kind, language, case=case).text.split("\n")[0]

    assert "123-7" in first
    told = [SECRET, "13900000000", "包工头", "漏水"]
    told += [
        person.name.read_in(language)
        for person in (MEDIATOR, JUDGE, OFFICER)
        if language is Language.ZH
    ]
    assert [word for word in told if word in first] == []


def hanzi(text: str) -> int:
    return len(re.findall(r"[\u4e00-\u9fff]", text))


@pytest.mark.parametrize("kind", SHORT_SCREENS)
def test_a_residents_screen_is_short(kind):
    facts = facts_of("漏水") | {"not_found": None}
    case = a_case(other_side="丈夫")

    chinese = shown(said(kind, facts=facts, case=case, reader=9, staff=False))
    korean = shown(said(kind, Language.KO, facts=facts, case=case, reader=9, staff=False))

    assert hanzi(chinese) <= 90
    assert len(korean.split()) <= 60


@pytest.mark.parametrize("kind", CODES)
def test_a_reply_keyboard_has_three_answers_at_most(kind):
    card = said(kind, reader=9, staff=False)

    assert len(card.answers) <= 3


@pytest.mark.parametrize("language", list(Language))
def test_a_repeat_says_that_it_is_one(language):
    card = said(NoticeKind.RECEIPT, language, repeated=True)

    first = {Language.ZH: "（重发）", Language.KO: "(다시 보냄)"}
    assert card.text.split("\n")[0] == first[language]


def test_every_refusal_has_its_sentence():
    known = {
        error.__name__
        for error in vars(errors).values()
        if isinstance(error, type) and issubclass(error, CaseError)
    }

    assert set(REFUSALS) == known - {"CaseError"}


@pytest.mark.parametrize("language", languages())
def test_every_answer_has_a_label_of_its_own_in_both_languages(language):
    strict = translator(language, strict=True)

    labels = {answer: strict.word(word) for answer, word in LABELS.items()}

    assert set(labels) == set(Answer)
    assert labels[Answer.CHINESE] == "中文"
    assert labels[Answer.KOREAN] == "조선어"


def test_the_danger_text_comes_in_both_languages_while_none_is_known():
    both = first_words(None).text

    assert all(first_words(language).text in both for language in Language)
    assert both.startswith("<b>现在有危险，请打110")


# --- the very words of the conversations

RECEIPT_ZH = """已收到，编号 123-7
2026年11月23日(周一)09:12
调解员乙在11月24日(周二)18:00前联系您。到时没人联系，会自动转给另一位，并告诉您。
调解免费、自愿，您随时可以起诉。
这条记录能说明您哪天提出了请求，请保存。(26-222401-000123-7)
不放心可打 0433-1234567 报编号核实。我们不会要钱、密码、验证码。"""
RECEIPT_KO = """접수되였습니다. 번호 123-7
2026년 11월 23일(월) 09:12
조정원 을이 11월 24일(화) 18:00까지 련락드립니다. 그때까지 련락이 없으면 다른 담당자에게 넘어가고 본인께도 알려드립니다.
조정은 무료이고 원하실 때에만 합니다. 언제든지 소송을 제기할수 있습니다.
이 글은 신청한 날을 보여줍니다. 보관하십시오. (26-222401-000123-7)
믿기 어려우면 0433-1234567에 번호를 말하고 확인하십시오. 우리는 돈, 비밀번호, 인증코드를 묻지 않습니다."""


@pytest.mark.parametrize(
    ("language", "words"), [(Language.ZH, RECEIPT_ZH), (Language.KO, RECEIPT_KO)]
)
def test_the_receipt_is_the_one_of_the_conversations(language, words):
    card = said(NoticeKind.RECEIPT, language, staff=False)

    assert shown(card) == words
    assert card.answers == (Answer.LEAVE_PHONE, Answer.ADD_PHOTO, Answer.MY_CASES)


def test_no_receipt_names_a_time_that_nobody_stands_behind():
    card = said(NoticeKind.RECEIPT, case=a_case(mediator=None), hotline="")

    assert "18:00" not in card.text
    assert "值班人员" in card.text
    assert "不放心" not in card.text


def test_hours_of_a_telephone_are_named_only_as_the_office_has_told_them():
    def offered(**place: Any) -> str:
        case = replace(a_case(), place=replace(PLACE, **place))
        return said(Screen.SAFE_CALL_PROMISED, case=case, facts={"rota": False}).text

    assert "您可以打 0433-1。" in offered(phone="0433-1", hours=None)
    open_at = offered(phone="0433-1", hours="1-5 08:30-11:30,13:00-17:00; 6 09:00-12:00")
    assert "周一–周五 08:30–11:30, 13:00–17:00; 周六 09:00–12:00" in open_at
    assert "周一" not in offered(phone=None, hours="1-5 08:30-11:30")  # of another telephone


def test_a_receipt_of_danger_names_an_hour_only_of_whoever_is_on_duty_until_then():
    due = datetime(2026, 11, 23, 16, 0, tzinfo=UTC)  # midnight in Yanji
    ordinary = a_case()
    assert ordinary.mediator is not None
    by_duty = replace(ordinary.mediator, contact_due=due, acknowledge_due=due)
    on_shift = replace(by_duty, until=due + timedelta(hours=8))
    off_before = replace(by_duty, until=due - timedelta(minutes=1))
    by_day = replace(by_duty, contact_due=NOW, acknowledge_due=NOW)

    named = [
        "联系您。到时" in said(NoticeKind.RECEIPT, case=a_case(level=level, mediator=who)).text
        for level, who in (
            (Level.RED, by_duty),
            (Level.RED, on_shift),
            (Level.RED, off_before),
            (Level.RED, by_day),
            (Level.ORANGE, by_duty),
        )
    ]
    assert named == [False, True, False, False, True]

    whistle = {"channel": Channel.GRID_OFFICER, "judge": None, "level": Level.RED}
    card = said(NoticeKind.RECEIPT, case=a_case(mediator=by_duty, **whistle))
    assert "前报到" not in card.text
    assert "前报到" in said(NoticeKind.RECEIPT, case=a_case(mediator=on_shift, **whistle)).text


def test_the_submit_card_names_who_will_see_it():
    facts = {
        "matter": "楼上漏水，我家天花板全湿了，说了三天也不修。",
        "other_side": "楼上",
        "turn": 1,
        "owner": 9,
    }

    card = said(Screen.SUBMIT, facts=facts)

    assert card.text == (
        "这样提交：\n"
        "1 事情：楼上漏水，我家天花板全湿了，说了三天也不修。\n"
        "2 地点：北山街道丹山社区第3网格\n"
        "提交后三个人能看到：调解员乙、网格员丁、法官丙。\n"
        "没有您的同意，不会联系楼上。"
    )
    assert [[button.label for button in row] for row in card.inline] == [
        ["提交"],
        ["改一改"],
        ["不提交"],
    ]
    assert taps(card)[0] == Tap(Verb.SUBMIT, 9, 1)


def test_a_very_long_matter_is_cut_on_the_card_and_said_so():
    card = said(Screen.SUBMIT, facts={"matter": "长" * 3000, "owner": 9})

    assert "长" * 600 + "…" in card.text
    assert "长" * 601 not in card.text


def test_a_doubtful_word_puts_one_line_and_two_buttons_above():
    card = said(Screen.SUBMIT, Language.KO, facts={"matter": "칼국수", "weak": True, "owner": 9})

    assert card.text.startswith("혹시 누가 위험합니까?\n이렇게 보냅니다.")
    assert verbs(card)[:2] == [Verb.WEAK_NO, Verb.WEAK_YES]


def test_the_officers_card_reads_as_in_the_conversations():
    facts = {
        "category": Category.LABOUR,
        "because": ["工资没发"],
        "people": 12,
        "same_claim": True,
        "amount": "186000",
        "other_side": "包工头",
        "phone_dead": True,
        "attachments": 1,
        "level": Level.ORANGE,
        "own_grid": True,
    }

    card = said(Screen.OFFICER_CARD, facts=facts)

    assert card.text.split("\n")[1:] == [
        "1 事情 劳动争议（写了“工资没发”）",
        "2 人数 12人，同一请求",
        "3 金额 18.6万元",
        "4 地点 第3网格（您的网格）",
        "5 对方 包工头，电话不通",
        "6 附件 照片1张",
        "级别〔重大〕：法官、调解员2小时内报到。",
        "工人们知道您来登记吗？",
    ]
    assert verbs(card) == [Verb.AGREED, Verb.NOT_ASKED, Verb.FIX]


def test_the_officers_receipt_names_the_hour_and_the_chain():
    case = a_case(
        short="124-1",
        level=Level.ORANGE,
        channel=Channel.GRID_OFFICER,
        category=Category.LABOUR,
        registered_at=NOW,
        consented=False,
    )

    card = said(NoticeKind.RECEIPT, case=case)

    assert shown(card).split("\n")[:3] == [
        "已吹哨，编号 124-1〔重大〕 2026年11月23日(周一)10:05",
        "法官丙、调解员乙 12:05前报到。",
        "没人报到：法官助理 → 庭长。您不用催，结果告诉您。",
    ]
    assert "请在11月24日前问一声" in card.text
    assert card.inline[0][0].copy is not None
    assert card.inline[0][0].copy.startswith(
        "26-222401-000123-7\t11月23日\t北山街道丹山社区第3网格\t劳动争议\t"
    )


@pytest.mark.parametrize(
    ("language", "first"),
    [
        (Language.ZH, "〔重大〕124-1 丹山社区 · 12:05前报到"),
        (Language.KO, "〔중대〕124-1 단산사회구역 · 12:05까지 도착보고"),
    ],
)
def test_a_grave_case_is_offered_with_its_hour(language, first):
    case = a_case(short="124-1", level=Level.ORANGE)

    card = said(NoticeKind.OFFER, language, case=case, reader=JUDGE.id)

    assert card.text == first
    assert taps(card) == [Tap(Verb.TAKE, 31, 4), Tap(Verb.OPEN, 123, 4)]


def test_an_ordinary_case_is_offered_to_the_mediator_with_the_day_of_the_first_contact():
    assert said(NoticeKind.OFFER).text == "123-7 丹山社区 · 11月24日(周二)18:00前首次联系"


def test_the_judges_card_says_the_one_thing_to_do_and_why_it_is_his():
    case = a_case(
        short="124-1",
        level=Level.ORANGE,
        category=Category.LABOUR,
        people=12,
        amount=Decimal(186000),
        channel=Channel.GRID_OFFICER,
        reporter=PersonView(4, Name("丁", "정")),
        registered_at=NOW,
    )

    card = said(Screen.CARD, case=case, reader=JUDGE.id)

    assert shown(card).split("\n") == [
        "124-1〔重大〕劳动争议 · 12人 · 18.6万元",
        "北山街道丹山社区第3网格 · 网格员丁 10:05 吹哨",
        "您现在只做一件事：报到（12:05前）。报到是指导调解，不是立案，不是审理。",
        "之后：调解员乙11月24日(周二)18:00前联系双方。用得着您时再找您。",
        "为什么是您：丹山社区的网格法官；劳动争议专长",
    ]
    assert verbs(card) == [Verb.TAKE, Verb.STORY, Verb.BACK]


def test_the_mediators_last_day_names_who_comes_next_and_offers_one_tap():
    today = taken(Part.MEDIATOR, contact_due=datetime(2026, 11, 23, 10, 0, tzinfo=UTC))

    card = said(NoticeKind.CONTACT_DUE, case=a_case(mediator=today))

    assert card.text.split("\n")[0] == "123-7 丹山社区 · 今天18:00前首次联系"
    assert "还没有联系记录，18:00到期，之后转给调解员己。" in card.text
    assert verbs(card) == [Verb.REACHED, Verb.NO_ANSWER, Verb.DAY, Verb.BACK]


def test_the_other_side_never_reads_the_reporters_words():
    other = a_case(
        relations=frozenset({Relation.OTHER_SIDE}), story=False, matter=SECRET, summary=SECRET
    )

    for language in Language:
        card = said(Screen.JOINED_OTHER, language, case=other, reader=50, staff=False)
        assert SECRET not in card.text
        assert "楼上" not in card.text


def test_danger_now_is_passed_on_in_the_words_that_the_person_was_told():
    guarded = a_case(guarded=True, level=Level.RED, short="125-8")

    card = said(
        NoticeKind.ESCALATED, case=guarded, facts={"why": "danger_now", "part": Part.MEDIATOR}
    )

    assert card.text == "〔紧急〕125-8 现在有危险，请打开"


@pytest.mark.parametrize("language", list(Language))
def test_a_guarded_case_is_not_described_in_the_reporters_own_chat(language):
    mediator = taken(Part.MEDIATOR)
    guarded = a_case(
        guarded=True, level=Level.RED, category=Category.FAMILY, summary=SECRET, mediator=mediator
    )

    text = said(Screen.STATUS, language, case=guarded, reader=9, staff=False).text

    assert [word for word in (SECRET, "18:00", "婚姻", "혼인") if word in text] == []


@pytest.mark.parametrize("kind", [Screen.CARD, Screen.STORY])
def test_the_grid_officer_learns_nothing_more_of_a_guarded_case(kind):
    guarded = a_case(
        guarded=True,
        level=Level.RED,
        channel=Channel.GRID_OFFICER,
        relations=frozenset({Relation.REPORTER}),
        safe_contact="13911112222",
    )

    card = said(kind, case=guarded, reader=OFFICER.id)

    assert SECRET not in card.text
    assert "1391111" not in card.text
    assert card.inline == ()


def test_what_is_read_aloud_stands_in_the_partys_language():
    korean = a_case(language=Language.KO)
    task = a_task(TaskKind.READ_ALOUD, what="kept_question", side="other")

    card = said(Screen.TASK_CARD, Language.ZH, case=korean, task=task)

    assert "打给：对方" in card.text
    assert "약속한 날이 지났습니다. 지켜졌습니까?" in card.text


@pytest.mark.parametrize("what", [*NoticeKind, *Screen])
def test_anything_that_was_not_delivered_can_be_read_aloud(what):
    task = a_task(TaskKind.READ_ALOUD, what=what, side="reporter")

    for language in Language:
        assert the_faults(said(Screen.TASK_CARD, language, task=task)) == []


def test_whoever_let_the_clock_lapse_can_still_record_a_contact():
    deputy = handler(Part.MEDIATOR, person=PersonView(8, Name("己", "기"), Role.MEDIATOR))

    card = said(Screen.CARD, case=a_case(mediator=deputy))

    assert {Verb.REACHED, Verb.NO_ANSWER, Verb.DAY} <= set(verbs(card))
    assert "您仍可以记录" in card.text


def test_the_desk_lists_danger_first_and_then_the_soonest():
    late = a_case(
        id=1, short="1-1", mediator=taken(Part.MEDIATOR, contact_due=NOW + timedelta(days=3))
    )
    soon = a_case(
        id=2, short="2-2", mediator=taken(Part.MEDIATOR, contact_due=NOW + timedelta(days=1))
    )
    red = a_case(id=3, short="3-3", level=Level.RED)

    card = said(Screen.STAFF_HOME, cases=(late, soon, red), waiting=())

    assert [tap.id for tap in taps(card)] == [3, 2, 1]


def test_an_assistant_sees_what_waits_for_the_judge_below_the_own_cases():
    own, judges = a_case(id=1, short="1-1"), a_case(id=2, short="2-2")

    card = said(Screen.STAFF_HOME, cases=(own,), waiting=(judges,))

    assert [tap.id for tap in taps(card)] == [1, 2]
    assert "替他报到" in card.text
    assistant = replace(judges, relations=frozenset({Relation.ASSISTANT}))
    assert Verb.TAKE_FOR in verbs(said(Screen.CARD, case=assistant, reader=99))


def test_the_morning_card_has_two_buttons_and_the_last_offer_it_shows():
    own = [
        a_case(id=number, short=f"{number}-1", own=handler(Part.JUDGE, assignment_id=30 + number))
        for number in (1, 2, 3)
    ]

    card = said(NoticeKind.DIGEST, cases=tuple(own), reader=JUDGE.id)

    assert [(tap.verb, tap.id) for tap in taps(card)] == [
        (Verb.TAKE_ALL, 33),
        (Verb.ONE_BY_ONE, 0),
    ]
    assert "已替您报到" in card.text


def test_the_grid_reads_of_anothers_case_the_number_the_kind_and_the_stage():
    seen = a_case(relations=frozenset({Relation.GRID_OFFICER}), story=False, matter=None)

    card = said(Screen.CARD, case=seen, reader=99)

    assert "邻里" in card.text
    assert SECRET not in card.text
    assert MEDIATOR.name.zh not in card.text
    offered = verbs(said(Screen.CASE_MENU, case=seen, reader=99))
    assert offered == [Verb.RAISE, Verb.VISIT, Verb.OPEN]


def test_the_code_is_a_picture_of_its_own_link():
    link = "https://t.me/a_bot?start=w_abc"

    card = said(Screen.CONCERNED_CODE, facts={"link": link, "until": "2026-11-30", "room": 15})

    assert card.picture is not None
    assert card.picture.startswith(b"\x89PNG")
    assert link in card.text
    assert "15" in card.text


def test_a_code_is_offered_to_the_officer_of_several_people_and_to_no_helper():
    brought = {"channel": Channel.GRID_OFFICER, "category": Category.LABOUR, "people": 12}
    relations = frozenset({Relation.REPORTER, Relation.GRID_OFFICER})
    officer = said(NoticeKind.RECEIPT, case=a_case(relations=relations, **brought))
    helper = said(
        NoticeKind.RECEIPT, case=a_case(relations=frozenset({Relation.REPORTER}), **brought)
    )

    assert Verb.TOGETHER in verbs(officer)
    assert Verb.TOGETHER not in verbs(helper)


def test_a_day_may_come_alone_or_within_an_instant():
    for day in ("2026-12-06", "2026-12-05T16:30:00+00:00"):
        card = said(Screen.AGREE_CONFIRM, facts={"terms": "修好", "day": day})
        assert "12月6日(周日)前做到" in card.text


def test_erasing_leaves_only_a_greeting():
    card = said(Screen.ERASED, facts={"erase": [5, 6]})

    assert card.erase == (5, 6)
    assert card.text == "您好，请问有什么事？"


def test_the_closing_question_promises_that_silence_closes_nothing():
    card = said(NoticeKind.KEPT_QUESTION, Language.KO)

    assert shown(card).split("\n") == [
        "123-7 약속한 날이 지났습니다. 지켜졌습니까?",
        "대답이 없다고 하여 사건을 종결하지 않습니다.",
    ]
    assert [tap.arg for tap in taps(card)] == ["all", "partly", "not", ""]


def test_whoever_must_call_the_person_who_reported_is_given_the_number():
    unanswered = a_task(TaskKind.CALL, why="kept_unanswered")
    to_the_other = a_task(TaskKind.READ_ALOUD, what="kept_question", side=Side.OTHER)

    assert "电话：13900000000" in said(Screen.TASK_CARD, task=unanswered).text
    assert "13900000000" not in said(Screen.TASK_CARD, task=to_the_other).text
    assert "13900000000" not in said(NoticeKind.TASK, task=unanswered).text  # opens on a tap
