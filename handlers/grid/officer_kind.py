"""The officer corrects what kind of dispute was read: at most three suggestions with their words, then the whole list."""

from cases.reading import read
from cases.views import NoticeView
from handlers.buttons import Tap, Verb
from handlers.cards import Button, Card
from handlers.desk.desk_lines import Row
from handlers.dialogue import Step, Talk
from handlers.reporting import telling
from handlers.screens import Screen
from handlers.words import CATEGORIES, Say, cut
from locales import P_
from models.vocabulary import Category

_SUGGESTED = 3  # rule book 6.12
LIST = "list"


def ask(talk: Talk) -> None:
    """Suggestions from the words, each with the words that led to it."""
    found = read(telling.words_of(talk)).categories[:_SUGGESTED]
    talk.ask(
        Step.OFFICER,
        Screen.OFFICER_KIND,
        owner=talk.person.id,
        turn=talk.draft.turn,
        suggested=[[one.category, list(one.words)] for one in found],
    )


def show_list(talk: Talk) -> None:
    talk.edit(
        Screen.OFFICER_KIND,
        owner=talk.person.id,
        turn=talk.draft.turn,
        suggested=[[category, []] for category in Category],
        all=True,
    )


def officer_kind(view: NoticeView, say: Say) -> Card:
    facts = view.facts
    owner, turn = int(facts.get("owner", view.reader.id)), int(facts.get("turn", 0))
    rows: list[Row] = []
    for code, because in facts.get("suggested") or []:
        kind = say.plain(CATEGORIES[Category(code)])
        label = f"{kind} ({cut(say.list(because), 20)})" if because else kind
        rows.append((Button(label, Tap(Verb.KIND, owner, turn, code)),))
    if not facts.get("all"):
        more = P_("staff button", "Another kind")
        rows.append((say.button(more, Tap(Verb.KIND, owner, turn, LIST)),))
    return Card(say(P_("screen", "What kind is it?")), say.language, inline=tuple(rows))
