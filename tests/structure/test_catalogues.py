"""Every word for people stands in both catalogues, whole, well formed and in the right register."""

import importlib.util
import re
import unicodedata
from collections import Counter
from pathlib import Path
from string import Formatter
from types import ModuleType

import pytest
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po

from locales import languages
from locales.formats import PARTICLES

ROOT = Path(__file__).parents[2]
CONTEXTS = {
    "screen",
    "button",
    "staff button",
    "card",
    "group",
    "notice",
    "error",
    "cli",
    "word",
    "profile",
    "page",
    "back office",
    "poster",
    "coverage",
}
#: conversations: 8 Hanzi or 14 Korean characters for residents; staff: rule 25 of our conventions.
LONGEST = {
    ("button", "zh_CN"): 8,
    ("button", "ko_CN"): 14,
    ("staff button", "zh_CN"): 12,
    ("staff button", "ko_CN"): 21,
}
TAG = re.compile(r"<(/?)([a-z-]+)[^<>]*>")
NARROW_AFTER_HANZI = re.compile(r"[\u4e00-\u9fff”》〕][,;?:]")
SYMBOLS_WITH_A_USE = frozenset("㎡℃№")
#: Seoul's word → Yanbian's, from locales/glossary.md and the orthography of 조선어.
SEOUL = {
    "판사": "법관",
    "커뮤니티": "사회구역",
    "윗집": "웃집",
    "아랫집": "아래집",
    "이혼": "리혼",
    "임금": "로임",
    "누수": "루수",
    "한국어": "조선어",
    "한국말": "조선말",
    "노동": "로동",
    "연락": "련락",
    "여성": "녀성",
    "이행": "리행",
    "입건": "립건",
    "입증": "립증",
    "양측": "량측",
    "노인": "로인",
    "이해관계": "리해관계",
    "이용": "리용",
    "연결": "련결",
    "열람": "렬람",
    "되었": "되였",
    "이었": "이였",
    "할 수": "할수",
    "아파트 관리": "물업",
    "관리사무소": "물업회사",
    "휴대전화": "핸드폰",
    "휴대폰": "핸드폰",
    "인증번호": "인증코드",
    "주민등록": "신분증",
    "법률구조": "법률원조",
    "세요": "십시오",
    "해요": "합니다",
    "어요": "습니다",
    "아요": "습니다",
}
SEOUL_POLICE = re.compile(r"(?<!\d)112(?!\d)")


def the_faults(context: str | None, msgid: str, said: str, language: str) -> list[str]:
    """What is wrong with one translation."""
    faults = {
        "no known context": context not in CONTEXTS,
        "not translated": not said,
        "other placeholders": fields(msgid) != fields(said),
        "particle of another language": particles(said) - allowed_particles(language),
        "space at an edge": said != said.strip() and msgid == msgid.strip(),
        "other tags": Counter(TAG.findall(msgid)) != Counter(TAG.findall(said)),
        "tags not closed": not is_balanced(said),
        "exclamation mark": "!" in said or "！" in said,
        "emoji": has_emoji(said),
        "too long": len(shown(said)) > LONGEST.get((context or "", language), 4096),
        "narrow punctuation": language == "zh_CN" and NARROW_AFTER_HANZI.search(shown(said)),
        "Seoul's word": language == "ko_CN" and of_seoul(said),
    }
    return [fault for fault, found in faults.items() if found]


def fields(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name is not None}


def particles(text: str) -> set[str]:
    return {spec for _, name, spec, _ in Formatter().parse(text) if name is not None and spec}


def allowed_particles(language: str) -> set[str]:
    return set(PARTICLES) if language == "ko_CN" else set()


def shown(text: str) -> str:
    """Without tags and placeholders: what is surely on the screen."""
    return re.sub(r"{[^{}]*}", "", TAG.sub("", text))


def is_balanced(text: str) -> bool:
    opened: list[str] = []
    for slash, name in TAG.findall(text):
        if not slash:
            opened.append(name)
        elif not opened or opened.pop() != name:
            return False
    return not opened


def has_emoji(text: str) -> bool:
    return any(
        unicodedata.category(sign) in ("So", "Sk") or sign in "\ufe0f\u200d"
        for sign in set(text) - SYMBOLS_WITH_A_USE
    )


def of_seoul(text: str) -> list[str]:
    found = [word for word in SEOUL if word in text]
    return found + SEOUL_POLICE.findall(text)


def read(language: str) -> Catalog:
    path = ROOT / "locales" / language / "LC_MESSAGES" / "messages.po"
    with path.open("rb") as file:
        return read_po(file, locale=language)


def forms(text: object) -> list[str]:
    return list(text) if isinstance(text, (tuple, list)) else [str(text or "")]


