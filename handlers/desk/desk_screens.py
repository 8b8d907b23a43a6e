"""What a handler is asked between two cards: days, words, reasons; and the first words to somebody of the roster."""

from collections.abc import Sequence
from datetime import datetime

from cases.views import Name, NoticeView
from handlers.buttons import Tap, Verb
from handlers.cards import Card
from handlers.desk.desk_lines import contact_rows, open_button
from handlers.file_lines import files_line
from handlers.words import OFFICES, Html, Say, case_of, civil_day, cut, lines, moment, own_part
from locales import P_, Word
from locales.formats import CIVIL
from models.vocabulary import Form, Role, TaskKind


def approved(view: NoticeView, say: Say) -> Card:
    return Card(
        say(
            # L10n: Read by a handler; {number} is the short case number.
            P_("screen", "{number} is closed."),
            number=case_of(view).short,
        ),
        say.language,
    )


_REASONS: dict[str, Word] = {
    "related": P_("staff button", "I am related to a party"),
    "not_mine": P_("staff button", "It is not mine"),
    "no_time": P_("staff button", "I have no time"),
}


def back_why(view: NoticeView, say: Say) -> Card:
    own = own_part(view) if view.case else None
    assignment = int(view.facts.get("assignment") or (own.assignment_id if own else 0))
    turn = view.case.turn if view.case else 0
    after = "-n" if view.facts.get("next") else ""  # handlers/desk/one_by_one.py
    rows = tuple(
        (say.button(word, Tap(Verb.BACK_WHY, assignment, turn, f"{why}{after}")),)
        for why, word in _REASONS.items()
    )
    return Card(
        _about(view, say, P_("screen", "Why do you give it back?")), say.language, inline=rows
    )


def _about(view: NoticeView, say: Say, word: Word, **facts: object) -> Html:
    """A question with the number of the case before it."""
    asked = say(word, **facts)
    return Html(f"{view.case.short} {asked}") if view.case else asked


def which_day(view: NoticeView, say: Say) -> Card:
    case = case_of(view)
    days = [moment(iso) for iso in view.facts.get("days", [])]
    rows = tuple(
        (
            say.button(
                # L10n: Read by a handler; {day} is a day.
                P_("staff button", "{day}"),
                Tap(Verb.DAY_IS, case.id, case.turn, stamp(day)),
                day=say.day_hour(day),
            ),
        )
        for day in days
    )
    asked = P_(
        "screen", "Which day was agreed? You may also write it, for example 11月26日 14:00."
    )
    return Card(_about(view, say, asked), say.language, inline=rows)


def stamp(when: datetime) -> str:
    return when.astimezone(CIVIL).strftime("%Y%m%d%H%M")


def ask_day_words(view: NoticeView, say: Say) -> Card:
    return Card(
        _about(
            view, say, P_("screen", "Please write the day and hour, for example 11月26日 14:00.")
        ),
        say.language,
    )


def agree_terms(view: NoticeView, say: Say) -> Card:
    return Card(
        _about(
            view,
            say,
            P_(
                "screen",
                "What did both sides agree on? Please write it as it was agreed: who does what.",
            ),
        ),
        say.language,
    )


def agree_day(view: NoticeView, say: Say) -> Card:
    return Card(
        _about(view, say, P_("screen", "By which day is it to be done? For example 12月6日.")),
        say.language,
    )


def agree_confirm(view: NoticeView, say: Say) -> Card:
    case = case_of(view)
    day = civil_day(view.facts["day"])
    text = lines(
        say(
            # L10n: Read by a handler; {number} is the short case number.
            P_("screen", "{number} This is what will be recorded and sent to both sides:"),
            number=case.short,
        ),
        say(
            # L10n: Read by a handler; {terms} is the agreement as written.
            P_("notice", "{terms}"),
            terms=cut(str(view.facts.get("terms", "")), 2500),
        ),
        say(
            # L10n: Read by a handler; {day} is a day.
            P_("screen", "To be done by {day}"),
            day=say.day(day),
        ),
    )
    rows = (
        (
            say.button(
                P_("staff button", "Signed on paper: record it"),
                Tap(Verb.AGREE_OK, case.id, case.turn, Form.WRITTEN),
            ),
        ),
        (
            say.button(
                P_("staff button", "Agreed by word: record it"),
                Tap(Verb.AGREE_OK, case.id, case.turn, Form.ORAL),
            ),
        ),
        (
            say.button(
                P_("staff button", "Write it again"), Tap(Verb.AGREE_REDO, case.id, case.turn)
            ),
        ),
    )
    return Card(text, say.language, inline=rows)


