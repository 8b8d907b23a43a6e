"""Cases offered, and cases in hand: one line each, the most pressing first."""

from datetime import datetime

from cases.views import CaseView, NoticeView
from handlers.buttons import Tap, Verb
from handlers.cards import Card
from handlers.desk_lines import open_button, open_case_button, staff_notice, take_button, veiled
from handlers.words import MARKED, Html, Say, case_of, lines, own_part
from locales import P_
from models.vocabulary import Part

_LISTED = 8  # cases shown one by one; more would not fit a screen


_IN_HAND = 5


def offer(view: NoticeView, say: Say) -> Card:
    case, own = case_of(view), own_part(view)
    what = _offered(view, say)
    if veiled(case) or own is None:
        return staff_notice(view, say, what)
    return staff_notice(
        view, say, what, rows=((take_button(own, case.turn, say),), (open_button(case, say),))
    )


def _offered(view: NoticeView, say: Say) -> Html:
    own = own_part(view)
    if own and own.part is Part.MEDIATOR and case_of(view).level not in MARKED and own.contact_due:
        return say(
            # L10n: Read by judge or mediator; {when} is a day and hour.
            P_("notice", "first contact by {when}"),
            when=say.soon(own.contact_due, view.now),
        )
    if own and own.acknowledge_due:
        return say(
            # L10n: Read by judge or mediator; {when} is a day and hour.
            P_("notice", "report in by {when}"),
            when=say.soon(own.acknowledge_due, view.now),
        )
    return say(P_("notice", "a new case for you"))


def digest(view: NoticeView, say: Say) -> Card:
    """The judge's one card of the morning."""
    count = len(view.cases)
    if not count:
        return Card(say(P_("notice", "No new case today.")), say.language)
    text = lines(
        say(
            # L10n: Read by judge or mediator; {count} is a number.
            P_("notice", "New cases today: {count} · open and report in once"),
            count=count,
        ),
        *(_list_line(case, say) for case in view.cases[:_LISTED]),
    )
    all_of_them = say.button(
        # L10n: Read by judge or mediator; {count} is a number.
        P_("staff button", "Report in to all {count}"),
        Tap(Verb.TAKE_ALL, 0),
        count=count,
    )
    each = tuple((open_case_button(case, say),) for case in view.cases[:_LISTED])
    return Card(text, say.language, inline=((all_of_them,), *each))


def _list_line(case: CaseView, say: Say) -> Html:
    return say(
        # L10n: Read by judge or mediator; {number} is the short case number, {community} is the name of the community, {kind} is the category of the dispute.
        P_("notice", "{number} {community} {kind}"),
        number=case.short,
        community=say.community(case.place),
        kind=say.kind(case),
    )


def staff_home(view: NoticeView, say: Say) -> Card:
    if not view.cases:
        return Card(say(P_("card", "You have nothing to do now.")), say.language)
    shown = sorted(view.cases, key=_pressing)[:_IN_HAND]
    text = lines(
        say(
            # L10n: Read by judge or mediator; {count} is a number.
            P_("card", "Cases in hand: {count}"),
            count=len(view.cases),
        ),
        *(_desk_line(case, view, say) for case in shown),
    )
    return Card(text, say.language, inline=tuple((open_case_button(case, say),) for case in shown))


def _desk_line(case: CaseView, view: NoticeView, say: Say) -> Html:
    if veiled(case):
        return Html(say.tag(case))
    due = _due(case)
    what = say.community(case.place)
    if due is None:
        return say(
            # L10n: Read by judge or mediator; {number} is the short case number, {community} is the name of the community.
            P_("card", "{number} {community}"),
            number=say.tag(case),
            community=what,
        )
    return say(
        # L10n: Read by judge or mediator; {number} is the short case number, {community} is the name of the community, {when} is a day and hour.
        P_("card", "{number} {community} · by {when}"),
        number=say.tag(case),
        community=what,
        when=say.soon(due, view.now),
    )


def taken_all(view: NoticeView, say: Say) -> Card:
    said = say(
        # L10n: Read by judge or mediator; {count} is a number.
        P_("card", "Reported in to {count} cases. Nothing for you to do now."),
        count=view.facts.get("count", 0),
    )
    return Card(said, say.language)


def _due(case: CaseView) -> datetime | None:
    """What the reader must do next in it, and by when."""
    dues = [
        due
        for due in (case.own and case.own.acknowledge_due, case.own and case.own.contact_due)
        if due
    ]
    return min(dues, default=case.term_due)


def _pressing(case: CaseView) -> tuple[bool, bool, datetime]:
    """Danger first, then the soonest; those without a day last."""
    due = _due(case)
    return (not veiled(case), due is None, due or case.registered_at)
