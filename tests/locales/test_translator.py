"""A reader is spoken to in Chinese or in the Korean of Yanbian, and in nothing else."""

import pytest

from locales import P_, Key, MissingWord, Translator, catalogue, known, languages, translator
from models.vocabulary import Language

ZH: dict[Key, str] = {
    ("button", "Send"): "提交",
    ("card", "{n} case"): "{n}件",
    (None, "Hello."): "您好。",
}
KO: dict[Key, str] = {("button", "Send"): "보내기", ("card", "{n} case"): "{n}건"}


def korean(*, strict: bool = False) -> Translator:
    return Translator("ko_CN", KO, ZH, strict)


def test_a_message_is_said_by_its_context():
    said = korean()

    assert said.pgettext("button", "Send") == "보내기"
    assert said.word(P_("button", "Send")) == "보내기"


def test_a_missing_korean_word_is_said_in_chinese():
    assert korean().gettext("Hello.") == "您好。"


@pytest.mark.parametrize("strict", [Translator("zh_CN", ZH, ZH, strict=True), korean(strict=True)])
def test_a_strict_translator_raises_where_a_word_is_missing(strict):
    with pytest.raises(MissingWord):
        strict.pgettext("card", "Send")


@pytest.mark.parametrize(
    ("code", "language"),
    [
        ("ko", "ko_CN"),
        ("ko-KR", "ko_CN"),
        ("ko_CN", "ko_CN"),
        ("zh-hans", "zh_CN"),
        ("zh_CN", "zh_CN"),
        ("ZH", "zh_CN"),
        ("en", None),
        ("kok", None),
        ("", None),
        (None, None),
    ],
)
def test_languages_are_known_by_their_first_subtag(code, language):
    assert known(code) == language


def test_chinese_stands_first():
    assert languages() == ("zh_CN", "ko_CN")


@pytest.mark.parametrize("code", ["zh_CN", "ko_CN", "ko"])
def test_each_catalogue_is_read(code):
    assert translator(code).language == known(code)


def test_another_language_is_refused():
    with pytest.raises(LookupError):
        translator("en")


@pytest.mark.parametrize("language", Language)
def test_a_catalogue_is_read_once_by_whatever_name_it_is_asked_for(language):
    assert catalogue(language) is catalogue(language.value) is translator(language).words