def invite_link(view: NoticeView, say: Say) -> Card:
    text = lines(
        _about(
            view,
            say,
            P_(
                "screen",
                "Please give this link to the other side. It works once, for seven days, and shows nothing that the reporter wrote.",
            ),
        ),
        say(
            # L10n: Read by a handler; {link} is an address.
            P_("screen", "{link}"),
            link=str(view.facts.get("link", "")),
        ),
    )
    return Card(text, say.language)


def ask_note(view: NoticeView, say: Say) -> Card:
    return Card(_about(view, say, P_("screen", "Please write or say it.")), say.language)


def noted(view: NoticeView, say: Say) -> Card:
    said = _about(view, say, P_("screen", "Recorded."))
    return Card(lines(said, files_line(view, say)), say.language)


def no_answer_noted(view: NoticeView, say: Say) -> Card:
    """The record, and the same buttons again: the next try, by whichever way, is one tap too."""
    case = case_of(view)
    following = view.facts.get("next")
    if following:
        said = _about(
            view,
            say,
            # L10n: Read by a handler; {when} is a day and hour.
            P_("screen", "Recorded: nobody answered. Next try: {when}."),
            when=say.day_hour(moment(following)),
        )
    else:
        said = _about(view, say, P_("screen", "Recorded: nobody answered."))
    rows = (*contact_rows(case, say), (open_button(case, say),))
    return Card(said, say.language, inline=rows)


def ask_summary(view: NoticeView, say: Say) -> Card:
    if view.task is not None and view.task.kind in {TaskKind.ORDER, TaskKind.REQUEST}:
        asked = P_("screen", "Please write your answer. It goes to the head who asked.")
        return Card(_about(view, say, asked), say.language)
    return Card(
        _about(
            view, say, P_("screen", "Please write in one sentence what the voice message says.")
        ),
        say.language,
    )


def join_digits(view: NoticeView, say: Say) -> Card:
    """Asked of whoever brings a link of the roster; it says nothing of whose it is."""
    left = view.facts.get("left")
    return Card(
        lines(
            # L10n: {count} is how often it may still be tried.
            say(P_("screen", "That was not right. Tries left: {count}"), count=left)
            if left
            else None,
            say(
                P_(
                    "screen",
                    "Please write the last four digits of your telephone, as the office has it.",
                )
            ),
        ),
        say.language,
        forget=True,
    )


def join_is_locked(_view: NoticeView, say: Say) -> Card:
    text = say(
        P_(
            "screen",
            "This link is locked now, and the administrator was told. Ask him for a new one.",
        )
    )
    return Card(text, say.language, forget=True)


def join_locked(view: NoticeView, say: Say) -> Card:
    """To an administrator: by the code of the roster alone."""
    return Card(
        lines(
            say(P_("notice", "A link for joining was locked after five wrong answers.")),
            # L10n: {code} is a code of the roster.
            say(
                P_(
                    "notice",
                    "Code on the roster: {code}. If it was this person, send a new link; if not, ask who had it.",
                ),
                code=str(view.facts.get("code", "")),
            ),
        ),
        say.language,
    )


def joined(view: NoticeView, say: Say) -> Card:
    """The first words to somebody of the roster: each office and area."""
    duties = [_duty(duty, say) for duty in view.facts.get("duties", [])]
    more = say(P_("screen", "New cases come to you here. /my shows what you have in hand."))
    return Card(
        lines(say(P_("screen", "Hello. You are linked to your office:")), *duties, more),
        say.language,
        forget=True,
    )


def _duty(duty: Sequence[str], say: Say) -> Html:
    role, zh, ko = duty
    office = say.plain(OFFICES[Role(role)])
    return say(
        # L10n: Read by a handler; {place} is the place, from the street down, {office} is what the person answers for.
        P_("screen", "{place}, {office}"),
        office=office,
        place=Name(zh, ko).read_in(say.language),
    )
