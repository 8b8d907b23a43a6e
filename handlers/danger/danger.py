"""Danger first: the words before any transaction, then the few questions that only the person may answer (laws 10, 13)."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from cases.actions import safety
from cases.actions.intake import Report
from cases.danger_words import Words
from cases.days import hour_of_call
from cases.reading import phone_in, without_phones
from cases.urgency import Gate, gate, language_of
from cases.views import number_of
from cases.workdays import at, civil
from handlers.answers import Answer, understood
from handlers.cards import Card
from handlers.danger.danger_screens import first_words as danger_card
from handlers.dialogue import Step, Talk
from handlers.reporting import telling
from handlers.screens import Screen
from models.case import Case
from models.vocabulary import Channel, SafeChannel

#: Steps of the danger conversation: a new cry is added to the case without starting over.
STEPS = frozenset(
    {
        Step.DANGER,
        Step.DANGER_PLACE,
        Step.PHONE_SEEN,
        Step.SAFE_CHOICE,
        Step.SAFE_NUMBER,
        Step.ERASE,
    }
)
_ASKED_HOW = (Answer.NOW, Answer.AFRAID, Answer.NOT_MEANT)
_ASKED_SEEN = (Answer.SEEN, Answer.NOT_SEEN, Answer.SEEN_UNKNOWN)
_CHOICE_IF_SEEN = (Answer.SAFE_PHONE, Answer.SAFE_SELF, Answer.HELP_ONLY)
_CHOICE_IF_NOT = (Answer.SAFE_HERE, Answer.SAFE_PHONE, Answer.SAFE_SELF)
_ERASE = (Answer.ERASE, Answer.KEEP)


@dataclass(frozen=True, slots=True)
class DangerText:
    """The first words, ready to go out before any transaction, queue or budget."""

    chat_id: int
    card: Card


def first_words(raw: dict[str, Any], words: Words) -> DangerText | None:
    """Read a raw update; on a strong hit, what is to be said at once. Pure."""
    message = raw.get("message") or raw.get("edited_message")
    if not isinstance(message, dict) or message.get("chat", {}).get("type") != "private":
        return None
    text = message.get("text") or message.get("caption") or ""
    if not text or not safety.is_danger(gate(text, words)):
        return None
    return DangerText(message["chat"]["id"], danger_card(language_of(text)))


def cried(talk: Talk, found: Gate) -> None:
    """A strong hit in what somebody wrote: RED effects, in the transaction that follows the first words."""
    talk.danger_said()
    text = talk.heard.text
    if talk.person.language is None:
        talk.person.language = language_of(text)
    again = talk.step in STEPS
    said = "\n".join(words for _, words in talk.answers.get("words", []))
    evidence = list(talk.answers.get("evidence", []))
    if talk.heard.file is not None:
        evidence.append(telling.announce(talk).id)
    case = safety.danger_reported(
        talk.work,
        talk.person,
        key=talk.draft.key,
        text=f"{said}\n{text}" if said else text,
        found=found,
        area_id=talk.answers.get("area_id") or telling.own_grid(talk),
        language=talk.language,
        channel=Channel.GRID_OFFICER if talk.is_officer else Channel.RESIDENT,
        evidence=tuple(evidence),
    )
    if talk.is_officer:  # the grid hears no more of it than the number
        talk.finish()
        talk.say(Screen.CARD, case=case)
        return
    if not again:
        talk.finish()
    talk.go(Step.DANGER)


def said_danger(talk: Talk, report: Report) -> None:
    """The person answered that there is danger: the case is opened RED, and the danger questions follow."""
    talk.danger_said()
    safety.danger_confirmed(talk.work, talk.person, report)
    talk.finish()
    talk.go(Step.DANGER)


def say_again(talk: Talk) -> None:
    """The open question of the danger conversation, once more."""
    screens = {
        Step.DANGER: Screen.DANGER,
        Step.DANGER_PLACE: Screen.DANGER_NOW,
        Step.PHONE_SEEN: Screen.PHONE_SEEN,
        Step.SAFE_CHOICE: Screen.SAFE_CHOICE,
        Step.SAFE_NUMBER: Screen.SAFE_NUMBER,
        Step.ERASE: Screen.HELP_PLACES,
    }
    case = safety.danger_case_of(talk.work, talk.person)
    talk.say(screens[talk.step], case=case, seen=talk.answers.get("seen", True))


def how_are_you(talk: Talk) -> None:
    """In danger now, afraid, or not meant."""
    said = understood(talk.heard.text, _ASKED_HOW)
    if talk.heard.place is not None:
        _place(talk)
    elif said is Answer.NOW:
        safety.danger_now(talk.work, talk.person)
        talk.ask(Step.DANGER_PLACE, Screen.DANGER_NOW)
    elif said is Answer.NOT_MEANT:
        safety.not_meant(talk.work, talk.person)
        talk.fresh()
        talk.ask(Step.MATTER, Screen.NOT_MEANT)
    elif said is Answer.AFRAID:
        case = safety.danger_case_of(talk.work, talk.person)
        talk.ask(Step.PHONE_SEEN, Screen.PHONE_SEEN, case=case)
    else:
        pass_on(talk)
        talk.say(Screen.DANGER)


def in_danger_now(talk: Talk) -> None:
    """Nothing more is asked; a place or words are sent on at once."""
    if talk.heard.place is not None:
        _place(talk)
    else:
        pass_on(talk)
        talk.say(Screen.DANGER_NOW)


def phone_seen(talk: Talk) -> None:
    said = understood(talk.heard.text, _ASKED_SEEN)
    if said is None:
        pass_on(talk)
        talk.say(Screen.PHONE_SEEN)
        return
    seen = said is not Answer.NOT_SEEN
    talk.remember(seen=seen)
    talk.ask(Step.SAFE_CHOICE, Screen.SAFE_CHOICE, seen=seen)


def safe_choice(talk: Talk) -> None:
    seen = talk.answers.get("seen", True)
    said = understood(talk.heard.text, _CHOICE_IF_SEEN if seen else _CHOICE_IF_NOT)
    if said is Answer.SAFE_PHONE:
        talk.ask(Step.SAFE_NUMBER, Screen.SAFE_NUMBER)
    elif said is Answer.SAFE_SELF:
        _chosen(talk, SafeChannel.SELF, Screen.SAFE_SELF)
    elif said is Answer.SAFE_HERE:
        _chosen(talk, SafeChannel.HERE, Screen.SAFE_HERE)
    elif said is Answer.HELP_ONLY:
        _chosen(talk, SafeChannel.HELP_ONLY, Screen.HELP_PLACES)
    else:
        pass_on(talk)
        talk.say(Screen.SAFE_CHOICE, seen=seen)


def safe_number(talk: Talk) -> None:
    """The number and hour, as written; a number is all that is needed."""
    contact = talk.heard.phone or talk.heard.text
    if phone_in(contact) is None:
        pass_on(talk)
        talk.say(Screen.SAFE_NUMBER)
        return
    hour = _hour_in(contact, talk)
    case = safety.choose_channel(
        talk.work, talk.person, SafeChannel.PHONE, contact=contact, hour=hour
    )
    if case is not None:
        talk.ask(
            Step.ERASE,
            Screen.SAFE_CALL_PROMISED,
            case=case,
            number=number_of(case).short,
            rota=safety.rota_loaded(talk.work, case, hour),
        )


def erase(talk: Talk) -> None:
    """Delete the conversation of the last 48 hours, hers and ours; the report stays."""
    said = understood(talk.heard.text, _ERASE)
    if said is Answer.ERASE:
        ids = [*safety.messages_to_erase(talk.work, talk.person), talk.heard.message_id]
        safety.chat_erased(talk.work, talk.person)
        talk.fresh()
        talk.ask(Step.MATTER, Screen.ERASED, erase=sorted(set(ids)))
    elif said is Answer.KEEP:
        talk.fresh()
        talk.ask(Step.MATTER, Screen.GREETING)
    else:
        pass_on(talk)
        case = safety.danger_case_of(talk.work, talk.person)
        if case is not None:
            talk.say(
                Screen.SAFE_CALL_PROMISED
                if case.safe_channel is SafeChannel.PHONE
                else Screen.HELP_PLACES,
                case=case,
                number=number_of(case).short,
                rota=safety.rota_loaded(talk.work, case, _hour_in(case.safe_contact or "", talk)),
            )


def _chosen(talk: Talk, channel: SafeChannel, screen: Screen) -> None:
    case = safety.choose_channel(talk.work, talk.person, channel)
    number = number_of(case).short if case else ""
    talk.ask(Step.ERASE, screen, case=case, number=number)


def _place(talk: Talk) -> None:
    latitude, longitude = talk.heard.place or (0.0, 0.0)
    safety.add_place(talk.work, talk.person, f"{latitude:.5f}, {longitude:.5f}")
    talk.ask(Step.DANGER_PLACE, Screen.PLACE_THANKS)


def pass_on(talk: Talk) -> None:
    """Whatever else is written goes to the one who answers for the case, as written."""
    case: Case | None = safety.danger_case_of(talk.work, talk.person)
    if case is not None and talk.heard.file is not None:
        file = telling.announce(talk, case)
        safety.more_said(talk.work, talk.person, case, f"[{file.kind}]")
    if case is not None and talk.heard.text:
        safety.more_said(talk.work, talk.person, case, talk.heard.text)


def _hour_in(text: str, talk: Talk) -> datetime | None:
    """The hour that was written, today or tomorrow; None when none was."""
    hour = hour_of_call(without_phones(text))
    if hour is None:
        return None
    today = civil(talk.work.now).date()
    moment = at(today, hour)
    return moment if moment > talk.work.now else at(today + timedelta(days=1), hour)
