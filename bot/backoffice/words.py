"""What the back office says, by code and in the reader's language; and starlette-admin's own words, in ours.

Law: no page shows a word that is not here; one of starlette-admin's that is missing would be read in English (tests look for it).
"""

from collections.abc import Mapping
from typing import Any

from babel.support import LazyProxy, NullTranslations
from starlette_admin import i18n

from bot.headings import heading_of, word_of
from cases.coverage import Gap
from cases.office_lists import Link
from cases.office_pages import Span
from cases.office_tables import Standing
from handlers.words import CATEGORIES, OFFICES
from locales import P_, Word, translator
from locales.formats import fill
from models.vocabulary import Category, Language, Role, RosterChange

#: Words of the frame, by the name that the templates call them.
FRAME: Mapping[str, Word] = {
    "title": P_("back office", "Back office"),
    "skip": P_("back office", "To the content"),
    "menu": P_("back office", "Tables"),
    "leave": P_("back office", "Log out"),
    "until": P_("back office", "You are logged out after thirty minutes without a click."),
    "search": P_("back office", "Search"),
    "sought": P_("back office", "Code, name or telephone"),
    "nothing": P_("back office", "Nothing is here."),
    "first": P_("back office", "First page"),
    "earlier": P_("back office", "Previous page"),
    "later": P_("back office", "Next page"),
    "last": P_("back office", "Last page"),
    "pages": P_("back office", "Pages"),
    "edit": P_("back office", "Correct"),
    "save": P_("back office", "Save"),
    "back": P_("back office", "Back"),
    "give": P_("back office", "Give a duty"),
    "needed": P_("back office", "needed"),
    "open_row": P_("back office", "Open"),
    "not_saved": P_("back office", "Nothing was saved. Please mend what is marked."),
    # people
    "invite": P_("back office", "Make a link for joining"),
    "invited": P_("back office", "Link for joining"),
    "invited_how": P_(
        "back office",
        "It works once, for three days, and is not shown again. Give it to nobody else.",
    ),
    "spoken":
    # L10n: Read aloud by the administrator; {code} is eight digits.
    P_("back office", "Said aloud: {code}. It is typed to the bot after START or /join."),
    "leaves": P_("back office", "This person leaves"),
    "leaves_how": P_(
        "back office",
        "All duties end at once, open cases go on to the next in line while their clocks run, and the account is no longer of the office.",
    ),
    "leaves_now": P_("back office", "Yes, hand over and end all duties"),
    "is":
    # L10n: {column} is the heading of a column, {value} what stands there.
    P_("back office", "{column}: {value}"),
    "open_cases": P_("back office", "Open cases"),
    "end": P_("back office", "End this duty"),
    "end_how": P_(
        "back office",
        "It ends today. What its holder has taken stays with him until he gives it back or a head decides.",
    ),
    "end_now": P_("back office", "Yes, end it"),
    # the door
    "door": P_("back office", "Log in from the bot"),
    "door_how": P_(
        "back office",
        "Write /backoffice to the bot, as an administrator. The link that it answers works once, for ten minutes.",
    ),
    "enter": P_("back office", "Enter"),
    "enter_how": P_("back office", "This link works once. After entering it is used up."),
    "used_up": P_("back office", "This link is unknown, was used, or has expired."),
    # errors
    "not_found": P_("back office", "This is not here, or not yours to see."),
    "not_yours": P_("back office", "This is not yours to change, or it is over."),
    "form_old": P_(
        "back office",
        "The form was too old or came from elsewhere. Nothing was saved; please try again.",
    ),
    "broken": P_("back office", "This could not be done. Nothing was saved."),
    "home": P_("back office", "To the beginning"),
}

#: Names of the tables.
TABLES: Mapping[str, Word] = {
    "area": P_("back office", "Areas"),
    "person": P_("back office", "People"),
    "duty": P_("back office", "Duties"),
    "invitation": P_("back office", "Links for joining"),
    "absence": P_("back office", "Who is away"),
    "shift": P_("back office", "Who is on duty"),
    "record": P_("back office", "What was changed"),
    "coverage": P_("back office", "What is lacking"),
}

#: Columns that no spreadsheet has.
COLUMNS: Mapping[str, Word] = {
    "above": P_("back office", "Within"),
    "standing": P_("back office", "Joined"),
    "posts": P_("back office", "Answers for"),
    "person": P_("back office", "Who"),
    "place": P_("back office", "Where"),
    "span": P_("back office", "Holds"),
    "link": P_("back office", "Link"),
    "expires": P_("back office", "Good until"),
    "used": P_("back office", "Used on"),
    "deputy": P_("back office", "Stands in"),
    "at": P_("back office", "When"),
    "by": P_("back office", "By whom"),
    "kind": P_("back office", "What"),
    "facts": P_("back office", "From what to what"),
    "cases": P_("back office", "Cases handed over"),
    "shift": P_("back office", "Who is on duty"),
    "new": P_("back office", "New"),
    "changed": P_("back office", "Changed"),
    "ended": P_("back office", "Ended"),
    "leaving": P_("back office", "Leaving"),
    "from": P_("back office", "From"),
    "until": P_("back office", "Until"),
    "first_day": P_("back office", "First day"),
    "last_day": P_("back office", "Last day"),
}

