"""Every question that can be open, as data: why it is asked, which one came before, and what its keyboard offered.

Law: whoever asks why gets one sentence, and hears where an answer is optional (conversations §0.1).
"""

from dataclasses import dataclass

from handlers.answers import Answer
from handlers.dialogue import Step
from locales import P_, Word


@dataclass(frozen=True, slots=True)
class Question:
    """One step. `back` None: there is no earlier question. `offered`: the answers that may stand on its keyboard."""

    why: Word
    back: Step | None = None
    offered: tuple[Answer, ...] = ()


_AFTER = (Answer.LEAVE_PHONE, Answer.ADD_PHOTO, Answer.MY_CASES)
#: Said where nothing is asked that must be answered.
OPTIONAL = P_("screen", "It makes things quicker. You need not answer.")

QUESTIONS: dict[Step, Question] = {
    Step.IDLE: Question(
        P_("screen", "Nothing is being asked. If something happened, one sentence is enough.")
    ),
    Step.LANGUAGE: Question(
        P_("screen", "So that everything is written in the language you read."),
        offered=(Answer.CHINESE, Answer.KOREAN),
    ),
    Step.MATTER: Question(
        P_("screen", "A mediator can help only who says what happened. One sentence is enough."),
        offered=(Answer.BY_PHONE, Answer.ELSEWHERE, Answer.CHINESE, Answer.KOREAN),
    ),
    Step.PLACE: Question(
        P_("screen", "The place decides who answers for it. You may also not know."),
        Step.MATTER,
        (Answer.SEND_PLACE, Answer.PLACE_LIST, Answer.PLACE_MORE, Answer.PLACE_UNKNOWN),
    ),
    Step.PLACE_CONFIRM: Question(
        P_("screen", "So that it does not go to the wrong place."),
        Step.PLACE,
        (
            Answer.PLACE_YES,
            Answer.PLACE_NO,
            Answer.SEND_PLACE,
            Answer.PLACE_LIST,
            Answer.PLACE_MORE,
            Answer.PLACE_UNKNOWN,
        ),
    ),
    Step.VOICE_DANGER: Question(
        P_("screen", "A machine does not hear danger in a voice, so it is asked once."),
        Step.MATTER,
        (Answer.NO_DANGER, Answer.DANGER),
    ),
    Step.SUBMIT: Question(
        P_("screen", "Nobody sees it before you submit it. That is why you look at it once more."),
        Step.FIX,
    ),
    Step.FIX: Question(
        P_("screen", "So that only what is wrong is changed."),
        Step.SUBMIT,
        (Answer.FIX_MATTER, Answer.FIX_PLACE, Answer.FIX_FILES, Answer.FIX_NOTHING),
    ),
    Step.CALL_NUMBER: Question(
        P_("screen", "Without a number nobody can call you. You may write here instead."),
        Step.MATTER,
        (Answer.SEND_NUMBER,),
    ),
    Step.AFTER: Question(
        OPTIONAL,
        offered=(*_AFTER, Answer.PLACE_UNKNOWN, Answer.SEEN_UNKNOWN, Answer.DONE),
    ),
    Step.PHONE: Question(
        P_("screen", "So that the mediator can reach you. You need not leave it."),
        Step.AFTER,
        (Answer.SEND_NUMBER, Answer.DONE),
    ),
    Step.PHOTO: Question(
        P_("screen", "A photo shows what words cannot. You need not send one."),
        Step.AFTER,
        (*_AFTER, Answer.DONE),
    ),
    Step.ADD_WORDS: Question(
        P_("screen", "Those who handle the case read it. You need not add anything."),
        offered=(Answer.DONE,),
    ),
    Step.SORRY_WORDS: Question(
        P_("screen", "So that the mediator knows what is missing. You need not answer."),
        offered=(Answer.DONE,),
    ),
    Step.DANGER: Question(
        P_("screen", "So that the right person can help at once. You need not answer.")
    ),
    Step.DANGER_PLACE: Question(
        P_("screen", "So that help can find you. You need not answer."), Step.DANGER
    ),
    Step.PHONE_SEEN: Question(
        P_("screen", "So that nothing written here brings you harm. You need not answer."),
        Step.DANGER,
    ),
    Step.SAFE_CHOICE: Question(
        P_("screen", "You alone decide how you are contacted. You need not answer."),
        Step.PHONE_SEEN,
    ),
    Step.SAFE_NUMBER: Question(
        P_("screen", "Only this number is called, and only at this hour."), Step.SAFE_CHOICE
    ),
    Step.ERASE: Question(P_("screen", "So that nobody finds it on your phone. The report stays.")),
    Step.OFFICER: Question(
        P_("screen", "The lines were read out of the message. Please look before it is sent.")
    ),
    Step.OFFICER_LINE: Question(P_("screen", "Only this line is changed."), Step.OFFICER),
    Step.WHICH_DAY: Question(
        P_("screen", "So that both sides and you are reminded of the day in time.")
    ),
    Step.AGREE_TERMS: Question(
        P_("screen", "What is not written clearly cannot be followed up later.")
    ),
    Step.AGREE_DAY: Question(
        P_("screen", "After this day both sides are asked whether it was kept."), Step.AGREE_TERMS
    ),
    Step.AGREE_CONFIRM: Question(
        P_("screen", "It goes to both sides as it stands here."), Step.AGREE_TERMS
    ),
    Step.NOTE: Question(P_("screen", "It stays in the record of the case.")),
    Step.SUMMARY: Question(
        P_("screen", "So that whoever comes next can read it and need not listen.")
    ),
    Step.WITHDRAW_WHY: Question(P_("screen", "So that it can be seen later why it was ended.")),
    Step.CHALLENGE_WHY: Question(
        P_("screen", "The head needs a reason; who it is about is not told.")
    ),
    Step.KEEP_WHY: Question(P_("screen", "Whoever asked for it reads the reason.")),
    Step.REOPEN_WORDS: Question(
        P_("screen", "So that whoever handled it knows what happened. One sentence is enough.")
    ),
    Step.END_ORGAN: Question(
        P_("screen", "So that the parties are told where their matter goes on.")
    ),
    Step.END_WORDS: Question(P_("screen", "Each way of ending has something to be shown.")),
    Step.END_CONFIRM: Question(P_("screen", "What is closed here is told to both sides.")),
    Step.NOT_APPROVED: Question(
        P_("screen", "So that whoever wanted to close it knows what is lacking.")
    ),
    Step.EXTEND_WHY: Question(
        P_("screen", "An extension needs its reason, and both sides agree.")
    ),
    Step.EXTEND_DAY: Question(
        P_("screen", "An extension needs its reason, and both sides agree.")
    ),
    Step.REFER_WORDS: Question(P_("screen", "So that the receiver knows what it is about.")),
    Step.TAKE_BACK: Question(P_("screen", "It stays in the record of the case.")),
    Step.RAISE_WORDS: Question(P_("screen", "So that whoever has the case knows why it rises.")),
    Step.VISIT_WORDS: Question(OPTIONAL),
    Step.GUIDANCE: Question(
        P_("screen", "It is between judge and mediator, and no part of the record.")
    ),
    Step.WITHDRAW_WHY: Question(
        P_("screen", "So that nobody is pressed to end it. One sentence is enough.")
    ),
    Step.CHALLENGE_WHY: Question(
        P_("screen", "The head needs a reason to decide. Who it is about is not told.")
    ),
    Step.KEEP_WHY: Question(P_("screen", "The person who asked reads why.")),
    Step.REOPEN_WORDS: Question(
        P_("screen", "So that it can go on where it stopped. One sentence is enough.")
    ),
    Step.HEAD_REASON: Question(P_("screen", "Every decision of a head stands with its reason.")),
    Step.ORDER_DUE: Question(P_("screen", "An order needs the day by which it is done.")),
    Step.OWN_NAME: Question(
        P_("screen", "So that you are called by the right name. You need not give one.")
    ),
    Step.AWAY_DAYS: Question(P_("screen", "So that new cases go to whoever stands in.")),
    Step.JOIN_DIGITS: Question(P_("screen", "So that nobody else joins with your link.")),
    Step.JOIN_CODE: Question(P_("screen", "So that the right person of the office joins.")),
    Step.WHO_PLACE: Question(P_("screen", "The place decides who answers for it.")),
    Step.OWN_PHONE: Question(
        P_("screen", "So that the mediator can reach you. You need not leave it."),
        offered=(Answer.SEND_NUMBER, Answer.DONE),
    ),
}


def question_of(step: Step) -> Question:
    """The question of a step; one that nobody described is optional and has no way back."""
    return QUESTIONS.get(step, Question(OPTIONAL))
