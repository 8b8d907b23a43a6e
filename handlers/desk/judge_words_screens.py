"""Words between judge and mediator, as the two of them read them; kept apart from the record."""

from cases.between import Word as Said
from cases.views import NoticeView
from handlers.about_case import about_case, answer_rows
from handlers.buttons import Verb
from handlers.cards import Card
from handlers.desk.desk_lines import Row, open_button, staff_notice
from handlers.words import TITLES, Html, Say, case_of, cut, lines, own_part
from locales import P_
from models.vocabulary import Part, Role

_ROLES = {Part.JUDGE: Role.JUDGE, Part.MEDIATOR: Role.MEDIATOR}


def ask_guidance(view: NoticeView, say: Say) -> Card:
    own = own_part(view)
    judge = own is not None and own.part is Part.JUDGE
    asked = (
        # L10n: Read by a judge; {number} is the short case number.
        P_("screen", "{number} Your word to the mediator? Write or speak.")
        if judge
        # L10n: Read by a mediator; {number} is the short case number.
        else P_("screen", "{number} Your word to the judge? Write or speak.")
    )
    apart = P_("screen", "The parties do not see it, and it is no part of the record.")
    return Card(lines(say(asked, number=case_of(view).short), say(apart)), say.language)


def guidance_sent(view: NoticeView, say: Say) -> Card:
    return about_case(
        view,
        say,
        # L10n: Read by judge or mediator; {number} is the short case number.
        P_("screen", "{number} Passed on. Nothing more for you to do now."),
    )


def word_notice(view: NoticeView, say: Say) -> Card:
    """That there is a word; the word itself opens on a tap."""
    case = case_of(view)
    from_judge = view.facts.get("part") != Part.MEDIATOR
    what = (
        P_("notice", "a word from the judge")
        if from_judge
        else P_("notice", "a word from the mediator")
    )
    rows = answer_rows(case, say, (P_("staff button", "Read it"), Verb.GUIDANCE, ""))
    return staff_notice(view, say, say(what), rows=rows)


def guidance(view: NoticeView, say: Say) -> Card:
    """The latest words, oldest first, and the answer to them."""
    case, own = case_of(view), own_part(view)
    text = lines(
        say(
            # L10n: Read by judge or mediator; {number} is the short case number.
            P_("screen", "<b>{number} Between judge and mediator</b>"),
            number=case.short,
        ),
        *(_line(word, say) for word in case.guidance),
        None if case.guidance else say(P_("screen", "Nothing has been written yet.")),
        say(P_("screen", "The parties do not see it, and it is no part of the record.")),
    )
    judge = own is not None and own.part is Part.JUDGE
    reply = (
        P_("staff button", "A word to the mediator")
        if judge
        else P_("staff button", "A word to the judge")
    )
    rows: tuple[Row, ...] = (
        *answer_rows(case, say, (reply, Verb.GUIDE, "")),
        (open_button(case, say),),
    )
    return Card(text, say.language, inline=rows)


def _line(word: Said, say: Say) -> Html:
    return say(
        # L10n: Read by judge or mediator; {when} is a day and hour, {who} is an office, {words} is what was written.
        P_("card", "{when} {who}: {words}"),
        when=say.day_hour(word.at),
        who=say.plain(TITLES[_ROLES[word.part]]),
        words=cut(word.words, 500) or say.plain(P_("word", "voice message")),
    )
