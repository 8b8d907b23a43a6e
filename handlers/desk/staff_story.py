"""The story of a case: names, telephones and the words as written, opened on a tap only."""

from collections.abc import Iterator
from datetime import datetime

from cases.access import Relation
from cases.views import CaseView, NoticeView
from handlers.buttons import Tap, Verb
from handlers.cards import Card
from handlers.desk.desk_lines import additions, heading, open_button, origin
from handlers.desk.staff_cards import card
from handlers.desk.their_office_screens import against_line
from handlers.file_lines import case_files, shown
from handlers.grid.whistle_screens import visit_lines
from handlers.words import Html, Say, case_of, cut, lines
from locales import P_, Word
from models.vocabulary import Channel, TaskKind

_STORY_LENGTH = (
    2000  # characters of the matter on the page of the story: all of it fits one message
)


def story(view: NoticeView, say: Say) -> Card:
    """Names, telephones and the words as written: opened on a tap only."""
    case = case_of(view)
    if not case.story or (case.guarded and Relation.REPORTER in case.relations):
        return card(view, say)
    text = lines(
        heading(case, say),
        origin(view, say),
        say(
            # L10n: Read by staff; {words} is what somebody wrote.
            P_("card", "Summary: {words}"),
            words=cut(case.summary, 500),
        )
        if case.summary
        else None,
        say(
            # L10n: Read by staff; {words} is what somebody wrote.
            P_("card", "As written: {words}"),
            words=cut(case.matter, _STORY_LENGTH),
        )
        if case.matter
        else None,
        *_contacts(case, say),
        *additions(case, say),
        *_orders(case, say),
        *visit_lines(view, say),
        *case_files(case, say),
        *_timeline(case, say),
    )
    return Card(text, say.language, inline=((open_button(case, say),),))


def _contacts(case: CaseView, say: Say) -> Iterator[Html]:
    if case.channel is Channel.RESIDENT and say.named(case.reporter.name):
        yield say(
            # L10n: Read by staff; {name} is a name.
            P_("card", "Reported by {name}"),
            name=cut(say.named(case.reporter.name), 60),
        )
    if case.phone:
        yield say(
            # L10n: Read by staff; {phone} is a telephone number.
            P_("card", "Telephone: {phone}"),
            phone=cut(case.phone, 40),
        )
    if case.home:
        yield say(
            # L10n: Read by staff; {home} is a house number.
            P_("card", "House: {home}"),
            home=cut(case.home, 80),
        )
    if case.other_side:
        yield say(
            # L10n: Read by staff; {other} is the word used for the other side.
            P_("card", "Other side: {other}"),
            other=cut(case.other_side, 80),
        )
    office = against_line(case, say)
    if office is not None:
        yield office
    if not case.consented:
        yield say(P_("card", "The people have not been asked yet: no names."))
    if case.terms:
        yield say(
            # L10n: Read by staff; {terms} is the agreement as written.
            P_("card", "Agreement: {terms}"),
            terms=cut(case.terms, 500),
        )


def _orders(case: CaseView, say: Say) -> Iterator[Html]:
    """How often heads ordered or requested, what, and what was answered; no party reads it."""
    if case.orders:
        answered = sum(order.answer is not None for order in case.orders)
        yield say(
            # L10n: Read by staff; {count} and {answered} are numbers.
            P_("card", "Orders and requests: {count}, answered: {answered}"),
            count=len(case.orders),
            answered=answered,
        )
    for order in case.orders[-3:]:
        yield say(
            # L10n: Read by staff; {when} is a day and hour, {words} is what a head wrote.
            P_("card", "{when} ordered: {words}")
            if order.kind is TaskKind.ORDER
            else P_("card", "{when} requested of the court: {words}"),
            when=say.day_hour(order.at),
            words=cut(order.words, 200),
        )
        if order.answer is not None:
            # L10n: Read by staff; {words} is what was answered.
            yield say(P_("card", "Answer: {words}"), words=cut(order.answer, 200))


def _timeline(case: CaseView, say: Say) -> Iterator[Html]:
    yield _event(
        case.registered_at,
        # L10n: Read by staff; {when} is a day and hour.
        P_("card", "{when} registered"),
        say,
    )
    for handler in (case.judge, case.mediator):
        if handler and handler.taken_at:
            yield say(
                # L10n: Read by staff; {when} is a day and hour, {who} is an office and a name.
                P_("card", "{when} {who} took it"),
                when=say.day_hour(handler.taken_at),
                who=say.person(handler.person),
            )
        elif handler:
            yield say(
                # L10n: Read by staff; {when} is a day and hour, {who} is an office and a name.
                P_("card", "{when} offered to {who}"),
                when=say.day_hour(handler.offered_at),
                who=say.person(handler.person),
            )
    mediator = case.mediator
    if mediator and mediator.contact_due:
        yield _event(
            mediator.contact_due,
            # L10n: Read by staff; {when} is a day and hour.
            P_("card", "{when} first contact due"),
            say,
        )
    if case.term_due:
        yield _event(
            case.term_due,
            # L10n: Read by staff; {when} is a day and hour.
            P_("card", "{when} mediation ends"),
            say,
        )
    if case.earlier:
        yield say(
            # L10n: Read by staff; {number} is a short case number.
            P_("card", "Earlier case, closed more than 90 days before: {number}"),
            number=case.earlier,
        )
    if case.reopened_at:
        yield _event(
            case.reopened_at,
            # L10n: Read by staff; {when} is a day and hour.
            P_("card", "{when} opened again: it happened again"),
            say,
        )
    if case.closed_at:
        yield _event(
            case.closed_at,
            # L10n: Read by staff; {when} is a day and hour.
            P_("card", "{when} closed"),
            say,
        )


def _event(when: datetime, word: Word, say: Say) -> Html:
    return say(word, when=say.day_hour(when))


def file(view: NoticeView, say: Say) -> Card:
    """One file of a case, to those who may see its story; under the last one, the way to earlier ones."""
    case = case_of(view)
    found = next((one for one in case.evidence if one.id == view.facts.get("file")), None)
    earlier = view.facts.get("earlier")
    rows = (
        (
            say.button(
                P_("staff button", "Earlier files"),
                Tap(Verb.FILES, case.id, case.turn, str(earlier)),
            ),
        ),
    )
    return Card(
        Html(case.short),
        say.language,
        inline=rows if earlier else (),
        file=shown(found) if found else None,
    )
