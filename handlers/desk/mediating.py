"""What mediators tap and say from the first contact to the recorded end: a part of the switchboard."""

from collections.abc import Callable

from handlers.buttons import Tap, Verb
from handlers.desk import by_phone, ending, mediation, pausing
from handlers.dialogue import Step, Talk

TAPS: dict[Verb, Callable[[Talk, Tap], None]] = {
    Verb.REACHED: mediation.contact,
    Verb.NO_ANSWER: mediation.contact,
    Verb.DAY: mediation.ask_day,
    Verb.DAY_IS: mediation.day_tapped,
    Verb.AGREE: mediation.ask_terms,
    Verb.AGREE_OK: mediation.confirmed,
    Verb.AGREE_REDO: mediation.redo,
    Verb.INVITE: mediation.invite,
    Verb.END: ending.which,
    Verb.OUTCOME: ending.outcome,
    Verb.ORGAN: ending.organ,
    Verb.END_OK: ending.confirmed,
    Verb.APPROVE: ending.approve,
    Verb.NOT_APPROVED: ending.ask_why_not,
    Verb.CONTEST: ending.contest,
    Verb.NOBODY_HOME: pausing.nobody_home,
    Verb.ASK_SETTLED: pausing.ask_settled,
    Verb.SETTLED: pausing.settled,
    Verb.SUSPEND: pausing.ask_suspend_why,
    Verb.SUSPEND_WHY: pausing.suspend,
    Verb.RESUME: pausing.resume,
    Verb.EXTEND: pausing.ask_extend_why,
    Verb.EXTEND_TO: pausing.extend,
    Verb.REFER: pausing.ask_refer_organ,
    Verb.REFER_ORGAN: pausing.refer_organ,
    Verb.TAKE_BACK: pausing.ask_take_back,
    Verb.HEARD: by_phone.heard,
}

STEPS: dict[Step, Callable[[Talk], None]] = {
    Step.WHICH_DAY: mediation.day_said,
    Step.AGREE_TERMS: mediation.terms_said,
    Step.AGREE_DAY: mediation.promised_day_said,
    Step.AGREE_CONFIRM: mediation.terms_said,
    Step.END_WORDS: ending.words_said,
    Step.NOT_APPROVED: ending.why_not_said,
    Step.EXTEND_WHY: pausing.extend_why_said,
    Step.REFER_WORDS: pausing.refer_said,
    Step.TAKE_BACK: pausing.take_back_said,
}
