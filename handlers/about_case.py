"""The shape of most screens about a case: its number, one sentence, and the answers to it, one a row."""

from cases.views import CaseView, NoticeView
from handlers.buttons import Tap, Verb
from handlers.cards import Button, Card
from handlers.words import Say, case_of
from locales import Word

#: A button: what it says, what it does, and with what.
Reply = tuple[Word, Verb, str]


def about_case(view: NoticeView, say: Say, word: Word, *answers: Reply, **facts: object) -> Card:
    """A sentence with the number of its case and whatever else it names; where nothing is asked there are no answers."""
    case = case_of(view)
    text = say(word, number=case.short, **facts)
    return Card(text, say.language, inline=answer_rows(case, say, *answers))


def answer_rows(case: CaseView, say: Say, *answers: Reply) -> tuple[tuple[Button, ...], ...]:
    """Each does what it does to the case as it was shown (law 7)."""
    return tuple(
        (say.button(word, Tap(verb, case.id, case.turn, str(arg))),) for word, verb, arg in answers
    )
