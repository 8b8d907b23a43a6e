"""All that a lock screen shows where the office writes no more, or may not: the number, and what to press (laws 9, 13)."""

from cases.views import CaseView, NoticeView
from handlers.buttons import Tap, Verb
from handlers.cards import Card
from handlers.desk.desk_lines import Row, veiled
from handlers.words import MARKED, Html, Say, lines
from locales import P_

_LISTED = 8  # things that one list opens; more would not fit a screen


def number_only(view: NoticeView, say: Say) -> Card:
    """A notice whose words wait for a tap; to the office with its level."""
    case = view.case
    if case is None:
        said = say(P_("notice", "Something new, please open"))
    else:
        level = say.level(case.level) if view.reader.staff and case.level in MARKED else ""
        # L10n: level: 〔紧急〕 or empty; number: the short case number
        said = say(P_("notice", "{level}{number} please open"), level=level, number=case.short)
    row = (say.button(P_("button", "Open"), Tap(Verb.READ, view.id)),)
    return Card(said, say.language, inline=(row,))


def more(view: NoticeView, say: Say) -> Card:
    """What is over the day's number of messages: each opens on a tap, and the desk has them all (law 12)."""
    shown = view.listed[:_LISTED]
    all_of_them = (
        P_("notice", "All of your work: /desk")
        if view.reader.staff
        else P_("notice", "All of your matters: /my")
    )
    text = lines(
        # L10n: {count} is a number.
        say(P_("notice", "More for you: {count}"), count=len(view.listed)),
        *(_line(case, view, say) for _, case in shown if case is not None),
        say(all_of_them),
    )
    return Card(text, say.language, inline=tuple(_open(one, case, say) for one, case in shown))


def _line(case: CaseView, view: NoticeView, say: Say) -> Html:
    if not view.reader.staff:
        return Html(case.short)
    if veiled(case):
        return Html(say.tag(case))
    return say(
        # L10n: {number} is the short case number with its level, {community} is the name of the community.
        P_("card", "{number} {community}"),
        number=say.tag(case),
        community=say.community(case.place),
    )


def _open(notice: int, case: CaseView | None, say: Say) -> Row:
    if case is None:
        return (say.button(P_("button", "Open"), Tap(Verb.READ, notice)),)
    return (
        # L10n: {number} is the short case number.
        say.button(P_("button", "Open {number}"), Tap(Verb.READ, notice), number=case.short),
    )
