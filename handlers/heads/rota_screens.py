"""What is read about the duty rota: who stands ready now and next, and the hours in which nobody does."""

from cases.views import Name, NoticeView
from handlers.buttons import Tap, Verb
from handlers.cards import Button, Card
from handlers.desk.desk_lines import Row
from handlers.heads.supervise_screens import named
from handlers.words import OFFICES, Html, Say, cut, lines, moment
from locales import P_
from models.vocabulary import Role


def rota(view: NoticeView, say: Say) -> Card:
    facts = view.facts
    now, coming = facts.get("on_duty", []), facts.get("coming", [])
    empty = [_empty(one, say) for one in facts.get("empty", [])]
    more = int(facts.get("more", 0))
    text = lines(
        say(P_("screen", "<b>On duty now</b>")),
        *([_line(one, say) for one in now] or [say(P_("screen", "Nobody."))]),
        say(P_("screen", "<b>Next</b>")) if coming else None,
        *(_line(one, say) for one in coming),
        say(P_("screen", "<b>Nobody is on duty</b>")) if empty else None,
        *empty,
        # L10n: {count} is a number.
        say(P_("screen", "and {count} more"), count=more) if more else None,
    )
    rows: tuple[Row, ...] = tuple(
        (
            say.button(
                # L10n: {who} is an office and a name, {when} is a day and hour.
                P_("staff button", "Instead of {who}, {when}"),
                Tap(Verb.SHIFT, int(one["shift"])),
                who=cut(named(one["who"], say), 24),
                when=say.day_hour(moment(one["starts"])),
            ),
        )
        for one in (*now, *coming)
        if one["shift"]
    )
    return Card(text, say.language, inline=rows)


def shift_to(view: NoticeView, say: Say) -> Card:
    """Who stands there instead?"""
    line, had = view.facts.get("shift") or {}, int(view.facts.get("had", 0))
    rows: list[Row] = [
        (
            Button(
                cut(named(known, say), 40),
                Tap(Verb.SHIFT_TO, int(line.get("shift", 0)), had, str(person_id)),
            ),
        )
        for person_id, *known in view.facts.get("could", [])
    ]
    back = say.button(P_("staff button", "Back to the rota"), Tap(Verb.ROTA, 0))
    asked = (
        P_("screen", "Who is on duty instead?")
        if rows
        else P_("screen", "Nobody else holds this duty and is free then.")
    )
    told = _line(line, say) if line else None
    return Card(lines(told, say(asked)), say.language, inline=(*rows, (back,)))


def shift_given(view: NoticeView, say: Say) -> Card:
    """To whoever stands there now, and to whoever no longer does."""
    facts = view.facts
    title = (
        P_("notice", "You are on duty.")
        if facts.get("mine")
        else P_("notice", "You are no longer on duty then.")
    )
    shift = facts.get("shift")
    if not shift:
        return Card(say(title), say.language)
    zh, ko = shift["area"]
    told = say(
        # L10n: {office} is what the person answers for, {place} where, {first} and {last} are days and hours.
        P_("notice", "{office}, {place}: {first} – {last}"),
        office=say.plain(OFFICES[Role(shift["role"])]),
        place=Name(zh, ko or zh).read_in(say.language),
        first=say.day_hour(moment(shift["starts"])),
        last=say.day_hour(moment(shift["ends"])),
    )
    return Card(lines(say(title), told), say.language)


def _line(one: dict[str, list[str]], say: Say) -> Html:
    zh, ko = one["area"]
    return say(
        # L10n: {who} is an office and a name, {place} the area, {first} and {last} are days and hours.
        P_("screen", "{who} · {place} · {first} – {last}"),
        who=cut(named(one["who"], say), 60),
        place=Name(zh, ko or zh).read_in(say.language),
        first=say.day_hour(moment(one["starts"])),
        last=say.day_hour(moment(one["ends"])),
    )


def _empty(one: list[str], say: Say) -> Html:
    zh, ko, first, last = one
    return say(
        # L10n: {place} is an area, {first} and {last} are days and hours.
        P_("screen", "{place} · {first} – {last}"),
        place=Name(zh, ko or zh).read_in(say.language),
        first=say.day_hour(moment(first)),
        last=say.day_hour(moment(last)),
    )
