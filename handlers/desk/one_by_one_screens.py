"""The judge's offers one after the other, and what follows a recusal; "nothing to do" is said plainly."""

from cases.views import NoticeView
from handlers.buttons import Tap, Verb
from handlers.cards import Card
from handlers.desk.desk_lines import Row, story_button, take_label
from handlers.desk.staff_cards import offered_lines
from handlers.words import Say, case_of, lines, own_part
from locales import P_, Word
from models.vocabulary import Tie

_NEXT = "-n"  # handlers/desk/one_by_one.py

_TIES: dict[Tie, Word] = {
    Tie.KIN: P_("staff button", "Family"),
    Tie.INTEREST: P_("staff button", "An interest in the matter"),
    Tie.OTHER: P_("staff button", "Another tie"),
}


def one_by_one(view: NoticeView, say: Say) -> Card:
    """One offer: report in, give it back, or look at the next; each tap shows the next in place."""
    case, own = case_of(view), own_part(view)
    if own is None:
        return one_by_one_end(view, say)
    rest = view.facts.get("rest")
    after = (
        say(
            # L10n: Read by a judge; {count} is how many cases follow.
            P_("card", "After this one: {count}"),
            count=rest,
        )
        if rest
        else None
    )
    back = P_("staff button", "Recusal, or not mine")
    rows: tuple[Row, ...] = (
        (say.button(take_label(own), Tap(Verb.TAKE_NEXT, own.assignment_id, case.turn)),),
        (
            say.button(
                P_("staff button", "Next one"),
                Tap(Verb.ONE_BY_ONE, own.assignment_id, case.turn),
            ),
        ),
        (story_button(case, say),),
        (say.button(back, Tap(Verb.BACK, own.assignment_id, case.turn, _NEXT)),),
    )
    return Card(lines(offered_lines(view, say, own), after), say.language, inline=rows)


def one_by_one_end(view: NoticeView, say: Say) -> Card:
    left = view.facts.get("left") or 0
    if not left:
        return Card(say(P_("card", "You have nothing to do now.")), say.language)
    said = say(
        # L10n: Read by a judge; {count} is a number of cases.
        P_("card", "That was the last one. Not reported in yet: {count}."),
        count=left,
    )
    again = say.button(P_("staff button", "From the beginning"), Tap(Verb.ONE_BY_ONE, 0))
    return Card(said, say.language, inline=((again,),))


def recused_tie(view: NoticeView, say: Say) -> Card:
    """Access has ended; one thing more, for the head who is told."""
    case, assignment = case_of(view), int(view.facts.get("assignment") or 0)
    suffix = _NEXT if view.facts.get("next") else ""
    text = lines(
        say(
            # L10n: Read by a handler; {number} is the short case number.
            P_("screen", "{number} You are recused; it goes to the next person at once."),
            number=case.short,
        ),
        say(P_("screen", "Of what kind is the tie?")),
    )
    rows: tuple[Row, ...] = tuple(
        (say.button(word, Tap(Verb.TIE, assignment, case.turn, f"{tie}{suffix}")),)
        for tie, word in _TIES.items()
    )
    return Card(text, say.language, inline=rows)


def recused(view: NoticeView, say: Say) -> Card:
    said = say(
        # L10n: Read by a handler; {number} is the short case number.
        P_("screen", "{number} Recorded. Nothing more for you to do."),
        number=case_of(view).short,
    )
    return Card(said, say.language)
