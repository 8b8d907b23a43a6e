"""What handlers and heads are told on the office's own motion: what is due, what is late, with whom and why."""

from datetime import datetime

from cases.views import NoticeView
from handlers.cards import Card
from handlers.desk.desk_lines import (
    back_button,
    contact_rows,
    heading,
    open_button,
    staff_notice,
    story_button,
    take_button,
    uncontacted,
)
from handlers.words import Html, Say, case_of, own_part
from locales import P_, Word
from locales.formats import CIVIL


def remind(view: NoticeView, say: Say) -> Card:
    return _due(view, say, None)


def warn(view: NoticeView, say: Say) -> Card:
    told = say(
        P_("notice", "The term is nearly over; the head of the office has been told as well.")
    )
    return _due(view, say, told)


def _due(view: NoticeView, say: Say, told: Html | None) -> Card:
    case, own = case_of(view), own_part(view)
    if own is None or own.taken_at is not None:
        return staff_notice(view, say, _work_due(view, say), heading(case, say), told)
    rows = ((take_button(own, case.turn, say),), (open_button(case, say),))
    return staff_notice(
        view, say, _take_due(view, say, own.acknowledge_due), heading(case, say), told, rows=rows
    )


def _take_due(view: NoticeView, say: Say, due: datetime | None) -> Html:
    if due is None:
        return say(P_("notice", "not taken yet"))
    return say(
        # L10n: Read by handlers; {when} is a day and hour.
        P_("notice", "not taken yet, due {when}"),
        when=say.soon(due, view.now),
    )


def _work_due(view: NoticeView, say: Say) -> Html:
    case, own = case_of(view), own_part(view)
    if own and own.contact_due:
        return say(
            # L10n: Read by handlers; {when} is a day and hour.
            P_("notice", "first contact by {when}"),
            when=say.soon(own.contact_due, view.now),
        )
    if case.term_due:
        return say(
            # L10n: Read by handlers; {when} is a day and hour.
            P_("notice", "mediation ends {when}"),
            when=say.soon(case.term_due, view.now),
        )
    return say(P_("notice", "something to do"))


def contact_due(view: NoticeView, say: Say) -> Card:
    case, own = case_of(view), own_part(view)
    if own is None or own.contact_due is None:
        return staff_notice(view, say, _work_due(view, say), heading(case, say))
    rows = (*contact_rows(case, say), (back_button(own, case.turn, say),))
    return staff_notice(
        view,
        say,
        _contact_today(view, say, own.contact_due),
        heading(case, say),
        uncontacted(view, say, own),
        rows=rows,
    )


def _contact_today(view: NoticeView, say: Say, due: datetime) -> Html:
    if due.astimezone(CIVIL).date() == view.now.astimezone(CIVIL).date():
        return say(
            # L10n: Read by handlers; {when} is a day and hour.
            P_("notice", "first contact today by {when}"),
            when=say.hour(due),
        )
    return say(
        # L10n: Read by handlers; {when} is a day and hour.
        P_("notice", "first contact by {when}"),
        when=say.soon(due, view.now),
    )


def lapsed(view: NoticeView, say: Say) -> Card:
    """To whoever let the clock lapse: said plainly, and recording stays open (law 14)."""
    what = say(P_("notice", "the term has passed"))
    more = say(
        P_(
            "notice",
            "This is on record, and the next person has been called. You can still record contacts and notes.",
        )
    )
    return staff_notice(view, say, what, more)


def taken(view: NoticeView, say: Say) -> Card:
    """To the officer who blew the whistle."""
    case = case_of(view)
    part = next(
        (
            one
            for one in (case.judge, case.mediator)
            if one and one.assignment_id == view.facts.get("assignment")
        ),
        None,
    )
    when = (
        say.soon(part.taken_at, view.now)
        if part and part.taken_at
        else say.soon(view.now, view.now)
    )
    who = part.person if part else view.people[0] if view.people else None
    if who is None:
        said = say(
            # L10n: Read by handlers; {number} is the short case number, {when} is a day and hour.
            P_("notice", "{number} was taken {when}"),
            number=case.short,
            when=when,
        )
    else:
        said = say(
            # L10n: Read by handlers; {number} is the short case number, {who} is an office and a name, {when} is a day and hour.
            P_("notice", "{number} {who} reported in {when}"),
            number=case.short,
            who=say.person(who),
            when=when,
        )
    return Card(said, say.language)


def not_kept(view: NoticeView, say: Say) -> Card:
    """To the mediator: the promise was not kept, and by when to call."""
    case, own = case_of(view), own_part(view)
    word = _BROKEN.get(str(view.facts.get("why")), _BROKEN["not"])
    due = own.contact_due if own else None
    call = (
        say(
            # L10n: Read by handlers; {when} is a day and hour.
            P_("notice", "Contact them by {when}."),
            when=say.until(due),
        )
        if due
        else None
    )
    rows = (*contact_rows(case, say), (story_button(case, say),))
    return staff_notice(view, say, say(word), heading(case, say), call, rows=rows)


_BROKEN: dict[str, Word] = {
    "partly": P_("notice", "one side says: only partly kept"),
    "not": P_("notice", "one side says: not kept"),
    "follow_up": P_("notice", "it happened again"),
}


def added(view: NoticeView, say: Say) -> Card:
    """That something was added; the words open on a tap, for a preview shows more than the first line (law 9)."""
    files = view.facts.get("evidence") or []
    return staff_notice(
        view,
        say,
        say(P_("notice", "something was added")),
        say(
            # L10n: Read by handlers; {count} is a number.
            P_("notice", "Attachments: {count}"),
            count=len(files),
        )
        if files
        else None,
    )
