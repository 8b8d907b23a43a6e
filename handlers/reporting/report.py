"""A resident reports: what happened, and where. Then a number; everything else is asked after it."""

from cases.urgency import language_of
from handlers.answers import Answer, understood
from handlers.dialogue import Step, Talk
from handlers.heard import Kind
from handlers.reporting import missing, submit, telling
from handlers.screens import Screen
from models.area import Area
from models.vocabulary import (
    Language,
)

_DANGER = (Answer.NO_DANGER, Answer.DANGER)


def door(talk: Talk, *, area: Area | None = None, language: Language | None = None) -> None:
    """The first screen. Language and place come from the poster's code, or are asked."""
    talk.fresh(**({"area_id": area.id} if area else {}))
    talk.person.language = language or talk.person.language
    if talk.person.language is None:
        talk.ask(Step.LANGUAGE, Screen.DOOR_LANGUAGE)
    else:
        missing.ask_matter(talk)


def choose_language(talk: Talk) -> None:
    """Two buttons; a sentence in either language is an answer too, and is the report."""
    said = understood(talk.heard.text, (Answer.CHINESE, Answer.KOREAN))
    if said is not None:
        talk.person.language = Language.KO if said is Answer.KOREAN else Language.ZH
        missing.ask_matter(talk)
        return
    if language_of(talk.heard.text) is None and talk.heard.kind is Kind.TEXT:
        talk.say(Screen.DOOR_LANGUAGE)
        return
    talk.person.language = language_of(talk.heard.text) or Language.ZH
    matter(talk)


def matter(talk: Talk) -> None:
    """What happened: words, a voice message, photos, in any order and number."""
    said = understood(talk.heard.text, _door(talk)) if talk.heard.kind is Kind.TEXT else None
    if said in {Answer.CHINESE, Answer.KOREAN}:
        talk.person.language = Language.KO if said is Answer.KOREAN else Language.ZH
        missing.ask_matter(talk)
    elif said is Answer.BY_PHONE:
        talk.ask(Step.CALL_NUMBER, Screen.ASK_CALL_NUMBER)
    elif said is Answer.ELSEWHERE:
        elsewhere(talk)
    elif telling.hear_matter(talk):
        missing.ask_what_is_missing(talk)
    else:
        talk.say(Screen.NOT_UNDERSTOOD)


def elsewhere(talk: Talk) -> None:
    """It is not about the place of the poster."""
    talk.remember(area_id=None)
    talk.ask(Step.PLACE, Screen.ASK_PLACE)


def voice_danger(talk: Talk) -> None:
    """The gate cannot read a voice: one danger question follows it."""
    said = understood(talk.heard.text, _DANGER)
    if said is None and not telling.hear_matter(talk):
        talk.say(Screen.NOT_UNDERSTOOD)
    elif said is None:
        talk.say(Screen.VOICE_RECEIVED, seconds=talk.answers.get("voice", 0))
    else:
        talk.remember(danger=said is Answer.DANGER)
        if said is Answer.DANGER:
            submit.in_danger(talk)
        else:
            missing.ask_what_is_missing(talk)


def _door(talk: Talk) -> tuple[Answer, ...]:
    """The answers as they stand on the door's keyboard, so that a digit means what is seen."""
    other = Answer.CHINESE if talk.language is Language.KO else Answer.KOREAN
    if talk.answers.get("area_id") is None:
        return (Answer.BY_PHONE, other)
    return (Answer.BY_PHONE, Answer.ELSEWHERE, other)
