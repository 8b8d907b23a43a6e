"""A text is read once, so that nobody is asked what was already said. Sentences here are the project's own."""

import time
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cases.reading import CANDIDATES, Reading, read
from models.vocabulary import Category, Language

WAGES_ZH = "丹山社区工地12名工人,8到10月工资没发,共18.6万,包工头电话打不通。"
WAGES_KO = (
    "단산사회구역 공사장 로동자 12명이 8월부터 10월까지 로임을 못 받았습니다. "
    "모두 18만 6,000원, 도급자가 전화를 받지 않습니다."
)


@pytest.mark.parametrize(("text", "other"), [(WAGES_ZH, "包工头"), (WAGES_KO, "도급자")])
def test_the_officers_report_says_everything_once(text: str, other: str) -> None:
    reading = read(text)
    assert reading.categories[0].category is Category.LABOUR
    assert (reading.people, reading.same_claim) == (12, True)
    assert reading.amount == Decimal(186_000)
    assert (reading.other_side, reading.phone_dead) == (other, True)
    assert reading.phone is None


def test_a_suggestion_shows_the_words_that_led_to_it() -> None:
    assert "工资" in read(WAGES_ZH).categories[0].words
    assert "로임" in read(WAGES_KO).categories[0].words


@pytest.mark.parametrize(
    ("text", "category"),
    [
        ("楼上漏水把我家天花板泡了", Category.NEIGHBOURS),
        ("웃집에서 루수가 되여 벽지가 젖었습니다", Category.NEIGHBOURS),
        ("윗집 누수로 천장이 젖었습니다", Category.NEIGHBOURS),
        ("想和丈夫离婚，孩子的抚养费谈不拢", Category.FAMILY),
        ("리혼한 다음 아이 양육비를 주지 않습니다", Category.FAMILY),
        ("이혼한 뒤 양육비를 주지 않습니다", Category.FAMILY),
        ("老板三个月没给工人发工资", Category.LABOUR),
        ("사장이 석달째 로임을 주지 않습니다", Category.LABOUR),
        ("사장이 석달째 임금을 주지 않습니다", Category.LABOUR),
        ("朋友借钱打了欠条不还", Category.CONTRACT),
        ("돈을 빌려준지 1년인데 갚지 않습니다", Category.CONTRACT),
        ("物业不修电梯还催物业费", Category.PROPERTY_MANAGEMENT),
        ("물업에서 승강기를 고쳐주지 않습니다", Category.PROPERTY_MANAGEMENT),
        ("관리소에서 관리비만 받고 청소를 하지 않습니다", Category.PROPERTY_MANAGEMENT),
        ("两家为承包地的地界争了三年", Category.LAND),
        ("옆촌에서 우리 도급지의 밭을 갈아버렸습니다", Category.LAND),
        ("骑电动车上班路上出了车祸", Category.TRAFFIC),
        ("교통사고가 났는데 배상하지 않습니다", Category.TRAFFIC),
        ("拆迁补偿款一直没到账", Category.EXPROPRIATION),
        ("철거보상이 맞지 않습니다", Category.EXPROPRIATION),
        ("养殖场的污染让全村开不了窗", Category.POLLUTION),
        ("手术以后医生说是误诊", Category.MEDICAL),
        ("병원에서 오진을 하였습니다", Category.MEDICAL),
        ("商家不给退款", Category.CONSUMER),
        ("상점에서 환불해주지 않습니다", Category.CONSUMER),
        ("两人合伙开店，对方要退股", Category.BUSINESS),
        ("宅基地上邻村的人盖房", Category.HOUSE_SITE),
        ("택기지문제로 다투고있습니다", Category.HOUSE_SITE),
    ],
)
def test_the_category_is_guessed_in_old_and_new_spelling(text: str, category: Category) -> None:
    assert read(text).categories[0].category is category


@pytest.mark.parametrize(
    ("text", "people"),
    [
        ("12名工人", 12), ("十二个工人", 12), ("로동자 12명", 12), ("서른명이 왔습니다", 30), ("네사람의 로임", 4), ("两百多户居民", 200),
        ("열두명의 로동자", 12), ("삼십명이 기다립니다", 30), ("주민 30여명", 30), ("12세대", 12), ("30多名业主", 30), ("工友共１５人", 15),
        ("漏水三天了", None), ("第三人民医院", None), ("五六个人", None), ("사명감", None), ("一个人", None), ("2026年11月3号楼", None),
    ],
)  # fmt: skip
def test_people_are_counted_as_written(text: str, people: int | None) -> None:
    assert read(text).people == people


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("共18.6万", 186_000), ("18万6000元", 186_000), ("18만 6,000원", 186_000), ("三万五千元", 35_000), ("37만여원", 370_000),
        ("欠我五千块", 5_000), ("빚이 5만인데", 50_000), ("만오천원을 꾸었습니다", 15_000), ("12,345.67元", Decimal("12345.67")),
        ("押金800元，房租3000元", 3_000), ("12万人口", None), ("欠十几万块", None), ("이 원인을 모릅니다", None), ("병원과 공원", None),
        ("네사람이 37만원을", 370_000),
    ],
)  # fmt: skip
def test_the_largest_sum_named_is_read(text: str, amount: int | Decimal | None) -> None:
    assert read(text).amount == amount


