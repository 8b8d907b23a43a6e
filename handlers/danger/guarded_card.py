"""The card of a person in danger: how they may be reached, and what may not be done (law 13)."""

from cases.views import HandlerView, NoticeView
from handlers.cards import Card
from handlers.desk.case_menu import more_row
from handlers.desk.desk_lines import (
    Row,
    additions,
    contact_rows,
    done_button,
    heading,
    origin,
    story_button,
    take_button,
    word_button,
)
from handlers.desk.ending_screens import approval_rows, proposal_lines
from handlers.desk.task_cards import task_lines
from handlers.words import CHANNELS, Html, Say, case_of, cut, lines
from locales import P_
from models.vocabulary import CLOSED, AssignmentState, Part, SafeChannel


def guarded_card(view: NoticeView, say: Say, own: HandlerView | None) -> Card:
    """A person in danger: how they may be reached, and what may not be done (law 13)."""
    case = case_of(view)
    channel = case.safe_channel or SafeChannel.UNASKED
    text = lines(
        heading(case, say),
        origin(view, say),
        say(CHANNELS[channel]),
        say(
            # L10n: Read by the duty desk; {contact} is a number and hour as written.
            P_("card", "Number and hour: {contact}"),
            contact=cut(case.safe_contact, 200),
        )
        if case.safe_contact
        else None,
        say(
            P_(
                "card",
                "Do not tell the other side, neighbours or the grid. If somebody else answers, say only “the community service line”. No mediation face to face.",
            )
        ),
        *additions(case, say),
        *task_lines(view, say),
        *proposal_lines(case.proposal, say),
    )
    return Card(text, say.language, inline=_guarded_rows(view, say, own))


def silent_card(view: NoticeView, say: Say) -> Card:
    """To the grid officer who brought it: the grid hears nothing more (law 13)."""
    case = case_of(view)
    return Card(
        lines(
            Html(f"<b>{say.tag(case)}</b>"),
            say(
                P_(
                    "card",
                    "The duty desk has it. To protect the person, nothing more is shown here; please tell nobody.",
                )
            ),
        ),
        say.language,
    )


def _guarded_rows(view: NoticeView, say: Say, own: HandlerView | None) -> tuple[Row, ...]:
    case = case_of(view)
    live = (
        own
        if own
        and own.state in {AssignmentState.OFFERED, AssignmentState.SEEN, AssignmentState.TAKEN}
        else None
    )
    rows: list[Row] = []
    if live and live.taken_at is None and case.stage not in CLOSED:
        rows.append((take_button(live, case.turn, say),))
    if live and live.taken_at and live.contact_due:
        rows.append(contact_rows(case, say)[0])
    if view.task:
        rows.append((done_button(view.task.id, say),))
    rows += [(story_button(case, say),), (word_button(case, Part.MEDIATOR, say),)]
    return (*approval_rows(view, say), *rows, *more_row(case, say))
