"""What the people concerned read: the code that the officer shows them, and the first words on their own phone."""

import io

from cases.views import NoticeView
from handlers.cards import Card
from handlers.words import Say, case_of, civil_day, lines, number
from locales import P_
from models.vocabulary import Category

_MODULE = 8  # pixels of one square of the code: read from another phone's screen at arm's length
_QUIET = 4  # squares of white around it (ISO/IEC 18004, 9.1)


def concerned_code(view: NoticeView, say: Say) -> Card:
    """To the officer: a picture to show around, and the same as a link to pass on."""
    case, link = case_of(view), str(view.facts.get("link") or "")
    labour = case.category is Category.LABOUR
    title = (
        # L10n: Read by a grid officer; {number} is the short case number.
        P_("screen", "{number} The code for the workers")
        if labour
        # L10n: Read by a grid officer; {number} is the short case number.
        else P_("screen", "{number} The code for the people concerned")
    )
    until = view.facts.get("until")
    text = lines(
        say(title, number=case.short),
        say(
            P_(
                "screen",
                "Each opens it on an own phone and follows the case there. Nobody sees the others.",
            )
        ),
        say(
            # L10n: Read by a grid officer; {day} is a day, {room} is a number of people.
            P_("screen", "Good until {day}, for at most {room} people."),
            day=say.day(civil_day(until)),
            room=view.facts.get("room", ""),
        )
        if until
        else None,
        say(
            P_(
                "screen",
                "Who has no phone: each notice stands on your list of the day, to be read out.",
            )
        ),
        say(
            # L10n: Read by a handler; {link} is an address.
            P_("screen", "{link}"),
            link=link,
        )
        if link
        else None,
    )
    return Card(text, say.language, picture=png(link) if link else None)


def png(link: str) -> bytes:
    """A QR code of an address."""
    import segno  # noqa: PLC0415 - a megabyte, for a picture that most offices draw once in a while

    drawn = io.BytesIO()
    segno.make_qr(link, error="m").save(drawn, kind="png", scale=_MODULE, border=_QUIET)
    return drawn.getvalue()


def joined_concerned(view: NoticeView, say: Say) -> Card:
    """The first words to one of the people concerned; below it stands how the case is."""
    case = case_of(view)
    text = lines(
        say(
            # L10n: Read by one of the people concerned; {number} is the short case number, {place} is the place, from the street down.
            P_("screen", "Hello. You follow case <b>{number}</b>, {place}."),
            number=case.short,
            place=say.place(case.place),
        ),
        say(
            P_(
                "screen",
                "What comes next is told to you here. The others do not see you, nor you them.",
            )
        ),
        say(
            P_(
                "screen",
                "You may add words or photos; whether a promise was kept you answer for yourself.",
            )
        ),
    )
    return Card(text, say.language, forget=True)


def left(view: NoticeView, say: Say) -> Card:
    said = say(
        # L10n: Read by one of the people concerned; {number} is the short case number.
        P_("screen", "{number} You hear nothing more of it. The code brings you back."),
        number=number(view),
    )
    return Card(said, say.language)
