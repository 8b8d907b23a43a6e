"""What a person in danger reads: first where help is, then only what that person chose (law 13).

Law: `first_words` is pure, so that it can be said before any transaction (law 10).
"""

from cases import hours
from cases.views import NoticeView
from handlers.answers import Answer
from handlers.cards import Card
from handlers.reporting.resident_screens import neutral
from handlers.words import Html, Say, cut, hotline, lines, number
from locales import P_
from locales.formats import weekday
from models.vocabulary import Language

_HOW_ARE_YOU = (Answer.NOW, Answer.AFRAID, Answer.NOT_MEANT)


_END = (Answer.ERASE, Answer.KEEP)


_NOBODY = frozenset({None, "", "对方", "상대방"})  # as cases/reading.py finds them


def first_words(language: Language | None) -> Card:
    """Where help is and how are you; in both languages when the reader's is not known."""
    said = [_first_words(Say(one)) for one in ((language,) if language else tuple(Language))]
    return Card("\n\n".join(said), language or Language.ZH, answers=_HOW_ARE_YOU)


def _first_words(say: Say) -> Html:
    return lines(
        say(P_("screen", "<b>If you are in danger now, call 110; if hurt, call 120.</b>")),
        say(
            P_(
                "screen",
                "If you cannot speak, send a text message to 12110433 (to be confirmed locally) with the place and what is happening.",
            )
        ),
        say(P_("screen", "If you can leave, go where there are people.")),
        say(P_("screen", "This chat cannot take the place of 110.")),
        say(P_("screen", "How are you now?")),
    )


def danger(view: NoticeView, say: Say) -> Card:
    both = view.facts.get("language") == "both" or not view.reader.known_language
    return first_words(None if both else say.language)


def danger_now(_view: NoticeView, say: Say) -> Card:
    """Nothing more is asked."""
    said = say(
        P_(
            "screen",
            "Please call 110 now. The person in charge has been told “in danger now”. You need not answer.",
        )
    )
    return Card(said, say.language, answers=(Answer.SEND_PLACE,))


def phone_seen(view: NoticeView, say: Say) -> Card:
    other = _other_side(view, say)
    if other:
        # L10n: other: the word that the person used for the other side (丈夫, 남편)
        told = say(
            P_(
                "screen",
                "Thank you for telling us. One person, in charge of the duty desk, has been told. These are not told: {other}, neighbours, the grid officer.",
            ),
            other=other,
        )
    else:
        told = say(
            P_(
                "screen",
                "Thank you for telling us. One person, in charge of the duty desk, has been told. The other side, neighbours and the grid officer are not told.",
            )
        )
    asked = say(P_("screen", "Can anybody else see your phone?"))
    return Card(
        lines(told, asked),
        say.language,
        answers=(Answer.SEEN, Answer.NOT_SEEN, Answer.SEEN_UNKNOWN),
    )


def _other_side(view: NoticeView, say: Say) -> str:
    """The word that this person used, if it is a word of the reader's language and says who."""
    case = view.case
    if case is None or case.language is not say.language or case.other_side in _NOBODY:
        return ""
    return cut(case.other_side, 20)


def safe_choice(view: NoticeView, say: Say) -> Card:
    if view.facts.get("seen", True):
        said = say(
            P_(
                "screen",
                "Understood. We will not write into this chat on our own. What would you like?",
            )
        )
        return Card(
            said, say.language, answers=(Answer.SAFE_PHONE, Answer.SAFE_SELF, Answer.HELP_ONLY)
        )
    said = say(P_("screen", "Understood. How should we contact you?"))
    return Card(
        said, say.language, answers=(Answer.SAFE_HERE, Answer.SAFE_PHONE, Answer.SAFE_SELF)
    )


def safe_number(_view: NoticeView, say: Say) -> Card:
    said = say(P_("screen", "Please write the number and the hour that suits you for a call."))
    return Card(said, say.language, forget=True)


