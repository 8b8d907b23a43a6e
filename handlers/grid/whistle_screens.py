"""What is read when the whistle is blown on a case, and after a visit."""

from cases.views import NoticeView
from handlers.about_case import Reply, about_case, answer_rows
from handlers.buttons import Verb
from handlers.cards import Card
from handlers.desk.desk_lines import heading, staff_notice
from handlers.words import LEVELS, Html, Say, case_of, cut, lines
from locales import P_, Word
from models.vocabulary import Level, Raise, Visit

#: The reasons of the buttons, in the order in which they are offered.
_REASONS: dict[Raise, Word] = {
    Raise.CROWD: P_("staff button", "More people"),
    Raise.BREWING: P_("staff button", "Something is brewing"),
    Raise.INJURED: P_("staff button", "Somebody is injured"),
    Raise.VULNERABLE: P_("staff button", "Old people or children"),
    Raise.WORDS: P_("staff button", "In words"),
}

#: The same reasons as the handlers read them.
_BECAUSE: dict[Raise, Word] = {
    Raise.CROWD: P_("notice", "more people have joined"),
    Raise.BREWING: P_("notice", "something is brewing"),
    Raise.INJURED: P_("notice", "somebody is injured"),
    Raise.VULNERABLE: P_("notice", "old people or children are concerned"),
    Raise.WORSE: P_("notice", "a visit found it worse"),
    Raise.WORDS: P_("notice", "the reason stands in the story"),
}

_FOUND: dict[Visit, Word] = {
    Visit.HOME: P_("staff button", "Somebody was at home"),
    Visit.NOBODY: P_("staff button", "Nobody was there"),
    Visit.CALMER: P_("staff button", "It is calmer"),
    Visit.WORSE: P_("staff button", "It is worse"),
}

#: What a visit found, as a line of the story.
FOUND: dict[Visit, Word] = {
    Visit.HOME: P_("card", "somebody was at home"),
    Visit.NOBODY: P_("card", "nobody was there"),
    Visit.CALMER: P_("card", "it is calmer"),
    Visit.WORSE: P_("card", "it is worse"),
}


def raise_why(view: NoticeView, say: Say) -> Card:
    to = Level(view.facts.get("to") or Level.ORANGE)
    return about_case(
        view,
        say,
        # L10n: Read by who blows the whistle; {number} is the short case number, {level} is the level after it.
        P_("screen", "{number} Why should it rise to {level}?"),
        *((word, Verb.RAISE_WHY, f"{why}-{to}") for why, word in _REASONS.items()),
        _BACK,
        level=say.plain(LEVELS[to]),
    )


def raise_words(view: NoticeView, say: Say) -> Card:
    return about_case(
        view,
        say,
        # L10n: Read by who blows the whistle; {number} is the short case number.
        P_("screen", "{number} Please write or say why."),
    )


def visit_found(view: NoticeView, say: Say) -> Card:
    return about_case(
        view,
        say,
        # L10n: Read by a grid officer; {number} is the short case number.
        P_("screen", "{number} What did the visit find?"),
        *((word, Verb.VISIT_FOUND, found) for found, word in _FOUND.items()),
        _BACK,
    )


def visited(view: NoticeView, say: Say) -> Card:
    """Recorded; "worse" asks whether the whistle is to be blown."""
    case, to = case_of(view), view.facts.get("to")
    recorded = say(
        # L10n: Read by a grid officer; {number} is the short case number, {what} is what was found.
        P_("screen", "{number} Visit recorded: {what}."),
        number=case.short,
        what=_found(view, say),
    )
    more = say(P_("screen", "If there is more to say, write it or speak now; it is optional."))
    if not to:
        return Card(lines(recorded, more), say.language, inline=answer_rows(case, say, _BACK))
    asked = say(
        # L10n: Read by a grid officer; {level} is the level after it.
        P_("screen", "Blow the whistle, so that it rises to {level}?"),
        level=say.plain(LEVELS[Level(to)]),
    )
    rows = answer_rows(
        case,
        say,
        (P_("staff button", "Blow the whistle"), Verb.RAISE_WHY, f"{Raise.WORSE}-{to}"),
        (P_("staff button", "Not now"), Verb.OPEN, ""),
    )
    return Card(lines(recorded, asked, more), say.language, inline=rows)


def raised(view: NoticeView, say: Say) -> Card:
    """To whoever has the case: it rose, and why."""
    why = view.facts.get("why")
    reason = say(_BECAUSE[Raise(why)]) if why in set(Raise) else None
    because = (
        say(
            # L10n: Read by a handler; {reason} is why the level rose.
            P_("notice", "Why: {reason}."),
            reason=reason,
        )
        if reason
        else None
    )
    risen = say(
        # L10n: Read by a handler; {level} is the new level.
        P_("notice", "raised to {level}"),
        level=say.plain(LEVELS[case_of(view).level]),
    )
    return staff_notice(view, say, risen, heading(case_of(view), say), because)


def visit_heard(view: NoticeView, say: Say) -> Card:
    """To the mediator: what the grid officer found at the door."""
    what = say(
        # L10n: Read by a mediator; {what} is what was found.
        P_("notice", "visited: {what}"),
        what=_found(view, say),
    )
    return staff_notice(view, say, what, heading(case_of(view), say))


def visit_lines(view: NoticeView, say: Say) -> tuple[Html, ...]:
    """The visits of a case, as the story tells them."""
    return tuple(
        say(
            # L10n: Read by staff; {when} is a day and hour, {what} is what was found, {words} is what the officer wrote.
            P_("card", "{when} visited: {what} {words}"),
            when=say.day_hour(one.at),
            what=say.plain(FOUND[one.found]) if one.found else "",
            words=cut(one.words, 300),
        )
        for one in case_of(view).visits
    )


def _found(view: NoticeView, say: Say) -> str:
    found = view.facts.get("found")
    return say.plain(FOUND[Visit(found)]) if found in set(Visit) else ""


_BACK: Reply = (P_("staff button", "Back to the card"), Verb.OPEN, "")
