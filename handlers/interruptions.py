"""What may come in the middle of any question: help, why, back, cancel, the other language, a second matter, an old key.

Laws: every one of them is answered, and then the question that was open is said again; nothing that was said is lost;
in the danger conversation a word that may be a cry (help, stop) is passed on as it was written too.
"""

from collections.abc import Callable
from enum import StrEnum

from handlers import start
from handlers.answers import plain
from handlers.asking_again import again
from handlers.danger import danger
from handlers.dialogue import Step, Talk
from handlers.grid import officer
from handlers.heard import Kind
from handlers.parties import my_cases
from handlers.parties import my_data as page
from handlers.questions import question_of
from handlers.reporting import missing, place, submit, unsent
from handlers.screens import Screen
from models.case import Case
from models.vocabulary import Language


class Interruption(StrEnum):
    """What a message may be instead of an answer."""

    HELP = "help"
    WHY = "why"
    BACK = "back"
    CANCEL = "cancel"
    CHINESE = "chinese"
    KOREAN = "korean"
    SECOND = "second"


#: As people write it, in both languages, with old and new spelling; compared without spaces, dots and capitals.
WORDS: dict[Interruption, tuple[str, ...]] = {
    Interruption.HELP: (
        *("帮助", "帮帮我", "怎么用", "怎么弄", "不会用", "说明", "help"),
        *("도움", "도움말", "도와주십시오", "도와주세요", "도와주오", "사용법", "설명"),
        *("어떻게 씁니까", "어떻게 합니까", "어떻게 쓰오", "어찌 씁니까"),
    ),
    Interruption.WHY: (
        *(
            "为什么",
            "为什么问",
            "为什么要问",
            "为啥",
            "为啥问",
            "为何",
            "为何要问",
            "干嘛问",
            "干啥问",
        ),
        *("问这个干什么", "问这个干嘛", "问这干啥", "有什么用", "why"),
        *(
            "왜",
            "왜요",
            "왜 묻습니까",
            "왜 물어봅니까",
            "왜 묻는가",
            "왜 묻소",
            "왜 물어요",
            "왜 그럽니까",
        ),
        *(
            "어째 묻습니까",
            "어째 묻소",
            "무엇때문에 묻습니까",
            "무슨 까닭에 묻습니까",
            "왜 필요합니까",
        ),
    ),
    Interruption.BACK: (
        *("返回", "后退", "退回", "回去", "上一步", "上一个", "back"),
        *("뒤로", "뒤로 가기", "돌아가기", "되돌아가기", "앞의 질문", "앞질문", "이전"),
    ),
    Interruption.CANCEL: (
        *("取消", "算了", "退出", "不写了", "不报了", "不说了", "cancel", "stop"),
        *(
            "취소",
            "취소합니다",
            "취소하겠습니다",
            "그만",
            "그만둡니다",
            "그만하겠습니다",
            "나가기",
        ),
    ),
    Interruption.CHINESE: (
        *("中文", "汉语", "汉字", "说中文", "用中文", "chinese"),
        *("한어", "중국어", "중문", "중국말", "한어로", "중국어로"),
    ),
    Interruption.KOREAN: (
        *(
            "조선어",
            "조선말",
            "조선글",
            "우리말",
            "한국어",
            "한국말",
            "조선어로",
            "조선말로",
            "korean",
        ),
        *("朝鲜语", "朝鲜文", "朝语", "朝文", "鲜语", "韩语", "韩文"),
    ),
    Interruption.SECOND: (
        *("另一件事", "还有一件事", "别的事", "新的事"),
        *("다른 일", "다른 일입니다", "다른 일이 있습니다", "또 다른 일", "새 일"),
    ),
}
_MEANT = {plain(word): one for one, words in WORDS.items() for word in words}
_MARKS = frozenset({"?", "？", "??", "？？"})


