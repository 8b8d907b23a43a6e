"""Identity and card numbers are masked whatever anybody wants; other sensitive words are shown only by consent."""

import re
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cases import consents
from cases.actions.intake import add_to_case
from cases.case_views import case_view
from cases.notice_views import view_of
from cases.outbox import NoticeKind
from cases.sensitive import BY_CONSENT, NUMBERS, find, hide, kinds
from models.case import Case
from models.consent import Consent
from models.person import Person
from models.vocabulary import Channel, Sensitive
from tests.factories import BEATEN
from tests.scene import Scene

ID = "222401199001011234"
CARD = "6222021234567890123"

HOLDS = [
    (f"我的身份证{ID}，请查。", {Sensitive.IDENTITY}),
    ("身份证 222401 19900101 123X", {Sensitive.IDENTITY}),
    ("신분증 222401199001011234입니다", {Sensitive.IDENTITY}),
    ("旧身份证222401900101123", {Sensitive.IDENTITY}),
    (f"钱打到{CARD}", {Sensitive.ACCOUNT}),
    ("卡号 4111 1111 1111 1111", {Sensitive.ACCOUNT}),
    ("계좌 6222-0212-3456-7890", {Sensitive.ACCOUNT}),
    ("楼上有乙肝，还不让我们住院", {Sensitive.HEALTH}),
    ("남편이 우울증으로 입원하였습니다", {Sensitive.HEALTH}),
    ("위암 수술을 하였는데 로임을 못 받았습니다", {Sensitive.HEALTH}),
    ("我住3号楼2单元302室", {Sensitive.HOME}),
    ("2单元302楼上漏水", {Sensitive.HOME}),
    ("우리 집은 3동 302호입니다", {Sensitive.HOME}),
    ("2단원 302호 웃집에서 물이 샙니다", {Sensitive.HOME}),
    ("我儿子8岁，在楼道被狗咬了", {Sensitive.CHILD}),
    ("十二岁的女儿", {Sensitive.CHILD}),
    ("여덟살 아이가 다쳤습니다", {Sensitive.CHILD}),
    ("소학생 아들이 있습니다", {Sensitive.CHILD}),
]
HOLDS_NOTHING = [
    "楼上漏水，我家天花板全湿了，说了三天也不修。",
    "웃집에서 물이 새여 우리 집 천정이 다 젖었습니다. 사흘째 말해도 고쳐주지 않습니다.",
    "丹山社区工地12名工人，8到10月工资没发，共18.6万，包工头电话打不通。",
    "로동자 12명이 8월부터 10월까지 로임을 못 받았습니다. 모두 18만 6,000원",
    "电话13900000000，编号26-222401-000123-7",
    "我二十三岁，房东不退押金",
    "65세 로인입니다",
    "14岁以上的人",
    "암만 말해도 듣지 않습니다",
    "2026年11月23日欠条186000元",
]


@pytest.mark.parametrize(("text", "expected"), HOLDS)
def test_sensitive_data_is_found_in_both_languages(text: str, expected: set[Sensitive]):
    assert kinds(text) == expected


@pytest.mark.parametrize("text", HOLDS_NOTHING)
def test_an_ordinary_report_holds_none(text: str):
    assert find(text) == ()


def test_a_masked_number_keeps_four_digits_at_each_end():
    assert hide(f"身份证{ID}。") == "身份证2224**********1234。"
    assert hide("卡4111 1111 1111 1111") == "卡4111********1111"


def test_what_was_agreed_to_is_shown_and_the_rest_is_not():
    text = f"乙肝，3号楼302室，{ID}"

    assert hide(text) == "***，***，2224**********1234"
    assert hide(text, frozenset({Sensitive.HEALTH})) == "乙肝，***，2224**********1234"
    assert hide(text, frozenset(Sensitive)) == "乙肝，3号楼302室，2224**********1234"


@given(st.text(alphabet=st.characters(codec="utf-8"), max_size=200))
def test_any_text_stays_itself_where_nothing_sensitive_stands(text: str):
    found = find(text)

    assert list(found) == sorted(found, key=lambda one: one.start)
    assert all(0 <= one.start < one.end <= len(text) for one in found)
    assert all(one.end <= other.start for one, other in pairwise(found))
    if not found:
        assert hide(text) == text


