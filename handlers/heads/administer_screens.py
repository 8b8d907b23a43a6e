"""What the administrator reads: people of the roster, their duties, and numbers of cases; nothing of any case."""

from cases.views import Name, NoticeView
from handlers.buttons import Tap, Verb
from handlers.cards import Button, Card
from handlers.desk.desk_lines import Row
from handlers.heads.supervise_screens import (
    named,
    page_rows,
    rota_button,
    turning,
    who_button,
)
from handlers.words import OFFICES, Html, Say, cut, lines
from locales import P_, Word
from models.vocabulary import Role

_WHAT: dict[str, Word] = {
    "invite": P_("staff button", "Invite: {count}"),
    "retire": P_("staff button", "Somebody leaves: {count}"),
    "duties": P_("staff button", "Duties: {count}"),
}

_WHOM: dict[str, tuple[Word, Verb]] = {
    "invite": (P_("screen", "Who has not joined yet: who gets a link?"), Verb.LINK),
    "retire": (P_("screen", "Who leaves?"), Verb.RETIRE),
    "duties": (P_("screen", "Whose duties?"), Verb.DUTIES),
}


def admin_home(view: NoticeView, say: Say) -> Card:
    rows = tuple(
        (Button(say.label(word, count=view.facts.get(what, 0)), Tap(Verb.PEOPLE, 0, 0, what)),)
        for what, word in _WHAT.items()
    )
    office: tuple[Row, ...] = ()
    if view.facts.get("office"):
        word = P_("staff button", "Tables in a browser")
        office = ((say.button(word, Tap(Verb.BACK_OFFICE, 0)),),)
    inline = (*rows, (rota_button(say), who_button(say)), *office, *page_rows(view, say))
    return Card(say(P_("screen", "Roster")), say.language, inline=inline)


def people(view: NoticeView, say: Say) -> Card:
    what = str(view.facts.get("what", "duties"))
    asked, verb = _WHOM.get(what, _WHOM["duties"])
    rows: list[Row] = []
    for one in _list(view, "people"):
        person_id, *known = one
        label = cut(named(known, say), 40) or str(person_id)
        rows.append((Button(label, Tap(verb, int(person_id))),))
    pages = turning(view, say, lambda page: Tap(Verb.PEOPLE, page, 0, what))
    return Card(say(asked), say.language, inline=(*rows, *pages, _back(say)))


def staff_link(view: NoticeView, say: Say) -> Card:
    text = lines(
        say(
            # L10n: {who} is an office and a name.
            P_("screen", "For {who}. It works once, for three days; it is not shown again."),
            who=_who(view, say),
        ),
        say(
            # L10n: Read by a handler; {link} is an address.
            P_("screen", "{link}"),
            link=str(view.facts.get("link", "")),
        ),
        say(
            # L10n: Read aloud by the administrator; {code} is eight digits.
            P_("screen", "Said aloud: {code}. It is typed to the bot after START or /join."),
            code=str(view.facts["code"]),
        )
        if view.facts.get("code")
        else None,
    )
    return Card(text, say.language)


def office_link(view: NoticeView, say: Say) -> Card:
    """The way into the back office; without an address, who can open one."""
    link = str(view.facts.get("link", ""))
    if not link:
        off = P_(
            "screen",
            "The tables in a browser are switched off. Whoever runs the bot can switch them on.",
        )
        return Card(say(off), say.language)
    text = lines(
        say(
            P_(
                "screen",
                "The tables of areas, people and duties. The link works once, for ten minutes; give it to nobody.",
            )
        ),
        say(
            # L10n: Read by a handler; {link} is an address.
            P_("screen", "{link}"),
            link=link,
        ),
    )
    return Card(text, say.language)


def retire_ask(view: NoticeView, say: Say) -> Card:
    person = int(view.facts.get("whose", 0))
    text = lines(
        say(
            # L10n: {who} is an office and a name, {count} a number.
            P_("screen", "{who} leaves. Open cases that go on to others: {count}"),
            who=_who(view, say),
            count=view.facts.get("count", 0),
        ),
        _numbers(view, say),
        say(P_("screen", "All duties end at once, and the account is no longer of the office.")),
    )
    sure = say.button(P_("staff button", "Yes, hand over"), Tap(Verb.RETIRE_OK, person))
    return Card(text, say.language, inline=((sure,), _back(say)))


