"""Where it happened: a pin, a typed name in either language, a button, or "I don't know". The person always confirms."""

from cases import areas
from handlers.answers import Answer, understood
from handlers.dialogue import Step, Talk
from handlers.heard import Kind
from handlers.reporting import missing, telling
from handlers.screens import Screen
from models.area import Area
from models.vocabulary import AreaLevel, Language

#: "More" may stand on an old keyboard still: then it opens the list.
_PLACE = (Answer.SEND_PLACE, Answer.PLACE_LIST, Answer.PLACE_UNKNOWN, Answer.PLACE_MORE)
_LISTED = (Answer.PLACE_MORE, Answer.PLACE_UNKNOWN, Answer.PLACE_LIST, Answer.SEND_PLACE)
_FINEST = frozenset({AreaLevel.GRID, AreaLevel.MICRO_GRID})
_BROWSED = frozenset(AreaLevel) - _FINEST
_FOUND = (Answer.PLACE_YES, Answer.PLACE_NO)
_PAGE = 6  # places of a page: with "more" and "I don't know" eight buttons


def ask(talk: Talk) -> None:
    talk.ask(Step.PLACE, Screen.ASK_PLACE)


def said(talk: Talk) -> None:
    """A pin, a typed name, a place of the list, or "I don't know"."""
    heard = talk.heard
    chosen = _chosen(talk) if heard.kind is Kind.TEXT else []
    asked = heard.kind is Kind.TEXT and not chosen
    offered = _LISTED if talk.answers.get("choices") else _PLACE
    answer = understood(heard.text, offered) if asked else None
    if answer is Answer.PLACE_UNKNOWN:
        talk.remember(area_id=None, place_unknown=True)
        missing.ask_what_is_missing(talk)
    elif answer is Answer.PLACE_LIST:
        _browse(talk, None, 0)
    elif answer is Answer.PLACE_MORE:
        here, page = talk.answers.get("browsing") or (None, -1)
        _browse(talk, here, page + 1)
    elif chosen and talk.answers.get("browsing"):
        _step_into(talk, chosen[0])
    elif heard.place is not None:
        _confirm_place(talk, areas.around(talk.work, *heard.place), "")
    elif heard.kind is Kind.TEXT:
        _confirm_place(talk, chosen or areas.by_name(talk.work, heard.text), heard.text)
    elif telling.hear_matter(talk):
        talk.say(Screen.ASK_PLACE)
    else:
        talk.say(Screen.NOT_UNDERSTOOD)


def _browse(talk: Talk, here: int | None, page: int) -> None:
    """One level of the tree. A level of one place (one county) is passed over; after the last page comes the first."""
    found = areas.within(talk.work, here)
    while len(found) == 1 and (inside := areas.within(talk.work, found[0].id)):
        here, found = found[0].id, inside
    found = [*_itself(talk, here), *found]
    pages = max(1, -(-len(found) // _PAGE))
    page %= pages
    choices = [
        [area.id, area.name_zh, area.name_ko] for area in found[page * _PAGE : (page + 1) * _PAGE]
    ]
    talk.remember(choices=choices, browsing=[here, page])
    talk.ask(Step.PLACE, Screen.PLACE_LIST, areas=choices, more=pages > 1)


def _step_into(talk: Talk, area: Area) -> None:
    """Further in, as far as the grid; who taps the community that heads its own list means all of it."""
    itself = talk.answers["browsing"][0] == area.id
    if area.level in _BROWSED and not itself and areas.within(talk.work, area.id):
        _browse(talk, area.id, 0)
    else:
        talk.remember(browsing=None)
        _confirm_place(talk, [area], "")


def _itself(talk: Talk, here: int | None) -> list[Area]:
    """A community stands before its grids, for whoever does not know the grid."""
    area = talk.work.session.get(Area, here) if here else None
    return [area] if area is not None and area.level is AreaLevel.COMMUNITY else []


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
        choices = [[area.id, *_label(area, found)] for area in found]
        talk.remember(choices=choices, browsing=None)
        talk.ask(Step.PLACE, Screen.PLACE_CHOICES, areas=choices)
    else:
        again = talk.answers.get("not_found", 0)
        talk.remember(not_found=again + 1)
        if talk.heard.text:
            # no place: then it is more of what happened, and nothing is lost
            telling.keep_words(talk)
        talk.ask(
            Step.PLACE,
            Screen.ASK_PLACE,
            not_found=typed[:40] or None,
            abroad=telling.is_abroad(talk),
            hold=again > 0,
        )


def _label(area: Area, among: list[Area]) -> tuple[str, str]:
    """Its name; with the place above it where a name would stand there twice, or says nothing by itself."""
    zh, ko = area.name_zh, area.name(Language.KO)
    same = [one for one in among if one.name_zh == zh]
    if area.parent is None or (len(same) == 1 and area.level not in _FINEST):
        return zh, ko
    return f"{area.parent.name_zh}{zh}", f"{area.parent.name(Language.KO)} {ko}"


def _chosen(talk: Talk) -> list[Area]:
    """The place button that was tapped, if it was one."""
    said = talk.heard.text.strip()
    choices = talk.answers.get("choices", [])
    ids = [
        area_id
        for number, (area_id, zh, ko) in enumerate(choices, start=1)
        if said in {zh, ko or zh, str(number)}
    ]
    return [talk.work.session.get_one(Area, ids[0])] if ids else []
