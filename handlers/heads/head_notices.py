"""What the heads and the duty desk are told: what is late, with whom and why."""

from cases.views import NoticeView
from handlers.cards import Card
from handlers.desk.desk_lines import heading, open_button, staff_notice
from handlers.parties.own_case_screens import not_ended
from handlers.words import Say, case_of, cut, moment
from locales import P_, Word
from models.vocabulary import Level, Part


def escalated(view: NoticeView, say: Say) -> Card:
    """What is late, with whom, and why."""
    case = case_of(view)
    why = str(view.facts.get("why", ""))
    if why == "danger_now":
        return _in_danger_now(view, say)
    word = _LATE.get(why, _LATE["not_taken"])
    if why == "place" and view.facts.get("place"):
        place = say(
            # L10n: Read by heads and the duty desk; {place} is the place, from the street down.
            P_("notice", "Place sent: {place}"),
            place=cut(str(view.facts["place"]), 200),
        )
    else:
        place = None
    part = case.judge if view.facts.get("part") == Part.JUDGE else case.mediator
    who = (
        say(
            # L10n: Read by heads and the duty desk; {who} is an office and a name.
            P_("notice", "With whom: {who}"),
            who=say.person(part.person),
        )
        if part
        else None
    )
    return staff_notice(view, say, say(word), heading(case, say), who, place)


def _in_danger_now(view: NoticeView, say: Say) -> Card:
    """The one word that may stand beside the number: the person was told that it is passed on."""
    case = case_of(view)
    said = say(
        # L10n: Read by heads and the duty desk; {level} is the mark of the level, {number} is the short case number.
        P_("notice", "{level}{number} in danger now, please open"),
        level=say.level(Level.RED),
        number=case.short,
    )
    return Card(said, say.language, inline=((open_button(case, say),),))


_LATE: dict[str, Word] = {
    "red": P_("notice", "danger was reported"),
    "said_more": P_("notice", "more was said about danger"),
    "place": P_("notice", "the place was sent"),
    "warned": P_("notice", "nearly late"),
    "not_taken": P_("notice", "nobody has taken it"),
    "nobody_left": P_("notice", "nobody is left to offer it to"),
    "nobody_approves": P_("notice", "nobody is left who could approve its end"),
    "not_contacted": P_("notice", "no contact was made in time"),
    "term_over": P_("notice", "the mediation term is over"),
    "returned_twice": P_("notice", "it was returned twice"),
    "unanswered": P_("notice", "both sides were asked and did not answer"),
    "not_delivered": P_("notice", "the offer was not delivered"),
    "raised": P_("notice", "the whistle was blown on it"),
    "recused": P_("notice", "a judge is recused; it was offered on"),
    "task_late": P_("notice", "a task was not done in time"),
    "order_unanswered": P_("notice", "an order was not answered"),
    "request_unanswered": P_("notice", "a request to the court was not answered"),
    "challenged": P_("notice", "another handler is asked for"),
}


def contradicted(view: NoticeView, say: Say) -> Card:
    """A contact was recorded, and the person says there was none: both answers, side by side."""
    case = case_of(view)
    what = say(P_("notice", "two answers that differ"))
    more = say(
        P_(
            "notice",
            "What was recorded and what a side says differ. Please open it and find out.",
        )
    )
    return staff_notice(view, say, what, heading(case, say), more)


def approve_closing(view: NoticeView, say: Say) -> Card:
    """The words of whoever proposed it open on a tap; the answer is given on that card."""
    case = case_of(view)
    what = say(P_("notice", "closing needs your approval"))
    return staff_notice(view, say, what, heading(case, say))


def closing_refused(view: NoticeView, say: Say) -> Card:
    """To whoever proposed a closing: it goes on."""
    if not view.reader.staff:
        return not_ended(view, say)
    what = say(P_("notice", "the closing was not approved"))
    return staff_notice(view, say, what, heading(case_of(view), say))


def review(view: NoticeView, say: Say) -> Card:
    what = say(P_("notice", "no next date: please look at it"))
    return staff_notice(view, say, what, heading(case_of(view), say))


def not_delivered(view: NoticeView, say: Say) -> Card:
    who = say.person(view.people[0]) if view.people else ""
    if who:
        more = say(
            # L10n: Read by heads and the duty desk; {who} is an office and a name.
            P_(
                "notice",
                "This person does not receive messages: {who}. It is nobody's silence; please telephone.",
            ),
            who=who,
        )
    else:
        more = say(
            P_(
                "notice",
                "A message could not be delivered. It is nobody's silence; please telephone.",
            )
        )
    if view.case is None:
        return Card(more, say.language)
    return staff_notice(view, say, say(P_("notice", "a message was not delivered")), more)


def update_died(view: NoticeView, say: Say) -> Card:
    if not view.facts.get("own", not view.reader.staff):
        said = say(
            P_(
                "notice",
                "A message from somebody could not be processed. It is kept; please see the log.",
            )
        )
    else:
        said = say(
            P_(
                "notice",
                "Your last message could not be processed. It is kept, and a person will look at it. If it is urgent, please call 110.",
            )
        )
    return Card(said, say.language)


def was_away(view: NoticeView, say: Say) -> Card:
    """Nobody looked at the clocks for a while; what has waited is on its way."""
    return Card(
        say(
            P_(
                "notice",
                # L10n: Read by the duty desk; {since} and {until} are days and hours, {cases} and {notices} numbers.
                "The system was away from {since} to {until}. {cases} cases have something overdue and {notices} messages waited; both are being dealt with now.",
            ),
            since=say.day_hour(moment(view.facts["since"])),
            until=say.day_hour(view.now),
            cases=view.facts["cases"],
            notices=view.facts["notices"],
        ),
        say.language,
    )


def restored(view: NoticeView, say: Say) -> Card:
    """The office was put back to an earlier hour: each looks through the own cases."""
    return Card(
        say(
            P_(
                "notice",
                # L10n: Read by handlers and the duty desk; {time} is a day and hour, {cases} a number; /my is a command.
                "The data was restored to {time}; what happened later is not in it. Please check {cases} cases: /my",
            ),
            time=say.day_hour(moment(view.facts["copied_at"])),
            cases=view.facts["cases"],
        ),
        say.language,
    )