def safe_call_promised(view: NoticeView, say: Say) -> Card:
    """A call is promised only where a duty rota is loaded; hours are named only as the office has told them."""
    phone = hotline(view)
    place = view.case.place if view.case else view.place
    open_at = place.hours if place and place.phone == phone else None
    if view.facts.get("rota", True):
        call = say(
            P_(
                "screen",
                "A person will call you at that time. If somebody else answers, they only say “the community service line”.",
            )
        )
    elif phone and open_at:
        call = say(
            # L10n: Read by a person in danger; {phone} is a telephone number, {hours} when it is answered.
            P_("screen", "You can call {phone} ({hours})."),
            phone=phone,
            hours=_opening(open_at, say),
        )
    elif phone:
        call = say(
            # L10n: Read by a person in danger; {phone} is a telephone number.
            P_("screen", "You can call {phone}."),
            phone=phone,
        )
    else:
        call = say(P_("screen", "You can write here again at any time."))
    return Card(
        lines(
            call,
            _remember(view, say),
            say(
                P_(
                    "screen",
                    "You can ask the court for a personal safety protection order. You will not be made to sit in mediation together.",
                )
            ),
            _erasable(say),
        ),
        say.language,
        answers=_END,
    )


def _opening(said: str, say: Say) -> str:
    """周一–周五 08:30–11:30, 13:00–17:00."""
    told = []
    for part in hours.read(said):
        days = dict.fromkeys((part.first, part.last))
        spans = ", ".join("–".join(span) for span in part.spans)
        told.append(f"{'–'.join(weekday(one, say.language) for one in days)} {spans}")
    return "; ".join(told)


def _remember(view: NoticeView, say: Say) -> Html:
    short, phone = number(view), hotline(view)
    if not phone:
        return say(
            # L10n: Read by a person in danger; {number} is the short case number.
            P_("screen", "Just remember <b>{number}</b>."),
            number=short,
        )
    return say(
        # L10n: Read by a person in danger; {number} is the short case number, {phone} is a telephone number.
        P_(
            "screen",
            "Just remember <b>{number}</b>: from any telephone, call {phone} and give this number.",
        ),
        number=short,
        phone=phone,
    )


def _erasable(say: Say) -> Html:
    return say(P_("screen", "You can delete this chat; the report stays."))


def safe_self(view: NoticeView, say: Say) -> Card:
    hidden = say(
        # L10n: Read by a person in danger; {number} is the short case number.
        P_(
            "screen",
            "All right. We will not contact you. “My cases” does not show it until you write {number} here.",
        ),
        number=number(view),
    )
    return Card(lines(hidden, _remember(view, say), _erasable(say)), say.language, answers=_END)


def safe_here(view: NoticeView, say: Say) -> Card:
    said = say(
        # L10n: Read by a person in danger; {number} is the short case number.
        P_("screen", "All right. We write to you only here. Your number is <b>{number}</b>."),
        number=number(view),
    )
    order = say(
        P_(
            "screen",
            "You can ask the court for a personal safety protection order. You will not be made to sit in mediation together.",
        )
    )
    return Card(lines(said, order), say.language, forget=True)


def help_places(_view: NoticeView, say: Say) -> Card:
    return Card(
        lines(
            say(P_("screen", "Police 110 · injured 120")),
            say(P_("screen", "Text message to the police 12110433 (to be confirmed locally)")),
            say(P_("screen", "Women's line 12338 (to be confirmed locally)")),
            say(P_("screen", "Legal aid 12348")),
            say(P_("screen", "Psychological help 12356 (to be confirmed locally)")),
            _erasable(say),
        ),
        say.language,
        answers=_END,
    )


def not_meant(_view: NoticeView, say: Say) -> Card:
    said = say(P_("screen", "All right. A person will read it once. Please go on."))
    return Card(said, say.language, forget=True)


def place_thanks(_view: NoticeView, say: Say) -> Card:
    said = say(P_("screen", "The place has been passed on. Please call 110 now if you can."))
    return Card(said, say.language, forget=True)


def erased(view: NoticeView, say: Say) -> Card:
    gone = tuple(int(number) for number in view.facts.get("erase", ()))
    return Card(neutral(say), say.language, erase=gone, forget=True)
