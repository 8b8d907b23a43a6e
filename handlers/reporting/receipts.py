"""What is said when a number was given: what was received, who acts by when, and what stays free to choose.

Law: a time is named only where somebody of a loaded rota stands behind it.
"""

from datetime import datetime, timedelta

from cases.access import Relation
from cases.views import CaseView, HandlerView, NoticeView
from handlers.answers import Answer
from handlers.buttons import Tap, Verb
from handlers.cards import Button, Card
from handlers.file_lines import files_line
from handlers.words import Html, Say, case_of, hotline, lines
from locales import P_
from models.vocabulary import Category, Channel, Level

_COPY = 256  # characters a copy button carries; Bot API, CopyTextButton


def receipt(view: NoticeView, say: Say) -> Card:
    """Law 1.3: it names a time only where somebody on the loaded rota stands behind it."""
    case = case_of(view)
    if case.channel is Channel.GRID_OFFICER:
        return officer_receipt(view, say)
    files = files_line(view, say)
    return Card(
        lines(
            say(
                # L10n: Read by who reported; {number} is the short case number.
                P_("notice", "<b>Received, number {number}</b>"),
                number=case.short,
            ),
            Html(say.stamp(case.registered_at)),
            files,
            _place_asked(case, say),
            _who_contacts(case, say),
            say(P_("notice", "Mediation is free and voluntary; you may sue at any time.")),
            # L10n: number: the full number of the case, as on paper
            say(
                P_(
                    "notice",
                    "This record shows the day of your request, please keep it. ({number})",
                ),
                number=case.number,
            ),
            _trust(view, say),
        ),
        say.language,
        # a message with these keys could not be changed as its files arrive: then the next one brings them
        answers=() if files else (Answer.LEAVE_PHONE, Answer.ADD_PHOTO, Answer.MY_CASES),
    )


def _place_asked(case: CaseView, say: Say) -> Html | None:
    if case.place.street or case.place.community or case.place.grid:
        return None
    return say(P_("notice", "The duty desk will ask you for the place."))


def _who_contacts(case: CaseView, say: Say) -> Html:
    mediator = case.mediator
    if mediator is None:
        return say(
            P_(
                "notice",
                "The duty desk of the governance centre arranges who contacts you and tells you.",
            )
        )
    who = say.person(mediator.person)
    if mediator.contact_due is None or not _stands_behind(case, mediator, mediator.contact_due):
        return say(
            # L10n: Read by who reported; {who} is an office and a name.
            P_("notice", "{who} will contact you."),
            who=who,
        )
    return say(
        # L10n: Read by who reported; {who} is an office and a name, {when} is a day and hour.
        P_(
            "notice",
            "{who} contacts you by {when}. If nobody has contacted you by then, it passes to another person by itself, and you are told.",
        ),
        who=who,
        when=say.until(mediator.contact_due),
    )


def _stands_behind(case: CaseView, handler: HandlerView, due: datetime) -> bool:
    """Of a RED case a term of minutes is named only of whoever is on duty by the rota until it ends, by day as at night."""
    return case.level is not Level.RED or (handler.until is not None and due <= handler.until)


def _trust(view: NoticeView, say: Say) -> Html:
    never = say(P_("notice", "We never ask for money, passwords or codes."))
    phone = hotline(view)
    if not phone:
        return never
    # L10n: phone: the number of the governance centre; never: the sentence about money and codes
    return say(
        P_("notice", "If in doubt, call {phone} and give the number. {never}"),
        phone=phone,
        never=never,
    )


def officer_receipt(view: NoticeView, say: Say) -> Card:
    """To the grid officer who blew the whistle."""
    case = case_of(view)
    labour = case.category is Category.LABOUR
    return Card(
        lines(
            # L10n: number: with the level, 124-1〔重大〕
            say(
                P_("notice", "<b>Whistle blown, number {number}</b> {when}"),
                number=say.tag(case),
                when=say.stamp(case.registered_at),
            ),
            files_line(view, say),
            *_reporting_in(view, case, say),
            _chain(case, say),
            None if case.consented else _ask_them(view, say),
            say(
                P_(
                    "notice",
                    "Later, when there is time: the workers may choose a representative; what each is owed on a sheet of paper, photographed, will do.",
                )
            )
            if labour
            else None,
            say(
                P_(
                    "notice",
                    "For reference: labour arbitration is usually applied for within one year.",
                )
            )
            if labour
            else None,
        ),
        say.language,
        inline=(
            (ledger_line(case, say),),
            *_code_row(case, say),
            (say.button(P_("staff button", "Add to it"), Tap(Verb.ADD, case.id, case.turn)),),
        ),
    )


def _reporting_in(view: NoticeView, case: CaseView, say: Say) -> tuple[Html, ...]:
    """Who reports in by when; those with the same hour in one line."""
    by_due: dict[str, list[str]] = {}
    for handler in (case.judge, case.mediator):
        if handler is None or handler.acknowledge_due is None:
            continue
        if _stands_behind(case, handler, handler.acknowledge_due):
            by_due.setdefault(say.soon(handler.acknowledge_due, view.now), []).append(
                say.person(handler.person)
            )
    return tuple(
        # L10n: who: offices and names; when: an hour of today or a day and hour
        say(P_("notice", "{who} report in by {when}."), who=say.list(who), when=when)
        for when, who in by_due.items()
    )


def _chain(case: CaseView, say: Say) -> Html:
    chain = " → ".join(say.office(person) for person in case.next_judges)
    trusted = say(P_("notice", "You need not chase it; you are told the result."))
    if not chain:
        return trusted
    return say(
        # L10n: Read by who reported; {chain} is the offices that follow, {trusted} is the sentence about the result.
        P_("notice", "If nobody reports in: {chain}. {trusted}"),
        chain=chain,
        trusted=trusted,
    )


def _ask_them(view: NoticeView, say: Say) -> Html:
    tomorrow = say.month_day(view.now + timedelta(days=1))
    return say(
        # L10n: Read by who reported; {day} is a day.
        P_("notice", "Please ask them by {day}; one word of consent in reply is enough."),
        day=tomorrow,
    )


def _code_row(case: CaseView, say: Say) -> tuple[tuple[Button, ...], ...]:
    """A code for several people with one claim; a helper only reports."""
    if Relation.GRID_OFFICER not in case.relations or (case.people or 1) == 1:
        return ()
    label = (
        P_("staff button", "A QR code for the workers")
        if case.category is Category.LABOUR
        else P_("staff button", "A QR code for the people")
    )
    return ((say.button(label, Tap(Verb.TOGETHER, case.id, case.turn)),),)


def ledger_line(case: CaseView, say: Say) -> Button:
    """The office's own ledger: number, date, place, category, people, amount, separated by tabs."""
    cells = (
        case.number,
        say.month_day(case.registered_at),
        say.place(case.place),
        say.kind(case),
        str(case.people or ""),
        say.money(case.amount) if case.amount else "",
    )
    label = say.label(P_("staff button", "Copy the ledger line"))
    return Button(label, copy="\t".join(cells)[:_COPY])