def met(talk: Talk) -> bool:
    """Whether a typed message was an interruption, and is answered."""
    heard = talk.heard
    if heard.kind is not Kind.TEXT:
        return False
    if heard.reply_to is not None and (talk.is_staff or talk.is_officer):
        return False  # their reply is about the card it answers
    one = Interruption.HELP if heard.text.strip() in _MARKS else _MEANT.get(plain(heard.text))
    if one is None or (talk.step is Step.LANGUAGE and one in _LANGUAGES):
        return False
    if talk.step in danger.STEPS and one in _MAY_BE_A_CRY:
        danger.pass_on(talk)
    _ANSWERED[one](talk)
    return True


def help_(talk: Talk) -> None:
    """How this works; whatever was open stays open."""
    if talk.step in danger.STEPS:
        again(talk)  # the danger text is the help there is
    elif talk.step is Step.IDLE:
        talk.say(Screen.HELP)
    else:
        talk.answer(Screen.HELP)
        again(talk)


def why(talk: Talk) -> None:
    talk.answer(Screen.WHY, step=talk.step)
    if talk.step is not Step.IDLE:
        again(talk)


def back(talk: Talk) -> None:
    """The question before this one; the first one is said again."""
    earlier = question_of(talk.step).back
    if earlier is None:
        again(talk)
    else:
        _ASKED_ANEW[earlier](talk)


def cancel(talk: Talk) -> None:
    """Leave the open question: what was said is put aside and kept, what has a number stays."""
    talk.fresh()
    if talk.is_officer or talk.is_staff:
        start.home(talk)
    else:
        talk.say(Screen.GREETING)


def language(talk: Talk, chosen: Language | None = None) -> None:
    """The language that was named, else the other one; then the open question in it."""
    other = Language.ZH if talk.language is Language.KO else Language.KO
    talk.person.language = chosen or other
    if talk.step is Step.LANGUAGE:
        missing.ask_matter(talk)
    else:
        again(talk)


def mine(talk: Talk) -> None:
    """What is in hand; an open question is said again after it."""
    start.mine(talk)
    if talk.step is not Step.IDLE:
        again(talk)


def my_data(talk: Talk) -> None:
    """What is kept of the person; an open question is said again after it."""
    page.show(talk)
    if talk.step is not Step.IDLE:
        again(talk)


def _danger_step(step: Step) -> Callable[[Talk], None]:
    def asked(talk: Talk) -> None:
        talk.go(step)
        danger.say_again(talk)

    return asked


def _agree_terms(talk: Talk) -> None:
    case = talk.work.session.get(Case, talk.answers["case_id"])
    talk.ask(Step.AGREE_TERMS, Screen.AGREE_TERMS, case=case)


_MAY_BE_A_CRY = frozenset({Interruption.HELP, Interruption.CANCEL})
_LANGUAGES = frozenset({Interruption.CHINESE, Interruption.KOREAN})
_ANSWERED: dict[Interruption, Callable[[Talk], None]] = {
    Interruption.HELP: help_,
    Interruption.WHY: why,
    Interruption.BACK: back,
    Interruption.CANCEL: cancel,
    Interruption.CHINESE: lambda talk: language(talk, Language.ZH),
    Interruption.KOREAN: lambda talk: language(talk, Language.KO),
    Interruption.SECOND: unsent.another_matter,
}
#: How a question that lies behind is asked anew.
_ASKED_ANEW: dict[Step, Callable[[Talk], None]] = {
    Step.MATTER: lambda talk: missing.ask_matter(talk, again=True),
    Step.PLACE: place.ask,
    Step.SUBMIT: missing.ask_what_is_missing,
    Step.FIX: submit.ask_fix,
    Step.AFTER: my_cases.nothing_more,
    Step.DANGER: _danger_step(Step.DANGER),
    Step.PHONE_SEEN: _danger_step(Step.PHONE_SEEN),
    Step.SAFE_CHOICE: _danger_step(Step.SAFE_CHOICE),
    Step.OFFICER: officer.card,
    Step.AGREE_TERMS: _agree_terms,
}
