"""Cases offered, and cases in hand: one line each, the most pressing first."""

from collections.abc import Iterator
from datetime import datetime

from cases.views import CaseView, NoticeView, PersonView
from handlers.buttons import Tap, Verb
from handlers.cards import Card
from handlers.desk.desk_lines import (
    open_button,
    open_case_button,
    staff_notice,
    take_button,
    veiled,
)
from handlers.words import MARKED, Html, Say, case_of, lines, own_part
from locales import P_
from models.vocabulary import Part

_LISTED = 30  # cases that one card names and one tap takes; the rest follows one by one


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
    """The judge's one card of the morning: all at once, or one by one; and what was done for him."""
    shown = view.cases[:_LISTED]
    count = len(shown)
    done_for = [_done_for_line(case, who, say) for case, who in view.done_for]
    if not count:
        nothing = say(P_("notice", "No new case today."))
        return Card(lines(nothing, *done_for), say.language)
    text = lines(
        say(
            # L10n: Read by judge or mediator; {count} is a number.
            P_("notice", "New cases today: {count} · open and report in once"),
            count=count,
        ),
        *(_list_line(case, say) for case in shown),
        *done_for,
    )
    last = max((case.own.assignment_id for case in shown if case.own), default=0)
    all_of_them = say.button(
        # L10n: Read by judge or mediator; {count} is a number.
        P_("staff button", "Report in to all {count}"),
        Tap(Verb.TAKE_ALL, last),
        count=count,
    )
    each = say.button(P_("staff button", "One by one"), Tap(Verb.ONE_BY_ONE, 0))
    return Card(text, say.language, inline=((all_of_them,), (each,)))


def _done_for_line(case: CaseView, who: PersonView, say: Say) -> Html:
    return say(
        # L10n: Read by a judge; {number} is the short case number, {who} is an office and a name.
        P_("notice", "{number} {who} reported in for you"),
        number=say.tag(case),
        who=say.person(who),
    )


def _list_line(case: CaseView, say: Say) -> Html:
    return say(
        # L10n: Read by judge or mediator; {number} is the short case number, {community} is the name of the community, {kind} is the category of the dispute.
        P_("notice", "{number} {community} {kind}"),
        number=case.short,
        community=say.community(case.place),
        kind=say.kind(case),
    )


def staff_home(view: NoticeView, say: Say) -> Card:
    if not view.cases and not view.waiting:
        return Card(say(P_("card", "You have nothing to do now.")), say.language)
    shown = sorted(view.cases, key=_pressing)[:_IN_HAND]
    text = lines(
        say(
            # L10n: Read by judge or mediator; {count} is a number.
            P_("card", "Cases in hand: {count}"),
            count=len(view.cases),
        ),
        *(_desk_line(case, view, say) for case in shown),
        *_judges_wait(view, say),
    )
    listed = (*shown, *view.waiting)
    rows = tuple((open_case_button(case, say),) for case in listed)
    return Card(text, say.language, inline=rows)


def _judges_wait(view: NoticeView, say: Say) -> Iterator[Html]:
    """To an assistant: where a judge has not reported in yet."""
    if view.waiting:
        yield say(P_("card", "Waiting for the judge, you may report in for him:"))
        yield from (_waiting_line(case, view, say) for case in view.waiting)


def _waiting_line(case: CaseView, view: NoticeView, say: Say) -> Html:
    judge = case.judge
    if veiled(case) or judge is None or judge.acknowledge_due is None:
        return Html(say.tag(case))
    return say(
        # L10n: Read by a judge's assistant; {number} is the short case number, {who} is an office and a name, {when} is a day and hour.
        P_("card", "{number} {who} · by {when}"),
        number=say.tag(case),
        who=say.person(judge.person),
        when=say.soon(judge.acknowledge_due, view.now),
    )


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
    """What the tap did; what came after the card was written waits for its own."""
    count, left = view.facts.get("count", 0), view.facts.get("left") or 0
    if not left:
        said = say(
            # L10n: Read by judge or mediator; {count} is a number.
            P_("card", "Reported in to {count} cases. Nothing for you to do now."),
            count=count,
        )
        return Card(said, say.language)
    said = say(
        # L10n: Read by a judge; {count} and {left} are numbers of cases.
        P_("card", "Reported in to {count} cases. Come since then: {left}."),
        count=count,
        left=left,
    )
    each = say.button(P_("staff button", "One by one"), Tap(Verb.ONE_BY_ONE, 0))
    return Card(said, say.language, inline=((each,),))


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
