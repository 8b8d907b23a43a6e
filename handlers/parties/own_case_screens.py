"""What those whose dispute it is read when they end it, ask for somebody else, or come back: short, and every answer a tap.

Laws: the choice that changes the case for good stands last, with its turn (7); in a case of danger the screen names nothing (13).
"""

from cases.views import CaseView, NoticeView
from handlers.about_case import Reply, about_case, answer_rows
from handlers.buttons import Tap, Verb
from handlers.cards import Button, Card
from handlers.desk.desk_lines import Row
from handlers.parties.followup_screens import closing_waits, rating_rows
from handlers.parties.status_cards import another_row
from handlers.words import Html, Say, case_of, cut, lines
from locales import P_, Word
from models.vocabulary import CLOSED, Challenge, Channel, Part


def ask_withdraw(view: NoticeView, say: Say) -> Card:
    """One screen, three ways: somebody else, go on, or end it."""
    case = case_of(view)
    if case.guarded:
        return about_case(
            view,
            say,
            # L10n: Read by a person in danger: it must name nothing; {number} is the short case number.
            P_("screen", "{number} Do you want to end it? A person looks at it first."),
            _GO_ON,
            _END,
        )
    another: tuple[Row, ...] = (another_row(case, say),) if _may_have_another(case) else ()
    text = lines(
        say(
            # L10n: Read by who reported; {number} is the short case number.
            P_("screen", "{number} Do you want to end it? Then nobody handles it any more."),
            number=case.short,
        ),
        say(
            # L10n: Read by a grid officer; {words} is what he wrote.
            P_("screen", "Reason: {words}"),
            words=cut(str(view.facts["reason"]), 300),
        )
        if view.facts.get("reason")
        else None,
        say(
            P_(
                "screen",
                "You may sue at any time. If it happens again within 90 days, it goes on.",
            )
        ),
        say(P_("screen", "You may also ask for another person to handle it."))
        if another
        else None,
    )
    return Card(text, say.language, inline=(*another, *answer_rows(case, say, _GO_ON, _END)))


_GO_ON: Reply = (P_("button", "Go on"), Verb.GO_ON, "")
_END: Reply = (P_("button", "Yes, end it"), Verb.WITHDRAW_OK, "")


def _may_have_another(case: CaseView) -> bool:
    parts = (case.mediator, case.judge)
    return case.progress.challenged is None and any(
        part is not None and part.person is not None for part in parts
    )


def ask_withdraw_why(view: NoticeView, say: Say) -> Card:
    return about_case(
        view,
        say,
        # L10n: Read by a grid officer who spoke for others; {number} is the short case number.
        P_("screen", "{number} Why is it to be ended? Please write one sentence."),
    )


def withdrawn(view: NoticeView, say: Say) -> Card:
    """Ended; or a second person, or a human by the safe way, looks at it first."""
    case = case_of(view)
    if case.guarded:
        return _recorded_unnamed(view, say)
    if case.stage not in CLOSED:
        return closing_waits(view, say)
    ended = say(
        # L10n: Read by who reported; {number} is the short case number.
        P_(
            "screen",
            "{number} It is ended as you wished. If it happens again within 90 days, it goes on.",
        ),
        number=case.short,
    )
    if case.channel is Channel.GRID_OFFICER or case.progress.rated:
        return Card(ended, say.language)
    asked = say(P_("screen", "How was it handled?"))
    return Card(lines(ended, asked), say.language, inline=rating_rows(case, say))


def not_ended(view: NoticeView, say: Say) -> Card:
    """The second person did not agree: it goes on, and here is why."""
    text = lines(
        say(
            # L10n: Read by who reported; {number} is the short case number.
            P_("notice", "{number} Another person looked at it: it is not ended yet and goes on."),
            number=case_of(view).short,
        ),
        _reason(view, say),
    )
    return Card(text, say.language)


def _reason(view: NoticeView, say: Say) -> Html | None:
    words = str(view.facts.get("words") or "")
    if not words:
        return None
    # L10n: Read by either side; {words} is what the head wrote.
    return say(P_("notice", "Reason: {words}"), words=cut(words, 500))


def went_on(view: NoticeView, say: Say) -> Card:
    return about_case(
        view,
        say,
        # L10n: Read by who reported; {number} is the short case number.
        P_("screen", "{number} All right, it goes on."),
    )


