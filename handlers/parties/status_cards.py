"""How a case stands, for those whose dispute it is: what is done, what is happening, what comes next and by when.

One card for each case and reader: it is pinned when it is opened, and changed in place whenever the case moves on
(cases/renewal.py). To the other side of a case of danger it says nothing (law 13).
"""

from cases.access import Relation
from cases.journal import EventKind
from cases.views import CaseView, Done, NoticeView
from handlers.buttons import Tap, Verb
from handlers.cards import Card, safe
from handlers.desk.desk_lines import Row
from handlers.parties.party_notices import terms_row
from handlers.words import Html, Say, case_of, cut, lines
from locales import P_, Word
from models.vocabulary import CLOSED, Part, Stage


def my_cases(view: NoticeView, say: Say) -> Card:
    if view.cases:
        return which_case(view, say)
    said = say(P_("screen", "You have no open case. If something happened, just write it here."))
    return Card(said, say.language, forget=True)


def which_case(view: NoticeView, say: Say) -> Card:
    closed = P_("screen", "Closed within the last 90 days:")
    asked = say(closed if view.facts.get("closed") else P_("screen", "Which case?"))
    rows = tuple(
        (
            say.button(
                # L10n: Read by who reported; {number} is the short case number, {kind} is the category of the dispute.
                P_("button", "{number} {kind}"),
                Tap(Verb.STATUS, case.id, case.turn),
                number=case.short,
                kind=say.kind(case),
            ),
        )
        for case in view.cases
    )
    return Card(asked, say.language, inline=rows, forget=not rows)


def status(view: NoticeView, say: Say) -> Card:
    """One per case: what is done, what is happening, what comes next and by when."""
    case = case_of(view)
    if case.guarded and Relation.REPORTER not in case.relations:
        return _nothing_for_you(case, say)
    text = lines(
        Html(f"<b>{safe(f'{case.short} {_kind(case, say)}'.strip())}</b>"),
        *_done_lines(case, say),
        say(
            # L10n: Read by who reported; {what} is a short phrase.
            P_("card", "<b>Now:</b> {what}"),
            what=_now(case, say),
        ),
        _next(case, say),
    )
    moved = view.edits is None or view.edits != view.shown  # it stands elsewhere from now on
    is_open = case.stage not in CLOSED
    unpin = (view.shown,) if view.shown is not None and (moved or not is_open) else ()
    return Card(
        text,
        say.language,
        inline=_buttons(case, say),
        pin=is_open and moved and case.progress.chat_safe,
        unpin=unpin,
    )


def _nothing_for_you(case: CaseView, say: Say) -> Card:
    said = say(
        # L10n: Read by the other side of a case about which nothing may be said; {number} is the short case number.
        P_("card", "{number} There is nothing for you to do."),
        number=case.short,
    )
    return Card(said, say.language)


def _kind(case: CaseView, say: Say) -> str:
    if case.guarded:
        return ""  # whoever holds the phone may read it
    return cut(case.summary, 20) or say.kind(case)


def _done_lines(case: CaseView, say: Say) -> list[Html]:
    return [_done(step, say) for step in case.progress.done or _first_steps(case)]


def _first_steps(case: CaseView) -> tuple[Done, ...]:
    """What is known of every case, where the steps are not read: it is read out by telephone."""
    received = Done(EventKind.REGISTERED, case.registered_at)
    mediator = case.mediator
    if mediator is None or mediator.taken_at is None:
        return (received,)
    return received, Done(EventKind.TAKEN, mediator.taken_at, mediator.person)


def _done(step: Done, say: Say) -> Html:
    word = _DAY_AGREED if step.day else _DONE[step.kind]
    who = say.person(step.who) if step.who else ""
    return say(word, when=say.day_hour(step.at), who=who)


_DONE: dict[EventKind, Word] = {
    EventKind.REGISTERED:
    # L10n: Read by who reported; {when} is a day and hour.
    P_("card", "Done: {when} received"),
    EventKind.TAKEN:
    # L10n: Read by who reported; {when} is a day and hour, {who} is an office and a name.
    P_("card", "Done: {when} taken by {who}"),
    EventKind.CONTACTED:
    # L10n: Read by either side; {when} is a day and hour.
    P_("card", "Done: {when} contacted"),
    EventKind.AGREED:
    # L10n: Read by either side; {when} is a day and hour.
    P_("card", "Done: {when} agreement reached"),
    EventKind.BREACHED:
    # L10n: Read by either side; {when} is a day and hour.
    P_("card", "Done: {when} it was said that the promise was not kept"),
    EventKind.CLOSED:
    # L10n: Read by either side; {when} is a day and hour.
    P_("card", "Done: {when} closed"),
    EventKind.REOPENED:
    # L10n: Read by either side; {when} is a day and hour.
    P_("card", "Done: {when} opened again"),
}
# L10n: Read by either side; {when} is a day and hour.
_DAY_AGREED = P_("card", "Done: {when} a day to meet was agreed")


