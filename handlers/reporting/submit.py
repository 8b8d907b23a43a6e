"""The card that names who will see the report, and what its buttons do: send, correct, throw away, or "there is danger"."""

from cases import consents, drafts
from cases.actions import intake
from cases.sensitive import NUMBERS, kinds
from handlers.answers import Answer, named, understood
from handlers.buttons import Tap, Verb
from handlers.danger import danger
from handlers.dialogue import Step, Talk
from handlers.heard import Kind
from handlers.numbers import telephone_in
from handlers.reporting import after_number, attachments, missing, telling
from handlers.screens import Screen
from locales import P_, languages, translator
from models.case import Case
from models.vocabulary import Channel, Sensitive

_TYPED = {
    Verb.SUBMIT: P_("button", "Submit"),
    Verb.FIX: P_("button", "Change something"),
    Verb.DISCARD: P_("button", "Do not submit"),
}
_FIX = (Answer.FIX_MATTER, Answer.FIX_PLACE, Answer.FIX_NOTHING)
_FIX_WITH_FILES = (Answer.FIX_MATTER, Answer.FIX_PLACE, Answer.FIX_FILES)


def more_before_submit(talk: Talk) -> None:
    """Whatever comes before the submit belongs to the report; the card is said anew. A button's word may be typed."""
    typed = talk.heard.text.strip() if talk.heard.kind is Kind.TEXT else ""
    for verb, word in _TYPED.items():
        if talk.step is Step.SUBMIT and typed in {
            translator(code).word(word) for code in languages()
        }:
            _DO[verb](talk, Tap(verb, talk.person.id, talk.draft.turn))
            return
    if telling.hear_matter(talk):
        missing.ask_what_is_missing(talk)
    else:
        talk.say(Screen.NOT_UNDERSTOOD)


def fix(talk: Talk) -> None:
    offered = _FIX_WITH_FILES if talk.answers.get("evidence") else _FIX
    said = understood(talk.heard.text, offered) if talk.heard.kind is Kind.TEXT else None
    if said is None and named(talk.heard.text) & {Answer.FIX_FILES, Answer.FIX_NOTHING}:
        missing.ask_what_is_missing(talk)  # a key of an older keyboard of this question
    elif said is Answer.FIX_MATTER:
        talk.remember(replace=True)  # the old words stay until there are new ones
        missing.ask_matter(talk, again=True)
    elif said is Answer.FIX_PLACE:
        talk.remember(area_id=None, place_unknown=False)
        talk.ask(Step.PLACE, Screen.ASK_PLACE)
    elif said is Answer.FIX_FILES:
        attachments.show(talk)
    elif said is Answer.FIX_NOTHING or telling.hear_matter(talk):
        missing.ask_what_is_missing(talk)
    else:
        ask_fix(talk)


def ask_fix(talk: Talk) -> None:
    talk.ask(Step.FIX, Screen.FIX, attached=len(talk.answers.get("evidence", [])))


def call_number(talk: Talk) -> None:
    """A number is a report too: somebody calls."""
    phone = telephone_in(talk)
    if phone is None:
        if talk.heard.kind in {Kind.TEXT, Kind.VOICE, Kind.PHOTO}:
            more_before_submit(talk)
        else:
            talk.say(Screen.ASK_CALL_NUMBER, others=talk.heard.kind is Kind.CONTACT)
        return
    talk.person.phone = phone
    case = intake.open_case(talk.work, _report(talk, phone=phone), talk.person)
    _after_number(talk, case)


def tapped_submit(talk: Talk, tap: Tap) -> None:
    """The report gets its number; a second tap finds the case that the first one opened."""
    if not _current(talk, tap):
        missing.tell_where_it_stands(talk)
        return
    case = intake.open_case(talk.work, _report(talk), talk.person)
    agreed = frozenset(Sensitive(what) for what in talk.answers.get("agreed", []))
    consents.give(talk.work, case, talk.person, agreed)
    _after_number(talk, case)


def tapped_show(talk: Talk, tap: Tap) -> None:
    """What is sensitive may be shown to those named above, or no more; the card says what they will read."""
    if not _current(talk, tap):
        missing.tell_where_it_stands(talk)
        return
    held = sorted(kinds(telling.words_of(talk)) - NUMBERS)
    talk.remember(agreed=held if tap.arg == "yes" else [])
    missing.submit_card(talk)


def tapped_fix(talk: Talk, tap: Tap) -> None:
    if _current(talk, tap):
        ask_fix(talk)
    else:
        missing.tell_where_it_stands(talk)


def tapped_discard(talk: Talk, tap: Tap) -> None:
    if _current(talk, tap):
        drafts.drop(talk.work, talk.draft, by_person=True)
        talk.finish()
        talk.say(Screen.DISCARDED)
    else:
        missing.tell_where_it_stands(talk)


def tapped_weak(talk: Talk, tap: Tap) -> None:
    """Is somebody in danger? "No" never cancels the human reading; yes is danger."""
    if not _current(talk, tap):
        missing.tell_where_it_stands(talk)
    elif tap.verb.endswith("yes"):
        in_danger(talk)
    else:
        talk.remember(weak="no")
        missing.submit_card(talk)


def _report(talk: Talk, *, phone: str | None = None, danger: bool = False) -> intake.Report:
    answers = talk.answers
    return intake.Report(
        key=talk.draft.key,
        area_id=answers.get("area_id"),
        language=talk.language,
        channel=Channel.RESIDENT,
        matter=telling.words_of(talk) or None,
        evidence=tuple(answers.get("evidence", [])),
        phone=phone,
        danger=danger,
        doubtful=danger,
        earlier_id=answers.get("earlier"),
    )


def _after_number(talk: Talk, case: Case) -> None:
    """The receipt is written by the action; then one question, which may be ignored."""
    talk.finish(case_id=case.id)
    after_number.begin(talk, case)


def in_danger(talk: Talk) -> None:
    """The person says that there is danger: RED at once, and the danger questions."""
    danger.said_danger(talk, _report(talk, danger=True))


def _current(talk: Talk, tap: Tap) -> bool:
    return tap.id == talk.person.id and tap.turn == talk.draft.turn


_DO = {Verb.SUBMIT: tapped_submit, Verb.FIX: tapped_fix, Verb.DISCARD: tapped_discard}