HINTS: Mapping[str, Word] = {
    "hours": P_("back office", "As 1-5 08:30-11:30,13:00-17:00; 6 09:00-12:00"),
    "aliases": P_("back office", "Several: with a semicolon between"),
    "name_ko": P_(
        "back office", "Only as its bearers write it; left empty, the Chinese name is read"
    ),
    "ends": P_("back office", "Left empty, it has no end"),
    "starts": P_("back office", "Left empty: from today on; of a duty that stands, as it was"),
    "rank": P_("back office", "1 answers first, 2 is the deputy"),
    "area": P_("back office", "The code of the area, or its whole name"),
    "code": P_("back office", "Of somebody new too: letters, digits, dots and dashes"),
    "name": P_("back office", "Only for somebody who is not on the roster yet"),
    "phone": P_("back office", "As digits; its last four are asked for when joining"),
}

STANDINGS: Mapping[Standing, Word] = {
    Standing.JOINED: P_("back office", "joined"),
    Standing.NOT_JOINED: P_("back office", "not joined yet"),
    Standing.BLOCKED: P_("back office", "blocked the bot"),
    Standing.LEFT: P_("back office", "has left"),
}
SPANS: Mapping[Span, Word] = {
    Span.NOW: P_("back office", "now"),
    Span.AHEAD: P_("back office", "from then on"),
    Span.OVER: P_("back office", "over"),
}
LINKS: Mapping[Link, Word] = {
    Link.OPEN: P_("back office", "can be used"),
    Link.USED: P_("back office", "used"),
    Link.EXPIRED: P_("back office", "expired"),
    Link.LOCKED: P_("back office", "locked after five wrong answers"),
}
CHANGES: Mapping[RosterChange, Word] = {
    RosterChange.AREA: P_("back office", "area corrected"),
    RosterChange.PERSON: P_("back office", "person corrected"),
    RosterChange.DUTY_GIVEN: P_("back office", "duty given"),
    RosterChange.DUTY: P_("back office", "duty corrected"),
    RosterChange.DUTY_ENDED: P_("back office", "duty ended"),
    RosterChange.INVITED: P_("back office", "link for joining made"),
    RosterChange.LEFT: P_("back office", "has left"),
    RosterChange.AREA_LIST: P_("back office", "list of areas brought in"),
    RosterChange.PEOPLE_LIST: P_("back office", "list of people brought in"),
    RosterChange.SHIFT: P_("back office", "shift given to somebody else"),
}
GAPS: Mapping[Gap, Word] = {
    Gap.NOWHERE: P_("back office", "Nobody at all: the chain ends nowhere"),
    Gap.JUDGE: P_("back office", "No judge"),
    Gap.MEDIATOR: P_("back office", "No mediator"),
    Gap.DEPUTY: P_("back office", "No second mediator"),
    Gap.JUDGE_DEPUTY: P_("back office", "Nobody beside the judge"),
    Gap.KOREAN: P_("back office", "Nobody who works in Korean"),
    Gap.OWN_OFFICE: P_("back office", "Nobody else when it is about their own office"),
}
LACKS: Mapping[str, Word] = {
    "not_joined": P_("back office", "Not joined yet"),
    "blocked": P_("back office", "Blocked the bot"),
    "ending": P_("back office", "Duties that end within thirty days"),
    "unmanned": P_("back office", "Hours of the next seven days in which nobody is on duty"),
    "away_alone": P_("back office", "Away with nobody in their place"),
    "whole": P_("back office", "Nothing is lacking."),
    # L10n: {count} is how many more there are.
    "more": P_("back office", "and {count} more"),
}

#: starlette-admin's own words, by what it writes itself.
ITS_OWN: Mapping[str, Word] = {
    "This field is required.": P_("back office", "This is needed."),
    'The item "%(repr)s" was added successfully.':
    # L10n: %(repr)s is a name or a code; keep it as it is.
    P_("back office", "Saved: %(repr)s"),
    'The item "%(repr)s" was changed successfully.':
    # L10n: %(repr)s is a name or a code; keep it as it is.
    P_("back office", "Saved: %(repr)s"),
}


class _Ours(NullTranslations):
    """What starlette-admin asks its catalogue for, out of ours."""

    def __init__(self, language: Language) -> None:
        super().__init__()
        self._language = language

    def ugettext(self, message: str) -> str:  # the old name, which it calls
        word = ITS_OWN.get(message)
        return say(word, self._language) if word else message

    gettext = ugettext

    def ngettext(self, one: str, many: str, count: int) -> str:
        return self.ugettext(one if count == 1 else many)


def install() -> None:
    """Our two languages among those that starlette-admin knows."""
    for language in Language:
        i18n.translations.setdefault(str(language), _Ours(language))


def reading() -> Language:
    """In which language the page is read now."""
    now = i18n.get_locale()
    return Language(now) if now in set(Language) else Language.ZH


def say(word: Word, language: Language | None = None, **facts: object) -> str:
    said = translator(language or reading()).word(word)
    return fill(said, **facts) if facts else said


def later(word: Word) -> Any:  # noqa: ANN401 - a text that is not one yet
    """For labels, which are made before anybody reads them."""
    return LazyProxy(say, word, enable_cache=False)


def heading(kind: str, column: str) -> Any:  # noqa: ANN401 - as above
    """A column as our spreadsheets call it."""
    return LazyProxy(lambda: heading_of(kind, column, reading()), enable_cache=False)


def cell(column: str, code: str) -> Any:  # noqa: ANN401 - as above
    """A code as our spreadsheets write it."""
    return LazyProxy(lambda: word_of(column, code, reading()), enable_cache=False)


def frame(name: str, **facts: object) -> str:
    """For templates."""
    return say(FRAME[name], None, **facts)


def role(code: Role) -> str:
    return say(OFFICES[code])


def category(code: str) -> str:
    return say(CATEGORIES[Category(code)])
