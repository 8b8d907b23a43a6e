"""What a grid officer reads when blowing the whistle: what was understood, line by line, and one tap."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from cases.views import NoticeView
from handlers.buttons import Tap, Verb
from handlers.cards import Button, Card
from handlers.words import CATEGORIES, WAGES, Html, Say, cut, lines
from locales import P_, Word
from models.vocabulary import (
    Category,
    Level,
)

#: What can be corrected; the code is the button's argument.
LINES: dict[str, Word] = {
    "matter": P_("staff button", "Matter"),
    "kind": P_("staff button", "Kind"),
    "people": P_("staff button", "People"),
    "amount": P_("staff button", "Amount"),
    "place": P_("staff button", "Place"),
    "other": P_("staff button", "Other side"),
}


_NEW_VALUES: dict[str, Word] = {
    "matter": P_("screen", "Please write what happened, in one sentence."),
    "people": P_("screen", "Please write how many people, for example 12."),
    "amount": P_("screen", "Please write the amount in yuan, for example 186000."),
    "place": P_(
        "screen",
        "Please write the name of the street, community, village or grid, or send a location.",
    ),
    "other": P_(
        "screen", "Please write who the other side is, and the telephone number if known."
    ),
}


#: How soon judge and mediator report in (rule book 6.4); an ordinary case waits for the morning's card.
_TERMS: dict[Level, Word] = {
    Level.RED:
    # L10n: Read by a grid officer; {level} is the mark of the level.
    P_("screen", "Level {level}: judge and mediator report in within 15 minutes."),
    Level.ORANGE:
    # L10n: Read by a grid officer; {level} is the mark of the level.
    P_("screen", "Level {level}: judge and mediator report in within 2 hours."),
    Level.YELLOW:
    # L10n: Read by a grid officer; {level} is the mark of the level.
    P_("screen", "Level {level}: judge and mediator report in."),
    Level.GREEN:
    # L10n: Read by a grid officer; {level} is the mark of the level.
    P_("screen", "Level {level}: judge and mediator report in."),
}


def officer_card(view: NoticeView, say: Say) -> Card:
    facts = view.facts
    owner, turn = int(facts.get("owner", view.reader.id)), int(facts.get("turn", 0))
    level = Level(facts.get("level") or Level.YELLOW)
    text = lines(
        say(
            P_(
                "screen",
                "This is how it was read, please have a look (what is wrong can be changed):",
            )
        ),
        *_read_lines(view, say),
        say(_TERMS[level], level=say.level(level)),
        _do_they_know(facts, say),
    )
    return Card(
        text,
        say.language,
        inline=(
            (
                say.button(
                    P_("staff button", "They agreed, blow the whistle"),
                    Tap(Verb.AGREED, owner, turn),
                ),
            ),
            (
                say.button(
                    P_("staff button", "Not asked yet, whistle first"),
                    Tap(Verb.NOT_ASKED, owner, turn),
                ),
            ),
            (say.button(P_("staff button", "Change a line"), Tap(Verb.FIX, owner, turn)),),
        ),
    )


def _read_lines(view: NoticeView, say: Say) -> Iterator[Html]:
    facts = view.facts
    yield _kind_line(facts, say)
    yield _people_line(facts, say)
    yield say(
        # L10n: Read by a grid officer; {amount} is a sum of money.
        P_("screen", "3 Amount: {amount}"),
        amount=_amount(facts, say),
    )
    yield _place_line(view, say)
    yield _other_line(facts, say)
    yield say(
        # L10n: Read by a grid officer; {files} is a list of kinds and numbers of files.
        P_("screen", "6 Attachments: {files}"),
        files=_files(facts, say),
    )


def _unknown(say: Say) -> str:
    return say.label(P_("screen", "not written"))


def _kind_line(facts: dict[str, Any], say: Say) -> Html:
    category, because = facts.get("category"), facts.get("because") or []
    if not category:
        return say(
            # L10n: Read by a grid officer; {matter} is the matter in the person's own words.
            P_("screen", "1 Matter: {matter}"),
            matter=cut(facts.get("matter"), 200) or _unknown(say),
        )
    kind = say.plain(WAGES if facts.get("wage") else CATEGORIES[Category(category)])
    if not because:
        return say(
            # L10n: Read by a grid officer; {kind} is the category of the dispute.
            P_("screen", "1 Kind: {kind}"),
            kind=kind,
        )
    # L10n: kind: the category that was guessed; words: the words of the text that led to it
    return say(
        P_("screen", "1 Kind: {kind} (“{words}” was written)"),
        kind=kind,
        words=cut(say.list(because), 80),
    )


def _people_line(facts: dict[str, Any], say: Say) -> Html:
    count = facts.get("people")
    if not count:
        return say(
            # L10n: Read by a grid officer; {people} is a number of people, or their names.
            P_("screen", "2 People: {people}"),
            people=_unknown(say),
        )
    if facts.get("same_claim"):
        return say(
            # L10n: Read by a grid officer; {count} is a number.
            P_("screen", "2 People: {count}, the same claim"),
            count=count,
        )
    return say(
        # L10n: Read by a grid officer; {count} is a number.
        P_("screen", "2 People: {count}"),
        count=count,
    )


def _amount(facts: dict[str, Any], say: Say) -> str:
    amount = facts.get("amount")
    return say.money(Decimal(amount)) if amount else _unknown(say)


def _place_line(view: NoticeView, say: Say) -> Html:
    place = view.place
    if place is None:
        return say(
            # L10n: Read by a grid officer; {place} is the place, from the street down.
            P_("screen", "4 Place: {place}"),
            place=_unknown(say),
        )
    if view.facts.get("own_grid") and place.grid:
        return say(
            # L10n: Read by a grid officer; {place} is the place, from the street down.
            P_("screen", "4 Place: {place} (your grid)"),
            place=say.named(place.grid),
        )
    return say(
        # L10n: Read by a grid officer; {place} is the place, from the street down.
        P_("screen", "4 Place: {place}"),
        place=say.place(place),
    )


def _other_line(facts: dict[str, Any], say: Say) -> Html:
    other = cut(facts.get("other_side"), 60) or _unknown(say)
    if facts.get("phone_dead"):
        return say(
            # L10n: Read by a grid officer; {other} is the word used for the other side.
            P_("screen", "5 Other side: {other}, does not answer the telephone"),
            other=other,
        )
    return say(
        # L10n: Read by a grid officer; {other} is the word used for the other side.
        P_("screen", "5 Other side: {other}"),
        other=other,
    )


def _files(facts: dict[str, Any], say: Say) -> str:
    count = facts.get("attachments") or 0
    if not count:
        return say.label(P_("screen", "none"))
    return say.label(
        # L10n: Read by a grid officer; {count} is a number.
        P_("screen", "photos: {count}"),
        count=count,
    )


def _do_they_know(facts: dict[str, Any], say: Say) -> Html:
    if facts.get("category") == Category.LABOUR:
        return say(P_("screen", "Do the workers know that you are registering this?"))
    return say(P_("screen", "Do the people know that you are registering this?"))


def officer_fix(view: NoticeView, say: Say) -> Card:
    owner, turn = int(view.facts.get("owner", view.reader.id)), int(view.facts.get("turn", 0))
    buttons = [
        say.button(word, Tap(Verb.FIX_LINE, owner, turn, line)) for line, word in LINES.items()
    ]
    rows: tuple[tuple[Button, ...], ...] = tuple((button,) for button in buttons)
    return Card(say(P_("screen", "Which line?")), say.language, inline=rows)


def officer_line(view: NoticeView, say: Say) -> Card:
    word = _NEW_VALUES.get(str(view.facts.get("line")), _NEW_VALUES["matter"])
    return Card(say(word), say.language)
