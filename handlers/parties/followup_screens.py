"""What both sides read from the first contact to the closed case: each question on its own phone, each answer a tap.

Laws: silence is never an answer (6); a person who may still sue is never told that this is the end of it.
"""

from cases.views import CaseView, NoticeView
from handlers.about_case import Reply, about_case, answer_rows
from handlers.buttons import Verb
from handlers.cards import Card
from handlers.desk.desk_lines import Row
from handlers.parties.party_notices import mediator_calls, terms_row
from handlers.words import RATINGS, Say, case_of, cut, lines
from locales import P_
from models.vocabulary import Kept, Rating


def contact_check(view: NoticeView, say: Say) -> Card:
    return about_case(
        view,
        say,
        # L10n: Read by either side; {number} is the short case number.
        P_(
            "notice", "{number} You were to be contacted by today. Has the mediator contacted you?"
        ),
        (P_("button", "Yes, contacted"), Verb.CONTACTED, ""),
        (P_("button", "Not yet"), Verb.NOT_CONTACTED, ""),
    )


def contact_ok(view: NoticeView, say: Say) -> Card:
    return about_case(
        view,
        say,
        # L10n: Read by either side; {number} is the short case number.
        P_("screen", "{number} Good. Thank you."),
    )


def contact_sorry(view: NoticeView, say: Say) -> Card:
    case = case_of(view)
    due = case.mediator.contact_due if case.mediator else None
    if due is None:
        return about_case(
            view,
            say,
            # L10n: Read by either side; {number} is the short case number.
            P_(
                "screen",
                "{number} We are sorry. The person in charge has been told and arranges another person.",
            ),
        )
    return about_case(
        view,
        say,
        # L10n: Read by either side; {number} is the short case number, {when} is a day and hour.
        P_(
            "screen",
            "{number} We are sorry. The person in charge has been told; another person contacts you by {when}.",
        ),
        when=say.until(due),
    )


def kept_question(view: NoticeView, say: Say) -> Card:
    case = case_of(view)
    text = lines(
        say(
            # L10n: Read by either side; {number} is the short case number.
            P_("notice", "<b>{number} The promised day has passed. Was it kept?</b>"),
            number=case.short,
        ),
        say(P_("notice", "If you do not answer, the case is not closed for that.")),
    )
    return Card(text, say.language, inline=(*answer_rows(case, say, *_KEPT), terms_row(case, say)))


_KEPT: tuple[Reply, ...] = (
    (P_("button", "Yes, all of it"), Verb.KEPT, Kept.ALL),
    (P_("button", "Only partly"), Verb.KEPT, Kept.PARTLY),
    (P_("button", "Not kept"), Verb.KEPT, Kept.NOT),
)


def terms(view: NoticeView, say: Say) -> Card:
    case = case_of(view)
    if not case.terms:
        return about_case(
            view,
            say,
            # L10n: Read by either side; {number} is the short case number.
            P_("screen", "{number} No agreement is on record yet."),
        )
    day = say.day(case.promised_on) if case.promised_on else ""
    text = lines(
        say(
            # L10n: Read by either side; {number} is the short case number, {day} is a day.
            P_("screen", "{number} Promised by {day}:"),
            number=case.short,
            day=day,
        ),
        say(
            # L10n: Read by either side; {terms} is the agreement as written.
            P_("notice", "{terms}"),
            terms=cut(case.terms, 2500),
        ),
    )
    return Card(text, say.language, inline=answer_rows(case, say, *_KEPT))


def kept_close(view: NoticeView, say: Say) -> Card:
    return about_case(
        view,
        say,
        # L10n: Read by either side; {number} is the short case number.
        P_(
            "screen",
            "{number} Good to hear. May this case be closed? If it happens again within 90 days, it goes on.",
        ),
        (P_("button", "Yes, close it"), Verb.CLOSE_OK, ""),
        (P_("button", "Wait and see"), Verb.WATCH, ""),
    )


def kept_thanks(view: NoticeView, say: Say) -> Card:
    return about_case(
        view,
        say,
        # L10n: Read by either side; {number} is the short case number.
        P_("screen", "{number} Recorded. Thank you for your answer."),
    )


def kept_sorry(view: NoticeView, say: Say) -> Card:
    case = case_of(view)
    asked = say(
        # L10n: Read by either side; {number} is the short case number.
        P_(
            "screen",
            "{number} We are sorry. What was not done? You may say it as a voice message.",
        ),
        number=case.short,
    )
    return Card(lines(asked, mediator_calls(case, say)), say.language)


def rate(view: NoticeView, say: Say) -> Card:
    return about_case(
        view,
        say,
        # L10n: Read by either side; {number} is the short case number.
        P_("screen", "{number} How was it handled?"),
        *_RATINGS,
    )


def rating_rows(case: CaseView, say: Say) -> tuple[Row, ...]:
    return answer_rows(case, say, *_RATINGS)


#: Four answers; "no rating" is one of them, and counts by itself.
_RATINGS: tuple[Reply, ...] = tuple((RATINGS[rating], Verb.RATE, rating) for rating in Rating)


def rated(view: NoticeView, say: Say) -> Card:
    return about_case(
        view,
        say,
        # L10n: Read by either side; {number} is the short case number.
        P_("screen", "{number} Recorded. Thank you."),
    )


def closing_waits(view: NoticeView, say: Say) -> Card:
    return about_case(
        view,
        say,
        # L10n: Read by either side; {number} is the short case number.
        P_(
            "screen",
            "{number} Understood. A second person looks at it before it is closed; then you are told.",
        ),
    )


def watching(view: NoticeView, say: Say) -> Card:
    return about_case(
        view,
        say,
        # L10n: Read by either side; {number} is the short case number.
        P_("screen", "{number} Understood. It stays open, and you are asked again later."),
    )


def follow_up_question(view: NoticeView, say: Say) -> Card:
    return about_case(
        view,
        say,
        # L10n: Read by either side; {number} is the short case number.
        P_("notice", "{number} How is it now? Has it happened again?"),
        (P_("button", "All is well"), Verb.WELL, ""),
        (P_("button", "It happened again"), Verb.NOT_WELL, ""),
    )


def follow_up_well(view: NoticeView, say: Say) -> Card:
    return about_case(
        view,
        say,
        # L10n: Read by either side; {number} is the short case number.
        P_("screen", "{number} Good to hear. If it happens again, just write here."),
    )
