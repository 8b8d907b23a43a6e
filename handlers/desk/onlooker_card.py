"""The card for heads, for the officer who reported, and for whoever had the case last or before."""

from cases.access import HANDLERS, HEADS, Relation
from cases.views import CaseView, HandlerView, NoticeView
from handlers.cards import Card
from handlers.desk.case_menu import more_row
from handlers.desk.challenge_cards import challenge_lines, challenge_rows
from handlers.desk.desk_lines import (
    Row,
    contact_rows,
    heading,
    origin,
    story_button,
    take_for_rows,
    word_button,
)
from handlers.desk.ending_screens import approval_rows, proposal_lines
from handlers.words import STAGES, Html, Say, case_of, lines
from locales import P_
from models.vocabulary import CLOSED, Stage, TaskKind

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


def closed_card(view: NoticeView, say: Say) -> Card:
    """Without the story: to whoever had the case before, in whose hands it is; else the number alone."""
    case = case_of(view)
    number = say.title(case, "" if case.guarded else say.kind(case))
    if case.guarded or not case.relations & _TOLD_HOW_IT_GOES:
        closed = say(P_("card", "Only those who handle this case can open it."))
        return Card(lines(number, closed), say.language)
    text = lines(
        number,
        _passed_on(case, say),
        *(
            _handler_line(handler, view, say)
            for handler in _shown(case)
            if Relation.FORMER in case.relations  # to the grid number, kind and stage are enough
        ),
        _closed_line(case, say) if case.stage in CLOSED else stage_line(case, say),
    )
    return Card(text, say.language, inline=more_row(case, say))


_TOLD_HOW_IT_GOES = frozenset({Relation.FORMER, Relation.GRID_OFFICER})


def onlooker_card(view: NoticeView, say: Say) -> Card:
    """For heads, the reporter's officer, and whoever had the case last."""
    case = case_of(view)
    challenge = view.task if view.task and view.task.kind is TaskKind.CHALLENGE else None
    text = lines(
        heading(case, say),
        origin(view, say),
        _passed_on(case, say),
        *(_handler_line(handler, view, say) for handler in _shown(case)),
        _closed_line(case, say) if case.stage in CLOSED else stage_line(case, say),
        promise_line(case, say),
        *proposal_lines(case.proposal, say),
        *(challenge_lines(view, say) if challenge else ()),
    )
    rows: list[Row] = list(contact_rows(case, say)) if _may_still_record(case) else []
    if challenge is not None:
        rows += challenge_rows(case, challenge, say)[:1]
    rows.append((story_button(case, say),))
    if case.relations & (HEADS | HANDLERS):
        rows.append((word_button(case, None, say),))
    return Card(
        text,
        say.language,
        inline=(
            *approval_rows(view, say),
            *take_for_rows(case, say),
            *rows,
            *more_row(case, say),
        ),
    )


def _shown(case: CaseView) -> list[HandlerView]:
    """Who has it; of a closed case, who had taken it."""
    parts = [part for part in (case.judge, case.mediator) if part is not None]
    return [part for part in parts if part.taken_at or case.stage not in CLOSED]


def _may_still_record(case: CaseView) -> bool:
    """Somebody whose clock lapsed and who is no longer first: freezing never stops recording (law 14)."""
    return bool(case.relations & HANDLERS) and case.stage in UNCONTACTED


def _passed_on(case: CaseView, say: Say) -> Html | None:
    if case.stage in CLOSED:
        return None
    if case.relations & HANDLERS:
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
