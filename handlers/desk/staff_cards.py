"""Today's card of a case, by how the reader stands to it: one thing to do, and what comes next."""

from collections.abc import Iterator

from cases.access import HEADS, Relation
from cases.routing import Why
from cases.views import CaseView, HandlerView, NoticeView
from handlers.cards import Card
from handlers.danger.guarded_card import guarded_card, silent_card
from handlers.desk.case_menu import more_row
from handlers.desk.challenge_cards import held_card
from handlers.desk.desk_lines import (
    Row,
    back_button,
    heading,
    origin,
    story_button,
    take_button,
    word_button,
)
from handlers.desk.mediator_card import frozen_line, mediator_card
from handlers.desk.onlooker_card import (
    closed_card,
    onlooker_card,
)
from handlers.words import OFFICES, REASONS, Html, Say, case_of, lines, own_part
from locales import P_
from models.vocabulary import (
    CLOSED,
    AssignmentState,
    Part,
    Stage,
)


def card(view: NoticeView, say: Say) -> Card:
    """Today's card of the case, by how the reader stands to it."""
    case, own = case_of(view), own_part(view)
    if not case.story:
        held = Relation.HELD in case.relations
        return held_card(view, say) if held else closed_card(view, say)
    if case.guarded and Relation.REPORTER in case.relations:
        return silent_card(view, say)
    if case.guarded:
        return guarded_card(view, say, own)
    if (
        case.stage in CLOSED
        or own is None
        or own.state in {AssignmentState.RETURNED, AssignmentState.RELEASED}
    ):
        return onlooker_card(view, say)
    if own.taken_at is None:
        return _offered_card(view, say, own)
    return _judge_card(view, say, own) if own.part is Part.JUDGE else mediator_card(view, say, own)


def _offered_card(view: NoticeView, say: Say, own: HandlerView) -> Card:
    case = case_of(view)
    rows: tuple[Row, ...] = (
        (take_button(own, case.turn, say),),
        (story_button(case, say),),
        (back_button(own, case.turn, say),),
    )
    if case.relations & HEADS:  # a head to whom it is offered decides as one, too
        rows = (*rows, *more_row(case, say))
    return Card(offered_lines(view, say, own), say.language, inline=rows)


def offered_lines(view: NoticeView, say: Say, own: HandlerView) -> Html:
    """An offer: what it is, the one thing to do, what follows, and why this person."""
    case = case_of(view)
    return lines(
        heading(case, say),
        origin(view, say),
        _opened_again(case, say),
        *_one_thing(view, say, own),
        _why_you(case, own, say),
    )


def _opened_again(case: CaseView, say: Say) -> Html | None:
    if case.reopened_at is None:
        return None
    return say(
        # L10n: Read by staff; {when} is a day and hour.
        P_("card", "{when} opened again: it happened again"),
        when=say.day_hour(case.reopened_at),
    )


def _one_thing(view: NoticeView, say: Say, own: HandlerView) -> Iterator[Html]:
    due = own.acknowledge_due
    by = (
        say.label(
            # L10n: Read by staff; {when} is a day and hour.
            P_("card", "by {when}"),
            when=say.soon(due, view.now),
        )
        if due
        else ""
    )
    if own.part is Part.JUDGE:
        # L10n: by: "by 12:05", or empty
        yield say(
            P_(
                "card",
                "You have one thing to do now: <b>report in</b> {by}. It guides mediation; it is neither filing nor trial.",
            )
            if by
            else P_(
                "card",
                "You have one thing to do now: <b>report in</b>. It guides mediation; it is neither filing nor trial.",
            ),
            by=by,
        )
        yield from _then_mediator(view, say)
        return
    yield say(
        # L10n: Read by staff; {by} is "by" and an hour.
        P_("card", "You have one thing to do now: <b>take the case</b> {by}.")
        if by
        else P_("card", "You have one thing to do now: <b>take the case</b>."),
        by=by,
    )
    if own.contact_due:
        yield say(
            # L10n: Read by staff; {when} is a day and hour.
            P_("card", "Then: contact both sides for the first time by {when}."),
            when=say.soon(own.contact_due, view.now),
        )


def _then_mediator(view: NoticeView, say: Say) -> Iterator[Html]:
    mediator = case_of(view).mediator
    if mediator is None:
        return
    who = say.person(mediator.person)
    if mediator.contact_due:
        yield say(
            # L10n: Read by staff; {who} is an office and a name, {when} is a day and hour.
            P_(
                "card",
                "Then: {who} contacts both sides by {when}. You are asked again only when needed.",
            ),
            who=who,
            when=say.soon(mediator.contact_due, view.now),
        )
    else:
        yield say(
            # L10n: Read by staff; {who} is an office and a name.
            P_("card", "Then: {who} contacts both sides. You are asked again only when needed."),
            who=who,
        )


def _why_you(case: CaseView, own: HandlerView, say: Say) -> Html | None:
    if not own.why:
        return None
    role = say.plain(OFFICES[own.person.role]) if own.person.role else ""
    reasons = [
        say.label(
            REASONS[why],
            role=role,
            community=say.community(case.place),
            category=say.category(case.category),
            until=say.until(own.until) if own.until else "",
        )
        for why in own.why
        if why is not Why.SPECIALISED or case.category
    ]
    # L10n: reasons: "judge of the grid of this community; specialised in labour"
    return say(P_("card", "Why you: {reasons}"), reasons=_joined(reasons, say))


def _joined(reasons: list[str], say: Say) -> str:
    return say.plain(P_("word", "; ")).join(reasons)


def _judge_card(view: NoticeView, say: Say, own: HandlerView) -> Card:
    case = case_of(view)
    # L10n: number: with the level; when: an hour
    said = say(
        P_("card", "<b>{number}</b> reported in {when} · nothing for you to do now"),
        number=say.tag(case),
        when=_taken_when(view, own, say),
    )
    text = lines(said, _next_step(view, say), frozen_line(own, say))
    return Card(
        text,
        say.language,
        inline=(
            (story_button(case, say),),
            (word_button(case, Part.JUDGE, say),),
            *more_row(case, say),
        ),
    )


def _taken_when(view: NoticeView, own: HandlerView, say: Say) -> str:
    return say.soon(own.taken_at or own.offered_at, view.now)


def _next_step(view: NoticeView, say: Say) -> Html | None:
    case = case_of(view)
    if case.stage is Stage.AGREED and case.promised_on:
        return say(
            # L10n: Read by staff; {day} is a day.
            P_("card", "Next: both sides are asked after {day}"),
            day=say.day(case.promised_on),
        )
    mediator = case.mediator
    if mediator is None:
        return None
    due = mediator.contact_due or case.term_due
    if due is None:
        return say(
            # L10n: Read by staff; {who} is an office and a name.
            P_("card", "Next: {who}"),
            who=say.person(mediator.person),
        )
    return say(
        # L10n: Read by staff; {who} is an office and a name, {when} is a day and hour.
        P_("card", "Next: {who}, by {when}"),
        who=say.person(mediator.person),
        when=say.soon(due, view.now),
    )