def retired(view: NoticeView, say: Say) -> Card:
    text = lines(
        say(
            # L10n: {who} is an office and a name, {count} a number.
            P_("screen", "{who} has left. Cases handed over: {count}"),
            who=_who(view, say),
            count=view.facts.get("count", 0),
        ),
        _numbers(view, say),
    )
    return Card(text, say.language, inline=(_back(say),))


def duties(view: NoticeView, say: Say) -> Card:
    person = int(view.facts.get("whose", 0))
    rows: list[Row] = []
    told: list[Html] = []
    for one in _list(view, "duties"):
        if len(one) != 4:  # noqa: PLR2004 - id, role, two names
            continue
        duty_id, role, zh, ko = one
        place, office = Name(zh, ko).read_in(say.language), say.plain(OFFICES[Role(role)])
        # L10n: Read by a handler; {place} is the place, from the street down, {office} is what the person answers for.
        told.append(say(P_("screen", "{place}, {office}"), place=place, office=office))
        # L10n: {office} is what the person answers for, {place} where.
        word = P_("staff button", "End: {place}, {office}")
        rows.append(
            (say.button(word, Tap(Verb.END_DUTY, int(duty_id)), place=place, office=office),)
        )
    more = say.button(P_("staff button", "Give a duty"), Tap(Verb.GIVE_ROLE, person))
    # L10n: {who} is an office and a name.
    title = say(P_("screen", "Duties of {who}"), who=_who(view, say))
    nothing = None if told else say(P_("screen", "None."))
    text = lines(title, *told, nothing)
    return Card(text, say.language, inline=(*rows, (more,), _back(say)))


def give_role(view: NoticeView, say: Say) -> Card:
    person = int(view.facts.get("whose", 0))
    rows = tuple(
        (say.button(OFFICES[Role(role)], Tap(Verb.GIVE_WHERE, person, 0, str(number))),)
        for number, role in enumerate(view.facts.get("roles", []))
    )
    # L10n: {who} is an office and a name.
    asked = say(P_("screen", "Which duty for {who}?"), who=_who(view, say))
    return Card(asked, say.language, inline=(*rows, _back(say)))


def give_where(view: NoticeView, say: Say) -> Card:
    facts = view.facts
    person = int(facts.get("whose", 0))
    number = facts.get("number", 0)
    number = number if isinstance(number, int) else 0
    rows: list[Row] = []
    for area_id, zh, ko, *is_last in facts.get("areas", []):
        verb = Verb.GIVE if any(is_last) else Verb.GIVE_WHERE
        tap = Tap(verb, person, 0, f"{number}-{area_id}")
        rows.append((Button(Name(zh, ko).read_in(say.language), tap),))
    here_id = facts.get("area_id")
    pages = turning(
        view,
        say,
        lambda page: Tap(Verb.GIVE_WHERE, person, 0, f"{number}-{here_id or 0}-{page}"),
    )
    here: tuple[Row, ...] = ()
    if here_id and facts.get("whole"):
        word = P_("staff button", "For all of it")
        here = ((say.button(word, Tap(Verb.GIVE, person, 0, f"{number}-{here_id}")),),)
    place = say.place(view.place) if view.place and here_id else ""
    asked = P_("screen", "For which area?")
    if not rows and not here:
        asked = P_("screen", "This duty is for a smaller area, and none is known here yet.")
    text = lines(
        say(asked),
        # L10n: {place} is the name of a place.
        say(P_("screen", "{place}"), place=place) if place else None,
    )
    return Card(text, say.language, inline=(*rows, *pages, *here, _back(say)))


def _who(view: NoticeView, say: Say) -> str:
    return cut(named(view.facts.get("who"), say), 60) or "–"


def _numbers(view: NoticeView, say: Say) -> Html | None:
    numbers = view.facts.get("shorts", [])
    if not numbers:
        return None
    # L10n: {numbers} are short case numbers.
    return say(P_("screen", "Numbers: {numbers}"), numbers=say.list(numbers))


def _list(view: NoticeView, name: str) -> list[list[str]]:
    found = view.facts.get(name, [])
    return [one for one in found if isinstance(one, list)] if isinstance(found, list) else []


def _back(say: Say) -> Row:
    return (say.button(P_("staff button", "Back to the desk"), Tap(Verb.PAGE, 0, 0, "admin")),)