def _now(case: CaseView, say: Say) -> Html:
    if case.progress.withdrawn:
        return say(P_("card", "You want to end it; a second person looks at it first"))
    if case.progress.challenged is not None:
        return say(_CHALLENGED[case.progress.challenged])
    taken = case.mediator is not None and case.mediator.taken_at is not None
    if case.stage is Stage.REGISTERED and taken:
        return say(_NOW[Stage.ACCEPTED])
    if case.stage is Stage.ACCEPTED and not taken and not case.guarded:
        return say(_NOW[Stage.REGISTERED])
    return say(_NOW[case.stage])


_CHALLENGED: dict[Part, Word] = {
    Part.MEDIATOR: P_("card", "The head decides whether another mediator takes it"),
    Part.JUDGE: P_("card", "The court decides whether another judge takes it"),
}

_NOW = {
    Stage.REGISTERED: P_("card", "It has been handed to those who answer for it"),
    Stage.ACCEPTED: P_("card", "The mediator is going to contact both sides"),
    Stage.MEDIATING: P_("card", "The mediator is in contact with both sides"),
    Stage.SUSPENDED: P_("card", "It is suspended for the time being"),
    Stage.AGREED: P_("card", "Both sides have agreed"),
    Stage.REFERRED: P_("card", "It was passed on to another organ"),
    Stage.CLOSED: P_("card", "It is closed"),
    Stage.ARCHIVED: P_("card", "It is closed"),
}


def _next(case: CaseView, say: Say) -> Html | None:
    if case.stage in CLOSED:
        return say(_AGAIN if case.progress.reopens or case.guarded else _NEW_CASE)
    if case.guarded or case.progress.withdrawn:
        return None  # only that person decides who contacts them, and when (law 13)
    return _appointed(case, say) or _later(case, say)


def _appointed(case: CaseView, say: Say) -> Html | None:
    """What has a day on which somebody does something."""
    late = say(_LATE)
    if case.progress.challenged is not None and case.progress.challenge_due:
        return say(
            # L10n: Read by either side; {when} is a day and hour, {late} is the sentence about lateness.
            P_("card", "<b>Next:</b> you are told what was decided by {when}. {late}"),
            when=say.until(case.progress.challenge_due),
            late=late,
        )
    mediator = case.mediator
    if mediator and mediator.contact_due:
        # L10n: late: the sentence about lateness
        return say(
            P_("card", "<b>Next:</b> {who} contacts you by {when}. {late}"),
            who=say.person(mediator.person),
            when=say.until(mediator.contact_due),
            late=late,
        )
    if case.progress.meeting:
        return say(
            # L10n: Read by either side; {when} is a day and hour.
            P_("card", "<b>Next:</b> {when} meeting"),
            when=say.day_hour(case.progress.meeting),
        )
    return None


def _later(case: CaseView, say: Say) -> Html | None:
    if case.stage is Stage.AGREED and case.promised_on:
        return say(
            # L10n: Read by who reported; {day} is a day.
            P_("card", "<b>Next:</b> after {day} you are asked whether it was kept."),
            day=say.day(case.promised_on),
        )
    if case.term_due:
        return say(
            # L10n: Read by who reported; {when} is a day and hour, {late} is the sentence about lateness.
            P_("card", "<b>Next:</b> mediation goes on until {when}. {late}"),
            when=say.until(case.term_due),
            late=say(_LATE),
        )
    return None


_LATE = P_("card", "If it is late, the person in charge is told by itself.")
_AGAIN = P_("card", "If it happens again within 90 days, it goes on under the same number.")
_NEW_CASE = P_("card", "If it happens again, it gets a new number; the old one stands beside it.")


def _buttons(case: CaseView, say: Say) -> tuple[Row, ...]:
    """At most three, and one that leads to the details."""
    if case.stage in CLOSED:
        return _closed_buttons(case, say)
    rows: list[Row] = [_row(P_("button", "I have something to add"), Verb.ADD, case, say)]
    rows.append(_row(P_("button", "Speak with who is in charge"), Verb.CALL_ME, case, say))
    if Relation.CONCERNED in case.relations:
        rows.append(_row(P_("button", "Follow it no longer"), Verb.LEAVE, case, say))
    if Relation.REPORTER in case.relations and not case.progress.withdrawn:
        rows.append(_row(P_("button", "I want to end it"), Verb.WITHDRAW, case, say))
    if Relation.OTHER_SIDE in case.relations:
        if case.progress.challenged is None:
            rows.append(another_row(case, say))
        if case.terms:
            rows.append(terms_row(case, say))
    return tuple(rows)


def _closed_buttons(case: CaseView, say: Say) -> tuple[Row, ...]:
    add = _row(P_("button", "I have something to add"), Verb.ADD, case, say)
    if Relation.REPORTER not in case.relations:
        return (add,)
    rows = [_row(P_("button", "It happened again"), Verb.REOPEN, case, say)]
    if not case.progress.rated and not case.guarded:
        rows.append(_row(P_("button", "How was it handled?"), Verb.RATE_ASK, case, say))
    return (*rows, add)


def another_row(case: CaseView, say: Say) -> Row:
    return _row(P_("button", "Another person"), Verb.CHALLENGE, case, say)


def _row(word: Word, verb: Verb, case: CaseView, say: Say) -> Row:
    return (say.button(word, Tap(verb, case.id, case.turn)),)