@given(
    st.text(alphabet="楼上漏水 로임，。x", max_size=20),
    st.from_regex(
        r"[1-9]\d{5}(19|20)\d{2}(0[1-9]|1[0-2])(0[1-9]|1\d|2[0-8])\d{3}[0-9X]", fullmatch=True
    ),
    st.text(alphabet="楼上漏水 로임，。", max_size=20),
    st.sets(st.sampled_from(list(Sensitive))),
)
def test_no_consent_ever_shows_an_identity_number(
    before: str, number: str, after: str, agreed: set[Sensitive]
):
    shown = hide(f"{before} {number} {after}", frozenset(agreed))

    assert number not in shown
    assert re.search(r"\d{4}\*+", shown)


SICK = "房东知道我有乙肝，就不退押金。"


def seen_by(scene: Scene, case: Case, person_id: int) -> str:
    return case_view(scene.work, case, scene.person(person_id)).matter or ""


@pytest.fixture
def reporter(scene: Scene) -> Person:
    return scene.person(name="金哲")


def test_handlers_see_sensitive_words_only_after_consent_and_no_more_after_it_is_withdrawn(
    scene: Scene, reporter: Person
):
    case = scene.case(reporter, matter=SICK)
    mediator = scene.town.mediator
    assert "乙肝" not in seen_by(scene, case, mediator)
    assert "乙肝" in seen_by(scene, case, reporter.id)

    consents.give(scene.work, case, reporter, frozenset({Sensitive.HEALTH}))
    assert "乙肝" in seen_by(scene, case, mediator)

    assert consents.withdraw(scene.work, reporter) == 1
    assert "乙肝" not in seen_by(scene, case, mediator)
    assert case.matter == SICK  # sealed as it was written


def test_a_consent_carries_its_version_and_is_written_once(scene: Scene, reporter: Person):
    case = scene.case(reporter, matter=SICK)
    for _ in range(2):
        consents.agree_all(scene.work, case.id, reporter)

    rows = scene.session.query(Consent).all()
    assert [(row.what, row.version, row.given_at) for row in rows] == [
        (Sensitive.HEALTH, consents.TEXT_VERSION, scene.now)
    ]


def test_nobody_agrees_to_show_a_number(scene: Scene, reporter: Person):
    case = scene.case(reporter, matter=f"押金不退，卡号{CARD}，身份证{ID}")
    consents.give(scene.work, case, reporter, frozenset(Sensitive))

    shown = seen_by(scene, case, scene.town.mediator)
    assert ID not in shown
    assert CARD not in shown
    assert {row.what for row in scene.session.query(Consent)} == BY_CONSENT
    assert not NUMBERS & BY_CONSENT


def test_words_added_later_are_hidden_in_the_card_and_in_the_notice(
    scene: Scene, reporter: Person
):
    case = scene.case(reporter)
    add_to_case(scene.work, case.id, reporter, words=SICK)
    mediator = scene.person(scene.town.mediator)

    said = [addition.words for addition in case_view(scene.work, case, mediator).additions]
    assert said == ["房东知道我有***，就不退押金。"]
    (notice,) = scene.told(case, NoticeKind.ADDED)
    view = view_of(scene.work, notice)
    assert view is not None
    assert view.facts["words"] == "房东知道我有***，就不退押金。"


def test_danger_is_excepted(scene: Scene, reporter: Person):
    case = scene.case(reporter, matter=f"{BEATEN}我住3号楼302室，孩子8岁。")

    assert "3号楼302室" in seen_by(scene, case, scene.town.coordinator)
    assert consents.wanting(scene.work, case, "3号楼302室", reporter) == frozenset()


def test_an_officers_report_is_masked_by_the_same_rule(scene: Scene):
    officer = scene.person(scene.town.officer)
    case = scene.case(officer, matter=f"房东不退押金，{ID}", channel=Channel.GRID_OFFICER)

    assert ID not in seen_by(scene, case, scene.town.mediator)
