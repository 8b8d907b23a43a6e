"""Danger is heard before anything else, in both languages, however it is written. Sentences here are the project's own."""

import csv
import time
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cases.danger_words import COLUMNS, NOTES, SHIPPED, Words, WordsError, fold
from cases.urgency import Gate, gate, language_of, level_for
from models.vocabulary import Category, Flag, Language, Level

STRONG = [
    ("我丈夫说今晚回来就拿刀砍死我,我害怕。", Flag.THREAT),
    ("남편이 오늘 저녁에 들어오면 칼로 죽이겠다고 합니다. 무섭습니다.", Flag.THREAT),
    ("老公喝多了就动手，我胳膊被他打青了", Flag.DV),
    ("不给钱就打我", Flag.DV),
    ("他掐着我脖子不放", Flag.DV),
    ("婆婆说再顶嘴就不让我出门", Flag.DV),
    ("남편이 술만 마시면 나를 때립니다", Flag.DV),
    ("시아버지가 목을 조르면서 욕을 합니다", Flag.DV),
    ("아들한테 맞고 삽니다", Flag.DV),
    ("楼上的男人扬言要杀我全家", Flag.THREAT),
    ("他往我家门口泼汽油", Flag.THREAT),
    ("他威胁我说不撤诉就弄死我儿子", Flag.THREAT),
    ("빚을 갚지 않으면 가만두지 않겠다고 협박합니다", Flag.THREAT),
    ("휘발유를 들고 와서 불을 지르겠다고 합니다", Flag.THREAT),
    ("我真的不想活了", Flag.SELFHARM),
    ("活着没意思，我要从楼上跳下去", Flag.SELFHARM),
    ("더는 살고싶지 않습니다", Flag.SELFHARM),
    ("더는 살고 싶지 않습니다", Flag.SELFHARM),
    ("이 세상에서 살고싶지 않습니다", Flag.SELFHARM),
    ("차라리 죽는게 낫습니다", Flag.SELFHARM),
    ("농약을 먹겠다고 합니다", Flag.SELFHARM),
    ("隔壁孩子身上全是伤，后妈天天打孩子", Flag.MINOR),
    ("옆집 아이가 매일 맞습니다", Flag.MINOR),
    ("有人在楼里开设赌场", Flag.CRIME),
    ("我被诈骗了两万", Flag.CRIME),
    ("사기를 당하였습니다", Flag.CRIME),
    ("밤에 도적질을 당하였습니다", Flag.CRIME),
    ("明天我们把路堵了", Flag.BLOCK),
    ("工友们要去市政府门口拉横幅", Flag.BLOCK),
    ("우리는 래일 길을 막겠습니다", Flag.BLOCK),
    ("서른명이 청사앞에 가겠다고 합니다", Flag.BLOCK),
]  # fmt: skip

WEAK = [
    ("아래층 칼국수집 소음때문에 이 동네에서 살고싶지 않습니다.", Flag.THREAT),
    ("楼下刀削面馆太吵,这儿没法住了。", Flag.THREAT),
    ("邻居砍了我家的竹子", Flag.THREAT),
    ("이 동네에서 살고싶지 않습니다", Flag.SELFHARM),
    ("남편과 같이 살고싶지 않습니다", Flag.SELFHARM),
    ("他把我家的狗打死了", Flag.THREAT),
    ("邻居堵了我家门口的路", Flag.BLOCK),
    ("이웃이 차로 길을 막고있습니다", Flag.BLOCK),
    ("孩子在滑梯上摔了", Flag.MINOR),
]

DENIED = [
    ("没有打我", Flag.DV),
    ("他从来没有打过我", Flag.DV),
    ("没有家暴", Flag.DV),
    ("家暴没有发生过", Flag.DV),
    ("他没威胁我", Flag.THREAT),
    ("때리지 않습니다", Flag.DV),
    ("때린 적은 없습니다", Flag.DV),
    ("위협은 없습니다", Flag.THREAT),
    ("위협하지 않았습니다", Flag.THREAT),
    ("죽고싶지 않습니다", Flag.SELFHARM),
]

