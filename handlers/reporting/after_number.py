"""The questions after the number: one at a time, once each, and none of them needs an answer (cases/actions/particulars.py)."""

from decimal import Decimal

from sqlalchemy import select

from cases.actions import intake
from cases.actions.particulars import (
    LARGEST,
    Topic,
    add_amount,
    add_other_side,
    add_people,
    worth_asking,
)
from cases.numbers import quantity
from cases.reading import LARGEST_CROWD, read
from handlers.answers import plain
from handlers.dialogue import Step, Talk
from handlers.heard import Kind
from handlers.screens import Screen
from models.case import Case
from models.evidence import Evidence
from models.notice import Notice
from models.vocabulary import NoticeState

SCREENS: dict[Topic, Screen] = {
    Topic.HOME: Screen.ASK_HOME,
    Topic.OTHER_SIDE: Screen.ASK_OTHER_SIDE,
    Topic.PEOPLE: Screen.ASK_PEOPLE,
    Topic.AMOUNT: Screen.ASK_AMOUNT,
}
_LETTERS = 40  # an answer is short; what is longer is something to add
_DIGITS = frozenset(
    "0123456789０１２３４５６７８９一二三四五六七八九十동호"
)  # a house number has one
#: "I don't know", "skip": the next question comes, or none.
_SKIPPED = frozenset(
    map(
        plain,
        (
            *(
                "不知道",
                "跳过",
                "不清楚",
                "不说",
                "不想说",
                "不方便",
                "没有",
                "没有了",
                "无",
                "略",
                "skip",
            ),
            *("모르겠습니다", "모릅니다", "모른다", "모르오", "모름", "건너뛰기", "넘어가기"),
            *("넘어갑시다", "없습니다", "말하고싶지 않습니다", "더 없습니다"),
        ),
    )
)


def begin(talk: Talk, case: Case) -> None:
    """Ask the first question; what the words said already is not asked."""
    _ask(talk, case, list(worth_asking(case)), added=False)


def answered(talk: Talk) -> bool:
    """Whether a message answered the open question; anything else is something to add."""
    asked, heard = talk.answers.get("topics", []), talk.heard
    if not asked or heard.kind is not Kind.TEXT or len(heard.text) > _LETTERS:
        return False
    if _written_before(talk):
        return False
    topic, case_id = Topic(asked[0]), talk.answers["case_id"]
    if plain(heard.text) in _SKIPPED:
        case = talk.work.session.get_one(Case, case_id)
        _ask(talk, case, asked[1:], added=False)
        return True
    answered_case = _add(talk, topic, case_id)
    if answered_case is None:
        return False
    _ask(talk, answered_case, asked[1:], added=True)
    return True


def _written_before(talk: Talk) -> bool:
    """Whether nobody can have meant the open question by this: it stands below it, or was not said yet.

    Behind a webhook Telegram brings taps and messages in queues of their own: the tap that submits may overtake a sentence.
    """
    question = talk.work.session.get(Notice, talk.draft.asked) if talk.draft.asked else None
    if question is None:
        return False
    if question.state is NoticeState.NEW:
        return True
    return question.message_id is not None and talk.heard.message_id < question.message_id


def _ask(talk: Talk, case: Case, topics: list[str], *, added: bool) -> None:
    """The next question, under the thanks for the last answer; after the last one, only the thanks."""
    talk.remember(topics=list(topics), case_id=case.id)
    if topics:
        talk.ask(Step.AFTER, SCREENS[Topic(topics[0])], case=case, added=added)
    elif added:
        talk.ask(Step.AFTER, Screen.ADDED, case=case, what="home")
    elif talk.step is Step.AFTER:
        talk.ask(Step.AFTER, Screen.ADDED, what="nothing")
    elif not case.guarded and case.safe_channel is None:
        talk.go(Step.AFTER)  # nothing is asked; what is written now still belongs to this case
        if _has_files(talk, case):  # their receipt has no keys of its own (receipts.py)
            talk.say(Screen.ADDED, what="nothing")


def _has_files(talk: Talk, case: Case) -> bool:
    own = select(Evidence.id).where(
        Evidence.case_id == case.id, Evidence.person_id == talk.person.id
    )
    return talk.work.session.scalars(own.limit(1)).first() is not None


def _add(talk: Talk, topic: Topic, case_id: int) -> Case | None:
    words, work, person = talk.heard.text.strip(), talk.work, talk.person
    if topic is Topic.HOME and _DIGITS & set(words):
        return intake.add_home(work, case_id, person, words)
    if topic is Topic.OTHER_SIDE and words:
        return add_other_side(work, case_id, person, words)
    if topic is Topic.PEOPLE and (count := _count(words)) is not None:
        return add_people(work, case_id, person, count, words)
    if topic is Topic.AMOUNT and (amount := _amount(words)) is not None:
        return add_amount(work, case_id, person, amount, words)
    return None


def _count(words: str) -> int | None:
    """`12`, `十二个人`, `열두명`."""
    found = read(words).people
    value = Decimal(found) if found else quantity(words)
    if value is None or value != value.to_integral_value() or not 0 < value <= LARGEST_CROWD:
        return None
    return int(value)


def _amount(words: str) -> Decimal | None:
    """`3000`, `三千块`, `18만 6,000원`, in yuan."""
    value = read(words).amount or quantity(words)
    return value if value is not None and 0 < value < LARGEST else None
