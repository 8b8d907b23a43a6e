"""What is read after the number: one optional question at a time, under the thanks for the last answer."""

from cases.views import NoticeView
from handlers.answers import Answer
from handlers.cards import Card
from handlers.words import Say, lines
from locales import P_, Word

_AFTER = (Answer.LEAVE_PHONE, Answer.ADD_PHOTO, Answer.MY_CASES)


def ask_home(view: NoticeView, say: Say) -> Card:
    return _optional(
        view,
        say,
        P_("screen", "Which building and flat is it? You may say it, or tell us later."),
    )


def ask_other_side(view: NoticeView, say: Say) -> Card:
    return _optional(
        view,
        say,
        P_(
            "screen",
            "Who is the other side? A name, or how to find them. If you do not know, write: skip.",
        ),
    )


def ask_people(view: NoticeView, say: Say) -> Card:
    return _optional(
        view,
        say,
        P_("screen", "How many people want the same? A number is enough, or write: skip."),
    )


def ask_amount(view: NoticeView, say: Say) -> Card:
    return _optional(
        view,
        say,
        P_("screen", "About how much money is it? A number is enough, or write: skip."),
    )


def _optional(view: NoticeView, say: Say, asked: Word) -> Card:
    """A question after the number, under the thanks for the answer that came just before."""
    thanks = None
    if view.facts.get("added") and view.case:
        thanks = say(P_("screen", "Added to {number}. Thank you."), number=view.case.short)
    # a receipt that names files has no keys of its own (receipts.py)
    has_files = view.case is not None and bool(view.case.evidence)
    keys = _AFTER if has_files and thanks is None else ()
    return Card(lines(thanks, say(asked)), say.language, answers=keys)
