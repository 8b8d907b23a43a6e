"""What a head reads about who would get a case: judge, mediator, who follows, and why each."""

from collections.abc import Iterator
from typing import Any

from cases.routing import Why
from cases.views import Name, NoticeView
from handlers.buttons import Tap, Verb
from handlers.cards import Button, Card
from handlers.desk.desk_lines import Row
from handlers.heads.deciding_screens import WHY
from handlers.heads.supervise_screens import named
from handlers.words import CATEGORIES, Html, Say, cut, lines, moment
from locales import P_, Word
from models.vocabulary import Category, Language

_NEAR = frozenset({Why.OWN_GRID, Why.OWN_COMMUNITY, Why.AREA_ABOVE})
_HOUR = 60

_THEN = P_("word", "if nobody before takes it")
_ANY_KIND = P_("word", "any kind")
_KOREAN, _CHINESE = P_("word", "reported in Korean"), P_("word", "reported in Chinese")
_DANGER = P_("word", "danger")


def who_place(view: NoticeView, say: Say) -> Card:
    choices = view.facts.get("areas", [])
    before: Word | None = None
    if choices:
        before = P_("screen", "Which one?")
    elif view.facts.get("none"):
        before = P_("screen", "No such place among your areas.")
    asked = P_("screen", "Who would get it? Please write the place: a street, a village, a grid.")
    rows: tuple[Row, ...] = tuple(
        (Button(cut(_place_of(zh, ko, above, say), 40), Tap(Verb.WHO, int(area_id))),)
        for area_id, zh, ko, *above in choices
    )
    return Card(lines(say(before) if before else None, say(asked)), say.language, inline=rows)


def who_gets(view: NoticeView, say: Say) -> Card:
    facts = view.facts
    area, wanted = int(facts.get("area_id", 0)), str(facts.get("wanted", ""))
    text = lines(
        say(
            # L10n: {place} is the place, from the street down, {what} are short words: kind, language, danger.
            P_("screen", "<b>Who would get this</b>: {place} · {what}"),
            place=say.place(view.place) if view.place else "",
            what=say.list(_what(facts, say)),
        ),
        say(P_("screen", "<b>Judge</b>")),
        *_numbered(facts.get("judges", []), say),
        say(P_("screen", "<b>Mediator</b>")),
        *_numbered(facts.get("mediators", []), say),
        say(P_("screen", "<b>Together with</b>")) if facts.get("team") else None,
        *(_line(one, say) for one in facts.get("team", [])),
        _climb(facts, say),
    )
    kind = say.button(P_("staff button", "Another kind"), Tap(Verb.WHO_KIND, area, 0, wanted))
    korean = facts.get("language") == Language.KO
    spoken = say.button(
        P_("staff button", "If in Chinese") if korean else P_("staff button", "If in Korean"),
        Tap(Verb.WHO, area, 0, str(facts.get("other_language", ""))),
    )
    level = say.button(
        P_("staff button", "If no danger")
        if facts.get("red")
        else P_("staff button", "If danger"),
        Tap(Verb.WHO, area, 0, str(facts.get("other_level", ""))),
    )
    place = say.button(P_("staff button", "Another place"), Tap(Verb.WHO, 0))
    parts = tuple(
        (
            Button(
                cut(Name(zh, ko or zh).read_in(say.language), 40),
                Tap(Verb.WHO, int(one), 0, wanted),
            ),
        )
        for one, zh, ko in facts.get("areas", [])
    )
    return Card(text, say.language, inline=(*parts, (kind,), (spoken, level), (place,)))


def who_kinds(view: NoticeView, say: Say) -> Card:
    area = int(view.facts.get("area_id", 0))
    buttons = [
        say.button(
            CATEGORIES[Category(code)] if code in set(Category) else _ANY_KIND,
            Tap(Verb.WHO, area, 0, str(wanted)),
        )
        for code, wanted in view.facts.get("choices", [])
    ]
    rows = tuple(tuple(buttons[start : start + 2]) for start in range(0, len(buttons), 2))
    return Card(say(P_("screen", "Of which kind?")), say.language, inline=rows)


def _what(facts: dict[str, Any], say: Say) -> Iterator[str]:
    category = facts.get("category")
    yield say.plain(CATEGORIES[Category(category)] if category else _ANY_KIND)
    yield say.plain(_KOREAN if facts.get("language") == Language.KO else _CHINESE)
    if facts.get("red"):
        yield say.plain(_DANGER)


def _numbered(found: list[dict[str, Any]], say: Say) -> Iterator[Html]:
    if not found:
        yield say(P_("screen", "Nobody."))
    for number, one in enumerate(found, 1):
        # L10n: {number} is a place in line, {line} an office, a name and reasons.
        yield say(P_("screen", "{number}. {line}"), number=number, line=_line(one, say))


def _line(one: dict[str, Any], say: Say) -> Html:
    return say(
        # L10n: Read by heads; {who} is an office and a name, {why} are short reasons.
        P_("screen", "{who}: {why}"),
        who=cut(named(one["who"], say), 60),
        why=say.list(_reasons(one, say)),
    )


def _reasons(one: dict[str, Any], say: Say) -> Iterator[str]:
    zh, ko = one["area"]
    for code in one["why"]:
        why = Why(code)
        if why in _NEAR:
            yield Name(zh, ko or zh).read_in(say.language)
        elif why is Why.ON_SHIFT and one.get("until"):
            # L10n: Read by a handler; {until} is a day and hour.
            yield say.label(
                P_("card", "on duty until {until}"), until=say.until(moment(one["until"]))
            )
        else:
            yield say.plain(_THEN if why is Why.NEXT_IN_LINE else WHY[why])


def _climb(facts: dict[str, Any], say: Say) -> Html | None:
    """When it goes on to the next, and who is told."""
    minutes = int(facts.get("minutes", 0))
    if not minutes or not facts.get("climbs"):
        return None
    word = P_("word", "{count} minutes") if minutes < _HOUR else P_("word", "{count} hours")
    heads = [named(one["who"], say) for one in (*facts.get("heads", []), *facts.get("court", []))]
    return say(
        # L10n: {term} is a length of time, {heads} are offices and names.
        P_(
            "screen",
            "Whoever has not taken it after {term}: it goes on to the next, and {heads} are told.",
        ),
        term=say.label(word, count=minutes if minutes < _HOUR else minutes // _HOUR),
        heads=say.list(dict.fromkeys(cut(one, 60) for one in heads)) or "–",
    )


def _place_of(zh: str, ko: str, above: list[str], say: Say) -> str:
    own = Name(zh, ko or zh).read_in(say.language)
    upper = Name(above[0], above[1] or above[0]).read_in(say.language) if len(above) > 1 else ""
    gap = "" if say.language is Language.ZH else " "
    return f"{upper}{gap}{own}".strip()
