"""What could not be done, said politely: one sentence for each CaseError, in the reader's language."""

from cases.views import NoticeView
from handlers.cards import Card
from handlers.words import Html, Say
from locales import P_, Word

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
    "UnknownPlace": P_(
        "error",
        "This place was not found. Please write the name of the street, community or village.",
    ),
    "InvitationInvalid": P_(
        "error", "This link is unknown, was used, or has expired. Please ask for a new one."
    ),
    "UnclearTerms": P_("error", "An agreement needs its words and a day that lies ahead."),
}

_OTHERWISE = P_("error", "This could not be done. Nothing was lost; please try again.")


def refused(view: NoticeView, say: Say) -> Card:
    error = str(view.facts.get("error", ""))
    said = _taken_by(view, say) if error == "AlreadyTaken" else None
    return Card(said or say(REFUSALS.get(error, _OTHERWISE)), say.language)


def _taken_by(view: NoticeView, say: Say) -> Html | None:
    """Who was first (law 5)."""
    if not view.people:
        return None
    return say(
        # L10n: Read by anybody; {who} is an office and a name.
        P_("error", "{who} has taken it already. Nothing for you to do."),
        who=say.person(view.people[0]),
    )