@pytest.mark.parametrize(
    ("text", "dead"),
    [("电话打不通", True), ("他手机关机", True), ("전화를 받지 않습니다", True), ("전화도 안 받고", True), ("打电话说好了", False),
     ("전화로 말하였습니다", False)],
)  # fmt: skip
def test_a_telephone_that_nobody_answers_is_noticed(text: str, dead: bool) -> None:
    assert read(text).phone_dead is dead


@pytest.mark.parametrize(
    ("text", "phone"),
    [("我的电话13900000000", "13900000000"), ("139 0000 0000입니다", "13900000000"), ("座机0433-2000000", "04332000000"),
     ("身份证222401199001011234", None), ("１３９００００００００", "13900000000")],
)  # fmt: skip
def test_a_number_to_call_is_read(text: str, phone: str | None) -> None:
    assert read(text).phone == phone


@pytest.mark.parametrize(
    ("text", "other"),
    [
        ("楼上漏水", "楼上"),
        ("웃집에서 물이 샙니다", "웃집"),
        ("公司的包工头跑了", "包工头"),
        ("공사장에서 다쳤습니다", None),
        ("下雨了", None),
    ],
)
def test_the_other_side_is_named_in_the_reporters_word(text: str, other: str | None) -> None:
    assert read(text).other_side == other


def test_many_people_without_a_common_claim_are_not_one_claim() -> None:
    assert read("昨天来了5个人看热闹").same_claim is False
    assert read("우리 12명 모두 같은 요구입니다").same_claim is True


def test_nothing_said_is_nothing_read() -> None:
    assert read("") == Reading(None, (), None, False, None, None, False, None)
    assert read("您好").language is Language.ZH


@given(
    st.text(max_size=200) | st.text(alphabet="12名万元三十 이만여원명,. 工资로임", max_size=200)
)
def test_any_text_is_read_without_failing(text: str) -> None:
    reading = read(text)
    assert len(reading.categories) <= CANDIDATES
    assert all(suggestion.words for suggestion in reading.categories)
    assert reading.people is None or reading.people > 1
    assert reading.amount is None or reading.amount > 0


@pytest.mark.parametrize(
    "piece", ["1", "9万", "一", "일", "十万", "1,111,", "1.1", "두", "1 ", WAGES_ZH, WAGES_KO]
)
def test_reading_takes_time_in_proportion_to_the_text(piece: str) -> None:
    def seconds(length: int) -> float:
        text = (piece * length)[:length]
        began = time.process_time()
        read(text)
        return time.process_time() - began

    seconds(64)
    short = min(seconds(1024) for _ in range(5))
    long = min(seconds(8192) for _ in range(3))
    assert (
        long <= 8 * short * 4 + 0.01
    )  # eight times the text; four times slack for a busy machine


@pytest.mark.parametrize(
    ("here", "elsewhere"),
    [
        ("루수가 심합니다", "누수가 심합니다"),
        ("리혼하려고 합니다", "이혼하려고 합니다"),
        ("로동자들 로임을 못 받았습니다", "노동자들 임금을 못 받았습니다"),
        ("로동자 열두명", "노동자 열두명"),
        ("리자를 주지 않습니다", "이자를 주지 않습니다"),
        ("사장과 련락이 되지 않습니다", "사장과 연락이 되지 않습니다"),
        ("련락이 안됩니다", "연락이 안 됩니다"),
        ("돈을빌려주었는데갚지않습니다", "돈을 빌려 주었는데 갚지 않습니다"),
        ("물이새여천정이젖었습니다", "물이 새여 천정이 젖었습니다"),
    ],
)
def test_the_spelling_of_yanbian_and_of_elsewhere_old_and_new_spacing_are_read_alike(
    here: str, elsewhere: str
) -> None:
    one, other = read(here), read(elsewhere)

    assert [found.category for found in one.categories] == [
        found.category for found in other.categories
    ]
    assert one.categories or one.phone_dead
    assert one.phone_dead is other.phone_dead
    assert (one.people, one.other_side) == (other.people, other.other_side)
