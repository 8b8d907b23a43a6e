"""The card for heads, for the officer who reported, and for whoever had the case before."""

from cases.access import Relation
from cases.views import CaseView, HandlerView, NoticeView
from handlers.cards import Card
from handlers.desk_lines import (
    CLOSED,
    Row,
    contact_rows,
    heading,
    origin,
    story_button,
    word_button,
)
from handlers.words import STAGES, Html, Say, case_of, lines
from locales import P_
from models.vocabulary import Stage

UNCONTACTED = frozenset({Stage.REGISTERED, Stage.ACCEPTED})


def stage_line(case: CaseView, say: Say) -> Html:
    return say(
        # L10n: Read by staff; {stage} is the stage of the case.
        P_("card", "Stage: {stage}"),
        stage=say.plain(STAGES[case.stage]),
    )


def promise_line(case: CaseView, say: Say) -> Html | None:
    return (
        say(
            # L10n: Read by staff; {day} is a day.
            P_("card", "Promised by {day}"),
            day=say.day(case.promised_on),
        )
        if case.promised_on
        else None
    )


def onlooker_card(view: NoticeView, say: Say) -> Card:
    """For heads, the reporter's officer, and whoever had the case before."""
    case = case_of(view)
    text = lines(
        heading(case, say),
        origin(view, say),
        _passed_on(case, say),
        *(_handler_line(handler, view, say) for handler in _shown(case)),
        _closed_line(case, say) if case.stage in CLOSED else stage_line(case, say),
        promise_line(case, say),
    )
    rows: list[Row] = list(contact_rows(case, say)) if _may_still_record(case) else []
    rows.append((story_button(case, say),))
    if case.relations & {
        Relation.SUPERVISOR,
        Relation.COURT_SUPERVISOR,
        Relation.COORDINATOR,
        Relation.HANDLER,
    }:
        rows.append((word_button(case, None, say),))
    return Card(text, say.language, inline=tuple(rows))


def _shown(case: CaseView) -> list[HandlerView]:
    """Who has it; of a closed case, who had taken it."""
    parts = [part for part in (case.judge, case.mediator) if part is not None]
    return [part for part in parts if part.taken_at or case.stage not in CLOSED]


def _may_still_record(case: CaseView) -> bool:
    """Somebody whose clock lapsed and who is no longer first: freezing never stops recording (law 14)."""
    return Relation.HANDLER in case.relations and case.stage in UNCONTACTED


def _passed_on(case: CaseView, say: Say) -> Html | None:
    if case.stage in CLOSED:
        return None
    if Relation.HANDLER in case.relations:
        return say(
            P_(
                "card",
                "The term has passed and it was offered to another person. You can still record.",
            )
        )
    if Relation.FORMER not in case.relations:
        return None
    return say(P_("card", "It is in other hands now; nothing for you to do."))


def _handler_line(handler: HandlerView, view: NoticeView, say: Say) -> Html:
    who = say.person(handler.person)
    if handler.taken_at:
        return say(
            # L10n: Read by staff; {who} is an office and a name, {when} is a day and hour.
            P_("card", "{who}: taken {when}"),
            who=who,
            when=say.soon(handler.taken_at, view.now),
        )
    if handler.acknowledge_due:
        return say(
            # L10n: Read by staff; {who} is an office and a name, {when} is a day and hour.
            P_("card", "{who}: not taken yet, due {when}"),
            who=who,
            when=say.soon(handler.acknowledge_due, view.now),
        )
    return say(
        # L10n: Read by staff; {who} is an office and a name.
        P_("card", "{who}: not taken yet"),
        who=who,
    )


def _closed_line(case: CaseView, say: Say) -> Html:
    if case.closed_at is None:
        return stage_line(case, say)
    return say(
        # L10n: Read by staff; {when} is a day and hour.
        P_("card", "Closed {when}"),
        when=say.day_hour(case.closed_at),
    )
