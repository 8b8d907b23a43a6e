"""The card of whoever mediates a case: the one thing to do now, by where the case stands."""

from cases.views import HandlerView, NoticeView
from handlers.buttons import Tap, Verb
from handlers.cards import Card
from handlers.desk.case_menu import more_row
from handlers.desk.desk_lines import (
    Row,
    back_button,
    contact_rows,
    day_button,
    heading,
    origin,
    story_button,
    uncontacted,
    word_button,
)
from handlers.desk.ending_screens import proposal_lines
from handlers.desk.onlooker_card import UNCONTACTED, promise_line, stage_line
from handlers.words import Html, Say, case_of, lines
from locales import P_
from models.vocabulary import Part, Stage


def frozen_line(own: HandlerView, say: Say) -> Html | None:
    if not own.frozen:
        return None
    return say(
        P_(
            "card",
            "The term has passed and others were called. You can still record contacts, notes and an agreement.",
        )
    )


def mediator_card(view: NoticeView, say: Say, own: HandlerView) -> Card:
    case = case_of(view)
    if own.contact_due is not None or case.stage in UNCONTACTED:
        return _contact_card(view, say, own)
    if case.stage is Stage.AGREED:
        return _agreed_card(view, say)
    if case.stage in _RESTS:
        return _resting_card(view, say, own)
    text = lines(
        heading(case, say),
        origin(view, say),
        say(
            # L10n: Read by staff; {when} is a day and hour.
            P_("card", "Mediation until {when}"),
            when=say.until(case.term_due),
        )
        if case.term_due
        else None,
        frozen_line(own, say),
        *proposal_lines(case.proposal, say),
    )
    rows: tuple[Row, ...] = (
        (
            day_button(case, say),
            say.button(P_("staff button", "They agreed"), Tap(Verb.AGREE, case.id, case.turn)),
        ),
        (
            say.button(
                P_("staff button", "A link for the other side"),
                Tap(Verb.INVITE, case.id, case.turn),
            ),
        ),
        (word_button(case, Part.MEDIATOR, say), story_button(case, say)),
        *more_row(case, say),
    )
    return Card(text, say.language, inline=rows)


_RESTS = frozenset({Stage.SUSPENDED, Stage.REFERRED})


def _resting_card(view: NoticeView, say: Say, own: HandlerView) -> Card:
    """Suspended, or with another organ: one button takes it up again."""
    case = case_of(view)
    text = lines(
        heading(case, say),
        origin(view, say),
        stage_line(case, say),
        frozen_line(own, say),
        *proposal_lines(case.proposal, say),
    )
    if case.stage is Stage.SUSPENDED:
        verb, word = Verb.RESUME, P_("staff button", "Go on with it")
    else:
        verb, word = Verb.TAKE_BACK, P_("staff button", "They did not take it")
    rows: tuple[Row, ...] = (
        (say.button(word, Tap(verb, case.id, case.turn)),),
        (word_button(case, Part.MEDIATOR, say), story_button(case, say)),
        *more_row(case, say),
    )
    return Card(text, say.language, inline=rows)


def _contact_card(view: NoticeView, say: Say, own: HandlerView) -> Card:
    case = case_of(view)
    text = lines(
        heading(case, say),
        uncontacted(view, say, own),
        frozen_line(own, say),
        *proposal_lines(case.proposal, say),
    )
    rows = (
        *contact_rows(case, say),
        (story_button(case, say), back_button(own, case.turn, say)),
        *more_row(case, say),
    )
    return Card(text, say.language, inline=rows)


def _agreed_card(view: NoticeView, say: Say) -> Card:
    case = case_of(view)
    text = lines(
        heading(case, say),
        stage_line(case, say),
        promise_line(case, say),
        say(P_("card", "Nothing for you to do now. Both sides are asked after that day.")),
        *proposal_lines(case.proposal, say),
    )
    return Card(
        text,
        say.language,
        inline=(
            (story_button(case, say),),
            (word_button(case, Part.MEDIATOR, say),),
            *more_row(case, say),
        ),
    )
