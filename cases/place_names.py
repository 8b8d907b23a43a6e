"""How people write the name of a place: with and without what it ends in, by sound, by the initials of its pinyin.

Law: sounds are only for finding; no name is ever shown that nobody wrote.
"""

import re
import unicodedata
from functools import cache

_BRACKETS = re.compile(r"[（(][^（()）]*[）)]")

#: What a name ends in, longest first; the stem is what stands before.
_ENDINGS = tuple(
    sorted(
        (
            "村村民委员会", "村民委员会", "村委会", "社区居民委员会", "社区居委会", "居民委员会", "居委会",
            "社区委员会", "委员会", "社区", "村", "生活区", "街道办事处", "街道", "朝鲜族镇", "满族镇", "朝鲜族乡", "满族乡",
            "镇", "乡", "自治州", "市", "县", "区", "州", "사회구역", "촌", "가두", "진", "향", "시", "현", "구",
        ),
        key=len,
        reverse=True,
    )
)  # fmt: skip
_OFFICES = ("村民委员会", "村委会", "居民委员会", "居委会", "委员会")
_HANGUL = range(0xAC00, 0xD7A4)
_HANZI = range(0x4E00, 0xA000)
_PRIVATE = 0xE000  # where letters of our own may stand: one for each sound
_LEAD_R, _LEAD_N, _LEAD_NONE = 5, 2, 11  # ㄹ, ㄴ and ㅇ among the nineteen initial consonants
_VOWELS, _TAILS = 21, 28
_WITH_I = frozenset({2, 3, 6, 7, 12, 17, 20})  # ㅑ ㅒ ㅕ ㅖ ㅛ ㅠ ㅣ


def plain(text: str) -> str:
    """Letters and digits only, in one width and case."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    return "".join(letter for letter in folded if letter.isalnum())


def stem(name: str) -> str:
    """The name without what kind of place it is; the whole where nothing would be left."""
    bare = plain(_BRACKETS.sub("", name)) or plain(name)
    for ending in _ENDINGS:
        if bare.endswith(ending) and len(bare) - len(ending) > 1:
            return bare[: -len(ending)]
    return bare


def spoken(name: str) -> str:
    """As people say it: 龙泉村 for 龙泉村委会."""
    bare = plain(_BRACKETS.sub("", name)) or plain(name)
    for office in _OFFICES:
        if bare.endswith(office):
            kept = bare.removesuffix(office)
            return f"{kept}村" if "村" in office and not kept.endswith("村") else kept
    return bare


def forms(name: str) -> tuple[str, ...]:
    """All ways in which one name is written."""
    found = {plain(name), spoken(name), stem(name)}
    return tuple(sorted(one for one in found if len(one) > 1))


def sounds(text: str) -> str:
    """One letter for each sound, so that a slip between words of the same sound is no difference."""
    return "".join(_sound(letter) for letter in text)


def initials(text: str) -> str:
    """The first letters of the pinyin; what is no Hanzi stays."""
    return "".join(_syllable(one)[:1] if ord(one) in _HANZI else one for one in text)


def spelled(text: str) -> str:
    """The whole pinyin, without tones and gaps."""
    return "".join(_syllable(one) if ord(one) in _HANZI else one for one in text)


@cache
def _sound(letter: str) -> str:
    code = ord(letter)
    if code in _HANZI:
        return _letter_of(_blurred(_syllable(letter)))
    if code in _HANGUL:
        return _without_initial_rule(code)
    return letter


def _without_initial_rule(code: int) -> str:
    """룡정 and 용정, 로동 and 노동 are one: the South writes an initial ㄹ otherwise than Yanbian."""
    lead, rest = divmod(code - _HANGUL.start, _VOWELS * _TAILS)
    vowel = rest // _TAILS
    if lead in {_LEAD_R, _LEAD_N}:
        lead = _LEAD_NONE if vowel in _WITH_I else _LEAD_N
    return chr(_HANGUL.start + lead * _VOWELS * _TAILS + rest)


_LETTERS: dict[str, str] = {}


def _letter_of(syllable: str) -> str:
    return _LETTERS.setdefault(syllable, chr(_PRIVATE + len(_LETTERS)))


def _blurred(syllable: str) -> str:
    """What speakers of the North-East mix up: zh and z, ch and c, sh and s, the two n at the end."""
    for flat, curled in (("z", "zh"), ("c", "ch"), ("s", "sh")):
        if syllable.startswith(curled):
            syllable = flat + syllable.removeprefix(curled)
    return syllable.removesuffix("g") if syllable.endswith("ng") else syllable


@cache
def _syllable(hanzi: str) -> str:
    from pypinyin import lazy_pinyin

    return "".join(lazy_pinyin(hanzi))