@pytest.fixture(scope="module")
def catalogues() -> ModuleType:
    spec = importlib.util.spec_from_file_location("catalogues", ROOT / "scripts" / "catalogues.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("language", languages())
def test_every_message_is_well_said_in_both_languages(language):
    wrong = [
        (faults, message.context, message.id, message.string)
        for message in read(language)
        if message.id
        for said in forms(message.string)
        if (faults := the_faults(message.context, forms(message.id)[-1], said, language))
    ]

    assert wrong == []


@pytest.mark.parametrize("language", languages())
def test_no_message_is_fuzzy_and_each_has_one_form(language):
    catalogue = read(language)

    assert [message.id for message in catalogue if message.id and message.fuzzy] == []
    assert catalogue.num_plurals == 1


def test_template_and_catalogues_are_what_the_code_says_today(catalogues):
    wanted = catalogues.renewed(ROOT)

    stale = [path.name for path, text in wanted.items() if path.read_bytes() != text]
    assert stale == [], "run scripts/messages"


@pytest.mark.parametrize(
    ("context", "msgid", "said", "language", "fault"),
    [
        ("screen", "Hello {name}.", "您好。", "zh_CN", "other placeholders"),
        (
            "screen",
            "Hello {name}.",
            "您好，{name:이가}。",
            "zh_CN",
            "particle of another language",
        ),
        (
            "screen",
            "Hello {name}.",
            "{name:가나} 안녕하십니까.",
            "ko_CN",
            "particle of another language",
        ),
        ("screen", "Hello.", " 您好。", "zh_CN", "space at an edge"),
        ("screen", "<b>Hello</b>.", "您好。", "zh_CN", "other tags"),
        ("screen", "<b><i>A</i></b>.", "<b><i>好</b></i>。", "zh_CN", "tags not closed"),
        ("screen", "Hello.", "您好!", "zh_CN", "exclamation mark"),
        ("screen", "Hello.", "안녕하십니까！", "ko_CN", "exclamation mark"),
        ("screen", "Hello.", "您好😀", "zh_CN", "emoji"),
        ("screen", "Report in", "도착보고°", "ko_CN", "emoji"),
        ("screen", "What?", "出了什么事?", "zh_CN", "narrow punctuation"),
        ("screen", "One, two.", "一,二。", "zh_CN", "narrow punctuation"),
        ("button", "Long", "一二三四五六七八九", "zh_CN", "too long"),
        ("button", "Long", "가나다라마바사아자차카타파하가", "ko_CN", "too long"),
        ("staff button", "Long", "一二三四五六七八九十一二三", "zh_CN", "too long"),
        ("screen", "Hello.", "", "zh_CN", "not translated"),
        ("greeting", "Hello.", "您好。", "zh_CN", "no known context"),
        (None, "Hello.", "您好。", "zh_CN", "no known context"),
        ("screen", "The judge", "판사", "ko_CN", "Seoul's word"),
        ("screen", "Wages", "임금 체불", "ko_CN", "Seoul's word"),
        ("screen", "Call 110", "112에 신고하십시오.", "ko_CN", "Seoul's word"),
        ("screen", "Received.", "접수되었습니다.", "ko_CN", "Seoul's word"),
        ("screen", "Tell us.", "말씀하세요.", "ko_CN", "Seoul's word"),
    ],
)
def test_each_kind_of_fault_is_found(context, msgid, said, language, fault):
    assert fault in the_faults(context, msgid, said, language)


@pytest.mark.parametrize(
    ("context", "msgid", "said", "language"),
    [
        ("screen", "<b>Received, number {n}</b>", "<b>已收到，编号 {n}</b>", "zh_CN"),
        ("screen", "By {when}.", "11月24日(周二)18:00前，{when}。", "zh_CN"),
        ("screen", "{mediator} calls.", "{mediator:이가} 련락드립니다.", "ko_CN"),
        ("screen", "Text 12110433.", "12110433에 문자로 쓰십시오. 지금 110.", "ko_CN"),
        ("button", "Not in danger now, but afraid", "暂时没事，但害怕", "zh_CN"),
        ("button", "Not in danger now, but afraid", "지금은 괜찮지만 무섭습니다", "ko_CN"),
    ],
)
def test_a_well_said_message_has_no_fault(context, msgid, said, language):
    assert the_faults(context, msgid, said, language) == []


def town_of_words(root: Path, code: str) -> Path:
    (root / "handlers").mkdir(exist_ok=True)
    (root / "handlers" / "door.py").write_text(code, encoding="utf-8")
    (root / "babel.cfg").write_text("[python: handlers/**.py]\n", encoding="utf-8")
    for language in languages():
        (root / "locales" / language / "LC_MESSAGES").mkdir(parents=True, exist_ok=True)
        path = root / "locales" / language / "LC_MESSAGES" / "messages.po"
        if not path.exists():
            path.write_text('msgid ""\nmsgstr ""\n', encoding="utf-8")
    return root


def renew(catalogues: ModuleType, root: Path, **how: bool) -> str:
    for path, text in catalogues.renewed(root, **how).items():
        path.write_bytes(text)
    path = root / "locales" / "zh_CN" / "LC_MESSAGES" / "messages.po"
    return path.read_text(encoding="utf-8")


def test_marked_words_are_gathered_with_their_comment_and_without_their_line(catalogues, tmp_path):
    code = '# L10n: on the submit card\nSEND = P_("button", "Send")\n'

    words = renew(catalogues, town_of_words(tmp_path, code))

    assert "#. L10n: on the submit card" in words
    assert "#: handlers/door.py\n" in words
    assert 'msgctxt "button"\nmsgid "Send"' in words


def test_moving_a_line_changes_no_catalogue(catalogues, tmp_path):
    code = 't.pgettext("button", "Send")\n'
    before = renew(catalogues, town_of_words(tmp_path, code))

    assert renew(catalogues, town_of_words(tmp_path, "\n\n" + code)) == before


def test_a_word_that_left_and_came_back_keeps_its_translation(catalogues, tmp_path):
    code = 't.pgettext("button", "Send")\n'
    path = tmp_path / "locales" / "zh_CN" / "LC_MESSAGES" / "messages.po"
    words = renew(catalogues, town_of_words(tmp_path, code))
    path.write_text(words.replace('"Send"\nmsgstr ""', '"Send"\nmsgstr "提交"'), encoding="utf-8")

    gone = renew(catalogues, town_of_words(tmp_path, "\n"))
    back = renew(catalogues, town_of_words(tmp_path, code))
    pruned = renew(catalogues, town_of_words(tmp_path, "\n"), prune=True)

    assert '#~ msgstr "提交"' in gone
    assert '\nmsgstr "提交"' in back
    assert "提交" not in pruned
