"""How a case stands, for the person who brought it: what is done, what is happening, what comes next and by when."""

from cases.views import CaseView, NoticeView
from handlers.buttons import Tap, Verb
from handlers.cards import Button, Card, safe
from handlers.words import Html, Say, case_of, cut, lines
from locales import P_
from models.vocabulary import Stage


def my_cases(view: NoticeView, say: Say) -> Card:
    if view.cases:
        return which_case(view, say)
    said = say(P_("screen", "You have no open case. If something happened, just write it here."))
    return Card(said, say.language, forget=True)


def which_case(view: NoticeView, say: Say) -> Card:
    asked = say(P_("screen", "Which case?"))
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
    mediator = case.mediator
    taken = mediator if mediator and mediator.taken_at else None
    text = lines(
        Html(f"<b>{safe(f'{case.short} {_kind(case, say)}'.strip())}</b>"),
        say(
            # L10n: Read by who reported; {when} is a day and hour.
            P_("card", "Done: {when} received"),
            when=say.day_hour(case.registered_at),
        ),
        say(
            # L10n: Read by who reported; {when} is a day and hour, {who} is an office and a name.
            P_("card", "Done: {when} taken by {who}"),
            when=say.day_hour(taken.taken_at),
            who=say.person(taken.person),
        )
        if taken and taken.taken_at
        else None,
        say(
            # L10n: Read by who reported; {what} is a short phrase.
            P_("card", "<b>Now:</b> {what}"),
            what=_now(case, say),
        ),
        _next(case, say),
    )
    return Card(
        text,
        say.language,
        inline=_status_buttons(case, say),
        pin=case.stage not in {Stage.CLOSED, Stage.ARCHIVED},
    )


def _kind(case: CaseView, say: Say) -> str:
    if case.guarded:
        return ""  # whoever holds the phone may read it
    return cut(case.summary, 20) or say.kind(case)


def _now(case: CaseView, say: Say) -> Html:
    taken = case.mediator is not None and case.mediator.taken_at is not None
    if case.stage is Stage.REGISTERED and taken:
        return say(_NOW[Stage.ACCEPTED])
    return say(_NOW[case.stage])


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
    if case.guarded:
        return None  # only that person decides who contacts them, and when (law 13)
    if case.stage in {Stage.CLOSED, Stage.ARCHIVED}:
        return say(
            P_("card", "If it happens again within 90 days, it goes on under the same number.")
        )
    late = say(P_("card", "If it is late, the person in charge is told by itself."))
    mediator = case.mediator
    if mediator and mediator.contact_due:
        # L10n: late: the sentence about lateness
        return say(
            P_("card", "<b>Next:</b> {who} contacts you by {when}. {late}"),
            who=say.person(mediator.person),
            when=say.until(mediator.contact_due),
            late=late,
        )
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
            late=late,
        )
    return None


def _status_buttons(case: CaseView, say: Say) -> tuple[tuple[Button, ...], ...]:
    add = say.button(P_("button", "I have something to add"), Tap(Verb.ADD, case.id, case.turn))
    call = say.button(
        P_("button", "Speak with who is in charge"), Tap(Verb.CALL_ME, case.id, case.turn)
    )
    return ((add,), (call,))
