"""What could not be done, said politely: one sentence for each CaseError, in the reader's language."""

from cases.views import NoticeView
from handlers.cards import Card
from handlers.words import Html, Say, hotline, lines
from locales import P_, Word
from models.vocabulary import Language

REFUSALS: dict[str, Word] = {
    "NoSuchCase": P_("error", "There is no case with this number. Please check the number."),
    "MistypedNumber": P_(
        "error", "This number has a wrong digit. Please look at the receipt and write it again."
    ),
    "NotYours": P_("error", "You cannot do this with this case."),
    "StaleTap": P_("error", "This button is out of date. Today's card is below."),
    "AlreadyTaken": P_("error", "Somebody else has taken it already. Nothing for you to do."),
    "MoveNotAllowed": P_("error", "This cannot be done at this stage of the case."),
    "Frozen": P_(
        "error",
        "The term has passed: this needs the head of the office. You can still record contacts and notes.",
    ),
    "InvitationInvalid": P_(
        "error", "This link is unknown, was used, or has expired. Please ask for a new one."
    ),
    "CodeFull": P_(
        "error",
        "As many people follow this case already as were counted. Please ask the grid officer.",
    ),
    "HasAPhone": P_(
        "error", "This side has its own chat and answers there itself; nobody answers for it."
    ),
    "NotShownYet": P_("error", "Something that this needs is still missing. Nothing was changed."),
    "SecondPerson": P_(
        "error",
        "A second person has to approve it: not who proposed it, and nobody who handles it.",
    ),
    "TooLargeAnArea": P_(
        "error", "This office answers for smaller areas. Please choose one within it."
    ),
    "TooManyLinks": P_(
        "error", "Several links were made within the hour. Please use the last one, or wait."
    ),
    "RowRefused": P_("error", "Something in the form does not fit. Nothing was saved."),
    "NotThisCase": P_(
        "error",
        "It cannot go on under that number: that case is closed, protected, or another matter.",
    ),
    "TooLongATerm": P_(
        "error", "A term can be extended by thirty days at most, and only to a later day."
    ),
    "NobodyLeft": P_(
        "error",
        "Nobody who can be reached would answer for it. Please appoint somebody first.",
    ),
    "CentreSays": P_(
        "error",
        "This the head of the centre or the duty desk says; of the court also its own head. Please tell them. If it concerns you yourself, you can return the case.",
    ),
    "NoReason": P_(
        "error", "This needs a reason in words, and for an order a day that lies ahead."
    ),
    "NoLongerOnDuty": P_(
        "error", "You no longer hold this office. Your own matters can still be reported here."
    ),
    "UnclearTerms": P_("error", "An agreement needs its words and a day that lies ahead."),
}

_OTHERWISE = P_("error", "This could not be done. Nothing was lost; please try again.")


def refused(view: NoticeView, say: Say) -> Card:
    """In both languages to somebody who has not chosen one."""
    if view.reader.known_language:
        return Card(_refusal(view, say), say.language)
    both = (_refusal(view, Say(language, say.strict)) for language in Language)
    return Card(lines(*both), say.language)


def _refusal(view: NoticeView, say: Say) -> Html:
    error = str(view.facts.get("error", ""))
    said = _taken_by(view, say) if error == "AlreadyTaken" else None
    said = said or say(REFUSALS.get(error, _OTHERWISE))
    phone = hotline(view)
    if error != "NoSuchCase" or view.reader.staff or not phone:
        return said
    return lines(
        said,
        say(
            # L10n: {phone} is a telephone number.
            P_(
                "error",
                "If you reported it from another phone or account, call {phone}, give the number and your name, and it goes on.",
            ),
            phone=phone,
        ),
    )


def _taken_by(view: NoticeView, say: Say) -> Html | None:
    """Who was first (law 5)."""
    if not view.people:
        return None
    return say(
        # L10n: Read by anybody; {who} is an office and a name.
        P_("error", "{who} has taken it already. Nothing for you to do."),
        who=say.person(view.people[0]),
    )
