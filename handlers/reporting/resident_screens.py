"""What a resident reads while reporting, and after the number: short, one thing at a time, every answer a button."""

from cases.views import Name, NoticeView
from handlers.answers import Answer
from handlers.cards import Card
from handlers.file_lines import files_line
from handlers.words import Html, Say, case_of, cut, lines
from locales import P_
from models.vocabulary import Language

_AFTER = (Answer.LEAVE_PHONE, Answer.ADD_PHOTO, Answer.MY_CASES)


def door_language(_view: NoticeView, _say: Say) -> Card:
    """Before a language is known, both are said, Chinese first."""
    words = P_("screen", "Hello. Which language do you read?")
    said = lines(*(Say(language)(words) for language in Language))
    return Card(said, Language.ZH, answers=(Answer.CHINESE, Answer.KOREAN))


ABROAD = P_("screen", "The place you sent is not in this area, so it is not used.")


def ask_matter(view: NoticeView, say: Say) -> Card:
    other = Answer.CHINESE if say.language is Language.KO else Answer.KOREAN
    here = (Answer.ELSEWHERE,) if view.place else ()
    answers = (Answer.BY_PHONE, *here, other)
    if view.facts.get("again"):
        again = say(
            P_(
                "screen",
                "Please say what happened. Write a sentence, or hold the microphone and speak. Photos are welcome too.",
            )
        )
        return Card(lines(_abroad(view, say), again), say.language, answers=answers)
    return Card(_greeting(view, say), say.language, answers=answers)


def _abroad(view: NoticeView, say: Say) -> Html | None:
    return say(ABROAD) if view.facts.get("abroad") else None


def _greeting(view: NoticeView, say: Say) -> Html:
    if view.place:
        # L10n: first line of the first screen; place: street, community and grid of the poster
        hello = say(P_("screen", "Hello. This is {place}."), place=say.place(view.place))
    else:
        hello = say(P_("screen", "Hello."))
    return lines(
        hello,
        say(
            P_(
                "screen",
                "What happened? Write a sentence, or hold the microphone and speak. Photos are welcome too.",
            )
        ),
        say(
            P_(
                "screen",
                "Nobody who handles cases sees it before you submit it. If there is danger, please call 110 first.",
            )
        ),
    )


def help_screen(_view: NoticeView, say: Say) -> Card:
    """Neutral: whoever holds the phone may read it."""
    return Card(
        lines(
            say(
                P_(
                    "screen",
                    "Here you can report a matter between neighbours, about wages, property and the like. Mediators and judges will contact you. It is free.",
                )
            ),
            say(
                P_(
                    "screen",
                    "Write a sentence, speak, or send a photo: then it is shown to you once more before it is sent.",
                )
            ),
            say(P_("screen", "/my: my cases")),
            say(P_("screen", "/mydata: what is kept of you")),
            say(P_("screen", "/language: 中文 or 조선어")),
            say(P_("screen", "You may always write: back, why, cancel.")),
            say(P_("screen", "Emergency: please call 110.")),
        ),
        say.language,
        forget=True,
    )


def greeting(_view: NoticeView, say: Say) -> Card:
    return Card(neutral(say), say.language, forget=True)


def neutral(say: Say) -> Html:
    """Says nothing about what was written here before."""
    return say(P_("screen", "Hello, what can we do for you?"))


def ask_place(view: NoticeView, say: Say) -> Card:
    missed = view.facts.get("not_found")
    return Card(
        lines(
            # L10n: what the person typed as the name of a place
            say(P_("screen", "“{name}” was not found."), name=cut(str(missed), 40))
            if missed
            else None,
            _abroad(view, say),
            say(
                P_(
                    "screen",
                    "Where is it? Send your location, or write the name of the street, community or village. You may also not know.",
                )
            ),
        ),
        say.language,
        answers=(Answer.SEND_PLACE, Answer.PLACE_LIST, Answer.PLACE_UNKNOWN),
    )


def place_found(view: NoticeView, say: Say) -> Card:
    place = say.place(view.place) if view.place else ""
    # L10n: place: the grid found from a pin or a name
    asked = say(P_("screen", "Is it {place}?"), place=place)
    return Card(asked, say.language, answers=(Answer.PLACE_YES, Answer.PLACE_NO))


def place_choices(view: NoticeView, say: Say) -> Card:
    return _which_place(view, say, (Answer.PLACE_UNKNOWN,))


def place_list(view: NoticeView, say: Say) -> Card:
    """One level of the tree, a few at a time."""
    more = (Answer.PLACE_MORE,) if view.facts.get("more") else ()
    return _which_place(view, say, (*more, Answer.PLACE_UNKNOWN))