NOT_DENIED = [
    "没有一天不打我",
    "他没少打我",
    "不是打我就是骂我",
    "要不是邻居拦着就打死我了",
    "没有理由打我",
    "叫他别打我",
    "때리지 않는 날이 없습니다",
    "때리지 말라고 해도 계속 때립니다",
    "때리지 못하게 해주십시오",
    "가만두지 않을것이라고 합니다",
    "집안에서 때립니다",
]

HARMLESS = [
    "砍价的时候说好的", "物业来杀虫，气味太大", "店家搞报复性消费活动", "我爸意外死亡，保险公司不赔", "打我电话不接", "打官司要多少钱",
    "在外地打工的丈夫不寄钱", "商场跳楼价甩卖的衣服", "他杀价太狠", "下水道堵了，物业不管", "一刀切的规定不合理", "打扫卫生的人不来", "电话里打听过",
    "신문 칼럼을 보았습니다", "의도적으로 물을 뿌립니다", "제도적으로 해결해주십시오", "로동강도가 높습니다", "물건을 사기 전에 말이 없었습니다",
    "그때 리혼을 하려고 했습니다", "그때 립건하지 않았습니다", "시끄러워 죽겠습니다", "구멍들을 메워주십시오", "방화문이 닫히지 않습니다",
    "도시위생이 나쁩니다", "냄새가 코를 찌릅니다", "칼로리를 속인 상품입니다", "아이가 비를 맞고 기다렸습니다", "북산가두 단산사회구역입니다",
    "웃집에서 물이 새여 우리 집 천정이 다 젖었습니다. 사흘째 말해도 고쳐주지 않습니다.", "楼上漏水,我家天花板全湿了,说了三天也不修。",
]  # fmt: skip


@pytest.mark.parametrize(("text", "flag"), STRONG)
def test_danger_is_strong_in_both_languages(text: str, flag: Flag) -> None:
    found = gate(text)
    assert flag in found.strong
    assert found.hit
    assert not found.doubtful
    assert found.words


@pytest.mark.parametrize(("text", "flag"), WEAK)
def test_what_only_sounds_like_danger_is_asked_once(text: str, flag: Flag) -> None:
    found = gate(text)
    assert not found.strong
    assert found.doubtful
    assert flag in found.weak


@pytest.mark.parametrize(("text", "flag"), DENIED)
def test_a_denied_danger_wakes_nobody_and_is_still_read(text: str, flag: Flag) -> None:
    found = gate(text)
    assert flag not in found.strong
    assert flag in found.weak


@pytest.mark.parametrize("text", NOT_DENIED)
def test_what_only_looks_like_a_denial_stays_strong(text: str) -> None:
    assert gate(text).hit


@pytest.mark.parametrize("text", HARMLESS)
def test_a_dish_a_tool_or_a_telephone_is_no_danger(text: str) -> None:
    found = gate(text)
    assert not found.strong
    assert not found.weak


@pytest.mark.parametrize(
    "text",
    [
        "칼국수를 팔고 옆집에서 칼을 들고 왔습니다",
        "砍价不成他就拿刀砍我",
        "没有打我，但是说要杀我",
    ],
)
def test_a_harmless_word_never_hides_a_danger_beside_it(text: str) -> None:
    assert Flag.THREAT in gate(text).strong


@pytest.mark.parametrize(
    "text",
    ["要 杀 了 你", "杀.了.你", "我要杀,了,你", "要\u200b杀\u200d了你", "他說要殺了我", "죽 이 겠 다", "죽.이.겠.다", "죽\u200b이겠다",
     "\u110c\u116e\u11a8\u110b\u1175\u1100\u1166\u11bb\u1103\u1161", "죽이\n겠다"],
)  # fmt: skip
def test_spacing_and_disguise_hide_nothing(text: str) -> None:
    found = gate(text)
    assert Flag.THREAT in found.strong | found.weak


