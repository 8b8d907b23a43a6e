"""What is read about joining by a code that was said aloud."""

from cases.views import NoticeView
from handlers.cards import Card
from handlers.words import Say, lines
from locales import P_


def join_code(view: NoticeView, say: Say) -> Card:
    left = view.facts.get("left")
    before = None
    if view.facts.get("slip"):
        before = say(P_("screen", "These are not the digits of a code: one may be mistyped."))
    elif left:
        # L10n: {count} is how often it may still be tried.
        before = say(P_("screen", "No such code. Tries left: {count}"), count=left)
    asked = P_(
        "screen", "Please write the eight digits that the office gave you, for example 1234 5678."
    )
    return Card(lines(before, say(asked)), say.language, forget=True)


def code_unknown(view: NoticeView, say: Say) -> Card:
    """Beside the question that is open: it may have been a telephone number."""
    left = view.facts.get("left")
    return Card(
        lines(
            # L10n: {count} is how often it may still be tried.
            say(P_("screen", "No such code. Tries left: {count}"), count=left) if left else None,
            say(P_("screen", "If it was a code of the office, please write /join first.")),
            say(P_("screen", "If it was a telephone number, please say first what happened.")),
        ),
        say.language,
    )


def codes_locked(_view: NoticeView, say: Say) -> Card:
    told = P_(
        "screen",
        "Too many wrong codes: none is taken from here until tomorrow, and the administrator was told.",
    )
    return Card(say(told), say.language, forget=True)


def joined_already(_view: NoticeView, say: Say) -> Card:
    return Card(say(P_("screen", "You are of the office already.")), say.language)


def codes_tried(_view: NoticeView, say: Say) -> Card:
    """To administrators: nobody is named, for nobody knows who it was."""
    return Card(
        lines(
            say(P_("notice", "An account typed five joining codes that do not exist.")),
            say(
                P_(
                    "notice",
                    "It is locked for a day. If somebody was to join today, give the code once more by telephone.",
                )
            ),
        ),
        say.language,
    )
