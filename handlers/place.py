"""Where it happened: a pin, a typed name in either language, a button, or "I don't know". The person always confirms."""

from cases import areas
from handlers import missing, telling
from handlers.answers import Answer, understood
from handlers.dialogue import Step, Talk
from handlers.heard import Kind
from handlers.screens import Screen
from models.area import Area

_PLACE = (Answer.SEND_PLACE, Answer.PLACE_UNKNOWN)
_FOUND = (Answer.PLACE_YES, Answer.PLACE_NO)


def ask(talk: Talk) -> None:
    talk.ask(Step.PLACE, Screen.ASK_PLACE)


def said(talk: Talk) -> None:
    """A pin, a typed name, or "I don't know"."""
    heard = talk.heard
    chosen = _chosen(talk) if heard.kind is Kind.TEXT else []
    asked = heard.kind is Kind.TEXT and not chosen
    answer = understood(heard.text, _PLACE) if asked else None
    if answer is Answer.PLACE_UNKNOWN:
        talk.remember(area_id=None, place_unknown=True)
        missing.ask_what_is_missing(talk)
    elif heard.place is not None:
        area = areas.by_point(talk.work, *heard.place)
        _confirm_place(talk, [area] if area else [], "")
    elif heard.kind is Kind.TEXT:
        _confirm_place(talk, chosen or areas.by_name(talk.work, heard.text), heard.text)
    elif telling.hear_matter(talk):
        talk.say(Screen.ASK_PLACE)
    else:
        talk.say(Screen.NOT_UNDERSTOOD)


def confirmed(talk: Talk) -> None:
    answer = understood(talk.heard.text, _FOUND) if talk.heard.kind is Kind.TEXT else None
    if answer is Answer.PLACE_YES:
        talk.remember(area_id=talk.answers["found_id"])
        missing.ask_what_is_missing(talk)
    elif answer is Answer.PLACE_NO:
        talk.ask(Step.PLACE, Screen.ASK_PLACE)
    else:
        said(talk)


def _confirm_place(talk: Talk, found: list[Area], typed: str) -> None:
    if len(found) == 1:
        talk.remember(found_id=found[0].id)
        talk.ask(Step.PLACE_CONFIRM, Screen.PLACE_FOUND, area_id=found[0].id)
    elif found:
        choices = [[area.id, area.name_zh, area.name_ko] for area in found]
        talk.remember(choices=choices)
        talk.ask(Step.PLACE, Screen.PLACE_CHOICES, areas=choices)
    else:
        again = talk.answers.get("not_found", 0)
        talk.remember(not_found=again + 1)
        if talk.heard.text:
            # no place: then it is more of what happened, and nothing is lost
            telling.keep_words(talk)
        talk.ask(Step.PLACE, Screen.ASK_PLACE, not_found=typed[:40] or None, hold=again > 0)


def _chosen(talk: Talk) -> list[Area]:
    """The place button that was tapped, if it was one."""
    said = talk.heard.text.strip()
    choices = talk.answers.get("choices", [])
    ids = [
        area_id
        for number, (area_id, zh, ko) in enumerate(choices, start=1)
        if said in {zh, ko, str(number)}
    ]
    return [talk.work.session.get_one(Area, ids[0])] if ids else []
