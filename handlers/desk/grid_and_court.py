"""What grid officers, judges and their assistants tap and say beside the common desk: a part of the switchboard."""

from collections.abc import Callable

from handlers.buttons import Tap, Verb
from handlers.desk import desk, judge_words, one_by_one, their_office
from handlers.dialogue import Step, Talk
from handlers.grid import officer, officer_desk, together, whistle

TAPS: dict[Verb, Callable[[Talk, Tap], None]] = {
    Verb.KIND: officer.kind_tapped,
    Verb.CONSENTED: officer_desk.consented,
    Verb.NAMED: officer_desk.be_named,
    Verb.RAISE: whistle.ask_why,
    Verb.RAISE_WHY: whistle.why_tapped,
    Verb.VISIT: whistle.ask_found,
    Verb.VISIT_FOUND: whistle.found_tapped,
    Verb.TOGETHER: together.hand_out,
    Verb.LEAVE: together.leave,
    Verb.TAKE_ALL: one_by_one.take_all,
    Verb.ONE_BY_ONE: one_by_one.show_next,
    Verb.TAKE_NEXT: one_by_one.take_and_next,
    Verb.TAKE_FOR: one_by_one.take_for,
    Verb.BACK: one_by_one.ask_back_why,
    Verb.BACK_WHY: one_by_one.give_back,
    Verb.TIE: one_by_one.declare_tie,
    Verb.GUIDE: judge_words.ask,
    Verb.GUIDANCE: judge_words.show,
    **their_office.TAPS,
}


def _visit_words(talk: Talk) -> None:
    """Words to the visit just made; anything later, and whatever is forwarded, is a new matter."""
    if whistle.belongs_to_visit(talk):
        whistle.visit_described(talk)
    elif talk.is_officer:
        officer.heard(talk)
    elif not desk.replied(talk):
        desk.home(talk)


STEPS: dict[Step, Callable[[Talk], None]] = {
    Step.RAISE_WORDS: whistle.why_said,
    Step.VISIT_WORDS: _visit_words,
    Step.GUIDANCE: judge_words.said,
}
