"""Every question × everything that may come in between: it is answered, and the question is open and said again."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from sqlalchemy import create_engine, select
from sqlalchemy.orm import Session

import handlers
from cases.notice_views import view_of
from handlers.answers import LABELS, Answer, label, plain
from handlers.danger import danger
from handlers.dialogue import Step, Talk
from handlers.heard import Heard, Kind
from handlers.interruptions import WORDS, Interruption
from handlers.notices import render
from handlers.questions import QUESTIONS, question_of
from handlers.screens import Screen
from locales import languages
from models.base import Base
from models.case import Case
from models.draft import Unsent
from models.notice import Notice
from models.person import Person
from models.vocabulary import Language, SafeChannel
from tests.factories import BEATEN, a_town, work_at
from tests.scene import Scene

SAID = [[1, "楼上漏水，三天了。"]]
#: Who is asked what: everything else is asked of residents.
OFFICERS = {Step.OFFICER, Step.OFFICER_LINE}
STAFF = {
    Step.WHICH_DAY,
    Step.AGREE_TERMS,
    Step.AGREE_DAY,
    Step.AGREE_CONFIRM,
    Step.NOTE,
    Step.SUMMARY,
    Step.END_ORGAN,
    Step.END_WORDS,
    Step.END_CONFIRM,
    Step.EXTEND_WHY,
    Step.EXTEND_DAY,
    Step.REFER_WORDS,
    Step.TAKE_BACK,
    Step.GUIDANCE,
}
#: Two of the words of each interruption, one in each language, and the command where there is one.
TYPED = {one: (words[0], words[-1]) for one, words in WORDS.items()}
COMMANDS = {
    Interruption.HELP: ("/help", "/nonsense"),
    Interruption.CANCEL: ("/cancel",),
    Interruption.SECOND: ("/report",),
}
STAYS = [Interruption.HELP, Interruption.WHY, Interruption.CHINESE, Interruption.KOREAN]
#: Where an older question is said from its answers, not repeated as it was asked.
SAID_ANEW = {Step.SUBMIT: Screen.SUBMIT, Step.OFFICER: Screen.OFFICER_CARD}


@dataclass
class Desk:
    """One person in the middle of one question."""

    scene: Scene
    person: Person
    case: Case
    step: Step

    def talk(self, text: str = "", *, message_id: int = 900, edited: bool = False) -> Talk:
        message = Heard(
            update_id=1,
            telegram_id=self.person.telegram_id or 0,
            kind=Kind.COMMAND if text.startswith("/") else Kind.TEXT,
            message_id=message_id,
            text=text,
            edited=edited,
        )
        return Talk.resume(self.scene.work, self.person, message)

    def ask(self, *, unsent: bool = True) -> None:
        """The question is open, with everything that any of its answers may need."""
        talk = self.talk()
        talk.finish(
            case_id=self.case.id,
            area_id=self.scene.town.grid,
            found_id=self.scene.town.grid,
            line="people",
            terms="修好",
            **({"words": SAID} if unsent else {}),
        )
        talk.remember(words=SAID if unsent else [])
        talk.ask(self.step, Screen.ASK_WORDS, case=self.case)
        self.scene.work.spoken.clear()

    def says(self, text: str, **heard: Any) -> list[Notice]:
        """One message; everything that was said to this person in answer, each of it readable."""
        talk = self.talk(text, **heard)
        handlers.said(talk)
        self.scene.session.flush()
        rows = [self.scene.session.get_one(Notice, one) for one in self.scene.work.spoken]
        mine = [row for row in rows if row.person_id == self.person.id]
        views = [view_of(self.scene.work, notice) for notice in mine]
        said = [render(view, strict=True).text for view in views if view is not None]
        assert all(said)  # a card that a newer one of the same answer replaced has no view
        return mine if said else []

    @property
    def now(self) -> Step:
        return self.talk().step

    def aside(self) -> list[Unsent]:
        rows = select(Unsent).where(Unsent.person_id == self.person.id)
        return list(self.scene.session.scalars(rows))


@pytest.fixture(scope="module")
def scene() -> Iterator[Scene]:
    engine = create_engine("sqlite://")
    Base.metadata.create_all(engine)
    with Session(engine) as session:
        yield Scene(session, a_town(session), work_at(session))
    engine.dispose()


@pytest.fixture
def desk(scene: Scene) -> Callable[[Step], Desk]:
    def at(step: Step) -> Desk:
        resident = scene.person(name="金哲")
        case = scene.case(resident)
        person = resident
        if step in OFFICERS:
            person = scene.person(scene.town.officer)
        elif step in STAFF:
            person = scene.person(scene.town.mediator)
        desk = Desk(scene, person, case, step)
        desk.ask()
        return desk

    return at


def test_every_question_has_its_why_and_names_only_questions_that_can_be_asked_anew():
    assert set(QUESTIONS) == set(Step)
    for step, question in QUESTIONS.items():
        assert question.back is not step
        assert question.why.message


@pytest.mark.parametrize("step", list(Step))
def test_help_why_and_language_are_answered_and_the_question_is_said_again(
    desk: Callable[[Step], Desk], step: Step
):
    at = desk(step)
    for one in STAYS:
        for word in (*TYPED[one], *COMMANDS.get(one, ())):
            at.ask()
            if step is Step.LANGUAGE and one in {Interruption.CHINESE, Interruption.KOREAN}:
                continue  # there it is the answer itself
            said = at.says(word)

            assert said, f"{word} at {step} was not answered"
            assert at.now is step, f"{word} closed {step}"
            if step not in {Step.IDLE, *danger.STEPS}:
                assert said[-1].kind == SAID_ANEW.get(step, Screen.ASK_WORDS), (word, step)


def test_the_language_that_is_named_is_spoken_from_then_on(desk: Callable[[Step], Desk]):
    at = desk(Step.PLACE)
    for word in WORDS[Interruption.KOREAN]:
        at.ask()
        at.says("中文")
        at.says(word)
        assert at.person.reads is Language.KO
    for word in WORDS[Interruption.CHINESE]:
        at.ask()
        at.says("조선어")
        at.says(word)
        assert at.person.reads is Language.ZH


@pytest.mark.parametrize("step", list(Step))
def test_back_leads_to_the_question_before_or_says_the_first_one_again(
    desk: Callable[[Step], Desk], step: Step
):
    at = desk(step)
    for word in TYPED[Interruption.BACK]:
        at.ask()
        said = at.says(word)

        assert said
        assert at.now is (question_of(step).back or step)
        assert at.talk().answers.get("words") == SAID


@pytest.mark.parametrize("step", list(Step))
def test_cancel_leaves_the_question_and_keeps_what_was_said(
    desk: Callable[[Step], Desk], step: Step
):
    at = desk(step)
    words = (*TYPED[Interruption.CANCEL], *COMMANDS[Interruption.CANCEL])
    before = len(at.aside())
    for count, word in enumerate(words, start=before + 1):
        at.ask()
        said = at.says(word)

        assert at.now is Step.IDLE
        assert Screen.SET_ASIDE in [notice.kind for notice in said]
        assert len(at.aside()) == count
        assert all(row.answers["words"] == SAID for row in at.aside())


@pytest.mark.parametrize("step", list(Step))
def test_a_second_matter_is_asked_about_and_nothing_is_lost(
    desk: Callable[[Step], Desk], step: Step
):
    at = desk(step)
    for word in (*TYPED[Interruption.SECOND], *COMMANDS[Interruption.SECOND]):
        at.ask()
        said = at.says(word)

        assert [notice.kind for notice in said] == [Screen.SECOND_MATTER]
        assert at.now is step
        assert at.talk().answers["words"] == SAID


@pytest.mark.parametrize("step", list(Step))
def test_a_command_in_the_middle_of_a_question_loses_nothing(
    desk: Callable[[Step], Desk], step: Step
):
    at = desk(step)
    for command in ("/my", "/mydata", "/language"):
        at.ask()
        before = len(at.aside())
        said = at.says(command)

        assert said
        assert at.talk().answers.get("words") == SAID or len(at.aside()) > before


@pytest.mark.parametrize("step", sorted(danger.STEPS))
def test_in_danger_a_word_that_may_be_a_cry_reaches_a_human(
    desk: Callable[[Step], Desk], scene: Scene, step: Step
):
    at = desk(step)
    case = scene.case(at.person, matter=BEATEN)
    assert case.safe_channel is SafeChannel.UNASKED
    for word in ("帮助", "도와주십시오", "그만"):
        at.ask()
        before = len(scene.events(case))
        at.says(word)

        said = [(event.facts or {}).get("words") for event in scene.events(case)[before:]]
        assert word in said


REPORTING = [Step.MATTER, Step.PLACE, Step.SUBMIT, Step.CALL_NUMBER, Step.FIX, Step.VOICE_DANGER]


@pytest.mark.parametrize("step", REPORTING)
def test_a_key_of_an_old_keyboard_never_becomes_part_of_the_report(
    desk: Callable[[Step], Desk], step: Step
):
    at = desk(step)
    for key in sorted({label(answer, code) for answer in Answer for code in languages()}):
        at.ask()
        said = at.says(key)

        assert said
        words = at.talk().answers.get("words", SAID)
        assert key not in [text for _, text in words]


@pytest.mark.parametrize("step", [Step.IDLE, Step.MATTER, Step.SUBMIT])
def test_a_bare_digit_yes_or_no_is_no_report(desk: Callable[[Step], Desk], step: Step):
    at = desk(step)
    for text in ("7", "是", "아닙니다", "네", "99"):
        at.ask(unsent=step is not Step.IDLE)
        said = at.says(text)

        assert said
        assert at.now is step
        assert at.talk().answers.get("words", []) in (SAID, [])


@pytest.mark.parametrize("step", [step for step in Step if step not in danger.STEPS])
def test_an_edited_message_changes_the_words_at_every_question(
    desk: Callable[[Step], Desk], step: Step
):
    at = desk(step)

    said = at.says("楼下漏水，五天了。", message_id=1, edited=True)

    assert said
    assert at.now is step
    assert at.talk().answers["words"] == [[1, "楼下漏水，五天了。"]]


def test_the_words_of_different_interruptions_never_mean_the_same():
    known: dict[str, Interruption] = {}
    for one, words in WORDS.items():
        for word in words:
            assert known.setdefault(plain(word), one) is one


def test_no_word_of_an_interruption_is_a_key_of_a_keyboard():
    keys = {plain(label(answer, language)) for answer in LABELS for language in ("zh", "ko")}
    words = {plain(word) for words in WORDS.values() for word in words}

    assert words & keys == {
        plain("中文"),
        plain("조선어"),
    }  # the language keys are the language words
