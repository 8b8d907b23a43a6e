"""What is read about words that were not submitted, and about the questions themselves; never the words again."""

from cases.views import NoticeView
from handlers.buttons import Tap, Verb
from handlers.cards import Button, Card
from handlers.dialogue import Step
from handlers.questions import question_of
from handlers.words import Html, Say, case_of, civil_day, lines
from locales import P_, Word
from models.vocabulary import EvidenceKind

_GO_ON = P_("button", "Go on with it")
_DROP = P_("button", "Do not submit")
_FILES: dict[EvidenceKind, Word] = {
    EvidenceKind.VOICE: P_("word", "voice message"),
    EvidenceKind.PHOTO: P_("word", "photo"),
    EvidenceKind.DOCUMENT: P_("word", "file"),
    EvidenceKind.AUDIO: P_("word", "recording"),
    EvidenceKind.VIDEO: P_("word", "video"),
    EvidenceKind.ANIMATION: P_("word", "moving picture"),
}


def set_aside(view: NoticeView, say: Say) -> Card:
    """What was said so far waits: until when, and how it is found again."""
    unsent = int(view.facts.get("unsent", 0))
    said = lines(
        say(P_("screen", "What you said was not submitted. Nobody who handles cases sees it.")),
        _kept(view, say),
    )
    return Card(said, say.language, inline=_choice(say, unsent, 0))


def draft_waits(view: NoticeView, say: Say) -> Card:
    """After a day of silence, once."""
    unsent, turn = int(view.facts.get("unsent", 0)), int(view.facts.get("turn", 0))
    said = lines(
        say(P_("notice", "There is something that you have not submitted yet.")), _kept(view, say)
    )
    return Card(said, say.language, inline=_choice(say, unsent, turn))


def draft_gone(_view: NoticeView, say: Say) -> Card:
    said = P_("notice", "What you had not submitted was deleted today: it is kept for 7 days.")
    return Card(say(said), say.language)


def second_matter(view: NoticeView, say: Say) -> Card:
    """While one report is being said, another one begins."""
    turn, area = int(view.facts.get("turn", 0)), int(view.facts.get("area") or 0)
    rows = (
        (say.button(_GO_ON, Tap(Verb.TAKE_UP, 0, turn)),),
        (say.button(P_("button", "It is another matter"), Tap(Verb.NEW_MATTER, area, turn)),),
    )
    asked = P_(
        "screen",
        "You have a report that is not submitted yet. Is this another matter? Nothing is lost.",
    )
    return Card(say(asked), say.language, inline=rows)


def which_matter(view: NoticeView, say: Say) -> Card:
    """Words that may belong to the case that is open."""
    case, turn = case_of(view), int(view.facts.get("turn", 0))
    # L10n: Read by a resident; {number} is the short case number.
    add = P_("button", "Add it to {number}")
    rows = (
        (say.button(add, Tap(Verb.BELONGS, case.id, turn), number=case.short),),
        (say.button(P_("button", "It is another matter"), Tap(Verb.TAKE_UP, 0, turn)),),
    )
    # L10n: Read by a resident; {number} is the short case number.
    asked = P_("screen", "Does this belong to {number}, or is it another matter?")
    return Card(say(asked, number=case.short), say.language, inline=rows)


def why(view: NoticeView, say: Say) -> Card:
    """One sentence: why this is asked."""
    step = view.facts.get("step", Step.IDLE)
    known = Step(step) if step in set(Step) else Step.IDLE
    return Card(say(question_of(known).why), say.language)


def fix_files(view: NoticeView, say: Say) -> Card:
    """Each file with the button that takes it out."""
    turn, owner = int(view.facts.get("turn", 0)), int(view.facts.get("owner", view.reader.id))
    rows = tuple(
        (_take_out(say, place, file, turn),)
        for place, file in enumerate(view.facts.get("attached", []), start=1)
    )
    done = say.button(P_("button", "Back to the report"), Tap(Verb.FILES_DONE, owner, turn))
    asked = say(P_("screen", "Tap what is not to be sent."))
    return Card(asked, say.language, inline=(*rows, (done,)))


def _take_out(say: Say, place: int, file: list[object], turn: int) -> Button:
    number, kind, seconds, _announced = file
    what = say.plain(_FILES[EvidenceKind(str(kind))])
    tap = Tap(Verb.TAKE_OUT, int(str(number)), turn)
    if seconds:
        # L10n: Read by a resident; {what} is a kind of file, {seconds} is the length of a voice message.
        word = P_("button", "{place} {what} {seconds} s")
        return say.button(word, tap, place=place, what=what, seconds=seconds)
    # L10n: Read by a resident; {place} counts the files, {what} is a kind of file.
    return say.button(P_("button", "{place} {what}"), tap, place=place, what=what)


def _kept(view: NoticeView, say: Say) -> Html | None:
    until = view.facts.get("until")
    if not until:
        return None
    # L10n: Read by whoever wrote it; {day} is a day.
    kept = P_("screen", "It is kept until {day} and then deleted.")
    return say(kept, day=say.day(civil_day(until)))


def _choice(say: Say, unsent: int, turn: int) -> tuple[tuple[Button, ...], ...]:
    return (
        (say.button(_GO_ON, Tap(Verb.TAKE_UP, unsent, turn)),),
        (say.button(_DROP, Tap(Verb.DROP_IT, unsent, turn)),),
    )