@pytest.mark.parametrize(
    "text", ["12名工人集体来要工资", "로동자 12명이 단체로 로임을 받으려고 합니다"]
)
def test_a_common_claim_alone_is_known_and_never_a_danger(text: str) -> None:
    found = gate(text)
    assert {Flag.GROUP, Flag.WAGE} <= found.notes
    assert not found.strong
    assert not found.weak


@pytest.mark.parametrize(
    ("text", "guarded"),
    [
        ("他天天打我", True),
        ("더는 살고싶지 않습니다", True),
        ("工友们要拉横幅", False),
        ("被盗了一辆车", False),
    ],
)
def test_guarded_follows_the_flags_of_law_thirteen(text: str, guarded: bool) -> None:
    assert gate(text).guarded is guarded


spaces = st.sampled_from(["", " ", "\u3000", "\u200b", "\u00a0"])


@given(st.sampled_from(STRONG), st.lists(spaces, min_size=80, max_size=80))
def test_any_spacing_between_the_letters_leaves_the_hit(
    case: tuple[str, Flag], between: list[str]
) -> None:
    text, flag = case
    assert flag in gate("".join(a + b for a, b in zip(text, between, strict=False))).strong


@given(st.sampled_from(STRONG), st.text(alphabet="楼上漏水物业가나다라 3월", max_size=60))
def test_a_danger_in_its_own_sentence_is_heard_inside_any_story(
    case: tuple[str, Flag], story: str
) -> None:
    text, flag = case
    assert flag in gate(f"{story}。\n{text}。\n{story}").strong


@given(st.text(max_size=300))
def test_any_text_is_read_and_no_flag_is_both_strong_and_weak(text: str) -> None:
    found = gate(text)
    assert not found.strong & found.weak
    assert not (found.strong | found.weak) & NOTES
    assert fold(fold(text)) == fold(text)


# --- time --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "piece", ["打我", "没打我", "칼국수", "아이가", "不是打我", "\n。", HARMLESS[-2], HARMLESS[-1]]
)
def test_the_gate_takes_time_in_proportion_to_the_text(piece: str) -> None:
    def seconds(length: int) -> float:
        text = (piece * length)[:length]
        began = time.process_time()
        gate(text)
        return time.process_time() - began

    seconds(64)
    short = min(seconds(512) for _ in range(5))
    long = min(seconds(4096) for _ in range(3))
    assert (
        long <= 8 * short * 4 + 0.01
    )  # eight times the text; four times slack for a busy machine


# --- word lists --------------------------------------------------------------------------------------------------


def written(path: Path, *rows: str) -> Path:
    path.write_text("\n".join([",".join(COLUMNS), *rows]) + "\n", encoding="utf-8-sig")
    return path


def test_an_office_adds_its_own_words(tmp_path: Path) -> None:
    words = Words.load(written(tmp_path / "own.csv", "zh_CN,threat,strong,word,放黑狗,本地说法"))
    assert not gate("他说要放黑狗").hit
    assert gate("他说要放黑狗", words).strong == {Flag.THREAT}
    assert gate("没有放黑狗", words).doubtful


@pytest.mark.parametrize("kind", ["except", "negation"])
def test_an_office_never_takes_a_word_away(tmp_path: Path, kind: str) -> None:
    with pytest.raises(WordsError, match="row 2"):
        Words.load(written(tmp_path / "own.csv", f"zh_CN,,,{kind},打我,"))


def test_a_weak_word_of_an_office_does_not_weaken_a_shipped_one(tmp_path: Path) -> None:
    words = Words.load(written(tmp_path / "own.csv", "zh_CN,dv,weak,word,打我,"))
    assert gate("他打我", words).strong == {Flag.DV}