def challenge_who(view: NoticeView, say: Say) -> Card:
    """The mediator or the judge: each head decides about his own."""
    case = case_of(view)
    asked = say(
        # L10n: Read by either side; {number} is the short case number.
        P_("screen", "{number} Who is to be replaced?"),
        number=case.short,
    )
    handlers = [one for one in (case.mediator, case.judge) if one is not None and not one.held]
    rows = tuple(
        (Button(say.person(one.person), Tap(Verb.CHALLENGE, case.id, case.turn, one.part)),)
        for one in handlers
    )
    return Card(asked, say.language, inline=rows)


def challenge_why(view: NoticeView, say: Say) -> Card:
    case = case_of(view)
    who = say.person(view.people[0]) if view.people else ""
    asked = say(
        # L10n: Read by either side; {number} is the short case number, {who} is an office and a name.
        P_(
            "screen",
            "{number} Why should {who} be replaced? Press a button, or write it. The head decides; who it is about is not told why.",
        ),
        number=case.short,
        who=who,
    )
    assignment = int(view.facts.get("assignment", 0))
    rows = tuple(
        (say.button(word, Tap(Verb.CHALLENGE_WHY, assignment, case.turn, why)),)
        for why, word in _CHALLENGES.items()
    )
    return Card(asked, say.language, inline=(*rows, *answer_rows(case, say, _GO_ON)))


_CHALLENGES: dict[Challenge, Word] = {
    Challenge.RELATED: P_("button", "Tied to the other side"),
    Challenge.UNFAIR: P_("button", "Not fair"),
}


def challenged(view: NoticeView, say: Say) -> Card:
    """With the head; by when it is decided."""
    case = case_of(view)
    if case.guarded:
        return _recorded_unnamed(view, say)
    if case.progress.challenge_due:
        return about_case(
            view,
            say,
            # L10n: Read by either side; {number} is the short case number, {when} is a day and hour.
            P_("screen", "{number} The head has it and decides by {when}. You are told."),
            when=say.until(case.progress.challenge_due),
        )
    return about_case(
        view,
        say,
        # L10n: Read by either side; {number} is the short case number.
        P_("screen", "{number} The head has it. You are told what was decided."),
    )


def _recorded_unnamed(view: NoticeView, say: Say) -> Card:
    return about_case(
        view,
        say,
        # L10n: Read by a person in danger: it must name nothing; {number} is the short case number.
        P_("screen", "{number} Recorded. A person looks at it."),
    )


def challenge_decided(view: NoticeView, say: Say) -> Card:
    """To whoever asked: somebody else, or not, and why not."""
    case = case_of(view)
    handler = case.judge if view.facts.get("part") == Part.JUDGE else case.mediator
    if not view.facts.get("replaced"):
        text = lines(
            say(
                # L10n: Read by either side; {number} is the short case number.
                P_("notice", "{number} It was decided not to change who handles it."),
                number=case.short,
            ),
            _reason(view, say),
        )
        return Card(text, say.language)
    if handler is None:
        return about_case(
            view,
            say,
            # L10n: Read by either side; {number} is the short case number.
            P_("notice", "{number} Another person is to handle it; you are told who."),
        )
    return about_case(
        view,
        say,
        # L10n: Read by either side; {number} is the short case number, {who} is an office and a name.
        P_("notice", "{number} {who} handles it now."),
        who=say.person(handler.person),
    )


def ask_reopen(view: NoticeView, say: Say) -> Card:
    return about_case(
        view,
        say,
        # L10n: Read by who reported; {number} is the short case number.
        P_("screen", "{number} What happened? Write it or say it. Photos are welcome too."),
    )


def reopen_offer(view: NoticeView, say: Say) -> Card:
    """Something was said to a closed case: recorded, and perhaps it has begun again."""
    return about_case(
        view,
        say,
        # L10n: Read by who reported; {number} is the short case number.
        P_("screen", "Added to {number}. It is closed: did it happen again?"),
        (P_("button", "It happened again"), Verb.REOPEN, "said"),
    )


def too_long_ago(view: NoticeView, say: Say) -> Card:
    """After 90 days it is a new case, beside which the old number stands."""
    return about_case(
        view,
        say,
        # L10n: Read by who reported; {number} is the short case number.
        P_(
            "screen",
            "{number} was closed more than 90 days ago. It gets a new number, and the old one stands beside it. What happened?",
        ),
    )
