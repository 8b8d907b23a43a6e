"""What the mediator is asked, and the sides are told, when a mediation rests, is extended, or goes to another organ."""

from collections.abc import Iterator
from datetime import datetime

from cases.views import NoticeView
from handlers.about_case import answer_rows
from handlers.buttons import Tap, Verb
from handlers.cards import Card
from handlers.desk.desk_lines import Row, heading
from handlers.desk.ending_screens import ORGANS
from handlers.words import Html, Say, case_of, civil_day, lines
from locales import P_, Word
from models.vocabulary import Organ, Pause

PAUSES: dict[Pause, Word] = {
    Pause.EXPERT: P_("staff button", "An expert is at work"),
    Pause.BOTH_WISH: P_("staff button", "Both sides wish it"),
}


def suspend_why(view: NoticeView, say: Say) -> Card:
    case = case_of(view)
    rows: tuple[Row, ...] = tuple(
        (say.button(word, Tap(Verb.SUSPEND_WHY, case.id, case.turn, why)),)
        for why, word in PAUSES.items()
    )
    text = lines(
        heading(case, say),
        say(P_("screen", "Why does it rest? Only an expert's time is not counted in the term.")),
    )
    return Card(text, say.language, inline=(*rows, _back(view, say)))


def extend_why(view: NoticeView, say: Say) -> Card:
    return _asked(
        view,
        say,
        P_(
            "screen",
            "Extending needs the consent of both sides. Please write why, and how each consented.",
        ),
    )


def extend_day(view: NoticeView, say: Say) -> Card:
    case = case_of(view)
    days = [civil_day(iso) for iso in view.facts.get("days", [])]
    rows: tuple[Row, ...] = tuple(
        (
            say.button(
                # L10n: Read by a handler; {day} is a day.
                P_("staff button", "Until {day}"),
                Tap(Verb.EXTEND_TO, case.id, case.turn, f"{day:%Y%m%d}"),
                day=say.day(day),
            ),
        )
        for day in days
    )
    text = lines(
        heading(case, say),
        say(
            P_(
                "screen",
                "Until which day? Both sides are told; the signed paper follows within three working days.",
            )
        ),
    )
    return Card(text, say.language, inline=(*rows, _back(view, say)))


def refer_organ(view: NoticeView, say: Say) -> Card:
    case = case_of(view)
    rows: tuple[Row, ...] = tuple(
        (say.button(word, Tap(Verb.REFER_ORGAN, case.id, case.turn, organ)),)
        for organ, word in ORGANS.items()
    )
    text = lines(heading(case, say), say(P_("screen", "To whom is it passed on?")))
    return Card(text, say.language, inline=(*rows, _back(view, say)))


def refer_words(view: NoticeView, say: Say) -> Card:
    return _asked(
        view, say, P_("screen", "Please write the office, who has it there, and the day.")
    )


def take_back_why(view: NoticeView, say: Say) -> Card:
    return _asked(view, say, P_("screen", "Please write what the other office answered."))


def settled_asked(view: NoticeView, say: Say) -> Card:
    case = case_of(view)
    text = lines(
        heading(case, say),
        say(
            P_(
                "screen",
                "Both sides are asked. A side without a chat is asked by telephone: the task is on your desk.",
            )
        ),
    )
    return Card(text, say.language, inline=(_back(view, say),))


def settled_question(view: NoticeView, say: Say) -> Card:
    case = case_of(view)
    asked = say(
        # L10n: Read by either side; {number} is the short case number.
        P_("notice", "{number} Have you settled it between yourselves? If so, it can be ended."),
        number=case.short,
    )
    rows = answer_rows(
        case,
        say,
        (P_("button", "Yes, settled"), Verb.SETTLED, "yes"),
        (P_("button", "No, not settled"), Verb.SETTLED, "no"),
    )
    return Card(asked, say.language, inline=rows)


def settled_thanks(view: NoticeView, say: Say) -> Card:
    said = say(
        # L10n: Read by either side; {number} is the short case number.
        P_("screen", "{number} Thank you. The mediator sees your answer."),
        number=case_of(view).short,
    )
    return Card(said, say.language)


_WHY_SUSPENDED: dict[Pause, Word] = {
    Pause.EXPERT:
    # L10n: Read by either side; {number} is the short case number.
    P_("notice", "{number} An expert is being asked. The mediation rests until then."),
    Pause.BOTH_WISH:
    # L10n: Read by either side; {number} is the short case number.
    P_("notice", "{number} As both sides wish, the mediation rests for the time being."),
}


def suspended(view: NoticeView, say: Say) -> Card:
    case = case_of(view)
    word = _WHY_SUSPENDED[Pause(view.facts.get("pause", Pause.BOTH_WISH))]
    return Card(
        lines(say(word, number=case.short), say(P_("notice", "You are told when it goes on."))),
        say.language,
    )


def resumed(view: NoticeView, say: Say) -> Card:
    return Card(lines(*_resumed(view, say)), say.language)


def _resumed(view: NoticeView, say: Say) -> Iterator[Html]:
    case = case_of(view)
    yield say(
        # L10n: Read by either side; {number} is the short case number.
        P_("notice", "{number} The mediation goes on."),
        number=case.short,
    )
    if case.term_due:
        yield say(
            # L10n: Read by either side; {when} is a day and hour.
            P_("notice", "It lasts until {when} at the latest."),
            when=say.until(case.term_due),
        )


def extended(view: NoticeView, say: Say) -> Card:
    """To each side: until when, and a button for whoever did not consent (law 6)."""
    case = case_of(view)
    until = view.facts.get("until") or case.term_due or view.now
    said = say(
        # L10n: Read by either side; {number} is the short case number, {day} is a day.
        P_("notice", "{number} With the consent of both sides the mediation goes on until {day}."),
        number=case.short,
        day=say.day(until.date() if isinstance(until, datetime) else civil_day(until)),
    )
    rows = answer_rows(case, say, (P_("button", "I did not consent"), Verb.CONTEST, "extension"))
    return Card(said, say.language, inline=rows)


def referred(view: NoticeView, say: Say) -> Card:
    case = case_of(view)
    organ = Organ(view.facts.get("organ", Organ.ADMINISTRATION))
    return Card(
        lines(
            say(
                # L10n: Read by who reported; {number} is the short case number, {organ} is an office.
                P_("notice", "{number} Your matter was passed on to: {organ}."),
                number=case.short,
                organ=say.plain(ORGANS[organ]),
            ),
            say(
                P_(
                    "notice",
                    "It stays open here until they answer. If they do not take it, it comes back and you are told.",
                )
            ),
        ),
        say.language,
    )


def _asked(view: NoticeView, say: Say, word: Word) -> Card:
    return Card(lines(heading(case_of(view), say), say(word)), say.language)


def _back(view: NoticeView, say: Say) -> Row:
    case = case_of(view)
    return (
        say.button(P_("staff button", "Back to the card"), Tap(Verb.OPEN, case.id, case.turn)),
    )