@pytest.mark.parametrize(
    "row",
    [
        "fr_FR,threat,strong,word,杀,", "zh_CN,noise,strong,word,吵,", "zh_CN,threat,loud,word,杀,", "zh_CN,threat,strong,verb,杀,",
        "zh_CN,threat,strong,word,,", "zh_CN,threat,strong,word,(杀|砍,", "zh_CN,threat,strong,word,杀),", "zh_CN,threat,strong,word,…杀,",
        "zh_CN,threat,strong,word,(杀|)…,", "zh_CN,,strong,word,杀,", "zh_CN,threat,,word,杀,", "zh_CN",
    ],
)  # fmt: skip
def test_a_bad_row_is_named_as_the_spreadsheet_counts_it(tmp_path: Path, row: str) -> None:
    with pytest.raises(WordsError, match=r"own\.csv: row 3: "):
        Words.load(written(tmp_path / "own.csv", "zh_CN,threat,strong,word,放黑狗,", row))


def test_a_list_with_other_columns_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "own.csv"
    path.write_text("word,flag\n杀,threat\n", encoding="utf-8")
    with pytest.raises(WordsError, match="row 1"):
        Words.load(path)


def test_the_shipped_list_speaks_both_languages_for_every_danger() -> None:
    with SHIPPED.open(encoding="utf-8", newline="") as file:
        heard = {
            (row["language"], row["flag"]) for row in csv.DictReader(file) if row["kind"] == "word"
        }
    for flag in set(Flag):
        for language in Language:
            assert (language.value, flag.value) in heard


# --- language and level ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("물이 샙니다", Language.KO),
        ("丹山사회구역", Language.KO),
        ("楼上漏水", Language.ZH),
        ("123", None),
        ("", None),
        ("OK", None),
    ],
)
def test_the_language_of_a_text_is_seen_in_its_letters(
    text: str, language: Language | None
) -> None:
    assert language_of(text) == language


def level(
    text: str = "",
    *,
    people: int | None = None,
    amount: int | None = None,
    category: Category | None = None,
    wage: bool = False,
    deaths: bool = False,
    seriously_injured: int = 0,
) -> Level:
    return level_for(
        gate=gate(text),
        people=people,
        amount=None if amount is None else Decimal(amount),
        category=category,
        text_wage=wage,
        deaths=deaths,
        seriously_injured=seriously_injured,
    )


def test_danger_is_red() -> None:
    assert level("他要杀我") is Level.RED
    assert level("我们要拉横幅", people=12) is Level.RED


def test_fifty_people_are_red_and_ten_orange() -> None:
    assert [level(people=n) for n in (9, 10, 49, 50)] == [
        Level.YELLOW,
        Level.ORANGE,
        Level.ORANGE,
        Level.RED,
    ]


def test_ten_people_who_may_block_are_red() -> None:
    assert level("他们上访过", people=10) is Level.RED
    assert level("他们上访过", people=9) is Level.YELLOW


def test_death_and_three_seriously_injured_are_red() -> None:
    assert level(deaths=True) is Level.RED
    assert [level(seriously_injured=n) for n in (2, 3)] == [Level.YELLOW, Level.RED]


def test_more_than_five_workers_are_orange() -> None:
    assert [level(people=n, category=Category.LABOUR) for n in (5, 6)] == [
        Level.YELLOW,
        Level.ORANGE,
    ]
    assert level(people=6, category=Category.NEIGHBOURS) is Level.YELLOW


def test_a_hundred_thousand_yuan_are_orange() -> None:
    assert [level(amount=n) for n in (99_999, 100_000)] == [Level.YELLOW, Level.ORANGE]


def test_wages_are_orange_and_twelve_workers_never_red() -> None:
    assert level(wage=True) is Level.ORANGE
    text = "丹山社区工地12名工人,8到10月工资没发,共18.6万,包工头电话打不通。"
    assert (
        level(text, people=12, amount=186_000, category=Category.LABOUR, wage=True) is Level.ORANGE
    )


def test_a_doubt_alone_raises_no_level() -> None:
    assert gate("邻居砍了竹子").doubtful
    assert level("邻居砍了竹子") is Level.YELLOW


def test_an_empty_gate_says_nothing() -> None:
    assert gate("") == Gate()
