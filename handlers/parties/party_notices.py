"""What both sides are told on the office's own motion, each on its own phone."""

from cases.views import CaseView, HandlerView, NoticeView
from handlers.buttons import Tap, Verb
from handlers.cards import Card
from handlers.desk.desk_lines import Row
from handlers.words import Html, Say, case_of, cut, hotline, lines, moment
from locales import P_


def handler_changed(view: NoticeView, say: Say) -> Card:
    """One apology, who it is now, and by when."""
    case = case_of(view)
    mediator = case.mediator
    if view.facts.get("why") == "decided" and mediator is not None:
        said = _decided(case, mediator, say)
    elif mediator is None:
        said = say(
            # L10n: Read by either side; {number} is the short case number.
            P_(
                "notice",
                "{number} We are sorry: the mediator did not contact you in time. The duty desk arranges another one and tells you.",
            ),
            number=case.short,
        )
    elif mediator.contact_due is None:
        said = say(
            # L10n: Read by either side; {number} is the short case number, {who} is an office and a name.
            P_(
                "notice",
                "{number} We are sorry: the mediator did not contact you in time. {who} has it now.",
            ),
            number=case.short,
            who=say.person(mediator.person),
        )
    else:
        said = say(
            # L10n: Read by either side; {number} is the short case number, {who} is an office and a name, {when} is a day and hour.
            P_(
                "notice",
                "{number} We are sorry: the mediator did not contact you in time. {who} contacts you by {when}.",
            ),
            number=case.short,
            who=say.person(mediator.person),
            when=say.until(mediator.contact_due),
        )
    return Card(said, say.language)


def _decided(case: CaseView, mediator: HandlerView, say: Say) -> Html:
    """A head gave it to somebody else: nobody was late, so nobody apologises."""
    if mediator.contact_due is None:
        return say(
            # L10n: Read by either side; {number} is the short case number, {who} is an office and a name.
            P_("notice", "{number} {who} handles it now."),
            number=case.short,
            who=say.person(mediator.person),
        )
    return say(
        # L10n: Read by either side; {number} is the short case number, {who} is an office and a name, {when} is a day and hour.
        P_("notice", "{number} {who} handles it now and contacts you by {when}."),
        number=case.short,
        who=say.person(mediator.person),
        when=say.until(mediator.contact_due),
    )


def day_agreed(view: NoticeView, say: Say) -> Card:
    case = case_of(view)
    when = say.day_hour(moment(view.facts["day"]))
    if case.mediator:
        said = say(
            # L10n: Read by either side; {number} is the short case number, {when} is a day and hour, {who} is an office and a name.
            P_(
                "notice",
                "{number} The meeting is on {when}, with {who}. It is voluntary and free.",
            ),
            number=case.short,
            when=when,
            who=say.person(case.mediator.person),
        )
    else:
        said = say(
            # L10n: Read by either side; {number} is the short case number, {when} is a day and hour.
            P_("notice", "{number} The meeting is on {when}. It is voluntary and free."),
            number=case.short,
            when=when,
        )
    return Card(said, say.language)


def agreement(view: NoticeView, say: Say) -> Card:
    """To either side: what was promised, by which day, and what follows."""
    case = case_of(view)
    return Card(
        lines(
            say(
                # L10n: Read by either side; {number} is the short case number.
                P_("notice", "<b>{number} Agreement</b>"),
                number=case.short,
            ),
            say(
                # L10n: Read by either side; {terms} is the agreement as written.
                P_("notice", "{terms}"),
                terms=cut(case.terms, 1500),
            ),
            say(
                # L10n: Read by either side; {day} is a day.
                P_("notice", "To be done by {day}. Each side is asked on the day after."),
                day=say.day(case.promised_on),
            )
            if case.promised_on
            else None,
            say(
                P_(
                    "notice",
                    "Both sides may together ask the court to confirm the agreement within 30 days.",
                )
            ),
            say(
                P_(
                    "notice",
                    "If it happens again within 90 days, the case goes on under this number.",
                )
            ),
        ),
        say.language,
    )


def promise_soon(view: NoticeView, say: Say) -> Card:
    """To the side that promised, before the day."""
    case = case_of(view)
    day = say.day(case.promised_on) if case.promised_on else ""
    said = say(
        # L10n: Read by either side; {number} is the short case number, {day} is a day.
        P_("notice", "{number} The promised day is {day}."),
        number=case.short,
        day=day,
    )
    return Card(said, say.language, inline=(terms_row(case, say),))


def terms_row(case: CaseView, say: Say) -> Row:
    return (say.button(P_("button", "What was promised?"), Tap(Verb.TERMS, case.id, case.turn)),)


def mediator_calls(case: CaseView, say: Say) -> Html | None:
    mediator = case.mediator
    if mediator is None or mediator.contact_due is None:
        return None
    return say(
        # L10n: Read by either side; {who} is an office and a name, {when} is a day and hour.
        P_("screen", "{who} contacts you by {when}."),
        who=say.person(mediator.person),
        when=say.until(mediator.contact_due),
    )


def guide(view: NoticeView, say: Say) -> Card:
    """Asking ends, and the ways that stay open are named (R-TJF 26)."""
    case, phone = case_of(view), hotline(view)
    return Card(
        lines(
            say(
                # L10n: Read by either side; {number} is the short case number.
                P_(
                    "notice",
                    "{number} Nobody has told us whether the promise was kept. The person in charge has been told; the case stays open.",
                ),
                number=case.short,
            ),
            say(
                P_(
                    "notice",
                    "If it was not kept, you can go on with mediation, or sue at the people's court (its litigation service window).",
                )
            ),
            say(
                P_("notice", "An agreement confirmed by the court can be enforced on application.")
            ),
            say(P_("notice", "Legal aid: 12348.")),
            say(
                # L10n: Read by either side; {phone} is a telephone number.
                P_("notice", "Questions: {phone}."),
                phone=phone,
            )
            if phone
            else None,
        ),
        say.language,
    )


def joined_other(view: NoticeView, say: Say) -> Card:
    """The other side's first words from us: neutral, and never the reporter's own."""
    case = case_of(view)
    kind = say.kind(case)
    if kind:
        # L10n: kind: the category of the dispute
        what = say(
            P_(
                "screen",
                "Hello. Number <b>{number}</b>: a {kind} matter in {place}, and somebody asked for mediation.",
            ),
            number=case.short,
            place=say.place(case.place),
            kind=kind,
        )
    else:
        what = say(
            # L10n: Read by either side; {number} is the short case number, {place} is the place, from the street down.
            P_(
                "screen",
                "Hello. Number <b>{number}</b>: a matter in {place}, and somebody asked for mediation.",
            ),
            number=case.short,
            place=say.place(case.place),
        )
    who = (
        say(
            # L10n: Read by either side; {who} is an office and a name.
            P_("screen", "The mediator is: {who}."),
            who=say.person(case.mediator.person),
        )
        if case.mediator
        else None
    )
    return Card(
        lines(
            what,
            who,
            say(
                P_(
                    "screen",
                    "Mediation is free and voluntary: you may take part or refuse, and either side may sue at any time. Nobody has decided who is right.",
                )
            ),
            say(P_("screen", "What you write here is not shown to the other side.")),
        ),
        say.language,
        forget=True,
    )
