"""What a person reads about the data that is kept of them: plainly, with what can be deleted and what cannot, and why."""

from cases.views import NoticeView
from handlers.answers import Answer
from handlers.buttons import OwnData, Tap, Verb
from handlers.cards import Button, Card
from handlers.words import Html, Say, case_of, civil_day, cut, lines
from locales import P_, Word
from models.vocabulary import Language, Sensitive

#: What is agreed to, in plain words; also on the submit card.
KINDS: dict[Sensitive, Word] = {
    Sensitive.HEALTH: P_("word", "somebody's health"),
    Sensitive.HOME: P_("word", "a home address"),
    Sensitive.CHILD: P_("word", "a child under 14"),
    Sensitive.IDENTITY: P_("word", "an identity number"),
    Sensitive.ACCOUNT: P_("word", "a bank card number"),
}
_NONE = P_("word", "not kept")
_CONSENTS = 5  # on one screen, the newest


def named_kinds(kinds: list[str], say: Say) -> str:
    """Health, a home address."""
    return say.list(say.plain(KINDS[Sensitive(kind)]) for kind in kinds if kind in set(Sensitive))


def my_data(view: NoticeView, say: Say) -> Card:
    """The page; after a deletion in the language that was read until then."""
    if view.facts.get("spoken"):
        say = Say(Language(view.facts["spoken"]), say.strict)
    facts = view.facts
    deleted = say(P_("screen", "Deleted.")) if facts.get("deleted") else None
    text = lines(
        deleted,
        say(P_("screen", "<b>This is kept of you:</b>")),
        # L10n: Read by the person; {name} is a name, or that none is kept.
        say(P_("screen", "Name: {name}"), name=_or_none(facts.get("name"), say)),
        # L10n: Read by the person; {phone} is a telephone number, or that none is kept.
        say(P_("screen", "Telephone: {phone}"), phone=_or_none(facts.get("phone"), say)),
        _reports(view, say),
        *_drafts(view, say),
        *_agreed(view, say),
        _why_not(view, say),
    )
    return Card(text, say.language, inline=_page_buttons(view, say))


def correct(view: NoticeView, say: Say) -> Card:
    rows = (
        (_button(view, say, P_("button", "My name"), OwnData.NAME),),
        (_button(view, say, P_("button", "My phone number"), OwnData.PHONE),),
        (_button(view, say, P_("button", "Leave it as it is"), OwnData.SHOW),),
    )
    return Card(say(P_("screen", "What is to be corrected?")), say.language, inline=rows)


def delete(view: NoticeView, say: Say) -> Card:
    """What may go: drafts at once; name, telephone and language when no open case needs them."""
    drafts = bool(view.facts.get("drafts"))
    only_drafts = bool(view.facts.get("fixed"))
    rows = [
        (_button(view, say, P_("button", "Unsent words only"), OwnData.DELETE_DRAFTS),)
        if drafts
        else None,
        (_button(view, say, P_("button", "All that can go"), OwnData.DELETE_ALL),)
        if not only_drafts
        else None,
        (_button(view, say, P_("button", "Delete nothing"), OwnData.SHOW),),
    ]
    asked = lines(
        say(P_("screen", "What is to be deleted? It cannot be brought back.")),
        say(P_("screen", "Name and telephone stay while a case is open: they are needed for it."))
        if view.facts.get("needed")
        else None,
    )
    return Card(asked, say.language, inline=tuple(row for row in rows if row))


def ask_name(_view: NoticeView, say: Say) -> Card:
    asked = say(P_("screen", "Please write your name."))
    return Card(asked, say.language, answers=(Answer.DONE,))


def number_not_needed(_view: NoticeView, say: Say) -> Card:
    return Card(say(NUMBERS_MASKED), say.language)


#: Also on the submit card.
NUMBERS_MASKED = P_(
    "screen", "Identity and bank card numbers are not needed here. They are masked for everybody."
)


def sensitive(view: NoticeView, say: Say) -> Card:
    """Words added later that wait for a consent of their own."""
    case = case_of(view)
    kinds = [str(kind) for kind in view.facts.get("kinds", [])]
    child = Sensitive.CHILD in kinds
    button = say.button(agree_word(child=child), Tap(Verb.CASE_SHOW, case.id, case.turn))
    # L10n: Read by a resident; {number} is the short case number, {kinds} names kinds of sensitive data.
    said = P_("screen", "{number} Your words name {kinds}. It is hidden until you agree.")
    known = named_kinds(kinds, say) or say.plain(KINDS[Sensitive.HEALTH])
    return Card(say(said, number=case.short, kinds=known), say.language, inline=((button,),))


def shown_now(view: NoticeView, say: Say) -> Card:
    # L10n: Read by a resident; {number} is the short case number.
    said = P_("screen", "{number} Recorded: they can read it now. You can withdraw it in /mydata.")
    return Card(say(said, number=case_of(view).short), say.language)


def agree_word(*, child: bool) -> Word:
    """Of a child under fourteen the guardian agrees (个人信息保护法 31)."""
    if child:
        return P_("button", "As guardian I agree")
    return P_("button", "They may read it")


def _reports(view: NoticeView, say: Say) -> Html:
    # L10n: Read by the person; {open} and {closed} are numbers of reports.
    said = P_("screen", "Reports: {open} open, {closed} closed")
    return say(said, open=view.facts.get("open", 0), closed=view.facts.get("closed", 0))


def _drafts(view: NoticeView, say: Say) -> list[Html]:
    # L10n: Read by the person; {day} is a day.
    word = P_("screen", "Not submitted: kept until {day}")
    return [say(word, day=say.day(civil_day(until))) for until in view.facts.get("drafts", [])]


def _agreed(view: NoticeView, say: Say) -> list[Html]:
    # L10n: Read by the person; {number} is a case number, {what} a kind of data, {day} the day of the consent.
    word = P_("screen", "Agreed to be shown: {number} {what}, since {day}")
    return [
        say(
            word,
            number=number,
            what=say.plain(KINDS[Sensitive(what)]),
            day=say.month_day(civil_day(since)),
        )
        for number, what, since in view.facts.get("agreed", [])[-_CONSENTS:]
    ]


def _why_not(view: NoticeView, say: Say) -> Html:
    if view.facts.get("fixed"):
        return say(P_("screen", "Your name and telephone come from the roster of your office."))
    return say(
        P_(
            "screen",
            "The records of a case cannot be deleted: others rely on them. Closed files are kept for 5 years, about 100,000 yuan or more, or land and houses, for 10.",
        )
    )


def _or_none(known: object, say: Say) -> str:
    return cut(str(known), 60) if known else say.plain(_NONE)


def _page_buttons(view: NoticeView, say: Say) -> tuple[tuple[Button, ...], ...]:
    facts = view.facts
    rows = [
        None
        if facts.get("fixed")
        else _button(view, say, P_("button", "Correct"), OwnData.CORRECT),
        _button(view, say, P_("button", "Delete"), OwnData.DELETE)
        if facts.get("deletable")
        else None,
        _button(view, say, P_("button", "Withdraw my consent"), OwnData.WITHDRAW)
        if facts.get("agreed")
        else None,
    ]
    return tuple((row,) for row in rows if row)


def _button(view: NoticeView, say: Say, word: Word, wanted: OwnData) -> Button:
    owner = int(view.facts.get("owner", view.reader.id))
    return say.button(word, Tap(Verb.DATA, owner, 0, wanted))
