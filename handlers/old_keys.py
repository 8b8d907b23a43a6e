"""Keys of keyboards that are still on the screen though their question is long answered, and bare digits, yes and no.

Laws: none of them becomes part of a report; danger is danger, whichever keyboard it was said on (10).
"""

from collections.abc import Callable

from cases import drafts
from cases.actions import safety
from handlers import start
from handlers.answers import Answer, bare, named, understood
from handlers.asking_again import again
from handlers.danger import danger
from handlers.dialogue import Step, Talk
from handlers.heard import Kind
from handlers.parties import my_cases
from handlers.questions import question_of
from handlers.reporting import report, submit
from handlers.screens import Screen
from models.vocabulary import SafeChannel


def out_of_place(talk: Talk) -> bool:
    """Whether a message was an old keyboard's key, or a bare digit, yes or no that answers nothing; it is answered here."""
    if talk.heard.kind is not Kind.TEXT or talk.step not in _REPORTING or talk.is_staff:
        return False
    offered = question_of(talk.step).offered
    meant = named(talk.heard.text)
    if understood(talk.heard.text, offered) in _REQUESTS:
        again(talk)  # only the key itself hands over a place or a number
        return True
    if understood(talk.heard.text, offered) is not None or meant & set(offered):
        return False
    chooses = talk.step is Step.PLACE and bool(talk.answers.get("choices"))
    if not meant:
        if chooses or talk.step not in _NEEDS_WORDS or not bare(talk.heard.text):
            return False
        again(talk)
        return True
    _KEYS.get(min(meant), again)(talk)
    return True


def _key_my_cases(talk: Talk) -> None:
    start.mine(talk)
    if talk.step is not Step.IDLE:
        again(talk)


def _key_after_number(talk: Talk) -> None:
    """A key of the receipt, tapped later: it belongs to the one case that is open."""
    case = my_cases.only_open_case(talk)
    if case is None or drafts.is_unsent(talk.answers):
        again(talk)
        return
    talk.fresh(case_id=case.id)
    my_cases.after_number(talk)


def _key_by_phone(talk: Talk) -> None:
    talk.ask(Step.CALL_NUMBER, Screen.ASK_CALL_NUMBER)


def _key_danger(talk: Talk) -> None:
    """Danger is danger, whichever keyboard it was said on."""
    submit.in_danger(talk)


def _key_of_danger_talk(talk: Talk) -> None:
    """A key of the danger conversation: it goes on where nobody has chosen yet how to be reached, else nothing shows."""
    case = safety.danger_case_of(talk.work, talk.person)
    if case is None or case.safe_channel is not SafeChannel.UNASKED or talk.step is not Step.IDLE:
        again(talk)
        return
    talk.go(Step.DANGER)
    danger.how_are_you(talk)


#: Questions of a report and of what follows its number: there a key of an old keyboard is no answer.
_REPORTING = frozenset(
    {
        Step.IDLE,
        Step.MATTER,
        Step.PLACE,
        Step.PLACE_CONFIRM,
        Step.VOICE_DANGER,
        Step.SUBMIT,
        Step.FIX,
        Step.CALL_NUMBER,
        Step.AFTER,
        Step.PHONE,
        Step.PHOTO,
        Step.ADD_WORDS,
        Step.SORRY_WORDS,
        Step.OFFICER,
        Step.OWN_NAME,
        Step.OWN_PHONE,
    }
)
#: Where a bare digit, yes or no would be taken for what happened.
_NEEDS_WORDS = frozenset(
    {Step.IDLE, Step.MATTER, Step.SUBMIT, Step.VOICE_DANGER, Step.FIX, Step.OFFICER}
)
_REQUESTS = frozenset({Answer.SEND_PLACE, Answer.SEND_NUMBER})
_DANGER_TALK = (
    Answer.AFRAID,
    Answer.NOT_MEANT,
    Answer.SAFE_PHONE,
    Answer.SAFE_SELF,
    Answer.SAFE_HERE,
    Answer.HELP_ONLY,
)
_KEYS: dict[Answer, Callable[[Talk], None]] = {
    Answer.MY_CASES: _key_my_cases,
    Answer.LEAVE_PHONE: _key_after_number,
    Answer.ADD_PHOTO: _key_after_number,
    Answer.BY_PHONE: _key_by_phone,
    Answer.ELSEWHERE: report.elsewhere,
    Answer.DANGER: _key_danger,
    Answer.NOW: _key_danger,
    **dict.fromkeys(_DANGER_TALK, _key_of_danger_talk),
}