def _which_place(view: NoticeView, say: Say, answers: tuple[Answer, ...]) -> Card:
    names = [Name(zh, ko or zh).read_in(say.language) for _, zh, ko in view.facts.get("areas", [])]
    asked = say(P_("screen", "Which of these is it?"))
    return Card(asked, say.language, choices=tuple(names), answers=answers)


def voice_received(view: NoticeView, say: Say) -> Card:
    return Card(
        lines(
            # L10n: seconds: the length of the voice message
            say(
                P_("screen", "Received (voice, {seconds} s). A person will listen to it."),
                seconds=view.facts.get("seconds", 0),
            ),
            say(P_("screen", "Is anybody being hurt or threatened now?")),
        ),
        say.language,
        answers=(Answer.NO_DANGER, Answer.DANGER),
    )


def fix(view: NoticeView, say: Say) -> Card:
    """Three keys at most: with files to take out, the way back is typed."""
    asked = say(P_("screen", "What do you want to change?"))
    if view.facts.get("attached"):
        asked = lines(asked, say(P_("screen", "To change nothing, write: back.")))
        answers = (Answer.FIX_MATTER, Answer.FIX_PLACE, Answer.FIX_FILES)
    else:
        answers = (Answer.FIX_MATTER, Answer.FIX_PLACE, Answer.FIX_NOTHING)
    return Card(asked, say.language, answers=answers)


def discarded(_view: NoticeView, say: Say) -> Card:
    said = say(
        P_("screen", "All right, nothing was submitted. You can write again whenever you need to.")
    )
    return Card(said, say.language, forget=True)


def ask_call_number(view: NoticeView, say: Say) -> Card:
    asked = say(P_("screen", "Please send your telephone number. A person will call you."))
    text = lines(_others_card(view, say), asked)
    return Card(text, say.language, answers=(Answer.SEND_NUMBER,))


def call_promised(view: NoticeView, say: Say) -> Card:
    case = case_of(view)
    due = (view.task.due if view.task else None) or (
        case.mediator.contact_due if case.mediator else None
    )
    if case.mediator and due:
        called = say(
            # L10n: Read by a resident; {who} is an office and a name, {when} is a day and hour.
            P_("screen", "{who} will call you by {when}."),
            who=say.person(case.mediator.person),
            when=say.until(due),
        )
    elif case.mediator:
        called = say(
            # L10n: Read by a resident; {who} is an office and a name.
            P_("screen", "{who} will call you."),
            who=say.person(case.mediator.person),
        )
    else:
        called = say(P_("screen", "The duty desk of the governance centre will call you."))
    number = say(
        # L10n: Read by a resident; {number} is the short case number.
        P_("screen", "Your number is <b>{number}</b>."),
        number=case.short,
    )
    return Card(lines(called, number), say.language, answers=(Answer.MY_CASES,))


def ask_phone(view: NoticeView, say: Say) -> Card:
    asked = say(P_("screen", "Please send your telephone number, or write it."))
    text = lines(_others_card(view, say), asked)
    return Card(text, say.language, answers=(Answer.SEND_NUMBER, Answer.DONE))


def _others_card(view: NoticeView, say: Say) -> Html | None:
    """The card of somebody else is not taken for one's own number."""
    if not view.facts.get("others"):
        return None
    return say(
        P_(
            "screen",
            "That is another person's card. To be called at that number, please write it.",
        )
    )


def ask_photo(_view: NoticeView, say: Say) -> Card:
    asked = say(P_("screen", "Please send the photos, one or several."))
    return Card(asked, say.language, answers=(Answer.DONE,))


def added_thanks(view: NoticeView, say: Say) -> Card:
    what = view.facts.get("what")
    if what == "nothing":
        said = say(P_("screen", "All right. If there is more, write here at any time."))
    elif what == "consent" and view.case:
        said = say(
            # L10n: Read by a resident; {number} is the short case number.
            P_("screen", "{number} Recorded: they agreed."),
            number=view.case.short,
        )
    elif view.case:
        said = say(
            # L10n: Read by a resident; {number} is the short case number.
            P_("screen", "Added to {number}. Thank you."),
            number=view.case.short,
        )
    else:
        said = say(P_("screen", "Added. Thank you."))
    files = files_line(view, say)
    # without keys it can be changed as the files arrive; those in force stay
    return Card(lines(said, files), say.language, answers=() if files else _AFTER)


def ask_words(_view: NoticeView, say: Say) -> Card:
    asked = say(P_("screen", "Please write or say what you want to add. Photos are welcome too."))
    return Card(asked, say.language, answers=(Answer.DONE,))


def not_understood(view: NoticeView, say: Say) -> Card:
    if view.reader.staff:
        said = say(
            P_(
                "screen",
                "This kind of message cannot be used here. Text, voice, photos and forwarded messages can.",
            )
        )
    else:
        said = say(
            P_(
                "screen",
                "This cannot be read here. Please send text, a voice message, a photo or your location.",
            )
        )
    return Card(said, say.language)
