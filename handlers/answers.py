"""What a resident may answer on a reply keyboard: a code, its label, and the words that mean it too.

Law: every button may be typed, as its label in either language, as a digit, or as yes or no.
"""

import re
import unicodedata
from enum import StrEnum
from functools import cache

from locales import P_, Word, languages, translator


class Answer(StrEnum):
    """One answer. Labels are looked up in both languages, so a keyboard in either still works."""

    CHINESE = "chinese"
    KOREAN = "korean"
    BY_PHONE = "by_phone"
    ELSEWHERE = "elsewhere"
    SEND_PLACE = "send_place"
    PLACE_LIST = "place_list"
    PLACE_MORE = "place_more"
    PLACE_UNKNOWN = "place_unknown"
    PLACE_YES = "place_yes"
    PLACE_NO = "place_no"
    NO_DANGER = "no_danger"
    DANGER = "danger"
    FIX_MATTER = "fix_matter"
    FIX_PLACE = "fix_place"
    FIX_FILES = "fix_files"
    FIX_NOTHING = "fix_nothing"
    LEAVE_PHONE = "leave_phone"
    ADD_PHOTO = "add_photo"
    MY_CASES = "my_cases"
    NOW = "now"
    AFRAID = "afraid"
    NOT_MEANT = "not_meant"
    SEEN = "seen"
    NOT_SEEN = "not_seen"
    SEEN_UNKNOWN = "seen_unknown"
    SAFE_PHONE = "safe_phone"
    SAFE_SELF = "safe_self"
    HELP_ONLY = "help_only"
    SAFE_HERE = "safe_here"
    ERASE = "erase"
    KEEP = "keep"
    SEND_NUMBER = "send_number"
    DONE = "done"


LABELS: dict[Answer, Word] = {
    Answer.CHINESE: P_("button", "Chinese"),
    Answer.KOREAN: P_("button", "Korean"),
    Answer.BY_PHONE: P_("button", "I would rather talk on the phone"),
    Answer.ELSEWHERE: P_("button", "It is about another place"),
    Answer.SEND_PLACE: P_("button", "Send my location"),
    Answer.PLACE_LIST: P_("button", "Choose from a list"),
    Answer.PLACE_MORE: P_("button", "More places"),
    Answer.PLACE_UNKNOWN: P_("button", "I don't know"),
    Answer.PLACE_YES: P_("button", "Yes, that is right"),
    Answer.PLACE_NO: P_("button", "No, not here"),
    Answer.NO_DANGER: P_("button", "No"),
    Answer.DANGER: P_("button", "Yes, there is danger"),
    Answer.FIX_MATTER: P_("button", "What happened"),
    Answer.FIX_PLACE: P_("button", "The place"),
    Answer.FIX_FILES: P_("button", "Photos and voice"),
    Answer.FIX_NOTHING: P_("button", "Back"),
    Answer.LEAVE_PHONE: P_("button", "Leave my phone number"),
    Answer.ADD_PHOTO: P_("button", "Add a photo"),
    Answer.MY_CASES: P_("button", "My cases"),
    Answer.NOW: P_("button", "I am in danger now"),
    Answer.AFRAID: P_("button", "Safe for now, but afraid"),
    Answer.NOT_MEANT: P_("button", "That is not what I meant"),
    Answer.SEEN: P_("button", "Yes, others can see it"),
    Answer.NOT_SEEN: P_("button", "No, nobody can"),
    Answer.SEEN_UNKNOWN: P_("button", "I am not sure"),
    Answer.SAFE_PHONE: P_("button", "Call a safe number"),
    Answer.SAFE_SELF: P_("button", "I will come back myself"),
    Answer.HELP_ONLY: P_("button", "Only show where help is"),
    Answer.SAFE_HERE: P_("button", "Write to me here"),
    Answer.ERASE: P_("button", "Delete this chat"),
    Answer.KEEP: P_("button", "Keep it"),
    Answer.SEND_NUMBER: P_("button", "Send my number"),
    Answer.DONE: P_("button", "Nothing more"),
}

_YES = frozenset(
    [
        "是",
        "对",
        "对的",
        "好",
        "好的",
        "有",
        "会",
        "嗯",
        "行",
        "예",
        "네",
        "그렇습니다",
        "있습니다",
        "응",
        "yes",
        "y",
        "ok",
    ]
)
_NO = frozenset(
    ["不", "不是", "没", "没有", "不会", "否", "아니", "아니오", "아닙니다", "없습니다", "no", "n"]
)
_MEANS_YES = frozenset({Answer.PLACE_YES, Answer.DANGER, Answer.SEEN})
_MEANS_NO = frozenset({Answer.PLACE_NO, Answer.NO_DANGER, Answer.NOT_SEEN})


def understood(text: str, offered: tuple[Answer, ...]) -> Answer | None:
    """Which of the offered answers a text is: a label in either language, its digit, or a plain yes or no."""
    said = plain(text)
    for place, answer in enumerate(offered, start=1):
        if said == str(place) or said in _labels(answer):
            return answer
    for words, meaning in ((_YES, _MEANS_YES), (_NO, _MEANS_NO)):
        fitting = [answer for answer in offered if answer in meaning]
        if said in words and len(fitting) == 1:
            return fitting[0]
    return None


def named(text: str) -> frozenset[Answer]:
    """The answers whose label, in either language, a text is."""
    return _by_label().get(plain(text), frozenset())


def bare(text: str) -> bool:
    """A digit, a yes or a no: an answer to something, and by itself nothing that happened."""
    said = plain(text)
    return said in _YES | _NO or (said.isdecimal() and len(said) <= 2)  # noqa: PLR2004 - more is a number


def label(answer: Answer, language: str) -> str:
    return translator(language).word(LABELS[answer])


def _labels(answer: Answer) -> set[str]:
    return {plain(translator(language).word(LABELS[answer])) for language in languages()}


@cache
def _by_label() -> dict[str, frozenset[Answer]]:
    found: dict[str, frozenset[Answer]] = {}
    for answer in Answer:
        for said in _labels(answer):
            found[said] = found.get(said, frozenset()) | {answer}
    return found


def plain(text: str) -> str:
    """A text without its spaces, dots and capitals, as it is compared."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    return re.sub(r"[\s.,!?;:·。、，！？]+", "", folded)
